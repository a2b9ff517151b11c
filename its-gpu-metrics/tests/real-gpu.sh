#!/usr/bin/env bash
# On a machine with an NVIDIA GPU: compares what its-gpu-exporter serves with `nvidia-smi -q -x`, value by value, first
# idle and then under load, and prints what each NVML call costs.
#
#   its-gpu-metrics/tests/real-gpu.sh
#
# Needs cargo, python3 and the driver. ITS_NVIDIA_SMI and ITS_NVML name another nvidia-smi and NVML library;
# ITS_GPU_LOAD=none leaves out the load; ITS_GPU_ROUNDS is how often the idle GPU is read; ITS_GPU_EXPORTER names a built its-gpu-exporter. Ends with "N passed, N failed".
set -euo pipefail

cd "$(dirname "$0")/../.."
here=its-gpu-metrics/tests

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

smi=${ITS_NVIDIA_SMI:-nvidia-smi}
python=${ITS_PYTHON:-python3}
command -v "$smi" >/dev/null || die "no $smi: this needs a machine with an NVIDIA GPU and its driver"
command -v "$python" >/dev/null || die "no $python on PATH"
exporter=${ITS_GPU_EXPORTER:-}
if [[ ! $exporter ]]; then
    command -v cargo >/dev/null || die "no cargo on PATH"
    cargo build --release --locked -p its-telemetry --features gpu-exporter --bin its-gpu-exporter
    exporter=${CARGO_TARGET_DIR:-target}/release/its-gpu-exporter
fi

work=$(mktemp -d)
pids=()
finish() {
    local pid
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap finish EXIT

arguments=(--address 127.0.0.1:0 --interval 1s --slow-interval 5s --pcie-throughput --processes 64)
[[ ! ${ITS_NVML:-} ]] || arguments+=(--library "$ITS_NVML")
"$exporter" "${arguments[@]}" >"$work/exporter.log" 2>&1 &
pids+=($!)
is_up() {
    [[ $url ]] && curl -fsS "$url/metrics" >"$work/page" 2>/dev/null && grep -q '^its_gpu_collector_up 1' "$work/page"
}
url=
for _ in $(seq 1 600); do
    url=$(grep -Eo 'http://127\.0\.0\.1:[0-9]+' "$work/exporter.log" | head -1 || true)
    ! is_up || break
    kill -0 "${pids[0]}" 2>/dev/null || { cat "$work/exporter.log"; die "its-gpu-exporter ended"; }
    sleep 0.1
done
is_up || {
    cat "$work/exporter.log"
    grep '^its_gpu_collector' "$work/page" || true
    die "its-gpu-exporter reads no GPU"
}

passed=0
failed=0
compare() {
    printf '\n== %s\n' "$1"
    if "$python" "$here/real_gpu.py" "$url/metrics" "$smi" "$2"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
}

"$smi" -L
compare idle "${ITS_GPU_ROUNDS:-5}"
if [[ ${ITS_GPU_LOAD:-cuda} != none ]]; then
    "$python" "$here/real_gpu_load.py" 3600 2048 >"$work/load.log" 2>&1 &
    pids+=($!)
    until grep -q loading "$work/load.log"; do
        kill -0 "${pids[1]}" 2>/dev/null || { cat "$work/load.log"; die "the load does not run"; }
        sleep 0.1
    done
    sleep 3 # Utilisation and power are averages over up to a second, and the clocks rise.
    compare "under load" 10
    # It ends with this script; without it, that was a second comparison of an idle GPU.
    kill -0 "${pids[1]}" 2>/dev/null || { cat "$work/load.log"; die "the load ended before the comparison"; }
fi
printf '\n%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
