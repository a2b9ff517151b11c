//! The identity of a call and how it travels.

pub mod w3c;
