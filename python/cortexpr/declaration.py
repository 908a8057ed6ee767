"""From declarations to classes: declare, compile, load, from_json."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any, Union

from . import _engine
from .arguments import says_wrong_types
from .compiler import compile_to, find_compiler, is_whole, library_of, source_of
from .connectome import Connectome, connectome_class_of
from .declared_module import file_path
from .errors import DeclarationError, FileError, UsageError
from .network import Network, class_of

# What is no code: comments, strings, and lines of the preprocessor.
_NO_CODE = re.compile(r"//[^\n]*|/\*.*?\*/|R\"([^(\s]*)\(.*?\)\1\"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'|"
                      r"^[ \t]*#(?:\\\n|[^\n])*", re.S | re.M)
_WORDS = re.compile(r"[A-Za-z_]\w*|::|[{};:<>\[\]]")


def structs_in(text: str) -> list[str]:
    """The structs that a text derives, with their namespaces, in their order. No templates, and none inside of others."""
    words = _WORDS.findall(_NO_CODE.sub(" ", text))
    found: list[str] = []
    scopes: list[str | None] = []  # a namespace's name; None for any other block
    for at, word in enumerate(words):
        if word == "{":
            scopes.append(_namespace_opened(words, at))
        elif word == "}" and scopes:
            scopes.pop()
        elif word in ("struct", "class") and None not in scopes and not (at and words[at - 1] == ">"):
            rest = words[_after_attributes(words, at + 1):][:3]
            if len(rest) > 1 and (rest[1] == ":" or rest[1:3] == ["final", ":"]):
                found.append("::".join([name for name in scopes if name] + [rest[0]]))
    return found


def _after_attributes(words: list[str], at: int) -> int:
    """Where the name of a struct stands, whose key word is before `at`."""
    while words[at:at + 1] == ["["]:
        at = words.index("]", at) + 2 if "]" in words[at:] else len(words)
    return at


def _namespace_opened(words: list[str], at: int) -> str | None:
    """The name of the namespace that the brace at a place opens ("" without a name); None where it opens another block."""
    start = at
    while start and words[start - 1] not in ("{", "}", ";", "namespace"):
        start -= 1
    return "".join(words[start:at]) if start and words[start - 1] == "namespace" else None


@says_wrong_types
def declare(text: str, name: str | None = None) -> type[Any]:
    """Compiles a declaration in C++ and gives its network as a class, a torch.nn.Module: a Network or a Connectome.

    text: structs as in docs/python.md; `#include <cortexpr/dsl.hpp>` and `using namespace cortexpr;` are there already.
        It is your code: it is compiled and loaded into this process, so declare only text that you trust.
    name: the struct; without it, the last classifier, regressor, network or connectome in the text, or the last area where
        there is none.

    The compiler is g++ or clang++, or what CORTEXPR_CXX or CXX in the environment names. A text that was compiled before
    comes from the cache.

    Raises WiringError where the declaration breaks a rule, DeclarationError where it is no C++, has no such struct, or there
    is no compiler, and FileError where the cache can't be written.
    """
    text = _plain(text)
    return _chosen(library_of(text, _structs_to_tell(text, name)), name, text)


@says_wrong_types
def compile(text: str, path: Union[str, os.PathLike[str]]) -> None:  # noqa: A001 - it is what the user calls it
    """Compiles a declaration into a shared library for `load`, which needs no compiler then.

    Raises as `declare` does.
    """
    text, library = _plain(text), Path(file_path(path)).absolute()
    compile_to(library, find_compiler(), source_of(text, _structs_to_tell(text, None)), text)


@says_wrong_types
def load(path: Union[str, os.PathLike[str]], name: str | None = None) -> type[Any]:
    """The class, a Network or a Connectome, of a declaration that was compiled before, by `compile` or CMake's
    cortexpr_python_module.

    The library's code is loaded into this process, so load only what you trust.

    Raises FileError where it can't be loaded, and DeclarationError where it has no such struct.
    """
    return _chosen(Path(file_path(path)).absolute(), name, None)


@says_wrong_types
def from_json(description: Union[str, os.PathLike[str], dict[str, Any]]) -> type[Network]:
    """The class of a network that is described as JSON, as `Network.describe` and `digits describe` write it.

    description: a dictionary, a JSON text, or the path of a file. No compiler is needed.

    Raises UsageError where the description breaks a rule, and FileError where the file can't be read.
    """
    if isinstance(description, dict):
        try:
            return class_of(_engine.Plan(json.dumps(description)))
        except TypeError as error:
            raise UsageError(f"the description holds what JSON has not: {error}") from None
    text = os.fspath(description)
    if not text.lstrip().startswith("{"):
        try:
            text = Path(text).read_text(encoding="utf-8-sig")
        except OSError as error:
            raise FileError(f"{description}: can't be read: {error.strerror}") from None
        except ValueError as error:  # bytes that are no text, or a path with a 0 in it
            raise FileError(f"{description}: is no description in JSON: {error}") from None
    return class_of(_engine.Plan(text))


def _plain(text: str) -> str:
    """What a compiler reads: without the mark of byte order with which some editors begin a file."""
    try:
        str.encode(text)
    except UnicodeEncodeError as error:
        raise DeclarationError(f"the declaration is no text that can be written as UTF-8: {error.reason}") from None
    return text.removeprefix("\ufeff")


_loaded: dict[bytes, list[tuple[str, str, Any]]] = {}  # by a library's digest


def _declared_in(library: Path) -> list[tuple[str, str, Any]]:
    """The declarations of a library, from a copy under a name of its own: the loader takes a name that it knows for the library
    that it has, and what is loaded must not change."""
    try:
        content = library.read_bytes()
    except OSError as error:
        raise FileError(f"{library}: can't be read: {error.strerror}") from None
    digest = hashlib.sha256(content).digest()
    if digest not in _loaded:
        if not is_whole(content):
            raise FileError(f"{library}: is no shared library of this machine, or one that was cut short or changed; compile it again")
        with _folder_for_code(library.parent) as folder:
            copy = Path(folder, library.name)
            try:
                copy.write_bytes(content)
            except OSError as error:
                raise FileError(f"{library}: can't be copied to be loaded: {error.strerror}") from None
            _loaded[digest] = _engine.load_declarations(str(copy), str(library))
    return _loaded[digest]


def _folder_for_code(beside: Path) -> tempfile.TemporaryDirectory[str]:
    """Beside a library, where code can be loaded from; the system's folder where that can't be written. A network's file system
    keeps a file that is in use, and so its folder, too."""
    try:
        return tempfile.TemporaryDirectory(prefix=".loading.", dir=beside, ignore_cleanup_errors=True)
    except OSError:
        return tempfile.TemporaryDirectory(prefix="cortexpr.", ignore_cleanup_errors=True)


def _structs_to_tell(text: str, name: str | None) -> list[str]:
    structs = structs_in(text)
    if name:
        # What isn't found is one that a macro makes, or a wrong name, which the compiler refuses.
        chosen = next((one for one in structs if f"::{one}".endswith(f"::{name}")), name)
        structs = [one for one in structs if one != chosen] + [chosen]
    if not structs and re.fullmatch(r"\s*[^\s{};]+\.\w{1,4}\s*", text):
        raise DeclarationError(f"declare takes the declaration's text, and {text.strip()!r:.100} looks like a file's name; give "
                               "pathlib.Path(...).read_text()")
    if not structs:
        raise DeclarationError("the declaration has no struct that derives from an area, a network, a connectome or a "
                               "classifier; write struct Digits : classifier<...> {};")
    return structs


def _chosen(library: Path, name: str | None, text: str | None) -> Union[type[Network], type[Connectome]]:
    """One declaration of a library as a class."""
    wanted = declared = _declared_in(library)
    if name:
        wanted = [one for one in declared if one[0] == name.split("::")[-1]]
        if not wanted:
            known = ", ".join(one[0] for one in declared) or "none"
            raise DeclarationError(f"{name} is no area, network, connectome or classifier; those that are declared: {known}")
    else:
        wanted = [one for one in declared if one[1] != "area"] or declared
        if not wanted:
            raise DeclarationError("the declaration has neither a classifier nor a network nor a connectome nor an "
                                   "area; derive a struct from one: struct Digits : classifier<...> {};")
    _, kind, plan = wanted[-1]
    if kind == "connectome":
        return connectome_class_of(plan, text if text is not None else library, name)
    return class_of(plan, text if text is not None else library, name)
