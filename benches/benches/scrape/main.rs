//! What a scrape of 8,000 series costs, ours and others': a thousand cameras with two histograms of sixteen finite
//! buckets, four counters and two gauges each.
//!
//! `cargo bench --manifest-path benches/Cargo.toml --bench scrape`, seven rounds: 2 x AMD EPYC (KVM), rustc 1.95.0,
//! nothing else to do. The ratios are the figures to trust.
//!
//! | case | ms | range of the rounds | peak of extra heap, bytes | bytes out |
//! |---|--:|--:|--:|--:|
//! | our_scrape | 1.59 | 1.02 to 2.35 | 36,167 | 4,435,635 |
//! | our_scrape_openmetrics | 1.79 | 1.53 to 2.65 | 36,167 | 4,435,593 |
//! | our_scrape_protobuf | 5.88 | 4.86 to 7.40 | 506,872 | 1,183,194 |
//! | prometheus_client | 14.7 | 11.6 to 17.6 | 11,403,536 | 4,434,569 |
//! | metrics_exporter_prometheus | 58.4 | 48.6 to 79.9 | 11,447,540 | 4,426,214 |
//!
//! | ratio | | range of the rounds |
//! |---|--:|--:|
//! | prometheus_client/our_scrape | 7.63 | 5.23 to 15.2 |
//! | metrics_exporter_prometheus/our_scrape | 38.1 | 22.5 to 57.7 |
//!
//! A hundred million samples without a scrape take 0 bytes of heap.

mod metrics_exporter;
mod ours;
mod prometheus_client;
mod series;

use std::process::ExitCode;

use its_benches::alloc::Counting;
use its_benches::{Bench, Ratio};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    const BENCH: Bench = Bench {
        cases: &[
            ("our_scrape", ours::text),
            ("our_scrape_openmetrics", ours::openmetrics),
            ("our_scrape_protobuf", ours::protobuf),
            ("prometheus_client", prometheus_client::encode),
            ("metrics_exporter_prometheus", metrics_exporter::render),
        ],
        once: &[("samples_100m", ours::samples)],
        ratios: &[
            Ratio::of("prometheus_client", "our_scrape"),
            Ratio::of("metrics_exporter_prometheus", "our_scrape"),
        ],
    };
    BENCH.main()
}
