//! Macros of its-telemetry.
#![forbid(unsafe_code)]
