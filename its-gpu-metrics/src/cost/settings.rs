//! Prices and limits.

use super::Prices;

/// Settings of a [`Ledger`](super::Ledger).
#[derive(Clone, Debug)]
#[must_use]
pub struct CostSettings {
    pub(super) prices: Option<Prices>,
    pub(super) models: usize,
    pub(super) tenants: usize,
    pub(super) cameras: usize,
}

impl Default for CostSettings {
    /// No prices; 100 models, tenants and cameras.
    fn default() -> Self {
        Self { prices: None, models: 100, tenants: 100, cameras: 100 }
    }
}

impl CostSettings {
    /// What GPUs and energy cost; without prices there are seconds and joules.
    pub fn prices(mut self, prices: Prices) -> Self {
        self.prices = Some(prices);
        self
    }

    /// Models with series of their own.
    pub fn max_models(mut self, limit: usize) -> Self {
        self.models = limit;
        self
    }

    /// Tenants with series of their own.
    pub fn max_tenants(mut self, limit: usize) -> Self {
        self.tenants = limit;
        self
    }

    /// Cameras with series of their own.
    pub fn max_cameras(mut self, limit: usize) -> Self {
        self.cameras = limit;
        self
    }
}
