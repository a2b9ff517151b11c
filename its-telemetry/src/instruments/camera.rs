//! The frames of one camera.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::*;
use crate::registry::{Counter, Gauge, Histogram};
use crate::scope::Scope;

/// Why a frame was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// The queue in front of the analysis was full.
    QueueFull,
    /// A newer frame was already there.
    Stale,
    /// The frame could not be decoded.
    DecodeError,
    /// The camera sent more than it may.
    RateLimit,
    /// The frame came too late to be of use.
    Late,
}

impl DropReason {
    const COUNT: usize = 5;

    /// The value of the label `reason`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::Stale => "stale",
            Self::DecodeError => "decode_error",
            Self::RateLimit => "rate_limit",
            Self::Late => "late",
        }
    }
}

/// Why a connection to a camera was made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReconnectReason {
    /// The camera closed the connection, or the network broke.
    Closed,
    /// No frame came for too long.
    Timeout,
    /// The stream could not be understood.
    Protocol,
}

impl ReconnectReason {
    /// The value of the label `reason`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Timeout => "timeout",
            Self::Protocol => "protocol",
        }
    }
}

/// Handles on the frame metrics of one camera. Make it once for each camera and keep it.
///
/// ```
/// use its_telemetry::{Telemetry, instruments::{Camera, DropReason}};
///
/// let telemetry = Telemetry::builder("camera-service").build()?;
/// let scope = telemetry.scope("city-17", "junction-4")?;
/// let camera = Camera::new(&scope);
/// camera.frame_received(14_400);
/// camera.frame_dropped(DropReason::Stale);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Camera {
    scope: Scope,
    up: Gauge,
    received: Counter,
    bytes: Counter,
    decoded: Counter,
    dropped: [OnceLock<Counter>; DropReason::COUNT],
    last_frame: Gauge,
    clock_skew: OnceLock<Gauge>,
    age: Histogram,
}

impl Camera {
    /// The frame metrics of the camera of this scope. A scope without a camera counts under an empty name.
    pub fn new(scope: &Scope) -> Self {
        let core = scope.core();
        let labels = scope.camera_labels();
        let labels = [("tenant", labels.0), ("camera", labels.1)];
        Self {
            up: core.gauge(&CAMERA_UP, &labels, CAMERA_FOLDS),
            received: core.counter(&CAMERA_FRAMES_RECEIVED, &labels, CAMERA_FOLDS),
            bytes: core.counter(&CAMERA_RECEIVED_BYTES, &labels, CAMERA_FOLDS),
            decoded: core.counter(&CAMERA_FRAMES_DECODED, &labels, CAMERA_FOLDS),
            dropped: [const { OnceLock::new() }; DropReason::COUNT],
            last_frame: core.gauge(&CAMERA_LAST_FRAME, &labels, CAMERA_FOLDS),
            clock_skew: OnceLock::new(),
            age: core.histogram(&CAMERA_FRAME_AGE, &[], &[]),
            scope: scope.clone(),
        }
    }

    /// The scope that the camera was made with.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Frames and bytes received so far; 0 on a foreign recorder, which cannot be read.
    pub fn received(&self) -> (u64, u64) {
        (self.received.value(), self.bytes.value())
    }

    /// A frame of `bytes` bytes has arrived; the camera is up.
    pub fn frame_received(&self, bytes: u64) {
        self.received.add(1);
        self.bytes.add(bytes);
        self.up.set(1.0);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.last_frame.set(now.as_secs_f64());
    }

    /// A frame has been decoded.
    pub fn frame_decoded(&self) {
        self.decoded.add(1);
    }

    /// A frame was given up.
    pub fn frame_dropped(&self, reason: DropReason) {
        let counter = self.dropped[reason as usize].get_or_init(|| {
            let (tenant, camera) = self.scope.camera_labels();
            let labels = [("tenant", tenant), ("camera", camera), ("reason", reason.as_str())];
            self.scope.core().counter(&CAMERA_FRAMES_DROPPED, &labels, CAMERA_FOLDS)
        });
        counter.add(1);
    }

    /// The connection had to be made again.
    pub fn reconnected(&self, reason: ReconnectReason) {
        let (tenant, camera) = self.scope.camera_labels();
        let labels = [("tenant", tenant), ("camera", camera), ("reason", reason.as_str())];
        self.scope.core().counter(&CAMERA_RECONNECTS, &labels, CAMERA_FOLDS).add(1);
    }

    /// Whether frames arrive. Set it to `false` when the camera is lost.
    pub fn set_up(&self, up: bool) {
        self.up.set(if up { 1.0 } else { 0.0 });
    }

    /// How far the camera's clock is ahead of ours, in seconds; negative when it is behind.
    pub fn set_clock_skew(&self, seconds: f64) {
        let gauge = self.clock_skew.get_or_init(|| {
            let (tenant, camera) = self.scope.camera_labels();
            let labels = [("tenant", tenant), ("camera", camera)];
            self.scope.core().gauge(&CAMERA_CLOCK_SKEW, &labels, CAMERA_FOLDS)
        });
        gauge.set(seconds);
    }

    /// A frame's result is there, `age` after its capture.
    pub fn frame_analysed(&self, age: Duration) {
        self.age.record_duration(age);
        #[cfg(feature = "slo")]
        self.scope.core().objectives.count_age(&self.scope.0.shared, age);
    }
}

/// Labels that fold when too many cameras are seen: the camera first, then its tenant.
pub(crate) const CAMERA_FOLDS: &[&str] = &["camera", "tenant"];
