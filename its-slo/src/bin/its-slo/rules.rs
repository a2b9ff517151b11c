//! `its-slo rules`

use std::time::Duration;

use its_slo::duration;
use its_slo::rules::{Options, rule_file};

use crate::Answer;
use crate::input::ObjectivesFile;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: ObjectivesFile,
    /// The label `service` of all series and alerts
    #[arg(long)]
    service: Option<String>,
    /// How often the rules are evaluated, such as 30s
    #[arg(long, value_parser = duration::parse)]
    interval: Option<Duration>,
    /// Also record the series under sloth's names, so that its dashboards work
    #[arg(long)]
    sloth_names: bool,
    /// Where the alerts' runbooks are
    #[arg(long)]
    runbook_url: Option<String>,
    /// Where the dashboard is
    #[arg(long)]
    dashboard_url: Option<String>,
    /// Write a PrometheusRule of this name for the Prometheus Operator
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,
    /// The namespace of the PrometheusRule
    #[arg(long, requires = "operator")]
    namespace: Option<String>,
}

pub(crate) fn run(arguments: Arguments) -> Result<Answer, String> {
    let (_, definitions) = arguments.input.read()?;
    let mut options = Options::default();
    options.service = arguments.service;
    options.interval = arguments.interval.unwrap_or(options.interval);
    options.sloth_names = arguments.sloth_names;
    options.runbook_url = arguments.runbook_url;
    options.dashboard_url = arguments.dashboard_url;
    let rules = rule_file(&definitions.slos(), &options);
    let text = match &arguments.operator {
        Some(name) => rules.to_prometheus_rule(name, arguments.namespace.as_deref()),
        None => rules.to_yaml(),
    };
    Ok(text.into())
}
