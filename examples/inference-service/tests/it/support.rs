//! The service in a process of its own.

use std::process::Command;
use std::time::Duration;

use its_test_support::Process;

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Starts the service on free ports; returns it and the address of its status page.
pub(crate) fn start(arguments: &[&str]) -> (Process, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inference-service"));
    command.args(["--admin", "127.0.0.1:0"]).args(arguments);
    let service = Process::spawn("inference-service", &mut command);
    let page = service.wait_for_line(PATIENCE, "the status page", |line| {
        let url = line.strip_prefix("status page on ")?;
        Some(url.split(',').next()?.trim_end_matches('/').to_owned())
    });
    (service, page)
}
