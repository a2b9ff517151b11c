//! Every call, how long it takes and how it fails.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::snapshot::{CallStatistics, LATENCY_BOUNDS};

macro_rules! calls {
    ($($call:ident = $function:literal,)*) => {
        /// One use of an NVML function; uses that a GPU may support apart from each other are apart here.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Call {
            $($call,)*
        }

        impl Call {
            pub(crate) const ALL: &[Self] = &[$(Self::$call,)*];

            /// The function's name.
            pub(crate) const fn function(self) -> &'static str {
                match self {
                    $(Self::$call => $function,)*
                }
            }

            /// Whether what it tells makes a GPU one: a GPU of which all of these fail is not working.
            pub(crate) const fn is_core(self) -> bool {
                matches!(self, Self::Memory | Self::MemoryFirst | Self::Utilization | Self::PowerUsage)
            }
        }
    };
}

calls! {
    Init = "nvmlInit_v2",
    DriverVersion = "nvmlSystemGetDriverVersion",
    NvmlVersion = "nvmlSystemGetNVMLVersion",
    CudaVersion = "nvmlSystemGetCudaDriverVersion_v2",
    ProcessName = "nvmlSystemGetProcessName",
    Count = "nvmlDeviceGetCount_v2",
    HandleByIndex = "nvmlDeviceGetHandleByIndex_v2",
    HandleByUuid = "nvmlDeviceGetHandleByUUID",
    Uuid = "nvmlDeviceGetUUID",
    Name = "nvmlDeviceGetName",
    MinorNumber = "nvmlDeviceGetMinorNumber",
    PciInfo = "nvmlDeviceGetPciInfo_v3",
    Serial = "nvmlDeviceGetSerial",
    Vbios = "nvmlDeviceGetVbiosVersion",
    Architecture = "nvmlDeviceGetArchitecture",
    Utilization = "nvmlDeviceGetUtilizationRates",
    Encoder = "nvmlDeviceGetEncoderUtilization",
    Decoder = "nvmlDeviceGetDecoderUtilization",
    Jpeg = "nvmlDeviceGetJpgUtilization",
    OpticalFlow = "nvmlDeviceGetOfaUtilization",
    Memory = "nvmlDeviceGetMemoryInfo_v2",
    MemoryFirst = "nvmlDeviceGetMemoryInfo",
    Bar1 = "nvmlDeviceGetBAR1MemoryInfo",
    PowerUsage = "nvmlDeviceGetPowerUsage",
    PowerLimit = "nvmlDeviceGetEnforcedPowerLimit",
    Energy = "nvmlDeviceGetTotalEnergyConsumption",
    Temperature = "nvmlDeviceGetTemperature",
    MemoryTemperature = "nvmlDeviceGetFieldValues",
    Margin = "nvmlDeviceGetMarginTemperature",
    ThresholdSlowdown = "nvmlDeviceGetTemperatureThreshold",
    ThresholdShutdown = "nvmlDeviceGetTemperatureThreshold",
    ThresholdGpuMax = "nvmlDeviceGetTemperatureThreshold",
    ThresholdMemoryMax = "nvmlDeviceGetTemperatureThreshold",
    ClockGraphics = "nvmlDeviceGetClockInfo",
    ClockSm = "nvmlDeviceGetClockInfo",
    ClockMemory = "nvmlDeviceGetClockInfo",
    ClockVideo = "nvmlDeviceGetClockInfo",
    ClockMaxGraphics = "nvmlDeviceGetMaxClockInfo",
    ClockMaxSm = "nvmlDeviceGetMaxClockInfo",
    ClockMaxMemory = "nvmlDeviceGetMaxClockInfo",
    ClockMaxVideo = "nvmlDeviceGetMaxClockInfo",
    PerformanceState = "nvmlDeviceGetPerformanceState",
    ClocksEventReasons = "nvmlDeviceGetCurrentClocksEventReasons",
    ThrottleReasons = "nvmlDeviceGetCurrentClocksThrottleReasons",
    PcieTransmitted = "nvmlDeviceGetPcieThroughput",
    PcieReceived = "nvmlDeviceGetPcieThroughput",
    PcieReplays = "nvmlDeviceGetPcieReplayCounter",
    PcieGeneration = "nvmlDeviceGetCurrPcieLinkGeneration",
    PcieWidth = "nvmlDeviceGetCurrPcieLinkWidth",
    PcieGenerationMax = "nvmlDeviceGetMaxPcieLinkGeneration",
    PcieWidthMax = "nvmlDeviceGetMaxPcieLinkWidth",
    NvLinkState = "nvmlDeviceGetNvLinkState",
    NvLinkErrors = "nvmlDeviceGetNvLinkErrorCounter",
    NvLinkThroughput = "nvmlDeviceGetFieldValues",
    EccMode = "nvmlDeviceGetEccMode",
    EccVolatileCorrected = "nvmlDeviceGetTotalEccErrors",
    EccVolatileUncorrected = "nvmlDeviceGetTotalEccErrors",
    EccAggregateCorrected = "nvmlDeviceGetTotalEccErrors",
    EccAggregateUncorrected = "nvmlDeviceGetTotalEccErrors",
    RemappedRows = "nvmlDeviceGetRemappedRows",
    RetiredPages = "nvmlDeviceGetRetiredPagesPendingStatus",
    Fans = "nvmlDeviceGetNumFans",
    FanSpeed = "nvmlDeviceGetFanSpeed_v2",
    ComputeProcesses = "nvmlDeviceGetComputeRunningProcesses_v3",
    GraphicsProcesses = "nvmlDeviceGetGraphicsRunningProcesses_v3",
    MpsProcesses = "nvmlDeviceGetMPSComputeRunningProcesses_v3",
    MigMode = "nvmlDeviceGetMigMode",
    MigCount = "nvmlDeviceGetMaxMigDeviceCount",
    MigHandle = "nvmlDeviceGetMigDeviceHandleByIndex",
    MigUuid = "nvmlDeviceGetUUID",
    MigName = "nvmlDeviceGetName",
    MigMemory = "nvmlDeviceGetMemoryInfo_v2",
    GpuInstance = "nvmlDeviceGetGpuInstanceId",
    ComputeInstance = "nvmlDeviceGetComputeInstanceId",
    GpmSupport = "nvmlGpmQueryDeviceSupport",
    GpmSample = "nvmlGpmSampleGet",
    GpmMigSample = "nvmlGpmMigSampleGet",
    GpmMetrics = "nvmlGpmMetricsGet",
    SupportedEvents = "nvmlDeviceGetSupportedEventTypes",
    EventSet = "nvmlEventSetCreate",
    RegisterEvents = "nvmlDeviceRegisterEvents",
    EventWait = "nvmlEventSetWait_v2",
}

