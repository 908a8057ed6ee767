"""Networks of single cells, with synapses from files and arrays."""

from __future__ import annotations

import copy
import gc
import json
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

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
    """Some of the pairs that the declaration allows."""
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


def test_the_last_of_a_text_is_declared(Motion, Directions):
    assert Motion.__name__ == "Motion" and Directions.__name__ == "Directions" and issubclass(Motion, cortexpr.Connectome)
    assert Directions.classes == 3 and Motion.classes == 0 and Directions.types == ("R", "I", "T")
    assert cortexpr.declare(TEXT) is Directions
    with pytest.raises(cortexpr.UsageError, match="declares nothing"):
        cortexpr.Connectome(synapses=synapses(), cells=CELLS)


def test_a_library_is_loaded(net, shown, tmp_path):
    cortexpr.compile(TEXT, tmp_path / "motion.so")
    loaded = cortexpr.load(tmp_path / "motion.so", "Motion")(synapses=synapses(), cells=CELLS, dtype=torch.float64)
    assert torch.equal(loaded(shown, 3), net(shown, 3))


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


def test_cells_have_ids_where_they_are_given(Motion, net, shown):
    pre, post, count = synapses()
    numbers = np.arange(12) + 720575940600000000
    by_number = Motion(synapses=(numbers[pre], numbers[post], count), cells=dict(zip(numbers.tolist(), CELLS)),
                       dtype=torch.float64)
    by_text = Motion(synapses=([f"c{one}" for one in pre], [f"c{one}" for one in post], count),
                     cells={f"c{one}": name for one, name in enumerate(CELLS)}, dtype=torch.float64)
    assert torch.equal(by_number(shown, 4), net(shown, 4)) and torch.equal(by_text(shown, 4), net(shown, 4))
    assert by_number.cells("720575940600000009") == [9] and by_text.cells("c9") == [9]
    turned = torch.zeros(len(count), dtype=torch.complex128)
    turned.imag = -torch.from_numpy(count)
    assert turned.conj().imag.is_neg()  # the counts, negated when they are read
    lazily = Motion(synapses=(pre, post, turned.conj().imag), cells=CELLS, dtype=torch.float64)
    assert torch.equal(lazily(shown, 4), net(shown, 4))
    with pytest.raises(cortexpr.UsageError, match="synapses name a cell 3, which isn't among the ids in cells"):
        Motion(synapses=([3], numbers[:1]), cells=dict(zip(numbers.tolist(), CELLS)))


def test_cells_that_are_numbers_have_ids(Motion, net, files, shown):
    read = Motion(**files)
    assert read.ids == [f"c{cell}" for cell in range(12)] and net.ids == [str(cell) for cell in range(12)]
    rates = read.run(shown.float(), 2, record=["T", "c9"])
    column = [read.ids[cell] for cell in read.cells("T")].index("c9")
    assert torch.equal(rates["T"][..., column], rates["c9"][..., 0])


def test_a_column_of_pandas_has_its_ids_in_its_index(Motion, net, shown):
    pandas = pytest.importorskip("pandas")
    if not hasattr(pandas, "Series"):
        return  # a stand-in
    pre, post, count = synapses()
    ids = np.arange(12)[::-1] + 100
    table = pandas.Series(CELLS, index=ids)
    by_index = Motion(synapses=(ids[pre], ids[post], count), cells=table, dtype=torch.float64)
    assert torch.equal(by_index(shown, 4), net(shown, 4)) and by_index.cells("101") == [10]
    plain = Motion(synapses=(pre, post, count), cells=pandas.Series(CELLS), dtype=torch.float64)
    assert torch.equal(plain(shown, 4), net(shown, 4)) and plain.cells(10) == [10]
    with pytest.raises(cortexpr.UsageError, match="an index in which an id is there twice"):
        Motion(synapses=([1], [2]), cells=pandas.Series(["R", "I", "T"], index=[1, 1, 2]))


