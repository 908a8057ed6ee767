#!/usr/bin/env python3
"""Times the digits example's network in PyTorch on a GPU, up to the readout's features and back: what gpu_kernels' speed is
held against. Prints one JSON object: microseconds of the forward pass, the backward pass, and the forward pass alone without
gradients; medians.

The network is the reference's as its equations stand: one convolution for each edge and step, weights clamped at every
use, sums and nonlinearities one after the other. --compile lets torch.compile fuse them; --bfloat16 runs the
convolutions under autocast. --reference DIR times the package bioplnn itself instead, readout included; it needs numpy,
pandas, scipy, torchvision and torchode beside torch.
"""
import argparse
import json
import statistics
import sys
import types

import torch
import torch.nn.functional as F

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--reference", default="", help="the folder that holds the package bioplnn, or its repository")
parser.add_argument("--compile", action="store_true")
parser.add_argument("--bfloat16", action="store_true")
for name, default in dict(batch=256, num_steps=5, warmup=20, repeats=200).items():
    parser.add_argument("--" + name.replace("_", "-"), type=int, default=default)
given = parser.parse_args()
if not torch.cuda.is_available():
    print("opponent.py: there is no GPU here", file=sys.stderr)
    sys.exit(77)
torch.set_float32_matmul_precision("high")
torch.manual_seed(1)
CHANNELS, OUTPUTS, SIZE = 16, 32, 28


class Network(torch.nn.Module):
    """Stimulus, E and I into E and I; E into the output; the maximum of each output channel."""

    def __init__(self):
        super().__init__()

        def edge(sources, targets):
            layer = torch.nn.Conv2d(sources, targets, 3, padding=1)
            with torch.no_grad():
                for tensor in layer.parameters():
                    tensor.abs_()
            return layer

        self.into_states = torch.nn.ModuleList(
            [torch.nn.ModuleList([edge(sources, CHANNELS) for sources in (1, CHANNELS, CHANNELS)]) for _ in range(2)])
        self.into_output = edge(CHANNELS, OUTPUTS)
        self.tau = torch.nn.ParameterList([torch.nn.Parameter(torch.full((1, CHANNELS, 1, 1), 1.5)) for _ in range(2)])

    @staticmethod
    def convolved(layer, of):
        return F.conv2d(of, layer.weight.clamp_min(0), layer.bias.clamp_min(0), padding=1)

    def forward(self, images, num_steps):
        states = [images.new_zeros(len(images), CHANNELS, SIZE, SIZE) for _ in range(2)]
        for _ in range(num_steps):
            after = []
            for target, edges in enumerate(self.into_states):
                tau = self.tau[target].clamp_min(1)
                drive = torch.stack([sign * self.convolved(layer, of) for layer, of, sign in
                                     zip(edges, (images, *states), (1, 1, -1))]).sum(0)
                after.append(torch.sigmoid(drive) / tau + (1 - 1 / tau) * states[target])
            states = after
        return F.adaptive_max_pool2d(self.convolved(self.into_output, states[0]), 1).flatten(1)


def reference(folder):
    sys.modules["torch_sparse"] = types.SimpleNamespace(coalesce=None, spmm=None)  # its spatial models never call it
    sys.path[:0] = [folder, folder + "/src"]
    import numpy as np
    from bioplnn.models import SpatiallyEmbeddedClassifier
    return SpatiallyEmbeddedClassifier(
        rnn_kwargs=dict(num_areas=1, area_kwargs=[dict(
            in_size=[SIZE, SIZE], in_channels=1, out_channels=OUTPUTS, num_neuron_types=2,
            num_neuron_subtypes=np.array([CHANNELS, CHANNELS]),
            neuron_type_class=np.array(["excitatory", "inhibitory"]),
            inter_neuron_type_connectivity=np.array([[1, 1, 0], [1, 1, 1], [1, 1, 0]]))]),
        num_classes=10, fc_dim=256, dropout=0.5)


def microseconds(prepare, work):
    taken = []
    for i in range(given.warmup + given.repeats):
        value = prepare()
        start, stop = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        torch.cuda.synchronize()
        start.record()
        work(value)
        stop.record()
        torch.cuda.synchronize()
        if i >= given.warmup:
            taken.append(start.elapsed_time(stop) * 1e3)
    return statistics.median(taken)


model = (reference(given.reference) if given.reference else Network()).cuda()
images = torch.randn(given.batch, 1, SIZE, SIZE, device="cuda")
run = torch.compile(model) if given.compile else model


def forward(_=None):
    with torch.autocast("cuda", torch.bfloat16, enabled=given.bfloat16):
        return run(images, num_steps=given.num_steps)


def backward(features):
    features.backward(torch.ones_like(features))


@torch.no_grad()
def inference(_):
    forward()


result = dict(what="bioplnn" if given.reference else "the equations in PyTorch", compiled=given.compile,
              bfloat16=given.bfloat16, batch=given.batch, steps=given.num_steps, torch=torch.__version__,
              gpu=torch.cuda.get_device_name(), forward_us=microseconds(lambda: None, forward),
              backward_us=microseconds(forward, backward), inference_us=microseconds(lambda: None, inference))
result["images_per_s"] = given.batch * 1e6 / (result["forward_us"] + result["backward_us"])
print(json.dumps(result))
