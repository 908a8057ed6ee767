"""Networks of single cells, with synapses from files and arrays."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
import torch

import cortexpr

TEXT = """
struct R : excitatory_cells<no_tau> {};
struct I : inhibitory_cells<tau<tau_mode::per_type, 2.0>> {};
struct T : excitatory_cells<nonlinearity<activation::tanh>, rectified, tau<tau_mode::per_neuron, 3.0>> {};
struct Motion : connectome<cells<R, I, T>, synapses<projects<R, I, T>, projects<I, T>, projects<T, I>>, stimulus_to<R>,
                           output_from<T>> {};
struct Directions : classifier<Motion, classes<3>, hidden<8>, dropout<0.0>> {};
"""
CELLS = ["R"] * 5 + ["I"] * 3 + ["T"] * 4


def synapses() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the pairs that the declaration allows, some."""
    draw = np.random.default_rng(2)
    allowed = {("R", "I"), ("R", "T"), ("I", "T"), ("T", "I")}
    pairs = [(i, j) for i in range(12) for j in range(12) if (CELLS[i], CELLS[j]) in allowed and draw.random() < 0.6]
    pre, post = np.array(pairs).T
    return pre, post, draw.integers(1, 9, len(pre)).astype(float)


@pytest.fixture(scope="module")
def Motion(own_cache):
    return cortexpr.declare(TEXT, "Motion")


@pytest.fixture(scope="module")
def Directions(own_cache):
    return cortexpr.declare(TEXT)


@pytest.fixture
def net(Motion):
    return Motion(synapses=synapses(), cells=CELLS, dtype=torch.float64)


