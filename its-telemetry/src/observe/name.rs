//! What a call is called on its span, and which side of a connection it is.

use std::ops::Deref;
#[cfg(feature = "http")]
use std::sync::Arc;

/// Which side of a connection a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SpanKind {
    /// Neither: a function.
    Internal,
    /// It answers a request.
    #[cfg(feature = "http")]
    Server,
    /// It makes one.
    #[cfg(feature = "http")]
    Client,
}

/// The name of a call: that of a function, or one made when a route was first seen.
#[derive(Clone, Debug)]
pub(crate) enum Name {
    Static(&'static str),
    #[cfg(feature = "http")]
    Shared(Arc<str>),
}

impl Deref for Name {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        match self {
            Self::Static(name) => name,
            #[cfg(feature = "http")]
            Self::Shared(name) => name,
        }
    }
}

/// How a call introduces itself to the rooms that keep something of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Called<'a> {
    pub(crate) name: &'a Name,
    #[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "only the exported spans read it"))]
    pub(crate) kind: SpanKind,
}
