"""Runs networks of single cells in the reference (package bioplnn) and records them; writes the files that their
synapses stand in. README.md has the names of what is recorded, and what of the reference is put right first.
"""

import gzip
import io
import json
import sys
import types
import warnings
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import reference


def load(folder):
    """Imports the reference. Its package torch_sparse is stood in for where it isn't installed."""
    def stub(name, **attributes):
        try:
            __import__(name)
        except ImportError:
            module = types.ModuleType(name)
            module.__dict__.update(attributes)
            sys.modules[name] = module

    def coalesce(index, value, m, n, op="add"):
        matrix = torch.sparse_coo_tensor(index, value, (m, n)).coalesce()
        return matrix.indices(), matrix.values()

    def spmm(index, value, m, n, matrix):  # gather, multiply, scatter: what the package does
        out = matrix.index_select(-2, index[1]) * value.unsqueeze(-1)
        return torch.zeros(m, matrix.shape[-1], dtype=out.dtype).index_add(0, index[0], out)

    stub("torch_sparse", coalesce=coalesce, spmm=spmm)
    sys.path[:0] = [str(folder), str(Path(folder) / "src")]
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    import bioplnn.models
    return bioplnn.models


class Columns(torch.nn.Linear):
    """E1: dense projections are meant as W x; the reference multiplies along the batch."""

    def forward(self, x):
        return F.linear(x.t(), self.weight, self.bias).t()


def generator_of(case):
    return np.random.default_rng([case["seed"], case["index"]])


SHAPES = {"synapses": ("connectome", "connectivity_hh", "hh"), "input": ("input_projection", "connectivity_ih", "ih"),
          "output": ("output_projection", "connectivity_ho", "ho")}


def shape_of(case, part):
    if part in case.get("shapes", {}):
        return case["shapes"][part]
    rnn, cells = case["rnn"], case["neurons"]
    return {"synapses": (cells, cells), "input": (cells, rnn["input_size"]),
            "output": (rnn.get("output_size", cells), cells)}[part]


def type_ranks(case):
    """By cell, and the labels in the reference's order."""
    labels = case["rnn"].get("neuron_type")
    if labels is None or not case["rnn"].get("num_neuron_types"):
        return [0] * case["neurons"], ["neuron"]
    order = sorted(set(labels))
    return [order.index(label) for label in labels], order


def file_weights(case, part, g):
    """What stands in the file, by entry."""
    options = case["files"]["stimulus" if part == "input" else part]
    count = len(case[part])
    if options["counts"]:
        weights = g.integers(1, 13, count).astype(float)
    else:
        weights = np.exp(g.normal(-0.6, 0.7, count))
        if part == "synapses":
            weights[g.random(count) < 0.03] = 0.0  # stays a synapse
        else:
            weights *= np.where(g.random(count) < 0.4, -1.0, 1.0)
    if part == "synapses" and case.get("negative_weight"):
        weights[0] = -1.0
    if part == "synapses" and case.get("bad_weight"):
        weights[0] = g.choice([np.inf, np.nan])
    if options["single"]:
        weights = weights.astype(np.float32).astype(float)
    return weights


def run_weights(case, from_file, g):
    """What the run has, by synapse: free values, or what pairs of types share."""
    mode = case["ours"].get("weights")
    scale = 1 / np.sqrt(1 + len(from_file) / case["neurons"])
    if mode is None:
        weights = np.exp(g.normal(-0.3, 0.7, len(from_file))) * scale
        return np.where(g.random(len(weights)) < 0.25, -weights, weights) if case.get("unprojected") else weights
    ranks, labels = type_ranks(case)
    strengths = np.exp(g.normal(-0.3, 0.5, (len(labels), len(labels)))) * scale
    if mode == "scaled_counts":
        strengths /= 6
    pairs = np.array([[ranks[post], ranks[pre]] for post, pre in case["synapses"]])
    weights = strengths[pairs[:, 0], pairs[:, 1]]
    return weights * from_file if mode == "scaled_counts" else weights


# Files

def ids_of(case):
    how = case["files"].get("cells", {}).get("ids", "numbers")
    first = 720575940600000000
    return [cell if how == "numbers" else first + 7 * cell if how == "long" else f"n{cell}, {case['name']}"
            for cell in range(case["neurons"] + 1)]  # one more than there are, for faults


def write_table(path, header, rows):
    mark = "\t" if ".tsv" in path.name else ","
    quoted = lambda cell: f'"{cell}"' if isinstance(cell, str) and mark in cell else str(cell)
    text = "\n".join([mark.join(header), *(mark.join(quoted(cell) for cell in row) for row in rows)]) + "\n"
    path.write_bytes(gzip.compress(text.encode(), mtime=0) if path.suffix == ".gz" else text.encode())


