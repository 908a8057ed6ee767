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
