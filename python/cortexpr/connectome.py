"""Networks of single cells, whose synapses come from files or arrays, as torch.nn.Module."""

from __future__ import annotations

import copy
import os
import warnings
from pathlib import Path
from typing import Any, Mapping, Sequence, Union

import numpy as np
import torch

from . import _engine
from .arguments import Seed, device_name, says_wrong_types, shown
from .continuous_time import ContinuousTime
from .declared_module import DeclaredModule, DeclaredType, Images, Run, fixed_option, listed, mapped, refuse_tracing
from .errors import StateDictError, UsageError

FilePath = Union[str, os.PathLike]
Arrays = Sequence[Any]  # presynaptic cells, postsynaptic cells and, where they aren't all 1, weights: one entry a synapse


class Connectome(DeclaredModule):
    """A declared network of single cells. `declare` and `load` give classes derived from this one.

    synapses: a file (docs/connectome.md has the formats), or arrays with one entry for each synapse, (pre, post) or
        (pre, post, weights): from which cell, onto which, and how strong. Pairs that come again are added up.
    cells: the file of the cells' types; with arrays, the name of each cell's type, where cells are numbers from 0; or a dict
        from ids to these names, where synapses name cells by id, or a column of pandas whose index has the ids.
    columns: what the columns of the files are called: "codex", "schlegel", "male_cns", "celegans", or a dict such as
        {"pre": "from", "post": "to", "weight": "count"}.
    signs: classes by transmitter, {"GABA": "inhibitory"}, where the files have transmitters. Of a cell with several, the first
        entry that names one of them gives the class.
    otherwise: "hybrid", "excitatory" or "inhibitory": the class of cells whose transmitter `signs` doesn't name. Of a
        hybrid_cells type, hybrid ones have weights of either sign; the others obey Dale's law.
    transmitters: a file of these.
    minimum: pairs whose weights sum up to less are left out.
    unannotated: "kept" (of the type `unannotated_type`), "left_out" or "refused": cells that the file of cells doesn't name, or
        to which it gives no type.
    undeclared: "refused" or "left_out": cells of types that the declaration doesn't name.
    prefix: of the names of arrays in a synapses file.
    stimulus_synapses, output_synapses: files of sparse projections; with arrays, (cells, channels) or (cells, channels,
        weights).
    weights: "by_total_input" (each over the sum of all that its postsynaptic cell receives) or "as_in_the_file": what
        weights start from.
    seed: of the parameters, and of what is drawn while running.
    executor: "planned" or "transparent" (can be differentiated twice).
    device, dtype: of the parameters; float32 or float64. `to` changes both.

    Parameters have the reference's names (state_dict): hh.values, one for each synapse in the order in which the file first
    names the pair (of hybrid cells beside others: hh.hybrid_values; shared weights: one for each pair of types), hh.bias, tau;
    and rnn. before them under a readout. Raises UsageError and FileError for what doesn't fit.
    """

    classes: int  # outputs of the readout: a classifier's classes, or a regressor's targets; 0 without one
    types: tuple[str, ...]  # names of the cell types
    report: str = ""  # what was found in the files: counts, and what was summed, left out or unknown
    executor = fixed_option("executor")
    _plan: _engine.ConnectomePlan
    _source: Union[str, Path, None] = None
    _name: str | None = None

    @says_wrong_types
    def __init__(self, *, synapses: Union[FilePath, Arrays], cells: Union[FilePath, Sequence[str], Mapping[Any, str], None] = None,
                 columns: Union[str, Mapping[str, str], None] = None, signs: Mapping[str, str] | None = None,
                 otherwise: str = "hybrid", transmitters: FilePath | None = None, minimum: float = 0.0, unannotated: str = "kept",
                 unannotated_type: str = "unannotated", undeclared: str = "refused", prefix: str = "",
                 stimulus_synapses: Union[FilePath, Arrays, None] = None, output_synapses: Union[FilePath, Arrays, None] = None,
                 weights: str = "by_total_input", seed: Seed = 0, executor: str = "planned",
                 device: Union[str, torch.device] = "cpu", dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        if not hasattr(self, "_plan"):
            raise UsageError("Connectome itself declares nothing; make a class with cortexpr.declare")
        self.__dict__.update(executor=executor)
        options = dict(device=device_name(device), dtype=dtype, seed=seed, executor=executor, weights=weights)
        if _is_path(synapses):
            for name, value, known in (("unannotated", unannotated, ("kept", "left_out", "refused")),
                                       ("undeclared", undeclared, ("refused", "left_out"))):
                if not isinstance(value, str) or value not in known:
                    words = " or ".join(f'"{word}"' for word in known)
                    raise UsageError(f"{name} cells are {words}, not {shown(value)}")
            if unannotated != "kept" and unannotated_type != "unannotated":
                raise UsageError('unannotated_type is the type of cells that are kept; leave it out, or give unannotated="kept"')
            if cells is not None and not _is_path(cells):
                raise UsageError("the types of the cells come from a file where the synapses do; give its path as cells")
            for name, one in (("stimulus_synapses", stimulus_synapses), ("output_synapses", output_synapses)):
                if one is not None and not _is_path(one):
                    raise UsageError(f"{name} are a file where the synapses are one; give its path")
            given = dict(synapses=synapses, cells=cells, transmitters=transmitters, stimulus_synapses=stimulus_synapses,
                         output_synapses=output_synapses)
            paths = {name: os.fspath(path) for name, path in given.items() if path is not None}
            files = _engine.ConnectomeFiles(
                paths=paths, columns={} if isinstance(columns, str) else mapped("columns", columns),
                preset=columns if isinstance(columns, str) else "", signs=list(mapped("signs", signs).items()), otherwise=otherwise,
                prefix=prefix, minimum=minimum, unannotated=unannotated, unannotated_type=unannotated_type, undeclared=undeclared)
            self._network, self.report, unused = _engine.Connectome.from_files(self._plan, files, _engine.ConnectomeOptions(**options))
            if unused:
                warnings.warn(f"no cell has the transmitter{'s' if len(unused) > 1 else ''} {' and '.join(map(repr, unused))} of signs; "
                              "net.report says which it has", stacklevel=3)
        else:
            for name, value, default in (("columns", columns, None), ("signs", signs, None), ("otherwise", otherwise, "hybrid"),
                                         ("minimum", minimum, 0),
                                         ("transmitters", transmitters, None), ("prefix", prefix, ""),
                                         ("unannotated", unannotated, "kept"), ("unannotated_type", unannotated_type, "unannotated"),
                                         ("undeclared", undeclared, "refused")):
                if value is not default and not (isinstance(value, (str, int, float)) and value == default):
                    raise UsageError(f"{name} is about files, but the synapses are arrays; leave it out")
            names, ids = _types_and_ids(cells, self.types)
            number = {one: place for place, one in enumerate(ids)} if ids else None
            self._network = _engine.Connectome.from_arrays(
                self._plan, synapses=_synapse_arrays("synapses", synapses, number, 2), types=names, ids=[str(one) for one in ids],
                classes=[], stimulus=_synapse_arrays("stimulus_synapses", stimulus_synapses, number, 1),
                output=_synapse_arrays("output_synapses", output_synapses, number, 1),
                options=_engine.ConnectomeOptions(**options))
        self._take_parameters()
        for parameter, trained in zip(self._tensors(), self._network.trained()):
            parameter.requires_grad_(trained)
        self._register()

    @property
    def cell_count(self) -> int:
        """How many cells there are, N."""
        return self._network.cell_count

    @property
    def synapse_count(self) -> int:
        """How many connected pairs there are."""
        return self._network.synapse_count

    @property
    def input_size(self) -> int:
        """Numbers of one input, S."""
        return self._network.input_size

    @property
    def output_size(self) -> int:
        """Numbers of one output, O."""
        return self._network.output_size

    @property
    def ids(self) -> list[str]:
        """The id of each cell, by its number; the number itself where cells have no ids. The columns of run["T4a"] are of the cells
        [net.ids[cell] for cell in net.cells("T4a")]."""
        return self._network.ids or [str(cell) for cell in range(self.cell_count)]

    @says_wrong_types
    def cells(self, name: Union[str, int]) -> list[int]:
        """The cells of a type, rising, or the one of an id; of a number without ids. Raises UsageError where there is none."""
        return self._network.cells(str(name))

    # --- Running ---------------------------------------------------------------------------------------------------

    @torch._disable_dynamo  # torch.compiler.disable, which doesn't import the compiler before it is used
    @says_wrong_types
    def forward(self, inputs: Images, steps: int | None = None, *, layout: str = "batch_first",
                all_steps: bool = False) -> torch.Tensor:
        """A readout's answers, (B, classes); otherwise the output at the last step, (B, O).

        inputs: still ones, (B, S) or images (B, C, H, W) of S pixels, shown for `steps`; or a sequence, (B, T, S) or
            (B, T, C, H, W), or (T, B, ...) with layout="time_first". Of the parameters' dtype and device.
        all_steps: answers of all steps, (T, B, classes).

        torch.compile leaves it as it is. Raises UsageError where the inputs don't fit, and where parameters break Dale's
        law or tau >= 1.
        """
        if torch.compiler.is_exporting():
            raise UsageError("torch.export takes networks of areas, and no connectome: write its files (save) and its declaration")
        refuse_tracing(self.executor)
        return self._drawing(self._network.answer, self._tensors(), self.training, self._taken(inputs), steps, layout, all_steps)

    @torch._disable_dynamo
    @says_wrong_types
    def run(self, inputs: Images, steps: int | None = None, *, record: Sequence[Union[str, int]] = (),
            silence: Mapping[Union[str, int], int] | None = None, clamp: Mapping[Union[str, int], float] | None = None,
            inject: Mapping[Union[str, int], float] | None = None,
            start: Union[Images, Mapping[str, Images], None] = None,
            time: ContinuousTime | None = None, layout: str = "batch_first", all_steps: bool = False) -> Run:
        """Runs the network, records and perturbs it by name: a cell type's, or one cell's id; its number without ids.

        record: names whose states are wanted, (B, T, cells) or time first; "output" for the outputs, (B, T, O).
        silence: by name, the step from which states are 0; the first is 1.
        clamp: by name, the value at which states are held; after `silence`, in their order.
        inject: by name, a current that is added to the drive.
        start: states before the first step, (B, N) or (1, N), or those of each type by its name, as `final_states` of a run;
            without it, as declared.
        time: cortexpr.ContinuousTime(end=5, evaluations=6) in place of steps.
        inputs, steps, layout, all_steps: as in `forward`.

        Gives a Run; its final states, (B, cells), go by type. Raises UsageError as `forward` does, and for names that
        nothing has.
        """
        changes = {"silence": silence, "clamp": clamp, "inject": inject}
        silenced, held, driven = (_by_text(what, mapped(what, given)) for what, given in changes.items())
        values = None if start is None else self._start(start) if isinstance(start, Mapping) else self._taken(start, "start")
        return Run(*self._drawing(self._network.run, self._tensors(), self.training, self._taken(inputs), steps, layout, all_steps,
                                  [str(name) for name in listed("record", record)], silenced, list(held.items()), driven, values,
                                  time))

    def _start(self, by_type: Mapping[str, Images]) -> torch.Tensor:
        """(B, N) from (B, cells) of each type."""
        missing, unknown = [name for name in self.types if name not in by_type], [name for name in by_type if name not in self.types]
        if missing or unknown:
            raise UsageError(f"start has the states of each type by its name, of {', '.join(self.types)}; this one "
                             + (f"lacks {missing[0]}" if missing else f"has {unknown[0]!r:.60}"))
        parts, cells = [], []
        for name in self.types:
            states, own = self._taken(by_type[name], "start"), self.cells(name)
            if states.dim() != 2 or states.shape[1] != len(own):
                raise UsageError(f"start of {name} is of shape (B, {len(own)}) or (1, {len(own)}), not {tuple(states.shape)}")
            parts.append(states)
            cells += own
        samples = {len(part) for part in parts} - {1} or {1}
        if len(samples) > 1:
            raise UsageError(f"start has states of {' and of '.join(map(str, sorted(samples)))} samples; give as many of each type")
        together = torch.cat([part.expand(*samples, -1) for part in parts], 1)
        return together.index_select(1, torch.argsort(torch.tensor(cells, device=together.device)))

    # --- torch.nn.Module -------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.cell_count} cells, {self.synapse_count} synapses, executor={self.executor})"

    def __deepcopy__(self, memo: dict[int, Any]) -> Connectome:
        twin = self.__class__.__new__(self.__class__)
        memo[id(self)] = twin
        twin.__dict__.update(copy.deepcopy(self._own_state(), memo))
        twin._network = self._network.copied()
        twin._find_parameters()
        twin._register()
        return twin

    def __getstate__(self) -> dict[str, Any]:
        number = {name: place for place, name in enumerate(self.types)}
        synapses, names, ids, classes, *projections = self._network.arrays()
        return {**self._pickled(), "_circuit": (_as_arrays(synapses), np.array([number[name] for name in names], dtype=np.int32),
                                                ids, classes, *map(_as_arrays, projections))}

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        (synapses, types, ids, classes, *projections), drawn, gains = (state.pop(name) for name in ("_circuit", "_drawn", "_gains"))
        super().__setstate__(state)
        first = next(self.parameters())
        names = [self.types[number] for number in types.tolist()]
        stimulus, output = map(_as_tensors, projections)
        options = _engine.ConnectomeOptions(device=str(first.device), dtype=first.dtype, seed=0, executor=self.executor,
                                            weights="as_in_the_file")
        self._come_back(_engine.Connectome.from_arrays(self._plan, synapses=_as_tensors(synapses), types=names, ids=ids, classes=classes,
                                                       stimulus=stimulus, output=output, options=options), drawn, gains)

    def _parameter_names(self) -> list[str]:
        return self._network.parameter_names()

    # What tells networks apart whose parameters are of other synapses, or of the same in another order, stands in a state
    # dict's metadata: as a key, other programs' files would lack it.

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        super()._save_to_state_dict(destination, prefix, keep_vars)
        if hasattr(destination, "_metadata"):
            destination._metadata.setdefault(prefix[:-1], {})["wiring"] = self._network.wiring()

    def _load_from_state_dict(self, state_dict: Any, prefix: str, local_metadata: Mapping[str, Any], *rest: Any) -> None:
        if other := self._network.difference_from(local_metadata.get("wiring", "")):
            raise StateDictError(f"the state dict does not fit {type(self).__name__}: it was trained with {other}; make the network from "
                                 "the files or arrays that it was trained with")
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *rest)


