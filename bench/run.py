#!/usr/bin/env python3
"""Times cortexpr against torch-biopl on this machine, in pairs that take turns, and writes summary.json.

Ratios say how many times less cortexpr takes: train_ratio and forward_ratio are the reference's seconds over ours,
memory_ratio its peak memory over ours; each is the median over the pairs. transparent_train_ratio and
transparent_forward_ratio say the same of the transparent executor, one convolution for each edge and step. gradient_error is the largest relative error of
our float32 gradients against float64. check_seconds and module_seconds are compiler seconds (processor time, the least of
three) for a file that declares and checks the seed example's network, and for one that makes and runs its module.
Without --reference only our own figures are taken.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent


def compile_seconds(command):
    """Processor seconds of one compiler run, the least of three."""
    least = None
    for _ in range(3):
        before = os.times()
        subprocess.run(command, check=True)
        after = os.times()
        taken = after.children_user + after.children_system - before.children_user - before.children_system
        least = taken if least is None else min(least, taken)
    return least


def measured(command):
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if run.returncode:
        sys.exit(f"bench: {command[0]} {command[1]} failed with status {run.returncode}; its message stands above")
    return json.loads(run.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="the built bench_step")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--reference", default="", help="folder of the reference's package bioplnn")
    parser.add_argument("--python", default=sys.executable, help="a Python that can import the reference")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--compiler", default="", help="compiler command with the flags of a file that includes LibTorch")
    parser.add_argument("--repeats", default="5")
    parser.add_argument("--threads", default="2")
    given = parser.parse_args()

    with_settings = ["--threads", given.threads, "--repeats", given.repeats]
    ours, transparent, theirs = [], [], []
    for pair in range(given.pairs):
        ours.append(measured([given.program, *with_settings]))
        transparent.append(measured([given.program, *with_settings, "--executor", "transparent"]))
        if given.reference:
            theirs.append(measured([given.python, str(here / "reference_step.py"), "--reference", given.reference, *with_settings]))
        print(f"pair {pair + 1} of {given.pairs}: ours {ours[-1]['train']['median_s']:.3f} s a training step"
              + (f", the reference {theirs[-1]['train']['median_s']:.3f} s" if theirs else ""), flush=True)

    summary = dict(threads=ours[0]["threads"], batch=ours[0]["batch"], num_steps=ours[0]["num_steps"], pairs=given.pairs,
                   train_seconds=statistics.median(o["train"]["median_s"] for o in ours),
                   forward_seconds=statistics.median(o["forward"]["median_s"] for o in ours),
                   peak_bytes=max(o["peak_bytes"] for o in ours), gradient_error=max(o["gradient_error"] for o in ours))
    if theirs:
        pairs = list(zip(theirs, ours))
        for name in ("train", "forward"):
            ratios = [t[name]["median_s"] / o[name]["median_s"] for t, o in pairs]
            summary[f"{name}_ratio"] = statistics.median(ratios)
            summary[f"{name}_ratio_range"] = [min(ratios), max(ratios)]
            summary[f"transparent_{name}_ratio"] = statistics.median(
                t[name]["median_s"] / o[name]["median_s"] for t, o in zip(theirs, transparent))
        summary["memory_ratio"] = statistics.median(t["peak_bytes"] / o["peak_bytes"] for t, o in pairs)
        summary["reference_torch"] = theirs[0]["torch"]
    if given.compiler:
        compiler = given.compiler.split(";")
        summary["check_seconds"] = compile_seconds([*compiler, "-fsyntax-only", str(here / "compile" / "check.cpp")])
        summary["module_seconds"] = compile_seconds([*compiler, "-c", "-o", os.devnull, str(here / "compile" / "module.cpp")])
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(summary, indent=2) + "\n")

    for name, value in summary.items():
        print(f"{name:20s} {value:.4g}" if isinstance(value, float) else f"{name:20s} {value}")
    print(f"written to {given.out}")


main()
