"""Networks of torch-biopl (package bioplnn) as ours, with their weights, and back.

Neuron types and areas have no names there; here they are Type0, Type1, ... in Area0, Area1, ...
"""

from __future__ import annotations

import difflib
import warnings
from typing import Any, Callable, Mapping, Sequence, TypeVar

import numpy as np
import torch

from .arguments import kind_of, says_wrong_types, shown
from .declaration import from_json
from .errors import UsageError
from .network import Network

_Read = TypeVar("_Read")
_ACTIVATIONS = {name.replace("_", ""): name
                for name in ("relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "softplus", "sigmoid", "hard_sigmoid", "tanh",
                             "hard_tanh")}
_NEVER_NEGATIVE = {"relu", "relu6", "softplus", "sigmoid", "hard_sigmoid"}
_FILLS = {"zeros": "zeros", "ones": "ones", "rand": "uniform", "randn": "normal"}
_TAU_MODES = {"type": "per_type", "subtype": "per_subtype", "spatial": "spatial", "subtype_spatial": "per_subtype_spatial"}
_POOLS = {"max": "max", "avg": "average"}


def from_bioplnn(module: torch.nn.Module) -> Network:
    """A SpatiallyEmbeddedRNN or SpatiallyEmbeddedClassifier as a network of ours: the same outputs and gradients.

    The weights are copied, and projected, as the reference does at each forward pass. `net.to_cpp()` is the declaration in
    C++. A network whose batch_first is False takes its sequences with layout="time_first".

    Raises UsageError where the module has what ours has not, such as an activation of another kind, and for types of half
    density, whose grids the reference confuses (D2 in docs/parity.md).
    """
    head = None
    rnn = module
    if hasattr(module, "readout"):
        rnn, pool = module.rnn, module.pool
        head = {"num_classes": module.readout[4].out_features, "fc_dim": module.readout[1].out_features,
                "dropout": module.readout[3].p, "pool_size_classifier": pool.output_size,
                "pool_mode_classifier": "avg" if isinstance(pool, torch.nn.AdaptiveAvgPool2d) else "max"}
    if not hasattr(rnn, "areas"):
        raise UsageError(f"{type(module).__name__} is neither a SpatiallyEmbeddedRNN nor a SpatiallyEmbeddedClassifier of bioplnn")
    _require_plain(module)
    confused = [_confuses(_half_types(area.neuron_type_density, area.num_neuron_types), number)
                for number, area in enumerate(rnn.areas)]
    if any(confused):
        raise UsageError(f"{type(module).__name__} is no network of ours: {'; '.join(filter(None, confused))}. Its arguments make the "
                         "network that was meant: from_bioplnn_arguments")
    # Its attributes have the names of its arguments, with one entry for each type or edge.
    names = [*_AREA_DEFAULTS, "in_size", "in_channels", "out_channels", "inter_neuron_type_connectivity"]
    arguments = {name: getattr(rnn, name) for name in _RNN_DEFAULTS if hasattr(rnn, name)}
    arguments["area_kwargs"] = [{**{name: getattr(area, name) for name in names}, "tau_init_fn": "ones"} for area in rnn.areas]
    first = next(module.parameters())
    network = from_bioplnn_arguments(arguments, head)(device=first.device, dtype=first.dtype)
    network.load_state_dict(module.state_dict())
    network.project()
    _freeze_alike(network, module)
    return network.train(module.training)


def _freeze_alike(to: torch.nn.Module, like: torch.nn.Module) -> None:
    """The names are the same."""
    trained = {name: one.requires_grad for name, one in like.named_parameters()}
    for name, one in to.named_parameters():
        one.requires_grad_(trained.get(name, True))


def _require_plain(module: torch.nn.Module) -> None:
    """A derived class with a forward pass of its own computes something else."""
    for part in module.modules():
        owner = next(one for one in type(part).__mro__ if "forward" in vars(one))
        if owner.__module__.split(".")[0] not in ("bioplnn", "torch"):
            raise UsageError(f"{type(part).__name__} has a forward pass of its own, which no declaration says; give a module of "
                             "bioplnn's own class")


