#!/usr/bin/env python3
"""Times a connectome of a fly optic lobe's size on the CPU beside the reference, on the same synapses, and writes one table:

    bench/connectomes.py --program build/release/bin/bench_connectome --reference DIR [--python PYTHON] [--pairs 3] [--end 1]

In each pair both take their turn, each in a process of its own; a ratio is taken within a pair, and medians and ranges over the
pairs are printed. A training step is forward, backward, Adam and what keeps parameters in their range. Memory is what a process
took at most beyond one that runs the same with 200 cells. The reference needs torch_sparse; without it the same operations of
PyTorch stand in for it, and the table says so.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import measure

HERE = pathlib.Path(__file__).resolve().parent


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--reference", required=True, help="the folder that holds the package bioplnn, or its repository")
    parser.add_argument("--python", default=sys.executable, help="one that can import the reference")
    for name, default in dict(cells=47521, synapses=4623254, steps=10, pairs=3, threads=2).items():
        parser.add_argument("--" + name, type=int, default=default)
    parser.add_argument("--batches", type=int, nargs="+", default=[16, 8])
    parser.add_argument("--end", type=float, default=0,
                        help="run in continuous time to this one, in place of steps (the reference needs torchode)")
    return parser.parse_args()


class Pair:
    """Both sides on one drawn connectome."""

    def __init__(self, given, cells, synapses, folder):
        self.given, self.size = given, ["--cells", cells, "--synapses", synapses]
        self.wiring = pathlib.Path(folder) / f"{cells}.safetensors"
        self.environment = dict(os.environ, OMP_NUM_THREADS=str(given.threads))
        self.ours(1, "--rounds", 1, "--write", self.wiring)

    def ours(self, batch, *options):
        return self.figures([self.given.program, "--json", *self.size, "--batch", batch, *self.time(), *options])

    def theirs(self, batch, *options):
        return self.figures([self.given.python, HERE / "gpu" / "connectome.py", self.wiring, "--device", "cpu", "--reference",
                             self.given.reference, "--batch", batch, *self.time(), *options])

    def time(self):
        return ["--end", self.given.end] if self.given.end else ["--steps", self.given.steps]

    def figures(self, command):
        return measure.figures([str(part) for part in command], 1200, self.environment)


def stated(values, form="{:.0f}"):
    middle, least, most = (form.format(x) for x in (statistics.median(values), min(values), max(values)))
    return middle if least == most else f"{middle} ({least} to {most})"


def main():
    given = arguments()
    sparse = subprocess.run([given.python, "-c", "import torch_sparse"], capture_output=True).returncode == 0
    with tempfile.TemporaryDirectory() as folder:
        whole, tiny = Pair(given, given.cells, given.synapses, folder), Pair(given, 200, 2000, folder)
        length = f"continuous time to {given.end:g}" if given.end else f"{given.steps} steps"
        print(f"{given.cells:,} cells, {given.synapses:,} synapses, {length}, {given.threads} threads; the reference "
              + ("with torch_sparse" if sparse else "without torch_sparse, by PyTorch's operations"))
        print("\n| | here (ms) | the reference (ms) | ratio |\n| --- | ---: | ---: | ---: |")
        for batch in given.batches:
            found = [(whole.ours(batch, "--rounds", 9), whole.theirs(batch, "--warmup", 1, "--repeats", 2))
                     for _ in range(given.pairs)]
            for name, key in (("forward", "forward_ms"), ("training step", "training_ms")):
                ours, theirs = [a[key] for a, _ in found], [b[key] for _, b in found]
                print(f"| batch {batch}: {name} | {stated(ours)} | {stated(theirs)} | "
                      f"{stated([b / a for a, b in zip(ours, theirs)])} |", flush=True)
            base = tiny.ours(batch, "--rounds", 2), tiny.theirs(batch, "--warmup", 1, "--repeats", 2)
            ours, theirs = ([pair[side]["peak_bytes"] - base[side]["peak_bytes"] for pair in found] for side in (0, 1))
            print(f"| batch {batch}: memory (MB) | {stated([x / 1e6 for x in ours])} | {stated([x / 1e6 for x in theirs])} | "
                  f"{stated([b / a for a, b in zip(ours, theirs)], '{:.1f}')} |", flush=True)


if __name__ == "__main__":
    try:
        main()
    except measure.Failure as failure:
        sys.exit(f"connectomes.py: {failure}")
