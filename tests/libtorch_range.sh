#!/usr/bin/env bash
# Builds against the oldest LibTorch that is allowed, which is the pinned one, and the newest, and runs the unit tests on each:
#
#   tests/libtorch_range.sh [VERSION...]      default: 2.11.0 2.15.0
#
# Each is brought as cmake/setup brings the pinned one, into the same cache; a build takes some ten minutes. Not part of ctest.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || set -- 2.11.0 2.15.0
jobs=${JOBS:-$(nproc)}
cache=${CORTEXPR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cortexpr}
unset Torch_DIR CMAKE_PREFIX_PATH
for version in "$@"; do
    printf 'cortexpr: LibTorch %s\n' "$version"
    CORTEXPR_LIBTORCH=$version "$root/cmake/setup" --tests
    cmake -S "$root" -B "$root/build/libtorch-$version" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCORTEXPR_TESTS=ON \
        -DCMAKE_PREFIX_PATH="$cache/libtorch-$version" --log-level=WARNING
    cmake --build "$root/build/libtorch-$version" -j "$jobs"
    ctest --test-dir "$root/build/libtorch-$version" -L unit -j "$jobs" --output-on-failure
done
