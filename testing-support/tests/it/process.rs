use std::process::Command;
use std::time::Duration;

use its_test_support::Process;

const TIMEOUT: Duration = Duration::from_secs(10);

fn shell(script: &str) -> Process {
    Process::spawn("the script", Command::new("sh").args(["-c", script]))
}

#[test]
fn collects_lines_until_the_exit() {
    let mut process = shell("echo out; echo port 4317 >&2; exit 3");
    let port: u16 = process.wait_for_line(TIMEOUT, "a port", |line| line.strip_prefix("port ")?.parse().ok());
    assert_eq!(port, 4317);
    assert_eq!(process.wait_for_exit(TIMEOUT).code(), Some(3));
    let mut lines = process.lines();
    lines.sort();
    assert_eq!(lines, ["out", "port 4317"]);
}

#[test]
fn terminates_gracefully() {
    let mut process = shell("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
    process.wait_for_line(TIMEOUT, "that it is ready", |line| (line == "ready").then_some(()));
    assert!(process.is_running());
    process.terminate();
    assert!(process.wait_for_exit(TIMEOUT).success());
    assert_eq!(process.lines().last().map(String::as_str), Some("bye"));
}

#[test]
fn is_killed_when_dropped() {
    let process = shell("echo ready; exec sleep 60");
    process.wait_for_line(TIMEOUT, "that it is ready", |line| (line == "ready").then_some(()));
    let folder = format!("/proc/{}", process.id());
    drop(process);
    assert!(!std::path::Path::new(&folder).exists());
}

#[test]
#[should_panic(expected = "did not print its port before it ended; its last lines:\nport taken")]
fn shows_the_last_lines_of_a_program_that_ended() {
    shell("echo port taken; exit 1").wait_for_line(TIMEOUT, "its port", |_| None::<()>);
}
