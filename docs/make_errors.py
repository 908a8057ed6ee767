#!/usr/bin/env python3
"""Writes docs/errors.md, the catalogue of errors: from the error templates (id, sentence, meaning), from the bad code in
tests/fail (a bad line, its mending), and from what the compilers say to it.

    python3 docs/make_errors.py            writes the page; needs g++ and clang++-19 (or $GXX and $CLANGXX)
    python3 docs/make_errors.py --missing  asks the compilers only about rules that the page lacks or words differently
    python3 docs/make_errors.py --check    fails where the page lacks a rule or differs from the sources; the compilers'
                                           words are taken from the page as it is
"""

import os
import re
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "errors.md"
ERRORS = ROOT / "include" / "cortexpr" / "check" / "errors"
SUBJECTS = [
    ("N", ERRORS / "neuron.hpp", "Neuron types"),
    ("A", ERRORS / "area.hpp", "Areas and their rows"),
    ("E", ERRORS / "edge.hpp", "Edges"),
    ("F", ERRORS / "nonlinearity.hpp", "Nonlinearities"),
    ("W", ERRORS / "network.hpp", "Networks"),
    ("C", ERRORS / "classifier.hpp", "Classifiers and regressors"),
    ("S", ERRORS / "connectome.hpp", "Connectomes"),
    ("O", ERRORS / "on_chip.hpp", "The on-chip executor: what keeps a network off the chip"),
    # Not about a declaration, so there is no enumerator to ask for.
    ("P", ROOT / "include" / "cortexpr" / "module" / "probe_rules.hpp", "Probes: what a run is asked to record or change"),
]
# Where the enumerators of a subject's rules stand, in the order of the ids, and which tests ask for them. The subjects
# that are not named here share `rule`.
ENUMERATORS = {"rule": (ROOT / "include/cortexpr/check/diagnosis.hpp", "rules*.cpp"),
               "off_chip": (ROOT / "include/cortexpr/schedule/on_chip/fit.hpp", "on_chip.cpp")}
COMPILERS = [("GCC", os.environ.get("GXX", "g++")), ("Clang", os.environ.get("CLANGXX", "clang++-19"))]
FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-fdiagnostics-color=never", "-Iinclude"]

START = """# Errors at compile time

*Written by `docs/make_errors.py` from `include/cortexpr/check/errors/` and `tests/fail/`; edit those.*

Wiring that makes no sense does not compile. One fault gives one `error:` line: a sentence with the rule's id, what is
wrong and what to do. The place stands beside it, as the arguments of the error's name: your own types, and the numbers
in question, in the order that the sentence gives. `E05_even_extent<E, I, 4, 4>` is about the edge from E to I, whose extent
is 4 x 4. On GCC that name stands in the line above the error ("In instantiation of ..."), on Clang in the error itself.
The line that names your file tells which declaration it was.

Where a declaration has several faults, the first is told; mend it, and the next one appears. What is built on a refused
declaration (a network on a bad area, a classifier on a bad network or connectome, `parameter_count` of it) adds no error of its own.

Every rule can be asked without an error, in generic code or a test. Name the declaration itself, or an alias of it; a
struct derived from it has fired by the time it can be asked:

<!-- code in tests/docs/errors_asked.cpp -->
```cpp
using candidate = area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 0>>, output<32>>;
static_assert(!wirable<candidate>);
static_assert(broken_rule<candidate> == rule::no_output_edge);
```

A network that doesn't fit on chip breaks no rule of its declaration. The O rules fire only where a program demands the chip,
by `requires_on_chip<Digits>` or `make<Digits, executor::on_chip>`; at run time an exception says the same sentence. They, too,
can be asked: `fits_on_chip<Digits>`, `plan::fit_on_chip(plan_of<Digits>).obstacle == plan::off_chip::areas`.

Outputs below are those of {versions}; long type names are shortened to `<...>`, and the quoted source
lines, the "included from" lines and those about the library's inside are left out.
"""

