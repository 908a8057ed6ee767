"""How pickle writes a network's class: a declared one by its declaration, any other by its name."""

from __future__ import annotations

import copyreg
from pathlib import Path
from typing import Any, Union

from . import _engine
from .declaration import declare, load
from .declared_module import DeclaredType
from .network import Network, class_of


def _class_of_description(description: str) -> type[Network]:
    return class_of(_engine.Plan(description))


def _from_source(source: Union[str, Path], name: str | None) -> type[Any]:
    return load(source, name) if isinstance(source, Path) else declare(source, name)


def _reduce_class(cls: type[Any]) -> Any:
    if "_plan" not in cls.__dict__:  # Network, Connectome, and what users derive
        return cls.__qualname__
    if cls._source is not None:
        return _from_source, (cls._source, cls._name)
    return _class_of_description, (cls._plan.to_json(),)


copyreg.pickle(DeclaredType, _reduce_class)
