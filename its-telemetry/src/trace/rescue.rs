//! What a span says about a call that has ended, and the spans of calls that turn out to be worth one too late.

use std::time::{Duration, SystemTime};

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::ids::span_context;
use crate::observe::Finished;
use crate::scope::Identity;

/// Why an unsampled call is exported: the attribute `its.sampling.reason`.
pub(crate) fn reason(call: &Finished<'_>) -> Option<&'static str> {
    match call.outcome.is_bad() {
        true => Some("error"),
        false if call.nanos >= call.shared.core.slow_nanos => Some("slow"),
        false => None,
    }
}

/// What the call was called for is in another service when its parent is.
pub(crate) fn kind(identity: &Identity) -> SpanKind {
    if identity.parent_is_remote { SpanKind::Server } else { SpanKind::Internal }
}

pub(crate) fn status(call: &Finished<'_>) -> Status {
    match call.outcome.is_bad() {
        true => Status::error(call.error_kind.unwrap_or(call.outcome.as_str())),
        false => Status::Unset,
    }
}

pub(crate) fn attributes(call: &Finished<'_>) -> Vec<KeyValue> {
    let labels = [
        ("its.model", call.labels.model),
        ("its.model.version", call.labels.version),
        ("its.stage", call.labels.stage),
    ];
    let error_kind = call.error_kind.filter(|_| call.outcome.is_bad());
    let present = [
        ("its.tenant.id", call.shared.tenant.as_ref().map(AsRef::as_ref)),
        ("its.camera.id", call.shared.camera.as_ref().map(AsRef::as_ref)),
        ("its.frame.id", call.carried.and_then(|carried| carried.frame.as_deref())),
    ];
    let mut attributes = Vec::with_capacity(8);
    attributes.push(KeyValue::new("its.outcome", call.outcome.as_str()));
    attributes.extend(error_kind.map(|kind| KeyValue::new("error.type", kind)));
    let texts = present.into_iter().filter_map(|(key, value)| Some((key, value?)));
    let texts = texts.chain(labels.into_iter().filter(|(_, value)| !value.is_empty()));
    attributes.extend(texts.map(|(key, value)| KeyValue::new(key, value.to_owned())));
    attributes
}

/// The span of a call that was not recorded while it ran, with its own ids and true times.
pub(crate) fn span(call: &Finished<'_>, reason: &'static str, library: InstrumentationScope) -> SpanData {
    let identity = call.identity;
    let end = SystemTime::now();
    let mut attributes = attributes(call);
    attributes.push(KeyValue::new("its.sampling.reason", reason));
    SpanData {
        // The flag says that the span is exported, which processors look at.
        span_context: span_context(identity.trace, identity.span, true, false),
        parent_span_id: identity.parent.into(),
        parent_span_is_remote: identity.parent_is_remote,
        span_kind: kind(&identity),
        name: call.site.name.into(),
        start_time: end.checked_sub(Duration::from_nanos(call.nanos)).unwrap_or(end),
        end_time: end,
        attributes,
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: status(call),
        instrumentation_scope: library,
    }
}
