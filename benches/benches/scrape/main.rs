//! What a scrape of 8,000 series costs, ours and others': a thousand cameras with two histograms of sixteen finite
//! buckets, four counters and two gauges each.

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
