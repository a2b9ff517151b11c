//! What ends the program.

use std::future::Future;
use std::io;

/// Waits for a signal that asks the program to end; its name.
///
/// # Errors
/// When the system lets nobody wait for it.
#[cfg(unix)]
pub(crate) fn signal() -> io::Result<impl Future<Output = &'static str>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => "interrupted",
            _ = terminate.recv() => "terminated",
        }
    })
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
pub(crate) fn signal() -> io::Result<impl Future<Output = &'static str>> {
    Ok(async {
        // Without the handler the program ends at once, which is as well.
        let _ = tokio::signal::ctrl_c().await;
        "interrupted"
    })
}
