//! The library against its own ground truth.

mod scene;
mod wire;
