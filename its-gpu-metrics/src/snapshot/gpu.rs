//! One GPU.

use std::sync::Arc;

use super::{Info, MigInstance, Readings, State, Totals};

/// One GPU in a snapshot.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Gpu {
    /// Who it is.
    pub info: Arc<Info>,
    /// How it is, or was when it was read last: what is [`State::Ok`] without readings is not known at this time.
    pub state: State,
    /// How often it has come (back), from 1; readings of different generations must not be compared.
    pub generation: u64,
    /// What it reads at this time; empty unless it is [`State::Ok`].
    pub readings: Option<Readings>,
    /// What has been counted since the start of the collector; it stays when the GPU goes.
    pub totals: Totals,
    /// Its MIG instances, by GPU instance and compute instance; empty where MIG is off.
    pub mig: Vec<MigInstance>,
    /// Which calls it answers, by the name of the NVML function: found out once in each generation.
    pub capabilities: Arc<Vec<(&'static str, bool)>>,
}
