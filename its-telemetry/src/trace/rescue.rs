//! What a span says about a call that has ended, and the spans of calls that turn out to be worth one too late.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::ids::span_context;
use crate::observe::{Called, Details, Finished, Name};

/// Why an unsampled call is exported: the attribute `its.sampling.reason`.
pub(crate) fn reason(call: &Finished<'_>) -> Option<&'static str> {
    match call.outcome.is_bad() {
        true => Some("error"),
        false if call.judged_nanos >= call.shared.core.slow_nanos => Some("slow"),
        false => None,
    }
}

/// Which side of a connection the call is.
pub(crate) fn kind(called: Called<'_>) -> SpanKind {
    match called.kind {
        crate::observe::SpanKind::Internal => SpanKind::Internal,
        #[cfg(feature = "http")]
        crate::observe::SpanKind::Server => SpanKind::Server,
        #[cfg(feature = "http")]
        crate::observe::SpanKind::Client => SpanKind::Client,
    }
}

/// The name of the call, without a copy when it is that of a function.
pub(crate) fn name(called: Called<'_>) -> Cow<'static, str> {
    match called.name {
        Name::Static(name) => Cow::Borrowed(name),
        #[cfg(feature = "http")]
        Name::Shared(name) => Cow::Owned(name.to_string()),
    }
}

pub(crate) fn status(call: &Finished<'_>) -> Status {
    match call.outcome.is_bad() {
        true => Status::error(call.error_kind.unwrap_or(call.outcome.as_str())),
        false => Status::Unset,
    }
}

pub(crate) fn attributes(call: &Finished<'_>) -> Vec<KeyValue> {
    let mut attributes = Vec::with_capacity(12);
    attributes.push(KeyValue::new("its.outcome", call.outcome.as_str()));
    let error_kind = call.error_kind.filter(|_| call.outcome.is_bad());
    attributes.extend(error_kind.map(|kind| KeyValue::new("error.type", kind)));
    let mut add = |key: &'static str, value: Option<&str>| {
        attributes.extend(value.map(|value| KeyValue::new(key, value.to_owned())));
    };
    add("its.tenant.id", call.shared.tenant.as_ref().map(AsRef::as_ref));
    add("its.camera.id", call.shared.camera.as_ref().map(AsRef::as_ref));
    add("its.frame.id", call.carried.and_then(|carried| Some(carried.frame.as_ref()?.as_str())));
    match call.details {
        Details::Function(labels) => {
            let some = |value| Some(value).filter(|value: &&str| !value.is_empty());
            add("its.model", some(labels.model));
            add("its.model.version", some(labels.version));
            add("its.stage", some(labels.stage));
        }
        #[cfg(feature = "http")]
        Details::Request(request, status) => {
            request.attributes().for_each(|(key, value)| add(key, Some(value)));
            attributes.extend(request.port().map(|port| KeyValue::new("server.port", i64::from(port))));
            attributes.extend(status.number().map(|number| match request.is_grpc() {
                true => KeyValue::new("rpc.response.status_code", status.grpc_label()),
                false => KeyValue::new("http.response.status_code", i64::from(number)),
            }));
        }
    }
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
        span_context: span_context(&identity, identity.span, true, false, call.carried),
        parent_span_id: identity.parent.into(),
        parent_span_is_remote: identity.parent_is_remote,
        span_kind: kind(call.called),
        name: name(call.called),
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
