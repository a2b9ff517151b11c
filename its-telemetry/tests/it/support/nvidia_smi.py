#!/usr/bin/env python3
"""Stands in for `nvidia-smi -q -x` and `nvidia-smi -L` on a machine with the scripted NVML: the same elements and units,
read by NVIDIA's own client."""

import sys

import pynvml as nvml

MIB = 1024 * 1024


def number(function, *arguments, of=lambda value: value, unit=""):
    try:
        return f"{of(function(*arguments))}{unit}"
    except nvml.NVMLError:
        return "N/A"


def memory_temperature(gpu):
    return nvml.nvmlDeviceGetFieldValues(gpu, [nvml.NVML_FI_DEV_MEMORY_TEMP])[0].value.uiVal


def elements(gpu):
    mib = lambda name: lambda info: getattr(info, name) // MIB
    yield "uuid", number(nvml.nvmlDeviceGetUUID, gpu)
    yield "product_name", number(nvml.nvmlDeviceGetName, gpu)
    yield "serial", number(nvml.nvmlDeviceGetSerial, gpu)
    yield "vbios_version", number(nvml.nvmlDeviceGetVbiosVersion, gpu)
    yield "minor_number", number(nvml.nvmlDeviceGetMinorNumber, gpu)
    yield "fan_speed", number(nvml.nvmlDeviceGetFanSpeed_v2, gpu, 0, unit=" %")
    enabled = lambda mode: "Enabled" if mode[0] else "Disabled"
    yield "ecc_mode/current_ecc", number(nvml.nvmlDeviceGetEccMode, gpu, of=enabled)
    kinds = {
        "correctable": nvml.NVML_MEMORY_ERROR_TYPE_CORRECTED,
        "uncorrectable": nvml.NVML_MEMORY_ERROR_TYPE_UNCORRECTED,
    }
    for group, counter in {"volatile": nvml.NVML_VOLATILE_ECC, "aggregate": nvml.NVML_AGGREGATE_ECC}.items():
        for name, kind in kinds.items():
            yield f"ecc_errors/{group}/sram_{name}", "0"
            yield f"ecc_errors/{group}/dram_{name}", number(nvml.nvmlDeviceGetTotalEccErrors, gpu, kind, counter)
    thresholds = {
        "max": nvml.NVML_TEMPERATURE_THRESHOLD_SHUTDOWN,
        "slow": nvml.NVML_TEMPERATURE_THRESHOLD_SLOWDOWN,
        "max_gpu": nvml.NVML_TEMPERATURE_THRESHOLD_GPU_MAX,
        "max_mem": nvml.NVML_TEMPERATURE_THRESHOLD_MEM_MAX,
    }
    for name, threshold in thresholds.items():
        celsius = number(nvml.nvmlDeviceGetTemperatureThreshold, gpu, threshold, unit=" C")
        yield f"temperature/gpu_temp_{name}_threshold", celsius
    for name, member in {"gpu_util": "gpu", "memory_util": "memory"}.items():
        rate = lambda rates, member=member: getattr(rates, member)
        yield f"utilization/{name}", number(nvml.nvmlDeviceGetUtilizationRates, gpu, of=rate, unit=" %")
    first = lambda values: values[0]
    yield "utilization/encoder_util", number(nvml.nvmlDeviceGetEncoderUtilization, gpu, of=first, unit=" %")
    yield "utilization/decoder_util", number(nvml.nvmlDeviceGetDecoderUtilization, gpu, of=first, unit=" %")
    memory = lambda handle: nvml.nvmlDeviceGetMemoryInfo(handle, version=nvml.nvmlMemory_v2)
    for name in ("total", "reserved", "used", "free"):
        yield f"fb_memory_usage/{name}", number(memory, gpu, of=mib(name), unit=" MiB")
    for name in ("Total", "Used"):
        bar1 = number(nvml.nvmlDeviceGetBAR1MemoryInfo, gpu, of=mib(f"bar1{name}"), unit=" MiB")
        yield f"bar1_memory_usage/{name.lower()}", bar1
    watts = lambda milliwatts: f"{milliwatts / 1000:.2f}"
    power = "gpu_power_readings"
    yield f"{power}/average_power_draw", number(nvml.nvmlDeviceGetPowerUsage, gpu, of=watts, unit=" W")
    yield f"{power}/current_power_limit", number(nvml.nvmlDeviceGetEnforcedPowerLimit, gpu, of=watts, unit=" W")
    temperature = number(nvml.nvmlDeviceGetTemperature, gpu, nvml.NVML_TEMPERATURE_GPU, unit=" C")
    yield "temperature/gpu_temp", temperature
    yield "temperature/memory_temp", number(memory_temperature, gpu, unit=" C")
    clocks = {
        "graphics": nvml.NVML_CLOCK_GRAPHICS,
        "sm": nvml.NVML_CLOCK_SM,
        "mem": nvml.NVML_CLOCK_MEM,
        "video": nvml.NVML_CLOCK_VIDEO,
    }
    for name, clock in clocks.items():
        yield f"clocks/{name}_clock", number(nvml.nvmlDeviceGetClockInfo, gpu, clock, unit=" MHz")
        yield f"max_clocks/{name}_clock", number(nvml.nvmlDeviceGetMaxClockInfo, gpu, clock, unit=" MHz")
    yield "performance_state", "P" + number(nvml.nvmlDeviceGetPerformanceState, gpu)
    yield "pci/replay_counter", number(nvml.nvmlDeviceGetPcieReplayCounter, gpu)
    link = "pci/pci_gpu_link_info"
    yield f"{link}/pcie_gen/current_link_gen", number(nvml.nvmlDeviceGetCurrPcieLinkGeneration, gpu)
    yield f"{link}/pcie_gen/max_link_gen", number(nvml.nvmlDeviceGetMaxPcieLinkGeneration, gpu)
    yield f"{link}/link_widths/max_link_width", number(nvml.nvmlDeviceGetMaxPcieLinkWidth, gpu, unit="x")
    yield f"{link}/link_widths/current_link_width", number(nvml.nvmlDeviceGetCurrPcieLinkWidth, gpu, unit="x")
    for at, name in enumerate(("corr", "unc")):
        rows = number(nvml.nvmlDeviceGetRemappedRows, gpu, of=lambda rows, at=at: rows[at])
        yield f"remapped_rows/remapped_row_{name}", rows


def xml(paths, indent=""):
    groups = {}
    for path, text in paths:
        head, _, rest = path.partition("/")
        groups.setdefault(head, []).append((rest, text))
    for name, inner in groups.items():
        if inner[0][0]:
            yield f"{indent}<{name}>"
            yield from xml(inner, indent + "\t")
            yield f"{indent}</{name}>"
        else:
            yield f"{indent}<{name}>{inner[0][1]}</{name}>"


def main():
    nvml.nvmlInit()
    gpus = [nvml.nvmlDeviceGetHandleByIndex(index) for index in range(nvml.nvmlDeviceGetCount())]
    if "-L" in sys.argv:
        for index, gpu in enumerate(gpus):
            print(f"GPU {index}: {nvml.nvmlDeviceGetName(gpu)} (UUID: {nvml.nvmlDeviceGetUUID(gpu)})")
        return
    print('<?xml version="1.0" ?>\n<nvidia_smi_log>')
    for gpu in gpus:
        print(f'\t<gpu id="{nvml.nvmlDeviceGetPciInfo(gpu).busId}">')
        print("\n".join(xml(elements(gpu), "\t\t")))
        print("\t</gpu>")
    print("</nvidia_smi_log>")


main()
