//! What the layers of servers have in common: whose telemetry, how far callers are trusted, what a request is about.

use std::time::Duration;

use super::{FromRequest, RequestHead, TraceHeader};
use crate::core::{self, Core};
use crate::instruments::request::RequestKey;
use crate::observe::Observation;
use crate::scope::{Known, Scope, arrive};

#[derive(Clone, Debug)]
pub(super) struct ServerConfig {
    /// A scope of the telemetry that was given; without one it is the current scope's, or the installed one.
    pub(super) telemetry: Option<Scope>,
    pub(super) untrusted: bool,
    pub(super) debug_baggage: bool,
    /// Nanoseconds.
    pub(super) deadline: u64,
    pub(super) trace_header: Option<TraceHeader>,
    pub(super) tenant: Option<FromRequest>,
    pub(super) camera: Option<FromRequest>,
    pub(super) route: Option<FromRequest>,
    /// The objectives that the requests count for.
    #[cfg(feature = "slo")]
    pub(super) slo: Option<Box<str>>,
}

impl ServerConfig {
    pub(super) fn new(telemetry: Option<Scope>) -> Self {
        Self {
            telemetry,
            untrusted: false,
            debug_baggage: false,
            deadline: u64::MAX,
            trace_header: None,
            tenant: None,
            camera: None,
            route: None,
            #[cfg(feature = "slo")]
            slo: None,
        }
    }

    /// Starts the request: its context is read from the headers, its labels are what `key` says.
    #[inline]
    pub(super) fn start<'a>(
        &self,
        head: RequestHead<'a>,
        key: impl FnOnce(&Core) -> RequestKey<'a>,
    ) -> Observation {
        let found;
        let root = match &self.telemetry {
            Some(root) => root,
            None => match current_or_installed() {
                Some(scope) => {
                    found = scope;
                    &found
                }
                None => return Observation::none(),
            },
        };
        let known = Known {
            tenant: self.tenant.and_then(|tenant| tenant(head)),
            camera: self.camera.and_then(|camera| camera(head)),
            debug: self.debug_baggage,
        };
        let arrival = if self.untrusted {
            arrive(root, &http::HeaderMap::new(), known)
        } else {
            arrive(root, head.headers, known)
        };
        let observation = Observation::answer(&key(root.core()), arrival);
        #[cfg(feature = "slo")]
        let observation = observation.counting_for(self.slo.as_deref());
        observation
    }
}

pub(super) fn current_or_installed() -> Option<Scope> {
    Scope::current().or_else(|| Some(Scope(core::installed().as_ref()?.scope(None, None))))
}

pub(super) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The options that every server's layer has.
macro_rules! server_options {
    () => {
        /// For callers that are not trusted: their `traceparent`, `tracestate` and `baggage` are not read. Each
        /// request starts a trace, and nothing of theirs is passed on.
        #[must_use]
        pub fn untrusted(mut self) -> Self {
            Arc::make_mut(&mut self.config).untrusted = true;
            self
        }

        /// Lets callers have a request sampled, with `its.debug=1` in their baggage.
        #[must_use]
        pub fn debug_baggage(mut self) -> Self {
            Arc::make_mut(&mut self.config).debug_baggage = true;
            self
        }

        /// Reads the tenant from the request, from what an authentication has left there for example. It overrules
        /// the tenant of the baggage. A closure that captures nothing will do.
        #[must_use]
        pub fn tenant_from(mut self, tenant: FromRequest) -> Self {
            Arc::make_mut(&mut self.config).tenant = Some(tenant);
            self
        }

        /// Reads the camera from the request; it overrules the camera of the baggage.
        #[must_use]
        pub fn camera_from(mut self, camera: FromRequest) -> Self {
            Arc::make_mut(&mut self.config).camera = Some(camera);
            self
        }

        /// Counts each request for the objectives of this name. Its latency is the time to the headers of its response.
        #[cfg(feature = "slo")]
        #[must_use]
        pub fn slo(mut self, name: &str) -> Self {
            Arc::make_mut(&mut self.config).slo = Some(name.into());
            self
        }

        /// The service's own time limit. A request that is given up after it counts as `timeout`, not as `cancelled`.
        #[must_use]
        pub fn deadline(mut self, deadline: Duration) -> Self {
            Arc::make_mut(&mut self.config).deadline = nanos(deadline);
            self
        }

        /// Adds a header to each response that names its trace. Costs two allocations.
        #[must_use]
        pub fn trace_header(mut self, header: TraceHeader) -> Self {
            Arc::make_mut(&mut self.config).trace_header = Some(header);
            self
        }
    };
}
pub(super) use server_options;
