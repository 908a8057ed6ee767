"""The forward pass as an operator of torch, cortexpr::answer: what torch.compile sees of a network.

Outside torch.compile a network calls the engine, whose run is a node of autograd. A compiled graph holds tensors alone, so
the operator gives beside the answer the state of the generator that the run began with. Its backward pass takes the run of
the forward pass where that is still there (each network keeps the last one), and repeats it from that state where not.
"""

from __future__ import annotations

import secrets
import threading
import weakref
from typing import Any, List, Optional, Tuple

import torch
from torch import Tensor

from .errors import UsageError

_networks: weakref.WeakValueDictionary[int, torch.nn.Module] = weakref.WeakValueDictionary()
_taking = threading.Lock()
_DRAWN_SHAPE = torch.Generator().get_state().shape


def number_of(network: torch.nn.Module) -> Tensor:
    """A number for a new network. A graph holds it in place of the network, which an operator can't be given: drawn, so that
    a graph of another process finds no network of this one, and a tensor, so that one graph serves many networks."""
    number = secrets.randbits(62)
    _networks[number] = network
    return torch.tensor(number)


def _network_of(number: Tensor) -> torch.nn.Module:
    network = _networks.get(int(number))
    if network is None:
        raise UsageError("the network of this graph is gone, or was made in another process; keep the network as long as what was "
                         "compiled or exported from it, and its outputs until they are differentiated")
    return network


class _DifferentiableRun:
    """A run of the engine on copies of its inputs that are leaves of autograd, and what it was given."""

    def __init__(self, network: torch.nn.Module, parameters: List[Tensor], images: Tensor, drawn: Tensor, wanted: List[bool],
                 rest: Tuple[Any, ...]) -> None:
        self.given = [*parameters, images]
        self.versions = [_version_of(one) for one in self.given]
        self.drawn, self.wanted, self.rest = drawn, wanted, rest
        self.leaves = [one.detach().requires_grad_(wants) for one, wants in zip(self.given, wanted)]
        with torch.enable_grad():
            self.answer = network._network.answer(self.leaves[:-1], rest[0], self.leaves[-1], *rest[1:])

    def is_of(self, parameters: List[Tensor], images: Tensor, drawn: Tensor, wanted: List[bool], rest: Tuple[Any, ...]) -> bool:
        """The same tensors, unchanged: those of this run are alive, so that an address is a tensor's own."""
        theirs = [*parameters, images]
        return (rest == self.rest and wanted == self.wanted and torch.equal(drawn, self.drawn) and
                all(one.data_ptr() == other.data_ptr() and one.stride() == other.stride() and version == _version_of(other)
                    for one, other, version in zip(self.given, theirs, self.versions)))


def _kept_run(module: torch.nn.Module, *given: Any) -> Optional[_DifferentiableRun]:
    """The network's last run where it is of what is given, and of no other backward pass then."""
    with _taking:
        run = module._last_run
        if run is None or not run.is_of(*given):
            return None
        module._last_run = None
        return run


def _repeated_run(module: torch.nn.Module, parameters: List[Tensor], images: Tensor, drawn: Tensor, wanted: List[bool],
                  rest: Tuple[Any, ...]) -> _DifferentiableRun:
    """The run once more, with the draws that it had."""
    if not module._may_draw(rest[0]):  # no other thread's draws are touched
        return _DifferentiableRun(module, parameters, images, drawn, wanted, rest)
    with module._own_draws(rest[0]):
        later = module._network.generator_state
        module._network.generator_state = drawn
        try:
            return _DifferentiableRun(module, parameters, images, drawn, wanted, rest)
        finally:
            module._network.generator_state = later


def _version_of(tensor: Tensor) -> int:
    return 0 if tensor.is_inference() else tensor._version


