//! its-telemetry.
#![forbid(unsafe_code)]

pub mod scope;