def write_npz(path, arrays):
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    path.write_bytes(buffer.getvalue())


def write_entries(case, part, weights, folder, g):
    """Synapses, or a projection, in the form that was drawn."""
    from safetensors.numpy import save_file
    key = "stimulus" if part == "input" else part
    options, names = case["files"][key], case["files"].get("columns", {})
    path, form = folder / options["file"], options["form"]
    entries = np.array(case[part], dtype=np.int64).reshape(-1, 2)
    rows, columns = shape_of(case, part)
    prefix = options.get("prefix", "")
    values = weights.astype(np.float32) if options["single"] else weights
    if form.startswith("pt"):
        matrix = torch.sparse_coo_tensor(torch.tensor(entries.T.copy()), torch.tensor(values), (rows, columns))
        if not case.get("uncoalesced"):
            matrix = matrix.coalesce()
        if form == "pt csr":
            matrix = matrix.to_sparse_csr()
        if not case.get("unwritten") or part != "synapses":
            torch.save({prefix[:-1]: matrix} if form == "pt dict" else matrix, path)
        return
    if form.endswith("coo") or form.endswith("csr"):
        arrays = {"indices": entries.T.copy(), "values": values}
        if form.endswith("csr"):
            starts = np.searchsorted(entries[:, 0], np.arange(rows + 1)).astype(np.int64)
            arrays = {"crow_indices": starts, "col_indices": entries[:, 1].copy(), "values": values}
        arrays = {prefix + name: array for name, array in arrays.items()}
        write_npz(path, arrays) if form.startswith("npz") else save_file(arrays, path)
        return
    # By id, a row for each.
    ids = ids_of(case)
    if part == "synapses":
        ends = [(ids[pre], ids[post]) for post, pre in case[part]]
        header = [names.get("pre", "pre"), names.get("post", "post"), names.get("weight", "weight")]
    else:
        ends = [(ids[row], column) if part == "input" else (ids[column], row) for row, column in case[part]]
        header = [names.get("neuron", "id"), names.get("channel", "channel"), names.get("channel_weight", "weight")]
    lines = []
    for (first, second), weight in zip(ends, weights.tolist()):
        if options.get("repeats") and g.random() < 0.3:
            part_of = float(round(weight * g.random())) if options["counts"] else weight * g.random()
            lines.append([first, second, part_of])
            lines.append([first, second, weight - part_of])
        else:
            lines.append([first, second, weight])
    if options.get("shuffled"):
        lines = [lines[k] for k in g.permutation(len(lines))]
    if options["counts"]:
        lines = [[first, second, int(weight)] for first, second, weight in lines]
    if form == "npy":
        np.save(path, np.array(lines, dtype=np.int64))
    elif form == "npz columns":
        transposed = list(zip(*lines))
        kinds = [np.int64, np.int64, np.float32 if options["single"] else np.float64]
        write_npz(path, {name: np.array(column, dtype=kind) for name, column, kind in zip(header, transposed, kinds)})
    else:
        write_table(path, header, lines)


def write_cells(case, folder):
    files, rnn = case["files"], case["rnn"]
    names = files.get("columns", {})
    header, columns = [names.get("neuron", "id")], [ids_of(case)[:-1]]
    header.append(names.get("type", "type"))
    columns.append([str(label) for label in rnn.get("neuron_type", ["neuron"] * case["neurons"])])
    if files.get("classes_by_cell"):
        header.append(names.get("neuron_class", "neuron_class"))
        columns.append(rnn["neuron_class"])
    elif "columns" in files:  # names that were asked for have to be there
        by_type = rnn.get("neuron_class", "excitatory")
        ranks, _ = type_ranks(case)
        header.append(names["neuron_class"])
        columns.append([by_type[rank % len(by_type)] if isinstance(by_type, list) else by_type for rank in ranks])
    write_table(folder / files["cells"]["file"], header, zip(*columns))


def write_files(case, folder):
    """What the files hold, by part."""
    g = generator_of(case)
    held = {}
    for part in ("synapses", "input", "output"):
        if part in case:
            held[part] = file_weights(case, part, g)
            write_entries(case, part, held[part], folder, g)
    if "cells" in case["files"]:
        write_cells(case, folder)
    return held


# Runs

