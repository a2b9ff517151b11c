//! What the benches share: the call that is measured, the counting allocator, and the driver.
//!
//! The host's speed changes by the second, so single figures mean little. Each case runs in a process of its own
//! (recorders and subscribers are global), once a round, and the cases of a round follow each other closely; a ratio
//! is taken within a round, and the median over the rounds counts.

pub mod alloc;
pub mod driver;
pub mod frame;
pub mod measure;

pub use driver::{Bench, Ratio};
pub use measure::Case;
