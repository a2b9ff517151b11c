//! its-telemetry.
#![forbid(unsafe_code)]
