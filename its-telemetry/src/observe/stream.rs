//! Streams: each item is a call, and so is the whole.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use pin_project::{pin_project, pinned_drop};

use super::call::Prepared;
use super::{Observation, Outcome, Verdict};

/// A stream whose items are measured, as `#[instrument_*]` makes of `-> impl Stream`.
///
/// An item is a call of the function's own stage: from the first poll for it until it is ready. The whole is a call of
/// the stage `stream` (for inference) or `<stage>_stream`, so that a stream that lives for hours is not in the latency
/// of its items. A stream dropped before its end is `cancelled`, and so is the item it was waiting for.
///
/// An item can be [slow](crate::TelemetryBuilder::slow_call), the whole cannot.
#[pin_project(PinnedDrop)]
#[derive(Debug)]
pub struct ObservedStream<S, V> {
    #[pin]
    inner: Option<S>,
    verdict: V,
    prepared: Prepared,
    item: Option<Observation>,
    whole: Option<Observation>,
    begun: bool,
}

impl<S: Stream, V: Fn(&S::Item) -> Verdict> ObservedStream<S, V> {
    /// Measures `stream`; `verdict` says what an item means for its call.
    pub fn new(prepared: Prepared, stream: S, verdict: V) -> Self {
        Self { inner: Some(stream), verdict, prepared, item: None, whole: None, begun: false }
    }
}

impl<S: Stream, V: Fn(&S::Item) -> Verdict> Stream for ObservedStream<S, V> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let mut this = self.project();
        if !*this.begun {
            *this.begun = true;
            *this.whole = (!this.prepared.is_none()).then(|| {
                let mut whole = this.prepared.of_stream().start_one();
                whole.judge_up_to(0);
                whole
            });
        }
        let Some(inner) = this.inner.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        // The item lies inside the stream: a panic marks both, an item is below the whole.
        let entered = this.whole.as_mut().and_then(|whole| whole.enter_as(Outcome::Panicked));
        let item = this.item.get_or_insert_with(|| this.prepared.start_one());
        let poll = item.call(|| inner.poll_next(task));
        drop(entered);
        if let Some(whole) = this.whole.as_mut() {
            whole.left();
        }
        match &poll {
            Poll::Pending => {}
            Poll::Ready(Some(value)) => {
                if let Some(item) = this.item.take() {
                    item.finish((this.verdict)(value));
                }
            }
            Poll::Ready(None) => {
                if let Some(item) = this.item.take() {
                    item.discard();
                }
                this.inner.set(None);
                if let Some(whole) = this.whole.take() {
                    whole.finish(Verdict::OK);
                }
            }
        }
        poll
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.as_ref().map_or((0, Some(0)), Stream::size_hint)
    }
}

#[pinned_drop]
impl<S, V> PinnedDrop for ObservedStream<S, V> {
    fn drop(self: Pin<&mut Self>) {
        let mut this = self.project();
        if let Some(whole) = this.whole.as_mut() {
            let before = whole.outcome();
            let entered = whole.enter_as(before);
            this.inner.set(None);
            drop(entered);
        }
        // The item before the stream that it belongs to.
        *this.item = None;
    }
}