@says_wrong_types
def from_bioplnn_arguments(rnn: Mapping[str, Any], classifier: Mapping[str, Any] | None = None) -> type[Network]:
    """The class of the network that the reference would build from keyword arguments.

    rnn: those of SpatiallyEmbeddedRNN: area_kwargs and common_area_kwargs, or area_configs.
    classifier: the others of SpatiallyEmbeddedClassifier.

    Raises UsageError for values that ours has not, and for wiring that breaks a rule. Warns of what the reference does
    otherwise than it says: out_nonlinearity, and types of half density.
    """
    _require_known("rnn", rnn, {*_RNN_DEFAULTS, "num_areas", "area_configs", "area_kwargs", "common_area_kwargs", "batch_first"})
    areas = []
    for index, area in enumerate(_in_form("rnn", _area_arguments, rnn)):  # a loop: the warning counts frames
        areas.append(_in_form(f"area {index}", _area, index, area))
    rnn = {**_RNN_DEFAULTS, **rnn}
    head = None if classifier is None else _in_form("classifier", _head, classifier)
    return from_json({"name": "Network" if head is None else "Classifier", "areas": areas,
                      "pool": _named(_POOLS, rnn["pool_mode"], "pool_mode"),
                      "area_delay": _in_form("rnn", int, rnn["area_time_delay"]),
                      "feedback": _in_form("feedback between areas", _feedback, rnn), "readout": head})


def to_bioplnn(network: Network) -> torch.nn.Module:
    """The same network in the reference's package, with copies of the weights. Needs bioplnn.

    Raises UsageError where the reference has not what the network has, and says what.
    """
    if not isinstance(network, Network):
        raise UsageError(f"to_bioplnn takes a network of areas, not {kind_of(network)}")
    from bioplnn.models import SpatiallyEmbeddedClassifier, SpatiallyEmbeddedRNN

    arguments = network.describe()["reference"]
    if arguments["differences"]:
        raise UsageError(f"{type(network).__name__} is no network of bioplnn: {'; '.join(arguments['differences'])}")
    rnn = arguments["rnn"]
    for area in rnn["area_kwargs"]:
        area["inter_neuron_type_spatial_extents"] = _pairs(area["inter_neuron_type_spatial_extents"])
        for name in ("connectivity", "num_subtype_groups", "nonlinearity", "bias"):
            area[f"inter_neuron_type_{name}"] = np.array(area[f"inter_neuron_type_{name}"], dtype=object)
        area["inter_neuron_type_connectivity"] = area["inter_neuron_type_connectivity"].astype(bool)
    if "inter_area_feedback_spatial_extents" in rnn:
        rnn["inter_area_feedback_spatial_extents"] = _pairs(rnn["inter_area_feedback_spatial_extents"])
        rnn["inter_area_feedback_nonlinearity"] = np.array(rnn["inter_area_feedback_nonlinearity"], dtype=object)
    head = arguments["classifier"]
    module = SpatiallyEmbeddedRNN(**rnn) if head is None else SpatiallyEmbeddedClassifier(rnn_kwargs=rnn, **head)
    first = next(network.parameters())
    module.to(first.device, first.dtype)
    module.load_state_dict(network.state_dict())
    _freeze_alike(module, network)
    return module.train(network.training)


# The reference's defaults.
_AREA_DEFAULTS: dict[str, Any] = {
    "feedback_channels": None, "in_class": "hybrid", "feedback_class": "hybrid", "num_neuron_types": 1, "num_neuron_subtypes": 16,
    "neuron_type_class": "hybrid", "neuron_type_density": "same", "neuron_type_nonlinearity": "Sigmoid", "tau_mode": "subtype",
    "tau_init_fn": "ones", "inter_neuron_type_spatial_extents": (3, 3), "inter_neuron_type_num_subtype_groups": 1,
    "inter_neuron_type_nonlinearity": None, "inter_neuron_type_bias": True, "out_nonlinearity": None,
    "default_neuron_state_init_fn": "zeros", "default_feedback_state_init_fn": "zeros", "default_output_state_init_fn": "zeros"}
_RNN_DEFAULTS: dict[str, Any] = {
    "pool_mode": "max", "area_time_delay": False, "inter_area_feedback_connectivity": None,
    "inter_area_feedback_nonlinearity": None, "inter_area_feedback_spatial_extents": (3, 3)}


def _area_arguments(rnn: Mapping[str, Any]) -> list[dict[str, Any]]:
    if rnn.get("area_configs") is not None:
        return [{name: getattr(config, name) for name in (*_AREA_DEFAULTS, "in_size", "in_channels", "out_channels",
                                                          "inter_neuron_type_connectivity")} for config in rnn["area_configs"]]
    common, own = rnn.get("common_area_kwargs") or {}, rnn.get("area_kwargs") or [{}] * int(rnn.get("num_areas", 1))
    if "num_areas" in rnn and len(own) != rnn["num_areas"]:
        raise UsageError(f"num_areas is {rnn['num_areas']}, but area_kwargs has {len(own)} entries; give one for each area")
    for one in (common, *own):
        _require_known("an area", one, {*_AREA_DEFAULTS, "in_size", "in_channels", "out_channels", "inter_neuron_type_connectivity"})
    return [{"inter_neuron_type_connectivity": [[1, 0], [1, 1]], **_AREA_DEFAULTS, **common, **one} for one in own]


