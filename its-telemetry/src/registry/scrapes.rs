//! Who scrapes, and how much each of them has seen.
//!
//! A series that is born between two scrapes is shown at zero first, and one that nobody uses any more stays until its
//! last value has arrived: both for every scraper on its own, so that neither a second Prometheus nor somebody's
//! `curl` takes from the first one what it has not read yet. A scrape that its scraper gave up on is no scrape, and
//! nothing waits for somebody who came only once.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;

/// Scrapers that are told apart; beyond them, one that came only once is forgotten, or else the one that has been silent
/// longest.
const SCRAPERS: usize = 16;

/// Nothing waits for a scraper that has got no scrape for this long; Prometheus ends its series after the same time.
const SILENT: Duration = Duration::from_secs(300);

/// Who scrapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scraper {
    /// Somebody within the process, who need not say who.
    Process,
    /// The OTLP push.
    #[cfg(feature = "otlp")]
    Push,
    /// A client of `/metrics`.
    #[cfg(feature = "admin")]
    Client(u64),
}

/// All scrapes of a registry.
#[derive(Debug)]
pub(crate) struct Scrapes {
    clock: Clock,
    begun: AtomicU64,
    written: AtomicU64,
    known: Mutex<Vec<Known>>,
}

#[derive(Debug)]
struct Known {
    scraper: Scraper,
    /// Its last scrape that has arrived; before the first one, what it has not missed.
    seen: u64,
    /// Scrapes of it that have arrived, as far as it matters.
    arrived: Arrived,
    /// The highest that a scrape of it was made with: what was once shown with its value is not shown at zero again.
    new_from: u64,
    /// When its last scrape arrived, or when it came.
    at: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Arrived {
    None,
    One,
    /// It is a regular scraper.
    Several,
}

impl Scrapes {
    pub(crate) fn new(clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            clock,
            begun: AtomicU64::new(0),
            written: AtomicU64::new(0),
            known: Mutex::default(),
        })
    }

    fn known(&self, now: Duration) -> MutexGuard<'_, Vec<Known>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|known| now.saturating_sub(known.at) < SILENT);
        known
    }

    /// The number of the last scrape. Every later one shows what exists now.
    pub(crate) fn begun(&self) -> u64 {
        self.begun.load(SeqCst)
    }

    /// A scrape begins; it shows every series once.
    pub(crate) fn begin(self: &Arc<Self>, scraper: Scraper) -> Showing {
        let now = self.clock.now();
        let mut known = self.known(now);
        let number = self.begun.fetch_add(1, SeqCst) + 1;
        let found = known.iter().position(|known| known.scraper == scraper);
        let at = found.unwrap_or_else(|| {
            if known.len() >= SCRAPERS {
                let of_least = (0..known.len()).min_by_key(|at| (known[*at].arrived, known[*at].at));
                of_least.map(|at| known.swap_remove(at));
            }
            known.push(Known { scraper, seen: number - 1, arrived: Arrived::None, new_from: 0, at: now });
            known.len() - 1
        });
        let known = &mut known[at];
        let new_from = if known.arrived == Arrived::None { number } else { known.seen };
        let new_from = new_from.max(known.new_from);
        known.new_from = new_from;
        Showing { scrapes: Arc::clone(self), scraper, number, new_from }
    }

    /// The last scrape that has, or is before all that have, arrived at every regular scraper; where there is none, at
    /// everybody who came.
    pub(crate) fn seen_by_all(&self) -> u64 {
        let known = self.known(self.clock.now());
        let regular = known.iter().filter(|known| known.arrived == Arrived::Several);
        let seen = regular.map(|known| known.seen).min();
        seen.or_else(|| known.iter().map(|known| known.seen).min()).unwrap_or(0)
    }

    /// Scrapes that have been written to their end.
    #[cfg(feature = "admin")]
    pub(crate) fn written(&self) -> u64 {
        self.written.load(Relaxed)
    }
}

/// One scrape. Dropped without having arrived, it has shown nothing.
#[derive(Debug)]
pub(crate) struct Showing {
    scrapes: Arc<Scrapes>,
    scraper: Scraper,
    number: u64,
    new_from: u64,
}

impl Showing {
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Whether the scraper sees a series for the first time that was born after the scrape of that number, and has been
    /// here before: to see its increase from the start, it must see it at zero.
    pub(crate) fn is_first_of(&self, born: u64) -> bool {
        born >= self.new_from
    }

    /// Its last byte has been written.
    pub(crate) fn written(&self) {
        self.scrapes.written.fetch_add(1, Relaxed);
    }

