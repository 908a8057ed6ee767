#!/usr/bin/env python3
"""The commands of the digits example's program beside training, and the settings of its process.

usage: digits_commands_test.py PROGRAM DATA TEMP [unittest arguments]
Standard library only.
"""

import array
import csv
import json
import os
import re
import signal
import struct
import subprocess
import time
import xml.etree.ElementTree
import zipfile

from digits_program import DATA, PROGRAM, TINY, DigitsCase, assert_refused, digits, main, write_model
from programs import PATIENCE, read_header


class Exchange(DigitsCase):
    """Weights and networks in others' formats; tests/exchange holds their content to the programs whose they are."""

    def setUp(self):
        super().setUp()
        self.train("run", "--epochs", 1)
        self.model = self.folder / "run" / "model.safetensors"

    def test_out_and_in(self):
        notes = read_header(self.model)["__metadata__"]
        for name in ("weights.pt", "weights.npz", "weights/"):
            told = digits("export", "--model", self.model, "--to", name, folder=self.folder)
            self.assertEqual(told.stdout, f"exported 20 parameters (25,290 numbers) of Digits to {name}\n")
            digits("import", name, "--steps", 2, "--mean", notes["mean"], "--deviation", notes["deviation"], "--out",
                   "back.safetensors", folder=self.folder)
            back = (self.folder / "back.safetensors").read_bytes()
            ours, theirs = read_header(self.folder / "back.safetensors"), read_header(self.model)
            self.assertEqual(ours.pop("__metadata__")["steps"], theirs.pop("__metadata__")["steps"])
            self.assertEqual(ours, theirs)
            self.assertEqual(back[-4 * 25290:], self.model.read_bytes()[-4 * 25290:])
        accuracy = [digits("test", "--data", DATA, "--limit-test", 64, "--threads", 1, "--steps", 2, "--model", file,
                           folder=self.folder).stdout.split(",")[0] for file in (self.model, "weights.pt", "weights/")]
        self.assertEqual(len(set(accuracy)), 1, accuracy)

    def test_what_is_not_kept_is_said(self):
        notes = read_header(self.model)["__metadata__"]
        told = digits("export", "--model", self.model, "--to", "weights.pt", folder=self.folder)
        self.assertIn(f"give it to import: --steps {notes['steps']} --mean {notes['mean']} --deviation {notes['deviation']}",
                      told.stderr)
        self.assertEqual(digits("export", "--model", self.model, "--to", "w.safetensors", folder=self.folder).stderr, "")
        digits("import", "weights.pt", "--like", self.model, "--steps", 3, "--out", "like.safetensors", folder=self.folder)
        like = read_header(self.folder / "like.safetensors")["__metadata__"]
        self.assertEqual({name: like[name] for name in notes if not name.startswith("cortexpr")},
                         {name: note for name, note in notes.items() if not name.startswith("cortexpr")} | {"steps": "3"})
        told = digits("import", "weights.pt", "--steps", 2, "--out", "back.safetensors", folder=self.folder)
        self.assertIn("neither does --mean, --deviation", told.stderr)

    def test_a_model_is_what_import_writes(self):
        digits("export", "--model", self.model, "--to", "w.pt", folder=self.folder)
        weights = (self.folder / "w.pt").read_bytes()
        for name in ("x.pt", "x.onnx", "x.npz", "x"):
            assert_refused(self, ["import", self.folder / "w.pt", "--out", self.folder / name], "end its name in .safetensors", status=1)
            self.assertFalse((self.folder / name).exists())
        for arguments in (["import", self.model, "--out", self.model], ["export", "--model", self.model, "--to", self.model]):
            assert_refused(self, arguments, "give another name", status=1)
        self.assertEqual((self.folder / "w.pt").read_bytes(), weights)

    def test_no_file_is_read_and_written(self):
        model = self.model.read_bytes()
        (self.folder / "link").symlink_to(self.model)
        for arguments in (["test", "--data", DATA, "--model", self.model, "--json", self.model],
                          ["test", "--data", DATA, "--model", self.model, "--json", self.folder / "link"],
                          ["check", "--data", DATA, "--model", self.model, "--svg", self.model],
                          ["perturb", "--data", DATA, "--model", self.model, "--silence", "V1.E", "--csv", "x", "--json", "x"],
                          ["perturb", "--data", DATA, "--model", self.model, "--silence", "V1.E", "--csv", self.model],
                          ["perturb", "--data", DATA, "--model", self.model, "--silence", "V1.E", "--csv", "x", "--json", "./x"],
                          ["analyse", "balance", "--data", DATA, "--model", self.model, "--json", self.model],
                          ["record", "V1.E", "--data", DATA, "--model", self.model, "--out", self.model],
                          ["test", "--data", self.model, "--model", self.model, "--json", self.folder / "link"],
                          ["wiring", "--out", "w.svg", "--matrix", self.folder / "w.svg"]):
            assert_refused(self, arguments, "give another name", status=2)
        run = self.model.parent
        for arguments in (["test", "--data", DATA, "--model", self.model, "--json", run / "summary.json"],
                          ["export", "--model", self.model, "--to", run / "checkpoint.safetensors"],
                          ["import", self.folder / "link", "--out", run / "checkpoint.safetensors"],
                          ["report", run, "--out", run / "summary.json"]):
            assert_refused(self, arguments, "is a file of the run in", status=1)
        assert_refused(self, ["report", run, "--out", self.folder / "page.json"], "end the name of --out in .html", status=1)
        for own in ("model.safetensors", "checkpoint.safetensors", "checkpoint.previous.safetensors"):
            told = self.train("again", "--epochs", 1, "--json", self.folder / "again" / own, check=False)
            self.assertIn("is a file that the run itself writes", told.stderr)
        self.assertEqual(self.model.read_bytes(), model)
        self.assertFalse((self.folder / "x").exists())

    def test_names_that_are_no_utf8(self):
        data = os.fsencode(self.folder) + b"/data\xff"
        os.symlink(os.path.abspath(DATA), data)
        run = os.fsencode(self.folder) + b"/run\xfe"
        for arguments in (["train", "--data", data, *TINY, "--epochs", "1", "--out", run], ["train", "--resume", run, "--epochs", "2"],
                          ["test", "--data", data, "--model", run + b"/model.safetensors", "--json", self.folder / "test.json"]):
            told = subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=PATIENCE, check=False)
            self.assertNotIn(b"json.exception", told.stderr)
            if "--resume" not in arguments:  # the notes' name of the folder is not that any more
                self.assertEqual(told.returncode, 0, told.stderr)
        self.assertIn("data\ufffd", json.loads((self.folder / "test.json").read_text())["data"])

    def test_what_this_machine_or_a_float32_does_not_hold(self):
        for command in (["train", "--data", DATA, "--out", self.folder / "other"], ["test", "--data", DATA, "--model", self.model]):
            assert_refused(self, [*command, "--threads", "1000"], "would wait for one another; give --threads", status=1)
        assert_refused(self, ["record", "logits[0]", "--data", DATA, "--model", self.model, "--out", "x.npz"], "logits are recorded whole")
        for option in ("--weight-decay", "--clip-norm", "--clip-value", "--lr"):
            assert_refused(self, ["train", "--data", DATA, option, "1e39"], "1e39 is more than a float32 holds", status=2)
            assert_refused(self, ["train", "--data", DATA, option, "1e-50"], "1e-50 is less than a float32 holds", status=2)

    def test_what_is_resumed_is_a_folder(self):
        assert_refused(self, ["train", "--resume", self.model], f"is a file; give the folder of a run, as --resume {self.model.parent}",
                       status=1)
        assert_refused(self, ["train", "--resume", "/dev/null"], "/dev/null: is no folder; give that of a run", status=1)

    def test_a_pipe_is_written_once(self):
        os.mkfifo(self.folder / "pipe")
        with subprocess.Popen(["cat", self.folder / "pipe"], stdout=subprocess.PIPE) as reader:
            self.train("piped", "--epochs", 1, "--json", self.folder / "pipe")
            self.assertIn("test_accuracy", json.loads(reader.communicate(timeout=60)[0])["epochs"][0])

    def test_onnx(self):
        digits("export", "--model", self.model, "--to", "net.onnx", folder=self.folder)
        model = (self.folder / "net.onnx").read_bytes()
        self.assertIn(b"V1.E@2", model)  # two steps, as the model was trained
        self.assertNotIn(b"V1.E@3", model)
        digits("export", "--model", self.model, "--to", "net.onnx", "--steps", 3, folder=self.folder)
        self.assertIn(b"V1.E@3", (self.folder / "net.onnx").read_bytes())

    def test_refusals(self):
        evil = self.folder / "evil.pt"
        with zipfile.ZipFile(evil, "w") as archive:
            archive.writestr("evil/data.pkl", b"\x80\x02cos\nsystem\nX\x0a\x00\x00\x00touch here\x85R.")
        for arguments in (["import", evil, "--out", "x.safetensors"], ["test", "--data", DATA, "--model", evil]):
            assert_refused(self, arguments, "evil.pt: asks for 'os.system'", "nothing of it was run", status=1)
        assert_refused(self, ["export", "--model", self.model, "--to", "weights.mat"], "end it in .pt", status=1)
        for name in ("a.safetensors", "a.pt", "arrays/"):
            assert_refused(self, ["export", "--model", self.model, "--to", name, "--steps", 4],
                           f"--steps has no effect on {name}; it is of .onnx", status=1)
        for name in ("a.npz", "a.onnx"):
            assert_refused(self, ["export", "--model", self.model, "--to", name, "--arrays", "csv"],
                           f"--arrays has no effect on {name}; it is of a folder", status=1)
        assert_refused(self, ["import", self.model, "--mean", "measured", "--out", "x.safetensors"], "give numbers", status=1)
        assert_refused(self, ["import", "missing.pt", "--out", "x.safetensors"], "missing.pt", status=1)
        write_model(self.folder / "other.safetensors", {"w": [2]})
        assert_refused(self, ["import", "other.safetensors", "--out", "x.safetensors"], "does not fit the network Digits", status=1)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["evil.pt", "other.safetensors", "run"])

    def test_help(self):
        for verb, words in (("import", ("module.", "digits import checkpoint.pt")), ("export", (".onnx", "weights_only=True"))):
            text = digits(verb, "--help").stdout
            for word in words:
                self.assertIn(word, text)


