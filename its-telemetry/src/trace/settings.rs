//! What a user can say about traces and pushed metrics.

use std::fmt;
use std::time::Duration;

use opentelemetry_sdk::trace::SpanData;
use tracing::level_filters::LevelFilter;

use super::export::{Limits, MakeSink};
use super::otlp::Otlp;

/// What becomes of spans that are made outside any call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutsideCalls {
    /// They are traces of their own, sampled at the ratio.
    #[default]
    HeadRatio,
    /// They are never exported. A parent that was given through OpenTelemetry still counts.
    Never,
}

/// Where the items of one signal go.
#[derive(Default)]
pub(crate) enum Export<T> {
    /// Over OTLP if the environment names a collector, else nowhere.
    #[default]
    ByEnvironment,
    Off,
    /// `None`: where the whole telemetry goes.
    Otlp(Option<Otlp>),
    To(MakeSink<T>),
}

impl<T> fmt::Debug for Export<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByEnvironment => f.write_str("ByEnvironment"),
            Self::Off => f.write_str("Off"),
            Self::Otlp(otlp) => f.debug_tuple("Otlp").field(otlp).finish(),
            Self::To(_) => f.write_str("To(..)"),
        }
    }
}

/// How calls are exported as traces.
///
/// Sampled calls are spans with their children. A call that was not sampled and then fails, or is slow, is exported
/// afterwards as a single span with the attribute `its.sampling.reason`, without its children. See
/// [`slow_call`](crate::TelemetryBuilder::slow_call) for what is slow.
#[derive(Debug)]
pub struct Traces {
    pub(crate) export: Export<SpanData>,
    pub(crate) limits: Limits,
    pub(crate) spans: SpanSettings,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct SpanSettings {
    pub(crate) level: LevelFilter,
    pub(crate) outside: OutsideCalls,
    /// A second, and at once.
    pub(crate) rescue_rate: (f64, u32),
    pub(crate) hide_unsampled: bool,
}

impl Default for Traces {
    /// Over OTLP if the environment names a collector.
    fn default() -> Self {
        Self {
            export: Export::ByEnvironment,
            limits: Limits {
                capacity: 2048,
                batch: 512,
                delay: Duration::from_secs(5),
                timeout: Duration::from_secs(30),
            },
            spans: SpanSettings {
                level: LevelFilter::INFO,
                outside: OutsideCalls::default(),
                rescue_rate: (10.0, 50),
                hide_unsampled: false,
            },
        }
    }
}

impl Traces {
    /// Exports over OTLP, to where the whole telemetry goes.
    pub fn otlp() -> Self {
        Self { export: Export::Otlp(None), ..Self::default() }
    }

    /// Exports over OTLP to a collector of its own.
    pub fn otlp_to(otlp: Otlp) -> Self {
        Self { export: Export::Otlp(Some(otlp)), ..Self::default() }
    }

    /// Exports nothing. Calls are sampled all the same, so that exemplars and outbound headers stay.
    pub fn off() -> Self {
        Self { export: Export::Off, ..Self::default() }
    }

    /// Spans that may wait for export (2048 by default, `OTEL_BSP_MAX_QUEUE_SIZE`); what comes when it is full is
    /// dropped and counted.
    #[must_use]
    pub fn queue(mut self, spans: usize) -> Self {
        self.limits.capacity = spans;
        self
    }

    /// Spans in one export at most (512 by default, `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`), and how long one may wait for
    /// others (5 seconds, `OTEL_BSP_SCHEDULE_DELAY`).
    #[must_use]
    pub fn batch(mut self, spans: usize, delay: Duration) -> Self {
        self.limits.batch = spans;
        self.limits.delay = delay;
        self
    }

    /// Failed and slow calls exported although they were not sampled: 10 a second and 50 at once by default. The others
    /// are counted.
    #[must_use]
    pub fn rescue_rate(mut self, per_second: f64, burst: u32) -> Self {
        self.spans.rescue_rate = (per_second, burst);
        self
    }

    /// Users' own spans up to this level are exported; `INFO` by default.
    #[must_use]
    pub fn span_level(mut self, level: LevelFilter) -> Self {
        self.spans.level = level;
        self
    }

    /// What becomes of users' own spans outside any call.
    #[must_use]
    pub fn outside_calls(mut self, outside: OutsideCalls) -> Self {
        self.spans.outside = outside;
        self
    }

    /// Keeps users' own spans in unsampled calls from being made at all, for every layer of the subscriber: about 10 ns
    /// each instead of 150. Log lines of such calls then lack the names of these spans. Takes effect with
    /// [`install`](crate::TelemetryBuilder::install).
    #[must_use]
    pub fn no_spans_in_unsampled_calls(mut self) -> Self {
        self.spans.hide_unsampled = true;
        self
    }
}

/// How metrics are pushed over OTLP, as an alternative to being scraped.
///
/// Temporality is cumulative. Each push counts as a scrape. Names, labels and buckets are those of `/metrics`.
#[derive(Clone, Debug)]
pub struct PushMetrics {
    pub(crate) otlp: Option<Otlp>,
    pub(crate) period: Duration,
    pub(crate) timeout: Duration,
}

impl PushMetrics {
    /// Pushes every minute, to where the whole telemetry goes.
    pub fn otlp() -> Self {
        Self { otlp: None, period: Duration::from_secs(60), timeout: Duration::from_secs(30) }
    }

    /// Pushes every minute to a collector of its own.
    pub fn otlp_to(otlp: Otlp) -> Self {
        Self { otlp: Some(otlp), ..Self::otlp() }
    }

    /// Time from one push to the next (`OTEL_METRIC_EXPORT_INTERVAL`); at least 100 milliseconds.
    #[must_use]
    pub fn every(mut self, period: Duration) -> Self {
        self.period = period;
        self
    }
}
