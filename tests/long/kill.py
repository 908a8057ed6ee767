#!/usr/bin/env python3
"""Kills a training at random times, continues it, and compares its end with that of one that was never killed.

usage: kill.py PROGRAM FOLDER [--kills 1000] [--epochs 150] [--seed 0] [--signal KILL] [--least-inside 0.2]

PROGRAM is tests/faults/tiny.cpp. It marks in a byte of shared memory when a file is being written, so that kills inside a
save are counted. Runs go on until enough kills have landed; after the last of a run nothing kills it, and its model,
curves (but for times) and checkpoint's tensors must be those of the undisturbed one, bit for bit. A run that was killed
before it saved anything is begun anew, as its message says. A signal that can be caught ends a run within the step that it
arrives in: the process is stopped, its last step read from its log, and only then the signal sent.
"""

import argparse
import csv
import json
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path


def rows(folder):
    timed = ("seconds", "images_per_second")
    with open(folder / "curves.csv", newline="") as file:
        return [{key: cell for key, cell in row.items() if key not in timed} for row in csv.DictReader(file)]


def tensors(path):
    """The tensors' bytes, whatever the description says of times."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__")
    return header, data[8 + length :]


def end_of(folder):
    return (folder / "model.safetensors").read_bytes(), rows(folder), tensors(folder / "checkpoint.safetensors")


STEPS_OF_EPOCH = 5  # of PROGRAM's 40 images in batches of 8


def last_step(log):
    """Training steps that a log tells of. An epoch's last one has no line but the epoch's."""
    last = 0
    for line in log.splitlines():
        if step := re.match(rf"epoch (\d+)/\d+  iteration (\d+)/{STEPS_OF_EPOCH}", line):
            last = (int(step[1]) - 1) * STEPS_OF_EPOCH + int(step[2])
        elif epoch := re.match(r"epoch (\d+)/\d+  training", line):
            last = int(epoch[1]) * STEPS_OF_EPOCH
    return last


class Killer:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.mark = options.folder / "mark"
        self.mark.write_bytes(b"\0")
        self.log = options.folder / "log"
        self.kills = self.inside = self.passed_over = self.caught = 0
        self.number = getattr(signal, f"SIG{options.signal}")

    def command(self, folder):
        settings = ["--epochs", str(self.options.epochs), "--batch", "8", "--steps", "2", "--threads", "1", "--log-every", "1",
                    "--init", "reference"]
        saved = any((folder / name).exists() for name in ("checkpoint.safetensors", "checkpoint.previous.safetensors"))
        return [self.options.program, "train", *(["--resume", folder] if saved else [*settings, "--out", folder])]

    def start(self, folder):
        environment = {**os.environ, "CORTEXPR_TEST_MARK": str(self.mark)}
        with open(self.log, "w") as log:
            return subprocess.Popen([str(part) for part in self.command(folder)], env=environment, stdout=subprocess.PIPE,
                                    stderr=log, text=True)

    def end(self, process):
        """What it said, on both streams."""
        answer, _ = process.communicate()
        return answer, self.log.read_text()

    def undisturbed(self, folder):
        begin = time.monotonic()
        process = self.start(folder)
        _, told = self.end(process)
        assert process.returncode == 0, told
        return end_of(folder), time.monotonic() - begin

    def killed(self, folder, seconds, begun):
        """One attempt, of a run that ended itself after `begun` steps before; whether it came to its end, and its steps."""
        process = self.start(folder)
        try:
            process.wait(self.random.uniform(0, 1.05 * seconds))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            step = max(begun, last_step(self.log.read_text()))
            process.send_signal(self.number)
            process.send_signal(signal.SIGCONT)
        answer, told = self.end(process)
        if ended := re.match(r"interrupted after ([\d,]+) iterations", answer):
            self.caught += 1
            begun = int(ended[1].replace(",", ""))
            assert begun <= step + 1, f"the signal came at step {step + 1}; {answer}"
        self.passed_over += "is used" in told
        if process.returncode in (-signal.SIGKILL, 128 + self.number, -self.number):
            self.kills += 1
            self.inside += self.mark.read_bytes() == b"\1"
            self.mark.write_bytes(b"\0")
            if self.kills % 100 == 0:
                print(f"{self.kills} kills, {self.inside} of them while a file was written", flush=True)
            return False, begun
        assert process.returncode == 0, f"{process.returncode}: {told}"
        return True, begun

    def run(self):
        folder = self.options.folder / "run"
        shutil.rmtree(self.options.folder / "straight", ignore_errors=True)
        expected, seconds = self.undisturbed(self.options.folder / "straight")
        runs = equal = 0
        while self.kills < self.options.kills:
            shutil.rmtree(folder, ignore_errors=True)
            # Few kills leave a run much to do, many stay near its begin: both happen.
            patience = self.random.randint(1, 12)
            ended, begun = False, 0
            while not ended and patience > 0 and self.kills < self.options.kills:
                ended, begun = self.killed(folder, seconds, begun)
                patience -= 1
            end, _ = self.undisturbed(folder)
            runs += 1
            if end == expected:
                equal += 1
            else:
                print(f"run {runs} ended otherwise; it is kept in {folder}")
                break
        print(f"{self.kills} kills, {self.inside} of them while a file was written; {equal} of {runs} runs ended with the bits "
              f"of an undisturbed one; an older checkpoint was used {self.passed_over} times; {self.caught} ended by "
              "themselves, within a step", flush=True)
        enough = self.inside >= self.options.least_inside * self.kills
        if not enough:
            print("too few kills fell into a save")
        return 0 if equal == runs and enough else 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--epochs", type=int, default=150)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--signal", default="KILL", choices=("KILL", "TERM", "INT"))
    parser.add_argument("--least-inside", type=float, default=0.2)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    return Killer(options).run()


sys.exit(main())
