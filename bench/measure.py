"""Starts the programs that are timed, ours and the reference's, and reads what they print."""
import json
import pathlib
import statistics
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent


class Failure(Exception):
    """A program that gave no figures; says in a few words why not."""


class Refusal(Exception):
    """Figures that must not be compared."""


class Opponents:
    """The commands of those who take part. `patience` is in seconds, for one process."""

    def __init__(self, program, reference="", python="python3", threads=2, patience=600):
        self.program, self.reference, self.python, self.patience = program, reference, python, patience
        self.threads = ["--threads", str(threads)]

    def ours(self, *options):
        return [str(self.program), *self.threads, *map(str, options)]

    def theirs(self, *options):
        return [str(self.python), str(HERE / "reference_step.py"), "--reference", str(self.reference), *self.threads,
                *map(str, options)]


def figures(command, patience=600, environment=None):
    """The object that the command prints on its last line. Raises Failure."""
    try:
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=patience,
                             env=environment)
    except subprocess.TimeoutExpired:
        raise Failure(f"not done after {patience:.0f} s") from None
    except OSError as error:
        raise Failure(f"can't be started: {error.strerror}") from None
    return last_line_of(run.returncode, run.stdout, run.stderr)


def last_line_of(status, printed, complaint):
    if status < 0:
        # The kernel's answer to want of memory is SIGKILL.
        raise Failure("killed, out of memory?" if status == -9 else f"ended by signal {-status}")
    if status > 0:
        lines = complaint.strip().splitlines() or [f"status {status}"]
        raise Failure("out of memory" if "can't allocate memory" in complaint else lines[-1][:200])
    return json.loads(printed.strip().splitlines()[-1])


def demand_same_network(ours, theirs):
    """Raises Refusal unless both timed the same network on the same load."""
    for name in ("parameters", "batch", "num_steps", "threads"):
        if ours.get(name) != theirs.get(name):
            raise Refusal(f"not comparable: {name} is {ours.get(name)} here and {theirs.get(name)} in the reference")


def first_step(command, patience=600):
    """Seconds from the start of the process to the end of its first training step, and of the parts of that."""
    start = time.monotonic()
    at = figures(command, patience)
    return dict(seconds=at["stepped"] - start, load=at["loaded"] - start, build=at["built"] - at["loaded"],
                step=at["stepped"] - at["built"])


def median_of(phases):
    """First steps that were measured several times, as one."""
    return {name: statistics.median(one[name] for one in phases) for name in phases[0]}


def ratio(slower, faster, kind):
    """How many times less `faster` takes, over pairs: median and range. `kind` is train or forward."""
    ratios = [s[kind]["median_s"] / f[kind]["median_s"] for s, f in zip(slower, faster, strict=True)]
    return dict(median=statistics.median(ratios), least=min(ratios), most=max(ratios))


def memory_ratio(larger, smaller):
    return statistics.median(l["peak_bytes"] / s["peak_bytes"] for l, s in zip(larger, smaller, strict=True))


def median_seconds(runs, kind):
    return statistics.median(run[kind]["median_s"] for run in runs)


def write_whole(path, text):
    """Beside its place first, so that an interrupted write leaves the old file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_text(text)
    unfinished.replace(path)
