#!/usr/bin/env python3
"""Trains the networks of bench/learning_networks.hpp at the defaults, over seeds, and prints their test accuracy.

    cmake --build --preset release --target learning
    python3 bench/learning_table.py --data DIR --quick

Each row has the accuracy in % after the last epoch: the mean over seeds, the least, and that of each seed. --quick learns
from 2,000 digits for one epoch in batches of 32, since 2,000 digits are 8 batches of the default size. Runs that are
there already (--out) aren't repeated.
"""
import argparse
import csv
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
QUICK = ["--limit-train", "2000", "--limit-test", "1000", "--epochs", "1", "--batch", "32"]
WHOLE = ["--epochs", "3"]


def accuracy(folder):
    """Test accuracy of the last epoch that is in the folder's curves, in %."""
    with open(folder / "curves.csv", newline="") as file:
        epochs = [row for row in csv.DictReader(file) if row["event"] == "epoch"]
    if not epochs:
        raise ValueError(f"{folder} has no finished epoch")
    return 100 * float(epochs[-1]["test_accuracy"])


def train(program, network, seed, folder, arguments):
    if not (folder / "summary.json").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([program, network, "train", "--seed", str(seed), "--out", folder, *arguments], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return accuracy(folder)


def row(network, accuracies):
    each = ", ".join(f"{value:.1f}" for value in accuracies)
    return f"| {network} | {statistics.mean(accuracies):.1f} | {min(accuracies):.1f} | {each} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/release/bin/learning")
    parser.add_argument("--data", required=True, help="folder with MNIST's files")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build/bench/learning", help="folder of the runs")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--quick", action="store_true", help="2,000 digits, one epoch")
    parser.add_argument("--networks", nargs="+", help="only these")
    parser.add_argument("--arguments", nargs=argparse.REMAINDER, default=[], help="further ones of `train`")
    given = parser.parse_args()
    try:
        names = given.networks or subprocess.run([given.program], check=True, capture_output=True, text=True).stdout.split()
        print("| network | mean | least | each seed |\n| --- | --- | --- | --- |", flush=True)
        for network in names:
            made = network == "moving_dots"  # makes its examples, at the example's settings
            arguments = ["--epochs", "6", "--batch", "64"] if made else \
                [*(QUICK if given.quick else WHOLE), "--data", given.data]
            kind = "quick" if given.quick else "whole"
            print(row(network, [train(given.program, network, seed, given.out / f"{kind}-{network}-{seed}",
                                      arguments + given.arguments) for seed in range(given.seeds)]), flush=True)
    except (OSError, ValueError, subprocess.CalledProcessError) as problem:
        sys.exit(f"learning_table: {problem}")


if __name__ == "__main__":
    main()
