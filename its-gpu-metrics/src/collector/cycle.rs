//! One cycle: NVML, its list of GPUs, each GPU.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant, SystemTime};

use nvml_wrapper::Nvml;
use nvml_wrapper::error::NvmlError;

use super::fleet::Fleet;
use super::log;
use super::shared::{Shared, Watched};
use crate::Snapshot;
use crate::nvml::{self, Call, Failure, Meaning, code, described, meaning};
use crate::snapshot::{Collector, Driver, State, Unavailable};

/// What is kept from cycle to cycle.
pub(super) struct Cycles<'a> {
    shared: &'a Shared,
    nvml: Option<Arc<Nvml>>,
    /// The session before, which the other thread may still use, and until when that is waited for.
    ended: Option<(Weak<Nvml>, Instant)>,
    fleet: Fleet,
    driver: Option<Arc<Driver>>,
    /// When NVML may be tried again, and how long to wait after the next failure.
    retry: (Instant, Duration),
    next_slow: Instant,
    unavailable: Option<Unavailable>,
    generation: u64,
    cycles: u64,
    overruns: u64,
    last_success: Option<SystemTime>,
}

/// How long to wait for the other thread to be done with a session that has ended; it may hang in the driver.
const SESSION_END: Duration = Duration::from_secs(10);

/// What is the same for all GPUs of a cycle.
pub(super) struct Cycle<'a> {
    pub(super) shared: &'a Shared,
    pub(super) nvml: &'a Arc<Nvml>,
    pub(super) began: Instant,
    /// Whether what is slow is read too.
    pub(super) slow: bool,
}

impl<'a> Cycles<'a> {
    pub(super) fn new(shared: &'a Shared) -> Self {
        let now = Instant::now();
        Self {
            shared,
            nvml: None,
            ended: None,
            fleet: Fleet::default(),
            driver: None,
            retry: (now, shared.settings.back_off.0),
            next_slow: now,
            unavailable: Some(Unavailable::Starting),
            generation: 0,
            cycles: 0,
            overruns: 0,
            last_success: None,
        }
    }

    pub(super) fn run(&mut self) -> Snapshot {
        let start = Instant::now();
        let failure = self.read(start).err();
        let unavailable = failure.as_ref().map(|failure| failure.why);
        if unavailable != self.unavailable {
            let said = failure.as_ref().map(|failure| (failure.why, &*failure.detail));
            log::changed(said, &self.fleet);
            self.unavailable = unavailable;
        }
        let duration = start.elapsed();
        self.cycles += 1;
        self.overruns += u64::from(duration > self.shared.settings.deadline);
        Snapshot {
            taken: Instant::now(),
            collector: Collector {
                unavailable,
                generation: self.generation,
                cycles: self.cycles,
                overrun_cycles: self.overruns,
                last_duration: duration,
                last_success: self.last_success,
                calls: Arc::new(self.shared.calls.read()),
            },
            driver: self.driver.clone(),
            gpus: self.fleet.publish(self.shared),
        }
    }

    fn read(&mut self, now: Instant) -> Result<(), Failure> {
        let nvml = self.initialised(now)?;
        let slow = now >= self.next_slow;
        if slow {
            self.next_slow = now + self.shared.settings.slow_interval;
        }
        self.read_all(&Cycle { shared: self.shared, nvml: &nvml, began: now, slow })
            .inspect_err(|_| self.end())?;
        self.retry.1 = self.shared.settings.back_off.0;
        let gpus = self.fleet.watched();
        self.shared.watch(Some(Watched { nvml, gpus }));
        self.last_success = Some(SystemTime::now());
        Ok(())
    }

    /// NVML, initialised if it is time.
    fn initialised(&mut self, now: Instant) -> Result<Arc<Nvml>, Failure> {
        if let Some(nvml) = &self.nvml {
            return Ok(Arc::clone(nvml));
        }
        // NVML counts its users: begun anew while the session before lives, it would stay as it is.
        let is_used = |(nvml, until): &(Weak<Nvml>, Instant)| nvml.strong_count() > 0 && now < *until;
        if now < self.retry.0 || self.ended.as_ref().is_some_and(is_used) {
            return Err(self.unavailable.unwrap_or(Unavailable::Failed).into());
        }
        match nvml::open(self.shared.settings.library.as_os_str(), &self.shared.calls) {
            Ok((nvml, driver)) => {
                self.generation += 1;
                self.driver = Some(Arc::new(driver));
                self.next_slow = now;
                self.nvml = Some(Arc::clone(&nvml));
                Ok(nvml)
            }
            Err(failure) => {
                self.end();
                Err(failure)
            }
        }
    }

    /// NVML is of no use any more.
    fn end(&mut self) {
        // What failed may have taken long.
        let now = Instant::now();
        self.shared.watch(None);
        if let Some(nvml) = self.nvml.take() {
            self.ended = Some((Arc::downgrade(&nvml), now + SESSION_END));
        }
        self.driver = None;
        self.fleet.end();
        let (_, wait) = self.retry;
        self.retry = (now + wait, (wait * 2).min(self.shared.settings.back_off.1));
    }

    fn read_all(&mut self, cycle: &Cycle<'_>) -> Result<(), Failure> {
        let (nvml, calls) = (cycle.nvml, &cycle.shared.calls);
        let count = timed(cycle.shared, Call::Count, || nvml.device_count()).map_err(|error| {
            calls.failed(Call::Count, code(&error));
            failure(Call::Count, &error)
        })?;
        let mut gone = None;
        self.fleet.cycle_begins();
        for index in 0..count {
            let handle = timed(cycle.shared, Call::HandleByIndex, || nvml.device_by_index(index));
            let device = match handle {
                Ok(device) => device,
                Err(error) => {
                    calls.failed(Call::HandleByIndex, code(&error));
                    match meaning(&error) {
                        Meaning::Ended(_) => return Err(failure(Call::HandleByIndex, &error)),
                        Meaning::ResetRequired => {
                            self.fleet.fails_at(index, State::ResetRequired, code(&error))
                        }
                        Meaning::Lost => self.fleet.fails_at(index, State::Lost, code(&error)),
                        _ => gone = Some(failure(Call::HandleByIndex, &error)),
                    }
                    continue;
                }
            };
            if let Meaning::Ended(why) = self.fleet.read(&device, index, cycle) {
                return Err(why.into());
            }
        }
        self.fleet.cycle_ends();
        if self.fleet.is_empty() {
            return Err(gone.unwrap_or(Unavailable::NoDevices.into()));
        }
        if count == 0 {
            // As in a container that its devices were taken from: only a new start of NVML sees them again.
            return Err(Unavailable::NoDevices.into());
        }
        if self.fleet.states().all(|state| matches!(state, State::Lost | State::ResetRequired)) {
            // A reset of the GPUs may need that nobody has NVML open.
            return Err(Unavailable::AllLost.into());
        }
        Ok(())
    }
}

/// Why no GPU could be had at all.
fn failure(call: Call, error: &NvmlError) -> Failure {
    let why = match (meaning(error), error) {
        (Meaning::Ended(why), _) => why,
        (_, NvmlError::NoPermission) => Unavailable::NoPermission,
        (_, NvmlError::FailedToLoadSymbol(_)) => Unavailable::LibraryTooOld,
        _ => Unavailable::Failed,
    };
    Failure { why, detail: format!("{}: {}", call.function(), described(error)) }
}

pub(super) fn timed<T>(shared: &Shared, call: Call, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let value = run();
    shared.calls.took(call, start.elapsed());
    value
}
