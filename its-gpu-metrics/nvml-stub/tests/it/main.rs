//! The stub through `nvml-wrapper`, opened as a driver's library is.
#![allow(unsafe_code)] // What nvml-wrapper does not wrap is called through its raw symbols.

mod arguments;
mod cross_read;
mod events;
mod failures;
mod fields;
mod healthy;
mod layout;
mod mig;
mod support;