def _as_arrays(tensors: tuple[torch.Tensor, ...] | None) -> tuple[np.ndarray, ...] | None:
    """For pickle, which would hand a tensor to a spawned process as memory that is gone by then."""
    return None if tensors is None else tuple(one.numpy() for one in tensors)


def _as_tensors(arrays: tuple[np.ndarray, ...] | None) -> tuple[torch.Tensor, ...] | None:
    return None if arrays is None else tuple(torch.from_numpy(one.copy()) for one in arrays)


def _is_path(given: Any) -> bool:
    return isinstance(given, (str, os.PathLike))


def _synapse_arrays(name: str, given: Any, number: Mapping[Any, int] | None,
                    sides: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor] | None:
    """Arrays as tensors; of the first two, the first `sides` name cells, by id where `number` has their numbers."""
    if given is None and name != "synapses":
        return None
    columns = "pre, post" if name == "synapses" else "cells, channels"
    if not isinstance(given, (tuple, list)) or len(given) not in (2, 3):
        raise UsageError(f"{name} are a file's path, or ({columns}) or ({columns}, weights) with one entry for each synapse")
    first, second = (_numbers(name, one if number is None or side >= sides else _numbered(name, one, number))
                     for side, one in enumerate(given[:2]))
    strengths = _numbers(name, given[2]) if len(given) == 3 else torch.ones(len(first), dtype=torch.float64)
    return first, second, strengths.detach()


