"""Writes the inputs that fuzzing begins with: make_corpus.py FOLDER DIGITS. Needs NumPy and safetensors; what fuzzing finds is
added to the corpus by hand, with a name that says what it is."""

import gzip
import io
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
from safetensors.numpy import save

HERE = Path(__file__).resolve().parent
NUMBERS = np.arange(6, dtype=np.float32).reshape(2, 3) / 3


def npy(array, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, np.asarray(array), version)
    return out.getvalue()


def npz(writer=np.savez, **arrays):
    out = io.BytesIO()
    writer(out, **arrays)
    return out.getvalue()


def idx(array, kind=0x08):
    return bytes([0, 0, kind, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def pickled(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        return next(members.read(name) for name in members.namelist() if name.endswith("data.pkl"))


def main(corpus, program):
    pixels = np.arange(8, dtype=np.uint8).reshape(2, 2, 2)
    images = {"x_train": pixels, "y_train": np.array([0, 1]), "x_test": pixels, "y_test": np.array([1, 0])}
    records = np.array([(1, 2, 3), (2, 1, -1)], dtype=[("pre", "<i8"), ("post", "<i8"), ("weight", "<i4")])
    synapses = {"indices": np.array([[0, 1], [1, 0]]), "values": np.array([0.5, -1.0], dtype=np.float32)}
    pytorch = {name: (HERE.parent / "data" / "pytorch" / name).read_bytes()
               for name in ("protocol_2.pt", "protocol_4.pt", "checkpoint.pt", "typed.pt")}
    description = subprocess.run([program, "describe"], capture_output=True, check=True).stdout
    inputs = {
        "npy": {"floats": npy(NUMBERS), "version_2": npy(NUMBERS.astype(np.int16), (2, 0)), "scalar": npy(np.float64(1)),
                "fortran": npy(np.asfortranarray(NUMBERS))},
        "npz": {"stored": npz(w=NUMBERS, b=NUMBERS[0]), "deflated": npz(np.savez_compressed, w=NUMBERS, n=np.arange(3))},
        "table": {"shape": b"# shape 2,3,1\n0.1,-2.5,3e-30\n4,5,6\n", "column": b"1\r\n2\r\n# of a kind\n3"},
        "safetensors": {"python": save({"w": NUMBERS, "n": np.arange(3)}, {"note": "of a kind"}),
                        "empty": save({"w": NUMBERS[:0]})},
        "pytorch": pytorch,
        "pickle": {name.removesuffix(".pt"): pickled(content) for name, content in pytorch.items()},
        "tensors": {"pytorch": pytorch["typed.pt"], "npz": npz(w=NUMBERS), "safetensors": save({"w": NUMBERS})},
        "idx": {"plain": idx(pixels), "gzipped": gzip.compress(idx(pixels), mtime=0)},
        "idx_integers": {"plain": idx(np.arange(4, dtype=">i4").reshape(2, 2), 0x0C)},
        "cifar": {"ten": bytes([7]) + bytes(3072)},
        "image_arrays": {"keras": npz(**images), "deflated": npz(np.savez_compressed, **images)},
        "synapses": {"pairs": b"pre,post\n1,2\n2,1\n", "weights": b'pre,post,weight\n"a, b",c,2\nc,"a, b",-1.5\n'},
        "synapse_records": {"columns": npy(np.array([[1, 2, 3], [2, 1, 1]])), "records": npy(records)},
        "synapse_tensors": {"coo": save(synapses)},
        "description": {"digits": description, "none": b"{}"},
    }
    for reader, files in inputs.items():
        folder = corpus / reader
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)


main(Path(sys.argv[1]), sys.argv[2])
