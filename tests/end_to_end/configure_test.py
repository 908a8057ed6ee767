#!/usr/bin/env python3
"""Settings files, optimisers, logs, sweeps and debug switches of the digits example's program.

usage: configure_test.py PROGRAM DATA TEMP [unittest arguments]
Standard library only; with the package `tensorboard` its reader reads the event files.
"""

import csv
import fcntl
import json
import os
import re
import signal
import subprocess
import time
import unittest.mock

from digits_program import DATA, PROGRAM, TINY, DigitsCase, assert_refused, digits, main
from programs import PATIENCE, rows


def model(folder):
    return (folder / "model.safetensors").read_bytes()


class Files(DigitsCase):
    """Settings from files and by name; the file that each run leaves repeats it."""

    def test_a_run_repeats_another(self):
        run = self.folder / "first"
        self.train("first", "--epochs", 2, "--seed", 2**64 - 1, "--optimiser", "adamw", "--weight-decay", 0.01,
                   "--schedule", "one-cycle", "--shift", 1, "--label-smoothing", 0.1, "--keep-best")
        again = digits("train", "--settings", run / "settings.toml", "--out", self.folder / "again")
        self.assert_same_run("first", "again")
        self.assertNotIn("warning: the run that wrote", again.stderr)
        self.assertIn('train_data = "', (run / "settings.toml").read_text())
        # It ends as it began when it is continued from the file of a half of it.
        self.train("half", "--epochs", 1)
        self.train("half", "--resume", self.folder / "half", "epochs=2")
        digits("train", "--settings", self.folder / "half/settings.toml", "--out", self.folder / "whole")
        self.assert_same_run("half", "whole")
        other = digits("train", "--settings", run / "settings.toml", "--out", self.folder / "other", "train_limit=64",
                       "--epochs", 1)
        self.assertIn("warning: the run that wrote", other.stderr)
        self.assertIn("train_data", other.stderr)

    def test_what_counts(self):
        """The command line, then the file."""
        for name, text in [("run.toml", 'epochs = 3\nlearning_rate = 0.01\nclass_weights = [1, 1, 1, 1, 1, 1, 1, 1, 1, 2]\n'
                                        'nesterov = true\noptimiser = "sgd"\nmean = 0.25\n'),
                           ("run.json", '{"epochs": 3, "learning_rate": 0.01,\n"nesterov": true, "optimiser": "sgd",\n'
                                        '"class_weights": [1, 1, 1, 1, 1, 1, 1, 1, 1, 2], "mean": 0.25, "patience": null}')]:
            with self.subTest(name):
                file = self.folder / name
                file.write_text(text)
                self.train(name + ".run", "--settings", file, "epochs=1", "--lr", "0.02", "--momentum", "0.5")
                told = json.loads((self.folder / (name + ".run") / "summary.json").read_text())["settings"]
                self.assertEqual((told["epochs"], told["learning_rate"], told["momentum"]), (1, 0.02, 0.5))
                self.assertEqual((told["optimiser"], told["nesterov"], told["mean"]), ("sgd", True, "0.25"))
                self.assertEqual(told["class_weights"][-1], 2)

    def test_refusals(self):
        file = self.folder / "run.toml"
        for text, *words in [("epochs = 1\n\nlerning_rate = 1e-3\n", "line 3", "'lerning_rate'", "'learning_rate'"),
                             ("epochs = 0\n", "line 1", "epochs", "0"), ("epochs = \n", "line 1"),
                             ("seed = -1\n", "line 1", "-1"), ("nesterov = 2\n", "neither true nor false"),
                             ('optimiser = "lion"\n', "line 1", "lion", "adam"), ("[table]\nseed = 1\n", "line 2", "[table]"), ("[grid]\nseed = [1]\n", "is a sweep's file", "sweep "),
                             ("epochs = 1\nepochs = 2\n", "line 2"), ("data = 2000-01-01\n", "line 1"),
                             ("seed = { from = 1 }\n", "line 1", "seed"), ("steps = 1.5\n", "line 1", "steps")]:
            with self.subTest(text):
                file.write_text(text)
                assert_refused(self, ["train", "--settings", file, "--data", DATA], str(file), *words, status=1)
        broken = self.folder / "run.json"
        for text, *words in [('{"epochs": 1,\n"sed": 2}', "line 2", "'sed'", "'seed'"), ('{"epochs": 1,\n]', "line 2"),
                             ("[1]", "one object"), ('{"epochs": {"a": 1}}', "line 1")]:
            with self.subTest(text):
                broken.write_text(text)
                assert_refused(self, ["train", "--settings", broken, "--data", DATA], str(broken), *words, status=1)
        for arguments, *words in [(["sed=3"], "'sed'", "'seed'"), (["nothing"], "'nothing'", "epochs=3"),
                                  (["seed=x"], "seed"), (["seed=1", "seed=2"], "given twice"),
                                  (["--seed", "1", "seed=2"], "given twice"),
                                  (["out=x"], "'out' is no setting; give it as the option --out")]:
            with self.subTest(arguments):
                assert_refused(self, ["train", "--data", DATA, *arguments], *words)
        assert_refused(self, ["train", "--settings", self.folder / "none.toml"], "none.toml")
        self.train("run", "--epochs", 1)
        assert_refused(self, ["train", "--resume", self.folder / "run", "--settings", self.folder / "run/settings.toml"],
                       "--resume", "--settings")
        assert_refused(self, ["train", "--resume", self.folder / "run", "learning_rate=1"], "--lr", "--resume")


