"""Arguments of a wrong type end in one sentence that names them, never in the engine's list of signatures."""

import re
import signal

import numpy as np
import pytest
import torch

import cortexpr


@pytest.fixture(scope="module")
def net(Digits):
    return Digits(seed=0).eval()


@pytest.fixture(scope="module")
def x():
    return torch.rand(2, 1, 8, 8)


@pytest.fixture(scope="module")
def cells(own_cache):
    Motion = cortexpr.declare("""
        struct R : excitatory_cells<no_tau> {};
        struct T : excitatory_cells<> {};
        struct Motion : connectome<cells<R, T>, synapses<projects<R, T>>, stimulus_to<R>, output_from<T>> {};""")
    return Motion(synapses=([0, 1], [2, 3]), cells=["R", "R", "T", "T"])


def refusal(call):
    with pytest.raises(cortexpr.UsageError) as caught:
        call()
    text = str(caught.value)
    assert "\n" not in text and "incompatible" not in text, text
    return text


@pytest.mark.parametrize(("call", "says"), [
    (lambda net, x: net(x, 2.5), "steps is a whole number or None, not float 2.5"),
    (lambda net, x: net(x, "5"), "steps is a whole number or None, not str '5'"),
    (lambda net, x: net(x, 2**40), "steps is a whole number or None, from -2147483648 to 2147483647, not 1099511627776"),
    (lambda net, x: net(x, 2, layout=1), "layout is a text, not int 1"),
    (lambda net, x: net(x, 2, all_steps="yes"), "all_steps is True or False, not str 'yes'"),
    (lambda net, x: net("image.png", 2), "inputs are a tensor, or what torch.as_tensor takes, not a str"),
    (lambda net, x: net(x.to_sparse(), 2), "the input is a sparse tensor; give tensor.to_dense()"),
    (lambda net, x: net(x.to("meta"), 2), "meta"),
    (lambda net, x: net(torch.nested.nested_tensor(list(x)), 2), "nested"),
    (lambda net, x: net.run(x, 2, record=None), "record is a list of names, not None"),
    (lambda net, x: net.run(x, 2, record="V1.E"), r"record is a list of names: record=\['V1.E'\]"),
    (lambda net, x: net.run(x, 2, record=["V1.E", 3]), "record is a list of texts, not int 3 at 1"),
    (lambda net, x: net.run(x, 2, perturb="cut E-I"), "perturb is a list of names"),
    (lambda net, x: net(x, np.float32(2.9)), "steps is a whole number or None, not a float32"),
    (lambda net, x: net(x, torch.tensor(2.9)), "steps is a whole number or None, not a Tensor"),
    (lambda net, x: net.run(x, 4, silence={"E": np.float32(2.9)}), "not a float32 at 'E'"),
    (lambda net, x: type(net)(seed=np.float32(1.9)), "seed is a whole number, not a float32"),
    (lambda net, x: net(x, 1_000_001), "at most 1,000,000"),
    (lambda net, x: cortexpr.ContinuousTime(np.arange(3)), "end is a number, not a ndarray"),
    (lambda net, x: cortexpr.ContinuousTime(2, first_step=torch.rand(3)), "first_step is a number or None, not a Tensor"),
    (lambda net, x: cortexpr.ContinuousTime(2, most_steps=np.float32(9.5)), "most_steps is a whole number, not a float32"),
    (lambda net, x: net.run(x, 2, record=torch.tensor(1)), "record is a list of names, not a Tensor"),
    (lambda net, x: type(net)(data=5), "data are images, .* not of 0 axes"),
    (lambda net, x: type(net)(data=x.to_sparse()), "data are images as a dense tensor"),
    (lambda net, x: type(net)(data=x.to(torch.complex64)), "data are images as a dense tensor of real numbers"),
    (lambda net, x: cortexpr.optim.Adam(net, lr="a"), "lr is a number, not str 'a'"),
    (lambda net, x: cortexpr.optim.project_after(net), "project_after takes an optimizer of torch.optim, not a Digits"),
    (lambda net, x: cortexpr.to_bioplnn(5), "to_bioplnn takes a network of areas, not int 5"),
    (lambda net, x: net.run(x, 2, silence=["V1.E"]), "silence is a dict by name, not a list"),
    (lambda net, x: net.run(x, 2, silence={"V1.E": 1.5}), "not float 1.5 at 'V1.E'"),
    (lambda net, x: net.run(x, 2, silence={"V1.E": None}), "silence is a dict from texts to whole numbers, not None at 'V1.E'"),
    (lambda net, x: net.run(x, 2, start={"V1.E": "zeros"}), "start are a tensor"),
    (lambda net, x: net.run(x, 2, time=5.0), "time is a ContinuousTime or None, not float 5.0"),
    (lambda net, x: cortexpr.ContinuousTime("5"), "end is a number, not str '5'"),
    (lambda net, x: cortexpr.ContinuousTime(5, evaluations=2.5), "evaluations is a whole number, not float 2.5"),
    (lambda net, x: net.run(x, time=cortexpr.ContinuousTime(5, evaluations=2_000_000_000)), "at most 1,000,000"),
    (lambda net, x: cortexpr.ContinuousTime(5, gradients="kept"), '"kept" is no kind of gradients; use replayed or recorded'),
    (lambda net, x: type(net)(seed="1"), "seed is a whole number, not str '1'"),
    (lambda net, x: type(net)(seed=-1), "seed is a whole number, from 0 to 18446744073709551615, not -1"),
    (lambda net, x: type(net)(dtype="float32"), "dtype is a torch.dtype such as torch.float32, not str 'float32'"),
    (lambda net, x: type(net)(device=x), "device is a text such as 'cpu', or a torch.device, not a Tensor"),
    (lambda net, x: type(net)(precision=32), "precision is a text, not int 32"),
    (lambda net, x: type(net)(data="digits"), "data are a tensor"),
    (lambda net, x: net.initialise("balanced", data=x, steps="5"), "steps is a whole number, not str '5'"),
    (lambda net, x: net.parameter(0), "name is a text, not int 0"),
    (lambda net, x: net.summary("5"), "steps is a whole number, not str '5'"),
    (lambda net, x: net.save(5), "path is a text or a path, not int 5"),
    (lambda net, x: cortexpr.declare(None), "text is a text, not None"),
    (lambda net, x: cortexpr.load(None), "path is a text or a path, not None"),
    (lambda net, x: cortexpr.from_json(5), "description is a text or a path or a dict from texts to values, not int 5"),
    (lambda net, x: cortexpr.from_json({"areas": {1, 2}}), "the description holds what JSON has not"),
    (lambda net, x: cortexpr.optim.Adam(net, decoupled_weight_decay=0.01),
     "decoupled_weight_decay is True or False, not float 0.01; how much is weight_decay"),
    (lambda net, x: cortexpr.optim.Adam(net).train_step(x, torch.tensor([0, 99]), 2), "label 99 is none of the network's 10 classes, 0 to 9"),
    (lambda net, x: cortexpr.optim.Adam(net).train_step(x, torch.tensor([0, 1, 2]), 2), "labels of shape \\(3\\) don't fit answers"),
    (lambda net, x: cortexpr.optim.Adam(net).train_step(x, torch.zeros(len(x), dtype=torch.int32), 2),
     "labels are of int64, and these are of int32; give labels.long\\(\\)"),
    (lambda net, x: net.run(x, 2, silence={"E": 3}), "silence of V1.E begins at step 3, but the run has 2"),
    (lambda net, x: net.run(x, 2, record=["V1.E"])["I"], "I was not recorded; this run recorded V1.E"),
    (lambda net, x: net.run(x, 2, record=["E"])["V2.E"], "V2.E was not recorded; this run recorded E"),
    (lambda net, x: cortexpr.optim.parameter_groups(5, 0.1), "parameter_groups takes the module itself"),
    (lambda net, x: cortexpr.optim.parameter_groups(net, "0.1"), "lr is a number, not str '0.1'"),
])
def test_what_a_network_is_given(net, x, call, says):
    assert re.search(says, refusal(lambda: call(net, x)))


