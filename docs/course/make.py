#!/usr/bin/env python3
"""Runs the commands of the course's pages and writes what they print, and the figures that they make, into the pages.

    make.py PROGRAMS            runs all pages in their order, in one empty folder; PROGRAMS is the folder of the built ones
    make.py PROGRAMS --check    changes nothing, and fails where a page differs from what is there

    --data DIR                  the digits, `digits` in the commands [examples/data/mnist]
    --python PYTHON             for Python blocks; one whose modules are missing is left out, and said so
    --compiler NAME=COMMAND     GNU=g++ or Clang=clang++-19, whose words a page quotes; without it they are left as they are
    --prefix PREFIX             an installation, `PREFIX` in the commands; without it those that need it are left out
    --only PAGE                 these pages alone; may be given several times
    --in DIR                    the folder to work in, which stays

A comment, which readers don't see, says what the block after it is:

    <!-- program: 01_declare.cpp -->          the file, whole
    <!-- part: 04_record.cpp -->              lines that stand together in the file
    <!-- run -->                              commands (sh, python) that are run; `run: needs numpy, torch` where these modules
                                              are there, `run: needs PREFIX`, `run: fails` where they must
    <!-- output -->                           what they print; `output: numbers vary` where the numbers may differ,
                                              `output: varies` where all may: then it is not compared
    <!-- said: GNU 02_read_an_error.cpp -DMISTAKE=1 -->   what that compiler says to it
    <!-- figure: rates.svg -->                a picture that the commands wrote
    <!-- holds: accuracy ([0-9.]+) > 80 -->   no block: a bound on the last number of the output before it
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
from pathlib import Path

sys.dont_write_bytecode = True
COURSE = Path(__file__).resolve().parent
ROOT = COURSE.parent.parent
MARK = re.compile(r"^<!-- (program|part|run|output|said|figure|holds)(?:: (.*?))? -->\n", re.M)
BLOCK = re.compile(r"```(\w+)\n(.*?)^```$", re.M | re.S)
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
PATIENCE = 900  # seconds for a block of commands


def ordered(pages):
    """Numbered pages by their numbers, then the others."""
    return sorted(pages, key=lambda page: (not page.name[0].isdigit(), page.name))


def without_numbers(text):
    """What of an output may not differ where its numbers may: also columns get wider and narrower with them."""
    text = re.sub(r"[0-9][0-9.,:]*(e[-+][0-9]+)?", "#", text)
    return re.sub(r" +", " ", re.sub(r"─+", "─", re.sub(r"[-+]#", "#", text))).strip()


def is_part(part, whole):
    """Whether the lines stand together in the text, all less by the same indentation."""
    lines, text = part.rstrip().splitlines(), whole.splitlines()
    for first in range(len(text) - len(lines) + 1):
        indent = text[first][: len(text[first]) - len(text[first].lstrip())]
        if indent + lines[0] == text[first] or lines[0] == text[first]:
            indent = indent if indent + lines[0] == text[first] else ""
            if all(found == (indent + line if line else "") for line, found in zip(lines, text[first:])):
                return True
    return False


def labels_of(picture):
    """The words in an SVG picture; None of another kind."""
    if picture.suffix != ".svg":
        return None
    texts = ["".join(one.itertext()).strip() for one in xml.etree.ElementTree.parse(picture).iter() if one.tag.endswith("text")]
    return sorted({text for text in texts if re.search("[A-Za-z]{2}", text)})


def compiler_words(command, file, flags):
    """What a compiler says to a file: errors and what they are in, without the quoted source and the library's inside."""
    sys.path.insert(0, str(ROOT / "docs"))
    from make_errors import shortened
    done = subprocess.run([*command.split(";"), "-std=c++20", "-fsyntax-only", "-fdiagnostics-color=never", f"-I{ROOT}/include",
                           *flags, file], cwd=COURSE, env=dict(os.environ, LC_ALL="C"), capture_output=True, text=True)
    told = re.compile(r": error: |: In instantiation of |required from |: note: in instantiation of ")
    lines = [line.replace(f"{ROOT}/", "") for line in done.stderr.splitlines() if told.search(line)]
    return "\n".join(line if ": error: " in line else shortened(line) for line in lines)


def without_places(words):
    """Places in the library's headers move whenever they are edited."""
    return re.sub(r"^(include/\S+?):\d+:\d+:", r"\1:", words, flags=re.M)


