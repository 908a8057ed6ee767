#!/usr/bin/env python3
"""Times torch-biopl (package bioplnn) on the seed example's network: one training step and one forward pass; prints one
JSON object. Needs torch, numpy, pandas, scipy, torchvision and torchode; torch_sparse is stood in for, since the
convolutional networks never call it."""
import argparse
import json
import resource
import sys
import time
import types
import warnings

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--reference", required=True, help="the folder that holds the package bioplnn, or its repository")
for name, default in dict(threads=2, batch=256, num_steps=5, warmup=2, repeats=5).items():
    parser.add_argument("--" + name.replace("_", "-"), type=int, default=default)
given = parser.parse_args()

warnings.simplefilter("ignore")
sys.modules["torch_sparse"] = types.SimpleNamespace(coalesce=None, spmm=None)
sys.path[:0] = [given.reference, given.reference + "/src"]
import numpy as np  # noqa: E402
import torch  # noqa: E402
from bioplnn.models import SpatiallyEmbeddedClassifier  # noqa: E402

torch.set_num_threads(given.threads)
torch.manual_seed(1)
area = dict(
    in_size=[28, 28], in_channels=1, out_channels=32, num_neuron_types=2, num_neuron_subtypes=np.array([16, 16]),
    neuron_type_class=np.array(["excitatory", "inhibitory"]),
    inter_neuron_type_connectivity=np.array([[1, 1, 0], [1, 1, 1], [1, 1, 0]]))
model = SpatiallyEmbeddedClassifier(
    rnn_kwargs=dict(num_areas=1, area_kwargs=[area]), num_classes=10, fc_dim=256, dropout=0.5)
images = torch.randn(given.batch, 1, 28, 28)
labels = torch.randint(0, 10, (given.batch,))
optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)


def train():
    loss = torch.nn.functional.cross_entropy(model(images, num_steps=given.num_steps), labels)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


@torch.no_grad()
def forward():
    model(images, num_steps=given.num_steps)


def seconds(work):
    measured = []
    for i in range(given.warmup + given.repeats):
        start = time.perf_counter()
        work()
        if i >= given.warmup:
            measured.append(time.perf_counter() - start)
    measured.sort()
    return dict(min_s=measured[0], median_s=measured[len(measured) // 2])


trained = seconds(train)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps(dict(threads=given.threads, batch=given.batch, num_steps=given.num_steps, train=trained,
                      forward=seconds(forward), peak_bytes=peak, torch=torch.__version__)))
