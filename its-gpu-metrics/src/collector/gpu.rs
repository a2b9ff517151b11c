//! One GPU: how it is, what it reads, what it has done.

use std::sync::Arc;
use std::time::Duration;

use nvml_wrapper::Device;

use super::cycle::Cycle;
use super::integrate::Integrator;
use super::log;
use super::read::{self, Fixed, Gpm, Parts};
use super::shared::Shared;
use crate::nvml::{Call, Meaning, Probe, Support};
use crate::snapshot::{self, Ecc, Info, MigInstance, NvLink, Readings, Rows, State, Totals};

#[derive(Debug)]
pub(super) struct Gpu {
    info: Arc<Info>,
    state: State,
    generation: u64,
    seen: bool,
    support: Support,
    capabilities: Arc<Vec<(&'static str, bool)>>,
    /// What was asked once in this generation.
    known: Option<Fixed>,
    /// Whether what it answers can be true, once that has been seen in this generation.
    is_believed: bool,
    slow: Slow,
    readings: Option<Readings>,
    mig: Vec<MigInstance>,
    was_cut: bool,
    totals: Totals,
    integrator: Integrator,
    gpm: Gpm,
    parts: Parts,
}

/// What is read less often.
#[derive(Clone, Debug, Default)]
struct Slow {
    ecc: Ecc,
    rows: Rows,
    nvlinks: Vec<NvLink>,
    nvlink_bytes: Option<(u64, u64)>,
    throughput: (Option<f64>, Option<f64>),
}

impl Gpu {
    pub(super) fn new(uuid: String, index: u32) -> Self {
        Self {
            info: Arc::new(Info { uuid, index, ..Info::default() }),
            state: State::Recovering,
            generation: 0,
            seen: false,
            support: Support::new(),
            capabilities: Arc::default(),
            known: None,
            is_believed: false,
            slow: Slow::default(),
            readings: None,
            mig: Vec::new(),
            was_cut: false,
            totals: Totals::default(),
            integrator: Integrator::default(),
            gpm: Gpm::default(),
            parts: Parts::default(),
        }
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    pub(super) fn index(&self) -> u32 {
        self.info.index
    }

    pub(super) fn was_seen(&self) -> bool {
        self.seen
    }

    /// NVML has ended: handles, samples and the driver's counters are of no use any more.
    pub(super) fn session_ends(&mut self) {
        let state = if self.state == State::Ok { State::Recovering } else { self.state };
        self.forget(state);
    }

    pub(super) fn cycle_begins(&mut self) {
        self.seen = false;
    }

    pub(super) fn cycle_ends(&mut self) {
        if !self.seen {
            self.fails(State::Lost, None);
        }
    }

    /// It cannot be had; `error` is NVML's name of why.
    pub(super) fn fails(&mut self, state: State, error: Option<&str>) {
        self.seen = true;
        if self.state != state {
            log::gpu(&self.info, self.state, state, error);
            self.totals.losses += u64::from(state == State::Lost);
        }
        self.forget(state);
    }

    /// What was known of it holds no more.
    fn forget(&mut self, state: State) {
        self.state = state;
        self.support.forget();
        self.known = None;
        self.is_believed = false;
        self.slow = Slow::default();
        self.readings = None;
        self.mig.clear();
        self.integrator.renew();
        self.gpm = Gpm::default();
        self.parts = Parts::default();
    }

    /// Reads it. Returns what ended the reading early, if anything did.
    pub(super) fn read(&mut self, device: &Device<'_>, index: u32, cycle: &Cycle<'_>) -> Meaning {
        let is_first = self.known.is_none();
        // A value of its own, so that the readings may use the rest of the GPU.
        let mut support = std::mem::replace(&mut self.support, Support::new());
        let mut probe = Probe::new(device, &cycle.shared.calls, &mut support);
        let info = read::info(&mut probe, &self.info, index, is_first);
        if info != *self.info {
            self.info = Arc::new(info);
        }
        let readings = self.readings(&mut probe, cycle.slow || is_first, cycle);
        let (gone, error) = (probe.gone, probe.last_error);
        // What failed now may be told in the next cycle: only what has been answered is judged.
        self.is_believed |= !is_garbage(&readings) || !self.mig.is_empty();
        let is_silent = probe.core_failed() || (!self.is_believed && probe.is_undecided());
        self.support = support;
        match gone {
            Some(Meaning::ResetRequired) => self.fails(State::ResetRequired, error),
            Some(Meaning::Ended(why)) => return Meaning::Ended(why),
            Some(_) => self.fails(State::Lost, error),
            None if is_silent => self.fails(State::Lost, error),
            None => self.answers(readings, cycle),
        }
        gone.unwrap_or(Meaning::Nothing)
    }

    /// It answered what it was asked.
    fn answers(&mut self, readings: Readings, cycle: &Cycle<'_>) {
        self.seen = true;
        let before = self.state;
        self.state = match before {
            _ if !self.is_believed => State::Unsupported,
            // It must answer for a whole cycle before it is believed; one that has never been away is.
            State::Lost | State::ResetRequired => State::Recovering,
            _ => State::Ok,
        };
        if self.state == State::Ok && before != State::Ok {
            self.generation += 1;
        }
        if self.state != before && (self.generation > 1 || self.state != State::Ok) {
            log::gpu(&self.info, before, self.state, None);
        }
        if self.state == State::Ok {
            let longest = (3 * cycle.shared.settings.interval).max(Duration::from_secs(1));
            if !self.integrator.add(&mut self.totals, &readings, cycle.began, longest) {
                cycle.shared.calls.failed(Call::Energy, "implausible");
            }
            self.readings = Some(readings);
        } else {
            self.readings = None;
            self.mig.clear();
            self.integrator.pause();
        }
    }

    fn readings(&mut self, probe: &mut Probe<'_>, slow: bool, cycle: &Cycle<'_>) -> Readings {
        let settings = &cycle.shared.settings;
        let is_cut = read::is_cut(probe).unwrap_or(self.was_cut);
        if is_cut != self.was_cut {
            // What a GPU supports changes when it is cut into parts.
            self.was_cut = is_cut;
            self.gpm = Gpm::default();
            probe.forget_support();
            self.known = None;
        }
        let known = self.known.get_or_insert_default();
        known.complete(probe);
        let mut readings = Readings {
            utilization: read::utilization(probe),
            memory: read::memory(probe),
            power: read::power(probe),
            temperature: read::temperature(probe, known),
            clocks: known.clocks(probe),
            performance_state: read::performance_state(probe),
            throttle_bits: read::throttle_bits(probe),
            pcie: read::link(probe, known),
            fans: read::fans(probe, known),
            ..Readings::default()
        };
        let with_gpm = (settings.gpm && known.has_gpm()).then_some(cycle.nvml);
        let mut has_gpm = false;
        if is_cut {
            if slow {
                self.parts.forget();
            }
            self.mig = read::instances(probe, with_gpm, &mut self.parts);
        } else {
            self.mig.clear();
            self.parts = Parts::default();
            if let Some(nvml) = with_gpm {
                let values = read::gpm(probe, nvml, None, &mut self.gpm);
                has_gpm = values.is_some();
                readings.gpm = values.unwrap_or_default();
            }
        }
        if settings.processes > 0
            && let Some((processes, left_out)) = read::processes(probe, settings.processes)
        {
            readings.processes = Some(processes);
            readings.processes_left_out = left_out;
        }
        if slow {
            self.slow.ecc = read::ecc(probe);
            self.slow.rows = read::rows(probe);
            self.slow.nvlinks = read::nvlinks(probe);
            self.slow.nvlink_bytes = read::nvlink_bytes(probe).filter(|_| !self.slow.nvlinks.is_empty());
            // Where GPM has it, it costs nothing; before the second sample there is none of either.
            let is_wanted = settings.pcie_throughput && !has_gpm;
            self.slow.throughput = if is_wanted { read::throughput(probe) } else { (None, None) };
        }
        readings.ecc = self.slow.ecc;
        readings.rows = self.slow.rows;
        readings.nvlinks.clone_from(&self.slow.nvlinks);
        readings.nvlink_bytes = self.slow.nvlink_bytes;
        (readings.pcie.transmitted_per_second, readings.pcie.received_per_second) = self.slow.throughput;
        readings
    }

    pub(super) fn publish(&mut self, shared: &Shared) -> snapshot::Gpu {
        if let Some(capabilities) = self.support.take_changed() {
            self.capabilities = Arc::new(capabilities);
        }
        self.totals.xids = shared.xids(&self.info.uuid);
        snapshot::Gpu {
            info: Arc::clone(&self.info),
            state: self.state,
            generation: self.generation,
            readings: self.readings.clone(),
            totals: self.totals.clone(),
            mig: self.mig.clone(),
            capabilities: Arc::clone(&self.capabilities),
        }
    }
}

/// Neither memory nor power nor work: the answers are made up, as on boards whose NVML is a shell.
fn is_garbage(readings: &Readings) -> bool {
    let works = readings.utilization.gpu.is_some_and(|busy| busy > 0.0);
    let draws = readings.power.usage.is_some_and(|watts| watts > 0.0);
    readings.memory.total.is_none() && !works && !draws
}
