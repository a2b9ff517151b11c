//! The description of an instrumented function, known when it is compiled.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Which family of standard instruments a call belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `its_inference_*`: a call of a model, or a stage of one.
    Inference,
    /// `its_camera_stage_*`: a stage of a camera's pipeline.
    Camera,
    /// `its_stage_*`: anything else.
    Stage,
}

/// The stage of a whole inference, which alone counts as a request.
pub(crate) const TOTAL: &str = "total";

/// What the compiler knows about an instrumented function. One static each.
#[derive(Debug)]
pub struct Site {
    pub(crate) kind: Kind,
    pub(crate) name: &'static str,
    pub(crate) target: &'static str,
    pub(crate) model: &'static str,
    pub(crate) version: &'static str,
    pub(crate) stage: &'static str,
    pub(crate) slo: Option<&'static str>,
    /// Number of this site in the process, plus one; 0 until it is first used.
    number: AtomicU32,
}

static SITES: AtomicU32 = AtomicU32::new(0);

impl Site {
    /// A function `name` in the module `target`.
    #[must_use]
    pub const fn new(kind: Kind, name: &'static str, target: &'static str) -> Self {
        let stage = match kind {
            Kind::Inference => TOTAL,
            Kind::Camera | Kind::Stage => name,
        };
        Self { kind, name, target, model: "", version: "", stage, slo: None, number: AtomicU32::new(0) }
    }

    /// The label `model`.
    #[must_use]
    pub const fn model(mut self, model: &'static str) -> Self {
        self.model = model;
        self
    }

    /// The label `model_version`.
    #[must_use]
    pub const fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    /// The label `stage`.
    #[must_use]
    pub const fn stage(mut self, stage: &'static str) -> Self {
        self.stage = stage;
        self
    }

    /// The objective that the call counts for.
    #[must_use]
    pub const fn slo(mut self, slo: &'static str) -> Self {
        self.slo = Some(slo);
        self
    }

    /// The number of this site, given on first use.
    #[inline]
    pub(crate) fn number(&self) -> usize {
        match self.number.load(Relaxed) {
            0 => self.take_number(),
            number => number as usize - 1,
        }
    }

    #[cold]
    fn take_number(&self) -> usize {
        let fresh = SITES.fetch_add(1, Relaxed) + 1;
        let number =
            self.number.compare_exchange(0, fresh, Relaxed, Relaxed).map_or_else(|taken| taken, |_| fresh);
        number as usize - 1
    }
}
