"""Networks under the optimisers of torch.optim."""

from __future__ import annotations

import itertools
import math
import weakref
from collections import defaultdict
from typing import Any, Callable, Iterable

import torch
from torch.nn.modules.module import _has_any_global_hook
from torch.optim.optimizer import _global_optimizer_post_hooks, _global_optimizer_pre_hooks

from . import _engine
from .arguments import is_number, kind_of, says_wrong_types
from .connectome import Connectome
from .declared_module import DeclaredModule, Images, as_tensor, networks_of
from .errors import UsageError
from .network import Network


def project_after(optimizer: torch.optim.Optimizer) -> Any:
    """Projects the networks whose parameters an optimiser steps, after each of its steps: Dale's law and tau >= 1.

    Gives a handle, whose remove() ends it. Raises UsageError where no network has parameters of the optimiser.
    """
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise UsageError(f"project_after takes an optimizer of torch.optim, not {kind_of(optimizer)}")
    if isinstance(optimizer, torch.optim.LBFGS):
        raise UsageError("LBFGS looks at several points within a step, each of which must be projected; call net.project() first in "
                         "its closure, and after step()")
    networks = _stepped_by(optimizer)
    if not networks:
        raise UsageError("the optimizer has parameters of no network; make it from net.parameters() first")
    return optimizer.register_step_post_hook(lambda *_: _project(networks))


def parameter_groups(module: torch.nn.Module, lr: float) -> list[dict[str, Any]]:
    """Groups for an optimiser of torch.optim, each with `lr` times the step gain that the initialisation has set.

    module: a network, or a module that holds networks beside layers of its own, whose gain is 1.

    Adam over net.parameters() would step kernels of the balanced initialisation by a twentieth (docs/learning.md). A schedule
    that keeps the groups' ratios keeps the gains (LambdaLR, StepLR); one that sets rates wants one for each group:
    OneCycleLR(optimizer, [0.01 * group["lr"] / lr for group in optimizer.param_groups]). Frozen parameters are there, too,
    and learn from when they have a gradient. Raises UsageError where all are frozen.
    """
    _require_module("parameter_groups", module)
    if not is_number(lr):
        raise UsageError(f"lr is a number, not {kind_of(lr)}")
    return [{"params": params, "lr": float(lr) * gain} for gain, params in _by_gain(_not_all_frozen(module), _gains_of(module.modules()))]


