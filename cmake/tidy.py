#!/usr/bin/env python3
"""Runs clang-tidy over source files: tidy.py CLANG_TIDY BUILD LIST JOBS [ARGUMENT ...]

LIST names the files, a line each. Where the build in BUILD compiles several of them as one (CMake's unity builds),
clang-tidy reads LibTorch's headers once for all of these, which is most of its time; what it finds in each is told as
ever. A file that the build doesn't compile has the flags of its neighbours. Fails where anything is found."""

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

INCLUDED = re.compile(r'^#include "([^"]+)"', re.M)


def unit_of_file(build):
    """{source: what is compiled in its place}"""
    units = [Path(entry["file"]) for entry in json.loads((build / "compile_commands.json").read_text())]
    return {included: str(unit) for unit in units if unit.parent.name == "Unity"
            for included in INCLUDED.findall(unit.read_text())}


def main(tool, build, files, jobs, *arguments):
    units = unit_of_file(Path(build))
    wanted = list(dict.fromkeys(units.get(file, file) for file in Path(files).read_text().split()))
    # A unit is nothing but includes of .cpp files.
    command = [tool, f"-p={build}", "--checks=-bugprone-suspicious-include", *arguments]

    def check(unit):
        done = subprocess.run([*command, unit], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        found = "".join(line for line in done.stdout.splitlines(True) if not re.match(r"\d+ warnings? .*generated", line))
        print(f"{unit}\n{found}", end="", flush=True)
        return done.returncode == 0

    with ThreadPoolExecutor(int(jobs)) as pool:
        return 0 if all(list(pool.map(check, wanted))) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
