"""Networks as torch.nn.Module."""

from __future__ import annotations

import contextlib
import json
import threading
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence, Union

import torch

from . import _engine, torch_operator
from .arguments import Seed, device_name, says_wrong_types, unknown_argument
from .continuous_time import ContinuousTime
from .declared_module import (DeclaredModule, DeclaredType, Images, Run, as_tensor, fixed_option, listed, mapped,
                              refuse_tracing)
from .errors import UsageError

Source = Union[str, Path, None]  # of a declaration: its text, or the library that it was loaded from


class Network(DeclaredModule):
    """A declared network. `declare`, `load` and `from_json` give classes derived from this one.

    seed: of the parameters, and of what is drawn while running (dropout, initial states that are declared as drawn).
    init: "balanced" (docs/learning.md; looks at data) or "reference" (torch-biopl's); without it, balanced where there is
        data.
    data: images or sequences as training will show them, (N, C, H, W) or (N, T, C, H, W); of more than 512, 512 are
        drawn.
    steps: for which `balanced` shows an image.
    precision: "float32" (or float64, as dtype says), "bfloat16" or, on a GPU, "tf32": of what is computed. Autocast has no
        effect.
    executor: "planned", "batched", "transparent" (can be differentiated twice) or "on_chip".
    device, dtype: of the parameters; float32 or float64. `to` changes both.

    Parameters have the reference's names (state_dict), and belong to this module alone.

    Raises UsageError for options that it doesn't have.
    """

    input_shape: tuple[int, int, int]  # channels, height, width of an image
    classes: int  # outputs of the readout: a classifier's classes, or a regressor's targets; 0 without one
    output_shape: tuple[int, ...]  # of an image's answer: (classes,), or channels, height and width of the last area's output
    precision, executor = fixed_option("precision"), fixed_option("executor")
    _plan: _engine.Plan
    _draws_states: bool
    _has_dropout: bool
    _source: Source = None
    _name: str | None = None

    @says_wrong_types
    def __init__(self, *, seed: Seed = 0, init: str | None = None, data: Images | None = None, steps: int = 5,
                 precision: str = "float32", executor: str = "planned", device: Union[str, torch.device] = "cpu",
                 dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        if not hasattr(self, "_plan"):
            raise UsageError("Network itself declares nothing; make a class with cortexpr.declare")
        self.__dict__.update(precision=precision, executor=executor)
        self._network = self._made(device, dtype, seed)
        self._take_parameters()
        self._register()
        if init is None:
            init = "reference" if data is None else "balanced"
        if init != "reference" or data is not None:
            self.initialise(init, seed=seed, data=data, steps=steps)

    # --- Running ---------------------------------------------------------------------------------------------------

    def forward(self, images: Images, steps: int | None = None, *, layout: str = "batch_first",
                all_steps: bool = False, **unknown: Any) -> torch.Tensor:
        """Logits of a classifier, (B, classes); otherwise the last area's output at the last step, (B, C, H, W).

        images: still ones, (B, C, H, W), shown for `steps`; or a sequence, (B, T, C, H, W), or (T, B, C, H, W) with
            layout="time_first". Of the parameters' dtype and device.
        all_steps: logits of all steps, (T, B, classes).

        Raises UsageError where the images don't fit, and where parameters break Dale's law or tau >= 1.
        """
        if unknown:
            raise UsageError(unknown_argument(type(self).forward, next(iter(unknown)), type(self)))
        images = self._taken(images)
        if torch.compiler.is_compiling():
            parameters = self._found_tensors()
            wanted = [torch.is_grad_enabled() and one.requires_grad for one in (*parameters, images)]
            return torch_operator.answer(parameters, images, self._number, list(self.output_shape), wanted, self.training, steps,
                                         layout, all_steps)[0]
        refuse_tracing(self.executor)
        return self._answer(self._tensors(), images, steps, layout, all_steps)

    @says_wrong_types
    def _answer(self, parameters: Sequence[torch.Tensor], images: torch.Tensor, steps: int | None, layout: str,
                all_steps: bool) -> torch.Tensor:
        return self._drawing(self._network.answer, parameters, self.training, images, steps, layout, all_steps)

    @says_wrong_types
    def run(self, images: Images, steps: int | None = None, *, record: Sequence[str] = (),
            silence: Mapping[str, int] | None = None, perturb: Sequence[str] = (),
            start: Mapping[str, Images] | None = None, time: ContinuousTime | None = None,
            layout: str = "batch_first", all_steps: bool = False) -> Run:
        """Runs the network, records and perturbs it by name.

        record: "V1.E" for the states of a neuron type; "V1.output", "V1.feedback" for an area's maps. The area may be left
            out where that says enough.
        silence: by neuron type, the step from which its state is 0, after what `perturb` does to it; the first is 1.
        perturb: what is done to which part, as `digits perturb` writes it (docs/workbench.md): "silence V1.I:2..4",
            "clamp V1.E[3]@10,12=0.5", "inject V1.E=0.5", "noise V1.E=0.1", "scale_edge V1.E-V1.I=0.5", "cut V2-V1",
            "freeze_tau V1.E".
        time: cortexpr.ContinuousTime(end=5, evaluations=6) in place of steps: tau dh/dt = f(z) - h is solved, and what is
            recorded is of its evaluations.
        start: values before the first step, (B, C, H, W), by the names that `record` takes; others start as declared.
        images, steps, layout, all_steps: as in `forward`.

        Raises UsageError as `forward` does, and for names that nothing has.
        """
        values = {name: self._taken(value, "start") for name, value in mapped("start", start).items()}
        return Run(*self._drawing(self._network.run, self._tensors(), self.training, self._taken(images), steps, layout, all_steps,
                                  listed("record", record), mapped("silence", silence), values, listed("perturb", perturb), time))

    # --- Parameters ------------------------------------------------------------------------------------------------

    @says_wrong_types
    def initialise(self, init: str = "balanced", *, seed: Seed = 0, data: Images | None = None, steps: int = 5) -> None:
        """Draws all parameters anew; arguments as for the class. Raises UsageError for "balanced" without data."""
        if init == "balanced" and data is None:
            raise UsageError('init="balanced" fits the network to images; give data=images, or init="reference"')
        tensors = self._own_tensors("drawn")
        if data is None:
            inputs = torch.empty(0)  # no other initialisation looks at it
        else:
            inputs = _sampled(as_tensor(data, "data"), seed).to(tensors[0].device, tensors[0].dtype)
        self._network.initialise(tensors, init, seed, inputs, steps)

    @says_wrong_types
    def parameter(self, name: str) -> torch.nn.Parameter:
        """A parameter by what it belongs to: "weight_of(V1.E->I)", "bias_of(V1.E->output)", "tau_of(V1.E)"; or by its name
        in the state dict. Raises UsageError where there is none."""
        return self._tensors()[self._plan.find_parameter(name)]

    # --- The declaration -------------------------------------------------------------------------------------------

    @classmethod
    def describe(cls) -> dict[str, Any]:
        """All that was declared, for `from_json`."""
        return json.loads(cls._plan.to_json())

    @classmethod
    def to_cpp(cls) -> str:
        """The declaration as C++."""
        return cls._plan.to_cpp()

    @classmethod
    @says_wrong_types
    def summary(cls, steps: int = 5) -> str:
        """Tables of areas, types, edges, shapes, parameters and operations of a run of some steps."""
        return cls._plan.summary(steps)

    # --- torch.nn.Module -------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return (f"{type(self).__name__}({self._plan.parameter_count()} parameters, precision={self.precision}, "
                f"executor={self.executor})")

    def __getstate__(self) -> dict[str, Any]:
        return self._pickled(("_number", "_last_run", "_turn"))

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        drawn, gains = state.pop("_drawn"), state.pop("_gains")
        super().__setstate__(state)
        first = next(self.parameters())
        self._come_back(self._made(first.device, first.dtype, 0), drawn, gains)

    def _register(self) -> None:
        """Makes a new network known to optimisers' hooks and to the operator."""
        super()._register()
        self._number = torch_operator.number_of(self)
        self._last_run = None
        self._turn = threading.RLock()

    # Runs of a compiled graph note where the generator stands, and repeat their draws from there: those of other threads
    # wait for that. Runs that draw nothing don't wait for one another.

    @classmethod
    def _may_draw(cls, training: bool) -> bool:
        """Whether a run draws from the generator: dropout, or states that start at random."""
        return cls._draws_states or (training and cls._has_dropout)

    def _own_draws(self, training: bool) -> AbstractContextManager[Any]:
        """Within it nothing else of the network draws, where this draws at all."""
        if not self._may_draw(training):
            return contextlib.nullcontext()
        return self._turn

    def _drawing(self, run: Callable[..., Any], *given: Any) -> Any:
        with self._own_draws(self.training):
            return super()._drawing(run, *given)

    def _parameter_names(self) -> list[str]:
        return self._plan.parameter_names()

    def _made(self, device: Union[str, torch.device], dtype: torch.dtype, seed: int) -> _engine.Network:
        return _engine.Network(self._plan, device_name(device), dtype, seed, self.executor, self.precision)


