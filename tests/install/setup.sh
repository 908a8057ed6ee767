#!/usr/bin/env bash
# What cmake/setup does before it downloads anything: usage: setup.sh SOURCE_DIR WORK_DIR
# Programs it would call are replaced by pretended ones, so that nothing is installed and no network is needed.
set -u
source_dir=$1
work=$2
rm -rf "$work"
mkdir -p "$work/pretend" "$work/cache/libtorch-2.11.0/torch/lib" "$work/cache/arrow-26.0.1/pyarrow" "$work/elsewhere/torch/lib"
touch "$work/cache/libtorch-2.11.0/torch/lib/libtorch_cpu.so" "$work/cache/arrow-26.0.1/pyarrow/libparquet.so.2600" "$work/elsewhere/torch/lib/libtorch_cpu.so"
failures=0

pretend() { # name, body
    printf '#!/bin/sh\n%s\n' "$2" >"$work/pretend/$1"
    chmod +x "$work/pretend/$1"
}

# expect NAME STATUS TEXT ENVIRONMENT... -- ARGUMENTS...
expect() {
    local name=$1 status=$2 text=$3 output got
    shift 3
    local environment=()
    while [ "$1" != -- ]; do
        environment+=("$1")
        shift
    done
    shift
    output=$(env -u Torch_DIR -u CMAKE_PREFIX_PATH "PATH=$work/pretend:$PATH" "${environment[@]}" \
        timeout 60 bash "$source_dir/cmake/setup" "$@" 2>&1)
    got=$?
    if [ "$got" -ne "$status" ] || [[ $output != *"$text"* ]]; then
        printf '%s: status %s, expected %s; expected in the output: %s\noutput: %s\n' "$name" "$got" "$status" "$text" "$output"
        failures=$((failures + 1))
    fi
    # What fails says so in one line (an interrupt needs none).
    if [ "$status" -eq 1 ] && [ "$(printf '%s\n' "$output" | grep -vcE '^cortexpr: (bringing|installing) ')" -ne 1 ]; then
        printf '%s: not one sentence: %s\n' "$name" "$output"
        failures=$((failures + 1))
    fi
}

all_installed='printf installed'
pretend dpkg-query "$all_installed"
pretend apt-get 'exit 99'
pretend sudo 'exit 98'

expect 'nothing to do' 0 '' "CORTEXPR_CACHE=$work/cache" --
expect 'LibTorch by CMAKE_PREFIX_PATH' 0 '' "CORTEXPR_CACHE=$work/none" "CMAKE_PREFIX_PATH=/nowhere:$work/elsewhere" --
expect 'LibTorch by Torch_DIR' 0 '' "CORTEXPR_CACHE=$work/none" "Torch_DIR=$work/elsewhere/torch/share/cmake/Torch" --
expect 'unknown option' 1 "setup knows no option '--gpu'" "CORTEXPR_CACHE=$work/cache" -- --gpu
pretend uname 'echo m68k'
expect 'unknown machine' 1 'there is no LibTorch wheel for m68k' "CORTEXPR_CACHE=$work/none" --
rm "$work/pretend/uname"

pretend dpkg-query 'case "$*" in *libfmt-dev) exit 1 ;; *) printf installed ;; esac'
pretend id 'echo 1000'
rm "$work/pretend/sudo"
if ! command -v sudo >/dev/null; then
    expect 'neither root nor sudo' 1 'as root, run: apt-get install -y libfmt-dev' "CORTEXPR_CACHE=$work/cache" --
fi
pretend sudo 'exec "$@"'
expect 'apt-get fails' 1 'apt-get update failed' "CORTEXPR_CACHE=$work/cache" --
pretend apt-get "echo \"\$*\" >>'$work/apt-get.log'"
expect 'only what is missing' 0 'installing libfmt-dev' "CORTEXPR_CACHE=$work/cache" --
if ! grep -qx 'install -y -qq --no-install-recommends libfmt-dev' "$work/apt-get.log"; then
    printf 'apt-get was asked for something else:\n%s\n' "$(cat "$work/apt-get.log")"
    failures=$((failures + 1))
fi

# The second compiler is a wish: installed where apt has it, and its absence is no failure.
pretend apt-cache 'exit 0'
pretend dpkg-query "$all_installed"
if ! command -v clang++-19 >/dev/null; then
    expect 'second compiler' 0 'installing clang-19' "CORTEXPR_CACHE=$work/cache" -- --tests
    pretend apt-cache 'exit 1'
    expect 'no second compiler' 0 '' "CORTEXPR_CACHE=$work/cache" -- --tests
fi
rm "$work/pretend/id" "$work/pretend/sudo"
pretend dpkg-query "$all_installed"

# A download that is interrupted leaves nothing that looks like LibTorch, and the next one begins afresh.
# shellcheck disable=SC2016
pretend python3 'case "$*" in *--version*) exit 0 ;; *) kill -TERM $PPID; sleep 1; exit 1 ;; esac'
expect 'interrupted' 130 'bringing LibTorch 2.11.0' "CORTEXPR_CACHE=$work/partial" --
if [ -n "$(find "$work/partial" -mindepth 1 ! -name .lock)" ]; then
    printf 'left behind:\n%s\n' "$(find "$work/partial")"
    failures=$((failures + 1))
fi
pretend python3 'case "$*" in *--version*) exit 0 ;; *) exit 1 ;; esac'
mkdir -p "$work/partial/.incoming.killed"
expect 'no network' 1 'pip could not download LibTorch' "CORTEXPR_CACHE=$work/partial" --
if [ -n "$(find "$work/partial" -mindepth 1 ! -name .lock)" ]; then
    printf 'left behind:\n%s\n' "$(find "$work/partial")"
    failures=$((failures + 1))
fi

# One library after another: the first one's lock is given back. Pretended downloads leave what is looked for.
# shellcheck disable=SC2016
pretend python3 'case "$*" in
    *unpack\ *) for last; do into=$before before=$last; done
        mkdir -p "$into/torch/lib" "$into/pyarrow"
        touch "$into/torch/lib/libtorch_cpu.so" "$into/pyarrow/libparquet.so.2600" ;;
esac'
expect 'LibTorch, then Arrow' 0 'bringing Arrow 26.0.1' "CORTEXPR_CACHE=$work/both" -- --tests
if [ ! -e "$work/both/libtorch-2.11.0/torch/lib/libtorch_cpu.so" ] || [ ! -e "$work/both/arrow-26.0.1/pyarrow/libparquet.so.2600" ]; then
    printf 'not brought:\n%s\n' "$(find "$work/both")"
    failures=$((failures + 1))
fi

# Arrow is needed where it is asked for, and a wish where only the tests would use it.
rm -r "$work/cache/arrow-26.0.1"
pretend python3 'case "$*" in *--version*) exit 0 ;; *) exit 1 ;; esac'
expect 'no network for Arrow' 1 'pip could not download Arrow' "CORTEXPR_CACHE=$work/cache" -- --arrow
pretend clang++-19 'exit 0'
expect 'tests without Arrow' 0 'going on without Arrow' "CORTEXPR_CACHE=$work/cache" -- --tests
exit $((failures > 0))
