//! Compressed pages.

use std::io::Read;

use its_telemetry::exposition::accepts_gzip;
use its_telemetry::registry::collect::Collected;
use its_telemetry::testing::TestTelemetry;

use super::{OPEN_METRICS, Source};

#[test]
fn a_compressed_page_is_the_page() {
    let test = TestTelemetry::with(|builder| {
        builder.collect(Source(|into: &mut Collected| {
            let mut level = into.gauge("level", "A level.");
            (1..20_000).for_each(|n| {
                level.sample(&[("id", &(n * 7919).to_string())], 1.0 / f64::from(n));
            });
        }))
    });
    assert!(accepts_gzip(Some("gzip")));
    let compressed = test.telemetry().scrape(OPEN_METRICS).gzip();
    assert_eq!(compressed.content_type(), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    let chunks: Vec<Vec<u8>> = compressed.collect();
    assert!(chunks.len() > 1, "it is compressed while it is written");
    let mut page = String::new();
    flate2::read::GzDecoder::new(&*chunks.concat()).read_to_string(&mut page).expect("gzip");
    assert_eq!(page, test.telemetry().render(OPEN_METRICS).text());
}