END = """
## What the reference accepts and cortexpr refuses

The reference is the Python library whose networks cortexpr runs. What it refuses at run time does not compile here.
Beyond that, these declarations of it are refused because they make no sense, or break Dale's law:

- rates that can be negative in excitatory or inhibitory types (N12, N13), unless the type asks for `signed_rates`; a tau
  that starts below 1 (N11), which the reference lifts to 1 without a word
- a stimulus or feedback that reaches nothing (A18, A19), types that hear nothing but each other (A21), types that no other
  hears (A22), rectified types and outputs that hear only inhibition (A24, A25)
- extents larger than the map (E06), and even extents on edges to an output (E05), which shift and enlarge it
- negative and other numbers in the matrix (E01, E02), which the reference takes for 1
- dropout of exactly 1 (C08), a single class (C06), a readout pooled to a larger map than there is (C10)

What the reference refuses and cortexpr runs: maps that shrink along one side and grow along the other between two areas,
and half-density types wired with full-density ones.

## What no rule is needed for

- **An option on an absent edge** cannot be written: options stand in the cell itself, so a cell is either `0`, or `1`, or
  `edge{...}` with its options.
- **Names of options and their values** are C++ names: `activation::swish`, `tau_mode::subtype` or
  `pool_mode::avg` are unknown to the compiler, which says so and often proposes the right one.
- **A number where a type belongs, or the other way round** (`neurons<16>`, `from<E, I, 1>`, a misspelt `from<EE, 1, 1>`) is
  refused by the language before any rule can be asked, so the words are the compiler's own, and more than one line.
  Read the first. What follows it, for example W01 for the struct that was to be the area, goes away with it.
- **What only a run can know** (the batch, a tensor's size, its type and device, a file) is no matter of the declaration:
  it gets an exception derived from `cortexpr::error`, with a full sentence.
"""


def enumeration_of(letter):
    return {"O": "off_chip", "P": None}.get(letter, "rule")


def rules():
    """[(subject's letter, id, enumerator, sentence, meaning)], from the headers; they must agree with each other."""
    comment, strings = r"((?:^///.*\n)+)", r"((?:\"[^\"]*\"\s*)+)\)"
    patterns = {letter: re.compile(comment + r"template <[^;{]*>\nstruct ([A-Z]\d\d)_(\w+) \{\s*static_assert\([^\"]*" + strings, re.M)
                for letter, *_ in SUBJECTS}
    patterns["O"] = re.compile(comment + r"CORTEXPR_ON_CHIP_RULE\(\s*([A-Z]\d\d), (\w+),\s*" + strings, re.M)
    found = []
    for letter, header, _ in SUBJECTS:
        for number, match in enumerate(patterns[letter].finditer(header.read_text()), 1):
            comment, identity, name, strings = match.groups()
            sentence = "".join(re.findall(r"\"([^\"]*)\"", strings))
            if letter == "O":  # the macro puts the id before the sentence
                sentence = f"[cortexpr {identity}] {sentence}"
            meaning = " ".join(line[3:].strip() for line in comment.splitlines())
            if identity != f"{letter}{number:02}":
                sys.exit(f"{header.name}: {identity} stands where {letter}{number:02} belongs")
            if not sentence.startswith(f"[cortexpr {identity}] "):
                sys.exit(f"{header.name}: the sentence of {identity} does not begin with its id")
            found.append((letter, identity, name, sentence, meaning))
    for enumeration, (header, tests) in ENUMERATORS.items():
        own = [rule for rule in found if enumeration_of(rule[0]) == enumeration]
        enumerators = re.search(rf"enum class {enumeration}\b[^{{]*\{{(.*?)\}};", header.read_text(), re.S)
        names = re.findall(r"^    (\w+),$", enumerators.group(1), re.M)[1:]
        if [rule[2] for rule in own] != names:
            different = [f"{a[2]} / {b}" for a, b in zip(own, names) if a[2] != b]
            sys.exit(f"errors/*.hpp and enum class {enumeration} disagree ({len(own)} and {len(names)} rules): {different[:3]}")
        asked = "".join(path.read_text() for path in (ROOT / "tests/static").glob(tests))
        for _, identity, name, *_ in own:
            if not re.search(rf"\b{enumeration}::{name}\b", asked):
                sys.exit(f"{identity}: no tests/static/{tests} asks for {enumeration}::{name}")
    return found


