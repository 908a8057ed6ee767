"""The digits example's step: ours by both executors and with bfloat16, the reference's eager and under torch.compile."""
import json
import os
import pathlib
import subprocess
import tempfile

from measure import (HERE, Failure, demand_same_network, figures, first_step, median_of, median_seconds, memory_ratio,
                     ratio)

TRANSPARENT = ["--executor", "transparent"]
ROUNDED = ["--precision", "bfloat16"]


class Runs:
    """What each took, pair by pair; empty for one that took no part or failed."""

    def __init__(self):
        self.ours, self.rounded, self.transparent, self.theirs, self.compiled = [], [], [], [], []
        self.our_first, self.their_first = [], []
        self.compile_failure = None


def measure(opponents, pairs, options, compile_too, report):
    """The summary's figures. Raises Failure where an opponent other than the compiled reference gives none, Refusal
    where they timed different networks."""
    runs = Runs()
    with tempfile.TemporaryDirectory() as cache:
        # Empty at first, so that the first run says what compiling takes, and kept for the others.
        environment = os.environ | dict(TORCHINDUCTOR_CACHE_DIR=cache)
        for pair in range(pairs):
            take_turns(runs, opponents, [*options, "--gradient-batch", error_batch(options, pair)], compile_too, environment)
            report(pair, runs)
    return figures_of(runs, pairs)


def error_batch(options, pair):
    """The gradients' error is the same in all pairs, so it is measured in the first one: on the whole batch."""
    return options[options.index("--batch") + 1] if pair == 0 else 0


def take_turns(runs, opponents, options, compile_too, environment):
    patience = opponents.patience
    runs.ours.append(figures(opponents.ours(*options), patience))
    runs.rounded.append(figures(opponents.ours(*options, *ROUNDED), patience))
    runs.transparent.append(figures(opponents.ours(*options, *TRANSPARENT), patience))
    runs.our_first.append(first_step(opponents.ours(*options, "--first-step"), patience))
    if not opponents.reference:
        return
    runs.theirs.append(figures(opponents.theirs(*options), patience))
    demand_same_network(runs.ours[-1], runs.theirs[-1])
    runs.their_first.append(first_step(opponents.theirs(*options, "--first-step"), patience))
    if compile_too and runs.compile_failure is None:
        try:
            runs.compiled.append(figures(opponents.theirs(*options, "--compile"), patience, environment))
            demand_same_network(runs.ours[-1], runs.compiled[-1])
        except Failure as failure:
            runs.compile_failure, runs.compiled = str(failure), []


def figures_of(runs, pairs):
    ours = runs.ours
    first = median_of(runs.our_first)
    summary = dict(threads=ours[0]["threads"], batch=ours[0]["batch"], num_steps=ours[0]["num_steps"],
                   parameters=ours[0]["parameters"], pairs=pairs, train_seconds=median_seconds(ours, "train"),
                   forward_seconds=median_seconds(ours, "forward"), peak_bytes=max(o["peak_bytes"] for o in ours),
                   gradient_error=ours[0]["gradient_error"], first_step_seconds=first.pop("seconds"),
                   first_step_parts=first)
    if runs.theirs:
        summary |= against_reference(runs)
    return summary


def against_reference(runs):
    theirs, ours, compiled = runs.theirs, runs.ours, runs.compiled
    first = median_of(runs.their_first)
    summary = dict(reference_torch=theirs[0]["torch"], memory_ratio=memory_ratio(theirs, ours),
                   reference_first_step_seconds=first.pop("seconds"), reference_first_step_parts=first)
    for kind in ("train", "forward"):
        against = ratio(theirs, ours, kind)
        summary[f"{kind}_ratio"] = against["median"]
        summary[f"{kind}_ratio_range"] = [against["least"], against["most"]]
        summary[f"bfloat16_{kind}_ratio"] = ratio(theirs, runs.rounded, kind)["median"]
        summary[f"transparent_{kind}_ratio"] = ratio(theirs, runs.transparent, kind)["median"]
        if compiled:
            against = ratio(compiled, ours, kind)
            summary[f"compiled_{kind}_ratio"] = against["median"]
            summary[f"compiled_{kind}_ratio_range"] = [against["least"], against["most"]]
    if compiled:
        summary["compile_seconds"] = compiled[0]["compile_seconds"]
    if runs.compile_failure:
        summary["compile_failure"] = runs.compile_failure
    everyone = dict(reference=theirs, compiled=compiled, transparent=runs.transparent, planned=ours, bfloat16=runs.rounded)
    summary["speed"] = {name: speed_of(each, theirs) for name, each in everyone.items() if each}
    return summary


def speed_of(runs, theirs):
    return dict(train=ratio(theirs, runs, "train"), forward=ratio(theirs, runs, "forward"),
                gradient_error=runs[0]["gradient_error"])


def compiler_seconds(command):
    """Processor seconds of one compiler run, the least of three."""
    least = None
    for _ in range(3):
        before = os.times()
        subprocess.run(command, check=True)
        after = os.times()
        taken = after.children_user + after.children_system - before.children_user - before.children_system
        least = taken if least is None else min(least, taken)
    return least


def compiling(compiler):
    """Seconds for a file that declares and checks the digits example's network, and for one that makes and runs it."""
    sources = pathlib.Path(HERE) / "compile"
    return dict(check_seconds=compiler_seconds([*compiler, "-fsyntax-only", str(sources / "check.cpp")]),
                module_seconds=compiler_seconds([*compiler, "-c", "-o", os.devnull, str(sources / "module.cpp")]))


def title_of(summary):
    return (f"The digits example's network: batch {summary['batch']}, {summary['num_steps']} steps, float32, "
            f"{summary['threads']} CPU threads")


def as_json(summary):
    return json.dumps(summary, indent=2) + "\n"
