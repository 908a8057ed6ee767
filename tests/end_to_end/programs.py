"""What the tests of whole programs share."""

import csv
import json
import shutil
import struct
import subprocess
import tempfile
import unittest
import zipfile
from pathlib import Path

PATIENCE = 300  # seconds for anything


def start(program, *arguments, folder=None, check=True):
    """Runs a program to its end."""
    result = subprocess.run([program, *map(str, arguments)], cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    if check and result.returncode != 0:
        raise AssertionError(f"{arguments}: exit {result.returncode}: {result.stderr}")
    return result


def rows(folder):
    """The curves, but for the columns that time decides."""
    timed = ("seconds", "images_per_second")
    with open(folder / "curves.csv", newline="") as file:
        return [{k: v for k, v in row.items() if k not in timed} for row in csv.DictReader(file)]


def read_header(file):
    content = file.read_bytes()
    size = struct.unpack("<Q", content[:8])[0]
    return json.loads(content[8 : 8 + size])


def read_tensor(file, name):
    """Its bytes."""
    content = file.read_bytes()
    begin = 8 + struct.unpack("<Q", content[:8])[0]
    first, end = read_header(file)[name]["data_offsets"]
    return content[begin + first : begin + end]


def write_arrays(file, arrays):
    """An .npz file of arrays by name: element type as NumPy writes it ("<f4", "<i4" or "|u1"), shape, values."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, (kind, shape, values) in arrays.items():
            header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
            header += " " * (63 - (len(header) + 10) % 64) + "\n"
            code = "B" if kind[1] == "u" else kind[1]
            data = struct.pack(f"<{len(values)}{code}", *values)
            archive.writestr(f"{name}.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data)


class FolderCase(unittest.TestCase):
    """A case with a folder of its own, inside `temp`."""

    temp = Path()

    def setUp(self):
        self.temp.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(dir=self.temp))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def assert_same_run(self, one, other):
        one, other = self.folder / one, self.folder / other
        self.assertEqual((one / "model.safetensors").read_bytes(), (other / "model.safetensors").read_bytes())
        self.assertEqual(rows(one), rows(other))
