#!/usr/bin/env bash
# Renews scripts/collector/go.mod and go.sum after a change of builder-config.yaml.
set -euo pipefail

cd "$(dirname "$0")/../.."
source scripts/lib/common.sh
source scripts/lib/collector.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
generate_collector "$work"
TMPDIR=$work ./builder --config "$repository/scripts/collector/builder-config.yaml" --skip-compilation
cp source/go.mod source/go.sum "$repository/scripts/collector/"
