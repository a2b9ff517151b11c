//! What a call reports.

use std::time::Duration;

/// One call that used a GPU.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct Work<'a> {
    pub(super) model: &'a str,
    pub(super) tenant: Option<&'a str>,
    pub(super) camera: Option<&'a str>,
    pub(super) gpu: Option<&'a str>,
    pub(super) busy: Duration,
}

impl<'a> Work<'a> {
    /// A call of `model` that kept a GPU busy for so long.
    pub const fn new(model: &'a str, busy: Duration) -> Self {
        Self { model, tenant: None, camera: None, gpu: None, busy }
    }

    /// Whom it was for.
    pub const fn tenant(mut self, tenant: &'a str) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// Which of the tenant's cameras it was for.
    pub const fn camera(mut self, camera: &'a str) -> Self {
        self.camera = Some(camera);
        self
    }

    /// The UUID of the GPU, where it is known.
    pub const fn gpu(mut self, uuid: &'a str) -> Self {
        self.gpu = Some(uuid);
        self
    }

    /// This is the part of `items` in a batch of `batch`, which took as long as the work says. A batch is recorded in
    /// as many parts as it has owners.
    pub fn share(mut self, items: u32, batch: u32) -> Self {
        let share = f64::from(items.min(batch)) / f64::from(batch.max(1));
        self.busy = self.busy.mul_f64(share);
        self
    }
}