    /// The scraper has it.
    pub(crate) fn arrived(self) {
        let now = self.scrapes.clock.now();
        let mut known = self.scrapes.known(now);
        if let Some(known) = known.iter_mut().find(|known| known.scraper == self.scraper) {
            known.seen = known.seen.max(self.number);
            known.arrived = if known.arrived == Arrived::None { Arrived::One } else { Arrived::Several };
            known.at = now;
        }
    }
}

/// The scrape that has been written to a client last, while nobody knows whether it has arrived.
#[cfg(feature = "admin")]
#[derive(Clone, Debug, Default)]
pub(crate) struct InTransit(Arc<Mutex<Option<Showing>>>);

#[cfg(feature = "admin")]
impl InTransit {
    fn take(&self) -> Option<Showing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) fn put(&self, showing: Showing) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(showing);
    }

    pub(crate) fn arrived(&self) {
        if let Some(showing) = self.take() {
            showing.arrived();
        }
    }

    pub(crate) fn lost(&self) {
        drop(self.take());
    }
}

#[cfg(all(test, feature = "testing", feature = "admin"))]
mod tests {
    use super::*;

    const A: Scraper = Scraper::Client(1);
    const B: Scraper = Scraper::Client(2);

    fn scrapes() -> (Arc<Scrapes>, Arc<quanta::Mock>) {
        let (clock, mock) = Clock::mock();
        (Scrapes::new(clock), mock)
    }

    #[test]
    fn each_scraper_sees_a_new_series_at_zero_until_it_has_seen_it() {
        let (all, _) = scrapes();
        all.begin(A).arrived();
        all.begin(B).arrived();
        let born = all.begun();
        let given_up = all.begin(A);
        assert!(given_up.is_first_of(born));
        drop(given_up);
        let again = all.begin(A);
        assert!(again.is_first_of(born), "the one before never arrived");
        again.arrived();
        assert!(!all.begin(A).is_first_of(born));
        assert!(all.begin(B).is_first_of(born), "B has not been here since");
    }

    #[test]
    fn a_scraper_that_has_seen_nothing_yet_is_shown_what_there_is() {
        let (all, _) = scrapes();
        let before = all.begun();
        assert!(!all.begin(A).is_first_of(before));
        let between = all.begun();
        assert!(!all.begin(A).is_first_of(between), "its first scrape never arrived");
    }

    #[test]
    fn what_was_shown_with_its_value_is_not_shown_at_zero_again() {
        let (all, _) = scrapes();
        let on_its_way = all.begin(A);
        let born = all.begun();
        assert!(!all.begin(A).is_first_of(born), "nothing has arrived yet");
        on_its_way.arrived();
        assert!(!all.begin(A).is_first_of(born));
    }

    #[test]
    fn nothing_waits_for_who_came_once() {
        let (all, _) = scrapes();
        for _ in 0..2 {
            all.begin(A).arrived();
        }
        all.begin(B).arrived();
        let since = all.begun() + 1;
        all.begin(A).arrived();
        assert!(all.seen_by_all() >= since);
    }

    #[test]
    fn the_last_value_is_kept_for_every_scraper() {
        let (all, _) = scrapes();
        assert_eq!(all.seen_by_all(), 0, "nobody has seen anything");
        for scraper in [A, B, A, B] {
            all.begin(scraper).arrived();
        }
        let since = all.begun() + 1;
        all.begin(A).arrived();
        assert!(all.seen_by_all() < since, "not B");
        drop(all.begin(B));
        assert!(all.seen_by_all() < since, "B gave up");
        all.begin(B).arrived();
        assert!(all.seen_by_all() >= since);
    }

    #[test]
    fn nobody_waits_for_a_scraper_that_is_gone() {
        let (all, clock) = scrapes();
        for _ in 0..2 {
            all.begin(B).arrived();
        }
        clock.increment(Duration::from_secs(299));
        all.begin(A).arrived();
        all.begin(A).arrived();
        assert_eq!(all.seen_by_all(), 2);
        clock.increment(Duration::from_secs(1));
        assert_eq!(all.seen_by_all(), 4);
        clock.increment(Duration::from_secs(299));
        assert_eq!(all.seen_by_all(), 0, "nobody is left, so that nothing ends");
    }

    #[test]
    fn of_many_scrapers_those_are_forgotten_that_came_once() {
        let (all, clock) = scrapes();
        for _ in 0..2 {
            all.begin(Scraper::Process).arrived();
        }
        for n in 0..100 {
            clock.increment(1_u64);
            all.begin(Scraper::Client(n)).arrived();
        }
        let known = all.known(Duration::ZERO);
        assert_eq!(known.len(), SCRAPERS);
        assert!(known.iter().any(|known| known.scraper == Scraper::Process), "strangers do not drive it out");
        drop(known);
        assert_eq!(all.seen_by_all(), 2);
    }
}
