//! The body of a response: the request is in flight until it ends.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Buf;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body::{Body, Frame, SizeHint};
use pin_project::{pin_project, pinned_drop};

use super::Exchange;
use crate::observe::{Outcome, Verdict};

/// The body of a response in one of the [layers](crate::layer).
///
/// It ends with its last frame, with its trailers, or when as many bytes have gone through as were announced: servers
/// drop a body then without asking for its end. Dropped before that, the request was `cancelled`. A body that fails
/// makes it an `error`, whatever the status was.
#[pin_project(PinnedDrop)]
#[derive(Debug)]
pub struct ResponseBody<B> {
    #[pin]
    inner: Option<B>,
    exchange: Exchange,
    /// Bytes still to come, if it is known.
    missing: Option<u64>,
    begun: bool,
}

impl<B: Body> ResponseBody<B> {
    #[inline]
    pub(super) fn new(inner: B, exchange: Exchange, headers: &HeaderMap) -> Self {
        let missing = if exchange.is_running() { announced(&inner, headers) } else { None };
        Self { inner: Some(inner), exchange, missing, begun: false }
    }
}

/// How many bytes there will be.
#[inline]
fn announced<B: Body>(body: &B, headers: &HeaderMap) -> Option<u64> {
    body.size_hint().exact().or_else(|| headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok())
}

impl<B: Body> Body for ResponseBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    #[inline]
    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let Some(mut inner) = this.inner.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        let exchange = this.exchange;
        let entered = exchange.observation.enter_as(Outcome::Panicked);
        let poll = inner.as_mut().poll_frame(task);
        let ended = match &poll {
            Poll::Pending => false,
            Poll::Ready(Some(Ok(frame))) => frame.is_trailers() || inner.is_end_stream(),
            Poll::Ready(_) => true,
        };
        if ended {
            this.inner.set(None);
        }
        drop(entered);
        exchange.observation.left();
        match &poll {
            Poll::Pending => {}
            Poll::Ready(Some(Ok(frame))) => {
                let mut now = None;
                if let Some(data) = frame.data_ref().filter(|data| data.has_remaining()) {
                    *this.missing =
                        this.missing.map(|missing| missing.saturating_sub(data.remaining() as u64));
                    if !std::mem::replace(this.begun, true) {
                        now = Some(exchange.first_byte_arrived());
                    }
                } else if let Some(trailers) = frame.trailers_ref() {
                    exchange.trailers(trailers);
                }
                if ended {
                    exchange.ended(now);
                }
            }
            Poll::Ready(Some(Err(_))) => exchange.end(None, Verdict::failed(Outcome::Error, "body")),
            Poll::Ready(None) => exchange.ended(None),
        }
        poll
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or(SizeHint::with_exact(0), Body::size_hint)
    }
}

#[pinned_drop]
impl<B> PinnedDrop for ResponseBody<B> {
    #[inline]
    fn drop(self: Pin<&mut Self>) {
        let mut this = self.project();
        if this.inner.is_some() && this.exchange.is_running() {
            let before = this.exchange.observation.outcome();
            let entered = this.exchange.observation.enter_as(before);
            this.inner.set(None);
            drop(entered);
            if before == Outcome::Cancelled && *this.missing == Some(0) {
                this.exchange.ended(None);
            } else {
                this.exchange.dropped();
            }
        }
    }
}
