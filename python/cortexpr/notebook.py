"""The notebook's magic: after `%load_ext cortexpr`, a cell that starts with `%%cortexpr` is a declaration.

    %%cortexpr
    struct E : excitatory<16> {};
    ...
    struct Digits : classifier<...> {};

declares Digits, the class, in the notebook. `%%cortexpr Name` chooses another struct than the last.
"""

from __future__ import annotations

from typing import Any

from .declaration import declare


def load_ipython_extension(ipython: Any) -> None:
    """Called by `%load_ext cortexpr`."""

    def cortexpr(line: str, cell: str) -> None:
        """Declares the cell's network, the last of its structs: `%%cortexpr`; another one: `%%cortexpr Name`."""
        network = declare(cell, line.split("#")[0].strip() or None)
        ipython.push({network.__name__: network})

    ipython.register_magic_function(cortexpr, "cell", "cortexpr")
