#!/usr/bin/env bash
# Fuzzes every reader, each by itself: new inputs are kept beside the build, and what breaks a reader is told.
#
#   tests/fuzz/fuzz.sh BUILD                 a minute each
#   tests/fuzz/fuzz.sh BUILD --runs 1000000  a million executions each
#   tests/fuzz/fuzz.sh BUILD --only pytorch  one of them
#   tests/fuzz/fuzz.sh BUILD --timeout 120   seconds by the clock in which an input is to be read; 5 without it, which is too
#                                            little for a process that waits for others
#
# BUILD is made with Clang (Debian: clang-19 and libclang-rt-19-dev), and needs no LibTorch. CI runs the corpus alone:
#   cmake -G Ninja -B BUILD -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_BUILD_TYPE=Release -DCORTEXPR_TORCH=OFF \
#         -DCORTEXPR_FUZZ=ON -DCORTEXPR_WARNINGS_AS_ERRORS=OFF
#   cmake --build BUILD --target fuzzers
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=${1:?the build folder is missing; see the first lines of this script}
shift
limit=(-max_total_time=60)
only='*'
timeout=5
while [ $# -gt 0 ]; do
    case $1 in
        --runs) limit=(-runs="${2:?--runs takes a number}") ;;
        --seconds) limit=(-max_total_time="${2:?--seconds takes a number}") ;;
        --only) only=${2:?--only takes the name of a reader} ;;
        --timeout) timeout=${2:?--timeout takes a number} ;;
        *) printf 'fuzz.sh knows no option %s\n' "$1" >&2; exit 2 ;;
    esac
    shift 2
done

status=0
for program in "$build"/bin/fuzz_$only; do
    name=${program##*/fuzz_}
    mkdir -p "$build/corpus/$name" "$build/found"
    printf '%-16s ' "$name"
    if "$program" "$build/corpus/$name" "$here/corpus/$name" "${limit[@]}" -rss_limit_mb=512 -timeout="$timeout" -max_len=65536 \
        -print_final_stats=1 -verbosity=0 -artifact_prefix="$build/found/$name-" 2>"$build/found/$name.log"; then
        grep -o 'number_of_executed_units: .*' "$build/found/$name.log" | sed 's/number_of_executed_units: */executions /'
    else
        printf 'BROKEN, see %s\n' "$build/found/$name.log"
        status=1
    fi
done
exit $status
