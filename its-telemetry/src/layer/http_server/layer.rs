//! Makes services observable.

use std::sync::Arc;
use std::time::Duration;

use tower_layer::Layer;

use super::HttpServer;
use crate::Telemetry;
use crate::layer::server::{ServerConfig, nanos, server_options};
use crate::layer::{AnyError, FromRequest, TraceHeader};

/// Measures the requests of an HTTP service and gives each a place in its caller's trace.
/// See the [module](crate::layer::http_server).
///
/// ```
/// # use its_telemetry::{Telemetry, layer::HttpServerLayer};
/// # fn service() {}
/// # use tower_layer::Layer;
/// let telemetry = Telemetry::builder("camera-service").build()?;
/// let service = HttpServerLayer::new(&telemetry).layer(service());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct HttpServerLayer<C = AnyError> {
    config: Arc<ServerConfig>,
    classify: C,
}

impl HttpServerLayer {
    /// A layer that records in `telemetry`.
    pub fn new(telemetry: &Telemetry) -> Self {
        Self { config: Arc::new(ServerConfig::new(Some(telemetry.root_scope()))), classify: AnyError }
    }

    /// A layer that records in the telemetry of the scope that the request is answered in, or in the installed one.
    pub fn installed() -> Self {
        Self { config: Arc::new(ServerConfig::new(None)), classify: AnyError }
    }
}

impl<C> HttpServerLayer<C> {
    server_options!();

    /// Reads the route, which becomes the label `http_route`: a template such as `/frames/{id}`, never the path.
    #[must_use]
    pub fn route(mut self, route: FromRequest) -> Self {
        Arc::make_mut(&mut self.config).route = Some(route);
        self
    }

    /// Says what an error of the service means. See [`ClassifyError`](crate::layer::ClassifyError).
    #[must_use]
    pub fn classify_errors<N>(self, classify: N) -> HttpServerLayer<N> {
        HttpServerLayer { config: self.config, classify }
    }
}

impl<S, C: Clone> Layer<S> for HttpServerLayer<C> {
    type Service = HttpServer<S, C>;

    fn layer(&self, inner: S) -> Self::Service {
        HttpServer::new(inner, Arc::clone(&self.config), self.classify.clone())
    }
}
