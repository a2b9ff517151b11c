//! The command line.

use std::net::SocketAddr;

use clap::Parser;

use crate::fault::Fault;

/// Analyses traffic cameras and shows what it does.
#[derive(Clone, Debug, Parser)]
#[command(version)]
pub struct Options {
    /// Cameras to run in this process, each with a traffic scene of its own.
    #[arg(long, default_value_t = 0)]
    pub cameras: u32,
    /// A file or URL that ffmpeg reads, for every camera in the place of a generated scene.
    #[arg(long, value_name = "FILE_OR_URL")]
    pub input: Option<String>,
    /// Frames a second of each camera.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=120))]
    pub fps: u32,
    /// Tenants that the cameras belong to.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub tenants: u32,
    /// Seed of the generated scenes.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Takes frames over HTTP here.
    #[arg(long, value_name = "ADDRESS")]
    pub http: Option<SocketAddr>,
    /// Takes frames over gRPC here.
    #[arg(long, value_name = "ADDRESS")]
    pub grpc: Option<SocketAddr>,
    /// What goes wrong, on demand: slow, error, panic, stall or drop=P; repeat it for several.
    #[arg(long, value_name = "FAULT")]
    pub fault: Vec<Fault>,
}