def built(models, case, held, folder):
    """The reference's module as it is; a COO tensor in a file is read by the reference itself."""
    is_sparse = case["kind"].startswith("sparse")
    rnn = dict(case["rnn"])
    for key in ("neuron_type", "neuron_class", "neuron_tau_init"):
        if isinstance(rnn.get(key), list):
            rnn[key] = np.array(rnn[key])
    for part, (of_connectome, of_sparse, _) in SHAPES.items():
        if part not in case:
            continue
        options = case["files"]["stimulus" if part == "input" else part]
        matrix = torch.sparse_coo_tensor(torch.tensor(case[part]).t().reshape(2, -1), torch.tensor(held[part]),
                                         shape_of(case, part))
        rnn[of_sparse if is_sparse else of_connectome] = (
            str(folder / options["file"]) if options["form"] == "pt coo" else matrix.coalesce())
    network = {"sparse_rnn": "SparseRNN", "connectome_rnn": "ConnectomeRNN", "connectome_ode": "ConnectomeODERNN",
               "connectome_classifier": "ConnectomeClassifier", "connectome_ode_classifier": "ConnectomeODEClassifier"}
    made = getattr(models, network[case["kind"]])
    torch.set_default_dtype(torch.float32)  # E8: it can't be built under another default, but runs under one
    try:
        model = made(rnn_kwargs=rnn, **case["classifier"]) if "classifier" in case else made(**rnn)
    finally:
        torch.set_default_dtype(torch.float64)
    return model.double().eval()


def mended(net):
    """Puts E1 right."""
    for side in ("ih", "ho"):
        linear = getattr(net, side)
        if type(linear) is torch.nn.Linear:
            right = Columns(linear.in_features, linear.out_features, bias=linear.bias is not None)
            right.weight, right.bias = linear.weight, linear.bias
            setattr(net, side, right)
    return net


def shared(modes, ranks, values, of_none):
    """Values by cell, of which types share one or have the constant."""
    for rank, mode in enumerate(modes):
        cells = [cell for cell, of in enumerate(ranks) if of == rank]
        if mode == "none":
            values[cells] = of_none
        elif mode == "per_type":
            values[cells] = values[cells[0]].clone()
    return values


def draw_parameters(net, case, held, g):
    """In full precision, none left at zero, time constants as they were given."""
    rnn, ours = case["rnn"], case["ours"]
    ranks, _ = type_ranks(case)
    net.hh.values.data = torch.tensor(run_weights(case, held["synapses"], g))
    for part in ("input", "output"):
        if part in case:
            getattr(net, SHAPES[part][2]).values.data = torch.tensor(g.normal(0, 0.7, len(case[part])))
    for name, parameter in net.named_parameters():
        if name.endswith("bias"):
            parameter.data = torch.tensor(g.normal(0, 0.3, tuple(parameter.shape)))
        elif name in ("ih.weight", "ho.weight"):
            parameter.data = torch.tensor(g.normal(0, 0.5, tuple(parameter.shape)))
    if "bias" in ours:
        net.hh.bias.data = shared(ours["bias"], ranks, net.hh.bias.data, 0.0)
    if not hasattr(net, "tau"):
        return
    given = rnn["neuron_tau_init"]  # E11: the reference adds noise to what is 1
    net.tau.data = torch.tensor(given if isinstance(given, list) else [given] * len(net.tau), dtype=torch.float64).unsqueeze(-1)
    if case.get("unprojected"):
        below = torch.tensor(g.random(tuple(net.tau.shape)) < 0.3)
        net.tau.data[below] = 0.7
    if "tau" in ours:
        net.tau.data = shared(ours["tau"], ranks, net.tau.data, 1.0)


def input_of(case, g):
    feature = case.get("image", [case["rnn"]["input_size"]])
    steps = [case["steps"]] if case["sequence"] else []
    shape = [*steps, case["batch"]] if case["rnn"].get("batch_first") is False else [case["batch"], *steps]
    return torch.tensor(g.normal(0, 1.5, [*shape, *feature]))


def run_continuous(model, net, case, inputs, state):
    """E2: the reference's solver steps over jumps of the input, so that it runs from one to the next."""
    forward = case["forward"]
    if "classifier" in case:
        logits, states, _ = model(inputs, loss_all_timesteps=bool(case.get("all_steps")), return_activations=True, **forward)
        return {"logits": logits, "states": states}
    batch_first = case["rnn"].get("batch_first", True)
    time = 1 if batch_first else 0
    steps = case["steps"] if case["sequence"] else 1
    ends = np.linspace(forward["start_time"], forward["end_time"], steps + 1)
    found = {"outputs": [], "states": []}
    for step in range(steps):
        shown = inputs.select(time, step) if case["sequence"] else inputs
        outputs, states, _ = model(shown, num_evals=(forward["num_evals"] - 1) // steps + 1, start_time=float(ends[step]),
                                   end_time=float(ends[step + 1]), neuron_state0=state)
        state = states.select(time, -1)
        for name, values in (("outputs", outputs), ("states", states)):
            found[name].append(values if step == 0 else values.narrow(time, 1, values.shape[time] - 1))
    return {name: torch.cat(parts, time) for name, parts in found.items()}


