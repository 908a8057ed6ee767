"""Runs the models of onnx_cases in ONNX Runtime: onnx_check.py PROGRAM FOLDER. Exit status 77: it isn't here."""

import json
import struct
import subprocess
import sys
from pathlib import Path

try:
    import numpy
    import onnxruntime
except ImportError as problem:
    print(f"SKIPPED: {problem}; pip install onnxruntime")
    sys.exit(77)

TOLERANCE = 1e-5


def tensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header, payload = json.loads(data[8 : 8 + length]), data[8 + length :]
    header.pop("__metadata__", None)
    return {name: numpy.frombuffer(payload[slice(*one["data_offsets"])], "<f4").reshape(one["shape"])
            for name, one in header.items()}


def main(program, folder):
    subprocess.run([program, folder], check=True)
    models = sorted(folder.glob("*.onnx"))
    assert len(models) == 20, models
    worst, failed = 0.0, False
    for model in models:
        case = tensors(model.with_suffix(".safetensors"))
        images, expected = case["images"], case["expected"]
        session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
        assert session.get_modelmeta().custom_metadata_map["steps"]
        (given,), (answer,) = session.get_inputs(), session.get_outputs()
        assert given.name == "images" and given.shape[1:] == list(images.shape[1:]), given
        assert answer.shape[1:] == list(expected.shape[1:]), answer
        error = 0.0
        for count in (len(images), 1):  # the batch is left open
            (found,) = session.run(None, {"images": images[:count]})
            assert found.shape == expected[:count].shape, found.shape
            error = max(error, float(numpy.max(numpy.abs(found - expected[:count])) / max(1, numpy.max(numpy.abs(expected)))))
        assert numpy.std(expected) > 1e-4, "the case says nothing"
        print(f"{model.stem:24} {error:.1e}")
        worst, failed = max(worst, error), failed or error > TOLERANCE
    print(f"worst error {worst:.1e}")
    return 1 if failed else 0


sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2])))
