//! What a model found.

use super::*;
use crate::registry::{Counter, Histogram};
use crate::scope::Scope;
use std::sync::OnceLock;

/// Handles on what a model finds in frames. Make it once for each model and keep it.
///
/// ```
/// use its_telemetry::{Telemetry, instruments::{Model, VehicleClass}};
///
/// let telemetry = Telemetry::builder("inference-service").build()?;
/// let model = Model::new(&telemetry.root_scope(), "yolo", "8");
/// model.detected(VehicleClass::Bus, 0.93);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Model {
    scope: Scope,
    name: Box<str>,
    detections: [OnceLock<Counter>; VehicleClass::ALL.len()],
    confidence: Histogram,
}

impl Model {
    /// The model `name` of `version`, recorded by the telemetry of `scope`.
    pub fn new(scope: &Scope, name: &str, version: &str) -> Self {
        let labels = [("model", name), ("model_version", version)];
        let confidence = scope.core().histogram(&INFERENCE_CONFIDENCE, &labels, &["model_version", "model"]);
        let detections = [const { OnceLock::new() }; VehicleClass::ALL.len()];
        Self { scope: scope.clone(), name: name.into(), detections, confidence }
    }

    /// The model found an object. `confidence` lies between 0 and 1.
    pub fn detected(&self, class: VehicleClass, confidence: f64) {
        let counter = self.detections[class as usize].get_or_init(|| {
            let labels = [("model", &*self.name), ("class", class.as_str())];
            self.scope.core().counter(&INFERENCE_DETECTIONS, &labels, &["model"])
        });
        counter.add(1);
        if !self.confidence.record(confidence) {
            self.scope.core().dropped.add("metrics", "not_finite", 1);
        }
    }
}