@pytest.mark.parametrize(("call", "says"), [
    (lambda net, x: net(x, 2.0), "steps is a whole number or None, not float 2.0"),
    (lambda net, x: net.run(x, 2, record=None), "record is a list of names, not None"),
    (lambda net, x: net.run(x, 2, clamp={"R": "high"}), "not str 'high' at 'R'"),
    (lambda net, x: net.run(x, 2, silence=3), "silence is a dict by name, not int 3"),
    (lambda net, x: net.run(x, 2, inject={"R": torch.rand(3)}), "not a Tensor at 'R'"),
    (lambda net, x: type(net)(synapses="s.csv", minimum=torch.rand(3)), "minimum is a number, not a Tensor"),
    (lambda net, x: type(net)(synapses=([0], [2], [1j]), cells=["R", "R", "T"]), "one of these is complex"),
    (lambda net, x: type(net)(synapses=(np.array([2**64 - 1], np.uint64), [2]), cells=["R", "R", "T"]), "2\\*\\*63 or more"),
    (lambda net, x: net.run(x, 2, silence={"R": 3}), "from step 3, but the run has 2"),
    (lambda net, x: net(x.to_sparse(), 2), "the input is a sparse tensor"),
    (lambda net, x: net.run(x, 2, start=torch.zeros(1, 4).to_sparse()), "the initial state is a sparse tensor"),
    (lambda net, x: type(net)(synapses=([0], [2]), cells=["R", "R", "T"], signs="GABA"), "signs is"),
    (lambda net, x: type(net)(synapses=([0], [2]), cells=["R", "R", "T"], seed=1.5), "seed is a whole number, not float 1.5"),
    (lambda net, x: type(net)(synapses="s.csv", columns={"pre": 5}), "columns is .*, not int 5 at 'pre'"),
    (lambda net, x: type(net)(synapses=([0], [2]), cells=["R", "R", "T"], device=0), "or a torch.device, not int 0"),
    (lambda net, x: type(net)(synapses=([0], [2]), cells=["R", "R", "T"], undeclared=x), "undeclared is about files"),
    (lambda net, x: type(net)(synapses=([0], [2]), cells=["R", "R", "T"], minimum=np.ones(3)), "minimum is about files"),
    (lambda net, x: type(net)(synapses=([0], [2]), cells=["R", "R", "T"], unannotated="left_out"), "unannotated is about files"),
    (lambda net, x: type(net)(synapses="s.csv", undeclared=x), 'undeclared cells are "refused" or "left_out", not a Tensor'),
    (lambda net, x: type(net)(synapses=([0], [2]), cells={x: "R"}), "cells has the id a Tensor, which is neither"),
    (lambda net, x: type(net)(synapses="s.csv", minimum="5"), "minimum is a number, not str '5'"),
])
def test_what_a_connectome_is_given(cells, call, says):
    assert re.search(says, refusal(lambda: call(cells, torch.rand(2, 2))))


