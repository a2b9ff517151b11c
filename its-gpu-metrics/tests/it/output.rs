//! What a snapshot becomes.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use its_gpu_metrics::metrics::{self, Family, Value};
use its_gpu_metrics::snapshot::{
    Gpu, MigInstance, Readings, State, ThrottleReason, Totals, Unavailable, Xid,
};
use its_gpu_metrics::{Snapshot, testing};

/// Every sample as `name{a="b"}`, with its value.
fn lines(snapshot: &Snapshot) -> Vec<(String, f64)> {
    let families = metrics::families(snapshot, snapshot.taken);
    families.iter().flat_map(of_family).collect()
}

fn of_family(family: &Family<'_>) -> Vec<(String, f64)> {
    let line = |sample: &metrics::Sample<'_>| {
        let labels: Vec<_> =
            sample.labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        (format!("{}{{{}}}", family.metric.name, labels.join(",")), sample.value.as_f64())
    };
    family.samples.iter().map(line).collect()
}

#[track_caller]
fn assert_has(lines: &[(String, f64)], line: &str, value: f64) {
    let found = lines.iter().find(|(name, _)| name == line);
    assert_eq!(found.map(|(_, value)| *value), Some(value), "{line} in {lines:#?}");
}

const UUID: &str = "GPU-00000000-0000-0000-0000-000000000000";

fn with_mig() -> Gpu {
    let mut gpu = testing::gpu(0);
    let part = |gi, ci| {
        let mut part = MigInstance::default();
        part.uuid = format!("MIG-{gi}-{ci}");
        (part.gpu_instance, part.compute_instance) = (gi, ci);
        part.profile = Some("1g.10gb".into());
        (part.memory_limit, part.memory_used) = (Some(10 << 30), Some(1 << 30));
        part.gpm = vec![("sm_occupancy", 0.5)];
        part
    };
    gpu.mig = vec![part(7, 0), part(7, 1), part(8, 0)];
    gpu
}

#[test]
fn a_gpu_that_tells_everything_has_every_metric_with_labels_of_the_catalogue() {
    let mut snapshot = testing::snapshot(vec![with_mig()]);
    snapshot.collector.unavailable = Some(Unavailable::Stalled);
    let families = metrics::families(&snapshot, Instant::now());
    let there: Vec<_> = families.iter().map(|family| family.metric.name).collect();
    let all: Vec<_> = metrics::ALL.iter().map(|metric| metric.name).collect();
    assert_eq!(there, all);
    for family in &families {
        let mut sets = HashSet::new();
        for sample in &family.samples {
            // In the catalogue's order, and each once.
            let mut known = family.metric.labels.iter();
            assert!(sample.labels.iter().all(|(name, _)| known.any(|k| k == name)), "{sample:?}");
            assert!(sets.insert(&sample.labels), "{} has {:?} twice", family.metric.name, sample.labels);
            let is_histogram = matches!(sample.value, Value::Histogram { buckets, .. }
                if buckets.len() == family.metric.bounds.len() + 1);
            assert_eq!(is_histogram, !family.metric.bounds.is_empty());
        }
    }
}

#[test]
fn values_are_in_base_units() {
    let lines = lines(&testing::snapshot(vec![testing::gpu(0)]));
    let of = |name: &str, labels: &str| format!("{name}{{hw_id=\"{UUID}\"{labels}}}");
    assert_has(&lines, &of("hw_gpu_utilization_ratio", ",hw_gpu_task=\"general\""), 0.75);
    assert_has(&lines, &of("hw_gpu_memory_usage_bytes", ""), f64::from(20 << 10) * f64::from(1 << 20));
    assert_has(&lines, &of("hw_gpu_memory_utilization_ratio", ""), 0.25);
    assert_has(&lines, &of("hw_power_watts", ",hw_type=\"gpu\""), 412.5);
    assert_has(&lines, &of("hw_energy_joules_total", ",hw_type=\"gpu\""), 41_250.5);
    assert_has(&lines, &of("hw_temperature_celsius", ",hw_sensor_location=\"memory\""), 61.0);
    assert_has(&lines, &of("its_gpu_clock_hertz", ",domain=\"sm\""), 1.755e9);
    assert_has(&lines, &of("its_gpu_throttle", ",reason=\"software_power_cap\""), 1.0);
    assert_has(&lines, &of("its_gpu_throttle", ",reason=\"gpu_idle\""), 0.0);
    assert_has(&lines, &of("its_gpu_xid_errors_total", ",xid=\"63\""), 2.0);
    assert_has(&lines, &of("its_gpu_xid_last_timestamp_seconds", ",xid=\"63\""), 1_700_000_000.5);
    assert_has(&lines, &of("its_gpu_gpm_ratio", ",metric=\"any_tensor\""), 0.3);
    assert_has(&lines, &of("its_gpu_gpm_bytes_per_second", ",metric=\"pcie_received\""), 2.5e9);
    assert_has(&lines, &of("hw_status", ",hw_type=\"gpu\",hw_state=\"ok\""), 1.0);
    assert_has(&lines, "its_gpu_call_latency_seconds{call=\"nvmlDeviceGetPowerUsage\"}", 123.0);
    assert_has(&lines, "its_gpu_collector_up{}", 1.0);
}

