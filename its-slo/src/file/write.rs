//! From objectives to the file's shape.

use super::schema::{Around, Document, Objective};
use super::text::{Length, Ratio};
use super::{Definition, convert};
use crate::Slo;
use crate::objective::{Alerting, Surroundings, Window};

pub(super) fn document<S>(definitions: &[Definition]) -> Document<S> {
    let objectives = definitions.iter().map(|definition| objective(definition).into()).collect();
    Document { surroundings: None, objectives }
}

/// What is as it is by default is left out.
fn objective<S>(Definition { slo, surroundings, .. }: &Definition) -> Objective<S> {
    let usual = Slo::builder(slo.name(), slo.indicator().clone()).build();
    let usual_budgeting = usual.is_ok_and(|usual| usual.budgeting() == slo.budgeting());
    let labels = slo.labels();
    Objective {
        name: slo.name().to_owned().into(),
        description: slo.description().into(),
        calls_of: Some(slo.calls_of()).filter(|name| *name != slo.name()).map(Into::into),
        owner: slo.owner().into(),
        target: Ratio(slo.target()).into(),
        per_tenant: slo.per_tenant().map(Into::into),
        window: (*slo.window() != Window::default()).then(|| convert::window_text(slo.window()).into()),
        indicator: convert::indicator_table(slo.indicator()).into(),
        budgeting: (!usual_budgeting).then(|| convert::budgeting_table(slo.budgeting()).into()),
        labels: (!labels.is_empty()).then(|| labels.clone().into()),
        alerting: (*slo.alerting() != Alerting::default())
            .then(|| convert::alerting_table(slo.alerting()).into()),
        surroundings: around(surroundings),
    }
}

fn around(surroundings: &Surroundings) -> Option<Around> {
    let Surroundings { events_per_second, scrape_interval, histogram_bounds } = surroundings.clone();
    let known = events_per_second.is_some() || scrape_interval.is_some() || histogram_bounds.is_some();
    let scrape_interval = scrape_interval.map(Length);
    known.then_some(Around { events_per_second, scrape_interval, histogram_bounds })
}
