//! Which spans there are, with which ids.

use std::collections::HashSet;

use http::{HeaderMap, HeaderValue};
use opentelemetry::trace::{SpanKind, Status, Tracer};
use tracing::Instrument;

use super::*;
use crate::scope::extract;
use crate::{Outcome, OutsideCalls};

#[test]
fn a_sampled_call_is_a_span_with_the_ids_of_the_call() {
    let rig = rig(0.0);
    let (call, ()) = rig.block_on(rig.call(true, Outcome::Ok, async {
        user_step().await;
        let nested = async {
            let mut nested = Call::new(&NESTED).start();
            nested.watch(async {}).await;
            nested.finish(Outcome::Ok);
        };
        nested.instrument(tracing::info_span!("between")).await;
    }));
    let spans = rig.spans();
    let span = named(&spans, "infer");
    assert_eq!(ids(span), (TRACE, call.span, PARENT));
    assert_eq!((&span.span_kind, &span.status), (&SpanKind::Internal, &Status::Unset));
    for (key, value) in [
        ("its.tenant.id", "acme"),
        ("its.camera.id", "cam-7"),
        ("its.model", "yolo"),
        ("its.model.version", "8"),
        ("its.outcome", "ok"),
    ] {
        assert_eq!(attribute(span, key).as_deref(), Some(value), "{key}");
    }
    assert_eq!(attribute(span, "its.sampling.reason"), None);
    let (_, step, below) = ids(named(&spans, "user_step"));
    assert_eq!(below, call.span);
    assert_eq!(ids(named(&spans, "user_leaf")).2, step);
    assert_eq!(ids(named(&spans, "nested")).2, ids(named(&spans, "between")).1);
    assert!(spans.iter().all(|span| ids(span).0 == TRACE));
    assert_eq!(spans.iter().map(|span| ids(span).1).collect::<HashSet<_>>().len(), 5, "ids of their own");
    let resource = rig.memory.resource().expect("a resource");
    assert_eq!(resource.get(&"service.name".into()).expect("a name").as_str(), "test");
}

#[test]
fn a_sampled_call_is_exported_without_any_subscriber() {
    let rig = rig(1.0);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("runtime");
    let (call, ()) = runtime.block_on(rig.call(true, Outcome::Ok, async {}));
    assert_eq!(ids(named(&rig.spans(), "infer")), (TRACE, call.span, PARENT));
    assert_eq!(rig.lines.text(), "");
}

#[test]
fn a_call_below_another_service_says_so() {
    let rig = rig(0.0);
    let mut headers = HeaderMap::new();
    headers.insert("traceparent", format!("00-{TRACE:032x}-{PARENT:016x}-01").parse().expect("a header"));
    headers.insert("tracestate", HeaderValue::from_static("a=b,c=d"));
    headers.insert("baggage", HeaderValue::from_static("its.frame.id=17"));
    let remote = rig.test.telemetry().root_scope().in_scope(|| extract(&headers));
    let call = remote.in_scope(|| {
        let call = Call::new(&INFER).start();
        let identity = call.identity().expect("measured");
        call.finish(Outcome::Ok);
        Call::new(&NESTED).start().finish(Outcome::Error);
        identity
    });
    let spans = rig.spans();
    let span = named(&spans, "infer");
    assert_eq!(ids(span), (TRACE, call.span, PARENT));
    assert!(span.parent_span_is_remote);
    assert_eq!(span.span_context.trace_state().header(), "a=b,c=d");
    assert_eq!(attribute(span, "its.frame.id").as_deref(), Some("17"));
}

#[test]
fn a_failed_call_has_the_kind_of_its_error() {
    let rig = rig(0.0);
    let verdict = Verdict { outcome: Outcome::Timeout, error_kind: Some("no_frame") };
    rig.block_on(rig.call(true, verdict, async {}));
    let spans = rig.spans();
    let span = named(&spans, "infer");
    assert_eq!(span.status, Status::error("no_frame"));
    assert_eq!(attribute(span, "error.type").as_deref(), Some("no_frame"));
    assert_eq!(attribute(span, "its.outcome").as_deref(), Some("timeout"));
    assert_eq!(attribute(span, "its.sampling.reason"), None, "head-sampled");
}

