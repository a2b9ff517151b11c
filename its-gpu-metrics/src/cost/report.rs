//! What came out.

/// What has been attributed since the start of the ledger.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// By model.
    pub models: Vec<Row>,
    /// By tenant.
    pub tenants: Vec<Row>,
    /// By camera.
    pub cameras: Vec<Row>,
    /// What models, tenants and cameras had used that gave up their places more than five minutes ago.
    pub ended: [Amounts; 3],
    /// What is nobody's, by GPU.
    pub unattributed: Vec<Idle>,
    /// The currency of the costs; without prices there is none, and they are 0.
    pub currency: Option<String>,
}

/// What one model, tenant or camera has used.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// Of a camera, whose it is; [`NONE`](super::NONE) when it is nobody's.
    pub tenant: Option<String>,
    /// The name, [`OTHER`](super::OTHER) or [`NONE`](super::NONE).
    pub name: String,
    /// How much.
    pub amounts: Amounts,
}

/// How much was used. It never decreases.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Amounts {
    /// Seconds in which a GPU was busy.
    pub gpu_seconds: f64,
    /// Energy.
    pub joules: f64,
    /// What the time costs.
    pub gpu_cost: f64,
    /// What the energy costs.
    pub energy_cost: f64,
}

/// What a GPU did for nobody.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Idle {
    /// Its UUID.
    pub gpu: String,
    /// How much.
    pub amounts: Amounts,
    /// Whether it counts the seconds in which it is busy; else they are 0 here.
    pub counts_seconds: bool,
    /// Whether it counts its energy; else it is 0 here, and in what it did for others.
    pub counts_energy: bool,
}

impl Amounts {
    pub(super) fn add(&mut self, other: &Self) {
        self.gpu_seconds += other.gpu_seconds;
        self.joules += other.joules;
        self.gpu_cost += other.gpu_cost;
        self.energy_cost += other.energy_cost;
    }
}
