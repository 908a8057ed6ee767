"""Networks under torch.compile: the operator cortexpr::answer."""

from __future__ import annotations

import sys
import threading

import pytest
import torch

import cortexpr
from conftest import DIGITS


def gradients_of(net, loss):
    return torch.autograd.grad(loss, list(net.parameters()))


@pytest.mark.parametrize("backend", ["eager", "aot_eager", "inductor"])
def test_a_whole_graph(Digits, images, backend):
    net = Digits(seed=0).eval()

    def around(shown):
        return torch.relu(net(2 * shown, steps=3)) + 1

    compiled = torch.compile(around, backend=backend, fullgraph=True)
    torch.testing.assert_close(compiled(images), around(images))
    for one, other in zip(gradients_of(net, compiled(images).sum()), gradients_of(net, around(images).sum())):
        torch.testing.assert_close(one, other)
    with torch.no_grad():
        torch.testing.assert_close(compiled(images), around(images))


def test_a_module_and_gradients_of_images(Pair):
    net = Pair(seed=1, dtype=torch.float64)
    shown = torch.rand(2, 3, 2, 9, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(1), requires_grad=True)
    compiled = torch.compile(net, backend="aot_eager", fullgraph=True)
    answer = compiled(shown)
    assert answer.shape == (2, 2, 5, 4) and torch.equal(answer, net(shown))
    torch.testing.assert_close(torch.autograd.grad(answer.square().sum(), shown)[0],
                               torch.autograd.grad(net(shown).square().sum(), shown)[0])


def test_dropout_draws_as_without(Digits, images, labels):
    """The same seed, the same draws; the backward pass is that of the forward pass, whether its run is kept or repeated."""
    plain, other = Digits(seed=3), Digits(seed=3)
    compiled = torch.compile(other, backend="aot_eager", fullgraph=True)
    for _ in range(3):
        first, second = (torch.nn.functional.cross_entropy(one(images, steps=2), labels) for one in (plain, compiled))
        assert torch.equal(first, second)
        for one, two in zip(gradients_of(plain, first), gradients_of(other, second)):
            assert torch.equal(one, two)
    losses = [[one(images, steps=2).square().sum() for _ in range(2)] for one in (plain, compiled)]
    for first, second in zip(*losses):  # the network kept the last run of these two
        assert torch.equal(first, second)
        for one, two in zip(gradients_of(plain, first), gradients_of(other, second)):
            assert torch.equal(one, two)
    assert torch.equal(plain(images, steps=2), compiled(images, steps=2))  # and goes on to draw where it was


def test_training_steps(Digits, images, labels):
    nets = [Digits(seed=0, data=images) for _ in range(2)]
    for net, call in zip(nets, (nets[0], torch.compile(nets[1], backend="aot_eager", fullgraph=True))):
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        cortexpr.optim.project_after(optimizer)
        for _ in range(3):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(call(images, steps=2), labels).backward()
            optimizer.step()
    for one, other in zip(*(net.parameters() for net in nets)):
        assert torch.equal(one, other)


def test_frozen_parameters(Digits, images):
    net = Digits(seed=0).eval()
    frozen = net.parameter("tau_of(E)").requires_grad_(False)
    torch.compile(net, backend="aot_eager", fullgraph=True)(images, steps=2).sum().backward()
    assert frozen.grad is None and net.parameter("tau_of(I)").grad.abs().sum() > 0
    net.zero_grad()
    net.requires_grad_(False)
    assert not torch.compile(net, backend="aot_eager", fullgraph=True)(images, steps=2).requires_grad


def test_torchs_own_check_of_the_operator(Digits, Pair, images):
    """Schema, autograd registration, fake kernel and ahead-of-time dispatch."""
    sequence = torch.rand(2, 3, 2, 9, 7, generator=torch.Generator().manual_seed(1), requires_grad=True)
    for net, shown, steps, all_steps in ((Digits(seed=0).eval(), images, 2, False), (Digits(seed=0).eval(), images, 3, True),
                                         (Pair(seed=0), sequence, None, False)):
        wanted = [one.requires_grad for one in (*net._tensors(), shown)]
        torch.library.opcheck(torch.ops.cortexpr.answer.default, (net._tensors(), shown, net._number, list(net.output_shape), wanted, net.training,
                                                                  steps, "batch_first", all_steps))


def test_what_does_not_fit_is_said(Digits, images):
    net = torch.compile(Digits(seed=0).eval(), backend="aot_eager")
    with pytest.raises(Exception, match="4, 5|axes"):
        net(images[0, 0], steps=2)
    wrong = Digits(seed=0).eval()
    with torch.no_grad():
        wrong.parameter("weight_of(E->I)").neg_()
    with pytest.raises(cortexpr.UsageError, match="project"):
        torch.compile(wrong, backend="aot_eager")(images, steps=2)


