//! When somebody is told: burn rates over two windows each.

use std::borrow::Cow;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// Somebody is woken.
    Page,
    /// Somebody looks at it on a working day.
    Ticket,
}

impl Severity {
    /// The value of the label `severity`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Ticket => "ticket",
        }
    }
}

/// One condition: the budget burns faster than a factor over a long window, and still does over a short one.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// The value of the label `tier`.
    pub name: Cow<'static, str>,
    /// Who is told.
    pub severity: Severity,
    /// Over how long enough of the budget must have been spent.
    pub long: Duration,
    /// Over how short it must be burning still.
    pub short: Duration,
    /// The share of the whole budget that is spent when the long window is full, as a ratio.
    pub budget_share: f64,
}

impl Tier {
    /// Spends 2 % of a 30-day budget in an hour: 14.4 times too fast.
    pub const PAGE_FAST: Self = Self::of("page_fast", Severity::Page, HOUR, MINUTE.saturating_mul(5), 0.02);
    /// Spends 5 % of a 30-day budget in six hours: 6 times too fast.
    pub const PAGE_SLOW: Self =
        Self::of("page_slow", Severity::Page, HOUR.saturating_mul(6), MINUTE.saturating_mul(30), 0.05);
    /// Spends 10 % of a 30-day budget in a day: 3 times too fast.
    pub const TICKET_FAST: Self = Self::of("ticket_fast", Severity::Ticket, DAY, HOUR.saturating_mul(2), 0.1);
    /// Spends 10 % of a 30-day budget in three days: just too fast.
    pub const TICKET_SLOW: Self =
        Self::of("ticket_slow", Severity::Ticket, DAY.saturating_mul(3), HOUR.saturating_mul(6), 0.1);
    /// Spends 0.7 % of a 30-day budget in five minutes: 60 times too fast. A total outage pages in seconds.
    pub const FLASH: Self =
        Self::of("flash", Severity::Page, MINUTE.saturating_mul(5), MINUTE, 60.0 * 300.0 / (30.0 * 86_400.0));

    const fn of(
        name: &'static str,
        severity: Severity,
        long: Duration,
        short: Duration,
        budget_share: f64,
    ) -> Self {
        Self { name: Cow::Borrowed(name), severity, long, short, budget_share }
    }

    /// The burn rate at which it fires, for a budget that lasts `period`: share x period / long window.
    pub fn factor(&self, period: Duration) -> f64 {
        let factor = self.budget_share * period.as_secs_f64() / self.long.as_secs_f64();
        // 0.02 x 720 is 14.4 and not 14.400000000000002.
        (factor * 1e9).round() / 1e9
    }
}

/// The tiers of an objective, and what keeps them quiet.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Alerting {
    /// The conditions; those with a long window longer than the objective's never fire and are left out.
    pub tiers: Vec<Tier>,
    /// No tier fires with fewer events in its long window.
    pub min_events: u64,
    /// No tier fires with fewer bad events in its long window.
    pub min_bad_events: u64,
    /// A firing tier resolves when a burn rate falls below this share of its factor, as a ratio up to 1.
    pub resolve_ratio: f64,
}

impl Alerting {
    /// Both pages and both tickets.
    pub fn standard() -> Self {
        Self::of(vec![Tier::PAGE_FAST, Tier::PAGE_SLOW, Tier::TICKET_FAST, Tier::TICKET_SLOW])
    }

    /// These tiers.
    pub fn of(tiers: Vec<Tier>) -> Self {
        Self { tiers, min_events: 10, min_bad_events: 3, resolve_ratio: 0.9 }
    }

    /// No tiers.
    pub fn none() -> Self {
        Self::of(Vec::new())
    }

    /// The tickets only, for a target that a page cannot reach.
    pub fn tickets() -> Self {
        Self::of(vec![Tier::TICKET_FAST, Tier::TICKET_SLOW])
    }

    /// Adds the [flash](Tier::FLASH) tier.
    #[must_use]
    pub fn and_flash(mut self) -> Self {
        self.tiers.insert(0, Tier::FLASH);
        self
    }

    /// The tiers that can fire for a budget that lasts `period`.
    pub fn tiers_for(&self, period: Duration) -> impl Iterator<Item = &Tier> {
        self.tiers.iter().filter(move |tier| tier.long <= period)
    }
}

impl Default for Alerting {
    fn default() -> Self {
        Self::standard()
    }
}
