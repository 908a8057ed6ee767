"""Runs cases in the reference (package bioplnn) and records them, as tests/golden/data/README.md describes.

Where the reference is known to be wrong, `mended` makes it do what it means to do; README.md has the list.
"""

import json
import sys
import warnings
from pathlib import Path
from unittest.mock import MagicMock, patch

import numpy as np
import torch
import torch.nn.functional as F


def load(folder):
    """Imports the reference from its package's folder or its repository's. What it imports besides, its convolutional
    networks never call: it is stood in for, whether installed or not."""
    for name in ("torch_sparse", "torchode", "torchvision", "torchvision.transforms"):
        sys.modules[name] = MagicMock()
    sys.path[:0] = [str(folder), str(Path(folder) / "src")]
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    import bioplnn.models
    return bioplnn.models


def pairs(rows):
    """A matrix of (height, width); the reference refuses nested lists (D20)."""
    matrix = np.empty((len(rows), len(rows[0])), dtype=object)
    for i, row in enumerate(rows):
        for j, pair in enumerate(row):
            matrix[i, j] = tuple(pair)
    return matrix


def built(models, case):
    """The reference's module for a case."""
    ours_only = ("row_sources", "unsigned")  # what only the spelling as types needs
    rnn = dict(case["rnn"])
    rnn["area_kwargs"] = [{k: v for k, v in area.items() if k not in ours_only} for area in rnn["area_kwargs"]]
    for keywords, key in [(rnn, "inter_area_feedback_spatial_extents"),
                          *((area, "inter_neuron_type_spatial_extents") for area in rnn["area_kwargs"])]:
        if key in keywords:
            keywords[key] = pairs(keywords[key])
    if case["kind"] == "classifier":
        return models.SpatiallyEmbeddedClassifier(rnn_kwargs=rnn, **case["classifier"]).eval()
    return models.SpatiallyEmbeddedRNN(**rnn).eval()


class Slots(list):
    """What the time loop keeps of each step. The reference keeps the initial value in the last step's slot (D6), where
    a loop of one step overwrites it before it is read, and feedback of the last step is added to it."""

    def __init__(self, values, own):
        super().__init__([*values[:-1], own])
        self.initial = values[-1]

    def __getitem__(self, index):
        return self.initial if isinstance(index, int) and index < 0 else super().__getitem__(index)


def mended(net):
    """Puts the known defects right: D1, D2, D6, D8."""
    for area in net.areas:
        # D1: the output's nonlinearity is declared, but never applied.
        area.register_forward_hook(lambda module, _, result: (module.out_nonlinearity(result[0]), result[1]))
        mend_density(area)
    start = net.init_states

    def init_states(*arguments, **keywords):
        outputs, states, feedback = start(*arguments, **keywords)
        return ([Slots(steps, None) for steps in outputs], states,
                [Slots(steps, 0) if steps[-1] is not None else steps for steps in feedback])

    net.init_states = init_states
    resize = net._match_spatial_size

    def match_spatial_size(maps, size):
        # D8: a side may shrink or stay while the other grows or stays.
        least = [min(now, wanted) for now, wanted in zip(maps.shape[-2:], size)]
        if least in (list(size), list(maps.shape[-2:])) and all(a != b for a, b in zip(maps.shape[-2:], size)):
            return resize(maps, size)
        if least != list(maps.shape[-2:]):
            pool = F.adaptive_avg_pool2d if net.pool_mode == "avg" else F.adaptive_max_pool2d
            maps = pool(maps, least)
        return maps if least == list(size) else F.interpolate(maps, size, mode="bilinear")

    net._match_spatial_size = match_spatial_size
    return net


def mend_density(area):
    """D2: stride and upsampling of half-density types are swapped, and their states start on the full grid."""
    before = 1 + area.use_feedback
    for key, conv in [*area.convs.items(), *area.out_convs.items()]:
        source, target = key.split("->")
        from_half = int(source) >= before and area.neuron_type_density[int(source) - before] == "half"
        to_half = target != "out" and area.neuron_type_density[int(target)] == "half"
        if from_half == to_half:
            continue
        if to_half:
            del conv[0]  # the upsampling
            conv[0].stride = (2, 2)
        else:
            conv[0].stride = (1, 1)
            conv.register_forward_pre_hook(
                lambda _, maps: F.interpolate(maps[0], area.in_size, mode="bilinear"))
    start = {"zeros": torch.zeros, "ones": torch.ones}[area.default_neuron_state_init_fn]
    area.init_neuron_state = lambda batch, *_: [
        start(batch, channels, *size) for channels, size in zip(area.num_neuron_subtypes, area.neuron_type_size)]


def draw_parameters(model, case):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if ".tau." in name or name.startswith("tau."):
                parameter.uniform_(*case["tau"])
            elif parameter.dim() > 1:
                parameter.normal_(0, 0.5 / parameter[0].numel() ** 0.5)
            else:
                parameter.normal_(0, 0.1)


