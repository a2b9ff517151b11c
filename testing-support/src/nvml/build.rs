//! Builds the stub's library, once in a process.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

/// The bytes of the built library. Cargo itself lets one of several processes build at a time.
pub(super) fn library() -> &'static [u8] {
    static LIBRARY: OnceLock<Vec<u8>> = OnceLock::new();
    LIBRARY.get_or_init(|| fs::read(build()).expect("a library that was just built is readable"))
}

fn build() -> PathBuf {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from(env!("CARGO"))));
    command.args(["build", "--package", "nvml-stub", "--lib", "--locked", "--message-format", "json"]);
    command.arg("--manifest-path").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml"));
    if let Some(folder) = target_folder() {
        command.arg("--target-dir").arg(folder);
    }
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the NVML stub does not build:\n{said}");
    let messages = String::from_utf8_lossy(&output.stdout);
    let library = messages.lines().filter_map(|line| serde_json::from_str(line).ok()).find_map(library_of);
    library.unwrap_or_else(|| panic!("cargo named no library of the NVML stub:\n{messages}"))
}

/// The folder into which this test was built, so that the dependencies are not built a second time.
fn target_folder() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file()).map(Path::to_path_buf)
}

/// The library's path in Cargo's message about it.
fn library_of(message: Value) -> Option<PathBuf> {
    if message["reason"] != "compiler-artifact" || message["target"]["name"] != "nvml_stub" {
        return None;
    }
    let files = message["filenames"].as_array()?;
    files.iter().filter_map(Value::as_str).find(|file| file.ends_with(".so")).map(PathBuf::from)
}
