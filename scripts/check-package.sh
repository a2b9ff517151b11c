#!/usr/bin/env bash
# Packages the published crates together and compiles each from its package, the others coming from theirs.
set -euo pipefail

cd "$(dirname "$0")/.."
source scripts/lib/common.sh

# Cargo takes a package of one version for immutable: it would use again what an earlier run unpacked and compiled.
forget_packages() {
    local crate
    for crate in "${product_crates[@]}"; do
        rm -rf "${CARGO_HOME:-$HOME/.cargo}"/registry/src/-*/"$crate"-[0-9]* \
            target/package-check/debug/.fingerprint/"$crate"-*
    done
}

forget_packages
trap forget_packages EXIT
cargo package --locked --allow-dirty --target-dir target/package-check "${product_crates[@]/#/--package=}"
