//! Error budgets in the process.
//!
//! The crate is where objectives, error budgets, burn rates and the generation of Prometheus rules
//! will live. It is empty in this release; it knows none of the other crates.
#![forbid(unsafe_code)]
