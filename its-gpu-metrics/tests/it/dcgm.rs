//! The view with dcgm-exporter's names.

use its_gpu_metrics::metrics::dcgm;
use its_gpu_metrics::snapshot::{MigInstance, State};
use its_gpu_metrics::{Snapshot, testing};

/// The metrics that dcgm-exporter serves by default (`etc/default-counters.csv`), with their types.
const DEFAULT: [(&str, &str); 25] = [
    ("DCGM_FI_DEV_SM_CLOCK", "gauge"),
    ("DCGM_FI_DEV_MEM_CLOCK", "gauge"),
    ("DCGM_FI_DEV_MEMORY_TEMP", "gauge"),
    ("DCGM_FI_DEV_GPU_TEMP", "gauge"),
    ("DCGM_FI_DEV_POWER_USAGE", "gauge"),
    ("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "counter"),
    ("DCGM_FI_DEV_PCIE_REPLAY_COUNTER", "counter"),
    ("DCGM_FI_DEV_GPU_UTIL", "gauge"),
    ("DCGM_FI_DEV_MEM_COPY_UTIL", "gauge"),
    ("DCGM_FI_DEV_ENC_UTIL", "gauge"),
    ("DCGM_FI_DEV_DEC_UTIL", "gauge"),
    ("DCGM_FI_DEV_XID_ERRORS", "gauge"),
    ("DCGM_FI_DEV_FB_FREE", "gauge"),
    ("DCGM_FI_DEV_FB_USED", "gauge"),
    ("DCGM_FI_DEV_FB_RESERVED", "gauge"),
    ("DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL", "counter"),
    ("DCGM_FI_DEV_VGPU_LICENSE_STATUS", "gauge"),
    ("DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS", "counter"),
    ("DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS", "counter"),
    ("DCGM_FI_DEV_ROW_REMAP_FAILURE", "gauge"),
    ("DCGM_FI_PROF_GR_ENGINE_ACTIVE", "gauge"),
    ("DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", "gauge"),
    ("DCGM_FI_PROF_DRAM_ACTIVE", "gauge"),
    ("DCGM_FI_PROF_PCIE_TX_BYTES", "gauge"),
    ("DCGM_FI_PROF_PCIE_RX_BYTES", "gauge"),
];

fn value(snapshot: &Snapshot, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let families = dcgm::families(snapshot, "node-1");
    let family = families.iter().find(|family| family.metric.name == name)?;
    let has = |sample: &&its_gpu_metrics::metrics::Sample<'_>| {
        // Beside the seven of a GPU, and the two of an Xid error.
        let of_xid = if name.ends_with("XID_ERRORS") { 2 } else { 0 };
        sample.labels.len()
            == 7 + of_xid + labels.iter().filter(|(name, _)| name.starts_with("GPU_I")).count()
            && labels.iter().all(|(name, value)| sample.label(name) == Some(value))
    };
    family.samples.iter().find(has).map(|sample| sample.value.as_f64())
}

#[test]
fn every_metric_of_the_default_list_is_there_or_named_as_absent() {
    for (name, kind) in DEFAULT {
        let found = dcgm::ALL.iter().find(|metric| metric.name == name);
        let absent = dcgm::ABSENT.iter().any(|(absent, _)| *absent == name);
        assert!(found.is_some() != absent, "{name}");
        let has_kind = |metric: &its_gpu_metrics::metrics::Metric| {
            format!("{:?}", metric.kind).to_lowercase().ends_with(kind)
        };
        assert!(found.is_none_or(|metric| has_kind(metric)), "{name} must be a {kind}");
    }
    assert_eq!(dcgm::ALL.len() + dcgm::ABSENT.len(), DEFAULT.len());
    let snapshot = testing::snapshot(vec![testing::gpu(0)]);
    let families = dcgm::families(&snapshot, "node-1");
    let there: Vec<_> = families.iter().map(|family| family.metric.name).collect();
    let all: Vec<_> = dcgm::ALL.iter().map(|metric| metric.name).collect();
    assert_eq!(there, all);
}

