#!/usr/bin/env python3
"""From a checkout to a table, on a machine with a GPU, a CUDA toolkit, CMake, a C++ compiler and a Python with PyTorch:

    python3 bench/gpu/run.py [--reference DIR] [--data DIR]

1. The kernels: built here, held to the CPU's run of them (also under compute-sanitizer, where that is installed), timed on
   the digits example's network beside PyTorch.
2. The library, with each kernel backend: the tests that need a GPU, training steps and forward passes beside the reference's
   (with --reference), gradients' error, memory, launches, share of the GPU's peak; with --data, the folder of MNIST, ten
   epochs of training; and training steps of other sizes.
3. Training steps of a connectome as large as flyvis's optic lobe (45,669 cells, 1,500,000 synapses, batch 16, 10 steps), beside
   PyTorch's products of sparse matrices, and the reference.

The library's programs come from build/release/bin, or from --programs. Where cortexpr can't be built, bring them along:

    python3 bench/gpu/run.py --pack FOLDER

copies them, with the libraries that a bare machine may lack, after a build elsewhere. They run with the LibTorch of the
Python here, which must be of the same version. Results go to build/gpu/summary.json and summary.md. Status 1 where a result
is off, 77 where there is no GPU.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))
from measure import Failure, figures, write_whole  # noqa: E402

TOOLS = ("memcheck", "racecheck", "initcheck", "synccheck")
TESTS = ("torch_tests", "train_tests")
PROGRAMS = ("bench_step", "bench_connectome", "digits", *TESTS, "libcortexpr_cuda.so", "libcortexpr_cuda_graph.so")
CONNECTOME = (45_669, 1_500_000)  # cells and synapses
PRECISIONS = ("float32", "tf32", "bfloat16")
# What CORTEXPR_CUDA allows, the executor, precisions, whether only as a graph, and more of the environment.
BACKENDS = {"LibTorch's operations": ("libtorch", "batched", PRECISIONS, False, {}),
         "fused": ("fused", "batched", PRECISIONS, False, {}),
         "fused, cuDNN's fastest": ("fused", "batched", PRECISIONS, True, dict(CORTEXPR_CUDNN="any")),
         "on chip, of any size": ("any_size", "on_chip", PRECISIONS[-1:], True, {}),
         "on chip": ("on_chip", "on_chip", PRECISIONS[-1:], False, {})}
# Other sizes of the digits example's network: what a row is called, and options of bench_step and reference_step.py.
SIZES = {"batch 1": "--batch 1", "batch 1024": "--batch 1024", "8 channels": "--channels 8", "32 channels": "--channels 32",
         "64 channels, batch 128": "--channels 64 --batch 128", "128 channels, batch 64": "--channels 128 --batch 64",
         "56 x 56, batch 128": "--size 56 --batch 128", "112 x 112, batch 32": "--size 112 --batch 32",
         "20 steps, batch 128": "--num-steps 20 --batch 128", "2 areas": "--areas 2", "4 areas, batch 128": "--areas 4 --batch 128"}
# Dense operations per second by NVIDIA's data sheets; float32 without tensor cores.
PEAKS = {"H100": dict(float32=66.9e12, tf32=494.7e12, bfloat16=989.4e12),
         "H200": dict(float32=66.9e12, tf32=494.7e12, bfloat16=989.4e12),
         "A100": dict(float32=19.5e12, tf32=156e12, bfloat16=312e12)}


def run(command, **more):
    return subprocess.run([str(part) for part in command], **more)


def answer(command):
    """The JSON object that a program prints, and its status."""
    done = run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode == 77:
        sys.exit(77)
    try:
        return json.loads(done.stdout), done.returncode
    except json.JSONDecodeError:
        return None, done.returncode or 1


# ---- programs

def needed_libraries(program):
    """Libraries of a program that lie where the system keeps its own, but for those that every system has."""
    everywhere = ("ld-linux", "libc.", "libm.", "libdl.", "librt.", "libpthread.", "libutil.", "libstdc++.", "libgcc_s.")
    found = []
    for line in run(["ldd", program], stdout=subprocess.PIPE, text=True).stdout.splitlines():
        name, _, path = line.strip().partition(" => ")
        path = path.partition(" (")[0]
        if path.startswith(("/lib/", "/usr/lib/")) and not name.startswith(everywhere):
            found.append(pathlib.Path(path))
    return found


def pack(folder, built):
    folder.mkdir(parents=True, exist_ok=True)
    for name in PROGRAMS:
        if not (built / name).exists():
            sys.exit(f"run.py: {built / name} is not there; build all of cortexpr first (make test)")
        shutil.copy2(built / name, folder)
        for library in needed_libraries(built / name):
            shutil.copy2(library, folder)
    print(f"{folder} holds what `run.py --programs {folder}` needs")


def torch_folder(python):
    asked = run([python, "-c", "import torch, os; print(os.path.dirname(torch.__file__))"], stdout=subprocess.PIPE, text=True)
    if asked.returncode:
        sys.exit(f"run.py: {python} has no PyTorch; name one that has with --python")
    return pathlib.Path(asked.stdout.strip())


# ---- the kernels

def build(folder):
    for command in (["cmake", "-S", HERE, "-B", folder, "-DCMAKE_BUILD_TYPE=Release"], ["cmake", "--build", folder, "-j"]):
        if run(command).returncode:
            sys.exit("run.py: the build failed; its message stands above")


def sanitized(program, library):
    """Each tool's verdict: clean, or its last lines."""
    tool = shutil.which("compute-sanitizer")
    if not tool:
        return {"compute-sanitizer": "not installed"}
    verdicts = {}
    for name in TOOLS:
        done = run([tool, "--tool", name, "--error-exitcode", "9", program, library, "parity"], stdout=subprocess.PIPE,
                   stderr=subprocess.STDOUT, text=True)
        verdicts[name] = "clean" if done.returncode == 0 else "\n".join(done.stdout.splitlines()[-20:])
    return verdicts


