//! Services and bodies that do what a test says.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body::{Body, Frame, SizeHint};
use its_telemetry::testing::{TestClock, TestTelemetry};

/// The time that each step of a [`Script`] takes.
pub const STEP: Duration = Duration::from_millis(20);

/// What a body does when it is asked for a frame.
#[derive(Clone, Debug)]
pub enum Step {
    Data(&'static str),
    Trailers(&'static [(&'static str, &'static str)]),
    Pending,
    Fail,
    Panic,
}

/// A body that takes its steps one by one, and then ends.
#[derive(Debug)]
pub struct Script {
    steps: VecDeque<Step>,
    clock: TestClock,
    /// Says how long it is, as the body of a file does.
    pub exact: Option<u64>,
    /// Says that it has ended without being asked for another frame.
    pub knows_its_end: bool,
}

impl Script {
    pub fn new(clock: &TestClock, steps: impl IntoIterator<Item = Step>) -> Self {
        Self { steps: steps.into_iter().collect(), clock: clock.clone(), exact: None, knows_its_end: false }
    }
}

impl Body for Script {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.clock.advance(STEP);
        match self.steps.pop_front() {
            Some(Step::Data(data)) => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(data.as_bytes()))))),
            Some(Step::Trailers(pairs)) => Poll::Ready(Some(Ok(Frame::trailers(headers(pairs))))),
            Some(Step::Pending) => Poll::Pending,
            Some(Step::Fail) => Poll::Ready(Some(Err("broken"))),
            Some(Step::Panic) => panic!("asked for"),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.knows_its_end && self.steps.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.exact.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

pub fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect()
}

/// What a service does with a request, a step after it came.
#[derive(Clone, Debug)]
pub enum Act {
    /// Status, headers and the steps of the body.
    Answer(u16, &'static [(&'static str, &'static str)], Vec<Step>),
    Fail,
    Panic,
    PanicAtOnce,
    Never,
}

/// A service that acts.
#[derive(Clone, Debug)]
pub struct Acting {
    pub act: Act,
    pub clock: TestClock,
    pub knows_its_end: bool,
    pub exact: Option<u64>,
}

impl Acting {
    pub fn new(test: &TestTelemetry, act: Act) -> Self {
        Self { act, clock: test.clock().clone(), knows_its_end: false, exact: None }
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Response<Script>, &'static str>> + Send>>;

impl<B> tower::Service<Request<B>> for Acting {
    type Response = Response<Script>;
    type Error = &'static str;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Answer {
        let Self { act, clock, knows_its_end, exact } = self.clone();
        assert!(!matches!(act, Act::PanicAtOnce), "asked for");
        Box::pin(async move {
            tokio::task::yield_now().await;
            clock.advance(STEP);
            match act {
                Act::Answer(status, pairs, steps) => {
                    let mut body = Script::new(&clock, steps);
                    (body.knows_its_end, body.exact) = (knows_its_end, exact);
                    let mut response = Response::new(body);
                    *response.status_mut() = status.try_into().expect("a status");
                    *response.headers_mut() = headers(pairs);
                    Ok(response)
                }
                Act::Fail => Err("broken"),
                Act::Panic | Act::PanicAtOnce => panic!("asked for"),
                Act::Never => std::future::pending().await,
            }
        })
    }
}

/// Polls a future once, in or out of a runtime.
pub fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(std::task::Waker::noop()))
}

/// What a body gives when it is polled.
pub type Polled<B> = Poll<Option<Result<Frame<<B as Body>::Data>, <B as Body>::Error>>>;

/// Polls a body for its next frame.
pub fn next_frame<B: Body>(body: Pin<&mut B>) -> Polled<B> {
    body.poll_frame(&mut Context::from_waker(std::task::Waker::noop()))
}

/// Waits until `done`, which something on another thread brings about.
pub async fn eventually(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(tokio::time::Instant::now() < deadline, "never: {what}");
        // Between two looks; the deadline decides.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// How the other side behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Client {
    ReadsAll,
    /// Goes away before the headers.
    LeavesAtOnce,
    /// Takes the headers and so many frames, then goes away.
    LeavesAfter(usize),
}

/// Sends a request through `service` and behaves like `client`. A panic of the service comes out.
pub fn exchange<S, B>(service: &mut S, request: Request<()>, client: Client)
where
    S: tower::Service<Request<()>, Response = Response<B>, Error = &'static str>,
    B: Body,
{
    let mut future = Box::pin(service.call(request));
    let mut polls = 0;
    let response = loop {
        if client == Client::LeavesAtOnce && polls == 1 {
            return;
        }
        polls += 1;
        match poll(&mut future) {
            Poll::Ready(response) => break response,
            Poll::Pending => assert!(polls < 10, "the service does not answer"),
        }
    };
    let Ok(response) = response else { return };
    let mut body = std::pin::pin!(response.into_body());
    let frames = if let Client::LeavesAfter(frames) = client { frames } else { usize::MAX };
    for _ in 0..frames {
        // As servers do: a body that says that it has ended is not asked again.
        if body.is_end_stream() {
            return;
        }
        match next_frame(body.as_mut()) {
            Poll::Ready(Some(Ok(_))) => {}
            Poll::Ready(Some(Err(_)) | None) | Poll::Pending => return,
        }
    }
}
