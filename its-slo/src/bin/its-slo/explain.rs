//! `its-slo explain`

use its_slo::Slo;
use its_slo::duration;
use its_slo::file::Definition;
use its_slo::objective::{Tier, Window};

use crate::Answer;
use crate::format::{count, percent, significant, time};
use crate::input::ObjectivesFile;
use crate::table::table;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: ObjectivesFile,
    /// Events a second, where the file does not say it
    #[arg(long)]
    events_per_second: Option<f64>,
}

const HEADER: [&str; 9] = [
    "tier",
    "severity",
    "burn rate",
    "error ratio",
    "long",
    "short",
    "budget spent",
    "total outage fires after",
    "needs at least",
];

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, String> {
    let (_, definitions) = arguments.input.read()?;
    let explain = |definition| explain(definition, arguments.events_per_second);
    let texts: Vec<_> = definitions.objectives.iter().map(explain).collect();
    Ok(texts.join("\n").into())
}

fn explain(Definition { slo, surroundings, .. }: &Definition, usual_rate: Option<f64>) -> String {
    let mut text = format!("# {}\n\n", slo.name());
    if !slo.description().is_empty() {
        text += &format!("{}\n\n", slo.description());
    }
    text += &budget(slo, surroundings.events_per_second.or(usual_rate));
    let period = slo.window().nominal();
    let tiers: Vec<_> = slo.alerting().tiers_for(period).collect();
    if tiers.is_empty() {
        return text + "\nNobody is told when it burns.\n";
    }
    text + "\n" + &table(&HEADER, tiers.into_iter().map(|tier| row(slo, tier)))
}

/// What may be bad, in plain words.
fn budget(slo: &Slo, events_per_second: Option<f64>) -> String {
    let (period, budget) = (slo.window().nominal(), slo.error_budget());
    let (target, kind) = (percent(slo.target()), slo.indicator().as_str());
    let over = match slo.window() {
        Window::Rolling(length) => format!("over {}, rolling", duration::write(*length)),
        Window::Calendar(window) => {
            format!("in each calendar {} in {}", window.unit().as_str(), window.zone())
        }
    };
    let mut text = format!("{target} {kind} {over}. ");
    if let Some(slice) = slo.budgeting().slice() {
        let slices = period.as_secs_f64() / slice.as_secs_f64();
        let (bad, slices, slice) = (count((slices * budget).floor()), count(slices), duration::write(slice));
        text += &format!("The budget is {bad} bad slices of {slices}, of {slice} each");
    } else if let Some(rate) = events_per_second {
        let events = rate * period.as_secs_f64();
        let (bad, all, rate) = (count((events * budget).floor()), count(events), significant(rate));
        text += &format!("The budget is {bad} bad events of {all}, at {rate} events a second");
    } else {
        text += &format!("The budget is {} bad events of 1000000", count(1e6 * budget));
    }
    text + &format!(", or {} of a total outage.\n", time(period.mul_f64(budget)))
}

fn row(slo: &Slo, tier: &Tier) -> Vec<String> {
    let factor = tier.factor(slo.window().nominal());
    let ratio = factor * slo.error_budget();
    let alerting = slo.alerting();
    let unit = if slo.budgeting().slice().is_some() { "slices" } else { "events" };
    let fires = if ratio < 1.0 { time(tier.long.mul_f64(ratio)) } else { "never".into() };
    vec![
        tier.name.to_string(),
        tier.severity.as_str().into(),
        significant(factor),
        percent(ratio),
        duration::write(tier.long),
        duration::write(tier.short),
        percent(tier.budget_share),
        fires,
        format!(
            "{} {unit}, {} bad",
            alerting.min_events.max(alerting.min_bad_events),
            alerting.min_bad_events
        ),
    ]
}
