//! One request with metrics to the collector, over either protocol.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_http::{Bytes, HttpClient};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use prost::Message;
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataMap;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};

use crate::trace::fields::error_text;
use crate::trace::otlp::{Protocol, Target, http_client};

/// Why a request failed.
pub(super) enum Failure {
    /// The collector has nothing of it, as far as is known: it may take the same another time.
    NotTaken(String),
    /// The collector has looked at it, and refused it or a part of it.
    Refused(String),
}

impl Failure {
    pub(super) fn into_text(self) -> String {
        match self {
            Self::NotTaken(text) | Self::Refused(text) => text,
        }
    }

    fn of(status: &Status) -> Self {
        let text = format!("{:?}: {}", status.code(), error_text(status));
        match status.code() {
            Code::InvalidArgument | Code::OutOfRange | Code::AlreadyExists | Code::DataLoss => {
                Self::Refused(text)
            }
            _ => Self::NotTaken(text),
        }
    }
}

/// A connection that is made when it is first used, and again when it was lost.
pub(super) enum Sender {
    Grpc { client: MetricsServiceClient<Channel>, metadata: MetadataMap },
    Http { client: Box<HyperClient>, endpoint: String, headers: HeaderMap, gzip: bool },
}

impl Sender {
    /// # Errors
    /// When the endpoint cannot be used. Must be called inside a runtime.
    pub(super) fn new(target: &Target) -> Result<Self, String> {
        match target.protocol {
            Protocol::Grpc => {
                let endpoint = Endpoint::from_shared(target.endpoint.clone());
                let channel = endpoint.map_err(|error| error_text(&error))?.timeout(target.timeout);
                let mut client = MetricsServiceClient::new(channel.connect_lazy());
                if target.gzip {
                    client = client.send_compressed(CompressionEncoding::Gzip);
                }
                let metadata = MetadataMap::from_headers(target.headers.clone());
                Ok(Self::Grpc { client, metadata })
            }
            Protocol::Http => {
                let mut headers = target.headers.clone();
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-protobuf"));
                let (endpoint, gzip) = (target.endpoint.clone(), target.gzip);
                Ok(Self::Http { client: Box::new(http_client(target)), endpoint, headers, gzip })
            }
        }
    }

    pub(super) async fn send(&mut self, request: ExportMetricsServiceRequest) -> Result<(), Failure> {
        let response = match self {
            Self::Grpc { client, metadata } => {
                let mut request = tonic::Request::new(request);
                *request.metadata_mut() = metadata.clone();
                let response = client.export(request).await;
                response.map_err(|status| Failure::of(&status))?.into_inner()
            }
            Self::Http { client, endpoint, headers, gzip } => {
                let request = post(endpoint, headers, *gzip, &request).map_err(Failure::NotTaken)?;
                let response = client.send_bytes(request).await;
                let response = response.map_err(|error| Failure::NotTaken(error_text(&*error)))?;
                let status = response.status();
                if !status.is_success() {
                    let text = format!("the collector answered {status}");
                    let refused = status == StatusCode::BAD_REQUEST;
                    return Err(if refused { Failure::Refused(text) } else { Failure::NotTaken(text) });
                }
                // An answer that cannot be read says nothing about what was rejected.
                ExportMetricsServiceResponse::decode(response.into_body()).unwrap_or_default()
            }
        };
        match response.partial_success {
            Some(partial) if partial.rejected_data_points > 0 => Err(Failure::Refused(format!(
                "the collector rejected {} points: {}",
                partial.rejected_data_points, partial.error_message
            ))),
            _ => Ok(()),
        }
    }
}

fn post(
    endpoint: &str,
    headers: &HeaderMap,
    gzip: bool,
    message: &ExportMetricsServiceRequest,
) -> Result<Request<Bytes>, String> {
    let mut body = message.encode_to_vec();
    let mut headers = headers.clone();
    if gzip {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&body).map_err(|error| error.to_string())?;
        body = encoder.finish().map_err(|error| error.to_string())?;
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let mut request = Request::post(endpoint).body(Bytes::from(body)).map_err(|error| error.to_string())?;
    *request.headers_mut() = headers;
    Ok(request)
}
