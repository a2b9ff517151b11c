//! One binary for all integration tests of the crate; a file for each behaviour.
#![allow(missing_docs, unreachable_pub)]

mod ui;
