#!/usr/bin/env python3
"""bench/gpu/run.py without a GPU: what it asks programs for, what it makes of their answers, and its tables. Programs with
canned answers stand in.

usage: gpu_run_test.py FOLDER_OF_BENCH TEMP
Standard library only.
"""
import argparse
import json
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

BENCH, TEMP = (Path(argument).resolve() for argument in sys.argv[1:3])
sys.path.insert(0, str(BENCH / "gpu"))
import run  # noqa: E402
run.SIZES = {name: run.SIZES[name] for name in ("batch 1", "2 areas")}  # each is three processes

# bench_step and reference_step.py: bfloat16 takes half the time, a CUDA graph half of that.
STEP = """#!/usr/bin/env python3
import json, os, sys
given = sys.argv
backend = os.environ.get("CORTEXPR_CUDA")
if backend == BROKEN: sys.exit("no kernel image is available")
seconds = SECONDS * (0.5 if "bfloat16" in given or "--bfloat16" in given else 1) * (0.5 if "--cuda-graph" in given else 1)
print(json.dumps(dict(batch=256, train=dict(median_s=seconds), forward=dict(median_s=seconds / 4), gradient_error=1e-3,
    peak_device_bytes=64000000, launches=3 if backend == "on_chip" else 40, training_operations=1e9)))
"""
# bench_connectome and connectome.py: kernels take a tenth, a CUDA graph half.
CONNECTOME = """#!/usr/bin/env python3
import json, os, pathlib, sys
given = sys.argv
if "--write" in given: pathlib.Path(given[given.index("--write") + 1]).write_text("synapses")
elif not OURS and not pathlib.Path(given[2]).exists(): sys.exit("no synapses")
if FAULT: sys.exit("out of memory")
ms = MS * (0.1 if os.environ.get("CORTEXPR_CUDA") == "fused" else 1) * (0.5 if "--cuda-graph" in given or "--graph" in given else 1)
print(json.dumps(dict(training_ms=ms, forward_ms=ms / 4, peak_device_bytes=96000000, **(
    dict(launches=70, gradient_error=1e-6) if OURS else dict(product_us=280)))))
"""
DIGITS = """#!/usr/bin/env python3
import json, pathlib, sys
if FAULT: sys.exit("the GPU has too little memory")
out = pathlib.Path(sys.argv[sys.argv.index("--out") + 1])
out.mkdir(parents=True)
(out / "summary.json").write_text(json.dumps(dict(test_accuracy=0.9731)))
"""
TESTS = """#!/bin/sh
echo "$1: All tests passed"; exit STATUS
"""
KERNELS = dict(
    good=True, sanitizer=dict(memcheck="clean", racecheck="clean"), parity=[dict(what="features", error=1e-3, bound=1e-2)],
    speed=dict(forward_us=50, backward_us=100, inference_us=40, images_per_s=1.7e6,
               connectome={"16": dict(step_us=20, adjoint_us=30)}),
    opponents=[dict(what="PyTorch", gpu="NVIDIA H100", compiled=True, bfloat16=True, forward_us=300, backward_us=600,
                    inference_us=200, images_per_s=2.8e5)])


class Case(unittest.TestCase):
    def setUp(self):
        TEMP.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(dir=TEMP))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.given = argparse.Namespace(programs=self.folder, device="cuda:1", reference="", data=None,
                                        python=self.folder / "python")
        # A Python whose PyTorch lies in the folder, and which runs reference_step.py and connectome.py.
        self.program("python", f"#!/bin/sh\ncase $1 in -c) echo {self.folder}/torch;; */connectome.py) "
                               f"exec {self.folder}/connectome \"$@\";; *) exec {self.folder}/reference_step \"$@\";; esac\n")
        self.stand_in()

    def program(self, name, text):
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(0o755)

    def stand_in(self, broken="", tests=0, learning_fails=False):
        self.program("bench_step", STEP.replace("SECONDS", "1e-3").replace("BROKEN", repr(broken)))
        self.program("reference_step", STEP.replace("SECONDS", "1e-2").replace("BROKEN", "0"))
        self.program("digits", DIGITS.replace("FAULT", str(learning_fails)))
        self.program("bench_connectome", CONNECTOME.replace("OURS", "True").replace("MS", "20").replace("FAULT", "False"))
        self.program("connectome", CONNECTOME.replace("OURS", "False").replace("MS", "80").replace("FAULT", "False"))
        self.program("torch_tests", TESTS.replace("STATUS", "0"))
        self.program("train_tests", TESTS.replace("STATUS", str(tests)))

    def summary(self, gpu="NVIDIA H100 80GB HBM3"):
        *_, last = run.library(self.given, self.folder / "out", gpu)
        return dict(gpu=gpu, kernels=KERNELS, library=last)

    def cells(self, text):
        """Rows of all tables, by their first three cells."""
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
        return {tuple(row[:3]): row for row in rows}


