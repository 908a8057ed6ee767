#!/usr/bin/env python3
"""The example programs, started as a user starts them: what they print means what they say.

usage: examples_test.py FOLDER_OF_PROGRAMS TEMP CASE
CASE is the name of a program. Standard library only.
"""

import csv
import json
import re
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree
from pathlib import Path

import programs

PROGRAMS, TEMP = (Path(argument).resolve() for argument in sys.argv[1:3])


def start(program, *arguments, folder):
    return programs.start(PROGRAMS / program, *arguments, folder=folder, check=False)


class Case(programs.FolderCase):
    """A case of one program."""

    temp = TEMP
    program = ""

    def assert_refused(self, status, *arguments, saying):
        result = start(self.program, *arguments, folder=self.folder)
        self.assertEqual(result.returncode, status)
        self.assertEqual(result.stdout, "")
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertIn(saying, result.stderr)


class WithData(Case):
    """A case of one that has data beside it."""

    data = ""

    def test_without_its_data(self):
        """As where the program was copied alone."""
        (self.folder / "bin").mkdir()
        copy = shutil.copy(PROGRAMS / self.program, self.folder / "bin")
        result = programs.start(copy, folder=self.folder, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertTrue(result.stderr.startswith(f"{self.program}: {self.data}"), result.stderr)


class Simulation(Case):
    """What all simulations promise; each adds what its table must show."""

    def simulate(self, name, seed=0):
        """The table by its first column or columns, as written; checks that the same was printed."""
        out = self.folder / name
        result = start(self.program, "--out", out, "--seed", seed, folder=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr, "")
        self.assertEqual(sorted(path.name for path in out.iterdir()), [f"{self.program}.csv", f"{self.program}.svg"])
        xml.etree.ElementTree.parse(out / f"{self.program}.svg")
        with open(out / f"{self.program}.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            for column, text in row.items():
                try:
                    shown = f"{float(text):.6g}"
                except ValueError:
                    shown = text
                self.assertIn(shown, result.stdout)
                self.assertIn(column, result.stdout)
        return rows

    def check(self, rows):
        raise NotImplementedError

    def test_what_it_shows(self):
        rows = self.simulate("first")
        self.check(rows)
        self.assertEqual(rows, self.simulate("again"))

    def test_refusals(self):
        self.assert_refused(2, "--seed", "-1", saying="--seed: -1 is not a whole number from 0")
        self.assert_refused(2, "--speed", "3", saying="--speed")
        self.assert_refused(2, "surplus", saying="surplus")
        (self.folder / "file").write_text("")
        self.assert_refused(1, "--out", "file/below", saying="file/below: can't make this folder: file is a file")
        (self.folder / "link").symlink_to("nowhere")
        self.assert_refused(1, "--out", "link/below", saying="can't make this folder: link is a link that leads nowhere")
        for name, kind in (("file", "a file"), ("/dev/null", "a device"), ("link", "a link that leads nowhere")):
            self.assert_refused(1, "--out", name, saying=f"{name}: is {kind}, and no folder; give another name")


def numbers(rows, column):
    return [float(row[column]) for row in rows]


class EiWong(Simulation):
    program = "ei_wong"

    def check(self, rows):
        right, steps = numbers(rows, "right choices %"), numbers(rows, "decision step")
        self.assertTrue(40 < right[0] < 60, right)  # without coherence: chance
        self.assertGreater(right[-1], 99)
        self.assertEqual(right, sorted(right))
        self.assertLess(steps[-1], 0.75 * steps[0])  # better evidence, faster decisions
        for winner, loser, later in zip(numbers(rows, "winner's rate"), numbers(rows, "loser's rate"),
                                        numbers(rows, "winner 40 steps later")):
            self.assertGreater(winner, 10 * loser)
            self.assertGreater(later, 0.9 * winner)  # remembered

    def test_seed(self):
        self.assertNotEqual(self.simulate("one", 1), self.simulate("two", 2))
        self.assertEqual(self.simulate("ten", "10"), self.simulate("no_octal", "010"))


class FeedforwardInhibition(Simulation):
    program = "feedforward_inhibition"

    def check(self, rows):
        for intact, silenced in zip(rows[::2], rows[1::2]):
            self.assertEqual((intact["circuit"], silenced["circuit"]), ("intact", "I silenced"))
            peak, end = float(intact["E peak"]), float(intact["E at the end"])
            self.assertLess(end, 0.5 * peak)
            self.assertAlmostEqual(float(silenced["E peak"]), float(silenced["E at the end"]), places=4)
            self.assertLess(float(intact["steps above half of the peak"]), 10)
            self.assertGreater(float(silenced["steps above half of the peak"]), 30)
            self.assertEqual(float(silenced["I at the end"]), 0)


class FeedbackInhibition(Simulation):
    program = "feedback_inhibition"

    def check(self, rows):
        intact = [row for row in rows if row["circuit"] == "intact"]
        silenced = [row for row in rows if row["circuit"] == "I silenced"]
        for row in intact:
            self.assertGreater(float(row["E peak"]), 1.5 * float(row["E at the end"]))  # overshoot
            self.assertTrue(10 < float(row["period of ringing"]) < 30)
        for row in silenced:
            self.assertEqual(float(row["period of ringing"]), 0)
        slope = lambda found: numbers(found, "E at the end")[-1] - numbers(found, "E at the end")[0]
        self.assertLess(slope(intact), slope(silenced) / 3)  # gain control


class PyrPvSstVip(Simulation):
    program = "pyr_pv_sst_vip"

    def check(self, rows):
        rate = {row["silenced"]: row for row in rows}
        pyr = {silenced: float(row["Pyr"]) for silenced, row in rate.items()}
        self.assertLess(pyr["VIP"], 0.8 * pyr["none"])  # VIP disinhibits Pyr, through SST
        self.assertGreater(float(rate["VIP"]["SST"]), 1.5 * float(rate["none"]["SST"]))
        self.assertGreater(pyr["SST"], 1.1 * pyr["none"])
        self.assertGreater(pyr["PV"], 1.1 * pyr["none"])
        for silenced in ("PV", "SST", "VIP"):
            self.assertEqual(float(rate[silenced][silenced]), 0)
        self.assertEqual(len(set(numbers(rows, "Pyr before"))), 1)


class Disinhibition(Simulation):
    program = "disinhibition"

    def check(self, rows):
        of = {name: [row for row in rows if row["circuit"] == name] for name in ("intact", "VIP-SST cut", "SST clamped")}
        pyr, sst = numbers(of["intact"], "Pyr"), numbers(of["intact"], "SST")
        self.assertEqual(pyr, sorted(pyr))  # more VIP, more Pyr,
        self.assertGreater(pyr[-1], 1.2 * pyr[0])
        self.assertEqual(sst, sorted(sst, reverse=True))  # because of less SST
        self.assertAlmostEqual(sst[-1], 0, places=3)
        for name in ("VIP-SST cut", "SST clamped"):
            vip, rates = numbers(of[name], "VIP"), numbers(of[name], "Pyr")
            self.assertGreater(vip[-1], vip[0] + 0.9)  # VIP is as active,
            self.assertAlmostEqual(rates[-1], rates[0], places=5)  # and Pyr doesn't notice
        self.assertEqual(len({row["Pyr before"] for row in of["intact"]}), 1)


class InhibitionStabilised(Simulation):
    program = "inhibition_stabilised"

    def check(self, rows):
        stabilised = [row for row in rows if row["circuit"] == "inhibition-stabilised"]
        stable = [row for row in rows if row["circuit"] == "stable by itself"]
        i = numbers(stabilised, "I at the end")
        self.assertEqual(i, sorted(i, reverse=True))  # the paradoxical response:
        # with r = W r + s, dI/ds is (1 - W_EE) / ((1 - W_EE)(1 + W_II) + W_EI W_IE) = -0.4
        for row in stabilised:
            self.assertAlmostEqual(float(row["I at the end"]), 3.2 - 0.4 * float(row["current into I"]), places=2)
        self.assertGreater(float(stabilised[-1]["I 3 steps later"]), float(stabilised[-1]["I before"]))  # at first, I rises
        self.assertGreater(float(stabilised[0]["E with I silenced"]), 500 * float(stabilised[0]["E before"]))  # E runs away
        self.assertEqual(numbers(stable, "I at the end"), sorted(numbers(stable, "I at the end")))
        self.assertLess(float(stable[0]["E with I silenced"]), 4.01)  # 2 / (1 - 0.5)
        for found in (stabilised, stable):
            self.assertEqual(numbers(found, "E at the end"), sorted(numbers(found, "E at the end"), reverse=True))


class Hierarchy(Simulation):
    program = "hierarchy"

    def check(self, rows):
        self.assertEqual([row["area"] for row in rows], ["V1", "V2", "V4", "IT"])
        self.assertEqual(numbers(rows, "positions a side"), [32, 16, 8, 4])
        self.assertEqual(numbers(rows, "latency (steps)"), [1, 2, 3, 4])
        fields = numbers(rows, "receptive field (pixels)")
        self.assertEqual(fields, sorted(fields))
        self.assertGreater(fields[-1], 2 * fields[0])


class InterareaFeedback(Simulation):
    program = "interarea_feedback"

    def check(self, rows):
        found = {(row["shown"], float(row["feedback"])): row for row in rows}
        gap = {key: float(row["in the gap"]) for key, row in found.items()}
        self.assertGreater(gap["both bars", 0.6], 0.1)
        for key in gap.keys() - {("both bars", 0.6)}:
            self.assertEqual(gap[key], 0)
        self.assertGreater(float(found["both bars", 0.6]["first step in the gap"]), 2)  # a bar is seen at step 1; up and down again takes time
        self.assertGreater(float(found["both bars", 0.6]["on a bar"]), float(found["both bars", 0]["on a bar"]))


class HalfDensity(Simulation):
    program = "half_density"

    def check(self, rows):
        for column in ("dense", "sparse"):
            rates = numbers(rows, column)
            self.assertEqual(len(rates), 8)
            self.assertGreater(max(rates), 1.2 * rates[0])  # more of the stimulus, more of an answer,
            self.assertLess(rates[-1], 0.8 * max(rates))  # until the surround suppresses it
        for dense, sparse in zip(numbers(rows, "dense"), numbers(rows, "sparse")):
            self.assertAlmostEqual(sparse / dense, 1, delta=0.25)
        self.assertNotEqual(numbers(rows, "dense"), numbers(rows, "sparse"))


class CustomNonlinearity(Simulation):
    program = "custom_nonlinearity"

    def check(self, rows):
        exponents = numbers(rows, "exponent")
        self.assertAlmostEqual(exponents[0], 2, delta=0.1)  # the power law itself, where rates are low
        self.assertGreater(max(exponents), 2)  # recurrent excitation helps,
        self.assertLess(exponents[-1], 0.7)  # and inhibition stabilises
        self.assertEqual(numbers(rows, "E"), sorted(numbers(rows, "E")))


class TrackDot(Case):
    program = "track_dot"

    def test_learning(self):
        trained = start(self.program, "train", "--out", "run", "--epochs", 3, "--batch", 32, "--limit-train", 2000,
                        "--limit-test", 500, "--threads", 1, folder=self.folder)
        self.assertEqual(trained.returncode, 0, trained.stderr)
        found = json.loads((self.folder / "run" / "summary.json").read_text())
        right, up, rightwards, upwards = (one["r2"] for one in found["test_targets"])
        self.assertGreater(min(right, up), 0.8)
        self.assertGreater(min(rightwards, upwards), 0.1)  # no frame by itself tells it
        self.assertEqual(found["settings"]["steps"], 5)
        shown = start(self.program, "analyse", "fields", "E[0]", "--model", "run/model.safetensors", "--images", 4, "--limit-test",
                      8, "--threads", 1, "--json", "fields.json", folder=self.folder)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        field = json.loads((self.folder / "fields.json").read_text())["neurons"][0]
        self.assertEqual(field["shape"], [5, 1, 16, 16])  # a lag for each frame


class MovingDots(Case):
    program = "moving_dots"

    def run_program(self, *arguments):
        result = start(self.program, *arguments, folder=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def test_learning(self):
        self.run_program("train", "--out", "run", "--epochs", 3, "--batch", 32, "--limit-train", 2000, "--limit-test",
                         500, "--threads", 1)
        summary = json.loads((self.folder / "run" / "summary.json").read_text())
        self.assertEqual(summary["settings"]["steps"], 6)  # the frames of a sequence
        self.assertFalse(summary["settings"]["loss_all_steps"])
        self.assertGreater(summary["test_accuracy"], 0.6)  # chance is 25 %
        tested = self.run_program("test", "--model", "run/model.safetensors", "--limit-test", 500, "--threads", 1)
        self.assertIn(f"test accuracy {100 * summary['test_accuracy']:.2f} %, loss {summary['test_loss']:.4f}, "
                      "500 sequences of moving dots", tested.stdout)
        # An ONNX model takes what the model was trained on.
        self.run_program("export", "--model", "run/model.safetensors", "--to", "run.onnx")
        sides = b"".join(b"\x0a\x02\x08" + bytes([side]) for side in (6, 1, 20, 20))  # as its input's shape is written
        self.assertIn(sides, (self.folder / "run.onnx").read_bytes())

    def test_loss_at_all_steps_and_resuming(self):
        tiny = ["--batch", 16, "--limit-train", 64, "--limit-test", 32, "--threads", 1]
        whole = self.run_program("train", "--out", "whole", "--epochs", 2, "--loss-all-steps", *tiny)
        self.assertIn("64 training sequences, 32 test sequences", whole.stderr)
        self.assertIn("on 32 sequences", whole.stdout)
        self.run_program("train", "--out", "parts", "--epochs", 1, "--loss-all-steps", *tiny)
        self.run_program("train", "--resume", "parts", "--epochs", 2)
        self.run_program("train", "--out", "last", "--epochs", 2, *tiny)
        model = lambda run: (self.folder / run / "model.safetensors").read_bytes()
        summary = lambda run: json.loads((self.folder / run / "summary.json").read_text())
        self.assertEqual(model("whole"), model("parts"))
        self.assertNotEqual(model("whole"), model("last"))
        self.assertTrue(summary("parts")["settings"]["loss_all_steps"])
        tested = self.run_program("test", "--model", "whole/model.safetensors", "--limit-test", 32, "--threads", 1)
        self.assertIn(f"loss {summary('whole')['test_loss']:.4f}", tested.stdout)

    def test_refusals(self):
        self.assert_refused(1, "train", "--steps", 5, "--out", "run",
                            saying="holds sequences of 6 steps, but 5 were asked for; leave --steps out")
        self.assertFalse((self.folder / "run").exists())
        self.assert_refused(2, "train", "--data", ".", saying="--data")
        self.assert_refused(2, "train", "--epochs", "many", saying="--epochs")
        self.assert_refused(2, saying="subcommand")


class OwnLoop(WithData):
    program, data = "own_loop", "mnist"

    def test_learning(self):
        result = start(self.program, folder=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        accuracy = re.search(r"epoch 1  test loss [0-9.]+  accuracy ([0-9.]+) %", result.stdout).group(1)
        self.assertGreater(float(accuracy), 50)  # `train` is no better in its first epoch; chance is 10 %
        tested = start("digits", "test", "--model", "own_loop.safetensors", folder=self.folder)
        self.assertIn(f"test accuracy {accuracy} %", tested.stdout)
        self.assertIn("doesn't say by which mean and deviation", tested.stderr)
        self.assertEqual(len(tested.stderr.splitlines()), 1, tested.stderr)

    def test_refusals(self):
        self.assert_refused(1, self.folder / "nowhere", saying="nowhere")
        for arguments, status in (["--help"], 0), (["--epochs"], 2), (["a", "b"], 2):
            result = start(self.program, *arguments, folder=self.folder)
            self.assertEqual(result.returncode, status)
            self.assertIn("usage: own_loop [FOLDER", result.stdout)

    def test_words_that_are_lost(self):
        with open("/dev/full", "w") as full:
            result = subprocess.run([PROGRAMS / self.program, "--help"], stdout=full, stderr=subprocess.PIPE, text=True,
                                    timeout=programs.PATIENCE)
        self.assertEqual(result.returncode, 1)
        self.assertIn("own_loop: standard output can't be written", result.stderr)


class Worm(WithData):
    program, data = "worm", "celegans"

    def test_refusals(self):
        self.assert_refused(1, "nowhere", saying="nowhere: is no folder; give that with connections.csv and neurons.csv")

    def test_words_that_are_lost(self):
        with open("/dev/full", "w") as full:
            result = subprocess.run([PROGRAMS / self.program, "--epochs", "0"], stdout=full, stderr=subprocess.PIPE, text=True,
                                    timeout=programs.PATIENCE)
        self.assertEqual(result.returncode, 1)
        self.assertIn("worm: standard output can't be written", result.stderr)

    def test_touch(self):
        """Touch at the head suppresses moving forward, at the tail backward; through command interneurons."""
        result = start(self.program, "--epochs", 0, folder=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("302 neurons", result.stdout)
        rows = re.findall(r"^silenced (.{12}) +(\S+) +(\S+) +(\S+) +(\S+)$", result.stdout, re.M)
        rates = {name.strip(): [float(one) for one in rest] for name, *rest in rows}
        self.assertEqual(list(rates), ["none", "AVA AVD", "AVB PVC"])
        head_backward, head_forward, tail_backward, tail_forward = rates["none"]
        self.assertLess(head_forward, head_backward)
        self.assertLess(tail_backward, tail_forward)
        self.assertLess(tail_backward, -0.05)
        self.assertGreater(rates["AVA AVD"][2], 0.5 * tail_backward)
        self.assertGreater(rates["AVB PVC"][1], 0.5 * head_forward)

    def test_learning(self):
        result = start(self.program, "--epochs", 1, "--seeds", 2, "--rewirings", 1, folder=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        rows = re.findall(r"^(learn|stay) +(its own|rewired|rewired, roles kept) +(\d+) +([0-9.]+) % +([0-9.]+) to +([0-9.]+) %"
                          r" +([0-9.]+) to +([0-9.]+) %$", result.stdout, re.M)
        self.assertEqual([row[:3] for row in rows], [(learns, wiring, "1") for learns in ("learn", "stay")
                                                     for wiring in ("its own", "rewired", "rewired, roles kept")])
        for row in rows:
            mean, lowest_mean, highest_mean, lowest, highest = map(float, row[3:])
            self.assertGreater(lowest, 50)  # chance is 10 %
            self.assertAlmostEqual(mean, (lowest + highest) / 2, delta=0.02)
            self.assertEqual((lowest_mean, highest_mean), (mean, mean))
        self.assertGreater(len({row[3] for row in rows}), 1)

    def test_refusals(self):
        self.assert_refused(1, self.folder / "nowhere", saying="nowhere")


class FlyMotion(WithData):
    program, data = "fly_motion", "flyvis"

    def test_refusals(self):
        """Before anything is trained."""
        self.assert_refused(1, "--save", "nowhere/fly.safetensors", saying="nowhere/fly.safetensors")
        self.assert_refused(1, "--save", ".", saying="is a folder")
        self.assert_refused(1, ".", saying=".: is a folder; give a type graph")
        self.assert_refused(1, "nowhere.json", saying="nowhere.json: can't be read; give the type graph's file")
        (self.folder / "text.json").write_text("text")
        self.assert_refused(1, "text.json", saying="text.json: the type graph is no JSON")
    known = {"a": 180, "b": 0, "c": 90, "d": 270}  # degrees that T4 and T5 of each letter prefer in the fly

    def tuning(self, text):
        """Selectivity, preferred direction, rise by brighter and darker edges of each type."""
        rows = re.findall(r"^(\w+) +([0-9.]+) +([0-9]+) +(-?[0-9.]+) +(-?[0-9.]+)$", text, re.M)
        self.assertEqual(len(rows), 27)
        return {name: [float(one) for one in rest] for name, *rest in rows}

    def test_learning(self):
        result = start(self.program, "--save", "fly.safetensors", folder=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        before, after = result.stdout.split("\nseed 0: ")
        self.assertGreater(float(after.split(" %")[0]), 90)  # chance is 25 %
        before, after = self.tuning(before), self.tuning(after)
        for kind in ("T4", "T5"):
            for letter, known in self.known.items():
                selectivity, preferred, brighter, darker = after[kind + letter]
                self.assertLess(abs((preferred - known + 180) % 360 - 180), 45, kind + letter)
                self.assertGreater(*((brighter, darker) if kind == "T4" else (darker, brighter)))
        mean = lambda found: sum(found[kind + letter][0] for kind in ("T4", "T5") for letter in "abcd") / 8
        self.assertGreater(mean(after), 1.5 * mean(before))
        self.assertGreater(mean(after), 3 * max(after[name][0] for name in ("R", "L1", "L2", "Mi1", "Tm1")))
        self.assertTrue((self.folder / "fly.safetensors").stat().st_size > 0)

    def test_seed(self):
        tiny = ["--radius", 2, "--train", 32, "--test", 16, "--epochs", 1, "--seeds", 2]
        once, again = (start(self.program, *tiny, folder=self.folder) for _ in range(2))
        self.assertEqual(once.returncode, 0, once.stderr)
        self.assertEqual(once.stdout, again.stdout)
        one, other = once.stdout.split("\nseed ")[1:]
        self.assertNotEqual(one[1:], other[1:])

    def test_refusals(self):
        self.assert_refused(1, "nowhere.json", saying="nowhere.json")
        for count in ("010", "0", "1.5"):
            result = start(self.program, "--seeds", count, folder=self.folder)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn(f"{count} is not a whole number from 1 to 100", result.stderr)
        (self.folder / "graph.json").write_text('{"nodes": []}')
        self.assert_refused(1, "graph.json", saying="type graph")


if __name__ == "__main__":
    name = sys.argv[3]
    case = next(case for case in [*Simulation.__subclasses__(), FlyMotion, MovingDots, OwnLoop, TrackDot, Worm] if case.program == name)
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    outcome = unittest.TextTestRunner(verbosity=2).run(suite)
    sys.exit(0 if outcome.wasSuccessful() and outcome.testsRun > 0 else 1)
