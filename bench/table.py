"""The table over sizes: one thing varied at a time around the digits example's network."""
import dataclasses
import json

from measure import Failure, demand_same_network, figures, median_seconds, memory_ratio, ratio


@dataclasses.dataclass(frozen=True)
class Case:
    """A network and a load. Batches are smaller where the reference would need too much memory or time."""

    name: str
    varied: str
    batch: int = 256
    channels: int = 16
    size: int = 28
    num_steps: int = 5
    areas: int = 1
    kind: str = "plain"

    def options(self):
        return ["--batch", self.batch, "--channels", self.channels, "--size", self.size, "--num-steps", self.num_steps,
                "--areas", self.areas, "--kind", self.kind]



# What is varied: the field of a row that holds it, and its name.
VARIED = {"batch": ("batch", "images a batch"), "channels": ("channels", "channels of each type"),
          "image": ("size", "pixels a side"), "steps": ("num_steps", "steps"), "areas": ("areas", "areas"),
          "kind": ("kind", "with")}
TITLE = "A step of cortexpr against the reference's, one thing varied at a time"
SEED = Case("seed", "seed")
CASES = [
    SEED,
    *(Case(f"batch_{n}", "batch", batch=n) for n in (1, 16, 64)),
    *(Case(f"channels_{n}", "channels", channels=n, batch=b) for n, b in ((8, 256), (32, 64), (64, 32), (128, 16))),
    *(Case(f"image_{n}", "image", size=n, batch=b) for n, b in ((14, 256), (56, 64), (112, 16))),
    *(Case(f"steps_{n}", "steps", num_steps=n, batch=b) for n, b in ((1, 256), (10, 128), (20, 64))),
    *(Case(f"areas_{n}", "areas", areas=n, batch=b) for n, b in ((2, 128), (3, 64), (4, 64))),
    *(Case(name, "kind", kind=name) for name in ("relu", "half_density", "groups", "wide")),
    Case("feedback", "kind", kind="feedback", areas=2, batch=128),
]
GRADIENT_BATCH = 8  # float64 takes its time


def measure(case, opponents, pairs, repeats, most_seconds):
    """The row of one case: what both took, or in words why one gave no figures. Raises Refusal."""
    options = [*case.options(), "--repeats", repeats, "--most-seconds", most_seconds]
    row = dict(name=case.name, varied=case.varied, batch=case.batch, channels=case.channels, size=case.size,
               num_steps=case.num_steps, areas=case.areas, kind=case.kind)
    ours, theirs = [], []
    for pair in range(pairs):
        with_error = ["--gradient-batch", GRADIENT_BATCH if pair == 0 else 0]
        try:
            ours.append(figures(opponents.ours(*options, *with_error), opponents.patience))
        except Failure as failure:
            return row | dict(failure=str(failure))
        if opponents.reference and "reference_failure" not in row:
            try:
                theirs.append(figures(opponents.theirs(*options, *with_error), opponents.patience))
                demand_same_network(ours[-1], theirs[-1])
            except Failure as failure:
                row["reference_failure"] = str(failure)
    return row | own_figures(case, ours) | (compared(theirs, ours) if len(theirs) == len(ours) else {})


def own_figures(case, ours):
    work = case.batch * ours[0]["live_operations"]
    row = dict(parameters=ours[0]["parameters"], live_operations=ours[0]["live_operations"],
               gradient_error=ours[0]["gradient_error"], peak_bytes=max(o["peak_bytes"] for o in ours))
    for kind in ("train", "forward"):
        row[f"{kind}_seconds"] = median_seconds(ours, kind)
        row[f"{kind}_ns_per_operation"] = 1e9 * row[f"{kind}_seconds"] / work
    return row | dict(forward_gflops=1e-9 * work / row["forward_seconds"])


def compared(theirs, ours):
    return dict(train_ratio=ratio(theirs, ours, "train"), forward_ratio=ratio(theirs, ours, "forward"),
                memory_ratio=memory_ratio(theirs, ours), reference_gradient_error=theirs[0]["gradient_error"],
                reference_train_seconds=median_seconds(theirs, "train"),
                reference_forward_seconds=median_seconds(theirs, "forward"))


def with_relative_cost(rows):
    """Adds what an operation costs next to one of the digits example's, where that was measured."""
    seed = next((row for row in rows if row["name"] == SEED.name and "failure" not in row), None)
    if seed is None:
        return rows
    return [row if "failure" in row else
            row | {f"relative_{kind}_cost": row[f"{kind}_ns_per_operation"] / seed[f"{kind}_ns_per_operation"]
                   for kind in ("train", "forward")}
            for row in rows]


def faster(figure, digits=1):
    return f"{figure['median']:.{digits}f} ({figure['least']:.{digits}f} to {figure['most']:.{digits}f})"


HEADINGS = ["", "batch", "parameters", "training step", "forward pass", "peak memory", "gradient error",
            "the reference's", "forward, GFLOP/s", "cost of an operation, training", "forward"]


def markdown(rows):
    """The table for the documentation: ratios are the reference's figure over ours."""
    lines = ["| " + " | ".join(HEADINGS) + " |", "| " + " | ".join(["---"] * len(HEADINGS)) + " |"]
    lines += ["| " + " | ".join(cells_of(row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def title_of(row):
    if row["varied"] == SEED.varied:
        return "the digits network"
    field, words = VARIED[row["varied"]]
    return f"{words}: {row[field]}"


def cells_of(row):
    start = [title_of(row), str(row["batch"])]
    if "failure" in row:
        return [*start, f"failed: {row['failure']}", *[""] * (len(HEADINGS) - 3)]
    if "train_ratio" in row:
        against = [faster(row["train_ratio"]), faster(row["forward_ratio"]), f"{row['memory_ratio']:.1f}"]
    else:
        why = row.get("reference_failure")
        against = [f"the reference failed: {why}" if why else "", "", ""]
    errors = [f"{row[name]:.1e}" if name in row else "" for name in ("gradient_error", "reference_gradient_error")]
    cost = [f"{row[name]:.2f}" if name in row else "" for name in ("relative_train_cost", "relative_forward_cost")]
    return [*start, f"{row['parameters']:,}", *against, *errors, f"{row['forward_gflops']:.0f}", *cost]


def in_words(row):
    """One line about a case, while the others are measured."""
    if "failure" in row:
        return f"failed: {row['failure']}"
    words = f"{row['train_seconds']:.4f} s a training step, gradient error {row['gradient_error']:.1e}"
    if "train_ratio" in row:
        words += f", the reference's over ours {faster(row['train_ratio'])}, forward {faster(row['forward_ratio'])}"
    return words + (f", the reference failed: {row['reference_failure']}" if "reference_failure" in row else "")


def groups(rows):
    """For plot.ratios_by_case: what was varied, each with the digits network at its place."""
    seed = [row for row in rows if row["varied"] == SEED.varied]
    found = []
    for varied, (field, words) in VARIED.items():
        own = [row for row in rows if row["varied"] == varied]
        if own:
            cases = sorted(own + seed, key=lambda row: row[field])
            found.append((words, [(str(row[field]), ratios_of(row)) for row in cases]))
    return found or [("the digits network", [("", ratios_of(row)) for row in seed])]


def ratios_of(row):
    return dict(train=row["train_ratio"], forward=row["forward_ratio"]) if "train_ratio" in row else None


def as_json(rows, settings):
    return json.dumps(dict(settings=settings, cases=rows), indent=2) + "\n"
