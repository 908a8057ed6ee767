"""That docs/course/make.py finds what it is there to find: make_test.py COMPILER"""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs" / "course"))
import make  # noqa: E402

COMPILER = sys.argv.pop()
CODE = "int twice(int x) {\n    int y = x;\n    return y + y;\n}\n"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg"><text>{}</text><text>{}</text></svg>\n'


def run(commands, output, kind="", needs=""):
    needs = f": {needs}" if needs else ""
    kind = f": {kind}" if kind else ""
    return f"<!-- run{needs} -->\n```sh\n{commands}\n```\n\n<!-- output{kind} -->\n```text\n{output}\n```\n"


class Pages(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        (self.folder / "digits").mkdir()

    def made(self, page, *arguments, check=True, **files):
        """(faults, what was left out); the page is 01_page.md, and files are program=text."""
        (self.folder / "01_page.md").write_text(page)
        for name, text in files.items():
            (self.folder / f"{name}.cpp").write_text(text)
        return make.faults_of([str(self.folder), "--pages", str(self.folder), "--data", str(self.folder / "digits"),
                               *(["--check"] if check else []), *arguments])

    def written(self):
        return (self.folder / "01_page.md").read_text()

    def only_fault(self, words, page, *arguments, **files):
        faults, _ = self.made(page, *arguments, **files)
        self.assertEqual(len(faults), 1, faults)
        self.assertRegex(faults[0], words)

    def sound(self, page, *arguments, **files):
        self.assertEqual(self.made(page, *arguments, **files), ([], []))

    def test_output(self):
        self.sound(run("echo one; echo two >&2", "one\ntwo"))
        self.only_fault(r"01_page.md:7 is not what is there(.*\n)*one\n--- there\ntwo", run("echo two", "one"))
        self.only_fault("the commands end with 1", run("false", ""))
        self.sound(run("echo no; false", "no", needs="fails"))
        self.only_fault("the commands end with 0", run("echo no", "no", needs="fails"))
        self.only_fault("the commands end with 1", run("false | cat", ""))

    def test_numbers(self):
        table = "│ Pyr │ {} % │ {} to {} │\n└─────┴{}──┘"
        page = run("cat out", table.format("9.5", "-1.25", "1e-05", "─────"), "numbers vary")
        (self.folder / "in").write_text("")
        for there in (table.format("10.5", "2", "12", "──────"), table.format("9.5", "-1.25", "1e-05", "─────")):
            self.sound(page.replace("cat out", f"printf '{there.replace('%', '%%')}'"))
        self.only_fault("is not what is there", page.replace("cat out", "echo '│ PV │ 9.5 % │ 1 to 2 │'"))
        self.sound(run("echo 5", "9", "varies"))
        self.only_fault("is not what is there", run("true", "9", "varies"))

    def test_bound(self):
        page = run("echo accuracy 40 %; echo accuracy 90 %", "accuracy 1 %\naccuracy 2 %", "numbers vary")
        bound = "\n<!-- holds: accuracy ([0-9.]+) % > {} -->\n"
        self.sound(page + bound.format(80))
        self.only_fault("90 is not > 95", page + bound.format(95))
        self.only_fault("not in the output", page + bound.format(80).replace("accuracy", "loss"))

    def test_code(self):
        whole = f"<!-- program: twice.cpp -->\n```cpp\n{CODE}```\n"
        self.sound(whole, twice=CODE)
        self.only_fault("01_page.md:2 is not what is there", whole, twice=CODE.replace("y + y", "2 * y"))
        part = "<!-- part: twice.cpp -->\n```cpp\nint y = x;\nreturn y + y;\n```\n"
        self.sound(part, twice=CODE)
        self.only_fault("do not stand together in twice.cpp", part.replace("y + y", "x + x"), twice=CODE)
        self.only_fault("do not stand together", part, twice=CODE.replace("    return", "\n    return"))
        self.only_fault("no page names other.cpp", whole, twice=CODE, other=CODE)

    def test_figure(self):
        page = (f"<!-- run -->\n```sh\necho '{PICTURE.format('rate', 0.5).strip()}' > rates.svg\n```\n\n<!-- figure: rates.svg -->\n"
                "![rates](images/rates.svg)\n")
        self.only_fault("there is no rates.svg; run", page)
        (self.folder / "images").mkdir()
        shown = self.folder / "images" / "rates.svg"
        shown.write_text(PICTURE.format("rate", 0.25))
        self.sound(page)
        shown.write_text(PICTURE.format("rate of Pyr", 0.5))
        self.only_fault("rates.svg has other labels", page)
        self.assertEqual(self.made(page, check=False), ([], []))
        self.assertEqual(shown.read_text(), PICTURE.format("rate", 0.5))
        self.only_fault("wrote no rates.svg", page.replace("> rates.svg", "> other.svg"))

    def test_compiler(self):
        bad = 'template <class T>\nstruct wrong {\n    static_assert(sizeof(T) == 0, "one, not two");\n};\nwrong<int> w;\n'
        (self.folder / "bad.cpp").write_text(bad)
        page = f"<!-- said: GNU {self.folder}/bad.cpp -DX=1 -->\n```text\n\n```\n"
        compiler = ["--compiler", f"GNU={COMPILER}"]
        self.assertEqual(self.made(page, *compiler, check=False), ([], []))
        self.assertIn("one, not two", self.written())
        good = self.written()
        self.sound(good, *compiler, bad=bad)
        self.only_fault("is not what is there", good.replace("one,", "two,"), *compiler, bad=bad)
        faults, left_out = self.made(good.replace("one,", "two,"))
        self.assertEqual((faults, len(left_out)), ([], 1))

    def test_what_is_not_here(self):
        page = run("PREFIX/bin/cortexpr new", "made in PREFIX/there", needs="needs PREFIX")
        self.assertEqual(len(self.made(page)[1]), 1)
        program = self.folder / "bin" / "cortexpr"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\necho made in {self.folder}/there\n")
        program.chmod(0o755)
        self.sound(page, "--prefix", str(self.folder))
        faults, left_out = self.made(run("echo 1", "2", needs="needs no_such_module"))
        self.assertEqual((faults, len(left_out)), ([], 1))

    def test_writing(self):
        page = run("echo two", "one") + "\nwords\n\n" + run("echo three", "3")
        self.assertEqual(self.made(page, check=False), ([], []))
        self.assertEqual(self.written(), run("echo two", "two") + "\nwords\n\n" + run("echo three", "three"))

    def test_a_mark_without_a_block(self):
        self.only_fault("no block follows 'run'", "<!-- run -->\nwords\n")


if __name__ == "__main__":
    unittest.main()
