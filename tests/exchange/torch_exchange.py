"""Trains a network in Python and evaluates it in `digits`, and the other way round.

usage: torch_exchange.py PROGRAM DATA FOLDER [REFERENCE]

REFERENCE is the folder of torch-biopl's package: its own classifier is trained then, else the same network in a few lines of
PyTorch. Exit status 77: there is no torch here.
"""

import gzip
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

try:
    import numpy as np
    import torch
    import torch.nn.functional as F
except ImportError as problem:
    print(f"SKIPPED: {problem}; give a Python with torch as CORTEXPR_TORCH_PYTHON")
    sys.exit(77)

TOLERANCE = 1e-5
COUNT = 64
MEAN, DEVIATION = 0.1307, 0.3081


class Program:
    def __init__(self, path, data, folder):
        self.path, self.data, self.folder = path, data, folder

    def __call__(self, *arguments):
        result = subprocess.run([str(part) for part in (self.path, *arguments)], cwd=self.folder, capture_output=True, text=True)
        assert result.returncode == 0, f"{arguments}: {result.stderr}"
        return result

    def answers(self, model):
        """The logits of the first test images."""
        self("record", "logits", "--model", model, "--data", self.data, "--images", f"0..{COUNT - 1}", "--mean", MEAN,
             "--deviation", DEVIATION, "--steps", 5, "--threads", 1, "--out", "logits.npz")
        with np.load(self.folder / "logits.npz") as arrays:
            logits = arrays["logits"]
        return torch.from_numpy(logits).reshape(COUNT, -1, logits.shape[-1])[:, -1]


class InPyTorch(torch.nn.Module):
    """The network of examples/digits.cpp by its equations, under torch-biopl's names."""

    def __init__(self):
        super().__init__()
        shapes = {"rnn.areas.0.convs.0->0.0": (16, 1), "rnn.areas.0.convs.0->1.0": (16, 1), "rnn.areas.0.convs.1->0.0": (16, 16),
                  "rnn.areas.0.convs.1->1.0": (16, 16), "rnn.areas.0.convs.2->0.0": (16, 16), "rnn.areas.0.convs.2->1.0": (16, 16),
                  "rnn.areas.0.out_convs.1->out.0": (32, 16)}
        values = {"rnn.areas.0.tau.0": torch.rand(1, 16, 1, 1) + 1, "rnn.areas.0.tau.1": torch.rand(1, 16, 1, 1) + 1,
                  "readout.1.weight": torch.randn(256, 32) / 6, "readout.1.bias": torch.zeros(256),
                  "readout.4.weight": torch.randn(10, 256) / 16, "readout.4.bias": torch.zeros(10)}
        for name, (outputs, inputs) in shapes.items():
            values[f"{name}.weight"] = torch.randn(outputs, inputs, 3, 3) / 10
            values[f"{name}.bias"] = torch.rand(outputs) / 10
        self.values = torch.nn.ParameterDict({name.replace(".", "/"): torch.nn.Parameter(value) for name, value in values.items()})

    def state_dict(self):
        return {name.replace("/", "."): value.detach().clone() for name, value in self.values.items()}

    def load_state_dict(self, state):
        assert {name.replace("/", ".") for name in self.values} == set(state), state.keys()
        with torch.no_grad():
            for name, value in self.values.items():
                value.copy_(state[name.replace("/", ".")])

    def clamp(self):
        with torch.no_grad():
            for name, value in self.values.items():
                if "/tau/" in name:
                    value.clamp_(min=1)
                elif "convs" in name and "0->" not in name:  # the stimulus is of no class
                    value.clamp_(min=0)

    def forward(self, images):
        self.clamp()
        p = {name.replace("/", "."): value for name, value in self.values.items()}

        def carried(edge, source):
            name = f"rnn.areas.0.{'out_convs' if edge.endswith('out') else 'convs'}.{edge}.0"
            return F.conv2d(source, p[f"{name}.weight"], p[f"{name}.bias"], padding=1)

        e = torch.zeros(len(images), 16, 28, 28)
        i = torch.zeros_like(e)
        tau_e, tau_i = p["rnn.areas.0.tau.0"], p["rnn.areas.0.tau.1"]
        for _ in range(5):
            drive_e = carried("0->0", images) + carried("1->0", e) - carried("2->0", i)
            drive_i = carried("0->1", images) + carried("1->1", e) - carried("2->1", i)
            e, i = (torch.sigmoid(drive_e) / tau_e + (1 - 1 / tau_e) * e, torch.sigmoid(drive_i) / tau_i + (1 - 1 / tau_i) * i)
        features = carried("1->out", e).amax((2, 3))
        hidden = torch.relu(F.linear(features, p["readout.1.weight"], p["readout.1.bias"]))
        return F.linear(hidden, p["readout.4.weight"], p["readout.4.bias"])