class Adam(torch.optim.Adam):
    """torch.optim.Adam for networks: steps by their step gains and projects after each step.

    A step is that of torch's fused kernel, with less of Python around it: at batch 1 that is what a step of torch's takes.
    `train_step` is a whole training step with nothing of Python in it.

    module: a network, or a module that holds networks beside layers of its own. Frozen parameters are there, too, and learn
        from when they have a gradient.
    lr, betas, eps, weight_decay, amsgrad, maximize: as for torch.optim.Adam.
    decoupled_weight_decay: torch.optim.AdamW. A weight shrinks by lr * weight_decay whatever its step gain.

    A parameter steps by lr times its network's step gain of that moment, so `lr` may be set and scheduled as for any
    optimiser. Schedules, step hooks and the state dict are torch.optim.Adam's over module.parameters(), with the gains noted.
    Raises UsageError where the module holds no network, or all is frozen.
    """

    @says_wrong_types
    def __init__(self, module: torch.nn.Module, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
                 weight_decay: float = 0.0, amsgrad: bool = False, *, maximize: bool = False,
                 decoupled_weight_decay: bool = False) -> None:
        _require_module("cortexpr.optim.Adam", module)
        if not isinstance(decoupled_weight_decay, bool):  # a number would be taken for True, and decay by nothing
            raise UsageError(f"decoupled_weight_decay is True or False, not {kind_of(decoupled_weight_decay)}; "
                             "how much is weight_decay")
        self._module: weakref.ref[torch.nn.Module] | None = weakref.ref(module)
        super().__init__(_not_all_frozen(module), lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad, maximize=maximize,
                         decoupled_weight_decay=decoupled_weight_decay, fused=True)
        self._step_supports_amp_scaling = False  # a GradScaler looks at the gradients itself
        if not self._projected():
            raise UsageError(f"{type(module).__name__} holds no network; use torch.optim.Adam")

    @torch._disable_dynamo
    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step along the gradients; gives what `closure` gives, which is called first."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        if not self._engine_adam().step(self._constants()):
            self._begin()
            self._engine_adam().step(self._constants())
        _project(self._projected())
        return loss

    @torch._disable_dynamo
    @says_wrong_types
    def train_step(self, inputs: Images, wanted: Images, steps: int | None = None, *,
                   layout: str = "batch_first") -> torch.Tensor:
        """A training step in one call; gives the loss, without a gradient. The same bits as

            loss = torch.nn.functional.cross_entropy(net(inputs, steps), wanted)   # mse_loss of a regressor
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()

        but without the interpreter in between, which at batch 1 takes a tenth of such a step.

        inputs, steps, layout: as in the network's `forward`.
        wanted: labels, (B), of a classifier; targets, (B, targets), of a regressor.

        Hooks of the network and of the optimiser are called, and so is what stands around the network, a wrapper or
        DistributedDataParallel, where Adam was given that. Raises UsageError as `forward` does, for a network without a
        readout, where the optimiser steps more than one network, and among several processes without DistributedDataParallel.
        """
        network = self._only_network()
        module = network if self._module is None else self._module()
        if module is None:
            raise UsageError("the module that this optimiser was made from is gone; keep it where the optimiser is used")
        _require_shared_gradients(module)
        inputs = network._taken(inputs) if module is network else as_tensor(inputs)
        wanted = as_tensor(wanted, "wanted")
        if module is not network or self._is_hooked(network) or _is_overridden(network):
            # Only what was asked for: a module around the network need not know the rest.
            options = {} if layout == "batch_first" else {"layout": layout}
            with torch.enable_grad():
                loss = network._network.loss(module(inputs, *(() if steps is None else (steps,)), **options), wanted)
                with torch.autocast(loss.device.type, enabled=False):
                    loss.backward()
            self.step()
            self.zero_grad()
            return loss.detach()
        loss, is_stepped = self._engine_adam().train_step(network._network, network._tensors(), network.training, inputs, wanted,
                                                          steps, layout, self._constants())
        if not is_stepped:
            self.step()
            self.zero_grad()
        self._opt_called = True  # what schedules look at: that a step was taken before theirs
        return loss

    @torch._disable_dynamo
    def zero_grad(self, set_to_none: bool = True) -> None:
        if set_to_none:
            self._engine_adam().zero_grad()
        else:
            super().zero_grad(set_to_none)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        super().add_param_group(param_group)
        self._forget()

    def state_dict(self) -> dict[str, Any]:
        found, gains = super().state_dict(), self._gains()
        groups = [{**saved, "step_gains": [gains.get(id(one), 1.0) for one in group["params"]]}
                  for saved, group in zip(found["param_groups"], self.param_groups)]
        return {**found, "state": {key: dict(kept) for key, kept in found["state"].items()}, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Takes what `state_dict` gave, or torch.optim.Adam's, of an optimiser over the same parameters with the same step gains.

        One group without noted gains is taken for torch.optim.Adam's over module.parameters(), whose rate has no gain in it.
        """
        groups = state_dict["param_groups"]
        sizes = [[len(group["params"]) for group in ones] for ones in (groups, self.param_groups)]
        if sizes[0] != sizes[1]:
            groups = [self._joined(groups)]
        gains = self._gains()
        for saved, group in zip(groups, self.param_groups):
            own = [gains.get(id(one), 1.0) for one in group["params"]]
            if saved.get("step_gains", own) != own:
                raise UsageError(_OTHER_GAINS)
        plain = [{name: value for name, value in saved.items() if name != "step_gains"} for saved in groups]
        super().load_state_dict({**state_dict, "param_groups": plain})

    def _joined(self, groups: list[dict[str, Any]]) -> dict[str, Any]:
        """One group of an optimiser's that has one for each step gain, as torch.optim.Adam over `parameter_groups`; what was
        frozen may be missing there."""
        if len(self.param_groups) > 1:
            raise UsageError(f"the saved optimiser has other groups of parameters than this one, {len(groups)} and {len(self.param_groups)}; "
                             "make it as that one was made")
        own = self.param_groups[0]["params"]
        for known in (own, [one for one in own if one.requires_grad]):
            by_gain = _by_gain(known, self._gains())
            if [len(params) for _, params in by_gain] == [len(saved["params"]) for saved in groups]:
                break
        else:
            raise UsageError(_OTHER_GAINS)
        number = {id(one): saved for (_, params), group in zip(by_gain, groups) for one, saved in zip(params, group["params"])}
        free = itertools.count(len(number))
        joined = dict(groups[0])
        for name in ("lr", "initial_lr", *(["weight_decay"] if joined.get("decoupled_weight_decay") else [])):
            if name in joined:
                power = -1 if name == "weight_decay" else 1
                joined[name] = _without_factor([float(saved[name]) for saved in groups], [gain**power for gain, _ in by_gain])
        return {**joined, "params": [number[id(one)] if id(one) in number else next(free) for one in own]}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "_module" not in self.__dict__:  # a copy of an optimiser
            self._module = None
        self._forget()

    def _forget(self) -> None:
        """What is found of parameters and state is found anew: they are others now."""
        self._networks = self._engine = self._sole = self._parts = None

    def _projected(self) -> list[weakref.ref[DeclaredModule]]:
        """Found again for a copy of an optimiser, which has copies of the parameters."""
        if self._networks is None:
            self._networks = _stepped_by(self)
        return self._networks

    def _only_network(self) -> DeclaredModule:
        if self._sole is None:
            networks = self._projected()
            if not networks:
                raise UsageError("this optimiser steps parameters of no network, as a copy of an optimiser does; make it anew, "
                                 "Adam(net)")
            stepped = {id(parameter) for group in self.param_groups for parameter in group["params"]}
            network = networks[0]() if len(networks) == 1 else None
            if network is not None and stepped <= set(map(id, network.parameters())):
                self._sole, self._parameters_of_sole = networks[0], network._tensors()
            elif all(one() is not None for one in networks):
                raise UsageError("train_step is for the optimiser of one network, Adam(net), and this one steps other parameters, "
                                 "too; write the loop: loss.backward(), optimizer.step(), optimizer.zero_grad()")
        network = self._sole and self._sole()
        if network is None:
            raise UsageError("the network of this optimiser is gone; keep it where the optimiser is used")
        tensors = network._tensors()
        for number in network._computed() if any(not one.is_leaf for one in tensors) else ():
            raise UsageError(f"{network._parameter_names()[number]} is computed by a parametrization or a hook, which train_step doesn't "
                             "go through; write the loop: loss.backward(), optimizer.step(), optimizer.zero_grad()")
        if any(one is not known for one, known in zip(tensors, self._parameters_of_sole)):
            raise UsageError("parameters of the network were replaced after the optimiser was made (load_state_dict with "
                             "assign=True does that); make it anew, Adam(net)")
        return network

    def _is_hooked(self, network: DeclaredModule) -> bool:
        """Whether torch has hooks to call, which only its own way through a step does."""
        return bool(network._forward_hooks or network._forward_pre_hooks or network._backward_hooks or network._backward_pre_hooks
                    or self._optimizer_step_pre_hooks or self._optimizer_step_post_hooks
                    or _has_any_global_hook() or _global_optimizer_pre_hooks or _global_optimizer_post_hooks)

    def _gains(self) -> dict[int, float]:
        """The step gains of now, by parameter."""
        return _gains_of([network for one in self._projected() if (network := one()) is not None])

    def _constants(self) -> list[_engine.AdamConstants]:
        """Of the engine's parts. Decoupled decay is by lr * weight_decay whatever the gain."""
        try:
            return [_engine.AdamConstants(group["lr"] * gain, *group["betas"],
                                          group["weight_decay"] / gain if group["decoupled_weight_decay"] else group["weight_decay"],
                                          group["eps"], group["amsgrad"], group["maximize"], group["decoupled_weight_decay"])
                    for group, gain in ((self.param_groups[number], gain) for number, gain in self._parts)]
        except TypeError:
            raise UsageError("lr, betas, weight_decay and eps of a group are numbers, and amsgrad, maximize and "
                             "decoupled_weight_decay True or False; one of them was set to something else") from None

    def _engine_adam(self) -> _engine.Adam:
        """Over the tensors of the state dict, which stay the same ones from step to step."""
        seen = (_Kept.changes, len(self.state),
                [(id(group["params"]), len(group["params"]), group["amsgrad"]) for group in self.param_groups],
                [network._network.step_gains for one in self._projected() if (network := one()) is not None])
        if self._engine is None or self._seen != seen:
            for one, kept in self.state.items():
                if not isinstance(kept, _Kept):
                    self.state[one] = _Kept(kept)
            self._require_whole()
            self._engine, self._seen = self._engine_over_parts(), seen
        return self._engine

    def _engine_over_parts(self) -> _engine.Adam:
        """A part for each group and step gain in it."""
        gains, without = self._gains(), []
        parts, self._parts = [], []
        for number, group in enumerate(self.param_groups):
            without += [one for one in group["params"] if one not in self.state]
            for gain, params in _by_gain([one for one in group["params"] if one in self.state], gains):
                kept = [self.state[one] for one in params]
                parts.append([params, *([state[name] for state in kept if name in state] for name in _KEPT)])
                self._parts.append((number, gain))
        return _engine.Adam(parts, without)

    def _require_whole(self) -> None:
        for group in self.param_groups:
            for one in group["params"]:
                missing = [name for name in _names_kept(group) if one in self.state and name not in self.state[one]]
                if missing:
                    raise UsageError(f"the state of a parameter has no {missing[0]}, which amsgrad wants from the first step on; make the "
                                     "optimiser anew" if missing[0] == "max_exp_avg_sq" else
                                     f"the state of a parameter has no {missing[0]} any more; give it back, or clear that state")

    def _begin(self) -> None:
        """Starts the state of parameters that have a gradient for the first time."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None or parameter in self.state:
                    continue
                kept = {name: torch.zeros_like(parameter, memory_format=torch.preserve_format) for name in _names_kept(group)[1:]}
                kept["step"] = torch.zeros((), dtype=torch.float32, device=parameter.device)
                self.state[parameter] = _Kept(kept)
        self._engine = None


def _without_factor(values: list[float], factors: list[float]) -> float:
    """What times its factor each value is; or all of them, where a schedule, a loop or a caller gave one to all."""
    if len(values) > 1 and all(value == values[0] for value in values):
        return values[0]
    plain = [value / factor for value, factor in zip(values, factors)]
    if not all(math.isclose(value, plain[0], rel_tol=1e-6) for value in plain):
        raise UsageError(_OTHER_GAINS)
    return plain[0]


_OTHER_GAINS = ("the saved optimiser stepped by other step gains than this network has: a state dict of the network has none; save "
                "net.step_gains beside it, and set net.step_gains first")
_KEPT = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq", "step")


def _names_kept(group: dict[str, Any]) -> tuple[str, ...]:
    """`step`, and the means."""
    return ("step", *_KEPT[:3 if group["amsgrad"] else 2])


class _Kept(dict):
    """What is kept of a parameter. The engine holds its tensors, so it must know when one is replaced."""

    changes = 0

    def _changed(name: str) -> Any:  # noqa: N805 - makes a method
        def change(self: _Kept, *args: Any, **kwargs: Any) -> Any:
            _Kept.changes += 1
            return getattr(dict, name)(self, *args, **kwargs)
        return change

    __setitem__, __delitem__, __ior__ = _changed("__setitem__"), _changed("__delitem__"), _changed("__ior__")
    update, pop, popitem, clear, setdefault = map(_changed, ("update", "pop", "popitem", "clear", "setdefault"))
    del _changed

    def __reduce__(self) -> Any:
        return dict, (dict(self),)


def _is_overridden(network: DeclaredModule) -> bool:
    """Whether a class derived from the network's, or the network itself, has a forward pass of its own."""
    return "forward" in network.__dict__ or type(network).forward not in (Network.forward, Connectome.forward)


def _require_module(what: str, given: Any) -> None:
    if not isinstance(given, torch.nn.Module):
        raise UsageError(f"{what} takes the module itself, as in Adam(net), not {kind_of(given)}")


def _require_shared_gradients(module: torch.nn.Module) -> None:
    """Among several processes each would step along gradients of its own."""
    distributed = torch.distributed
    if not distributed.is_available() or not distributed.is_initialized() or distributed.get_world_size() < 2:
        return
    if not any(isinstance(one, torch.nn.parallel.DistributedDataParallel) for one in module.modules()):
        raise UsageError(f"train_step would step {type(module).__name__} along the gradients of this process alone, and there are "
                         f"{distributed.get_world_size()}; make Adam of the DistributedDataParallel around it, or write the loop where "
                         "each is to learn by itself")


def _not_all_frozen(module: torch.nn.Module) -> list[torch.nn.Parameter]:
    parameters = list(module.parameters())
    if not any(one.requires_grad for one in parameters):
        raise UsageError(f"all parameters of {type(module).__name__} are frozen")
    return parameters


def _gains_of(modules: Iterable[torch.nn.Module]) -> dict[int, float]:
    """By parameter, or by what it is computed from, the step gain of networks."""
    return {id(one): gain for network in modules if isinstance(network, DeclaredModule)
            for number, gain in enumerate(network.step_gains.values()) for one in network.stand_ins(number)}


def _by_gain(parameters: Iterable[torch.nn.Parameter], gains: dict[int, float]) -> list[tuple[float, list[torch.nn.Parameter]]]:
    """Rising; a parameter of no network has the gain 1."""
    groups: dict[float, list[torch.nn.Parameter]] = defaultdict(list)
    for parameter in parameters:
        groups[gains.get(id(parameter), 1.0)].append(parameter)
    return sorted(groups.items(), key=lambda group: group[0])


def _stepped_by(optimizer: torch.optim.Optimizer) -> list[weakref.ref[DeclaredModule]]:
    """An optimiser doesn't keep networks alive: it may outlive them."""
    stepped = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    return [weakref.ref(one) for one in networks_of(stepped)]


def _project(networks: list[weakref.ref[DeclaredModule]]) -> None:
    for one in networks:
        network = one()
        if network is not None:
            network.project()
