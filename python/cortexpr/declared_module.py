"""What declared networks of areas and of single cells have in common."""

from __future__ import annotations

import os
import weakref
from typing import Any, Sequence, Union

import torch

from . import _engine
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

    run["V1.E"]: what was recorded under the name that it was asked for: (B, T, C, H, W), or time first.
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

    def __getitem__(self, name: str) -> torch.Tensor:
        if name not in self.recorded:
            known = ", ".join(self.recorded) or "nothing"
            raise UsageError(f"{name} was not recorded; this run recorded {known}, so ask for record=[\"{name}\"]")
        return self.recorded[name]

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
        self._network.project(self._tensors())

    def save(self, path: Union[str, os.PathLike[str]]) -> None:
        """Writes the parameters as safetensors, under the reference's names. Raises UsageError where one isn't finite."""
        self._network.save(self._tensors(), os.fspath(path))

    def load(self, path: Union[str, os.PathLike[str]]) -> None:
        """Reads what `save`, C++ or the reference wrote. Raises FileError where it doesn't fit; nothing is changed then."""
        self._network.load(self._tensors(), os.fspath(path))

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


_alive: weakref.WeakSet[DeclaredModule] = weakref.WeakSet()


def networks_of(parameters: set[int]) -> list[DeclaredModule]:
    """The networks that have one of these parameters, which are given by id()."""
    return [one for one in _alive if not parameters.isdisjoint(map(id, one.parameters()))]


def as_tensor(images: Images) -> torch.Tensor:
    return images if isinstance(images, torch.Tensor) else torch.as_tensor(images)
