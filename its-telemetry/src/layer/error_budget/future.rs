//! The future of a response that may have been turned away.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Response;
use pin_project::pin_project;

/// The response of the service inside, or 503.
#[pin_project]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct ErrorBudgetFuture<F, B>(#[pin] Kind<F, B>);

#[pin_project(project = Projected)]
#[derive(Debug)]
enum Kind<F, B> {
    Serve(#[pin] F),
    Shed(Option<Response<B>>),
}

impl<F, B> ErrorBudgetFuture<F, B> {
    pub(super) fn serve(inner: F) -> Self {
        Self(Kind::Serve(inner))
    }

    pub(super) fn shed(response: Response<B>) -> Self {
        Self(Kind::Shed(Some(response)))
    }
}

impl<F, B, E> Future for ErrorBudgetFuture<F, B>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().0.project() {
            Projected::Serve(inner) => inner.poll(task),
            // Polled again after it was ready, as no future may be, it waits forever.
            Projected::Shed(response) => {
                response.take().map_or(Poll::Pending, |response| Poll::Ready(Ok(response)))
            }
        }
    }
}
