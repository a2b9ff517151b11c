//! What it costs to read 16 GPUs, and to show what was read.
//!
//! `cargo bench --manifest-path benches/Cargo.toml --bench gpu`. NVML is the scripted one of the tests, which answers
//! each call in well under a microsecond: on a real driver, whose calls take some hundred, the cost of ours is lost in
//! theirs.
//!
//! `plain_loop` makes the calls of one cycle through nvml-wrapper and keeps nothing but a sum. `cycle` is the time that
//! the collector's thread spends on the processor for one of its cycles: the same calls, each timed, its errors sorted,
//! totals added up, and the snapshot made and published. `scrape` is a page of some 2,000 series, rendered; it calls no
//! NVML at all, so that on a real driver an exporter that reads the GPUs when it is asked takes longer by all its calls.

mod ours;
mod plain;

use std::process::ExitCode;

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
