"""Prints what NVIDIA's own nvidia-ml-py reads from the driver library, as JSON by UUID.

The library is the `libnvidia-ml.so.1` that LD_LIBRARY_PATH leads to. Units are NVML's own. What a GPU does not answer is
absent, and its return code is under `errors`.
"""

import ctypes
import json
import sys

import pynvml as nvml

ERRORS = {"volatile": nvml.NVML_VOLATILE_ECC, "aggregate": nvml.NVML_AGGREGATE_ECC}
SEVERITIES = {
    "corrected": nvml.NVML_MEMORY_ERROR_TYPE_CORRECTED,
    "uncorrected": nvml.NVML_MEMORY_ERROR_TYPE_UNCORRECTED,
}
LOCATIONS = {"dram": nvml.NVML_MEMORY_LOCATION_DRAM, "sram": nvml.NVML_MEMORY_LOCATION_SRAM}
CLOCKS = {
    "graphics": nvml.NVML_CLOCK_GRAPHICS,
    "sm": nvml.NVML_CLOCK_SM,
    "memory": nvml.NVML_CLOCK_MEM,
    "video": nvml.NVML_CLOCK_VIDEO,
}
THRESHOLDS = {
    "shutdown": nvml.NVML_TEMPERATURE_THRESHOLD_SHUTDOWN,
    "slowdown": nvml.NVML_TEMPERATURE_THRESHOLD_SLOWDOWN,
    "memory_max": nvml.NVML_TEMPERATURE_THRESHOLD_MEM_MAX,
    "gpu_max": nvml.NVML_TEMPERATURE_THRESHOLD_GPU_MAX,
}
POLICIES = {
    "power": nvml.NVML_PERF_POLICY_POWER,
    "thermal": nvml.NVML_PERF_POLICY_THERMAL,
    "sync_boost": nvml.NVML_PERF_POLICY_SYNC_BOOST,
    "board_limit": nvml.NVML_PERF_POLICY_BOARD_LIMIT,
    "low_utilization": nvml.NVML_PERF_POLICY_LOW_UTILIZATION,
    "reliability": nvml.NVML_PERF_POLICY_RELIABILITY,
    "app_clocks": nvml.NVML_PERF_POLICY_TOTAL_APP_CLOCKS,
    "base_clocks": nvml.NVML_PERF_POLICY_TOTAL_BASE_CLOCKS,
}
LINK_COUNTERS = {
    "replay": nvml.NVML_NVLINK_ERROR_DL_REPLAY,
    "recovery": nvml.NVML_NVLINK_ERROR_DL_RECOVERY,
    "crc_flit": nvml.NVML_NVLINK_ERROR_DL_CRC_FLIT,
    "crc_data": nvml.NVML_NVLINK_ERROR_DL_CRC_DATA,
}
# Of Hopper; newer GPUs have more.
MAX_LINKS = 18
GPM_METRICS = [1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 20, 21, 60, 61]
NO_INSTANCE = 0xFFFFFFFF


class Reader:
    """Collects values, and the return codes of what cannot be read."""

    def __init__(self):
        self.values = {}
        self.errors = {}

    def read(self, path, function, *arguments, of=lambda value: value):
        """Puts what a function returns at a path such as `memory.used`."""
        try:
            value = of(function(*arguments))
        except nvml.NVMLError as error:
            self.errors[path] = error.value
            return
        *groups, name = path.split(".")
        group = self.values
        for step in groups:
            group = group.setdefault(step, {})
        group[name] = value

    def done(self):
        return self.values | {"errors": self.errors}


def fields_of(*names, **renamed):
    """Takes members of a structure."""
    members = {name: name for name in names} | renamed
    return lambda structure: {name: getattr(structure, member) for name, member in members.items()}


def field_value(handle, field):
    value = nvml.nvmlDeviceGetFieldValues(handle, [field])[0]
    if value.nvmlReturn != nvml.NVML_SUCCESS:
        raise nvml.NVMLError(value.nvmlReturn)
    members = {
        nvml.NVML_VALUE_TYPE_DOUBLE: "dVal",
        nvml.NVML_VALUE_TYPE_UNSIGNED_INT: "uiVal",
        nvml.NVML_VALUE_TYPE_UNSIGNED_LONG: "ulVal",
        nvml.NVML_VALUE_TYPE_UNSIGNED_LONG_LONG: "ullVal",
        nvml.NVML_VALUE_TYPE_SIGNED_LONG_LONG: "sllVal",
        nvml.NVML_VALUE_TYPE_SIGNED_INT: "siVal",
    }
    return getattr(value.value, members[value.valueType])


def instance(number):
    return None if number == NO_INSTANCE else number


