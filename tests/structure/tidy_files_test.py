"""That tidy_files.py finds what it is there to find, and that cmake/tidy.py hands clang-tidy each file once."""

import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "cmake")]
import tidy  # noqa: E402
import tidy_files  # noqa: E402


class Lists(unittest.TestCase):
    def faults(self, listed, *left_out):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name in ("src/a.cpp", "src/room/b.cpp", "tests/c.cpp", "src/a.hpp"):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text("")
            (root / "tidy.txt").write_text("\n".join(str(root / name) for name in listed))
            (root / "tidy-torch.txt").write_text("")
            return [fault.replace(f"{root}/", "") for fault in tidy_files.faults_of(root, root, left_out)]

    def test_faults(self):
        self.assertEqual(self.faults(["src/a.cpp", "src/room/b.cpp"]), [])
        self.assertEqual(self.faults(["src/a.cpp"]), ["src/room/b.cpp is in neither list"])
        self.assertEqual(self.faults(["src/a.cpp"], "src/room"), [])
        self.assertEqual(self.faults(["src/a.cpp", "src/room/b.cpp", "src/a.cpp"]), ["src/a.cpp is listed 2 times"])
        self.assertEqual(self.faults(["src/a.cpp", "src/room/b.cpp", "src/d.cpp"]), ["src/d.cpp is listed, but isn't there"])


class Units(unittest.TestCase):
    def told(self, tool, listed):
        """The status of tidy.py and the lines that it prints, in a build that compiles a.cpp and b.cpp as one."""
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "Unity").mkdir()
            unit = root / "Unity" / "unity_0_cxx.cxx"
            unit.write_text(f'/* generated */\n#include "{root}/a.cpp"\n\n#include "{root}/b.cpp"\n')
            (root / "compile_commands.json").write_text(json.dumps([{"file": str(unit)}, {"file": f"{root}/c.cpp"}]))
            (root / "list.txt").write_text("\n".join(str(root / name) for name in listed))
            (root / "tool.sh").write_text(f"#!/bin/sh\n{tool}\n")
            (root / "tool.sh").chmod(0o755)
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                status = tidy.main(str(root / "tool.sh"), str(root), str(root / "list.txt"), "2", "--quiet")
            return status, sorted(printed.getvalue().replace(f"{root}/", "").splitlines())

    def test_what_is_compiled_as_one_is_read_once(self):
        self.assertEqual(self.told("exit 0", ["a.cpp", "b.cpp", "c.cpp", "d.cpp"]),
                         (0, ["Unity/unity_0_cxx.cxx", "c.cpp", "d.cpp"]))

    def test_what_it_finds(self):
        status, printed = self.told('case "$4" in *c.cpp) echo "c.cpp:1:1: error: found"; exit 1;; esac', ["a.cpp", "c.cpp"])
        self.assertEqual(status, 1)
        self.assertIn("c.cpp:1:1: error: found", printed)


if __name__ == "__main__":
    unittest.main()
