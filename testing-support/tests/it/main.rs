//! Each helper against the real component that it starts.

mod browser;
mod collector;
mod endpoint;
mod nvml;
mod process;
mod prometheus;
mod proxy;
mod python;
mod tool;
mod wait;
