use std::process::Command;

use crate::Tool;
use crate::run::run_with_input;

/// Runs `promtool check metrics` on a text exposition: parses it and lints names, help texts and types.
///
/// # Errors
///
/// What promtool printed, when it failed or printed anything at all: a lint complaint is an error here.
///
/// # Panics
///
/// When promtool is not installed.
#[track_caller]
pub fn promtool_check_metrics(exposition: &str) -> Result<(), String> {
    let mut command = Command::new(Tool::Promtool.path());
    let output = run_with_input(command.args(["check", "metrics"]), exposition);
    let printed = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.success() && printed.trim().is_empty() { Ok(()) } else { Err(printed) }
}
