"""The reference's recorded runs (tests/golden/data/README.md says what they hold), through Python."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import torch

import cortexpr

ROOT = Path(__file__).parents[2]
FOLDERS = [Path(os.environ.get("CORTEXPR_GOLDEN_DIR", ROOT.parent / "shared" / "golden")), ROOT / "tests" / "golden" / "data"]
RUNS = {path.stem: path for folder in reversed(FOLDERS) if folder.is_dir() for path in sorted(folder.glob("*.json"))}
TOLERANCE = {torch.float64: 1e-10, torch.float32: 1e-5}


class Recorded:
    """A run of the reference: the network in Python, what it was given, and what it gave."""

    def __init__(self, path: Path, dtype: torch.dtype) -> None:
        load = pytest.importorskip("safetensors.torch").load_file
        told = json.loads(path.read_text())
        self.dtype = dtype
        self.tensors = {name: values.to(dtype) if values.is_floating_point() else values
                        for name, values in load(path.with_suffix(".safetensors")).items()}
        self.net = cortexpr.from_bioplnn_arguments(told["rnn"], told.get("classifier"))(dtype=dtype).eval()
        self.net.load_state_dict({name.removeprefix("param."): values for name, values in self.tensors.items()
                                  if name.startswith("param.")})
        self.net.project()
        self.input = self.tensors["input"].clone().requires_grad_()
        self.options = {"layout": "batch_first" if told["rnn"].get("batch_first", True) else "time_first"}
        if not told.get("sequence"):
            self.options["steps"] = told["num_steps"]
        self.all_steps = bool(told.get("all_steps"))
        self.areas = self.net.describe()["areas"]
        self.start = {ours: self.tensors[f"{what}0.{key}"] for what, key, ours in self.maps() if f"{what}0.{key}" in self.tensors}

    def maps(self):
        """(kind, the record's key, our name) of all outputs, states and feedback."""
        for i, area in enumerate(self.areas):
            yield "output", f"{i}", f"{area['name']}.output"
            if area["feedback"]:
                yield "feedback", f"{i}", f"{area['name']}.feedback"
            for j, one in enumerate(area["neuron_types"]):
                yield "state", f"{i}.{j}", f"{area['name']}.{one['name']}"

    def compare(self, name: str, ours: torch.Tensor, times: float = 1) -> None:
        theirs = self.tensors[name]
        error = (ours.detach() - theirs).abs().max() / (theirs.abs().max() + 1e-12)
        assert ours.shape == theirs.shape and error <= times * TOLERANCE[self.dtype], f"{name}: {error:.1e}"

    def loss(self) -> torch.Tensor:
        """As it was recorded; all that was recorded is compared on the way."""
        recorded = [(f"{what}.{key}", name) for what, key, name in self.maps() if f"{what}.{key}" in self.tensors]
        run = self.net.run(self.input, **self.options, record=[name for _, name in recorded], start=self.start,
                           all_steps=self.all_steps)
        for key, name in recorded:
            self.compare(key, run[name])
        if run.logits is None:
            return sum((self.tensors[f"cotangent.{key}"] * run[name]).sum() for key, name in recorded
                       if not key.startswith("feedback"))
        self.compare("logits", run.logits)
        return self.cross_entropy(run.logits)

    def cross_entropy(self, logits: torch.Tensor) -> torch.Tensor:
        labels = self.tensors["labels"]
        times = logits.numel() // logits.shape[-1] // len(labels)
        return torch.nn.functional.cross_entropy(logits.flatten(0, -2), labels.repeat(times))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("name", RUNS)
def test_runs_as_the_reference(name: str, dtype: torch.dtype) -> None:
    recorded = Recorded(RUNS[name], dtype)
    loss = recorded.loss()
    recorded.compare("loss", loss)
    loss.backward()
    recorded.compare("grad.input", recorded.input.grad)
    for key, parameter in recorded.net.named_parameters():
        gradient = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
        # A float32 gradient is a sum of many terms, whose rounding is that of the largest gradients.
        recorded.compare(f"grad.{key}", gradient)


@pytest.mark.parametrize("name", [name for name in RUNS if json.loads(RUNS[name].read_text()).get("classifier")])
def test_trains_as_the_reference(name: str) -> None:
    recorded = Recorded(RUNS[name], torch.float64)
    steps = {key: values for key, values in recorded.tensors.items() if key.startswith("adam3.")}
    if not steps:
        pytest.skip("no training was recorded")
    optimizer = torch.optim.Adam(recorded.net.parameters(), lr=1e-2)
    cortexpr.optim.project_after(optimizer)
    for _ in range(3):
        optimizer.zero_grad()
        logits = recorded.net(recorded.tensors["input"], **recorded.options, all_steps=recorded.all_steps)
        recorded.cross_entropy(logits).backward()
        optimizer.step()
    for key in steps:
        recorded.compare(key, recorded.net.get_parameter(key.removeprefix("adam3.")), times=10)
