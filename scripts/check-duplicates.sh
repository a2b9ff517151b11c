#!/usr/bin/env bash
# Fails when the published crates, with all features, bring in two versions of a crate that is not listed, with the
# reason, in duplicates-allowed.txt; also when the list names a crate that is no duplicate any more.
set -euo pipefail

cd "$(dirname "$0")/.."
source scripts/lib/common.sh

packages=()
for crate in "${product_crates[@]}"; do
    packages+=(-p "$crate")
done

# Also printed by cargo: one version built twice with different features. That is one name and one version here.
found=$(cargo tree --locked "${packages[@]}" --all-features --edges normal,no-proc-macro --duplicates \
    --depth 0 --prefix none --format '{p}' | awk 'NF { print $1, $2 }' | sort -u | cut -d ' ' -f 1 | uniq -d)
allowed=$(sed 's/#.*//; s/[[:space:]]*$//; /^$/d' scripts/duplicates-allowed.txt | sort -u)

unlisted=$(comm -23 <(printf '%s\n' "$found") <(printf '%s\n' "$allowed"))
stale=$(comm -13 <(printf '%s\n' "$found") <(printf '%s\n' "$allowed"))
status=0
for crate in $unlisted; do
    printf '%s is there in several versions:\n' "$crate"
    cargo tree --locked "${packages[@]}" --all-features --edges normal,no-proc-macro --duplicates --invert "$crate"
    status=1
done
for crate in $stale; do
    printf '%s is in scripts/duplicates-allowed.txt, but there is only one version of it\n' "$crate"
    status=1
done
exit "$status"
