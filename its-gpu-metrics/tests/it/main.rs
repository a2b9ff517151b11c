//! The crate against a scripted NVML, opened as the driver's library is.

#[cfg(feature = "metrics")]
mod bridge;
mod collector;
mod cost;
mod dcgm;
mod output;
mod tables;