def in_torch_biopl(folder, described):
    """torch-biopl's own, built of the arguments that `digits describe` tells."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))
    import reference

    models = reference.load(folder)
    torch.set_default_dtype(torch.float32)
    arguments = described["reference"]
    assert arguments["differences"] == [], arguments["differences"]
    for area in arguments["rnn"]["area_kwargs"]:
        area["inter_neuron_type_spatial_extents"] = reference.pairs(area["inter_neuron_type_spatial_extents"])
        for name in ("connectivity", "num_subtype_groups", "nonlinearity", "bias"):
            area[f"inter_neuron_type_{name}"] = np.array(area[f"inter_neuron_type_{name}"], dtype=object)
        area["inter_neuron_type_connectivity"] = area["inter_neuron_type_connectivity"].astype(bool)
    module = models.SpatiallyEmbeddedClassifier(rnn_kwargs=arguments["rnn"], **arguments["classifier"])
    forward = module.forward
    module.forward = lambda images: forward(images, num_steps=5)
    return module


def examples(data, part, count):
    read = lambda name, offset: np.frombuffer(gzip.decompress((data / name).read_bytes()), np.uint8, offset=offset)
    pixels = read(f"{part}-images-idx3-ubyte.gz", 16)[: count * 784].reshape(count, 1, 28, 28).astype(np.float32) / 255
    labels = read(f"{part}-labels-idx1-ubyte.gz", 8)[:count].astype(np.int64)
    return torch.from_numpy((pixels - MEAN) / DEVIATION), torch.from_numpy(labels)


def awaken(module):
    """Both start saturated: whatever is shown, such a network answers the same, and would agree with any other."""
    factors = {"convs.0->": 6, "convs.1->": 0.1, "convs.2->": 0.1, "out_convs": 3, "readout": 3}
    with torch.no_grad():
        for name, value in module.named_parameters():
            for part, factor in factors.items():
                if part in name.replace("/", ".") and value.dim() > 1:
                    value.mul_(factor)


def answers_of(module, images):
    with torch.no_grad():
        return module.eval()(images)


def agree(what, ours, theirs):
    error = float((ours - theirs).abs().max() / theirs.abs().max().clamp(min=1))
    spread = float(theirs.std(0).mean())
    print(f"{what}: worst error {error:.1e} of answers that spread by {spread:.2g}")
    assert error <= TOLERANCE, what
    assert spread > 1e-3, "the answers say nothing"


def main(program, data, folder, reference=None):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    digits = Program(program, data, folder)
    torch.manual_seed(1)
    torch.set_num_threads(1)
    module = InPyTorch() if reference is None else in_torch_biopl(reference, json.loads(digits("describe").stdout))

    awaken(module)

    # Trained in Python, evaluated here: a training's checkpoint, as torch-biopl's trainer and DataParallel write it.
    optimiser = torch.optim.Adam(module.parameters(), 3e-3)
    images, labels = examples(data, "train", 512)
    module.train()
    for begin in range(0, 512, 64):
        optimiser.zero_grad()
        F.cross_entropy(module(images[begin : begin + 64]), labels[begin : begin + 64]).backward()
        optimiser.step()
    shown, _ = examples(data, "t10k", COUNT)
    expected = answers_of(module, shown)  # its forward pass clamps the last step's values, too
    state = module.state_dict()
    torch.save({"epoch": 1, "model_state_dict": {f"module.{name}": value for name, value in state.items()},
                "optimizer_state_dict": optimiser.state_dict()}, folder / "trained.pt")
    told = digits("import", "trained.pt", "--steps", 5, "--mean", MEAN, "--deviation", DEVIATION, "--out", "imported.safetensors")
    assert told.stdout.startswith("imported 20 parameters (25,290 numbers) of Digits from trained.pt"), told.stdout
    agree("trained in Python, imported", digits.answers("imported.safetensors"), expected)
    agree("the same .pt as --model", digits.answers("trained.pt"), expected)

    # Trained here, evaluated in Python.
    digits("train", "--data", data, "--out", "run", "--epochs", 1, "--limit-train", 512, "--limit-test", 64, "--batch", 64,
           "--steps", 5, "--threads", 1)
    ours = digits.answers("run/model.safetensors")
    for name in ("weights.pt", "weights.pth", "weights.npz", "npy/", "csv/", "again.safetensors"):
        digits("export", "--model", "run/model.safetensors", "--to", name, *(["--arrays", "csv"] if name == "csv/" else []))
    for name in ("weights.pt", "weights.pth"):
        loaded = torch.load(folder / name, weights_only=True)
        module.load_state_dict(loaded)
        agree(f"trained here, {name} in Python", ours, answers_of(module, shown))
    with np.load(folder / "weights.npz") as arrays:
        module.load_state_dict({name: torch.from_numpy(arrays[name]) for name in arrays.files})
    agree("weights.npz", ours, answers_of(module, shown))
    table = folder / "csv" / "rnn.areas.0.convs.1->0.0.weight.csv"
    rows = np.loadtxt(table, delimiter=",", dtype=np.float32)
    assert np.array_equal(rows.reshape(16, 16, 3, 3), loaded["rnn.areas.0.convs.1->0.0.weight"].numpy())
    for name in ("weights.npz", "npy", "csv", "again.safetensors", "weights.pt"):
        digits("import", name, "--out", "back.safetensors")
        agree(f"{name} and back", digits.answers("back.safetensors"), ours)
    assert zipfile.ZipFile(folder / "weights.pt").testzip() is None
    print("torch-biopl's own classifier" if reference else "the network by its equations in PyTorch")
    return 0


sys.exit(main(*(Path(argument).resolve() for argument in sys.argv[1:])))
