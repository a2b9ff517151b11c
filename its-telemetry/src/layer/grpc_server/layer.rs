//! Makes gRPC services observable.

use std::sync::Arc;
use std::time::Duration;

use tower_layer::Layer;

use super::GrpcServer;
use crate::Telemetry;
use crate::layer::server::{ServerConfig, nanos, server_options};
use crate::layer::{AnyError, FromRequest, TraceHeader};

/// Measures the calls of a gRPC service and gives each a place in its caller's trace.
/// See the [module](crate::layer::grpc_server).
///
/// ```
/// # use its_telemetry::{Telemetry, layer::GrpcServerLayer};
/// let telemetry = Telemetry::builder("inference-service").build()?;
/// let layer = GrpcServerLayer::new(&telemetry);
/// // tonic::transport::Server::builder().layer(layer).add_service(..)
/// # let _ = layer;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct GrpcServerLayer<C = AnyError> {
    config: Arc<ServerConfig>,
    classify: C,
}

impl GrpcServerLayer {
    /// A layer that records in `telemetry`.
    pub fn new(telemetry: &Telemetry) -> Self {
        Self { config: Arc::new(ServerConfig::new(Some(telemetry.root_scope()))), classify: AnyError }
    }

    /// A layer that records in the telemetry of the scope that the call is answered in, or in the installed one.
    pub fn installed() -> Self {
        Self { config: Arc::new(ServerConfig::new(None)), classify: AnyError }
    }
}

impl<C> GrpcServerLayer<C> {
    server_options!();

    /// Says what an error of the service means. See [`ClassifyError`](crate::layer::ClassifyError).
    #[must_use]
    pub fn classify_errors<N>(self, classify: N) -> GrpcServerLayer<N> {
        GrpcServerLayer { config: self.config, classify }
    }
}

impl<S, C: Clone> Layer<S> for GrpcServerLayer<C> {
    type Service = GrpcServer<S, C>;

    fn layer(&self, inner: S) -> Self::Service {
        GrpcServer::new(inner, Arc::clone(&self.config), self.classify.clone())
    }
}
