//! The vision half of the example services: where frames come from and what is seen in them.
//!
//! Nothing here measures or reports itself, so that the services show what adding telemetry to existing code takes.
//!
//! - [`scene`]: a seeded generator of traffic scenes with known ground truth.
//! - [`analyze`]: background subtraction, connected components, tracking, counting and speeds, on the CPU.
//! - [`wire`]: a frame as the body of a request.

pub mod analyze;
mod calibration;
mod frame;
pub mod scene;
mod vehicle;
pub mod wire;

pub use calibration::{Calibration, CountingLine, LaneBand};
pub use frame::Frame;
pub use vehicle::{BoundingBox, Direction, VehicleClass};
