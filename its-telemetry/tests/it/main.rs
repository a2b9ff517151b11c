//! One binary for all integration tests of the crate; a file for each behaviour.
#![allow(missing_docs, unreachable_pub)]

mod catalogue;
mod recorder;
mod support;

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
#[cfg(feature = "enabled")]
mod ui;

#[cfg(not(feature = "enabled"))]
mod disabled;
