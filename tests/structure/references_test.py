"""That references.py finds what it is there to find."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import references  # noqa: E402


def faults_with(page, comment="", test=""):
    with tempfile.TemporaryDirectory() as folder:
        files = {"README.md": "", "docs/design.md": page, "include/cortexpr/dsl/area.hpp": comment, "src/io/csv.cpp": "", "tests/law.cpp": test}
        for name, text in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return references.faults_of(folder)


class References(unittest.TestCase):
    def test_what_is_there_passes(self):
        self.assertEqual(faults_with("See `dsl/area.hpp`, [this](../README.md), src/io/csv.cpp, <fmt/format.h>, and x/y.hpp of others.",
                                     "// As in docs/design.md.\n#include <cortexpr/dsl/other.hpp>"), [])

    def test_what_is_not_there(self):
        self.assertEqual(faults_with("See\n`dsl/row.hpp`."), ["docs/design.md:2 names dsl/row.hpp, which is not there"])
        self.assertEqual(faults_with("", "// reference.md S7"),
                         ["include/cortexpr/dsl/area.hpp:1 names reference.md, which is not there"])
        self.assertEqual(faults_with("", test="// as dsl/row.hpp has it"), ["tests/law.cpp:1 names dsl/row.hpp, which is not there"])


if __name__ == "__main__":
    unittest.main()
