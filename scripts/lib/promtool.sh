# shellcheck shell=bash disable=SC2154
# Sourced: builds promtool of Prometheus 3 from Go modules, with which the full form tests the rules once more. Debian
# bookworm has Prometheus 2.42, whose ranges hold one scrape more.

promtool_3_version=3.16.0
# Prometheus 3.16.0 is v0.316.0 as a Go module.
promtool_3_module=github.com/prometheus/prometheus/cmd/promtool@v0.316.0

promtool_3_is_ready() {
    local folder=$ITS_TEST_CACHE/promtool3
    [[ -z ${ITS_TEST_FULL:-} || -n ${ITS_PROMTOOL_3:-} ]] ||
        { [[ $(cat "$folder/stamp" 2>/dev/null) == "$promtool_3_module" ]] && [[ -x $folder/promtool ]]; }
}

install_promtool_3() {
    local folder=$ITS_TEST_CACHE/promtool3
    ! promtool_3_is_ready || return 0
    say "building promtool $promtool_3_version (about 4 minutes)"
    mkdir -p "$folder"
    (build_promtool_3 "$folder") ||
        die "promtool $promtool_3_version could not be built (go's message is above; is there a network?)"
    printf '%s\n' "$promtool_3_module" >"$folder/stamp"
}

# Service discovery is most of it, and no test needs any. Outside any module, whose go.mod an old Go could not read.
build_promtool_3() {
    local version=github.com/prometheus/common/version.Version=$promtool_3_version
    cd "$1" && use_go &&
        GOBIN=$1 CGO_ENABLED=0 go install -trimpath -tags remove_all_sd -ldflags "-s -w -X $version" \
            "$promtool_3_module"
}
