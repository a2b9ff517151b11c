//! What one instrumented call costs: ours, and what people write today.
//!
//! `cargo bench --manifest-path benches/Cargo.toml --bench call`, with `ITS_BENCH_ROUNDS=5 ITS_BENCH_SECONDS=0.15`:
//! 2 x AMD EPYC (KVM), rustc 1.95.0, nothing else to do. The ratios are the figures to trust.
//!
//! | case | ns a call | range of the rounds | allocations |
//! |---|--:|--:|--:|
//! | bare | 1.86 | 1.50 to 2.10 | 0 |
//! | clock | 58.4 | 58.3 to 63.8 | 0 |
//! | hand_written | 2,697 | 2,619 to 4,150 | 33.03 |
//! | autometrics_prometheus | 383 | 378 to 389 | 0 |
//! | sketch | 104 | 88.9 to 108 | 0.01 |
//! | ours | 130 | 108 to 178 | 0.2 |
//! | ours_unsampled | 143 | 97.2 to 168 | 0.09 |
//! | ours_entering_scope | 156 | 126 to 210 | 0.2 |
//! | ours_no_scope | 154 | 142 to 210 | 0.17 |
//! | ours_disabled | 29.4 | 28.5 to 43.5 | 0 |
//! | ours_2_threads_same_camera | 131 | 124 to 152 | |
//! | ours_2_threads_different_cameras | 143 | 130 to 153 | |
//! | bare_service | 240 | 232 to 243 | 1 |
//! | tower_http_and_axum_prometheus | 4,539 | 3,846 to 5,948 | 48.03 |
//! | our_http_layer | 572 | 467 to 719 | 1.1 |
//! | bare_service_with_context | 276 | 263 to 329 | 3 |
//! | our_http_layer_with_context | 1,012 | 978 to 1,659 | 3 |
//!
//! | ratio | | range of the rounds |
//! |---|--:|--:|
//! | hand_written/ours | 21.7 | 15.1 to 31.9 |
//! | autometrics_prometheus/ours | 2.91 | 2.14 to 3.54 |
//! | ours/sketch | 1.36 | 1.20 to 1.72 |
//! | ours_2_threads_same_camera/ours_2_threads_different_cameras | 0.99 | 0.89 to 1.01 |
//! | tower_http_and_axum_prometheus/our_http_layer | 13.6 | 7.54 to 18.4 |
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
