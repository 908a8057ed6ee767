"""Draws declarations that are wrong in one place, asks the reference whether it takes them, and writes what our rules
must answer as static assertions."""

import collections
import copy

import draw
import reference
import spell

REFUSED_IN_A_FILE = 100
FAULTS = []


def fault(*rules, wider=None):
    """A fault: a function that makes a case wrong in place and returns where ("network", "classifier" or the area's
    index), or None where the case has no such place. `rules` are those that may find it first; `wider` names the defect
    for which the reference alone refuses it."""
    def add(function):
        FAULTS.append((function, rules, wider))
        return function
    return add


class PlainDrawing(draw.Drawing):
    """Only what the reference can run as it is: maps resized along both sides or none (D8), no half density (D2)."""

    def __init__(self, seed, index):
        super().__init__(f"refused {seed}", index, small=True)

    def sizes(self, areas):
        side, all_sizes = self.size(), []
        for _ in range(areas):
            all_sizes.append(side)
            step = self.pick(-1, 0, 1)
            side = [max(3, min(side) - 1)] * 2 if step < 0 and min(side) > 3 else [s + max(step, 0) for s in side]
        return all_sizes if all(a == b or all(x < y for x, y in zip(a, b)) or all(x > y for x, y in zip(a, b))
                                for a, b in zip(all_sizes, all_sizes[1:])) else [all_sizes[0]] * areas

    def case(self):
        case = super().case()
        for area in case["rnn"]["area_kwargs"]:
            area.pop("neuron_type_density", None)
        case["num_steps"] += 1  # feedback is heard at the second step
        return case


def options(area, key, default):
    """The matrix of an edge option, written out."""
    rows, columns = len(area["inter_neuron_type_connectivity"]), area["num_neuron_types"] + 1
    return area.setdefault(f"inter_neuron_type_{key}", [[default] * columns for _ in range(rows)])


def an_area(d, case, fits=lambda area: True):
    found = [i for i, area in enumerate(case["rnn"]["area_kwargs"]) if fits(area)]
    return (None, None) if not found else (i := d.pick(*found), case["rnn"]["area_kwargs"][i])


def hears(area):
    return "feedback_channels" in area


def sources(area):
    return ["stimulus", "top_down"][:draw.before_types(area)] + [f"T{j}" for j in range(area["num_neuron_types"])]


# Rows and cells

@fault("missing_row")
def a_type_has_no_row(d, case):
    i, area = an_area(d, case)
    row = draw.before_types(area) + d.count(0, area["num_neuron_types"] - 1)
    area["row_sources"] = sources(area)
    del area["row_sources"][row], area["inter_neuron_type_connectivity"][row]
    return i


@fault("missing_stimulus_row")
def the_input_has_no_row(d, case):
    i, area = an_area(d, case)
    area["row_sources"] = sources(area)[1:]
    del area["inter_neuron_type_connectivity"][0]
    return i


@fault("missing_top_down_row")
def feedback_has_no_row(d, case):
    i, area = an_area(d, case, hears)
    if area:
        area["row_sources"] = ["stimulus"] + sources(area)[2:]
        del area["inter_neuron_type_connectivity"][1]
    return i


@fault("top_down_without_channels")
def a_row_for_feedback_that_is_not_heard(d, case):
    i, area = an_area(d, case, lambda area: not hears(area))
    if area:
        area["row_sources"] = ["stimulus", "top_down"] + sources(area)[1:]
        area["inter_neuron_type_connectivity"].insert(1, [1] * (area["num_neuron_types"] + 1))
    return i


@fault("unknown_source", "repeated_row")
def a_row_too_many(d, case):
    i, area = an_area(d, case)
    area["row_sources"] = sources(area) + [d.pick("stranger", sources(area)[-1])]
    area["inter_neuron_type_connectivity"].append([0] * (area["num_neuron_types"] + 1))
    return i


@fault("few_cells")
def a_cell_too_few(d, case):
    i, area = an_area(d, case)
    matrix = area["inter_neuron_type_connectivity"]
    for row in matrix if d.chance(0.5) else [d.pick(*matrix)]:
        del row[-1]
    return i


@fault("many_cells")
def a_cell_too_many(d, case):
    i, area = an_area(d, case)
    matrix = area["inter_neuron_type_connectivity"]
    for row in matrix if d.chance(0.5) else [d.pick(*matrix)]:
        row.append(d.count(0, 1))
    return i