class Optimisers(DigitsCase):
    """Every way to learn is continued with the bits of a run that never stopped."""

    def test_continued(self):
        ways = {"sgd": ["--optimiser", "sgd", "--nesterov", "--clip-norm", 0.5, "--weight-decay-excitatory", 0.01],
                "adamw": ["--optimiser", "adamw", "--weight-decay", 0.1, "--loss", "squared-error", "--wiring-length", 1e-4],
                "rmsprop": ["--optimiser", "rmsprop", "--momentum", 0.5, "--clip-value", 0.1, "--activity-l1", 0.1],
                "changed": ["--shift", 2, "--flip", "--rotate", 10, "--noise", 0.1, "--balance-classes"],
                "best": ["--keep-best", "--lr", 0.3, "--average", 0, "--schedule", "step", "--fall-factor", 0.5]}
        for name, options in ways.items():
            with self.subTest(name):
                self.train(name, *options, "--epochs", 2)
                self.train(name + "-in-parts", *options, "--epochs", 1)
                self.train(name + "-in-parts", "--resume", self.folder / (name + "-in-parts"), "--epochs", 2)
                self.assert_same_run(name, name + "-in-parts")

    def test_patience_and_the_best(self):
        # Steps this large make later epochs worse.
        result = self.train("run", "--epochs", 30, "--lr", 0.5, "--average", 0, "--patience", 2, "--keep-best")
        summary = json.loads((self.folder / "run/summary.json").read_text())
        best = max(summary["epochs"], key=lambda epoch: (epoch["test_accuracy"], -epoch["test_loss"]))
        self.assertEqual(summary["kept_epoch"], best["epoch"])
        self.assertEqual(len(summary["epochs"]), best["epoch"] + 2)
        self.assertTrue(summary["finished"])
        self.assertIn("none was better for 2 epochs", result.stderr)
        tested = self.folder / "test.json"
        digits("test", "--model", self.folder / "run/model.safetensors", "--data", DATA, "--limit-test", 64, "--batch", 32,
               "--threads", 1, "--json", tested)
        self.assertEqual(json.loads(tested.read_text())["test_accuracy"], best["test_accuracy"])
        self.train("run", "--resume", self.folder / "run", "--patience", 3)
        longer = json.loads((self.folder / "run/summary.json").read_text())
        self.assertGreater(len(longer["epochs"]), best["epoch"] + 2)
        self.assertIn(len(longer["epochs"]), (longer["kept_epoch"] + 3, 30))
        self.train("run", "--resume", self.folder / "run", "patience=never")
        self.assertEqual(len(json.loads((self.folder / "run/summary.json").read_text())["epochs"]), 30)

    def test_the_loss_is_known_to_the_model(self):
        self.train("run", "--epochs", 1, "--loss", "squared-error")
        tested = self.folder / "test.json"
        digits("test", "--model", self.folder / "run/model.safetensors", "--data", DATA, "--limit-test", 64, "--batch", 32,
               "--threads", 1, "--json", tested)
        summary = json.loads((self.folder / "run/summary.json").read_text())
        self.assertEqual(json.loads(tested.read_text())["test_loss"], summary["test_loss"])
        self.assertLess(summary["test_loss"], 1)


