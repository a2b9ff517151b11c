//! What one kind of request counts: duration by status and outcome, time to the headers and to the first byte, and
//! requests in flight. There is no counter: the histogram of the duration counts.

mod key;
mod status;
mod table;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

pub(crate) use key::{Protocol, RequestKey};
pub(crate) use status::Status;
pub(crate) use table::RequestTable;

use super::call::PerOutcome;
use super::*;
use crate::core::Core;
use crate::observe::{Called, Name, Outcome};
use crate::registry::{Folds, Histogram, OTHER, UpDownCounter};
use key::OwnedKey;

/// Requests for which there is no route.
pub(crate) const UNMATCHED: &str = "unmatched";

/// What OpenTelemetry's conventions write for a method that is not known.
pub(crate) const OTHER_METHOD: &str = "_OTHER";

/// Pairs of status and outcome whose handles are kept; more of one kind of request are looked up each time.
const KEPT: usize = 12;

/// The handles of one kind of request, made when they are first needed.
#[derive(Debug)]
pub(crate) struct RequestMetrics {
    key: OwnedKey,
    port: Box<str>,
    name: Name,
    in_flight: UpDownCounter,
    headers: PerOutcome<Histogram>,
    first_byte: PerOutcome<Histogram>,
    durations: [OnceLock<(Status, Outcome, Histogram)>; KEPT],
}

struct Families {
    duration: &'static Instrument,
    headers: &'static Instrument,
    first_byte: &'static Instrument,
    in_flight: &'static Instrument,
    folds: Folds<'static>,
}

impl RequestMetrics {
    pub(super) fn new(core: &Core, key: OwnedKey) -> Self {
        let port = match key.port {
            0 if &*key.address == OTHER => OTHER.into(),
            0 => "".into(),
            port => port.to_string().into(),
        };
        let mut metrics = Self {
            name: Name::Shared(name(&key)),
            port,
            in_flight: UpDownCounter::nowhere(),
            headers: PerOutcome::new(),
            first_byte: PerOutcome::new(),
            durations: [const { OnceLock::new() }; KEPT],
            key,
        };
        let families = metrics.families();
        let mut labels = metrics.labels();
        labels.retain(|(label, _)| families.in_flight.labels.contains(label));
        metrics.in_flight = core.up_down(families.in_flight, &labels, families.folds);
        metrics
    }

    pub(super) fn key(&self) -> &OwnedKey {
        &self.key
    }

