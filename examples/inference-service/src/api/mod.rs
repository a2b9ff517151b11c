//! The interface: HTTP `POST /v1/frames`, gRPC `its.example.v1.Analysis/Analyse`.
//!
//! Both take a frame as [`traffic_vision::wire`] writes it. Tenant and camera come in the `baggage` header, never in the
//! message.

mod client;
mod message;
mod server;

pub use client::AnalysisClient;
pub use message::{AnalyseReply, AnalyseRequest, Vehicle};
pub use server::{Analyse, AnalysisServer};

/// Name of the gRPC service.
pub const SERVICE: &str = "its.example.v1.Analysis";

/// Path of its only method.
pub const ANALYSE: &str = "/its.example.v1.Analysis/Analyse";

/// Path of the HTTP interface.
pub const FRAMES: &str = "/v1/frames";
