#!/usr/bin/env python3
"""Compares what its-gpu-exporter serves with what `nvidia-smi -q -x` says, value by value.

Usage: real_gpu.py METRICS_URL NVIDIA_SMI ROUNDS

A value that moves must lie between what nvidia-smi says before and after the scrape, give or take a tolerance; one that
stands must be equal. A value that only nvidia-smi has is missing, unless ALLOWED says why; one that only we have is
listed. Ends with "N equal, N differ, N missing"; the exit status is 1 when any differs or is missing.
"""

import re
import subprocess
import sys
import time
import urllib.request
import xml.etree.ElementTree as ElementTree

MIB = 1024 * 1024

# What nvidia-smi calls it, what its unit is in ours, our metric with its labels, and a tolerance in our unit.
VALUES = [
    ("utilization/gpu_util", 0.01, "hw_gpu_utilization_ratio", {"hw_gpu_task": "general"}, 0.35),
    ("utilization/encoder_util", 0.01, "hw_gpu_utilization_ratio", {"hw_gpu_task": "encoder"}, 0.35),
    ("utilization/decoder_util", 0.01, "hw_gpu_utilization_ratio", {"hw_gpu_task": "decoder"}, 0.35),
    ("fb_memory_usage/total", MIB, "hw_gpu_memory_limit_bytes", {}, MIB),
    ("fb_memory_usage/used", MIB, "hw_gpu_memory_usage_bytes", {}, 64 * MIB),
    ("fb_memory_usage/reserved", MIB, "its_gpu_memory_reserved_bytes", {}, MIB),
    ("bar1_memory_usage/total", MIB, "its_gpu_bar1_limit_bytes", {}, MIB),
    ("bar1_memory_usage/used", MIB, "its_gpu_bar1_usage_bytes", {}, 4 * MIB),
    ("gpu_power_readings/average_power_draw", 1, "hw_power_watts", {}, 40),
    ("gpu_power_readings/current_power_limit", 1, "its_gpu_power_limit_watts", {}, 0.01),
    ("temperature/gpu_temp", 1, "hw_temperature_celsius", {"hw_sensor_location": "gpu"}, 2),
    ("temperature/memory_temp", 1, "hw_temperature_celsius", {"hw_sensor_location": "memory"}, 2),
    ("clocks/graphics_clock", 1e6, "its_gpu_clock_hertz", {"domain": "graphics"}, 300e6),
    ("clocks/sm_clock", 1e6, "its_gpu_clock_hertz", {"domain": "sm"}, 300e6),
    ("clocks/mem_clock", 1e6, "its_gpu_clock_hertz", {"domain": "memory"}, 300e6),
    ("clocks/video_clock", 1e6, "its_gpu_clock_hertz", {"domain": "video"}, 300e6),
    ("max_clocks/graphics_clock", 1e6, "its_gpu_clock_max_hertz", {"domain": "graphics"}, 0),
    ("max_clocks/sm_clock", 1e6, "its_gpu_clock_max_hertz", {"domain": "sm"}, 0),
    ("max_clocks/mem_clock", 1e6, "its_gpu_clock_max_hertz", {"domain": "memory"}, 0),
    ("max_clocks/video_clock", 1e6, "its_gpu_clock_max_hertz", {"domain": "video"}, 0),
    ("performance_state", 1, "its_gpu_performance_state", {}, 0),
    ("pci/replay_counter", 1, "its_gpu_pcie_replays_total", {}, 0),
    ("pci/pci_gpu_link_info/pcie_gen/current_link_gen", 1, "its_gpu_pcie_link_generation", {}, 0),
    ("pci/pci_gpu_link_info/link_widths/current_link_width", 1, "its_gpu_pcie_link_width", {}, 0),
    ("pci/pci_gpu_link_info/pcie_gen/max_link_gen", 1, "its_gpu_pcie_link_generation_max", {}, 0),
    ("pci/pci_gpu_link_info/link_widths/max_link_width", 1, "its_gpu_pcie_link_width_max", {}, 0),
    ("fan_speed", 0.01, "hw_fan_speed_ratio", {"fan": "0"}, 0.05),
    ("remapped_rows/remapped_row_corr", 1, "its_gpu_remapped_rows", {"kind": "correctable"}, 0),
    ("remapped_rows/remapped_row_unc", 1, "its_gpu_remapped_rows", {"kind": "uncorrectable"}, 0),
]

