//! A short memory of the counters, so that the page can show rates and the quantiles of the last minutes.
//!
//! Counters and histograms flow in every five seconds; what comes out are figures over a window. Memory is bounded by
//! the number of subjects and of slots, whatever the traffic. It only reads: a scrape is not noticed by it, nor it by one.

mod calls;
mod cameras;
mod known;
mod quantile;
mod ring;
mod source;
#[cfg(test)]
mod tests;
mod tracks;
mod update;
mod window;

use std::time::Duration;

pub(super) use calls::CallFigures;
pub(super) use cameras::CameraFigures;
pub(super) use quantile::Quantile;
pub(super) use source::{Subject, Table};
pub(super) use window::Window;

use calls::CallTrack;
use cameras::{CameraTrack, Count};
use known::Known;
use tracks::Tracks;
use window::Slots;

/// How long a slot lasts at least.
pub(super) const SLOT: Duration = Duration::from_secs(5);

/// Five minutes of closed slots, and the open one.
const SLOTS: usize = 61;

/// Closed slots in the window of the cameras: a minute.
const CAMERA_SLOTS: usize = 12;

/// Tenant and camera.
type CameraKey = (Box<str>, Box<str>);

/// The last minutes of what the page shows.
#[derive(Debug)]
pub(super) struct History {
    slots: Slots,
    calls: Tracks<Subject, CallTrack>,
    cameras: Tracks<CameraKey, CameraTrack>,
    known: Known,
    updates: u64,
    /// Wall clock of the last update, in milliseconds since the epoch; 0 before the first.
    updated_ms: u64,
    left_out: LeftOut,
}

/// Subjects that found no place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOut {
    pub(super) cameras: bool,
    pub(super) calls: bool,
}

/// One subject, or all of a table, with its figures and what they were in each closed slot, the oldest first.
#[derive(Clone, Debug)]
pub(super) struct CallHistory {
    /// `None` for all of a table together.
    pub(super) subject: Option<Subject>,
    pub(super) figures: CallFigures,
    pub(super) rates: Vec<f64>,
    pub(super) errors: Vec<Option<f64>>,
    pub(super) p95s: Vec<Option<f64>>,
}

/// One camera with its figures.
#[derive(Clone, Debug)]
pub(super) struct CameraHistory {
    pub(super) tenant: Box<str>,
    pub(super) camera: Box<str>,
    pub(super) figures: CameraFigures,
}

impl CallHistory {
    fn new<'a>(
        subject: Option<Subject>,
        tracks: impl Iterator<Item = &'a CallTrack> + Clone,
        window: &Window,
        slots: &Slots,
    ) -> Self {
        let figures = calls::figures(tracks.clone(), window);
        let (mut rates, mut errors, mut p95s) = (Vec::new(), Vec::new(), Vec::new());
        for slot in calls::line(tracks, slots) {
            rates.push(slot.rate.unwrap_or(0.0));
            errors.push(slot.error_ratio);
            p95s.push(slot.p95.map(Quantile::value));
        }
        Self { subject, figures, rates, errors, p95s }
    }
}

impl History {
    pub(super) fn new(now: Duration) -> Self {
        Self {
            slots: Slots::new(now),
            calls: Tracks::new(),
            cameras: Tracks::new(),
            known: Known::default(),
            updates: 0,
            updated_ms: 0,
            left_out: LeftOut::default(),
        }
    }

    /// The window of the calls, up to five minutes.
    pub(super) fn call_window(&self) -> Window {
        self.slots.last(SLOTS)
    }

    /// The window of the cameras, up to a minute.
    pub(super) fn camera_window(&self) -> Window {
        self.slots.last(CAMERA_SLOTS)
    }

    /// The subjects of a table, by name.
    pub(super) fn calls(&self, table: Table) -> Vec<CallHistory> {
        let window = self.call_window();
        let of_table = self.calls.sorted().into_iter().filter(|(subject, _)| subject.table == table);
        let history = |(subject, track): (&Subject, &CallTrack)| {
            CallHistory::new(Some(subject.clone()), std::iter::once(track), &window, &self.slots)
        };
        of_table.map(history).collect()
    }

    /// All subjects of a table together.
    pub(super) fn all_calls(&self, table: Table) -> CallHistory {
        let tracks = self.calls.iter().filter(move |(subject, _)| subject.table == table);
        CallHistory::new(None, tracks.map(|(_, track)| track), &self.call_window(), &self.slots)
    }

    /// The cameras, by tenant and name.
    pub(super) fn cameras(&self) -> Vec<CameraHistory> {
        let window = self.camera_window();
        let history = |((tenant, camera), track): (&CameraKey, &CameraTrack)| CameraHistory {
            tenant: tenant.clone(),
            camera: camera.clone(),
            figures: track.figures(&window),
        };
        self.cameras.sorted().into_iter().map(history).collect()
    }

    /// Frames and bytes a second of all cameras in each closed slot, the oldest first.
    pub(super) fn camera_lines(&self) -> (Vec<f64>, Vec<f64>) {
        let rate = |count: Count, (slot, lasted): (usize, Duration)| {
            let of_slot = self.cameras.iter().map(|(_, track)| track.in_slot(slot, count));
            of_slot.sum::<f64>() / lasted.as_secs_f64()
        };
        self.slots.closed().map(|slot| (rate(Count::Frames, slot), rate(Count::Bytes, slot))).unzip()
    }

    /// What found no place.
    pub(super) fn left_out(&self) -> LeftOut {
        self.left_out
    }
}
