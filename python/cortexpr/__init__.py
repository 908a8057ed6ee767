"""Brain-like recurrent networks, declared in C++ types and trained in PyTorch.

    Digits = cortexpr.declare('''
        struct E : excitatory<16> {};
        struct I : inhibitory<16> {};
        struct V1 : area<input<1, 28, 28>, neurons<E, I>,
            connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>, output<32>> {};
        struct Digits : classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>> {};
    ''')
    net = Digits(seed=0, data=images)     # a torch.nn.Module
    logits = net(images, steps=5)         # (B, 10)
"""

import torch

from ._build import TORCH, VERSION

if torch.__version__.split("+")[0].split(".")[:2] != TORCH.split(".")[:2]:
    raise ImportError(f"cortexpr was built for torch {TORCH}, but this is {torch.__version__}; install it again, from its "
                      "source: pip install --force-reinstall --no-deps .")

from . import errors, optim, pickled_classes  # the last one tells pickle of our classes
from .bioplnn import from_bioplnn, from_bioplnn_arguments, to_bioplnn
from .connectome import Connectome
from .continuous_time import ContinuousTime
from .declaration import compile, declare, from_json, load
from .declared_module import Run
from .errors import DeclarationError, Error, FileError, StateDictError, UsageError, WiringError
from .network import Network
from .notebook import load_ipython_extension

__version__ = VERSION

__all__ = ["Connectome", "ContinuousTime", "DeclarationError", "Error", "FileError", "Network", "Run", "StateDictError",
           "UsageError", "WiringError", "__version__", "compile", "declare", "errors", "from_bioplnn", "from_bioplnn_arguments", "from_json", "load",
           "load_ipython_extension", "optim", "to_bioplnn"]