class Settings(DigitsCase):
    """The process's own settings, and what is said of a network that can't learn."""

    def test_check(self):
        text = digits("check", "--data", DATA, "--limit-train", 64).stdout
        for words in ("mean rate", "saturated", "rnn.areas.0.tau.0", "every type is active"):
            self.assertIn(words, text)
        result = self.train("run", "--epochs", 1, "--warm-up", 1000, "--init", "balanced")
        self.assertIn("the warm-up of 1000 iterations is as long as the training, 4", result.stderr)
        self.assertIn("fitting the balanced initialisation", result.stderr)
        model = self.folder / "run/model.safetensors"
        checked = digits("check", "--data", DATA, "--limit-train", 64, "--model", model).stdout
        self.assertIn("mean rate", checked)
        # As it was trained: 2 steps. Other pixels, other rates.
        self.assertEqual(checked.count("\u2502 V1   \u2502 E "), 2, checked)
        other = digits("check", "--data", DATA, "--limit-train", 64, "--model", model, "--mean", 0, "--deviation", 1, "--steps", 3)
        self.assertEqual(other.stdout.count("\u2502 V1   \u2502 E "), 3, other.stdout)
        self.assertNotIn(checked.splitlines()[3], other.stdout)
        assert_refused(self, ["check", "--data", DATA, "--model", self.folder / "run"], "is a folder; a run's model is")

    def test_memory_and_threads(self):
        start = ["train", "--data", DATA, "--epochs", 1, "--out", self.folder / "run"]
        for more, advice in ((["--batch", 1, "--limit-train", 1, "--steps", 1000000], "--steps"),
                             (["--batch", 10000, "--steps", 10000], "or less fits")):
            assert_refused(self, [*start, *more], "GiB", advice)
        assert_refused(self, [*start, "--steps", 1000000000], "--steps", status=2)
        self.train("good", "--epochs", 1)
        model = self.folder / "good" / "model.safetensors"
        header = read_header(model)
        tensors = {name: entry["shape"] for name, entry in header.items() if name != "__metadata__"}
        write_model(model, tensors)
        content = model.read_bytes()
        size = struct.unpack("<Q", content[:8])[0]
        text = json.loads(content[8 : 8 + size]) | {"__metadata__": {"steps": "2000000000"}}
        new = json.dumps(text).encode()
        model.write_bytes(struct.pack("<Q", len(new)) + new + content[8 + size :])
        assert_refused(self, ["test", "--data", DATA, "--limit-test", 64, "--model", model], "2000000000", "--steps")

    def test_a_model_without_its_steps(self):
        self.train("run", "--epochs", 1)
        model = self.folder / "run" / "model.safetensors"
        content = model.read_bytes()
        size = struct.unpack("<Q", content[:8])[0]
        header = json.loads(content[8 : 8 + size])
        header["__metadata__"] = None  # as a file that has been through other hands
        new = json.dumps(header).encode()
        model.write_bytes(struct.pack("<Q", len(new)) + new + content[8 + size :])
        result = digits("test", "--data", DATA, "--limit-test", 64, "--model", model)
        self.assertIn("5 steps", result.stdout)
        steps = "doesn't say for how many steps it was trained; it runs for 5 (--steps)"
        scale = "doesn't say by which mean and deviation its images were normalised"
        for verb in (["test"], ["record", "V1.E", "--out", "a.npz"], ["perturb", "--silence", "V1.I"], ["analyse", "tuning"],
                     ["check"]):
            limit = ["--limit-train" if verb == ["check"] else "--limit-test", 64]
            told = digits(*verb, "--data", DATA, *limit, "--model", model, folder=self.folder).stderr
            self.assertIn(steps, told)
            self.assertIn(scale + "; the data set's are taken (--mean, --deviation)", told)
        told = digits("test", "--data", DATA, "--limit-test", 64, "--model", model, "--steps", 2, "--mean", 0.1).stderr
        self.assertNotIn("how many steps", told)
        self.assertIn("by which deviation its", told)
        told = digits("export", "--model", model, "--to", "a.onnx", folder=self.folder).stderr
        self.assertEqual([line.split(": ", 1)[1].split(" ", 1)[1] for line in told.splitlines()], [steps, scale])


