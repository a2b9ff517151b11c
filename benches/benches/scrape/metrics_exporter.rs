//! metrics-exporter-prometheus, whose samples have been drained into buckets before.

use std::hint::black_box;

use its_benches::frame::BUCKETS;
use its_benches::{Case, alloc};
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::series;

pub(crate) fn render(case: &Case) {
    let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).expect("bounds");
    let recorder = builder.install_recorder().expect("recorder");
    let _histograms = series::fill();
    recorder.run_upkeep();
    case.report("bytes", recorder.render().len() as f64);
    case.report("heap", alloc::heap(|| drop(black_box(recorder.render()))).peak as f64);
    case.work(|| drop(black_box(recorder.render())));
}
