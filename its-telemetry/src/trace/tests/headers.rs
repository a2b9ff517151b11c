//! What users who inject through OpenTelemetry send on.

use std::collections::HashMap;

use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, KeyValue};
use tracing::Instrument;

use super::*;
use crate::Outcome;
use crate::otel::Propagator;

fn injected() -> Option<String> {
    let mut headers = HashMap::new();
    Propagator::new().inject_context(&Context::current(), &mut headers);
    headers.remove("traceparent")
}

#[test]
fn the_call_is_the_parent_whether_it_is_sampled_or_not() {
    let rig = rig(0.0);
    rig.block_on(async {
        for (sampled, flag) in [(false, "00"), (true, "01")] {
            let body = async {
                let direct = injected().expect("a header");
                let in_span = async { injected() }.instrument(tracing::info_span!("user")).await;
                (direct, in_span.expect("a header"))
            };
            let (call, (direct, in_span)) = rig.call(sampled, Outcome::Ok, body).await;
            assert_eq!(direct, format!("00-{TRACE:032x}-{:016x}-{flag}", call.span));
            assert_eq!((&in_span[3..35], &in_span[53..]), (&direct[3..35], flag));
            assert_eq!(in_span == direct, !sampled, "a user's own span is there in sampled calls only");
        }
        assert_eq!(injected(), None, "outside any call");
    });
}

#[test]
fn context_and_baggage_of_others_are_read_and_passed_on() {
    let propagator = Propagator::new();
    let fields: Vec<_> = propagator.fields().collect();
    assert_eq!(fields, ["traceparent", "tracestate", "baggage"]);
    let header = format!("00-{TRACE:032x}-{PARENT:016x}-03");
    let sent = [("traceparent", header.as_str()), ("tracestate", "a=b"), ("baggage", "color=red")];
    let sent: HashMap<String, String> =
        sent.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let context = propagator.extract_with_context(&Context::new(), &sent);
    assert!(context.span().span_context().is_remote());
    assert_eq!(context.baggage().get("color").map(|value| value.as_str()), Some("red"));
    let mut on = HashMap::new();
    propagator.inject_context(&context, &mut on);
    assert_eq!(on, sent);
}

#[test]
fn whose_call_it_is_travels_beside_the_users_baggage() {
    let rig = rig(0.0);
    rig.block_on(async {
        for sampled in [false, true] {
            let body = async {
                let users = [KeyValue::new("color", "dark red"), KeyValue::new("its.tenant.id", "forged")];
                let context = Context::current().with_baggage(users);
                let mut headers = HashMap::new();
                Propagator::new().inject_context(&context, &mut headers);
                headers.remove("baggage").expect("a header")
            };
            let (_, baggage) = rig.call(sampled, Outcome::Ok, body).await;
            assert_eq!(baggage, "its.tenant.id=acme,its.camera.id=cam-7,color=dark%20red");
        }
    });
}
