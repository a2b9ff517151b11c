//! Error budgets on the command line: checks objectives, makes Prometheus' rules of them, and reports on them.

mod diff;
mod explain;
mod format;
mod input;
mod openslo;
mod prometheus;
mod report;
mod rules;
mod sloth;
mod table;
mod validate;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Objectives and error budgets: a file of objectives in, answers on standard output.
#[derive(Debug, Parser)]
#[command(name = "its-slo", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Checks objectives; fails on errors and on what cannot work.
    Validate(validate::Arguments),
    /// Writes Prometheus' recording and alerting rules.
    Rules(rules::Arguments),
    /// Reads and writes OpenSLO v1.
    #[command(subcommand)]
    Openslo(openslo::Command),
    /// Reads sloth v1.
    #[command(subcommand)]
    Sloth(sloth::Command),
    /// Says what each budget is and what pages when.
    Explain(explain::Arguments),
    /// Reports what was spent in a week, month or quarter, from Prometheus.
    Report(report::Arguments),
    /// Compares what a service counted with what Prometheus has.
    Diff(diff::Arguments),
}

/// What goes to standard output and to standard error, and whether all is well.
#[derive(Debug, Default)]
struct Answer {
    text: String,
    notes: String,
    failed: bool,
}

impl From<String> for Answer {
    fn from(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

fn main() -> ExitCode {
    let answer = match Arguments::parse().command {
        Command::Validate(arguments) => validate::run(&arguments),
        Command::Rules(arguments) => rules::run(arguments),
        Command::Openslo(command) => openslo::run(&command),
        Command::Sloth(command) => sloth::run(&command),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Report(arguments) => report::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
    };
    let answer = answer.unwrap_or_else(|notes| Answer { notes, failed: true, ..Answer::default() });
    // A reader that has seen enough, such as `head`, is no error.
    let _ = write(io::stderr(), &answer.notes);
    let _ = write(io::stdout(), &answer.text);
    if answer.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn write(mut to: impl Write, text: &str) -> io::Result<()> {
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    write!(to, "{text}{end}")?;
    to.flush()
}
