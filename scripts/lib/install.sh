# shellcheck shell=bash disable=SC2154
# Sourced: installs what the tests need and is missing, and exports where each tool is. The second run only looks.
#
# From Debian's packages come the programs below; what needs a pinned version that Debian does not have is built into
# the cache: ITS_TEST_CACHE, by default .cache in the repository.

# What Debian bookworm has, and the tests' expectations are written for.
prometheus_version=2.42

source scripts/lib/collector.sh
source scripts/lib/promtool.sh

install_tools() {
    mkdir -p "${ITS_TEST_CACHE:=$repository/.cache}"
    ITS_TEST_CACHE=$(cd "$ITS_TEST_CACHE" && pwd)
    export ITS_TEST_CACHE
    # Two runs that share a cache must not build the same thing at once.
    exec 9>"$ITS_TEST_CACHE/lock"
    flock 9
    install_debian_packages
    install_python
    install_collector
    install_promtool_3
    exec 9>&-
    export_tools
}

# Each program that the tests or this script call, Debian's package of it, and the variable that may name another one.
programs='prometheus prometheus ITS_PROMETHEUS
promtool prometheus ITS_PROMTOOL
prometheus-alertmanager prometheus-alertmanager ITS_ALERTMANAGER
chromium chromium ITS_CHROMIUM
chromedriver chromium-driver ITS_CHROMEDRIVER
ffmpeg ffmpeg ITS_FFMPEG
curl curl
python3 python3 ITS_PYTHON
cc gcc CC'

# Prints the packages of those programs that are absent.
missing_packages() {
    local program package variable
    while read -r program package variable; do
        [[ $variable && ${!variable:-} ]] || command -v "$program" >/dev/null || printf '%s\n' "$package"
    done <<<"$programs" | uniq
}

install_debian_packages() {
    local missing
    mapfile -t missing < <(missing_packages)
    # A browser without fonts draws boxes.
    [[ " ${missing[*]} " != *" chromium "* ]] || missing+=(fonts-dejavu-core)
    [[ " ${missing[*]} " != *" gcc "* ]] || missing+=(libc6-dev)
    python_is_ready || python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
    { collector_is_ready && promtool_3_is_ready; } || command -v go >/dev/null || missing+=(golang-go ca-certificates)
    ((${#missing[@]} > 0)) || return 0
    apt_install "${missing[@]}"
    hash -r
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]} == 0)) || die "not on PATH although their packages are installed: programs of ${missing[*]}"
}

apt_install() {
    local root=() own_policy=
    say "installing Debian packages: $*"
    command -v apt-get >/dev/null || die "this is no Debian; install by hand what these packages have: $*"
    if ((EUID != 0)); then
        sudo -n true 2>/dev/null || die "not root; have root install these packages: $*"
        root=(sudo -n)
    fi
    # Debian would start Prometheus and Alertmanager as services. This forbids it, unless the machine already says
    # what it wants.
    if [[ ! -e /usr/sbin/policy-rc.d ]]; then
        printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee /usr/sbin/policy-rc.d >/dev/null
        "${root[@]}" chmod 755 /usr/sbin/policy-rc.d
        own_policy=yes
    fi
    local status=0 log
    log=$(mktemp)
    {
        "${root[@]}" apt-get -o DPkg::Lock::Timeout=300 update &&
            "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300 \
                -o Dpkg::Use-Pty=0 --no-install-recommends install "$@"
    } >"$log" 2>&1 || status=$?
    [[ -z $own_policy ]] || "${root[@]}" rm -f /usr/sbin/policy-rc.d
    if ((status != 0)); then
        tail -n 30 "$log" >&2
        die "apt-get could not install $* (its last words are above; is there a network?)"
    fi
    rm -f "$log"
}

python_is_ready() {
    local python=$ITS_TEST_CACHE/python
    [[ -n ${ITS_PYTHON:-} ]] ||
        { [[ $(cat "$python/stamp" 2>/dev/null) == "$(stamp_of requirements.txt)" ]] &&
            "$python/bin/python" -c 'import prometheus_client, pynvml' 2>/dev/null; }
}

install_python() {
    local python=$ITS_TEST_CACHE/python
    ! python_is_ready || return 0
    say "installing Python packages"
    rm -rf "$python"
    # Debian's own Python where the first one on PATH has no venv.
    { python3 -c 'import ensurepip, venv' 2>/dev/null && python3 -m venv "$python"; } ||
        /usr/bin/python3 -m venv "$python" || die "cannot make a Python environment (package python3-venv)"
    "$python/bin/pip" install --quiet --disable-pip-version-check --require-hashes \
        -r "$repository/scripts/requirements.txt" ||
        die "pip could not install scripts/requirements.txt (its message is above; is there a network?)"
    stamp_of requirements.txt >"$python/stamp"
}

# The same variables that its-test-support reads; one that is set already wins.
export_tools() {
    export ITS_PROMETHEUS=${ITS_PROMETHEUS:-$(command -v prometheus)}
    export ITS_PROMTOOL=${ITS_PROMTOOL:-$(command -v promtool)}
    export ITS_PROMTOOL_3=${ITS_PROMTOOL_3:-$ITS_TEST_CACHE/promtool3/promtool}
    export ITS_ALERTMANAGER=${ITS_ALERTMANAGER:-$(command -v prometheus-alertmanager)}
    export ITS_OTELCOL=${ITS_OTELCOL:-$ITS_TEST_CACHE/otelcol/otelcol-test}
    export ITS_PYTHON=${ITS_PYTHON:-$ITS_TEST_CACHE/python/bin/python}
    export ITS_CHROMIUM=${ITS_CHROMIUM:-$(command -v chromium)}
    export ITS_CHROMEDRIVER=${ITS_CHROMEDRIVER:-$(command -v chromedriver)}
    export ITS_FFMPEG=${ITS_FFMPEG:-$(command -v ffmpeg)}
    local found
    found=$("$ITS_PROMETHEUS" --version 2>&1 | head -n 1)
    [[ $found == *"version $prometheus_version."* ]] ||
        die "the tests expect Prometheus $prometheus_version; $ITS_PROMETHEUS is: $found"
}