@torch.library.custom_op("cortexpr::answer", mutates_args=(), tags=(torch.Tag.nondeterministic_seeded,))
def answer(parameters: List[Tensor], images: Tensor, network: Tensor, shape: List[int], wanted: List[bool], training: bool,
           steps: Optional[int], layout: str, all_steps: bool) -> Tuple[Tensor, Tensor]:
    """What Network.forward gives, and the state of the network's generator before.

    network: its number. shape: of an image's answer.
    wanted: for each parameter, then for the images, whether a gradient will be asked for.
    """
    module = _network_of(network)
    rest = (training, steps, layout, all_steps)
    with module._own_draws(training):
        drawn = module._network.generator_state
        module._last_run = None
        if not any(wanted):
            with torch.no_grad():
                return module._drawing(module._network.answer, parameters, training, images, steps, layout, all_steps), drawn
        run = module._drawing(_DifferentiableRun, module, parameters, images, drawn, wanted, rest)
    module._last_run = run  # of the thread that ran last; what is given is this one's
    return run.answer.detach().clone(), drawn


@answer.register_fake
def _(parameters: List[Tensor], images: Tensor, network: Tensor, shape: List[int], wanted: List[bool], training: bool,
      steps: Optional[int], layout: str, all_steps: bool) -> Tuple[Tensor, Tensor]:
    if images.dim() not in (4, 5):
        raise UsageError(f"images are (B, C, H, W), or (B, T, C, H, W) where they are sequences, not of {images.dim()} axes")
    batch, time = images.shape[0], 1 if steps is None else steps
    if images.dim() == 5:
        batch, time = images.shape[:2] if layout == "batch_first" else (images.shape[1], images.shape[0])
    drawn = images.new_empty(_DRAWN_SHAPE, dtype=torch.uint8, device="cpu")
    return images.new_empty((time, batch, *shape) if all_steps else (batch, *shape)), drawn


@torch.library.custom_op("cortexpr::answer_backward", mutates_args=())
def answer_backward(gradient: Tensor, parameters: List[Tensor], images: Tensor, drawn: Tensor, network: Tensor,
                    wanted: List[bool], training: bool, steps: Optional[int], layout: str, all_steps: bool) -> List[Tensor]:
    """The gradients that are wanted, in the order of `wanted`."""
    module = _network_of(network)
    rest = (training, steps, layout, all_steps)
    run = _kept_run(module, parameters, images, drawn, wanted, rest) or _repeated_run(module, parameters, images, drawn, wanted, rest)
    leaves = [leaf for leaf in run.leaves if leaf.requires_grad]
    found = torch.autograd.grad(run.answer, leaves, gradient, allow_unused=True)
    return [torch.zeros_like(leaf) if one is None else one for one, leaf in zip(found, leaves)]


@answer_backward.register_fake
def _(gradient: Tensor, parameters: List[Tensor], images: Tensor, drawn: Tensor, network: Tensor, wanted: List[bool],
      training: bool, steps: Optional[int], layout: str, all_steps: bool) -> List[Tensor]:
    return [torch.empty_like(one) for one, wants in zip([*parameters, images], wanted) if wants]


def _save(ctx: Any, inputs: Tuple[Any, ...], output: Tuple[Tensor, Tensor]) -> None:
    parameters, images, network, _, ctx.wanted, *ctx.rest = inputs
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(*parameters, images, output[1], network)
    ctx.mark_non_differentiable(output[1])


def _differentiate(ctx: Any, gradient: Optional[Tensor], _: Optional[Tensor]) -> Tuple[Any, ...]:
    *parameters, images, drawn, network = ctx.saved_tensors
    rest = (None,) * (3 + len(ctx.rest))
    if gradient is None:
        return ([None] * len(parameters), None, *rest)
    found = iter(answer_backward(gradient, parameters, images, drawn, network, ctx.wanted, *ctx.rest))
    *theirs, of_images = (next(found) if wants else None for wants in ctx.wanted)
    return (theirs, of_images, *rest)


answer.register_autograd(_differentiate, setup_context=_save)
