#!/usr/bin/env bash
# Fails when the published crates, with all features, bring in two versions of a crate that is not listed, with the
# reason, in duplicates-allowed.txt; also when the list names a crate that is no duplicate any more.
set -euo pipefail

cd "$(dirname "$0")/.."
source scripts/lib/common.sh

tree() {
    cargo tree --quiet --locked "${product_crates[@]/#/--package=}" --all-features --edges normal,no-proc-macro "$@"
}

# Each duplicate as NAME@VERSION. Cargo also prints one version that is built twice with different features, which is
# no duplicate here.
duplicates=$(tree --duplicates --depth 0 --prefix none --format '{p}' | awk '
    NF && !seen[$1, $2]++ { versions[$1] = versions[$1] " " $1 "@" substr($2, 2); count[$1]++ }
    END { for (name in count) if (count[name] > 1) print versions[name] }')
found=$(tr ' ' '\n' <<<"$duplicates" | sed 's/@.*//; /^$/d' | sort -u)
allowed=$(sed 's/#.*//; s/[[:space:]]*$//; /^$/d' scripts/duplicates-allowed.txt | sort -u)

status=0
for crate in $(comm -23 <(echo "$found") <(echo "$allowed")); do
    printf '%s is there in several versions:\n' "$crate"
    for version in $duplicates; do
        [[ $version != "$crate"@* ]] || tree --invert "$version"
    done
    status=1
done
for crate in $(comm -13 <(echo "$found") <(echo "$allowed")); do
    printf '%s is in scripts/duplicates-allowed.txt, but there is only one version of it\n' "$crate"
    status=1
done
exit "$status"