def processes(listed):
    return [
        {
            "pid": process.pid,
            "memory": process.usedGpuMemory,
            "gpu_instance": instance(process.gpuInstanceId),
            "compute_instance": instance(process.computeInstanceId),
        }
        for process in listed
    ]


def process_samples(listed):
    return [
        {
            "pid": sample.pid,
            "timestamp_us": sample.timeStamp,
            "sm": sample.smUtil,
            "memory": sample.memUtil,
            "encoder": sample.encUtil,
            "decoder": sample.decUtil,
        }
        for sample in listed
    ]


def memory(handle):
    info = nvml.nvmlDeviceGetMemoryInfo(handle, version=nvml.nvmlMemory_v2)
    return fields_of("total", "reserved", "free", "used")(info)


def ecc_locations(handle):
    """The counters of the locations that the GPU counts, as `volatile.corrected.dram`."""
    found = {}
    for counter_name, counter in ERRORS.items():
        for severity_name, severity in SEVERITIES.items():
            for location_name, location in LOCATIONS.items():
                try:
                    count = nvml.nvmlDeviceGetMemoryErrorCounter(handle, severity, counter, location)
                except nvml.NVMLError_NotSupported:
                    continue
                found[f"{counter_name}.{severity_name}.{location_name}"] = count
    return found


def remapped_rows(handle):
    correctable, uncorrectable, pending, failure = nvml.nvmlDeviceGetRemappedRows(handle)
    return {
        "correctable": correctable,
        "uncorrectable": uncorrectable,
        "pending": bool(pending),
        "failure": bool(failure),
    }


def sram_ecc(handle):
    status = nvml.c_nvmlEccSramErrorStatus_v1_t()
    status.version = nvml.nvmlEccSramErrorStatus_v1
    nvml.nvmlDeviceGetSramEccErrorStatus(handle, ctypes.byref(status))
    values = fields_of(
        aggregate_unc_parity="aggregateUncParity",
        aggregate_unc_sec_ded="aggregateUncSecDed",
        aggregate_cor="aggregateCor",
        volatile_unc_parity="volatileUncParity",
        volatile_unc_sec_ded="volatileUncSecDed",
        volatile_cor="volatileCor",
        bucket_l2="aggregateUncBucketL2",
        bucket_sm="aggregateUncBucketSm",
        bucket_pcie="aggregateUncBucketPcie",
        bucket_mcu="aggregateUncBucketMcu",
        bucket_other="aggregateUncBucketOther",
    )(status)
    return values | {"threshold_exceeded": bool(status.bThresholdExceeded)}


def nvlinks(handle):
    """The links that the GPU has, in order."""
    found = []
    for link in range(MAX_LINKS):
        reader = Reader()
        reader.read("active", nvml.nvmlDeviceGetNvLinkState, handle, link, of=bool)
        for name, counter in LINK_COUNTERS.items():
            reader.read(name, nvml.nvmlDeviceGetNvLinkErrorCounter, handle, link, counter)
        if reader.values:
            found.append(reader.done())
    return found


def fabric(handle):
    info = nvml.c_nvmlGpuFabricInfo_v3_t()
    info.version = nvml.nvmlGpuFabricInfo_v3
    nvml.nvmlDeviceGetGpuFabricInfoV(handle, ctypes.byref(info))
    of = fields_of("status", "state", clique_id="cliqueId", health_mask="healthMask", health_summary="healthSummary")
    return of(info)


def gpm(take, first_arguments):
    """The metrics between two samples, by id; those that the GPU does not have are left out."""
    samples = [nvml.nvmlGpmSampleAlloc(), nvml.nvmlGpmSampleAlloc()]
    try:
        for sample in samples:
            take(*first_arguments, sample)
        request = nvml.c_nvmlGpmMetricsGet_t()
        request.version = nvml.NVML_GPM_METRICS_GET_VERSION
        request.sample1, request.sample2 = samples
        request.numMetrics = len(GPM_METRICS)
        for index, metric in enumerate(GPM_METRICS):
            request.metrics[index].metricId = metric
        nvml.nvmlGpmMetricsGet(request)
        answered = (request.metrics[index] for index in range(len(GPM_METRICS)))
        return {
            str(metric.metricId): metric.value for metric in answered if metric.nvmlReturn == nvml.NVML_SUCCESS
        }
    finally:
        for sample in samples:
            nvml.nvmlGpmSampleFree(sample)