#[test]
fn a_gpu_that_does_not_answer_keeps_its_totals_and_has_no_gauges() {
    let mut lost = with_mig();
    let mut kept = HashSet::new();
    for state in [State::Lost, State::ResetRequired, State::Recovering, State::Unsupported] {
        lost.state = state;
        let families = testing::snapshot(vec![lost.clone(), testing::gpu(1)]);
        let of_lost: HashSet<_> = metrics::families(&families, Instant::now())
            .iter()
            .filter(|family| family.samples.iter().any(|sample| sample.label("hw_id") == Some(UUID)))
            .map(|family| family.metric.name)
            .collect();
        kept.extend(of_lost);
        let lines = lines(&families);
        assert_has(&lines, &format!("its_gpu_state{{hw_id=\"{UUID}\",state=\"{state}\"}}"), 1.0);
        assert_has(&lines, &format!("its_gpu_state{{hw_id=\"{UUID}\",state=\"ok\"}}"), 0.0);
        let status = lines.iter().find(|(name, value)| name.starts_with("hw_status") && *value == 1.0);
        let says_failed = status.is_some_and(|(name, _)| name.contains("failed"));
        assert_eq!(says_failed, matches!(state, State::Lost | State::ResetRequired));
    }
    let expected = [
        "its_gpu_info",
        "its_gpu_state",
        "hw_status",
        "its_gpu_generation",
        "its_gpu_losses_total",
        "its_gpu_capability_info",
        "its_gpu_busy_seconds_total",
        "hw_energy_joules_total",
        "its_gpu_throttle_seconds_total",
        "its_gpu_xid_errors_total",
        "its_gpu_xid_last_timestamp_seconds",
    ];
    assert_eq!(kept, HashSet::from(expected));
}

#[test]
fn what_a_gpu_does_not_tell_is_absent() {
    let mut gpu = testing::gpu(0);
    gpu.readings = Some(Readings::default());
    gpu.totals = Totals::default();
    gpu.capabilities = Arc::default();
    let snapshot = testing::snapshot(vec![gpu]);
    let lines = lines(&snapshot);
    let of_gpu: HashSet<_> = lines
        .iter()
        .filter(|(name, _)| name.contains("hw_id"))
        .filter_map(|(name, _)| name.split_once('{').map(|(name, _)| name))
        .collect();
    let facts = ["its_gpu_info", "its_gpu_state", "hw_status", "its_gpu_generation", "its_gpu_losses_total"];
    assert_eq!(of_gpu, HashSet::from(facts));
    assert!(lines.iter().all(|(_, value)| value.is_finite()));
}

#[test]
fn an_error_of_a_part_names_it_and_an_unknown_one_says_so() {
    let mut gpu = testing::gpu(0);
    let known = gpu.totals.xids[0].clone();
    let xid = |code, mig| {
        let mut xid: Xid = known.clone();
        (xid.code, xid.mig) = (code, mig);
        xid
    };
    gpu.totals.xids = vec![xid(Some(13), Some((7, Some(0)))), xid(None, None)];
    gpu.totals.throttled_seconds = vec![(ThrottleReason::Other, 1.0)];
    let lines = lines(&testing::snapshot(vec![gpu]));
    let name = format!("its_gpu_xid_errors_total{{hw_id=\"{UUID}\",xid=");
    assert_has(&lines, &format!("{name}\"13\",gi=\"7\",ci=\"0\"}}"), 2.0);
    assert_has(&lines, &format!("{name}\"unknown\"}}"), 2.0);
}

#[test]
fn memory_of_a_gpu_instance_is_there_once_however_many_compute_instances_share_it() {
    let lines = lines(&testing::snapshot(vec![with_mig()]));
    let count = |name: &str| lines.iter().filter(|(line, _)| line.starts_with(name)).count();
    assert_eq!(count("its_gpu_mig_info{"), 3);
    assert_eq!(count("its_gpu_mig_memory_usage_bytes{"), 2);
    let occupancy =
        lines.iter().filter(|(line, _)| line.contains("gi=") && line.contains("metric=\"sm_occupancy\""));
    assert_eq!(occupancy.count(), 2);
}

#[test]
fn a_snapshot_that_is_not_renewed_grows_old() {
    let snapshot = testing::snapshot(vec![]);
    let families = metrics::families(&snapshot, snapshot.taken + Duration::from_millis(2_500));
    let age = families.iter().find(|family| family.metric.name == "its_gpu_collector_snapshot_age_seconds");
    assert_eq!(age.map(|age| age.samples[0].value.as_f64()), Some(2.5));
}

#[test]
fn memory_that_cannot_be_repaired_is_a_predicted_failure() {
    let mut gpu = testing::gpu(0);
    let rows = |gpu: &mut Gpu, pending, failed| {
        let readings = gpu.readings.as_mut().expect("it works");
        (readings.rows.remap_pending, readings.rows.remap_failed) = (Some(pending), Some(failed));
    };
    for (pending, failed, state) in [(true, false, "degraded"), (true, true, "predicted_failure")] {
        rows(&mut gpu, pending, failed);
        let lines = lines(&testing::snapshot(vec![gpu.clone()]));
        assert_has(
            &lines,
            &format!("hw_status{{hw_id=\"{UUID}\",hw_type=\"gpu\",hw_state=\"{state}\"}}"),
            1.0,
        );
    }
}
