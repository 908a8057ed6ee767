"""That the compile budget fails where it should: budget_test.py FOLDER_OF_BUDGET"""

import copy
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import budget  # noqa: E402

USUAL = {"header": (0.3, 54), "digits": (0.6, 77), "types_1": (0.5, 62), "types_4": (0.5, 63), "types_16": (0.5, 68),
         "types_64": (1.1, 123), "areas_1": (0.5, 66), "areas_4": (0.7, 71), "areas_16": (1.0, 93)}
USUAL = {name: {"seconds": seconds, "memory_mb": memory} for name, (seconds, memory) in USUAL.items()}


def faults(name, what, value):
    figures = copy.deepcopy(USUAL)
    figures[name][what] = value
    return budget.faults_of(figures)


assert not budget.faults_of(USUAL), budget.faults_of(USUAL)
assert "digits took 1.5 s" in faults("digits", "seconds", 1.5)[0]
assert "digits took 400 MB" in faults("digits", "memory_mb", 400)[0]
assert "types_64 took 300 MB" in faults("types_64", "memory_mb", 300)[0]
assert any("areas_16 costs 126.00 MB over the header's" in fault for fault in faults("areas_16", "memory_mb", 180))
assert any("types_64 costs 19.70 s over the header's" in fault for fault in faults("types_64", "seconds", 20.0))

TORCH = {"torch": {"seconds": 13.0, "memory_mb": 920}, "module": {"seconds": 14.5, "memory_mb": 980}}


def torch_faults(what, value):
    figures = copy.deepcopy(TORCH)
    figures["module"][what] = value
    return budget.torch_faults_of(figures)


assert not budget.torch_faults_of(TORCH), budget.torch_faults_of(TORCH)
assert torch_faults("seconds", 22.0) == ["module took 22.0 s, more than 1.6 times LibTorch's 13.0 s"]
assert torch_faults("memory_mb", 1100) == ["module took 1100 MB, over 150 MB more than LibTorch's 920 MB"]
