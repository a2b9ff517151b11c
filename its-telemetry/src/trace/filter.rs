//! Keeps the users' own spans in unsampled calls away from OpenTelemetry.

use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, Filter};

use super::settings::SpanSettings;
use super::{OutsideCalls, slot};
use crate::scope::identity;

/// Filter of one layer: nothing of an unsampled call passes.
///
/// The answer changes from call to call, so the interest in a callsite is `sometimes`; a `filter_fn` would be remembered
/// with its first answer. The level keeps debug and trace callsites from being asked at all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SampledOnly {
    level: LevelFilter,
    outside: OutsideCalls,
    /// Whether events pass that belong to the call itself and to no span of the user's.
    events_of_call: bool,
}

impl SampledOnly {
    pub(crate) fn new(settings: &SpanSettings, events_of_call: bool) -> Self {
        Self { level: settings.level, outside: settings.outside, events_of_call }
    }
}

impl<S> Filter<S> for SampledOnly {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        let call = identity();
        let open = call.sampled || (!call.is_some() && self.outside == OutsideCalls::HeadRatio);
        open && *metadata.level() <= self.level
            && (self.events_of_call || !metadata.is_event() || !slot::is_directly_in_call())
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if *metadata.level() <= self.level { Interest::sometimes() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }
}

/// A layer that refuses spans in unsampled calls for the whole subscriber: about 10 ns for each instead of 150, but log
/// lines then lose the names of those spans.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoUnsampledSpans;

impl<S: Subscriber> Layer<S> for NoUnsampledSpans {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.is_span() { Interest::sometimes() } else { Interest::always() }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let call = identity();
        !metadata.is_span() || !call.is_some() || call.sampled
    }

    /// No wish of its own: the other layers say how fine it goes.
    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::OFF)
    }
}
