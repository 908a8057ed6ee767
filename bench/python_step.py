#!/usr/bin/env python3
"""Times the digits example's network from Python, beside the same network from C++ and beside torch-biopl, eager and compiled,
in one process and by turns; prints one JSON object for each batch.

What is timed: `train`, a training step (forward pass, loss, backward pass, Adam, projection); `call`, the same without Adam and
the projection; `forward`, the forward pass alone, without gradients. Who is timed:

    cpp                 the network from C++, with the library's own optimiser (the module bench_steps)
    cpp_network         the network of C++, with loss and backward pass from Python: what they cost there is torch's
    python              from Python, with cortexpr.optim.Adam
    one_call            the same by its train_step
    torch_adam          the same with torch.optim's fused Adam, and project_after
    compiled            from Python, its call and the loss under torch.compile
    reference           torch-biopl as it stands, with torch.optim's fused Adam (--reference)
    reference_compiled  torch-biopl under torch.compile (reference_network.py)

Each round gives everyone a turn of about --seconds, in which each call is timed; a turn's figure is its median, and what is
printed is the median over rounds. `more_us` and `more_percent` compare with cpp: the median over rounds of what a turn took
more than cpp's turn of the same round. On a busy machine, --processor-time with --threads 1 counts the processor's time.

Needs the package cortexpr and the module bench_steps (ninja bench_steps)."""

import argparse
import json
import statistics
import sys
import time
import warnings
from pathlib import Path

import torch

import cortexpr

ROOT = Path(__file__).parents[1]

DIGITS = """
struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>, output<32>> {};
struct Digits : classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>> {};
"""

KINDS = ("train", "call", "forward")


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, nargs="+", default=[256, 1])
    parser.add_argument("--steps", type=int, default=5, help="time steps of the network")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.1, help="about so long is a turn; one call is made at least")
    parser.add_argument("--processor-time", action="store_true", help="the process's, in place of time")
    parser.add_argument("--reference", help="the folder that holds the package bioplnn, or its repository")
    parser.add_argument("--compile", action="store_true", help="those under torch.compile, too")
    parser.add_argument("--modules", type=Path, default=ROOT / "build" / "release" / "bench", help="where bench_steps is")
    return parser.parse_args()


def from_cpp(given, batch):
    sys.path.insert(0, str(given.modules))
    import bench_steps

    work, called = (bench_steps.Workload(batch, given.steps) for _ in range(2))
    labels = torch.randint(0, 10, (batch,))

    def call():
        torch.nn.functional.cross_entropy(called.logits(), labels).backward()
        called.zero_grad()

    def forward():
        with torch.no_grad():
            called.logits()

    return {"cpp": {"train": work.train, "call": work.gradients, "forward": work.forward},
            "cpp_network": {"call": call, "forward": forward}}


def from_python(network, logits, batch, optimizer=None):
    """`logits`: what gives them of images, with the network's parameters."""
    optimizer = optimizer or torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)
    images, labels = torch.randn(batch, 1, 28, 28), torch.randint(0, 10, (batch,))
    parameters = list(network.parameters())

    def train():
        torch.nn.functional.cross_entropy(logits(images), labels).backward()
        optimizer.step()
        optimizer.zero_grad()

    def call():
        torch.nn.functional.cross_entropy(logits(images), labels).backward()
        for parameter in parameters:
            parameter.grad = None

    def forward():
        with torch.no_grad():
            logits(images)

    return {"train": train, "call": call, "forward": forward}


def ours(given, batch, compiled=False, torchs_adam=False):
    network = cortexpr.declare(DIGITS)(seed=1)
    called = torch.compile(network, fullgraph=True) if compiled else network
    if torchs_adam:
        optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)
        cortexpr.optim.project_after(optimizer)
    else:
        optimizer = cortexpr.optim.Adam(network)
    return from_python(network, lambda images: called(images, given.steps), batch, optimizer)


def in_one_call(given, batch):
    network = cortexpr.declare(DIGITS)(seed=1)
    optimizer = cortexpr.optim.Adam(network)
    images, labels = torch.randn(batch, 1, 28, 28), torch.randint(0, 10, (batch,))

    def train(_network=network):  # which the optimiser doesn't keep alive
        optimizer.train_step(images, labels, given.steps)

    return {"train": train}


def theirs(given, batch, compiled):
    import reference_network

    network = reference_network.classifier(given.reference)
    called = reference_network.compiled(network, torch.randn(batch, 1, 28, 28)) if compiled else network
    return from_python(network, lambda images: called(images, num_steps=given.steps), batch)


def timed(given, batch):
    everyone = {**from_cpp(given, batch), "python": ours(given, batch), "one_call": in_one_call(given, batch),
                "torch_adam": {"train": ours(given, batch, torchs_adam=True)["train"]}}
    if given.compile:
        everyone["compiled"] = ours(given, batch, compiled=True)
    if given.reference:
        everyone["reference"] = theirs(given, batch, compiled=False)
        if given.compile:
            everyone["reference_compiled"] = theirs(given, batch, compiled=True)
    clock = time.process_time if given.processor_time else time.perf_counter

    def turn(work, calls):
        measured = []
        for _ in range(calls):
            before = clock()
            work()
            measured.append(clock() - before)
        return statistics.median(measured)

    told = {"batch": batch, "threads": given.threads, "rounds": given.rounds, "processor_time": given.processor_time}
    for kind in KINDS:
        works = {name: work[kind] for name, work in everyone.items() if kind in work}
        calls = {}
        for name, work in works.items():
            turn(work, 2)  # compiles, and takes memory
            calls[name] = max(1, round(given.seconds / max(turn(work, 2), 1e-6)))
        turns = {name: [] for name in works}
        for _ in range(given.rounds):
            for name, work in works.items():
                turns[name].append(turn(work, calls[name]))
        told[kind] = {name: figures(taken, turns["cpp"]) for name, taken in turns.items()}
    return told


def figures(taken, cpp):
    result = {"median_s": statistics.median(taken)}
    if taken is not cpp:
        pairs = list(zip(taken, cpp))
        result["more_us"] = 1e6 * statistics.median(one - other for one, other in pairs)
        result["more_percent"] = 100 * statistics.median(one / other - 1 for one, other in pairs)
    return result


def main():
    given = options()
    warnings.simplefilter("ignore")
    torch.set_num_threads(given.threads)
    torch.manual_seed(1)
    for batch in given.batches:
        print(json.dumps(timed(given, batch)), flush=True)


if __name__ == "__main__":
    main()
