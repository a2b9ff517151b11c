//! The service as its users run it.
#![allow(missing_docs)]

mod service;
mod status_page;
mod support;
