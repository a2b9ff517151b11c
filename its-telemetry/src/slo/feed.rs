//! Which trackers a call counts for.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use its_slo::objective::Indicator;
use its_slo::{Slos, Tracker};

use crate::observe::Outcome;
use crate::scope::Shared;

/// The objectives of one name; none for most calls.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Feed(Option<u16>);

/// The ages of frames; it is always there.
const AGES: usize = 0;

/// All objectives, by the name of the calls that they judge.
#[derive(Debug, Default)]
pub(crate) struct Objectives {
    slos: Option<Slos>,
    feeds: Vec<Named>,
    by_tenant: bool,
}

#[derive(Debug)]
struct Named {
    name: Box<str>,
    /// Trackers of objectives with one budget for all.
    together: Vec<Arc<Tracker>>,
    /// Names of objectives with a budget for each tenant.
    by_tenant: Vec<Box<str>>,
}

/// The trackers of one scope's tenant, looked up when they are first needed.
#[derive(Debug)]
pub(crate) struct TenantBudgets(Box<[OnceLock<Trackers>]>);

type Trackers = Box<[Arc<Tracker>]>;

impl Feed {
    pub(crate) fn is_some(self) -> bool {
        self.0.is_some()
    }
}

impl Objectives {
    pub(crate) fn of(slos: Option<&Slos>) -> Self {
        let mut all = Self { slos: slos.cloned(), ..Self::default() };
        all.feeds.push(Named::new(""));
        for slo in slos.iter().flat_map(|slos| slos.objectives()) {
            let called = all.place(slo.calls_of());
            let is_age = matches!(slo.indicator(), Indicator::Freshness { .. });
            let feed = &mut all.feeds[if is_age { AGES } else { called }];
            if slo.per_tenant().is_some() {
                feed.by_tenant.push(slo.name().into());
                all.by_tenant = true;
            } else {
                feed.together.extend(slos.and_then(|slos| slos.tracker(slo.name(), None)));
            }
        }
        all
    }

    fn place(&mut self, name: &str) -> usize {
        match self.feeds.iter().position(|feed| &*feed.name == name) {
            Some(place) => place,
            None => {
                self.feeds.push(Named::new(name));
                self.feeds.len() - 1
            }
        }
    }

    /// The objectives that judge calls of this name.
    pub(crate) fn feed(&self, name: Option<&str>) -> Feed {
        let Some(name) = name else { return Feed(None) };
        let place = self.feeds.iter().skip(AGES + 1).position(|feed| &*feed.name == name);
        Feed(place.and_then(|place| u16::try_from(place + AGES + 1).ok()))
    }

    /// Room for the trackers of a tenant.
    pub(crate) fn budgets(&self) -> TenantBudgets {
        let feeds = if self.by_tenant { self.feeds.len() } else { 0 };
        TenantBudgets(std::iter::repeat_with(OnceLock::new).take(feeds).collect())
    }

    /// A call ended.
    #[inline]
    pub(crate) fn count(&self, feed: Feed, shared: &Shared, outcome: Outcome, nanos: u64) {
        if let Some(place) = feed.0 {
            self.each(usize::from(place), shared, |tracker| count(tracker, outcome, nanos));
        }
    }

    /// The result of a frame is there, so long after its capture.
    #[inline]
    pub(crate) fn count_age(&self, shared: &Shared, age: Duration) {
        self.each(AGES, shared, |tracker| tracker.record_age(age));
    }

    fn each(&self, place: usize, shared: &Shared, count: impl Fn(&Tracker)) {
        let Some(feed) = self.feeds.get(place) else { return };
        feed.together.iter().for_each(|tracker| count(tracker));
        if feed.by_tenant.is_empty() {
            return;
        }
        if let Some(budgets) = shared.budgets.0.get(place) {
            budgets.get_or_init(|| self.of_tenant(feed, shared)).iter().for_each(|tracker| count(tracker));
        }
    }

    #[cold]
    fn of_tenant(&self, feed: &Named, shared: &Shared) -> Trackers {
        let tenant = shared.tenant.as_ref().map(AsRef::as_ref);
        let slos = self.slos.iter();
        slos.flat_map(|slos| feed.by_tenant.iter().filter_map(move |slo| slos.tracker(slo, tenant))).collect()
    }
}

impl Named {
    fn new(name: &str) -> Self {
        Self { name: name.into(), together: Vec::new(), by_tenant: Vec::new() }
    }
}

fn count(tracker: &Tracker, outcome: Outcome, nanos: u64) {
    match (tracker.slo().indicator(), outcome) {
        (Indicator::Latency { .. }, Outcome::Ok) => tracker.record_nanos(nanos),
        (Indicator::Latency { .. }, Outcome::Timeout) => tracker.record(false),
        (Indicator::Throughput { .. }, Outcome::Ok) => tracker.record_items(1),
        (Indicator::Latency { .. } | Indicator::Throughput { .. }, _) | (_, Outcome::Cancelled) => {}
        (_, outcome) => tracker.record(outcome == Outcome::Ok),
    }
}
