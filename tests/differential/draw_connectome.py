"""Draws networks of single cells: the reference's keyword arguments, the synapses, what a run is given, and in which
files the synapses stand. One case depends on its seed and index only. Needs nothing but the standard library.
"""

import math

import draw

SMOOTH = ["Sigmoid", "Softplus", "softplus,sigmoid"]  # a field that a solver of high order can follow
ONE = [name for name in draw.ACTIVATIONS if name] + ["Sigmoid"] * 6
CHAINS = ["Softplus,Tanh", "tanh,relu", "ELU,Sigmoid"]
TABLES = ["csv", "tsv", "csv.gz"]
MATRICES = ["npz coo", "npz csr", "safetensors coo", "safetensors csr", "pt coo", "pt csr", "pt dict"]
SYNAPSES_IN = TABLES * 2 + MATRICES + ["npz columns", "npy"]
PROJECTIONS_IN = TABLES + MATRICES + ["npz columns", "npy"]
LABELS = {"strings": ["Mi1", "T4a", "L2", "Tm 9"], "gaps": [7, 30, 2, 11], "ranks": [0, 1, 2, 3], "below": [-2, 5, -1, 0]}
COLUMNS = {"pre": "pre_root_id", "post": "post_root_id", "weight": "syn_count", "neuron": "root_id", "type": "cell_type",
           "neuron_class": "sign", "channel": "column", "channel_weight": "strength"}


