use std::thread;
use std::time::{Duration, Instant};

const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Asks `condition` every 20 ms until it gives `Ok`, and returns that value.
///
/// The `Err` of an unmet condition says what was seen instead; the last one ends up in the panic's message.
///
/// # Panics
///
/// When `timeout` passes first. The condition is asked at least once, however short the timeout.
#[track_caller]
pub fn wait_until<T>(timeout: Duration, what: &str, mut condition: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + timeout;
    loop {
        match condition() {
            Ok(value) => return value,
            Err(seen) if Instant::now() >= deadline => {
                panic!("no {what} within {timeout:?}; last seen: {seen}")
            }
            Err(_) => thread::sleep(POLL_INTERVAL),
        }
    }
}