# Where nvidia-smi has a threshold of temperature, by our labels.
THRESHOLDS = {
    "gpu_temp_max_threshold": ("gpu", "high.critical"),
    "gpu_temp_slow_threshold": ("gpu", "high.degraded"),
    "gpu_temp_max_gpu_threshold": ("gpu", "max"),
    "gpu_temp_max_mem_threshold": ("memory", "max"),
}
VALUES += [
    (
        f"temperature/{element}",
        1,
        "hw_temperature_limit_celsius",
        {"hw_sensor_location": sensor, "hw_limit_type": limit},
        0,
    )
    for element, (sensor, limit) in THRESHOLDS.items()
]

# Memory errors, which nvidia-smi tells by memory: its group, our metric.
ECC = [("volatile", "hw_errors_total"), ("aggregate", "its_gpu_ecc_lifetime_errors_total")]

# Words: nvidia-smi's element, our label of its_gpu_info.
WORDS = [
    ("product_name", "hw_model"),
    ("serial", "hw_serial_number"),
    ("vbios_version", "hw_firmware_version"),
    ("minor_number", "minor"),
]

# What nvidia-smi has and we may lack, and why.
ALLOWED = {
    "hw_fan_speed_ratio": "a GPU may tell the speed of all its fans and not of each",
    "its_gpu_memory_reserved_bytes": "drivers before 510 tell it to nvidia-smi only",
}

BAD = ("DIFFERS", "MISSING")

SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def smi(program):
    """Each GPU by UUID."""
    output = subprocess.run([program, "-q", "-x"], check=True, capture_output=True, text=True, timeout=120)
    root = ElementTree.fromstring(output.stdout)
    return {gpu.findtext("uuid"): gpu for gpu in root.iter("gpu")}


def said(gpu, path, unit):
    """A number of nvidia-smi's in our unit; None where it says N/A."""
    text = gpu.findtext(path)
    # Drivers before 530 have other names for power.
    if text is None and path.startswith("gpu_power_readings/"):
        old = {"average_power_draw": "power_draw", "current_power_limit": "enforced_power_limit"}
        name = path.split("/")[1]
        for other in (f"gpu_power_readings/{old[name]}", f"power_readings/{old[name]}"):
            text = text or gpu.findtext(other)
    number = re.search(r"-?\d+(?:\.\d+)?", text or "")
    return float(number.group()) * unit if number else None


