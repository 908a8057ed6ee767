"""Compiles declarations into small shared libraries, with the user's C++ compiler and the headers in this package.

What is compiled needs neither LibTorch nor the engine: a library holds the arrays of a plan and the code of the user's own
nonlinearities (include/cortexpr/declared.hpp).
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import shlex
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

from .errors import DeclarationError, FileError, WiringError

HEADERS = Path(__file__).parent / "include"
FLAGS = ["-std=c++20", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-w", "-fdiagnostics-color=never"]
# What the compiler calls the user's text, and the line that tells which structs there are.
DECLARATION, TELLING = "declaration", "cortexpr"


def cache_folder() -> Path:
    """Where compiled declarations are kept: $CORTEXPR_CACHE, else cortexpr in the user's folder of caches."""
    chosen = os.environ.get("CORTEXPR_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cortexpr"


def find_compiler() -> list[str]:
    """The command of the C++ compiler: $CORTEXPR_CXX, else $CXX, else the first of g++, clang++ and c++ that is there.

    Raises DeclarationError where there is none.
    """
    for variable in ("CORTEXPR_CXX", "CXX"):
        try:
            command = shlex.split(os.environ.get(variable, ""))
        except ValueError as error:
            raise DeclarationError(f"the environment's {variable} is no command: {error}; mend it, or unset it") from None
        if command:
            if shutil.which(command[0]):
                return command
            raise DeclarationError(f"the environment's {variable} names the compiler {command[0]}, which isn't there; "
                                   "name another, or unset it")
    for name in ("g++", "clang++", "c++"):
        if shutil.which(name):
            return [name]
    raise DeclarationError("a declaration in C++ needs a compiler, and there is neither g++ nor clang++; install one (Debian: "
                           "apt-get install g++; conda: conda install gxx) or name it in CORTEXPR_CXX, or load what was "
                           "compiled elsewhere with cortexpr.load or cortexpr.from_json")


@functools.lru_cache(maxsize=None)
def _headers_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(HEADERS.rglob("*.hpp")):
        digest.update(str(path.relative_to(HEADERS)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _key(command: list[str], source: str) -> str:
    """Equal for equal libraries: of the compiler, the headers and the text."""
    program = Path(shutil.which(command[0])).resolve()
    status = program.stat()
    parts = [*command, str(program), str(status.st_size), str(status.st_mtime_ns), *FLAGS, _headers_digest(), source]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def source_of(text: str, structs: list[str]) -> str:
    """The C++ that is compiled: the user's text, and a function that tells which structs it declares."""
    return (f'#include <cortexpr/declared.hpp>\n#include <cortexpr/presets.hpp>\nusing namespace cortexpr;\n'
            f'#line 1 "{DECLARATION}"\n{text}\n;\n#line 1 "{TELLING}"\nCORTEXPR_DECLARED({", ".join(structs)});\n')


def library_of(text: str, structs: list[str]) -> Path:
    """A compiled declaration in the cache; compiled first where it isn't there."""
    command = find_compiler()
    source = source_of(text, structs)
    library = cache_folder() / "declared" / f"{_key(command, source)}.so"
    if not _is_sealed(library):
        compile_to(library, command, source, text)
    return library


def is_whole(content: bytes) -> bool:
    """Whether these are a shared library to its end and, where one was compiled here, unchanged: the system's loader ends the
    process at one that was cut short."""
    if len(content) < 64 or not content.startswith(b"\x7fELF\2\1") or struct.unpack_from("<H", content, 16)[0] != _SHARED:
        return False
    tables = struct.unpack_from("<Q", content, 40)[0]  # of sections, at the end
    entry, count = struct.unpack_from("<HH", content, 58)
    end = tables + entry * count
    behind = content[end:]
    return end <= len(content) and (not behind or not _MARK.startswith(behind[:len(_MARK)]) or behind == _seal_of(content[:end]))


_SHARED = 3  # ET_DYN
_MARK = b"cortexpr sha256 "


def _seal_of(library: bytes) -> bytes:
    """What stands behind a library that was compiled here, where no loader looks: it tells a damaged one."""
    return _MARK + hashlib.sha256(library).digest()


def _is_sealed(library: Path) -> bool:
    try:
        content = library.read_bytes()
    except OSError:
        return False
    size = len(content) - len(_seal_of(b""))
    return size > 0 and content[size:] == _seal_of(content[:size])


def compile_to(library: Path, command: list[str], source: str, text: str) -> None:
    """Compiles, and renames when whole, so that no other process finds half a library."""
    try:
        _compile_to(library, command, source, text)
    except OSError as error:
        raise FileError(f"{library}: can't be written: {error.strerror}; choose another path, or for what is cached another "
                        "folder in CORTEXPR_CACHE") from None


def _compile_to(library: Path, command: list[str], source: str, text: str) -> None:
    library.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".compiling.", dir=library.parent) as folder:
        file, made = Path(folder, "declaration.cpp"), Path(folder, "declared.so")
        file.write_text(source)
        # The compiler's words are read below, so they must be English.
        done = subprocess.run([*command, *FLAGS, f"-I{HEADERS}", str(file), "-o", str(made)], capture_output=True, text=True,
                              errors="replace", env={**os.environ, "LC_ALL": "C"}, check=False)
        if done.returncode != 0:
            raise error_of(done.stderr or done.stdout, text)
        content = made.read_bytes() if made.is_file() else b""
        if not is_whole(content):
            raise DeclarationError(f"the compiler {shlex.join(command)} ended without a fault, but made no shared library; name a C++ "
                                   "compiler in CORTEXPR_CXX", 0, done.stderr or done.stdout)
        made.write_bytes(content + _seal_of(content))
        os.replace(made, library)


def _marked(text: str, line: int, around: int = 2) -> str:
    """The lines around one, which is marked."""
    lines = text.splitlines()
    if not 1 <= line <= len(lines):
        return ""
    first, last = max(1, line - around), min(len(lines), line + around)
    width = len(str(last))
    return "\n\n" + "\n".join(f"{'>' if number == line else ' '} {number:{width}} | {lines[number - 1]}".rstrip()
                              for number in range(first, last + 1))


# Rules about a struct itself, which the compiler finds broken where the struct is used.
_OF_THE_STRUCT = re.compile(r"N(04|08|09|1[0-46])|S(04|09|1[0-4]|38)|F01")


def _line_of_struct(text: str, subject: str) -> int:
    """Where the struct stands that a sentence is about first; 0 where the text has none or several of the name."""
    name = re.escape(subject.split(",")[0].split("::")[-1].strip())
    found = [number for number, line in enumerate(text.splitlines(), 1) if re.search(rf"\b(?:struct|class)\s+{name}\b(?!\s*;)", line)]
    return found[0] if len(found) == 1 else 0


# Common slips: what compilers say, what the line has, and what is said instead.
_MISMATCH = r"type/value mismatch|must be a type|expected a type"
_SLIPS = [
    (_MISMATCH, r"(?:excitatory|inhibitory|hybrid)(?:_cells)?<(?:[^;{]*,)?\s*(activation::\w+)\s*[,>]",
     "a neuron type's nonlinearity is given as nonlinearity<{0}>"),
    (r"'(\w+)'.*did you mean '(?:cortexpr::)?activation::\1'", r"()",
     "a nonlinearity has its full name, activation::{said}: nonlinearity<activation::{said}> of a neuron type, "
     ".nonlinearity = activation::{said} of an edge"),
    ("tau_mode", r"\btau<\s*([\d.]+)", "a time constant is given with what shares it: tau<tau_mode::per_type, {0}>"),
    ("", r"[<,]\s*(\{\s*\.[^}]*\})", "what an edge has is given as edge{0}"),
    ("class-name|class name|argument|template", r":\s*(?:public\s+)?(excitatory|inhibitory|hybrid)\s*\{",
     "the number of subtypes is missing: {0}<16>"),
    (_MISMATCH, r"\bclassifier<.*,\s*(\d+)\s*[,>]", "the number of classes is given as classes<{0}>"),
    (_MISMATCH, r"\bregressor<.*,\s*(\d+)\s*[,>]", "the number of targets is given as targets<{0}>"),
    (r"\bapp\b", r"\bapp<()", "a declaration is no whole program; leave out main()"),
    (r"cortexpr/app\.hpp", r"()", "a declaration is no whole program; leave out the #include of cortexpr/app.hpp, and main()"),
    (r"(cortexpr/[\w/]+\.hpp)'?(?:: No such file| file not found)", r"()",
     "{said} is for programs with LibTorch, and isn't needed by a declaration; leave its #include out"),
]


def _slip_in(message: str, line: str) -> str:
    """A sentence about what is wrong in a line, for what people write often; empty for all else."""
    for said, written, sentence in _SLIPS:
        heard, found = re.search(said, message), re.search(written, line)
        if heard and found:
            return sentence.format(*found.groups(), said=heard[1] if heard.lastindex else "")
    return ""


def error_of(output: str, text: str) -> DeclarationError:
    """What a compiler said, as an exception: a rule's sentence, or the compiler's first error."""
    place = re.search(rf"^{DECLARATION}:(\d+):", output, re.M)
    line = int(place[1]) if place else 0
    rule = re.search(r"error: static assertion failed.*?\[cortexpr ?(?P<id>\w*)\] (?P<sentence>.*?)\"?$", output, re.M)
    first = re.search(r"^(?P<file>.*?):(?P<line>\d+):(?:\d+:)? (?:fatal )?error: (?P<message>.*)$", output, re.M)
    if rule and first and rule.start() <= first.end():
        named = re.search(r"'(?:struct )?cortexpr::errors::\w+<(?P<subject>[^']*)>'", output)
        subject = named["subject"] if named else ""
        about = f" ({subject})" if subject else ""
        if _OF_THE_STRUCT.fullmatch(rule["id"]):
            line = _line_of_struct(text, subject) or line
        return WiringError(f"[cortexpr {rule['id']}] {rule['sentence']}{about}{_marked(text, line)}", line, output,
                           rule["id"], subject)
    if not first:
        return DeclarationError(f"the compiler failed: {output.strip() or 'it printed nothing'}", 0, output)
    unfit = re.match(r'(?:#error )?"(cortexpr needs .*)"', first["message"])
    if unfit:  # the compiler, says include/cortexpr/compiler.hpp
        return DeclarationError(unfit[1], 0, output)
    if first["file"] == TELLING and (unknown := re.search(r"'([\w:]+)'", first["message"])):
        return DeclarationError(f"the declaration has no struct {unknown[1]}", 0, output)
    if first["file"] == DECLARATION:
        line = int(first["line"])
    slip = _slip_in(first["message"], dict(enumerate(text.splitlines(), 1)).get(line, ""))
    return DeclarationError(f"{slip or 'the declaration is no valid C++: ' + first['message']}{_marked(text, line)}", line, output)