def _numbered(name: str, ids: Any, number: Mapping[Any, int]) -> torch.Tensor:
    try:
        listed = ids.tolist() if hasattr(ids, "tolist") else list(ids)
        if any(isinstance(one, float) for one in listed):
            raise UsageError(f"{name} name cells by floating-point numbers, which may have been rounded; give texts or whole "
                             "numbers")
        return torch.tensor([number[one] for one in listed], dtype=torch.int64)
    except KeyError as error:
        raise UsageError(f"{name} name a cell {error.args[0]!r}, which isn't among the ids in cells") from None
    except TypeError:
        raise UsageError(f"{name} name cells by rows of ids, as cells has them") from None


def _numbers(name: str, values: Any) -> torch.Tensor:
    if hasattr(values, "to_numpy"):  # a column of pandas
        values = values.to_numpy(copy=True)
    elif not getattr(getattr(values, "flags", None), "writeable", True):  # of a file that is mapped; torch warns of it
        values = values.copy()
    try:
        if isinstance(values, (list, tuple)):  # float64, as arrays of NumPy are, whatever torch's default is
            values = np.asarray(values)
        tensor = torch.atleast_1d(torch.as_tensor(values))
    except (TypeError, ValueError, RuntimeError) as error:
        raise UsageError(f"{name} are arrays of numbers: {error}") from None
    if tensor.is_complex():
        raise UsageError(f"{name} are arrays of real numbers, and one of these is complex")
    if tensor.dtype == torch.uint64 and len(tensor) and int(tensor.to(torch.float64).max()) >= 2**63:
        raise UsageError(f"{name} name a cell by a number of 2**63 or more; give ids in cells as texts or smaller numbers")
    return tensor if len(tensor) else tensor.to(torch.int64)  # an empty list has no type of its own


