//! The messages of the gRPC interface.

use bytes::Bytes;
use traffic_vision::analyze::Analysis;

/// One frame.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AnalyseRequest {
    /// The frame as [`traffic_vision::wire`] writes it.
    #[prost(bytes = "bytes", tag = "1")]
    pub frame: Bytes,
}

/// What was seen in it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AnalyseReply {
    /// The frame's sequence.
    #[prost(uint64, tag = "1")]
    pub sequence: u64,
    /// Vehicles of the camera counted so far.
    #[prost(uint64, tag = "2")]
    pub counted: u64,
    /// What looks like a vehicle in this frame.
    #[prost(uint32, tag = "3")]
    pub detections: u32,
    /// Vehicles counted at this frame.
    #[prost(message, repeated, tag = "4")]
    pub crossings: Vec<Vehicle>,
}

/// A vehicle that crossed the counting line.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Vehicle {
    /// Its class, such as `light_truck`.
    #[prost(string, tag = "1")]
    pub class: String,
    /// `forward` or `backward`.
    #[prost(string, tag = "2")]
    pub direction: String,
    /// Its speed in metres a second, when it is known.
    #[prost(double, optional, tag = "3")]
    pub speed: Option<f64>,
}

impl From<&Analysis> for AnalyseReply {
    fn from(analysis: &Analysis) -> Self {
        let vehicle = |crossing: &traffic_vision::analyze::Crossing| Vehicle {
            class: crossing.class.as_str().to_owned(),
            direction: crossing.direction.as_str().to_owned(),
            speed: crossing.speed_mps.map(f64::from),
        };
        Self {
            sequence: analysis.sequence,
            counted: analysis.counted,
            detections: u32::try_from(analysis.detections.len()).unwrap_or(u32::MAX),
            crossings: analysis.crossings.iter().map(vehicle).collect(),
        }
    }
}