def test_a_file_name_is_no_declaration():
    with pytest.raises(cortexpr.DeclarationError, match="'digits.hpp' looks like a file's name"):
        cortexpr.declare("digits.hpp")


def test_recordings_go_by_every_spelling_of_a_name(net, x):
    run = net.run(x, 2, record=["E", "V1.I", "output"])
    assert torch.equal(run["V1.E"], run["E"]) and torch.equal(run["I"], run["V1.I"])
    assert torch.equal(run["V1.output"], run["output"])


def test_a_connectome_goes_on_from_its_final_states(cells):
    x = torch.rand(3, 2)
    first = cells.run(x, 2)
    whole = cells.run(x, 5, record=["T"])
    later = cells.run(x, 3, record=["T"], start=first.final_states)
    assert torch.equal(later["T"], whole["T"][:, 2:])
    one = {"R": torch.zeros(1, 2), "T": first.final_states["T"]}  # one for all samples
    assert cells.run(x, 1, start=one).final_states["T"].shape == (3, 2)
    for start, says in [({"T": x}, "lacks R"), ({"R": x, "T": x, "S": x}, "has 'S'"), ({"R": x[:, :1], "T": x}, "start of R is of shape"),
                        ({"R": x, "T": x[:2]}, "states of 2 and of 3 samples")]:
        assert says in refusal(lambda: cells.run(x, 2, start=start))


def test_what_numpy_and_booleans_give_is_taken(net, x):
    expected = net.run(x, 3, record=["V1.E"])
    assert torch.equal(net(x, np.int64(3)), expected.logits)
    assert torch.equal(net(x.numpy(), 3, all_steps=np.bool_(True))[-1], expected.logits)
    state = np.zeros((2, 4, 8, 8), np.float32)
    assert torch.equal(net.run(x, np.int32(3), start={"V1.E": state}, record=("V1.E",))["V1.E"], expected["V1.E"])


def test_a_start_or_silence_under_two_names_is_refused(net, x):
    for given in (dict(silence={"E": 1, "V1.E": 2}), dict(start={"E": x.new_zeros(2, 4, 8, 8), "V1.E": x.new_ones(2, 4, 8, 8)})):
        assert "names the same twice, as E and as V1.E; give it once" in refusal(lambda: net.run(x, 2, **given))
    assert "begins at step 3, but the run has 2" in refusal(lambda: net.run(x, 2, silence={"E": 3}))
    nan = x.new_full((2, 4, 8, 8), float("nan"))
    assert "holds a value that is infinite or NaN" in refusal(lambda: net.run(x, 2, start={"E": nan}))


