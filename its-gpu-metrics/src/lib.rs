//! GPU metrics that survive a lost GPU.
//!
//! The crate is where typed NVML snapshots and GPU-cost arithmetic will live. It is empty in this
//! release; it knows none of the other crates.
#![deny(unsafe_code)]
