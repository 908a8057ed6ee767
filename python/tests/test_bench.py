"""bench/python_step.py: who takes turns, and what is said of them. A stand-in for the module of C++ steps; nothing is timed."""

from __future__ import annotations

import argparse
import sys
import types
from pathlib import Path

import pytest
import torch

BENCH = Path(__file__).parents[2] / "bench"


class Workload:
    """bench_steps.Workload in Python."""

    def __init__(self, batch, steps):
        self.weight = torch.ones(784, 10, requires_grad=True)
        self.images = torch.rand(batch, 784)
        self.counts = {"train": 0, "gradients": 0, "forward": 0}

    def logits(self):
        return self.images @ self.weight

    def zero_grad(self):
        self.weight.grad = None

    def __getattr__(self, name):
        return lambda: self.counts.update({name: self.counts[name] + 1})


@pytest.fixture
def python_step(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    monkeypatch.setitem(sys.modules, "bench_steps", types.SimpleNamespace(Workload=Workload))
    monkeypatch.delitem(sys.modules, "python_step", raising=False)
    import python_step

    monkeypatch.setattr(python_step, "DIGITS", python_step.DIGITS.replace("16>", "4>").replace("output<32>", "output<8>"))
    return python_step


def given(**changed):
    return argparse.Namespace(**{**dict(steps=1, threads=1, rounds=2, seconds=0.0, processor_time=True, reference=None,
                                        compile=False, modules=BENCH), **changed})


def test_everyone_takes_turns(python_step):
    told = python_step.timed(given(), 2)
    assert set(told["train"]) == {"cpp", "python", "one_call", "torch_adam"}
    assert set(told["call"]) == {"cpp", "cpp_network", "python"}
    assert set(told["forward"]) == set(told["call"])
    assert all(one["median_s"] > 0 for kind in python_step.KINDS for one in told[kind].values())
    assert told["batch"] == 2 and told["processor_time"] is True


def test_a_step_trains_and_a_call_leaves_no_gradients(python_step):
    import cortexpr

    net = cortexpr.declare(python_step.DIGITS)(seed=1)
    before = [one.detach().clone() for one in net.parameters()]
    works = python_step.from_python(net, lambda images: net(images, 1), 2, cortexpr.optim.Adam(net))
    works["call"]()
    works["forward"]()
    assert all(one.grad is None and torch.equal(one, old) for one, old in zip(net.parameters(), before))
    works["train"]()
    assert not all(torch.equal(one, old) for one, old in zip(net.parameters(), before))
    assert all(one.grad is None for one in net.parameters())


def test_what_is_said_are_medians_of_pairs(python_step):
    """A round in which everything took ten times as long changes neither difference nor ratio."""
    cpp = [1.0, 10.0, 1.0]
    told = python_step.figures([1.5, 15.0, 1.5], cpp)
    assert told == {"median_s": 1.5, "more_us": pytest.approx(5e5), "more_percent": pytest.approx(50)}
    assert python_step.figures(cpp, cpp) == {"median_s": 1.0}


def test_the_compiled_reference_is_clamped_once(monkeypatch):
    """The one that is compiled no longer clamps; another one still does."""
    monkeypatch.syspath_prepend(str(BENCH))
    import reference_network

    monkeypatch.setattr(torch, "compile", lambda module: module)
    clamped = []

    class Conv2dRectify(torch.nn.Conv2d):
        def forward(self, shown):
            clamped.append("weight")
            return super().forward(shown)

    class Area(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = Conv2dRectify(1, 1, 1)

        def _clamp_tau(self):
            clamped.append("tau")

        def forward(self, shown, num_steps):
            self._clamp_tau()
            return [self.conv(shown).unsqueeze(1)], None

    class Classifier(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn, self.pool, self.readout = Area(), torch.nn.Flatten(), torch.nn.Identity()

        def forward(self, shown, num_steps):
            return self.readout(self.pool(self.rnn(shown, num_steps=num_steps)[0][-1][:, -1]))

    plain, network, images = Classifier(), Classifier(), torch.rand(2, 1, 3, 3)
    expected = network(images, num_steps=1)
    clamped.clear()
    logits = reference_network.compiled(network, images)
    assert clamped == ["tau", "weight"]
    assert torch.equal(logits(images, num_steps=1), expected) and len(clamped) == 2
    plain(images, num_steps=1)
    assert len(clamped) == 4
