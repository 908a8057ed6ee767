#!/usr/bin/env python3
"""Draws the subset of MNIST in examples/data/mnist from the full set.

    python3 make_subset.py FULL_SET TARGET

1,000 training and 200 test images of each digit are kept: those whose SHA-256 of "SEED:SPLIT:INDEX" is smallest,
INDEX being the image's place in the full file. They stay in the order of the full file. Needs only the standard
library; the result does not depend on the version of Python (the compressed bytes may, the unpacked ones do not).
"""

import gzip
import hashlib
import os
import pathlib
import struct
import sys

SEED = "cortexpr"
CLASSES = 10
KEPT = {"train": 1000, "t10k": 200}  # of each digit


def unpacked(folder, name):
    for file in (folder / name, folder / (name + ".gz")):
        if file.exists():
            data = file.read_bytes()
            return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    sys.exit(f"{folder}: holds neither {name} nor {name}.gz")


def rank(split, index):
    return hashlib.sha256(f"{SEED}:{split}:{index}".encode()).digest()


def kept_indices(labels, split, per_class):
    of_class = [[] for _ in range(CLASSES)]
    for index, label in enumerate(labels):
        of_class[label].append(index)
    for members in of_class:
        members.sort(key=lambda index: rank(split, index))
    return sorted(index for members in of_class for index in members[:per_class])


def write(target, name, data):
    # No file name and no time in the gzip header, so that equal content gives equal files.
    temporary = target / f".{name}.tmp"
    with open(temporary, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(data)
    os.replace(temporary, target / f"{name}.gz")
    print(f"| {name} | {len(data)} | {hashlib.sha256(data).hexdigest()} |")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: make_subset.py FULL_SET TARGET")
    source, target = map(pathlib.Path, sys.argv[1:])
    target.mkdir(parents=True, exist_ok=True)
    for split, per_class in KEPT.items():
        images = unpacked(source, f"{split}-images-idx3-ubyte")
        labels = unpacked(source, f"{split}-labels-idx1-ubyte")[8:]
        _, _, height, width = struct.unpack(">4I", images[:16])
        size = height * width
        kept = kept_indices(labels, split, per_class)
        pixels = b"".join(images[16 + index * size : 16 + (index + 1) * size] for index in kept)
        header = struct.pack(">4I", 0x803, len(kept), height, width)
        write(target, f"{split}-images-idx3-ubyte", header + pixels)
        write(target, f"{split}-labels-idx1-ubyte", struct.pack(">2I", 0x801, len(kept)) + bytes(labels[i] for i in kept))


if __name__ == "__main__":
    main()
