//! How every exported function begins and ends: counted, delayed, failed as the scenario says, never unwinding.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use nvml_wrapper_sys::bindings::{nvmlDevice_t, nvmlReturn_t};

use crate::code::{Code, NOT_SUPPORTED, SUCCESS, UNKNOWN};
use crate::scenario::{Gpu, MigInstance};
use crate::state::SHARED;
use crate::symbols::SYMBOLS;

/// What an exported function comes to.
pub(crate) type Status = Result<(), Code>;

/// Calls since the library was loaded, in the order of [`SYMBOLS`].
pub(crate) static CALLS: [AtomicU64; SYMBOLS.len()] = [const { AtomicU64::new(0) }; SYMBOLS.len()];

/// One of [`SYMBOLS`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Symbol(usize);

impl Symbol {
    /// The symbol of that name; in a constant, an unlisted name does not compile.
    pub(crate) const fn named(name: &str) -> Self {
        let mut index = 0;
        while index < SYMBOLS.len() {
            if same(SYMBOLS[index].as_bytes(), name.as_bytes()) {
                return Self(index);
            }
            index += 1;
        }
        panic!("the symbol is not listed in symbols.rs")
    }

    pub(crate) fn name(self) -> &'static str {
        SYMBOLS[self.0]
    }

    pub(crate) fn count(self) {
        CALLS[self.0].fetch_add(1, Ordering::Relaxed);
    }
}

const fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// A call in progress.
#[derive(Debug)]
pub(crate) struct Call {
    pub symbol: Symbol,
}

/// What a device handle stands for, as it is at the time of the call.
#[derive(Debug)]
pub(crate) struct Target {
    pub gpu: Arc<Gpu>,
    /// The GPU's place in the scenario.
    pub position: usize,
    /// Its index among the visible GPUs.
    pub index: usize,
    /// The place of the MIG device for which the handle stands.
    pub mig: Option<usize>,
    pub generation: u16,
    /// The energy counter, with what has been drawn since the scenario was set.
    pub energy_mj: u64,
}

impl Target {
    /// The MIG device for which the handle stands.
    pub(crate) fn instance(&self) -> Option<&MigInstance> {
        self.gpu.mig.instances.get(self.mig?)
    }
}

impl Call {
    /// What the handle stands for, or the code with which the scenario answers this function.
    pub(crate) fn target(&self, device: nvmlDevice_t) -> Result<Target, Code> {
        SHARED.target(self.symbol, device)
    }

    /// A whole GPU: for functions that MIG devices do not support.
    pub(crate) fn gpu(&self, device: nvmlDevice_t) -> Result<Target, Code> {
        self.target(device)
            .and_then(|target| if target.mig.is_some() { Err(NOT_SUPPORTED) } else { Ok(target) })
    }
}

/// Runs an exported function's body as the scenario says.
pub(crate) fn answer(symbol: Symbol, body: impl FnOnce(&Call) -> Status) -> nvmlReturn_t {
    let run = || {
        symbol.count();
        SHARED.enter(symbol).and_then(|()| body(&Call { symbol }))
    };
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(())) => SUCCESS,
        Ok(Err(code)) => code,
        Err(_) => UNKNOWN,
    }
}

/// Exports functions of NVML; the bodies of `unsafe fn` write through the pointers that they were given.
///
/// Each one's signature is compared with nvml-wrapper-sys' when this is compiled.
macro_rules! export {
    () => {};
    (unsafe fn $name:ident($call:ident $(, $parameter:ident: $type:ty)* $(,)?) $body:block $($rest:tt)*) => {
        // SAFETY: the caller vouches for its pointers, as it must to NVML.
        $crate::call::export!(@one $name($call $(, $parameter: $type)*) unsafe { $body });
        $crate::call::export!($($rest)*);
    };
    (fn $name:ident($call:ident $(, $parameter:ident: $type:ty)* $(,)?) $body:block $($rest:tt)*) => {
        $crate::call::export!(@one $name($call $(, $parameter: $type)*) $body);
        $crate::call::export!($($rest)*);
    };
    (@one $name:ident($call:ident $(, $parameter:ident: $type:ty)*) $body:expr) => {
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($parameter: $type),*) -> nvml_wrapper_sys::bindings::nvmlReturn_t {
            const SYMBOL: $crate::call::Symbol = $crate::call::Symbol::named(stringify!($name));
            $crate::call::answer(SYMBOL, |$call| $body)
        }

        const _: fn(&nvml_wrapper_sys::bindings::NvmlLib) = |library| {
            let _ = library.$name.as_ref().map(|declared| [*declared, $name]);
        };
    };
}
pub(crate) use export;