def _require_known(what: str, given: Mapping[str, Any], known: set[str]) -> None:
    for name in given:
        if name not in known:
            nearest = difflib.get_close_matches(name, known, 1)
            raise UsageError(f"{what} has no argument {name!r}" + (f"; the nearest is {nearest[0]!r}" if nearest else ""))


def _require_given(what: str, given: Mapping[str, Any], needed: Sequence[str]) -> None:
    missing = [name for name in needed if given.get(name) is None]
    if missing:
        raise UsageError(f"{what} lacks the argument {missing[0]!r}")


def _in_form(what: str, read: Callable[..., _Read], *given: Any) -> _Read:
    try:
        return read(*given)
    except UsageError:
        raise
    except (IndexError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"the arguments of {what} are not of the form that the reference takes: {error}") from None


def _head(classifier: Mapping[str, Any]) -> dict[str, Any]:
    _require_known("classifier", classifier, {"num_classes", "fc_dim", "dropout", "pool_size_classifier", "pool_mode_classifier",
                                              "rnn_kwargs"})
    _require_given("classifier", classifier, ("num_classes",))
    given = {"fc_dim": 512, "dropout": 0.2, "pool_size_classifier": (1, 1), "pool_mode_classifier": "max", **classifier}
    return {"classes": int(given["num_classes"]), "hidden": int(given["fc_dim"]), "dropout": float(given["dropout"]),
            "pool": _named(_POOLS, given["pool_mode_classifier"], "pool_mode_classifier"),
            "pool_size": _pair(given["pool_size_classifier"])}


def _feedback(rnn: Mapping[str, Any]) -> list[dict[str, Any]]:
    wiring = rnn["inter_area_feedback_connectivity"]
    if wiring is None:
        return []
    return [{"from": f"Area{i}", "to": f"Area{j}", "bias": True,
             "extent": _extent(rnn["inter_area_feedback_spatial_extents"], i, j),
             "nonlinearity": _activation(_entry(rnn["inter_area_feedback_nonlinearity"], i, j))}
            for i, j in np.argwhere(np.asarray(wiring, dtype=bool))]


def _area(index: int, given: Mapping[str, Any]) -> dict[str, Any]:
    _require_given(f"area {index}", given, ("in_size", "in_channels", "out_channels"))
    if _activation(given["out_nonlinearity"]):
        warnings.warn(f"the reference stores out_nonlinearity of area {index} and never applies it, so it is left out",
                      stacklevel=5)
    types = [_type(place, given) for place in range(int(given["num_neuron_types"]))]
    confused = _confuses([place for place, one in enumerate(types) if one["density"] == "half"], index)
    if confused:
        warnings.warn(f"{confused}; this network has them right, so that it computes something else, and state dicts of the reference's "
                      "don't fit", stacklevel=5)
    hears = bool(given["feedback_channels"])
    names = [one["name"] for one in types]
    sources, targets = ["stimulus"] + ["top_down"] * hears + names, names + ["output"]
    wiring = np.asarray(given["inter_neuron_type_connectivity"])
    if wiring.shape != (len(sources), len(targets)):
        raise UsageError(f"inter_neuron_type_connectivity of area {index} is {wiring.shape[0]} x {wiring.shape[-1]}; give "
                         f"{len(sources)} rows ({', '.join(sources)}) and {len(targets)} columns")
    edges = [{"from": sources[i], "to": targets[j], "extent": _extent(given["inter_neuron_type_spatial_extents"], i, j),
              "groups": int(_entry(given["inter_neuron_type_num_subtype_groups"], i, j)),
              "bias": bool(_entry(given["inter_neuron_type_bias"], i, j)),
              "nonlinearity": _activation(_entry(given["inter_neuron_type_nonlinearity"], i, j))}
             for i, j in np.argwhere(wiring != 0)]
    feedback = None
    if hears:
        feedback = {"channels": int(given["feedback_channels"]), "class": given["feedback_class"],
                    "initial": _named(_FILLS, given["default_feedback_state_init_fn"], "default_feedback_state_init_fn")}
    return {"name": f"Area{index}",
            "input": {"channels": int(given["in_channels"]), "size": _pair(given["in_size"]), "class": given["in_class"]},
            "feedback": feedback, "neuron_types": types, "edges": edges,
            "output": {"channels": int(given["out_channels"]), "nonlinearity": [],
                       "initial": _named(_FILLS, given["default_output_state_init_fn"], "default_output_state_init_fn")}}


