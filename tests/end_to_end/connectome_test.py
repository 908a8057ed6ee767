#!/usr/bin/env python3
"""The program around a connectome, started as a user starts it.

usage: connectome_test.py PROGRAM CELEGANS MNIST TEMP [unittest arguments]
PROGRAM is the example worm_digits. Standard library only.
"""

import json
import random
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree
from pathlib import Path

import programs

PROGRAM, WORM, DIGITS, TEMP = (Path(argument).resolve() for argument in sys.argv[1:5])
TINY = ["--limit-train", "96", "--limit-test", "64", "--batch", "16", "--steps", "3", "--threads", "1"]
INPUTS = 784


def write_examples(file, shape, width=INPUTS, change=None):
    """Examples whose class is where their inputs are larger; `shape` is (examples,) or (examples, steps)."""
    draw = random.Random(1)
    arrays = {}
    for split in ("train", "test"):
        count, steps = shape[0], shape[1] if len(shape) > 1 else 1
        labels = [i % 10 for i in range(count)]
        values = [draw.gauss(0, 0.3) + (1 if i * 10 // width == label else 0)
                  for label in labels for _ in range(steps) for i in range(width)]
        if change is not None:
            values[change[0]] = change[1]
        arrays[f"x_{split}"] = ("<f4", (*shape, width), values)
        arrays[f"y_{split}"] = ("<i4", (count,), labels)
    programs.write_arrays(file, arrays)


class ReaderCase(programs.FolderCase):
    """A case with a folder of its own."""

    temp = TEMP

    def start(self, *arguments, check=True):
        return programs.start(PROGRAM, *arguments, folder=self.folder, check=check)

    def train(self, name, *arguments, check=True):
        return self.start("train", "--data", DIGITS, "--out", name, *TINY, *arguments, check=check)

    def summary(self, name):
        return json.loads((self.folder / name / "summary.json").read_text())

    def refused(self, arguments, *words, status=1):
        with self.subTest(arguments=[str(argument) for argument in arguments]):
            result = self.start(*arguments, check=False)
            self.assertEqual(result.returncode, status, result.stderr)
            self.assertEqual(result.stdout, "")
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
            for word in words:
                self.assertIn(word, result.stderr)

    def worm_with(self, file, old, new):
        """The worm's files, changed in one place."""
        for name in ("connections.csv", "neurons.csv"):
            shutil.copy(WORM / name, self.folder / name)
        text = (self.folder / file).read_text()
        self.assertIn(old, text)
        (self.folder / file).write_text(text.replace(old, new, 1))
        return ["--synapses", "connections.csv", "--cells", "neurons.csv"]


class Training(ReaderCase):

    def test_a_run(self):
        result = self.start("train", "--data", DIGITS, "--out", "run", "--epochs", 2, "--limit-train", 1500,
                            "--limit-test", 400, "--batch", 16, "--steps", 6, "--lr", 0.003, "--threads", 1)
        self.assertEqual(sorted(path.name for path in (self.folder / "run").iterdir()),
                         ["checkpoint.previous.safetensors", "checkpoint.safetensors", "curves.csv", "curves.jsonl",
                          "curves.svg", "model.safetensors", "settings.toml", "summary.json"])
        self.assertIn("302 cells of 5 types, 3709 synapses; weights by total input", result.stderr)
        summary = self.summary("run")
        self.assertEqual(summary["network"], "Reader")
        self.assertTrue(summary["finished"])
        self.assertEqual(summary["settings"]["starting_weights"], "by_total_input")
        self.assertNotIn("initialisation", summary["settings"])
        self.assertGreater(summary["test_accuracy"], 0.4)  # chance is 10 %
        tested = self.start("test", "--model", "run/model.safetensors", "--data", DIGITS, "--limit-test", 400,
                            "--threads", 1)
        self.assertIn(f"test accuracy {summary['test_accuracy'] * 100:.2f} %", tested.stdout)
        self.assertIn("6 steps", tested.stdout)
        checked = self.start("check", "--model", "run/model.safetensors", "--data", DIGITS, "--svg", "rates.svg")
        for words in ("cell type", "pharyngeal", "rnn.hh.values", "gradient"):
            self.assertIn(words, checked.stdout)
        xml.etree.ElementTree.parse(self.folder / "rates.svg")

    def test_examples_from_npz(self):
        for name, shape, kind in (("still", (60,), "examples"), ("moving", (60, 3), "sequences")):
            write_examples(self.folder / f"{name}.npz", shape)
            result = self.start("train", "--data", f"{name}.npz", "--out", name, "--epochs", 8, "--batch", 6, "--lr",
                                0.01, "--steps", *((3,) if name == "moving" else (4,)), "--threads", 1)
            self.assertIn(f"60 training {kind}, 60 test {kind}", result.stderr)
            self.assertGreater(self.summary(name)["test_accuracy"], 0.5)
            self.assertEqual((self.summary(name)["settings"]["mean"], self.summary(name)["settings"]["deviation"]),
                             ("0", "1"))

    def test_the_wiring_as_tables_and_pictures(self):
        told = self.start("summary", "--matrix", "matrix.svg", "--degrees", "degrees.svg").stdout
        for words in ("Reader", "interneuron", "302 neurons", "in-degree"):
            self.assertIn(words, told)
        for picture in ("matrix.svg", "degrees.svg"):
            self.assertEqual(xml.etree.ElementTree.parse(self.folder / picture).getroot().tag,
                             "{http://www.w3.org/2000/svg}svg")

    def test_killed_and_resumed(self):
        more = ("--epochs", 3, "--log-every", 1)
        self.train("straight", *more)
        process = subprocess.Popen([PROGRAM, "train", "--data", DIGITS, "--out", "killed", *TINY, *map(str, more)],
                                   cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        for text in process.stderr:
            if "epoch 2/3  iteration 3/6" in text:
                break
        process.kill()
        process.communicate()
        self.start("train", "--resume", "killed")
        self.assert_same_run("straight", "killed")


class Refusals(ReaderCase):
    """Every bad input is one sentence and a status that is not 0, before any training."""

    def test_files(self):
        train = ["train", "--data", DIGITS, *TINY]
        self.refused([*train, "--cells", WORM / "neurons.csv"], "--synapses FILE")
        self.refused([*train, "--synapses", "nowhere.csv", "--cells", WORM / "neurons.csv"], "nowhere.csv")
        self.refused(["summary", "--synapses", "nowhere.csv"], "nowhere.csv")
        self.refused([*train, *self.worm_with("neurons.csv", ",motor,", ",glia,")], "neurons.csv", "glia", "row")
        self.refused([*train, *self.worm_with("connections.csv", "chemical,6", "chemical,six")], "connections.csv")
        self.refused(["train", "--init", "balanced"], "--init", status=2)
        self.refused(["train", "--weights", "heavy"], "--weights", status=2)
        self.refused(["summary", "--matrix", "nowhere/matrix.svg"], "nowhere")
        self.assertFalse((self.folder / "runs").exists())

    def test_another_wiring(self):
        self.train("run", "--epochs", 1)
        with open(WORM / "connections.csv") as file:
            row = next(line for line in file if ",chemical," in line)
        other = self.worm_with("connections.csv", row, "")
        self.refused(["test", "--model", "run/model.safetensors", "--data", DIGITS, *other], "model.safetensors")
        self.refused(["train", "--resume", "run", "--epochs", 2, *other], "checkpoint.safetensors")

    def test_examples(self):
        write_examples(self.folder / "narrow.npz", (10,), width=700)
        self.refused(["train", "--data", "narrow.npz", *TINY], "x_train", "10x700", "takes 784 numbers")
        write_examples(self.folder / "holed.npz", (10,), change=(2 * INPUTS + 1, float("nan")))
        self.refused(["train", "--data", "holed.npz", *TINY], "x_train", "nan in example 2")
        write_examples(self.folder / "moving.npz", (10, 4))
        self.refused(["train", "--data", "moving.npz", *TINY], "sequences of 4 steps", "leave --steps out")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[5:]], verbosity=2)
