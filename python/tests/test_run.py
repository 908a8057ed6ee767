"""What a run of a network is asked and gives: values, gradients, from several threads, until it is interrupted."""

from __future__ import annotations

import contextlib
import copy
import pickle
import signal
import threading
import time

import pytest
import torch

import cortexpr

from conftest import gradients, loss_of


# --- Steps -------------------------------------------------------------------------------------------------------------


def test_logits_of_images_and_sequences(Digits, images):
    net = Digits(seed=0).eval()
    assert net(images, steps=4).shape == (6, 10)
    assert net(images, 4, all_steps=True).shape == (4, 6, 10)
    assert torch.equal(net(images, 4, all_steps=True)[-1], net(images, 4))
    sequence = images[:, None].repeat(1, 4, 1, 1, 1)
    torch.testing.assert_close(net(sequence), net(images, 4))
    torch.testing.assert_close(net(sequence.transpose(0, 1), layout="time_first"), net(images, 4))
    assert torch.equal(net(images.numpy(), steps=4), net(images, steps=4))
    assert Digits(seed=0, executor="transparent").eval()(images, 2).isclose(net(images, 2), atol=1e-5).all()
    rounded = Digits(seed=0, precision="bfloat16").eval()(images, 2)
    assert rounded.dtype == torch.float32 and not torch.equal(rounded, net(images, 2))
    torch.testing.assert_close(rounded, net(images, 2), atol=0.02, rtol=0.02)


def test_records_and_perturbs_by_name(Pair):
    net = Pair(seed=1).eval()
    images = torch.rand(3, 2, 9, 7)
    run = net.run(images, 4, record=["Low.E", "I", "High.E", "Low.output", "Low.feedback"], silence={"Low.I": 3},
                  start={"Low.E": torch.ones(3, 4, 9, 7), "Low.feedback": torch.ones(3, 3, 9, 7)})
    assert run["Low.E"].shape == (3, 4, 4, 9, 7) and run["I"].shape == (3, 4, 2, 5, 4)
    assert run["Low.output"].shape == (3, 4, 4, 9, 7) and run["Low.feedback"].shape == (3, 4, 3, 9, 7)
    assert (run["I"][:, :2] > 0).all() and (run["I"][:, 2:] == 0).all()
    assert set(run.final_states) == {"Low.E", "Low.I", "High.E"}
    assert torch.equal(run.final_states["High.E"], run["High.E"][:, -1])
    assert run.output.shape == (3, 2, 5, 4) and run.logits is None
    assert net.run(images, 4, record=["I"], layout="time_first")["I"].shape == (4, 3, 2, 5, 4)
    free = net.run(images, 4, record=["Low.E"])
    assert not torch.equal(free["Low.E"], run["Low.E"])
    torch.testing.assert_close(net(images, 4), free.output)
    # Goes on where another run ended.
    half = net.run(images, 2)
    rest = net.run(images, 2, start={**half.final_states, "Low.feedback": net.run(images, 2, record=["Low.feedback"])[
        "Low.feedback"][:, -1]})
    torch.testing.assert_close(rest.output, free.output)


def test_perturbations_are_written_as_on_the_command_line(Pair):
    net = Pair(seed=1).eval()
    images = torch.rand(3, 2, 9, 7)
    run = net.run(images, 4, record=["Low.E", "Low.I"], perturb=["clamp Low.E[1]=0.5", "silence Low.I:2..3", "cut High-Low"])
    assert (run["Low.E"][:, :, 1] == 0.5).all() and not (run["Low.E"][:, :, 0] == 0.5).any()
    assert (run["Low.I"][:, 1:3] == 0).all() and (run["Low.I"][:, 3] > 0).any()
    assert not torch.equal(net.run(images, 4, perturb=["cut High-Low"]).output, net.run(images, 4).output)
    torch.testing.assert_close(net.run(images, 4, perturb=["silence Low.I:3.."]).output,
                               net.run(images, 4, silence={"Low.I": 3}).output)
    held = net.run(images, 4, record=["Low.I"], perturb=["clamp Low.I=0.5"], silence={"Low.I": 3})["Low.I"]
    assert (held[:, :2] == 0.5).all() and (held[:, 2:] == 0).all()


