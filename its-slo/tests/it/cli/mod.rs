//! The program, run as it is.

mod diff;
mod offline;
mod readme;
mod report;

use std::io::Write;
use std::process::{Command, Stdio};

/// Objectives that are in order.
const SLOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/slos.yaml");

/// What the program said.
struct Said {
    output: String,
    error: String,
    succeeded: bool,
}

fn its_slo(arguments: &[&str]) -> Said {
    its_slo_with(arguments, "")
}

/// The same with a standard input.
fn its_slo_with(arguments: &[&str], input: &str) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_its-slo"));
    command.args(arguments).env_remove("PROMETHEUS_URL");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // One that does not read its input may have ended already.
    let _ = child.stdin.take().expect("stdin is piped").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("it can be waited for");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Said { output: text(output.stdout), error: text(output.stderr), succeeded: output.status.success() }
}

impl Said {
    #[track_caller]
    fn ok(self) -> String {
        assert!(self.succeeded, "{}{}", self.output, self.error);
        self.output
    }

    /// Exit code 1, and nothing that looks like an answer.
    #[track_caller]
    fn failed(self) -> String {
        assert!(!self.succeeded, "{}", self.output);
        assert_eq!(self.output, "");
        self.error
    }
}
