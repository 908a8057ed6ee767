"""torch-biopl's classifier in the sizes and kinds of networks.hpp: what the benches time beside ours."""
import sys
import types

import numpy as np
import torch


def models(folder):
    """The package bioplnn.models of a folder, or of the reference's repository. torch_sparse is stood in for, since the
    convolutional networks never call it."""
    sys.modules.setdefault("torch_sparse", types.SimpleNamespace(coalesce=None, spmm=None))
    if folder not in sys.path:
        sys.path[:0] = [folder, folder + "/src"]
    from bioplnn import models

    return models


def area(place, channels, size, kind):
    hears = kind == "feedback" and place == 0  # the area above
    wiring = [[1, 1, 0], *[[1, 1, 0]] * hears, [1, 1, 1], [1, 1, 0]]
    more = {}
    if hears:
        more["feedback_channels"] = 2 * channels
    if kind == "relu":
        more["neuron_type_nonlinearity"] = ["relu", "relu"]
    if kind == "half_density":
        more["neuron_type_density"] = np.array(["same", "half"])
    if kind == "groups":
        more["inter_neuron_type_num_subtype_groups"] = np.array([[1, 1, 1], [4, 4, 1], [4, 4, 1]])
    if kind == "wide":
        more["inter_neuron_type_spatial_extents"] = [5, 5]
    return dict(
        in_size=[size, size], in_channels=1 if place == 0 else 2 * channels, out_channels=2 * channels,
        num_neuron_types=2, num_neuron_subtypes=np.array([channels, channels]),
        neuron_type_class=np.array(["excitatory", "inhibitory"]), inter_neuron_type_connectivity=np.array(wiring), **more)


def classifier(folder, channels=16, size=28, areas=1, kind="plain"):
    more = dict(inter_area_feedback_connectivity=np.array([[0, 0], [1, 0]])) if kind == "feedback" else {}
    recurrent = dict(num_areas=areas, area_kwargs=[area(place, channels, size, kind) for place in range(areas)], **more)
    return models(folder).SpatiallyEmbeddedClassifier(rnn_kwargs=recurrent, num_classes=10, fc_dim=256, dropout=0.5)


def compiled(network, images):
    """A function that does what calling the classifier does, with everything but the readout under torch.compile.

    As the network stands, training it so raises an error, because the forward pass clamps weights and time constants in
    place. This network is clamped once, and no more."""
    network(images[:1], num_steps=1)
    for module in network.modules():
        if type(module).__name__ == "Conv2dRectify":
            module.__class__ = torch.nn.Conv2d
        elif hasattr(module, "_clamp_tau"):
            module._clamp_tau = _nothing
    recurrent = torch.compile(network.rnn)

    def logits(shown, num_steps):
        outputs = recurrent(shown, num_steps=num_steps)[0]
        return network.readout(network.pool(outputs[-1][:, -1]))

    return logits


def _nothing():
    pass
