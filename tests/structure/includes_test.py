"""That includes.py finds what it is there to find, in small trees."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import includes  # noqa: E402

TABLE = """
| folder | holds | may include |
| --- | --- | --- |
| `dsl` | words | |
| `dsl.hpp` | all of them | `dsl` |
| `kernels` | numbers | |
| `run` | a run | `dsl`, LibTorch |
| `io` | files | fmt |
| `train` | training | `run`, `kernels`, `io`, `io/input_file.hpp` |

`dsl`, `io` and `run/options.hpp` never reach a LibTorch header.
"""
TREE = {"include/cortexpr/dsl/area.hpp": "#include <vector>",
        "include/cortexpr/dsl.hpp": "#include <cortexpr/dsl/area.hpp>",
        "include/cortexpr/run/options.hpp": "#include <cortexpr/dsl/area.hpp>",
        "include/cortexpr/run/request.hpp": "#include <ATen/core/Tensor.h>",
        "include/cortexpr/io/csv.hpp": "",
        "include/cortexpr/train/trainer.hpp": "#include <cortexpr/run/request.hpp>",
        "src/kernels/numbers.hpp": "",
        "src/io/input_file.hpp": '#include <fmt/format.h>\n#include <cortexpr/io/csv.hpp>',
        "src/train/trainer.cpp": '#include <cortexpr/train/trainer.hpp>\n#include "../kernels/numbers.hpp"\n'
                                 '#include "../io/input_file.hpp"'}


def faults_with(changes=None, table=TABLE):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**TREE, **(changes or {}), "docs/design.md": table}.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return includes.faults_of(folder)


class Includes(unittest.TestCase):
    def only_fault(self, words, changes=None, table=TABLE):
        faults = faults_with(changes, table)
        self.assertEqual(len(faults), 1, faults)
        self.assertIn(words, faults[0])

    def test_what_the_table_allows_passes(self):
        self.assertEqual(faults_with(), [])

    def test_an_arrow_that_is_not_in_the_table(self):
        self.only_fault("doesn't allow `kernels` to include `dsl`",
                        {"src/kernels/numbers.hpp": "#include <cortexpr/dsl/area.hpp>"})

    def test_an_arrow_with_spaces_in_it(self):
        self.only_fault("doesn't allow `io` to include `dsl`", {"include/cortexpr/io/csv.hpp": " #  include  <cortexpr/dsl/area.hpp>"})

    def test_a_library_that_is_not_in_the_table(self):
        self.only_fault("doesn't allow `train` LibTorch", {"src/train/random.hpp": "#include <torch/types.h>"})
        self.only_fault("doesn't allow `kernels` fmt", {"src/kernels/print.hpp": "#include <fmt/format.h>"})

    def test_a_private_header_of_another_room(self):
        self.only_fault("a private header of `io`",
                        {"src/io/dtype.hpp": "", "src/train/checkpoint.cpp": '#include "../io/dtype.hpp"'})

    def test_a_private_header_of_the_room_around(self):
        inside = TABLE.replace("`io/input_file.hpp` |", "`io/input_file.hpp` |\n| `train/start` | weights | `train` |")
        self.assertEqual(faults_with({"src/train/random.hpp": "", "src/train/start/draw.cpp": '#include "../random.hpp"'}, inside), [])

    def test_a_folder_that_the_table_does_not_know(self):
        self.only_fault("src/connectome/graph.cpp is in no folder of the table", {"src/connectome/graph.cpp": ""})

    def test_a_room_below_in_the_table(self):
        self.only_fault("`dsl.hpp`, which doesn't stand above it",
                        table=TABLE.replace("| words | |", "| words | `dsl.hpp` |"))

    def test_permission_for_a_file_that_is_not_used(self):
        self.only_fault("`train` may include `io/input_file.hpp`, but doesn't",
                        {"src/train/trainer.cpp": '#include <cortexpr/io/csv.hpp>\n#include "../kernels/numbers.hpp"'})

    def test_permission_for_a_room_or_a_library_that_is_not_used(self):
        self.only_fault("`run` may include `kernels`, but doesn't", table=TABLE.replace("a run | `dsl`", "a run | `kernels`, `dsl`"))
        self.only_fault("`train` may include `fmt`, but doesn't", table=TABLE.replace("`io/input_file.hpp` |", "`io/input_file.hpp`, fmt |"))

    def test_a_circle_of_files(self):
        self.only_fault("in a circle: include/cortexpr/dsl/area.hpp -> include/cortexpr/dsl/row.hpp -> include/cortexpr/dsl/area.hpp",
                        {"include/cortexpr/dsl/area.hpp": "#include <cortexpr/dsl/row.hpp>",
                         "include/cortexpr/dsl/row.hpp": "#include <cortexpr/dsl/area.hpp>"})

    def test_torch_behind_another_header(self):
        self.only_fault("include/cortexpr/run/options.hpp -> include/cortexpr/run/result.hpp -> torch/types.h",
                        {"include/cortexpr/run/options.hpp": "#include <cortexpr/dsl/area.hpp>\n#include <cortexpr/run/result.hpp>",
                         "include/cortexpr/run/result.hpp": "#include <torch/types.h>"})

    def test_a_page_without_table_or_promise(self):
        self.only_fault("has no table of folders", table="# Design\n")
        self.only_fault("has no table of folders", table=TABLE.split("\n\n")[0])

    def test_a_header_without_what_all_include_first(self):
        table = TABLE + "\nEvery public header includes `compiler.hpp` first, and `before_libtorch.hpp` before LibTorch.\n"
        table = table.replace("| `dsl` | words", "| `compiler.hpp` | a check | |\n| `before_libtorch.hpp` | a check | |\n| `dsl` | words")
        first, before = "#include <cortexpr/compiler.hpp>\n", "#include <cortexpr/before_libtorch.hpp>\n"
        tree = {name: first + text for name, text in TREE.items() if name.startswith("include/")}
        tree |= {"include/cortexpr/compiler.hpp": "", "include/cortexpr/before_libtorch.hpp": first}
        good = {**tree, "include/cortexpr/run/request.hpp": first + before + "#include <ATen/core/Tensor.h>"}
        self.assertEqual(faults_with(good, table), [])
        self.only_fault("request.hpp includes LibTorch without before_libtorch.hpp before", tree, table)
        self.only_fault("csv.hpp doesn't include compiler.hpp first", {**good, "include/cortexpr/io/csv.hpp": "#include <vector>"}, table)
        self.only_fault("doesn't say what every public header includes first", good)


if __name__ == "__main__":
    unittest.main()