def resolved(source, bad):
    """The lines of a test as the compiler sees them, each with whether it is there only in this variant."""
    lines, inside, keep = [], False, True
    for line in source.splitlines():
        if line.startswith(("#ifdef BAD_CODE", "#ifndef BAD_CODE")):
            inside, keep = True, line.startswith("#ifdef") == bad
        elif inside and line.startswith("#else"):
            keep = not keep
        elif inside and line.startswith("#endif"):
            inside, keep = False, True
        elif keep:
            lines.append((line, inside))
    return lines


def example(identity):
    """(path, comment, includes, bad code, lines that are its mending) of the file that says most about the rule."""
    def expected(path):
        return len(re.search(r"// EXPECT: (.*)", path.read_text()).group(1))

    files = sorted((ROOT / "tests" / "fail").glob(f"{identity.lower()}_*.cpp"), key=expected)
    if not files:
        sys.exit(f"{identity}: no tests/fail/{identity.lower()}_*.cpp")
    path = files[-1]
    head, body = re.split(r"^using namespace cortexpr;\n", path.read_text(), maxsplit=1, flags=re.M)
    comment = " ".join(line[3:] for line in head.splitlines() if line.startswith("// ") and "EXPECT" not in line)
    bad = "\n".join(line for line, _ in resolved(body, True)).strip("\n")
    good = [line for line, only in resolved(body, False) if only]
    includes = "\n".join(line for line in head.splitlines() if line.startswith("#include"))
    return path.relative_to(ROOT), comment, includes, bad, good


def shortened(text):
    """Long template arguments of areas, networks, connectomes and classifiers as <...>."""
    result, place = "", 0
    for match in re.finditer(r"(?:cortexpr::)?\b(area|network|connectome|classifier)<", text):
        if match.start() < place:
            continue
        depth, end = 1, match.end()
        while depth and end < len(text):
            depth += {"<": 1, ">": -1}.get(text[end], 0)
            end += 1
        result += text[place : match.end()] + "...>"
        place = end
    return result + text[place:]


def words_of(compiler, includes, code):
    """What the compiler says to the code, without the quoted source and the way of the includes."""
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as file:
        file.write(f'{includes}\nusing namespace cortexpr;\n#line 1 "network.cpp"\n{code}\n')
        file.flush()
        environment = dict(os.environ, LC_ALL="C")
        done = subprocess.run([compiler, *FLAGS, file.name], cwd=ROOT, env=environment, capture_output=True, text=True)
    told = re.compile(r"(: error: |: In instantiation of |required from |: note: in instantiation of )")
    lines = [line if ": error: " in line else shortened(line) for line in done.stderr.splitlines() if told.search(line)]
    own = re.compile(r"^include/.*(required from|requested here).*|^include/.*: note: in instantiation of .*")
    lines = [line for line in lines if not (own.match(line) and "cortexpr::detail::" in line)]
    if done.returncode == 0 or sum(": error: " in line for line in lines) != 1:
        sys.exit(f"{compiler}: not one error for\n{code}\n{done.stderr}")
    return "\n".join(lines)


def version_of(compiler):
    text = subprocess.run([compiler, "--version"], capture_output=True, text=True).stdout
    return re.search(r"(\d+\.\d+)\.\d+", text).group(1)