def test_cells_without_a_type_are_left_out_where_that_is_asked_for(Motion, files):
    with open(files["synapses"], "a") as table:
        table.write("c0,stranger,3\n")
    with pytest.raises(cortexpr.FileError, match=r"'stranger' isn't in .*left out \(unannotated: left_out\)"):
        Motion(**files)
    left_out = Motion(**files, unannotated="left_out")
    assert left_out.cell_count == 12 and "1 neuron has no type in the cells file" in left_out.report
    assert len(Motion(**files, unannotated_type="I").cells("I")) == 4
    with pytest.raises(cortexpr.FileError, match="'stranger' isn't in"):
        Motion(**files, unannotated="refused")
    with pytest.raises(cortexpr.UsageError, match="unannotated_type is the type of cells that are kept"):
        Motion(**files, unannotated="left_out", unannotated_type="I")
    with pytest.raises(cortexpr.UsageError, match='unannotated cells are "kept" or "left_out" or "refused", not \'lost\''):
        Motion(**files, unannotated="lost")


def test_what_leaves_no_synapse_is_refused(Motion, files, tmp_path):
    with pytest.raises(cortexpr.FileError, match="all weigh less than the minimum, 100"):
        Motion(**files, minimum=100)
    signs = dict(columns={"transmitter": "nt"}, signs={"ACH": "inhibitory", "ach": "excitatory"})
    with pytest.raises(cortexpr.UsageError, match="signs name the transmitter 'ach' twice"):
        Motion(**files, **signs)
    with pytest.raises(cortexpr.UsageError, match="needs a file of cells beside that of synapses"):
        Motion(synapses=files["synapses"])
    pre, post, count = synapses()
    matrix = torch.sparse_coo_tensor(np.stack([post, pre]), count, (12, 12))
    for wrong, says in (({"w": matrix}, "give the prefix 'w.'"), ([matrix.to_dense()], "save a sparse tensor")):
        torch.save(wrong, tmp_path / "w.pt")
        with pytest.raises(cortexpr.FileError, match=says):
            Motion(synapses=tmp_path / "w.pt", cells=files["cells"])
    torch.save({"w": matrix}, tmp_path / "w.pt")
    assert Motion(synapses=tmp_path / "w.pt", cells=files["cells"], prefix="w.").synapse_count == len(pre)
    torch.save({"w": torch.nn.Parameter(matrix)}, tmp_path / "w.pt")
    assert Motion(synapses=tmp_path / "w.pt", cells=files["cells"], prefix="w.").synapse_count == len(pre)
    files["cells"].write_text(files["cells"].read_text() + "c12,T\n")
    with pytest.raises(cortexpr.FileError, match="is of 12 neurons, but 13 are known"):
        Motion(synapses=tmp_path / "w.pt", cells=files["cells"], prefix="w.")


def test_a_table_without_weights_counts_rows_where_that_is_said(Motion, files):
    pre, post, _ = synapses()
    files["synapses"].write_text("pre,post\n" + "".join(f"c{a},c{b}\n" for a, b in zip(pre, post)) + f"c{pre[0]},c{post[0]}\n")
    with pytest.raises(cortexpr.FileError, match="has no column 'weight'.*or give weight an empty name there"):
        Motion(**files)
    net = Motion(**files, columns={"weight": ""}, weights="as_in_the_file")
    assert net.get_parameter("hh.values").flatten().tolist() == [2.0] + [1.0] * (len(pre) - 1)


