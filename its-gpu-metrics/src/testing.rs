//! GPUs that are made up, for tests and for trying dashboards out.
//!
//! ```
//! use its_gpu_metrics::{snapshot::State, testing};
//!
//! let mut lost = testing::gpu(1);
//! lost.state = State::Lost;
//! lost.readings = None;
//! let snapshot = testing::snapshot(vec![testing::gpu(0), lost]);
//! assert_eq!(snapshot.gpus.len(), 2);
//! ```

use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};

use crate::Snapshot;
use crate::snapshot::{
    CallStatistics, Clock, ClockDomain, Collector, Driver, Ecc, EccCounts, Fan, Gpu, Info, LATENCY_BOUNDS,
    Memory, NvLink, Pcie, Power, Process, ProcessKind, Readings, Rows, State, Temperature, ThrottleReason,
    Totals, Utilization, Xid,
};

const GIB: u64 = 1 << 30;

/// A snapshot of this moment, of a collector that works.
pub fn snapshot(gpus: Vec<Gpu>) -> Snapshot {
    let mut latency = [0; LATENCY_BOUNDS.len() + 1];
    latency[1] = 120;
    latency[2] = 3;
    let call = |call, errors| CallStatistics { call, latency, seconds: 0.0125, errors };
    let collector = Collector {
        unavailable: None,
        generation: 1,
        cycles: 123,
        overrun_cycles: 0,
        last_duration: Duration::from_micros(2_500),
        last_success: Some(UNIX_EPOCH + Duration::from_secs(1_700_000_000)),
        calls: Arc::new(vec![
            call("nvmlDeviceGetPowerUsage", vec![]),
            call("nvmlDeviceGetUtilizationRates", vec![("gpu_is_lost", 2)]),
        ]),
    };
    let driver = Driver {
        version: Some("580.95.05".into()),
        nvml_version: Some("13.580.95.05".into()),
        cuda_version: Some("13.0".into()),
    };
    Snapshot { taken: Instant::now(), collector, driver: Some(Arc::new(driver)), gpus }
}

/// A GPU that works and tells everything, with a UUID from `index`.
pub fn gpu(index: u32) -> Gpu {
    let info = Info {
        uuid: format!("GPU-00000000-0000-0000-0000-{index:012}"),
        index,
        minor: Some(index),
        name: Some("NVIDIA H100 80GB HBM3".into()),
        serial: Some(format!("165{index:010}")),
        pci_bus_id: Some(format!("00000000:{:02X}:00.0", 0x17 + index)),
        architecture: Some("hopper"),
        vbios: Some("96.00.5E.00.01".into()),
    };
    Gpu {
        info: Arc::new(info),
        state: State::Ok,
        generation: 1,
        readings: Some(readings()),
        totals: Totals {
            busy_seconds: Some(61.5),
            energy_joules: Some(41_250.5),
            throttled_seconds: vec![
                (ThrottleReason::GpuIdle, 12.25),
                (ThrottleReason::SoftwarePowerCap, 3.5),
            ],
            xids: vec![Xid {
                code: Some(63),
                mig: None,
                count: 2,
                last: UNIX_EPOCH + Duration::from_millis(1_700_000_000_500),
            }],
            losses: 0,
        },
        mig: Vec::new(),
        capabilities: Arc::new(vec![("nvmlDeviceGetPowerUsage", true), ("nvmlDeviceGetFanSpeed_v2", false)]),
    }
}

fn readings() -> Readings {
    let clock = |domain, current, max| Clock { domain, current: Some(current), max: Some(max) };
    let errors =
        |corrected, uncorrected| EccCounts { corrected: Some(corrected), uncorrected: Some(uncorrected) };
    Readings {
        utilization: Utilization {
            gpu: Some(0.75),
            memory: Some(0.25),
            encoder: Some(0.1),
            decoder: Some(0.5),
            jpeg: Some(0.0),
            optical_flow: Some(0.0),
        },
        memory: Memory {
            total: Some(80 * GIB),
            used: Some(20 * GIB),
            free: Some(59 * GIB),
            reserved: Some(GIB),
            bar1_total: Some(128 * GIB),
            bar1_used: Some(3 << 20),
        },
        power: Power { usage: Some(412.5), limit: Some(700.0), energy: Some(1_234_567.5) },
        temperature: Temperature {
            gpu: Some(54.0),
            memory: Some(61.0),
            margin: Some(33.0),
            slowdown: Some(89.0),
            shutdown: Some(92.0),
            gpu_max: Some(87.0),
            memory_max: Some(95.0),
        },
        clocks: vec![
            clock(ClockDomain::Graphics, 1.755e9, 1.98e9),
            clock(ClockDomain::Sm, 1.755e9, 1.98e9),
            clock(ClockDomain::Memory, 2.619e9, 2.619e9),
            clock(ClockDomain::Video, 1.455e9, 1.545e9),
        ],
        performance_state: Some(0),
        throttle_bits: Some(0x4),
        pcie: Pcie {
            transmitted_per_second: Some(1.5e9),
            received_per_second: Some(2.5e9),
            replays: Some(4),
            generation: Some(5),
            generation_max: Some(5),
            width: Some(16),
            width_max: Some(16),
        },
        nvlinks: vec![NvLink { link: 0, active: true, errors: vec![("replay", 0), ("crc_flit", 7)] }],
        nvlink_bytes: Some((1_024_000, 2_048_000)),
        ecc: Ecc { enabled: Some(true), volatile: errors(1, 0), aggregate: errors(12, 1) },
        rows: Rows {
            remapped_correctable: Some(0),
            remapped_uncorrectable: Some(1),
            remap_pending: Some(false),
            remap_failed: Some(false),
            retirement_pending: Some(false),
        },
        fans: vec![Fan { fan: 0, speed: 0.4 }],
        processes: Some(vec![Process {
            pid: 4_242,
            name: Some("inference".into()),
            kind: ProcessKind::Compute,
            memory_used: Some(19 * GIB),
            mig: None,
        }]),
        processes_left_out: 0,
        gpm: vec![
            ("graphics", 0.7),
            ("any_tensor", 0.3),
            ("dram_bandwidth", 0.4),
            ("pcie_transmitted_bytes_per_second", 1.5e9),
            ("pcie_received_bytes_per_second", 2.5e9),
        ],
    }
}
