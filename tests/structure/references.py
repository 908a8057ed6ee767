#!/usr/bin/env python3
"""That every file of this repository that a document or a comment names is there: references.py ROOT

A name counts if it is a page that is linked, or named in code, or has a folder of ours in front (check/wiring.hpp). It is
looked for from the root, beside the file that names it, and in the folders by which code and documents shorten their paths."""

import re
import sys
from pathlib import Path

NAME = re.compile(r"(?<![\w/.<>\"*{}$-])([a-z_]+(?:/\w+)*/\w+\.(?:hpp|cpp|cu|md|py|cmake)|\w+\.md)\b")
CODE = ["include", "src", "python", "bench", "examples", "tests"]
STARTS = ["", "docs", "include", "include/cortexpr", "src", "src/executors", "src/kernels", "tests", "tests/unit", "python"]


def faults_of(root):
    root = Path(root).resolve()
    folders = {path.name for start in STARTS for path in (root / start).glob("*/")}
    files = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("examples/*.md"), *root.glob("tests/**/*.md"),
             *root.glob("cmake/*.cmake"),
             *(path for folder in CODE for path in root.glob(f"{folder}/**/*") if path.suffix in (".hpp", ".cpp", ".cu", ".cuh", ".txt"))]
    faults = []
    for path in sorted(files):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if line.lstrip().startswith("#include"):
                continue
            for name in NAME.findall(line):
                is_page = name.endswith(".md") and (path.suffix != ".md" or f"]({name}" in line)
                counts = is_page or name.split("/")[0] in folders
                if counts and not any((start / name).is_file() for start in [path.parent, *(root / start for start in STARTS)]):
                    faults.append(f"{path.relative_to(root)}:{number} names {name}, which is not there")
    return faults


if __name__ == "__main__":
    all_faults = faults_of(sys.argv[1])
    if all_faults:
        sys.exit("\n".join(all_faults))