class Workbench(DigitsCase):
    """What is done with a trained model: record and perturb."""

    def setUp(self):
        super().setUp()
        self.train("run", "--epochs", 1)
        self.model = self.folder / "run" / "model.safetensors"

    def command(self, verb, *arguments, check=True):
        return digits(verb, *arguments, "--data", DATA, "--model", self.model, "--limit-test", 50, "--batch", 20,
                      "--threads", 1, folder=self.folder, check=check)

    def test_record(self):
        result = self.command("record", "V1.E[0..1]:2..", "logits", "--out", "activity.npz", "--silence", "V1.I")
        self.assertEqual(result.stdout, "recorded 50 images in activity.npz\n")
        with zipfile.ZipFile(self.folder / "activity.npz") as archive:
            self.assertEqual(archive.namelist(), ["V1.E.npy", "logits.npy", "images.npy", "labels.npy", "description.npy"])
            self.assertIn("'shape': (50, 1, 2, 28, 28)", archive.read("V1.E.npy")[:128].decode("latin-1"))
            text = archive.read("description.npy")
        about = json.loads(text[text.index(b"\n") + 1:])
        self.assertEqual(about["network"], json.loads(digits("describe").stdout))
        self.assertEqual(about["arrays"]["V1.E"]["subtypes"], "0..1")
        self.assertEqual(about["perturbations"], ["silence V1.I"])
        self.assertEqual(about["images"]["steps"], 2)  # what the model was trained with
        self.command("record", "logits", "--images", "5..6,3", "--out", "order.npz")
        with zipfile.ZipFile(self.folder / "order.npz") as archive:
            self.assertEqual(struct.unpack("<3q", archive.read("images.npy")[-24:]), (5, 6, 3))
        (self.folder / "order.npz").unlink()
        self.command("record", "E", "--images", "3,5..6", "--out", "rates.npy")
        self.assertIn(b"'shape': (3, 2, 16, 28, 28)", (self.folder / "rates.npy").read_bytes()[:128])
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["activity.npz", "rates.npy", "rates.npy.json", "run"])

    def rates(self, *perturbations):
        """Of V1.I, the values that there are at each of three steps."""
        self.command("record", "V1.I", "--images", "0..1", "--steps", 3, "--out", "rates.npz", *perturbations)
        with zipfile.ZipFile(self.folder / "rates.npz") as archive:
            values = array.array("f", archive.read("V1.I.npy")[-4 * 2 * 3 * 16 * 28 * 28:])
        size = 16 * 28 * 28
        steps = [values[(image * 3 + step) * size:][:size] for image in range(2) for step in range(3)]
        return [set(map(lambda value: round(value, 4), steps[step] + steps[3 + step])) for step in range(3)]

    def test_the_last_perturbation_that_holds_a_state_counts(self):
        clamp, silence = ("--clamp", "V1.I=0.5"), ("--silence", "V1.I:2..")
        self.assertEqual(self.rates(*clamp, *silence), [{0.5}, {0}, {0}])
        self.assertEqual(self.rates(*silence, *clamp), [{0.5}, {0.5}, {0.5}])
        self.assertEqual(self.rates(*clamp, "--silence", "V1.I:3", "--clamp", "V1.I=0.25:3"), [{0.5}, {0.5}, {0.25}])

    def test_an_interrupted_recording_leaves_nothing(self):
        for number, name in ((signal.SIGINT, "a.npz"), (signal.SIGTERM, "a.npy"), (signal.SIGHUP, "a.h5")):
            process = subprocess.Popen([PROGRAM, "record", "V1.E", "--data", DATA, "--model", self.model, "--steps", "40", "--batch", "16",
                                        "--threads", "1", "--out", name], cwd=self.folder, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
            self.addCleanup(process.kill)
            while len(os.listdir(self.folder)) == 1:  # until it has begun to write
                self.assertIsNone(process.poll())
                time.sleep(0.02)
            time.sleep(0.3)
            process.send_signal(number)
            output, told = process.communicate(timeout=60)
            self.assertEqual((process.returncode, output), (128 + number, ""))
            self.assertIn("interrupted: nothing was recorded", told)
            self.assertEqual(os.listdir(self.folder), ["run"])

    def test_perturb(self):
        found = self.command("perturb", "--silence", "V1.E", "--inject", "V1.I[3]=0.5", "--cut", "V1.I-V1.E", "--json",
                             "found.json", "--csv", "found.csv", "--svg", "found.svg")
        told = json.loads((self.folder / "found.json").read_text())
        names = ["none", "silence V1.E", "inject V1.I[3]=0.5", "cut V1.I-V1.E", "all together"]
        self.assertEqual([one["perturbation"] for one in told["perturbations"]], names)
        for name in names:
            self.assertIn(name, found.stdout)
        none, silenced, driven = told["perturbations"][:3]
        self.command("test", "--json", "test.json")
        self.assertAlmostEqual(none["accuracy"]["mean"], json.loads((self.folder / "test.json").read_text())["test_accuracy"])
        self.assertIn("change (points)", found.stdout)
        self.assertIn(f"{100 * silenced['accuracy_change']['mean']:.1f} │", found.stdout)
        self.assertEqual(silenced["types"]["V1.E"]["rate"]["mean"], 0)
        self.assertGreater(driven["types"]["V1.I"]["rate_change"]["low"], 0)
        with open(self.folder / "found.csv", newline="") as file:
            table = list(csv.DictReader(file))
        self.assertEqual(len(table), 5 * (1 + 2 * 2))  # accuracy, and of each type rate and selectivity
        self.assertEqual(float(table[0]["mean"]), none["accuracy"]["mean"])
        picture = xml.etree.ElementTree.parse(self.folder / "found.svg").getroot()
        # Amounts of different perturbations are no axis.
        self.assertIn("perturbation, as in the table (0: none)", [element.text for element in picture.iter()])

    def test_confusion(self):
        self.command("test", "--json", "test.json", "--confusion", "confusion.csv")
        told = json.loads((self.folder / "test.json").read_text())
        with open(self.folder / "confusion.csv", newline="") as file:
            table = list(csv.DictReader(file))
        self.assertEqual([row["class"] for row in table], [str(label) for label in range(10)])
        right = sum(int(row[row["class"]]) for row in table)
        self.assertAlmostEqual(right / told["test_images"], told["test_accuracy"])
        for row, one in zip(table, told["test_classes"]):
            answers = [int(row[str(label)]) for label in range(10)]
            self.assertEqual((one["class"], one["answers"], one["images"]), (int(row["class"]), answers, sum(answers)))
            self.assertAlmostEqual(one["accuracy"], answers[one["class"]] / sum(answers))
        told = self.command("test", "--json", "same.csv", "--confusion", "same.csv", check=False)
        self.assertIn("is the file of", told.stderr)

    def test_strengths(self):
        self.command("perturb", "--scale", "V1.I-V1.E=1", "--strengths", "0,1,2.5", "--json", "found.json", "--svg", "a.svg")
        told = json.loads((self.folder / "found.json").read_text())["perturbations"]
        self.assertEqual([one.get("strength") for one in told], [None, 0, 1, 2.5])
        self.assertEqual(told[2]["types"], told[0]["types"] | {"V1.E": told[2]["types"]["V1.E"]})
        self.assertEqual(told[2]["types"]["V1.E"]["rate_change"]["mean"], 0)  # a factor of 1
        self.assertGreater(told[1]["types"]["V1.E"]["rate_change"]["low"], 0)  # less inhibition
        self.assertLess(told[3]["types"]["V1.E"]["rate_change"]["high"], 0)

    def test_several_models_are_shown_the_same(self):
        self.train("other", "--epochs", 1, "--mean", 0, "--deviation", 1)
        self.train("longer", *[3 if one == "2" else one for one in TINY], "--epochs", 1, tiny=False)
        more = lambda name: ("--model", self.folder / name / "model.safetensors")  # noqa: E731
        self.command("perturb", "--silence", "V1.E", *more("run"))
        told = self.command("perturb", "--silence", "V1.E", *more("longer"), check=False).stderr
        self.assertIn("was trained with 3 steps, and ", told)
        self.assertIn(" with 2 steps; say with --steps for how many both are shown images", told)
        told = self.command("perturb", "--silence", "V1.E", *more("other"), check=False).stderr
        self.assertIn("the mean 0 and deviation 1", told)
        self.assertIn("say with --mean and --deviation", told)
        self.command("perturb", "--silence", "V1.E", *more("longer"), *more("other"), "--steps", 2, "--mean", 0, "--deviation", 1)

    def test_silenced_circuits_have_no_loops(self):
        for silenced in (("--silence", "V1.E"), ("--silence", "V1.E", "--silence", "V1.I")):
            found = self.command("analyse", "spectrum", *silenced, "--json", "found.json")
            self.assertEqual(found.stderr, "")
            self.assertIn("eigenvalues", (self.folder / "found.json").read_text())

    def test_refusals(self):
        def refused(verb, *arguments):
            result = self.command(verb, *arguments, check=False)
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
            return result.stderr

        self.assertIn('no neuron type "V1.J"; the nearest name is "V1.E"', refused("perturb", "--silence", "V1.J"))
        self.assertIn('the nearest name is "V1.E->V1.E"', refused("perturb", "--cut", "V1.J-V1.E"))
        self.assertIn("no perturbation was given", refused("perturb"))
        self.assertIn("begins at step 9, but the run has 2", refused("perturb", "--silence", "V1.E:9"))
        self.assertIn("has an amount of 1e+308, beyond float32", refused("perturb", "--inject", "V1.E=1e308"))
        self.assertIn("end it in .npz, .npy or .h5", refused("record", "V1.E", "--out", "activity.mat"))
        self.assertIn("has images 0 to 49", refused("record", "V1.E", "--images", "50", "--out", "activity.npz"))
        self.assertIn("'3..1' is no list of images, as 0..9,12", refused("record", "V1.E", "--images", "3..1", "--out", "a.npz"))
        self.assertIn("names image 3 twice", refused("record", "V1.E", "--images", "3,3", "--out", "a.npz"))
        self.assertIn("--strengths names 1 twice", refused("perturb", "--scale", "V1.E-V1.I=1", "--strengths", "1,0,1"))
        for verb in (["record", "V1.E", "--out", "a.npz"], ["perturb", "--silence", "V1.E"], ["analyse", "tuning"]):
            self.assertIn("--limit-train has no effect on the test set", refused(*verb, "--limit-train", 9))
            self.assertIn("--limit-test has no effect with --train-split", refused(*verb, "--train-split"))
        self.assertIn("names image 50, which isn't among the 50", refused("perturb", "--silence", "V1.E#50"))
        self.assertIn("names image 2, which isn't among the 3", refused("record", "V1.E", "--images", "5..7", "--silence",
                                                                         "V1.E#2", "--out", "a.npz"))
        self.assertIn("nowhere", refused("test", "--json", "nowhere/a.json"))
        result = self.command("perturb", "--scale", "V1.E-V1.I=1", "--strengths", "1,,2", check=False)
        self.assertEqual(result.returncode, 2)
        self.assertIn("--strengths: 1,,2 is no list of numbers with commas between", result.stderr)
        for file in ("--json", "--csv", "--svg"):
            self.assertIn("nowhere", refused("perturb", "--silence", "V1.E", file, "nowhere/a.svg"))
            self.assertIn("nowhere", refused("analyse", "tuning", file, "nowhere/a.svg"))
        self.assertEqual(os.listdir(self.folder), ["run"])

    def test_help(self):
        for verb, words in (("record", ("PART", "--out", "--silence", "numpy.load")),
                            ("perturb", ("--strengths", "--freeze-tau", "--silence V1.I:2.."))):
            text = digits(verb, "--help").stdout
            for word in words:
                self.assertIn(word, text)


class Information(DigitsCase):
    """What the program tells without data."""

    def test_summary(self):
        text = digits("summary").stdout
        for words in ("Digits: 25,290 parameters", "1x28x28", "excitatory", "inhibitory", "stimulus", "output", "3x3",
                      "2,320", "sigmoid", "10 classes", "256 hidden"):
            self.assertIn(words, text)

    def test_plan(self):
        text = digits("plan").stdout
        for words in ("5 steps", "E, -I -> E, I", "4 of 5", "only live outputs", "14,902,272", "25,758,720", "501,760"):
            self.assertIn(words, text)
        file = self.folder / "plan.svg"
        file.write_text("an older picture")
        self.assertNotIn("GPU", text)
        self.assertIn("on chip, by kernels for these sizes", digits("plan", "--device", "cuda").stdout)
        longer = digits("plan", "--steps", 12, "--svg", file).stdout
        self.assertIn("2 to 11", longer)
        picture = xml.etree.ElementTree.parse(file).getroot()
        words = [element.text for element in picture.iter() if element.tag.endswith("text")]
        self.assertIn("step 12", words)
        self.assertIn("V1: E, -I to E, I; 32 to 32 channels, 3x3; 11 of 12 steps", words)
        self.assertEqual(os.listdir(self.folder), ["plan.svg"])

    def test_describe(self):
        told = json.loads(digits("describe").stdout)
        self.assertEqual(told["name"], "Digits")
        self.assertEqual([kind["name"] for kind in told["areas"][0]["neuron_types"]], ["E", "I"])
        self.assertEqual(told["readout"]["dropout"], 0.5)
        self.assertEqual(told["reference"]["classifier"]["fc_dim"], 256)
        self.assertEqual(digits("describe", "--as", "json").stdout, digits("describe").stdout)
        declaration = digits("describe", "--as", "cpp").stdout
        self.assertIn("struct E : excitatory<16> {};", declaration)
        self.assertIn("from<stimulus, 1, 1, 0>,", declaration)
        self.assertIn("struct Digits : classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>> {};", declaration)

    def test_each_help_has_an_example(self):
        def subcommands(*path):
            text = digits(*path, "--help").stdout
            listed = text.partition("Subcommands:")[2].partition("\n\n")[0]
            return [line.split()[0].rstrip(",") for line in listed.splitlines() if re.match(r"  \w", line)]

        found = subcommands()
        for verb in ("train", "sweep", "test", "check", "record", "perturb", "analyse", "plot", "report", "summary", "plan",
                     "wiring", "describe", "import", "export"):
            self.assertIn(verb, found)
        paths = [(verb,) for verb in found]
        paths += [(verb, name) for verb in ("analyse", "plot") for name in subcommands(verb)]
        self.assertEqual(len(paths), len(found) + 4 + 7)
        for path in paths:
            with self.subTest(path=path):
                text = digits(*path, "--help").stdout
                self.assertIn("Example:", text)
                self.assertIn(f"digits {' '.join(path)}", text.partition("Example:")[2])
                for model in re.findall(r"runs/\S*model.safetensors", text):
                    self.assertEqual(model, "runs/digits-1/model.safetensors")

    def test_evaluate_is_test(self):
        text = digits("evaluate", "--help").stdout
        self.assertEqual(text, digits("test", "--help").stdout)
        self.assertIn("evaluate", digits("--help").stdout)
        assert_refused(self, ["evaluate"], "--model", status=2)
        assert_refused(self, ["evaluate", "--data", DATA, "--model", "nowhere"], "nowhere", status=1)

    def test_help_and_version(self):
        self.assertIn("cortexpr", digits("--version").stdout)
        text = digits("train", "--help").stdout
        for option in ("--data", "--epochs", "--seed", "--json", "--out", "--lr", "--batch", "--steps", "--init",
                       "--device", "--precision", "--cuda-graph", "--threads", "--log-every", "--resume"):
            self.assertIn(option, text)


if __name__ == "__main__":
    main()
