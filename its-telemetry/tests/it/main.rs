//! One binary for all integration tests of the crate; a file for each behaviour.
#![allow(missing_docs, unreachable_pub)]

mod catalogue;
mod exposition;
#[cfg(all(feature = "axum", feature = "grpc"))]
mod layers;
mod recorder;
mod support;
mod verdict;

#[cfg(all(feature = "admin", feature = "enabled"))]
mod admin;
#[cfg(feature = "enabled")]
mod allocations;
#[cfg(feature = "enabled")]
mod cancellation;
#[cfg(feature = "enabled")]
mod governor;
#[cfg(feature = "enabled")]
mod matrix;

#[cfg(all(feature = "axum", feature = "enabled", feature = "grpc", feature = "metrics-exporter-prometheus"))]
mod backends;

#[cfg(not(feature = "enabled"))]
mod disabled;

#[cfg(all(feature = "admin", feature = "enabled", feature = "gpu"))]
mod gpu;
#[cfg(all(feature = "enabled", feature = "gpu-exporter"))]
mod gpu_exporter;
#[cfg(all(feature = "admin", feature = "enabled", feature = "gpu"))]
mod gpu_nvml;

#[cfg(all(feature = "enabled", feature = "otlp"))]
mod install;
#[cfg(all(feature = "enabled", feature = "otlp"))]
mod kit;
#[cfg(all(feature = "enabled", feature = "otlp"))]
mod logs;
#[cfg(all(feature = "admin", feature = "enabled"))]
mod native_histograms;
#[cfg(all(feature = "admin", feature = "enabled", feature = "otlp"))]
mod prometheus;
#[cfg(all(feature = "enabled", feature = "otlp"))]
mod push;
#[cfg(all(feature = "enabled", feature = "otlp"))]
mod shutdown;
#[cfg(all(feature = "axum", feature = "enabled", feature = "grpc", feature = "slo"))]
mod slo;
#[cfg(all(feature = "axum", feature = "enabled", feature = "grpc", feature = "otlp"))]
mod slow;
#[cfg(all(feature = "enabled", feature = "otlp"))]
mod traces;