def words_on_page(page):
    """(versions, {(id, compiler): words}) as the page has them."""
    versions = re.search(r"Outputs below are those of (.*?);", page)
    words = {}
    for section in re.split(r"^### ", page, flags=re.M)[1:]:
        for name, text in re.findall(r"^(GCC|Clang) says:\n\n```text\n(.*?)\n```", section, re.M | re.S):
            words[section[:3], name] = text
    return versions.group(1) if versions else "", words


def wrapped(text):
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)


def page_of(all_rules, versions, words):
    parts = [START.replace("{versions}", versions)]
    for letter, _, title in SUBJECTS:
        own = [rule for rule in all_rules if rule[0] == letter]
        column = f"`{enumeration_of(letter)}::`" if enumeration_of(letter) else "name"
        parts.append(f"\n## {letter}: {title}\n\n| id | {column} | what is wrong; what to do |\n| --- | --- | --- |")
        for _, identity, name, sentence, _ in own:
            plain = sentence.split("] ", 1)[1].replace("|", "\\|").replace("<", "&lt;")
            parts.append(f"| [{identity}](#{identity.lower()}-{name}) | `{name}` | {plain} |")
        for _, identity, name, sentence, meaning in own:
            path, comment, _, bad, good = example(identity)
            parts.append(f"\n### {identity} {name}\n\n{wrapped(meaning)}\n")
            parts.append(f"Bad ([{path.name}](../{path})):\n" if not comment else
                         f"Bad ([{path.name}](../{path})):\n{wrapped(comment)}\n")
            parts.append(f"```cpp\n{bad}\n```\n")
            for compiler, _ in COMPILERS:
                parts.append(f"{compiler} says:\n\n```text\n{words.get((identity, compiler), '')}\n```\n")
            mending = "\n".join(good).strip("\n")
            if mending:
                parts.append(f"Good:\n\n```cpp\n{mending}\n```")
            else:
                parts.append("Good: without it.")
    return "\n".join(parts) + "\n" + END


def main():
    all_rules = rules()
    if "--check" in sys.argv:
        page = PAGE.read_text() if PAGE.exists() else ""
        lacking = [rule[1] for rule in all_rules if f"\n### {rule[1]} " not in page]
        if lacking:
            sys.exit(f"docs/errors.md lacks {', '.join(lacking)}; run python3 docs/make_errors.py")
        versions, words = words_on_page(page)
        silent = [f"{rule[1]} ({name})" for rule in all_rules for name, _ in COMPILERS
                  if rule[3] not in words.get((rule[1], name), "")]
        if silent:
            sys.exit(f"docs/errors.md has old words of the compiler for {', '.join(silent)}; run python3 docs/make_errors.py")
        readme = " ".join((ROOT / "README.md").read_text().split())
        counts = {letter: sum(rule[0] == letter for rule in all_rules) for letter, *_ in SUBJECTS}
        wiring = len(all_rules) - counts["P"] - counts["O"]
        for claim in (f"There are {wiring} such rules, {counts['P']} about what is asked of a run, and {counts['O']} about what fits on chip",
                      f"does not compile: {wiring} rules"):
            if claim not in readme:
                sys.exit(f"README.md doesn't say: {claim}")
        if page != page_of(all_rules, versions, words):
            sys.exit("docs/errors.md is not what docs/make_errors.py writes; run python3 docs/make_errors.py")
        print(f"{len(all_rules)} rules, all in docs/errors.md")
        return
    versions = " and ".join(f"{name} {version_of(compiler)}" for name, compiler in COMPILERS)
    words = {}
    if "--missing" in sys.argv and PAGE.exists():
        words = words_on_page(PAGE.read_text())[1]
    for _, identity, _, sentence, _ in all_rules:
        for name, compiler in COMPILERS:
            if sentence not in words.get((identity, name), ""):
                words[identity, name] = words_of(compiler, *example(identity)[2:4])
    unfinished = PAGE.with_suffix(".unfinished")
    unfinished.write_text(page_of(all_rules, versions, words))
    unfinished.replace(PAGE)
    print(f"{len(all_rules)} rules written to docs/errors.md")


if __name__ == "__main__":
    main()
