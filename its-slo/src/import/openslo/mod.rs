//! [OpenSLO](https://openslo.com) v1.
//!
//! ```
//! use its_slo::Slo;
//! use its_slo::import::openslo;
//!
//! let detect = Slo::availability("detect").target(0.999).owner("vision").build()?;
//! let yaml = openslo::export(&[detect.clone()], "traffic");
//! assert!(yaml.contains("kind: SLO"));
//! let imported = openslo::import("detect.yaml", &yaml)?;
//! assert_eq!(imported.slos, [detect]);
//! assert_eq!(imported.services, ["traffic"]);
//! assert!(imported.warnings.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A condition on the burn rate becomes a tier: its `lookbackWindow` is the long window and its `alertAfter`, which is
//! for how long it must hold, the short one (a twelfth of the long one when it is 0). `alertWhenNoData` is not needed: the
//! rules of each objective have the alert `SloDataMissing`. In a document `kind` stands before `spec`. What OpenSLO has no field for, such
//! as a limit of tenants, is kept in annotations that begin with `its-slo/`.

mod alerts;
mod annotations;
mod export;
mod indicator;
mod object;
mod schema;
mod window;

pub use export::export;
use object::{Object, Objects, Spec};
use schema::{Metadata, Objective, SloSpec};

use super::{Imported, labels, slug};
use crate::duration;
use crate::file::syntax::yaml_problem;
use crate::file::text::Ratio;
use crate::file::{FileError, Place, Problem};
use crate::objective::Budgeting;
use crate::{Error, Slo};

/// Reads all documents of a text; `file` is its name in messages. References between them are resolved. Kinds that are
/// not known are listed in the warnings.
///
/// # Errors
/// When the text is no YAML of OpenSLO's shape, a reference leads nowhere, or an objective cannot be made; with file,
/// line and remedy.
pub fn import(file: &str, text: &str) -> Result<Imported, FileError> {
    let objects: Vec<Object> =
        serde_saphyr::from_multiple(text).map_err(|error| yaml_problem(file, &error))?;
    let objects = Objects(objects);
    let mut import = Import { file, objects: &objects, imported: Imported::default(), problems: Vec::new() };
    objects.0.iter().for_each(|object| import.object(object));
    if import.imported.slos.is_empty() && import.problems.is_empty() {
        let message = "there is no objective; OpenSLO's has `apiVersion: openslo/v1` and `kind: SLO`";
        import.problems.push(Problem::new(file, None, message));
    }
    if import.problems.is_empty() { Ok(import.imported) } else { Err(FileError(import.problems)) }
}

struct Import<'a> {
    file: &'a str,
    objects: &'a Objects,
    imported: Imported,
    problems: Vec<Problem>,
}

