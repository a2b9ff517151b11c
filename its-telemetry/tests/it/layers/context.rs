//! Context in and out: trace, tenant, camera, frame and what belongs to others.

use std::sync::{Arc, Mutex};

use http::{HeaderMap, Request, Response};
use http_body_util::Empty;
use its_telemetry::layer::{HttpClientLayer, HttpServerLayer, TraceHeader};
use its_telemetry::scope::{self, FrameId};
use its_telemetry::testing::TestTelemetry;
use its_telemetry::{Scope, assert_metric};
use tower::{Layer, Service, ServiceExt, service_fn};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

type Body = Empty<bytes::Bytes>;

/// What a handler saw: the headers that it would send on, and its scope.
#[derive(Clone, Debug, Default)]
struct Seen {
    onward: HeaderMap,
    tenant: Option<String>,
    camera: Option<String>,
    frame: Option<String>,
}

impl Seen {
    fn here() -> Self {
        let mut onward = HeaderMap::new();
        scope::inject(&mut onward);
        let scope = Scope::current();
        let name = |name: Option<&str>| name.map(str::to_owned);
        Self {
            onward,
            tenant: name(scope.as_ref().and_then(|scope| scope.tenant()).map(AsRef::as_ref)),
            camera: name(scope.as_ref().and_then(|scope| scope.camera()).map(AsRef::as_ref)),
            frame: FrameId::current().map(|frame| frame.to_string()),
        }
    }

