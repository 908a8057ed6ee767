"""Draws networks of single cells that are wrong in one place, asks the reference whether it takes them, and says what
ours must do: refuse what the reference refuses, but for agreed differences.
"""

import collections
import json

import numpy as np
import torch

import connectome_reference as reference
from draw_connectome import TABLES, ConnectomeDrawing

FAULTS = []
WIDER = "a sparse product of the reference leaves out what is too much"


def fault(wider=None, stricter=None):
    """A fault: a function that makes a case wrong in place, and returns False where it has no such place. `wider` says
    why ours takes what the reference refuses, `stricter` why ours refuses what the reference takes."""
    def add(function):
        FAULTS.append((function, wider, stricter))
        return function
    return add


def has_table(case, key="synapses"):
    return case["files"].get(key, {}).get("form") in TABLES


def is_network(case):
    return "classifier" not in case


def drop_key(files, *keys):
    for key in keys:
        files.pop(key, None)


# Matrices

@fault()
def a_synapse_from_a_cell_that_is_not_there(d, case):
    case["shapes"] = {"synapses": (case["neurons"], case["neurons"] + 1)}
    case["synapses"].append([case["neurons"] - 1, case["neurons"]])
    return "cells" in case["files"]


@fault()
def a_synapse_onto_a_cell_that_is_not_there(d, case):
    case["shapes"] = {"synapses": (case["neurons"] + 1, case["neurons"])}
    case["synapses"].append([case["neurons"], 0])
    return "cells" in case["files"]


@fault()
def a_stimulus_of_more_channels(d, case):
    if "input" not in case:
        return False
    rows, columns = reference.shape_of(case, "input")
    case["shapes"] = {"input": (rows, columns + 1)}
    case["input"].append([rows - 1, columns])
    return True


@fault()
def an_output_of_more_channels(d, case):
    if "output" not in case:
        return False
    rows, columns = reference.shape_of(case, "output")
    case["shapes"] = {"output": (rows + 1, columns)}
    case["output"].append([rows, columns - 1])
    return True


@fault()
def a_stimulus_onto_a_cell_that_is_not_there(d, case):
    if "input" not in case or has_table(case, "stimulus") and "cells" not in case["files"]:
        return False
    rows, columns = reference.shape_of(case, "input")
    case["shapes"] = {"input": (rows + 1, columns)}
    case["input"].append([rows, 0])
    return True


@fault()
def inputs_that_are_not_as_many_as_cells(d, case):
    rnn = case["rnn"]
    if "input" in case or rnn.get("use_dense_ih") or rnn.get("use_dense_input_projection") or not is_network(case):
        return False
    rnn["input_size"] += 1
    return True


# Runs

@fault()
def a_still_input_without_steps(d, case):
    case["forward"].pop("num_steps", None)
    return not case["sequence"] and "ode" not in case["kind"]


@fault()
def no_steps(d, case):
    case["forward"]["num_steps"] = d.pick(0, -1)
    return not case["sequence"] and "ode" not in case["kind"]


@fault()
def a_sequence_of_another_length(d, case):
    case["forward"]["num_steps"] = case["steps"] + d.count(1, 2)
    return case["sequence"] and "ode" not in case["kind"]


@fault()
def an_input_of_one_axis(d, case):
    case["input_shape"] = [case["rnn"]["input_size"]]
    return is_network(case)


@fault(stricter=WIDER)
def an_input_of_another_width(d, case):
    case["more_inputs"] = d.count(1, 2)
    return is_network(case)


@fault(stricter=WIDER)
def a_state_of_another_width(d, case):
    case["state_shape"] = [case["batch"], case["neurons"] + d.count(1, 2)]
    return case["kind"] != "connectome_ode_classifier"


@fault()
def a_state_of_another_batch(d, case):
    case["state_shape"] = [case["batch"] + 1, case["neurons"]]
    return case["kind"] != "connectome_ode_classifier" and case["batch"] > 1


