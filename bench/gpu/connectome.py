#!/usr/bin/env python3
"""Times a connectome in PyTorch on a GPU: what bench_connectome is held against, on the synapses that it wrote. Prints one JSON
object: milliseconds of a training step (forward, backward, Adam, clamping) and of a forward pass without gradients, medians;
the most memory; and microseconds of one product of the matrix with the states.

    connectome.py WIRING.safetensors [--kind csr|gather] [--reference DIR] [--graph]

The equations are the reference's. Kind `csr` takes cuSPARSE's products in both directions and, for the weights' gradient, its
sampled product, as an autograd function: PyTorch's own gradient of a product with a sparse matrix is a dense matrix. Kind
`gather` gathers, multiplies and scatters, as torch_sparse does. --reference DIR times the package bioplnn itself, whose
torch_sparse is stood in for by the same operations where it is missing. --graph replays the training step as a CUDA graph.
"""
import argparse
import importlib.abc
import importlib.machinery
import importlib.util
import json
import resource
import statistics
import struct
import sys
import time
import types
import warnings

import numpy as np
import torch

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("wiring")
parser.add_argument("--kind", choices=("csr", "gather"), default="csr")
parser.add_argument("--reference", default="", help="the folder that holds the package bioplnn, or its repository")
parser.add_argument("--graph", action="store_true")
parser.add_argument("--device", default="cuda")
parser.add_argument("--end", type=float, default=0, help="of continuous time, in place of steps (the reference only; needs torchode)")
for name, default in dict(batch=16, steps=10, warmup=5, repeats=30).items():
    parser.add_argument("--" + name, type=int, default=default)
given = parser.parse_args()
if given.end and not given.reference:
    parser.error("--end is for --reference")
if given.device == "cuda" and not torch.cuda.is_available():
    print("connectome.py: there is no GPU here", file=sys.stderr)
    sys.exit(77)
warnings.simplefilter("ignore")  # sparse CSR tensors are called a prototype
torch.manual_seed(1)


def wiring(path):
    """Postsynaptic cells, presynaptic ones, weights, signs and types, of a file of circuit::save."""
    kinds = dict(I64=np.int64, I32=np.int32, I8=np.int8, U8=np.uint8, F64=np.float64)
    with open(path, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        head, body = json.loads(file.read(size)), file.read()
    def array(name):
        first, end = head[name]["data_offsets"]
        return np.frombuffer(body[first:end], kinds[head[name]["dtype"]]).reshape(head[name]["shape"])
    post, pre = array("indices")
    order = np.lexsort((pre, post))
    cells = len(array("neuron.types"))
    signs = np.where(array("neuron.classes") == 1, -1.0, 1.0) if "neuron.classes" in head else np.ones(cells)
    arriving = np.bincount(post, array("values"), minlength=cells)  # starting_weights::by_total_input
    weights = array("values") / np.maximum(arriving, 1e-12)[post]
    return post[order].copy(), pre[order].copy(), weights[order], signs, array("neuron.types").copy()


POST, PRE, WEIGHTS, SIGNS, TYPES = wiring(given.wiring)
CELLS = len(SIGNS)


def on_device(values, kind=torch.float32):
    return torch.tensor(values).to(given.device, kind)


def starts(ends):
    return on_device(np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=CELLS))]), torch.int32)


class Matrix:
    """The positions of all synapses by row and by column."""
    rows, columns = starts(POST), starts(PRE)
    by_column = np.lexsort((POST, PRE))
    of_rows, of_columns = on_device(PRE, torch.int32), on_device(POST[by_column], torch.int32)
    position = on_device(by_column, torch.int64)

    @classmethod
    def by_rows(cls, values):
        return torch.sparse_csr_tensor(cls.rows, cls.of_rows, values, (CELLS, CELLS), check_invariants=False)

    @classmethod
    def transposed(cls, values):
        return torch.sparse_csr_tensor(cls.columns, cls.of_columns, values[cls.position], (CELLS, CELLS), check_invariants=False)


class CsrProduct(torch.autograd.Function):
    @staticmethod
    def forward(context, values, states):
        context.save_for_backward(values, states)
        return Matrix.by_rows(values) @ states

    @staticmethod
    def backward(context, arriving):
        values, states = context.saved_tensors
        pattern = Matrix.by_rows(torch.zeros_like(values))
        sampled = torch.sparse.sampled_addmm(pattern, arriving.contiguous(), states.t().contiguous(), beta=0)
        return sampled.values(), Matrix.transposed(values) @ arriving.contiguous()


