//! What an opaque device pointer says: which GPU, which MIG device of it, and since which load of the driver.
//!
//! The pointer is a number and is never followed, so that a stale or invented one does no harm.

use std::ptr;

use nvml_wrapper_sys::bindings::nvmlDevice_t;

/// A decoded device handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Handle {
    /// How many times the driver had been reloaded.
    pub generation: u16,
    /// The GPU's place in the scenario.
    pub gpu: usize,
    /// The MIG device's place among its GPU's.
    pub mig: Option<usize>,
}

// Marks our numbers, so that an invented pointer is told apart.
const MARK: usize = 0x4e56;

impl Handle {
    pub(crate) fn encode(self) -> nvmlDevice_t {
        let mig = self.mig.map_or(0, |mig| mig + 1) & 0xff;
        ptr::without_provenance_mut(
            MARK << 48 | usize::from(self.generation) << 32 | (self.gpu & 0xffff) << 16 | mig << 4,
        )
    }

    pub(crate) fn decode(device: nvmlDevice_t) -> Option<Self> {
        let bits = device.addr();
        (bits >> 48 == MARK).then(|| Self {
            generation: (bits >> 32 & 0xffff) as u16,
            gpu: bits >> 16 & 0xffff,
            mig: (bits >> 4 & 0xff).checked_sub(1),
        })
    }
}
