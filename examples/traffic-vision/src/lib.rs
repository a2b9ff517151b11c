//! The vision half of the example services: where frames come from and what is seen in them.
//!
//! Nothing here measures or reports itself, so that the services show what adding telemetry to existing code takes.
//!
//! - [`scene`]: a seeded generator of traffic scenes with known ground truth.
//! - [`wire`]: a frame as the body of a request.

mod calibration;
mod frame;
pub mod scene;
mod vehicle;
pub mod wire;

pub use calibration::{Calibration, CountingLine, LaneBand};
pub use frame::Frame;
pub use vehicle::{BoundingBox, Direction, VehicleClass};
