"""Networks under the optimisers of torch.optim."""

from __future__ import annotations

import weakref
from collections import defaultdict
from typing import Any

import torch

from .errors import UsageError
from .network import Network, networks_of


def project_after(optimizer: torch.optim.Optimizer) -> Any:
    """Projects the networks whose parameters an optimiser steps, after each of its steps: Dale's law and tau >= 1.

    Gives a handle, whose remove() ends it. Raises UsageError where no network has parameters of the optimiser.
    """
    stepped = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    networks = [weakref.ref(one) for one in networks_of(stepped)]
    if not networks:
        raise UsageError("the optimizer has parameters of no network; make it from net.parameters() first")

    def project(*_: Any) -> None:
        for one in networks:
            network = one()
            if network is not None:
                network.project()

    return optimizer.register_step_post_hook(project)


def parameter_groups(network: Network, lr: float) -> list[dict[str, Any]]:
    """Groups for an optimiser of torch.optim, each with `lr` times the step gain that the initialisation has set.

    Adam over net.parameters() would step kernels of the balanced initialisation by a twentieth (docs/learning.md). Frozen
    parameters are left out. Raises UsageError where all are.
    """
    groups: dict[float, list[torch.nn.Parameter]] = defaultdict(list)
    parameters = dict(network.named_parameters())
    for name, gain in network.step_gains.items():
        if parameters[name].requires_grad:
            groups[gain].append(parameters[name])
    if not groups:
        raise UsageError(f"all parameters of {type(network).__name__} are frozen")
    return [{"params": params, "lr": lr * gain} for gain, params in sorted(groups.items())]