class Logs(DigitsCase):
    def test_lines_and_events(self):
        self.train("run", "--epochs", 1, "--log-every", 2, "--tensorboard")
        self.train("run", "--resume", self.folder / "run", "--epochs", 2)
        run = self.folder / "run"
        parted = self.train("run", "--resume", run, "--epochs", 2, "--tensorboard=false")
        self.assertIn("curves.tfevents ends here, since --tensorboard is off", parted.stderr)
        lines = [json.loads(line) for line in (run / "curves.jsonl").read_text().splitlines()]
        with open(run / "curves.csv", newline="") as file:
            table = list(csv.DictReader(file))
        self.assertEqual(len(lines), len(table))
        for line, row in zip(lines, table):
            self.assertEqual({key: str(value) for key, value in line.items() if key in ("event", "epoch", "iteration")},
                             {key: row[key] for key in ("event", "epoch", "iteration")})
            for key in ("train_loss", "test_accuracy"):
                self.assertEqual(line.get(key), float(row[key]) if row[key] else None)
        self.assertTrue((run / "curves.tfevents").exists())
        try:
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        except ImportError:
            self.skipTest("the package tensorboard is not installed")
        events = EventAccumulator(str(run))
        events.Reload()
        self.assertEqual(sorted(events.Tags()["scalars"]),
                         ["accuracy/test", "accuracy/train", "learning_rate", "loss/test", "loss/train", "speed/images_per_second"])
        for tag, event, key in [("accuracy/test", "epoch", "test_accuracy"), ("loss/train", "interval", "train_loss")]:
            expected = [(line["iteration"], line[key]) for line in lines if line["event"] == event]
            found = [(point.step, point.value) for point in events.Scalars(tag)]
            self.assertEqual([step for step, _ in found], [step for step, _ in expected])
            for (_, value), (_, wanted) in zip(found, expected):
                self.assertAlmostEqual(value, wanted, delta=1e-6 * abs(wanted))
            self.assertTrue(all(abs(point.wall_time - time.time()) < 3600 for point in events.Scalars(tag)))


