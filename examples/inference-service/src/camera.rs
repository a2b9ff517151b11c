//! One camera: capture, analyse, report, again.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, SystemTime};

use futures_util::FutureExt;
use its_telemetry::instruments::{Camera, DropReason};
use its_telemetry::{Scope, Telemetry, instrument_camera};
use tokio::time::MissedTickBehavior;
use traffic_vision::Frame;
use traffic_vision::source::SourceError;

use crate::analysis::CameraAnalyzer;
use crate::fault::Faults;
use crate::options::Options;
use crate::stop::{self, Stop};
use crate::totals::Totals;
use crate::video::Video;

/// A camera that runs in this process.
#[derive(Debug)]
pub struct CameraLoop {
    scope: Scope,
    camera: Camera,
    analyzer: CameraAnalyzer,
    faults: Faults,
    video: Video,
    frame: Frame,
    period: Duration,
    made_bytes: u64,
}

impl CameraLoop {
    /// The camera `number` of the command line.
    ///
    /// # Errors
    /// When its video cannot be opened.
    pub fn new(
        telemetry: &Telemetry,
        options: &Options,
        number: u32,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let (tenant, camera) =
            (format!("city-{:02}", number % options.tenants), format!("camera-{number:03}"));
        let scope = telemetry.scope(&tenant, &camera)?;
        let seed = options.seed.wrapping_add(u64::from(number));
        let (video, calibration) = Video::open(options.input.as_deref(), options.fps, seed)?;
        let faults = Faults::new(&options.fault);
        Ok(Self {
            camera: Camera::new(&scope),
            analyzer: CameraAnalyzer::new(&scope, calibration, faults.clone())?,
            faults,
            video,
            frame: Frame::default(),
            period: Duration::from_secs(1) / options.fps,
            made_bytes: 0,
            scope,
        })
    }

    /// Runs until it is told to stop or the video ends, and says what was there and what was counted.
    pub async fn run(mut self, stop: Stop) -> Totals {
        let scope = self.scope.clone();
        scope
            .run(async move {
                let mut ticks = tokio::time::interval(self.period);
                ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
                let mut stopped = std::pin::pin!(stop::wait(stop));
                loop {
                    tokio::select! {
                        biased;
                        () = &mut stopped => break,
                        _ = ticks.tick() => {}
                    }
                    // The analysis runs under no lock and may take long; stopping gives it up.
                    tokio::select! {
                        biased;
                        () = &mut stopped => break,
                        goes_on = self.next() => if !goes_on { break },
                    }
                }
                self.camera.set_up(false);
                self.totals()
            })
            .await
    }

    /// One frame; `false` when there are no more.
    async fn next(&mut self) -> bool {
        match self.capture() {
            Ok(true) => {}
            Ok(false) => return false,
            Err(error) => {
                tracing::error!(%error, "the camera is lost");
                return false;
            }
        }
        let bytes = self.frame.bytes() as u64;
        self.made_bytes += bytes;
        self.camera.frame_received(bytes);
        if self.faults.drops(self.frame.sequence) {
            self.camera.frame_dropped(DropReason::QueueFull);
            return true;
        }
        self.camera.frame_decoded();
        // A panicking analysis is counted and must not take the camera with it.
        let analysis = AssertUnwindSafe(self.analyzer.analyse(&self.frame)).catch_unwind().await;
        match analysis {
            Ok(Ok(analysis)) => {
                let age = SystemTime::now().duration_since(self.frame.captured_at).unwrap_or_default();
                self.camera.frame_analysed(age);
                for crossing in &analysis.crossings {
                    tracing::debug!(class = %crossing.class, speed_mps = ?crossing.speed_mps, "a vehicle passed");
                }
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, sequence = self.frame.sequence, "a frame was not analysed")
            }
            Err(_) => tracing::error!(sequence = self.frame.sequence, "the analysis panicked"),
        }
        true
    }

    #[instrument_camera(stage = "capture")]
    fn capture(&mut self) -> Result<bool, SourceError> {
        self.video.next_frame(&mut self.frame)
    }

    fn totals(&self) -> Totals {
        Totals {
            true_vehicles: self.video.true_vehicles(),
            counted_vehicles: self.analyzer.counted(),
            made_bytes: self.made_bytes,
            metered_bytes: self.camera.received().1,
        }
    }
}
