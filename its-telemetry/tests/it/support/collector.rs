//! An OTLP collector in this process: gRPC and HTTP on loopback, and what it received.

use std::convert::Infallible;
use std::io::Read;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use its_test_support::wait_until;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::{LogsService, LogsServiceServer};
use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::net::TcpListener;
use tonic::codec::CompressionEncoding::Gzip;
use tonic::transport::server::TcpIncoming;

/// Everything received so far, in order.
#[derive(Debug, Default)]
pub struct Received {
    pub spans: Vec<Span>,
    pub logs: Vec<LogRecord>,
    pub metrics: Vec<Metric>,
    pub resources: Vec<Resource>,
    /// Headers or metadata of each request.
    pub headers: Vec<HeaderMap>,
    pub requests: usize,
    /// Requests that are still to be turned away.
    refuse: usize,
}

/// Listens on two ports until it is dropped.
#[derive(Debug)]
pub struct Collector {
    received: Shared,
    grpc: SocketAddr,
    http: SocketAddr,
    _runtime: tokio::runtime::Runtime,
}

#[derive(Clone, Debug, Default)]
struct Shared(Arc<Mutex<Received>>);

impl Shared {
    fn add(&self, headers: &HeaderMap, resource: Option<Resource>, add: impl FnOnce(&mut Received)) {
        let mut received = self.0.lock().expect("collector");
        received.headers.push(headers.clone());
        received.resources.extend(resource);
        add(&mut received);
    }

    fn refuses(&self) -> bool {
        let mut received = self.0.lock().expect("collector");
        let refuses = received.refuse > 0;
        received.refuse -= usize::from(refuses);
        refuses
    }

    fn traces(&self, headers: &HeaderMap, request: ExportTraceServiceRequest) {
        self.0.lock().expect("collector").requests += 1;
        for batch in request.resource_spans {
            let spans = batch.scope_spans.into_iter().flat_map(|scope| scope.spans);
            self.add(headers, batch.resource, |received| received.spans.extend(spans));
        }
    }

    fn logs(&self, headers: &HeaderMap, request: ExportLogsServiceRequest) {
        self.0.lock().expect("collector").requests += 1;
        for batch in request.resource_logs {
            let logs = batch.scope_logs.into_iter().flat_map(|scope| scope.log_records);
            self.add(headers, batch.resource, |received| received.logs.extend(logs));
        }
    }

    fn metrics(&self, headers: &HeaderMap, request: ExportMetricsServiceRequest) {
        self.0.lock().expect("collector").requests += 1;
        for batch in request.resource_metrics {
            let metrics = batch.scope_metrics.into_iter().flat_map(|scope| scope.metrics);
            self.add(headers, batch.resource, |received| received.metrics.extend(metrics));
        }
    }
}

macro_rules! grpc {
    ($service:ident, $request:ident, $response:ident, $method:ident) => {
        #[tonic::async_trait]
        impl $service for Shared {
            async fn export(
                &self,
                request: tonic::Request<$request>,
            ) -> Result<tonic::Response<$response>, tonic::Status> {
                if self.refuses() {
                    return Err(tonic::Status::unavailable("come back later"));
                }
                let headers = request.metadata().clone().into_headers();
                self.$method(&headers, request.into_inner());
                Ok(tonic::Response::new($response::default()))
            }
        }
    };
}
grpc!(TraceService, ExportTraceServiceRequest, ExportTraceServiceResponse, traces);
grpc!(LogsService, ExportLogsServiceRequest, ExportLogsServiceResponse, logs);
grpc!(MetricsService, ExportMetricsServiceRequest, ExportMetricsServiceResponse, metrics);

async fn over_http(
    received: Shared,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let mut body = body.collect().await.expect("a body").to_bytes().to_vec();
    if head.headers.get("content-encoding").is_some_and(|encoding| encoding == "gzip") {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&*body).read_to_end(&mut plain).expect("gzip");
        body = plain;
    }
    assert_eq!(head.headers["content-type"], "application/x-protobuf");
    let status = match head.uri.path() {
        _ if received.refuses() => StatusCode::SERVICE_UNAVAILABLE,
        "/v1/traces" => {
            received.traces(&head.headers, Message::decode(&*body).expect("traces"));
            StatusCode::OK
        }
        "/v1/logs" => {
            received.logs(&head.headers, Message::decode(&*body).expect("logs"));
            StatusCode::OK
        }
        "/v1/metrics" => {
            received.metrics(&head.headers, Message::decode(&*body).expect("metrics"));
            StatusCode::OK
        }
        _ => StatusCode::NOT_FOUND,
    };
    Ok(Response::builder().status(status).body(Full::default()).expect("a response"))
}

impl Collector {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("runtime");
        let received = Shared::default();
        let listen = || runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let (grpc, http) = (listen(), listen());
        let addresses = (grpc.local_addr().expect("address"), http.local_addr().expect("address"));
        let service = tonic::transport::Server::builder()
            .add_service(TraceServiceServer::new(received.clone()).accept_compressed(Gzip))
            .add_service(LogsServiceServer::new(received.clone()).accept_compressed(Gzip))
            .add_service(MetricsServiceServer::new(received.clone()).accept_compressed(Gzip));
        runtime.spawn(service.serve_with_incoming(TcpIncoming::from(grpc)));
        let shared = received.clone();
        runtime.spawn(async move {
            while let Ok((stream, _)) = http.accept().await {
                let shared = shared.clone();
                let service = service_fn(move |request| over_http(shared.clone(), request));
                let connection = hyper::server::conn::http1::Builder::new();
                tokio::spawn(connection.serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { received, grpc: addresses.0, http: addresses.1, _runtime: runtime }
    }

    pub fn grpc(&self) -> String {
        format!("http://{}", self.grpc)
    }

    pub fn http(&self) -> String {
        format!("http://{}", self.http)
    }

    /// Turns so many requests away, as one that is just restarted.
    pub fn refuse(&self, requests: usize) {
        self.received.0.lock().expect("collector").refuse = requests;
    }

    pub fn read<T>(&self, read: impl FnOnce(&Received) -> T) -> T {
        read(&self.received.0.lock().expect("collector"))
    }

    /// Waits until something has been received.
    #[track_caller]
    pub fn until(&self, what: &str, condition: impl Fn(&Received) -> bool) {
        wait_until(Duration::from_secs(30), what, || match self.read(&condition) {
            true => Ok(()),
            false => Err(format!("{:#?}", self.received)),
        });
    }
}

/// The value of an attribute, as text.
pub fn attribute(attributes: &[KeyValue], key: &str) -> Option<String> {
    let value = attributes.iter().find(|attribute| attribute.key == key)?.value.as_ref()?.value.as_ref()?;
    Some(match value {
        Value::StringValue(value) => value.clone(),
        Value::IntValue(value) => value.to_string(),
        Value::DoubleValue(value) => value.to_string(),
        Value::BoolValue(value) => value.to_string(),
        other => format!("{other:?}"),
    })
}
