//! Attribute and derive macros of [`its-telemetry`](https://docs.rs/its-telemetry), which re-exports them: depend on
//! that crate, not on this one. What the macros expand to names only public paths of `its-telemetry`.
//!
//! - [`macro@instrument_inference`] measures a function that runs a model,
//! - [`macro@instrument_camera`] a step of a camera pipeline,
//! - [`macro@instrument_stage`] anything else,
//! - [`macro@ErrorKind`] gives errors the kind under which they are counted.
//!
//! # Where the attributes work
//!
//! On functions and methods with a body, in `impl` blocks and in traits: plain, `async`, generic, `unsafe`, with any
//! receiver, under `#[async_trait]`. What is measured follows from the return type:
//!
//! | function | measured |
//! |---|---|
//! | `fn .. -> T` | the call; `impl Trait` and references into `&mut` arguments are fine |
//! | `async fn .. -> T` | from the first poll until the future is ready or dropped |
//! | `fn .. -> impl Future<Output = T>` | the same; what the body does before it makes the future is not measured |
//! | `fn .. -> Pin<Box<dyn Future<Output = T>>>`, `BoxFuture<T>` | the same; a second box only when the body is more than `Box::pin(async move { .. })` |
//! | `-> impl Stream<Item = T>`, `Pin<Box<dyn Stream<Item = T>>>`, `BoxStream<T>` | each item, and the whole stream as stage `stream` |
//!
//! The return type is read as it is written. Behind an alias of another name or an associated type (`Self::Future`) a
//! future is recognised when the body ends with an async block, `Box::pin(async ..)` or `async { .. }.boxed()`;
//! otherwise the function is measured as a value: only the making of the future.
//!
//! `const` and `extern` functions are refused, and so are items that are not functions: each mistake is an error at
//! its token that says what is allowed.
//!
//! # Arguments
//!
//! String literals are resolved once. Any other expression is evaluated at each call, in the scope of the function's
//! arguments and of `self`, before the body runs, and its value only borrowed: `tenant = self.tenant` works while the
//! body moves `self`. For an `async fn`, and for a body that is a single async block, that is at the first poll, else
//! when the function is called. An expression may not contain `.await`; under `#[async_trait]` it sees arguments with a
//! plain name only.
//!
//! The body runs in a closure or an async block. `return` and `?` mean what they meant; only in a function with
//! `#[track_caller]` the caller's location is no longer visible to the body.
//!
//! # Without the feature `enabled`
//!
//! Arguments are checked in the same way and the function is left as it was written. Expressions among the arguments
//! are kept in a branch that is never taken, so that they are type-checked and what only they use is not unused.
#![forbid(unsafe_code)]

mod args;
mod error_kind;
mod expand;
mod function;
mod returned;
mod tail;
mod words;

use args::{Args, Attribute};
use function::Function;
use proc_macro2::TokenStream;
use quote::quote;

/// Measures a function that runs a model: its latency, how it ended, and how many calls are in flight.
///
/// | argument | value | default |
/// |---|---|---|
/// | `model` | name of the model: string or expression | required |
/// | `version` | version of the model: string or expression | `""` |
/// | `stage` | `"queue"`, `"preprocess"`, `"infer"`, `"postprocess"` or `"total"`, or an expression that gives one | `"total"` |
/// | `batch` | items in this call: any integer expression | not recorded |
/// | `slo` | name of the objectives that count this call: string or expression | none |
/// | `tenant`, `camera` | identifier: string or expression | those of the current scope |
/// | `ok_if` | function or closure `&T -> bool`: tells `ok` results from those that are an `error` | `Err` is an error |
/// | `timeout_if` | function or closure `&T -> bool`: tells which results are a `timeout` | none |
/// | `name` | name of the call and its span: string | name of the function |
/// | `crate_path` | path of `its-telemetry`, for a crate that re-exports it | `::its_telemetry` |
///
/// An expression for a string is anything that is `AsRef<str>`. `tenant` and `camera` label the call; they never change
/// a sampling decision that was already made.
///
/// # Outcome
///
/// `ok`, or for a `Result` with an `Err` whatever [`macro@ErrorKind`] says about the error (`error` for error types
/// without it). A panic is counted as `panicked` and goes on. A future that is dropped before it is ready, also one
/// that loses a `select!` or whose task is aborted, is counted as `cancelled` with the time until then, as long as it
/// was polled once; a future that was never polled is not a call.
///
/// # Example
///
/// ```
/// use its_telemetry::instrument_inference;
///
/// struct Frame {
///     camera: String,
///     pixels: Vec<u8>,
/// }
///
/// struct Detector {
///     tenant: String,
/// }
///
/// impl Detector {
///     #[instrument_inference(
///         model = "yolo",
///         version = "8",
///         slo = "detect",
///         tenant = self.tenant,
///         batch = frames.len(),
///         ok_if = |boxes| !boxes.is_empty(),
///     )]
///     async fn detect(&self, frames: &[Frame]) -> Vec<usize> {
///         frames.iter().map(|frame| frame.pixels.len()).collect()
///     }
/// }
///
/// #[instrument_inference(model = "yolo", stage = "preprocess", camera = frame.camera)]
/// fn preprocess(frame: Frame) -> Result<Vec<u8>, String> {
///     if frame.pixels.is_empty() { Err("no pixels".to_owned()) } else { Ok(frame.pixels) }
/// }
/// # fn main() {
/// #     let frame = Frame { camera: "gate-1".to_owned(), pixels: vec![1] };
/// #     assert_eq!(preprocess(frame), Ok(vec![1]));
/// # }
/// ```
#[proc_macro_attribute]
pub fn instrument_inference(
    args: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    instrument(Attribute::Inference, args.into(), item.into()).into()
}

