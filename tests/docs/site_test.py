"""That build_site.py finds what it is there to find, in a small site."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import build_site  # noqa: E402


class Site(unittest.TestCase):
    def faults(self, **pages):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in pages.items():
                Path(folder, name + ".html").write_text(text)
            Path(folder, "one.css").write_text("a { background: url(two.png) }")
            return build_site.faults_of(Path(folder))[1]

    def test_what_is_whole(self):
        self.assertEqual(self.faults(a='<a href="b.html#there">b</a><link href=one.css><a href="https://x.org">x</a>',
                                     b='<h2 id=there>b</h2><a href="#there">b</a>'), [])

    def test_a_page_that_is_not_there(self):
        self.assertEqual(self.faults(a='<a class="x" href="c.html">c</a>'), ["a.html names c.html, which isn't there"])

    def test_a_place_that_is_not_there(self):
        self.assertEqual(self.faults(a='<a href="#here">a</a>'), ["a.html names #here, but that page has no such place"])

    def test_a_place_that_is_there_twice(self):
        self.assertEqual(self.faults(a='<h2 id="x">a</h2><h2 id="x">b</h2>'), ["a.html has the place x 2 times"])

    def test_something_from_elsewhere(self):
        self.assertEqual(self.faults(a='<script src="https://x.org/a.js"></script>'), ["a.html loads https://x.org/a.js"])


if __name__ == "__main__":
    unittest.main()
