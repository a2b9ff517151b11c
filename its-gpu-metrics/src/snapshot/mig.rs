//! A part of a GPU.

/// One compute instance of a GPU that is cut into parts.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct MigInstance {
    /// `MIG-…`
    pub uuid: String,
    /// NVML's id of the GPU instance.
    pub gpu_instance: u32,
    /// NVML's id of the compute instance.
    pub compute_instance: u32,
    /// `1g.10gb`, where the driver names it.
    pub profile: Option<String>,
    /// Memory of the GPU instance, in bytes.
    pub memory_limit: Option<u64>,
    /// Memory in use, in bytes.
    pub memory_used: Option<u64>,
    /// GPM metrics of the GPU instance (Hopper and later), as in [`Readings::gpm`](super::Readings::gpm).
    pub gpm: Vec<(&'static str, f64)>,
}
