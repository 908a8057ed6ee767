#!/usr/bin/env python3
"""The program around a connectome, started as a user starts it.

usage: connectome_test.py PROGRAM CELEGANS MNIST TEMP [unittest arguments]
PROGRAM is the example worm_digits. Standard library only.
"""

import csv
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree
import zipfile
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

    def test_perturbed(self):
        """Where the readout hears nothing, no synapse learns; a continued run stays perturbed."""
        silent = ["--perturb", "silence motor; scale_edge sensory-interneuron=0.5:2.."]
        for name, more in {"silent": ["--epochs", 2, *silent], "begun": ["--epochs", 1, *silent],
                           "whole": ["--epochs", 2]}.items():
            self.train(name, "--average", 0, *more)
        synapses, readout = ([programs.read_tensor(self.folder / name / "model.safetensors", tensor)
                              for name in ("silent", "begun", "whole")] for tensor in ("rnn.hh.values", "out_layer.4.bias"))
        self.assertEqual(synapses[0], synapses[1])
        self.assertNotEqual(synapses[0], synapses[2])
        self.assertNotEqual(readout[0], readout[1])
        header = programs.read_header(self.folder / "silent" / "model.safetensors")
        self.assertEqual(header["__metadata__"]["perturbed"], silent[1])
        self.start("train", "--resume", "begun", "--epochs", 2)
        self.assert_same_run("silent", "begun")
        self.refused(["train", "--data", DIGITS, "--out", "no", *TINY, "--perturb", "silence moto"],
                     'no cell type or cell "moto"; the nearest name is "motor"')

    def test_examples_from_npz(self):
        for name, shape, kind in (("still", (60,), "examples"), ("moving", (60, 3), "sequences")):
            write_examples(self.folder / f"{name}.npz", shape)
            result = self.start("train", "--data", f"{name}.npz", "--out", name, "--epochs", 8, "--batch", 6, "--lr",
                                0.01, "--steps", *((3,) if name == "moving" else (4,)), "--threads", 1)
            self.assertIn(f"60 training {kind}, 60 test {kind}", result.stderr)
            self.assertGreater(self.summary(name)["test_accuracy"], 0.5)
            self.assertEqual((self.summary(name)["settings"]["mean"], self.summary(name)["settings"]["deviation"]),
                             ("0", "1"))
        write_examples(self.folder / "longer.npz", (60, 5))
        arrays = {}
        for name, part in (("moving", "train"), ("longer", "test")):
            with zipfile.ZipFile(self.folder / f"{name}.npz") as archive:
                arrays |= {member: archive.read(member) for member in archive.namelist() if part in member}
        with zipfile.ZipFile(self.folder / "mixed.npz", "w") as archive:
            for member, content in arrays.items():
                archive.writestr(member, content)
        mixed = self.start("train", "--data", "mixed.npz", "--out", "mixed", "--epochs", 1)
        self.assertIn("training shows sequences of 3 steps, the test sequences of 5 steps", mixed.stderr)
        for option in (["--shift", 2], ["--flip"], ["--rotate", 10]):
            self.refused(["train", "--data", "still.npz", "--out", "no", *option], "holds numbers, which have no places on an image")

    def test_the_wiring_as_tables_and_pictures(self):
        told = self.start("summary", "--matrix", "matrix.svg", "--degrees", "degrees.svg").stdout
        # Of hybrid types, each cell excites or inhibits by its transmitter.
        for words in ("Reader", "interneuron", "302 neurons", "in-degree", "189 excitatory, 113 inhibitory, 0 hybrid"):
            self.assertIn(words, told)
        for picture in ("matrix.svg", "degrees.svg"):
            self.assertEqual(xml.etree.ElementTree.parse(self.folder / picture).getroot().tag,
                             "{http://www.w3.org/2000/svg}svg")

    def test_what_a_run_computes(self):
        told = self.start("plan", "--steps", 7).stdout
        # Of 7 steps, the first starts from zeros.
        self.assertRegex(told, r"cells -> cells +│ synapses │ +3,709 │ 6 of 7 +│ 6 of 7 +│ 6 of 7 +│ +133,524 ")
        self.assertIn("saved for the backward pass: 16,912 bytes", told)
        self.refused(["plan", "--steps", 0], "--steps", status=2)

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


