//! The one state of a loaded library.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nvml_wrapper_sys::bindings::nvmlDevice_t;

use crate::call::{Status, Symbol, Target};
use crate::code::{Code, GPU_IS_LOST, INVALID_ARGUMENT, NOT_SUPPORTED, UNINITIALIZED};
use crate::events::EventSet;
use crate::gpm::Sample;
use crate::handle::Handle;
use crate::scenario::{Gpu, Scenario};

pub(crate) static SHARED: LazyLock<Shared> = LazyLock::new(Shared::default);

/// The state and the signal that it changed, for which blocked functions wait.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
pub(crate) struct State {
    pub scenario: Scenario,
    /// The GPUs as functions see them, in the scenario's places.
    gpus: Vec<Arc<Gpu>>,
    /// How many times the driver was reloaded.
    pub generation: u16,
    /// How many times it was initialised and not shut down.
    references: u32,
    /// Since when live GPUs draw the power of the scenario.
    since: Instant,
    pub sets: BTreeMap<usize, EventSet>,
    pub samples: BTreeMap<usize, Option<Sample>>,
    next_id: usize,
}

impl Default for State {
    fn default() -> Self {
        let mut state = Self {
            scenario: crate::control::first_scenario(),
            gpus: Vec::new(),
            generation: 0,
            references: 0,
            since: Instant::now(),
            sets: BTreeMap::new(),
            samples: BTreeMap::new(),
            next_id: 0,
        };
        state.refresh();
        state
    }
}

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes who waits for that.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.lock());
        self.changed.notify_all();
        changed
    }

    /// Gives up the lock until the state changes or the deadline passes.
    pub(crate) fn wait<'a>(
        &self,
        state: MutexGuard<'a, State>,
        deadline: Option<Instant>,
    ) -> MutexGuard<'a, State> {
        let Some(deadline) = deadline else {
            return self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        };
        let left = deadline.saturating_duration_since(Instant::now());
        self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
    }

    /// What happens to every function before it looks at its arguments.
    pub(crate) fn enter(&self, symbol: Symbol) -> Status {
        let state = self.hang(self.lock(), |state| state.scenario.hang.get(symbol.name()).copied());
        state.code_everywhere(symbol)?;
        let needs_init = !matches!(symbol.name(), "nvmlInit_v2" | "nvmlInitWithFlags");
        if needs_init && state.references == 0 { Err(UNINITIALIZED) } else { Ok(()) }
    }

    pub(crate) fn initialize(&self) -> Status {
        let mut state = self.lock();
        match state.scenario.init {
            0 => state.references += 1,
            code => return Err(code),
        }
        Ok(())
    }

    pub(crate) fn shut_down(&self) -> Status {
        self.change(|state| {
            state.references = state.references.saturating_sub(1);
            if state.references == 0 {
                state.sets.clear();
                state.samples.clear();
            }
        });
        Ok(())
    }

    /// What a handle stands for, or the code with which its GPU answers the function.
    pub(crate) fn target(&self, symbol: Symbol, device: nvmlDevice_t) -> Result<Target, Code> {
        let handle = Handle::decode(device).ok_or(INVALID_ARGUMENT)?;
        let hanging = |state: &State| state.gpus.get(handle.gpu)?.hang.get(symbol.name()).copied();
        let mut state = self.hang(self.lock(), hanging);
        if state.references == 0 {
            return Err(UNINITIALIZED);
        }
        // The driver was reloaded since the handle was given out.
        if handle.generation != state.generation {
            return Err(GPU_IS_LOST);
        }
        let gpu = Arc::clone(state.gpus.get(handle.gpu).ok_or(INVALID_ARGUMENT)?);
        if state.spend_call(handle.gpu) {
            self.changed.notify_all();
        }
        state.code_of(handle.gpu, symbol)?;
        if handle.mig.is_some_and(|mig| !gpu.mig.enabled || mig >= gpu.mig.instances.len()) {
            return Err(INVALID_ARGUMENT);
        }
        let instance = handle.mig.and_then(|mig| gpu.mig.instances.get(mig));
        let code = instance.and_then(|instance| instance.codes.get(symbol.name()));
        if let Some(&code) = code.filter(|&&code| code != 0) {
            return Err(code);
        }
        Ok(Target {
            position: handle.gpu,
            index: state.scenario.index_of(handle.gpu).ok_or(INVALID_ARGUMENT)?,
            mig: handle.mig,
            generation: handle.generation,
            energy_mj: state.energy_mj(&gpu),
            gpu,
        })
    }

    /// Blocks for the milliseconds that `wanted` gives, or until they change to less than have passed.
    fn hang<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
        wanted: impl Fn(&State) -> Option<u64>,
    ) -> MutexGuard<'a, State> {
        let start = Instant::now();
        while let Some(duration) = wanted(&state).map(Duration::from_millis) {
            if start.elapsed() >= duration {
                break;
            }
            state = self.wait(state, start.checked_add(duration));
        }
        state
    }
}

