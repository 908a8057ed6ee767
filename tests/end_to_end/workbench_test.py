"""Analyses, figures and reports of a program, as a user asks for them.

workbench_test.py PROGRAM DATA TEMP [TEST ...]
"""

import base64
import csv
import gzip
import json
import math
import os
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree
from pathlib import Path

from digits_program import DATA, PROGRAM, TEMP, digits, main
from programs import FolderCase

COLUMN = 321  # 85 mm, in pixels of SVG


def rows_of(file):
    with open(file, newline="") as opened:
        return list(csv.DictReader(opened))


class Trained(FolderCase):
    """One short training for all; each test has a folder of its own."""

    temp = TEMP

    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.TemporaryDirectory(dir=TEMP)
        cls.run_folder = Path(cls.shared.name) / "run"
        digits("train", "--data", DATA, "--limit-train", 256, "--limit-test", 64, "--batch", 64, "--steps", 3, "--epochs", 2,
               "--threads", 1, "--out", cls.run_folder)
        cls.model = cls.run_folder / "model.safetensors"

    @classmethod
    def tearDownClass(cls):
        cls.shared.cleanup()

    def shown(self, *arguments, images=40, check=True, cleared=False):
        for file in self.folder.iterdir() if cleared else ():
            file.unlink()
        return digits(*arguments, "--data", DATA, "--model", self.model, "--limit-test", images, "--batch", 16, "--threads", 1,
                      folder=self.folder, check=check)

    def picture(self, name, columns=1):
        root = xml.etree.ElementTree.parse(self.folder / name).getroot()
        self.assertEqual(float(root.get("width")), columns * COLUMN)
        return [element.text for element in root.iter() if element.tag.endswith("text")]

    def refused(self, result, *words):
        self.assertNotEqual(result.returncode, 0)
        self.assertEqual(result.stdout, "")
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertEqual(os.listdir(self.folder), [])


