//! Which span an event belongs to.

use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, KeyValue};
use tracing::Instrument;

use super::*;
use crate::Outcome;

fn names(span: &SpanData) -> Vec<&str> {
    span.events.iter().map(|event| &*event.name).collect()
}

#[test]
fn an_event_belongs_to_the_innermost_span() {
    let rig = rig(0.0);
    rig.block_on(async {
        tracing::info!("before the call");
        let body = async {
            tracing::warn!(frames = 3, late = true, "directly in the call");
            tokio::task::yield_now().await;
            user_step().await;
            tracing::info!("after the step");
        };
        rig.call(true, Outcome::Ok, body).await;
    });
    let spans = rig.spans();
    let call = named(&spans, "infer");
    assert_eq!(names(call), ["directly in the call", "after the step"]);
    let event = call.events.iter().next().expect("an event");
    let attribute = |key: &'static str, value: opentelemetry::Value| KeyValue::new(key, value);
    for expected in [
        attribute("level", "WARN".into()),
        attribute("target", module_path!().into()),
        attribute("frames", 3.into()),
        attribute("late", true.into()),
    ] {
        assert!(event.attributes.contains(&expected), "{expected:?} in {:?}", event.attributes);
    }
    assert_eq!(names(named(&spans, "user_step")), ["inside"]);
}

#[test]
fn an_event_of_the_call_is_not_also_one_of_the_span_around_it() {
    let rig = rig(1.0);
    rig.block_on(async {
        let body = async {
            rig.call(true, Outcome::Ok, async { tracing::info!("in the call") }).await;
            tracing::info!("around the call");
        };
        body.instrument(tracing::info_span!("around")).await;
    });
    let spans = rig.spans();
    assert_eq!(names(named(&spans, "infer")), ["in the call"]);
    assert_eq!(names(named(&spans, "around")), ["around the call"]);
}

#[test]
fn the_level_of_spans_holds_for_events() {
    let rig = rig(0.0);
    rig.block_on(rig.call(true, Outcome::Ok, async {
        tracing::debug!("too fine");
        let hidden = tracing::debug_span!("too fine as well");
        hidden.in_scope(|| tracing::info!("in a span that is not exported"));
    }));
    assert_eq!(names(named(&rig.spans(), "infer")), ["in a span that is not exported"]);
}

#[test]
fn an_unsampled_call_keeps_no_events() {
    let rig = rig(1.0);
    rig.block_on(rig.call(true, Outcome::Ok, async {
        // An unsampled call of another trace, inside a sampled one: the thread serves itself.
        rig.call(false, Outcome::Ok, async { tracing::info!("of nobody") }).await;
    }));
    assert_eq!(names(named(&rig.spans(), "infer")), [""; 0]);
    assert!(rig.lines.text().contains("of nobody"));
}

#[test]
fn a_user_can_add_to_the_span_of_the_call() {
    let rig = rig(0.0);
    rig.block_on(rig.call(true, Outcome::Ok, async {
        Context::current().span().set_attribute(KeyValue::new("user", "x"));
    }));
    assert_eq!(attribute(named(&rig.spans(), "infer"), "user").as_deref(), Some("x"));
}

/// OpenTelemetry warns while its stack of contexts is borrowed; whoever looks at that stack then panics.
#[test]
fn opentelemetry_may_warn_inside_a_call() {
    let rig = rig(0.0);
    rig.block_on(rig.call(true, Outcome::Ok, async {
        let context = Context::current();
        let mut guards: Vec<_> = (0..70_000).map(|_| context.clone().attach()).collect();
        while guards.pop().is_some() {}
    }));
    assert!(rig.lines.text().contains("trace_id=0af7651916cd43dd8448eb211c80319c"), "{}", rig.lines.text());
    assert!(!names(named(&rig.spans(), "infer")).is_empty(), "the warning is an event of the call");
}