@fault("negative_cell", "other_number")
def a_cell_that_is_no_mark(d, case):
    i, area = an_area(d, case)
    row, column = d.pick(*draw.edges_of(area))
    area["inter_neuron_type_connectivity"][row][column] = d.pick(-1, 2)
    return i


# Who reaches whom

@fault("receives_nothing", "unused_stimulus", "unused_top_down")
def a_type_receives_nothing(d, case):
    i, area = an_area(d, case)
    column = d.count(0, area["num_neuron_types"] - 1)
    for row in area["inter_neuron_type_connectivity"]:
        row[column] = 0
    return i


@fault("hears_no_input", "unused_stimulus", "unused_top_down")
def a_type_hears_itself_only(d, case):
    i, area = an_area(d, case)
    column = d.count(0, area["num_neuron_types"] - 1)
    for index, row in enumerate(area["inter_neuron_type_connectivity"]):
        row[column] = int(index == draw.before_types(area) + column)
    return i


@fault("reaches_nothing", "no_output_edge", "receives_nothing", "hears_no_input")
def a_type_sends_to_nobody(d, case):
    i, area = an_area(d, case)
    row = draw.before_types(area) + d.count(0, area["num_neuron_types"] - 1)
    area["inter_neuron_type_connectivity"][row] = [0] * (area["num_neuron_types"] + 1)
    return i


@fault("no_output_edge")
def nothing_goes_out(d, case):
    i, area = an_area(d, case)
    for row in area["inter_neuron_type_connectivity"]:
        row[-1] = 0
    return i


@fault("unused_stimulus", "no_output_edge")
def the_input_goes_nowhere(d, case):
    i, area = an_area(d, case)
    area["inter_neuron_type_connectivity"][0] = [0] * (area["num_neuron_types"] + 1)
    return i


@fault("unused_top_down", "no_output_edge")
def feedback_goes_nowhere(d, case):
    i, area = an_area(d, case, hears)
    if area:
        area["inter_neuron_type_connectivity"][1] = [0] * (area["num_neuron_types"] + 1)
    return i


# Edges

def set_extent(d, case, values):
    """Sets one side of an edge's extent to what `values(side of the map)` gives."""
    i, area = an_area(d, case)
    row, column = d.pick(*draw.edges_of(area))
    side = d.count(0, 1)
    extents = options(area, "spatial_extents", [3, 3])
    extents[row][column] = list(extents[row][column])
    extents[row][column][side] = d.pick(*values(area["in_size"][side]))
    return i


@fault("even_extent")
def an_even_extent(d, case):
    return set_extent(d, case, lambda _: (2, 4))


@fault("small_extent")
def an_extent_of_nothing(d, case):
    return set_extent(d, case, lambda _: (0, -1))


@fault("large_extent")
def an_extent_larger_than_the_map(d, case):
    return set_extent(d, case, lambda side: (side + 1 + side % 2, side + 3 + side % 2))


def set_groups(d, case, values):
    """Sets an edge's groups to one of `values(source channels, target channels)`, where some edge has any."""
    places = [(i, area, row, column, found) for i, area in enumerate(case["rnn"]["area_kwargs"])
              for row, column in draw.edges_of(area)
              if (found := values(draw.source_channels(area, row), draw.target_channels(area, column)))]
    if not places:
        return None
    i, area, row, column, found = d.pick(*places)
    options(area, "num_subtype_groups", 1)[row][column] = d.pick(*found)
    return i


@fault("groups_of_source")
def groups_that_do_not_divide_the_source(d, case):
    return set_groups(d, case, lambda source, target: [n for n in range(2, 2 * source + 2) if source % n])


@fault("groups_of_target")
def groups_that_do_not_divide_the_target(d, case):
    return set_groups(d, case, lambda source, target: [n for n in range(2, source + 1) if not source % n and target % n])


@fault("few_groups")
def groups_below_one(d, case):
    return set_groups(d, case, lambda source, target: [0, -1])


# Types and sizes

@fault("subtypes")
def a_type_without_subtypes(d, case):
    i, area = an_area(d, case)
    area["num_neuron_subtypes"][d.count(0, area["num_neuron_types"] - 1)] = d.pick(0, -1)
    return i


@fault("no_neuron_types")
def an_area_without_types(d, case):
    i, area = an_area(d, case)
    area |= {"num_neuron_types": 0, "inter_neuron_type_connectivity": [[1]] * draw.before_types(area)}
    for key in ("num_neuron_subtypes", "neuron_type_class", "tau_mode", "neuron_type_nonlinearity"):
        area[key] = []
    return i


