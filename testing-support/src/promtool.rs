use std::fs;
use std::process::{Command, Output};

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
    let (success, printed) = outcome(&output);
    if success && printed.trim().is_empty() { Ok(()) } else { Err(printed) }
}

/// Runs `promtool check rules` on a rule file, with every lint an error.
///
/// # Errors
///
/// What promtool printed, when it failed.
///
/// # Panics
///
/// When promtool is not installed.
#[track_caller]
pub fn promtool_check_rules(rules: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("rules.yml");
    fs::write(&file, rules).expect("the temporary folder takes files");
    let mut command = Command::new(Tool::Promtool.path());
    command.args(["check", "rules", "--lint=all", "--lint-fatal"]).arg(file);
    let (success, printed) = outcome(&run_with_input(&mut command, ""));
    if success { Ok(()) } else { Err(printed) }
}

/// Runs `promtool test rules` on a test file that names the rules as `rules.yml`.
///
/// # Errors
///
/// What promtool printed, when it failed: which expressions gave what.
///
/// # Panics
///
/// When promtool is not installed.
#[track_caller]
pub fn promtool_test_rules(rules: &str, tests: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for (name, text) in [("rules.yml", rules), ("tests.yml", tests)] {
        fs::write(folder.path().join(name), text).expect("the temporary folder takes files");
    }
    let mut command = Command::new(Tool::Promtool.path());
    command.args(["test", "rules", "tests.yml"]).current_dir(folder.path());
    let (success, printed) = outcome(&run_with_input(&mut command, ""));
    if success { Ok(()) } else { Err(printed) }
}

fn outcome(output: &Output) -> (bool, String) {
    let printed = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    (output.status.success(), String::from_utf8_lossy(&printed).into_owned())
}