class Library(Case):
    def test_every_backend_precision_and_way_of_launching(self):
        rows = self.summary()["library"]["rows"]
        asked = {(row["what"], row["precision"], row["graph"]) for row in rows}
        self.assertEqual(len(asked), 18)
        for backend in ("LibTorch's operations", "fused", "fused, cuDNN's fastest"):
            for precision in ("float32", "tf32", "bfloat16"):
                self.assertIn((f"cortexpr, {backend}", precision, True), asked)
        self.assertIn(("cortexpr, on chip", "bfloat16", False), asked)
        self.assertIn(("cortexpr, on chip, of any size", "bfloat16", True), asked)
        self.assertNotIn(("cortexpr, on chip", "float32", False), asked)

    def test_the_table(self):
        self.given.reference = "somewhere"
        summary = self.summary()
        table = self.cells(run.markdown(summary))
        # 1 ms, of which bfloat16 and the graph each take half; 1e9 operations for each of 256 images; peaks of an H100.
        self.assertEqual(table["cortexpr, fused", "float32", "no"][3:],
                         ["1000", "10.00", "4000", "0.001", "64", "40", f"{100 * 256e9 / 1e-3 / 66.9e12:.1f} %"])
        self.assertEqual(table["cortexpr, on chip", "bfloat16", "yes"][3:],
                         ["4000", "40.00", "16000", "0.001", "64", "3", f"{100 * 256e9 / 2.5e-4 / 989.4e12:.1f} %"])
        self.assertEqual(table["torch-biopl, eager", "tf32", "no"][3:5], ["100", "1.00"])
        self.assertEqual(table["torch-biopl, compiled", "bfloat16", "no"][3:5], ["200", "2.00"])
        self.assertEqual({len(row) for row in table.values() if "cortexpr, fused" in row[0]}, {10})
        self.assertTrue(run.is_good(summary))

    def test_without_a_reference_or_a_known_gpu(self):
        row = self.cells(run.markdown(self.summary(gpu="some GPU")))["cortexpr, fused", "tf32", "no"]
        self.assertEqual((row[4], row[-1]), ("", ""))

    def test_a_backend_that_fails_keeps_its_row_and_is_not_good(self):
        self.stand_in(broken="fused")
        summary = self.summary()
        table = self.cells(run.markdown(summary))
        self.assertEqual(table["cortexpr, fused", "tf32", "no"][3:], ["no kernel image is available"] + [""] * 6)
        self.assertEqual(table["cortexpr, on chip", "bfloat16", "no"][3], "2000")
        self.assertFalse(run.is_good(summary))

    def test_a_reference_that_fails_is_not_our_fault(self):
        self.given.reference = "somewhere"
        self.program("reference_step", "#!/bin/sh\necho no bioplnn >&2; exit 1\n")
        summary = self.summary()
        table = self.cells(run.markdown(summary))
        self.assertEqual(table["torch-biopl, eager", "tf32", "no"][3], "no bioplnn")
        self.assertEqual(table["cortexpr, fused", "float32", "no"][4], "")
        self.assertTrue(run.is_good(summary))

    def test_tests_that_fail_are_told(self):
        self.stand_in(tests=1)
        summary = self.summary()
        self.assertIn("Tests on the GPU: cuda*: All tests passed", run.markdown(summary))
        self.assertFalse(run.is_good(summary))

    def test_learning(self):
        self.given.data = Path("mnist")
        summary = self.summary()
        self.assertIn("s all told, test accuracy 97.31 %", run.markdown(summary))
        self.stand_in(learning_fails=True)
        summary = self.summary()
        self.assertIn("Ten epochs of MNIST failed: the GPU has too little memory", run.markdown(summary))
        self.assertFalse(run.is_good(summary))

    def test_other_sizes(self):
        self.given.reference = "somewhere"
        summary = self.summary()
        # The reference 10 ms; ours 1 ms, a quarter of it in bfloat16 and as a graph.
        self.assertEqual(self.cells(run.markdown(summary))["2 areas", "10.00", "0.25"][3:], ["0.25", "40.0", "3"])
        self.assertEqual(len(summary["library"]["sizes"]), len(run.SIZES))
        self.stand_in(broken="on_chip")
        summary = self.summary()
        self.assertEqual(self.cells(run.markdown(summary))["batch 1", "10.00", "0.25"][3:], ["refused", "40.0", "40"])
        summary["library"]["rows"] = []
        self.assertTrue(run.is_good(summary))
        self.stand_in(broken="fused")
        summary = self.summary()
        summary["library"]["rows"] = []
        self.assertFalse(run.is_good(summary))

    def test_no_programs(self):
        (self.folder / "bench_step").unlink()
        self.assertIn("bench_step is not there: build cortexpr", run.markdown(self.summary()))