class Sweep(DigitsCase):
    """Many runs: a table of them, nothing twice, and on from where it was interrupted."""

    def plan(self, text, name="rates.toml"):
        file = self.folder / name
        limits = "train_limit = 128\ntest_limit = 64\nbatch_size = 32\nsteps = 2\nthreads = 1\ninitialisation = \"reference\"\n"
        file.write_text(f'folder = "{self.folder}/runs"\n[settings]\ndata = "{DATA}"\n{limits}{text}')
        return file

    def results(self):
        with open(self.folder / "runs/sweep.csv", newline="") as file:
            return list(csv.DictReader(file))

    def test_a_grid(self):
        file = self.plan("epochs = 1\n[grid]\nlearning_rate = [1e-3, 1e-2]\nseed = [0, 1]\n")
        first = digits("sweep", file, "--jobs", 2)
        self.assertIn("4 of 4 runs are finished", first.stdout)
        runs = self.folder / "runs"
        self.assertTrue((runs / "learning_rate=0.01,seed=1" / "model.safetensors").exists())
        results = self.results()
        self.assertEqual([row["run"] for row in results],
                         [f"learning_rate={rate},seed={seed}" for rate in ("0.001", "0.01") for seed in (0, 1)])
        told = json.loads((runs / "sweep.json").read_text())
        for group in told["means"]:
            of_group = [float(row["test_accuracy"]) for row in results
                        if row["learning_rate"] == group["settings"]["learning_rate"]]
            mean = sum(of_group) / 2
            self.assertAlmostEqual(group["test_accuracy"], mean)
            self.assertAlmostEqual(group["deviation"], abs(of_group[0] - of_group[1]) / 2**0.5)
            self.assertEqual(group["best_test_accuracy"], max(of_group))
            self.assertIn(f"{100 * mean:.2f} %", first.stdout)
        self.assertGreaterEqual(told["means"][0]["test_accuracy"], told["means"][1]["test_accuracy"])
        # A run of the sweep is one that could have been started by hand.
        self.train("by-hand", "--epochs", 1, "--lr", 0.01, "--seed", 1)
        self.assertEqual(model(self.folder / "by-hand"), model(runs / "learning_rate=0.01,seed=1"))
        # Nothing is done twice; what is new is done.
        before = {path: path.stat().st_mtime_ns for path in runs.glob("*/model.safetensors")}
        file.write_text(file.read_text().replace("seed = [0, 1]", "seed = [0, 1, 2]"))
        more = digits("sweep", file)
        self.assertIn("6 of 6", more.stdout)
        self.assertEqual(more.stderr.count(": begins"), 2)
        for path, when in before.items():
            self.assertEqual(path.stat().st_mtime_ns, when)
        assert_refused(self, ["sweep", file, "epochs=2"], "begun with the settings in")
        # Nor where the settings stand in another order.
        settings, grid = file.read_text().split("[grid]")
        head, lines = settings.split("[settings]\n")
        file.write_text(head + "[settings]\n" + "".join(reversed(lines.splitlines(keepends=True))) + "[grid]" + grid)
        self.assertNotIn("begins", digits("sweep", file).stderr)

    def test_draws(self):
        text = ("epochs = 1\n[random]\ndraws = 3\nlearning_rate = { from = 1e-4, to = 1e-1, log = true }\n"
                "batch_size = { from = 16, to = 64 }\noptimiser = [\"adam\", \"sgd\"]\n")
        digits("sweep", self.plan(text))
        results = self.results()
        self.assertEqual(len({row["run"] for row in results}), 3)
        for row in results:
            self.assertTrue(1e-4 <= float(row["learning_rate"]) <= 1e-1)
            self.assertTrue(16 <= int(row["batch_size"]) <= 64)
            self.assertIn(row["optimiser"], ("adam", "sgd"))
        again = digits("sweep", self.plan(text))  # the same draws
        self.assertNotIn("begins", again.stderr)
        other = digits("sweep", self.plan(text + "draw_seed = 1\n"))
        self.assertEqual(other.stderr.count(": begins"), 3)

    def test_killed_and_gone_on_with(self):
        text = "epochs = 3\nlog_every = 1\n[grid]\nseed = [0, 1, 2]\n"
        file = self.plan(text)
        process = subprocess.Popen([PROGRAM, "sweep", file, "--jobs", "2"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(process.kill)
        runs = self.folder / "runs"
        end = time.monotonic() + PATIENCE
        while not list(runs.glob("*/checkpoint.safetensors")):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        # Its runs end with it: the folders are free again.
        while any(self.is_held(folder) for folder in runs.iterdir() if folder.is_dir()):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)
        self.assertFalse((runs / "sweep.csv").exists())
        # As if it had been killed between the two renamings of a save: the run goes on from the checkpoint before.
        newest = next(runs.glob("*/checkpoint.safetensors"))
        newest.rename(newest.with_name("checkpoint.previous.safetensors"))
        again = digits("sweep", file, "--jobs", "2")
        self.assertIn("3 of 3 runs are finished", again.stdout)
        self.assertIn(f"{newest.parent.name}: goes on", again.stderr)
        for seed in (0, 1, 2):
            self.train(f"straight-{seed}", "--epochs", 3, "--log-every", 1, "--seed", seed)
            self.assertEqual(model(self.folder / f"straight-{seed}"), model(runs / f"seed={seed}"))
            self.assertEqual(rows(self.folder / f"straight-{seed}"), rows(runs / f"seed={seed}"))

    @staticmethod
    def is_held(folder):
        try:
            with open(folder / ".lock") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True

    def test_interrupted(self):
        file = self.plan("epochs = 200\nlog_every = 1\n[grid]\nseed = [0, 1]\n")
        process = subprocess.Popen([PROGRAM, "sweep", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        self.assertIn("begins", process.stderr.readline())
        log = self.folder / "runs/seed=0.log"
        end = time.monotonic() + PATIENCE
        while "iteration 2/4" not in log.read_text():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 130)
        self.assertIn("0 of 2 runs are finished", output)
        self.assertIn("interrupted after", log.read_text())

    def test_where_a_sweep_cannot_lie(self):
        grid = "epochs = 1\n[grid]\nseed = [0]\n"
        file = self.plan(grid)
        runs = self.folder / "runs"
        runs.write_text("in the way")
        assert_refused(self, ["sweep", file], str(runs), "is a file, and no folder")
        runs.unlink()
        runs.mkdir()
        for name in ("sweep.csv", "seed=0.toml"):
            (runs / name).write_text("precious")
            assert_refused(self, ["sweep", file], f"holds {name} already")
            self.assertEqual([(runs / one).read_text() for one in os.listdir(runs)], ["precious"])
            (runs / name).unlink()
        for _ in range(2):  # its own files are no one else's
            self.assertIn("1 of 1", digits("sweep", file).stdout)

    def test_a_run_that_fails(self):
        result = digits("sweep", self.plan("epochs = 1\n[grid]\nlearning_rate = [1e30, 1e-3]\n"), check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn("learning_rate=1e+30 ended with status 1", result.stderr)
        self.assertIn("smaller learning rate", result.stderr)
        self.assertIn("1 of 2 runs are finished, 1 failed", result.stdout)
        self.assertRegex(result.stdout, r"1e\+30 +│ +0 +│")  # it stands in the table, too
        self.assertEqual([(row["status"], row["test_accuracy"] == "") for row in self.results()], [("failed", True), ("finished", False)])
        told = json.loads((self.folder / "runs/sweep.json").read_text())
        self.assertEqual([run["status"] for run in told["runs"]], ["failed", "finished"])
        self.assertIsNone(told["runs"][0]["test_accuracy"])
        self.assertEqual(len(told["means"]), 1)

    def test_two_sweeps_share_the_runs(self):
        """As a sweep has it, a run's log is locked while it is trained."""
        file = self.plan("epochs = 1\n[grid]\nseed = [0, 1]\n")
        digits("sweep", file, "--only", 1)
        with open(self.folder / "runs/seed=0.log", "a") as log:
            fcntl.flock(log, fcntl.LOCK_EX)
            process = subprocess.Popen([PROGRAM, "sweep", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.addCleanup(process.kill)
            self.assertEqual(process.stderr.readline(), "seed=0: another sweep trains it, and is waited for\n")
            time.sleep(1)
            self.assertEqual(log.tell(), (self.folder / "runs/seed=0.log").stat().st_size)
        output, told = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0, told)
        self.assertIn("seed=0: begins", told)  # the other one has left it unfinished
        self.assertIn("2 of 2 runs are finished\n", output)
        self.assertNotIn("another program", (self.folder / "runs/seed=0.log").read_text())

    def test_threads_of_the_environment(self):
        file = self.plan("epochs = 1\n[grid]\nseed = [0]\n")
        file.write_text(file.read_text().replace("threads = 1\n", ""))
        with unittest.mock.patch.dict(os.environ, OMP_NUM_THREADS="1"):
            digits("sweep", file)
        told = json.loads((self.folder / "runs/seed=0/summary.json").read_text())
        self.assertEqual(told["settings"]["threads"], 1)  # and not all cores

    def test_a_job_array(self):
        file = self.plan("epochs = 1\n[grid]\nseed = [0, 1, 2]\n")
        script = digits("sweep", file, "--slurm", "--jobs", 2).stdout
        self.assertTrue(script.startswith("#!/bin/sh\n"))
        self.assertIn("#SBATCH --array=0-2%2\n", script)
        self.assertIn("#SBATCH --array=0-2\n", digits("sweep", file, "--slurm").stdout)
        self.assertIn("#SBATCH --array=1\n", digits("sweep", file, "--slurm", "--only", 1).stdout)
        assert_refused(self, ["sweep", file, "--slurm", "--only", 3], "--only")
        odd = self.plan("epochs = 1\n[grid]\nseed = [0, 1, 2]\n", "its rates.toml")
        odd.write_text(odd.read_text().replace("/runs", "/100 % of it"))
        told = digits("sweep", odd, "--slurm").stdout
        self.assertIn('#SBATCH --job-name="its rates"\n', told)
        self.assertIn(f'#SBATCH --output="{self.folder}/100 %% of it/slurm-%a.log"\n', told)
        odd.write_text(odd.read_text().replace("100 % of it", "a\\\\b"))
        assert_refused(self, ["sweep", odd, "--slurm"], "backslashes")
        job = self.folder / "job.sh"
        job.write_text(script)
        subprocess.run(["sh", job], env={**os.environ, "SLURM_ARRAY_TASK_ID": "1"}, check=True, timeout=PATIENCE,
                       capture_output=True)
        done = [folder.name for folder in (self.folder / "runs").iterdir() if (folder / "summary.json").exists()]
        self.assertEqual(done, ["seed=1"])
        self.assertIn("3 of 3", digits("sweep", file).stdout)

    def test_refusals(self):
        for text, *words in [("[grid]\nsed = [1]\n", "'sed'", "'seed'", "line 11"), ("[grid]\nseed = 1\n", "list of the values"),
                             ("[random]\nseed = [1]\n", "draws"), ("[other]\nseed = 1\n", "[grid]"),
                             ("[random]\ndraws = 2\nlearning_rate = { from = 2, to = 1 }\n", "learning_rate"),
                             ("[random]\ndraws = 2\nlearning_rate = { from = 0, to = 1, log = true }\n", "logarithm"),
                             ("epochs = 1\n[grid]\nseed = [1]\nbatch_size = []\n", "batch_size")]:
            with self.subTest(text):
                file = self.plan(text)
                assert_refused(self, ["sweep", file], str(file), *words)
        file = self.plan("[grid]\nseed = [1]\n")
        assert_refused(self, ["sweep", file, "sed=1"], "'seed'")
        assert_refused(self, ["sweep", file, "--only", 1], "--only")


class Debug(DigitsCase):
    def test_one_batch_is_learnt_by_heart(self):
        self.train("run", "--overfit-batch", "--epochs", 150, "--lr", 0.01, "--warm-up", 5, "--average", 0,
                   "--keep-best", "--init", "balanced")
        summary = json.loads((self.folder / "run/summary.json").read_text())
        self.assertEqual((summary["train_images"], summary["test_images"]), (32, 32))
        self.assertGreater(summary["test_accuracy"], 0.9)  # of chance 0.1, in spite of dropout

    def test_anomalies(self):
        self.assertIn("test accuracy", self.train("run", "--detect-anomaly", "--epochs", 1).stdout)
        diverging = ["--epochs", 1, "--lr", 1e30, "--warm-up", 0, "--average", 0]
        self.assertIn("the loss became", self.train("diverging", *diverging, check=False).stderr)
        told = self.train("told", *diverging, "--detect-anomaly", check=False)
        self.assertEqual(told.returncode, 1)
        self.assertIn("returned nan values", told.stderr)

    def test_a_profile(self):
        trace = self.folder / "trace.json"
        result = self.train("run", "--profile", trace, "--epochs", 1)
        self.assertRegex(result.stdout, r"forward pass\s.*ms")
        self.assertIn("optimiser's step", result.stdout)
        self.assertIn(f"trace   {trace}", result.stdout)
        events = json.loads(trace.read_text())["traceEvents"]
        self.assertTrue(any(event.get("name") == "loss and backward pass" for event in events))
        operations, kernels = result.stdout.split("test accuracy")[0].split("kernel of the network")
        for table in (operations, kernels):
            self.assertLess(sum(float(share) for share in re.findall(r"([\d.]+) %", table)), 101)
        self.assertRegex(kernels, r"convolutions \(\w+\)\s+│\s+\d+ │\s+[\d.]+ ms │\s+[\d.]+ % │\s+\d+\.\d │")
        self.assertRegex(kernels, r"nonlinearity and time step\s+│\s+\d+ │")
        assert_refused(self, ["train", "--data", DATA, "--profile", self.folder / "none" / "x.json", *TINY], "none")
        # Through a link, and not in its place.
        (self.folder / "link.json").symlink_to("real.json")
        self.train("linked", "--profile", self.folder / "link.json", "--epochs", 1)
        self.assertTrue((self.folder / "link.json").is_symlink())
        self.assertIn("traceEvents", json.loads((self.folder / "real.json").read_text()))

    def test_outputs_that_are_lost(self):
        """What can't be written at the end costs nothing of the rest."""
        temporary = self.folder / "temporary"
        temporary.mkdir()
        process = subprocess.Popen([PROGRAM, "train", "--data", DATA, "--out", self.folder / "run", "--epochs", "30", "--profile",
                                    self.folder / "trace.json", *TINY], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env={**os.environ, "TMPDIR": str(temporary)})
        self.addCleanup(process.kill)
        self.assertIn("results in", process.stderr.readline())
        temporary.rmdir()
        output, told = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 1)
        self.assertRegex(output, r"forward pass\s.*ms")
        self.assertIn("test accuracy", output)
        self.assertIn("TMPDIR", told.splitlines()[-1])
        self.assertTrue(json.loads((self.folder / "run/summary.json").read_text())["finished"])
        with unittest.mock.patch.dict(os.environ, {"TMPDIR": str(temporary)}):
            assert_refused(self, ["train", "--data", DATA, "--profile", self.folder / "x.json", *TINY], "TMPDIR")

    def test_what_cannot_be_trained_on(self):
        for given, words in ((["--mean", 0, "--deviation", 1e-38], ("can't be normalised", "would become numbers up to 1e+38")),
                             (["--mean", 1e30, "--deviation", 1], ("can't be normalised",)),
                             (["--shift", 40], ("a shift by 40 pixels takes images of 28x28 out of sight",)),
                             (["--weight-l1", 1e308], ("more than a float32 holds",))):
            told = self.train("out", *given, "--epochs", 1, check=False)
            self.assertNotEqual(told.returncode, 0)
            for word in words:
                self.assertIn(word, told.stderr)
            self.assertNotIn("learning rate", told.stderr.splitlines()[-1])


if __name__ == "__main__":
    main()
