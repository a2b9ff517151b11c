//! Generated code is free of warnings, and of `#[allow]`s: lints may even be forbidden.
#![forbid(
    warnings,
    unsafe_code,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused,
    let_underscore
)]
#![forbid(rust_2018_idioms, rust_2021_compatibility, rust_2024_compatibility, single_use_lifetimes)]
#![forbid(clippy::all, clippy::pedantic, clippy::nursery)]
#![forbid(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing
)]
#![forbid(
    clippy::as_conversions,
    clippy::shadow_reuse,
    clippy::shadow_unrelated,
    clippy::let_underscore_must_use
)]
#![forbid(clippy::missing_docs_in_private_items, clippy::single_call_fn, clippy::semicolon_inside_block)]

use futures_core::Stream;
use its_telemetry::{ErrorKind, instrument_camera, instrument_inference, instrument_stage};
use std::fmt::{Display, Formatter, Result as FmtResult};
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Errors of this file.
#[derive(Debug, ErrorKind)]
enum Error {
    /// Nothing there.
    #[error_kind("empty", outcome = "rejected")]
    Empty,
    /// From elsewhere.
    #[error_kind(transparent)]
    Inner(Inner),
}

/// An error inside another.
#[derive(Debug, ErrorKind)]
struct Inner;

impl Display for Error {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::Empty => formatter.write_str("empty"),
            Self::Inner(inner) => write!(formatter, "{inner:?}"),
        }
    }
}

/// Some frames.
#[derive(Debug, Clone)]
struct Frames {
    /// Whose.
    tenant: String,
    /// How many.
    left: usize,
}

impl Stream for Frames {
    type Item = usize;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<usize>> {
        self.left = self.left.saturating_sub(1);
        Poll::Ready((self.left > 0).then_some(self.left))
    }
}

impl Frames {
    /// A value.
    #[instrument_inference(model = "yolo", version = "8", slo = "detect", tenant = self.tenant, batch = self.left)]
    fn value(&self) -> Result<usize, Error> {
        if self.left == 0 {
            return Err(Error::Empty);
        }
        Ok(self.left)
    }

    /// Nothing.
    #[instrument_camera(stage = "publish", camera = &self.tenant)]
    fn unit(&mut self) {
        self.left = self.left.wrapping_add(1);
    }

    /// A reference.
    #[instrument_stage(tenant = self.tenant)]
    fn reference(&mut self) -> &mut usize {
        &mut self.left
    }

    /// An `async fn`.
    #[instrument_inference(model = self.tenant, ok_if = |left| *left > 0, timeout_if = |left| *left > 9)]
    async fn asynchronous(self: Arc<Self>) -> usize {
        ready(()).await;
        self.left
    }

    /// An `async fn` without a result.
    #[instrument_stage]
    async fn asynchronous_unit(&self) {
        ready(()).await;
    }

    /// A future.
    #[instrument_stage(tenant = self.tenant)]
    fn future(&self) -> impl Future<Output = Result<usize, Error>> + Send + '_ {
        let left = self.left;
        async move {
            ready(()).await;
            if left == 0 { Err(Error::Inner(Inner)) } else { Ok(left) }
        }
    }

    /// A boxed future.
    #[instrument_stage(tenant = self.tenant)]
    fn boxed(&self) -> Pin<Box<dyn Future<Output = usize> + Send + '_>> {
        Box::pin(async move {
            ready(()).await;
            self.left
        })
    }

    /// A boxed future, the long way.
    #[instrument_stage(tenant = self.tenant)]
    fn boxed_later(&self) -> Pin<Box<dyn Future<Output = usize> + Send + '_>> {
        let left = self.left;
        Box::pin(async move {
            ready(()).await;
            left
        })
    }

    /// A stream.
    #[instrument_camera(stage = "capture", tenant = self.tenant)]
    fn stream(&self) -> impl Stream<Item = usize> + Send + use<> {
        self.clone()
    }
}

/// An opaque value.
#[instrument_stage]
fn opaque(up_to: usize) -> impl Iterator<Item = usize> {
    0..up_to
}

/// Never returns.
#[instrument_stage]
fn never(code: i32) -> ! {
    std::process::exit(code)
}

fn main() {
    let mut frames = Frames { tenant: "acme".to_owned(), left: 1 };
    frames.unit();
    *frames.reference() = 3;
    assert!(matches!(frames.value(), Ok(3)));
    assert_eq!(opaque(2).count(), 2);
    drop((
        frames.future(),
        frames.boxed(),
        frames.boxed_later(),
        frames.stream(),
        frames.asynchronous_unit(),
    ));
    drop(Arc::new(frames).asynchronous());
    assert_eq!(Error::Inner(Inner).to_string(), "Inner");
    never(0);
}