def test_a_network_that_is_gone_leaves_nothing(images):
    import gc
    import weakref

    net = cortexpr.declare(DIGITS)(seed=0)
    gone = weakref.ref(net)
    torch.compile(net, backend="aot_eager")(images, steps=2).sum().backward()
    assert net._last_run is None  # taken by the backward pass
    torch._dynamo.reset()
    del net
    gc.collect()
    assert gone() is None


def test_one_graph_serves_many_networks(Digits, images):
    """torch gives up where it has to compile one function more than eight times."""
    torch._dynamo.reset()
    for seed in range(10):
        net = Digits(seed=seed).eval()
        assert torch.equal(torch.compile(net, backend="aot_eager", fullgraph=True)(images, steps=2), net(images, steps=2))


def test_a_graph_whose_network_is_gone_says_so(Digits, images, tmp_path):
    net = Digits(seed=0).eval()
    program = torch.export.export(net, (images,), {"steps": 2})
    torch.export.save(program, tmp_path / "net.pt2")
    assert torch.equal(program.module()(images, steps=2), net(images, steps=2))
    assert torch.equal(torch.export.load(tmp_path / "net.pt2").module()(images, steps=2), net(images, steps=2))
    del net
    for one in (program, torch.export.load(tmp_path / "net.pt2")):
        with pytest.raises(Exception, match="the network of this graph is gone"):
            one.module()(images, steps=2)


def test_tracing_is_refused_where_it_would_record_nothing(Digits, images):
    class Around(torch.nn.Module):
        def __init__(self, net):
            super().__init__()
            self.net = net

        def forward(self, shown):
            return self.net(shown, steps=2)

    with pytest.raises(cortexpr.UsageError, match="torch.jit.trace can't record the planned executor's run"):
        torch.jit.trace(Around(Digits(seed=0).eval()), (images,))
    net = Digits(seed=0, executor="transparent").eval()
    traced = torch.jit.trace(Around(net), (images,), check_trace=False)
    torch.testing.assert_close(traced(images), net(images, steps=2))


# --- Threads -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def hasty_threads():
    """Threads that take turns at nearly every instruction."""
    before, threads = sys.getswitchinterval(), torch.get_num_threads()
    sys.setswitchinterval(1e-6)
    torch.set_num_threads(1)
    yield
    sys.setswitchinterval(before)
    torch.set_num_threads(threads)


def in_threads(*works):
    faults = []

    def guarded(work):
        try:
            work()
        except Exception as error:  # noqa: BLE001 - told where the test can see it
            faults.append(repr(error))

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []


@pytest.mark.parametrize("differentiated", [True, False])
def test_each_thread_gets_its_own_answer(Digits, images, hasty_threads, differentiated):
    torch._dynamo.reset()
    net = Digits(seed=0).eval()
    compiled = torch.compile(net, backend="aot_eager", fullgraph=True)
    expected = [net(one[None], 2).detach() for one in images[:4]]
    wrong = []

    def work(number):
        with torch.set_grad_enabled(differentiated):
            for _ in range(400):
                if not torch.allclose(compiled(images[number:number + 1], 2), expected[number], atol=1e-5):
                    wrong.append(number)

    with torch.set_grad_enabled(differentiated):
        compiled(images[:1], 2)
    in_threads(*(lambda number=number: work(number) for number in range(4)))
    assert wrong == []


def test_each_threads_gradient_is_of_the_dropout_of_its_answer(Digits, images, hasty_threads):
    """Of the readout's last layer, answer = W g + b for the gradient g of an answer by a row of W. Threads that don't compile
    draw between."""
    torch._dynamo.reset()
    net = Digits(seed=0, dtype=torch.float64)
    weight, bias = net.get_parameter("readout.4.weight"), net.get_parameter("readout.4.bias")
    compiled = torch.compile(net, backend="aot_eager", fullgraph=True)
    shown = images.double()
    wrong = []

    def work(number, call, times=100):
        for _ in range(times):
            for answer in [call(shown[number:number + 1], 2) for _ in range(2)]:  # one run at least is repeated
                gradient, = torch.autograd.grad(answer[0, 0], weight)
                if not torch.allclose(answer[0], weight @ gradient[0] + bias, atol=1e-9):
                    wrong.append(number)

    work(0, compiled, 1)
    in_threads(*(lambda number=number: work(number, compiled if number < 3 else net) for number in range(4)))
    assert wrong == []
    drawn = net.generator_state
    first, second = compiled(shown, 2), compiled(shown, 2)
    after = net.generator_state
    first.sum().backward()  # the network kept the run of the second
    second.sum().backward()
    assert torch.equal(net.generator_state, after) and not torch.equal(drawn, after) and net._last_run is None
