"""Networks under the optimisers of torch.optim."""

from __future__ import annotations

import weakref
from collections import defaultdict
from typing import Any, Callable

import torch

from .declared_module import DeclaredModule, networks_of
from .errors import UsageError


def project_after(optimizer: torch.optim.Optimizer) -> Any:
    """Projects the networks whose parameters an optimiser steps, after each of its steps: Dale's law and tau >= 1.

    Gives a handle, whose remove() ends it. Raises UsageError where no network has parameters of the optimiser.
    """
    networks = _stepped_by(optimizer)
    if not networks:
        raise UsageError("the optimizer has parameters of no network; make it from net.parameters() first")
    return optimizer.register_step_post_hook(lambda *_: _project(networks))


def parameter_groups(module: torch.nn.Module, lr: float) -> list[dict[str, Any]]:
    """Groups for an optimiser of torch.optim, each with `lr` times the step gain that the initialisation has set.

    module: a network, or a module that holds networks beside layers of its own, whose gain is 1.

    Adam over net.parameters() would step kernels of the balanced initialisation by a twentieth (docs/learning.md). Frozen
    parameters are left out. Raises UsageError where all are.
    """
    return [{"params": params, "lr": lr * gain} for gain, params in _by_gain(module)]


class Adam(torch.optim.Adam):
    """torch.optim.Adam for networks: steps by their step gains and projects after each step.

    A step is that of torch's fused kernel, with less of Python around it: at batch 1 that is what a step of torch's takes.

    module: a network, or a module that holds networks beside layers of its own. Frozen parameters are left out.
    lr, betas, eps, weight_decay, amsgrad, maximize: as for torch.optim.Adam.
    decoupled_weight_decay: torch.optim.AdamW. A weight shrinks by lr * weight_decay whatever its step gain.

    Learning-rate schedules, step hooks and the state dict are torch.optim.Adam's. Raises UsageError where the module holds no
    network, or all is frozen.
    """

    def __init__(self, module: torch.nn.Module, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
                 weight_decay: float = 0.0, amsgrad: bool = False, *, maximize: bool = False,
                 decoupled_weight_decay: bool = False) -> None:
        if not isinstance(module, torch.nn.Module):
            raise UsageError(f"cortexpr.optim.Adam takes the module itself, Adam(net), not {type(module).__name__}")
        groups = [{"params": params, "lr": lr * gain, "weight_decay": weight_decay / gain if decoupled_weight_decay else weight_decay}
                  for gain, params in _by_gain(module)]
        super().__init__(groups, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad, maximize=maximize,
                         decoupled_weight_decay=decoupled_weight_decay, fused=True)
        self._step_supports_amp_scaling = False  # a GradScaler looks at the gradients itself
        if not self._projected():
            raise UsageError(f"{type(module).__name__} holds no network; use torch.optim.Adam")

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step along the gradients; gives what `closure` gives, which is called first."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            self._step(group)
        _project(self._projected())
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        if not set_to_none:
            super().zero_grad(set_to_none)
            return
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = None

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        super().add_param_group(param_group)
        self._networks = None

    def _projected(self) -> list[weakref.ref[DeclaredModule]]:
        """Found again for a copy of an optimiser, which has copies of the parameters."""
        if self.__dict__.get("_networks") is None:
            self._networks = _stepped_by(self)
        return self._networks

    def _step(self, group: dict[str, Any]) -> None:
        stepped = [one for one in group["params"] if one.grad is not None]
        if not stepped:
            return
        kept = [self._kept(one, group["amsgrad"]) for one in stepped]
        counts = [one["step"] for one in kept]
        torch._foreach_add_(counts, 1)
        kernel = torch._fused_adamw_ if group["decoupled_weight_decay"] else torch._fused_adam_
        kernel(stepped, [one.grad for one in stepped], [one["exp_avg"] for one in kept], [one["exp_avg_sq"] for one in kept],
               [one["max_exp_avg_sq"] for one in kept] if group["amsgrad"] else [], counts, lr=group["lr"],
               beta1=group["betas"][0], beta2=group["betas"][1], weight_decay=group["weight_decay"], eps=group["eps"],
               amsgrad=group["amsgrad"], maximize=group["maximize"])

    def _kept(self, parameter: torch.Tensor, amsgrad: bool) -> dict[str, torch.Tensor]:
        kept = self.state[parameter]
        if not kept:
            kept["step"] = torch.zeros((), dtype=torch.float32, device=parameter.device)
            for name in ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")[:3 if amsgrad else 2]:
                kept[name] = torch.zeros_like(parameter, memory_format=torch.preserve_format)
        return kept


def _by_gain(module: torch.nn.Module) -> list[tuple[float, list[torch.nn.Parameter]]]:
    """The trainable parameters by step gain."""
    gains = {id(network.get_parameter(name)): gain for network in module.modules() if isinstance(network, DeclaredModule)
             for name, gain in network.step_gains.items()}
    groups: dict[float, list[torch.nn.Parameter]] = defaultdict(list)
    for parameter in module.parameters():
        if parameter.requires_grad:
            groups[gains.get(id(parameter), 1.0)].append(parameter)
    if not groups:
        raise UsageError(f"all parameters of {type(module).__name__} are frozen")
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
