//! What it costs to read 16 GPUs, and to show what was read.
//!
//! `cargo bench --manifest-path benches/Cargo.toml --bench gpu`: 2 x AMD EPYC (KVM), rustc 1.95.0, three rounds. The
//! ratios are the figures to trust.
//!
//! | case | microseconds | range of the rounds |
//! |---|--:|--:|
//! | plain_loop | 560 | 521 to 589 |
//! | cycle | 863 | 837 to 1,005 |
//! | cycle_with_gpm | 1,387 | 1,303 to 1,425 |
//! | scrape | 2,506 | 2,491 to 2,532 |
//! | scrape_while_a_call_hangs | 777 | 773 to 786 |
//! | snapshot | 0.015 | 0.015 to 0.015 |
//!
//! | ratio | | range of the rounds |
//! |---|--:|--:|
//! | cycle/plain_loop | 1.49 | 1.46 to 1.93 |
//! | scrape/plain_loop | 4.52 | 4.23 to 4.81 |
//! | scrape_while_a_call_hangs/scrape | 0.31 | 0.31 to 0.32 |
//!
//! NVML is the scripted one of the tests, which answers each call in about a microsecond: on a real driver, whose calls
//! take some hundred, the cost of ours is lost in theirs.
//!
//! `cycle` is the time that the collector's thread spends on the processor for one of its cycles, a hundred times a second:
//! each call timed, its errors sorted, totals added up, and the snapshot made and published. `plain_loop` makes the same
//! calls as often through nvml-wrapper, and keeps a sum; of the 29 for a GPU it lacks three that nvml-wrapper does not
//! have. `cycle_with_gpm` takes GPM samples too. `scrape` is a page of 16 GPUs, rendered; it calls no NVML at all.

mod ours;
mod plain;

use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use its_benches::alloc::Counting;
use its_benches::{Bench, Ratio};
use its_test_support::NvmlStub;
use serde_json::json;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    const BENCH: Bench = Bench {
        cases: &[
            ("plain_loop", plain::each_cycle),
            ("cycle", ours::cycle),
            ("cycle_with_gpm", ours::cycle_with_gpm),
            ("scrape", ours::scrape),
            ("scrape_while_a_call_hangs", ours::scrape_while_a_call_hangs),
            ("snapshot", ours::snapshot),
        ],
        once: &[],
        ratios: &[
            Ratio::of("cycle", "plain_loop"),
            Ratio::of("scrape", "plain_loop"),
            Ratio::of("scrape_while_a_call_hangs", "scrape"),
        ],
    };
    BENCH.main()
}

/// A machine with 16 GPUs of the H100's kind.
fn machine() -> NvmlStub {
    NvmlStub::start(&json!({ "count": 16 }))
}

/// Nanoseconds that the thread of that name has run.
fn on_processor(name: &str) -> u64 {
    let threads = fs::read_dir("/proc/self/task").expect("threads").filter_map(Result::ok);
    let mut of_name = threads.filter(|thread| {
        fs::read_to_string(thread.path().join("comm")).is_ok_and(|known| known.trim() == name)
    });
    let thread = of_name.next().expect("a thread of that name");
    let times = fs::read_to_string(thread.path().join("schedstat")).expect("schedstat");
    times.split(' ').next().and_then(|time| time.parse().ok()).expect("nanoseconds")
}

/// How many cycles are measured, and how often there is one.
const CYCLES: u64 = 200;
const INTERVAL: Duration = Duration::from_millis(10);
