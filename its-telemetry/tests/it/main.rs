//! One binary for all integration tests of the crate; a file for each behaviour.
#![allow(missing_docs, unreachable_pub)]

mod allocations;
mod cancellation;
mod catalogue;
mod governor;
mod matrix;
mod recorder;
mod support;
mod ui;