def test_what_succeeds_is_not_blamed(net, x):
    """An exception of the user's, from a handler of a signal within a run, stays his."""
    def alarm(*_):
        raise ValueError("mine")

    before = signal.signal(signal.SIGALRM, alarm)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with torch.no_grad(), pytest.raises(ValueError, match="mine"):
            net.run(x, 1_000_000, record={"E": 1})
    finally:
        signal.signal(signal.SIGALRM, before)


def test_an_error_of_other_code_stays_what_it_is(net, x):
    def hook(*_):
        raise KeyError("its own")

    handle = net.register_forward_pre_hook(hook)
    with pytest.raises(KeyError, match="its own"):
        net(x, 2)
    handle.remove()
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        net.run()


def test_an_unknown_argument_is_told_with_those_that_there_are(net, x):
    name = type(net).__name__
    for call, told in ((lambda: net.run(x, stpes=2), "run takes images, steps, record, .*, and no stpes; the nearest is steps"),
                       (lambda: net(x, executor="transparent"),
                        f"forward takes images, steps, layout, all_steps, and no executor; executor is an argument of {name}"),
                       (lambda: net(x, 2, record=["E"]), "and no record; record is an argument of run"),
                       (lambda: net.run(x, 2, executor="transparent"), f"executor is an argument of {name}"),
                       (lambda: type(net)(executro="planned"), f"{name} takes seed, .*, and no executro; the nearest is executor"),
                       (lambda: type(net).summary(stps=2), "summary takes steps, and no stps; the nearest is steps"),
                       (lambda: net.load("file", strict=True), "load takes path, and no strict")):
        with pytest.raises(cortexpr.UsageError, match=told):
            call()


def test_continuous_time_has_the_options_that_advice_names(net, x):
    exact = net.run(x, time=cortexpr.ContinuousTime(2, relative_tolerance=1e-6, absolute_tolerance=1e-8), record=["E"])
    small = cortexpr.ContinuousTime(2, relative_tolerance=1, absolute_tolerance=1, first_step=0.01, largest_step=0.02)
    assert (net.run(x, time=small, record=["E"])["E"] - exact["E"]).abs().max() < 1e-3
    by_count = cortexpr.ContinuousTime(2, method="rk4", steps=40)
    assert (net.run(x, time=by_count, record=["E"])["E"] - exact["E"]).abs().max() < 1e-3
    with pytest.raises(cortexpr.Error, match="allow more"):
        net.run(x, time=cortexpr.ContinuousTime(2, largest_step=0.01, most_steps=5))
    for wrong, sentence in (({"saved_states": 0}, "0 saved states are too few"),
                            ({"method": "rk4", "step": 0.5, "steps": 2}, "given the size of its steps, 0.5, and their number, 2"),
                            ({"method": "rk4"}, "rk4 takes fixed steps; give"), ({"step": 0.5}, "dopri5 chooses its steps"),
                            ({"method": "rk4", "step": 0.5, "relative_tolerance": 1e-9}, "leave relative_tolerance out, or take dopri5"),
                            ({"method": "euler", "steps": 4, "largest_step": 0.1}, "leave largest_step out, or take dopri5"),
                            ({"gradients": "recorded", "saved_states": 2}, "leave saved_states out, or choose replayed ones")):
        with pytest.raises(cortexpr.UsageError, match=sentence):
            cortexpr.ContinuousTime(2, **wrong)
    images = x.clone().requires_grad_(True)
    recorded = cortexpr.ContinuousTime(1, method="rk4", steps=2, gradients="recorded")
    (first,) = torch.autograd.grad(net.run(images, time=recorded).output.square().sum(), images, create_graph=True)
    assert torch.autograd.grad(first.square().sum(), images)[0].abs().sum() > 0
    replayed = cortexpr.ContinuousTime(1, method="rk4", steps=2, saved_states=1)
    output = net.run(images, time=replayed).output
    with pytest.raises(RuntimeError, match="no second derivatives; choose recorded ones"):
        torch.autograd.grad(output.square().sum(), images, create_graph=True)
    assert torch.autograd.grad(net.run(images, time=replayed).output.sum(), images)[0].abs().sum() > 0
