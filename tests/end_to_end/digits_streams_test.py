#!/usr/bin/env python3
"""The run folder's owner and the standard streams of the digits example's program.

usage: digits_streams_test.py PROGRAM DATA TEMP [unittest arguments]
Standard library only.
"""

import json
import os
import pty
import shutil
import signal
import subprocess
import time

from digits_program import DATA, PROGRAM, QUICK_INIT, TINY, DigitsCase, assert_refused, digits, main
from programs import PATIENCE


class Owners(DigitsCase):
    """A run folder belongs to one process, and one that has saved nothing is never in the way."""

    def start(self, *arguments, **streams):
        process = subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=subprocess.DEVNULL,
                                   stderr=streams.pop("stderr", subprocess.PIPE), text=True, **streams)
        self.addCleanup(lambda: (process.kill(), process.communicate()))
        return process

    def test_two_programs_and_one_folder(self):
        run = self.folder / "run"
        arguments = ["train", "--data", DATA, *TINY, "--epochs", 1, "--out", run]
        both = [self.start(*arguments, "--seed", seed) for seed in (1, 2)]
        told = [process.communicate(timeout=PATIENCE)[1] for process in both]
        self.assertEqual(sorted(process.returncode for process in both), [0, 1])
        loser = next(i for i, process in enumerate(both) if process.returncode == 1)
        self.assertRegex(told[loser], "another program is training into this folder|holds a run already")
        seed = json.loads((run / "summary.json").read_text())["settings"]["seed"]
        self.assertEqual(seed, 2 - loser)
        self.assertFalse((run / ".lock").exists())

    def test_a_run_that_is_going_on(self):
        run = self.folder / "run"
        process = self.start("train", "--data", DATA, "--batch", 8, "--epochs", 100, "--threads", 1, "--out", run, *QUICK_INIT)
        for _ in range(PATIENCE * 10):
            if (run / "curves.csv").exists():
                break
            time.sleep(0.1)
        assert_refused(self, ["train", "--data", DATA, *TINY, "--out", run], "another program is training")
        process.kill()  # in its first epoch: nothing was saved
        process.wait(timeout=PATIENCE)
        assert_refused(self, ["train", "--resume", run], "no checkpoint", f"train --out {run}")
        self.train("run", "--epochs", 1)  # as the message says

    def test_a_folder_that_goes_before_anything_is_saved(self):
        """Nothing is written into what takes its name, and nothing is said of a checkpoint that isn't there."""
        run, moved = self.folder / "run", self.folder / "moved"
        for is_moved, is_replaced in ((True, True), (True, False), (False, True)):
            process = self.start("train", "--data", DATA, "--limit-train", 6000, "--limit-test", 64, "--epochs", 1,
                                 "--threads", 1, "--out", run)
            self.assertTrue(any("fitting the balanced" in line for line in process.stderr))
            run.rename(moved)
            if not is_moved:
                shutil.rmtree(moved)
            if is_replaced:
                run.mkdir()
            told = process.communicate(timeout=PATIENCE)[1]
            self.assertEqual(process.returncode, 1, told)
            how = "moved" if is_moved else "removed"
            self.assertIn(f"was {how} while it trained; nothing more is saved; train anew", told)
            if is_moved:
                self.assertEqual([path.name for path in moved.iterdir()], [".lock"])
            if is_replaced:
                self.assertEqual(list(run.iterdir()), [])
                run.rmdir()
            shutil.rmtree(moved, ignore_errors=True)

    def test_a_run_that_diverged(self):
        for more in ([], ["--average", 0]):
            result = self.train("bad", "--epochs", 2, "--lr", "1e38", "--warm-up", 0, *more, check=False)
            self.assertEqual(result.returncode, 1)
            self.assertRegex(result.stderr, "(NaN|infinite).*epoch 1.*iteration")
            self.assertFalse((self.folder / "bad").exists())
        self.train("bad", "--epochs", 1)


