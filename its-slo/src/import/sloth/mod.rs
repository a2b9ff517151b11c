//! [sloth](https://sloth.dev) v1: its own file, and the resource `PrometheusServiceLevel`.
//!
//! ```
//! let text = r#"
//! version: prometheus/v1
//! service: gateway
//! slos:
//!   - name: requests
//!     objective: 99.9
//!     sli:
//!       events:
//!         error_query: sum(rate(requests_total{code=~"5.."}[{{.window}}]))
//!         total_query: sum(rate(requests_total[{{.window}}]))
//!     alerting:
//!       ticket_alert: { disable: true }
//! "#;
//! let imported = its_slo::import::sloth::import("gateway.yaml", text)?;
//! assert_eq!(imported.slos[0].target(), 0.999);
//! assert_eq!(imported.slos[0].alerting().tiers.len(), 2);
//! # Ok::<(), its_slo::file::FileError>(())
//! ```

mod schema;

use std::time::Duration;

use schema::{Alerting as AlertingSpec, Document, Sli, SloSpec, Spec};

use super::{Imported, labels, slug};
use crate::Slo;
use crate::file::syntax::{Located, yaml_problem};
use crate::file::text::Ratio;
use crate::file::{FileError, Place, Problem};
use crate::objective::{Alerting, Budgeting, Indicator, Queries, Severity};

/// Reads objectives of sloth; `file` is its name in messages. They last thirty days, as sloth's do when it is told
/// nothing else, and their events are counted, where sloth averages ratios.
///
/// # Errors
/// When the text is no YAML of sloth's shape, or an objective cannot be made; with file, line and remedy.
pub fn import(file: &str, text: &str) -> Result<Imported, FileError> {
    let documents: Vec<Document> =
        serde_saphyr::from_multiple(text).map_err(|error| yaml_problem(file, &error))?;
    let mut import = Import { file, imported: Imported::default(), problems: Vec::new() };
    for document in documents {
        import.document(document);
    }
    if import.imported.slos.is_empty() && import.problems.is_empty() {
        let message =
            "there is no objective; sloth's file begins with `version: prometheus/v1` and has a list `slos`";
        import.problems.push(Problem::new(file, None, message));
    }
    if import.problems.is_empty() { Ok(import.imported) } else { Err(FileError(import.problems)) }
}

struct Import<'a> {
    file: &'a str,
    imported: Imported,
    problems: Vec<Problem>,
}

impl Import<'_> {
    fn document(&mut self, document: Document) {
        let version = document.version.as_ref().or(document.api_version.as_ref());
        let known =
            version.is_some_and(|found| ["prometheus/v1", "sloth.slok.dev/v1"].contains(&&*found.value));
        if !known {
            let message = "the version is not known; sloth's is `version: prometheus/v1`, or `apiVersion: sloth.slok.dev/v1` of a resource";
            let place = version.and_then(|found| found.mark.place(""));
            return self.problems.push(Problem::new(self.file, place, message));
        }
        let spec = document.into_spec();
        self.imported.of_service(&spec.service);
        let Spec { labels, slos, .. } = spec;
        for Located { value: mut slo, mark, .. } in slos {
            let mut all = labels.clone();
            all.append(&mut slo.labels);
            slo.labels = all;
            let place = slo.name.mark.place("").or(mark.place(""));
            match self.slo(slo, place) {
                Ok(slo) => self.imported.slos.push(slo),
                Err(message) => self.problems.push(Problem::new(self.file, place, message)),
            }
        }
    }

    fn slo(&mut self, spec: SloSpec, place: Option<Place>) -> Result<Slo, String> {
        let name = slug(&spec.name.value);
        if self.imported.slos.iter().any(|slo| slo.name() == name) {
            return Err(crate::Error::DuplicateSlo { slo: name }.to_string());
        }
        let mut warn = |message| self.imported.warnings.push(Problem::new(self.file, place, message));
        let (queries, budgeting) = queries(&name, spec.sli)?;
        if matches!(budgeting, Budgeting::RatioTimeslices { .. }) {
            warn(format!(
                "{name}: a ratio has no events to count, so ratios of 5 minutes are averaged; give error_query and total_query instead"
            ));
        }
        let builder = Slo::builder(&name, Indicator::Queries(queries))
            .description(spec.description)
            .target(Ratio::of_percent(spec.objective).0)
            .budgeting(budgeting)
            .alerting(alerting(&name, &spec.alerting, &mut warn));
        let builder = labels::add(builder, &name, spec.labels, warn);
        builder.build().map_err(|error| error.to_string())
    }
}

fn queries(name: &str, sli: Sli) -> Result<(Queries, Budgeting), String> {
    match sli {
        Sli { events: Some(events), raw: None, plugin: None } => {
            let queries =
                Queries::Ratio { part: events.error_query, part_is_good: false, total: events.total_query };
            Ok((queries, Budgeting::Occurrences))
        }
        Sli { raw: Some(raw), events: None, plugin: None } => {
            let slice = Duration::from_secs(300);
            Ok((
                Queries::Raw { query: raw.error_ratio_query, is_success: false },
                Budgeting::RatioTimeslices { slice },
            ))
        }
        Sli { plugin: Some(_), .. } => Err(format!(
            "{name}: a plugin is a program of sloth; run `sloth generate` once and write its queries as sli.events"
        )),
        _ => Err(format!(
            "{name}: sli needs one of events and raw; write sli.events with error_query and total_query"
        )),
    }
}

/// sloth's page and ticket are two tiers each.
fn alerting(name: &str, spec: &AlertingSpec, warn: &mut impl FnMut(String)) -> Alerting {
    let mut alerting = Alerting::standard();
    alerting.tiers.retain(|tier| match tier.severity {
        Severity::Page => !spec.page_alert.disable,
        Severity::Ticket => !spec.ticket_alert.disable,
    });
    let texts = [spec.texts(), spec.page_alert.texts(), spec.ticket_alert.texts()].concat();
    if !texts.is_empty() {
        warn(format!(
            "{name}: what the alerts have of their own is dropped: {}; route by the labels severity and tier",
            texts.join(", ")
        ));
    }
    alerting
}
