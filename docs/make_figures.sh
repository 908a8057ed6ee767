#!/usr/bin/env bash
# Makes the figures of docs/workbench.md by the page's own commands: docs/make_figures.sh PROGRAMS DATA [CONNECTOME OPTIONS...]
# PROGRAMS: the folder of the built programs (build/release/bin); DATA: the folder of MNIST's files. Takes a few minutes.
# (docs/course/make.py makes the course's; bench/learning_figure.py and bench/run.py those of what was measured.)
set -euo pipefail
[ $# -ge 2 ] || { sed -n 2,4p "$0"; exit 2; }
programs=$(realpath "$1") data=$(realpath "$2")
images=$(realpath "$(dirname "$0")")/images
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
digits() { "$programs/digits" "$@" >/dev/null 2>&1 || { echo "failed: digits $*" >&2; exit 1; }; }
model=(--model runs/digits-1/model.safetensors --data "$data")

digits train --data "$data" --limit-train 10000 --batch 64 --epochs 15
digits perturb "${model[@]}" --scale V1.I-V1.E=1 --strengths 0,0.5,1,1.5,2 --svg "$images/perturb.svg"
digits analyse tuning --by orientation "${model[@]}" --svg "$images/tuning.svg"
digits analyse fields 'V1.E[0..8]' "${model[@]}" --svg "$images/fields.svg"
digits analyse spectrum "${model[@]}" --image 0 --svg "$images/spectrum.svg"
digits analyse balance "${model[@]}" --svg "$images/balance.svg"
digits wiring --out "$images/wiring.svg" --matrix "$images/matrix.svg"
digits record V1.E 'V1.I[0..3]' "${model[@]}" --images 0..99 --out activity.npz
digits plot maps activity.npz --out "$images/maps.svg"
digits plot movie activity.npz --image 3 --out "$images/movie.gif"
digits plot kernels runs/digits-1/model.safetensors --edge V1.E-V1.E --out "$images/kernels.svg"
digits plan --svg "$images/plan.svg"
for example in inhibition_stabilised disinhibition; do
    "$programs/$example" --out "$work" >/dev/null
    cp "$work/$example.svg" "$images/"
done