def test_sparse_projections_come_from_arrays(own_cache, shown):
    Sparse = cortexpr.declare(TEXT.replace("stimulus_to<R>", "sparse_stimulus_to<2, R>")
                              .replace("output_from<T>", "sparse_output_from<3, T>"), "Motion")
    given = dict(synapses=synapses(), cells=CELLS, dtype=torch.float64)
    net = Sparse(**given, stimulus_synapses=([0, 1, 4, 0], [0, 1, 1, 0], [1.0, 0.5, 2.0, 2.0]),
                 output_synapses=([8, 9, 11], [0, 2, 2]))
    assert net.get_parameter("ih.values").flatten().tolist() == [3.0, 0.5, 2.0]
    run = net.run(shown[:, :2], 3, record=["R", "T", "output"])
    drive = torch.zeros(6, 5, dtype=torch.float64)
    drive[:, 0], drive[:, 1], drive[:, 4] = 3 * shown[:, 0], 0.5 * shown[:, 1], 2 * shown[:, 1]
    torch.testing.assert_close(run["R"][:, 0], torch.sigmoid(drive), rtol=0, atol=1e-12)
    rates = run["T"][..., [0, 1, 3]]
    torch.testing.assert_close(run["output"], torch.stack([rates[..., 0], 0 * rates[..., 0], rates[..., 1] + rates[..., 2]], -1),
                               rtol=0, atol=1e-12)
    with pytest.raises(cortexpr.UsageError, match="name their file in stimulus_synapses, or give arrays"):
        Sparse(**given)
    with pytest.raises(cortexpr.UsageError, match="entry 0 of channels of the stimulus's synapses is 2, but they count from 0 to 1"):
        Sparse(**given, stimulus_synapses=([0], [2]))
    with pytest.raises(cortexpr.UsageError, match="entry 0 of the stimulus projection names cell 8, which is none of the types"):
        Sparse(**given, stimulus_synapses=([8], [1]))


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
    # Without ids cells go by number, which may be one.
    by_number = net.run(shown, 2, record=["8", 9], clamp={8: 0.25})
    assert (by_number["8"] == 0.25).all() and net.cells(9) == net.cells("9") == [9]
    # The last of two that hold a cell counts.
    names = ["c8", "c9"]
    first = read.run(shown, 2, record=names, clamp={"T": 0.5, "c8": 0.1})
    last = read.run(shown, 2, record=names, clamp={"c8": 0.1, "T": 0.5})
    assert [first[name][0, 1, 0].item() for name in names] == [0.1, 0.5]
    assert [last[name][0, 1, 0].item() for name in names] == [0.5, 0.5]
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


@pytest.mark.parametrize("options", [{}, {"method": "rk4", "steps": 8}])
def test_a_sample_of_nan_stays_alone(net, shown, options):
    time = cortexpr.ContinuousTime(3, **options)
    expected = net.run(shown, time=time).output
    shown[1, 2] = torch.nan
    found, others = net.run(shown, time=time).output, [0, 2, 3, 4, 5]
    assert found[1].isnan().all() and net(shown, 3)[1].isnan().any()
    torch.testing.assert_close(found[others], expected[others])


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
    assert pickle.loads(pickle.dumps(Motion)) is Motion
    fewer = [values[1:] for values in synapses()]
    with pytest.raises(cortexpr.FileError, match="hh|synapses"):
        Motion(synapses=fewer, cells=CELLS).load(tmp_path / "motion.safetensors")


def test_a_state_dict_of_other_synapses_is_refused(Motion, net, tmp_path):
    """Of as many, so that shapes are the same; inside of a wrapper, and after torch.save, too."""
    pre, post, *weights = synapses()
    pairs = set(zip(pre, post))
    last = next(i for i in range(len(pre)) if CELLS[pre[i]] == "R")
    moved = post.copy()
    moved[last] = next(cell for cell in range(5, 12) if (pre[last], cell) not in pairs)
    other = Motion(synapses=(pre, moved, *weights), cells=CELLS, dtype=torch.float64)
    before = {name: one.clone() for name, one in other.state_dict().items()}
    assert [one.shape for one in net.parameters()] == [one.shape for one in other.parameters()]
    torch.save(net.state_dict(), tmp_path / "motion.pt")
    wrapped = torch.nn.Sequential(net).state_dict()
    for saved in (net.state_dict(), torch.load(tmp_path / "motion.pt"), copy.deepcopy(net.state_dict()), wrapped):
        with pytest.raises(cortexpr.StateDictError, match="does not fit Motion: it was trained with other synapses"):
            other.load_state_dict(saved)
    with pytest.raises(RuntimeError, match="other synapses"):
        torch.nn.Sequential(other).load_state_dict(wrapped)
    assert all(torch.equal(one, before[name]) for name, one in other.state_dict().items())
    assert set(net.state_dict()) == {name for name, _ in net.named_parameters()}
    other.load_state_dict(dict(net.state_dict()))  # a plain dict says nothing of synapses
    copy.deepcopy(net).load_state_dict(wrapped)


def test_the_same_synapses_in_another_order_are_called_so(Motion, net, tmp_path):
    reordered = Motion(synapses=[values[::-1].copy() for values in synapses()], cells=CELLS, dtype=torch.float64)
    same = "trained with the same synapses in another order"
    for name in ("motion.safetensors", "motion.pt", "motion.npz"):
        net.save(tmp_path / name)
        with pytest.raises(cortexpr.FileError, match=same):
            reordered.load(tmp_path / name)
    with pytest.raises(cortexpr.StateDictError, match=same):
        reordered.load_state_dict(net.state_dict())


