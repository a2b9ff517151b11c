//! Which detection belongs to which vehicle.

use std::time::Duration;

use super::options::AnalyzerOptions;
use super::report::{Analysis, Detection};
use super::track::Track;
use crate::{BoundingBox, Calibration};

/// Metres that a vehicle may be away from where it was predicted.
const GATE: f32 = 2.2;
/// The weight of one vehicle in the velocity expected of the next one in its lane.
const LANE_WEIGHT: f32 = 0.05;

/// Greedy nearest-neighbour assignment with a constant-velocity prediction.
#[derive(Debug)]
pub(super) struct Tracker {
    calibration: Calibration,
    coast: Duration,
    min_hits: u32,
    max_speed: f32,
    tracks: Vec<Track>,
    /// What vehicles usually do in each lane: the prediction for one that has just appeared.
    lane_velocities: Vec<Option<(f32, f32)>>,
    candidates: Vec<Candidate>,
    taken: Vec<bool>,
    next_id: u64,
    counted: u64,
}

#[derive(Debug)]
struct Candidate {
    distance: f32,
    track: usize,
    detection: usize,
}

impl Tracker {
    pub(super) fn new(options: &AnalyzerOptions) -> Self {
        Self {
            coast: options.coast,
            min_hits: options.min_hits,
            max_speed: options.max_speed_mps / options.calibration.metres_per_pixel,
            lane_velocities: vec![None; options.calibration.lanes.len()],
            calibration: options.calibration.clone(),
            tracks: Vec::new(),
            candidates: Vec::new(),
            taken: Vec::new(),
            next_id: 0,
            counted: 0,
        }
    }

    pub(super) fn counted(&self) -> u64 {
        self.counted
    }

    pub(super) fn forget(&mut self) {
        self.tracks.clear();
    }

    /// Continues tracks, starts new ones, drops those not seen for long.
    pub(super) fn update(&mut self, detections: &[Detection], now: Duration, analysis: &mut Analysis) {
        self.tracks.retain(|track| now.saturating_sub(track.seen_at) <= self.coast);
        self.find_candidates(detections, now);
        self.taken.clear();
        self.taken.resize(detections.len(), false);
        for Candidate { track, detection, .. } in self.candidates.drain(..) {
            let track = &mut self.tracks[track];
            if track.seen_at == now || self.taken[detection] {
                continue;
            }
            self.taken[detection] = true;
            analysis.crossings.extend(track.follow(
                detections[detection],
                now,
                &self.calibration,
                self.min_hits,
            ));
            let lane = track.lane().and_then(|lane| self.lane_velocities.get_mut(lane));
            if let (Some(usual), Some((x, y))) = (lane, track.velocity) {
                let (usual_x, usual_y) = usual.unwrap_or((x, y));
                *usual = Some((usual_x + LANE_WEIGHT * (x - usual_x), usual_y + LANE_WEIGHT * (y - usual_y)));
            }
        }
        for (detection, _) in detections.iter().zip(&self.taken).filter(|(_, taken)| !**taken) {
            self.tracks.push(Track::new(self.next_id, *detection, now, &self.calibration));
            self.next_id += 1;
        }
        self.counted += analysis.crossings.len() as u64;
        analysis.counted = self.counted;
        let visible = self.tracks.iter().filter(|track| track.seen_at == now && track.hits >= self.min_hits);
        analysis.vehicles.extend(visible.map(|track| track.report(&self.calibration)));
    }

    /// Every pair within reach, the nearest first.
    fn find_candidates(&mut self, detections: &[Detection], now: Duration) {
        let Self { tracks, candidates, calibration, lane_velocities, max_speed, .. } = self;
        let gate = GATE / calibration.metres_per_pixel;
        candidates.clear();
        // A caller may finish the stages of two frames in the wrong order; nothing moves back in time.
        for (index, track) in tracks.iter().enumerate().filter(|(_, track)| track.seen_at < now) {
            let usual = track.lane().and_then(|lane| lane_velocities[lane]);
            let velocity = track.velocity.or(usual);
            let reach = match velocity {
                Some(_) => gate,
                None => gate + *max_speed * (now - track.seen_at).as_secs_f32(),
            };
            let predicted = track.predict(velocity.unwrap_or_default(), now, calibration);
            candidates.extend(detections.iter().enumerate().filter_map(|(detection, seen)| {
                let distance = distance(&predicted, &seen.bounding_box);
                (distance <= reach).then_some(Candidate { distance, track: index, detection })
            }));
        }
        candidates.sort_unstable_by(|one, other| one.distance.total_cmp(&other.distance));
    }
}

/// Distance of the nearer edges in each direction: right also for a box that the border or a bad mask cut on one side.
fn distance(one: &BoundingBox, other: &BoundingBox) -> f32 {
    let x = (one.left - other.left).abs().min((one.right - other.right).abs());
    let y = (one.top - other.top).abs().min((one.bottom - other.bottom).abs());
    x.hypot(y)
}
