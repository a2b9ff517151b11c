//! Calls that are exported although they were not sampled.

use std::time::SystemTime;

use http::{HeaderMap, HeaderValue};
use opentelemetry::trace::Status;

use super::*;
use crate::Outcome;
use crate::scope::extract;

/// What a call takes by the clock of the test.
const TOOK: Duration = Duration::from_millis(30);

#[test]
fn a_failed_call_is_exported_afterwards() {
    let rig = rig(0.0);
    let before = SystemTime::now();
    let (call, ()) = rig.block_on(async {
        rig.call(false, Outcome::Ok, async {}).await;
        rig.call(true, Outcome::Ok, async {}).await;
        let fails = async {
            user_step().await;
            rig.test.clock().advance(TOOK);
        };
        rig.call(false, Verdict { outcome: Outcome::Error, error_kind: Some("boom") }, fails).await
    });
    let spans = rig.spans();
    assert_eq!(spans.len(), 2, "the head-sampled and the rescued one");
    let span = spans.iter().find(|span| ids(span).1 == call.span).expect("the rescued one");
    assert_eq!(ids(span), (TRACE, call.span, PARENT));
    assert!(span.span_context.is_sampled());
    assert_eq!(span.status, Status::error("boom"));
    assert_eq!(attribute(span, "its.sampling.reason").as_deref(), Some("error"));
    assert_eq!(attribute(span, "its.camera.id").as_deref(), Some("cam-7"));
    assert_eq!(span.end_time.duration_since(span.start_time).expect("in order"), TOOK);
    assert!(span.end_time >= before && span.end_time <= SystemTime::now());
}

#[test]
fn a_slow_call_is_exported_afterwards() {
    let rig = rig_with(0.0, |traces| traces, |builder| builder.slow_call(TOOK));
    rig.block_on(async {
        rig.call(false, Outcome::Ok, async {}).await;
        rig.call(false, Outcome::Ok, async { rig.test.clock().advance(TOOK) }).await;
    });
    let spans = rig.spans();
    assert_eq!(attribute(named(&spans, "infer"), "its.sampling.reason").as_deref(), Some("slow"));
    assert_eq!(named(&spans, "infer").status, Status::Unset);
}

#[test]
fn what_the_rate_limit_refuses_is_counted() {
    let rig = rig_with(0.0, |traces| traces.rescue_rate(0.001, 3), |builder| builder);
    rig.block_on(async {
        for _ in 0..5 {
            rig.call(false, Outcome::Error, async {}).await;
        }
    });
    assert_eq!((rig.spans().len(), rig.dropped("rescue_rate")), (3, 2));
}

/// The exemplars of the duration histogram, as span ids.
fn exemplars(telemetry: &Telemetry) -> Vec<u64> {
    let family = telemetry.core().registry.find("its_inference_duration_seconds").expect("family");
    let (mut page, mut spans, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    family.page(None, 100, &mut page);
    for series in page {
        if let crate::registry::Value::Histogram { exemplars, .. } = series.value() {
            kept.clear();
            exemplars.read(&mut kept);
            spans.extend(kept.iter().flatten().map(|exemplar| exemplar.span));
        }
    }
    spans
}

#[test]
fn exported_calls_and_no_others_become_exemplars() {
    let rig = rig_with(0.0, |traces| traces.rescue_rate(0.001, 1), |builder| builder);
    let expected = rig.block_on(async {
        rig.call(false, Outcome::Ok, async {}).await;
        let (rescued, ()) = rig.call(false, Outcome::Error, async {}).await;
        rig.call(false, Outcome::Timeout, async {}).await;
        let (sampled, ()) = rig.call(true, Outcome::Ok, async {}).await;
        [rescued.span, sampled.span]
    });
    let mut found = exemplars(rig.test.telemetry());
    found.sort_by_key(|span| expected.iter().position(|e| e == span));
    assert_eq!(found, expected);
}

#[test]
fn sampling_and_exemplars_work_without_an_exporter() {
    let telemetry =
        Telemetry::builder("cams").ignore_environment().sampling_ratio(1.0).build().expect("telemetry");
    let call = telemetry.root_scope().in_scope(|| {
        let call = Call::new(&INFER).start();
        let identity = call.identity().expect("measured");
        call.finish(Outcome::Ok);
        identity
    });
    assert!(call.sampled);
    assert_eq!(exemplars(&telemetry), [call.span]);
}

#[test]
fn a_caller_may_ask_for_a_trace_where_that_is_allowed() {
    for allowed in [false, true] {
        let rig = rig_with(0.0, |traces| traces, |builder| builder.debug_baggage(allowed));
        let (tenant, camera) = (rig.scope.tenant().expect("tenant"), rig.scope.camera().expect("camera"));
        let sampled = |flag: &str, baggage: &'static str| {
            let mut headers = HeaderMap::new();
            let parent = format!("00-{TRACE:032x}-{PARENT:016x}-{flag}");
            headers.insert("traceparent", parent.parse().expect("a header"));
            headers.insert("baggage", HeaderValue::from_static(baggage));
            let remote = rig.test.telemetry().root_scope().in_scope(|| extract(&headers));
            remote.in_scope(|| Call::new(&INFER).start().identity().expect("measured").sampled)
        };
        assert!(sampled("01", "a=b"), "the parent's flag");
        assert!(!sampled("00", "a=b"));
        assert_eq!(sampled("00", "its.debug=1"), allowed);
        rig.test.telemetry().set_camera_sampling(tenant, camera, Some(1.0));
        assert!(sampled("00", "its.tenant.id=acme,its.camera.id=cam-7"), "somebody looks at this camera");
        assert!(!sampled("00", "its.tenant.id=acme,its.camera.id=cam-8"));
    }
}
