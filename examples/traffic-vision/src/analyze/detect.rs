//! From a mask to detections.

use super::background::Foreground;
use super::components::{Component, Components};
use super::morphology::{Morphology, Radius};
use super::options::AnalyzerOptions;
use super::report::Detection;
use crate::{BoundingBox, Calibration, VehicleClass};

/// Metres that noise and slivers of shadow may be wide.
const SPECK: f32 = 0.3;
/// Thinner things are not vehicles.
const MIN_SIDE: f32 = 0.5;
/// Contrast, in grey levels, at which a detection is half sure.
const HALF_SURE_CONTRAST: f32 = 12.0;

#[derive(Debug)]
pub(super) struct Detector {
    calibration: Calibration,
    open: Radius,
    close: Radius,
    min_area: f32,
    morphology: Morphology,
    components: Components,
    detections: Vec<Detection>,
}

impl Detector {
    pub(super) fn new(options: &AnalyzerOptions) -> Self {
        let scale = options.calibration.metres_per_pixel;
        let radius = |metres: f32| ((metres / 2.0 / scale).round() as usize).max(1);
        Self {
            calibration: options.calibration.clone(),
            open: Radius { x: radius(SPECK), y: radius(SPECK) },
            // Windows lie one behind the other and neighbours side by side, so gaps are closed along the lane alone.
            close: match options.calibration.lanes.is_empty() {
                true => Radius { x: radius(SPECK), y: radius(SPECK) },
                false => Radius { x: radius(options.close_gap_metres), y: 0 },
            },
            min_area: options.min_area_square_metres / (scale * scale),
            morphology: Morphology::default(),
            components: Components::default(),
            detections: Vec::new(),
        }
    }

    pub(super) fn detections(&self) -> &[Detection] {
        &self.detections
    }

    /// Cleans the mask in place and finds the vehicles in it.
    pub(super) fn detect(&mut self, foreground: &mut Foreground) {
        let width = self.calibration.width as usize;
        self.morphology.close(&mut foreground.mask, width, self.close);
        self.morphology.open(&mut foreground.mask, width, self.open);
        let Self { calibration, min_area, components, detections, .. } = self;
        detections.clear();
        let found = components.find(foreground, width);
        detections.extend(found.filter_map(|component| detection(component, calibration, *min_area)));
    }
}

fn detection(component: &Component, calibration: &Calibration, min_area: f32) -> Option<Detection> {
    let &Component { area, left, top, right, bottom, contrast } = component;
    let bounding_box =
        BoundingBox { left: left as f32, top: top as f32, right: right as f32, bottom: bottom as f32 };
    let (width, height) = (bounding_box.width(), bounding_box.height());
    if (area as f32) < min_area || width.min(height) * calibration.metres_per_pixel < MIN_SIDE {
        return None;
    }
    let fill = area as f32 / (width * height);
    let contrast = contrast as f32 / area as f32;
    let (_, y) = bounding_box.center();
    Some(Detection {
        bounding_box,
        class: class_of(width.max(height) * calibration.metres_per_pixel),
        confidence: fill * contrast / (contrast + HALF_SURE_CONTRAST),
        lane: calibration.lanes.iter().position(|lane| (lane.top..lane.bottom).contains(&y)),
    })
}

/// The class of what looks so many metres long, shadow included.
pub(super) fn class_of(length: f32) -> VehicleClass {
    match length {
        length if length < 3.6 => VehicleClass::Motorcycle,
        length if length < 6.2 => VehicleClass::Car,
        length if length < 10.0 => VehicleClass::LightTruck,
        length if length < 14.3 => VehicleClass::Bus,
        _ => VehicleClass::Truck,
    }
}