    /// How the request is called on its span.
    pub(crate) fn called(&self) -> Called<'_> {
        Called { name: &self.name, kind: self.key.protocol.span_kind() }
    }

    #[inline]
    pub(crate) fn in_flight(&self) -> &UpDownCounter {
        &self.in_flight
    }

    /// Hands the histogram of the duration to `record`.
    #[inline]
    pub(crate) fn duration(
        &self,
        core: &Core,
        status: Status,
        outcome: Outcome,
        record: impl FnOnce(&Histogram),
    ) {
        for slot in &self.durations {
            let (of_status, of_outcome, histogram) =
                slot.get_or_init(|| (status, outcome, self.new_duration(core, status, outcome)));
            if (*of_status, *of_outcome) == (status, outcome) {
                return record(histogram);
            }
        }
        record(&self.new_duration(core, status, outcome));
    }

    #[cold]
    fn new_duration(&self, core: &Core, status: Status, outcome: Outcome) -> Histogram {
        let families = self.families();
        let mut labels = self.labels();
        let number;
        if self.key.protocol.is_grpc {
            labels.insert(0, ("rpc_system_name", "grpc"));
            labels.push(("rpc_response_status_code", status.grpc_label()));
        } else {
            number = status.http_label();
            labels.push(("http_response_status_code", &number));
        }
        labels.push(("outcome", outcome.as_str()));
        core.histogram(families.duration, &labels, families.folds)
    }

    /// The time until the headers of the response were there.
    #[inline]
    pub(crate) fn headers(&self, core: &Core, outcome: Outcome) -> &Histogram {
        self.headers.get(outcome, || self.milestone(core, self.families().headers, outcome))
    }

    /// The time until the first byte of the response's body was there.
    #[inline]
    pub(crate) fn first_byte(&self, core: &Core, outcome: Outcome) -> &Histogram {
        self.first_byte.get(outcome, || self.milestone(core, self.families().first_byte, outcome))
    }

    #[cold]
    fn milestone(&self, core: &Core, instrument: &Instrument, outcome: Outcome) -> Histogram {
        let mut labels = self.labels();
        labels.push(("outcome", outcome.as_str()));
        core.histogram(instrument, &labels, self.families().folds)
    }

    /// What the conventions of OpenTelemetry say about the request on its span.
    #[cfg(feature = "otlp")]
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let grpc = self.is_grpc();
        let attributes = [
            ("http.request.method", self.key.method),
            (if grpc { "rpc.method" } else { "http.route" }, &*self.key.operation),
            ("rpc.system.name", if grpc { "grpc" } else { "" }),
            ("server.address", &*self.key.address),
        ];
        attributes.into_iter().filter(|(_, value)| !["", UNMATCHED, OTHER].contains(value))
    }

    #[cfg(feature = "otlp")]
    pub(crate) fn port(&self) -> Option<u16> {
        Some(self.key.port).filter(|port| *port != 0)
    }

    #[cfg(feature = "otlp")]
    pub(crate) fn is_grpc(&self) -> bool {
        self.key.protocol.is_grpc
    }

    /// The labels that every metric of the request has, but for those in flight.
    fn labels(&self) -> Vec<(&str, &str)> {
        let method = ("http_request_method", self.key.method);
        let server = [("server_address", &*self.key.address), ("server_port", &*self.port)];
        let Protocol { is_grpc, is_server } = self.key.protocol;
        match (is_grpc, is_server) {
            (false, true) => vec![method, ("http_route", &self.key.operation)],
            (false, false) => [method].into_iter().chain(server).collect(),
            (true, true) => vec![("rpc_method", &self.key.operation)],
            (true, false) => [("rpc_method", &*self.key.operation)].into_iter().chain(server).collect(),
        }
    }

    fn families(&self) -> Families {
        let Protocol { is_grpc, is_server } = self.key.protocol;
        match (is_grpc, is_server) {
            (false, true) => Families {
                duration: &HTTP_SERVER_DURATION,
                headers: &HTTP_SERVER_HEADERS,
                first_byte: &HTTP_SERVER_FIRST_BYTE,
                in_flight: &HTTP_SERVER_ACTIVE,
                folds: &["http_route"],
            },
            (false, false) => Families {
                duration: &HTTP_CLIENT_DURATION,
                headers: &HTTP_CLIENT_HEADERS,
                first_byte: &HTTP_CLIENT_FIRST_BYTE,
                in_flight: &HTTP_CLIENT_ACTIVE,
                folds: &["server_port", "server_address"],
            },
            (true, true) => Families {
                duration: &RPC_SERVER_DURATION,
                headers: &RPC_SERVER_HEADERS,
                first_byte: &RPC_SERVER_FIRST_BYTE,
                in_flight: &RPC_SERVER_ACTIVE,
                folds: &["rpc_method"],
            },
            (true, false) => Families {
                duration: &RPC_CLIENT_DURATION,
                headers: &RPC_CLIENT_HEADERS,
                first_byte: &RPC_CLIENT_FIRST_BYTE,
                in_flight: &RPC_CLIENT_ACTIVE,
                folds: &["server_port", "server_address", "rpc_method"],
            },
        }
    }
}

/// The name of the span: <https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name>, for gRPC the method.
fn name(key: &OwnedKey) -> Arc<str> {
    let method = if key.method == OTHER_METHOD { "HTTP" } else { key.method };
    match (key.protocol, &*key.operation) {
        (Protocol { is_grpc: true, .. }, method) => method.into(),
        (Protocol { is_server: false, .. }, _) | (_, UNMATCHED) => method.into(),
        (_, route) => format!("{method} {route}").into(),
    }
}