class ConnectomeDrawing(draw.Drawing):
    """The random choices of one case. `small` keeps cells few, for runs that are kept in a repository."""

    def __init__(self, seed, index, small=False):
        super().__init__(f"connectome {seed}", index, small)
        self.seed = seed

    def shuffled(self, values):
        return self.random.sample(values, len(values))

    def strength(self, least=0.05):
        return least + self.random.lognormvariate(-0.6, 0.7)

    def matrix(self, rows, columns, degree):
        """(row, column) by rows: most rows about `degree` entries, some many, some none."""
        entries = []
        for row in range(rows):
            count = 0 if rows > 3 and self.chance(0.1) else round(degree * self.random.lognormvariate(-0.2, 0.7))
            entries += [[row, column] for column in sorted(self.random.sample(range(columns), max(0, min(columns, count))))]
        return entries or [[rows - 1, columns - 1]]

    def nonlinearity(self, is_continuous):
        if is_continuous:
            return self.pick(*SMOOTH)
        return self.pick(*CHAINS) if self.chance(0.1) else None if self.chance(0.05) else self.pick(*ONE)

    def case(self):
        kind = self.pick(*["connectome_rnn"] * 6, *["sparse_rnn"] * 2, *["connectome_classifier"] * 2,
                         *["connectome_ode"] * 2, "connectome_ode_classifier")
        is_sparse, is_continuous = kind.startswith("sparse"), "ode" in kind
        cells = self.count(4, 9) if self.small or is_continuous else self.pick(self.count(4, 12), self.count(13, 60),
                                                                              self.count(61, 200))
        case = {"name": f"c{self.seed}_{str(self.index).zfill(4)}", "seed": self.seed, "index": self.index, "kind": kind,
                "neurons": cells, "batch": self.count(1, 3 if self.small else 5), "steps": self.count(1, 4 if self.small else 8),
                "sequence": self.chance(0.4), "ours": {}}
        rnn = case["rnn"] = {"hidden_size" if is_sparse else "num_neurons": cells}
        if not is_sparse:
            self.add_types(case)
        self.add_nonlinearity(case, is_continuous)
        self.add_synapses(case)
        self.add_projection(case, "input", is_sparse)
        self.add_projection(case, "output", is_sparse)
        if self.chance(0.3):
            rnn["batch_first"] = False
        if self.chance(0.25):
            rnn["bias_hh" if is_sparse else "connectome_bias"] = False
            case["ours"].pop("bias", None)
        if "classifier" not in kind and self.chance(0.2):
            rnn["default_hidden_init_fn" if is_sparse else "default_neuron_state_init_fn"] = self.pick("zeros", "ones")
        if "classifier" in kind:
            case["classifier"] = {"num_classes": self.count(2, 5), "fc_dim": self.count(2, 8), "dropout": 0.0}
            case["all_steps"] = self.chance(0.4)
            size = rnn["input_size"]
            case["image"] = self.pick([size, 1, 1], [1, 1, size], *([[2, 1, size // 2]] if size % 2 == 0 else []))
        if kind != "connectome_ode_classifier":  # which can't be given one
            case["state0"] = self.chance(0.4)
        self.add_forward(case, is_continuous)
        if not is_continuous:
            if self.chance(0.3):
                case["unprojected"] = True  # weights below 0 and time constants below 1, which a run brings into range
            if self.chance(0.3) and not case["ours"]:
                case["adam"] = {"lr": 0.01, "steps": 3}
        self.add_files(case)
        return case

    # Cells

    def add_types(self, case):
        rnn, cells = case["rnn"], case["neurons"]
        count = rnn["num_neuron_types"] = 0 if self.chance(0.35) else self.count(1, min(4, cells))
        if count:
            case["labels"] = self.pick(*LABELS)
            labels = self.random.sample(LABELS[case["labels"]], count)
            if case["labels"] == "ranks":
                labels = list(range(count))
            rnn["neuron_type"] = self.shuffled(labels + [self.pick(*labels) for _ in range(cells - count)])
        else:
            del rnn["num_neuron_types"]
        words = self.chance(0.5)
        drawn = lambda: self.pick("excitatory", "inhibitory") if words else self.pick(1, -1)
        if count and self.chance(0.6):
            rnn |= {"neuron_class": [drawn() for _ in range(count)], "neuron_class_mode": "per_neuron_type"}
        elif self.chance(0.6):
            rnn["neuron_class"] = [drawn() for _ in range(cells)]
        elif self.chance(0.7):
            rnn["neuron_class"] = self.pick("excitatory", "inhibitory")
        if count and self.chance(0.5):
            rnn |= {"neuron_tau_mode": "per_neuron_type", "neuron_tau_init": [self.tau() for _ in range(count)]}
        else:
            rnn["neuron_tau_init"] = self.tau() if self.chance(0.3) else [self.tau() for _ in range(cells)]
        if self.chance(0.15):
            rnn["train_tau"] = False
        if not count:
            return
        if self.chance(0.35) and rnn.get("neuron_tau_mode") != "per_neuron_type":
            case["ours"]["tau"] = [self.pick("per_type", "per_neuron", "none") for _ in range(count)]
        if self.chance(0.35):
            case["ours"]["bias"] = [self.pick("per_type", "per_neuron", "none") for _ in range(count)]

    def tau(self):
        return round(1 + 3 * self.random.random(), 3) if self.chance(0.9) else 1.0

    def add_nonlinearity(self, case, is_continuous):
        rnn = case["rnn"]
        if case["kind"].startswith("sparse"):
            rnn["nonlinearity"] = self.nonlinearity(is_continuous) or "Tanh"
        elif rnn.get("num_neuron_types") and self.chance(0.5):
            rnn["neuron_nonlinearity"] = [self.nonlinearity(is_continuous) for _ in range(rnn["num_neuron_types"])]
        elif self.chance(0.8):
            rnn["neuron_nonlinearity"] = self.nonlinearity(is_continuous)

    # Synapses and projections, by (row, column)

    def add_synapses(self, case):
        rnn, cells = case["rnn"], case["neurons"]
        case["synapses"] = self.matrix(cells, cells, min(cells / 2, self.pick(2, 4, 8)))
        if self.chance(0.15):
            rnn["train_hh" if case["kind"].startswith("sparse") else "train_connectome"] = False
        elif rnn.get("num_neuron_types") and self.chance(0.3):
            case["ours"]["weights"] = self.pick("per_type_pair", "scaled_counts")

    def add_projection(self, case, end, is_sparse):
        rnn, cells = case["rnn"], case["neurons"]
        option = {"input": {"size": "input_size", "dense": "use_dense_ih", "bias": "bias_ih", "train": "train_ih"},
                  "output": {"size": "output_size", "dense": "use_dense_ho", "bias": "bias_ho", "train": "train_ho"}}[end]
        if not is_sparse:
            option |= {"dense": f"use_dense_{end}_projection", "train": f"train_{end}_projection",
                       "bias": "output_projection_bias" if end == "output" else None}
        how = self.pick("one to one", "sparse", "sparse", "dense")
        size = cells if how == "one to one" else self.count(1, 6 if self.small else 12)
        if end == "input" or how != "one to one" or self.chance(0.2):
            rnn[option["size"]] = size
        if how == "dense":
            rnn[option["dense"]] = True
        if how == "sparse":
            shape = (cells, size) if end == "input" else (size, cells)
            case[end] = self.matrix(*shape, min(shape[1], self.pick(1, 2, 4)))
        if option["bias"] and self.chance(0.4):
            rnn[option["bias"]] = self.chance(0.5)
        if how == "sparse" and self.chance(0.15):
            rnn[option["train"]] = False

    # What a run is given

    def add_forward(self, case, is_continuous):
        if not is_continuous:
            # A sequence may say its length, too.
            case["forward"] = {} if case["sequence"] and self.chance(0.7) else {"num_steps": case["steps"]}
            return
        if case["kind"] == "connectome_ode_classifier":
            case["sequence"] = False  # its runs cannot be cut where the input jumps
        case["steps"] = self.count(2, 3) if case["sequence"] else 1
        start = round(self.pick(0.0, self.random.uniform(-1, 1)), 2)
        case["forward"] = {"num_evals": 1 + case["steps"] * self.count(1, 3), "start_time": start,
                           "end_time": round(start + self.random.uniform(0.5, 3), 2)}

    # Where it stands

    def add_files(self, case):
        rnn = case["rnn"]
        by_type = rnn.get("neuron_class_mode") == "per_neuron_type"
        classes = rnn.get("neuron_class")
        files = case["files"] = {"synapses": {"form": self.pick(*SYNAPSES_IN)}}
        by_cell = isinstance(classes, list) and not by_type
        if by_cell:
            files["classes_by_cell"] = True
        if self.chance(0.4):
            files["columns"] = dict(COLUMNS)
        is_table = files["synapses"]["form"] in (*TABLES, "npz columns", "npy")
        if is_table or by_cell or rnn.get("num_neuron_types"):
            whole = files["synapses"]["form"] in ("npz columns", "npy")
            files["cells"] = {"form": self.pick(*TABLES), "ids": self.pick("numbers", "long", *([] if whole else ["text"]))}
        last = max((max(ends) for ends in case["synapses"]), default=-1)
        if "cells" not in files and files["synapses"]["form"] in ("npz coo", "safetensors coo") and last + 1 < case["neurons"]:
            files["synapses"]["form"] = files["synapses"]["form"].replace("coo", "csr")  # COO doesn't say how many there are
        for end, key in (("input", "stimulus"), ("output", "output")):
            if end in case:
                forms = [form for form in PROJECTIONS_IN if form in MATRICES or "cells" in files]
                if files.get("cells", {}).get("ids") == "text":
                    forms = [form for form in forms if form not in ("npz columns", "npy")]
                files[key] = {"form": self.pick(*forms)}
        for key in ("synapses", "stimulus", "output"):
            if key not in files:
                continue
            form = files[key]["form"]
            files[key]["file"] = f"{case['name']}.{key}.{form.split()[0]}"
            if form == "pt dict":
                files[key]["prefix"] = "matrix."
            elif form in MATRICES and form.split()[0] != "pt" and self.chance(0.3):
                files[key]["prefix"] = self.pick("w.", "layer.")
            if form in TABLES and self.chance(0.3):
                files[key]["repeats"] = True
            if form in TABLES or form.startswith("np"):
                files[key]["shuffled"] = self.chance(0.5)
            # Counts stand for themselves, and an array (n, 3) holds whole numbers.
            counts = key == "synapses" and case["ours"].get("weights") == "scaled_counts"
            files[key]["counts"] = counts or form == "npy"
            files[key]["single"] = form not in TABLES and self.chance(0.3)
        if "cells" in files:
            files["cells"]["file"] = f"{case['name']}.cells.{files['cells']['form']}"


def features(case):
    """What a case is an example of, in words: a set of draws covers the language if all occur."""
    rnn, files = case["rnn"], case["files"]
    found = {case["kind"], "sequence" if case["sequence"] else "still",
             f"steps {case['steps']}" if "num_evals" not in case["forward"] else "continuous"}
    found |= {flag for flag in ("state0", "all_steps", "unprojected", "adam") if case.get(flag)}
    if case["sequence"] and "num_steps" in case["forward"]:
        found.add("a sequence that says its length")
    found |= {f"{key} {rnn[key]}" for key in rnn if isinstance(rnn[key], bool) or key.endswith("init_fn")}
    found |= {f"types {rnn.get('num_neuron_types', 0)}", f"labels {case.get('labels')}"}
    classes = rnn.get("neuron_class")
    of = classes[0] if isinstance(classes, list) else classes
    found.add(f"classes {rnn.get('neuron_class_mode', 'per_neuron')} {isinstance(classes, list)} {type(of).__name__}")
    found.add(f"tau {rnn.get('neuron_tau_mode', 'per_neuron')} {isinstance(rnn.get('neuron_tau_init'), list)}")
    names = rnn.get("neuron_nonlinearity", rnn.get("nonlinearity", "default"))
    found |= {f"through {name}" for name in (names if isinstance(names, list) else [names])}
    found.add("nonlinearity by type" if isinstance(names, list) else "one nonlinearity")
    for end in ("input", "output"):
        found.add(f"sparse {end}" if end in case else f"no sparse {end}")
    found |= {f"ours {key} {mode}" for key, modes in case["ours"].items()
              for mode in ([modes] if isinstance(modes, str) else modes)}
    for key in ("synapses", "cells", "stimulus", "output"):
        if key in files:
            found |= {f"{key} in {files[key]['form']}"} | {f"{key} {flag}" for flag in ("repeats", "shuffled", "prefix", "single")
                                                         if files[key].get(flag)}
    found |= {"renamed columns"} if "columns" in files else set()
    found |= {f"ids {files['cells']['ids']}"} if "cells" in files else {"no cells file"}
    return found


def numbers(case):
    """Roughly how many float64 a recorded run of the case holds."""
    steps = case["forward"].get("num_evals", case["steps"])
    states = case["batch"] * steps * case["neurons"]
    entries = sum(len(case.get(key, ())) for key in ("synapses", "input", "output"))
    return 4 * states + 6 * entries + math.prod(case.get("image", [1]))
