#!/usr/bin/env python3
"""Times a training step of the digits example's network from Python and from C++ (bench_step), by turns, and prints one JSON
object for each batch: what a step from Python costs more than the same step from C++.

A step is the forward pass, the loss, the backward pass, Adam (LibTorch's fused one) and the projection. The two run in turn,
--rounds times, each in a process of its own, so that what else the machine does meets both; medians are compared.
Needs the package cortexpr, and bench_step (cmake --build build/release --target bench_step)."""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]

DIGITS = """
struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>, output<32>> {};
struct Digits : classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>> {};
"""


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, nargs="+", default=[256, 1])
    parser.add_argument("--steps", type=int, default=5, help="time steps of the network")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="about so long each run times steps")
    parser.add_argument("--bench-step", default=ROOT / "build" / "release" / "bin" / "bench_step")
    parser.add_argument("--one", type=int, help="time this batch from Python only, and print the median")
    return parser.parse_args()


def median_from_python(batch, steps, threads, seconds):
    """Seconds of a training step, and of its forward pass alone, which draws dropout, too."""
    import torch

    import cortexpr

    torch.set_num_threads(threads)
    net = cortexpr.declare(DIGITS)(seed=1)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)
    cortexpr.optim.project_after(optimizer)
    images, labels = torch.rand(batch, 1, 28, 28), torch.randint(0, 10, (batch,))

    def step():
        loss = torch.nn.functional.cross_entropy(net(images, steps), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def forward():
        with torch.no_grad():
            net(images, steps)

    def median(work):
        for _ in range(3):
            work()
        measured, until = [], time.perf_counter() + seconds / 2
        while time.perf_counter() < until or len(measured) < 5:
            before = time.perf_counter()
            work()
            measured.append(time.perf_counter() - before)
        return statistics.median(measured)

    return {"step_s": median(step), "forward_s": median(forward)}


def from_cpp(given, batch, repeats):
    said = subprocess.run([str(given.bench_step), "--batch", str(batch), "--num-steps", str(given.steps), "--threads",
                           str(given.threads), "--repeats", str(repeats), "--warm-up", "3"], capture_output=True, text=True,
                          check=True).stdout
    told = json.loads(said)
    return {"step_s": told["train"]["median_s"], "forward_s": told["forward"]["median_s"]}


def from_python(given, batch):
    said = subprocess.run([sys.executable, __file__, "--one", str(batch), "--steps", str(given.steps), "--threads",
                           str(given.threads), "--seconds", str(given.seconds)], capture_output=True, text=True, check=True)
    return json.loads(said.stdout)


def main():
    given = options()
    if given.one is not None:
        print(json.dumps(median_from_python(given.one, given.steps, given.threads, given.seconds)))
        return
    for batch in given.batches:
        python, cpp = [], []
        for _ in range(given.rounds):
            python.append(from_python(given, batch))
            repeats = max(5, int(given.seconds / 2 / python[-1]["step_s"]))
            cpp.append(from_cpp(given, batch, repeats))
        told = {"batch": batch, "rounds": given.rounds}
        for kind in ("step_s", "forward_s"):
            ours, theirs = (statistics.median(one[kind] for one in runs) for runs in (python, cpp))
            told[kind] = {"python": ours, "cpp": theirs, "more_percent": 100 * (ours / theirs - 1),
                          "more_us": 1e6 * (ours - theirs)}
        print(json.dumps(told))


if __name__ == "__main__":
    main()
