"""That mirror.py finds what it is there to find."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import mirror  # noqa: E402

FILES = ["src/io/csv.cpp", "include/cortexpr/io/csv.hpp", "src/io/npy.hpp", "src/app/run_command.cpp", "src/main.cu",
         "tests/unit/io/csv.cpp", "tests/unit/io/npy.cpp", "tests/end_to_end/run_test.py", "tests/unit/main.cpp"]
COVERED = [("app/*_command", "end_to_end", "run as users run them")]
OF_MORE = []


def faults_with(files=(), without=(), covered=COVERED, of_more=OF_MORE):
    with tempfile.TemporaryDirectory() as folder:
        for name in set(FILES) - set(without) | set(files):
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return mirror.faults_of(folder, covered, of_more)


class Mirror(unittest.TestCase):
    def test_sources_with_tests_pass(self):
        self.assertEqual(faults_with(), [])
        self.assertEqual(faults_with(["src/app/new_command.cpp"]), [])  # under the same pattern
        self.assertEqual(faults_with(["tests/unit/io/csv.hpp", "src/io/CMakeLists.txt"]), [])

    def test_a_source_without_a_test(self):
        self.assertEqual(faults_with(["src/io/npz.cpp", "include/cortexpr/io/npz.hpp"]),
                         ["io/npz has no test tests/unit/io/npz.cpp; write one, or list in tests/structure/mirror.py which "
                          "test covers it"])
        self.assertEqual(len(faults_with(without=["tests/unit/io/npy.cpp"])), 1)
        self.assertEqual(len(faults_with(["include/cortexpr/data/csv.hpp"])), 1)  # the name of another folder's test

    def test_an_entry_whose_test_is_gone(self):
        gone = ["mirror.py names tests/end_to_end, which is not there"]
        self.assertEqual(faults_with(without=["tests/end_to_end/run_test.py"]), gone)
        self.assertEqual(faults_with(covered=[("app/*", "unit/app/run.cpp", "")]),
                         ["mirror.py names tests/unit/app/run.cpp, which is not there"])

    def test_an_entry_that_nothing_needs(self):
        unneeded = "mirror.py lists {}, but every such source has a test of its own, or is gone"
        self.assertEqual(faults_with(covered=[*COVERED, ("io/*", "end_to_end", "")]), [unneeded.format("io/*")])
        self.assertEqual(faults_with(without=["src/app/run_command.cpp"]), [unneeded.format("app/*_command")])
        self.assertEqual(faults_with(covered=[("app/*_command app/options", "end_to_end", "")]),
                         [unneeded.format("app/options")])

    def test_a_test_of_no_source(self):
        tests = ["tests/unit/io/csv_bad.cpp"]
        self.assertEqual(faults_with(tests), ["tests/unit/io/csv_bad.cpp has the name of no source; give it one, or list in "
                                              "tests/structure/mirror.py what it is of"])
        self.assertEqual(len(faults_with(["tests/unit/data/csv.cpp"])), 1)  # the name of another folder's source
        self.assertEqual(faults_with(tests, of_more=[("io/*_bad", "files that are refused")]), [])
        named = [*COVERED, ("io/npz", "unit/io/csv_bad.cpp", "")]
        self.assertEqual(faults_with([*tests, "src/io/npz.cpp"], covered=named), [])

    def test_a_listed_test_that_is_gone_or_needs_no_entry(self):
        unneeded = ["mirror.py lists the test io/csv, which is gone, has a source of its name, or covers what is listed"]
        self.assertEqual(faults_with(of_more=[("io/csv", "")]), unneeded)
        self.assertEqual(len(faults_with(of_more=[("io/csv_bad", "")])), 1)


if __name__ == "__main__":
    unittest.main()
