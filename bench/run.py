#!/usr/bin/env python3
"""Times cortexpr against torch-biopl on this machine, in pairs that take turns.

Without --table: the digits example's step. Writes summary.json and, beside it, speed.svg. Ratios say how many times less
cortexpr takes: train_ratio and forward_ratio are the reference's seconds over ours, compiled_train_ratio and
compiled_forward_ratio those of the reference under torch.compile over ours, memory_ratio its peak memory over ours; each
is the median over the pairs. transparent_train_ratio and transparent_forward_ratio are the reference's seconds over those
of the transparent executor, one convolution for each edge and step; bfloat16_train_ratio and bfloat16_forward_ratio over ours
with what convolutions read rounded to bfloat16 (the reference stays float32). `speed` says how many times as fast as the eager
reference each one is, and how far its gradients are from float64: the largest error of any parameter's gradient,
relative to that gradient's largest element, or to a thousandth of the network's largest (gradient_error is ours). first_step_seconds: from the start of a process to
the end of its first training step, and in parts: load (the program and its libraries), build (the network), step.
compile_seconds: the compiled reference's first training step and forward pass. check_seconds and module_seconds: compiler
seconds (processor time, the least of three) for a file that declares and checks the digits example's network, and for one
that makes and runs its module. Without --reference only our own figures are taken.

With --table: one thing varied at a time (batch, channels, image, steps, areas). Writes table.json and, beside it, table.md
and table.svg. A case that fails on one side is written with the reason. train_ratio and forward_ratio hold median, least
and most; an operation is one of the forward pass's live ones (plan::work_of), and relative_train_cost says what one costs
in training next to one of the digits network.

Either way, nothing is compared unless both sides have the same number of parameters.
"""
import argparse
import pathlib
import sys

import plot
import summary
import table
from measure import Failure, Opponents, Refusal, write_whole


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="the built bench_step")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the JSON file; pictures and tables go beside it")
    parser.add_argument("--figures", type=pathlib.Path, help="another folder for pictures, such as docs/images")
    parser.add_argument("--reference", default="", help="folder of the reference's package bioplnn")
    parser.add_argument("--python", default=sys.executable, help="a Python that can import the reference")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--repeats", type=int, help="timed runs of each kind in a process (default 5, in the table 20)")
    parser.add_argument("--most-seconds", type=float, help="no further run of a kind after this time (default: the table 1.2)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=256, help="of the digits example's step")
    parser.add_argument("--patience", type=float, default=600, help="seconds for one process")
    parser.add_argument("--compile", action="store_true", help="also against the reference under torch.compile")
    parser.add_argument("--compiler", default="", help="compiler command with the flags of a file that includes LibTorch")
    parser.add_argument("--table", action="store_true", help="the table over sizes")
    parser.add_argument("--only", action="append", choices=[case.name for case in table.CASES], help="a case of the table")
    parser.add_argument("--quick", action="store_true", help="one pair, one run of each kind: to see that it works")
    given = parser.parse_args()
    if given.quick:
        given.pairs, given.repeats = 1, 1
    given.figures = given.figures or given.out.parent
    return given


def draw(folder, name, picture):
    write_whole(folder / name, picture)
    print(f"written to {folder / name}")


def main():
    given = options()
    opponents = Opponents(given.program, given.reference, given.python, given.threads, given.patience)
    try:
        return the_table(given, opponents) if given.table else the_summary(given, opponents)
    except (Failure, Refusal) as problem:
        sys.exit(f"bench: {problem}")


def the_summary(given, opponents):
    def report(pair, runs):
        words = f"pair {pair + 1} of {given.pairs}: ours {runs.ours[-1]['train']['median_s']:.3f} s a training step"
        for name, each in (("the reference", runs.theirs), ("compiled", runs.compiled)):
            words += f", {name} {each[-1]['train']['median_s']:.3f} s" if each else ""
        print(words, flush=True)

    loads = ["--batch", given.batch, "--repeats", given.repeats or 5, "--most-seconds", given.most_seconds or 600]
    figures = summary.measure(opponents, given.pairs, loads, given.compile, report)
    if given.compiler:
        figures |= summary.compiling(given.compiler.split(";"))
    write_whole(given.out, summary.as_json(figures))
    for name, value in figures.items():
        if name != "speed":
            print(f"{name:28s} {value:.4g}" if isinstance(value, float) else f"{name:28s} {value}")
    print(f"written to {given.out}")
    if "speed" in figures:
        draw(given.figures, "speed.svg", plot.speed_bars(figures["speed"], summary.title_of(figures)))
    return 0


def the_table(given, opponents):
    rows = []
    cases = [case for case in table.CASES if not given.only or case.name in given.only]
    for case in cases:
        rows.append(table.measure(case, opponents, given.pairs, given.repeats or 20, given.most_seconds or 1.2))
        print(f"{case.name:14s} {table.in_words(rows[-1])}", flush=True)
    rows = table.with_relative_cost(rows)
    settings = dict(threads=given.threads, pairs=given.pairs, gradient_batch=table.GRADIENT_BATCH)
    write_whole(given.out, table.as_json(rows, settings))
    write_whole(given.out.with_suffix(".md"), table.markdown(rows))
    print(f"written to {given.out} and {given.out.with_suffix('.md')}")
    if given.reference:
        draw(given.figures, "table.svg", plot.ratios_by_case(table.groups(rows), table.TITLE))
    return 1 if any("failure" in row for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
