//! `its-slo report`

mod markdown;
mod period;
mod row;

use std::time::Duration;

use clap::ValueEnum;
use its_slo::Slo;
use its_slo::objective::Indicator;
use period::Period;
use row::{Day, Row};
use serde::Serialize;

use crate::Answer;
use crate::input::ObjectivesFile;
use crate::prometheus::{self, Counted, CountsBySlo, Prometheus, Server};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: ObjectivesFile,
    #[command(flatten)]
    prometheus: Server,
    /// The week, month or quarter, such as 2026-W45, 2026-11 or 2026-Q4; this month by default
    #[arg(long)]
    period: Option<String>,
    /// Where a day begins: a name of the IANA database
    #[arg(long, default_value = "UTC")]
    time_zone: String,
    /// How the report is written
    #[arg(long, default_value = "markdown")]
    output: Output,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    Markdown,
    Json,
}

#[derive(Debug, Serialize)]
struct Report {
    period: Period,
    objectives: Vec<Row>,
    /// Objectives made of queries, whose events this crate does not count.
    rules_only: Vec<String>,
}

/// What counted the events, or the slices, of an objective.
fn counter(slo: &Slo) -> &'static str {
    if slo.budgeting().slice().is_some() { "its_slo_slices_total" } else { "its_slo_events_total" }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, String> {
    let (_, definitions) = arguments.input.read()?;
    let period = Period::parse(arguments.period.as_deref(), &arguments.time_zone, prometheus::now() as i64)?;
    let queries = |slo: &Slo| matches!(slo.indicator(), Indicator::Queries(_));
    let (rules_only, slos): (Vec<_>, Vec<_>) = definitions.slos().into_iter().partition(queries);
    let counts = Counts::ask(&Prometheus::new(&arguments.prometheus), &period, &slos)?;
    let report = Report {
        objectives: slos.iter().flat_map(|slo| counts.rows(slo)).collect(),
        rules_only: rules_only.iter().map(|slo| slo.name().to_owned()).collect(),
        period,
    };
    let text = match arguments.output {
        Output::Markdown => markdown::write(&report),
        Output::Json => serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?,
    };
    Ok(text.into())
}

/// What the counters counted.
struct Counts(Vec<CountsOf>);

/// What one counter counted in the whole period, and on each of its days.
struct CountsOf {
    counter: &'static str,
    whole: CountsBySlo,
    days: Vec<(String, CountsBySlo)>,
}

impl Counts {
    fn ask(prometheus: &Prometheus<'_>, period: &Period, slos: &[Slo]) -> Result<Self, String> {
        let mut asked = Vec::new();
        for name in ["its_slo_events_total", "its_slo_slices_total"] {
            if !slos.iter().any(|slo| counter(slo) == name) {
                continue;
            }
            let ask = |from: i64, to: i64| {
                prometheus.counted(name, Duration::from_secs((to - from).max(1) as u64), to as f64)
            };
            let whole = ask(period.from_seconds, period.to_seconds)?;
            let days = period.days().into_iter().map(|(day, from, to)| Ok((day, ask(from, to)?)));
            asked.push(CountsOf { counter: name, whole, days: days.collect::<Result<_, String>>()? });
        }
        Ok(Self(asked))
    }

    /// One row, or one for each tenant.
    fn rows(&self, slo: &Slo) -> Vec<Row> {
        let Some(CountsOf { whole, days, .. }) = self.0.iter().find(|of| of.counter == counter(slo)) else {
            return Vec::new();
        };
        let of_slo = whole.iter().filter(|((name, _), _)| name == slo.name());
        let mut tenants: Vec<_> = of_slo.map(|((_, tenant), counted)| (tenant.clone(), *counted)).collect();
        if tenants.is_empty() {
            tenants.push((None, Counted::default()));
        }
        let row = |(tenant, counted): (Option<String>, Counted)| {
            let key = (slo.name().to_owned(), tenant);
            let days = days.iter().map(|(day, counts)| {
                let counted = counts.get(&key).copied().unwrap_or_default();
                Day::new(day, counted)
            });
            let days = days.collect();
            Row::new(slo, key.1, counted, days)
        };
        tenants.into_iter().map(row).collect()
    }
}
