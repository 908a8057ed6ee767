"""Spells a case as C++ types. Needs nothing but the standard library."""

import re

from draw import before_types

ENUMERATORS = {None: "none", "ReLU": "relu", "ReLU6": "relu6", "LeakyReLU": "leaky_relu", "ELU": "elu", "GELU": "gelu",
               "SiLU": "silu", "Softplus": "softplus", "Sigmoid": "sigmoid", "Hardsigmoid": "hard_sigmoid",
               "Tanh": "tanh", "Hardtanh": "hard_tanh"}
NEGATIVE = {None, "LeakyReLU", "ELU", "GELU", "SiLU", "Tanh", "Hardtanh"}
TAU = {"type": "per_type", "subtype": "per_subtype", "spatial": "spatial", "subtype_spatial": "per_subtype_spatial"}
POOL = {"max": "max", "avg": "average"}
WIDTH = 110


def activation(name):
    return f"activation::{ENUMERATORS[name]}"


def wrapped(text, indent="    "):
    """Breaks a line after commas where it is too long."""
    lines, line = [], ""
    for piece in re.findall(r"[^,]+,? ?", text):
        if len(line) + len(piece) > WIDTH and line:
            lines.append(line.rstrip())
            line = indent
        line += piece
    return "\n".join(lines + [line])


def edge(extent=(3, 3), groups=1, nonlinearity=None, bias=True):
    options = []
    if list(extent) != [3, 3]:
        options.append(f".extent = {{{extent[0]}, {extent[1]}}}")
    if groups != 1:
        options.append(f".groups = {groups}")
    if nonlinearity:
        options.append(f".nonlinearity = {activation(nonlinearity)}")
    if not bias:
        options.append(".bias = false")
    return f"edge{{{', '.join(options)}}}" if options else "1"


def cell(area, row, column, mark):
    """0, 1 or an edge; any other number as it is. Beyond a matrix of options, an edge has the defaults."""
    if mark != 1:
        return str(mark)
    names = {"spatial_extents": "extent", "num_subtype_groups": "groups", "nonlinearity": "nonlinearity", "bias": "bias"}
    options = {}
    for key, name in names.items():
        matrix = area.get(f"inter_neuron_type_{key}")
        if matrix and row < len(matrix) and column < len(matrix[row]):
            options[name] = matrix[row][column]
    return edge(**options)


def neuron_type(area, index, name):
    kind = area["neuron_type_class"][index]
    options = [str(area["num_neuron_subtypes"][index])]
    nonlinearity = area.get("neuron_type_nonlinearity", ["Sigmoid"] * area["num_neuron_types"])[index]
    if nonlinearity != "Sigmoid":
        options.append(f"nonlinearity<{activation(nonlinearity)}>")
    # The reference lets every rate be negative; here an E or I type has to say so.
    if nonlinearity in NEGATIVE and kind != "hybrid" and not area.get("unsigned"):
        options.append("signed_rates")
    mode = area["tau_mode"][index]
    if mode != "subtype":
        options.append(f"tau<tau_mode::{TAU[mode]}>")
    if area.get("default_neuron_state_init_fn", "zeros") == "ones":
        options.append("initial_state<fill::ones>")
    if area.get("neuron_type_density", ["same"] * area["num_neuron_types"])[index] == "half":
        options.append("half_density")
    return f"struct {name} : {kind}<{', '.join(options)}> {{}};"


def type_names(area, prefix):
    return [f"{prefix}T{j}" for j in range(area["num_neuron_types"])]


def type_lines(area, prefix):
    return [wrapped(neuron_type(area, j, name)) for j, name in enumerate(type_names(area, prefix))]


