//! A test of the running binary in a process of its own: what is global to a process can be tried only once in each.

use std::process::{Command, Output};

/// Set in the child.
const MARK: &str = "ITS_TEST_CHILD";

/// Whether this process is the child that runs one test only.
pub fn is_child() -> bool {
    std::env::var_os(MARK).is_some()
}

/// Runs the test of that path (`module::name`) in a process of its own.
///
/// # Panics
/// When the test fails there.
pub fn run(test: &str, environment: &[(&str, &str)]) -> Output {
    let binary = std::env::current_exe().expect("this binary");
    let mut command = Command::new(binary);
    command.args(["--exact", test, "--nocapture"]).env(MARK, "1").envs(environment.iter().copied());
    let output = command.output().expect("the child runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{test}:\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1 passed"), "{test} is no test:\n{text}");
    output
}