@pytest.fixture
def shown():
    return torch.rand(6, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def files(tmp_path):
    pre, post, count = synapses()
    rows = "".join(f"c{a},c{b},{w:g}\n" for a, b, w in zip(pre, post, count))
    (tmp_path / "synapses.csv").write_text("pre,post,weight\n" + rows)
    (tmp_path / "cells.csv").write_text("id,type\n" + "".join(f"c{i},{name}\n" for i, name in enumerate(CELLS)))
    return dict(synapses=tmp_path / "synapses.csv", cells=tmp_path / "cells.csv")


def in_plain_torch(net, x: torch.Tensor, steps: int) -> torch.Tensor:
    """The equations of docs/connectome.md: the states after each step, (B, T, N)."""
    pre, post, _ = synapses()
    sign = torch.tensor([-1.0 if name == "I" else 1.0 for name in CELLS], dtype=torch.float64)
    matrix = torch.zeros(12, 12, dtype=torch.float64).index_put((torch.tensor(post), torch.tensor(pre)), net.get_parameter("hh.values"))
    drive = torch.cat([x, torch.zeros(len(x), 7, dtype=torch.float64)], 1) + net.get_parameter("hh.bias").flatten()
    of_i, of_t = net.get_parameter("tau").flatten().split([1, 4])
    tau = torch.cat([torch.ones(5, dtype=torch.float64), of_i.expand(3), of_t])
    state, all_states = torch.zeros_like(drive), []
    for _ in range(steps):
        z = drive + (sign * state) @ matrix.T
        f = torch.cat([torch.sigmoid(z[:, :8]), torch.tanh(z[:, 8:]).relu()], 1)
        state = f / tau + (1 - 1 / tau) * state
        all_states.append(state)
    return torch.stack(all_states, 1)


def test_values_and_gradients_are_those_of_the_equations(net, shown):
    assert net.cell_count == 12 and net.input_size == 5 and net.output_size == 4 and net.types == ("R", "I", "T")
    wanted = in_plain_torch(net, shown, 6)
    run = net.run(shown, 6, record=["R", "T", "output"])
    assert torch.allclose(run["R"], wanted[:, :, :5], rtol=0, atol=1e-12)
    assert torch.allclose(run["T"], wanted[:, :, 8:], rtol=0, atol=1e-12)
    assert torch.allclose(run["output"], wanted[:, :, 8:], rtol=0, atol=1e-12)
    assert torch.allclose(run.final_states["I"], wanted[:, -1, 5:8], rtol=0, atol=1e-12)
    assert torch.equal(net(shown, 6), run.output)
    pull = torch.rand(6, 4, dtype=torch.float64)
    for parameter in net.parameters():
        ours, = torch.autograd.grad((net(shown, 6) * pull).sum(), parameter)
        theirs, = torch.autograd.grad((in_plain_torch(net, shown, 6)[:, -1, 8:] * pull).sum(), parameter)
        assert torch.allclose(ours, theirs, rtol=0, atol=1e-10)
    x = shown.clone().requires_grad_()
    net(x, 6).sum().backward()
    assert x.grad.abs().min() > 0


def test_a_sequence_and_time_first(net, shown):
    still = net.run(shown, 4, record=["T"], layout="time_first")["T"]
    moving = net.run(shown.unsqueeze(1).expand(-1, 4, -1), record=["T"])["T"]
    assert torch.allclose(still.transpose(0, 1), moving, rtol=0, atol=1e-14)


def test_files_and_arrays_are_one_network(Motion, net, files, shown):
    read = Motion(**files, dtype=torch.float64)
    assert list(read.state_dict()) == list(net.state_dict()) == ["tau", "hh.values", "hh.bias"]
    assert torch.allclose(read(shown, 5), net(shown, 5), rtol=0, atol=1e-14)
    assert read.cells("T") == [8, 9, 10, 11] and read.cells("c6") == [6]
    pandas = pytest.importorskip("pandas")
    if not hasattr(pandas, "DataFrame"):
        return  # a stand-in
    table = pandas.read_csv(files["synapses"])
    numbers = [table[name].str[1:].astype(int) for name in ("pre", "post")]
    assert torch.equal(Motion(synapses=(*numbers, table["weight"]), cells=CELLS, dtype=torch.float64)(shown, 5), net(shown, 5))


def test_pairs_that_come_again_are_added_up(Motion, shown):
    pre, post, count = synapses()
    twice = [np.concatenate([values, values]) for values in (pre, post, count)]
    once = Motion(synapses=(pre, post, 2 * count), cells=CELLS, weights="as_in_the_file")
    assert torch.equal(Motion(synapses=twice, cells=CELLS, weights="as_in_the_file").get_parameter("hh.values"),
                       once.get_parameter("hh.values"))


def test_perturbations_go_by_type_and_by_cell(net, files, Motion, shown):
    free = net.run(shown, 6, record=["T", "I"])
    silenced = net.run(shown, 6, record=["T", "I"], silence={"I": 3})
    assert torch.equal(silenced["I"][:, :2], free["I"][:, :2]) and not silenced["I"][:, 2:].any()
    assert (silenced["T"][:, 3:] >= free["T"][:, 3:]).all() and not torch.equal(silenced["T"], free["T"])
    read = Motion(**files, dtype=torch.float64)
    held = read.run(shown, 6, record=["c5", "c6"], clamp={"c5": 0.25})
    assert (held["c5"] == 0.25).all() and not (held["c6"][:, 1:] == 0.25).any()
    pushed = net.run(shown, 6, inject={"T": 1.0}).output
    assert (pushed > free["T"][:, -1]).all()
    start = torch.full((1, 12), 0.5, dtype=torch.float64)
    assert not torch.equal(net.run(shown, 1, start=start).output, net(shown, 1))


def test_continuous_time(net, shown):
    euler = cortexpr.ContinuousTime(end=6, evaluations=7, method="euler", step=1.0)
    run = net.run(shown, time=euler, record=["I"])
    discrete = net.run(shown, 6, record=["I"])  # what Euler's steps of 1 are
    assert run.times == [float(t) for t in range(7)]
    assert torch.allclose(run["I"][:, 1:], discrete["I"], rtol=0, atol=1e-12)
    with pytest.raises(cortexpr.UsageError, match="leave steps out"):
        net.run(shown, time=euler, steps=3)


def test_training_keeps_dales_law(Directions, shown):
    net = Directions(synapses=synapses(), cells=CELLS, seed=1)
    assert net.classes == 3 and "rnn.hh.values" in net.state_dict()
    x, labels = shown.float(), torch.tensor([0, 1, 2, 0, 1, 2])
    optimizer = cortexpr.optim.Adam(net, lr=0.05)
    losses = []
    for _ in range(60):
        loss = torch.nn.functional.cross_entropy(net(x, steps=5), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
    assert (net.get_parameter("rnn.hh.values") >= 0).all() and (net.get_parameter("rnn.tau") >= 1).all()
    assert net(x, steps=5, all_steps=True).shape == (5, 6, 3)
    with torch.no_grad():
        net.get_parameter("rnn.hh.values")[0] = -1
    with pytest.raises(cortexpr.UsageError, match="rnn.hh.values holds -1"):
        net(x, steps=5)
    net.project()
    assert net.get_parameter("rnn.hh.values")[0] == 0
    net(x, steps=5)


def test_frozen_weights_stay(own_cache):
    frozen = TEXT.replace("output_from<T>>", "dense_output_from<2, T>, weights<weight_mode::frozen>>")
    net = cortexpr.declare(frozen, "Motion")(synapses=synapses(), cells=CELLS)
    assert {name: one.requires_grad for name, one in net.named_parameters()}["hh.values"] is False
    net(torch.rand(2, 5), steps=3).sum().backward()
    assert net.get_parameter("hh.values").grad is None and net.get_parameter("ho.weight").grad is not None


def test_save_load_and_copies(Motion, net, shown, tmp_path):
    before = net(shown, 4)
    net.save(tmp_path / "motion.safetensors")
    twin = copy.deepcopy(net)
    with torch.no_grad():
        net.get_parameter("hh.values").mul_(0.5)
    assert torch.equal(twin(shown, 4), before) and not torch.equal(net(shown, 4), before)
    net.load(tmp_path / "motion.safetensors")
    assert torch.equal(net(shown, 4), before)
    other = Motion(synapses=synapses(), cells=CELLS, dtype=torch.float64, weights="as_in_the_file")
    other.load_state_dict(net.state_dict())
    assert torch.equal(other(shown, 4), before)
    assert torch.allclose(net.float()(shown.float(), 4), before.float(), atol=1e-6)
    for refused in (pickle.dumps, lambda one: torch.save(one, tmp_path / "net.pt")):
        with pytest.raises(cortexpr.UsageError, match="isn't pickled"):
            refused(net)
    assert pickle.loads(pickle.dumps(Motion)) is Motion
    fewer = [values[1:] for values in synapses()]
    with pytest.raises(cortexpr.FileError, match="hh"):
        Motion(synapses=fewer, cells=CELLS).load(tmp_path / "motion.safetensors")


def test_transparent_runs_give_the_same_and_second_derivatives(Motion, net, shown):
    oracle = Motion(synapses=synapses(), cells=CELLS, dtype=torch.float64, executor="transparent")
    assert torch.allclose(oracle(shown, 5), net(shown, 5), rtol=0, atol=1e-12)
    weights = oracle.get_parameter("hh.values")
    first, = torch.autograd.grad(oracle(shown, 5).sum(), weights, create_graph=True)
    second, = torch.autograd.grad(first.square().sum(), weights)
    assert second.abs().max() > 0


@pytest.mark.parametrize(("given", "says"), [
    (dict(synapses=([0], [12], [1.0]), cells=CELLS), "synapse 0 has postsynaptic cell 12, but `cells` names the types of 12 cells"),
    (dict(synapses=([0.5], [5], [1.0]), cells=CELLS), "whole numbers"),
    (dict(synapses=([0], [5, 6], [1.0]), cells=CELLS), "of the same length; these have 1, 2 and 1"),
    (dict(synapses=([0], [5], [float("nan")]), cells=CELLS), "infinite or NaN"),
    (dict(synapses=([0], [5]), cells=["R", "X"]), "cell 1 is of a type X, which Motion doesn't declare; its types are R, I, T"),
    (dict(synapses=([0], [5])), "cells is the name of each cell's type, of R, I, T"),
    (dict(synapses=([0], [5]), cells=CELLS, columns="codex"), "columns is about files"),
    (dict(synapses=([0],), cells=CELLS), r"synapses are a file's path, or \(pre, post\)"),
    (dict(synapses=(["a"], ["b"]), cells=CELLS), "synapses are arrays of numbers"),
    (dict(synapses=([8], [0]), cells=CELLS), "T.*R"),
    (dict(synapses=([0], [5]), cells=CELLS, weights="raw"), "by_total_input"),
    (dict(synapses=([0], [5]), cells=CELLS, executor="batched"), "has no executor batched"),
])
def test_arrays_that_do_not_fit_are_refused(Motion, given, says):
    with pytest.raises(cortexpr.UsageError, match=says):
        Motion(**given)


def test_files_that_do_not_fit_are_refused(Motion, files, tmp_path):
    with pytest.raises(cortexpr.FileError, match="nothing.csv"):
        Motion(synapses=tmp_path / "nothing.csv", cells=files["cells"])
    with pytest.raises(cortexpr.UsageError, match="no entry source"):
        Motion(**files, columns={"source": "pre"})
    with pytest.raises(cortexpr.UsageError, match="no columns of the name flywire"):
        Motion(**files, columns="flywire")
    with pytest.raises(cortexpr.FileError, match="root_id"):
        Motion(**files, columns="codex")
    with pytest.raises(cortexpr.UsageError, match="the types of the cells come from a file"):
        Motion(synapses=files["synapses"], cells=CELLS)


def test_names_and_inputs_that_do_not_fit_are_refused(net, shown):
    with pytest.raises(cortexpr.UsageError, match="Motion has no cell type and no cell called Q; its types are R, I, T"):
        net.run(shown, 2, record=["Q"])
    with pytest.raises(cortexpr.UsageError, match="5"):
        net(torch.rand(2, 7, dtype=torch.float64), steps=2)
    with pytest.raises(cortexpr.UsageError, match="float64"):
        net(shown.float(), steps=2)
    with pytest.raises(cortexpr.UsageError, match="steps=5"):
        net(shown)
    with pytest.raises(cortexpr.UsageError, match="was not recorded"):
        net.run(shown, 2)["T"]


def test_what_is_around_it_compiles(net, shown):
    scaled = torch.compile(lambda x: net(x * 2, steps=3) + 1, backend="eager")
    assert torch.equal(scaled(shown), net(shown * 2, steps=3) + 1)
