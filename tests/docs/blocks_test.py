"""That blocks.py finds what it is there to find: blocks_test.py COMPILER"""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import blocks  # noqa: E402

COMPILER = sys.argv.pop().split(";")
WHOLE = "```cpp\nint main() {}\n```\n"
MISTAKE = ('<!-- code in frame.cpp, refused as below -->\n```cpp\nstatic_assert(right, "one, not two");\n```\n\nIt says:\n\n'
           "```text\nfile.cpp:1: error: static assertion failed: one, not two\n```\n")


class Blocks(unittest.TestCase):
    def faults(self, page, frame=None, **files):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "docs").mkdir()
            (root / "README.md").write_text(page)
            for name, text in files.items():
                (root / "docs" / f"{name}.md").write_text(text)
            if frame is not None:
                (root / "frame.cpp").write_text(frame)
            return blocks.faults_of(root, COMPILER)

    def only_fault(self, words, *given, **files):
        faults = self.faults(*given, **files)
        self.assertEqual(len(faults), 1, faults)
        self.assertRegex(faults[0], words)

    def test_a_program_of_its_own(self):
        self.assertEqual(self.faults(WHOLE), [])
        self.only_fault(r"README.md:2 does not compile:\n(.*\n)*README.md:3:8: error", "```cpp\nint main() {\nreturn nothing; }\n```\n")

    def test_a_page_in_docs_is_read_and_the_line_is_told(self):
        self.only_fault(r"docs/design.md:4 does not compile", WHOLE, design="# Design\n\n```cpp\nint main() { return nothing; }\n```\n")

    def test_of_the_catalogue_only_the_start(self):
        self.assertEqual(self.faults(WHOLE, errors="# Errors\n\n## N\n\n```cpp\nnonsense\n```\n"), [])
        self.only_fault("docs/errors.md:4 does not compile", WHOLE, errors="# Errors\n\n```cpp\nnonsense\n```\n\n## N\n")

    def test_fragments_in_a_frame(self):
        page = ("<!-- code in frame.cpp -->\n```cpp\n#include <vector>\nstd::vector<int> all;\n```\n\n"
                "<!-- code in frame.cpp -->\n```cpp\n2\n+ 3\n```\n")
        frame = "int main() {\n    // BLOCK 1\n    return (\n// BLOCK 2 LINE 1\n) + int(all.size());\n}\n"
        self.assertEqual(self.faults(page, frame), [])
        self.only_fault("no place for this block, number 2", page, frame.replace("// BLOCK 2 LINE 1", "1"))
        self.only_fault("a place for more blocks", page, frame + "// BLOCK 3\n")
        self.only_fault("README.md:3: there is no frame frame.cpp", page)

    def test_a_mistake(self):
        frame = "constexpr bool right = false;\n// BLOCK 1\n"
        self.assertEqual(self.faults(MISTAKE, frame), [])
        self.only_fault("compiles, but the document says", MISTAKE, frame.replace("false", "true"))
        self.only_fault("not in these words: one, not two", MISTAKE, frame.replace("right", "wrong"))

    def test_what_is_built_elsewhere(self):
        self.assertEqual(self.faults(WHOLE + "\n<!-- part: program.cpp -->\n```cpp\nnonsense\n```\n"), [])
        self.only_fault("README.md:7 does not compile",
                        "<!-- program: program.cpp -->\n```cpp\nnonsense\n```\n\n```cpp\nnonsense\n```\n")

    def test_documents_without_code(self):
        self.only_fault("no C.. block found", "# Nothing\n")


if __name__ == "__main__":
    unittest.main()