@fault("negative_nonlinearity")
def signed_rates_of_an_excitatory_or_inhibitory_type(d, case):
    i, area = an_area(d, case)
    j = d.count(0, area["num_neuron_types"] - 1)
    area["neuron_type_class"][j] = d.pick("excitatory", "inhibitory")
    area["neuron_type_nonlinearity"][j] = d.pick(*sorted(spell.NEGATIVE, key=str))
    area["unsigned"] = True
    return i


@fault("input_size")
def an_input_of_nothing(d, case):
    i, area = an_area(d, case)
    if d.chance(0.5):
        area["in_channels"] = d.pick(0, -1)
    else:
        area["in_size"] = [d.pick(0, -1), area["in_size"][1]]
    return i


@fault("output_channels")
def an_output_of_nothing(d, case):
    i, area = an_area(d, case)
    area["out_channels"] = d.pick(0, -1)
    return i


@fault("feedback_channels")
def feedback_of_no_channels(d, case):
    i, area = an_area(d, case, hears)
    if area:
        area |= {"row_sources": sources(area), "feedback_channels": d.pick(0, -1)}
    return i


@fault(wider="D2")
def a_type_of_half_density(d, case):
    i, area = an_area(d, case)
    j, row = d.count(0, area["num_neuron_types"] - 1), draw.before_types(area)
    area["neuron_type_density"] = ["half" if k == j else "same" for k in range(area["num_neuron_types"])]
    options(area, "spatial_extents", [3, 3])[row + j][j] = [1, 1]
    return i


# Areas together

@fault("channels_between_areas")
def channels_that_do_not_meet(d, case):
    i, area = an_area(d, case, lambda area: area is not case["rnn"]["area_kwargs"][0])
    if area:
        area["in_channels"] += d.count(1, 2)
        options(area, "num_subtype_groups", 1)[0] = [1] * (area["num_neuron_types"] + 1)
        return "network"


@fault(wider="D8")
def a_map_that_grows_along_one_side_only(d, case):
    i, area = an_area(d, case, lambda area: area is not case["rnn"]["area_kwargs"][0])
    if area:
        height, width = case["rnn"]["area_kwargs"][i - 1]["in_size"]
        area["in_size"] = [height + 1, max(3, width - d.count(0, 1))]
        area.pop("inter_neuron_type_spatial_extents", None)
        case["rnn"].pop("inter_area_feedback_spatial_extents", None)
        return "network"


def feedback_matrix(case):
    n = case["rnn"]["num_areas"]
    return case["rnn"].setdefault("inter_area_feedback_connectivity", [[0] * n for _ in range(n)])


@fault("feedback_direction")
def feedback_that_goes_up(d, case):
    target = d.count(0, case["rnn"]["num_areas"] - 1)
    feedback_matrix(case)[d.count(0, target)][target] = 1
    return "network"


@fault("unheard_feedback")
def feedback_that_is_not_heard(d, case):
    i, area = an_area(d, case, lambda area: not hears(area) and area is not case["rnn"]["area_kwargs"][-1])
    if area:
        feedback_matrix(case)[d.count(i + 1, case["rnn"]["num_areas"] - 1)][i] = 1
        return "network"


@fault("missing_feedback")
def feedback_from_nobody(d, case):
    i, area = an_area(d, case, hears)
    if area:
        for row in feedback_matrix(case):
            row[i] = 0
        return "network"


@fault("missing_feedback")
def channels_for_feedback_in_a_network_without(d, case):
    if "inter_area_feedback_connectivity" in case["rnn"]:
        return None
    _, area = an_area(d, case)
    area["feedback_channels"] = d.channels()
    for key in list(area):
        if key.startswith("inter_neuron_type_"):
            area[key].insert(1, list(area[key][0]))
    for key, value in (("connectivity", 1), ("num_subtype_groups", 1)):
        if f"inter_neuron_type_{key}" in area:
            area[f"inter_neuron_type_{key}"][1] = [value] * (area["num_neuron_types"] + 1)
    return "network"


def set_feedback_extent(d, case, values):
    rnn, n = case["rnn"], case["rnn"]["num_areas"]
    edges = [(i, j) for i, row in enumerate(rnn.get("inter_area_feedback_connectivity", []))
             for j, mark in enumerate(row) if mark]
    if not edges:
        return None
    i, j = d.pick(*edges)
    extents = rnn.setdefault("inter_area_feedback_spatial_extents", [[[3, 3]] * n for _ in range(n)])
    side = rnn["area_kwargs"][j]["in_size"][0]
    extents[i][j] = [d.pick(*values(side)), extents[i][j][1]]
    return "network"


