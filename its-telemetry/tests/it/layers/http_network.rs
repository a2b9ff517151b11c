//! A real axum server and a real hyper client over loopback.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Path;
use axum::routing::{get, post};
use axum::{Router, http::StatusCode};
use bytes::Bytes;
use futures_util::StreamExt;
use http::Request;
use http_body::Frame;
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use its_telemetry::layer::{HttpClient, HttpClientLayer, HttpServerLayer, ResponseBody};
use its_telemetry::testing::TestTelemetry;
use its_telemetry::{Scope, assert_metric};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tower::{Layer, Service, ServiceExt};

use super::support::eventually;

const SERVER: &str = "http_server_request_duration_seconds";
const CLIENT: &str = "http_client_request_duration_seconds";

/// Frames until nobody wants any more.
fn endless() -> Body {
    let frames =
        futures_util::stream::repeat_with(|| Ok::<_, Infallible>(Frame::data(Bytes::from(vec![0; 65_536]))));
    // Gives way, so that the client's going away is noticed.
    let frames = frames.then(|frame| async {
        tokio::task::yield_now().await;
        frame
    });
    Body::new(StreamBody::new(frames))
}

fn with_trailers() -> Body {
    let trailers = [("digest".parse().expect("a name"), "x".parse().expect("a value"))].into_iter().collect();
    let frames = [Frame::data(Bytes::from_static(b"ab")), Frame::trailers(trailers)].map(Ok::<_, Infallible>);
    Body::new(StreamBody::new(futures_util::stream::iter(frames)))
}

async fn panics() -> &'static str {
    panic!("asked for")
}