def test_a_file_that_does_not_say_its_synapses_is_taken_with_a_warning(net, shown, tmp_path):
    torch.save(dict(net.state_dict()), tmp_path / "plain.pt")
    before = net(shown, 3)
    with pytest.warns(UserWarning, match="doesn't say which synapses its weights are of"):
        net.load(tmp_path / "plain.pt")
    assert torch.equal(net(shown, 3), before)


def test_options_of_a_connectome_stay(net):
    with pytest.raises(cortexpr.UsageError, match="the executor is chosen when a network is made"):
        net.executor = "transparent"
    assert net.executor == "planned"


def test_a_connectomes_checkpoint_repeats_its_draws(own_cache):
    text = TEXT.replace("dropout<0.0>", "dropout<0.5>")
    plain, other = (cortexpr.declare(text, "Directions")(synapses=synapses(), cells=CELLS, seed=1) for _ in range(2))
    shown = torch.rand(4, 5, requires_grad=True)
    expected = torch.autograd.grad(plain(shown, 3).sum(), list(plain.parameters()))
    answers = torch.utils.checkpoint.checkpoint(other, shown, 3, use_reentrant=False, context_fn=other.repeat_draws)
    assert all(torch.equal(one, two) for one, two in zip(expected, torch.autograd.grad(answers.sum(), list(other.parameters()))))
    with pytest.raises(cortexpr.UsageError, match="context_fn=net.repeat_draws"):
        torch.utils.checkpoint.checkpoint(other, shown, 3, use_reentrant=False).sum().backward()


