//! The vision half of the example services: where frames come from and what is seen in them.
//!
//! Nothing here measures or reports itself, so that the services show what adding telemetry to existing code takes.
//!
//! - [`scene`]: a seeded generator of traffic scenes with known ground truth.
//! - [`source`]: where frames come from: that generator, or any video that `ffmpeg` reads.
//! - [`analyze`]: background subtraction, connected components, tracking, counting and speeds, on the CPU.
//! - [`wire`]: a frame as the body of a request.
//!
//! ```
//! use traffic_vision::analyze::{Analyzer, AnalyzerOptions};
//! use traffic_vision::scene::SceneOptions;
//! use traffic_vision::source::{FrameSource, SyntheticSource};
//! use traffic_vision::Frame;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut source = SyntheticSource::new(7, SceneOptions::default())?;
//! let mut analyzer = Analyzer::new(AnalyzerOptions::new(source.calibration().clone()))?;
//! let mut frame = Frame::default();
//! for _ in 0..300 {
//!     source.next_frame(&mut frame)?;
//!     for crossing in analyzer.analyze(&frame)?.crossings {
//!         println!("{} in lane {:?} at {:?} m/s", crossing.class, crossing.lane, crossing.speed_mps);
//!     }
//! }
//! assert!(source.ground_truth().vehicles() > 0);
//! # Ok(())
//! # }
//! ```

pub mod analyze;
mod calibration;
mod frame;
pub mod scene;
pub mod source;
mod vehicle;
pub mod wire;

pub use calibration::{Calibration, CountingLine, LaneBand};
pub use frame::Frame;
pub use vehicle::{BoundingBox, Direction, VehicleClass};