class Streams(DigitsCase):
    """Standard streams that are closed, full or gone: a training goes on, and what was lost is a status."""

    def shell(self, text):
        return subprocess.run(["bash", "-c", text], cwd=self.folder, capture_output=True, text=True, timeout=PATIENCE)

    def command(self, name, *arguments):
        tiny = " ".join(TINY)
        more = " ".join(map(str, arguments))
        return f"'{PROGRAM}' train --data '{DATA}' {tiny} --epochs 1 --out {name} {more}"

    def test_standard_error(self):
        for name, streams in (("closed", "2>&-"), ("full", "2>/dev/full")):
            result = self.shell(f"{self.command(name)} {streams}")
            self.assertEqual(result.returncode, 1, name)
            self.assertIn("test accuracy", result.stdout)
            self.assertTrue(json.loads((self.folder / name / "summary.json").read_text())["finished"])
            self.assertEqual(self.shell(f"'{PROGRAM}' test --data '{DATA}' --model missing {streams}").returncode, 1)
            self.assertEqual(self.shell(f"'{PROGRAM}' fly {streams}").returncode, 2)
            self.assertEqual(self.shell(f"'{PROGRAM}' summary {streams}").returncode, 0)

    def test_standard_output(self):
        for name, streams in (("closed", ">&-"), ("full", ">/dev/full")):
            result = self.shell(f"{self.command(name)} {streams}")
            self.assertEqual(result.returncode, 1, name)
            self.assertIn("standard output can't be written", result.stderr)
            self.assertTrue(json.loads((self.folder / name / "summary.json").read_text())["finished"])
            model = f"--model {name}/model.safetensors"
            for question in ("summary", "plan", "describe", f"test --data '{DATA}' --limit-test 64 {model}"):
                result = self.shell(f"'{PROGRAM}' {question} {streams}")
                self.assertEqual(result.returncode, 1, question)
                self.assertEqual(len(result.stderr.splitlines()), 1, question)
        # Nothing that was said has gone into a file that got a stream's number.
        self.assertEqual(self.shell(f"{self.command('all')} <&- >&- 2>&-").returncode, 1)
        self.assertEqual(digits("test", "--data", DATA, "--limit-test", 64, "--model",
                                self.folder / "all" / "model.safetensors").returncode, 0)

    def test_files_beyond_the_limit_of_the_process(self):
        result = self.shell(f"ulimit -f 1; {self.command('limited')}")
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("File too large", result.stderr.splitlines()[-1])
        self.assertEqual(os.listdir(self.folder), [])

    def test_recordings_beyond_the_limit(self):
        self.shell(self.command("run"))
        for name in ("a.npz", "a.h5", "a.npy"):
            result = self.shell(f"ulimit -f 1; '{PROGRAM}' record V1.E --data '{DATA}' --limit-test 64 --threads 1 "
                                f"--model run/model.safetensors --out {name}")
            self.assertEqual((result.returncode, result.stderr.count("\n")), (1, 1), result.stderr)
            self.assertIn(f"digits: {name}: can", result.stderr)
        self.assertEqual(os.listdir(self.folder), ["run"])

    def test_recordings_through_links_and_pipes(self):
        self.shell(self.command("run"))
        os.mkdir(self.folder / "far")
        for ending, start in (("npz", b"PK"), ("h5", b"\x89HDF")):
            (self.folder / f"link.{ending}").symlink_to(f"far/later.{ending}")
            os.mkfifo(self.folder / f"pipe.{ending}")
            record = (f"'{PROGRAM}' record V1.E --data '{DATA}' --limit-test 8 --threads 1 --model run/model.safetensors "
                      f"--out")
            result = self.shell(f"{record} link.{ending} && {record} pipe.{ending} & cat pipe.{ending} > received; wait $!")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertTrue((self.folder / f"link.{ending}").is_symlink())
            self.assertTrue((self.folder / f"pipe.{ending}").is_fifo())
            for file in (f"far/later.{ending}", "received"):
                self.assertTrue((self.folder / file).read_bytes().startswith(start), file)

    def test_a_pipe_without_a_reader(self):
        """After the training, it keeps no signal off."""
        os.mkfifo(self.folder / "pipe")
        for option in ("--json", "--profile"):
            run = self.folder / option[2:]
            process = subprocess.Popen([PROGRAM, "train", "--data", DATA, *TINY, "--epochs", "1", "--out", run, option,
                                        self.folder / "pipe"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.addCleanup(process.kill)
            for _ in range(PATIENCE * 10):
                if (run / "model.safetensors").exists():
                    break
                time.sleep(0.1)
            time.sleep(3)  # a second signal would end it in any case
            process.send_signal(signal.SIGTERM)
            self.assertIn(process.wait(timeout=PATIENCE), (-signal.SIGTERM, 128 + signal.SIGTERM), option)

    def test_a_reader_that_goes_away(self):
        result = self.shell(f"set -o pipefail; {self.command('run', '--log-every', 1)} 2>&1 | head -n 1")
        self.assertEqual(result.returncode, 1)
        self.assertTrue(json.loads((self.folder / "run" / "summary.json").read_text())["finished"])

    def test_a_terminal_that_goes_away(self):
        master, terminal = pty.openpty()
        run = self.folder / "run"
        process = subprocess.Popen([PROGRAM, "train", "--data", DATA, "--batch", "8", "--epochs", "100", "--threads", "1",
                                    "--out", run, *QUICK_INIT], stdin=terminal, stdout=terminal, stderr=terminal,
                                   start_new_session=True)
        self.addCleanup(process.kill)
        os.close(terminal)
        for _ in range(PATIENCE * 10):
            if (run / "curves.csv").exists():
                break
            time.sleep(0.1)
        os.close(master)
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGHUP)  # the shell's and the terminal's
        self.assertEqual(process.wait(timeout=PATIENCE), 128 + signal.SIGHUP)
        self.assertTrue((run / "checkpoint.safetensors").exists())

    def test_targets_that_are_no_files(self):
        result = self.shell(f"{self.command('run', '--json', '/dev/stdout')}")
        self.assertEqual(json.loads(result.stdout[: result.stdout.rindex("}") + 1])["network"], "Digits")
        result = self.shell(f"'{PROGRAM}' test --data '{DATA}' --limit-test 64 --json /dev/null "
                            "--model <(cat run/model.safetensors)")
        self.assertEqual(result.returncode, 0, result.stderr)


if __name__ == "__main__":
    main()
