//! What one instrumented call costs: ours, and what people write today.

mod autometrics;
mod hand_written;
mod http;
mod ours;
mod sketch;
mod spans;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use its_benches::alloc::Counting;
use its_benches::frame::{infer, now};
use its_benches::{Bench, Case, Ratio};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    const BENCH: Bench = Bench {
        cases: &[
            ("bare", bare),
            ("clock", clock),
            ("hand_written", hand_written::call),
            ("autometrics_prometheus", autometrics::call),
            ("sketch", sketch::call),
            ("ours", ours::call),
            ("ours_unsampled", ours::unsampled),
            ("ours_entering_scope", ours::entering_scope),
            ("ours_no_scope", ours::no_scope),
            ("ours_disabled", ours::disabled),
            ("ours_2_threads_same_camera", ours::same_camera),
            ("ours_2_threads_different_cameras", ours::different_cameras),
            ("bare_service", http::bare),
            ("tower_http_and_axum_prometheus", http::tower_http_and_axum_prometheus),
            ("our_http_layer", http::ours),
            ("bare_service_with_context", http::bare_with_context),
            ("our_http_layer_with_context", http::ours_with_context),
        ],
        once: &[],
        ratios: &[
            Ratio::of("hand_written", "ours"),
            Ratio::of("autometrics_prometheus", "ours"),
            Ratio::of("ours", "sketch"),
            Ratio::of("ours_2_threads_same_camera", "ours_2_threads_different_cameras"),
            Ratio::of("tower_http_and_axum_prometheus", "our_http_layer").over("bare_service"),
        ],
    };
    BENCH.main()
}

fn bare(case: &Case) {
    case.calls(|frame, times| repeat(times, || now(infer(frame))));
}

/// Two readings of the standard library's clock.
fn clock(case: &Case) {
    case.calls(|_, times| repeat(times, || Instant::now().elapsed()));
}

/// Calls `call` so many times.
#[inline]
fn repeat<R>(times: usize, call: impl Fn() -> R) {
    for _ in 0..times {
        black_box(call());
    }
}