def area_template(area, prefix):
    """area<...>, over neuron types named `prefix`T0, T1, ...; rows beyond those of the area come from `stranger`."""
    names = type_names(area, prefix)
    sources = area.get("row_sources") or ["stimulus", "top_down"][:before_types(area)] + names
    kinds = [area.get(key, "hybrid") for key in ("in_class", "feedback_class")]
    classes = ["" if kind == "hybrid" else f", neuron_class::{kind}" for kind in kinds]
    parts = [f"input<{area['in_channels']}, {area['in_size'][0]}, {area['in_size'][1]}{classes[0]}>"]
    if "feedback_channels" in area:
        parts.append(f"feedback_channels<{area['feedback_channels']}{classes[1]}>")
    parts.append(f"neurons<{', '.join(names)}>")
    rows = []
    for r, marks in enumerate(area["inter_neuron_type_connectivity"]):
        cells = [cell(area, r, c, mark) for c, mark in enumerate(marks)]
        row = f"from<{', '.join([sources[r] if r < len(sources) else 'stranger', *cells])}>"
        rows.append(wrapped(row, " " * 12))
    parts.append("connectivity<" + "".join(f"\n        {row}," for row in rows).rstrip(",") + ">")
    out = area.get("out_nonlinearity")
    parts.append(f"output<{area['out_channels']}{f', {activation(out)}' if out else ''}>")
    return "area<" + ",\n    ".join(parts) + ">"


def area_lines(area, name):
    return type_lines(area, name) + [f"struct {name} : {area_template(area, name)} {{}};"]


def network_template(rnn):
    names = [f"A{i}" for i in range(rnn["num_areas"])]
    parts = list(names)
    for source, row in enumerate(rnn.get("inter_area_feedback_connectivity", [])):
        for target, mark in enumerate(row):
            if not mark:
                continue
            options = {}
            if "inter_area_feedback_spatial_extents" in rnn:
                options["extent"] = rnn["inter_area_feedback_spatial_extents"][source][target]
            if "inter_area_feedback_nonlinearity" in rnn:
                options["nonlinearity"] = rnn["inter_area_feedback_nonlinearity"][source][target]
            with_options = edge(**options)
            parts.append(f"feedback<{names[source]}, {names[target]}{'' if with_options == '1' else ', ' + with_options}>")
    if "pool_mode" in rnn:
        parts.append(f"pool<pool_mode::{POOL[rnn['pool_mode']]}>")
    if rnn.get("area_time_delay"):
        parts.append("area_delay<1>")
    return f"network<{', '.join(parts)}>"


def classifier_template(case, network):
    head = case["classifier"]
    parts = [network, f"classes<{head['num_classes']}>", f"hidden<{head['fc_dim']}>"]
    if head["dropout"]:
        parts.append(f"dropout<{head['dropout']}>")
    height, width = head.get("pool_size_classifier", [1, 1])  # the reference's default, whatever ours is
    parts.append(f"readout_pool<pool_mode::{POOL[head.get('pool_mode_classifier', 'max')]}, {height}, {width}>")
    return f"classifier<{', '.join(parts)}>"


def declaration(case):
    """All structs of a case, and the name of the one to be planned."""
    lines = []
    for i, area in enumerate(case["rnn"]["area_kwargs"]):
        lines += area_lines(area, f"A{i}")
    if case.get("bare_area"):
        return lines, "A0"
    lines.append(wrapped(f"struct Net : {network_template(case['rnn'])} {{}};"))
    if case["kind"] == "classifier":
        lines.append(wrapped(f"struct Head : {classifier_template(case, 'Net')} {{}};"))
        return lines, "Head"
    return lines, "Net"


def networks_file(cases, command):
    """A file of networks, each registered under its name."""
    text = [f"// Written by {command}; do not edit.", "// clang-format off", '#include "declared.hpp"', "",
            "namespace cortexpr::differential {", ""]
    for case in cases:
        lines, top = declaration(case)
        name = case["name"]
        text += [f"namespace {name} {{", *lines,
                 f'const registered known{{"{name}", plan_of<{top}>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__}};',
                 f"}}  // namespace {name}", ""]
    return "\n".join(text + ["}  // namespace cortexpr::differential", ""])