/// Measures one step of a camera pipeline: its latency, how it ended, and how many calls are in flight.
///
/// | argument | value | default |
/// |---|---|---|
/// | `stage` | `"capture"`, `"decode"`, `"track"` or `"publish"` | required |
/// | `slo` | name of the objectives that count this call: string or expression | none |
/// | `tenant`, `camera` | identifier: string or expression | those of the current scope |
/// | `ok_if` | function or closure `&T -> bool`: tells `ok` results from those that are an `error` | `Err` is an error |
/// | `timeout_if` | function or closure `&T -> bool`: tells which results are a `timeout` | none |
/// | `name` | name of the call and its span: string | name of the function |
/// | `crate_path` | path of `its-telemetry`, for a crate that re-exports it | `::its_telemetry` |
///
/// Outcomes, also on panic and cancellation, are those of [`macro@instrument_inference`]. On a function that returns a
/// stream of frames each frame is a call, and the stream as a whole another one.
///
/// # Example
///
/// ```
/// use its_telemetry::instrument_camera;
///
/// struct Packet {
///     camera: String,
///     data: Vec<u8>,
/// }
///
/// #[instrument_camera(stage = "decode", tenant = "acme", camera = packet.camera)]
/// fn decode(packet: &mut Packet) -> Option<&mut u8> {
///     packet.data.first_mut()
/// }
/// # fn main() {
/// #     let mut packet = Packet { camera: "gate-1".to_owned(), data: vec![7] };
/// #     assert_eq!(decode(&mut packet), Some(&mut 7));
/// # }
/// ```
#[proc_macro_attribute]
pub fn instrument_camera(
    args: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    instrument(Attribute::Camera, args.into(), item.into()).into()
}

/// Measures any other step of a service: its latency, how it ended, and how many calls are in flight.
///
/// | argument | value | default |
/// |---|---|---|
/// | `name` | name of the stage, the call and its span: string | name of the function |
/// | `slo` | name of the objectives that count this call: string or expression | none |
/// | `tenant`, `camera` | identifier: string or expression | those of the current scope |
/// | `ok_if` | function or closure `&T -> bool`: tells `ok` results from those that are an `error` | `Err` is an error |
/// | `timeout_if` | function or closure `&T -> bool`: tells which results are a `timeout` | none |
/// | `crate_path` | path of `its-telemetry`, for a crate that re-exports it | `::its_telemetry` |
///
/// Outcomes, also on panic and cancellation, are those of [`macro@instrument_inference`].
///
/// # Example
///
/// ```
/// use its_telemetry::instrument_stage;
///
/// #[instrument_stage(name = "count-vehicles", timeout_if = Option::is_none)]
/// async fn count(tracks: &[u32]) -> Option<usize> {
///     Some(tracks.len())
/// }
///
/// #[instrument_stage]
/// fn speed(metres: f64, seconds: f64) -> f64 {
///     metres / seconds
/// }
/// # fn main() {
/// #     assert_eq!(speed(10.0, 2.0), 5.0);
/// # }
/// ```
#[proc_macro_attribute]
pub fn instrument_stage(
    args: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    instrument(Attribute::Stage, args.into(), item.into()).into()
}

/// Implements `its_telemetry::ErrorKind`: the bounded label under which an error is counted, and the outcome it means.
///
/// The kind is the name of the variant, or of the struct, in `snake_case`; the outcome is `error`. The attribute
/// `#[error_kind(..)]` on a variant or on the struct changes that:
///
/// | attribute | meaning |
/// |---|---|
/// | `#[error_kind("name")]`, `#[error_kind(name = "name")]` | the kind |
/// | `#[error_kind(outcome = "timeout")]` | `"error"`, `"timeout"`, `"rejected"` or `"cancelled"` |
/// | `#[error_kind(transparent)]` | kind and outcome of the only field, which implements `ErrorKind` itself |
/// | `#[error_kind(crate_path = "path")]` | on the type: path of `its-telemetry`, for a crate that re-exports it |
///
/// For availability `error`, `timeout` and `rejected` are bad, `cancelled` is left out.
///
/// Generic types work; a transparent field whose type depends on a type parameter adds the bound it needs.
///
/// # Example
///
/// ```
/// use its_telemetry::{ErrorKind, Outcome};
///
/// #[derive(ErrorKind)]
/// enum DetectError {
///     ModelNotFound(String),
///     #[error_kind("queue_full", outcome = "rejected")]
///     Busy,
///     #[error_kind(transparent)]
///     Decode(DecodeError),
/// }
///
/// #[derive(ErrorKind)]
/// #[error_kind("late_frame", outcome = "timeout")]
/// struct DecodeError;
///
/// # fn main() {
/// assert_eq!(DetectError::ModelNotFound("yolo".to_owned()).error_kind(), "model_not_found");
/// assert_eq!(DetectError::Busy.outcome(), Outcome::Rejected);
/// assert_eq!(DetectError::Decode(DecodeError).error_kind(), "late_frame");
/// # }
/// ```
#[proc_macro_derive(ErrorKind, attributes(error_kind))]
pub fn derive_error_kind(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    error_kind::derive(input.into()).into()
}

fn instrument(attribute: Attribute, args: TokenStream, item: TokenStream) -> TokenStream {
    // Both are always parsed, so that one build shows every mistake.
    let error = match (Args::parse(attribute, args), Function::parse(attribute, item.clone())) {
        (Ok(args), Ok(function)) => return expand::expand(attribute, &args, function),
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => error,
        (Err(mut error), Err(other)) => {
            error.combine(other);
            error
        }
    };
    let error = error.into_compile_error();
    // The item stays, so that its callers do not fail as well.
    quote!(#error #item)
}