def given_states(net, case):
    """Initial values: each neuron type, output and feedback that a run can be given, with a chance of 0.7."""
    tensors, keywords = {}, {}

    def draw(name, channels, size, signed):
        if torch.rand(()) > 0.7:
            return None
        values = (torch.randn if signed else torch.rand)(case["batch"], channels, *size)
        tensors[name] = values
        return values

    if case.get("state0"):
        keywords["neuron_state0"] = [
            [draw(f"state0.{i}.{j}", channels, area.neuron_type_size[j], area.neuron_type_class[j] == "hybrid")
             for j, channels in enumerate(area.num_neuron_subtypes)] for i, area in enumerate(net.areas)]
    if case.get("output0") and net.area_time_delay:
        keywords["output_state0"] = [draw(f"output0.{i}", area.out_channels, area.in_size, True)
                                     if i + 1 < len(net.areas) else None for i, area in enumerate(net.areas)]
    if case.get("feedback0"):
        keywords["feedback_state0"] = [draw(f"feedback0.{i}", area.feedback_channels, area.in_size, True)
                                       if area.use_feedback else None for i, area in enumerate(net.areas)]
    return tensors, keywords


def input_of(case):
    first = case["rnn"]["area_kwargs"][0]
    shape = (case["batch"], first["in_channels"], *first["in_size"])
    if case.get("sequence"):
        time_first = case["rnn"].get("batch_first") is False
        shape = (case["num_steps"], *shape) if time_first else (shape[0], case["num_steps"], *shape[1:])
    return torch.randn(shape)


def run_of(model, case, inputs, keywords):
    """A function that runs the model: (logits or None, outputs, states, feedback)."""
    steps = None if case.get("sequence") else case["num_steps"]
    if case["kind"] == "classifier":
        return lambda: model(inputs, num_steps=steps, loss_all_timesteps=bool(case.get("all_steps")),
                             return_activations=True)
    return lambda: (None, *model(inputs, num_steps=steps, **keywords))


def smallest_lead(maps, size):
    """By how much the maxima of an adaptive max pooling lead over what comes second in their windows, at least."""
    height, width = maps.shape[-2:]
    lead = float("inf")
    for i in range(size[0]):
        for j in range(size[1]):
            window = maps[..., i * height // size[0]:-(-(i + 1) * height // size[0]),
                          j * width // size[1]:-(-(j + 1) * width // size[1])].flatten(-2)
            if window.shape[-1] > 1:
                first, second = window.topk(2).values.unbind(-1)
                lead = min(lead, float((first - second).min()))
    return lead


def recorded(models, case):
    """Everything that a recorded run holds, by name. Where maxima tie, as they do on maps that are still the same
    everywhere, rounding alone would decide which of them has the gradient: such a case gets average pooling."""
    leads, pool = [], F.adaptive_max_pool2d

    def watched(maps, size, *rest):
        leads.append(smallest_lead(maps.detach(), size))
        return pool(maps, size, *rest)

    with patch.object(F, "adaptive_max_pool2d", watched):
        tensors = run_once(models, case)
    if leads and min(leads) < 1e-9:
        if case["rnn"]["num_areas"] > 1:
            case["rnn"]["pool_mode"] = "avg"
        if case["kind"] == "classifier":
            case["classifier"] = {"pool_size_classifier": [1, 1], **case["classifier"], "pool_mode_classifier": "avg"}
        tensors = run_once(models, case)
    return tensors


def run_once(models, case):
    torch.manual_seed(case["seed"] * 1_000_003 + case["index"])
    model = built(models, case)
    net = mended(model.rnn if case["kind"] == "classifier" else model)
    draw_parameters(model, case)
    inputs = input_of(case).requires_grad_()
    tensors, keywords = given_states(net, case)
    run = run_of(model, case, inputs, keywords)
    if not case.get("unprojected"):
        with torch.no_grad():
            run()  # clamps the parameters in place
    parameters = dict(model.named_parameters())
    tensors |= {f"param.{name}": value.detach().clone() for name, value in parameters.items()}
    tensors["input"] = inputs
    logits, outputs, states, feedback = run()
    values = {f"output.{i}": value for i, value in enumerate(outputs)}
    values |= {f"state.{i}.{j}": value for i, types in enumerate(states) for j, value in enumerate(types)}
    if logits is not None:
        labels = torch.randint(0, case["classifier"]["num_classes"], (case["batch"],))
        steps = logits if case.get("all_steps") else [logits]
        loss = torch.stack([F.cross_entropy(step, labels) for step in steps]).mean()
        tensors |= {"labels": labels, "logits": logits}
    else:
        weights = {f"cotangent.{name}": torch.randn_like(value) for name, value in values.items()}
        loss = sum((weights[f"cotangent.{name}"] * value).sum() for name, value in values.items())
        tensors |= weights
    if logits is None or case.get("activations"):
        tensors |= values
        tensors |= {f"feedback.{i}": value for i, value in enumerate(feedback) if value is not None}
    gradients = torch.autograd.grad(loss, [inputs, *parameters.values()], allow_unused=True)
    tensors["loss"] = loss
    for name, value, gradient in zip(["input", *parameters], [inputs, *parameters.values()], gradients):
        tensors[f"grad.{name}"] = torch.zeros_like(value) if gradient is None else gradient
    return {name: value.detach().contiguous() for name, value in tensors.items()}


def save(case, tensors, folder):
    from safetensors.torch import save_file
    save_file(tensors, folder / f"{case['name']}.safetensors")
    (folder / f"{case['name']}.json").write_text(json.dumps(case) + "\n")


def refusal(models, case):
    """What the reference, as it is, answers to a declaration when built or at its first run; None if it takes it."""
    try:
        torch.manual_seed(0)
        model = built(models, case)
        with torch.no_grad():
            run_of(model, case, input_of(case), {})()
    except Exception as problem:
        return f"{type(problem).__name__}: {str(problem).splitlines()[0] if str(problem) else ''}"
    return None
