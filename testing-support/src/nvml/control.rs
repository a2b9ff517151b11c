//! The stub's control functions, called in the copy that the code under test opens too.
#![allow(unsafe_code)] // Functions of a library that is opened at run time.

use std::ffi::{CStr, CString, c_char, c_int};
use std::mem::ManuallyDrop;
use std::path::Path;
use std::ptr;

use libloading::{Library, Symbol};
use serde_json::Value;

type Tell = unsafe extern "C" fn(*const c_char) -> c_int;
type Ask = unsafe extern "C" fn(*mut c_char, c_int) -> c_int;
type Calls = unsafe extern "C" fn(*const c_char) -> u64;
type Reset = unsafe extern "C" fn();

/// An opened copy. It is never closed: a thread of the code under test may still be blocked in it.
#[derive(Debug)]
pub(super) struct Control(ManuallyDrop<Library>);

impl Control {
    #[track_caller]
    pub(super) fn load(path: &Path) -> Self {
        // SAFETY: the library has no initialisation routine.
        let library = unsafe { Library::new(path) };
        Self(ManuallyDrop::new(
            library.unwrap_or_else(|error| panic!("the NVML stub does not load: {error}")),
        ))
    }

    /// Passes JSON and gives the answer.
    #[track_caller]
    pub(super) fn tell(&self, function: &CStr, message: &Value) -> usize {
        let json = CString::new(message.to_string()).expect("JSON has no zero bytes");
        // SAFETY: the function has this type, and takes a string.
        let answer = unsafe { self.function::<Tell>(function)(json.as_ptr()) };
        // A closure would lose the caller's place.
        let Ok(answer) = usize::try_from(answer) else {
            panic!("{function:?} refused {message}: {}", self.text(c"its_stub_last_error"))
        };
        answer
    }

    /// Reads JSON.
    pub(super) fn ask(&self, function: &CStr) -> Value {
        serde_json::from_str(&self.text(function)).expect("the stub writes JSON")
    }

    pub(super) fn calls(&self, symbol: &str) -> u64 {
        let symbol = CString::new(symbol).expect("a symbol has no zero bytes");
        // SAFETY: the function has this type, and takes a string.
        unsafe { self.function::<Calls>(c"its_stub_calls")(symbol.as_ptr()) }
    }

    pub(super) fn reset_calls(&self) {
        // SAFETY: the function has this type.
        unsafe { self.function::<Reset>(c"its_stub_reset_calls")() }
    }

    fn text(&self, function: &CStr) -> String {
        // SAFETY: the function has this type.
        let ask = unsafe { self.function::<Ask>(function) };
        let mut text = Vec::<u8>::new();
        loop {
            let room = text.len() as c_int;
            let buffer = if text.is_empty() { ptr::null_mut() } else { text.as_mut_ptr().cast() };
            // SAFETY: the buffer has that room.
            let needed = unsafe { ask(buffer, room) };
            let length = usize::try_from(needed).expect("the stub says what it needs");
            if length <= text.len() {
                text.truncate(length - 1);
                return String::from_utf8(text).expect("the stub writes UTF-8");
            }
            // It may have grown by the next time.
            text.resize(length, 0);
        }
    }

    /// # Safety
    ///
    /// The function has the type `T`.
    #[track_caller]
    unsafe fn function<T>(&self, name: &CStr) -> Symbol<'_, T> {
        // SAFETY: as the caller vouches.
        unsafe { self.0.get(name.to_bytes_with_nul()) }
            .unwrap_or_else(|error| panic!("the stub has no {name:?}: {error}"))
    }
}