def _sampled(examples: torch.Tensor, seed: int, most: int = 512) -> torch.Tensor:
    if examples.layout != torch.strided or examples.is_nested or examples.is_meta or examples.is_complex():
        raise UsageError("data are images as a dense tensor of real numbers")
    if examples.dim() not in (4, 5):
        raise UsageError(f"data are images, (N, C, H, W), or sequences, (N, T, C, H, W), not of {examples.dim()} axes")
    if not examples.is_floating_point():
        raise UsageError(f"data are images as the network will be shown them, of floating-point numbers, not {examples.dtype}")
    if len(examples) <= most:
        return examples
    order = torch.randperm(len(examples), generator=torch.Generator().manual_seed(seed))
    return examples[order[:most].to(examples.device)]


def _holds_code(description: Any) -> bool:
    """Whether a description names a nonlinearity of the user's own, which is code."""
    if isinstance(description, dict):
        return "custom" in description or any(map(_holds_code, description.values()))
    return isinstance(description, list) and any(map(_holds_code, description))


def _starts_at_random(areas: list[dict[str, Any]]) -> bool:
    starts = [part["initial"] for area in areas for part in (area["output"], area["feedback"]) if part is not None]
    starts += [one["initial_state"] for area in areas for one in area["neuron_types"]]
    return not {"uniform", "normal"}.isdisjoint(starts)


_classes: dict[tuple[str, Source, Union[str, None]], type[Network]] = {}


def class_of(plan: _engine.Plan, source: Source = None, name: str | None = None) -> type[Network]:
    """The class of a plan: the same one for the same plan, so that what is unpickled has the class that is there."""
    description = plan.to_json()
    declared = json.loads(description)
    if not _holds_code(declared):
        source = name = None  # the description says all
    key = (description, source, name)
    if key not in _classes or (source is not None and _classes[key]._plan is not plan):  # of code that was compiled anew
        last = declared["areas"][-1]
        output_shape = (plan.classes,) if plan.classes else (last["output"]["channels"], *last["input"]["size"])
        members = {"_plan": plan, "_source": source, "_name": name, "__module__": __package__, "__doc__": Network.__doc__,
                   "input_shape": plan.input_shape, "output_shape": output_shape, "classes": plan.classes,
                   "_draws_states": _starts_at_random(declared["areas"]), "_has_dropout": bool((declared["readout"] or {}).get("dropout"))}
        _classes[key] = DeclaredType(plan.name, (Network,), members)
    return _classes[key]
