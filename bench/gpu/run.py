#!/usr/bin/env python3
"""From a checkout to a table, on a machine with a GPU, a CUDA toolkit, CMake, a C++ compiler and a Python with PyTorch:

    python3 bench/gpu/run.py [--reference DIR]

builds the CUDA kernels, holds them to their emulation on the CPU (also under compute-sanitizer, where that is
installed), times them on the seed example's network, and times PyTorch on the same network. The results go to
build/gpu/summary.json and summary.md. Status 1 where a result is off, 77 where there is no GPU.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
root = here.parent.parent
TOOLS = ("memcheck", "racecheck", "initcheck", "synccheck")


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


def build(folder):
    for command in (["cmake", "-S", here, "-B", folder, "-DCMAKE_BUILD_TYPE=Release"], ["cmake", "--build", folder, "-j"]):
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
        times, status = answer([given.python, here / "opponent.py", *variant])
        if status:
            print(f"run.py: opponent.py {' '.join(variant)} failed and is left out", file=sys.stderr)
        else:
            found.append(times)
    return found


def label_of(times):
    words = [times["what"], "compiled" if times["compiled"] else "eager"]
    return ", ".join(words + ["bfloat16"] * times["bfloat16"])


def markdown(summary):
    ours = summary["speed"]
    lines = ["| seed example, batch 256, 5 steps, up to the features | forward (us) | way back (us) | inference (us) | images/s | ratio |",
             "| --- | --- | --- | --- | --- | --- |"]
    for label, times in [("cortexpr, on chip, bfloat16", ours), *((label_of(o), o) for o in summary["opponents"])]:
        ratio = (times["forward_us"] + times["backward_us"]) / (ours["forward_us"] + ours["backward_us"])
        lines.append(f"| {label} | {times['forward_us']:.1f} | {times['backward_us']:.1f} | {times['inference_us']:.1f} | "
                     f"{times['images_per_s']:.0f} | {ratio:.2f} |")
    lines += ["", "| parity | error | bound |", "| --- | --- | --- |"]
    lines += [f"| {row['what']} | {row['error']:.2g} | {row['bound']:.2g} |" for row in summary["parity"]]
    lines += ["", "| compute-sanitizer | |", "| --- | --- |"]
    lines += [f"| {tool} | {verdict.splitlines()[-1]} |" for tool, verdict in summary["sanitizer"].items()]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", default="", help="folder of the reference's package bioplnn")
    parser.add_argument("--python", default=sys.executable, help="a Python that can import PyTorch")
    given = parser.parse_args()

    folder = root / "build" / "gpu"
    build(folder)
    program, library = folder / "gpu_kernels", folder / "cuda" / "libcortexpr_cuda.so"
    parity, parity_status = answer([program, library, "parity"])
    if parity is None:
        sys.exit("run.py: the kernels did not run; the message stands above")
    speed, speed_status = answer([program, library, "speed"])
    if speed is None:
        sys.exit("run.py: the kernels could not be timed; the message stands above")
    summary = dict(parity=parity["parity"], sanitizer=sanitized(program, library), speed=speed, opponents=opponents(given))
    (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    (folder / "summary.md").write_text(markdown(summary))
    print(markdown(summary) + f"written to {folder}/summary.json and summary.md")
    faulty = any(verdict not in ("clean", "not installed") for verdict in summary["sanitizer"].values())
    return 1 if parity_status or speed_status or faulty else 0


if __name__ == "__main__":
    sys.exit(main())
