//! Snapshots on a recorder that is not ours.

use its_gpu_metrics::bridge::Bridge;
use its_gpu_metrics::metrics::{ALL, Kind};
use its_gpu_metrics::snapshot::State;
use its_gpu_metrics::testing;
use metrics_exporter_prometheus::PrometheusBuilder;

const LABELS: &str = "{hw_id=\"GPU-00000000-0000-0000-0000-000000000000\",hw_type=\"gpu\"}";

#[test]
fn gauges_of_a_lost_gpu_are_not_a_number_until_it_is_back() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let mut bridge = Bridge::new();
    let mut snapshot = testing::snapshot(vec![testing::gpu(0)]);
    metrics::with_local_recorder(&recorder, || bridge.write(&snapshot));
    let text = handle.render();
    assert!(text.contains(&format!("hw_power_watts{LABELS} 412.5\n")), "{text}");
    // Counters of the facade are whole numbers.
    assert!(text.contains(&format!("hw_energy_joules_total{LABELS} 41250\n")), "{text}");
    assert!(text.contains("# HELP hw_power_watts Power drawn"), "{text}");
    assert!(!text.contains("its_gpu_process_memory_bytes"), "of processes there are ever more");
    for metric in
        ALL.iter().filter(|metric| metric.kind != Kind::Histogram && !metric.labels.contains(&"pid"))
    {
        let is_optional = metric.name.contains("_mig_") || metric.name.ends_with("_unavailable");
        assert!(
            is_optional || text.contains(&format!("\n{}", metric.name)),
            "{} is not in {text}",
            metric.name
        );
    }

    let readings = snapshot.gpus[0].readings.take();
    snapshot.gpus[0].state = State::Lost;
    metrics::with_local_recorder(&recorder, || bridge.write(&snapshot));
    let text = handle.render();
    assert!(text.contains(&format!("hw_power_watts{LABELS} NaN\n")), "{text}");
    assert!(text.contains(&format!("hw_energy_joules_total{LABELS} 41250\n")), "{text}");

    (snapshot.gpus[0].readings, snapshot.gpus[0].state) = (readings, State::Ok);
    metrics::with_local_recorder(&recorder, || bridge.write(&snapshot));
    assert!(handle.render().contains(&format!("hw_power_watts{LABELS} 412.5\n")));
}
