//! What several tests need.

pub mod allocator;
#[cfg(all(feature = "enabled", feature = "otlp"))]
pub mod collector;
pub mod page;
pub mod protobuf;

/// A count that `scripts/test.sh --full` raises to the one the documentation names.
pub fn short_or_full(short: usize, full: usize) -> usize {
    if std::env::var_os("ITS_TEST_FULL").is_some() { full } else { short }
}

/// A small generator for tests that must be random and repeatable.
#[cfg(feature = "enabled")]
pub struct Lcg(pub u64);

#[cfg(feature = "enabled")]
impl Lcg {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Polls a future once.
#[cfg(feature = "enabled")]
pub async fn poll_once<F: Future>(mut future: std::pin::Pin<&mut F>) -> std::task::Poll<F::Output> {
    std::future::poll_fn(|task| std::task::Poll::Ready(future.as_mut().poll(task))).await
}
