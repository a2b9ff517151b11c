use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::thread;

/// Runs a command to its end with `input` as its standard input.
#[track_caller]
pub(crate) fn run_with_input(command: &mut Command, input: &str) -> Output {
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let mut stdin = child.stdin.take().expect("stdin is piped");
    thread::scope(|scope| {
        // On its own thread: a program that prints before it has read everything would block us both.
        // A write fails when the program ends without reading on; its status and output say why.
        scope.spawn(move || stdin.write_all(input.as_bytes()));
        child.wait_with_output().expect("a child that we started can be waited for")
    })
}
