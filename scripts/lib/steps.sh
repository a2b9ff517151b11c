# shellcheck shell=bash
# Sourced: runs the steps of a test run, counts what passed, and ends with the line "N passed, N failed".

passed=0
failed=0
timings=()
failed_steps=()

# step NAME COMMAND...
# A step that prints counts adds them; any other step is one check. A step that fails without having counted a
# failure, as when a crate does not compile, adds one.
step() {
    local name=$1 log status=0 step_passed step_failed began=$SECONDS
    shift
    log=$(mktemp)
    say "$name: $*"
    "$@" 2>&1 | tee "$log" || status=$?
    read -r step_passed step_failed < <(count "$log")
    rm -f "$log"
    if ((status != 0 && step_failed == 0)); then
        step_failed=1
    elif ((status == 0 && step_passed == -1)); then
        step_passed=1
    fi
    ((step_passed >= 0)) || step_passed=0
    passed=$((passed + step_passed))
    failed=$((failed + step_failed))
    timings+=("$(printf '%5d s  %6d passed  %4d failed  %s' $((SECONDS - began)) "$step_passed" "$step_failed" "$name")")
    if ((step_failed > 0)); then
        failed_steps+=("$name")
    fi
}

# Prints the numbers of passed and failed tests in a log: those of its last "N passed, N failed", else the sum of
# cargo's "test result:" lines, an ignored test being a failed one. Without either, -1 and 0.
count() {
    awk '
        /^[0-9]+ passed, [0-9]+ failed$/ { passed = $1; failed = $3; total = 1 }
        /^test result: / { sum_passed += $4; sum_failed += $6 + $8; sums = 1 }
        END {
            if (total) print passed, failed
            else if (sums) print sum_passed, sum_failed
            else print -1, 0
        }' "$1"
}

# Prints the summary, its last line the counts alone; returns 1 unless something passed and nothing failed.
summary() {
    say "summary"
    printf '%s\n' "${timings[@]}"
    if ((${#failed_steps[@]} > 0)); then
        printf 'FAILED: %s\n' "${failed_steps[@]}"
    fi
    if ((passed == 0 && failed == 0)); then
        printf 'FAILED: no test was run\n'
        failed=1
    fi
    printf '\n%d passed, %d failed\n' "$passed" "$failed"
    ((failed == 0))
}