@fault("even_extent")
def feedback_of_even_extent(d, case):
    return set_feedback_extent(d, case, lambda _: (2, 4))


@fault("small_extent")
def feedback_of_no_extent(d, case):
    return set_feedback_extent(d, case, lambda _: (0, -1))


@fault("large_extent")
def feedback_of_large_extent(d, case):
    return set_feedback_extent(d, case, lambda side: (side + 1 + side % 2,))


# Classifiers

def set_head(case, **values):
    if case["kind"] != "classifier":
        return None
    case["classifier"] |= values
    return "classifier"


@fault("few_classes")
def fewer_than_two_classes(d, case):
    return set_head(case, num_classes=d.pick(1, 0, -1))


@fault("hidden_units")
def no_hidden_units(d, case):
    return set_head(case, fc_dim=d.pick(0, -1))


@fault("dropout_range")
def a_dropout_out_of_range(d, case):
    return set_head(case, dropout=d.pick(1.0, 1.5, -0.25))


@fault("small_readout_pool")
def a_readout_pooled_to_nothing(d, case):
    return set_head(case, pool_size_classifier=[d.pick(0, -1), 1], pool_mode_classifier=d.pick("max", "avg"))


@fault("large_readout_pool")
def a_readout_pooled_to_more_than_the_map(d, case):
    side = case["rnn"]["area_kwargs"][-1]["in_size"][1]
    return set_head(case, pool_size_classifier=[1, side + 1], pool_mode_classifier=d.pick("max", "avg"))


def spelled(case, where):
    """What has to be declared, and the template to be asked about."""
    areas = case["rnn"]["area_kwargs"]
    if isinstance(where, int):
        return spell.type_lines(areas[where], ""), spell.area_template(areas[where], "")
    lines = [line for i, area in enumerate(areas) for line in spell.area_lines(area, f"A{i}")]
    network = spell.network_template(case["rnn"])
    if where == "network":
        return lines, network
    return [*lines, spell.wrapped(f"struct Net : {network} {{}};")], spell.classifier_template(case, "Net")


def asserted(rules, wider, refusal):
    """The assertion about `declared`, given what the reference answered."""
    if not refusal:
        return "is_taken_or_stricter(broken_rule<declared>)"
    if wider:
        return "wirable<declared>"
    return f"is_one_of<{', '.join('rule::' + name for name in rules)}>(broken_rule<declared>)"


def drawn(seed, index):
    """A case with one fault, the faults taking turns: its own drawing, or one after it that has a place for it."""
    function, rules, wider = FAULTS[index % len(FAULTS)]
    for attempt in range(1000):
        drawing = PlainDrawing(seed, f"{index}.{attempt}")
        case = copy.deepcopy(drawing.case())
        where = function(drawing, case)
        if where is not None:
            return case, where, function.__name__.replace("_", " "), rules, wider
    raise RuntimeError(f"no drawing has a place for: {function.__name__}")


def write(models, seed, count, folder):
    answers = collections.defaultdict(collections.Counter)
    for start in range(0, count, REFUSED_IN_A_FILE):
        text = ["// Written by tests/differential/generate.py; do not edit.", "// clang-format off",
                '#include "agreed.hpp"', "", "namespace cortexpr::differential {", "", "struct stranger : hybrid<1> {};", ""]
        for index in range(start, min(start + REFUSED_IN_A_FILE, count)):
            case, where, what, rules, wider = drawn(seed, index)
            refusal = reference.refusal(models, case)
            answers[what][bool(refusal)] += 1
            lines, template = spelled(case, where)
            answer = "refuses it" if refusal else "takes it"
            place = f"area {where}" if isinstance(where, int) else where
            text += [f"namespace r{index:04} {{  // {what} ({place}); the reference {answer}", *lines,
                     f"using declared = {template};",
                     f'static_assert({asserted(rules, wider, refusal)}, "seed {seed}, index {index}: {what}");',
                     f"}}  // namespace r{index:04}", ""]
        text += ["}  // namespace cortexpr::differential", ""]
        (folder / f"refused_{start // REFUSED_IN_A_FILE}.cpp").write_text("\n".join(text))
    for what, counts in answers.items():
        print(f"{what:56} the reference refuses {counts[True]:3}, takes {counts[False]:3}")
