//! All GPUs that have been seen.

use nvml_wrapper::Device;
use std::collections::BTreeMap;

use super::cycle::{Cycle, timed};
use super::gpu::Gpu;
use super::shared::Shared;
use crate::nvml::{Call, Meaning, code, meaning};
use crate::snapshot::{self, State};

/// GPUs that are remembered; a machine has 16.
const GPUS: usize = 256;

/// GPUs by UUID.
#[derive(Debug, Default)]
pub(super) struct Fleet {
    gpus: BTreeMap<String, Gpu>,
    /// Indices of this cycle whose GPU cannot be had.
    failed: Vec<(u32, State, &'static str)>,
}

impl Fleet {
    pub(super) fn is_empty(&self) -> bool {
        self.gpus.is_empty()
    }

    pub(super) fn states(&self) -> impl Iterator<Item = State> {
        self.gpus.values().map(Gpu::state)
    }

    /// NVML has ended.
    pub(super) fn end(&mut self) {
        self.gpus.values_mut().for_each(Gpu::session_ends);
    }

    pub(super) fn cycle_begins(&mut self) {
        self.failed.clear();
        self.gpus.values_mut().for_each(Gpu::cycle_begins);
    }

    /// Whoever was not seen in this cycle is gone.
    pub(super) fn cycle_ends(&mut self) {
        // Not before all have been asked: one that bears another index now is not the one that failed.
        for (index, state, error) in std::mem::take(&mut self.failed) {
            let had_it = self.gpus.values_mut().filter(|gpu| gpu.index() == index && !gpu.was_seen());
            // Of several that had it, those that are lost already were lost before this.
            if let Some(gpu) = had_it.min_by_key(|gpu| gpu.state() == State::Lost) {
                gpu.fails(state, Some(error));
            }
        }
        self.gpus.values_mut().for_each(Gpu::cycle_ends);
    }

    /// The GPU that has this index cannot be had.
    pub(super) fn fails_at(&mut self, index: u32, state: State, error: &'static str) {
        self.failed.push((index, state, error));
    }

    /// Reads one GPU. [`Meaning::Ended`] when NVML is of no use any more.
    pub(super) fn read(&mut self, device: &Device<'_>, index: u32, cycle: &Cycle<'_>) -> Meaning {
        let shared = cycle.shared;
        let uuid = match timed(shared, Call::Uuid, || device.uuid()) {
            Ok(uuid) if !uuid.is_empty() => uuid,
            // As on a Jetson, or without the function: the index must do.
            Ok(_) => format!("index-{index}"),
            Err(error) => match meaning(&error) {
                Meaning::Unsupported => format!("index-{index}"),
                meaning => {
                    shared.calls.failed(Call::Uuid, code(&error));
                    match meaning {
                        Meaning::Lost => self.fails_at(index, State::Lost, code(&error)),
                        Meaning::ResetRequired => self.fails_at(index, State::ResetRequired, code(&error)),
                        _ => {}
                    }
                    return meaning;
                }
            },
        };
        if self.gpus.len() >= GPUS && !self.gpus.contains_key(&uuid) {
            shared.calls.failed(Call::Uuid, "too_many_gpus");
            return Meaning::Nothing;
        }
        let gpu = self.gpus.entry(uuid).or_insert_with_key(|uuid| Gpu::new(uuid.clone(), index));
        gpu.read(device, index, cycle)
    }

    /// UUIDs and generations of the GPUs whose events can be waited for.
    pub(super) fn watched(&self) -> Vec<(String, u64)> {
        let answering = self.gpus.iter().filter(|(_, gpu)| gpu.state() == State::Ok);
        answering.map(|(uuid, gpu)| (uuid.clone(), gpu.generation())).collect()
    }

    /// All GPUs for a snapshot, by index and then UUID.
    pub(super) fn publish(&mut self, shared: &Shared) -> Vec<snapshot::Gpu> {
        let mut gpus: Vec<_> = self.gpus.values_mut().map(|gpu| gpu.publish(shared)).collect();
        gpus.sort_by(|a, b| (a.info.index, &a.info.uuid).cmp(&(b.info.index, &b.info.uuid)));
        gpus
    }
}
