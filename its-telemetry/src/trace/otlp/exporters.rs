//! OpenTelemetry's own exporters, made from a target. They have to be made inside a runtime.

use std::collections::HashMap;

use http::HeaderMap;
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_otlp::{
    Compression, LogExporter, Protocol as Wire, SpanExporter, WithExportConfig, WithHttpConfig,
    WithTonicConfig,
};
use tonic::metadata::MetadataMap;

use super::{Protocol, Target};

/// An HTTP client on the runtime of the thread it is used on.
pub(crate) fn http_client(target: &Target) -> HyperClient {
    HyperClient::with_default_connector(target.timeout, None)
}

fn texts(headers: &HeaderMap) -> HashMap<String, String> {
    let text = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    headers.iter().filter_map(text).collect()
}

/// The exporters share no trait to build them by.
macro_rules! build {
    ($exporter:ident, $target:expr) => {{
        let target = $target;
        let built = match target.protocol {
            Protocol::Grpc => {
                let metadata = MetadataMap::from_headers(target.headers.clone());
                let builder = $exporter::builder().with_tonic().with_metadata(metadata);
                let builder = builder.with_endpoint(&target.endpoint).with_timeout(target.timeout);
                if target.gzip { builder.with_compression(Compression::Gzip) } else { builder }.build()
            }
            Protocol::Http => {
                let builder = $exporter::builder().with_http().with_http_client(http_client(target));
                let builder = builder.with_protocol(Wire::HttpBinary).with_headers(texts(&target.headers));
                let builder = builder.with_endpoint(&target.endpoint).with_timeout(target.timeout);
                if target.gzip { builder.with_compression(Compression::Gzip) } else { builder }.build()
            }
        };
        built.map_err(|error| error.to_string())
    }};
}

pub(crate) fn span_exporter(target: &Target) -> Result<SpanExporter, String> {
    build!(SpanExporter, target)
}

pub(crate) fn log_exporter(target: &Target) -> Result<LogExporter, String> {
    build!(LogExporter, target)
}
