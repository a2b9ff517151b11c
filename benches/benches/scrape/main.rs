//! What a scrape of 8,000 series costs, ours and others': a thousand cameras with two histograms of sixteen finite
//! buckets, four counters and two gauges each.
//!
//! `cargo bench --manifest-path benches/Cargo.toml --bench scrape`, with `ITS_BENCH_ROUNDS=5`: 2 x AMD EPYC (KVM),
//! rustc 1.95.0, while compilers ran on both processors. The ratios are the figures to trust.
//!
//! | case | ms | range of the rounds | peak of extra heap, bytes | bytes out |
//! |---|--:|--:|--:|--:|
//! | our_scrape | 3.03 | 1.95 to 3.76 | 36,603 | 4,436,278 |
//! | our_scrape_openmetrics | 2.76 | 1.15 to 3.60 | 36,603 | 4,436,224 |
//! | our_scrape_protobuf | 8.04 | 5.87 to 8.95 | 507,308 | 1,183,602 |
//! | prometheus_client | 18.4 | 13.8 to 25.0 | 11,403,536 | 4,434,569 |
//! | metrics_exporter_prometheus | 83.0 | 54.3 to 89.9 | 11,440,794 | 4,426,214 |
//!
//! | ratio | | range of the rounds |
//! |---|--:|--:|
//! | prometheus_client/our_scrape | 5.56 | 4.24 to 12.8 |
//! | metrics_exporter_prometheus/our_scrape | 28.2 | 16.7 to 46.1 |
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
