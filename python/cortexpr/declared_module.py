"""What declared networks of areas and of single cells have in common."""

from __future__ import annotations

import math
import os
import warnings
import weakref
from collections import Counter, OrderedDict
from contextlib import AbstractContextManager
from typing import Any, Callable, Iterator, KeysView, Mapping, Sequence, Union

import numpy as np
import torch
from torch.nn.utils.parametrize import is_parametrized

from . import _engine
from .arguments import is_number, kind_of, says_wrong_types, shown
from .errors import StateDictError, UsageError

Images = Any  # a torch.Tensor, or what torch.as_tensor takes, such as a NumPy array


class DeclaredType(type):
    """The type of networks' classes. Such a class is pickled by its declaration: no module holds it."""

    def __repr__(cls) -> str:
        return f"<network {cls.__name__}>" if "_plan" in cls.__dict__ else super().__repr__()


class _Structure:
    """Counts how often a module was put into a network or taken out of one, after which parameters are found anew."""

    changes = 0


class _Watched(torch.nn.Module):
    """A module whose levels may be replaced."""

    def add_module(self, name: str, module: torch.nn.Module | None) -> None:
        _Structure.changes += 1
        super().add_module(name, module)

    def register_parameter(self, name: str, param: torch.nn.Parameter | None) -> None:
        _Structure.changes += 1
        super().register_parameter(name, param)

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, torch.nn.Module) or name in self.__dict__.get("_modules", ()) or (
                value is None and name in self.__dict__.get("_parameters", ())):
            _Structure.changes += 1
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        if name in self._modules:
            _Structure.changes += 1
        super().__delattr__(name)


class _Level(_Watched):
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

    def __contains__(self, name: object) -> bool:
        return name in self.recorded or (isinstance(name, (str, int)) and self._spelt_otherwise(str(name)) is not None)

    def __iter__(self) -> Iterator[str]:
        return iter(self.recorded)

    def __len__(self) -> int:
        return len(self.recorded)

    def keys(self) -> KeysView[str]:
        """The names of what was recorded, as `record` spelt them."""
        return self.recorded.keys()

    def __repr__(self) -> str:
        return f"Run(recorded={list(self.recorded)})"


