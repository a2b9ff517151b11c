//! Reading the registry into the history.

use std::sync::Arc;
use std::time::Duration;

use super::calls::CallTrack;
use super::cameras::{self, CameraTrack, Count};
use super::known::{Role, Seen};
use super::source::{CALLS, Calls, Class, Labels, Table};
use super::{History, LeftOut};
use crate::registry::{Registry, Series, Value, now_ms};

/// Series read under one lock of their family.
const PAGE: usize = 256;

impl History {
    /// Adds what has been counted since the last update. `now` is a monotonic time.
    pub(crate) fn update(&mut self, registry: &Registry, now: Duration) {
        self.updates += 1;
        self.left_out = LeftOut::default();
        let began_ms = now_ms();
        self.known.forget_ended();
        self.calls.values_mut().for_each(CallTrack::begin_update);
        for calls in CALLS {
            self.read(registry, calls.duration, |history, series| history.add_durations(calls, series));
            self.read(registry, calls.in_flight, |history, series| history.add_in_flight(calls, series));
        }
        for (name, count) in cameras::COUNTERS {
            self.read(registry, name, |history, series| history.add_camera_count(*count, series));
        }
        self.read(registry, cameras::LAST_FRAME, |history, series| {
            history.add_camera_gauge(Role::LastFrame, series);
        });
        self.read(registry, cameras::UP, |history, series| history.add_camera_gauge(Role::Up, series));
        let updates = self.updates;
        self.calls.retain(|track| track.seen == updates);
        self.cameras.retain(|track| track.seen == updates);
        self.updated_ms = began_ms;
        // Last: what has been counted until now belongs to the slot that ends now.
        if let Some(slot) = self.slots.advance(now) {
            self.calls.values_mut().for_each(|track| track.clear(slot));
            self.cameras.values_mut().for_each(|track| track.clear(slot));
        }
    }

    fn read(&mut self, registry: &Registry, name: &str, mut add: impl FnMut(&mut Self, &Arc<Series>)) {
        let Some(family) = registry.find(name) else { return };
        let mut page = Vec::with_capacity(PAGE);
        let mut last: Option<Arc<Series>> = None;
        loop {
            family.page(last.as_deref(), PAGE, &mut page);
            page.iter()
                .filter(|series| !matches!(series.value(), Value::Elsewhere))
                .for_each(|s| add(self, s));
            match page.pop() {
                Some(end) if page.len() == PAGE - 1 => last = Some(end),
                _ => break,
            }
        }
    }

    fn add_durations(&mut self, calls: &Calls, series: &Arc<Series>) {
        let Value::Histogram { bounds, .. } = series.value() else { return };
        let mut buckets = Vec::new();
        series.histogram(&mut buckets);
        if self.known.find(series).is_none() {
            let labels = Labels::of(series.labels());
            let subject = calls.subject(&labels);
            let table = subject.table;
            let room = |tracks: &super::Tracks<super::Subject, CallTrack>| {
                tracks.iter().filter(|(subject, _)| subject.table == table).count() < Table::LIMIT
            };
            let Some(track) = self.calls.find_or_make(subject, room, || CallTrack::new(bounds.clone()))
            else {
                self.left_out.calls = true;
                return;
            };
            let mut seen = Seen::new(track, Role::Duration(labels.class()));
            if self.is_old(series) {
                seen.buckets.clone_from(&buckets);
            }
            self.known.insert(series, seen);
        }
        let Some(seen) = self.known.find(series) else { return };
        let Role::Duration(class) = seen.role else { return };
        let Some(track) = self.calls.get_mut(seen.track) else { return };
        track.seen = self.updates;
        let before = seen.buckets.iter().copied().chain(std::iter::repeat(0));
        let grown = buckets.iter().zip(before).map(|(now, before)| now.saturating_sub(before));
        track.add(self.slots.open(), class, grown);
        seen.buckets = buckets;
    }

    fn add_in_flight(&mut self, calls: &Calls, series: &Arc<Series>) {
        let known = self.known.find(series).map(|seen| seen.track);
        // The durations may have ended and come back since, as another track.
        let number = known.filter(|number| self.calls.get_mut(*number).is_some()).or_else(|| {
            let found = self.calls.find(&calls.subject(&Labels::of(series.labels())))?;
            self.known.insert(series, Seen::new(found, Role::InFlight));
            Some(found)
        });
        if let Some(track) = number.and_then(|number| self.calls.get_mut(number)) {
            track.add_in_flight(series.number());
        }
    }

    /// The track of the camera that a series is about, and what was read of it last.
    fn camera(
        &mut self,
        series: &Arc<Series>,
        role: impl FnOnce(&Labels<'_>) -> Role,
    ) -> Option<(&mut Seen, &mut CameraTrack)> {
        if self.known.find(series).is_none() {
            let labels = Labels::of(series.labels());
            let of = |label| labels.get(label).unwrap_or_default().into();
            let key = (of("tenant"), of("camera"));
            let room = |tracks: &super::Tracks<_, _>| tracks.len() < cameras::LIMIT;
            let Some(track) = self.cameras.find_or_make(key, room, CameraTrack::new) else {
                self.left_out.cameras = true;
                return None;
            };
            let mut seen = Seen::new(track, role(&labels));
            seen.number = if self.is_old(series) { series.number() } else { 0.0 };
            self.known.insert(series, seen);
        }
        let seen = self.known.find(series)?;
        let track = self.cameras.get_mut(seen.track)?;
        track.seen = self.updates;
        Some((seen, track))
    }

    fn add_camera_count(&mut self, count: Count, series: &Arc<Series>) {
        let slot = self.slots.open();
        let role = |labels: &Labels<'_>| {
            Role::Counter(match (count, labels.class()) {
                (Count::Calls, Class::Bad) => Count::BadCalls,
                (Count::Calls, Class::LeftOut) => return Role::Nothing,
                _ => count,
            })
        };
        let Some((seen, track)) = self.camera(series, role) else { return };
        let number = series.number();
        if let Role::Counter(count) = seen.role {
            track.add(slot, count, (number - seen.number).max(0.0));
        }
        seen.number = number;
    }

    fn add_camera_gauge(&mut self, role: Role, series: &Arc<Series>) {
        let Some((_, track)) = self.camera(series, |_| role) else { return };
        let value = series.number();
        match role {
            Role::Up => track.up = Some(value != 0.0),
            _ => track.last_frame = (value > 0.0).then_some(value),
        }
    }

    /// Whether the series was there at the last update, when there was no place for it: what it counted before then
    /// does not belong to the open slot.
    fn is_old(&self, series: &Series) -> bool {
        series.created_ms() < self.updated_ms
    }
}
