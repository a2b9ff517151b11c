//! From the file's shape to objectives.

use super::schema::{Around, Document, Objective};
use super::syntax::{Located, Mark, Syntax};
use super::{Definition, FileError, Problem, convert};
use crate::objective::Surroundings;
use crate::{Error, Slo};

/// All objectives, or all that is wrong with them.
pub(super) fn read<S: Syntax>(file: &str, text: &str) -> Result<Vec<Definition>, FileError> {
    let document: Document<S> = S::parse(file, text)?;
    let everywhere = document.surroundings.unwrap_or_default();
    let (mut definitions, mut problems) = (Vec::<Definition>::new(), Vec::new());
    for Located { value: objective, mark, .. } in document.objectives {
        let surroundings = surroundings(&everywhere, objective.surroundings.as_ref());
        let name = objective.name.mark;
        match slo(objective, mark) {
            Ok(slo) if definitions.iter().any(|other| other.slo.name() == slo.name()) => {
                let error = Error::DuplicateSlo { slo: slo.name().into() };
                problems.push(Problem::new(file, name.place(text), error));
            }
            Ok(slo) => definitions.push(Definition { slo, surroundings, place: name.place(text) }),
            Err((mark, error)) => problems.push(Problem::new(file, mark.place(text), error)),
        }
    }
    if problems.is_empty() { Ok(definitions) } else { Err(FileError(problems)) }
}

/// An objective, or what is wrong with it and where.
fn slo<S>(objective: Objective<S>, whole: Mark) -> Result<Slo, (Mark, String)> {
    let marks = Marks::of(&objective, whole);
    let Objective {
        name,
        calls_of,
        description,
        owner,
        target,
        per_tenant,
        window,
        indicator,
        budgeting,
        ..
    } = objective;
    let mut builder = Slo::builder(name.value, convert::indicator(indicator.value))
        .description(description)
        .owner(owner)
        .target(target.value.0);
    if let Some(window) = window {
        builder = builder.window(convert::window(window.value).map_err(|error| (window.mark, error))?);
    }
    if let Some(budgeting) = budgeting {
        builder = builder.budgeting(convert::budgeting(budgeting.value));
    }
    for (label, value) in objective.labels.map(|labels| labels.value).unwrap_or_default() {
        builder = builder.label(label, value);
    }
    if let Some(name) = calls_of {
        builder = builder.calls_of(name);
    }
    if let Some(limit) = per_tenant {
        builder = builder.per_tenant(limit.value);
    }
    if let Some(alerting) = objective.alerting {
        builder = builder.alerting(convert::alerting(alerting.value)?);
    }
    builder.build().map_err(|error| (marks.of_error(&error), error.to_string()))
}

/// Where each part of an objective stands.
struct Marks {
    whole: Mark,
    name: Mark,
    target: Mark,
    window: Option<Mark>,
    labels: Option<Mark>,
    per_tenant: Option<Mark>,
    indicator: Mark,
    budgeting: Option<Mark>,
    alerting: Option<Mark>,
    tiers: Vec<(String, Mark)>,
}

impl Marks {
    fn of<S>(objective: &Objective<S>, whole: Mark) -> Self {
        let tiers = objective.alerting.iter().flat_map(|alerting| &alerting.value.tiers).flatten();
        Self {
            whole,
            name: objective.name.mark,
            target: objective.target.mark,
            window: objective.window.as_ref().map(|part| part.mark),
            labels: objective.labels.as_ref().map(|part| part.mark),
            per_tenant: objective.per_tenant.as_ref().map(|part| part.mark),
            indicator: objective.indicator.mark,
            budgeting: objective.budgeting.as_ref().map(|part| part.mark),
            alerting: objective.alerting.as_ref().map(|part| part.mark),
            tiers: tiers.map(|tier| (convert::tier_name(&tier.value).to_owned(), tier.mark)).collect(),
        }
    }

    fn of_error(&self, error: &Error) -> Mark {
        let part = match error {
            Error::InvalidName { .. } | Error::DuplicateSlo { .. } => Some(self.name),
            Error::InvalidTarget { .. } => Some(self.target),
            Error::InvalidWindow { .. } | Error::UnknownTimeZone { .. } => self.window,
            Error::InvalidLabel { .. } | Error::ReservedLabel { .. } => self.labels,
            Error::NoTenants { .. } => self.per_tenant,
            Error::InvalidThreshold { .. } | Error::RulesOnly { .. } => Some(self.indicator),
            Error::NeedsSlices { .. }
            | Error::InvalidSlice { .. }
            | Error::InvalidSliceTarget { .. }
            | Error::RatioTimeslices { .. } => self.budgeting,
            Error::InvalidTier { tier, .. } | Error::DuplicateTier { tier, .. } => {
                // Of two with one name the second is the one too many.
                self.tiers.iter().rfind(|(name, _)| name == tier).map(|(_, mark)| *mark).or(self.alerting)
            }
            Error::InvalidResolveRatio { .. } => self.alerting,
        };
        part.unwrap_or(self.whole)
    }
}

fn surroundings(everywhere: &Around, here: Option<&Around>) -> Surroundings {
    let here = here.cloned().unwrap_or_default();
    let bounds = here.histogram_bounds.or_else(|| everywhere.histogram_bounds.clone());
    Surroundings {
        events_per_second: here.events_per_second.or(everywhere.events_per_second),
        scrape_interval: here.scrape_interval.or(everywhere.scrape_interval).map(|length| length.0),
        histogram_bounds: bounds,
    }
}