def _half_types(density: Any, count: int) -> list[int]:
    each = density if isinstance(density, (list, tuple, np.ndarray)) else [density] * int(count)
    return [place for place, one in enumerate(each) if one == "half"]


def _confuses(places: Sequence[int], area: int) -> str:
    """What the reference does to types of half density (D2 of docs/parity.md); empty where there are none."""
    if not places:
        return ""
    names, several = " and ".join(f"Type{place}" for place in places), "s" * (len(places) > 1)
    return f"the reference confuses the grids of the half-density type{several} {names} in Area{area}"


def _type(place: int, given: Mapping[str, Any]) -> dict[str, Any]:
    def of(name: str) -> Any:
        value = given[name]
        return value[place] if isinstance(value, (list, tuple, np.ndarray, torch.nn.ModuleList)) else value

    if of("tau_init_fn") not in ("ones", "zeros", "rand"):  # what is below 1 becomes 1 at the first forward pass
        raise UsageError('tau_init_fn is a draw of its own; leave it out, and write the parameter: net.parameter("tau_of(...)")')
    function = _activation(of("neuron_type_nonlinearity"))
    start = _named(_FILLS, given["default_neuron_state_init_fn"], "default_neuron_state_init_fn")
    may_be_negative = _NEVER_NEGATIVE.isdisjoint(function) or start == "normal"
    return {"name": f"Type{place}", "class": of("neuron_type_class"), "subtypes": int(of("num_neuron_subtypes")),
            "density": _named({"same": "full", "half": "half"}, of("neuron_type_density"), "neuron_type_density"),
            "nonlinearity": function, "signed_rates": of("neuron_type_class") != "hybrid" and may_be_negative,
            "tau": {"mode": _named(_TAU_MODES, of("tau_mode"), "tau_mode"), "initial": 1.0}, "initial_state": start}


def _named(names: Mapping[str, str], value: Any, argument: str) -> str:
    if isinstance(value, str) and value in names:
        return names[value]
    raise UsageError(f"{argument} is {shown(value)}; ours knows {', '.join(names)}")


def _activation(given: Any) -> list[str]:
    """A name, several with commas, a module, or None; as a list of our names."""
    if given is None or isinstance(given, torch.nn.Identity):
        return []
    if isinstance(given, torch.nn.Sequential):
        return [name for one in given for name in _activation(one)]
    if isinstance(given, torch.nn.Module):
        kind = type(given)
        if not kind.__module__.startswith("torch.nn") or repr(given) not in (repr(kind()), _in_place(kind)):
            raise UsageError(f"{given!r} is an activation that ours has not; declare it in C++, as a custom<...>")
        given = kind.__name__
    found = []
    for name in str(given).split(","):
        plain = name.strip().lower().replace("_", "")
        if plain in ("identity", "none"):
            continue
        if plain not in _ACTIVATIONS:
            raise UsageError(f"{name.strip()} is an activation that ours has not; those it has: {', '.join(_ACTIVATIONS)}")
        found.append(_ACTIVATIONS[plain])
    return found


def _in_place(kind: Callable[..., torch.nn.Module]) -> str:
    try:
        return repr(kind(inplace=True))
    except TypeError:  # one that knows no such word
        return ""


def _entry(matrix: Any, i: int, j: int) -> Any:
    """An edge's entry of what is one value for all edges, or a matrix."""
    if isinstance(matrix, (list, np.ndarray)):
        return matrix[i][j]
    return matrix


def _extent(matrix: Any, i: int, j: int) -> list[int]:
    is_one_pair = len(matrix) == 2 and all(isinstance(side, (int, np.integer)) for side in matrix)
    return _pair(matrix if is_one_pair else matrix[i][j])


def _pair(sides: Any) -> list[int]:
    return [int(side) for side in (sides if isinstance(sides, (list, tuple, np.ndarray)) else (sides, sides))]


def _pairs(matrix: list[list[list[int]]]) -> np.ndarray:
    """A matrix of pairs as the reference takes it: NumPy would make three dimensions of a nested list."""
    pairs = np.empty((len(matrix), len(matrix[0])), dtype=object)
    for i, row in enumerate(matrix):
        for j, sides in enumerate(row):
            pairs[i, j] = tuple(sides)
    return pairs
