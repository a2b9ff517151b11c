//! The thread of an exporter: its own runtime, and nothing it does becomes telemetry.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::mpsc;

use opentelemetry::Context;

use super::Lifecycle;
use crate::scope::{Ambient, Identity, enter};

/// Runs the future that `make` makes on a thread of its own until it ends. Returns when `make` has.
///
/// # Errors
/// When the thread, its runtime or the future cannot be made.
pub(crate) fn spawn<F, T>(
    name: &str,
    life: &Arc<Lifecycle>,
    make: impl FnOnce() -> Result<(T, F), String> + Send + 'static,
) -> Result<T, String>
where
    F: Future<Output = ()>,
    T: Send + 'static,
{
    let (made, is_made) = mpsc::sync_channel(1);
    let life = Arc::clone(life);
    let thread = std::thread::Builder::new().name(name.into()).spawn(move || {
        let _gone = Gone(life);
        quiet();
        let made_future = runtime().map_err(|error| error.to_string()).and_then(|runtime| {
            let entered = runtime.enter();
            let (result, future) = make()?;
            drop(entered);
            Ok((result, future, runtime))
        });
        match made_future {
            Ok((result, future, runtime)) => {
                if made.send(Ok(result)).is_ok() {
                    runtime.block_on(future);
                    // A name look-up that hangs must not hold the thread.
                    runtime.shutdown_background();
                }
            }
            Err(error) => drop(made.send(Err(error))),
        }
    });
    match thread {
        Ok(_) => is_made.recv().unwrap_or_else(|_| Err("the exporter panicked while it was made".into())),
        Err(error) => Err(format!("no thread for the exporter: {error}")),
    }
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    // The hook runs on the threads that resolve names.
    tokio::runtime::Builder::new_current_thread().enable_all().on_thread_start(quiet).build()
}

/// For the rest of its life this thread makes neither OpenTelemetry spans (the suppressed context) nor spans through
/// `tracing` (the unsampled identity, which the filters look at).
fn quiet() {
    std::mem::forget(Context::enter_telemetry_suppressed_scope());
    let (mut identity, mut ambient) = (Identity::SUPPRESSED, Ambient::NONE);
    std::mem::forget(enter(&mut identity, &mut ambient));
}

/// Also when an exporter panics, nobody waits for it for ever.
struct Gone(Arc<Lifecycle>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.gone();
    }
}
