#!/usr/bin/env python3
"""A program around a regressor, started as a user starts it.

usage: regression_test.py PROGRAM MNIST TEMP [unittest arguments]
PROGRAM is spot_reader. Standard library only.
"""

import csv
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import time
import unittest
import unittest.mock
from pathlib import Path

import programs

PROGRAM, DIGITS, TEMP = (Path(argument).resolve() for argument in sys.argv[1:4])
TINY = ["--batch", "16", "--steps", "3", "--lr", "0.003", "--warm-up", "0", "--threads", "1"]
SIDE = 10


def write_spots(file, train=256, test=96, columns=2, change=None, names=("targets", "targets"), same=()):
    """Images of a bright spot, and its place: millimetres to the right, a share from the bottom; `same`: targets that are
    everywhere alike in the test set."""
    draw = random.Random(1)
    arrays = {}
    for (split, count), name in zip((("train", train), ("test", test)), names):
        pixels, targets = [], []
        for _ in range(count):
            row, column = draw.randrange(SIDE - 2), draw.randrange(SIDE - 2)
            pixels += [255 if 0 <= y - row < 3 and 0 <= x - column < 3 else draw.randrange(50)
                       for y in range(SIDE) for x in range(SIDE)]
            targets += ([500 + 20.0 * column, 1 - row / (SIDE - 1)] + [0.0] * columns)[:columns]
        for target in same if split == "test" else ():
            targets[target::columns] = [targets[target]] * count
        if change is not None and split == "train":
            targets[change[0]] = change[1]
        arrays[f"{split}_images"] = ("|u1", (count, SIDE, SIDE), pixels)
        arrays[f"{split}_{name}"] = ("<f4", (count, columns), targets)
    programs.write_arrays(file, arrays)


class RegressionCase(programs.FolderCase):
    """A case with a folder of its own."""

    temp = TEMP

    def start(self, *arguments, check=True):
        return programs.start(PROGRAM, *arguments, folder=self.folder, check=check)

    def train(self, name, *arguments, check=True):
        return self.start("train", "--data", self.folder / "spots.npz", "--out", name, *TINY, *arguments, check=check)

    def summary(self, name):
        return json.loads((self.folder / name / "summary.json").read_text())


