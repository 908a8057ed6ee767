#!/usr/bin/env bash
# Fuzzes every reader, each by itself: new inputs are kept beside the build, and what breaks a reader is told.
#
#   tests/fuzz/fuzz.sh BUILD                 a minute each
#   tests/fuzz/fuzz.sh BUILD --runs 1000000  a million executions each
#   tests/fuzz/fuzz.sh BUILD --only pytorch  one of them
#   tests/fuzz/fuzz.sh BUILD --jobs 2        readers at a time; 1 without it
#   tests/fuzz/fuzz.sh BUILD --seed 1        of the random numbers; another one each time without it
#   tests/fuzz/fuzz.sh BUILD --timeout 120   seconds by the clock in which an input is to be read; 5 without it, which is too
#                                            little for a process that waits for others
#
# BUILD is made with Clang (Debian: clang-19 and libclang-rt-19-dev), and needs no LibTorch; `make fuzz` makes it.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=${1:?the build folder is missing; see the first lines of this script}
shift
limit=-max_total_time=60
only='*'
timeout=5
jobs=1
seed=0  # libFuzzer's word for any
while [ $# -gt 0 ]; do
    case $1 in
        --runs) limit=-runs="${2:?--runs takes a number}" ;;
        --seconds) limit=-max_total_time="${2:?--seconds takes a number}" ;;
        --only) only=${2:?--only takes the name of a reader} ;;
        --jobs) jobs=${2:?--jobs takes a number} ;;
        --seed) seed=${2:?--seed takes a number} ;;
        --timeout) timeout=${2:?--timeout takes a number} ;;
        *) printf 'fuzz.sh knows no option %s\n' "$1" >&2; exit 2 ;;
    esac
    shift 2
done

programs=("$build"/bin/fuzz_$only)
if [ ! -x "${programs[0]}" ]; then
    printf 'fuzz.sh finds no reader %s in %s/bin; build the target "fuzzers" there\n' "$only" "$build" >&2
    exit 2
fi

fuzz() {
    local program=$1 name=${1##*/fuzz_}
    local log="$build/found/$name.log"
    mkdir -p "$build/corpus/$name" "$build/found"
    if "$program" "$build/corpus/$name" "$here/corpus/$name" "$limit" -seed="$seed" -rss_limit_mb=512 -timeout="$timeout" \
        -max_len=65536 -print_final_stats=1 -verbosity=0 -artifact_prefix="$build/found/$name-" 2>"$log"; then
        printf '%-20s %s\n' "$name" "$(sed -n 's/.*number_of_executed_units: */executions /p' "$log")"
    else
        printf '%-20s BROKEN: %s; the input is in %s\n' "$name" "$(grep -m1 'ERROR\|runtime error' "$log")" "$build/found"
        return 1
    fi
}
export -f fuzz
export here build limit seed timeout

# xargs answers with 123 where one of them failed.
printf '%s\0' "${programs[@]}" | xargs -0 -n1 -P"$jobs" bash -c 'fuzz "$0"' || exit 1
