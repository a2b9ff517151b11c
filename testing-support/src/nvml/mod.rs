//! The scripted NVML of `its-gpu-metrics/nvml-stub`: built once, one copy of the library for each machine.

mod build;
mod control;
mod elf;
mod pynvml;
#[path = "../../../its-gpu-metrics/nvml-stub/src/symbols.rs"]
mod symbols;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use control::Control;

/// A machine with GPUs, as a driver library that a test scripts.
///
/// The library at [`path`](Self::path) is opened by the code under test as it would open the driver's. Within the
/// process it has one state, which the methods here change; each `NvmlStub` is a machine of its own. What a
/// scenario may say is in `its-gpu-metrics/nvml-stub/src/scenario`; `{}` is one healthy GPU and `{"count": 8}`
/// eight of them.
#[derive(Debug)]
pub struct NvmlStub {
    path: PathBuf,
    control: Control,
    folder: TempDir,
}

impl NvmlStub {
    /// Makes a machine from a scenario.
    ///
    /// # Panics
    ///
    /// When the stub does not build or refuses the scenario.
    #[must_use]
    #[track_caller]
    pub fn start(scenario: &Value) -> Self {
        Self::load(build::library(), scenario)
    }

    /// Makes a machine whose library lacks one function, as an older driver does.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start), and when the stub has no such function.
    #[must_use]
    #[track_caller]
    pub fn without_symbol(name: &str, scenario: &Value) -> Self {
        let mut library = build::library().to_vec();
        assert!(Self::symbols().contains(&name), "{name} is no function of the stub");
        elf::hide_symbol(&mut library, name);
        Self::load(&library, scenario)
    }

    /// The functions that the stub exports.
    #[must_use]
    pub fn symbols() -> &'static [&'static str] {
        &symbols::SYMBOLS
    }

    /// The library, named as the driver's.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of the library, for `LD_LIBRARY_PATH` of another process.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Replaces the whole scenario.
    ///
    /// # Panics
    ///
    /// When the stub refuses it.
    #[track_caller]
    pub fn set(&self, scenario: &Value) {
        self.control.tell(c"its_stub_set_scenario", scenario);
    }

    /// Merges into the scenario: objects field by field, GPUs by place, as in `{"gpus": {"3": {"lost": true}}}`.
    ///
    /// # Panics
    ///
    /// When the stub refuses the outcome.
    #[track_caller]
    pub fn patch(&self, patch: &Value) {
        self.control.tell(c"its_stub_patch", patch);
    }

    /// Makes an event happen, as `{"gpu": "GPU-..", "type": 8, "data": 79}`; how many event sets it reached.
    ///
    /// # Panics
    ///
    /// When there is no such GPU.
    #[track_caller]
    pub fn push_event(&self, event: &Value) -> usize {
        self.control.tell(c"its_stub_push_event", event)
    }

    /// Reports a critical Xid of a GPU; how many event sets it reached.
    ///
    /// # Panics
    ///
    /// When there is no such GPU.
    #[track_caller]
    pub fn push_xid(&self, uuid: &str, xid: u64) -> usize {
        self.push_event(&json!({ "gpu": uuid, "type": 8, "data": xid }))
    }

    /// How many times a function was called.
    ///
    /// # Panics
    ///
    /// When the stub has no such function.
    #[must_use]
    #[track_caller]
    pub fn calls(&self, symbol: &str) -> u64 {
        assert!(Self::symbols().contains(&symbol), "{symbol} is no function of the stub");
        self.control.calls(symbol)
    }

    /// The functions that were called, with how many times.
    #[must_use]
    pub fn all_calls(&self) -> BTreeMap<String, u64> {
        serde_json::from_value(self.control.ask(c"its_stub_calls_json")).expect("counts are numbers")
    }

    /// Counts calls from 0 again.
    pub fn reset_calls(&self) {
        self.control.reset_calls();
    }

    /// The scenario with all its defaults, and with what live counters have come to.
    #[must_use]
    pub fn scenario(&self) -> Value {
        self.control.ask(c"its_stub_scenario_json")
    }

    /// What NVIDIA's own Python package, nvidia-ml-py, reads from a machine that begins with this scenario, in the units and mostly
    /// under the names of the scenario: `{"driver_version": .., "gpus": {UUID: {..}}}`. What a GPU does not answer is
    /// absent, and its return code is under `errors`.
    ///
    /// # Panics
    ///
    /// When the Python environment is not installed, or the package cannot initialise NVML.
    #[must_use]
    #[track_caller]
    pub fn read_with_pynvml(&self) -> Value {
        pynvml::read(self.folder.path(), &self.scenario())
    }

    #[track_caller]
    fn load(library: &[u8], scenario: &Value) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("libnvidia-ml.so.1");
        fs::write(&path, library).expect("a temporary folder is writable");
        let stub = Self { control: Control::load(&path), path, folder };
        stub.set(scenario);
        stub
    }
}
