//! What its-slo promises.
#![allow(missing_docs)]

mod alerts;
mod calendar;
mod checkpoint;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "file")]
mod file;
mod incidents;
mod objectives;
#[cfg(feature = "file")]
mod openslo;
mod replay;
#[cfg(feature = "rules")]
mod rules;
mod slices;
#[cfg(feature = "file")]
mod sloth;
mod support;
mod tenants;
mod tracker;
