#!/usr/bin/env python3
"""That the targets `tidy` and `tidy-torch` go over every source file, each once: tidy_files.py ROOT BUILD [FOLDER_LEFT_OUT ...]

The folders that are left out are those of libraries that this build hasn't."""

import sys
from collections import Counter
from pathlib import Path

ROOMS = ("src", "bench", "examples", "docs/course", "python/src")


def faults_of(root, build, left_out=()):
    sources = {path for room in ROOMS for path in (root / room).rglob("*.cpp")}
    wanted = {path for path in sources if not any(path.is_relative_to(root / folder) for folder in left_out)}
    listed = Counter(Path(line) for name in ("tidy", "tidy-torch") for line in (build / f"{name}.txt").read_text().split())
    faults = [f"{path.relative_to(root)} is in neither list" for path in sorted(wanted - listed.keys())]
    faults += [f"{path} is listed {count} times" for path, count in listed.items() if count > 1]
    faults += [f"{path} is listed, but isn't there" for path in listed if not path.is_file()]
    return faults if sources else [f"no source file is in {root}"]


if __name__ == "__main__":
    found = faults_of(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
    if found:
        sys.exit("\n".join(found))
