//! Every metric of a snapshot, one constant each.

use super::Kind::{ContinuedCounter, Counter, Gauge, Histogram};
use crate::snapshot::LATENCY_BOUNDS;

/// Declares metrics and the list of them.
macro_rules! catalogue {
    ($(#[$doc:meta])* $list:ident; $($id:ident = $kind:ident $name:literal [$unit:literal] {$($label:literal),*} $(bounds $bounds:expr,)? : $help:literal;)*) => {
        $(
            pub(crate) static $id: $crate::metrics::Metric = $crate::metrics::Metric {
                name: $name,
                help: $help,
                unit: $unit,
                kind: $kind,
                labels: &[$($label),*],
                bounds: catalogue!(@bounds $($bounds)?),
            };
        )*
        $(#[$doc])*
        pub static $list: &[&$crate::metrics::Metric] = &[$(&$id),*];
    };
    (@bounds) => { &[] };
    (@bounds $bounds:expr) => { &$bounds };
}
pub(crate) use catalogue;

catalogue! {
    /// Every metric of a snapshot, in the order of the documentation.
    ALL;

    INFO = Gauge "its_gpu_info" [""] {"hw_id", "hw_model", "hw_vendor", "hw_serial_number", "hw_firmware_version", "hw_driver_version", "index", "minor", "pci_bus_id", "architecture", "nvml_version", "cuda_version"}:
        "1; the labels say who the GPU is. Join it on hw_id.";
    STATE = Gauge "its_gpu_state" [""] {"hw_id", "state"}:
        "1 for the state that the GPU is in, 0 for the others; only a GPU that is ok has gauges. Absent while the collector is stalled.";
    STATUS = Gauge "hw_status" [""] {"hw_id", "hw_type", "hw_state"}:
        "1 for the state that OpenTelemetry has for how the GPU is, 0 for the others; absent where it cannot be told.";
    GENERATION = Gauge "its_gpu_generation" [""] {"hw_id"}:
        "How often the GPU has come or come back; what was read in different generations must not be compared.";
    LOSSES = Counter "its_gpu_losses_total" [""] {"hw_id"}:
        "How often the GPU was lost.";
    CAPABILITY = Gauge "its_gpu_capability_info" [""] {"hw_id", "call", "supported"}:
        "1; the labels say whether the GPU answers an NVML call.";

    UTILIZATION = Gauge "hw_gpu_utilization_ratio" [""] {"hw_id", "hw_gpu_task"}:
        "Share of the driver's last sampling period, up to a second, in which an engine was busy: general (a kernel ran), encoder, decoder, memory (it was read or written), jpeg, optical_flow.";
    BUSY = Counter "its_gpu_busy_seconds_total" ["seconds"] {"hw_id"}:
        "Time in which at least one kernel ran: the utilisation, integrated.";
    GPM_RATIO = Gauge "its_gpu_gpm_ratio" [""] {"hw_id", "gi", "metric"}:
        "Share of the time or of the peak since the last cycle, from GPM (Hopper and later).";
    GPM_RATE = Gauge "its_gpu_gpm_bytes_per_second" ["bytes_per_second"] {"hw_id", "gi", "metric"}:
        "Traffic since the last cycle, from GPM (Hopper and later).";

    MEMORY_USAGE = Gauge "hw_gpu_memory_usage_bytes" ["bytes"] {"hw_id"}:
        "Memory in use, without what is reserved.";
    MEMORY_LIMIT = Gauge "hw_gpu_memory_limit_bytes" ["bytes"] {"hw_id"}:
        "Memory that the GPU has.";
    MEMORY_UTILIZATION = Gauge "hw_gpu_memory_utilization_ratio" [""] {"hw_id"}:
        "Memory in use as a share of what the GPU has.";
    MEMORY_RESERVED = Gauge "its_gpu_memory_reserved_bytes" ["bytes"] {"hw_id"}:
        "Memory that driver and firmware keep for themselves.";
    BAR1_USAGE = Gauge "its_gpu_bar1_usage_bytes" ["bytes"] {"hw_id"}:
        "Use of the window through which the host sees the memory.";
    BAR1_LIMIT = Gauge "its_gpu_bar1_limit_bytes" ["bytes"] {"hw_id"}:
        "Size of the window through which the host sees the memory.";
    PROCESS_MEMORY = Gauge "its_gpu_process_memory_bytes" ["bytes"] {"hw_id", "gi", "ci", "pid", "process", "kind"}:
        "Memory of a process on the GPU; when asked for.";
    PROCESSES_LEFT_OUT = Gauge "its_gpu_processes_left_out" [""] {"hw_id"}:
        "Processes on the GPU that are not listed because there are too many.";

    POWER = Gauge "hw_power_watts" ["watts"] {"hw_id", "hw_type"}:
        "Power drawn; on Ampere and later an average over a second.";
    POWER_LIMIT = Gauge "its_gpu_power_limit_watts" ["watts"] {"hw_id"}:
        "Power that the GPU may draw.";
    ENERGY = Counter "hw_energy_joules_total" ["joules"] {"hw_id", "hw_type"}:
        "Energy used since the collector started.";
    TEMPERATURE = Gauge "hw_temperature_celsius" ["celsius"] {"hw_id", "hw_sensor_location"}:
        "Temperature of a sensor: gpu, memory.";
    TEMPERATURE_LIMIT = Gauge "hw_temperature_limit_celsius" ["celsius"] {"hw_id", "hw_sensor_location", "hw_limit_type"}:
        "Temperature of a sensor from which on the hardware slows down (high.degraded) or shuts down (high.critical), or that it should not exceed (max).";
    TEMPERATURE_MARGIN = Gauge "its_gpu_temperature_margin_celsius" ["celsius"] {"hw_id"}:
        "How far the GPU is from slowing down because of heat.";
    FAN_SPEED = Gauge "hw_fan_speed_ratio" [""] {"hw_id", "fan"}:
        "Intended speed of a fan as a share of its highest; it may exceed 1.";

    CLOCK = Gauge "its_gpu_clock_hertz" ["hertz"] {"hw_id", "domain"}:
        "Frequency of a clock.";
    CLOCK_MAX = Gauge "its_gpu_clock_max_hertz" ["hertz"] {"hw_id", "domain"}:
        "The highest frequency of a clock.";
    PERFORMANCE_STATE = Gauge "its_gpu_performance_state" [""] {"hw_id"}:
        "Performance state, from 0, the fastest, to 15.";
    THROTTLE = Gauge "its_gpu_throttle" [""] {"hw_id", "reason"}:
        "1 while the clocks are lowered for a reason.";
    THROTTLE_SECONDS = Counter "its_gpu_throttle_seconds_total" ["seconds"] {"hw_id", "reason"}:
        "Time in which the clocks were lowered for a reason.";

    XID_ERRORS = Counter "its_gpu_xid_errors_total" [""] {"hw_id", "xid", "gi", "ci"}:
        "Xid errors, by code and, where one is of a part of the GPU, its MIG instance.";
    XID_LAST = Gauge "its_gpu_xid_last_timestamp_seconds" ["seconds"] {"hw_id", "xid", "gi", "ci"}:
        "When the last Xid error of a code came, in seconds since the Unix epoch.";
    ERRORS = ContinuedCounter "hw_errors_total" [""] {"hw_id", "hw_type", "error_type"}:
        "Memory errors, corrected and uncorrected, since the driver was loaded.";
    ECC_ENABLED = Gauge "its_gpu_ecc_enabled" [""] {"hw_id"}:
        "1 where memory errors are corrected and counted.";
    ECC_LIFETIME = ContinuedCounter "its_gpu_ecc_lifetime_errors_total" [""] {"hw_id", "error_type"}:
        "Memory errors, corrected and uncorrected, in the life of the GPU.";
    REMAPPED_ROWS = Gauge "its_gpu_remapped_rows" [""] {"hw_id", "kind"}:
        "Rows of memory that were replaced after errors that were correctable, or uncorrectable.";
    REMAP_PENDING = Gauge "its_gpu_row_remap_pending" [""] {"hw_id"}:
        "1 while rows wait for a reset to be replaced.";
    REMAP_FAILURE = Gauge "its_gpu_row_remap_failure" [""] {"hw_id"}:
        "1 when a row could not be replaced: the GPU belongs in the repair shop.";
    RETIREMENT_PENDING = Gauge "its_gpu_retired_pages_pending" [""] {"hw_id"}:
        "1 while pages wait for a reset to be retired (before Ampere).";

    PCIE_TRANSMITTED = Gauge "its_gpu_pcie_transmitted_bytes_per_second" ["bytes_per_second"] {"hw_id"}:
        "Bytes that the GPU sends over its bus.";
    PCIE_RECEIVED = Gauge "its_gpu_pcie_received_bytes_per_second" ["bytes_per_second"] {"hw_id"}:
        "Bytes that the GPU receives over its bus.";
    PCIE_REPLAYS = ContinuedCounter "its_gpu_pcie_replays_total" [""] {"hw_id"}:
        "Packets that had to be sent again over the bus, since the driver was loaded.";
    PCIE_GENERATION = Gauge "its_gpu_pcie_link_generation" [""] {"hw_id"}:
        "Generation of the bus at this time; it falls when the GPU idles.";
    PCIE_GENERATION_MAX = Gauge "its_gpu_pcie_link_generation_max" [""] {"hw_id"}:
        "The highest generation that GPU and slot have in common.";
    PCIE_WIDTH = Gauge "its_gpu_pcie_link_width" [""] {"hw_id"}:
        "Lanes of the bus at this time.";
    PCIE_WIDTH_MAX = Gauge "its_gpu_pcie_link_width_max" [""] {"hw_id"}:
        "The most lanes that GPU and slot have in common.";
    NVLINK_UP = Gauge "its_gpu_nvlink_up" [""] {"hw_id", "link"}:
        "1 while a link to another GPU or a switch is up.";
    NVLINK_ERRORS = ContinuedCounter "its_gpu_nvlink_errors_total" [""] {"hw_id", "link", "kind"}:
        "Errors of a link, by kind, since the driver was loaded.";
    NVLINK_TRANSMITTED = ContinuedCounter "its_gpu_nvlink_transmitted_bytes_total" ["bytes"] {"hw_id"}:
        "Data sent over all links, since the driver was loaded.";
    NVLINK_RECEIVED = ContinuedCounter "its_gpu_nvlink_received_bytes_total" ["bytes"] {"hw_id"}:
        "Data received over all links, since the driver was loaded.";

    MIG_INFO = Gauge "its_gpu_mig_info" [""] {"hw_id", "gi", "ci", "mig_id", "profile"}:
        "1; the labels say which MIG instance it is.";
    MIG_MEMORY_USAGE = Gauge "its_gpu_mig_memory_usage_bytes" ["bytes"] {"hw_id", "gi"}:
        "Memory in use of a GPU instance.";
    MIG_MEMORY_LIMIT = Gauge "its_gpu_mig_memory_limit_bytes" ["bytes"] {"hw_id", "gi"}:
        "Memory of a GPU instance.";

    COLLECTOR_UP = Gauge "its_gpu_collector_up" [""] {}:
        "1 while GPUs are read, 0 otherwise.";
    COLLECTOR_UNAVAILABLE = Gauge "its_gpu_collector_unavailable" [""] {"reason"}:
        "1 for the reason why no GPU is read; absent while one is.";
    COLLECTOR_LAST_SUCCESS = Gauge "its_gpu_collector_last_success_timestamp_seconds" ["seconds"] {}:
        "When a GPU was last read, in seconds since the Unix epoch.";
    COLLECTOR_AGE = Gauge "its_gpu_collector_snapshot_age_seconds" ["seconds"] {}:
        "Age of what is shown here.";
    COLLECTOR_DURATION = Gauge "its_gpu_collector_duration_seconds" ["seconds"] {}:
        "How long the last cycle took.";
    COLLECTOR_CYCLES = Counter "its_gpu_collector_cycles_total" [""] {}:
        "Cycles that ended.";
    COLLECTOR_OVERRUNS = Counter "its_gpu_collector_overruns_total" [""] {}:
        "Cycles that took longer than their deadline.";
    COLLECTOR_INITIALIZATIONS = Counter "its_gpu_collector_initializations_total" [""] {}:
        "How often NVML was initialised.";
    COLLECTOR_ERRORS = Counter "its_gpu_collector_errors_total" [""] {"call", "code"}:
        "NVML calls that failed, by function and code; that a GPU does not support one is no failure.";
    CALL_LATENCY = Histogram "its_gpu_call_latency_seconds" ["seconds"] {"call"} bounds LATENCY_BOUNDS,:
        "How long NVML calls took.";
}