/// Statistics of all calls; shared by the threads that make them.
#[derive(Debug)]
pub(crate) struct Calls {
    each: Box<[OneCall]>,
    /// Failures are few.
    errors: Mutex<Vec<(Call, &'static str, u64)>>,
}

#[derive(Debug, Default)]
struct OneCall {
    nanoseconds: AtomicU64,
    latency: [AtomicU64; LATENCY_BOUNDS.len() + 1],
}

impl Default for Calls {
    fn default() -> Self {
        Self { each: Call::ALL.iter().map(|_| OneCall::default()).collect(), errors: Mutex::default() }
    }
}

impl Calls {
    pub(crate) fn took(&self, call: Call, time: Duration) {
        let one = &self.each[call as usize];
        let seconds = time.as_secs_f64();
        let bucket =
            LATENCY_BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(LATENCY_BOUNDS.len());
        one.latency[bucket].fetch_add(1, Relaxed);
        one.nanoseconds.fetch_add(time.as_nanos() as u64, Relaxed);
    }

    pub(crate) fn failed(&self, call: Call, code: &'static str) {
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        match errors.iter_mut().find(|(known, known_code, _)| *known == call && *known_code == code) {
            Some((_, _, count)) => *count += 1,
            None => errors.push((call, code, 1)),
        }
    }

    /// The calls that have been made, by function.
    pub(crate) fn read(&self) -> Vec<CallStatistics> {
        let mut functions: Vec<CallStatistics> = Vec::new();
        for (call, one) in Call::ALL.iter().zip(&self.each) {
            let latency = one.latency.each_ref().map(|count| count.load(Relaxed));
            if latency.iter().all(|count| *count == 0) {
                continue;
            }
            let of = statistics(&mut functions, call.function());
            of.latency.iter_mut().zip(latency).for_each(|(sum, count)| *sum += count);
            of.seconds += one.nanoseconds.load(Relaxed) as f64 / 1e9;
        }
        let errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        for (call, code, count) in errors.iter() {
            let of = statistics(&mut functions, call.function());
            match of.errors.iter_mut().find(|(known, _)| known == code) {
                Some((_, sum)) => *sum += count,
                None => of.errors.push((code, *count)),
            }
        }
        functions
    }
}

fn statistics<'a>(functions: &'a mut Vec<CallStatistics>, call: &'static str) -> &'a mut CallStatistics {
    let at = functions.iter().position(|known| known.call == call).unwrap_or_else(|| {
        functions.push(CallStatistics {
            call,
            latency: Default::default(),
            seconds: 0.0,
            errors: Vec::new(),
        });
        functions.len() - 1
    });
    &mut functions[at]
}