@fault()
def fewer_than_two_evaluations(d, case):
    case["forward"]["num_evals"] = d.pick(0, 1)
    return "ode" in case["kind"]


@fault(wider="E4: nothing happens in no time")
def an_end_at_the_start(d, case):
    case["forward"]["end_time"] = case["forward"].get("start_time")
    return "ode" in case["kind"]


@fault(wider="E3: a bad sample stays alone")
def a_sample_that_is_no_number(d, case):
    case["bad_sample"] = True
    return "ode" in case["kind"] and case["batch"] > 1


@fault(stricter="E15: a negative rate turns the sign of a cell")
def a_negative_state(d, case):
    case["state_shape"] = [case["batch"], case["neurons"]]
    case["negative_state"] = True
    return case["kind"] == "connectome_rnn"


# Files

@fault()
def types_that_are_more_than_stated(d, case):
    types = case["rnn"].get("num_neuron_types", 0)
    if types < 2 or case["files"].get("classes_by_cell") or case["ours"]:
        return False
    kept = sorted(set(case["rnn"]["neuron_type"]))[:-1]
    case["declared_types"] = kept
    return by_types(case, types - 1)


@fault()
def types_that_are_fewer_than_stated(d, case):
    types = case["rnn"].get("num_neuron_types", 0)
    if not types or case["files"].get("classes_by_cell") or case["ours"]:
        return False
    return by_types(case, types + 1)


def by_types(case, count):
    """States another number of types, and as many of what goes by type."""
    rnn = case["rnn"]
    rnn["num_neuron_types"] = count
    resized = lambda values: (values * 2)[:count]
    if rnn.get("neuron_class_mode") == "per_neuron_type":
        rnn["neuron_class"] = resized(rnn["neuron_class"])
    if rnn.get("neuron_tau_mode") == "per_neuron_type":
        rnn["neuron_tau_init"] = resized(rnn["neuron_tau_init"])
    if isinstance(rnn.get("neuron_nonlinearity"), list):
        rnn["neuron_nonlinearity"] = resized(rnn["neuron_nonlinearity"])
    return True


@fault()
def a_cell_without_a_type(d, case):
    labels = case["rnn"].get("neuron_type")
    if not labels or labels.count(labels[-1]) < 2 or [case["neurons"] - 1, case["neurons"] - 1] in case["synapses"]:
        return False
    case["rnn"]["neuron_type"] = labels[:-1]
    case["synapses"].append([case["neurons"] - 1, case["neurons"] - 1])  # so that the files name it
    return not case["files"].get("classes_by_cell") and not case["ours"]


@fault()
def a_class_that_is_none(d, case):
    if not case["files"].get("classes_by_cell"):
        return False
    classes = case["rnn"]["neuron_class"]
    classes[d.count(0, len(classes) - 1)] = "excitatry" if isinstance(classes[0], str) else d.pick(2, -3)
    return True


@fault()
def a_file_that_is_not_there(d, case):
    case["files"]["synapses"] |= {"form": "pt coo", "file": f"{case['name']}.missing.pt"}
    drop_key(case["files"]["synapses"], "prefix", "repeats", "shuffled")
    case["unwritten"] = True
    return True


@fault()
def a_file_of_another_kind(d, case):
    case["files"]["synapses"] |= {"form": "pt coo", "file": f"{case['name']}.synapses.xlsx"}
    drop_key(case["files"]["synapses"], "prefix", "repeats", "shuffled")
    return True


@fault(wider="E9: what is there twice is added up")
def a_synapse_that_is_there_twice(d, case):
    case["files"]["synapses"] |= {"form": "pt coo", "file": f"{case['name']}.synapses.pt"}
    drop_key(case["files"]["synapses"], "prefix", "repeats", "shuffled")
    case["synapses"].append(list(case["synapses"][0]))
    case["uncoalesced"] = True
    return True


