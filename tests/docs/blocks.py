#!/usr/bin/env python3
"""Compiles the C++ blocks of the documents (tests/docs/README.md says how), for their syntax only.

    blocks.py ROOT "g++;-std=c++20;-Iinclude"                   the blocks that need no LibTorch
    blocks.py ROOT "g++;-std=c++20;-Iinclude" --torch HEADER    those that need it; HEADER includes LibTorch's headers. A
                                                                precompiled one is used where it has the same flags"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"(?:^<!-- code in (\S+?)(, refused as below)? -->\n)?^```cpp\n(.*?)^```$", re.M | re.S)
BUILT = re.compile(r"^<!-- (?:program|part): \S+ -->\n```cpp\n.*?^```$", re.M | re.S)  # the course's: tests/course builds it
PLACE = re.compile(r"^[ \t]*// BLOCK (\d+)(?: LINE (\d+))?$", re.M)
NEEDS_TORCH = re.compile(r"#include <(cortexpr/(module|train)/|torch/|ATen/)")


class Block:
    """path, line: of its first line; frame: path, or None; code; refused: the words that the compiler must say, or None."""

    def __init__(self, path, page, match):
        frame, refused, self.code = match.groups()
        self.path, self.line, self.frame = path, page.count("\n", 0, match.start(3)) + 1, frame
        self.refused = None
        if refused:
            told = re.match(r".*?^```text\n.*?static assertion failed: ([^\n]*)\n```$", page[match.end():], re.M | re.S)
            self.refused = told.group(1) if told else "a text block with the compiler's words"

    def lines(self, only=None):
        """As the compiler is to see them: under their place in the document, without includes."""
        kept = [(number, line) for number, line in enumerate(self.code.splitlines()) if not line.startswith("#include")]
        if only is not None:
            kept = [(number, line) for number, line in kept if number == only - 1]
        return "\n".join(f'#line {self.line + number} "{self.path}"\n{line}' for number, line in kept if line.strip())

    def includes(self):
        return [line for line in self.code.splitlines() if line.startswith("#include")]


def pages(root):
    return sorted([root / "README.md", *root.glob("examples/*.md"), *root.glob("docs/**/*.md")])


def blocks(root):
    for path in pages(root):
        page = path.read_text()
        if path.name == "errors.md":
            page = page.split("\n## ", 1)[0]
        page = BUILT.sub(lambda match: "\n" * match.group().count("\n"), page)
        for match in BLOCK.finditer(page):
            yield Block(path.relative_to(root), page, match)


def framed(root, frame, its_blocks):
    """(text of the program, faults)"""
    path = root / frame
    if not path.is_file():
        return "", [f"{its_blocks[0].path}:{its_blocks[0].line}: there is no frame {frame}"]
    text, taken = path.read_text(), set()

    def fill(match):
        number = int(match.group(1))
        if number > len(its_blocks):
            return match.group(0)
        taken.add(number)
        return its_blocks[number - 1].lines(match.group(2) and int(match.group(2)))

    text = PLACE.sub(fill, text)
    faults = [f"{block.path}:{block.line}: {frame} has no place for this block, number {number} of its blocks"
              for number, block in enumerate(its_blocks, 1) if number not in taken]
    if PLACE.search(text):
        faults.append(f"{frame} has a place for more blocks than name it")
    includes = [line for block in its_blocks for line in block.includes()]
    return "\n".join([*includes, f'#line 1 "{frame}"', text]), faults


def programs(root):
    """[(text, blocks, faults)]"""
    by_frame, found = {}, []
    for block in blocks(root):
        if block.frame:
            by_frame.setdefault(block.frame, []).append(block)
        else:
            found.append(("\n".join([*block.includes(), block.lines()]), [block], []))
    for frame, its_blocks in by_frame.items():
        text, faults = framed(root, frame, its_blocks)
        found.append((text, its_blocks, faults))
    return found


def compiled(command, root, text):
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as file:
        file.write(text + "\n")
        file.flush()
        return subprocess.run([*command, "-fsyntax-only", file.name], cwd=root, env=dict(os.environ, LC_ALL="C"),
                              capture_output=True, text=True)


def with_torch_header(command, header, folder):
    """The command with LibTorch's headers precompiled, read once for all blocks; as it is where the compiler can't."""
    strict = [*command, "-Werror=invalid-pch", "-H", "-include", str(header), "-fsyntax-only", "-x", "c++", os.devnull]
    if any(line.startswith("! ") for line in subprocess.run(strict, capture_output=True, text=True).stderr.splitlines()):
        return [*command, "-include", str(header)]
    own = Path(folder) / "torch.hpp"
    own.write_text(Path(header).read_text())
    done = subprocess.run([*command, "-x", "c++-header", own, "-o", f"{own}.gch"], capture_output=True)
    return [*command, "-include", str(own)] if done.returncode == 0 else command


def faults_of(root, command, torch_header=None):
    if not torch_header:
        return faults_in(root, command)
    with tempfile.TemporaryDirectory() as folder:
        return faults_in(root, with_torch_header(command, torch_header, folder), True)


def faults_in(root, command, torch=False):
    root, faults, count = Path(root).resolve(), [], 0
    for text, its_blocks, own in programs(root):
        faults += own if not torch else []
        if own or bool(NEEDS_TORCH.search(text)) != torch:
            continue
        done, count = compiled(command, root, text), count + 1
        names = ", ".join(f"{block.path}:{block.line}" for block in its_blocks)
        refused = [block.refused for block in its_blocks if block.refused]
        if not refused and done.returncode != 0:
            faults.append(f"{names} does not compile:\n{done.stderr}")
        elif refused and done.returncode == 0:
            faults.append(f"{names} compiles, but the document says that it is refused")
        told = [line for line in done.stderr.splitlines() if " error: " in line]  # not the quoted source
        faults += [f"{names} is refused, but not in these words: {words}\n{done.stderr}"
                   for words in refused if told and not any(words in line for line in told)]
    return faults if count or faults else [f"no C++ block found in {', '.join(path.name for path in pages(root))}"]


if __name__ == "__main__":
    all_faults = faults_of(sys.argv[1], sys.argv[2].split(";"), sys.argv[4] if "--torch" in sys.argv[3:] else None)
    if all_faults:
        sys.exit("\n".join(all_faults))
