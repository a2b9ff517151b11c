//! The program `its-gpu-exporter`, run as it is.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use its_test_support::{NvmlStub, Process, Tool, wait_until};

const PATIENCE: Duration = Duration::from_secs(20);

/// The program, with a library that is not there.
fn exporter(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_its-gpu-exporter"));
    command.args(["--library", "/nowhere/libnvidia-ml.so.1", "--address", "127.0.0.1:0"]).args(arguments);
    command.env_remove("ITS_GPU_EXPORTER_ADDRESS").env_remove("ITS_GPU_EXPORTER_TOKEN");
    command
}

/// What it says when it does not start.
fn refused(arguments: &[&str]) -> String {
    let output = exporter(arguments).output().expect("the program starts");
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

/// Where it serves.
fn serving(process: &mut Process) -> String {
    process.wait_for_line(PATIENCE, "the address", |line| {
        let (_, rest) = line.split_once("serving http://")?;
        Some(rest.strip_suffix("/metrics")?.to_owned())
    })
}

fn metrics(address: &str) -> String {
    ask(address, "")
}

fn ask(address: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("connect");
    let request = format!("GET /metrics HTTP/1.1\r\nhost: {address}\r\n{headers}connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("send");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn it_serves_without_a_gpu_says_why_and_ends_when_asked() {
    let mut process =
        Process::spawn("its-gpu-exporter", &mut exporter(&["--dcgm-names", "--interval", "100ms"]));
    let address = serving(&mut process);
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
fn a_token_in_a_file_or_the_environment_is_asked_for() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "secret\n").expect("written");
    let path = file.path().to_string_lossy();
    let mut with_variable = exporter(&[]);
    with_variable.env("ITS_GPU_EXPORTER_TOKEN", "secret");
    for mut command in [exporter(&["--token-file", &path]), with_variable] {
        let mut process = Process::spawn("its-gpu-exporter", &mut command);
        let address = serving(&mut process);
        assert!(metrics(&address).starts_with("HTTP/1.1 401"), "{}", metrics(&address));
        let answer = ask(&address, "authorization: Bearer secret\r\n");
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.contains("its_gpu_collector_up 0\n"),
            "{answer}"
        );
        process.terminate();
        assert!(process.wait_for_exit(PATIENCE).success(), "{:?}", process.lines());
    }
    assert!(refused(&["--token-file", "/nowhere/token"]).contains("/nowhere/token cannot be read"));
    std::fs::write(file.path(), " \n").expect("written");
    assert!(refused(&["--token-file", &path]).contains("is empty"));
}

#[test]
fn that_nobody_reads_what_it_says_does_not_end_it() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
    let address = port.to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_its-gpu-exporter"));
    command.args(["--library", "/nowhere/libnvidia-ml.so.1", "--address", &address]);
    let mut process =
        command.env_remove("ITS_GPU_EXPORTER_TOKEN").stderr(Stdio::piped()).spawn().expect("it starts");
    drop(process.stderr.take());
    // It said where it serves before it answers, or will at once.
    wait_until(PATIENCE, "it serves", || match TcpStream::connect(&address) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    });
    let answer = metrics(&address);
    assert!(answer.contains("its_gpu_collector_up 0\n"), "{answer}");
    let stopped = Command::new("kill").arg(process.id().to_string()).status().expect("kill");
    assert!(stopped.success());
    // It says that it was terminated, too.
    assert!(process.wait().expect("it ends").success());
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

/// The script for machines with a GPU, on a scripted one: its own way from the exporter to the verdict.
#[test]
fn the_comparison_with_nvidia_smi() {
    let stub =
        NvmlStub::start(&serde_json::json!({ "gpus": [{}, { "utilization": { "gpu": 88 }, "pstate": 5 }] }));
    let scenario = stub.folder().join("scenario.json");
    let run = |scenario_of_smi: &serde_json::Value| {
        std::fs::write(&scenario, stub.scenario().to_string()).expect("a file");
        let of_smi = stub.folder().join("scenario-of-smi.json");
        std::fs::write(&of_smi, scenario_of_smi.to_string()).expect("a file");
        let smi = stub.folder().join("nvidia-smi");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/nvidia_smi.py");
        let python = Tool::Python.path();
        std::fs::write(
            &smi,
            format!(
                "#!/bin/sh\nLD_LIBRARY_PATH={} ITS_NVML_STUB_SCENARIO={} exec {} {script} \"$@\"\n",
                stub.folder().display(),
                of_smi.display(),
                python.display()
            ),
        )
        .expect("a file");
        std::fs::set_permissions(&smi, std::fs::Permissions::from_mode(0o755)).expect("executable");
        let output =
            Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../its-gpu-metrics/tests/real-gpu.sh"))
                .env("ITS_GPU_EXPORTER", env!("CARGO_BIN_EXE_its-gpu-exporter"))
                .envs([("ITS_GPU_LOAD", "none"), ("ITS_GPU_ROUNDS", "1")])
                .env("ITS_NVML", stub.path())
                .env("ITS_NVML_STUB_SCENARIO", &scenario)
                .env("ITS_NVIDIA_SMI", &smi)
                .env("ITS_PYTHON", python)
                .output()
                .expect("the script starts");
        (output.status.success(), format!("{output:?}"), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (passed, all, said) = run(&stub.scenario());
    assert!(passed && said.contains("1 passed, 0 failed"), "{all}");
    assert!(said.contains("0 differ, 0 missing"), "{said}");
    let equal = said.lines().filter(|line| line.starts_with("equal ")).count();
    assert!(said.contains(&format!("{equal} equal")) && equal >= 80, "{said}");
    assert!(said.contains("| `nvmlDeviceGetPowerUsage` |"), "{said}");
    let mut other = stub.scenario();
    other["gpus"][1]["memory"]["used"] = 1.into();
    let (passed, all, said) = run(&other);
    assert!(!passed && said.contains("DIFFERS"), "{all}");
    assert!(said.contains("hw_gpu_memory_usage_bytes"), "{said}");
    // What we lack is no less wrong than what we have otherwise.
    stub.patch(
        &serde_json::json!({ "gpus": { "0": { "not_supported": ["nvmlDeviceGetPerformanceState"] } } }),
    );
    let mut has_it = stub.scenario();
    has_it["gpus"][0]["not_supported"] = serde_json::json!([]);
    let (passed, all, said) = run(&has_it);
    assert!(!passed && said.contains("MISSING") && said.contains("0 differ, 1 missing"), "{all}");
}