def opponents(given):
    variants = [[], ["--compile"], ["--bfloat16"], ["--compile", "--bfloat16"]]
    if given.reference:
        variants.append(["--reference", given.reference])
    found = []
    for variant in variants:
        times, status = answer([given.python, HERE / "opponent.py", *variant])
        if status:
            print(f"run.py: opponent.py {' '.join(variant)} failed and is left out", file=sys.stderr)
        else:
            found.append(times)
    return found


def kernels(given, folder):
    build(folder)
    program, library = folder / "gpu_kernels", folder / "cuda" / "libcortexpr_cuda.so"
    parity, parity_status = answer([program, library, "parity"])
    if parity is None:
        sys.exit("run.py: the kernels did not run; the message stands above")
    speed, speed_status = answer([program, library, "speed"])
    if speed is None:
        sys.exit("run.py: the kernels could not be timed; the message stands above")
    any_size, any_status = answer([program, library, "speed-of-any-size"])
    return dict(parity=parity["parity"], sanitizer=sanitized(program, library), speed=speed, any_size=any_size,
                opponents=opponents(given), good=parity_status == 0 and speed_status == 0 and any_status == 0)


# ---- the library

def share_of_peak(row, gpu, batch):
    """The share of the GPU's peak at which the schedule's arithmetic runs; None if unknown."""
    peak = next((peaks[row["precision"]] for name, peaks in PEAKS.items() if name in gpu), None)
    if peak is None or "training_operations" not in row:
        return None
    return row["training_operations"] * batch / row["train"]["median_s"] / peak


def library_rows(given, environment):
    """One row for each backend, precision and way of launching; a row that failed says why."""
    rows = []
    for backend, (allowed, executor, precisions, only_graph, more) in BACKENDS.items():
        for precision in precisions:
            for graph in (True,) if only_graph else (False, True):
                row = dict(what=f"cortexpr, {backend}", precision=precision, graph=graph)
                command = [given.programs / "bench_step", "--device", given.device, "--executor", executor, "--precision",
                           precision, "--warm-up", "20", "--repeats", "200", "--most-seconds", "30", "--gradient-batch",
                           "64", *["--cuda-graph"] * graph]
                try:
                    row.update(figures([str(part) for part in command],
                                       environment=environment | {"CORTEXPR_CUDA": allowed} | more))
                except Failure as problem:
                    row["failure"] = str(problem)
                rows.append(row)
    return rows


