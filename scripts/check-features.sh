#!/usr/bin/env bash
# Compiles each published crate without its default features, with each feature alone, and with all; a warning is a
# failure too. Ends with "N passed, N failed".
set -euo pipefail

cd "$(dirname "$0")/.."
source scripts/lib/common.sh

passed=0
failed=0

check() {
    local output
    if output=$(cargo check --quiet --locked "$@" 2>&1) && [[ $output != *warning:* ]]; then
        printf 'ok      cargo check %s\n' "$*"
        passed=$((passed + 1))
    else
        printf 'FAILED  cargo check %s\n%s\n' "$*" "$output"
        failed=$((failed + 1))
    fi
}

features_of() {
    cargo metadata --locked --no-deps --format-version 1 | "${ITS_PYTHON:-python3}" -c '
import json, sys
packages = {package["name"]: package for package in json.load(sys.stdin)["packages"]}
print(*sorted(packages[sys.argv[1]]["features"]), sep="\n")' "$1"
}

for crate in "${product_crates[@]}"; do
    check -p "$crate" --no-default-features
    for feature in $(features_of "$crate"); do
        check -p "$crate" --no-default-features --features "$feature"
    done
    check -p "$crate" --all-features
done

printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
