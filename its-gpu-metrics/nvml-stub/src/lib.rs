//! A scripted NVML: the driver library's symbols over a JSON scenario.
//!
//! A test copies the built library under the name `libnvidia-ml.so.1` and has the code under test open it as it would
//! open the driver's. A library file that is loaded once has one state, so that each copy is a machine of its own. What
//! the machine looks like is a `scenario::Scenario`: read from the file that `ITS_NVML_STUB_SCENARIO` names, set and
//! changed by the `its_stub_*` functions of `control`.
//!
//! Functions whose parameters are outputs write nothing on an error, a null output is `INVALID_ARGUMENT`, and no
//! panic leaves the library.
#![allow(unsafe_code)] // A C interface is pointers throughout.

mod call;
mod code;
mod control;
mod device;
mod events;
mod gpm;
mod handle;
mod memory;
mod scenario;
mod state;
mod symbols;
mod system;