def size_rows(given, environment):
    """The training step of each size in milliseconds: the reference's in TF32, ours fused and on chip, both in bfloat16 as
    one CUDA graph. On chip where the network fits: what is refused says why."""
    ours = [str(given.programs / "bench_step"), "--device", given.device, "--precision", "bfloat16", "--cuda-graph",
            "--warm-up", "10", "--repeats", "50", "--most-seconds", "5"]
    theirs = [given.python, str(HERE.parent / "reference_step.py"), "--reference", str(given.reference), "--device",
              given.device, "--warm-up", "3", "--repeats", "15", "--most-seconds", "5"]
    rows = []
    for name, words in SIZES.items():
        row = dict(size=name)
        for what, command, allowed in (("reference", theirs, "libtorch"),
                                       ("fused", [*ours, "--executor", "batched"], "fused"),
                                       ("on_chip", [*ours, "--executor", "on_chip"], "on_chip")):
            if what == "reference" and not given.reference:
                continue
            try:
                found = figures([*command, *words.split()], environment=environment | {"CORTEXPR_CUDA": allowed})
                row[what] = dict(ms=1e3 * found["train"]["median_s"], launches=found.get("launches"))
            except Failure as problem:
                row[what] = dict(failure=str(problem))
        rows.append(row)
    return rows


def reference_rows(given):
    rows = []
    for words in ([], ["--compile"], ["--bfloat16"], ["--compile", "--bfloat16"]):
        row = dict(what="torch-biopl, " + ("compiled" if "--compile" in words else "eager"), graph=False,
                   precision="bfloat16" if "--bfloat16" in words else "tf32")
        command = [given.python, HERE.parent / "reference_step.py", "--reference", given.reference, "--device", given.device,
                   "--warm-up", "10", "--repeats", "50", "--most-seconds", "60", "--gradient-batch", "64", *words]
        try:
            row.update(figures([str(part) for part in command]))
        except Failure as problem:
            row["failure"] = str(problem)
        rows.append(row)
    return rows


def connectome_rows(given, folder, environment):
    """The rows of one drawn connectome, which our program writes and the opponents read."""
    folder.mkdir(parents=True, exist_ok=True)
    wiring = folder / "wiring.safetensors"
    cells, synapses = CONNECTOME
    rows = []

    def add(what, graph, command, **more):
        row = dict(what=what, graph=graph)
        try:
            row.update(figures([str(part) for part in command], **more) | row)
        except Failure as problem:
            row["failure"] = str(problem)
        rows.append(row)

    for what, allowed in (("cortexpr, kernels", "fused"), ("cortexpr, LibTorch's operations", "libtorch")):
        for graph in (False, True):
            add(what, graph, [given.programs / "bench_connectome", "--json", "--device", given.device, "--cells", cells,
                              "--synapses", synapses, "--rounds", "30", "--error", *["--cuda-graph"] * graph,
                              *([] if rows else ["--write", wiring])],
                environment=environment | {"CORTEXPR_CUDA": allowed})
    opponent = [given.python, HERE / "connectome.py", wiring, "--device", given.device.partition(":")[0]]
    for kind in ("csr", "gather"):
        for graph in (False, True):
            add(f"PyTorch, {kind}", graph, [*opponent, "--kind", kind, *["--graph"] * graph])
    if given.reference:
        add("torch-biopl", False, [*opponent, "--reference", given.reference])
    return rows


