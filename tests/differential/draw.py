"""Draws valid declarations: the reference's keyword arguments, and what a run is given, as the JSON of a recorded run.

One case depends on its seed and index only. Needs nothing but the standard library.
"""

import math
import random

# The reference looks names up in torch.nn; None is no nonlinearity.
NON_NEGATIVE = ["ReLU", "ReLU6", "Softplus", "Sigmoid", "Hardsigmoid"]
ACTIVATIONS = [None, "LeakyReLU", "ELU", "GELU", "SiLU", "Tanh", "Hardtanh"] + NON_NEGATIVE
CLASSES = ["excitatory", "inhibitory", "hybrid"]
CUT_OFF = ("ReLU", "ReLU6")
TAU_MODES = ["type", "subtype", "spatial", "subtype_spatial"]


class Drawing:
    """The random choices of one case. `small` keeps maps and channels few, for runs that are kept in a repository."""

    def __init__(self, seed, index, small=False):
        self.random = random.Random(f"{seed}/{index}")
        self.seed, self.index, self.small = seed, index, small

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, *choices):
        return self.random.choice(choices)

    def count(self, least, most):
        return self.random.randint(least, most)

    def channels(self):
        """1 to 12, rich in divisors, so that groups can be drawn."""
        return self.pick(1, 2, 2, 3, 4, 4) if self.small else self.pick(1, 2, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9, 10, 11, 12)

    def size(self):
        """Height and width of a map."""
        return [self.count(3, 5 if self.small else 8), self.count(3, 5 if self.small else 8)]

    def activation(self):
        return self.pick(*ACTIVATIONS)

    def extent(self, height, width):
        """An odd extent within the map, 3 x 3 most often."""
        if self.chance(0.4) and height >= 3 and width >= 3:
            return [3, 3]
        return [self.pick(*[side for side in (1, 3, 5) if side <= most]) for most in (height, width)]

    # One area

    def area(self, in_channels, out_channels, feedback_channels, size):
        types = self.pick(1, 2, 2, 3, 4)
        area = {
            "in_size": size, "in_channels": in_channels, "out_channels": out_channels, "num_neuron_types": types,
            "num_neuron_subtypes": [self.channels() for _ in range(types)],
            "neuron_type_class": [self.pick(*CLASSES) for _ in range(types)],
            "in_class": self.pick("hybrid", *CLASSES),
            "tau_mode": [self.pick(*TAU_MODES) for _ in range(types)],
            "neuron_type_nonlinearity": [self.neuron_nonlinearity() for _ in range(types)],
        }
        if feedback_channels:
            area |= {"feedback_channels": feedback_channels, "feedback_class": self.pick("hybrid", *CLASSES)}
        if self.chance(0.25):
            area["neuron_type_density"] = [self.pick("same", "half") for _ in range(types)]
        if self.chance(0.25):
            area["out_nonlinearity"] = self.activation()
        if self.chance(0.2):
            area["default_neuron_state_init_fn"] = self.pick("zeros", "ones")
        area["inter_neuron_type_connectivity"] = self.wiring(types, bool(feedback_channels))
        for index in silent_types(area):
            area["neuron_type_nonlinearity"][index] = "Sigmoid"  # the other would stay silent
        if area.get("out_nonlinearity") in CUT_OFF and is_only_inhibited(area, types, silent_types(area)):
            area["out_nonlinearity"] = "Sigmoid"
        self.add_edge_options(area)
        return area

    def neuron_nonlinearity(self):
        return "Sigmoid" if self.chance(0.3) else self.activation()

    def wiring(self, types, hears_feedback):
        """A matrix in which every type hears the input or feedback, and reaches the output."""
        before = 2 if hears_feedback else 1  # the rows before those of the types
        density = self.random.uniform(0.2, 0.9)
        matrix = [[int(self.chance(density)) for _ in range(types + 1)] for _ in range(before + types)]
        for row in range(before):
            matrix[row][types] *= self.chance(0.3)  # straight to the output: rarely
            if not any(matrix[row]):
                matrix[row][self.count(0, types - 1)] = 1
        if not any(row[types] for row in matrix):
            matrix[before + self.count(0, types - 1)][types] = 1

        def closure(start, follows):
            found = set(start)
            while more := {t for t in range(types) if t not in found and any(follows(t, f) for f in found)}:
                found |= more
            return found

        while True:
            driven = closure([t for t in range(types) if any(matrix[r][t] for r in range(before))],
                             lambda t, f: matrix[before + f][t])
            missing = [t for t in range(types) if t not in driven]
            if not missing:
                break
            source = self.pick(*range(before), *(before + t for t in driven))
            matrix[source][missing[0]] = 1
        while True:
            heard = closure([t for t in range(types) if matrix[before + t][types]], lambda t, f: matrix[before + t][f])
            missing = [t for t in range(types) if t not in heard]
            if not missing:
                break
            matrix[before + missing[0]][self.pick(types, *heard)] = 1
        return matrix

    def add_edge_options(self, area):
        """Options of edges, each as a whole matrix or left to its default."""
        rows, columns = len(area["inter_neuron_type_connectivity"]), area["num_neuron_types"] + 1

        def matrix(of):
            return [[of(row, column) for column in range(columns)] for row in range(rows)]

        def extent(row, column):
            half = is_half(area, row) and column < columns - 1 and area["neuron_type_density"][column] == "half"
            return self.extent(*[(side + 1) // 2 if half else side for side in area["in_size"]])

        def groups(row, column):
            shared = math.gcd(source_channels(area, row), target_channels(area, column))
            return self.pick(*[n for n in range(1, shared + 1) if shared % n == 0])

        # The default extent, 3 x 3, may not fit a map of half density.
        if self.chance(0.7) or "half" in area.get("neuron_type_density", []):
            area["inter_neuron_type_spatial_extents"] = matrix(extent)
        if self.chance(0.5):
            area["inter_neuron_type_num_subtype_groups"] = matrix(groups)
        if self.chance(0.5):
            area["inter_neuron_type_nonlinearity"] = matrix(
                lambda *_: self.activation() if self.chance(0.5) else None)
        if self.chance(0.5):
            area["inter_neuron_type_bias"] = matrix(lambda *_: self.chance(0.5))

    # Areas together

    def sizes(self, areas):
        """Every area's map: like the one below, smaller, larger, or smaller along one side only."""
        all_sizes = [self.size()]
        while len(all_sizes) < areas:
            below, new = all_sizes[-1], self.size()
            all_sizes.append(list(below) if self.chance(0.15) else new)
        return all_sizes

    def network(self):
        areas = self.pick(1, 1, 2, 2, 3, 4)
        sizes = self.sizes(areas)
        between = [self.channels() for _ in range(areas + 1)]
        density = self.pick(0, 0.4, 0.8)
        feedback = [[int(to < source and self.chance(density)) for to in range(areas)] for source in range(areas)]
        hears = [any(row[to] for row in feedback) for to in range(areas)]
        network = {"num_areas": areas,
                   "area_kwargs": [self.area(between[i], between[i + 1], self.channels() if hears[i] else 0, sizes[i])
                                   for i in range(areas)]}
        if areas > 1 and self.chance(0.5):
            network["pool_mode"] = self.pick("max", "avg")
        if areas > 1 and self.chance(0.35):
            network["area_time_delay"] = True
        if self.chance(0.3):
            network["batch_first"] = False
        if any(hears):
            network["inter_area_feedback_connectivity"] = feedback
            if self.chance(0.6):
                network["inter_area_feedback_spatial_extents"] = [[self.extent(*sizes[to]) for to in range(areas)]
                                                                  for _ in range(areas)]
            if self.chance(0.5):
                network["inter_area_feedback_nonlinearity"] = [[self.activation() for _ in range(areas)]
                                                               for _ in range(areas)]
        return network

    def case(self):
        case = {"name": f"d{self.seed}_{self.index:04}", "seed": self.seed, "index": self.index, "dtype": "float64",
                "kind": "classifier" if self.chance(0.35) else "rnn",
                "num_steps": self.count(1, 3 if self.small else 6), "batch": 2 if self.small else self.count(1, 3),
                "tau": [1.0, self.pick(1.5, 4.0, 10.0)]}
        if self.chance(0.4):
            case["sequence"] = True
        if self.chance(0.2):
            case |= {"unprojected": True, "tau": [0.25, 3.0]}
        case["rnn"] = self.network()
        last = case["rnn"]["area_kwargs"][-1]["in_size"]
        if case["kind"] == "classifier":
            case["classifier"] = {"num_classes": self.count(2, 6), "fc_dim": self.count(2, 8),
                                  "dropout": self.pick(0.0, 0.3)}
            if self.chance(0.7):
                case["classifier"] |= {"pool_size_classifier": [self.count(1, min(3, side)) for side in last],
                                       "pool_mode_classifier": self.pick("max", "avg")}
            case |= {flag: True for flag in ("all_steps", "activations") if self.chance(0.5)}
        else:
            case |= {flag: True for flag, probability in (("state0", 0.4), ("output0", 0.5), ("feedback0", 0.5))
                     if self.chance(probability)}
            case["bare_area"] = case["rnn"]["num_areas"] == 1 and self.chance(0.5)  # planned without a network<...>
        return case


def is_only_inhibited(area, column, silent):
    """Whether nothing that a type or the output hears can raise its drive; silent types give nothing."""
    matrix, before = area["inter_neuron_type_connectivity"], before_types(area)
    classes = ["hybrid"] * before + area["neuron_type_class"]  # what comes from outside may have either sign
    signed = [False] * before + [name not in NON_NEGATIVE for name in area["neuron_type_nonlinearity"]]
    return all(kind == "inhibitory" and not can_be_negative or index - before in silent
               for index, (row, kind, can_be_negative) in enumerate(zip(matrix, classes, signed)) if row[column])


def silent_types(area):
    """Types that are cut off below 0 and hear inhibition, or each other, alone."""
    names = area["neuron_type_nonlinearity"]
    silent = {index for index, name in enumerate(names) if name in CUT_OFF}
    while excited := {index for index in silent if not is_only_inhibited(area, index, silent)}:
        silent -= excited
    return silent


def before_types(area):
    """Rows before those of the neuron types: the input's, and the feedback's where there is some."""
    return 1 + bool(area.get("feedback_channels"))


def is_half(area, row):
    """Whether the source of a row is a neuron type of half density."""
    index = row - before_types(area)
    return index >= 0 and "neuron_type_density" in area and area["neuron_type_density"][index] == "half"


def source_channels(area, row):
    if row == 0:
        return area["in_channels"]
    index = row - before_types(area)
    return area["feedback_channels"] if index < 0 else area["num_neuron_subtypes"][index]


def target_channels(area, column):
    return area["num_neuron_subtypes"][column] if column < area["num_neuron_types"] else area["out_channels"]


def edges_of(area):
    """(row, column) of every edge."""
    return [(r, c) for r, row in enumerate(area["inter_neuron_type_connectivity"]) for c, mark in enumerate(row) if mark]


def features(case):
    """What a case is an example of, in words: a set of draws covers the declarations' language if all occur."""
    network, found = case["rnn"], set()
    areas = network["area_kwargs"]
    found |= {case["kind"], f"steps {case['num_steps']}", f"areas {len(areas)}",
              "time first" if network.get("batch_first") is False else "batch first",
              "sequence" if case.get("sequence") else "still image"}
    found |= {flag for flag in ("unprojected", "all_steps", "activations", "bare_area", "state0") if case.get(flag)}
    if network.get("area_time_delay"):
        found |= {"area delay"} | ({"given outputs"} if case.get("output0") else set())
    if any(a.get("feedback_channels") for a in areas) and case.get("feedback0"):
        found.add("given feedback")
    for below, above in zip(areas, areas[1:]):
        shrinks = [above["in_size"][i] < below["in_size"][i] for i in (0, 1)]
        grows = [above["in_size"][i] > below["in_size"][i] for i in (0, 1)]
        if all(shrinks):
            found.add(f"shrinks by {network.get('pool_mode', 'max')}")
        elif all(grows):
            found.add("grows")
        elif any(shrinks) or any(grows):
            found.add("shrinks and grows" if any(shrinks) and any(grows) else "one side resized")
    if case["kind"] == "classifier":
        found.add(f"readout by {case['classifier'].get('pool_mode_classifier', 'default')}")
    feedback = network.get("inter_area_feedback_connectivity", [])
    for column in zip(*feedback):
        if sum(column):
            found.add("feedback from several" if sum(column) > 1 else "feedback from one")
    if feedback:
        found |= {f"feedback through {name}"
                  for row, marks in zip(network.get("inter_area_feedback_nonlinearity", []), feedback)
                  for name, mark in zip(row, marks) if mark and name}
    for area in areas:
        found |= area_features(area)
    return found


def area_features(area):
    found = {f"types {area['num_neuron_types']}", f"input {area['in_class']}"}
    found |= {f"type {kind}" for kind in area["neuron_type_class"]}
    found |= {f"tau by {mode}" for mode in area["tau_mode"]}
    found |= {f"type through {name}" for name in area["neuron_type_nonlinearity"]}
    if area.get("feedback_channels"):
        found.add(f"feedback {area['feedback_class']}")
    if area.get("out_nonlinearity"):
        found.add("output nonlinearity")
    if area.get("default_neuron_state_init_fn") == "ones":
        found.add("starts at one")
    density = area.get("neuron_type_density", ["same"] * area["num_neuron_types"]) + ["same"]
    if area["in_size"][0] != area["in_size"][1]:
        found.add("oblong map")
    for row, column in edges_of(area):
        at = {key: area[f"inter_neuron_type_{key}"][row][column] for key in
              ("spatial_extents", "num_subtype_groups", "nonlinearity", "bias") if f"inter_neuron_type_{key}" in area}
        height, width = at.get("spatial_extents", [3, 3])
        found.add("oblong extent" if height != width else f"extent {height}")
        if at.get("num_subtype_groups", 1) > 1:
            found.add("depthwise" if at["num_subtype_groups"] == source_channels(area, row) else "groups")
        if at.get("nonlinearity"):
            found.add(f"edge through {at['nonlinearity']}")
        found.add("bias" if at.get("bias", True) else "no bias")
        if column == area["num_neuron_types"] and row < before_types(area):
            found.add("straight to the output")
        if "half" in density:
            source = "half" if is_half(area, row) else "full"
            found.add(f"{source} to {'half' if density[column] == 'half' else 'full'}")
    return found


def numbers(case):
    """Roughly how many float64 a recorded run of the case holds."""
    total = 0
    for area in case["rnn"]["area_kwargs"]:
        height, width = area["in_size"]
        maps = case["batch"] * case["num_steps"] * height * width
        recorded = case["kind"] == "rnn" or bool(case.get("activations"))
        total += recorded * 2 * maps * (sum(area["num_neuron_subtypes"]) + area["out_channels"])
        for row, column in edges_of(area):
            extents = area.get("inter_neuron_type_spatial_extents")
            kernel = math.prod(extents[row][column]) if extents else 9
            groups = area.get("inter_neuron_type_num_subtype_groups")
            total += 2 * kernel * source_channels(area, row) * target_channels(area, column) // (
                groups[row][column] if groups else 1)
    return total
