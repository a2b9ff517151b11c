//! What it costs to count one event for an objective, ours and others'.
//!
//! `cargo bench --manifest-path benches/Cargo.toml --bench slo`: 2 x AMD EPYC (KVM), rustc 1.95.0, seven rounds, while
//! other work ran on both processors. The ratios are the figures to trust.
//!
//! | case | ns an event | range of the rounds |
//! |---|--:|--:|
//! | fetch_add | 2.24 | 2.19 to 2.28 |
//! | ours | 1.95 | 1.94 to 1.95 |
//! | ours_latency | 2.10 | 2.10 to 2.11 |
//! | tower_retry_budget | 37.4 | 37.4 to 37.4 |
//! | sz_orm_observability | 143 | 143 to 143 |
//! | call | 97.0 | 96.1 to 97.6 |
//! | call_with_slo | 106 | 106 to 107 |
//!
//! | ratio | | range of the rounds |
//! |---|--:|--:|
//! | ours/fetch_add | 0.87 | 0.85 to 0.89 |
//! | tower_retry_budget/ours | 19.2 | 19.2 to 19.3 |
//! | sz_orm_observability/ours | 73.3 | 73.2 to 73.5 |
//! | call_with_slo/call | 1.09 | 1.08 to 1.11 |
//!
//! One objective takes 48,678 bytes of heap. Nothing is allocated when it counts.
//!
//! `fetch_add` is the least that a shared counter can cost: one relaxed add to an atomic integer. `tower_retry_budget`
//! deposits into `tower::retry::budget::TpsBudget`, which remembers ten seconds; `sz_orm_observability` records into
//! `SloMonitor`, which keeps four windows that begin anew when they are full. Ours remembers a month.

mod ours;
mod peers;

use std::process::ExitCode;

use its_benches::alloc::Counting;
use its_benches::{Bench, Case, Ratio};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    const BENCH: Bench = Bench {
        cases: &[
            ("fetch_add", peers::fetch_add),
            ("ours", ours::record),
            ("ours_latency", ours::record_latency),
            ("tower_retry_budget", peers::tower),
            ("sz_orm_observability", peers::sz_orm),
            ("fetch_add_2_threads", peers::fetch_add_2_threads),
            ("ours_2_threads", ours::two_threads),
            ("tower_retry_budget_2_threads", peers::tower_2_threads),
            ("sz_orm_observability_2_threads", peers::sz_orm_2_threads),
            ("call", ours::call),
            ("call_with_slo", ours::call_with_slo),
        ],
        once: &[("slo", ours::bytes)],
        ratios: &[
            Ratio::of("ours", "fetch_add"),
            Ratio::of("ours_latency", "fetch_add"),
            Ratio::of("tower_retry_budget", "ours"),
            Ratio::of("sz_orm_observability", "ours"),
            Ratio::of("fetch_add_2_threads", "ours_2_threads"),
            Ratio::of("tower_retry_budget_2_threads", "ours_2_threads"),
            Ratio::of("sz_orm_observability_2_threads", "ours_2_threads"),
            Ratio::of("call_with_slo", "call"),
        ],
    };
    BENCH.main()
}

/// Counts so many events, one by one; every hundredth is bad.
#[inline]
fn events(times: usize, count: impl Fn(bool)) {
    for n in 0..times {
        count(std::hint::black_box(n) % 100 != 99);
    }
}

/// One thread.
fn one(case: &Case, count: impl Fn(bool)) {
    case.calls(|_, times| events(times, &count));
}

/// Two threads at once, into the same budget.
fn two(case: &Case, count: impl Fn(bool) + Sync) {
    case.two_threads(true, |_, times| events(times, &count));
}
