"""Writes python.safetensors: the parameters of the test network Tiny (networks.hpp), by Python's own writer."""

import numpy
from safetensors.numpy import save_file

SHAPES = {
    "rnn.areas.0.convs.0->0.0.weight": (4, 2, 3, 3),
    "rnn.areas.0.convs.0->0.0.bias": (4,),
    "rnn.areas.0.convs.0->1.0.weight": (2, 2, 3, 3),
    "rnn.areas.0.convs.0->1.0.bias": (2,),
    "rnn.areas.0.convs.1->0.0.weight": (4, 4, 3, 3),
    "rnn.areas.0.convs.1->0.0.bias": (4,),
    "rnn.areas.0.convs.1->1.0.weight": (2, 2, 3, 3),
    "rnn.areas.0.out_convs.1->out.0.weight": (3, 4, 3, 3),
    "rnn.areas.0.out_convs.1->out.0.bias": (3,),
    "rnn.areas.0.convs.2->0.0.weight": (4, 2, 3, 3),
    "rnn.areas.0.convs.2->0.0.bias": (4,),
    "rnn.areas.0.convs.2->1.0.weight": (2, 2, 3, 3),
    "rnn.areas.0.convs.2->1.0.bias": (2,),
    "rnn.areas.0.tau.0": (1, 4, 1, 1),
    "rnn.areas.0.tau.1": (1, 2, 1, 1),
    "readout.1.weight": (7, 3),
    "readout.1.bias": (7,),
    "readout.4.weight": (3, 7),
    "readout.4.bias": (3,),
}

tensors = {}
for name, shape in SHAPES.items():
    size = int(numpy.prod(shape))
    tensors[name] = (numpy.arange(size) / 100 - 0.1).astype(numpy.float32).reshape(shape)
save_file(tensors, "python.safetensors", {"written by": "Python"})
