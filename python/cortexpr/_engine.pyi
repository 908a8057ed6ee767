"""The extension module (python/src/). Parameters come in the plan's order with every call."""

from collections.abc import Sequence
from typing import Any

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
    """What the package's class of that name is derived from."""

    def __init__(
        self,
        end: float,
        start: float,
        evaluations: int,
        method: str,
        step: float,
        steps: int,
        relative_tolerance: float,
        absolute_tolerance: float,
        first_step: float | None,
        smallest_step: float,
        largest_step: float,
        most_steps: int,
        gradients: str,
        saved_states: int | None,
    ) -> None: ...
    def times(self) -> list[float]: ...

class ConnectomePlan:
    """What the compiler knows of a connectome."""

    @property
    def name(self) -> str: ...
    @property
    def classes(self) -> int: ...
    @property
    def types(self) -> list[str]: ...

class OwnedByPython:
    """What Python has no word for: plan, executors, step gains and the generator of draws."""

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
    def loss(self, answers: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor: ...
    def project(self, parameters: Sequence[torch.Tensor]) -> None: ...
    def save(self, parameters: Sequence[torch.Tensor], path: str) -> None: ...
    def load(self, parameters: Sequence[torch.Tensor], path: str) -> None: ...

    step_gains: list[float]
    generator_state: torch.Tensor

class ConnectomeFiles:
    """The files of a connectome, and how they are read."""

    def __init__(
        self,
        *,
        paths: dict[str, str],
        columns: dict[str, str],
        preset: str,
        signs: list[tuple[str, str]],
        otherwise: str,
        prefix: str,
        minimum: float,
        unannotated: str,
        unannotated_type: str,
        undeclared: str,
    ) -> None: ...

class ConnectomeOptions:
    """Where and how a connectome is made."""

    def __init__(self, *, device: str, dtype: torch.dtype, seed: int, executor: str, weights: str) -> None: ...

class Connectome(OwnedByPython):
    """A network of single cells over its synapses."""

    @staticmethod
    def from_files(
        plan: ConnectomePlan, files: ConnectomeFiles, options: ConnectomeOptions
    ) -> tuple[Connectome, str, list[str]]:
        """The network, what loading found, and transmitters of `signs` that no cell has."""
    @staticmethod
    def from_arrays(
        plan: ConnectomePlan,
        *,
        synapses: tuple[torch.Tensor, torch.Tensor, torch.Tensor],
        types: list[str],
        ids: list[str],
        classes: list[str],
        stimulus: tuple[torch.Tensor, torch.Tensor, torch.Tensor] | None,
        output: tuple[torch.Tensor, torch.Tensor, torch.Tensor] | None,
        options: ConnectomeOptions,
    ) -> Connectome: ...
    def arrays(self) -> tuple[Any, ...]:
        """What `from_arrays` makes the same network from, in its order: synapses to output."""

    def copied(self) -> Connectome: ...
    def parameter_names(self) -> list[str]: ...
    def trained(self) -> list[bool]: ...
    @property
    def cell_count(self) -> int: ...
    @property
    def synapse_count(self) -> int: ...
    @property
    def input_size(self) -> int: ...
    @property
    def output_size(self) -> int: ...
    @property
    def ids(self) -> list[str]:
        """By cell; none where cells go by number."""
    def wiring(self) -> str: ...
    def difference_from(self, noted_wiring: str) -> str:
        """What differs, as "other synapses"; empty where nothing does."""
    def cells(self, name: str) -> list[int]: ...
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
        clamp: list[tuple[str, float]],
        inject: dict[str, float],
        start: torch.Tensor | None,
        time: ContinuousTime | None,
    ) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor], torch.Tensor, torch.Tensor | None, list[float]]: ...

class Network(OwnedByPython):
    """A network of areas."""

    def __init__(
        self, plan: Plan, device: str, dtype: torch.dtype, seed: int, executor: str, precision: str
    ) -> None: ...
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
    def initialise(
        self, parameters: Sequence[torch.Tensor], how: str, seed: int, inputs: torch.Tensor, steps: int
    ) -> None: ...

class AdamConstants:
    """What a group of parameters is stepped with."""

    def __init__(
        self,
        rate: float,
        mean_decay: float,
        square_decay: float,
        weight_decay: float,
        epsilon: float,
        keeps_largest: bool,
        maximizes: bool,
        decouples_decay: bool,
    ) -> None: ...

class Adam:
    """Over the tensors that torch.optim.Adam keeps: by group, its parameters, and of each exp_avg, exp_avg_sq,
    max_exp_avg_sq (amsgrad) and step; and parameters of which nothing is kept yet."""

    def __init__(self, groups: list[list[list[torch.Tensor]]], without_memory: list[torch.Tensor]) -> None: ...
    def step(self, constants: list[AdamConstants]) -> bool:
        """False where a parameter of which nothing is kept has a gradient; nothing is stepped then."""

    def zero_grad(self) -> None: ...
    def train_step(
        self,
        network: OwnedByPython,
        parameters: Sequence[torch.Tensor],
        training: bool,
        input: torch.Tensor,
        wanted: torch.Tensor,
        steps: int | None,
        layout: str,
        constants: list[AdamConstants],
    ) -> tuple[torch.Tensor, bool]:
        """The loss, and whether it was stepped (`step`)."""

def load_declarations(path: str, called: str) -> list[tuple[str, str, Plan | ConnectomePlan]]:
    """(name, kind, plan) of the declarations in a shared library, which messages call `called`."""
