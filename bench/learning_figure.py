#!/usr/bin/env python3
"""Draws how test accuracy grows over epochs: for each label the mean over its runs, and a band from the least to the most.

    python3 bench/learning_figure.py --out docs/images/learning.svg \\
        "balanced=runs/a/curves.csv,runs/b/curves.csv" "reference=runs/c/curves.csv"

The files are those that `train` writes. An epoch counts where all runs of a label have it.
"""
import argparse
import csv
import pathlib
import statistics
import sys

from measure import write_whole
from svg import area, line, mark, nice_ticks, number, page, rule, text

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 640, 66, 610, 84, 330


def accuracies(path):
    """Test accuracy by epoch."""
    with open(path, newline="") as file:
        found = {int(row["epoch"]): float(row["test_accuracy"]) for row in csv.DictReader(file) if row["event"] == "epoch"}
    if not found:
        raise ValueError(f"{path} has no finished epoch")
    return found


def series_of(argument):
    """(label, [(epoch, mean, least, most)], number of runs) of "label=file,file"."""
    label, _, files = argument.partition("=")
    if not label or not files:
        raise ValueError(f"'{argument}' is not label=file,file,...")
    runs = [accuracies(path) for path in files.split(",")]
    common = sorted(set.intersection(*(set(run) for run in runs)))
    if not common:
        raise ValueError(f"the runs of '{label}' have no epoch in common")
    points = [(epoch, [run[epoch] for run in runs]) for epoch in common]
    return label, [(epoch, statistics.mean(each), min(each), max(each)) for epoch, each in points], len(runs)


def figure(all_series, title):
    epochs = [epoch for _, points, _ in all_series for epoch, *_ in points]
    first, last = min(epochs), max(max(epochs), min(epochs) + 1)
    ticks = [tick for tick in nice_ticks(min(least for _, points, _ in all_series for _, _, least, _ in points), 1.0, 6)
             if tick <= 1 + 1e-9]
    across = lambda epoch: LEFT + (RIGHT - LEFT) * (epoch - first) / (last - first)  # noqa: E731
    up = lambda share: BOTTOM - (BOTTOM - TOP) * (share - ticks[0]) / (ticks[-1] - ticks[0])  # noqa: E731
    pieces = []
    for tick in ticks:
        pieces += [rule(f"M{LEFT} {number(up(tick))}H{RIGHT}", "grid"),
                   text(LEFT - 8, up(tick) + 4, f"{100 * tick:.4g} %", "soft", "end")]
    for epoch in range(first, last + 1, max(1, (last - first) // 12)):
        pieces.append(text(across(epoch), BOTTOM + 19, str(epoch), "soft", "middle"))
    pieces += [rule(f"M{LEFT} {BOTTOM}H{RIGHT}"), text((LEFT + RIGHT) / 2, BOTTOM + 42, "epoch", anchor="middle"),
               text(18, (TOP + BOTTOM) / 2, "test accuracy", anchor="middle", turned=True)]
    x = LEFT
    for index, (label, points, runs) in enumerate(all_series):
        words = label + (f", mean of {runs} runs" if runs > 1 else "")
        pieces += [mark(x + 4, 52, index), text(x + 14, 56, words), curve(points, runs, index, label, across, up)]
        x += 34 + 6.7 * len(words)
    return page(max(WIDTH, x), BOTTOM + 60, title, *pieces)


def curve(points, runs, index, label, across, up):
    pieces = []
    if runs > 1:
        low = [(across(epoch), up(least)) for epoch, _, least, _ in points]
        high = [(across(epoch), up(most)) for epoch, _, _, most in points]
        pieces.append(area(low + high[::-1], index))
    pieces.append(line([(across(epoch), up(mean)) for epoch, mean, _, _ in points], index))
    pieces += [mark(across(epoch), up(mean), index, f"{label}, epoch {epoch}: {100 * mean:.2f} %")
               for epoch, mean, _, _ in points]
    return "".join(pieces)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--title", default="Test accuracy on MNIST, the example's network")
    parser.add_argument("series", nargs="+", metavar="LABEL=FILE,FILE,...")
    given = parser.parse_args()
    try:
        write_whole(given.out, figure([series_of(argument) for argument in given.series], given.title))
    except (OSError, ValueError, KeyError) as problem:
        sys.exit(f"learning_figure: {problem}")


if __name__ == "__main__":
    main()
