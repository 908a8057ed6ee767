"""Networks on the devices that there are: on a GPU they compute what they compute on the CPU."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
import torch

import cortexpr

from conftest import loss_of

DEVICES = ["cpu"] + (["cuda"] if torch.cuda.is_available() else [])
MOTION = """
struct R : excitatory_cells<no_tau> {};
struct I : inhibitory_cells<> {};
struct T : excitatory_cells<> {};
struct Motion : connectome<cells<R, I, T>, synapses<projects<R, I, T>, projects<I, T>>, stimulus_to<R>, output_from<T>> {};
struct Directions : classifier<Motion, classes<3>, hidden<8>> {};
"""


@pytest.fixture(params=DEVICES)
def device(request):
    return request.param


def gradients_of(net):
    return [one.grad.cpu() for one in net.parameters()]


def test_gives_the_cpus_numbers(Digits, device, images, labels):
    host = Digits(seed=0, data=images).eval()
    net = copy.deepcopy(host).to(device)
    assert {one.device.type for one in net.parameters()} == {torch.device(device).type}
    for one, shown, wanted in ((host, images, labels), (net, images.to(device), labels.to(device))):
        loss_of(one, shown, wanted).backward()
    assert torch.allclose(net(images.to(device), 3).cpu(), host(images, 3), atol=1e-5)
    for here, there in zip(gradients_of(host), gradients_of(net)):
        assert torch.allclose(here, there, atol=1e-4 * here.abs().max())
    run = net.run(images.to(device), 3, record=["E"], silence={"I": 2})
    assert torch.allclose(run["E"].cpu(), host.run(images, 3, record=["E"], silence={"I": 2})["E"], atol=1e-5)


def test_is_made_there(Digits, device, images):
    one, other = Digits(seed=4, data=images, device=device), Digits(seed=4, data=images).to(device)
    for here, there in zip(one.parameters(), other.parameters(), strict=True):
        assert here.device == there.device and torch.allclose(here, there, atol=1e-5)


@pytest.mark.parametrize("by_call", [False, True])
def test_the_same_seed_learns_the_same_bits(Digits, device, images, labels, by_call):
    """With dropout."""
    shown, wanted = images.to(device), labels.to(device)

    def learnt():
        net = Digits(seed=0, device=device)
        optimizer = cortexpr.optim.Adam(net, 0.05)
        for _ in range(4):
            if by_call:
                optimizer.train_step(shown, wanted, 3)
            else:
                loss_of(net, shown, wanted).backward()
                optimizer.step()
                optimizer.zero_grad()
        return [one.detach().cpu() for one in net.parameters()]

    assert all(torch.equal(one, other) for one, other in zip(learnt(), learnt()))


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "tf32"])
def test_precisions(Digits, device, images, precision):
    if precision == "tf32" and device == "cpu":
        pytest.skip("a GPU's")
    net = Digits(seed=0, data=images, precision=precision, device=device).eval()
    exact = Digits(seed=0, device=device, dtype=torch.float64, executor="transparent").eval()
    exact.load_state_dict({name: values.double() for name, values in net.state_dict().items()})
    off = (net(images.to(device), 3) - exact(images.to(device).double(), 3)).abs().max()
    assert off < {"float32": 1e-5, "tf32": 1e-2, "bfloat16": 5e-2}[precision]


def test_pickles_where_it_is(Digits, device, images):
    net = Digits(seed=0, device=device).eval()
    twin = pickle.loads(pickle.dumps(net))
    assert next(twin.parameters()).device == next(net.parameters()).device
    assert torch.equal(twin(images.to(device), 3), net(images.to(device), 3))


def test_what_is_elsewhere_is_refused(Digits, device, images):
    elsewhere = "meta" if device == "cpu" else "cpu"
    with pytest.raises(cortexpr.UsageError, match="on cpu|on meta"):
        Digits(seed=0, device=device)(images.to(elsewhere), 3)


def test_connectomes(own_cache, device):
    draw = np.random.default_rng(1)
    cells = ["R"] * 20 + ["I"] * 10 + ["T"] * 12
    pairs = [(i, j) for i in range(30) for j in range(20 if i < 20 else 30, 42) if draw.random() < 0.4]
    pre, post = np.array(pairs).T
    host = cortexpr.declare(MOTION)(synapses=(pre, post, draw.integers(1, 9, len(pre)).astype(float)), cells=cells, seed=1).eval()
    net = copy.deepcopy(host).to(device)
    shown, wanted = torch.rand(7, 20), torch.arange(7) % 3
    for one, inputs, targets in ((host, shown, wanted), (net, shown.to(device), wanted.to(device))):
        torch.nn.functional.cross_entropy(one(inputs, 5), targets).backward()
    assert torch.allclose(net(shown.to(device), 5).cpu(), host(shown, 5), atol=1e-5)
    for here, there in zip(gradients_of(host), gradients_of(net)):
        assert torch.allclose(here, there, atol=1e-4 * here.abs().max())
    optimizer = cortexpr.optim.Adam(net, 0.01)
    losses = [optimizer.train_step(shown.to(device), wanted.to(device), 5).item() for _ in range(20)]
    assert losses[-1] < losses[0]
    assert torch.equal(pickle.loads(pickle.dumps(net))(shown.to(device), 5), net(shown.to(device), 5))
