//! What the layers of clients have in common: whose telemetry, whom they call, what they tell it.

use std::sync::Arc;

use http::{HeaderMap, Uri, header};

use super::server::current_or_installed;
use crate::instruments::request::RequestKey;
use crate::observe::Observation;
use crate::scope::Scope;

#[derive(Clone, Debug)]
pub(super) struct ClientConfig {
    /// A scope of the telemetry for calls outside any scope; without one it is the installed one.
    pub(super) telemetry: Option<Scope>,
    pub(super) without_baggage: bool,
    /// Nanoseconds.
    pub(super) deadline: u64,
    pub(super) server: Option<(Arc<str>, u16)>,
    /// The objectives that the requests count for.
    #[cfg(feature = "slo")]
    pub(super) slo: Option<Box<str>>,
}

impl ClientConfig {
    pub(super) fn new(telemetry: Option<Scope>) -> Self {
        Self {
            telemetry,
            without_baggage: false,
            deadline: u64::MAX,
            server: None,
            #[cfg(feature = "slo")]
            slo: None,
        }
    }

    /// Whom the request goes to; empty and 0 when nobody says.
    #[inline]
    pub(super) fn server<'a>(&'a self, uri: &'a Uri, headers: &'a HeaderMap) -> (&'a str, u16) {
        match (&self.server, uri.authority()) {
            (Some((address, port)), _) => (address, *port),
            (None, Some(authority)) => {
                let port = authority.port_u16().unwrap_or_else(|| match uri.scheme_str() {
                    Some("https") => 443,
                    Some("http") => 80,
                    _ => 0,
                });
                (authority.host(), port)
            }
            (None, None) => {
                headers.get(header::HOST).and_then(|host| host.to_str().ok()).map_or(("", 0), split)
            }
        }
    }

    /// Starts the call in the scope on this thread.
    #[inline]
    pub(super) fn start(&self, key: &RequestKey<'_>) -> Observation {
        let observation = Observation::request(key, || self.telemetry.clone().or_else(current_or_installed));
        #[cfg(feature = "slo")]
        let observation = observation.counting_for(self.slo.as_deref());
        observation
    }

    pub(super) fn inject(&self, observation: &Observation, headers: &mut HeaderMap) {
        observation.inject(headers, !self.without_baggage);
    }
}

fn split(host: &str) -> (&str, u16) {
    match host.rsplit_once(':').map(|(name, port)| (name, port.parse())) {
        Some((name, Ok(port))) => (name, port),
        _ => (host, 0),
    }
}

/// The options that every client's layer has.
macro_rules! client_options {
    () => {
        /// For servers that are not ours: tenant, camera, frame and the baggage of others are not sent to them.
        #[must_use]
        pub fn without_baggage(mut self) -> Self {
            Arc::make_mut(&mut self.config).without_baggage = true;
            self
        }

        /// Counts each request for the objectives of this name. Its latency is the time to the headers of its response.
        #[cfg(feature = "slo")]
        #[must_use]
        pub fn slo(mut self, name: &str) -> Self {
            Arc::make_mut(&mut self.config).slo = Some(name.into());
            self
        }

        /// Whom the client calls, for the labels `server_address` and `server_port`. Without it they are taken from
        /// the request's URI or its `host`.
        #[must_use]
        pub fn server(mut self, address: &str, port: u16) -> Self {
            Arc::make_mut(&mut self.config).server = Some((address.into(), port));
            self
        }

        /// How long the caller waits. A call that is given up after it counts as `timeout`, not as `cancelled`.
        #[must_use]
        pub fn deadline(mut self, deadline: Duration) -> Self {
            Arc::make_mut(&mut self.config).deadline = nanos(deadline);
            self
        }
    };
}
pub(super) use client_options;