class Connectome(Case):
    def test_the_table(self):
        self.given.reference = "somewhere"
        summary = self.summary()
        table = self.cells(run.markdown(summary))
        # 80 ms the reference.
        self.assertEqual(table["cortexpr, kernels", "no", "2.00"][3:], ["40.0", "0.50", "", "1e-06", "96", "70"])
        self.assertEqual(table["cortexpr, kernels", "yes", "1.00"][3:5], ["80.0", "0.25"])
        self.assertEqual(table["cortexpr, LibTorch's operations", "no", "20.00"][3], "4.0")
        self.assertEqual(table["PyTorch, csr", "yes", "40.00"][3:], ["2.0", "10.00", "280", "", "96", ""])
        self.assertEqual(table["torch-biopl", "no", "80.00"][3], "1.0")
        self.assertTrue(run.is_good(summary))

    def test_what_fails_keeps_its_row(self):
        self.program("connectome", CONNECTOME.replace("OURS", "False").replace("MS", "80").replace("FAULT", "True"))
        summary = self.summary()
        table = self.cells(run.markdown(summary))
        self.assertEqual(table["PyTorch, gather", "no", "out of memory"][3:], [""] * 6)
        self.assertEqual(table["cortexpr, kernels", "no", "2.00"][3], "")
        self.assertTrue(run.is_good(summary))
        self.program("bench_connectome", CONNECTOME.replace("OURS", "True").replace("MS", "20").replace("FAULT", "True"))
        self.assertFalse(run.is_good(self.summary()))


class Kernels(Case):
    def test_the_table(self):
        table = self.cells(run.markdown(self.summary()))
        self.assertEqual(table["cortexpr, on chip, bfloat16", "50.0", "100.0"][3:], ["40.0", "1700000", "1.00"])
        self.assertEqual(table["PyTorch, compiled, bfloat16", "300.0", "600.0"][-1], "6.00")
        self.assertIn(("features", "0.001", "0.01"), table)
        self.assertIn(("memcheck", "clean"), table)
        self.assertIn(("batch 16", "20.0", "30.0"), table)

    def test_a_sanitizer_that_complains_is_not_good(self):
        summary = self.summary()
        summary["kernels"] = KERNELS | dict(sanitizer=dict(memcheck="========= Invalid read\n========= 1 error"))
        self.assertIn("| memcheck | ========= 1 error |", run.markdown(summary))
        self.assertFalse(run.is_good(summary))

    def test_what_is_written_is_whole(self):
        run.write(self.summary(), self.folder)
        self.assertEqual(json.loads((self.folder / "summary.json").read_text())["gpu"], "NVIDIA H100 80GB HBM3")
        self.assertTrue((self.folder / "summary.md").read_text().startswith("NVIDIA H100"))
        self.assertFalse(list(self.folder.glob("*.unfinished")))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