class Training(RegressionCase):
    def setUp(self):
        super().setUp()
        write_spots(self.folder / "spots.npz")

    def test_learns_and_reports(self):
        told = self.train("run", "--epochs", "12", "--tensorboard")
        summary = self.summary("run")
        self.assertGreater(summary["test_r2"], 0.8)
        self.assertNotIn("test_accuracy", summary)
        self.assertEqual(summary["settings"]["loss"], "squared-error")
        right, up = summary["test_targets"]
        self.assertAlmostEqual(summary["test_r2"], (right["r2"] + up["r2"]) / 2)
        self.assertLess(right["rms_error"], 25)  # their deviations are 46 and 0.25
        self.assertLess(up["rms_error"], 0.14)
        self.assertEqual(len(summary["epochs"][-1]["test_targets"]), 2)
        self.assertIn(f"test R² {summary['test_r2']:.4f} on 96 images\n", told.stdout)
        self.assertIn("target 1: R² ", told.stdout)
        self.assertIn("test loss", told.stderr)
        self.assertNotIn("accuracy", told.stdout + told.stderr)
        with open(self.folder / "run" / "curves.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(list(rows[0]), ["event", "epoch", "iteration", "train_loss", "test_loss", "test_r2",
                                         "images_per_second", "seconds", "learning_rate"])
        self.assertAlmostEqual(float(rows[-1]["test_r2"]), summary["test_r2"])
        lines = [json.loads(line) for line in (self.folder / "run" / "curves.jsonl").read_text().splitlines()]
        self.assertEqual(lines[-1]["test_r2"], float(rows[-1]["test_r2"]))
        self.assertIn("R²", (self.folder / "run" / "curves.svg").read_text())
        events = (self.folder / "run" / "curves.tfevents").read_bytes()
        self.assertIn(b"r2/test", events)
        self.assertNotIn(b"accuracy", events)
        notes = programs.read_header(self.folder / "run" / "model.safetensors")["__metadata__"]
        self.assertEqual(notes["error"], "squared-error")
        self.assertEqual(len(notes["target deviations"].split(",")), 2)

        # The loss is in the units of the training set there, too.
        again = self.start("test", "--model", "run/model.safetensors", "--data", "spots.npz", "--json", "test.json")
        found = json.loads((self.folder / "test.json").read_text())
        self.assertAlmostEqual(found["test_r2"], summary["test_r2"], places=5)
        self.assertAlmostEqual(found["test_loss"], summary["test_loss"], places=5)
        self.assertAlmostEqual(found["test_targets"][0]["rms_error"], right["rms_error"], places=3)
        self.assertIn("test R² ", again.stdout)
        self.assertIn("target 0: R² ", again.stdout)

    def test_answers_are_in_the_targets_units(self):
        self.train("run", "--epochs", "6")
        self.start("record", "logits", "--model", "run/model.safetensors", "--data", "spots.npz", "--out", "answers.npz")
        arrays = read_arrays(self.folder / "answers.npz")
        answers, targets = arrays["logits"], arrays["targets"]
        self.assertEqual(len(targets), 2 * 96)
        last = [answers[(3 * i + 2) * 2] for i in range(96)] if len(answers) == 3 * 2 * 96 else answers[::2]
        error = (sum((a - t) ** 2 for a, t in zip(last, targets[::2])) / 96) ** 0.5
        self.assertAlmostEqual(error, self.summary("run")["test_targets"][0]["rms_error"], delta=0.05)

    def test_continues_with_the_same_bits(self):
        self.train("whole", "--epochs", "4", "--loss", "huber", "--keep-best")
        self.train("parts", "--epochs", "2", "--loss", "huber", "--keep-best")
        self.start("train", "--resume", "parts", "--epochs", "4")
        self.assert_same_run("whole", "parts")
        self.start("train", "--settings", "whole/settings.toml", "--out", "again")
        self.assert_same_run("whole", "again")
        self.assertEqual(self.summary("again")["settings"]["loss"], "huber")

    def test_a_run_that_is_killed_goes_on(self):
        self.train("whole", "--epochs", "30")
        process = subprocess.Popen([PROGRAM, "train", "--data", "spots.npz", "--out", "killed", *TINY, "--epochs", "30"],
                                   cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while not (self.folder / "killed" / "checkpoint.safetensors").exists() and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        self.start("train", "--resume", "killed")
        self.assert_same_run("whole", "killed")

    def test_sweeps_rank_by_r2(self):
        (self.folder / "sweep.toml").write_text(
            f'folder = "sweep"\n[settings]\ndata = "{self.folder / "spots.npz"}"\nepochs = 2\nbatch_size = 16\n'
            'steps = 3\nwarm_up = 0\n[grid]\nlearning_rate = [1e-6, 3e-3]\nloss = ["squared-error"]\n')
        told = self.start("sweep", "sweep.toml")
        self.assertIn("test R²", told.stdout)
        found = json.loads((self.folder / "sweep" / "sweep.json").read_text())
        scores = [one["test_r2"] for one in found["means"]]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertIn("best_test_r2", found["means"][0])
        with open(self.folder / "sweep" / "sweep.csv", newline="") as file:
            self.assertIn("test_r2", next(csv.reader(file)))

    def test_workbench(self):
        self.train("run", "--epochs", "2")
        model = ["--model", "run/model.safetensors", "--data", "spots.npz"]
        told = self.start("perturb", *model, "--silence", "V1.E", "--json", "effects.json", "--csv", "effects.csv",
                          "--svg", "effects.svg")
        self.assertIn("R²", told.stdout)
        self.assertIn("r2_change", json.loads((self.folder / "effects.json").read_text())["perturbations"][1])
        self.start("report", "run", "--include", "effects.json", "--out", "page.html")
        page = (self.folder / "page.html").read_text()
        self.assertIn("test R² (mean over the targets)", page)
        self.assertIn("<th>R²</th>", page)
        self.start("plot", "curves", "run", "--out", "curves.svg")
        self.assertIn("R²", (self.folder / "curves.svg").read_text())
        self.start("export", "--model", "run/model.safetensors", "--to", "spot.onnx")
        self.assertTrue((self.folder / "spot.onnx").stat().st_size > 0)
        described = self.start("describe")
        self.assertEqual(json.loads(described.stdout)["kind"], "regressor")
        self.assertIn("regressor<network<V1>, targets<2>", self.start("describe", "--as", "cpp").stdout)
        self.assertIn("2 targets", self.start("summary").stdout)
        self.assertIn("readout.4.weight", self.start("check", "--data", "spots.npz").stdout)


class Locale(RegressionCase):
    def test_a_program_under_a_decimal_comma(self):
        # It is made here: few machines have one.
        make = ["localedef", "-i", "de_DE", "-f", "UTF-8", self.folder / "de_DE.UTF-8"]
        try:
            subprocess.run(make, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            self.skipTest("no locale with a decimal comma can be made here")
        write_spots(self.folder / "spots.npz")
        with unittest.mock.patch.dict(os.environ, {"LC_ALL": "de_DE.UTF-8", "LOCPATH": str(self.folder)}):
            self.train("run", "--epochs", "1", "--average", "0.9")
        settings = self.summary("run")["settings"]
        self.assertEqual((settings["learning_rate"], settings["averaging"]), (0.003, 0.9))
        rows = list(csv.reader((self.folder / "run/curves.csv").read_text().splitlines()))
        self.assertEqual(len(rows[0]), len(rows[1]))


class Constants(RegressionCase):
    def test_targets_that_are_all_alike_have_no_r2(self):
        """One of them is left out of the mean; where all are, there is none."""
        write_spots(self.folder / "spots.npz")
        self.train("run", "--epochs", "1")
        model = ["--model", "run/model.safetensors", "--data", "same.npz"]
        for same in ((1,), (0, 1)):
            write_spots(self.folder / "same.npz", same=same)
            told = self.start("test", *model, "--json", "test.json")
            found = json.loads((self.folder / "test.json").read_text())
            known = [one["r2"] for one in found["test_targets"] if one["r2"] is not None]
            self.assertEqual(len(known), 2 - len(same))
            self.assertIn("target 1: all alike, so it has no R², root mean square error", told.stdout)
            if known:
                self.assertAlmostEqual(found["test_r2"], known[0])
            else:
                self.assertIsNone(found["test_r2"])
                self.assertIn("test R² –, loss", told.stdout)
                told = self.start("perturb", *model, "--silence", "V1.E", "--json", "effects.json")
                self.assertIn("all alike, so there is no R²", told.stdout)
                self.assertNotIn("r2", json.loads((self.folder / "effects.json").read_text())["perturbations"][0])

    def test_training_on_such_a_test_set(self):
        write_spots(self.folder / "spots.npz", same=(0, 1))
        told = self.train("run", "--epochs", "2")
        self.assertIn("test R² – on 96 images", told.stdout)
        self.assertIsNone(self.summary("run")["test_r2"])
        self.start("train", "--resume", "run", "--epochs", "3")
        self.assertEqual(len(self.summary("run")["epochs"]), 3)
        self.start("plot", "curves", "run", "--out", "curves.svg")
        self.start("report", "run", "--out", "page.html")


class Refusals(RegressionCase):
    def refused(self, *words, arguments=(), **spots):
        with self.subTest(words=words):
            write_spots(self.folder / "spots.npz", **spots)
            result = self.train("run", *arguments, check=False)
            self.assertNotEqual(result.returncode, 0)
            self.assertEqual(result.stdout, "")
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
            for word in words:
                self.assertIn(word, result.stderr)
            self.assertFalse((self.folder / "run" / "model.safetensors").exists())
            shutil.rmtree(self.folder / "run", ignore_errors=True)

    def test_files(self):
        self.refused("its array 'train_targets' has the shape 256x3", "fits 2 targets", "(N, 2)", columns=3)
        self.refused("its array 'train_targets' has the shape 256x1", columns=1)
        self.refused("has nan as target 1 of example 3", change=(7, float("nan")))
        self.refused("holds labels (train_labels)", "give them as train_targets", names=("labels", "labels"))
        result = self.start("train", "--data", DIGITS, "--out", "run", *TINY, check=False)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertIn("holds labels (MNIST), but the network fits 2 targets", result.stderr)

    def test_settings(self):
        self.refused("cross-entropy needs classes", "use squared-error, absolute-error or huber",
                     arguments=("--loss", "cross-entropy"))
        self.refused("class weights need classes", arguments=("--class-weights", "1,2"))
        self.refused("weights that balance classes need classes", arguments=("--balance-classes",))
        self.refused("smoothed labels need classes", arguments=("--label-smoothing", "0.1"))

    def test_other_targets_are_not_those_of_the_run(self):
        write_spots(self.folder / "spots.npz")
        self.train("run", "--epochs", "1")
        write_spots(self.folder / "spots.npz", change=(0, 501.5))
        result = self.start("train", "--resume", "run", "--epochs", "2", check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("are not those that this run began with", result.stderr)


def read_arrays(file):
    """Values of an .npz file's float32 arrays, flat."""
    import zipfile

    found = {}
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            start = 10 + struct.unpack("<H", content[8:10])[0]
            if b"'<f4'" in content[:start]:
                found[name.removesuffix(".npy")] = struct.unpack(f"<{(len(content) - start) // 4}f", content[start:])
    return found


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
