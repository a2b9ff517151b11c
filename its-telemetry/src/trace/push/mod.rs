//! Metrics pushed over OTLP, straight from the registry.

mod points;
mod send;

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::metrics::v1::{Metric, ResourceMetrics, ScopeMetrics};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;

use self::points::{Page, Pages};
use self::send::{Failure, Sender};
use super::export::{Health, Lifecycle, Loss, Signal, Tally, spawn};
use super::otlp::Target;
use super::spans::library;
use crate::core::Core;
use crate::registry::{Scraper, now_ms};

/// The thread that pushes.
#[derive(Clone, Debug)]
pub(crate) struct Push(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    core: Weak<Core>,
    life: Arc<Lifecycle>,
    tally: Tally,
    resource: Resource,
    period: Duration,
    timeout: Duration,
    began_ms: u64,
}

impl Push {
    /// # Errors
    /// When the connection cannot be set up.
    pub(crate) fn start(
        core: &Arc<Core>,
        period: Duration,
        timeout: Duration,
        resource: &opentelemetry_sdk::Resource,
        target: Target,
    ) -> Result<Self, String> {
        let attributes = ResourceAttributesWithSchema::from(resource).attributes.0;
        let core = Arc::downgrade(core);
        let shared = Arc::new(Shared {
            tally: Tally::new(Signal::Metrics, core.clone()),
            core,
            life: Arc::new(Lifecycle::new()),
            resource: Resource { attributes, ..Resource::default() },
            period: period.max(Duration::from_millis(100)),
            timeout,
            began_ms: now_ms(),
        });
        let theirs = Arc::clone(&shared);
        spawn("its-metrics", &shared.life, move || Ok(((), run(theirs, Sender::new(&target)?))))?;
        Ok(Self(shared))
    }

    /// Pushes now. `false`: not in time.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        self.0.life.flush(timeout)
    }

    /// Pushes a last time, until `deadline`.
    pub(crate) fn close(&self, deadline: Instant) {
        self.0.life.close(deadline);
    }

    /// Waits for the end after [`close`](Self::close).
    pub(crate) fn wait_closed(&self, deadline: Instant) -> bool {
        self.0.life.wait_gone(deadline)
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.0.tally
    }
}

async fn run(shared: Arc<Shared>, mut sender: Sender) {
    let life = &shared.life;
    let mut health = Health::new(Signal::Metrics);
    let mut next = Instant::now() + shared.period;
    loop {
        let (flush, closing) = (life.flush_asked(), life.closing());
        let now = Instant::now();
        if flush.is_none() && closing.is_none() && now < next {
            life.idle(Some(next)).await;
            continue;
        }
        let Some(core) = shared.core.upgrade() else { return };
        let result = tokio::select! {
            biased;
            result = tokio::time::timeout(shared.timeout, shared.push(&core, &mut sender)) => {
                result.unwrap_or_else(|_| Err("no answer in time".into()))
            }
            () = life.deadline() => Err("the time to shut down is up".into()),
        };
        drop(core);
        match result {
            Ok(points) => {
                shared.tally.exported(points);
                health.succeeded();
            }
            // The next push has it all, unless this was the last one.
            Err(error) => {
                let loss = if closing.is_some() { Loss::Shutdown } else { Loss::ExportFailed };
                shared.tally.dropped(loss, 1);
                health.failed(&error, 1);
            }
        }
        if let Some(number) = flush {
            life.flush_done(number);
        }
        if closing.is_some() {
            return;
        }
        next = (next + shared.period).max(now);
    }
}

impl Shared {
    /// Sends every series once, page by page. Returns how many points that were.
    async fn push(&self, core: &Core, sender: &mut Sender) -> Result<usize, String> {
        core.sweep_if_due();
        let showing = core.registry.scrapes.begin(Scraper::Push);
        let mut sent = 0;
        for Page { metrics, points, zeros } in Pages::new(core, &showing, self.began_ms) {
            let result = sender.send(self.request(metrics)).await;
            // One that was refused may have been taken in part, and would be refused again with the same zeros.
            if !matches!(result, Err(Failure::NotTaken(_))) {
                zeros.iter().for_each(|series| series.zero_point_arrived());
            }
            result.map_err(Failure::into_text)?;
            sent += points;
        }
        // A series may end only when its last value has arrived.
        showing.arrived();
        Ok(sent)
    }

    fn request(&self, metrics: Vec<Metric>) -> ExportMetricsServiceRequest {
        let scope = InstrumentationScope::from((library(), None));
        let metrics = ScopeMetrics { scope: Some(scope), metrics, ..ScopeMetrics::default() };
        let resource = Some(self.resource.clone());
        let resource =
            ResourceMetrics { resource, scope_metrics: vec![metrics], ..ResourceMetrics::default() };
        ExportMetricsServiceRequest { resource_metrics: vec![resource] }
    }
}
