//! A real tonic server and a real tonic client over loopback.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, BufMut};
use futures_core::Stream;
use futures_util::StreamExt;
use http::uri::PathAndQuery;
use its_telemetry::layer::{GrpcClient, GrpcClientLayer, GrpcServerLayer};
use its_telemetry::testing::TestTelemetry;
use its_telemetry::{Scope, assert_metric};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Code, Request, Response, Status};
use tower::Layer;

use super::support::eventually;

const SERVER: &str = "rpc_server_call_duration_seconds";
const CLIENT: &str = "rpc_client_call_duration_seconds";

/// Messages are text.
#[derive(Clone, Copy, Debug, Default)]
struct Text;

impl Codec for Text {
    type Encode = String;
    type Decode = String;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Text {
    type Item = String;
    type Error = Status;

    fn encode(&mut self, text: String, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put_slice(text.as_bytes());
        Ok(())
    }
}

impl Decoder for Text {
    type Item = String;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<String>, Status> {
        let bytes = from.copy_to_bytes(from.remaining());
        String::from_utf8(bytes.into()).map(Some).map_err(|_| Status::invalid_argument("not UTF-8"))
    }
}

type Texts = Pin<Box<dyn Stream<Item = Result<String, Status>> + Send>>;

/// The handlers of `its.v1.Frames`.
#[derive(Clone, Debug)]
struct Frames {
    /// Told when a handler that never ends has begun.
    begun: Arc<Notify>,
}

impl Frames {
    async fn analyse(self, request: String) -> Result<Response<String>, Status> {
        match &*request {
            "whose" => {
                let scope = Scope::current();
                Ok(Response::new(scope.and_then(|s| Some(s.tenant()?.to_string())).unwrap_or_default()))
            }
            "slow" => {
                self.begun.notify_one();
                std::future::pending().await
            }
            "panics" => panic!("asked for"),
            code => match code.parse().map(Code::from_i32) {
                Ok(Code::Ok) | Err(_) => Ok(Response::new(request)),
                Ok(code) => Err(Status::new(code, "asked for")),
            },
        }
    }

    fn watch(self, request: &str) -> Texts {
        let count = request.parse().unwrap_or(usize::MAX);
        let frames = futures_util::stream::iter(0..).map(|n: u64| Ok(n.to_string())).take(count);
        let frames = frames.then(|frame| async {
            tokio::task::yield_now().await;
            frame
        });
        match request {
            "breaks" => {
                Box::pin(frames.take(2).chain(futures_util::stream::iter([Err(Status::data_loss("gone"))])))
            }
            "panics" => Box::pin(frames.take(2).map(|frame| match frame.as_deref() {
                Ok("1") => panic!("asked for"),
                _ => frame,
            })),
            _ => Box::pin(frames),
        }
    }
}

impl tonic::server::NamedService for Frames {
    const NAME: &'static str = "its.v1.Frames";
}

impl tower::Service<http::Request<tonic::body::Body>> for Frames {
    type Response = http::Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<tonic::body::Body>) -> Self::Future {
        let frames = self.clone();
        Box::pin(async move {
            let mut grpc = tonic::server::Grpc::new(Text);
            Ok(match request.uri().path() {
                "/its.v1.Frames/Analyse" => {
                    let handler = tower::service_fn(move |request: Request<String>| {
                        frames.clone().analyse(request.into_inner())
                    });
                    grpc.unary(handler, request).await
                }
                "/its.v1.Frames/Watch" => {
                    let handler = tower::service_fn(move |request: Request<String>| {
                        let texts = frames.clone().watch(request.get_ref());
                        std::future::ready(Ok::<_, Status>(Response::new(texts)))
                    });
                    grpc.server_streaming(handler, request).await
                }
                _ => Status::unimplemented("no such method").into_http(),
            })
        })
    }
}

struct Setup {
    test: TestTelemetry,
    client: GrpcClient<Channel>,
    address: SocketAddr,
    begun: Arc<Notify>,
    server: tokio::task::JoinHandle<()>,
}