    fn header(&self, name: &str) -> &str {
        self.onward.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    fn names(&self) -> (Option<&str>, Option<&str>) {
        (self.tenant.as_deref(), self.camera.as_deref())
    }

    /// Trace id, span id and flags of the call.
    fn call(&self) -> (&str, &str, &str) {
        let parts: Vec<&str> = self.header("traceparent").split('-').collect();
        let [_, trace, span, flags] = parts[..] else { panic!("no call: {self:?}") };
        (trace, span, flags)
    }
}

fn request(lines: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().uri("/frames");
    for (name, value) in lines {
        request = request.header(*name, *value);
    }
    request.body(Body::new()).expect("a request")
}

/// Sends the request through the layer, and returns what the handler saw and the headers of the response.
async fn serve(layer: &HttpServerLayer, request: Request<Body>) -> (Seen, HeaderMap) {
    let seen = Arc::new(Mutex::new(Seen::default()));
    let to = Arc::clone(&seen);
    let service = layer.layer(service_fn(move |_: Request<Body>| {
        let to = Arc::clone(&to);
        async move {
            tokio::task::yield_now().await;
            *to.lock().expect("no panic") = Seen::here();
            Ok::<_, std::convert::Infallible>(Response::new(Body::new()))
        }
    }));
    let response = service.oneshot(request).await.expect("infallible");
    (seen.lock().expect("no panic").clone(), response.headers().clone())
}

#[tokio::test]
async fn the_callers_trace_goes_on() {
    let test = TestTelemetry::with(|builder| builder.sampling_ratio(0.0));
    let layer = HttpServerLayer::new(test.telemetry());
    for (flags_in, flags_out) in [("00", "00"), ("01", "01"), ("02", "02"), ("03", "03"), ("ff", "03")] {
        let parent = format!("00-{TRACE}-00f067aa0ba902b7-{flags_in}");
        let (seen, _) = serve(&layer, request(&[("traceparent", &parent)])).await;
        let (trace, span, flags) = seen.call();
        assert_eq!((trace, flags), (TRACE, flags_out));
        assert_ne!(span, "00f067aa0ba902b7", "a span of its own");
    }
    assert!(Scope::current().is_none(), "nothing stays on the thread");
}

#[tokio::test]
async fn without_a_caller_a_trace_begins() {
    let test = TestTelemetry::with(|builder| builder.sampling_ratio(0.0));
    let layer = HttpServerLayer::new(test.telemetry());
    let (first, _) = serve(&layer, request(&[])).await;
    let (second, _) = serve(&layer, request(&[])).await;
    assert_ne!(first.call().0, second.call().0);
    assert_eq!(first.call().2, "02", "not sampled, and the id is random");
    assert_eq!(first.header("baggage"), "");
    assert_eq!(first.names(), (None, None));
}

#[tokio::test]
async fn tenant_camera_and_frame_arrive_and_others_are_passed_on() {
    let test = TestTelemetry::new();
    let layer = HttpServerLayer::new(test.telemetry());
    let lines = [
        ("traceparent", PARENT),
        ("tracestate", "vendor=1,other=2"),
        ("baggage", "color=red;hue=1,its.tenant.id=city-17,its.camera.id=gate-4,its.frame.id=4711"),
    ];
    let (seen, _) = serve(&layer, request(&lines)).await;
    assert_eq!(seen.names(), (Some("city-17"), Some("gate-4")));
    assert_eq!(seen.frame.as_deref(), Some("4711"));
    assert_eq!(seen.header("tracestate"), "vendor=1,other=2");
    assert_eq!(seen.header("baggage"), lines[2].1, "as it came, since nothing has changed");
    let (seen, _) = serve(&layer, request(&[])).await;
    assert_eq!((seen.frame, seen.tenant), (None, None), "nothing is left over for the next request");
}

#[tokio::test]
async fn hostile_headers_never_fail_a_request() {
    let test = TestTelemetry::new();
    let layer = HttpServerLayer::new(test.telemetry());
    let long = "x".repeat(20_000);
    let members: String = (0..300).map(|n| format!("k{n}=v,")).collect();
    let requests: &[&[(&str, &str)]] = &[
        &[("traceparent", "")],
        &[("traceparent", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")],
        &[("traceparent", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")],
        &[("traceparent", "00-00000000000000000000000000000000-00f067aa0ba902b7-01")],
        &[("traceparent", PARENT), ("traceparent", PARENT)],
        &[("traceparent", &long)],
        &[("tracestate", &long), ("baggage", &long)],
        &[("baggage", &members)],
        &[("baggage", "its.tenant.id=%00%FF%22%0A")],
        &[("baggage", "its.tenant.id=_other,its.camera.id=_other")],
        &[("baggage", "its.frame.id=%ff")],
    ];
    for lines in requests {
        let (seen, _) = serve(&layer, request(lines)).await;
        assert_ne!(seen.call().0, TRACE, "a new trace: {lines:?}");
        assert!(matches!(seen.names(), (None | Some("_invalid"), None | Some("_invalid"))), "{seen:?}");
        assert!(!seen.header("baggage").contains("its."), "{seen:?}");
    }
    let count = requests.len();
    assert_metric!(test, "http_server_request_duration_seconds", { outcome = "ok" } == count);
}

#[tokio::test]
async fn strangers_get_a_trace_of_their_own_and_pass_nothing_on() {
    let test = TestTelemetry::new();
    let layer = HttpServerLayer::new(test.telemetry()).untrusted();
    let lines =
        [("traceparent", PARENT), ("tracestate", "a=1"), ("baggage", "its.tenant.id=city-17,color=red")];
    let (seen, _) = serve(&layer, request(&lines)).await;
    assert_ne!(seen.call().0, TRACE);
    assert_eq!((seen.names(), seen.header("tracestate"), seen.header("baggage")), ((None, None), "", ""));
}

#[tokio::test]
async fn the_service_may_know_the_tenant() {
    #[derive(Clone)]
    struct Claims(String);

    let test = TestTelemetry::new();
    let layer = HttpServerLayer::new(test.telemetry())
        .tenant_from(|head| head.extensions.get::<Claims>().map(|claims| &*claims.0))
        .camera_from(|head| head.headers.get("x-camera")?.to_str().ok());
    let mut known = request(&[("baggage", "its.tenant.id=city-17"), ("x-camera", "gate-1")]);
    known.extensions_mut().insert(Claims("city-18".into()));
    let (seen, _) = serve(&layer, known).await;
    assert_eq!(seen.names(), (Some("city-18"), Some("gate-1")));
    assert_eq!(seen.header("baggage"), "its.tenant.id=city-18,its.camera.id=gate-1");
}

#[tokio::test]
async fn the_response_names_the_trace_when_asked_to() {
    let test = TestTelemetry::with(|builder| builder.sampling_ratio(0.0));
    let layer = HttpServerLayer::new(test.telemetry());
    let (_, headers) = serve(&layer, request(&[("traceparent", PARENT)])).await;
    assert!(headers.is_empty());
    let (_, headers) =
        serve(&layer.clone().trace_header(TraceHeader::TraceId), request(&[("traceparent", PARENT)])).await;
    assert_eq!(headers["x-trace-id"], TRACE);
    let (seen, headers) = serve(&layer.trace_header(TraceHeader::TraceResponse), request(&[])).await;
    let (trace, span, _) = seen.call();
    assert_eq!(headers["traceresponse"], format!("00-{trace}-{span}-00"));
}

#[tokio::test]
async fn one_trace_goes_through_two_services() {
    let (first, second) = (TestTelemetry::new(), TestTelemetry::new());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let behind = {
        let seen = Arc::clone(&seen);
        HttpServerLayer::new(second.telemetry()).layer(service_fn(move |request: Request<Body>| {
            seen.lock().expect("no panic").push((request.headers().clone(), Seen::here()));
            std::future::ready(Ok::<_, std::convert::Infallible>(Response::new(Body::new())))
        }))
    };
    // The wire: what runs behind it knows nothing of the caller's thread.
    let wire = service_fn(move |request: Request<Body>| {
        let mut behind = behind.clone();
        async move { tokio::spawn(async move { behind.call(request).await }).await.expect("no panic") }
    });
    let client = HttpClientLayer::new(first.telemetry()).layer(wire);
    let front = HttpServerLayer::new(first.telemetry()).layer(service_fn(move |_: Request<Body>| {
        client.clone().oneshot(request(&[("traceparent", "stale"), ("baggage", "stale=1")]))
    }));
    let lines =
        [("traceparent", PARENT), ("tracestate", "a=1"), ("baggage", "its.tenant.id=city-17,color=red")];
    front.oneshot(request(&lines)).await.expect("infallible");

    let seen = seen.lock().expect("no panic");
    let [(wire, behind)] = &seen[..] else { panic!("one request: {seen:?}") };
    let sent = Seen { onward: wire.clone(), ..Seen::default() };
    assert_eq!((sent.call().0, behind.call().0), (TRACE, TRACE));
    assert_eq!(behind.names(), (Some("city-17"), None));
    assert_eq!(behind.header("tracestate"), "a=1");
    assert_eq!(sent.header("baggage"), "its.tenant.id=city-17,color=red");
    assert_metric!(first, "http_client_request_duration_seconds", { outcome = "ok" } == 1);
    assert_metric!(second, "http_server_request_duration_seconds", { outcome = "ok" } == 1);
    first.spans().and(second.spans()).assert(
        "
        GET (server, ok, remote parent, its.tenant.id=city-17)
          GET (client, ok)
            GET (server, ok, its.tenant.id=city-17)
        ",
    );
}

#[tokio::test]
async fn strangers_are_sent_the_trace_and_no_baggage() {
    let test = TestTelemetry::new();
    let layer = HttpClientLayer::installed().without_baggage().server("vendor", 443);
    let mut client = layer.layer(service_fn(|request: Request<Body>| {
        assert!(request.headers().contains_key("traceparent"));
        assert!(!request.headers().contains_key("baggage"));
        std::future::ready(Ok::<_, std::convert::Infallible>(Response::new(Body::new())))
    }));
    let own = request(&[("baggage", "color=red")]);
    test.scope("city-17", "gate-4").in_scope(|| client.call(own)).await.expect("infallible");
    assert_metric!(test, "http_client_request_duration_seconds", { server_address = "vendor", server_port = "443" } == 1);
}

#[tokio::test]
async fn without_telemetry_requests_go_through_untouched() {
    let answer = |request: Request<Body>| {
        assert!(!request.headers().contains_key("traceparent"));
        assert_eq!(request.headers()["baggage"], "color=red");
        std::future::ready(Ok::<_, std::convert::Infallible>(Response::new(Body::new())))
    };
    let client = HttpClientLayer::installed().layer(service_fn(answer));
    client.oneshot(request(&[("baggage", "color=red")])).await.expect("infallible");
    let server = HttpServerLayer::installed().layer(service_fn(answer));
    server.oneshot(request(&[("baggage", "color=red")])).await.expect("infallible");
}

#[tokio::test]
async fn hand_written_servers_and_clients_have_the_same_context() {
    let test = TestTelemetry::new();
    let lines = [
        ("traceparent", PARENT),
        ("tracestate", "a=1"),
        ("baggage", "its.tenant.id=city-17,its.camera.id=gate-4,its.frame.id=9,color=red"),
    ];
    let headers = request(&lines).headers().clone();
    let remote = test.in_scope(|| scope::extract(&headers));
    assert_eq!(format!("{:032x}", remote.identity().expect("a caller").trace_id()), TRACE);
    let seen = remote.clone().run(async { Seen::here() }).await;
    assert_eq!(seen.names(), (Some("city-17"), Some("gate-4")));
    assert_eq!(seen.frame.as_deref(), Some("9"));
    assert_eq!(seen.header("traceparent"), PARENT, "no call of our own lies between");
    assert_eq!(seen.header("baggage"), lines[2].1);
    let client = HttpClientLayer::installed().layer(service_fn(|request: Request<Body>| {
        let onward = Seen { onward: request.headers().clone(), ..Seen::default() };
        assert_eq!(onward.call().0, TRACE);
        assert_ne!(onward.header("traceparent"), PARENT);
        std::future::ready(Ok::<_, std::convert::Infallible>(Response::new(Body::new())))
    }));
    remote.in_scope(|| drop(poll_now(client.oneshot(request(&[])))));
    assert_metric!(test, "http_client_request_duration_seconds" == 1);
    assert!(test.in_scope(|| scope::extract(&HeaderMap::new())).identity().is_none());
}

#[tokio::test]
async fn a_frame_goes_with_the_scope() {
    let test = TestTelemetry::new();
    let scope = test.scope("city-17", "gate-4");
    let frame = scope.in_frame(FrameId::from(7), FrameId::current);
    assert_eq!(frame, Some(FrameId::from(7)));
    let current = scope.run_frame(FrameId::new("a-8").expect("valid"), async { FrameId::current() }).await;
    assert_eq!(current.expect("a frame").as_str(), "a-8");
    assert_eq!(scope.in_scope(FrameId::current), None);
    // A task takes it along.
    let task = scope.in_frame(FrameId::from(7), || tokio::spawn(scope::carry(async { FrameId::current() })));
    assert_eq!(task.await.expect("no panic"), Some(FrameId::from(7)));
}

/// The output of a future that is ready.
fn poll_now<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("not ready"),
    }
}