#[test]
fn an_unsampled_call_is_invisible_to_opentelemetry_only() {
    // Outside calls everything would be kept.
    let rig = rig(1.0);
    let tracer = rig.test.telemetry().core().spans.get().expect("spans").tracer.clone();
    rig.block_on(async {
        // The same callsites, in turns.
        for sampled in [false, true, false] {
            rig.call(sampled, Outcome::Ok, user_step()).await;
        }
        // A user's span by the API of OpenTelemetry itself asks no filter.
        let raw = async {
            let span = tracer.start("raw");
            let ids = opentelemetry::trace::Span::span_context(&span);
            assert_eq!((ids.is_sampled(), ids.trace_id().to_bytes()), (false, TRACE.to_be_bytes()));
        };
        rig.call(false, Outcome::Ok, raw).await;
    });
    let spans = rig.spans();
    assert_eq!(spans.len(), 3, "{spans:#?}");
    assert_eq!(rig.lines.text().matches("user_step: ").count(), 3, "{}", rig.lines.text());
    rig.block_on(user_step());
    assert_eq!(rig.spans().len(), 5, "outside any call");
}

#[test]
fn outside_calls_there_can_be_no_spans() {
    let rig = rig_with(1.0, |traces| traces.outside_calls(OutsideCalls::Never), |builder| builder);
    let tracer = rig.test.telemetry().core().spans.get().expect("spans").tracer.clone();
    rig.block_on(async {
        user_step().await;
        drop(tracer.start("raw"));
        rig.call(true, Outcome::Ok, user_step()).await;
    });
    let spans = rig.spans();
    assert_eq!(spans.len(), 3);
    assert!(spans.iter().all(|span| ids(span).0 == TRACE));
}

#[test]
fn outside_calls_the_ratio_of_the_scope_decides() {
    let rig = rig(0.0);
    let tracer = rig.test.telemetry().core().spans.get().expect("spans").tracer.clone();
    let tenant = rig.scope.tenant().expect("a tenant");
    rig.test.telemetry().set_tenant_sampling(tenant, Some(1.0));
    drop(tracer.start("elsewhere"));
    rig.scope.in_scope(|| drop(tracer.start("in the scope")));
    rig.test.telemetry().set_sampling_ratio(1.0);
    drop(tracer.start("everywhere"));
    let names: Vec<_> = rig.spans().into_iter().map(|span| span.name).collect();
    assert_eq!(names, ["in the scope", "everywhere"]);
}

/// Nothing tells the filter about the call in a task that was spawned with a `tracing` span only.
#[test]
fn a_task_belongs_to_the_call_when_it_carries_it() {
    let rig = rig(1.0);
    rig.block_on(rig.call(false, Outcome::Ok, async {
        tokio::spawn(user_step().instrument(tracing::info_span!("task"))).await.expect("task");
        tokio::spawn(crate::scope::carry(user_step())).await.expect("task");
    }));
    let spans = rig.spans();
    assert_eq!(spans.len(), 2, "{spans:#?}");
    assert_ne!(ids(named(&spans, "user_step")).0, TRACE, "a root of its own");

    let (call, ()) = rig.block_on(rig.call(true, Outcome::Ok, async {
        tokio::spawn(crate::scope::carry(user_step())).await.expect("task");
        let thread = crate::scope::carry_fn(|| Call::new(&NESTED).start().finish(Outcome::Ok));
        std::thread::spawn(thread).join().expect("thread");
    }));
    let spans: Vec<_> = rig.spans().into_iter().filter(|span| ids(span).0 == TRACE).collect();
    assert_eq!(ids(named(&spans, "user_step")).2, call.span);
    assert_eq!(ids(named(&spans, "nested")).2, call.span);
}

#[test]
fn a_call_that_is_not_recorded_leaves_no_span() {
    let rig = rig(1.0);
    rig.scope.in_scope(|| {
        Call::new(&INFER).start().discard();
        Call::new(&NESTED).start().finish(Outcome::Ok);
    });
    let names: Vec<_> = rig.spans().into_iter().map(|span| span.name).collect();
    assert_eq!(names, ["nested"]);
}

#[test]
fn users_spans_in_unsampled_calls_can_be_refused_for_all_layers() {
    let rig = rig_with(0.0, Traces::no_spans_in_unsampled_calls, |builder| builder);
    rig.block_on(async {
        for sampled in [false, true, false] {
            rig.call(sampled, Outcome::Ok, user_step()).await;
        }
    });
    assert_eq!(rig.lines.text().matches("user_step: ").count(), 1, "{}", rig.lines.text());
    assert_eq!(rig.lines.text().matches("inside").count(), 3);
    assert_eq!(rig.spans().len(), 3);
}
