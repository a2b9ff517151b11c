//! The library against its own ground truth.

mod accuracy;
mod analyzer;
mod measure;
mod scene;
mod wire;
