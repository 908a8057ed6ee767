#!/usr/bin/env python3
"""What the digits example's program refuses: one sentence and an exit status.

usage: digits_refusals_test.py PROGRAM DATA TEMP [unittest arguments]
Standard library only.
"""

import gzip
import json
import os
import shutil
import struct
import unittest.mock

from digits_program import DATA, TINY, DigitsCase, assert_refused, digits, main, write_model


class Refusals(DigitsCase):
    """Every bad input is one sentence and a status that is not 0, before any training."""

    def refused(self, arguments, *words, status=None):
        with self.subTest(arguments=[str(argument) for argument in arguments]):
            assert_refused(self, arguments, *words, status=status)

    def test_instruction_sets(self):
        with unittest.mock.patch.dict(os.environ, {"CORTEXPR_CPU": "nonsense"}):
            result = self.train("run", "--epochs", 1, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, "")
        self.assertIn('digits: CORTEXPR_CPU is "nonsense" in the environment; use portable, avx2 or avx512\n', result.stderr)

    def test_command_lines(self):
        for arguments, word in [([], "subcommand"), (["fly"], "fly"), (["train", "--fast"], "--fast"),
                                (["train", "--epochs", "0"], "--epochs"), (["train", "--epochs", "-3"], "--epochs"),
                                (["train", "--epochs", "many"], "--epochs"),
                                (["train", "--epochs", "1e99"], "--epochs"),
                                (["train", "--batch", "0"], "--batch"), (["train", "--steps", "0"], "--steps"),
                                (["train", "--lr", "0"], "--lr"), (["train", "--lr", "-1"], "--lr"),
                                (["train", "--lr", "nan"], "--lr"), (["train", "--lr", "inf"], "--lr"),
                                (["train", "--average", "1"], "--average"), (["train", "--warm-up", "-1"], "--warm-up"),
                                (["train", "--average", "-0.1"], "--average"),
                                (["train", "--seed", "-1"], "--seed"), (["train", "--seed", "x"], "--seed"),
                                (["train", "--seed", "99999999999999999999"], "--seed"),
                                (["train", "--init", "lucky"], "--init"), (["train", "--threads", "0"], "--threads"),
                                (["train", "--log-every", "0"], "--log-every"),
                                (["train", "--limit-train", "0"], "--limit-train"), (["test"], "--model"),
                                (["summary", "--steps", "0"], "--steps"), (["plan", "--steps", "0"], "--steps"),
                                (["plan", "--steps", "100000"], "--steps"), (["plan", "--svg"], "--svg")]:
            if arguments[:1] == ["train"]:
                arguments[1:1] = TINY[:4] + ["--data", DATA]
            self.refused(arguments, word, "--help", status=2)
        for arguments, told in [(["--seed", "1", "--seed", "2"], "--seed is given more than once"), (["--seed"], "--seed lacks its value"),
                                (["--seed", "010"], "--seed: 010 begins with a zero; give 10"),
                                (["--limit-train", "0100"], "--limit-train: 0100 begins with a zero; give 100"),
                                (["lr=1"], "there is no setting 'lr'; that of --lr is called learning_rate"),
                                (["--flip=3"], "--flip: 3 is neither true nor false"),
                                (["--mean", "1e39"], "1e39 has a number that a float32 doesn't hold")]:
            self.refused(["train", "--data", DATA, *arguments], told, status=2)
        self.assertFalse((self.folder / "runs").exists())

    def test_near_misses(self):
        for arguments, told in [(["analyse", "tunning"], "analyse has no subcommand 'tunning'; the nearest is 'tuning'"),
                                (["plot", "curvs"], "plot has no subcommand 'curvs'; the nearest is 'curves'"),
                                (["test", "--modle", "x"], "test has no option '--modle'; the nearest is '--model'"),
                                (["record", "--ouput", "x"], "record has no option '--ouput'; the nearest is '--out'"),
                                (["train", "--learning-rate", "1"], "train has no option '--learning-rate'; the nearest is '--lr'"),
                                (["train", "--initialization=balanced"], "'--initialization'; the nearest is '--init'"),
                                (["train", "-lr", "1"], "train has no option '-lr'; the nearest is '--lr'"),
                                (["--hlep"], "digits has no option '--hlep'; the nearest is '--help'"),
                                (["summary", "more"], "'more' is one argument too many")]:
            self.refused(arguments, told, status=2)

    def test_memory(self):
        """Whatever the CPU is called."""
        for device in ("cpu", "cpu:0"):
            self.refused(["train", "--data", DATA, "--device", device, "--steps", "1000", "--batch", "12000"], "GiB", "--batch", status=1)

    def test_empty_values(self):
        """As "$UNSET" of a shell gives them."""
        for option in ("--out", "--data", "--json", "--settings", "--resume"):
            given = [] if option in ("--data", "--resume", "--settings") else ["--data", DATA]
            self.refused(["train", *given, option, ""], option, "empty text", status=2)
        self.refused(["test", "--model", ""], "--model", "empty text", status=2)
        self.refused(["analyse", "tuning", "--data", DATA, "--model", ""], "--model", "empty text", status=2)
        self.refused(["sweep", ""], "empty text", status=2)
        self.assertEqual(os.listdir(self.folder), [])

    def test_other_files_of_a_run(self):
        self.train("run", "--epochs", 1)
        run = self.folder / "run"
        for name in ("curves.csv", "curves.jsonl", "curves.svg", "settings.toml", "summary.json"):
            self.refused(["test", "--data", DATA, "--model", run / name], str(run / name),
                         f"its model is {run}/model.safetensors", status=1)
        for name in ("summary.json", "model.safetensors", "checkpoint.safetensors", "curves.csv"):
            self.refused(["train", "--data", DATA, "--settings", run / name], str(run / name),
                         f"its file of settings is {run}/settings.toml", status=1)
            self.refused(["sweep", run / name], "is a file of a run, and no sweep", status=1)
        self.refused(["sweep", run / "settings.toml"], f"train --settings {run}/settings.toml", status=1)
        # The same names elsewhere mean nothing.
        (self.folder / "summary.json").write_text('{"epochs": 0}')
        self.refused(["train", "--data", DATA, "--settings", self.folder / "summary.json"], "line 1", "epochs", status=1)

    def test_files_of_other_kinds_as_a_model(self):
        file = self.folder / "x"
        for content, words in ((b"\x89HDF\r\n\x1a\n", "is an HDF5 file, as recordings are"), (b'{"name": "Digits"}', "is a JSON text"),
                               (b"epochs = 5\n", "is a text"), (b"\x80\x02}q\x00X\x04\x00", "is a pickle of Python"),
                               (b"\0\0\x08\x03\0\0\xea\x60", "is an IDX file")):
            file.write_bytes(content)
            self.refused(["test", "--data", DATA, "--model", file], words + ", ", "and no model; a run's model is its model.safetensors")
        array = self.folder / "act.npy"
        array.write_bytes(b"\x93NUMPY")
        (self.folder / "act.npy.json").write_text("{}")
        self.refused(["test", "--data", DATA, "--model", array], "is a recording, and no model")
        settings = self.folder / "settings.toml"
        settings.write_text("epochs = 5\n")
        self.refused(["train", "--data", settings, *TINY], "is a file of a run, and no data set")

    def test_settings_that_do_not_fit_one_another(self):
        start = ["train", "--data", DATA, *TINY]
        self.refused([*start, "--momentum", "0.5"], "adam has no momentum to set", status=1)
        self.refused([*start, "--nesterov"], "Nesterov's momentum is SGD's", status=1)
        self.refused([*start, "--lr", "0.001", "--final-lr", "0.1"], "final learning rate of 0.1", status=1)
        self.refused([*start, "--optimiser", "sgd", "--mean-decay", "0.8"], "sgd has no mean decay", "choose adam", status=1)
        self.refused([*start, "--optimiser", "rmsprop", "--mean-decay", "0.8"], "rmsprop has no mean decay", status=1)
        self.refused([*start, "--optimiser", "sgd", "--square-decay", "0.8"], "no square decay", status=1)
        self.refused([*start, "--optimiser", "sgd", "--epsilon", "0.1"], "no epsilon", status=1)
        for value in (["--fall-every", "2"], ["--fall-factor", "0.5"], ["--schedule", "cosine", "--fall-every", "2"]):
            self.refused([*start, *value], "a fall of the learning rate has no effect under the schedule", "choose step", status=1)
        self.refused([*start, "--rise", "0.5"], "a share for the rise", "schedule constant", "choose one-cycle", status=1)
        self.refused([*start, "--schedule", "step", "--final-lr", "0"], "a last value", "schedule step", status=1)
        self.refused([*start, "--schedule", "one-cycle", "--warm-up", "7"], "a warm-up", "schedule one-cycle", status=1)
        self.assertFalse((self.folder / "runs").exists())

    def test_class_weights(self):
        start = ["train", "--data", DATA, *TINY, "--class-weights"]
        self.refused([*start, "1,1"], "2 class weights", "10 classes", status=1)
        self.refused([*start, "1,1,1,1,1,1,1,1,1,1e300"], "class weights", "1e+300", status=1)
        self.refused([*start, "0,0,0,0,0,0,0,0,0,0"], "are all 0", status=1)
        self.assertFalse((self.folder / "runs").exists())

    def test_pictures(self):
        self.refused(["plan", "--svg", self.folder / "nowhere" / "plan.svg"], "nowhere", status=1)
        self.refused(["plan", "--svg", self.folder], str(self.folder), status=1)

    def test_devices(self):
        for device in ("abacus", "cuda:99"):
            self.refused(["train", "--data", DATA, *TINY, "--device", device], device, status=1)
        self.assertFalse((self.folder / "runs").exists())

    def test_precisions(self):
        self.refused(["train", "--data", DATA, *TINY, "--precision", "tf32"], "tf32", "GPU", status=1)
        self.refused(["train", "--data", DATA, *TINY, "--precision", "int4"], "int4")
        self.refused(["train", "--data", DATA, *TINY, "--cuda-graph"], "CUDA graph", "cpu", status=1)

    def test_data(self):
        self.refused(["train", *TINY, "--data", self.folder / "nowhere"], "nowhere")
        data = self.folder / "data"
        shutil.copytree(DATA, data)
        images, labels = data / "train-images-idx3-ubyte.gz", data / "train-labels-idx1-ubyte.gz"
        whole = images.read_bytes()
        images.write_bytes(whole[: len(whole) // 2])
        self.refused(["train", *TINY, "--data", data], str(images))
        damaged = bytearray(whole)
        damaged[len(whole) // 2] ^= 0x40
        images.write_bytes(damaged)
        self.refused(["train", *TINY, "--data", data], str(images))
        images.write_bytes(labels.read_bytes())
        self.refused(["train", *TINY, "--data", data], str(images))
        images.write_bytes(gzip.compress(struct.pack(">IIII", 0x803, 10000, 27, 28) + bytes(10000 * 27 * 28)))
        self.refused(["train", *TINY, "--data", data], "1x28x28", "1x27x28")
        images.unlink()
        self.refused(["train", *TINY, "--data", data], "train-images-idx3-ubyte")
        self.assertFalse((self.folder / "runs").exists())

    def test_folders(self):
        file = self.folder / "file"
        file.write_text("in the way")
        start = ["train", "--data", DATA, *TINY]
        self.refused([*start, "--out", file / "run"], str(file))
        self.refused([*start, "--out", file], str(file))
        self.refused([*start, "--out", "/proc/digits"], "/proc/digits")
        self.refused([*start, "--out", self.folder / "run", "--json", file / "x.json"], str(file))
        run = self.folder / "earlier"
        run.mkdir()
        (run / "model.safetensors").write_text("precious")
        self.refused([*start, "--out", run], "holds model.safetensors already")
        self.assertEqual((run / "model.safetensors").read_text(), "precious")
        own = self.folder / "own"
        own.mkdir()
        (own / "settings.toml").write_text("precious")
        self.refused([*start, "--out", own], "holds settings.toml already")
        self.assertEqual((own / "settings.toml").read_text(), "precious")
        shutil.rmtree(own)
        self.refused(["train", "--resume", self.folder], "no checkpoint", "nor another file of a run; give the folder of one")
        self.refused(["train", "--resume", run / "model.safetensors"], f"--resume {run}")
        self.refused(["train", "--resume", self.folder / "nowhere"], "isn't there")
        self.assertEqual(sorted(os.listdir(self.folder)), ["earlier", "file"])
        if os.geteuid() != 0:  # root may write anywhere
            locked = self.folder / "locked"
            locked.mkdir(mode=0o500)
            self.refused([*start, "--out", locked], str(locked))

    def test_models(self):
        start = ["test", "--data", DATA, "--limit-test", 64, "--model"]
        self.refused([*start, self.folder / "nowhere"], "nowhere")
        model = self.folder / "model"
        model.write_bytes(b"no safetensors at all")
        self.refused([*start, model], str(model))
        write_model(model, {"readout.1.weight": [256, 31], "readout.1.bias": [256], "surprise": [3]})
        self.refused([*start, model], str(model), "missing", "rnn.areas.0.convs.0->0.0.weight", "15 more", "unexpected",
                     "surprise", "mis-shaped", "readout.1.weight")
        self.train("run", "--epochs", 1)
        whole = (self.folder / "run" / "model.safetensors").read_bytes()
        model.write_bytes(whole[:-3])
        self.refused([*start, model], str(model))

    def write_noted(self, note, value):
        """noted.safetensors: the run's model with another note."""
        content = (self.folder / "run" / "model.safetensors").read_bytes()
        size = 8 + struct.unpack("<Q", content[:8])[0]
        header = json.loads(content[8:size])
        notes = {name: text for name, text in header["__metadata__"].items() if not name.startswith("cortexpr.")}
        header["__metadata__"] = {**notes, note: value}
        text = json.dumps(header).encode()
        (self.folder / "noted.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + content[size:])

    def test_notes_that_no_command_could_read(self):
        self.train("run", "--epochs", 1)
        trained = self.folder / "run" / "model.safetensors"
        for note, value, words in (("steps", "many", "trained with 'many' steps, which is no number from 1 to"),
                                   ("mean", "grey", "trained with the mean 'grey', which is no number; give --mean")):
            self.write_noted(note, value)
            for command in (["import", "noted.safetensors", "--out", "made.safetensors"],
                            ["import", trained, "--like", "noted.safetensors", "--out", "made.safetensors"]):
                self.refused(command, "noted.safetensors", words)
            export = ["export", "--model", "noted.safetensors", "--to"]
            advice = f"trained with the {note} '{value}', which no command could read; import it with --{note}"
            self.refused([*export, "made.safetensors"], "noted.safetensors", advice)  # which has no such option
            self.refused([*export, "made.onnx"], "noted.safetensors", "; give --steps" if note == "steps" else advice)
            self.assertFalse((self.folder / "made.safetensors").exists())
            given = {"steps": 3, "mean": 0.5}[note]
            digits("import", "noted.safetensors", f"--{note}", given, "--out", "made.safetensors", folder=self.folder)
            (self.folder / "made.safetensors").unlink()

    def test_steps_that_are_given_need_no_note(self):
        self.train("run", "--epochs", 1)
        self.write_noted("steps", "many")
        noted, trained = ["--model", "noted.safetensors"], ["--model", "run/model.safetensors"]
        for command in (["test", *noted, "--limit-test", 16], ["check", *noted, "--limit-train", 16],
                        ["perturb", *noted, *trained, "--silence", "V1.I", "--limit-test", 16]):
            command += ["--data", DATA]
            self.refused(command, "noted.safetensors", "no number from 1 to", "; give --steps")
            digits(*command, "--steps", 2, folder=self.folder)
        digits("export", *noted, "--to", "noted.onnx", "--steps", 2, folder=self.folder)


if __name__ == "__main__":
    main()
