#!/usr/bin/env python3
"""The benchmarks: what they refuse, write and draw. Opponents with canned figures stand in, so that nothing is timed.

usage: bench_test.py BENCH_STEP FOLDER_OF_BENCH TEMP
CORTEXPR_REFERENCE and CORTEXPR_REFERENCE_PYTHON bring the reference into it. Standard library only.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree
from pathlib import Path

PROGRAM, BENCH, TEMP = (Path(argument).resolve() for argument in sys.argv[1:4])
sys.path.insert(0, str(BENCH))
import learning_figure  # noqa: E402
import measure  # noqa: E402
import plot  # noqa: E402
import svg  # noqa: E402
import table  # noqa: E402

# Prints what bench_step or reference_step.py would; SECONDS, PARAMETERS and FAULT are filled in.
STAND_IN = '''#!/usr/bin/env python3
import json, sys, time
given = sys.argv
value = lambda name: int(given[given.index(name) + 1]) if name in given else None
FAULT
if "--first-step" in given:
    now = time.monotonic()
    print(json.dumps(dict(loaded=now, built=now, stepped=now)))
    sys.exit()
slow = 2 if "bfloat16" in given else 1
seconds = dict(min_s=slow * SECONDS, median_s=slow * SECONDS, runs=1)
print(json.dumps(dict(parameters=PARAMETERS, batch=value("--batch"), num_steps=value("--num-steps"), compile_seconds=7.5,
    threads=value("--threads"), train=seconds, forward=seconds, peak_bytes=int(1e9 * SECONDS), torch="none",
    live_operations=1000, **(dict(gradient_error=1e-6 * slow * SECONDS) if value("--gradient-batch") else {}))))
'''


def parameters_of(channels, areas, kind="plain"):
    """By hand: seven convolutions of 3 x 3 in each area (wide: of 5 x 5), time constants, the readout; edges between types in
    four groups; of feedback, two convolutions more in the area that hears it, and one between the areas."""
    total = 0
    if kind == "groups":
        total -= 9 * 3 * channels * channels
    if kind == "feedback":
        total += 9 * 2 * (2 * channels * channels) + 2 * channels + 9 * (2 * channels) ** 2 + 2 * channels
    for place in range(areas):
        heard = 1 if place == 0 else 2 * channels
        weights = 2 * heard * channels + 4 * channels * channels + 2 * channels * channels
        total += (25 if kind == "wide" else 9) * weights + 6 * channels + 2 * channels + 2 * channels
    return total + 2 * channels * 256 + 256 + 256 * 10 + 10


def row(**changed):
    figure = dict(median=4.0, least=3.5, most=4.5)
    return dict(name="seed", varied="seed", batch=256, channels=16, size=28, num_steps=5, areas=1, parameters=25290,
                gradient_error=1e-6, reference_gradient_error=2e-6, forward_gflops=90.0, train_seconds=0.3, train_ratio=figure,
                forward_ratio=figure, memory_ratio=8.0, train_ns_per_operation=2.0, forward_ns_per_operation=1.0) | changed


def failed_row(**changed):
    return {name: value for name, value in row(**changed).items() if not name.endswith("_ratio")}


class Case(unittest.TestCase):
    def setUp(self):
        TEMP.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(dir=TEMP))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def stand_in(self, name, seconds, parameters=25290, fault=""):
        path = self.folder / name
        path.write_text(STAND_IN.replace("SECONDS", str(seconds)).replace("PARAMETERS", str(parameters))
                        .replace("FAULT", fault))
        path.chmod(0o755)
        return path

    def run_bench(self, ours, theirs, *options):
        out = self.folder / "out" / "figures.json"
        command = [sys.executable, BENCH / "run.py", "--program", ours, "--python", theirs, "--reference", "somewhere", "--out",
                   out, "--pairs", "2", *options]
        return subprocess.run(list(map(str, command)), capture_output=True, text=True), out

    def assert_picture(self, text, *holding):
        root = xml.etree.ElementTree.fromstring(text)
        self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")
        self.assertIn("prefers-color-scheme:dark", text)
        words = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
        for expected in holding:
            self.assertIn(expected, words)


class Summary(Case):
    def test_ratios_and_errors_of_all(self):
        result, out = self.run_bench(self.stand_in("ours", 1.0), self.stand_in("theirs", 4.0), "--compile")
        self.assertEqual(result.returncode, 0, result.stderr)
        figures = json.loads(out.read_text())
        self.assertEqual((figures["train_ratio"], figures["compiled_forward_ratio"], figures["memory_ratio"]), (4, 4, 4))
        self.assertEqual((figures["compile_seconds"], figures["parameters"]), (7.5, 25290))
        self.assertEqual(figures["speed"]["planned"]["train"]["median"], 4)
        # A stand-in that is asked for bfloat16 takes twice as long.
        self.assertEqual((figures["bfloat16_train_ratio"], figures["speed"]["bfloat16"]["gradient_error"]), (2, 2e-6))
        self.assertEqual(figures["speed"]["compiled"]["gradient_error"], 4e-6)
        for name in ("first_step_seconds", "reference_first_step_seconds"):
            self.assertTrue(0 < figures[name] < 30)
        self.assert_picture((out.parent / "speed.svg").read_text(), "cortexpr, planned", "4.0", "4.0e-06")

    def test_other_parameters_are_refused(self):
        for options in ((), ("--table", "--only", "seed")):
            result, out = self.run_bench(self.stand_in("ours", 1.0), self.stand_in("theirs", 4.0, 25291), *options)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn("not comparable: parameters is 25290 here and 25291 in the reference", result.stderr)
            self.assertFalse(out.exists())

    def test_a_compiler_that_fails_is_written_down(self):
        fault = 'if "--compile" in given: sys.exit("no g++ here")'
        result, out = self.run_bench(self.stand_in("ours", 1.0), self.stand_in("theirs", 4.0, fault=fault), "--compile")
        self.assertEqual(result.returncode, 0, result.stderr)
        figures = json.loads(out.read_text())
        self.assertEqual(figures["compile_failure"], "no g++ here")
        self.assertNotIn("compiled_train_ratio", figures)
        self.assertNotIn("compiled", figures["speed"])


class Table(Case):
    def test_a_failing_reference_keeps_its_row(self):
        fault = 'if value("--channels") == 128: sys.exit("DefaultCPUAllocator: can\'t allocate memory: you tried")'
        result, out = self.run_bench(self.stand_in("ours", 1.0), self.stand_in("theirs", 4.0, fault=fault), "--table",
                                     "--only", "seed", "--only", "channels_128")
        self.assertEqual(result.returncode, 0, result.stderr)
        seed, large = json.loads(out.read_text())["cases"]
        self.assertEqual((seed["train_ratio"]["median"], seed["relative_train_cost"]), (4, 1))
        self.assertEqual(large["relative_train_cost"], 16)  # a sixteenth of the images in the same time
        self.assertEqual((large["reference_failure"], "train_ratio" in large), ("out of memory", False))
        self.assertIn("the reference failed: out of memory", out.with_suffix(".md").read_text())
        self.assert_picture((out.parent / "table.svg").read_text(), "channels of each type", "128", "failed")

    def test_ours_failing_is_written_and_ends_with_1(self):
        fault = 'if value("--areas") == 4: sys.exit("broken")'
        result, out = self.run_bench(self.stand_in("ours", 1.0, fault=fault), self.stand_in("theirs", 4.0), "--table",
                                     "--only", "areas_4")
        self.assertEqual(result.returncode, 1)
        self.assertIn("failed: broken", out.with_suffix(".md").read_text())

    def test_markdown(self):
        rows = table.with_relative_cost([row(), row(name="steps_20", varied="steps", num_steps=20, batch=64,
                                                    train_ns_per_operation=3.0)])
        lines = table.markdown(rows).splitlines()
        self.assertEqual({line.count("|") for line in lines}, {len(table.HEADINGS) + 1})
        self.assertTrue(lines[3].startswith("| steps: 20 | 64 | 25,290 | 4.0 (3.5 to 4.5) |"))
        self.assertTrue(lines[3].endswith("| 1.0e-06 | 2.0e-06 | 90 | 1.50 | 1.00 |"))

    def test_figures_of_a_program_that_ends_badly(self):
        for status, words in ((-9, "killed, out of memory?"), (-11, "ended by signal 11"), (1, "status 1")):
            with self.assertRaisesRegex(measure.Failure, words.replace("?", r"\?")):
                measure.last_line_of(status, "", "")
        with self.assertRaisesRegex(measure.Failure, "not done after 0 s"):
            measure.figures([sys.executable, "-c", "import time; time.sleep(9)"], patience=0.2)


class Networks(Case):
    def test_each_case_is_compiled_in_and_has_the_parameters_counted_by_hand(self):
        printed = subprocess.run([PROGRAM, "--list"], capture_output=True, text=True, check=True).stdout
        counts = {(n["channels"], n["size"], n["areas"], n["kind"]): n["parameters"] for n in json.loads(printed)}
        for case in table.CASES:
            self.assertEqual(counts[case.channels, case.size, case.areas, case.kind],
                             parameters_of(case.channels, case.areas, case.kind), case.name)

    def test_a_step(self):
        figures = measure.figures([str(PROGRAM), "--batch", "3", "--size", "14", "--threads", "1", "--repeats", "1",
                                   "--gradient-batch", "8"])
        self.assertEqual((figures["batch"], figures["train"]["runs"]), (3, 1))
        self.assertLess(figures["gradient_error"], 1e-4)
        self.assertGreater(figures["live_operations"], 0)
        first = measure.first_step([str(PROGRAM), "--batch", "3", "--first-step"])
        self.assertAlmostEqual(first["seconds"], first["load"] + first["build"] + first["step"])

    def test_an_unknown_network_is_refused(self):
        with self.assertRaisesRegex(measure.Failure, "--list prints"):
            measure.figures([str(PROGRAM), "--channels", "17"])

    @unittest.skipUnless(os.environ.get("CORTEXPR_REFERENCE"), "no reference here")
    def test_the_reference_has_as_many_parameters(self):
        opponents = measure.Opponents(PROGRAM, os.environ["CORTEXPR_REFERENCE"], os.environ["CORTEXPR_REFERENCE_PYTHON"])
        for case in table.CASES:
            if case.varied in ("seed", "channels", "areas", "kind"):
                theirs = measure.figures(opponents.theirs(*case.options(), "--count"))
                self.assertEqual(theirs["parameters"], parameters_of(case.channels, case.areas, case.kind), case.name)


class Pictures(Case):
    def test_ratios_by_case_with_nothing_to_show(self):
        self.assert_picture(plot.ratios_by_case(table.groups([failed_row(reference_failure="out of memory")]), "A & B <c>"),
                            "A & B <c>", "failed")

    def test_ticks(self):
        self.assertEqual(svg.nice_ticks(0, 4.7, 6), [0, 1, 2, 3, 4, 5])
        self.assertEqual([round(tick, 9) for tick in svg.nice_ticks(0.45, 1, 6)], [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])

    def curves(self, name, *accuracies):
        path = self.folder / name
        lines = ["event,epoch,iteration,train_loss,train_accuracy,test_loss,test_accuracy,images_per_second,seconds"]
        for epoch, accuracy in enumerate(accuracies, 1):
            lines += [f"interval,{epoch},1,2,0.1,,,9,9", f"epoch,{epoch},1,2,0.1,1,{accuracy},9,9"]
        path.write_text("\n".join(lines) + "\n")
        return path

    def test_learning_figure(self):
        first, second = self.curves("a.csv", 0.5, 0.7, 0.8), self.curves("b.csv", 0.6, 0.8)
        label, points, runs = learning_figure.series_of(f"ours={first},{second}")
        self.assertEqual((label, runs), ("ours", 2))
        self.assertEqual([(epoch, round(mean, 9), least, most) for epoch, mean, least, most in points],
                         [(1, 0.55, 0.5, 0.6), (2, 0.75, 0.7, 0.8)])
        out = self.folder / "learning.svg"
        command = [sys.executable, BENCH / "learning_figure.py", "--out", out, f"ours={first},{second}", f"theirs={second}"]
        subprocess.run(command, check=True)
        self.assert_picture(out.read_text(), "ours, mean of 2 runs", "theirs", "epoch", "100 %")

    def test_learning_figure_refuses(self):
        for argument in ("ours", "ours=nowhere.csv", f"ours={self.curves('empty.csv')}"):
            command = [sys.executable, BENCH / "learning_figure.py", "--out", self.folder / "no.svg", argument]
            result = subprocess.run(command, capture_output=True, text=True)
            self.assertEqual(result.returncode, 1)
            self.assertTrue(result.stderr.startswith("learning_figure: "))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
