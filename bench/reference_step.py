#!/usr/bin/env python3
"""Times torch-biopl (package bioplnn) on the digits example's network, or on it at other sizes: training steps and forward
passes; prints one JSON object. The options are those of bench_step, whose opponent it is. Needs torch, numpy, pandas,
scipy, torchvision and torchode.

--compile times the network under torch.compile, clamped once and no more (reference_network.py says why). --bfloat16 runs
the forward pass under autocast. --device cuda also lets float32 products be TF32 ones, as PyTorch users do.
"""
import argparse
import copy
import json
import resource
import sys
import time
import warnings


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", required=True, help="the folder that holds the package bioplnn, or its repository")
    for name, default in dict(channels=16, size=28, areas=1, batch=256, num_steps=5, threads=2, warm_up=2, repeats=5,
                              gradient_batch=0).items():
        parser.add_argument("--" + name.replace("_", "-"), type=int, default=default)
    parser.add_argument("--most-seconds", type=float, default=600)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--kind", default="plain", choices=("plain", "relu", "half_density", "feedback", "groups", "wide"),
                        help="what the network has that the digits example's hasn't (networks.hpp)")
    for name in ("first-step", "compile", "count", "bfloat16"):
        parser.add_argument("--" + name, action="store_true")
    return parser.parse_args()


given = options()
warnings.simplefilter("ignore")
import reference_network  # noqa: E402
import torch  # noqa: E402

reference_network.models(given.reference)

at_loaded = time.monotonic()


def called(logits, shown):
    with torch.autocast(given.device.partition(":")[0], torch.bfloat16, enabled=given.bfloat16):
        return logits(shown, num_steps=given.num_steps)


def loss_of(logits, shown, named):
    return torch.nn.functional.cross_entropy(called(logits, shown), named)


def train():
    loss = loss_of(forward_pass, images, labels)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


@torch.no_grad()
def forward():
    called(forward_pass, images)


def seconds_of(work):
    start = time.perf_counter()
    work()
    if on_gpu:
        torch.cuda.synchronize()
    return time.perf_counter() - start


def timed(work):
    """Warm-up ends early, and so do the timed runs after the first, when the time is up."""
    start = time.perf_counter()
    for i in range(given.warm_up):
        if i == 0 or time.perf_counter() - start < given.most_seconds:
            work()
    measured = [seconds_of(work)]
    while len(measured) < given.repeats and sum(measured) < given.most_seconds:
        measured.append(seconds_of(work))
    measured.sort()
    return dict(min_s=measured[0], median_s=measured[len(measured) // 2], runs=len(measured))


def gradient_error(count):
    """The largest error of any parameter's gradient in float32 against float64, measured as bench_step does
    (workload.hpp); on the parameters that the network started with."""
    network.load_state_dict(at_first)
    network.readout.eval()
    fine = copy.deepcopy(network).double()
    network.zero_grad()
    loss_of(forward_pass, images[:count], labels[:count]).backward()
    torch.set_default_dtype(torch.float64)  # the reference makes its first states in the default type
    loss_of(fine, images[:count].double(), labels[:count]).backward()
    torch.set_default_dtype(torch.float32)
    pairs = [(coarse.grad.double(), exact.grad) for coarse, exact in zip(network.parameters(), fine.parameters())
             if exact.grad is not None]
    vanishing = 1e-3 * max(exact.abs().max() for _, exact in pairs)
    return max(float((coarse - exact).abs().max() / max(exact.abs().max(), vanishing)) for coarse, exact in pairs)


on_gpu = torch.device(given.device).type == "cuda"
if on_gpu:
    torch.set_float32_matmul_precision("high")
    torch.backends.cudnn.allow_tf32 = True
torch.set_num_threads(given.threads)
torch.manual_seed(1)
network = reference_network.classifier(given.reference, given.channels, given.size, given.areas, given.kind).to(given.device)
result = dict(channels=given.channels, size=given.size, areas=given.areas, kind=given.kind,
              parameters=sum(parameter.numel() for parameter in network.parameters()))
if given.count:
    print(json.dumps(result))
    sys.exit()
images = torch.randn(given.batch, 1, given.size, given.size).to(given.device)
labels = torch.randint(0, 10, (given.batch,)).to(given.device)
optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)
forward_pass = reference_network.compiled(network, images) if given.compile else network

if given.first_step:
    at_built = time.monotonic()
    train()
    print(json.dumps(dict(loaded=at_loaded, built=at_built, stepped=time.monotonic())), flush=True)
    sys.exit()

at_first = copy.deepcopy(network.state_dict())
if given.compile:
    result["compile_seconds"] = seconds_of(train) + seconds_of(forward)
result.update(torch=torch.__version__, threads=given.threads, batch=given.batch, num_steps=given.num_steps, train=timed(train))
result["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
result["peak_device_bytes"] = torch.cuda.max_memory_allocated() if on_gpu else 0
result["forward"] = timed(forward)
if given.gradient_batch > 0:
    result["gradient_error"] = gradient_error(min(given.batch, given.gradient_batch))
print(json.dumps(result))