def test_a_run_is_asked_what_it_has(Pair):
    run = Pair(seed=0).run(torch.rand(1, 2, 9, 7), 2, record=["Low.I", "High.output"])
    assert "Low.I" in run and "I" in run and "Low.E" not in run and 3 not in run
    assert list(run) == ["High.output", "Low.I"] and len(run) == 2 and dict(run).keys() == {"Low.I", "High.output"}


@pytest.mark.parametrize(("call", "says"), [
    (lambda net, x: net(x), "say for how many steps it is shown, as in steps=5"),
    (lambda net, x: net(x[:, 0], 5), "unsqueeze"),
    (lambda net, x: net(x.int(), 5), "has element type int32"),
    (lambda net, x: net(x.byte(), 5), r"tensor\.to\(torch\.float32\), and scale pixels as in training"),
    (lambda net, x: net(x.double().numpy(), 5), r"are an array of float64, .* parameters are float32; give array\.astype\(numpy\.float32\)"),
    (lambda net, x: net(x, 0), "0 steps were asked for"),
    (lambda net, x: net(x, 2, layout="other"), '"other" is no layout'),
    (lambda net, x: net.run(x, 2, record=["V1.X"]), "V1.X"),
    (lambda net, x: net.run(x, 2, record=["V1.feedback"]), "hears no feedback"),
    (lambda net, x: net.run(x, 2, silence={"E": -1}), "silenced from step -1"),
    (lambda net, x: net.run(x, 2, silence={"E": 0}), "silenced from step 0"),
    (lambda net, x: net.run(x, 2, start={"E": torch.ones(1)}), "initial state of E"),
    (lambda net, x: net.run(x, 2, perturb=["hold E"]), "is no perturbation"),
    (lambda net, x: net.run(x, 2, perturb=["cut E-X"]), "X"),
    (lambda net, x: net.run(x, 2, time=cortexpr.ContinuousTime(1)), "has no steps; leave steps out"),
    (lambda net, x: cortexpr.ContinuousTime(1, method="verlet"), "verlet"),
    (lambda net, x: net.run(x, 2, record=["V1.E"])["V1.I"], "V1.I was not recorded"),
    (lambda net, x: type(net)(device="tpu"), '"tpu" is no device'),
    (lambda net, x: type(net)(dtype=torch.float16), "can't be float16; choose torch.float32 or torch.float64"),
    (lambda net, x: type(net)(precision="float16"), "float16"),
    (lambda net, x: type(net)(precision="tf32"), "needs a GPU"),
    (lambda net, x: type(net)(executor="quick"), '"quick" is no executor'),
    (lambda net, x: cortexpr.Network(), "declares nothing"),
])
def test_requests_that_do_not_fit_are_refused(Digits, images, call, says):
    with pytest.raises(cortexpr.UsageError, match=says) as caught:
        call(Digits(seed=0), images)
    assert "\n" not in str(caught.value) and "::" not in str(caught.value)


def test_which_area_must_be_said(Pair):
    with pytest.raises(cortexpr.UsageError, match='write "High.output"'):
        Pair().run(torch.rand(1, 2, 9, 7), 1, record=["output"])


def test_autocast_has_no_effect(Digits, images, labels):
    net = Digits(seed=0).eval()
    expected = gradients(net, images, labels)
    with torch.autocast("cpu", torch.bfloat16):
        logits = net(images, steps=3)
        assert logits.dtype == torch.float32 and torch.equal(logits, net(images, steps=3))
    net.zero_grad()
    torch.nn.functional.cross_entropy(logits, labels).backward()
    assert all(torch.equal(one.grad, other) for one, other in zip(net.parameters(), expected))


def test_what_comes_out_of_autocast_is_taken(Digits, images):
    net, layer = Digits(seed=0).eval(), torch.nn.Conv2d(1, 1, 1)
    with torch.autocast("cpu", torch.bfloat16):
        given = layer(images)
        answer = net(given, 2)
        run = net.run(given, 2, start={"V1.E": torch.zeros(len(images), 4, 8, 8, dtype=torch.bfloat16)})
    assert torch.equal(run.logits, net.run(given.float(), 2, start={"V1.E": torch.zeros(len(images), 4, 8, 8)}).logits)
    assert given.dtype == torch.bfloat16 and torch.equal(answer, net(given.float(), 2))
    with pytest.raises(cortexpr.UsageError, match="bfloat16"):
        net(given, 2)


