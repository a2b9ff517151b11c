# shellcheck shell=bash disable=SC2154
# Sourced: builds the OpenTelemetry Collector of scripts/collector with the Collector Builder, from Go modules whose
# versions and hashes go.mod and go.sum hold. scripts/collector/update.sh renews these two.

# Taken where the machine's Go is older than the oldest that the Collector builds with.
go_version=1.26.8
go_minimum=1.26

collector_is_ready() {
    local folder=$ITS_TEST_CACHE/otelcol
    [[ -n ${ITS_OTELCOL:-} ]] ||
        { [[ $(cat "$folder/stamp" 2>/dev/null) == "$(collector_stamp)" ]] && [[ -x $folder/otelcol-test ]]; }
}

collector_stamp() {
    stamp_of collector/builder-config.yaml collector/go.mod collector/go.sum
}

install_collector() {
    local work
    ! collector_is_ready || return 0
    say "building the OpenTelemetry Collector (about 3 minutes)"
    work=$(mktemp -d)
    (build_collector "$work") || die "the Collector could not be built (go's message is above; is there a network?)"
    mkdir -p "$ITS_TEST_CACHE/otelcol"
    mv "$work/source/otelcol-test" "$ITS_TEST_CACHE/otelcol/otelcol-test"
    collector_stamp >"$ITS_TEST_CACHE/otelcol/stamp"
    rm -rf "$work"
}

# Joined with && throughout: bash ignores `set -e` in what is called before ||.
build_collector() {
    generate_collector "$1" &&
        cp "$repository/scripts/collector/"go.{mod,sum} source/ &&
        cd source &&
        CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags '-s -w' -o otelcol-test .
}

# generate_collector FOLDER: goes to that folder and puts the builder, of the manifest's version, and the program's
# Go files in source/ there.
generate_collector() {
    local manifest=$repository/scripts/collector/builder-config.yaml version
    version=$(sed -n 's/^  version: //p' "$manifest")
    # Outside any module, whose go.mod an old Go could not read.
    cd "$1" && use_go &&
        GOBIN=$1 go install -trimpath "go.opentelemetry.io/collector/cmd/builder@v$version" &&
        TMPDIR=$1 ./builder --config "$manifest" --skip-compilation --skip-get-modules
}

# Makes `go` a Go that is new enough.
use_go() {
    export GOWORK=off GOFLAGS=${GOFLAGS:+$GOFLAGS }-modcacherw
    if go_is_at_least "$go_minimum"; then
        return
    elif go_is_at_least 1.21; then
        # This Go fetches the toolchain itself.
        export GOTOOLCHAIN=go$go_version
    else
        use_go_from_module
    fi
    go_is_at_least "$go_minimum"
}

go_is_at_least() {
    printf 'go%s\n%s\n' "$1" "$(go env GOVERSION)" | sort --check=quiet --version-sort
}

# The toolchain comes as a Go module. A module's files have no executable bits, and none is called go.mod.
use_go_from_module() {
    local module root
    module=golang.org/toolchain@v0.0.1-go$go_version.$(go env GOOS)-$(go env GOARCH)
    root=$(go env GOMODCACHE)/$module
    go mod download "$module" &&
        chmod -R +x "$root/bin" "$root/pkg/tool" &&
        find "$root" -name _go.mod -execdir mv {} go.mod \; || return
    export PATH=$root/bin:$PATH GOROOT=$root GOTOOLCHAIN=local
}
