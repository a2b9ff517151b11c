//! What was recorded, for assertions in tests.

mod samples;

pub use samples::{Sample, samples};
