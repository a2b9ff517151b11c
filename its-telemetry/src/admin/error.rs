//! Why the admin endpoint could not be opened.

use std::io;
use std::net::SocketAddr;

/// Why the admin endpoint could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdminError {
    /// Something else listens there, or the process may not.
    #[error(
        "the admin endpoint cannot listen on {address}: {source}; stop what listens there, choose another address \
         with admin_address(..) or ITS_ADMIN_ADDRESS (port 0 takes a free one), or set ITS_ADMIN_ADDRESS=off"
    )]
    Listen {
        /// Where it was to listen.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// `ITS_ADMIN_ADDRESS` is no address.
    #[error(
        "ITS_ADMIN_ADDRESS is {0:?}, which is no address; write it as 127.0.0.1:9464 or [::1]:9464, or `off`"
    )]
    Address(Box<str>),
    /// The token cannot stand in a header.
    #[error("the admin token may have visible ASCII characters only, 1 to 256 of them")]
    Token,
    /// Everybody on the network could change the service.
    #[error("changes over {0} need a token; set bearer_token(..) or ITS_ADMIN_TOKEN, or listen on loopback")]
    OpenToChanges(SocketAddr),
    /// The operating system gave no thread or no event queue.
    #[error("the admin endpoint got no thread of its own: {0}")]
    Thread(#[source] io::Error),
}