class DeclaredModule(_Watched, metaclass=DeclaredType):
    """A module that owns its parameters and gives them to the engine with each call."""

    _network: _engine.OwnedByPython
    _found_at = -1  # _Structure.changes when its parameters were found last
    _repeats_draws = 0  # how many forward passes are being repeated with their own draws

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("classes", "input_shape", "output_shape", "types") and hasattr(type(self), name):
            raise UsageError(f"{name} is what the declaration says, and can't be assigned; declare another network")
        if not isinstance(value, torch.nn.Module) or "_places" not in self.__dict__:
            super().__setattr__(name, value)
            return
        before, places = [dict(one) for one in (self._modules, self._parameters)], self._places
        super().__setattr__(name, value)
        try:
            self._find_parameters()  # at once, for a compiled graph, which doesn't look
        except UsageError:
            for own, kept in zip((self._modules, self._parameters), before):
                own.clear()
                own.update(kept)
            self._places = places
            raise

    def _parameter_names(self) -> list[str]:
        """The state dict's keys, in the plan's order."""
        raise NotImplementedError

    def project(self) -> None:
        """Makes Dale's law and tau >= 1 true again, in place: call it after each step of an optimiser.

        `cortexpr.optim.project_after(optimizer)` does so by itself.
        """
        given = self._tensors()
        pruned = {number: original for number in self._computed() if (original := self._pruned(number)) is not None}
        if pruned:  # a mask of 0 and 1 keeps what is within its bounds there
            self._network.project([pruned.get(number, one) for number, one in enumerate(given)])
            given = self._tensors()
        computed = self._computed()
        before = [given[number].detach().clone() for number in computed]
        self._network.project(given)
        for number, values in zip(computed, before):
            if not torch.equal(values, given[number]):
                raise UsageError(f"{self._parameter_names()[number]} is computed by a parametrization or a hook, so it can't be "
                                 "projected; let that keep it within its bounds")

    @says_wrong_types
    def save(self, path: Union[str, os.PathLike[str]]) -> None:
        """Writes the parameters under the reference's names, by the ending: .safetensors, .pt or .pth as torch.save, .npz.

        Raises UsageError for another ending, and where a value isn't finite.
        """
        text = file_path(path)
        if os.path.splitext(text)[1].lower() not in (".safetensors", ".pt", ".pth", ".npz"):
            raise UsageError(f"{text}: what to write isn't known by this ending; end it in .safetensors, .pt, .pth or .npz")
        self._network.save(self._tensors(), text)

    @says_wrong_types
    def load(self, path: Union[str, os.PathLike[str]]) -> None:
        """Reads what `save`, C++ or the reference wrote. Raises FileError where it doesn't fit; nothing is changed then.

        Values that break Dale's law, as the reference saves them, become the nearest that keep it, with a warning.
        """
        self._network.load(self._own_tensors("loaded"), file_path(path))

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False) -> Any:
        """As torch's, but for the names of a wrapper: the prefix of the network's names ("module.", "model.net.") is taken off,
        and what lacks it is left out, with a warning that names it.

        Raises StateDictError where names or shapes don't fit: as with torch, tensors that do may have been copied by then.
        """
        own = self.state_dict()
        prefix = _prefix_of(state_dict, own) if isinstance(state_dict, Mapping) else ""
        if prefix:
            outside = [name for name in state_dict if not str(name).startswith(prefix)]
            if outside:
                warnings.warn(f"the network's names begin with {prefix}; left out: {_some_of(outside)}", stacklevel=2)
            state_dict = _without_prefix(state_dict, prefix)
        try:
            return super().load_state_dict(state_dict, strict, assign)
        except RuntimeError:
            told = _misfits(state_dict, own, strict)
            if not told:
                raise
        raise StateDictError(f"the state dict does not fit {type(self).__name__}"
                             f"{f' (its names begin with {prefix})' if prefix else ''}; {told}")

    @property
    def step_gains(self) -> dict[str, float]:
        """By parameter's name, the factor on the learning rate that the start has set (cortexpr.optim.parameter_groups).

        No file of parameters and no state dict of a network has them; one that goes on from such is given them:
        `net.step_gains = saved`. cortexpr.optim.Adam reads them at each step.
        """
        return dict(zip(self._parameter_names(), self._network.step_gains))

    @step_gains.setter
    def step_gains(self, gains: Mapping[str, float]) -> None:
        known, given = self._parameter_names(), mapped("step_gains", gains)
        for name in (*known, *given):
            if name not in given or name not in known:
                raise UsageError(f"step_gains has a gain for each parameter by its name, and {'no' if name in known else 'an unknown'} "
                                 f"{shown(name)}")
        for name, gain in given.items():
            if not is_number(gain) or not 0 < float(gain) < math.inf:
                raise UsageError(f"the step gain of {name} is a positive number, not {shown(gain)}")
        self._network.step_gains = [float(given[name]) for name in known]

    @property
    def generator_state(self) -> torch.Tensor:
        """What the next draws come from, dropout and drawn states at the start, as torch.Generator.get_state gives it.

        With the state dict and the step gains it is what a loop goes on from: `net.generator_state = saved`.
        """
        return self._network.generator_state

    @generator_state.setter
    def generator_state(self, state: torch.Tensor) -> None:
        if not isinstance(state, torch.Tensor) or state.dtype != torch.uint8 or state.shape != _STATE_SHAPE:
            raise UsageError(f"generator_state is what net.generator_state has given, {_STATE_SHAPE.numel()} bytes in a tensor of "
                             f"torch.uint8, not {_described(state)}")
        self._network.generator_state = state.cpu()

    def repeat_draws(self) -> tuple[AbstractContextManager[None], AbstractContextManager[None]]:
        """For torch.utils.checkpoint, whose repeated forward pass then draws what the first one drew:

            checkpoint(net, images, 5, use_reentrant=False, context_fn=net.repeat_draws)
        """
        first = _Draws(self)
        return first, _RepeatedDraws(first)

    def _drawing(self, run: Callable[..., Any], *given: Any) -> Any:
        """What the engine runs. Within a backward pass that is torch.utils.checkpoint's repetition, so it may draw nothing new."""
        if torch._C._current_graph_task_id() == -1 or self._repeats_draws:
            return run(*given)
        before = self._network.generator_state
        try:
            return run(*given)
        finally:  # the repetition ends by an exception, where torch has what it wanted
            if not torch.equal(before, self._network.generator_state):
                self._network.generator_state = before
                raise UsageError("a forward pass within a backward pass, as torch.utils.checkpoint repeats it, would draw another dropout "
                                 "or other states than the first one did; give checkpoint use_reentrant=False and "
                                 "context_fn=net.repeat_draws, or run without it")

    def _taken(self, values: Images, name: str = "inputs") -> torch.Tensor:
        """What a run is given, as a tensor. What a layer before the network gives in fewer bits under autocast is widened to the
        network's, as torch's custom_fwd has it."""
        given = as_tensor(values, name)
        if isinstance(values, np.ndarray) and values.dtype.kind == "f":
            wanted = self._found_tensors()[0].dtype
            if given.dtype != wanted:  # NumPy computes in float64 unless it is told otherwise
                raise UsageError(f"{name} are an array of {values.dtype}, but the network's parameters are {str(wanted)[6:]}; give "
                                 f"array.astype(numpy.{str(wanted)[6:]})")
        if given.dtype in (torch.bfloat16, torch.float16) and torch.is_autocast_enabled(given.device.type):
            return given.to(self._found_tensors()[0].dtype)
        return given

    def _take_parameters(self) -> None:
        """The parameters as drawn, under their names."""
        for name, values in zip(self._parameter_names(), self._network.drawn_parameters()):
            *path, last = name.split(".")
            self._level(path).register_parameter(last, torch.nn.Parameter(values))
        self._find_parameters()

    def _register(self) -> None:
        """Makes a new network known to optimisers' hooks."""
        _alive.add(self)

    def _come_back(self, network: _engine.OwnedByPython, drawn: np.ndarray, gains: Sequence[float]) -> None:
        """After pickling: the network made anew goes on as the one that was pickled."""
        self._network = network
        network.generator_state, network.step_gains = torch.from_numpy(drawn.copy()), gains
        self._find_parameters()
        self._register()

    def _replicate_for_data_parallel(self) -> DeclaredModule:
        raise UsageError("a network is not run by torch.nn.DataParallel; use DistributedDataParallel")

    def _pickled(self, left_out: Sequence[str] = ()) -> dict[str, Any]:
        """What pickle keeps: the attributes, and the engine's part as plain values. Tensors made here would be gone before a
        spawned process reads them."""
        return {**self._own_state(left_out), "_drawn": self._network.generator_state.numpy(), "_gains": self._network.step_gains}

    def _own_state(self, left_out: Sequence[str] = ()) -> dict[str, Any]:
        """The attributes that a copy takes: without the engine's part, and what is found and compiled anew."""
        return {name: value for name, value in self.__dict__.items()
                if name not in ("_network", "_places", "_found_at", "_compiled_call_impl", *left_out)}

    def _level(self, path: Sequence[str]) -> torch.nn.Module:
        level: torch.nn.Module = self
        for name in path:
            if name not in level._modules:
                level.add_module(name, _Level())
            level = level._modules[name]
        return level

    def _find_parameters(self) -> None:
        """Where each parameter is found at every call: whoever replaces one does it there (`to`, functional_call)."""
        self._places = []
        for name in self._parameter_names():
            *path, last = name.split(".")
            level: torch.nn.Module | None = self
            for part in path:
                level = None if level is None else level._modules.get(part)
            if level is None or not hasattr(level, last):
                raise UsageError(f"the network has no parameter {name} any more: a module of it was replaced or removed")
            if getattr(level, last) is None:
                raise UsageError(f"the network has no parameter {name} any more: it was set to None; a parameter of zeros that is frozen "
                                 "does as much")
            self._places.append((level, last))
        self._found_at = _Structure.changes

    def _tensors(self) -> list[torch.nn.Parameter]:
        """The parameters in the plan's order."""
        if self._found_at != _Structure.changes:
            self._find_parameters()
        return self._found_tensors()

    def _found_tensors(self) -> list[torch.nn.Parameter]:
        """The same without a look at the modules, which a compiled graph would have to repeat for every network."""
        try:
            return [level._parameters[name] for level, name in self._places]
        except KeyError:  # one that is computed
            return self._tensors_computed()

    def _tensors_computed(self) -> list[torch.Tensor]:
        """The same where parametrizations compute some, or hooks do: pruning and weight_norm do so before a module's forward
        pass, which the levels of a network don't have."""
        for level in {id(level): level for level, name in self._places if name not in level._parameters}.values():
            for number, hook in level._forward_pre_hooks.items():
                hook(level, (), {}) if number in level._forward_pre_hooks_with_kwargs else hook(level, ())
        return [getattr(level, name) for level, name in self._places]

    def _computed(self) -> list[int]:
        """Which parameters are computed from others, by a parametrization or a hook."""
        return [number for number, (level, last) in enumerate(self._places) if last not in level._parameters]

    def _pruned(self, number: int) -> torch.Tensor | None:
        """What torch.nn.utils.prune masks to compute a parameter; None where something else computes it."""
        level, last = self._places[number]
        return level._parameters.get(f"{last}_orig") if f"{last}_mask" in level._buffers else None

    def stand_ins(self, number: int) -> list[torch.nn.Parameter]:
        """What is trained of a parameter: itself, or what a parametrization or a hook computes it from."""
        level, last = self._places[number]
        if last in level._parameters:
            return [level._parameters[last]]
        own = [one for name, one in level._parameters.items() if name.startswith(f"{last}_") and one is not None]
        return own + (list(level.parametrizations[last].parameters()) if is_parametrized(level, last) else [])

    def _own_tensors(self, done: str) -> list[torch.nn.Parameter]:
        """The parameters, where all can be written to."""
        given = self._tensors()
        for number in self._computed():
            raise UsageError(f"{self._parameter_names()[number]} is computed by a parametrization or a hook, so it can't be "
                             f"{done}; remove that first")
        return given