class Analyse(Trained):
    def test_tuning_to_classes(self):
        result = self.shown("analyse", "tuning", "--json", "a.json", "--csv", "a.csv", "--svg", "a.svg")
        told = json.loads((self.folder / "a.json").read_text())
        self.assertEqual(told["values"], list(range(10)))
        self.assertEqual(told["steps"], 3)
        table = rows_of(self.folder / "a.csv")
        self.assertEqual(len(table), 2 * 16 * 10)
        means = [sum(float(row["mean"]) for row in table if (row["type"], row["value"]) == ("V1.E", str(label))) / 16
                 for label in range(10)]
        self.assertTrue(min(means) < told["types"]["V1.E"]["mean_rate"] < max(means), means)
        self.assertIn(f"{told['types']['V1.I']['selectivity']:.3f}", result.stdout)
        self.assertIn("rank of the class", self.picture("a.svg", columns=2))
        self.assertNotIn("left out", result.stdout)
        self.assertIn("of 4 classes", self.shown("analyse", "tuning", images=15).stdout)
        self.assertIn("6 with one are left out", self.shown("perturb", "--silence", "V1.I", images=15).stdout)

    def test_mean_rates_are_those_of_perturb(self):
        self.shown("analyse", "tuning", "--json", "a.json")
        self.shown("perturb", "--silence", "V1.I", "--json", "b.json")
        tuned = json.loads((self.folder / "a.json").read_text())["types"]
        perturbed = json.loads((self.folder / "b.json").read_text())["perturbations"][0]["types"]
        for name in ("V1.E", "V1.I"):
            self.assertAlmostEqual(tuned[name]["mean_rate"], perturbed[name]["rate"]["mean"])
            self.assertAlmostEqual(tuned[name]["selectivity"], perturbed[name]["selectivity"]["mean"])

    def test_tuning_to_gratings(self):
        self.shown("analyse", "tuning", "--by", "orientation", "--angles", 6, "--json", "a.json", "--svg", "a.png")
        told = json.loads((self.folder / "a.json").read_text())
        self.assertEqual(told["values"], [0, 30, 60, 90, 120, 150])
        self.assertTrue(0 <= told["types"]["V1.E"]["vector_length"] <= 1)
        self.assertEqual((self.folder / "a.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        self.assertNotIn("data", told)  # none of which was shown
        digits("analyse", "tuning", "--by", "orientation", "--angles", 6, "--model", self.model, "--batch", 16,
               "--threads", 1, "--json", "c.json", "--data", "none", folder=self.folder)
        self.assertEqual(json.loads((self.folder / "c.json").read_text()), told)
        self.shown("analyse", "tuning", "--by", "direction", "--steps", 4, "--json", "b.json")
        self.assertEqual(json.loads((self.folder / "b.json").read_text())["values"][-1], 315)

    def test_fields(self):
        result = self.shown("analyse", "fields", "V1.E[0..1]", "V1.I[2]@3,4", "--images", 5, "--json", "a.json", "--csv", "a.csv",
                            "--svg", "a.svg")
        told = json.loads((self.folder / "a.json").read_text())
        self.assertEqual([one["neuron"] for one in told["neurons"]], ["V1.E[0]@14,14", "V1.E[1]@14,14", "V1.I[2]@3,4"])
        self.assertEqual(told["neurons"][0]["shape"], [1, 1, 28, 28])
        self.assertEqual(len(rows_of(self.folder / "a.csv")), 3 * 28 * 28)
        self.assertIn("V1.I[2]@3,4", result.stdout)
        # Three steps of 3x3 kernels, each of which reaches a pixel further.
        weights = told["neurons"][2]["weights"]
        for place, weight in enumerate(weights):
            if abs(place // 28 - 3) > 3 or abs(place % 28 - 4) > 3:
                self.assertLess(abs(weight), 1e-6)  # but for rounding
        self.assertIn("E[0]@14,14", self.picture("a.svg"))
        self.shown("analyse", "fields", "V1.E[0]", "--by", "noise", "--stimuli", 200, "--lags", "--json", "b.json")
        told = json.loads((self.folder / "b.json").read_text())
        self.assertEqual(told["neurons"][0]["shape"], [3, 1, 28, 28])
        self.assertGreater(told["neurons"][0]["standard_error"], 0)
        self.assertEqual((told["stimuli"], "data" in told), ("white noise, 200 stimuli", False))

    def test_balance(self):
        self.shown("analyse", "balance", "--json", "a.json", "--csv", "a.csv", "--svg", "a.svg")
        told = json.loads((self.folder / "a.json").read_text())["types"]["V1.E"]
        self.assertEqual(told["steps"], [2, 3])
        for step in range(2):
            self.assertAlmostEqual(told["ratio"][step], told["inhibition"][step] / told["excitation"][step])
            self.assertAlmostEqual(sum(currents[step] for currents in told["current"].values()),
                                   told["excitation"][step] - told["inhibition"][step] + told["current"]["bias"][step])
        self.assertEqual(len(rows_of(self.folder / "a.csv")), 2 * 4 * 2)  # stimulus, E, I, biases; types; steps
        self.assertIn("Currents into V1.I", self.picture("a.svg", columns=2))

    def test_perturbed(self):
        self.refused(self.shown("analyse", "tuning", "--silence", "V1.I#0..3", "--json", "a.json", check=False),
                     "leave the images out of", "V1.I")
        self.refused(self.shown("analyse", "fields", "V1.E[0]", "--cut", "V1.I-V2.E", check=False), "nearest name")
        self.shown("analyse", "tuning", "--silence", "V1.I", "--json", "a.json")
        told = json.loads((self.folder / "a.json").read_text())
        self.assertEqual(told["types"]["V1.I"]["mean_rate"], 0)
        self.assertGreater(told["types"]["V1.E"]["mean_rate"], 0)
        self.assertEqual(told["perturbations"], ["silence V1.I"])
        # At step 2 rates are of the first step, to which no edge has brought anything yet.
        of = {}
        for name, options in dict(whole=[], half=["--scale", "V1.I-V1.E=0.5"], cut=["--cut", "V1.I-V1.E:2.."]).items():
            self.shown("analyse", "balance", "--steps", 2, *options, "--json", "a.json")
            told = json.loads((self.folder / "a.json").read_text())["types"]
            of[name] = told["V1.E"]["current"]["inhibitory"][0]
            self.assertLess(told["V1.I"]["current"]["inhibitory"][0], 0)
        self.assertEqual(of["cut"], 0)
        self.assertTrue(of["whole"] < of["half"] < 0, of)

    def test_spectrum(self):
        result = self.shown("analyse", "spectrum", "--steps", 2, "--leading", 2, "--json", "a.json", "--csv", "a.csv", "--svg", "a.svg")
        told = json.loads((self.folder / "a.json").read_text())
        self.assertEqual(told["circuit"]["size"], 2 * 16 * 28 * 28)
        largest = max(math.hypot(*value) for value in told["circuit"]["eigenvalues"])
        self.assertAlmostEqual(told["circuit"]["radius"], largest)
        self.assertIn("The circuit is", result.stdout)
        self.assertEqual({row["circuit"] for row in rows_of(self.folder / "a.csv")}, {"circuit", "excitation alone"})
        self.assertIn("size 1", self.picture("a.svg"))

    def test_spectrum_of_the_next_step(self):
        def radius(*perturbed):
            self.shown("analyse", "spectrum", *perturbed, "--json", "a.json")
            return json.loads((self.folder / "a.json").read_text())["circuit"]["radius"]

        cut = radius("--cut", "V1.E-V1.E")
        self.assertAlmostEqual(radius("--cut", "V1.E-V1.E:3.."), cut, delta=0.2 * cut)  # at other rates
        self.assertNotAlmostEqual(radius("--cut", "V1.E-V1.E:..2"), cut, delta=0.2 * cut)  # over by then
        self.assertEqual(radius("--silence", "V1.E", "--silence", "V1.I"), 0)
        self.assertGreater(radius("--silence", "V1.E:..2", "--silence", "V1.I:..2"), 0)
        self.refused(self.shown("analyse", "spectrum", "--cut", "V1.E-V1.E:9..", check=False, cleared=True),
                     "begins at step 9, but the run has 3")

    def test_refusals(self):
        self.refused(self.shown("analyse", "fields", "V2.E", "--svg", "a.svg", check=False), 'nearest name is "V1.E"')
        self.refused(self.shown("analyse", "fields", "V1.E[16]", check=False), "no neuron V1.E[16]")
        self.refused(self.shown("analyse", "tuning", "--from", 9, "--json", "a.json", check=False), "step 9", "1 to 3")
        self.refused(self.shown("analyse", "tuning", "--svg", "a.pdf", check=False), "end it in .svg or .png")
        self.refused(self.shown("analyse", "spectrum", "--image", 40, "--json", "a.json", check=False), "images 0 to 39")
        for option in ("--angles", "--phases", "--period", "--contrast"):
            self.refused(self.shown("analyse", "tuning", option, 3, "--json", "a.json", check=False),
                         f"{option} has no effect here; it is of --by orientation, and --by direction")
        for option in ("--stimuli", "--contrast"):
            self.refused(self.shown("analyse", "fields", "V1.E", option, 3, check=False), f"{option} has no effect", "--by noise")
        self.refused(self.shown("analyse", "fields", "V1.E", "--by", "noise", "--images", 3, check=False), "--by gradient")
        self.refused(self.shown("analyse", "balance", "--steps", 1, "--csv", "a.csv", check=False), "2 steps or more")
        self.refused(digits("analyse", "balance", "--data", self.folder / "none", folder=self.folder, check=False), "none")
        self.refused(digits("analyse", "tuning", "--data", DATA, "--model", "none.safetensors", folder=self.folder, check=False),
                     "none.safetensors")
        self.assertEqual(digits("analyse", check=False).returncode, 2)
        for command in (["analyse", "balance"], ["perturb", "--silence", "V1.I"], ["record", "V1.E", "--out", "a.npz"]):
            self.refused(self.shown(*command, "--init", "balanced", check=False), "--init has no effect on a model that is read")
        self.refused(digits("check", "--model", self.model, "--data", DATA, "--init", "balanced", folder=self.folder, check=False),
                     "--init has no effect on a model that is read")

    def test_help(self):
        text = digits("analyse", "--help").stdout
        for word in ("tuning", "fields", "spectrum", "balance", "--by orientation"):
            self.assertIn(word, text)


class Plots(Trained):
    def setUp(self):
        super().setUp()
        self.recording = self.folder / "activity.npz"

    def record(self):
        self.shown("record", "V1.E", "V1.I[0..2]:2..", "--images", "0..7", "--out", self.recording)

    def test_runs(self):
        copy = self.folder / "another"
        copy.mkdir()
        shutil.copy(self.run_folder / "curves.csv", copy)
        digits("plot", "curves", self.run_folder, copy, "--out", "a.svg", folder=self.folder)
        words = self.picture("a.svg", columns=2)
        for word in ("run", "another", "Test accuracy", "epoch", "cross-entropy"):
            self.assertIn(word, words)
        summary = json.loads((self.run_folder / "summary.json").read_text())
        (copy / "summary.json").write_text(json.dumps({**summary, "network": "Other"}))
        digits("plot", "curves", self.run_folder, copy, "--out", "a.svg", folder=self.folder)
        words = self.picture("a.svg", columns=2)
        for word in ("run (Digits)", "another (Other)"):
            self.assertIn(word, words)
        summary["settings"]["loss"] = "squared-error"
        (copy / "summary.json").write_text(json.dumps(summary))
        digits("plot", "curves", self.run_folder, copy, "--out", "a.svg", folder=self.folder)
        words = self.picture("a.svg", columns=2)
        for word in ("Test loss: cross-entropy", "Test loss: squared-error", "Test accuracy"):
            self.assertIn(word, words)

    def test_recordings(self):
        self.record()
        digits("plot", "rates", self.recording, "--out", "rates.svg", folder=self.folder)
        words = self.picture("rates.svg")
        self.assertIn("V1.I", words)
        self.assertIn("Mean rates, bands:", words)  # the title, in two lines
        digits("plot", "maps", self.recording, "--out", "maps.svg", folder=self.folder)
        words = self.picture("maps.svg")
        self.assertEqual([word for word in words if word.startswith("step")], ["step 1", "step 2", "step 3", "step 2", "step 3"])
        digits("plot", "maps", self.recording, "--image", 3, "--out", "maps.png", folder=self.folder)
        digits("plot", "movie", self.recording, "--image", 3, "--out", "movie.gif", folder=self.folder)
        self.shown("record", "V1.E", "--images", "5..7", "--out", "later.npz")
        digits("plot", "maps", "later.npz", "--image", 6, "--out", "later.svg", folder=self.folder)
        self.assertIn("Rates, image 6", self.picture("later.svg"))
        digits("plot", "movie", "later.npz", "--out", "first.gif", folder=self.folder)
        digits("plot", "movie", "later.npz", "--image", 5, "--out", "fifth.gif", folder=self.folder)
        self.assertEqual((self.folder / "first.gif").read_bytes(), (self.folder / "fifth.gif").read_bytes())
        result = digits("plot", "maps", "later.npz", "--image", 1, "--out", "later.svg", folder=self.folder, check=False)
        self.assertIn("has 3 of the images 5 to 7 of the set, and no image 1", result.stderr)
        movie = (self.folder / "movie.gif").read_bytes()
        self.assertEqual(movie[:6], b"GIF89a")
        self.assertIn(b"NETSCAPE2.0", movie)
        self.assertEqual(movie.count(b"\x21\xf9\x04\x00\x32\x00"), 3)  # a frame for each step, half a second each

    def test_weights(self):
        for kind in ("weights", "spectra"):
            digits("plot", kind, self.model, "--out", "a.svg", folder=self.folder)
            self.assertTrue(any(word.startswith("stimulus-E") for word in self.picture("a.svg")))
        digits("plot", "kernels", self.model, "--edge", "V1.E-V1.I", "--out", "a.svg", folder=self.folder)
        words = self.picture("a.svg")
        self.assertIn("E->I", words)
        self.assertNotIn("I->E", words)
        digits("plot", "kernels", self.model, "--out", "b.svg", folder=self.folder)
        words = self.picture("b.svg")
        for word in ("stimulus->E", "stimulus->I", "E->output"):
            self.assertIn(word, words)
        self.assertEqual(len([word for word in words if word.startswith("largest ")]), 7)

    def test_wiring(self):
        self.refused(digits("wiring", folder=self.folder, check=False), "--out", "--matrix")
        digits("wiring", "--out", "a.svg", "--matrix", "m.svg", folder=self.folder)
        self.assertEqual((self.folder / "m.svg").read_text().count(", kernel 3x3"), 7)
        digits("wiring", "--matrix", "m.png", folder=self.folder)
        self.assertEqual((self.folder / "m.png").read_bytes()[:4], b"\x89PNG")
        text = (self.folder / "a.svg").read_text()
        self.assertIn(">V1<", text)
        for bad in ("a.gif", "none/a.svg"):
            result = digits("wiring", "--out", bad, folder=self.folder, check=False)
            self.assertEqual((result.returncode, result.stdout, result.stderr.count("\n")), (1, "", 1))
        self.assertEqual(sorted(os.listdir(self.folder)), ["a.svg", "m.png", "m.svg"])

    def test_pipes_and_packed_files(self):
        self.shown("record", "V1.E", "--out", "rates.h5")
        packed = gzip.compress((self.folder / "rates.h5").read_bytes())
        for name in ("packed.h5", "packed.npz", "packed.safetensors"):
            (self.folder / name).write_bytes(packed)
        os.mkfifo(self.folder / "pipe.h5")
        for arguments, words in ((["plot", "rates", "packed.h5", "--out", "a.svg"], "is packed by gzip; unpack it first"),
                                 (["plot", "rates", "packed.npz", "--out", "a.svg"], "is packed by gzip; unpack it first"),
                                 (["import", "packed.safetensors", "--out", "b.safetensors"], "is packed by gzip"),
                                 (["plot", "rates", "pipe.h5", "--out", "a.svg"], "is a pipe; an HDF5 file is read in several")):
            result = digits(*arguments, folder=self.folder, check=False)
            self.assertEqual((result.returncode, result.stderr.count("\n")), (1, 1), result.stderr)
            self.assertIn(words, result.stderr)

    def test_a_machine_without_fonts(self):
        (self.folder / "fonts.conf").write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            f"<dir>{self.folder}/nowhere</dir><cachedir>{self.folder}</cachedir></fontconfig>")
        for name, is_told in (("a.png", True), ("a.svg", False)):
            result = subprocess.run([PROGRAM, "plot", "curves", self.run_folder, "--out", name], cwd=self.folder, text=True,
                                    capture_output=True, env={**os.environ, "FONTCONFIG_FILE": str(self.folder / "fonts.conf")})
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual("warning: a.png has boxes in place of letters, since no font is installed" in result.stderr, is_told)

    def test_refusals(self):
        def refused(*arguments, words):
            self.refused(digits("plot", *arguments, folder=self.folder, check=False), *words)

        refused("curves", "nowhere", "--out", "a.svg", words=["nowhere", "training run"])
        refused("rates", "none.npz", "--out", "a.svg", words=["none.npz"])
        refused("maps", self.model, "--out", "a.svg", words=[str(self.model), "is no recording by its name"])
        refused("curves", self.model, "--out", "a.svg", words=[f"holds no curves; give the folder of its run, {self.run_folder}"])
        parameters = Path(self.shared.name) / "parameters.npz"
        digits("export", "--model", self.model, "--to", parameters)
        for kind in ("rates", "maps", "movie"):
            refused(kind, parameters, "--out", "a.gif" if kind == "movie" else "a.svg",
                    words=["is a model's parameters, and no recording"])
        self.refused(digits("test", "--model", self.model, "--data", parameters, folder=self.folder, check=False),
                     "is a model's parameters, and no data set")
        refused("weights", self.run_folder, "--out", "a.svg", words=["is a folder"])
        refused("kernels", self.model, "--edge", "V1.E-V1.J", "--out", "a.svg", words=['nearest name is "V1.E->'])
        refused("weights", self.model, "--out", "a.pdf", words=["end it in .svg or .png"])
        self.record()
        for arguments, word in ((("movie", "--out", "a.avi"), "end it in .gif"), (("movie", "--image", 8, "--out", "a.gif"), "images 0 to 7"),
                                (("maps", "--image", 8, "--out", "a.svg"), "images 0 to 7")):
            result = digits("plot", arguments[0], self.recording, *arguments[1:], folder=self.folder, check=False)
            self.assertEqual((result.returncode, result.stderr.count("\n")), (1, 1))
            self.assertIn(word, result.stderr)
        self.assertEqual(os.listdir(self.folder), ["activity.npz"])


class Report(Trained):
    def report(self):
        self.shown("perturb", "--silence", "V1.I", "--json", "silenced.json", "--svg", "silenced.svg")
        digits("report", self.run_folder, "--include", "silenced.json", "--include", "silenced.svg", "--out", "report.html",
               folder=self.folder)
        return (self.folder / "report.html").read_text()

    def test_page(self):
        page = self.report()
        summary = json.loads((self.run_folder / "summary.json").read_text())
        for words in (f"{100 * summary['test_accuracy']:.2f} %", "silence V1.I", "learning rate", summary["versions"]["libtorch"],
                      "<h2>Network</h2>", "<h2>Plan</h2>", "<h2>Weights</h2>", "<h2>Learning</h2>", "25,290 parameters"):
            self.assertIn(words, page)
        pictures = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]*)"', page)
        self.assertEqual(len(pictures), 7)  # curves, wiring, plan, three of weights, the perturbations
        for text in pictures:
            xml.etree.ElementTree.fromstring(base64.b64decode(text))

    def test_needs_nothing_beside_itself(self):
        page = self.report()
        pictures = [base64.b64decode(text).decode() for text in re.findall(r"data:image/svg\+xml;base64,([^\"]*)", page)]
        for text in (page, *pictures):
            for target in re.findall(r"""(?:src|href|action|data)\s*=\s*["']([^"']*)""", text):
                self.assertTrue(target.startswith(("data:", "#")), target[:80])
            self.assertNotRegex(text, r"<script|<link|<iframe|@import|url\(\s*['\"]?(?!#)")

    def test_in_a_browser(self):
        browser = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
        if browser is None:
            self.skipTest("no Chromium here")
        self.report()
        events = self.folder / "events.json"
        subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                        "--disable-component-update", "--no-first-run", f"--user-data-dir={self.folder / 'profile'}",
                        f"--log-net-log={events}", f"--screenshot={self.folder / 'page.png'}", "--window-size=1000,3000",
                        (self.folder / "report.html").as_uri()], capture_output=True, timeout=120, check=True)
        self.assertGreater((self.folder / "page.png").stat().st_size, 50_000)
        # What the page asks for, and not the browser itself.
        asked = re.findall(r'"initiator":"([^"]*)"[^{}]*"url":"(https?:[^"]*)"', events.read_text())
        self.assertEqual([url for initiator, url in asked if initiator.startswith("file:")], [])

    def test_refusals(self):
        def refused(*arguments, words):
            self.refused(digits("report", *arguments, "--out", "a.html", folder=self.folder, check=False), *words)

        refused("nowhere", words=["nowhere: isn't there; give the folder of a training run"])
        refused(self.run_folder / "settings.toml", words=[f"is a file; give the folder of its run, {self.run_folder}"])
        refused(self.run_folder, "--include", "nowhere", words=["nowhere: isn't there"])
        refused(self.run_folder, "--include", self.model, words=[str(self.model), ".svg"])
        refused(self.run_folder, "--include", self.run_folder / "summary.json", words=["no table that perturb"])
        other = Path(self.shared.name) / "other"
        other.mkdir(exist_ok=True)
        (other / "summary.json").write_text('{"network": "Worm"}')
        refused(other, words=["is a run of Worm", "Digits"])
        (other / "summary.json").write_text("{")
        refused(other, words=["is no JSON"])


if __name__ == "__main__":
    main()
