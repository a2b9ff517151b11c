//! Stopping on SIGTERM and Ctrl-C.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Becomes `true` when the process is asked to end.
pub type Stop = watch::Receiver<bool>;

/// Listens for the signals.
///
/// # Errors
/// When they cannot be listened for.
pub fn on_signal() -> std::io::Result<Stop> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let (sender, stop) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        sender.send_replace(true);
        // Kept, so that a late look still finds the answer.
        std::future::pending::<()>().await;
    });
    Ok(stop)
}

/// Returns when the process is asked to end.
pub async fn wait(mut stop: Stop) {
    // An error means that the listener is gone, which only the end of the runtime does.
    let _ = stop.wait_for(|stop| *stop).await;
}