VARIANTS = {
    "per_synapse": ("Motion", TEXT, {}),
    "readout": ("Directions", TEXT, {}),
    "per_type_pair": ("Motion", TEXT.replace("output_from<T>>", "output_from<T>, weights<weight_mode::per_type_pair>>"), {}),
    "counts": ("Motion", TEXT.replace("output_from<T>>", "output_from<T>, weights<weight_mode::scaled_counts>>"), {}),
    "hybrid": ("Motion", TEXT.replace("I : inhibitory_cells", "I : hybrid_cells"), {}),
    "sparse": ("Motion", TEXT.replace("stimulus_to<R>", "sparse_stimulus_to<2, R>").replace("output_from<T>", "sparse_output_from<3, T>"),
               dict(stimulus_synapses=([0, 3, 0], [1, 0, 0], [0.5, -1.0, 2.0]), output_synapses=([8, 11, 9], [2, 1, 0]))),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_pickles(own_cache, variant, tmp_path):
    """The copy has the same cells, parameters and draws, is trained on like the first, and stays apart from it."""
    name, text, others = VARIANTS[variant]
    cells = {f"cell {720575940600000000 + number}": one for number, one in enumerate(CELLS)}
    pre, post, weights = synapses()
    ids = np.array(list(cells))
    others = {part: (ids[arrays[0]], *arrays[1:]) for part, arrays in others.items()}
    net = cortexpr.declare(text, name)(synapses=(ids[pre], ids[post], weights), cells=cells, seed=3, **others)
    inputs = torch.rand(4, net.input_size)

    def learn(one):
        optimizer = cortexpr.optim.Adam(one, 0.02)
        for _ in range(2):
            one(inputs, steps=3).square().sum().backward()
            optimizer.step()
            optimizer.zero_grad()
        return [values.detach().clone() for values in one.parameters()]

    learn(net)
    torch.save(net, tmp_path / "net.pt")
    for twin in (pickle.loads(pickle.dumps(net)), torch.load(tmp_path / "net.pt", weights_only=False)):
        assert type(twin) is type(net) and list(twin.state_dict()) == list(net.state_dict())
        assert twin.step_gains == net.step_gains and twin.cells("I") == net.cells("I")
        assert twin.cells("cell 720575940600000003") == [3]
        assert torch.equal(twin(inputs, 4), net(inputs, 4))
        before = net(inputs, 4)
        learnt = learn(twin)
        assert torch.equal(net(inputs, 4), before)
    assert all(torch.equal(one, other) for one, other in zip(learn(net), learnt))
    net.save(tmp_path / "net.safetensors")
    twin.load(tmp_path / "net.safetensors")  # of the same synapses


def test_pickles_for_another_process(Motion, net, shown, tmp_path):
    torch.save((net, shown, net(shown, 4)), tmp_path / "net.pt")
    text = f"""
import torch
net, shown, before = torch.load({str(tmp_path / "net.pt")!r}, weights_only=False)
assert torch.equal(net(shown, 4), before)
"""
    subprocess.run([sys.executable, "-c", text], check=True)


def test_transparent_runs_give_the_same_and_second_derivatives(Motion, net, shown):
    oracle = Motion(synapses=synapses(), cells=CELLS, dtype=torch.float64, executor="transparent")
    assert torch.allclose(oracle(shown, 5), net(shown, 5), rtol=0, atol=1e-12)
    weights = oracle.get_parameter("hh.values")
    first, = torch.autograd.grad(oracle(shown, 5).sum(), weights, create_graph=True)
    second, = torch.autograd.grad(first.square().sum(), weights)
    assert second.abs().max() > 0


@pytest.mark.parametrize(("given", "says"), [
    (dict(synapses=([0], [12], [1.0]), cells=CELLS), "entry 0 of postsynaptic cells is 12, but they count from 0 to 11"),
    (dict(synapses=([0.5], [5], [1.0]), cells=CELLS), "whole numbers"),
    (dict(synapses=([0], [5, 6], [1.0]), cells=CELLS), "one entry for each synapse; these have 1, 2 and 1"),
    (dict(synapses=([0], [5], [float("nan")]), cells=CELLS), "infinite or NaN"),
    (dict(synapses=([0], [5]), cells=["R", "X"]), "cell 1 is of a type X, which Motion doesn't declare; its types are R, I, T"),
    (dict(synapses=([0], [5])), "cells is the name of each cell's type, of R, I, T"),
    (dict(synapses=([0], [5]), cells=CELLS, columns="codex"), "columns is about files"),
    (dict(synapses=([0], [5], [-1.0]), cells=CELLS), r"entry 0 of the synapses has the weight -1, but its presynaptic cell 0 \(R\) is "
     "excitatory, and the sign is that of its class; give what is not negative, or make the type hybrid_cells"),
    (dict(synapses=([0, 5, 0], [5, 8, 5], [-1.0, 1.0, 3.0]), cells=CELLS), "entry 0 of the synapses has the weight -1"),  # of a sum of 2
    (dict(synapses=(["r", "i", "i"], ["i", "r", "r"], [1.0, 3.0, -1.0]), cells={"r": "R", "i": "I"}),
     r"entry 2 of the synapses has the weight -1, but its presynaptic cell i \(I\) is inhibitory"),
    (dict(synapses=([0], [5]), cells=CELLS, stimulus_synapses=([0], [0])), "Motion declares no sparse stimulus"),
    (dict(synapses=([0],), cells=CELLS), r"synapses are a file's path, or \(pre, post\)"),
    (dict(synapses=(["a"], ["b"]), cells=CELLS), "synapses are arrays of numbers"),
    (dict(synapses=([8], [0]), cells=CELLS), "T.*R"),
    (dict(synapses=(np.array([2.0 ** 53]), np.array([7]), [1.0]), cells={2 ** 53: "R", 7: "I"}), "may have been rounded"),
    (dict(synapses=([1], [2]), cells={1: "R", "1": "I"}), "the same as texts"),
    (dict(synapses=([1], [2]), cells={1: "R", None: "I"}), "id None, which is neither"),
    (dict(synapses=([0, 1], [5, 5], np.array([1e308, 1e308])), cells=CELLS), "sum up to more than a number holds"),
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


def test_cells_of_unknown_transmitters_have_the_class_that_is_given(own_cache, tmp_path):
    Mixed = cortexpr.declare("""
        struct M : hybrid_cells<> {};
        struct Mixed : connectome<cells<M>, synapses<projects<M, M>>, stimulus_to<M>, output_from<M>> {};""")
    (tmp_path / "cells.csv").write_text("id,type,nt\na,M,GABA\nb,M,DA\nc,M,\n")
    (tmp_path / "synapses.csv").write_text("pre,post,weight\na,b,1\nb,c,1\nc,a,1\n")

    def made(**options):
        return Mixed(synapses=tmp_path / "synapses.csv", cells=tmp_path / "cells.csv", columns={"transmitter": "nt"},
                     signs={"GABA": "inhibitory"}, **options)

    assert made().state_dict()["hh.hybrid_values"].numel() == 2 and "1 without any, 1 'DA'" in made().report
    with pytest.warns(UserWarning, match="no cell has the transmitter 'GABAA' of signs"):
        Mixed(synapses=tmp_path / "synapses.csv", cells=tmp_path / "cells.csv", columns={"transmitter": "nt"},
              signs={"GABAA": "inhibitory"})
    with pytest.raises(cortexpr.UsageError, match="signs is a dict by name, not a list"):
        Mixed(synapses=tmp_path / "synapses.csv", cells=tmp_path / "cells.csv", columns={"transmitter": "nt"}, signs=["GABA"])
    held = made(otherwise="excitatory")
    assert "hh.hybrid_values" not in held.state_dict()
    with torch.no_grad():
        held.get_parameter("hh.values").fill_(-1)
    held.project()
    assert (held.get_parameter("hh.values") == 0).all()
    with pytest.raises(cortexpr.UsageError, match='"unknown" is no class; use excitatory, inhibitory or hybrid'):
        made(otherwise="unknown")
    sound = dict(paths={}, columns={}, preset="", signs=[], otherwise="hybrid", prefix="", minimum=0.0, unannotated="kept",
                 unannotated_type="", undeclared="refused")
    for name, value in (("unannotated", "lost"), ("undeclared", "kept")):
        with pytest.raises(cortexpr.UsageError, match=f'"{value}" is no choice of {name}; use'):
            cortexpr._engine.ConnectomeFiles(**{**sound, name: value})
    with pytest.raises(cortexpr.UsageError, match="otherwise is about files"):
        Mixed(synapses=([0], [1]), cells=["M", "M"], otherwise="excitatory")


def test_the_first_sign_that_fits_a_cell_of_several_transmitters_counts(own_cache, tmp_path):
    Mixed = cortexpr.declare("""
        struct M : hybrid_cells<nonlinearity<activation::relu>, no_tau> {};
        struct Mixed : connectome<cells<M>, synapses<as_in_the_file>, stimulus_to<M>, output_from<M>> {};""")
    (tmp_path / "cells.csv").write_text("id,type,nt\na,M,acetylcholine;glutamate\nb,M,acetylcholine\n")
    (tmp_path / "synapses.csv").write_text("pre,post,weight\na,b,1\n")

    def heard(**signs):
        net = Mixed(synapses=tmp_path / "synapses.csv", cells=tmp_path / "cells.csv", columns={"transmitter": "nt"}, signs=signs,
                    weights="as_in_the_file")
        return net.run(torch.tensor([[1.0, 2.0]]), 2).output[0, 1].item()  # of b, which a excites or inhibits

    assert heard(acetylcholine="excitatory", glutamate="inhibitory") == 3
    assert heard(glutamate="inhibitory", acetylcholine="excitatory") == 1


def test_weights_of_lists_keep_their_digits(Motion):
    net = Motion(synapses=([0], [5], [0.1]), cells=CELLS, weights="as_in_the_file", dtype=torch.float64)
    assert net.state_dict()["hh.values"].item() == 0.1


def test_signed_counts_keep_their_signs(own_cache):
    Signed = cortexpr.declare("""
        struct H : hybrid_cells<no_tau> {};
        struct T : excitatory_cells<> {};
        struct Signed : connectome<cells<H, T>, synapses<projects<H, T>>, stimulus_to<H>, output_from<T>,
                                   weights<weight_mode::scaled_counts>> {};""")
    net = Signed(synapses=([0, 1], [2, 3], [3.0, -1.0]), cells=["H", "H", "T", "T"], weights="as_in_the_file", dtype=torch.float64)
    assert net.state_dict()["hh.values"].tolist() == [1.0]  # what one contact does
    tau = net.state_dict()["tau"]
    free = net.run(torch.zeros(1, 2, dtype=torch.float64), 2, record=["T"])["T"][0, 1]
    driven = net.run(torch.ones(1, 2, dtype=torch.float64), 2, record=["T"])["T"][0, 1]
    assert driven[0] > free[0] and driven[1] < free[1], (tau, free, driven)


def test_amounts_that_are_none_are_refused(net, shown):
    for given, says in ((dict(clamp={"R": float("nan")}), "clamp of cells has an amount of nan"), (dict(inject={"T": float("inf")}), "inject of cells has an amount of inf"),
                        (dict(clamp={"R": -1.0}), "would turn the sign of an excitatory neuron"),
                        (dict(start=torch.full((1, 12), float("nan"), dtype=torch.float64)), "initial state holds a value")):
        with pytest.raises(cortexpr.UsageError, match=says):
            net.run(shown, 2, **given)
    assert net.run(shown, 2, inject={"T": 1e39}).output.isfinite().all()  # of float64


def test_names_and_inputs_that_do_not_fit_are_refused(net, shown):
    with pytest.raises(cortexpr.UsageError, match="Motion has no cell type and no cell called Q; its types are R, I, T"):
        net.run(shown, 2, record=["Q"])
    with pytest.raises(cortexpr.UsageError, match="5"):
        net(torch.rand(2, 7, dtype=torch.float64), steps=2)
    with pytest.raises(cortexpr.UsageError, match="float64"):
        net(shown.float(), steps=2)
    with pytest.raises(cortexpr.UsageError, match="steps=5"):
        net(shown)
    with pytest.raises(cortexpr.UsageError, match="no cell called 12"):
        net.run(shown, 2, record=["12"])
    with pytest.raises(cortexpr.UsageError, match="record is a list of names"):
        net.run(shown, 2, record="T")
    with pytest.raises(cortexpr.UsageError, match="steps of 1e-12 are more than 1000000"):
        net.run(shown, time=cortexpr.ContinuousTime(1, method="euler", step=1e-12))
    with pytest.raises(cortexpr.UsageError, match="was not recorded"):
        net.run(shown, 2)["T"]


def test_a_cell_is_found_by_what_it_was_asked_for_by(net, shown):
    run = net.run(shown, 2, record=[5, "T"])
    assert torch.equal(run[5], run["5"])


@pytest.mark.parametrize("given", [{"inject": {3: 0.5, "3": 0.1}}, {"clamp": {"3": 0.5, 3: 0.1}}, {"silence": {3: 1, "3": 2}}])
def test_a_cell_that_is_named_twice_is_refused(net, shown, given):
    what, = given
    with pytest.raises(cortexpr.UsageError, match=f"{what} has names that are the same as texts, such as 1 and '1'; give each once"):
        net.run(shown, 2, **given)


def test_the_last_of_silence_and_clamp_counts(net, shown):
    held = net.run(shown, 4, record=["R"], silence={"R": 2}, clamp={"R": 0.4})["R"]
    assert torch.equal(held, torch.full_like(held, 0.4))
    flowing = net.run(shown, time=cortexpr.ContinuousTime(4, evaluations=5), record=["R"], silence={"R": 2}, clamp={"R": 0.4})["R"]
    assert torch.equal(flowing, torch.full_like(flowing, 0.4))


def test_threads_run_at_once(Motion, shown):
    """While one thread runs a network, others go on: the interpreter's lock is free."""
    cells = ["R"] * 1000 + ["I"] * 100 + ["T"] * 400
    draw = np.random.default_rng(0)
    net = Motion(synapses=(draw.integers(0, 1000, 200_000), draw.integers(1000, 1500, 200_000)), cells=cells)
    done, went_on = threading.Event(), 0

    def run() -> None:
        with torch.no_grad():
            net(torch.rand(64, 1000), steps=100)
        done.set()

    thread = threading.Thread(target=run)
    thread.start()
    while not done.wait(0.001):
        went_on += 1
    thread.join()
    assert went_on > 3


def test_importing_does_not_import_the_compiler():
    script = "import sys, cortexpr; print('torch._dynamo' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, check=True).stdout.strip() == b"False"


def test_optimisers_do_not_keep_it(Directions, shown):
    net = Directions(synapses=synapses(), cells=CELLS)
    optimizer = torch.optim.SGD(net.parameters(), lr=100.0)
    cortexpr.optim.project_after(optimizer)
    (-net(shown.float(), steps=3)).sum().backward()
    optimizer.step()
    assert (net.get_parameter("rnn.hh.values") >= 0).all() and (net.get_parameter("rnn.tau") >= 1).all()
    del net
    gc.collect()
    optimizer.step()


def test_what_is_around_it_compiles(net, shown):
    scaled = torch.compile(lambda x: net(x * 2, steps=3) + 1, backend="eager")
    assert torch.equal(scaled(shown), net(shown * 2, steps=3) + 1)


GOLDEN = Path(os.environ.get("CORTEXPR_CONNECTOME_DIR", Path(__file__).parents[3] / "shared" / "connectome")) / "golden"


@pytest.mark.skipif(not GOLDEN.exists(), reason="no recorded networks here")
@pytest.mark.parametrize(("name", "projections"), [
    ("connectome_class_per_type", "stimulus_to<all_cells>, output_from<all_cells>"),
    ("connectome_tau_per_neuron", "stimulus_to<all_cells>, output_from<all_cells>"),
    ("connectome_dense_projections", "dense_stimulus_to<6, all_cells>, dense_output_from<5, all_cells>"),
])
def test_the_references_recorded_networks(name, projections):
    numpy = pytest.importorskip("safetensors.numpy")
    given = json.loads((GOLDEN / f"{name}.json").read_text())
    arrays = {key: torch.from_numpy(values) for key, values in numpy.load_file(GOLDEN / f"{name}.safetensors").items()}
    classes = given["rnn"]["neuron_class"]
    if "neuron_type" in given["rnn"]:
        cells = [f"Type{index}" for index in given["rnn"]["neuron_type"]]
        types = {f"Type{index}": sign for index, sign in enumerate(classes)}
    else:
        cells = ["E" if sign > 0 else "I" for sign in classes]
        types = {"E": "excitatory", "I": "inhibitory"}
    structs = "".join(f"struct {one} : {sign}_cells<> {{}};\n" for one, sign in types.items())
    Net = cortexpr.declare(f"{structs}struct Net : connectome<cells<{', '.join(types)}>, synapses<as_in_the_file>, {projections}> {{}};")
    post, pre = arrays["connectome.indices"]
    net = Net(synapses=(pre, post, arrays["connectome.values"].abs()), cells=cells, dtype=torch.float64)
    net.load_state_dict({key: arrays[f"param.{key}"] for key in net.state_dict()})
    x = arrays["input"].clone().requires_grad_()
    start = arrays["state0"] if given.get("state0") else None
    run = net.run(x, given["steps"], record=[*types, "output"], start=start)
    states = torch.empty(*run["output"].shape[:2], len(cells), dtype=torch.float64)
    for one in types:
        states[:, :, net.cells(one)] = run[one]
    assert torch.allclose(run["output"], arrays["outputs"], rtol=0, atol=1e-12)
    assert torch.allclose(states, arrays["states"], rtol=0, atol=1e-12)
    parts = ((run["output"], "outputs"), (states, "states"))
    sum((values * arrays[f"loss_weight.{key}"]).square().sum() for values, key in parts).backward()
    for key, parameter in net.named_parameters():
        assert torch.allclose(parameter.grad, arrays[f"grad.{key}"].reshape(parameter.shape), rtol=0, atol=1e-10), key
    assert torch.allclose(x.grad, arrays["grad.input"], rtol=0, atol=1e-10)


def test_silence_begins_within_the_run(Motion, files):
    net = Motion(**files)
    shown = torch.rand(2, net.input_size)
    for step, says in ((0, "I is to be silenced from step 0, but steps count from 1"), (3, "I is .* from step 3, but the run has 2")):
        with pytest.raises(cortexpr.UsageError, match=says):
            net.run(shown, 2, silence={"I": step})


def test_it_is_handed_to_a_process(Motion, files):
    net = Motion(**files)
    again = pickle.loads(pickle.dumps(net))
    shown = torch.rand(2, net.input_size)
    assert torch.equal(again(shown, 2), net(shown, 2)) and again.report == net.report
    assert not any(isinstance(one, torch.Tensor) for one in net.__getstate__()["_circuit"][0])


def test_export_is_refused(Motion, files):
    net = Motion(**files)
    with pytest.raises(Exception, match="torch.export takes networks of areas, and no connectome"):
        torch.export.export(net, (torch.rand(2, net.input_size),), {"steps": 2})
