"""Arguments of a wrong type, in a sentence.

A method is called as it is; only where that ends in a TypeError its arguments are compared with its annotations, so that a
call whose arguments are right costs nothing more. So does one with an argument that there isn't. A failure that neither
explains stays what it was.
"""

from __future__ import annotations

import difflib
import functools
import inspect
import operator
import os
import typing
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Callable, TypeVar

import torch

from .errors import UsageError

Seed = Annotated[int, range(2**64)]
_INT = range(-(2**31), 2**31)  # of C++

_Function = TypeVar("_Function", bound=Callable[..., Any])


def says_wrong_types(function: _Function) -> _Function:
    """Decorates a function with annotations: an argument of another type is a UsageError that names it."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (TypeError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and "Unable to cast" not in str(error):  # pybind11's of an entry
                raise
            wrong = _first_unknown(function, signature, args, kwargs) or _first_wrong(function, signature, args, kwargs)
            if wrong is None:
                raise
        raise UsageError(wrong)

    return typing.cast(_Function, told)


def unknown_argument(function: Callable[..., Any], name: str, owner: type | None) -> str:
    """What is said of a name that a function, or method of `owner`, has no argument for: those that it has, and which other
    method has this one."""
    def arguments_of(other: Callable[..., Any]) -> list[str]:
        kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        return [one.name for one in inspect.signature(other).parameters.values()
                if one.kind not in kinds and one.name not in ("self", "cls")]

    def called(method: str) -> str:
        return owner.__name__ if owner is not None and method == "__init__" else method

    known = arguments_of(function)
    others = [method for method in ("__init__", "forward", "run", "initialise")
              if method != function.__name__ and name in arguments_of(getattr(owner, method, lambda: None))]
    near = difflib.get_close_matches(name, known, 1)
    advice = f"; {name} is an argument of {called(others[0])}" if others else f"; the nearest is {near[0]}" if near else ""
    return f"{called(function.__name__)} takes {', '.join(known) or 'nothing'}, and no {name}{advice}"


def _first_unknown(function: Callable[..., Any], signature: inspect.Signature, args: tuple[Any, ...],
                   kwargs: dict[str, Any]) -> str | None:
    unknown = next((name for name in kwargs if name not in signature.parameters), None)
    if unknown is None or any(one.kind is inspect.Parameter.VAR_KEYWORD for one in signature.parameters.values()):
        return None
    of_method = bool(args) and next(iter(signature.parameters)) in ("self", "cls")
    owner = args[0] if of_method and isinstance(args[0], type) else type(args[0]) if of_method else None
    return unknown_argument(function, unknown, owner)


def _first_wrong(function: Callable[..., Any], signature: inspect.Signature, args: tuple[Any, ...],
                 kwargs: dict[str, Any]) -> str | None:
    try:
        given = signature.bind(*args, **kwargs).arguments
    except TypeError:  # an argument too many, or an unknown one, of which Python has told
        return None
    hints = typing.get_type_hints(function, include_extras=True)
    for name, value in given.items():
        fault = _fault_of(value, hints.get(name, Any))
        if fault is not None:
            return f"{name} is {_words_of(hints[name], of_entries=' at ' in fault)}, {fault}"
    return None


def _fault_of(value: Any, hint: Any) -> str | None:  # noqa: C901, PLR0911 - one question after the other
    """What a value is instead of what the hint wants; None where it is that."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return None
    if origin is Annotated:  # a whole number and its range
        return _fault_of_number(value, inner[1])
    if _is_union(hint):
        faults = [_fault_of(value, one) for one in inner]
        return None if None in faults else next((one for one in faults if " at " in str(one)), faults[0])
    if hint is int:
        return _fault_of_number(value, _INT)
    if hint is float:
        return None if is_number(value) else _not(value)
    if hint is bool:
        return None if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool") else _not(value)
    if hint is os.PathLike or origin is os.PathLike:
        return None if isinstance(value, (str, os.PathLike)) else _not(value)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            return _not(value)
        return _first_fault((one, side) for one in value.items() for side in zip(one, inner))
    if origin is not None and issubclass(origin, Sequence):
        if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
            return _not(value)
        return _first_fault(((place, one), (one, inner[0])) for place, one in enumerate(value))
    return None if isinstance(value, hint) else _not(value)


def _first_fault(entries: Any) -> str | None:
    for (key, _), (one, hint) in entries:
        fault = _fault_of(one, hint)
        if fault is not None:
            return f"{fault} at {key!r}"
    return None


def _fault_of_number(value: Any, within: range) -> str | None:
    try:
        number = operator.index(value)
    except TypeError:
        return _not(value)
    return None if number in within else f"from {within.start} to {within.stop - 1}, not {number}"


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) is typing.Union or type(hint).__name__ == "UnionType"


def _words_of(hint: Any, of_entries: bool = False) -> str:
    """of_entries: of what has some."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _words_of(inner[0])
    if _is_union(hint):
        return " or ".join(dict.fromkeys(_words_of(one) for one in inner if not (of_entries and one is type(None))))
    plain = {int: "a whole number", float: "a number", bool: "True or False", str: "a text", type(None): "None",
             torch.Tensor: "a tensor", torch.dtype: "a torch.dtype such as torch.float32", torch.device: "a torch.device",
             torch.nn.Module: "a torch.nn.Module"}
    if hint in plain:
        return plain[hint]
    if hint is os.PathLike or origin is os.PathLike:
        return "a path"
    if origin is not None and issubclass(origin, Mapping):
        return f"a dict from {_several(inner[0])} to {_several(inner[1])}"
    if origin is not None and issubclass(origin, Sequence):
        return f"a list of {_several(inner[0])}" if inner and inner[0] is not Any else "a list"
    return f"a {getattr(hint, '__name__', hint)}"


def _several(hint: Any) -> str:
    words = {Any: "values", int: "whole numbers", float: "numbers", str: "texts", torch.Tensor: "tensors"}
    return words.get(hint) or f"entries that are {_words_of(hint)}"


def is_number(value: Any) -> bool:
    """Whether a value is one, of Python, NumPy or torch; no text, and no array of several."""
    try:
        return not isinstance(value, (str, bytes)) and isinstance(float(value), float)
    except (TypeError, ValueError, RuntimeError, NotImplementedError, OverflowError):
        return False


def _not(value: Any) -> str:
    return f"not {kind_of(value)}"


def shown(value: Any) -> str:
    """A value as it is written, where that is short; else its kind."""
    return f"{value!r:.60}" if value is None or isinstance(value, (str, int, float)) else kind_of(value)


def device_name(device: Any) -> str:
    if isinstance(device, (str, torch.device)):
        return str(device)
    raise UsageError(f"device is a text such as 'cpu', or a torch.device, {_not(device)}")


def kind_of(value: Any) -> str:
    """A value in few words: its type, and of texts and numbers the value."""
    if value is None:
        return "None"
    if isinstance(value, (str, int, float, complex)):
        return f"{type(value).__name__} {value!r:.60}"
    return f"{'an' if type(value).__name__[0] in 'aeiouAEIOU' else 'a'} {type(value).__name__}"
