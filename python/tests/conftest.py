"""What the tests of the Python package share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

import cortexpr

# The network of the documents, on a small grid.
DIGITS = """
struct E : excitatory<4> {};
struct I : inhibitory<4> {};
struct V1 : area<input<1, 8, 8>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>, output<8>> {};
struct Digits : classifier<network<V1>, classes<10>, hidden<16>, dropout<0.5>, readout_pool<pool_mode::max>> {};
"""

# Two areas, feedback, types of the same name, a grid of half density.
PAIR = """
namespace low {
struct E : excitatory<4> {};
struct I : inhibitory<2, half_density, nonlinearity<activation::softplus>> {};
struct Low : area<input<2, 9, 7>, feedback_channels<3>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<top_down, 1, 0, 0>, from<E, 1, 1, 1>, from<I, 1, 0, 0>>, output<4>> {};
}
struct E : hybrid<3, nonlinearity<activation::tanh>> {};
struct High : area<input<4, 5, 4>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<2>> {};
struct Pair : network<low::Low, High, feedback<High, low::Low>> {};
"""


def loss_of(net: torch.nn.Module, images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.cross_entropy(net(images, steps=3), labels)


def gradients(net: torch.nn.Module, images: torch.Tensor, labels: torch.Tensor) -> list[torch.Tensor]:
    net.zero_grad()
    loss_of(net, images, labels).backward()
    return [one.grad.clone() for one in net.parameters()]


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Declarations are compiled anew, and nothing is left in the user's cache."""
    folder = tmp_path_factory.mktemp("cache")
    os.environ["CORTEXPR_CACHE"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def Digits(own_cache: Path) -> type[cortexpr.Network]:
    return cortexpr.declare(DIGITS)


@pytest.fixture(scope="session")
def Pair(own_cache: Path) -> type[cortexpr.Network]:
    return cortexpr.declare(PAIR)


@pytest.fixture
def images() -> torch.Tensor:
    return torch.rand(6, 1, 8, 8, generator=torch.Generator().manual_seed(3))


@pytest.fixture
def labels() -> torch.Tensor:
    return torch.arange(6)
