"""The digits example's program, as its tests start it: PROGRAM DATA TEMP [unittest arguments]."""

import json
import struct
import sys
import unittest
from pathlib import Path

from programs import FolderCase, start

PROGRAM, DATA, TEMP = (Path(argument).resolve() for argument in sys.argv[1:4])
# The balanced initialisation, the default, takes three times what such a training takes.
QUICK_INIT = ["--init", "reference"]
TINY = ["--limit-train", "128", "--limit-test", "64", "--batch", "32", "--steps", "2", "--threads", "1", *QUICK_INIT]


def digits(*arguments, folder=None, check=True):
    """Runs the program to its end."""
    return start(PROGRAM, *arguments, folder=folder, check=check)


def write_model(file, tensors):
    """A safetensors file of float32 zeros: {name: shape}."""
    header, offset = {}, 0
    for name, shape in tensors.items():
        size = 4
        for side in shape:
            size *= side
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + bytes(offset))


class DigitsCase(FolderCase):
    """A case that trains."""

    temp = TEMP

    def train(self, name, *arguments, tiny=True, check=True):
        """A training run into a folder of this case."""
        more = TINY if tiny and "--resume" not in arguments else []
        if "--init" in arguments:
            more = more[:-2]
        out = [] if "--resume" in arguments else ["--data", DATA, "--out", self.folder / name]
        return digits("train", *out, *more, *arguments, check=check)


def assert_refused(case, arguments, *words, status=None):
    """Exit status is not 0, nothing on stdout, one line on stderr with these words."""
    result = digits(*arguments, folder=getattr(case, "folder", None), check=False)
    text = f"{arguments}: exit {result.returncode}\n{result.stdout}\n{result.stderr}"
    case.assertGreater(result.returncode, 0, text)
    if status is not None:
        case.assertEqual(result.returncode, status, text)
    case.assertEqual(result.stdout, "", text)
    case.assertEqual(len(result.stderr.splitlines()), 1, text)
    case.assertTrue(result.stderr.startswith("digits: "), text)
    for word in words:
        case.assertIn(word, result.stderr, text)


def main():
    unittest.main(module="__main__", argv=[sys.argv[0], *sys.argv[4:]])
