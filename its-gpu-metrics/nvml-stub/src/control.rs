//! The functions by which a test scripts the machine.
//!
//! Each returns 0 or more on success and a negative number on an error, which `its_stub_last_error` explains.

use std::ffi::{c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

use crate::call::CALLS;
use crate::events::{self, Event};
use crate::memory::{read_text, write_text};
use crate::scenario::{Scenario, merge, parse};
use crate::state::SHARED;
use crate::symbols::SYMBOLS;

static LAST_ERROR: Mutex<String> = Mutex::new(String::new());

/// Replaces the scenario; with `"reload": true` as a reload of the driver does.
#[unsafe(no_mangle)]
unsafe extern "C" fn its_stub_set_scenario(json: *const c_char) -> c_int {
    // SAFETY: the caller passes a string.
    controlled(|| set(unsafe { text(json) }?))
}

/// Merges into the scenario, `each` into every GPU. A reload sets the energy counters to 0 first.
#[unsafe(no_mangle)]
unsafe extern "C" fn its_stub_patch(json: *const c_char) -> c_int {
    // SAFETY: the caller passes a string.
    controlled(|| patch(unsafe { text(json) }?))
}

/// Makes an event happen, for example `{"gpu": "GPU-..", "type": 8, "data": 79}`; how many event sets it reached.
#[unsafe(no_mangle)]
unsafe extern "C" fn its_stub_push_event(json: *const c_char) -> c_int {
    controlled(|| {
        // SAFETY: the caller passes a string.
        let event: Event = serde_json::from_str(unsafe { text(json) }?).map_err(|error| error.to_string())?;
        SHARED.change(|state| events::push(state, &event))
    })
}

/// How many times a function was called since the library was loaded or the counts were reset.
#[unsafe(no_mangle)]
unsafe extern "C" fn its_stub_calls(symbol: *const c_char) -> u64 {
    // SAFETY: the caller passes a string.
    let Ok(symbol) = (unsafe { read_text(symbol) }) else { return 0 };
    let index = SYMBOLS.iter().position(|name| *name == symbol);
    index.map_or(0, |index| CALLS[index].load(Ordering::Relaxed))
}

/// Writes the counts of all functions that were called, as an object; returns the length that is needed.
#[unsafe(no_mangle)]
unsafe extern "C" fn its_stub_calls_json(buffer: *mut c_char, length: c_int) -> c_int {
    let counts = SYMBOLS.iter().zip(&CALLS).map(|(name, count)| (*name, count.load(Ordering::Relaxed)));
    let called: Map<_, _> =
        counts.filter(|&(_, count)| count > 0).map(|(name, count)| (name.to_owned(), count.into())).collect();
    // SAFETY: as the caller vouches.
    unsafe { give(buffer, length, &Value::Object(called).to_string()) }
}

/// Sets the counts of all functions to 0.
#[unsafe(no_mangle)]
extern "C" fn its_stub_reset_calls() {
    for count in &CALLS {
        count.store(0, Ordering::Relaxed);
    }
}

/// Writes the scenario with all its defaults and what live counters have come to; returns the length that is needed.
#[unsafe(no_mangle)]
unsafe extern "C" fn its_stub_scenario_json(buffer: *mut c_char, length: c_int) -> c_int {
    controlled(|| {
        let scenario = serde_json::to_string(&SHARED.lock().settled()).map_err(|error| error.to_string())?;
        // SAFETY: as the caller vouches.
        Ok(unsafe { give(buffer, length, &scenario) })
    })
}

/// Writes what was wrong with the last control call that failed; returns the length that is needed.
#[unsafe(no_mangle)]
unsafe extern "C" fn its_stub_last_error(buffer: *mut c_char, length: c_int) -> c_int {
    let error = LAST_ERROR.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: as the caller vouches.
    unsafe { give(buffer, length, &error) }
}

/// The scenario of the file that `ITS_NVML_STUB_SCENARIO` names, else the default; a file that is wrong fails init.
pub(crate) fn first_scenario() -> Scenario {
    let Some(path) = std::env::var_os("ITS_NVML_STUB_SCENARIO") else { return Scenario::default() };
    let scenario = std::fs::read_to_string(&path)
        .map_err(|error| error.to_string())
        .and_then(|json| serde_json::from_str(&json).map_err(|error| error.to_string()))
        .and_then(parse);
    scenario.unwrap_or_else(|error| {
        eprintln!("nvml-stub: {}: {error}", path.to_string_lossy());
        Scenario { init: crate::code::UNKNOWN, ..Scenario::default() }
    })
}

fn set(json: &str) -> Result<c_int, String> {
    let scenario = parse(serde_json::from_str(json).map_err(|error| error.to_string())?)?;
    SHARED.change(|state| state.replace(scenario));
    Ok(0)
}

fn patch(json: &str) -> Result<c_int, String> {
    let mut patch: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    SHARED.change(|state| {
        let mut scenario = state.settled();
        if patch["reload"] == true {
            scenario.gpus.iter_mut().for_each(|gpu| gpu.energy_mj = 0);
        }
        let mut merged = serde_json::to_value(scenario).map_err(|error| error.to_string())?;
        if let Some(each) = patch.as_object_mut().and_then(|patch| patch.remove("each")) {
            merged["gpus"].as_array_mut().into_iter().flatten().for_each(|gpu| merge(gpu, &each));
        }
        merge(&mut merged, &patch);
        state.replace(parse(merged)?);
        Ok(0)
    })
}

fn controlled(body: impl FnOnce() -> Result<c_int, String>) -> c_int {
    let result = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| Err("the stub panicked".into()));
    result.unwrap_or_else(|error| {
        *LAST_ERROR.lock().unwrap_or_else(PoisonError::into_inner) = error;
        -1
    })
}

/// # Safety
///
/// As [`read_text`].
unsafe fn text<'a>(json: *const c_char) -> Result<&'a str, String> {
    // SAFETY: as the caller vouches.
    unsafe { read_text(json) }.map_err(|_| "the text is null or not UTF-8".into())
}

/// Writes a text where it fits, and gives the room that it needs with its zero.
///
/// # Safety
///
/// As [`write_text`].
unsafe fn give(buffer: *mut c_char, length: c_int, text: &str) -> c_int {
    // SAFETY: as the caller vouches; what does not fit or has no buffer is not written.
    let _ = unsafe { write_text(buffer, length.max(0) as u32, text) };
    text.len() as c_int + 1
}