class Course:
    def __init__(self, given, folder):
        self.given, self.folder = given, Path(folder).resolve()
        self.faults, self.left_out = [], []
        self.folder.mkdir(parents=True, exist_ok=True)
        self.compilers = dict(one.split("=", 1) for one in given.compiler)
        link = self.folder / "digits"
        if not link.exists():
            link.symlink_to(Path(given.data).resolve(), target_is_directory=True)
        self.environment = dict(os.environ, LC_ALL="C.UTF-8", PYTHONDONTWRITEBYTECODE="1",
                                PATH=f"{Path(given.programs).resolve()}{os.pathsep}{os.environ['PATH']}")

    def can_import(self, modules):
        return subprocess.run([self.given.python, "-c", f"import {modules}"], capture_output=True).returncode == 0

    def run(self, language, code, note, place):
        """What the commands print, or None where they can't be run here."""
        if note == "needs PREFIX" and not self.given.prefix:
            self.left_out.append(f"{place}: needs --prefix")
            return None
        if note.startswith("needs ") and note != "needs PREFIX" and not self.can_import(note[6:]):
            self.left_out.append(f"{place}: {self.given.python} has not all of {note[6:]}")
            return None
        command = ([self.given.python, "-c", code] if language == "python" else
                   ["bash", "-e", "-o", "pipefail", "-c", code.replace("PREFIX", str(self.given.prefix))])
        done = subprocess.run(command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=PATIENCE)
        printed = done.stdout
        for name, path in (("PREFIX", self.given.prefix), ("", f"{self.folder}/")):
            printed = printed.replace(str(path), name) if path else printed
        printed = "\n".join(line.rstrip() for line in printed.splitlines()).strip("\n")
        if (done.returncode != 0) != (note == "fails"):
            self.faults.append(f"{place}: the commands end with {done.returncode}:\n{printed}")
            return None
        return printed

    def compare(self, place, there, found, same):
        if not same:
            self.faults.append(f"{place} is not what is there; run docs/course/make.py\n--- on the page\n{there}\n--- there\n{found}")

    def page(self, path):
        """The page's text as it should be; faults are collected."""
        text, result, end, printed = path.read_text(), "", 0, None
        for mark in MARK.finditer(text):
            kind, note = mark.group(1), mark.group(2) or ""
            place = f"{path.name}:{text.count(chr(10), 0, mark.start()) + 2}"
            if kind == "holds":
                self.bound(place, note, printed)
                continue
            pattern = IMAGE if kind == "figure" else BLOCK
            block = pattern.match(text, mark.end())
            if not block:
                self.faults.append(f"{place}: no {'picture' if kind == 'figure' else 'block'} follows '{kind}'")
                continue
            if kind == "figure":
                self.figure(place, path.parent / block.group(1), self.folder / note, printed)
                continue
            language, code = block.groups()
            code = code.rstrip("\n")
            new = code
            if kind == "run":
                printed = self.run(language, code, note, place)
            elif kind == "output" and printed is not None:
                same = {"": code == printed, "varies": printed != "",
                        "numbers vary": without_numbers(code) == without_numbers(printed)}[note]
                self.compare(place, code, printed, same)
                new = printed
            elif kind == "program":
                new = (path.parent / note).read_text().rstrip("\n")
                self.compare(place, code, new, code == new)
            elif kind == "part" and not is_part(code, (path.parent / note).read_text()):
                self.faults.append(f"{place}: these lines do not stand together in {note}")
            elif kind == "said":
                name, file, *flags = note.split()
                if name not in self.compilers:
                    self.left_out.append(f"{place}: no compiler {name} was given")
                    continue
                new = compiler_words(self.compilers[name], file, flags)
                self.compare(place, code, new, without_places(code) == without_places(new))
            if new != code:
                result += text[end : block.start(2)] + new + "\n"
                end = block.end(2)
        return result + text[end:]

    def bound(self, place, note, printed):
        pattern, sign, limit = re.fullmatch(r"(.*) ([<>]) (\S+)", note).groups()
        if printed is None:
            return
        found = re.findall(pattern, printed)
        if not found:
            self.faults.append(f"{place}: '{pattern}' is not in the output:\n{printed}")
        elif not (float(found[-1]) > float(limit) if sign == ">" else float(found[-1]) < float(limit)):
            self.faults.append(f"{place}: {found[-1]} is not {sign} {limit}")

    def figure(self, place, shown, made, printed):
        if printed is None and not made.exists():
            return
        if not made.exists():
            self.faults.append(f"{place}: the commands wrote no {made.name}")
        elif not self.given.check:
            shown.parent.mkdir(exist_ok=True)
            shutil.copyfile(made, shown)
        elif not shown.exists():
            self.faults.append(f"{place}: there is no {shown.name}; run docs/course/make.py")
        elif labels_of(made) != labels_of(shown):
            self.faults.append(f"{place}: {shown.name} has other labels than are drawn; run docs/course/make.py")


def read_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs")
    parser.add_argument("--pages", type=Path, default=COURSE, help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--data", default=ROOT / "examples/data/mnist")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--compiler", action="append", default=[])
    parser.add_argument("--prefix")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--in", dest="folder")
    return parser.parse_args(arguments)


def faults_of(arguments):
    """(faults, what was left out)"""
    given = read_arguments(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        course = Course(given, given.folder or temporary)
        pages = ordered(given.pages.glob("*.md"))
        for path in pages:
            if given.only and not any(path.name.startswith(one) for one in given.only):
                continue
            before = len(course.faults)
            text = course.page(path)
            if not given.check:
                course.faults[before:] = [fault for fault in course.faults[before:] if "run docs/course/make.py\n---" not in fault]
                path.write_text(text)
        if given.check and not given.only:
            said = "".join(path.read_text() for path in pages)
            course.faults += [f"no page names {program.name}" for program in sorted(given.pages.glob("*.cpp"))
                              if program.name not in said]
    return course.faults, course.left_out


if __name__ == "__main__":
    all_faults, all_left_out = faults_of(sys.argv[1:])
    for one in all_left_out:
        print(f"left out: {one}")
    if all_faults:
        sys.exit("\n".join(all_faults))
