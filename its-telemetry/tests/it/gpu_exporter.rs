//! The program `its-gpu-exporter`, run as it is.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use its_test_support::{Process, wait_until};

const PATIENCE: Duration = Duration::from_secs(20);

/// The program, with a library that is not there.
fn exporter(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_its-gpu-exporter"));
    command.args(["--library", "/nowhere/libnvidia-ml.so.1", "--address", "127.0.0.1:0"]).args(arguments);
    command.env_remove("ITS_GPU_EXPORTER_ADDRESS");
    command
}

/// What it says when it does not start.
fn refused(arguments: &[&str]) -> String {
    let output = exporter(arguments).output().expect("the program starts");
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

fn metrics(address: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("connect");
    write!(stream, "GET /metrics HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").expect("send");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn it_serves_without_a_gpu_says_why_and_ends_when_asked() {
    let mut process =
        Process::spawn("its-gpu-exporter", &mut exporter(&["--dcgm-names", "--interval", "100ms"]));
    let address = process.wait_for_line(PATIENCE, "the address", |line| {
        let (_, rest) = line.split_once("serving http://")?;
        Some(rest.strip_suffix("/metrics")?.to_owned())
    });
    wait_until(PATIENCE, "the collector says that it is not up", || {
        let answer = metrics(&address);
        let wanted = ["its_gpu_collector_up 0\n", "its_gpu_collector_unavailable{reason=\""];
        if wanted.iter().all(|line| answer.contains(line)) { Ok(()) } else { Err(answer) }
    });
    process.terminate();
    assert!(process.wait_for_exit(PATIENCE).success(), "{:?}", process.lines());
    assert!(process.lines().iter().any(|line| line.contains("terminated")), "{:?}", process.lines());
}

#[test]
fn what_is_wrong_is_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_its-gpu-exporter"));
    let output = command.args(["--address", &address]).output().expect("the program starts");
    let error = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(error.contains(&format!("cannot listen on {address}")), "{error}");
    assert!(refused(&["--prices", "/nowhere/prices.toml"]).contains("/nowhere/prices.toml cannot be read"));
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "currency = \"EUR\"\nkwh = -1\n").expect("written");
    assert!(refused(&["--prices", &file.path().to_string_lossy()]).contains("the price for kWh is -1"));
    assert!(refused(&["--interval", "1"]).contains("as 500ms, 1s or 2m"));
}
