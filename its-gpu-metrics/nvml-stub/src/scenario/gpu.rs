use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::environment::{Clocks, Power, Temperature, Violations};
use super::errors::{Ecc, RemappedRows, RowRemapperHistogram, SramEcc};
use super::fields::FieldValue;
use super::garbage;
use super::links::{Fabric, NvLink, Pcie};
use super::load::{Bar1, EncoderStats, Gpm, Memory, ProcessUtilization, Processes, Utilization};
use super::mig::Mig;
use crate::code::Code;

/// One GPU.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Gpu {
    pub uuid: String,
    pub name: String,
    pub serial: String,
    pub minor: u32,
    pub pci_bus_id: String,
    pub pci_device_id: u32,
    pub architecture: u32,
    pub vbios: String,
    pub utilization: Utilization,
    pub encoder_stats: EncoderStats,
    pub memory: Memory,
    pub bar1: Bar1,
    pub temperature: Temperature,
    pub power: Power,
    /// The energy counter in millijoules; grows with the power when `live`.
    pub energy_mj: u64,
    pub live: bool,
    pub clocks: Clocks,
    pub pstate: u32,
    /// The bits of `nvmlClocksEventReasons`.
    pub clock_event_reasons: u64,
    /// Nanoseconds below the wanted clocks.
    pub violations: Violations,
    /// Percent of each fan's full speed.
    pub fans: Vec<u32>,
    /// Fans that do not tell.
    pub refused_fans: Vec<u32>,
    pub pcie: Pcie,
    pub ecc: Ecc,
    pub sram_ecc: SramEcc,
    pub retired_pages_pending: bool,
    pub remapped_rows: RemappedRows,
    pub row_remapper_histogram: RowRemapperHistogram,
    pub nvlinks: Vec<NvLink>,
    /// Field values by `ID` or `ID/SCOPE`: a number, or `{"type": "ulonglong", "value": 1}`, or `{"code": 3}`.
    pub fields: BTreeMap<String, Option<FieldValue>>,
    pub processes: Processes,
    pub process_utilization: Vec<ProcessUtilization>,
    pub mig: Mig,
    pub gpm: Gpm,
    pub fabric: Fabric,
    /// The bits of the supported event types.
    pub supported_events: u64,
    /// Functions that answer `NOT_SUPPORTED`.
    pub not_supported: Vec<String>,
    /// Functions that fail with a code.
    pub codes: BTreeMap<String, Code>,
    /// Milliseconds for which functions block.
    pub hang: BTreeMap<String, u64>,
    /// Answers success with values that mean nothing, as on a Jetson.
    pub garbage: bool,
    /// Every function fails with this code, such as 16, reset required; 0: none.
    pub fails_with: Code,
    /// Every function fails with `GPU_IS_LOST`.
    pub lost: bool,
    /// How many more functions succeed before the GPU is lost.
    pub lost_after_calls: Option<u64>,
}

impl Default for Gpu {
    fn default() -> Self {
        Self::at(0)
    }
}

impl Gpu {
    /// The healthy GPU in that place; the places differ in what identifies them, and in nothing else.
    pub(crate) fn at(place: usize) -> Self {
        Self {
            uuid: format!("GPU-6a1c90d4-27e5-4f0b-9d83-{place:012x}"),
            name: "NVIDIA H100 80GB HBM3".into(),
            serial: format!("16543230{place:05}"),
            minor: place as u32,
            pci_bus_id: format!("00000000:{:02X}:00.0", (place + 0x10) & 0xff),
            pci_device_id: 0x2330_10de,
            architecture: 9,
            vbios: "96.00.89.00.01".into(),
            utilization: Utilization::default(),
            encoder_stats: EncoderStats::default(),
            memory: Memory::default(),
            bar1: Bar1::default(),
            temperature: Temperature::default(),
            power: Power::default(),
            energy_mj: 1_234_567_890,
            live: false,
            clocks: Clocks::default(),
            pstate: 0,
            clock_event_reasons: 0,
            violations: Violations::default(),
            fans: Vec::new(),
            refused_fans: Vec::new(),
            pcie: Pcie::default(),
            ecc: Ecc::default(),
            sram_ecc: SramEcc::default(),
            retired_pages_pending: false,
            remapped_rows: RemappedRows::default(),
            row_remapper_histogram: RowRemapperHistogram::default(),
            nvlinks: vec![NvLink::default(); 18],
            fields: BTreeMap::new(),
            processes: Processes::default(),
            process_utilization: Vec::new(),
            mig: Mig::default(),
            gpm: Gpm::default(),
            fabric: Fabric::default(),
            supported_events: 0x1f | 0x80 | 0x100 | 0x200 | 0x400 | 0x800,
            not_supported: Vec::new(),
            codes: BTreeMap::new(),
            hang: BTreeMap::new(),
            garbage: false,
            fails_with: 0,
            lost: false,
            lost_after_calls: None,
        }
    }

    /// The GPU as its functions see it.
    pub(crate) fn effective(&self) -> Self {
        let mut gpu = self.clone();
        if gpu.garbage {
            garbage::spoil(&mut gpu);
        }
        gpu
    }
}
