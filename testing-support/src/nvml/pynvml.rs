//! The same library through NVIDIA's Python package, in a process of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::Tool;
use crate::run::run_with_input;

const SCRIPT: &str = include_str!("../../../its-gpu-metrics/tests/it/read_nvml.py");

#[track_caller]
pub(super) fn read(library_folder: &Path, scenario: &Value) -> Value {
    let file = library_folder.join("scenario.json");
    fs::write(&file, scenario.to_string()).expect("a temporary folder is writable");
    let mut command = Command::new(Tool::Python.path());
    command.args(["-I", "-X", "utf8", "-c", SCRIPT]);
    command.env("LD_LIBRARY_PATH", library_folder).env("ITS_NVML_STUB_SCENARIO", &file);
    let output = run_with_input(&mut command, "");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "nvidia-ml-py cannot read the stub:\n{said}");
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}
