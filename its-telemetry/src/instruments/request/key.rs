//! What tells one kind of request from another.

use hashbrown::Equivalent;

use crate::observe::SpanKind;

/// Which protocol a request speaks, and which side of it this process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Protocol {
    HttpServer,
    HttpClient,
    GrpcServer,
    GrpcClient,
}

impl Protocol {
    pub(crate) const fn is_grpc(self) -> bool {
        matches!(self, Self::GrpcServer | Self::GrpcClient)
    }

    pub(crate) const fn is_server(self) -> bool {
        matches!(self, Self::HttpServer | Self::GrpcServer)
    }

    pub(crate) const fn span_kind(self) -> SpanKind {
        if self.is_server() { SpanKind::Server } else { SpanKind::Client }
    }
}

/// The label values of a kind of request. A value that the protocol has no label for is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RequestKey<'a> {
    pub(crate) protocol: Protocol,
    /// The method of HTTP, from a closed set.
    pub(crate) method: &'static str,
    /// The route of an HTTP server, the method of gRPC.
    pub(crate) operation: &'a str,
    /// Whom a client calls.
    pub(crate) address: &'a str,
    /// 0 when it is not known.
    pub(crate) port: u16,
}

/// A key that is kept.
#[derive(Clone, Debug)]
pub(crate) struct OwnedKey {
    pub(super) protocol: Protocol,
    pub(super) method: &'static str,
    pub(super) operation: Box<str>,
    pub(super) address: Box<str>,
    pub(super) port: u16,
}

impl From<RequestKey<'_>> for OwnedKey {
    fn from(key: RequestKey<'_>) -> Self {
        Self {
            protocol: key.protocol,
            method: key.method,
            operation: key.operation.into(),
            address: key.address.into(),
            port: key.port,
        }
    }
}

impl Equivalent<OwnedKey> for RequestKey<'_> {
    #[inline]
    fn equivalent(&self, key: &OwnedKey) -> bool {
        self.protocol == key.protocol
            && self.port == key.port
            && self.operation == &*key.operation
            && self.address == &*key.address
            && self.method == key.method
    }
}
