//! The future of a call.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project::{pin_project, pinned_drop};

use super::{Observation, Outcome};

/// A future that runs as a call, from [`Observation::watch`].
///
/// Each poll, and the drop of what the future holds, happen inside the call, on whichever thread.
#[pin_project(PinnedDrop)]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Watched<'a, F> {
    #[pin]
    inner: Option<F>,
    observation: &'a mut Observation,
}

impl<'a, F> Watched<'a, F> {
    #[inline]
    pub(super) fn new(observation: &'a mut Observation, inner: F) -> Self {
        Self { inner: Some(inner), observation }
    }
}

impl<F: Future> Future for Watched<'_, F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let Some(inner) = this.inner.as_mut().as_pin_mut() else { return Poll::Pending };
        let entered = this.observation.enter_as(Outcome::Panicked);
        let poll = inner.poll(task);
        if poll.is_ready() {
            this.inner.set(None);
        }
        drop(entered);
        this.observation.left();
        poll
    }
}

#[pinned_drop]
impl<F> PinnedDrop for Watched<'_, F> {
    #[inline]
    fn drop(self: Pin<&mut Self>) {
        let mut this = self.project();
        if this.inner.is_some() {
            // After a panic in a poll the outcome stays `panicked`; otherwise the call was cancelled.
            let before = this.observation.outcome();
            let entered = this.observation.enter_as(before);
            this.inner.set(None);
            drop(entered);
        }
    }
}
