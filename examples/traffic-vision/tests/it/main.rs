//! The library against its own ground truth, and against a real `ffmpeg`.

mod accuracy;
mod analyzer;
mod ffmpeg;
mod measure;
mod scene;
mod wire;