#[test]
fn values_and_labels_are_dcgms() {
    let snapshot = testing::snapshot(vec![testing::gpu(0), testing::gpu(3)]);
    let labels = [
        ("gpu", "3"),
        ("UUID", "GPU-00000000-0000-0000-0000-000000000003"),
        ("pci_bus_id", "00000000:1A:00.0"),
        ("device", "nvidia3"), // by index, as dcgm-exporter, whatever the number in /dev
        ("modelName", "NVIDIA H100 80GB HBM3"),
        ("Hostname", "node-1"),
        ("DCGM_FI_DRIVER_VERSION", "580.95.05"),
    ];
    for (name, expected) in [
        ("DEV_SM_CLOCK", 1_755.0),
        ("DEV_GPU_TEMP", 54.0),
        ("DEV_POWER_USAGE", 412.5),
        ("DEV_TOTAL_ENERGY_CONSUMPTION", 1_234_567_500.0),
        ("DEV_GPU_UTIL", 75.0),
        ("DEV_FB_USED", 20_480.0),
        ("DEV_FB_FREE", 60_416.0),
        ("DEV_FB_RESERVED", 1_024.0),
        ("DEV_XID_ERRORS", 63.0),
        ("DEV_CORRECTABLE_REMAPPED_ROWS", 0.0),
        ("PROF_GR_ENGINE_ACTIVE", 0.7),
        ("PROF_PCIE_TX_BYTES", 1.5e9),
    ] {
        assert_eq!(value(&snapshot, &format!("DCGM_FI_{name}"), &labels), Some(expected), "{name}");
    }
}

#[test]
fn a_mig_instance_has_its_own_memory_with_profile_and_id() {
    let mut gpu = testing::gpu(0);
    let mut part = MigInstance::default();
    (part.gpu_instance, part.profile) = (7, Some("1g.10gb".into()));
    (part.memory_limit, part.memory_used) = (Some(10 << 30), Some(1 << 30));
    part.gpm = vec![("any_tensor", 0.9)];
    gpu.mig = vec![part];
    let snapshot = testing::snapshot(vec![gpu]);
    let of_part = [("GPU_I_PROFILE", "1g.10gb"), ("GPU_I_ID", "7")];
    assert_eq!(value(&snapshot, "DCGM_FI_DEV_FB_USED", &of_part), Some(1_024.0));
    assert_eq!(value(&snapshot, "DCGM_FI_DEV_FB_FREE", &of_part), Some(9_216.0));
    assert_eq!(value(&snapshot, "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", &of_part), Some(0.9));
    // The rest is the GPU's, with the instance's labels too, and there is nothing without them.
    assert_eq!(value(&snapshot, "DCGM_FI_DEV_GPU_TEMP", &of_part), Some(54.0));
    for family in dcgm::families(&snapshot, "node-1") {
        let name = family.metric.name;
        assert!(family.samples.iter().all(|sample| sample.label("GPU_I_ID") == Some("7")), "{name}");
        let declared = |(label, _): &(&'static str, _)| family.metric.labels.contains(label);
        assert!(family.samples.iter().all(|sample| sample.labels.iter().all(declared)), "{name}");
    }
}

#[test]
fn an_xid_error_of_an_instance_is_of_no_other() {
    let mut gpu = testing::gpu(0);
    let part = |id| {
        let mut part = MigInstance::default();
        part.gpu_instance = id;
        part
    };
    gpu.mig = vec![part(7), part(8)];
    let known = gpu.totals.xids[0].clone();
    let xid = |code, mig, later: u64| {
        let mut xid = known.clone();
        (xid.code, xid.mig) = (code, mig);
        xid.last += std::time::Duration::from_secs(later);
        xid
    };
    // The last one has no code: the one before it says more.
    gpu.totals.xids = vec![xid(Some(31), None, 0), xid(Some(13), Some((8, None)), 1), xid(None, None, 2)];
    let snapshot = testing::snapshot(vec![gpu]);
    for (id, code, text) in [("7", 31.0, "GPU memory page fault"), ("8", 13.0, "Graphics Engine Exception")] {
        let labels = [("GPU_I_PROFILE", ""), ("GPU_I_ID", id), ("err_msg", text)];
        assert_eq!(value(&snapshot, "DCGM_FI_DEV_XID_ERRORS", &labels), Some(code), "{id}");
    }
}

#[test]
fn of_a_lost_gpu_the_last_xid_is_left() {
    let mut gpu = testing::gpu(0);
    gpu.state = State::Lost;
    gpu.totals.xids[0].code = Some(79);
    let snapshot = testing::snapshot(vec![gpu]);
    let families = dcgm::families(&snapshot, "node-1");
    let [xid] = &*families else { panic!("{families:?}") };
    assert_eq!((xid.metric.name, xid.samples[0].value.as_f64()), ("DCGM_FI_DEV_XID_ERRORS", 79.0));
}
