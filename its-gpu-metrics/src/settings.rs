//! What is collected, how often, and from where.

use std::path::PathBuf;
use std::time::Duration;

/// Settings of a [`GpuCollector`](crate::GpuCollector).
///
/// ```
/// use std::time::Duration;
/// use its_gpu_metrics::GpuMetrics;
///
/// let settings = GpuMetrics::default().interval(Duration::from_secs(2)).processes(32);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct GpuMetrics {
    pub(crate) library: PathBuf,
    pub(crate) interval: Duration,
    pub(crate) slow_interval: Duration,
    pub(crate) deadline: Duration,
    pub(crate) processes: usize,
    pub(crate) pcie_throughput: bool,
    pub(crate) gpm: bool,
    pub(crate) back_off: (Duration, Duration),
}

/// The shortest interval.
const SHORTEST: Duration = Duration::from_millis(10);

/// The longest of all durations here: so long after now, there is still a time.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

impl Default for GpuMetrics {
    /// Readings each second, slow ones each 30 s, a deadline of 5 s, no processes.
    fn default() -> Self {
        Self {
            library: "libnvidia-ml.so.1".into(),
            interval: Duration::from_secs(1),
            slow_interval: Duration::from_secs(30),
            deadline: Duration::from_secs(5),
            processes: 0,
            pcie_throughput: false,
            gpm: true,
            back_off: (Duration::from_secs(1), Duration::from_secs(30)),
        }
    }
}

impl GpuMetrics {
    /// The NVML library, by path or by name; `libnvidia-ml.so.1` otherwise.
    pub fn library(mut self, path: impl Into<PathBuf>) -> Self {
        self.library = path.into();
        self
    }

    /// How often a GPU is read. At least 10 ms, and a year at most, as all durations here; utilisation is an average over up to a second, so that more often than
    /// that tells nothing new.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval.clamp(SHORTEST, LONGEST);
        self
    }

    /// How often what is slow or changes rarely is read: PCI throughput, remapped rows, retired pages, links.
    pub fn slow_interval(mut self, interval: Duration) -> Self {
        self.slow_interval = interval.clamp(SHORTEST, LONGEST);
        self
    }

    /// After which time a cycle that has not ended is called stalled: its readings are then withheld.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline.min(LONGEST);
        self
    }

    /// Lists the processes on each GPU, `limit` of them at most, those with the most memory first. 0: none.
    pub fn processes(mut self, limit: usize) -> Self {
        self.processes = limit;
        self
    }

    /// Reads the PCI throughput where GPM does not have it. It takes 40 ms for each GPU.
    pub fn pcie_throughput(mut self, read: bool) -> Self {
        self.pcie_throughput = read;
        self
    }

    /// Whether GPM metrics are sampled where the GPU has them (Hopper and later); they are unless this says no.
    pub fn gpm(mut self, sample: bool) -> Self {
        self.gpm = sample;
        self
    }

    /// How long to wait before NVML is initialised again, from the first failure to the most.
    pub fn back_off(mut self, first: Duration, most: Duration) -> Self {
        self.back_off = (first.min(LONGEST), most.max(first).min(LONGEST));
        self
    }
}
