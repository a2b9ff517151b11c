//! What its-slo promises.
#![allow(missing_docs)]

mod alerts;
mod calendar;
mod checkpoint;
mod incidents;
mod objectives;
mod replay;
mod slices;
mod support;
mod tenants;
mod tracker;
