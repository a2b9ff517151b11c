//! From objectives to OpenSLO's documents.

use serde::Serialize;

use super::schema::{Inline, Metadata, Number, Objective, OneOrMany, SloSpec};
use super::{alerts, annotations, indicator, window};
use crate::objective::Budgeting;
use crate::{Slo, duration};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<T> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    spec: T,
}

#[derive(Serialize)]
struct Described {
    description: &'static str,
}

#[derive(Serialize)]
struct Target {
    target: &'static str,
}

/// The objectives as documents of OpenSLO v1, which [`import`](super::import) reads as the same: one for the service,
/// one for each of the targets `page` and `ticket`, and one for each objective.
pub fn export(slos: &[Slo], service: &str) -> String {
    let service_document = document("Service", Metadata::named(service), Described { description: "" });
    let mut documents = vec![service_document];
    for severity in ["page", "ticket"] {
        let target = Target { target: "alertmanager" };
        documents.push(document("AlertNotificationTarget", Metadata::named(severity), target));
    }
    documents.extend(slos.iter().map(|slo| slo_document(slo, service)));
    documents.join("---\n")
}

fn document<T: Serialize>(kind: &'static str, metadata: Metadata, spec: T) -> String {
    let document = Document { api_version: "openslo/v1", kind, metadata, spec };
    serde_saphyr::to_string(&document).expect("tables, words and numbers are YAML")
}

fn slo_document(slo: &Slo, service: &str) -> String {
    // A name of OpenSLO has no `_`.
    let name = slo.name().replace('_', "-");
    let mut metadata = annotations::of(slo, &name);
    let label = |(name, value): (&String, &String)| (name.clone(), OneOrMany::One(value.clone()));
    metadata.labels = slo.labels().iter().map(label).collect();
    let mut objective = Objective { target: Some(slo.target()), ..Default::default() };
    if let Budgeting::Timeslices { target, .. } = slo.budgeting() {
        objective.time_slice_target = Some(*target);
    }
    objective.time_slice_window = slo.budgeting().slice().map(|slice| Number::Text(duration::write(slice)));
    let sli = indicator::export(slo, &mut objective);
    let spec = SloSpec {
        description: slo.description().into(),
        service: service.into(),
        indicator: Some(Inline { metadata: Some(Metadata::named(name)), spec: sli }),
        indicator_ref: None,
        time_window: Some(vec![window::export(slo.window())]),
        budgeting_method: slo.budgeting().as_str().into(),
        objectives: vec![objective.into()],
        alert_policies: alerts::export(slo),
    };
    document("SLO", metadata, spec)
}