def identity(reader, handle):
    reader.read("index", nvml.nvmlDeviceGetIndex, handle)
    reader.read("name", nvml.nvmlDeviceGetName, handle)
    reader.read("serial", nvml.nvmlDeviceGetSerial, handle)
    reader.read("minor", nvml.nvmlDeviceGetMinorNumber, handle)
    reader.read("vbios", nvml.nvmlDeviceGetVbiosVersion, handle)
    reader.read("architecture", nvml.nvmlDeviceGetArchitecture, handle)
    reader.read("pci_bus_id", nvml.nvmlDeviceGetPciInfo, handle, of=lambda pci: pci.busId)
    reader.read("pci_device_id", nvml.nvmlDeviceGetPciInfo, handle, of=lambda pci: pci.pciDeviceId)


def load(reader, handle):
    reader.read("utilization.gpu", nvml.nvmlDeviceGetUtilizationRates, handle, of=lambda rates: rates.gpu)
    reader.read("utilization.memory", nvml.nvmlDeviceGetUtilizationRates, handle, of=lambda rates: rates.memory)
    for engine, function in {
        "encoder": nvml.nvmlDeviceGetEncoderUtilization,
        "decoder": nvml.nvmlDeviceGetDecoderUtilization,
        "jpg": nvml.nvmlDeviceGetJpgUtilization,
        "ofa": nvml.nvmlDeviceGetOfaUtilization,
    }.items():
        reader.read(f"utilization.{engine}", function, handle, of=lambda answer: answer[0])
    stats = lambda answer: dict(zip(("sessions", "fps", "latency_us"), answer))
    reader.read("encoder_stats", nvml.nvmlDeviceGetEncoderStats, handle, of=stats)
    reader.read("memory", memory, handle)
    bar1 = fields_of(total="bar1Total", used="bar1Used")
    reader.read("bar1", nvml.nvmlDeviceGetBAR1MemoryInfo, handle, of=bar1)
    for kind, function in {
        "compute": nvml.nvmlDeviceGetComputeRunningProcesses,
        "graphics": nvml.nvmlDeviceGetGraphicsRunningProcesses,
        "mps": nvml.nvmlDeviceGetMPSComputeRunningProcesses,
    }.items():
        reader.read(f"processes.{kind}", function, handle, of=processes)
    reader.read("process_utilization", nvml.nvmlDeviceGetProcessUtilization, handle, 0, of=process_samples)


def environment(reader, handle):
    reader.read("temperature.gpu", nvml.nvmlDeviceGetTemperature, handle, nvml.NVML_TEMPERATURE_GPU)
    reader.read("temperature.memory", field_value, handle, nvml.NVML_FI_DEV_MEMORY_TEMP)
    reader.read("temperature.margin", nvml.nvmlDeviceGetMarginTemperature, handle)
    for name, threshold in THRESHOLDS.items():
        reader.read(f"temperature.{name}", nvml.nvmlDeviceGetTemperatureThreshold, handle, threshold)
    reader.read("power.usage_mw", nvml.nvmlDeviceGetPowerUsage, handle)
    reader.read("power.instant_mw", field_value, handle, nvml.NVML_FI_DEV_POWER_INSTANT)
    reader.read("power.limit_mw", nvml.nvmlDeviceGetEnforcedPowerLimit, handle)
    reader.read("energy_mj", nvml.nvmlDeviceGetTotalEnergyConsumption, handle)
    for name, clock in CLOCKS.items():
        reader.read(f"clocks.{name}", nvml.nvmlDeviceGetClockInfo, handle, clock)
        reader.read(f"clocks.max.{name}", nvml.nvmlDeviceGetMaxClockInfo, handle, clock)
    reader.read("pstate", nvml.nvmlDeviceGetPerformanceState, handle)
    reader.read("clock_event_reasons", nvml.nvmlDeviceGetCurrentClocksEventReasons, handle)
    for name, policy in POLICIES.items():
        time = lambda status: status.violationTime
        reader.read(f"violations.{name}", nvml.nvmlDeviceGetViolationStatus, handle, policy, of=time)
    speeds = lambda count: [nvml.nvmlDeviceGetFanSpeed_v2(handle, fan) for fan in range(count)]
    reader.read("fans", nvml.nvmlDeviceGetNumFans, handle, of=speeds)


def links(reader, handle):
    reader.read("pcie.tx_kb_s", nvml.nvmlDeviceGetPcieThroughput, handle, nvml.NVML_PCIE_UTIL_TX_BYTES)
    reader.read("pcie.rx_kb_s", nvml.nvmlDeviceGetPcieThroughput, handle, nvml.NVML_PCIE_UTIL_RX_BYTES)
    reader.read("pcie.replay", nvml.nvmlDeviceGetPcieReplayCounter, handle)
    reader.read("pcie.generation", nvml.nvmlDeviceGetCurrPcieLinkGeneration, handle)
    reader.read("pcie.width", nvml.nvmlDeviceGetCurrPcieLinkWidth, handle)
    reader.read("pcie.max_generation", nvml.nvmlDeviceGetMaxPcieLinkGeneration, handle)
    reader.read("pcie.max_width", nvml.nvmlDeviceGetMaxPcieLinkWidth, handle)
    reader.read("fabric", fabric, handle)
    reader.read("nvlinks", nvlinks, handle)


