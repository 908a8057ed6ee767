"""What declared networks of areas and of single cells have in common."""

from __future__ import annotations

import os
import weakref
from typing import Any, Mapping, Sequence, Union

import torch

from . import _engine
from .arguments import kind_of, says_wrong_types
from .errors import UsageError

Images = Any  # a torch.Tensor, or what torch.as_tensor takes, such as a NumPy array


class DeclaredType(type):
    """The type of networks' classes. Such a class is pickled by its declaration: no module holds it."""

    def __repr__(cls) -> str:
        return f"<network {cls.__name__}>" if "_plan" in cls.__dict__ else super().__repr__()


class _Level(torch.nn.Module):
    """A level of names, such as rnn.areas.0: the state dict's keys are the reference's."""


class Run:
    """What a run gave.

    run["V1.E"]: what was recorded of it, however `record` spelt the name: (B, T, C, H, W), or time first.
    final_states: the state of each neuron type after the last step, by full name: (B, C, H, W).
    output: the last area's output at the last step, (B, C, H, W).
    logits: of a classifier, (B, classes), or (T, B, classes) with all_steps; otherwise None.
    times: of a run in continuous time, those of what was recorded; otherwise empty.
    """

    def __init__(self, recorded: dict[str, torch.Tensor], final_states: dict[str, torch.Tensor], output: torch.Tensor,
                 logits: torch.Tensor | None, times: list[float]) -> None:
        self.recorded = recorded
        self.final_states = final_states
        self.output = output
        self.logits = logits
        self.times = times

    def __getitem__(self, name: Union[str, int]) -> torch.Tensor:
        name = str(name)
        found = name if name in self.recorded else self._spelt_otherwise(name)
        if found is None:
            known = ", ".join(self.recorded) or "nothing"
            raise UsageError(f"{name} was not recorded; this run recorded {known}, so ask for record=[\"{name}\"]")
        return self.recorded[found]

    def _spelt_otherwise(self, name: str) -> str | None:
        """The recorded name of what is also called `name`: V1.E, or E where one area has it."""
        def full(one: str) -> str | None:
            known = [*self.final_states, *(f"{area}.{what}" for area in {all.split(".")[0] for all in self.final_states}
                                           for what in ("output", "feedback"))]
            fitting = [all for all in known if all == one or all.endswith(f".{one}")]
            return fitting[0] if len(fitting) == 1 else None
        wanted = full(name)
        return next((one for one in self.recorded if wanted is not None and full(one) == wanted), None)

    def __repr__(self) -> str:
        return f"Run(recorded={list(self.recorded)})"


class DeclaredModule(torch.nn.Module, metaclass=DeclaredType):
    """A module that owns its parameters and gives them to the engine with each call."""

    _network: _engine.OwnedByPython

    def _parameter_names(self) -> list[str]:
        """The state dict's keys, in the plan's order."""
        raise NotImplementedError

    def project(self) -> None:
        """Makes Dale's law and tau >= 1 true again, in place: call it after each step of an optimiser.

        `cortexpr.optim.project_after(optimizer)` does so by itself.
        """
        given = self._tensors()
        computed = [number for number, (level, last) in enumerate(self._places) if last not in level._parameters]
        before = [given[number].detach().clone() for number in computed]
        self._network.project(given)
        for number, values in zip(computed, before):
            if not torch.equal(values, given[number]):
                raise UsageError(f"{self._parameter_names()[number]} is computed by a parametrization or a hook, so it can't be "
                                 "projected; let that keep it within its bounds")

    @says_wrong_types
    def save(self, path: Union[str, os.PathLike[str]]) -> None:
        """Writes the parameters, by the ending: .pt or .pth as torch.save, .npz, else safetensors, under the reference's names. Raises UsageError where one isn't finite."""
        self._network.save(self._tensors(), os.fspath(path))

    @says_wrong_types
    def load(self, path: Union[str, os.PathLike[str]]) -> None:
        """Reads what `save`, C++ or the reference wrote. Raises FileError where it doesn't fit; nothing is changed then."""
        self._network.load(self._own_tensors("loaded"), os.fspath(path))

    @property
    def step_gains(self) -> dict[str, float]:
        """By parameter's name, the factor on the learning rate that the start has set (cortexpr.optim.parameter_groups)."""
        return dict(zip(self._parameter_names(), self._network.step_gains))

    def _take_parameters(self) -> None:
        """The parameters as drawn, under their names."""
        for name, values in zip(self._parameter_names(), self._network.drawn_parameters()):
            *path, last = name.split(".")
            self._level(path).register_parameter(last, torch.nn.Parameter(values))
        self._find_parameters()

    def _register(self) -> None:
        """Makes a new network known to optimisers' hooks."""
        _alive.add(self)

    def _come_back(self, network: _engine.OwnedByPython, drawn: torch.Tensor, gains: Sequence[float]) -> None:
        """After pickling: the network made anew goes on as the one that was pickled."""
        self._network = network
        network.generator_state, network.step_gains = drawn, gains
        self._find_parameters()
        self._register()

    def _replicate_for_data_parallel(self) -> DeclaredModule:
        raise UsageError("a network is not run by torch.nn.DataParallel; use DistributedDataParallel")

    def _level(self, path: Sequence[str]) -> torch.nn.Module:
        level: torch.nn.Module = self
        for name in path:
            if name not in level._modules:
                level.add_module(name, _Level())
            level = level._modules[name]
        return level

    def _find_parameters(self) -> None:
        """Where each parameter is found at every call: whoever replaces one does it there (`to`, functional_call)."""
        paths = (name.split(".") for name in self._parameter_names())
        self._places = [(self._level(path), last) for *path, last in paths]

    def _tensors(self) -> list[torch.nn.Parameter]:
        """The parameters in the plan's order."""
        try:
            return [level._parameters[name] for level, name in self._places]
        except KeyError:  # one that is parametrized
            return [getattr(level, name) for level, name in self._places]

    def _own_tensors(self, done: str) -> list[torch.nn.Parameter]:
        """The parameters, where all can be written to."""
        for name, (level, last) in zip(self._parameter_names(), self._places):
            if last not in level._parameters:
                raise UsageError(f"{name} is computed by a parametrization or a hook, so it can't be {done}; remove that first")
        return self._tensors()


_alive: weakref.WeakSet[DeclaredModule] = weakref.WeakSet()


def networks_of(parameters: set[int]) -> list[DeclaredModule]:
    """The networks that have one of these parameters, which are given by id()."""
    return [one for one in _alive if not parameters.isdisjoint(map(id, one.parameters()))]


def as_tensor(values: Images, name: str = "inputs") -> torch.Tensor:
    if isinstance(values, torch.Tensor):
        return values
    try:
        return torch.as_tensor(values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise UsageError(f"{name} are a tensor, or what torch.as_tensor takes, not a {type(values).__name__} ({error})") from None


def listed(name: str, texts: Sequence[Any]) -> list[Any]:
    """Names in a list. One text would be taken for a list of its letters."""
    if isinstance(texts, str):
        raise UsageError(f"{name} is a list of names: {name}=[{texts!r}]")
    try:
        return list(texts)
    except TypeError:
        raise UsageError(f"{name} is a list of names, not {kind_of(texts)}") from None


def mapped(name: str, given: Mapping[Any, Any] | None) -> dict[Any, Any]:
    if given is not None and not isinstance(given, Mapping):
        raise UsageError(f"{name} is a dict by name, not {kind_of(given)}")
    return dict(given or {})
