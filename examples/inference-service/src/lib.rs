//! The parts of the inference service; the camera service uses its interface and its sources of frames.

pub mod analysis;
pub mod api;
pub mod camera;
pub mod fault;
pub mod objectives;
pub mod observability;
pub mod options;
pub mod process;
pub mod service;
pub mod stop;
pub mod totals;
pub mod video;
