"""Runs in continuous time."""

from __future__ import annotations

import inspect
import math
from typing import Any

from . import _engine
from .arguments import says_wrong_types


class ContinuousTime(_engine.ContinuousTime):
    """From `start` to `end`, in place of steps; states are wanted at `evaluations` times, both ends included.

    method: "dopri5" (steps of its own for each sample, by the tolerances), or "euler", "exponential_euler", "rk4" with
        steps of at most `step`, or at least `steps` of them: each is at most (end - start) / steps long, and the solver
        breaks off at the times that are asked for, where a sequence's inputs change and where perturbations begin and end.
        Euler with steps of 1 is what the discrete steps are of a single area, and of a connectome.
    relative_tolerance, absolute_tolerance: of a step of dopri5; its error is at most absolute + relative * |state|.
    first_step, smallest_step, largest_step: of dopri5, in units of time.
    most_steps: of a sample; one that needs more is refused.
    gradients: "replayed" keeps `saved_states` states and repeats the steps between them; "recorded" keeps all operations, and
        can be differentiated twice.

    Raises UsageError for a method or gradients that there aren't, and for numbers that don't go together or have no effect, such
    as tolerances of "rk4"; a run raises it for an interval or a number of evaluations that it can't have.
    """

    @says_wrong_types
    def __init__(self, end: float, start: float = 0.0, evaluations: int = 2, *, method: str = "dopri5", step: float = 0.0,
                 steps: int = 0, relative_tolerance: float = 1e-3, absolute_tolerance: float = 1e-6,
                 first_step: float | None = None, smallest_step: float = 0.0, largest_step: float = math.inf,
                 most_steps: int = 1_000_000, gradients: str = "replayed", saved_states: int | None = None) -> None:
        given = (end, start, evaluations, method, step, steps, relative_tolerance, absolute_tolerance, first_step, smallest_step,
                 largest_step, most_steps, gradients, saved_states)
        super().__init__(*given)
        self._given = dict(zip(_DEFAULTS, given))

    def __reduce__(self) -> Any:
        return _from_arguments, (self._given,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ContinuousTime) and self._given == other._given

    def __hash__(self) -> int:
        return hash(tuple(self._given.values()))

    def __repr__(self) -> str:
        given = (f"{name}={value!r}" for name, value in self._given.items() if value != _DEFAULTS[name])
        return f"ContinuousTime({', '.join(given)})"


# By argument; of `end`, which has none, what no argument equals.
_DEFAULTS = {name: one.default for name, one in inspect.signature(ContinuousTime.__init__).parameters.items() if name != "self"}


def _from_arguments(given: dict[str, Any]) -> ContinuousTime:
    return ContinuousTime(**given)
