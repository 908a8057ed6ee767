#!/usr/bin/env python3
"""The program around a connectome with sparse projections, started as a user starts it.

usage: sparse_test.py PROGRAM TEMP [unittest arguments]
PROGRAM is sparse_reader. Standard library only.
"""

import json
import sys
import unittest
from pathlib import Path

import programs

PROGRAM, TEMP = (Path(argument).resolve() for argument in sys.argv[1:3])
CIRCUIT = ["--synapses", "ring.csv", "--stimulus-synapses", "in.csv", "--output-synapses", "out.csv"]


class Projections(programs.FolderCase):
    temp = TEMP

    def setUp(self):
        super().setUp()
        self.write("ring.csv", "pre,post,weight", [(cell, (cell + 1) % 6, 2) for cell in range(6)])
        self.write("in.csv", "id,channel,weight", [(cell, cell % 4, 3) for cell in range(6)])
        self.write("out.csv", "id,channel", [(cell, cell % 3) for cell in range(6)])
        arrays = {}
        for split, count in (("train", 64), ("test", 32)):
            arrays[f"x_{split}"] = ("<f4", (count, 4), [float(k % 2 == i // 2) for k in range(count) for i in range(4)])
            arrays[f"y_{split}"] = ("<i4", (count,), [k % 2 for k in range(count)])
        programs.write_arrays(self.folder / "sides.npz", arrays)

    def write(self, name, header, rows):
        (self.folder / name).write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")

    def start(self, *arguments, check=True):
        return programs.start(PROGRAM, *arguments, folder=self.folder, check=check)

    def refused(self, arguments, *words):
        result = self.start(*arguments, check=False)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_a_run(self):
        options = ["--data", "sides.npz", "--epochs", 6, "--batch", 8, "--steps", 3, "--lr", 0.05, "--threads", 1]
        self.start("train", *CIRCUIT, "--out", "run", *options)
        summary = json.loads((self.folder / "run" / "summary.json").read_text())
        self.assertEqual(summary["test_accuracy"], 1)
        self.assertIn(f'stimulus_synapses = "{self.folder / "in.csv"}"', (self.folder / "run" / "settings.toml").read_text())
        tested = self.start("test", "--model", "run/model.safetensors", "--data", "sides.npz", *CIRCUIT)
        self.assertIn("test accuracy 100.00 %", tested.stdout)
        self.start("train", "--settings", "run/settings.toml", "--out", "again")
        self.assertEqual((self.folder / "again" / "model.safetensors").read_bytes(),
                         (self.folder / "run" / "model.safetensors").read_bytes())
        self.start("train", "--resume", "run", "--epochs", 7)
        told = self.start("summary", *CIRCUIT, "--matrix", "matrix.svg").stdout
        self.assertRegex(told, r"Seen +│ excitatory +│ +6 +│")  # as declared; the files say nothing
        self.assertIn("6 excitatory, 0 inhibitory, 0 hybrid", told)
        # What a run has saved holds all three.
        model = "run/model.safetensors"
        self.start("test", "--model", model, "--data", "sides.npz", "--synapses", model, "--stimulus-synapses", model,
                   "--output-synapses", model)
        self.write("in.csv", "id,channel,weight", [(cell, (cell + 1) % 4, 3) for cell in range(6)])
        self.refused(["test", "--model", model, "--data", "sides.npz", *CIRCUIT], "model.safetensors",
                     "trained with other stimulus synapses")

    def test_refusals(self):
        train = ["train", "--data", "sides.npz"]
        self.refused([*train, *CIRCUIT[:2], *CIRCUIT[4:]], "Sides declares a sparse stimulus", "--stimulus-synapses FILE")
        self.write("in.csv", "id,channel", [(0, 4)])
        self.refused([*train, *CIRCUIT], "in.csv", "row 2, column 'channel': 4 is no channel; they are 0 to 3")
        self.write("in.csv", "id,channel", [(6, 0)])
        self.refused(["summary", *CIRCUIT], "in.csv", "'6' is none of the connectome's 6 neurons")
        self.write("in.csv", "id,channel", [(0, 0)])
        self.refused([*train, *CIRCUIT[:4], "--output-synapses", "nowhere.csv"], "nowhere.csv")
        self.assertFalse((self.folder / "runs").exists())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
