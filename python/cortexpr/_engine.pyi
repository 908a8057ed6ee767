"""The extension module (python/src/). Parameters come in the plan's order with every call."""

from collections.abc import Sequence

import torch

class Plan:
    """A network as flat arrays. Raises UsageError for a description that breaks a rule."""

    def __init__(self, description: str) -> None: ...
    @property
    def name(self) -> str: ...
    @property
    def input_shape(self) -> tuple[int, int, int]: ...
    @property
    def classes(self) -> int: ...
    def parameter_names(self) -> list[str]: ...
    def parameter_count(self) -> int: ...
    def find_parameter(self, name: str) -> int: ...
    def to_json(self) -> str: ...
    def to_cpp(self) -> str: ...
    def summary(self, steps: int) -> str: ...

class ContinuousTime:
    """From `start` to `end`, in place of steps; states are wanted at `evaluations` times, both ends included.

    method: "dopri5" (steps of its own for each sample, by the tolerances), or "euler", "exponential_euler", "rk4" with
        steps of at most `step`. Euler with steps of 1 is what the discrete steps are.
    """

    def __init__(
        self,
        end: float,
        start: float = 0.0,
        evaluations: int = 2,
        *,
        method: str = "dopri5",
        step: float = 0.0,
        relative_tolerance: float = 1e-3,
        absolute_tolerance: float = 1e-6,
    ) -> None: ...
    def times(self) -> list[float]: ...

class Network:
    """What Python has no word for: plan, executors, step gains and the generator of draws."""

    def __init__(
        self, plan: Plan, device: str, dtype: torch.dtype, seed: int, executor: str, precision: str
    ) -> None: ...
    def drawn_parameters(self) -> list[torch.Tensor]: ...
    def answer(
        self,
        parameters: Sequence[torch.Tensor],
        training: bool,
        input: torch.Tensor,
        steps: int | None,
        layout: str,
        all_steps: bool,
    ) -> torch.Tensor: ...
    def run(
        self,
        parameters: Sequence[torch.Tensor],
        training: bool,
        input: torch.Tensor,
        steps: int | None,
        layout: str,
        all_steps: bool,
        record: list[str],
        silence: dict[str, int],
        start: dict[str, torch.Tensor],
        perturbations: list[str],
        time: ContinuousTime | None,
    ) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor], torch.Tensor, torch.Tensor | None, list[float]]: ...
    def project(self, parameters: Sequence[torch.Tensor]) -> None: ...
    def initialise(
        self, parameters: Sequence[torch.Tensor], how: str, seed: int, inputs: torch.Tensor, steps: int
    ) -> None: ...
    def save(self, parameters: Sequence[torch.Tensor], path: str) -> None: ...
    def load(self, parameters: Sequence[torch.Tensor], path: str) -> None: ...

    step_gains: list[float]
    generator_state: torch.Tensor

def load_declarations(path: str) -> list[tuple[str, str, Plan | None]]:
    """(name, kind, plan; None for a connectome) of the declarations in a shared library."""
