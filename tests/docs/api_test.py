"""That docs/site/api.py finds what has no comment, in a copy of the headers. api_test.py ROOT"""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(sys.argv.pop(1)).resolve()
HEADERS = "include/cortexpr"


class Undocumented(unittest.TestCase):
    def told(self, header, change):
        """What api.py says of a tree whose header has been changed."""
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder)
            shutil.copytree(ROOT / HEADERS, tree / HEADERS)
            for name in ("docs/design.md", "docs/errors.md", "docs/site/Doxyfile"):
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, tree / name)
            file = tree / HEADERS / header
            before = file.read_text()
            after = change(before)
            self.assertNotEqual(before, after)
            file.write_text(after)
            run = subprocess.run([sys.executable, str(ROOT / "docs/site/api.py"), str(tree)], capture_output=True, text=True)
            self.assertNotEqual(run.returncode, 0)
            return run.stderr

    def test_a_type(self):
        told = self.told("dsl/area.hpp", lambda text: text.replace(
            "/// The neuron types of an area, each a struct derived from `excitatory`, `inhibitory` or `hybrid`.\n", ""))
        self.assertRegex(told, r"^include/cortexpr/dsl/area.hpp:\d+: struct neurons has no comment\n")
        self.assertIn("1 public names are undocumented", told)

    def test_a_field(self):
        told = self.told("dsl/wiring.hpp", lambda text: text.replace("///< rows of the kernel", ""))
        self.assertIn("variable extent::height has no comment", told)

    def test_a_member_function(self):
        told = self.told("module/network_module.hpp", lambda text: text.replace("    /// The executor that `run` uses.\n", ""))
        self.assertIn("function network_module::executor has no comment", told)

    def test_an_overload_apart_from_its_namesake(self):
        told = self.told("module/parameter_set.hpp", lambda text: text.replace(
            "    void set(int index, double value);\n", "\n    void set(int index, double value);\n"))
        self.assertIn("function parameter_set::set has no comment", told)

    def test_a_new_name(self):
        told = self.told("dsl/type_name.hpp", lambda text: text.replace(
            "}  // namespace cortexpr", "inline int forgotten = 0;\n}  // namespace cortexpr"))
        self.assertIn("variable forgotten has no comment", told)

    def test_a_header_without_first_lines(self):
        told = self.told("error.hpp", lambda text: "#pragma once\n" + text[text.index("\n\n"):])
        self.assertIn("error.hpp:1: the header doesn't say what it is for", told)

    def test_a_comment_that_doxygen_cannot_read(self):
        told = self.told("dsl/wiring.hpp", lambda text: text.replace("/// Row source: what", "/// \\nothing\n/// Row source: what"))
        self.assertIn("wiring.hpp", told)


if __name__ == "__main__":
    unittest.main()