def run_once(model, net, case, inputs, state):
    if "ode" in case["kind"]:
        return run_continuous(model, net, case, inputs, state)
    given = dict(case["forward"])
    if state is not None and "classifier" not in case:
        given["h0" if case["kind"].startswith("sparse") else "neuron_state0"] = state
    if "classifier" in case:
        if state is not None:
            given["neuron_state0"] = state
        logits, _, states = model(inputs, loss_all_timesteps=bool(case.get("all_steps")), return_activations=True, **given)
        return {"logits": logits, "states": states}
    outputs, states = model(inputs, **given)
    return {"outputs": outputs, "states": states}


def run_as_it_is(model, case, inputs, state):
    given = dict(case["forward"])
    if state is not None:
        given["h0" if case["kind"].startswith("sparse") else "neuron_state0"] = state
    return model(inputs, **given)


def recorded(models, case, folder):
    """Everything that a recorded run holds, by name; `case` learns what is trainable."""
    folder.mkdir(parents=True, exist_ok=True)
    held = write_files(case, folder)
    torch.manual_seed(case["seed"] * 1_000_003 + case["index"])
    model = built(models, case, held, folder)
    net = mended(model.rnn if "classifier" in case else model)
    g = np.random.default_rng([case["seed"], case["index"], 1])
    draw_parameters(net, case, held, g)
    inputs = input_of(case, g).requires_grad_()
    state = torch.tensor(g.random((case["batch"], case["neurons"]))).requires_grad_() if case.get("state0") else None
    is_continuous = "ode" in case["kind"]
    if is_continuous:
        control = net.solver.step_size_controller
        control.rtol.fill_(1e-10), control.atol.fill_(1e-12)
        case["tight"] = {"kinks": False}
    wanted = lambda name: not name.startswith(("solver.", "rnn.solver."))
    tensors = {f"param.{name}": value.detach().clone() for name, value in model.state_dict().items() if wanted(name)}
    tensors |= {f"files.{'stimulus' if part == 'input' else part}": torch.tensor(values) for part, values in held.items()}
    tensors["input"] = inputs
    if state is not None:
        tensors["state0"] = state
    weights, labels = {}, None
    if "classifier" in case:
        labels = tensors["labels"] = torch.tensor(g.integers(0, case["classifier"]["num_classes"], case["batch"]))

    def loss_of(found):
        if labels is not None:
            steps = found["logits"] if case.get("all_steps") else [found["logits"]]
            return torch.stack([F.cross_entropy(step, labels) for step in steps]).mean()
        for name, values in found.items():
            if name not in weights:
                weights[name] = torch.tensor(g.normal(size=tuple(values.shape)))
        return sum(((weights[name] * values) ** 2).sum() for name, values in found.items())

    trainable = {name: value for name, value in model.named_parameters() if value.requires_grad and wanted(name)}
    case["trainable"] = sorted(trainable)
    found = run_once(model, net, case, inputs, state)
    loss = loss_of(found)
    leaves = {"input": inputs, **({"state0": state} if state is not None else {}), **trainable}
    gradients = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
    mark = "tight." if is_continuous else ""
    tensors |= {f"loss_weight.{name}": values for name, values in weights.items()}
    tensors |= {mark + name: values for name, values in {**found, "loss": loss}.items()}
    tensors |= {f"{mark}grad.{name}": torch.zeros_like(leaf) if gradient is None else gradient
                for (name, leaf), gradient in zip(leaves.items(), gradients)}
    tensors |= {f"projected.{name}": value.detach().clone() for name, value in model.state_dict().items()
                if f"param.{name}" in tensors and not torch.equal(value, tensors[f"param.{name}"])}
    if not trainable:
        case.pop("adam", None)  # all is frozen, and PyTorch's optimiser wants a parameter
    if "adam" in case:
        optimiser = torch.optim.Adam(trainable.values(), lr=case["adam"]["lr"])
        for _ in range(case["adam"]["steps"]):
            optimiser.zero_grad()
            loss_of(run_once(model, net, case, inputs, state)).backward()
            optimiser.step()
        tensors |= {f"adam3.{name}": value.detach().clone() for name, value in trainable.items()}
    return {name: value.detach().to(torch.int64 if not value.is_floating_point() else torch.float64).contiguous().clone()
            for name, value in tensors.items()}


def description(case):
    """As it is kept: of the synapses, what their files and the tensors don't say."""
    kept = {key: value for key, value in case.items() if key not in SHAPES}
    kept["rnn"] = dict(case["rnn"])
    is_sparse = case["kind"].startswith("sparse")
    for part, (of_connectome, of_sparse, _) in SHAPES.items():
        if part in case:
            kept["rnn"][of_sparse if is_sparse else of_connectome] = {"coo": part}
    return kept


def save(case, tensors, folder):
    from safetensors.torch import save_file
    save_file(tensors, folder / f"{case['name']}.safetensors")
    (folder / f"{case['name']}.json").write_text(json.dumps(description(case)) + "\n")
