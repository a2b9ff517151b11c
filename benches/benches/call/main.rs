//! What one instrumented call costs: ours, and what people write today.
//!
//! `cargo bench --manifest-path benches/Cargo.toml --bench call`, with `ITS_BENCH_ROUNDS=5 ITS_BENCH_SECONDS=0.15`:
//! 2 x AMD EPYC (KVM), rustc 1.95.0, while compilers ran on both processors. The ratios are the figures to trust.
//!
//! | case | ns a call | range of the rounds | allocations |
//! |---|--:|--:|--:|
//! | bare | 2.05 | 1.89 to 2.32 | 0 |
//! | clock | 63.1 | 61.9 to 66.1 | 0 |
//! | hand_written | 4015 | 3578 to 4590 | 33.03 |
//! | autometrics_prometheus | 387 | 377 to 405 | 0 |
//! | sketch | 111 | 103 to 115 | 0.01 |
//! | ours | 171 | 157 to 172 | 0.19 |
//! | ours_unsampled | 143 | 111 to 149 | 0.09 |
//! | ours_entering_scope | 197 | 152 to 231 | 0.20 |
//! | ours_no_scope | 233 | 158 to 250 | 0.17 |
//! | ours_disabled | 42.6 | 34.7 to 47.1 | 0 |
//! | ours_2_threads_same_camera | 161 | 157 to 298 | |
//! | ours_2_threads_different_cameras | 221 | 168 to 265 | |
//! | bare_service | 250 | 246 to 279 | 1 |
//! | tower_http_and_axum_prometheus | 6615 | 6133 to 7094 | 48.03 |
//! | our_http_layer | 601 | 559 to 752 | 1.10 |
//! | bare_service_with_context | 341 | 279 to 380 | 3 |
//! | our_http_layer_with_context | 1564 | 1516 to 1789 | 3 |
//!
//! | ratio | | range of the rounds |
//! |---|--:|--:|
//! | hand_written/ours | 23.5 | 21.2 to 29.3 |
//! | autometrics_prometheus/ours | 2.35 | 2.20 to 2.50 |
//! | ours/sketch | 1.51 | 1.41 to 1.66 |
//! | ours_2_threads_same_camera/ours_2_threads_different_cameras | 0.73 | 0.59 to 1.78 |
//! | tower_http_and_axum_prometheus/our_http_layer | 18.8 | 13.5 to 19.6 |
//!
//! One camera in a hundred fails; a failed call allocates, and so does an exported one.

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
