//! The only places that read and write a caller's memory.

use std::ffi::{CStr, c_char, c_uint};
use std::ptr;

use crate::call::Status;
use crate::code::{Code, INSUFFICIENT_SIZE, INVALID_ARGUMENT};

/// Writes an output.
///
/// # Safety
///
/// `output` is null or points to a writable `T`.
pub(crate) unsafe fn write_out<T>(output: *mut T, value: T) -> Status {
    let output = checked(output)?;
    // SAFETY: it is not null, so the caller vouches for it.
    unsafe { output.write(value) };
    Ok(())
}

/// Reads a value that the caller prepared, such as a structure's version.
///
/// # Safety
///
/// `input` is null or points to an initialised `T`.
pub(crate) unsafe fn read_in<T: Copy>(input: *const T) -> Result<T, Code> {
    if input.is_null() {
        return Err(INVALID_ARGUMENT);
    }
    // SAFETY: it is not null, so the caller vouches for it.
    Ok(unsafe { input.read() })
}

/// Writes a text and its terminating zero.
///
/// # Safety
///
/// `buffer` is null or has room for `length` bytes.
pub(crate) unsafe fn write_text(buffer: *mut c_char, length: c_uint, text: &str) -> Status {
    let buffer = checked(buffer)?;
    if text.len() >= length as usize {
        return Err(INSUFFICIENT_SIZE);
    }
    // SAFETY: text and zero fit into the `length` bytes that the caller vouches for.
    unsafe {
        ptr::copy_nonoverlapping(text.as_ptr().cast(), buffer, text.len());
        buffer.add(text.len()).write(0);
    }
    Ok(())
}

/// Reads a text.
///
/// # Safety
///
/// `text` is null or points to a string that ends with a zero and outlives the call.
pub(crate) unsafe fn read_text<'a>(text: *const c_char) -> Result<&'a str, Code> {
    if text.is_null() {
        return Err(INVALID_ARGUMENT);
    }
    // SAFETY: it is not null, so the caller vouches for it.
    unsafe { CStr::from_ptr(text) }.to_str().map_err(|_| INVALID_ARGUMENT)
}

/// Writes a list by NVML's protocol: a buffer that is absent or too small gives the needed count and
/// `INSUFFICIENT_SIZE`.
///
/// # Safety
///
/// `count` is null or points to the number of elements for which `buffer`, unless null, has room.
pub(crate) unsafe fn write_list<T: Copy>(count: *mut c_uint, buffer: *mut T, items: &[T]) -> Status {
    // SAFETY: as the caller vouches.
    let room = unsafe { read_in(count) }? as usize;
    // SAFETY: the read above found it not null.
    unsafe { write_out(count, items.len() as c_uint) }?;
    if items.is_empty() {
        return Ok(());
    }
    if buffer.is_null() || room < items.len() {
        return Err(INSUFFICIENT_SIZE);
    }
    // SAFETY: the caller vouches for `room` elements.
    unsafe { ptr::copy_nonoverlapping(items.as_ptr(), buffer, items.len()) };
    Ok(())
}

fn checked<T>(pointer: *mut T) -> Result<*mut T, Code> {
    if pointer.is_null() { Err(INVALID_ARGUMENT) } else { Ok(pointer) }
}
