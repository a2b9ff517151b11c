//! What the layers allocate in a steady state: a server nothing, a client the headers that it sends.

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{Empty, Full};
use its_telemetry::layer::{GrpcServerLayer, HttpClientLayer, HttpServerLayer};
use its_telemetry::testing::TestTelemetry;
use tower::{Layer, Service, service_fn};

use super::support::{next_frame, poll};
use crate::support::allocator::measure;

const UNSAMPLED: (&str, &str) = ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");
const KNOWN: (&str, &str) = ("baggage", "its.tenant.id=city-17,its.camera.id=gate-4");
const FRAMED: (&str, &str) = ("baggage", "its.tenant.id=city-17,its.camera.id=gate-4,its.frame.id=4711");

fn answer(_: Request<Empty<Bytes>>) -> std::future::Ready<Result<Response<Full<Bytes>>, &'static str>> {
    std::future::ready(Ok(Response::new(Full::from("a frame"))))
}

fn request(lines: &[(&str, &str)]) -> Request<Empty<Bytes>> {
    let mut request = Request::builder().method("POST").uri("/its.v1.Frames/Analyse");
    for (name, value) in lines {
        request = request.header(*name, *value);
    }
    request.body(Empty::new()).expect("a request")
}

/// Answers so many requests, each read to its end. The requests are made beforehand.
fn allocations<S, B>(service: &mut S, lines: &[(&str, &str)]) -> u64
where
    S: Service<Request<Empty<Bytes>>, Response = Response<B>, Error = &'static str>,
    S::Future: Unpin,
    B: Body,
{
    let mut answer_all = |count: usize| {
        let requests: Vec<_> = (0..count).map(|_| request(lines)).collect();
        let ((), allocations, _) = measure(|| {
            for request in requests {
                let mut future = service.call(request);
                let std::task::Poll::Ready(Ok(response)) = poll(&mut future) else { panic!("no response") };
                let mut body = std::pin::pin!(response.into_body());
                while next_frame(body.as_mut()).map(|frame| frame.is_some()).is_ready()
                    && !body.is_end_stream()
                {}
            }
        });
        allocations
    };
    // The first requests make the series, the scope and the list of slowest calls.
    answer_all(100);
    answer_all(1_000)
}

#[test]
fn an_unsampled_request_costs_the_server_no_allocation() {
    let test = TestTelemetry::with(|builder| builder.sampling_ratio(0.0));
    let bare = allocations(&mut service_fn(answer), &[UNSAMPLED, KNOWN]);
    for lines in [&[][..], &[UNSAMPLED], &[UNSAMPLED, KNOWN], &[KNOWN]] {
        let mut service = HttpServerLayer::new(test.telemetry()).layer(service_fn(answer));
        assert_eq!(allocations(&mut service, lines), bare, "HTTP, {lines:?}");
        let mut service = GrpcServerLayer::new(test.telemetry()).layer(service_fn(answer));
        assert_eq!(allocations(&mut service, lines), bare, "gRPC, {lines:?}");
    }
    // A frame is another one in each request, and is kept in place.
    let mut service = HttpServerLayer::new(test.telemetry()).layer(service_fn(answer));
    assert_eq!(allocations(&mut service, &[UNSAMPLED, FRAMED]), bare, "with a frame");
}

#[test]
fn a_client_allocates_the_headers_that_it_sends() {
    let test = TestTelemetry::with(|builder| builder.sampling_ratio(0.0));
    let mut inject = service_fn(|mut request: Request<Empty<Bytes>>| {
        request.headers_mut().insert("traceparent", "00".parse().expect("a value"));
        request.headers_mut().insert("baggage", "its".parse().expect("a value"));
        answer(request)
    });
    let by_hand = allocations(&mut inject, &[]);
    let mut client = HttpClientLayer::new(test.telemetry()).server("inference", 80).layer(service_fn(answer));
    let ours = test.scope("city-17", "gate-4").in_scope(|| allocations(&mut client, &[]));
    assert!(ours <= by_hand, "{ours} allocations in 1,000 requests, {by_hand} by hand");
}
