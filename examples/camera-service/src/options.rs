//! The command line.

use std::net::SocketAddr;

use clap::Parser;

/// Sends frames of traffic cameras to the inference service.
#[derive(Clone, Debug, Parser)]
#[command(version)]
pub(crate) struct Options {
    /// Cameras to run, each with a traffic scene of its own.
    #[arg(long, default_value_t = 4)]
    pub(crate) cameras: u32,
    /// A file or URL that ffmpeg reads, for every camera in the place of a generated scene.
    #[arg(long, value_name = "FILE_OR_URL")]
    pub(crate) input: Option<String>,
    /// Frames a second of each camera.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=120))]
    pub(crate) fps: u32,
    /// Tenants that the cameras belong to.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) tenants: u32,
    /// Seed of the generated scenes.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Address of the inference service's HTTP interface.
    #[arg(long, value_name = "ADDRESS", required_unless_present = "grpc")]
    pub(crate) http: Option<SocketAddr>,
    /// Address of the inference service's gRPC interface.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "http")]
    pub(crate) grpc: Option<SocketAddr>,
}