def _by_text(what: str, given: Mapping[Any, Any]) -> dict[str, Any]:
    """By names as texts, of which none stands for two."""
    named = {str(name): value for name, value in given.items()}
    if len(named) != len(given):
        raise UsageError(f"{what} has names that are the same as texts, such as 1 and '1'; give each once")
    return named


def _types_and_ids(cells: Any, types: Sequence[str]) -> tuple[list[str], list[Any]]:
    """By cell, its type's name and its id; no ids where cells go by number."""
    if cells is None or _is_path(cells):
        raise UsageError(f"with synapses as arrays, cells is the name of each cell's type, of {', '.join(types)}")
    cells = _by_index(cells)
    if isinstance(cells, Mapping):
        for one in cells:
            if not isinstance(one, (str, int, np.integer)):
                raise UsageError(f"cells has the id {shown(one)}, which is neither a text nor a whole number")
        if len(set(map(str, cells))) != len(cells):
            raise UsageError("cells has ids that are the same as texts, such as 1 and '1'")
        return [str(name) for name in cells.values()], list(cells)
    return [str(name) for name in cells], []


def _by_index(cells: Any) -> Any:
    """A column of pandas as a dict by its index; as a list where that counts from 0, as it does without one."""
    index = getattr(cells, "index", None)
    if index is None or callable(index) or not hasattr(cells, "tolist"):  # that of a list is a method
        return cells
    ids, names = index.tolist(), cells.tolist()
    if ids == list(range(len(ids))):
        return names
    if len(set(ids)) != len(ids):
        raise UsageError("cells has an index in which an id is there twice; each cell has one entry")
    return dict(zip(ids, names))


_classes: dict[tuple[str, str], type[Connectome]] = {}


def connectome_class_of(plan: _engine.ConnectomePlan, source: Union[str, Path], name: str | None) -> type[Connectome]:
    """The class of a declaration: the same one for the same text. A library may be another one under the same path."""
    key = (source, plan.name)
    if key in _classes:
        return _classes[key]
    members = {"_plan": plan, "_source": source, "_name": name, "__module__": __package__, "__doc__": Connectome.__doc__,
               "classes": plan.classes, "types": tuple(plan.types)}
    made = DeclaredType(plan.name, (Connectome,), members)
    if isinstance(source, str):
        _classes[key] = made
    return made
