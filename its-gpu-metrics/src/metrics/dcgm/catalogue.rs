//! dcgm-exporter's default list of counters, and where their values come from.

use super::{Metric, Rows, device, part, xid};
use crate::metrics::Kind::{ContinuedCounter, Gauge};
use crate::snapshot::{Gpu, MigInstance};

/// Writes the sample of one GPU or of one of its GPU instances.
type Read = for<'a> fn(&'a Gpu, Option<&'a MigInstance>, &mut Rows<'_, 'a>);

/// Declares each metric with what reads it. Its kinds and units are dcgm-exporter's, not ours.
macro_rules! dcgm {
    ($($name:literal $kind:ident [$($label:literal),*] $read:path: $help:literal;)*) => {
        /// Every metric of this view, in the order of dcgm-exporter's list.
        pub static ALL: &[&Metric] = &[$(&Metric {
            name: concat!("DCGM_FI_", $name),
            help: $help,
            unit: "",
            kind: $kind,
            labels: &[
                "gpu", "UUID", "pci_bus_id", "device", "modelName", "Hostname", "DCGM_FI_DRIVER_VERSION", "GPU_I_PROFILE",
                "GPU_I_ID", $($label),*
            ],
            bounds: &[],
        }),*];

        const READERS: &[Read] = &[$($read),*];
    };
}

dcgm! {
    "DEV_SM_CLOCK" Gauge [] device::sm_clock: "SM clock frequency (in MHz).";
    "DEV_MEM_CLOCK" Gauge [] device::memory_clock: "Memory clock frequency (in MHz).";
    "DEV_MEMORY_TEMP" Gauge [] device::memory_temperature: "Memory temperature (in C).";
    "DEV_GPU_TEMP" Gauge [] device::temperature: "GPU temperature (in C).";
    "DEV_POWER_USAGE" Gauge [] device::power: "Power draw (in W).";
    "DEV_TOTAL_ENERGY_CONSUMPTION" ContinuedCounter [] device::energy: "Total energy consumption since the driver was loaded (in mJ).";
    "DEV_PCIE_REPLAY_COUNTER" ContinuedCounter [] device::replays: "Total number of PCIe retries.";
    "DEV_GPU_UTIL" Gauge [] device::utilization: "GPU utilization (in %).";
    "DEV_MEM_COPY_UTIL" Gauge [] device::memory_utilization: "Memory utilization (in %).";
    "DEV_ENC_UTIL" Gauge [] device::encoder: "Encoder utilization (in %).";
    "DEV_DEC_UTIL" Gauge [] device::decoder: "Decoder utilization (in %).";
    "DEV_XID_ERRORS" Gauge ["err_code", "err_msg"] xid::last: "Value of the last XID error encountered.";
    "DEV_FB_FREE" Gauge [] part::free: "Framebuffer memory free (in MiB).";
    "DEV_FB_USED" Gauge [] part::used: "Framebuffer memory used (in MiB).";
    "DEV_FB_RESERVED" Gauge [] device::reserved: "Framebuffer memory reserved (in MiB).";
    "DEV_UNCORRECTABLE_REMAPPED_ROWS" ContinuedCounter [] device::remapped_uncorrectable: "Number of remapped rows for uncorrectable errors.";
    "DEV_CORRECTABLE_REMAPPED_ROWS" ContinuedCounter [] device::remapped_correctable: "Number of remapped rows for correctable errors.";
    "DEV_ROW_REMAP_FAILURE" Gauge [] device::remap_failure: "Whether remapping of rows has failed.";
    "PROF_GR_ENGINE_ACTIVE" Gauge [] part::graphics: "Ratio of time the graphics engine is active.";
    "PROF_PIPE_TENSOR_ACTIVE" Gauge [] part::tensor: "Ratio of cycles the tensor (HMMA) pipe is active.";
    "PROF_DRAM_ACTIVE" Gauge [] part::dram: "Ratio of cycles the device memory interface is active sending or receiving data.";
    "PROF_PCIE_TX_BYTES" Gauge [] device::transmitted: "The rate of data transmitted over the PCIe bus (in bytes per second).";
    "PROF_PCIE_RX_BYTES" Gauge [] device::received: "The rate of data received over the PCIe bus (in bytes per second).";
}

/// Metrics of the default list that are not in this view, and why.
pub const ABSENT: &[(&str, &str)] = &[
    (
        "DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL",
        "its scale is DCGM's own; NVML's bytes are `its_gpu_nvlink_transmitted_bytes_total` and `its_gpu_nvlink_received_bytes_total`",
    ),
    ("DCGM_FI_DEV_VGPU_LICENSE_STATUS", "licences of virtual GPUs are not read"),
];

/// Each metric with what reads it.
pub(super) fn read() -> impl Iterator<Item = (&'static Metric, Read)> {
    ALL.iter().copied().zip(READERS.iter().copied())
}