class Workbench(ReaderCase):
    """What is done with a trained model, and with the network without one."""

    @classmethod
    def setUpClass(cls):
        cls.temp.mkdir(parents=True, exist_ok=True)
        cls.shared = tempfile.TemporaryDirectory(dir=cls.temp)
        cls.run_folder = Path(cls.shared.name) / "run"
        programs.start(PROGRAM, "train", "--data", DIGITS, "--out", cls.run_folder, "--epochs", 1, *TINY)
        cls.model = cls.run_folder / "model.safetensors"

    @classmethod
    def tearDownClass(cls):
        cls.shared.cleanup()

    def shown(self, *arguments, check=True):
        return self.start(*arguments, "--data", DIGITS, "--model", self.model, "--limit-test", 40, "--batch", 16, "--threads",
                          1, check=check)

    def json(self, name):
        return json.loads((self.folder / name).read_text())

    def words(self, name):
        root = xml.etree.ElementTree.parse(self.folder / name).getroot()
        return [element.text for element in root.iter() if element.tag.endswith("text")]

    def test_record(self):
        result = self.shown("record", "motor:2..", "AVAL", "interneuron[0..3]", "output", "logits", "--images", "0..9,12", "--out",
                            "activity.npz", "--silence", "sensory:3..")
        self.assertEqual(result.stdout, "recorded 11 images in activity.npz\n")
        with zipfile.ZipFile(self.folder / "activity.npz") as archive:
            headers = {name: archive.read(name)[:200].decode("latin-1") for name in archive.namelist()}
            text = archive.read("description.npy")
        self.assertIn("'shape': (11, 2, 123)", headers["motor.npy"])
        self.assertIn("'shape': (11, 3, 1)", headers["AVAL.npy"])
        self.assertIn("'shape': (11, 3, 4)", headers["interneuron.npy"])
        self.assertIn("'shape': (11, 3, 10)", headers["logits.npy"])
        about = json.loads(text[text.index(b"\n") + 1:])
        self.assertEqual(about["network"], json.loads(self.start("describe").stdout))
        self.assertEqual(about["arrays"]["AVAL"]["ids"], ["AVAL"])
        self.assertEqual(len(about["arrays"]["motor"]["ids"]), 123)
        self.assertEqual(about["arrays"]["motor"]["steps"], "2..3")
        self.assertEqual(about["arrays"]["motor"]["axes"], ["image", "step", "cell"])
        self.assertEqual(about["perturbations"], ["silence sensory:3.."])
        self.assertTrue(about["notes"]["synapses"].endswith("connections.csv"))
        self.shown("record", "motor", "--out", "rates.npy")
        self.assertIn(b"'shape': (40, 3, 123)", (self.folder / "rates.npy").read_bytes()[:128])
        self.start("plot", "rates", "activity.npz", "--out", "rates.svg")
        for word in ("motor", "AVAL", "step"):
            self.assertIn(word, self.words("rates.svg"))

    def test_ids_that_recordings_have_another_meaning_for(self):
        for id in ("output", "images"):
            files = []
            for name in ("connections.csv", "neurons.csv"):
                text = (WORM / name).read_text()
                (self.folder / name).write_text(re.sub(r"\bAVAL\b", id, text))
                files += [{"connections.csv": "--synapses", "neurons.csv": "--cells"}[name], name]
            with open(WORM / "neurons.csv", newline="") as table:
                place = [row["neuron"] for row in csv.DictReader(table) if row["role"] == "interneuron"].index("AVAL")
            self.start("record", f"interneuron[{place}]", "output", "logits", *files, "--data", DIGITS, "--limit-test", 5, "--steps",
                       2, "--out", "x.npz")
            with zipfile.ZipFile(self.folder / "x.npz") as archive:
                self.assertIn(f"interneuron[{place}].npy", archive.namelist())

    def test_perturb(self):
        told = self.shown("perturb", "--silence", "sensory", "--inject", "AVAL=0.5", "--cut", "interneuron-motor", "--json",
                          "found.json", "--csv", "found.csv", "--svg", "found.svg").stdout
        found = self.json("found.json")
        names = ["none", "silence sensory", "inject AVAL=0.5", "cut interneuron-motor", "all together"]
        self.assertEqual([one["perturbation"] for one in found["perturbations"]], names)
        for word in (*names, "cell type", "pharyngeal", "selectivity"):
            self.assertIn(word, told)
        none, silenced, driven, cut = found["perturbations"][:4]
        self.shown("test", "--json", "test.json")
        self.assertAlmostEqual(none["accuracy"]["mean"], self.json("test.json")["test_accuracy"])
        self.assertEqual(silenced["types"]["sensory"]["rate"]["mean"], 0)
        self.assertGreater(driven["types"]["interneuron"]["rate_change"]["low"], 0)
        self.assertNotEqual(cut["types"]["motor"]["rate_change"]["mean"], 0)
        with open(self.folder / "found.csv", newline="") as file:
            self.assertEqual(len(list(csv.DictReader(file))), 5 * (1 + 2 * 5))
        for word in ("motor", "perturbation, as in the table (0: none)"):  # their amounts are of different things
            self.assertIn(word, self.words("found.svg"))
        self.shown("perturb", "--model", self.model, "--scale", "interneuron-motor=1", "--strengths", "0,1,2", "--json", "a.json",
                   "--svg", "a.svg")
        found = self.json("a.json")["perturbations"]
        self.assertEqual([one.get("strength") for one in found], [None, 0, 1, 2])
        self.assertEqual(found[2]["types"]["motor"]["rate_change"]["mean"], 0)  # a factor of 1
        self.assertAlmostEqual(found[1]["types"]["motor"]["rate"]["mean"], cut["types"]["motor"]["rate"]["mean"])
        self.assertIn("strength of scale_edge interneuron-motor", self.words("a.svg"))

    def test_analyse(self):
        told = self.shown("analyse", "tuning", "--json", "a.json", "--csv", "a.csv", "--svg", "a.svg").stdout
        self.assertIn("cell type", told)
        self.assertEqual(len(self.json("a.json")["types"]["motor"]["selectivity_by_cell"]), 123)
        self.assertIn("rank of the class", self.words("a.svg"))
        self.shown("analyse", "spectrum", "--json", "b.json", "--svg", "b.svg", "--silence", "motor")
        whole = self.json("b.json")["circuit"]
        self.assertEqual((whole["size"], whole["is_complete"], len(whole["eigenvalues"])), (302, True, 302))
        self.shown("analyse", "balance", "--json", "c.json", "--csv", "c.csv", "--svg", "c.svg")
        motor = self.json("c.json")["types"]["motor"]
        self.assertEqual(motor["steps"], [2, 3])
        for step in range(2):
            self.assertAlmostEqual(sum(currents[step] for currents in motor["current"].values()),
                                   motor["excitation"][step] - motor["inhibition"][step], places=5)
        self.assertIn("Currents into motor", self.words("c.svg"))

    def test_exported_arrays(self):
        for form in ("npy", "csv"):
            self.start("export", "--model", self.model, "--to", f"{form}/", "--arrays", form)
            names = {path.name for path in (self.folder / form).iterdir()}
            self.assertEqual("rnn.hh.indices.npy" in names, form == "npy")  # tables are of fractions
            imported = self.start("import", form, "--steps", 3, "--out", f"{form}.safetensors")
            self.assertEqual("doesn't say which synapses its weights are of" in imported.stderr, form == "csv")
            told = self.start("test", "--model", f"{form}.safetensors", "--data", DIGITS, "--limit-test", 40, "--threads", 1)
            self.assertIn("test accuracy", told.stdout)

    def test_pictures_and_declaration(self):
        self.start("wiring", "--out", "wiring.svg")
        words = self.words("wiring.svg")
        for word in ("sensory", "123", "784 inputs, dense", "readout"):
            self.assertIn(word, words)
        self.refused(["wiring"], "--out", "--matrix")
        self.start("wiring", "--matrix", "types.svg")
        self.start("summary", "--matrix", "same.svg")
        self.assertEqual((self.folder / "types.svg").read_bytes(), (self.folder / "same.svg").read_bytes())
        self.refused(["check", "--model", self.model, "--weights", "as_in_the_file"], "--weights has no effect on a model")
        self.start("wiring", "--out", "wiring.dot")
        self.assertIn("digraph", (self.folder / "wiring.dot").read_text())
        self.start("plot", "weights", self.model, "--out", "weights.svg")
        self.assertIn("onto motor", self.words("weights.svg"))
        self.start("plot", "curves", self.run_folder, "--out", "curves.svg")
        self.assertIn("Test accuracy", self.words("curves.svg"))
        told = json.loads(self.start("describe").stdout)
        self.assertEqual([one["name"] for one in told["cell_types"]], ["sensory", "interneuron", "motor", "pharyngeal", "other"])
        self.assertEqual(told["stimulus"]["size"], 784)
        declaration = self.start("describe", "--as", "cpp").stdout
        self.assertIn("struct Reader : classifier<Reader_cells, classes<10>", declaration)
        self.assertIn("dense_stimulus_to<784, sensory>", declaration)

    def test_report(self):
        self.shown("perturb", "--silence", "sensory", "--json", "silenced.json")
        self.start("report", self.run_folder, "--include", "silenced.json", "--out", "report.html")
        page = (self.folder / "report.html").read_text()
        summary = json.loads((self.run_folder / "summary.json").read_text())
        for words in (f"{100 * summary['test_accuracy']:.2f} %", "silence sensory", "302 neurons", "<h2>Network</h2>",
                      "<h2>Weights</h2>", "<h2>Learning</h2>", "by_total_input"):
            self.assertIn(words, page)
        self.assertNotRegex(page, r"<script|<link|<iframe|@import|(src|href)=[\"'](?!data:|#)")

    def test_another_wiring_is_the_run_s_own(self):
        with open(WORM / "connections.csv") as file:
            row = next(line for line in file if ",chemical," in line)
        other = self.worm_with("connections.csv", row, "")
        self.train("other", "--epochs", 1, *other)
        self.start("report", "other", "--out", "report.html")  # by the files that the run notes
        self.refused(["report", "other", "--synapses", WORM / "connections.csv", "--cells", WORM / "neurons.csv", "--out",
                      "b.html"], "model.safetensors")
        self.refused(["plot", "weights", "other/model.safetensors", "--out", "a.svg"], "model.safetensors")

    def test_help(self):
        for path in (["record"], ["perturb"], ["analyse"], ["plot"], ["report"], ["wiring"], ["describe"], ["summary"], ["plan"], ["test"],
                     ["check"], ["analyse", "tuning"], ["analyse", "spectrum"], ["analyse", "balance"], ["plot", "curves"],
                     ["plot", "rates"], ["plot", "weights"]):
            with self.subTest(path=path):
                text = self.start(*path, "--help").stdout
                self.assertIn("Example", text)
                self.assertNotIn("V1.", text)
        text = self.start("plot", "--help").stdout + self.start("analyse", "--help").stdout
        for hidden in ("movie", "kernels", "fields"):
            self.assertNotIn(hidden, text)

    def test_refusals(self):
        model = ["--data", DIGITS, "--model", self.model]
        self.refused(["record", "AVAX", "--out", "a.npz", *model], 'no cell type or cell "AVAX"; the nearest name is "AVA')
        self.refused(["record", "moto", "--out", "a.npz", *model], 'the nearest name is "motor"')
        self.refused(["record", "motor@1,2", "--out", "a.npz", *model], "leave '@' out")
        self.refused(["record", "motor", "--out", "a.mat", *model], "end it in .npz, .npy or .h5")
        self.refused(["perturb", "--cut", "sensory-moto", *model], 'no cell type "moto"; the nearest name is "motor"')
        self.refused(["perturb", "--silence", "motor#3", *model], "for all of them")
        self.refused(["perturb", *model], "no perturbation was given")
        self.refused(["analyse", "fields", "motor", *model], "receptive fields", "Reader")
        self.refused(["analyse", "tuning", "--by", "orientation", *model], "gratings are images", "leave --by out")
        self.refused(["plot", "kernels", self.model, "--out", "a.svg"], "no kernels")
        self.refused(["wiring", "--out", "a.gif"], "end it in .svg")
        self.shown("record", "motor", "--images", "0..3", "--out", "activity.npz")
        self.refused(["plot", "maps", "activity.npz", "--out", "a.svg"], "no places on a map")
        self.refused(["plot", "movie", "activity.npz", "--out", "a.gif"], "no places on a map")


