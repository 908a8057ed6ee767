"""Reads or writes a safetensors file for safetensors_interop.cpp: with Python's `safetensors` where there is one, else
(reading only) by the words of the format. Exit status 77: cannot be done here."""

import json
import struct
import sys

try:
    import safetensors
except ImportError:
    safetensors = None

NAMES = {"float32": "F32", "float64": "F64", "float16": "F16", "bfloat16": "BF16", "int64": "I64", "uint8": "U8", "bool": "BOOL"}


def header_of(data):
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def tensors_by_hand(data):
    header, payload = header_of(data)
    header.pop("__metadata__", None)
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        yield name, entry["dtype"], entry["shape"], payload[begin:end]


def tensors_by_library(data):
    for name, entry in safetensors.deserialize(data):
        yield name, entry["dtype"], entry["shape"], bytes(entry["data"])


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    print("by the library" if safetensors else "by hand")
    for key, value in sorted(header_of(data)[0].get("__metadata__", {}).items()):
        if not key.startswith("cortexpr."):
            print(f"{key} = {value}")
    for name, dtype, shape, content in sorted((tensors_by_library if safetensors else tensors_by_hand)(data)):
        print(name, NAMES.get(dtype, dtype), "x".join(map(str, shape)) or "scalar", content.hex())


def write(path):
    try:
        import numpy
        from safetensors.numpy import save_file
    except ImportError:
        sys.exit(77)
    save_file(
        {
            "weight": numpy.array([[1.5], [-2.0]], numpy.float32),
            "scalar": numpy.array(-7, numpy.int64),
            "flags": numpy.array([True, False, True]),
        },
        path,
        {"writer": "Python"},
    )


if __name__ == "__main__":
    {"read": read, "write": write}[sys.argv[1]](sys.argv[2])
