//! GPUs that are cut into parts.

use its_gpu_metrics::GpuCollector;
use its_gpu_metrics::snapshot::MigInstance;
use its_test_support::NvmlStub;
use serde_json::json;

use super::{all_answer, errors, quick, start, wait_for, wait_for_cycles};

#[test]
fn one_that_is_destroyed_while_it_is_read_leaves_the_others() {
    for function in ["nvmlDeviceGetUUID", "nvmlDeviceGetGpuInstanceId", "nvmlDeviceGetComputeInstanceId"] {
        let (stub, collector) = start(&json!({ "gpus": [{ "mig": { "enabled": true, "instances": [
            { "uuid": "MIG-a", "codes": { function: 2 } }, { "uuid": "MIG-b" },
        ] } }] }));
        let snapshot = wait_for(&collector, "the other is known", |snapshot| {
            snapshot.gpus.first().is_some_and(|gpu| gpu.mig.len() == 1)
        });
        assert_eq!(snapshot.gpus[0].mig[0].uuid, "MIG-b", "{function}");
        stub.patch(
            &json!({ "gpus": { "0": { "mig": { "instances": { "0": { "codes": { function: 0 } } } } } } }),
        );
        wait_for(&collector, "both are known", |snapshot| snapshot.gpus[0].mig.len() == 2);
    }
}

#[test]
fn who_the_parts_are_is_asked_rarely_and_again_when_one_changes() {
    let stub = NvmlStub::start(&json!({ "gpus": [{ "mig": { "enabled": true, "instances": [{}, {}] } }] }));
    let rarely = std::time::Duration::from_secs(3_600);
    let collector = GpuCollector::start(quick(&stub).slow_interval(rarely));
    let parts = |snapshot: &its_gpu_metrics::Snapshot| snapshot.gpus.first().map_or(0, |gpu| gpu.mig.len());
    wait_for(&collector, "its parts are known", |snapshot| parts(snapshot) == 2);
    stub.reset_calls();
    wait_for_cycles(&collector, 5);
    for function in ["nvmlDeviceGetName", "nvmlDeviceGetGpuInstanceId", "nvmlDeviceGetComputeInstanceId"] {
        assert_eq!(stub.calls(function), 0, "{function}");
    }
    stub.patch(&json!({ "gpus": { "0": { "mig": { "instances": { "1": {
        "uuid": "MIG-other", "profile": "2g.20gb", "memory": { "total": 20_401_094_656_u64, "reserved": 0, "used": 1 },
    } } } } } }));
    wait_for(&collector, "another one is at that index", |snapshot| {
        snapshot.gpus[0].mig.iter().any(|part| part.profile.as_deref() == Some("2g.20gb"))
    });
}

#[test]
fn cut_and_put_together_again() {
    let (stub, collector) = start(&json!({}));
    let whole = wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    assert!(whole.gpus[0].mig.is_empty());
    assert_eq!(whole.gpus[0].readings.as_ref().expect("readings").utilization.gpu, Some(0.37));

    stub.patch(&json!({ "gpus": { "0": {
        "mig": { "enabled": true, "instances": [
            { "uuid": "MIG-a", "gpu_instance": 7, "compute_instance": 0, "gpm": { "2": 40.0 } },
            { "uuid": "MIG-b", "index": 4, "gpu_instance": 2, "compute_instance": 0, "profile": "3g.40gb" },
            { "uuid": "MIG-c", "index": 5, "gpu_instance": 2, "compute_instance": 1, "profile": "1c.3g.40gb" },
        ] },
        "not_supported": ["nvmlDeviceGetUtilizationRates", "nvmlDeviceGetEncoderUtilization", "nvmlDeviceGetDecoderUtilization"],
    } } }));
    let has_gpm = |instance: &MigInstance| instance.gpm.iter().any(|(name, _)| *name == "sm");
    let cut =
        wait_for(&collector, "its parts are known", |snapshot| snapshot.gpus[0].mig.iter().any(has_gpm));
    let gpu = &cut.gpus[0];
    assert_eq!(gpu.generation, 1, "it was not away");
    assert_eq!(gpu.readings.as_ref().expect("readings").utilization.gpu, None, "absent, not 0");
    let parts: Vec<_> =
        gpu.mig.iter().map(|part| (&*part.uuid, part.gpu_instance, part.profile.as_deref())).collect();
    assert_eq!(
        parts,
        [("MIG-b", 2, Some("3g.40gb")), ("MIG-c", 2, Some("1c.3g.40gb")), ("MIG-a", 7, Some("1g.10gb"))]
    );
    assert_eq!(gpu.mig[2].memory_limit, Some(10_200_547_328));
    assert_eq!(gpu.mig[2].gpm, [("sm", 0.4)]);

    // Whether it is cut cannot be told at this time: it has not been put together for that.
    stub.patch(&json!({ "gpus": { "0": { "codes": { "nvmlDeviceGetMigMode": 999 } } } }));
    let failing =
        |snapshot: &its_gpu_metrics::Snapshot| errors(snapshot, "nvmlDeviceGetMigMode", "unknown") > 2;
    let still = wait_for(&collector, "the mode fails", failing);
    assert_eq!(still.gpus[0].mig.len(), 3);
    stub.patch(&json!({ "gpus": { "0": { "codes": { "nvmlDeviceGetMigMode": 0 } } } }));

    stub.patch(&json!({ "gpus": { "0": { "mig": { "enabled": false }, "not_supported": [] } } }));
    wait_for(&collector, "it is whole again", |snapshot| {
        let gpu = &snapshot.gpus[0];
        gpu.mig.is_empty()
            && gpu.readings.as_ref().is_some_and(|readings| readings.utilization.gpu == Some(0.37))
    });
}
