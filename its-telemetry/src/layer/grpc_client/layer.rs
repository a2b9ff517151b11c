//! Makes gRPC clients observable.

use std::sync::Arc;
use std::time::Duration;

use tower_layer::Layer;

use super::GrpcClient;
use crate::Telemetry;
use crate::layer::AnyError;
use crate::layer::client::{ClientConfig, client_options};
use crate::layer::server::nanos;

/// Measures the calls of a gRPC client and sends each with its context.
/// See the [module](crate::layer::grpc_client).
///
/// ```
/// # use its_telemetry::layer::GrpcClientLayer;
/// # fn client() {}
/// # use tower_layer::Layer;
/// let client = GrpcClientLayer::installed().layer(client());
/// ```
#[derive(Clone, Debug)]
pub struct GrpcClientLayer<C = AnyError> {
    config: Arc<ClientConfig>,
    classify: C,
}

impl GrpcClientLayer {
    /// A layer that records in the telemetry of the scope that the call is made in, and outside any in `telemetry`.
    pub fn new(telemetry: &Telemetry) -> Self {
        Self { config: Arc::new(ClientConfig::new(Some(telemetry.root_scope()))), classify: AnyError }
    }

    /// A layer that records in the telemetry of the scope that the call is made in, and outside any in the
    /// installed one.
    pub fn installed() -> Self {
        Self { config: Arc::new(ClientConfig::new(None)), classify: AnyError }
    }
}

impl<C> GrpcClientLayer<C> {
    client_options!();

    /// Says what an error of the client means. See [`ClassifyError`](crate::layer::ClassifyError).
    #[must_use]
    pub fn classify_errors<N>(self, classify: N) -> GrpcClientLayer<N> {
        GrpcClientLayer { config: self.config, classify }
    }
}

impl<S, C: Clone> Layer<S> for GrpcClientLayer<C> {
    type Service = GrpcClient<S, C>;

    fn layer(&self, inner: S) -> Self::Service {
        GrpcClient::new(inner, Arc::clone(&self.config), self.classify.clone())
    }
}