def learned(given, folder, environment):
    """Ten epochs of full MNIST: seconds all told, and what the summary says."""
    out = folder / "learning"
    shutil.rmtree(out, ignore_errors=True)
    start = time.monotonic()
    done = run([given.programs / "digits", "train", "--data", given.data, "--device", given.device, "--precision", "bfloat16",
                "--cuda-graph", "--out", out], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    seconds = time.monotonic() - start
    if done.returncode:
        return dict(failure=done.stdout.strip().splitlines()[-1:])
    return dict(seconds=seconds, summary=json.loads((out / "summary.json").read_text()))


def library(given, folder, gpu):
    """What is found, more and more of it."""
    if not (given.programs / "bench_step").exists():
        yield dict(missing=f"{given.programs / 'bench_step'} is not there: build cortexpr, or bring its programs "
                           "(--pack, --programs)")
        return
    torch = torch_folder(given.python)
    folders = [given.programs, torch / "lib", *(torch.parent / "nvidia").glob("*/lib")]
    environment = os.environ | {"LD_LIBRARY_PATH": os.pathsep.join(map(str, folders))}
    tests = [run([given.programs / name, "cuda*"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
             for name in TESTS]
    rows = library_rows(given, environment) + (reference_rows(given) if given.reference else [])
    for row in rows:
        if "failure" not in row:
            row["share_of_peak"] = share_of_peak(row, gpu, row["batch"])
    result = dict(tests=dict(good=all(one.returncode == 0 for one in tests),
                             said=[line for one in tests for line in one.stdout.strip().splitlines()[-12:]]), rows=rows)
    yield result
    result["connectome"] = connectome_rows(given, folder, environment)
    yield result
    if given.data:
        result["learning"] = learned(given, folder, environment)
        yield result
    yield result | dict(sizes=size_rows(given, environment))


# ---- the table

def label_of(times):
    words = [times["what"], "compiled" if times["compiled"] else "eager"]
    return ", ".join(words + ["bfloat16"] * times["bfloat16"])


def kernels_table(found):
    ours = found["speed"]
    lines = ["| kernels alone: digits example, batch 256, 5 steps, up to the features | forward (us) | backward (us) | "
             "inference (us) | images/s | ratio |", "| --- | --- | --- | --- | --- | --- |"]
    any_size = [("cortexpr, on chip, of any size, bfloat16", found["any_size"])] if found.get("any_size") else []
    for label, times in [("cortexpr, on chip, bfloat16", ours), *any_size, *((label_of(o), o) for o in found["opponents"])]:
        ratio = (times["forward_us"] + times["backward_us"]) / (ours["forward_us"] + ours["backward_us"])
        lines.append(f"| {label} | {times['forward_us']:.1f} | {times['backward_us']:.1f} | {times['inference_us']:.1f} | "
                     f"{times['images_per_s']:.0f} | {ratio:.2f} |")
    if "connectome" in ours:
        lines += ["", "| kernels alone: connectome, 45,669 cells, 1,500,000 synapses | one step (us) | one adjoint (us) |",
                  "| --- | --- | --- |"]
        lines += [f"| batch {batch} | {one['step_us']:.1f} | {one['adjoint_us']:.1f} |" for batch, one in ours["connectome"].items()]
    lines += ["", "| parity | error | bound |", "| --- | --- | --- |"]
    lines += [f"| {row['what']} | {row['error']:.2g} | {row['bound']:.2g} |" for row in found["parity"]]
    lines += ["", "| compute-sanitizer | |", "| --- | --- |"]
    return lines + [f"| {tool} | {verdict.splitlines()[-1]} |" for tool, verdict in found["sanitizer"].items()]


def connectome_table(rows):
    if not rows:
        return []
    opponent = next((row["training_ms"] for name in ("torch-biopl", "PyTorch, gather") for row in rows
                     if row["what"] == name and not row["graph"] and "failure" not in row), None)
    cells, synapses = CONNECTOME
    lines = ["", f"| connectome, {cells} cells, {synapses} synapses, batch 16, 10 steps | CUDA graph | training step (ms) | "
                 "times the reference's method | forward (ms) | one product (us) | gradients' error | GPU MB | launches |",
             ("| " + "--- | " * 9).strip()]
    for row in rows:
        head = [row["what"], "yes" if row["graph"] else "no"]
        if "failure" in row:
            lines.append(f"| {' | '.join(head)} | {row['failure']} | | | | | | |")
            continue
        rest = [f"{row['training_ms']:.2f}", f"{opponent / row['training_ms']:.1f}" if opponent else "",
                f"{row['forward_ms']:.2f}", f"{row['product_us']:.0f}" if "product_us" in row else "",
                f"{row['gradient_error']:.1g}" if "gradient_error" in row else "", f"{row['peak_device_bytes'] / 1e6:.0f}",
                str(row.get("launches") or "")]
        lines.append(f"| {' | '.join(head + rest)} |")
    return lines


def library_table(found):
    if "missing" in found:
        return [f"The library was not timed: {found['missing']}."]
    eager = next((row["train"]["median_s"] for row in found["rows"]
                  if row["what"] == "torch-biopl, eager" and row["precision"] == "tf32" and "failure" not in row), None)
    lines = ["| training, batch 256, 5 steps | precision | CUDA graph | it/s | times the reference | forward it/s | "
             "gradients' error | GPU MB | launches | share of peak |", "| " + "--- | " * 10]
    lines[-1] = lines[-1].strip()
    for row in found["rows"]:
        cells = [row["what"], row["precision"], "yes" if row["graph"] else "no"]
        if "failure" in row:
            lines.append(f"| {' | '.join(cells)} | {row['failure']} | | | | | | |")
            continue
        taken = row["train"]["median_s"]
        share = row.get("share_of_peak")
        cells += [f"{1 / taken:.0f}", f"{eager / taken:.2f}" if eager else "", f"{1 / row['forward']['median_s']:.0f}",
                  f"{row['gradient_error']:.1g}" if "gradient_error" in row else "", f"{row['peak_device_bytes'] / 1e6:.0f}",
                  str(row.get("launches") or ""), f"{100 * share:.1f} %" if share else ""]
        lines.append(f"| {' | '.join(cells)} |")
    lines += connectome_table(found.get("connectome", []))
    lines += ["", "Tests on the GPU: " + ("passed." if found["tests"]["good"] else "; ".join(found["tests"]["said"]))]
    learning = found.get("learning", {})
    if "failure" in learning:
        lines += ["", f"Ten epochs of MNIST failed: {' '.join(learning['failure'])}"]
    elif learning:
        results = learning["summary"]
        lines += ["", f"Ten epochs of MNIST: {learning['seconds']:.1f} s all told, test accuracy "
                      f"{100 * results['test_accuracy']:.2f} %."]
    return lines


def sizes_table(rows):
    def milliseconds(row, what):
        return f"{row[what]['ms']:.2f}" if "ms" in row.get(what, {}) else ""

    lines = ["| training step, other sizes (ms) | reference, TF32 | fused, bfloat16 | on chip | times the reference | launches |",
             "| --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        best = min((row[what]["ms"], row[what]["launches"]) for what in ("fused", "on_chip") if "ms" in row[what]) \
            if any("ms" in row[what] for what in ("fused", "on_chip")) else None
        ratio = f"{row['reference']['ms'] / best[0]:.1f}" if best and "ms" in row.get("reference", {}) else ""
        lines.append(f"| {row['size']} | {milliseconds(row, 'reference')} | {milliseconds(row, 'fused')} | "
                     f"{milliseconds(row, 'on_chip') or 'refused'} | {ratio} | {best[1] if best else ''} |")
    return lines


def markdown(summary):
    sizes = summary["library"].get("sizes")
    return "\n".join([f"{summary['gpu']}", "", *library_table(summary["library"]), "", *(sizes_table(sizes) + [""] if sizes else []),
                      *kernels_table(summary["kernels"])]) + "\n"


def write(summary, folder):
    write_whole(folder / "summary.json", json.dumps(summary, indent=2) + "\n")
    write_whole(folder / "summary.md", markdown(summary))


def is_good(summary):
    clean = all(verdict in ("clean", "not installed") for verdict in summary["kernels"]["sanitizer"].values())
    rows = summary["library"].get("rows", []) + summary["library"].get("connectome", [])
    return (summary["kernels"]["good"] and clean and summary["library"].get("tests", {}).get("good", True) and
            "failure" not in summary["library"].get("learning", {}) and
            not any("failure" in row for row in rows if row["what"].startswith("cortexpr")) and
            not any("failure" in row["fused"] for row in summary["library"].get("sizes", [])))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", default="", help="folder of the reference's package bioplnn")
    parser.add_argument("--python", default=sys.executable, help="a Python that can import PyTorch")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build" / "release" / "bin", help="the library's")
    parser.add_argument("--pack", type=pathlib.Path, metavar="FOLDER", help="copy the programs there, and end")
    parser.add_argument("--data", type=pathlib.Path, help="folder of MNIST's four files: also train on them")
    given = parser.parse_args()
    if given.pack:
        return pack(given.pack, given.programs)

    folder = ROOT / "build" / "gpu"
    found = kernels(given, folder)
    gpu = next((times["gpu"] for times in found["opponents"]), "a GPU")
    summary = dict(gpu=gpu, kernels=found, library=dict(missing="the run ended before"))
    write(summary, folder)
    for summary["library"] in library(given, folder, gpu):
        write(summary, folder)  # what was measured stays, whatever happens next
    print(markdown(summary) + f"written to {folder}/summary.json and summary.md")
    return 0 if is_good(summary) else 1


if __name__ == "__main__":
    sys.exit(main())
