"""Exceptions of cortexpr. The text of each is one sentence: what, where, what to do."""

from __future__ import annotations


class Error(Exception):
    """Base of all exceptions that cortexpr raises."""


class UsageError(Error, ValueError):
    """A tensor, option or request that does not fit the network: shape, dtype, device, name, number of steps."""


class StateDictError(UsageError, RuntimeError):
    """A state dict whose names or shapes are not the network's; torch raises a RuntimeError there."""


class FileError(Error, OSError):
    """A file that is missing, unreadable, malformed, or does not fit what was asked of it."""


class DeclarationError(Error):
    """C++ that does not compile, or cannot be compiled here.

    line: the line of the declaration that the compiler means, counted from 1; 0 where it means none.
    output: all that the compiler printed.
    """

    def __init__(self, text: str, line: int = 0, output: str = "") -> None:
        super().__init__(text)
        self.line = line
        self.output = output


class WiringError(DeclarationError):
    """A declaration that breaks a rule. The text is the rule's sentence, then the declaration with the line marked.

    rule: the rule's id, such as "A20" (docs/errors.md lists them).
    subject: the types and numbers that the sentence is about, such as "SST".
    """

    def __init__(self, text: str, line: int = 0, output: str = "", rule: str = "", subject: str = "") -> None:
        super().__init__(text, line, output)
        self.rule = rule
        self.subject = subject
