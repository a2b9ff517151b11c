//! The future of a response.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Response, StatusCode};
use http_body::Body;
use pin_project::{pin_project, pinned_drop};

use super::{Exchange, ResponseBody, TraceHeader};
use crate::instruments::request::RequestKey;
use crate::layer::ClassifyError;
use crate::observe::Outcome;

/// The response of a service in one of the [layers](crate::layer). Dropped before the headers are there, the request
/// was `cancelled`.
#[pin_project(PinnedDrop)]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture<F, C> {
    #[pin]
    inner: Option<F>,
    exchange: Exchange,
    answer: Answer,
    classify: C,
}

/// What is to be done with the headers of the response.
#[derive(Debug, Default)]
pub(in crate::layer) struct Answer {
    /// The request was `HEAD`: there is no body, whatever the headers say.
    pub(in crate::layer) to_head: bool,
    pub(in crate::layer) trace_header: Option<TraceHeader>,
    /// A method of gRPC that gets series of its own when the service turns out to have it.
    pub(in crate::layer) method: Option<Box<str>>,
}

impl<F, C> ResponseFuture<F, C> {
    #[inline]
    pub(in crate::layer) fn new(inner: F, exchange: Exchange, answer: Answer, classify: C) -> Self {
        Self { inner: Some(inner), exchange, answer, classify }
    }
}

impl<F, B, E, C> Future for ResponseFuture<F, C>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
    C: ClassifyError<E>,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let Some(inner) = this.inner.as_mut().as_pin_mut() else { return Poll::Pending };
        let entered = this.exchange.observation.enter_as(Outcome::Panicked);
        let poll = inner.poll(task);
        if poll.is_ready() {
            this.inner.set(None);
        }
        drop(entered);
        this.exchange.observation.left();
        match poll {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(response)) => Poll::Ready(Ok(answered(this.exchange, this.answer, response))),
            Poll::Ready(Err(error)) => {
                this.exchange.end(None, this.classify.verdict(&error));
                Poll::Ready(Err(error))
            }
        }
    }
}

#[inline]
fn answered<B: Body>(
    exchange: &mut Exchange,
    answer: &mut Answer,
    response: Response<B>,
) -> Response<ResponseBody<B>> {
    let (mut parts, body) = response.into_parts();
    let mut rest = exchange.none();
    if exchange.is_running() {
        #[cfg(feature = "slo")]
        if parts.extensions.get::<crate::layer::error_budget::Shed>().is_some() {
            exchange.observation.count_for_nothing();
        }
        let has_method = exchange.status(parts.status, &parts.headers);
        if let (true, Some(method)) = (has_method, answer.method.take()) {
            let protocol = exchange.protocol;
            let key = RequestKey { protocol, method: "", operation: &method, address: "", port: 0 };
            exchange.observation.request_is(&key);
        }
        if let (Some(header), Some(identity)) = (answer.trace_header, exchange.observation.identity()) {
            header.set(&mut parts.headers, &identity);
        }
        let nanos = exchange.headers_arrived();
        let without_body = answer.to_head
            || matches!(parts.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
            || parts.status.is_informational();
        if without_body || body.is_end_stream() {
            exchange.ended(Some(nanos));
        } else {
            std::mem::swap(&mut rest, exchange);
        }
    }
    let body = ResponseBody::new(body, rest, &parts.headers);
    Response::from_parts(parts, body)
}

#[pinned_drop]
impl<F, C> PinnedDrop for ResponseFuture<F, C> {
    #[inline]
    fn drop(self: Pin<&mut Self>) {
        let mut this = self.project();
        if this.inner.is_some() {
            // After a panic in a poll the outcome stays `panicked`.
            let before = this.exchange.observation.outcome();
            let entered = this.exchange.observation.enter_as(before);
            this.inner.set(None);
            drop(entered);
            this.exchange.dropped();
        }
    }
}
