//! The builder of a set.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::failures::Failures;
use super::subscriber::Subscribers;
use super::{Inner, Objective, Slos};
use crate::alert::Alert;
use crate::checkpoint::{GapPolicy, Restored, Store};
use crate::objective::Indicator;
use crate::tracker::Timeline;
use crate::{Clock, Error, Slo, SystemClock};

/// Puts objectives together.
#[derive(Debug)]
#[must_use]
pub struct SlosBuilder {
    slos: Vec<Slo>,
    clock: Arc<dyn Clock>,
    gaps: GapPolicy,
    store: Option<Arc<dyn Store>>,
    subscribers: Subscribers,
}

impl Default for SlosBuilder {
    fn default() -> Self {
        Self {
            slos: Vec::new(),
            clock: Arc::new(SystemClock::default()),
            gaps: GapPolicy::default(),
            store: None,
            subscribers: Subscribers::default(),
        }
    }
}

impl SlosBuilder {
    /// Adds an objective.
    pub fn slo(mut self, slo: Slo) -> Self {
        self.slos.push(slo);
        self
    }

    /// The clock; the system's by default.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// What is thought of time slices in which nobody counted; they are ignored by default.
    pub fn gaps(mut self, gaps: GapPolicy) -> Self {
        self.gaps = gaps;
        self
    }

    /// Where checkpoints are kept. The last one is taken up by [`build`](Self::build).
    pub fn store(mut self, store: impl Store + 'static) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Calls `subscriber` when an alert begins to fire or resolves, on the thread that ticks. It must be quick; that it
    /// panics hurts nobody else.
    pub fn on_alert(mut self, subscriber: impl Fn(&Alert) + Send + Sync + 'static) -> Self {
        self.subscribers.add(Arc::new(subscriber));
        self
    }

    /// The set. What the store has is taken up where it fits; what does not is in [`Slos::restored`] and no error.
    ///
    /// # Errors
    /// When two objectives have one name, or one is made of queries.
    pub fn build(self) -> Result<Slos, Error> {
        let mut objectives = BTreeMap::new();
        for slo in self.slos {
            if matches!(slo.indicator(), Indicator::Queries(_)) {
                return Err(Error::RulesOnly { slo: slo.name });
            }
            let name = slo.name().to_owned();
            let objective = Objective { slo: Arc::new(slo), trackers: Default::default() };
            if objectives.insert(name.clone(), objective).is_some() {
                return Err(Error::DuplicateSlo { slo: name });
            }
        }
        let mut inner = Inner {
            objectives,
            timeline: Arc::new(Timeline::new(self.clock)),
            gaps: self.gaps,
            store: self.store,
            subscribers: self.subscribers,
            restored: Restored::default(),
            failures: Failures::default(),
        };
        inner.restore();
        // Zero is shown before the first event, else the first one is never seen to be new.
        let shared: Vec<_> = inner.objectives.iter().filter(|(_, o)| o.slo.per_tenant().is_none()).collect();
        shared.iter().for_each(|(name, _)| drop(inner.tracker(name, None)));
        Ok(Slos(Arc::new(inner)))
    }
}
