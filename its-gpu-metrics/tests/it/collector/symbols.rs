//! Drivers that lack a function, each in turn.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use its_gpu_metrics::GpuCollector;
use its_gpu_metrics::snapshot::{State, Unavailable};
use its_test_support::NvmlStub;
use serde_json::json;

use super::{quick, wait_for};

/// Without these nothing goes.
const NEEDED: [&str; 4] =
    ["nvmlInit_v2", "nvmlShutdown", "nvmlDeviceGetCount_v2", "nvmlDeviceGetHandleByIndex_v2"];

#[test]
fn no_missing_function_stops_the_rest() {
    let next = AtomicUsize::new(0);
    let symbols = NvmlStub::symbols();
    assert!(symbols.len() >= 82, "{} symbols", symbols.len());
    std::thread::scope(|threads| {
        for _ in 0..12 {
            threads.spawn(|| {
                while let Some(symbol) = symbols.get(next.fetch_add(1, Relaxed)) {
                    without(symbol);
                }
            });
        }
    });
}

fn without(symbol: &str) {
    let scenario = json!({ "gpus": [
        { "processes": { "compute": [{ "pid": 1, "memory": 1 }] } },
        { "mig": { "enabled": true, "instances": [{ "uuid": "MIG-a" }] } },
    ] });
    let stub = NvmlStub::without_symbol(symbol, &scenario);
    let collector = GpuCollector::start(quick(&stub).processes(5).pcie_throughput(true));
    let snapshot = wait_for(&collector, symbol, |snapshot| {
        snapshot.collector.cycles >= 4 && snapshot.collector.unavailable != Some(Unavailable::Starting)
    });
    if NEEDED.contains(&symbol) {
        assert_eq!(snapshot.collector.unavailable, Some(Unavailable::LibraryTooOld), "{symbol}");
    } else {
        assert_eq!(snapshot.collector.unavailable, None, "{symbol}");
        assert!(snapshot.gpus.iter().all(|gpu| gpu.state == State::Ok), "{symbol}");
        let power = snapshot.gpus[0].readings.as_ref().and_then(|readings| readings.power.usage);
        assert_eq!(power.is_none(), symbol == "nvmlDeviceGetPowerUsage", "{symbol}");
        let has_uuid = snapshot.gpus[0].info.uuid.starts_with("GPU-");
        assert_eq!(has_uuid, symbol != "nvmlDeviceGetUUID", "{symbol}");
    }
    assert!(collector.shutdown(super::DEADLINE), "{symbol}");
}