fn router(slow: Arc<Notify>) -> Router {
    let nested = Router::new().route("/cameras/{camera}", get(|Path(camera): Path<String>| async { camera }));
    Router::new()
        .route("/frames/{id}", get(|Path(id): Path<u64>| async move { id.to_string() }))
        .route("/empty", post(|| async { StatusCode::NO_CONTENT }))
        .route("/fails", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
        .route("/busy", get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
        .route("/stream", get(|| async { endless() }))
        .route("/trailers", get(|| async { with_trailers() }))
        .route("/panics", get(panics))
        .route(
            "/slow",
            get(move || async move {
                slow.notify_one();
                std::future::pending::<()>().await
            }),
        )
        .route(
            "/whose",
            get(|| async {
                let scope = Scope::current();
                scope.and_then(|scope| Some(scope.tenant()?.to_string())).unwrap_or_default()
            }),
        )
        .nest("/v1", nested)
}

struct Setup {
    test: TestTelemetry,
    address: SocketAddr,
    client: HttpClient<Client<HttpConnector, Full<Bytes>>>,
    /// Told when the slow handler has begun.
    slow: Arc<Notify>,
    server: tokio::task::JoinHandle<()>,
}

impl Setup {
    async fn new(http2: bool) -> Self {
        let test = TestTelemetry::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let slow = Arc::new(Notify::new());
        let router = router(Arc::clone(&slow)).layer(HttpServerLayer::new(test.telemetry()));
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        let client = Client::builder(TokioExecutor::new()).http2_only(http2).build_http();
        let client = HttpClientLayer::new(test.telemetry()).layer(client);
        Self { test, address, client, slow, server }
    }

    fn request(&self, method: &str, path: &str) -> Request<Full<Bytes>> {
        let uri = format!("http://{}{path}", self.address);
        Request::builder().method(method).uri(uri).body(Full::default()).expect("a request")
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
    ) -> Result<http::Response<ResponseBody<hyper::body::Incoming>>, hyper_util::client::legacy::Error> {
        self.client.clone().call(self.request(method, path)).await
    }

    /// Sends a request and reads the response to its end.
    async fn read(&self, method: &str, path: &str) -> (StatusCode, Bytes) {
        let response = self.send(method, path).await.expect("a response");
        let status = response.status();
        (status, response.into_body().collect().await.expect("a body").to_bytes())
    }

    fn ended(&self, metric: &str, labels: &[(&str, &str)]) -> f64 {
        self.test.select(metric, labels).value()
    }

    /// Nothing is in flight on either side, and both have counted the same.
    async fn settle(&self, requests: usize) {
        for side in ["server", "client"] {
            let duration = format!("http_{side}_request_duration_seconds");
            let all = || self.test.samples(&duration).iter().map(|sample| sample.value).sum::<f64>();
            eventually(&format!("{requests} requests of the {side}"), || all() == requests as f64).await;
            let active = self.test.samples(&format!("http_{side}_active_requests"));
            assert!(!active.is_empty() && active.iter().all(|sample| sample.value == 0.0), "{active:?}");
        }
    }
}

impl Drop for Setup {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answers(http2: bool) {
    let setup = Setup::new(http2).await;
    let port = setup.address.port().to_string();
    assert_eq!(setup.read("GET", "/frames/7").await, (StatusCode::OK, "7".into()));
    assert_eq!(setup.read("GET", "/frames/8").await, (StatusCode::OK, "8".into()));
    assert_eq!(setup.read("HEAD", "/frames/8").await, (StatusCode::OK, "".into()));
    assert_eq!(setup.read("GET", "/frames/x").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(setup.read("GET", "/v1/cameras/gate-4").await, (StatusCode::OK, "gate-4".into()));
    assert_eq!(setup.read("GET", "/../etc/passwd").await.0, StatusCode::NOT_FOUND);
    assert_eq!(setup.read("GET", "/nothing/here?q=1").await.0, StatusCode::NOT_FOUND);
    assert_eq!(setup.read("POST", "/empty").await.0, StatusCode::NO_CONTENT);
    assert_eq!(setup.read("GET", "/fails").await.0, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(setup.read("GET", "/busy").await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(setup.read("GET", "/trailers").await, (StatusCode::OK, "ab".into()));
    setup.settle(11).await;
    for (method, route, status, outcome, count) in [
        ("GET", "/frames/{id}", "200", "ok", 2.0),
        ("HEAD", "/frames/{id}", "200", "ok", 1.0),
        ("GET", "/frames/{id}", "400", "ok", 1.0),
        ("GET", "/v1/cameras/{camera}", "200", "ok", 1.0),
        ("GET", "unmatched", "404", "ok", 2.0),
        ("POST", "/empty", "204", "ok", 1.0),
        ("GET", "/fails", "500", "error", 1.0),
        ("GET", "/busy", "503", "rejected", 1.0),
        ("GET", "/trailers", "200", "ok", 1.0),
    ] {
        let labels = [
            ("http_request_method", method),
            ("http_route", route),
            ("http_response_status_code", status),
            ("outcome", outcome),
        ];
        assert_eq!(setup.ended(SERVER, &labels), count, "{}", setup.test.select(SERVER, &labels));
    }
    for (status, outcome, count) in [
        ("200", "ok", 5.0),
        ("204", "ok", 1.0),
        ("400", "error", 1.0),
        ("404", "error", 2.0),
        ("503", "rejected", 1.0),
    ] {
        let labels = [
            ("server_address", "127.0.0.1"),
            ("server_port", &*port),
            ("http_response_status_code", status),
            ("outcome", outcome),
        ];
        assert_eq!(setup.ended(CLIENT, &labels), count, "{}", setup.test.select(CLIENT, &labels));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http1_is_measured_by_route() {
    answers(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http2_is_measured_by_route() {
    answers(true).await;
}

async fn gone_half_way(http2: bool) {
    let setup = Setup::new(http2).await;
    let mut response = setup.send("GET", "/stream").await.expect("a response");
    let frame = response.body_mut().frame().await.expect("a frame").expect("data");
    assert!(frame.is_data());
    assert_metric!(setup.test, "http_server_active_requests", { http_request_method = "GET" } == 1);
    assert_metric!(setup.test, "its_http_server_first_byte_duration_seconds", { outcome = "ok" } == 1);
    drop(response);
    setup.settle(1).await;
    assert_metric!(setup.test, SERVER, { http_route = "/stream", outcome = "cancelled" } == 1);
    assert_metric!(setup.test, CLIENT, { http_response_status_code = "200", outcome = "cancelled" } == 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_goes_away_half_way_cancels_the_request() {
    gone_half_way(false).await;
    gone_half_way(true).await;
}

async fn given_up(http2: bool) {
    let setup = Setup::new(http2).await;
    tokio::select! {
        _ = setup.send("GET", "/slow") => panic!("it never answers"),
        () = setup.slow.notified() => {}
    }
    setup.settle(1).await;
    assert_metric!(setup.test, SERVER, { http_route = "/slow", http_response_status_code = "", outcome = "cancelled" } == 1);
    assert_metric!(setup.test, CLIENT, { http_response_status_code = "", outcome = "cancelled" } == 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_given_up_before_its_headers_is_cancelled() {
    given_up(false).await;
    given_up(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panicking_handler_is_counted_and_breaks_the_connection() {
    let setup = Setup::new(false).await;
    setup.send("GET", "/panics").await.expect_err("no response");
    setup.settle(1).await;
    assert_metric!(setup.test, SERVER, { http_route = "/panics", outcome = "panicked" } == 1);
    assert_metric!(setup.test, CLIENT, { http_response_status_code = "", outcome = "error" } == 1);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_of_the_client() {
    let setup = Setup::new(false).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let uri = format!("http://{}/", listener.local_addr().expect("its address"));
    drop(listener);
    let request = Request::builder().uri(uri).body(Full::default()).expect("a request");
    setup.client.clone().oneshot(request).await.expect_err("nobody listens");
    assert_metric!(setup.test, CLIENT, { outcome = "error" } == 1);
    assert_metric!(setup.test, "http_client_active_requests" == 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tenant_of_the_client_is_the_tenant_of_the_handler() {
    let setup = Setup::new(false).await;
    let scope = setup.test.scope("city-17", "gate-4");
    let (_, whose) = scope.run(setup.read("GET", "/whose")).await;
    assert_eq!(whose, "city-17");
}

/// Without axum: hyper serves a tower service.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plain_hyper_will_do() {
    let test = TestTelemetry::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let layer = HttpServerLayer::new(test.telemetry())
        .route(|head| head.uri.path().starts_with("/frames/").then_some("/frames/{id}"));
    let service = layer.layer(tower::service_fn(|request: Request<hyper::body::Incoming>| async move {
        let body = request.into_body().collect().await?.to_bytes();
        Ok::<_, hyper::Error>(http::Response::new(Full::new(body)))
    }));
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = hyper_util::service::TowerToHyperService::new(service.clone());
            let io = hyper_util::rt::TokioIo::new(stream);
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(io, service));
        }
    });
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    for path in ["/frames/7", "/frames/8", "/other"] {
        let uri = format!("http://{address}{path}").parse().expect("a uri");
        let response = client.get(uri).await.expect("a response");
        response.into_body().collect().await.expect("a body");
    }
    for (route, count) in [("/frames/{id}", 2.0), ("unmatched", 1.0)] {
        eventually(route, || {
            test.select(SERVER, &[("http_route", route), ("outcome", "ok")]).value() == count
        })
        .await;
    }
    assert_metric!(test, "http_server_active_requests" == 0);
    server.abort();
}
