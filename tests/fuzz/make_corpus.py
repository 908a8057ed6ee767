"""Writes the inputs that fuzzing begins with: make_corpus.py FOLDER DIGITS. Needs NumPy, Pillow and safetensors; what fuzzing finds is
added to the corpus by hand, with a name that says what it is."""

import gzip
import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import save

HERE = Path(__file__).resolve().parent
SETTINGS = b"""# of a sweep
epochs = 3
data = "a 'b' \\u00e9"
class_weights = [1.5, 2, -1e-3]
nesterov = true

[grid]
seed = [1,
 2]
lr = { from = 1e-3, to = 0.1, log = true }
"""
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


def png(rows, kind):
    """8 bits a channel; kind 0 is grey, 2 is RGB."""
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    height, width = rows.shape[:2]
    lines = b"".join(b"\0" + row.tobytes() for row in rows)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


def jpeg(rows):
    out = io.BytesIO()
    Image.fromarray(rows).save(out, "JPEG")
    return out.getvalue()


def pickled(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        return next(members.read(name) for name in members.namelist() if name.endswith("data.pkl"))


def main(corpus, program):
    pixels = np.arange(8, dtype=np.uint8).reshape(2, 2, 2)
    images = {"x_train": pixels, "y_train": np.array([0, 1]), "x_test": pixels, "y_test": np.array([1, 0])}
    records = np.array([(1, 2, 3), (2, 1, -1)], dtype=[("pre", "<i8"), ("post", "<i8"), ("weight", "<i4")])
    synapses = {"indices": np.array([[0, 1], [1, 0]]), "values": np.array([0.5, -1.0], dtype=np.float32)}
    compressed = {"crow_indices": np.array([0, 1, 2]), "col_indices": np.array([1, 0]), "values": synapses["values"]}
    pytorch = {name: (HERE.parent / "data" / "pytorch" / name).read_bytes()
               for name in ("protocol_2.pt", "protocol_4.pt", "checkpoint.pt", "typed.pt", "sparse_coo.pt", "sparse_csr.pt",
                            "sparse_dict.pt")}
    type_graph = {"nodes": [{"name": name, "pattern": pattern} for name, pattern in
                            (("R1", ["stride", [1, 1]]), ("L1", ["tile", 2]), ("Am", ["single", None]))],
                  "edges": [{"src": "R1", "tar": "L1", "alpha": -1, "offsets": [[[0, 0], 40.0], [[1, -1], 2.5]], "edge_type": "chem"},
                            {"src": "L1", "tar": "Am", "alpha": 1, "offsets": [[[0, 0], 3]], "edge_type": "chem"}]}
    description = subprocess.run([program, "describe"], capture_output=True, check=True).stdout
    sums = {"iterations": 2, "images": 32, "correct": 20, "losses": 48.0, "seconds": 0.25, "loading_seconds": 1e-3}
    epoch = {"epoch": 1, "iteration": 2, "train": sums, "test_loss": 0.75, "test_accuracy": 0.5, "test_seconds": 0.125}
    run = {"version": 2, "network": "Small", "fingerprint": "0", "options": {"epochs": 2}, "notes": {"note": "kept\n"},
           "state": {"epochs": 1, "interval": sums, "epoch": sums, "intervals": [{"epoch": 1, "iteration": 2, "sums": sums}] * 2,
                     "epoch_records": [epoch, epoch | {"test_fits": [{"r2": 0.5, "rms_error": 2.0}]}]}}
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
        "synapse_tensors": {"coo": save(synapses), "csr": save(compressed)},
        "synapse_pytorch": {name: pytorch[name + ".pt"] for name in ("sparse_coo", "sparse_csr")},
        "cells": {"transmitters": b"id,type,transmitter\n1,A,GABA\n2,B,glutamate\n3,B,unknown; GABA\n",
                  "classes": b"id,type,neuron_class,transmitter\r\n3,A,excitatory,glutamate\r\n2,\"B, b\",-1,\r\n1,C,hybrid,x\r\n"},
        "projection": {"channels": b"id,channel\na,0\nc,1\n", "weights": b"channel,weight,id\n1,0.5,d\n0,-2,b\n1,1,d\n"},
        "projection_tensors": {"coo": save(synapses), "csr": save({"ih." + name: part for name, part in compressed.items()})},
        "eye": {"types": json.dumps(type_graph).encode()},
        "picture": {"grey": png(pixels[0], 0), "colours": png(np.arange(12, dtype=np.uint8).reshape(2, 2, 3), 2),
                    "jpeg": jpeg(pixels[0]), "jpeg_colours": jpeg(np.arange(48, dtype=np.uint8).reshape(4, 4, 3))},
        "settings": {"sweep": SETTINGS, "dotted": b"a.b = 1\n'c d'.\"e\" = [0x1F, 1_000, inf]\n"},
        "settings_json": {"sweep": b'{"epochs": 3, "out": "a \\u00e9", "grid": {"seed": [1, 2], "lr": {"from": 0.5, "log": true}}}'},
        "run": {"begun": json.dumps(run).encode()},
        "description": {"digits": description, "none": b"{}"},
    }
    for reader, files in inputs.items():
        folder = corpus / reader
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)


main(Path(sys.argv[1]), sys.argv[2])