class _Draws:
    """Notes where a network's draws are as it begins."""

    def __init__(self, network: DeclaredModule) -> None:
        self.network, self.state = network, network.generator_state

    def __enter__(self) -> None:
        self.state = self.network.generator_state

    def __exit__(self, *_: Any) -> None:
        pass


class _RepeatedDraws:
    """Draws once more from where others began, and leaves the network's draws where they are. Several times, where a graph is
    retained."""

    def __init__(self, first: _Draws) -> None:
        self.first = first

    def __enter__(self) -> None:
        network = self.first.network
        self.later, network.generator_state = network.generator_state, self.first.state
        network._repeats_draws += 1

    def __exit__(self, *_: Any) -> None:
        network = self.first.network
        network._repeats_draws -= 1
        network.generator_state = self.later


def _prefix_of(given: Mapping[Any, Any], own: Mapping[str, Any]) -> str:
    """What stands before the network's own names in most of the given ones that end with one."""
    found: Counter[str] = Counter()
    for name in map(str, given):
        parts = name.split(".")
        for place in range(len(parts)):
            if ".".join(parts[place:]) in own:
                found["".join(f"{part}." for part in parts[:place])] += 1
    prefix = max(found, key=lambda one: (found[one], one == ""), default="")
    whole = [one for one in found if found[one] == len(own)]
    if prefix and len(whole) > 1:
        raise StateDictError(f"the state dict has the network's parameters twice, under {whole[0]} and under {whole[1]}; keep one of them")
    return prefix


