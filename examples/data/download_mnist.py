#!/usr/bin/env python3
"""Fetches the full MNIST (60,000 + 10,000 digits, 11 MB) and checks it.

    python3 download_mnist.py [--to DIR] [--mirror URL]... [--from DIR]

Files already in the target folder are checked, not fetched again. --mirror names other sources, tried in the order
given; --from takes the files from a local folder instead of the network. A file gets its name only after its content
has been found right, so an interrupted run leaves nothing half-written. Needs only the standard library.
"""

import argparse
import gzip
import hashlib
import os
import pathlib
import sys
import tempfile
import urllib.request
import zlib

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    "https://storage.googleapis.com/cvdf-datasets/mnist",
)

# Size and MD5 of the unpacked files, as published with the data set.
FILES = {
    "train-images-idx3-ubyte": (47040016, "6bbc9ace898e44ae57da46a324031adb"),
    "train-labels-idx1-ubyte": (60008, "a25bea736e30d166cdddb491f175f624"),
    "t10k-images-idx3-ubyte": (7840016, "2646ac647ad5339dbf082846283269ea"),
    "t10k-labels-idx1-ubyte": (10008, "27ae3e4e09519cfbb04c329615203637"),
}
TIMEOUT_SECONDS = 60


class Unusable(Exception):
    """What a source gave is not the file."""


def checked(packed, name):
    """The packed bytes, if they unpack to the file of that name."""
    size, md5 = FILES[name]
    try:
        if packed[:2] != b"\x1f\x8b":
            raise Unusable("it is not a gzip file")
        stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        content = stream.decompress(packed, size + 1)  # a larger one is not unpacked any further
        if not stream.eof and len(content) == size:
            content += stream.decompress(stream.unconsumed_tail, 1)
    except zlib.error as fault:
        raise Unusable(f"it is corrupt ({fault})") from None
    if len(content) != size or not stream.eof or stream.unused_data:
        raise Unusable(f"it does not unpack to exactly {size} bytes")
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != md5:
        raise Unusable(f"its MD5 is {found}, {md5} was expected")
    return packed


def from_folder(folder, name):
    for file in (folder / f"{name}.gz", folder / name):
        if file.is_file():
            data = file.read_bytes()
            return data if file.suffix == ".gz" else gzip.compress(data, 9, mtime=0)
    raise Unusable(f"it holds neither {name}.gz nor {name}")


def from_mirror(mirror, name):
    largest = FILES[name][0]  # the packed file is smaller than the unpacked one
    with urllib.request.urlopen(f"{mirror.rstrip('/')}/{name}.gz", timeout=TIMEOUT_SECONDS) as answer:
        return answer.read(largest)


def obtain(name, arguments):
    faults = []
    for source in [arguments.source] if arguments.source else arguments.mirror or MIRRORS:
        try:
            data = from_folder(source, name) if arguments.source else from_mirror(source, name)
            return checked(data, name), source
        except (Unusable, OSError, ValueError) as fault:
            faults.append(f"{source}: {fault}")
    raise Unusable(f"{name}.gz could not be had ({'; '.join(faults)})")


def store(data, target):
    descriptor, temporary = tempfile.mkstemp(prefix=".download-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def run(arguments):
    arguments.to.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        target = arguments.to / f"{name}.gz"
        if target.exists():
            try:
                checked(target.read_bytes(), name)
                print(f"{target}: there and right")
                continue
            except Unusable as fault:
                print(f"{target}: {fault}, so it is replaced")
        data, source = obtain(name, arguments)
        store(data, target)
        print(f"{target}: from {source}, MD5 right")


def main():
    parser = argparse.ArgumentParser(description="Fetches the full MNIST and checks it.")
    parser.add_argument("--to", type=pathlib.Path, default=pathlib.Path("mnist"), metavar="DIR", help="target folder (mnist)")
    parser.add_argument("--from", dest="source", type=pathlib.Path, metavar="DIR", help="copy from a local folder instead")
    parser.add_argument("--mirror", action="append", metavar="URL", help=f"a source (default: {', '.join(MIRRORS)})")
    try:
        run(parser.parse_args())
    except (Unusable, OSError) as fault:
        sys.exit(f"download_mnist: {fault}")
    except KeyboardInterrupt:
        sys.exit("download_mnist: interrupted, the files so far are whole")


if __name__ == "__main__":
    main()