@fault(stricter="E7: the reference sets negative weights to zero")
def a_negative_weight_of_an_excitatory_cell(d, case):
    classes = case["rnn"].get("neuron_class", "excitatory")
    case["negative_weight"] = True
    return classes == "excitatory" and case["files"]["synapses"]["form"] not in ("npy", "csv.gz")


@fault(stricter="a weight that is infinite or NaN spreads through the network")
def a_weight_that_is_no_number(d, case):
    case["bad_weight"] = True
    return case["files"]["synapses"]["form"] != "npy" and not case["files"]["synapses"]["counts"]


def drawn(seed, index):
    """A case with one fault, the faults taking turns: its own drawing, or one after it that has a place for it."""
    function, wider, stricter = FAULTS[index % len(FAULTS)]
    for attempt in range(1000):
        drawing = ConnectomeDrawing(f"refused {seed}", f"{index}.{attempt}", small=True)
        case = drawing.case()
        case |= {"seed": seed, "index": index, "unprojected": False}
        case.pop("adam", None)
        old, case["name"] = case["name"], f"r{seed}_{index:04}"
        for options in case["files"].values():
            if isinstance(options, dict) and "file" in options:
                options["file"] = options["file"].replace(old, case["name"])
        if function(drawing, case):
            return case, function.__name__.replace("_", " "), wider, stricter
    raise RuntimeError(f"no drawing has a place for: {function.__name__}")


def given(case):
    """The input and the initial state, wrong ones among them."""
    g = np.random.default_rng([case["seed"], case["index"], 2])
    inputs = reference.input_of(case, g)
    if "input_shape" in case:
        inputs = torch.tensor(g.normal(size=case["input_shape"]))
    if "more_inputs" in case:
        inputs = torch.cat([inputs, inputs[..., :1].repeat(*[1] * (inputs.dim() - 1), case["more_inputs"])], -1)
    if case.get("bad_sample"):
        sample = 0 if case["rnn"].get("batch_first", True) or not case["sequence"] else (slice(None), 0)
        inputs[sample] = float("nan")
    tensors = {"input": inputs}
    if case.get("state0") or "state_shape" in case:
        tensors["state0"] = torch.tensor(g.random(case.get("state_shape", [case["batch"], case["neurons"]])))
        if case.get("negative_state"):
            tensors["state0"] -= 0.5
    return tensors


def answer(models, case, held, tensors, folder):
    """What the reference says, mended only where the two cannot be compared otherwise; None if it takes the case."""
    try:
        torch.manual_seed(0)
        model = reference.built(models, case, held, folder)
        net = reference.mended(model.rnn if "classifier" in case else model)
        with torch.no_grad():
            reference.run_as_it_is(model, case, tensors["input"], tensors.get("state0"))
    except Exception as problem:
        return f"{type(problem).__name__}: {str(problem).splitlines()[0] if str(problem) else ''}"
    return None


def write(models, seed, count, folder):
    from safetensors.torch import save_file
    folder.mkdir(parents=True, exist_ok=True)
    answers = collections.defaultdict(collections.Counter)
    for index in range(count):
        case, what, wider, stricter = drawn(seed, index)
        held = reference.write_files(case, folder)
        tensors = given(case)
        refusal = answer(models, case, held, tensors, folder)
        refused = bool(stricter) if refusal is None else not wider
        answers[what][bool(refusal)] += 1
        case["refused"] = {"what": what, "reference": refusal, "ours": refused,
                           "difference": (stricter if refusal is None else wider) or None}
        save_file({name: values.contiguous() for name, values in tensors.items()}, folder / f"{case['name']}.safetensors")
        (folder / f"{case['name']}.json").write_text(json.dumps(reference.description(case)) + "\n")
    (folder / "complete").touch()
    for what, counts in answers.items():
        print(f"{what:45} the reference refuses {counts[True]:3}, takes {counts[False]:3}")
