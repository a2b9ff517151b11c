//! What was there, and what was counted.

use std::fmt;

/// The sums of the cameras that have ended.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// `None` when nobody knows: a video has no ground truth.
    pub true_vehicles: Option<u64>,
    /// Vehicles that the analysis counted.
    pub counted_vehicles: u64,
    /// Bytes of all frames made.
    pub made_bytes: u64,
    /// Bytes that the metrics have.
    pub metered_bytes: u64,
}

impl Totals {
    /// Adds the totals of one camera.
    pub fn add(&mut self, camera: &Self) {
        self.true_vehicles = match (self.true_vehicles, camera.true_vehicles) {
            (sum, Some(n)) => Some(sum.unwrap_or(0) + n),
            (sum, None) => sum,
        };
        self.counted_vehicles += camera.counted_vehicles;
        self.made_bytes += camera.made_bytes;
        self.metered_bytes += camera.metered_bytes;
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vehicles = self.true_vehicles.map_or_else(|| "unknown".to_owned(), |n| n.to_string());
        writeln!(f, "ground_truth vehicles {vehicles} counted {}", self.counted_vehicles)?;
        write!(f, "ground_truth bytes {} counted {}", self.made_bytes, self.metered_bytes)
    }
}
