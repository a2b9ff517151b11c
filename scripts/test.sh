#!/usr/bin/env bash
# Installs what the tests need, runs every kind of test, and ends with the line "N passed, N failed".
#
#   scripts/test.sh          the short form
#   scripts/test.sh --full   with the counts that take long (ITS_TEST_FULL=1)
#
# What is installed goes to ITS_TEST_CACHE, by default .cache; each tool can be given by its variable, such as
# ITS_PROMETHEUS (scripts/lib/install.sh has the list). Other arguments are refused.
set -euo pipefail

cd "$(dirname "$0")/.."
source scripts/lib/common.sh
source scripts/lib/steps.sh
source scripts/lib/install.sh

for argument in "$@"; do
    case $argument in
    --full) export ITS_TEST_FULL=1 ;;
    *) die "unknown argument $argument; usage: scripts/test.sh [--full]" ;;
    esac
done

command -v cargo >/dev/null || die "no cargo on PATH: install Rust $(sed -n 's/^rust-version = //p' Cargo.toml)"
export CARGO_TERM_COLOR=never
install_tools
say "tools ready, in $ITS_TEST_CACHE and $(dirname "$ITS_PROMETHEUS")"

test_options=(--locked --no-fail-fast)
step "tests, all features" cargo test --workspace --all-features "${test_options[@]}"
step "tests, without default features" \
    cargo test -p its-telemetry -p its-telemetry-macros --no-default-features "${test_options[@]}"
if [[ -n ${ITS_TEST_FULL:-} ]]; then
    step "rules, on Prometheus 3" env ITS_PROMTOOL="$ITS_PROMTOOL_3" \
        cargo test -p its-slo --all-features "${test_options[@]}" --test it rules::
fi
step "each feature alone" scripts/check-features.sh
step "one version of each dependency" scripts/check-duplicates.sh
step "packages" scripts/check-package.sh
if [[ -f benches/Cargo.toml ]]; then
    step "benches compile" cargo check --manifest-path benches/Cargo.toml --locked --all-targets
fi
summary