class Gathered:
    rows, columns = on_device(POST, torch.int64), on_device(PRE, torch.int64)

    @classmethod
    def product(cls, values, states):
        products = states.index_select(0, cls.columns) * values.unsqueeze(1)
        index = cls.rows.unsqueeze(1).expand_as(products)
        return torch.zeros_like(states).scatter_add(0, index, products)


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = torch.nn.Parameter(on_device(WEIGHTS))
        self.bias = torch.nn.Parameter(torch.zeros(CELLS, 1, device=given.device))
        self.tau = torch.nn.Parameter(torch.full((CELLS, 1), 2.0, device=given.device))
        self.signs = on_device(SIGNS).unsqueeze(1)

    def product(self, states):
        return CsrProduct.apply(self.weights, states) if given.kind == "csr" else Gathered.product(self.weights, states)

    def forward(self, drive):
        drive, rate = drive + self.bias, 1 / self.tau
        states = torch.zeros_like(drive)
        for _ in range(given.steps):
            states = rate * torch.sigmoid(drive + self.product(self.signs * states)) + (1 - rate) * states
        return states

    @torch.no_grad()
    def project(self):
        self.weights.clamp_min_(0)
        self.tau.clamp_min_(1)


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """For packages that the reference imports, where they are missing: all that they hold is an empty class."""
    packages = ("torch_sparse", "torchode", "torchvision", "cv2", "pandas", "scipy", "matplotlib", "PIL", "requests", "tqdm")

    class Module(types.ModuleType):
        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return type(name, (), {})

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.packages:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return self.Module(spec.name)

    def exec_module(self, module):
        pass


def reference(folder):
    """The package's network, called as Network is. Packages that it imports and never calls may be missing."""
    def coalesce(index, value, rows, columns):
        whole = torch.sparse_coo_tensor(index, value, (rows, columns)).coalesce()
        return whole.indices(), whole.values()

    def spmm(index, value, rows, columns, matrix):
        products = matrix.index_select(0, index[1]) * value.unsqueeze(1)
        to = index[0].unsqueeze(1).expand_as(products)
        return torch.zeros(rows, matrix.shape[1], device=matrix.device).scatter_add(0, to, products)

    if given.end:
        import torchode  # what solves is not to be stood in for
    sys.meta_path.append(StandIns())
    if importlib.util.find_spec("torch_sparse").loader.__class__ is StandIns:
        sys.modules["torch_sparse"] = types.SimpleNamespace(coalesce=coalesce, spmm=spmm)
    sys.path[:0] = [folder, folder + "/src"]
    from bioplnn.models import ConnectomeODERNN, ConnectomeRNN
    matrix = torch.sparse_coo_tensor(np.stack([POST, PRE]), torch.tensor(WEIGHTS, dtype=torch.float32), (CELLS, CELLS))
    model = (ConnectomeODERNN if given.end else ConnectomeRNN)(input_size=CELLS, num_neurons=CELLS, connectome=matrix.coalesce(), neuron_class=SIGNS.astype(int),
                          neuron_tau_init=np.full(CELLS, 2.0)).to(given.device)

    class Called(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, drive):
            if given.end:
                return self.model(drive.t(), end_time=given.end)[1][:, -1]
            return self.model(drive.t(), num_steps=given.steps)[1][:, -1]

        def project(self):
            pass  # it clamps in its forward pass
    return Called()


def wait():
    if given.device == "cuda":
        torch.cuda.synchronize()


def milliseconds(work):
    taken = []
    for i in range(given.warmup + given.repeats):
        wait()
        start = time.perf_counter()
        work()
        wait()
        if i >= given.warmup:
            taken.append((time.perf_counter() - start) * 1e3)
    return statistics.median(taken)


model = reference(given.reference) if given.reference else Network()
shown = on_device((TYPES == 0).astype(float)).unsqueeze(1) * torch.rand(CELLS, given.batch, device=given.device)
trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
adam = torch.optim.Adam(trained, lr=1e-4, capturable=given.graph)


def train():
    adam.zero_grad(set_to_none=True)
    model(shown).square().sum().backward()
    adam.step()
    model.project()


@torch.no_grad()
def forward():
    model(shown)


step = train
if given.graph:
    side = torch.cuda.Stream()
    with torch.cuda.stream(side):
        for _ in range(3):
            train()
    wait()
    recorded = torch.cuda.CUDAGraph()
    with torch.cuda.graph(recorded):
        train()
    step = recorded.replay

result = dict(what="bioplnn" if given.reference else f"PyTorch, {given.kind}", graph=given.graph, cells=CELLS, synapses=len(PRE),
              batch=given.batch, steps=given.steps, end=given.end, torch=torch.__version__)
if given.device == "cuda":
    result["gpu"] = torch.cuda.get_device_name()
result["training_ms"] = milliseconds(step)
if given.device == "cuda":
    result["peak_device_bytes"] = torch.cuda.max_memory_allocated()
result["forward_ms"] = milliseconds(forward)
result["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
states = torch.rand(CELLS, given.batch, device=given.device)
with torch.no_grad():
    if given.reference or given.kind == "gather":
        weights = on_device(WEIGHTS)
        result["product_us"] = 1e3 * milliseconds(lambda: Gathered.product(weights, states))
    else:
        matrix = Matrix.by_rows(on_device(WEIGHTS))
        result["product_us"] = 1e3 * milliseconds(lambda: matrix @ states)
print(json.dumps(result))