impl State {
    pub(crate) fn gpu(&self, position: usize) -> Option<&Gpu> {
        self.gpus.get(position).map(|gpu| &**gpu)
    }

    pub(crate) fn initialized(&self) -> bool {
        self.references > 0
    }

    /// The code with which every call of a function is answered.
    pub(crate) fn code_everywhere(&self, symbol: Symbol) -> Status {
        match self.scenario.codes.get(symbol.name()) {
            Some(&code) if code != 0 => Err(code),
            _ => Ok(()),
        }
    }

    /// The code with which that GPU answers a function, by what the scenario says of it.
    pub(crate) fn code_of(&self, position: usize, symbol: Symbol) -> Status {
        let gpu = self.gpu(position).ok_or(INVALID_ARGUMENT)?;
        if gpu.lost {
            return Err(GPU_IS_LOST);
        }
        if gpu.fails_with != 0 {
            return Err(gpu.fails_with);
        }
        match gpu.codes.get(symbol.name()) {
            Some(&code) if code != 0 => Err(code),
            _ if gpu.not_supported.iter().any(|name| name == symbol.name()) => Err(NOT_SUPPORTED),
            _ => Ok(()),
        }
    }

    /// Takes a new scenario.
    pub(crate) fn replace(&mut self, mut scenario: Scenario) {
        if std::mem::take(&mut scenario.reload) {
            self.generation = self.generation.wrapping_add(1);
            self.references = 0;
            self.sets.clear();
            self.samples.clear();
        }
        self.scenario = scenario;
        self.refresh();
    }

    /// The scenario with what live counters have come to.
    pub(crate) fn settled(&self) -> Scenario {
        let mut scenario = self.scenario.clone();
        for gpu in &mut scenario.gpus {
            gpu.energy_mj = self.energy_mj(gpu);
        }
        scenario
    }

    /// An identifier that nothing else has.
    pub(crate) fn new_id(&mut self) -> usize {
        self.next_id += 1;
        self.next_id << 4
    }

    fn energy_mj(&self, gpu: &Gpu) -> u64 {
        let drawn =
            if gpu.live { self.since.elapsed().as_secs_f64() * f64::from(gpu.power.usage_mw) } else { 0.0 };
        gpu.energy_mj.saturating_add(drawn as u64)
    }

    /// Counts a call against `lost_after_calls`; whether the GPU was lost by it.
    fn spend_call(&mut self, position: usize) -> bool {
        let Some(gpu) = self.scenario.gpus.get_mut(position) else { return false };
        match gpu.lost_after_calls {
            Some(0) => {
                gpu.lost = true;
                gpu.lost_after_calls = None;
                self.gpus[position] = Arc::new(gpu.effective());
                true
            }
            Some(left) => {
                gpu.lost_after_calls = Some(left - 1);
                false
            }
            None => false,
        }
    }

    fn refresh(&mut self) {
        self.gpus = self.scenario.gpus.iter().map(|gpu| Arc::new(gpu.effective())).collect();
        self.since = Instant::now();
    }
}