class Refusals(ReaderCase):
    """Every bad input is one sentence and a status that is not 0, before any training."""

    def test_without_its_data(self):
        """As where the program was copied alone."""
        (self.folder / "bin").mkdir()
        copy = shutil.copy(PROGRAM, self.folder / "bin")
        result = programs.start(copy, "summary", folder=self.folder, check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertIn("no connectome: celegans/connections.csv isn't there; give the files of synapses and cells with "
                      "--synapses FILE", result.stderr)

    def test_files(self):
        train = ["train", "--data", DIGITS, *TINY]
        self.refused([*train, "--cells", WORM / "neurons.csv"], "--cells is given without --synapses", "give both")
        self.refused([*train, "--synapses", WORM / "connections.csv"], "needs a file of cells beside that of synapses")
        self.assertIn("neurons.csv, where --synapses", re.sub(r"\s+", " ", self.start("test", "--help").stdout))
        self.refused([*train, "--synapses", "nowhere.csv", "--cells", WORM / "neurons.csv"], "nowhere.csv")
        self.refused(["summary", "--synapses", "nowhere.csv"], "nowhere.csv")
        self.refused([*train, *self.worm_with("neurons.csv", ",motor,", ",glia,")], "neurons.csv", "glia", "row")
        self.refused([*train, *self.worm_with("connections.csv", "chemical,6", "chemical,six")], "connections.csv")
        self.refused(["train", "--init", "balanced"], "--init", status=2)
        self.refused(["train", "--weights", "heavy"], "--weights", status=2)
        self.refused(["summary", "--matrix", "nowhere/matrix.svg"], "nowhere")
        self.assertFalse((self.folder / "runs").exists())

    def test_cells_without_a_type(self):
        without = self.worm_with("neurons.csv", ",motor,", ",,")
        self.refused(["summary", *without], "has no type", "have such neurons left out (unannotated: left_out)")
        told = self.start("summary", *without, "--unannotated", "left_out").stdout
        self.assertIn("301 neurons", told)
        self.assertIn("1 neuron has no type in the cells file", told)
        self.assertIn("302 neurons", self.start("summary", *without, "--unannotated-type", "motor").stdout)
        self.train("run", "--epochs", 1, *without, "--unannotated", "left_out")
        self.assertIn('unannotated = "left_out"', (self.folder / "run/settings.toml").read_text())
        self.start("train", "--resume", "run", "--epochs", 2)
        self.start("report", "run", "--out", "report.html")
        self.assertIn("301 neurons", (self.folder / "report.html").read_text())

    def test_another_wiring(self):
        self.train("run", "--epochs", 1)
        with open(WORM / "connections.csv") as file:
            row = next(line for line in file if ",chemical," in line)
        other = self.worm_with("connections.csv", row, "")
        self.refused(["test", "--model", "run/model.safetensors", "--data", DIGITS, *other], "model.safetensors",
                     "was trained with other synapses; give the files that it was trained with")
        self.refused(["train", "--resume", "run", "--epochs", 2, *other], "checkpoint.safetensors",
                     "began with other synapses; give the files that it began with")
        again = self.start("train", "--settings", "run/settings.toml", "--out", "again", *other)
        self.assertIn("began with other synapses; it may end with other numbers", again.stderr)
        self.assertNotIn("declaration", again.stderr)
        header, *lines = (WORM / "connections.csv").read_text().splitlines()
        (self.folder / "connections.csv").write_text("\n".join([header, *reversed(lines)]) + "\n")
        self.refused(["train", "--resume", "run", "--epochs", 2, *other], "the same synapses in another order")
        # Tables say nothing of synapses; the model that is given for its notes does.
        self.start("export", "--model", "run/model.safetensors", "--to", "tables/", "--arrays", "csv")
        self.refused(["import", "tables/", "--like", "run/model.safetensors", "--out", "a.safetensors", *other],
                     "run/model.safetensors", "the same synapses in another order")
        self.assertFalse((self.folder / "a.safetensors").exists())

    def test_examples(self):
        write_examples(self.folder / "narrow.npz", (10,), width=700)
        self.refused(["train", "--data", "narrow.npz", *TINY], "x_train", "10x700", "takes 784 numbers")
        write_examples(self.folder / "holed.npz", (10,), change=(2 * INPUTS + 1, float("nan")))
        self.refused(["train", "--data", "holed.npz", *TINY], "x_train", "nan in example 2")
        write_examples(self.folder / "moving.npz", (10, 4))
        self.refused(["train", "--data", "moving.npz", *TINY], "sequences of 4 steps", "leave --steps out")
        values = {split: [(i * 7) % 255 for i in range(count * INPUTS)] for split, count in (("train", 20), ("test", 10))}
        arrays = {f"x_{split}": ("|u1", (len(all) // INPUTS, INPUTS), all) for split, all in values.items()}
        arrays |= {f"y_{split}": ("|u1", (len(all) // INPUTS,), [i % 10 for i in range(len(all) // INPUTS)])
                   for split, all in values.items()}
        programs.write_arrays(self.folder / "bytes.npz", arrays)
        for option in (["--shift", 2], ["--flip"], ["--rotate", 10]):
            self.refused(["train", "--data", "bytes.npz", "--out", "no", *option], "have no places on an image")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[5:]], verbosity=2)
