//! Makes clients observable.

use std::sync::Arc;
use std::time::Duration;

use tower_layer::Layer;

use super::HttpClient;
use crate::Telemetry;
use crate::layer::AnyError;
use crate::layer::client::{ClientConfig, client_options};
use crate::layer::server::nanos;

/// Measures the requests of an HTTP client and sends each with the context of its call.
/// See the [module](crate::layer::http_client).
///
/// ```
/// # use its_telemetry::layer::HttpClientLayer;
/// # fn client() {}
/// # use tower_layer::Layer;
/// let client = HttpClientLayer::installed().layer(client());
/// ```
#[derive(Clone, Debug)]
pub struct HttpClientLayer<C = AnyError> {
    config: Arc<ClientConfig>,
    classify: C,
}

impl HttpClientLayer {
    /// A layer that records in the telemetry of the scope that the request is sent in, and outside any in `telemetry`.
    pub fn new(telemetry: &Telemetry) -> Self {
        Self { config: Arc::new(ClientConfig::new(Some(telemetry.root_scope()))), classify: AnyError }
    }

    /// A layer that records in the telemetry of the scope that the request is sent in, and outside any in the
    /// installed one.
    pub fn installed() -> Self {
        Self { config: Arc::new(ClientConfig::new(None)), classify: AnyError }
    }
}

impl<C> HttpClientLayer<C> {
    client_options!();

    /// Says what an error of the client means. See [`ClassifyError`](crate::layer::ClassifyError).
    #[must_use]
    pub fn classify_errors<N>(self, classify: N) -> HttpClientLayer<N> {
        HttpClientLayer { config: self.config, classify }
    }
}

impl<S, C: Clone> Layer<S> for HttpClientLayer<C> {
    type Service = HttpClient<S, C>;

    fn layer(&self, inner: S) -> Self::Service {
        HttpClient::new(inner, Arc::clone(&self.config), self.classify.clone())
    }
}
