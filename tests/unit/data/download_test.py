"""Tests of examples/data/download_mnist.py and make_subset.py without a network: small files stand in for the real ones.

    python3 download_test.py SOURCE_FOLDER FULL_MNIST_FOLDER
"""

import contextlib
import gzip
import hashlib
import http.server
import importlib.util
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest

SOURCE, FULL = (pathlib.Path(argument) for argument in sys.argv[1:3])
SCRIPTS = SOURCE / "examples" / "data"
CONTENT = {name: name.encode() * 50 for name in ("train-images-idx3-ubyte", "t10k-labels-idx1-ubyte")}


def load_script():
    spec = importlib.util.spec_from_file_location("download_mnist", SCRIPTS / "download_mnist.py")
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    return module


class Download(unittest.TestCase):
    def setUp(self):
        self.script = load_script()
        self.script.FILES = {
            name: (len(data), hashlib.md5(data, usedforsecurity=False).hexdigest()) for name, data in CONTENT.items()
        }
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.source = pathlib.Path(folder.name, "source")
        self.target = pathlib.Path(folder.name, "target")
        self.source.mkdir()
        for name, data in CONTENT.items():
            (self.source / f"{name}.gz").write_bytes(gzip.compress(data))

    def run_script(self, *arguments):
        """What main() prints, and the text of its failure or None."""
        printed = io.StringIO()
        sys.argv = ["download_mnist.py", "--to", str(self.target), *map(str, arguments)]
        with contextlib.redirect_stdout(printed):
            try:
                self.script.main()
            except SystemExit as end:
                return printed.getvalue(), end.code
        return printed.getvalue(), None

    def names(self):
        return sorted(os.listdir(self.target)) if self.target.exists() else []

    def assert_complete(self):
        self.assertEqual(self.names(), sorted(f"{name}.gz" for name in CONTENT))
        for name, data in CONTENT.items():
            self.assertEqual(gzip.decompress((self.target / f"{name}.gz").read_bytes()), data)

    def assert_refused(self, failure, words):
        self.assertIn(words, failure)
        self.assertTrue(failure.startswith("download_mnist: "))
        self.assertNotIn("\n", failure)

    def test_copies_from_a_folder_and_then_only_checks(self):
        _, failure = self.run_script("--from", self.source)
        self.assertIsNone(failure)
        self.assert_complete()
        printed, failure = self.run_script("--from", self.target / "none")
        self.assertIsNone(failure)
        self.assertEqual(printed.count("there and right"), 2)

    def test_takes_plain_files_too(self):
        for name, data in CONTENT.items():
            (self.source / f"{name}.gz").unlink()
            (self.source / name).write_bytes(data)
        self.assertIsNone(self.run_script("--from", self.source)[1])
        self.assert_complete()

    def test_replaces_a_damaged_file(self):
        self.run_script("--from", self.source)
        (self.target / "t10k-labels-idx1-ubyte.gz").write_bytes(b"half of")
        printed, failure = self.run_script("--from", self.source)
        self.assertIsNone(failure)
        self.assertIn("is not a gzip file, so it is replaced", printed)
        self.assert_complete()

    def test_refuses_what_is_not_the_file_and_leaves_nothing(self):
        first = self.source / "train-images-idx3-ubyte.gz"
        data = CONTENT["train-images-idx3-ubyte"]
        good = gzip.compress(data)
        for content, words in (
            (b"<html>not found</html>", "it is not a gzip file"),
            (good[: len(good) // 2], "it does not unpack to exactly"),
            (good[:-1], "it does not unpack to exactly"),
            (good + b"x", "it does not unpack to exactly"),
            (good[:-8] + b"00000000", "it is corrupt"),
            (gzip.compress(data + b"x"), "it does not unpack to exactly"),
            (gzip.compress(bytes(100_000_000)), "it does not unpack to exactly"),
            (gzip.compress(data[:-1] + b"x"), "its MD5 is"),
        ):
            with self.subTest(words=words, size=len(content)):
                first.write_bytes(content)
                self.assert_refused(self.run_script("--from", self.source)[1], words)
                self.assertEqual(self.names(), [])

    def test_says_what_a_folder_lacks(self):
        failure = self.run_script("--from", self.source / "none")[1]
        self.assert_refused(failure, "it holds neither train-images-idx3-ubyte.gz nor train-images-idx3-ubyte")

    def test_leaves_nothing_when_the_target_cannot_be_written(self):
        self.target.write_bytes(b"a file")
        self.assert_refused(self.run_script("--from", self.source)[1], "File exists")

    def test_fetches_from_the_first_mirror_that_has_the_file(self):
        served = self.source

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *arguments):
                super().__init__(*arguments, directory=str(served))

            def do_GET(self):
                if self.path.startswith("/short/"):
                    self.send_response(200)
                    self.send_header("Content-Length", "1000000")
                    self.end_headers()
                    self.wfile.write(b"\x1f\x8b then nothing")
                else:
                    super().do_GET()

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        base = f"http://127.0.0.1:{server.server_address[1]}"
        mirrors = ["--mirror", f"{base}/none", "--mirror", f"{base}/short", "--mirror", f"{base}/"]
        failure = self.run_script(*mirrors[:4])[1]
        self.assert_refused(failure, "404")
        self.assertIn("/short: ", failure)
        self.assertEqual(self.names(), [])
        self.assertIsNone(self.run_script(*mirrors)[1])
        self.assert_complete()


class RealData(unittest.TestCase):
    def setUp(self):
        if not FULL.is_dir():
            self.skipTest(f"the full MNIST is not at {FULL}")

    def test_the_published_checksums_are_those_of_the_full_set(self):
        script = load_script()
        for name in script.FILES:
            script.checked(script.from_folder(FULL, name), name)

    def test_the_shipped_subset_is_what_the_script_draws(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                [sys.executable, SCRIPTS / "make_subset.py", FULL, folder], check=True, stdout=subprocess.DEVNULL
            )
            for file in (SCRIPTS / "mnist").glob("*.gz"):
                drawn = pathlib.Path(folder, file.name).read_bytes()
                self.assertEqual(gzip.decompress(drawn), gzip.decompress(file.read_bytes()), file.name)


class Subset(unittest.TestCase):
    def test_the_readme_has_the_checksums_of_the_shipped_files(self):
        text = (SCRIPTS / "mnist" / "README.md").read_text()
        files = list((SCRIPTS / "mnist").glob("*.gz"))
        self.assertEqual(len(files), 4)
        for file in files:
            data = file.read_bytes()
            for content in (data, gzip.decompress(data)):
                self.assertIn(f"| {len(content)} | {hashlib.sha256(content).hexdigest()} |", text)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