impl Import<'_> {
    fn object(&mut self, object: &Object) {
        let place = object.place();
        if object.api_version != "openslo/v1" {
            let message =
                format!("the version {:?} is not known; convert it to openslo/v1", object.api_version);
            return self.problems.push(Problem::new(self.file, place, message));
        }
        match &object.spec {
            Spec::Slo(spec) => self.slo(&object.metadata, spec, place),
            Spec::Unknown => {
                let message = format!("the kind {:?} is not known and is left out", object.kind);
                self.imported.warnings.push(Problem::new(self.file, place, message));
            }
            _ => {}
        }
    }

    /// Each of its objectives becomes one.
    fn slo(&mut self, metadata: &Metadata, spec: &SloSpec, place: Option<Place>) {
        self.imported.of_service(&spec.service);
        if spec.objectives.is_empty() {
            let message = format!("{}: it has no objective; add one with a target", metadata.name.value);
            self.problems.push(Problem::new(self.file, place, message));
        }
        for (index, found) in spec.objectives.iter().enumerate() {
            let place = if spec.objectives.len() > 1 { found.mark.place("") } else { place };
            let mut warnings = Vec::new();
            let name = name(metadata, spec, &found.value, index);
            let made = self.one(&name, metadata, spec, &found.value, &mut warnings);
            let twice = self.imported.slos.iter().any(|slo| slo.name() == name);
            match made {
                Ok(_) if twice => {
                    let error = Error::DuplicateSlo { slo: name };
                    self.problems.push(Problem::new(self.file, place, error));
                }
                Ok(slo) => self.imported.slos.push(slo),
                Err(message) => self.problems.push(Problem::new(self.file, place, message)),
            }
            let warnings = warnings.into_iter().map(|message| Problem::new(self.file, place, message));
            self.imported.warnings.extend(warnings);
        }
    }

    fn one(
        &self,
        name: &str,
        metadata: &Metadata,
        spec: &SloSpec,
        objective: &Objective,
        warnings: &mut Vec<String>,
    ) -> Result<Slo, String> {
        let mut warn = |message: String| warnings.push(format!("{name}: {message}"));
        let window = window::import(spec.time_window.as_deref(), &mut warn)
            .map_err(|error| format!("{name}: {error}"))?;
        let period = window.nominal();
        let described = |error| format!("{name}: {error}");
        let indicator =
            indicator::import(self.objects, name, spec, objective, metadata, &mut warn).map_err(described)?;
        let budgeting = budgeting(spec, objective).map_err(described)?;
        let tiers = alerts::import(self.objects, spec, period, &mut warn).map_err(described)?;
        if objective.composite_weight.is_some() {
            warn("compositeWeight is dropped: each objective has a budget of its own".into());
        }
        let target = match (objective.target, objective.target_percent) {
            (Some(target), None) => target,
            (None, Some(percent)) => Ratio::of_percent(percent).0,
            (Some(_), Some(_)) => {
                return Err(format!("{name}: it has target and targetPercent; keep one of them"));
            }
            (None, None) => return Err(format!("{name}: it has no target; add target, or targetPercent")),
        };
        let builder = Slo::builder(name, indicator)
            .description(spec.description.as_str())
            .target(target)
            .window(window)
            .budgeting(budgeting)
            .alerting(annotations::alerting(metadata, tiers).map_err(described)?);
        let builder = annotations::add(builder, metadata).map_err(described)?;
        let labels = metadata.labels.iter().map(|(label, value)| (label.clone(), value.joined())).collect();
        labels::add(builder, name, labels, |message| warnings.push(message))
            .build()
            .map_err(|error| error.to_string())
    }
}

/// The name of the document; when it has several objectives, with that of the objective, or its number.
fn name(metadata: &Metadata, spec: &SloSpec, objective: &Objective, index: usize) -> String {
    let name = metadata.annotation("name").map_or_else(|| slug(&metadata.name.value), Into::into);
    if spec.objectives.len() == 1 {
        return name;
    }
    let own = slug(&objective.display_name);
    let unique = spec.objectives.iter().filter(|other| slug(&other.value.display_name) == own).count() == 1;
    if unique && !own.is_empty() { format!("{name}-{own}") } else { format!("{name}-{}", index + 1) }
}

fn budgeting(spec: &SloSpec, objective: &Objective) -> Result<Budgeting, String> {
    let slice = || {
        let window = objective.time_slice_window.as_ref();
        let window = window.ok_or("timeSliceWindow is missing; give the length of a slice, such as 1m")?;
        duration::parse(&window.with_unit("m"))
    };
    match spec.budgeting_method.as_str() {
        "Occurrences" => Ok(Budgeting::Occurrences),
        "Timeslices" => {
            let target = objective.time_slice_target.ok_or(
                "timeSliceTarget is missing; give the ratio of good events in a good slice, such as 0.95",
            )?;
            Ok(Budgeting::Timeslices { slice: slice()?, target })
        }
        "RatioTimeslices" => Ok(Budgeting::RatioTimeslices { slice: slice()? }),
        other => Err(format!(
            "the budgetingMethod {other:?} is not known; use Occurrences, Timeslices or RatioTimeslices"
        )),
    }
}