def test_inference_and_no_grad(Digits, images):
    net = Digits(seed=0).eval()
    expected = net(images, steps=2)
    assert expected.requires_grad
    with torch.no_grad():
        assert not net(images, steps=2).requires_grad and torch.equal(net(images, steps=2), expected)
    with torch.inference_mode():
        assert torch.equal(net(images, steps=2), expected)


def test_dropout_is_drawn_while_training_only(Digits, images):
    net = Digits(seed=0, data=images)
    assert not torch.equal(net(images, 2), net(images, 2))
    torch.manual_seed(0)  # the network's draws are its own
    first = Digits(seed=0, data=images)(images, 2)
    assert torch.equal(Digits(seed=0, data=images)(images, 2), first)
    net.eval()
    assert torch.equal(net(images, 2), net(images, 2))


def test_what_is_not_finite_is_told_in_evaluation(Digits, images):
    net = Digits(seed=0).eval()
    with torch.no_grad():
        net.parameter("bias_of(E->I)").fill_(torch.nan)
    with pytest.raises(cortexpr.UsageError, match="infinite or NaN"):
        net(images, 1)


def test_too_little_memory_is_told(Digits):
    net = Digits(seed=0).eval()
    shown = torch.rand(1, 1, 8, 8).expand(2_000_000, 1, 8, 8)
    with pytest.raises(MemoryError, match="not enough memory; give fewer images or steps at once, record less"):
        net.run(shown, 100_000, record=["V1.E"])


# --- Continuous time ---------------------------------------------------------------------------------------------------


def test_continuous_time(Pair):
    net = Pair(seed=1, dtype=torch.float64).eval()
    images = torch.rand(2, 2, 9, 7, dtype=torch.float64)
    time = cortexpr.ContinuousTime(2, evaluations=5, relative_tolerance=1e-9, absolute_tolerance=1e-11)
    run = net.run(images, time=time, record=["Low.E"])
    assert run.times == time.times() == [0, 0.5, 1, 1.5, 2] and run["Low.E"].shape == (2, 5, 4, 9, 7)
    fixed = cortexpr.ContinuousTime(2, evaluations=5, method="rk4", step=0.02)
    torch.testing.assert_close(net.run(images, time=fixed, record=["Low.E"])["Low.E"], run["Low.E"], atol=1e-7, rtol=0)
    assert net.run(images, 2).times == []
    run.output.sum().backward()
    assert net.parameter("weight_of(Low.E->I)").grad.abs().sum() > 0


def test_continuous_time_is_a_value():
    time = cortexpr.ContinuousTime(3, evaluations=4, method="rk4", step=0.5)
    for again in (copy.deepcopy(time), pickle.loads(pickle.dumps(time))):
        assert again == time and again.times() == time.times()
    assert repr(time) == "ContinuousTime(end=3, evaluations=4, method='rk4', step=0.5)"
    assert time != cortexpr.ContinuousTime(4)


@pytest.mark.parametrize("options", [{}, {"method": "rk4", "steps": 8}])
def test_a_sample_of_nan_stays_alone(Pair, options):
    net = Pair(seed=1, dtype=torch.float64).eval()
    images = torch.rand(3, 2, 9, 7, dtype=torch.float64)
    time = cortexpr.ContinuousTime(2, **options)
    expected = net.run(images, time=time).output
    images[1, 0, 3, 3] = torch.nan
    for found in (net.run(images, time=time).output, net(images, 2)):
        assert found[1].isnan().any() and not found[[0, 2]].isnan().any()
    torch.testing.assert_close(net.run(images, time=time).output[[0, 2]], expected[[0, 2]])
    assert net.run(images[1:2], time=time).output.isnan().any()


# --- Gradients ---------------------------------------------------------------------------------------------------------


def test_recordings_are_differentiable(Pair):
    net = Pair(seed=1)
    net.run(torch.rand(2, 2, 9, 7), 3, record=["Low.I"])["Low.I"].sum().backward()
    assert net.parameter("weight_of(Low.E->I)").grad.abs().sum() > 0


def test_gradients_agree_with_differences(Pair):
    net = Pair(seed=1, dtype=torch.float64)
    images = torch.rand(1, 2, 9, 7, dtype=torch.float64, requires_grad=True)
    names = ["tau_of(Low.E)", "weight_of(High->Low)", "bias_of(Low.E->I)"]
    torch.autograd.gradcheck(lambda *_: net(images, 3), (images, *map(net.parameter, names)), atol=1e-7, fast_mode=True)