def _without_prefix(given: Mapping[Any, Any], prefix: str) -> Mapping[str, Any]:
    """The names that have it, without it; and so of the metadata, which go by module."""
    own = OrderedDict((name[len(prefix):], one) for name, one in given.items() if str(name).startswith(prefix))
    own._metadata = {f"{name}."[len(prefix):-1]: one for name, one in getattr(given, "_metadata", {}).items()
                     if f"{name}.".startswith(prefix)}
    return own


def _misfits(given: Mapping[str, Any], own: Mapping[str, Any], strict: bool) -> str:
    """What keeps a state dict from fitting, by kind."""
    kinds = {"missing": [name for name in own if name not in given] if strict else [],
             "unexpected": [name for name in given if name not in own] if strict else [],
             "mis-shaped": [f"{name} (the state dict has {tuple(one.shape)}, the network {tuple(own[name].shape)})"
                            for name, one in given.items()
                            if name in own and getattr(one, "shape", None) not in (None, own[name].shape)]}
    return "; ".join(f"{kind}: {_some_of(names)}" for kind, names in kinds.items() if names)


def _some_of(names: Sequence[Any], most: int = 3) -> str:
    """The first few of a list of names, and how many more there are."""
    text = ", ".join(f"{name!s:.200}" for name in names[:most])
    return text if len(names) <= most else f"{text} and {len(names) - most} more"


_STATE_SHAPE = torch.Generator().get_state().shape


def _described(value: Any) -> str:
    return f"a tensor of {value.dtype} and shape {tuple(value.shape)}" if isinstance(value, torch.Tensor) else kind_of(value)


def fixed_option(name: str) -> property:
    """An option of a network that is chosen when it is made."""
    def given(self: DeclaredModule) -> str:
        return self.__dict__[name]

    def refuse(self: DeclaredModule, value: Any) -> None:
        raise UsageError(f"the {name} is chosen when a network is made; make another one, {type(self).__name__}(..., {name}={value!r:.60}), "
                         "and give it this one's state dict")

    return property(given, refuse, doc=f"The {name} that the network was made with.")


_alive: weakref.WeakSet[DeclaredModule] = weakref.WeakSet()


def networks_of(parameters: set[int]) -> list[DeclaredModule]:
    """The networks that have one of these parameters, which are given by id()."""
    return [one for one in _alive if not parameters.isdisjoint(map(id, one.parameters()))]


def refuse_tracing(executor: str) -> None:
    """torch.jit.trace records operations of torch, and the runs of own kernels are none."""
    if executor in ("planned", "on_chip") and torch.jit.is_tracing():
        raise UsageError(f"torch.jit.trace can't record the {executor} executor's run; make the network with executor=\"transparent\", "
                         "or take torch.export")


def file_path(path: Union[str, os.PathLike[str]]) -> str:
    text = os.fspath(path)
    if "\0" in text:
        raise UsageError(f"a path has no 0 in it, and {text!r} has one")
    return text


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