impl Setup {
    async fn new() -> Self {
        let test = TestTelemetry::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let begun = Arc::new(Notify::new());
        let connections = futures_util::stream::unfold(listener, |listener| async {
            Some((listener.accept().await.map(|(stream, _)| stream), listener))
        });
        let frames = Frames { begun: Arc::clone(&begun) };
        let router = Server::builder().layer(GrpcServerLayer::new(test.telemetry())).add_service(frames);
        let server = tokio::spawn(async move {
            let _ = router.serve_with_incoming(connections).await;
        });
        let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("a uri");
        let channel = endpoint.connect().await.expect("a connection");
        let layer = GrpcClientLayer::new(test.telemetry()).server("inference", address.port());
        Self { client: layer.layer(channel), test, address, begun, server }
    }

    async fn unary(&self, path: &'static str, message: &str) -> Result<String, Status> {
        self.unary_request(path, Request::new(message.into())).await
    }

    async fn unary_request(&self, path: &'static str, request: Request<String>) -> Result<String, Status> {
        let mut grpc = tonic::client::Grpc::new(self.client.clone());
        grpc.ready().await.map_err(|error| Status::unknown(error.to_string()))?;
        Ok(grpc.unary(request, PathAndQuery::from_static(path), Text).await?.into_inner())
    }

    async fn stream(&self, message: &str) -> Result<tonic::Streaming<String>, Status> {
        let mut grpc = tonic::client::Grpc::new(self.client.clone());
        grpc.ready().await.map_err(|error| Status::unknown(error.to_string()))?;
        let path = PathAndQuery::from_static("/its.v1.Frames/Watch");
        Ok(grpc.server_streaming(Request::new(message.into()), path, Text).await?.into_inner())
    }

    /// Nothing is in flight on either side, and both have counted as many.
    async fn settle(&self, calls: usize) {
        for side in ["server", "client"] {
            let duration = format!("rpc_{side}_call_duration_seconds");
            let all = || self.test.samples(&duration).iter().map(|sample| sample.value).sum::<f64>();
            eventually(&format!("{calls} calls of the {side}"), || all() == calls as f64).await;
            let active = self.test.samples(&format!("its_rpc_{side}_active_calls"));
            assert!(!active.is_empty() && active.iter().all(|sample| sample.value == 0.0), "{active:?}");
        }
    }
}

impl Drop for Setup {
    fn drop(&mut self) {
        self.server.abort();
    }
}