def test_second_derivatives(Digits, images, labels):
    net = Digits(seed=0, executor="transparent")
    first = torch.autograd.grad(loss_of(net, images, labels), net.parameter("tau_of(E)"), create_graph=True)[0]
    assert torch.autograd.grad(first.sum(), net.parameter("weight_of(E->I)"))[0].abs().sum() > 0
    net = Digits(seed=0)
    with pytest.raises(RuntimeError, match="no second derivatives; ask the network for the transparent one"):
        torch.autograd.grad(loss_of(net, images, labels), net.parameter("tau_of(E)"), create_graph=True)


@pytest.mark.parametrize("method", ["euler", "rk4", "dopri5"])
@pytest.mark.parametrize("frames", [0, 3])
def test_replayed_gradients_are_the_recorded_ones(method, frames):
    """Of areas in a row: the last one's output hears the first one's parameters by way of states alone."""
    Row = cortexpr.declare("""
        struct E : excitatory<2> {};
        struct V1 : area<input<1, 4, 4>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<2>> {};
        struct V2 : area<input<2, 4, 4>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<2>> {};
        struct V3 : area<input<2, 4, 4>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<2>> {};
        struct Row : network<V1, V2, V3> {};""")
    net = Row(seed=0, dtype=torch.float64)
    shape = (2, frames, 1, 4, 4) if frames else (2, 1, 4, 4)
    shown = torch.rand(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0), requires_grad=True)
    options = {} if method == "dopri5" else {"step": 0.5}
    found = []
    for gradients in ("replayed", "recorded"):
        time = cortexpr.ContinuousTime(end=6, method=method, gradients=gradients, **options)
        found.append(torch.autograd.grad(net.run(shown, time=time).output.sum(), [shown, *net.parameters()]))
    for one, other in zip(*found):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-14)


# --- Threads and interrupts --------------------------------------------------------------------------------------------


def test_threads_run_at_once(Digits, images):
    net = Digits(seed=0).eval()
    expected = net(images, 3)
    found = []

    def work():
        for _ in range(5):
            found.append(torch.equal(net(images, 3), expected))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [True] * 20


def test_other_threads_go_on_while_one_runs(Digits):
    """The interpreter's lock is released: a thread in Python counts on during one long run."""
    net, images = Digits(seed=0).eval(), torch.rand(64, 1, 8, 8)
    net(images, 1)
    counted, stop = [0], threading.Event()

    def count():
        while not stop.is_set():
            counted[0] += 1

    counter = threading.Thread(target=count)
    counter.start()
    with torch.no_grad():
        before = counted[0]
        net(images, 200)
        during = counted[0] - before
    stop.set()
    counter.join()
    assert during > 100


def test_an_interrupt_arrives_between_calls(Digits, images):
    net = Digits(seed=0).eval()
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
    timer = threading.Timer(0.2, lambda: signal.raise_signal(signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        while True:
            net(images, 5)
    timer.join()
    signal.signal(signal.SIGINT, before)
    assert torch.isfinite(net(images, 5)).all()


@contextlib.contextmanager
def interrupted_in(seconds):
    """What is computed within is ended by Ctrl-C, and soon."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(seconds, lambda: signal.raise_signal(signal.SIGINT))
    began = time.monotonic()
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
        assert time.monotonic() - began < seconds + 5
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("executor", ["planned", "batched", "transparent"])
def test_an_interrupt_ends_a_long_run(Digits, images, executor):
    net = Digits(seed=0, executor=executor).eval()
    expected = net(images, 3)
    with torch.no_grad(), interrupted_in(0.3):
        net(images, 1_000_000)  # at best half a minute
    assert torch.equal(net(images, 3), expected)
    with torch.no_grad(), interrupted_in(0.3):
        net.run(images, time=cortexpr.ContinuousTime(1000, method="euler", step=1e-3))


def test_an_interrupt_ends_a_backward_pass(Digits, images):
    net = Digits(seed=0).eval()
    loss = net(images, 8000).sum()
    with interrupted_in(0.02):
        loss.backward()
    assert all(one.grad is None for one in net.parameters())
