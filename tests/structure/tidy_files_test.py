"""That tidy_files.py finds what it is there to find."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
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


if __name__ == "__main__":
    unittest.main()
