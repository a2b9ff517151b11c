//! What an answering GPU reads.

/// The gauges of a GPU. Fast ones are of this cycle, slow ones of the last slow cycle.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Readings {
    /// Shares of time in which an engine was busy.
    pub utilization: Utilization,
    /// Frame buffer and BAR1.
    pub memory: Memory,
    /// Power and energy.
    pub power: Power,
    /// Sensors and thresholds.
    pub temperature: Temperature,
    /// Clock domains.
    pub clocks: Vec<Clock>,
    /// From 0, the fastest, to 15.
    pub performance_state: Option<u32>,
    /// Why the clocks are lower than they could be: NVML's bits, those without a name included.
    pub throttle_bits: Option<u64>,
    /// The bus.
    pub pcie: Pcie,
    /// Links to other GPUs.
    pub nvlinks: Vec<NvLink>,
    /// Data over all links, sent and received, in bytes since the driver was loaded.
    pub nvlink_bytes: Option<(u64, u64)>,
    /// Memory errors.
    pub ecc: Ecc,
    /// Repaired and retired memory.
    pub rows: Rows,
    /// Fans, by number.
    pub fans: Vec<Fan>,
    /// Processes with memory on the GPU; `None` unless they are asked for.
    pub processes: Option<Vec<Process>>,
    /// Processes that exceeded the limit and are not in the list.
    pub processes_left_out: u64,
    /// GPM metrics from two samples (Hopper and later): the name in Prometheus' manner without unit, such as `graphics`,
    /// `sm`, `any_tensor` or `dram_bandwidth`, and a ratio from 0 to 1; or bytes a second where the name ends with
    /// `_bytes_per_second`, such as `pcie_transmitted_bytes_per_second`.
    pub gpm: Vec<(&'static str, f64)>,
}

/// Shares of the driver's last sampling period, from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Utilization {
    /// At least one kernel was running.
    pub gpu: Option<f64>,
    /// Memory was read or written.
    pub memory: Option<f64>,
    /// The video encoder was busy.
    pub encoder: Option<f64>,
    /// The video decoder was busy.
    pub decoder: Option<f64>,
    /// The JPEG engine was busy.
    pub jpeg: Option<f64>,
    /// The optical-flow accelerator was busy.
    pub optical_flow: Option<f64>,
}

/// Bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Memory {
    /// All of the frame buffer.
    pub total: Option<u64>,
    /// In use, without what is reserved.
    pub used: Option<u64>,
    /// Not in use.
    pub free: Option<u64>,
    /// Kept by the driver and the firmware.
    pub reserved: Option<u64>,
    /// The window through which the host sees the frame buffer.
    pub bar1_total: Option<u64>,
    /// In use of it.
    pub bar1_used: Option<u64>,
}

/// Watts and joules.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Power {
    /// Watts; on Ampere and later an average over a second.
    pub usage: Option<f64>,
    /// What it may draw, in watts.
    pub limit: Option<f64>,
    /// The driver's own counter in joules, which starts anew when the driver is loaded.
    pub energy: Option<f64>,
}

/// Degrees Celsius.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Temperature {
    /// The die.
    pub gpu: Option<f64>,
    /// The memory.
    pub memory: Option<f64>,
    /// How far it is from slowing down.
    pub margin: Option<f64>,
    /// The hardware slows down.
    pub slowdown: Option<f64>,
    /// The hardware shuts down.
    pub shutdown: Option<f64>,
    /// The die should not exceed it.
    pub gpu_max: Option<f64>,
    /// The memory should not exceed it.
    pub memory_max: Option<f64>,
}

/// What a clock drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClockDomain {
    /// Graphics.
    Graphics,
    /// The streaming multiprocessors.
    Sm,
    /// Memory.
    Memory,
    /// Encoder and decoder.
    Video,
}

impl ClockDomain {
    /// As in the label `domain`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Graphics => "graphics",
            Self::Sm => "sm",
            Self::Memory => "memory",
            Self::Video => "video",
        }
    }
}

/// Hertz.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Clock {
    /// What it drives.
    pub domain: ClockDomain,
    /// At this time.
    pub current: Option<f64>,
    /// The most it can reach.
    pub max: Option<f64>,
}

/// The PCI Express bus.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Pcie {
    /// Sent by the GPU, in bytes a second; slow, and absent unless asked for where GPM has it.
    pub transmitted_per_second: Option<f64>,
    /// Received by the GPU, in bytes a second.
    pub received_per_second: Option<f64>,
    /// Packets sent again, since the driver was loaded.
    pub replays: Option<u64>,
    /// At this time; it falls when the GPU idles.
    pub generation: Option<u32>,
    /// The highest that GPU and slot have in common.
    pub generation_max: Option<u32>,
    /// Lanes at this time.
    pub width: Option<u32>,
    /// The most that GPU and slot have in common.
    pub width_max: Option<u32>,
}

/// One link to another GPU or a switch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NvLink {
    /// Its number.
    pub link: u32,
    /// Whether it is up.
    pub active: bool,
    /// Errors since the driver was loaded, by kind: `replay`, `recovery`, `crc_flit`, `crc_data`.
    pub errors: Vec<(&'static str, u64)>,
}

/// Memory errors, where the memory can tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ecc {
    /// Whether errors are corrected and counted.
    pub enabled: Option<bool>,
    /// Since the driver was loaded.
    pub volatile: EccCounts,
    /// In the life of the GPU.
    pub aggregate: EccCounts,
}

/// Errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EccCounts {
    /// Repaired at once.
    pub corrected: Option<u64>,
    /// Not repaired.
    pub uncorrected: Option<u64>,
}

/// Repaired and retired memory; slow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rows {
    /// Replaced because of errors that could be corrected.
    pub remapped_correctable: Option<u64>,
    /// Replaced because of errors that could not.
    pub remapped_uncorrectable: Option<u64>,
    /// Some will be replaced at the next reset.
    pub remap_pending: Option<bool>,
    /// One could not be replaced: the GPU belongs in the repair shop.
    pub remap_failed: Option<bool>,
    /// Pages will be retired at the next reset (before Ampere).
    pub retirement_pending: Option<bool>,
}

/// One fan.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Fan {
    /// Its number.
    pub fan: u32,
    /// Intended speed as a share of the highest; it may exceed 1.
    pub speed: f64,
}

/// What a process uses a GPU for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ProcessKind {
    /// Computing.
    Compute,
    /// Drawing.
    Graphics,
    /// Computing through the Multi-Process Service.
    Mps,
}

impl ProcessKind {
    /// As in the label `kind`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Compute => "compute",
            Self::Graphics => "graphics",
            Self::Mps => "mps",
        }
    }
}

/// One process on a GPU.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Process {
    /// The host's number for it, also within a container.
    pub pid: u32,
    /// Its executable, without folders, where the driver tells.
    pub name: Option<String>,
    /// What for.
    pub kind: ProcessKind,
    /// Memory in bytes; absent where the driver does not tell.
    pub memory_used: Option<u64>,
    /// NVML's ids of GPU instance and compute instance, on a GPU that is cut into parts.
    pub mig: Option<(u32, Option<u32>)>,
}