const ANALYSE: &str = "/its.v1.Frames/Analyse";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unary_calls_are_counted_by_method_and_status() {
    let setup = Setup::new().await;
    assert_eq!(setup.unary(ANALYSE, "a frame").await.expect("ok"), "a frame");
    let codes = ["2", "3", "4", "5", "8", "13", "14", "16"];
    for code in codes {
        let status = setup.unary(ANALYSE, code).await.expect_err("a status");
        assert_eq!(status.code(), Code::from_i32(code.parse().expect("a number")));
    }
    setup.settle(1 + codes.len()).await;
    let port = setup.address.port().to_string();
    for (status, server, client) in [
        ("OK", "ok", "ok"),
        ("UNKNOWN", "error", "error"),
        ("INVALID_ARGUMENT", "ok", "error"),
        ("DEADLINE_EXCEEDED", "timeout", "timeout"),
        ("NOT_FOUND", "ok", "error"),
        ("RESOURCE_EXHAUSTED", "rejected", "rejected"),
        ("INTERNAL", "error", "error"),
        ("UNAVAILABLE", "rejected", "rejected"),
        ("UNAUTHENTICATED", "ok", "error"),
    ] {
        assert_metric!(setup.test, SERVER, { rpc_system_name = "grpc", rpc_method = "its.v1.Frames/Analyse",
            rpc_response_status_code = status, outcome = server } == 1);
        assert_metric!(setup.test, CLIENT, { rpc_method = "its.v1.Frames/Analyse", server_address = "inference",
            server_port = &port, rpc_response_status_code = status, outcome = client } == 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_end_with_their_trailers() {
    let setup = Setup::new().await;
    let texts: Vec<_> = setup.stream("3").await.expect("a stream").collect().await;
    assert_eq!(texts.len(), 3);
    let texts: Vec<_> = setup.stream("breaks").await.expect("a stream").collect().await;
    assert_eq!(texts.last().map(|last| last.as_ref().map_err(Status::code)), Some(Err(Code::DataLoss)));
    let texts: Vec<_> = setup.stream("panics").await.expect("a stream").collect().await;
    assert!(texts.last().is_some_and(Result::is_err));
    setup.settle(3).await;
    let method = "its.v1.Frames/Watch";
    for (status, outcome) in [("OK", "ok"), ("DATA_LOSS", "error"), ("", "panicked")] {
        assert_metric!(setup.test, SERVER, { rpc_method = method, rpc_response_status_code = status, outcome = outcome } == 1);
    }
    assert_metric!(setup.test, CLIENT, { rpc_method = method, rpc_response_status_code = "OK", outcome = "ok" } == 1);
    assert_metric!(setup.test, CLIENT, { rpc_method = method, outcome = "error" } == 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_goes_away_cancels_the_stream() {
    let setup = Setup::new().await;
    let mut stream = setup.stream("endless").await.expect("a stream");
    assert_eq!(stream.message().await.expect("a message").as_deref(), Some("0"));
    assert_metric!(setup.test, "its_rpc_server_active_calls", {} == 1);
    assert_metric!(setup.test, "its_rpc_client_active_calls", { rpc_method = "its.v1.Frames/Watch" } == 1);
    drop(stream);
    setup.settle(1).await;
    assert_metric!(setup.test, SERVER, { rpc_method = "its.v1.Frames/Watch", outcome = "cancelled" } == 1);
    assert_metric!(setup.test, CLIENT, { outcome = "cancelled" } == 1);
    assert_metric!(setup.test, "its_rpc_server_first_byte_duration_seconds", { outcome = "ok" } == 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_given_up_is_cancelled_and_after_its_timeout_a_timeout() {
    let setup = Setup::new().await;
    // The method has series of its own once it has answered.
    setup.unary(ANALYSE, "a frame").await.expect("ok");
    tokio::select! {
        _ = setup.unary(ANALYSE, "slow") => panic!("it never answers"),
        () = setup.begun.notified() => {}
    }
    setup.settle(2).await;
    assert_metric!(setup.test, SERVER, { rpc_method = "its.v1.Frames/Analyse", outcome = "cancelled" } == 1);

    // The test's clock stands still for both layers, so that it is they who know that the time is over.
    let mut request = Request::new("slow".to_owned());
    request.set_timeout(Duration::from_millis(50));
    let call = setup.unary_request(ANALYSE, request);
    let advance = async {
        setup.begun.notified().await;
        setup.test.clock().advance(Duration::from_millis(50));
        std::future::pending().await
    };
    tokio::select! {
        status = call => assert!(status.is_err()),
        () = advance => {}
    }
    setup.settle(3).await;
    assert_metric!(setup.test, SERVER, { rpc_method = "its.v1.Frames/Analyse", outcome = "timeout" } == 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panicking_handler_is_counted_and_fails_the_call() {
    let setup = Setup::new().await;
    setup.unary(ANALYSE, "panics").await.expect_err("no response");
    setup.settle(1).await;
    assert_metric!(setup.test, SERVER, { outcome = "panicked" } == 1);
    assert_metric!(setup.test, CLIENT, { outcome = "error" } == 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn methods_that_nobody_has_make_no_series() {
    let setup = Setup::new().await;
    for path in ["/its.v1.Frames/Guess", "/admin.Shell/Run", "/its.v1.Frames/Guess2", "/a/b"] {
        let status = setup.unary(path, "").await.expect_err("unimplemented");
        assert_eq!(status.code(), Code::Unimplemented);
    }
    setup.unary(ANALYSE, "a frame").await.expect("ok");
    setup.settle(5).await;
    let methods: Vec<_> = setup
        .test
        .samples(SERVER)
        .into_iter()
        .flat_map(|sample| sample.labels.into_iter().filter(|(name, _)| name == "rpc_method"))
        .map(|(_, method)| method)
        .collect();
    assert_eq!(methods, ["_OTHER", "its.v1.Frames/Analyse"]);
    assert_metric!(setup.test, SERVER, { rpc_method = "_OTHER", rpc_response_status_code = "UNIMPLEMENTED" } == 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tenant_of_the_caller_is_the_tenant_of_the_handler() {
    let setup = Setup::new().await;
    let scope = setup.test.scope("city-17", "gate-4");
    assert_eq!(scope.run(setup.unary(ANALYSE, "whose")).await.expect("ok"), "city-17");
}
