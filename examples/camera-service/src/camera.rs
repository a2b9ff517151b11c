//! One camera: capture a frame, have it analysed, again.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use inference_service::stop::{self, Stop};
use inference_service::totals::Totals;
use inference_service::video::Video;
use its_telemetry::instruments::{Camera, DropReason};
use its_telemetry::scope::FrameId;
use its_telemetry::{Scope, Telemetry, instrument_camera, instrument_stage};
use tokio::time::MissedTickBehavior;
use traffic_vision::source::SourceError;
use traffic_vision::{Frame, wire};

use crate::options::Options;
use crate::remote::{Remote, RemoteError};

/// A camera that runs in this process.
#[derive(Debug)]
pub(crate) struct CameraLoop {
    scope: Scope,
    camera: Camera,
    video: Video,
    remote: Remote,
    frame: Frame,
    body: Vec<u8>,
    period: Duration,
    made_bytes: u64,
    counted: u64,
}

impl CameraLoop {
    pub(crate) fn new(
        telemetry: &Telemetry,
        options: &Options,
        number: u32,
        remote: Remote,
    ) -> Result<Self, crate::Failure> {
        let (tenant, camera) =
            (format!("city-{:02}", number % options.tenants), format!("camera-{number:03}"));
        let scope = telemetry.scope(&tenant, &camera)?;
        let seed = options.seed.wrapping_add(u64::from(number));
        let (video, _) = Video::open(options.input.as_deref(), options.fps, seed)?;
        Ok(Self {
            camera: Camera::new(&scope),
            video,
            remote,
            frame: Frame::default(),
            body: Vec::new(),
            period: Duration::from_secs(1) / options.fps,
            made_bytes: 0,
            counted: 0,
            scope,
        })
    }

    /// Runs until it is told to stop or the video ends, and says what was there and what was counted.
    pub(crate) async fn run(mut self, stop: Stop) -> Totals {
        let mut ticks = tokio::time::interval(self.period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut stopped = std::pin::pin!(stop::wait(stop));
        loop {
            tokio::select! {
                biased;
                () = &mut stopped => break,
                _ = ticks.tick() => {}
            }
            match self.scope.clone().in_scope(|| self.capture()) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::error!(%error, "the camera is lost");
                    break;
                }
            }
            let (scope, frame) = (self.scope.clone(), FrameId::from(self.frame.sequence));
            tokio::select! {
                biased;
                () = &mut stopped => break,
                () = scope.run_frame(frame, self.send()) => {}
            }
        }
        self.camera.set_up(false);
        Totals {
            true_vehicles: self.video.true_vehicles(),
            counted_vehicles: self.counted,
            made_bytes: self.made_bytes,
            metered_bytes: self.camera.received().1,
        }
    }

    #[instrument_camera(stage = "capture")]
    fn capture(&mut self) -> Result<bool, SourceError> {
        let more = self.video.next_frame(&mut self.frame)?;
        if more {
            let bytes = self.frame.bytes() as u64;
            self.made_bytes += bytes;
            self.camera.frame_received(bytes);
        }
        Ok(more)
    }

    /// One frame on its way, a trace of its own.
    #[instrument_stage(name = "frame")]
    async fn send(&mut self) {
        match self.publish().await {
            Ok(()) => {
                let age = SystemTime::now().duration_since(self.frame.captured_at).unwrap_or_default();
                self.camera.frame_analysed(age);
            }
            Err(error) => {
                self.camera.frame_dropped(DropReason::Late);
                tracing::warn!(%error, sequence = self.frame.sequence, "a frame has no result");
            }
        }
    }

    #[instrument_camera(stage = "publish")]
    async fn publish(&mut self) -> Result<(), RemoteError> {
        wire::encode(&self.frame, &mut self.body).map_err(|error| RemoteError::Failed(error.to_string()))?;
        let body = Bytes::copy_from_slice(&self.body);
        self.counted = self.remote.analyse(body).await?;
        Ok(())
    }
}