def scrape(url):
    """Values by name and labels."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    samples = []
    for line in lines:
        match = SAMPLE.match(line)
        if match and not line.startswith("#"):
            samples.append((match[1], dict(LABEL.findall(match[2] or "")), float(match[3])))
    return samples


def served(samples, name, uuid, labels):
    """The value of one series; None when there is none."""
    wanted = {"hw_id": uuid, **labels}
    for known, its, value in samples:
        if known == name and all(its.get(label) == text for label, text in wanted.items()):
            return value
    return None


def ecc_errors(gpu, group, kind):
    """Memory errors of a kind, added up over the memories; None where they are not counted."""
    counted = gpu.find(f"ecc_errors/{group}")
    if counted is None or gpu.findtext("ecc_mode/current_ecc") != "Enabled":
        return None
    # Before Turing: of one bit and of two.
    total = counted.findtext({"corrected": "single_bit/total", "uncorrected": "double_bit/total"}[kind])
    texts = [total] if total else [
        memory.text
        for memory in counted
        if re.match(r"(s|d)ram_", memory.tag) and ("uncorrectable" in memory.tag) == (kind == "uncorrected")
    ]
    numbers = [int(text) for text in texts if text and text.isdigit()]
    return sum(numbers) if numbers else None


def words(gpu, samples, uuid):
    """One row for each word about a GPU."""
    info = next((labels for name, labels, _ in samples if name == "its_gpu_info" and labels["hw_id"] == uuid), {})
    for element, label in WORDS:
        theirs = gpu.findtext(element)
        theirs = None if theirs in (None, "N/A", "") else theirs
        ours = info.get(label)
        yield f"its_gpu_info {label}", theirs, ours


def processes(samples, uuid):
    """How many processes we know of."""
    of = [labels for name, labels, _ in samples if name == "its_gpu_process_memory_bytes" and labels["hw_id"] == uuid]
    return len(of) + (served(samples, "its_gpu_processes_left_out", uuid, {}) or 0)


def verdict_of(name, theirs, ours, is_equal):
    if not theirs:
        return "absent" if ours is None else "only ours"
    if ours is None:
        return "allowed" if name in ALLOWED else "MISSING"
    return "equal" if is_equal(ours) else "DIFFERS"


def compare(before, samples, after):
    """One row for each value of each GPU: its name, what both say, and whether that is the same."""
    for uuid, gpu in before.items():
        for text, theirs, ours in words(gpu, samples, uuid):
            said_by = [theirs] if theirs else []
            yield uuid, text, said_by, ours, verdict_of(text, said_by, ours, lambda ours: ours == theirs)
        counts = [("processes", [len(of.findall("processes/process_info")) for of in (gpu, after[uuid])], processes(samples, uuid))]
        for group, name in ECC:
            for kind in ("corrected", "uncorrected"):
                theirs = [ecc_errors(of, group, kind) for of in (gpu, after[uuid])]
                ours = served(samples, name, uuid, {"error_type": kind})
                counts.append((f'{name} error_type="{kind}"', [count for count in theirs if count is not None], ours))
        for text, theirs, ours in counts:
            between = lambda ours: min(theirs) <= ours <= max(theirs)
            yield uuid, text, theirs, ours, verdict_of(text, theirs, ours, between)
        for path, unit, name, labels, tolerance in VALUES:
            theirs = [value for value in (said(gpu, path, unit), said(after[uuid], path, unit)) if value is not None]
            ours = served(samples, name, uuid, labels)
            text = name + "".join(f' {label}="{value}"' for label, value in labels.items())
            between = lambda ours: min(theirs) - tolerance <= ours <= max(theirs) + tolerance
            yield uuid, text, theirs, ours, verdict_of(name, theirs, ours, between)


def latencies(samples):
    """Calls, mean and share over a millisecond, for each NVML function."""
    functions = sorted({labels["call"] for name, labels, _ in samples if name == "its_gpu_call_latency_seconds_count"})
    for function in functions:
        of = [(name, labels, value) for name, labels, value in samples if labels.get("call") == function]
        count = next(value for name, _, value in of if name.endswith("_count"))
        # A call that has only failed to begin has none.
        if count == 0:
            continue
        total = next(value for name, _, value in of if name.endswith("_sum"))
        quick = [value for name, labels, value in of if name.endswith("_bucket") and float(labels["le"]) == 0.001]
        yield function, int(count), total / count * 1e6, 1 - quick[0] / count


def main():
    url, program, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    worst = {}
    samples = []
    for round_number in range(rounds):
        if round_number:
            time.sleep(1)  # The next readings, which come each second.
        before, samples, after = smi(program), scrape(url), smi(program)
        for uuid, text, theirs, ours, verdict in compare(before, samples, after):
            known = worst.get((uuid, text))
            if known is None or verdict in BAD:
                worst[uuid, text] = (theirs, ours, verdict)
    for (uuid, text), (theirs, ours, verdict) in worst.items():
        print(f"{verdict:10} {uuid} {text}: nvidia-smi {theirs or '-'}, ours {'-' if ours is None else ours}")
    print("\n| function | calls | mean in microseconds | over 1 ms |\n|---|--:|--:|--:|")
    for function, count, mean, slow in latencies(samples):
        print(f"| `{function}` | {count} | {mean:.1f} | {slow:.1%} |")
    verdicts = [verdict for _, _, verdict in worst.values()]
    differ, missing = (verdicts.count(verdict) for verdict in BAD)
    print(f"\n{verdicts.count('equal')} equal, {differ} differ, {missing} missing")
    sys.exit(1 if differ or missing or "equal" not in verdicts else 0)


if __name__ == "__main__":
    main()
