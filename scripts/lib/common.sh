# shellcheck shell=bash
# Sourced: messages, and where things are.

# shellcheck disable=SC2034  # read by the scripts that source this file
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# A heading, with the seconds since the script began.
say() {
    printf '\n== [%4d s] %s\n' "$SECONDS" "$*"
}

die() {
    printf '\nerror: %s\n' "$*" >&2
    exit 1
}

# The crates that are published, in the order in which they depend on each other.
# shellcheck disable=SC2034  # read by the scripts that source this file
product_crates=(its-slo its-gpu-metrics its-telemetry-macros its-telemetry)

# stamp_of FILE...: a hash of files in scripts/, to notice that what was built from them is out of date.
stamp_of() {
    (cd "$repository/scripts" && cat "$@" | sha256sum | cut -d ' ' -f 1)
}