def errors(reader, handle):
    reader.read("ecc.enabled", nvml.nvmlDeviceGetEccMode, handle, of=lambda mode: bool(mode[0]))
    reader.read("ecc.pending", nvml.nvmlDeviceGetEccMode, handle, of=lambda mode: bool(mode[1]))
    for counter_name, counter in ERRORS.items():
        for severity_name, severity in SEVERITIES.items():
            path = f"ecc.{counter_name}.{severity_name}"
            reader.read(path, nvml.nvmlDeviceGetTotalEccErrors, handle, severity, counter)
    reader.read("ecc.locations", ecc_locations, handle)
    reader.read("sram_ecc", sram_ecc, handle)
    reader.read("retired_pages_pending", nvml.nvmlDeviceGetRetiredPagesPendingStatus, handle, of=bool)
    reader.read("remapped_rows", remapped_rows, handle)
    histogram = fields_of("max", "high", "partial", "low", "none")
    reader.read("row_remapper_histogram", nvml.nvmlDeviceGetRowRemapperHistogram, handle, of=histogram)


def mig_instances(handle):
    """The MIG devices of a GPU, by UUID."""
    found = {}
    for index in range(nvml.nvmlDeviceGetMaxMigDeviceCount(handle)):
        try:
            device = nvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, index)
        except nvml.NVMLError_NotFound:
            continue
        reader = Reader()
        reader.read("name", nvml.nvmlDeviceGetName, device)
        reader.read("gpu_instance", nvml.nvmlDeviceGetGpuInstanceId, device)
        reader.read("compute_instance", nvml.nvmlDeviceGetComputeInstanceId, device)
        reader.read("memory", memory, device)
        reader.read("utilization", nvml.nvmlDeviceGetUtilizationRates, device)
        reader.read("processes.compute", nvml.nvmlDeviceGetComputeRunningProcesses, device, of=processes)
        attributes = fields_of(
            multiprocessors="multiprocessorCount",
            copy_engines="sharedCopyEngineCount",
            decoders="sharedDecoderCount",
            encoders="sharedEncoderCount",
            jpegs="sharedJpegCount",
            ofas="sharedOfaCount",
            gpu_instance_slices="gpuInstanceSliceCount",
            compute_instance_slices="computeInstanceSliceCount",
            memory_mib="memorySizeMB",
        )
        reader.read("attributes", nvml.nvmlDeviceGetAttributes_v2, device, of=attributes)
        gpu_instance = reader.values.get("gpu_instance")
        if gpu_instance is not None:
            reader.read("gpm", gpm, nvml.nvmlGpmMigSampleGet, (handle, gpu_instance))
        found[nvml.nvmlDeviceGetUUID(device)] = reader.done()
    return found


def partitions(reader, handle):
    reader.read("mig.enabled", nvml.nvmlDeviceGetMigMode, handle, of=lambda mode: bool(mode[0]))
    reader.read("mig.pending", nvml.nvmlDeviceGetMigMode, handle, of=lambda mode: bool(mode[1]))
    reader.read("mig.instances", mig_instances, handle)
    supported = lambda support: bool(support.isSupportedDevice)
    reader.read("gpm.supported", nvml.nvmlGpmQueryDeviceSupport, handle, of=supported)
    reader.read("gpm.metrics", gpm, nvml.nvmlGpmSampleGet, (handle,))
    reader.read("supported_events", nvml.nvmlDeviceGetSupportedEventTypes, handle)


def main():
    nvml.nvmlInit()
    system = Reader()
    system.read("driver_version", nvml.nvmlSystemGetDriverVersion)
    system.read("nvml_version", nvml.nvmlSystemGetNVMLVersion)
    system.read("cuda_version", nvml.nvmlSystemGetCudaDriverVersion_v2)
    gpus = {}
    for index in range(nvml.nvmlDeviceGetCount()):
        try:
            handle = nvml.nvmlDeviceGetHandleByIndex(index)
            uuid = nvml.nvmlDeviceGetUUID(handle)
        except nvml.NVMLError as error:
            system.errors[f"gpu {index}"] = error.value
            continue
        reader = Reader()
        for theme in (identity, load, environment, links, errors, partitions):
            theme(reader, handle)
        gpus[uuid] = reader.done()
    nvml.nvmlShutdown()
    json.dump(system.done() | {"gpus": gpus}, sys.stdout)


main()
