"""Networks of torch-biopl as ours and back. Those that build the reference's own need it: CORTEXPR_REFERENCE names its folder."""

from __future__ import annotations

import os
import sys
import types

import pytest
import torch

import cortexpr

AREA = {"in_size": (6, 5), "in_channels": 2, "out_channels": 4, "num_neuron_types": 2, "num_neuron_subtypes": [4, 2],
        "neuron_type_class": ["excitatory", "inhibitory"], "neuron_type_nonlinearity": ["ReLU", "Hardsigmoid"],
        "tau_mode": ["spatial", "type"], "inter_neuron_type_connectivity": [[1, 1, 0], [1, 1, 1], [1, 1, 0]],
        "inter_neuron_type_spatial_extents": (3, 5), "inter_neuron_type_bias": False}


def test_keyword_arguments_declare():
    Network = cortexpr.from_bioplnn_arguments({"num_areas": 1, "area_kwargs": [AREA]}, {"num_classes": 3})
    area, = Network.describe()["areas"]
    excitatory, inhibitory = area["neuron_types"]
    assert (excitatory["class"], excitatory["subtypes"], excitatory["nonlinearity"]) == ("excitatory", 4, ["relu"])
    assert (inhibitory["nonlinearity"], inhibitory["tau"]["mode"]) == (["hard_sigmoid"], "per_type")
    assert all(edge["extent"] == [3, 5] and not edge["bias"] for edge in area["edges"])
    assert Network.describe()["readout"] == {"classes": 3, "hidden": 512, "dropout": 0.2, "pool": "max", "pool_size": [1, 1]}
    assert "struct Classifier : classifier<" in Network.to_cpp()


def test_defaults_are_the_references():
    Network = cortexpr.from_bioplnn_arguments({"num_areas": 2, "common_area_kwargs": {
        "in_size": (4, 4), "in_channels": 16, "out_channels": 16}})
    assert len(Network.describe()["areas"]) == 2
    type_, = Network.describe()["areas"][1]["neuron_types"]
    assert (type_["class"], type_["subtypes"], type_["nonlinearity"], type_["signed_rates"]) == ("hybrid", 16, ["sigmoid"], False)


@pytest.mark.parametrize(("change", "says"), [
    ({"neuron_type_nonlinearity": "Mish"}, "Mish is an activation that ours has not"),
    ({"neuron_type_nonlinearity": torch.nn.LeakyReLU(0.3)}, "is an activation that ours has not"),
    ({"neuron_type_density": "quarter"}, "neuron_type_density is 'quarter'; ours knows same, half"),
    ({"tau_init_fn": "randn"}, "tau_init_fn is a draw of its own"),
    ({"default_neuron_state_init_fn": torch.zeros}, "default_neuron_state_init_fn is"),
    ({"inter_neuron_type_connectivity": [[1, 0]]}, "is 1 x 2; give 3 rows"),
    ({"tau_modee": "type"}, "an area has no argument 'tau_modee'; the nearest is 'tau_mode'"),
    ({"inter_neuron_type_connectivity": [[1, 1, 0], [1, 1, 1], [0, 0, 0]]}, "doesn't reach the output"),
])
def test_what_ours_has_not_is_refused(change, says):
    with pytest.raises(cortexpr.UsageError, match=says):
        cortexpr.from_bioplnn_arguments({"area_kwargs": [{**AREA, **change}]})


def test_arguments_that_nobody_knows_are_refused():
    for rnn, head, says in (({"pool_modee": "avg"}, None, "rnn has no argument 'pool_modee'; the nearest is 'pool_mode'"),
                            ({}, {"num_classes": 3, "dropoutt": 0.9}, "classifier has no argument 'dropoutt'"),
                            ({"num_areas": 3}, None, "num_areas is 3, but area_kwargs has 1 entries")):
        with pytest.raises(cortexpr.UsageError, match=says):
            cortexpr.from_bioplnn_arguments({"area_kwargs": [AREA], **rnn}, head)


def test_a_rate_that_may_be_negative_is_declared_so():
    Network = cortexpr.from_bioplnn_arguments({"area_kwargs": [{**AREA, "neuron_type_nonlinearity": [torch.nn.Tanh(),
                                                                                                    "tanh,relu"]}]})
    assert [one["signed_rates"] for one in Network.describe()["areas"][0]["neuron_types"]] == [True, False]


def test_the_unused_output_nonlinearity_is_told():
    with pytest.warns(UserWarning, match="never applies it"):
        cortexpr.from_bioplnn_arguments({"area_kwargs": [{**AREA, "out_nonlinearity": "relu"}]})


def test_confused_grids_are_told():
    """Once for each area, at the caller's line."""
    for density, types in (("half", "types Type0 and Type1"), (["same", "half"], "type Type1")):
        with pytest.warns(UserWarning, match=f"the reference confuses the grids of the half-density {types} in Area0; this "
                                             "network has them right") as told:
            Network = cortexpr.from_bioplnn_arguments({"area_kwargs": [{**AREA, "neuron_type_density": density,
                                                                      "inter_neuron_type_spatial_extents": (3, 3)}]})
        assert len(told) == 1 and told[0].filename == __file__
        assert Network.describe()["areas"][0]["neuron_types"][1]["density"] == "half"


def test_another_module_is_refused():
    with pytest.raises(cortexpr.UsageError, match="Linear is neither"):
        cortexpr.from_bioplnn(torch.nn.Linear(1, 1))


@pytest.fixture(scope="module")
def models():
    """The reference's package."""
    folder = os.environ.get("CORTEXPR_REFERENCE")
    if not folder:
        pytest.skip("CORTEXPR_REFERENCE names no folder of the reference")
    sys.modules.setdefault("torch_sparse", types.SimpleNamespace(coalesce=None, spmm=None))
    sys.path[:0] = [folder, os.path.join(folder, "src")]
    return pytest.importorskip("bioplnn.models")


@pytest.fixture
def default_dtype():
    """The reference makes its initial states of the default dtype."""
    before = torch.get_default_dtype()
    yield torch.set_default_dtype
    torch.set_default_dtype(before)


SECOND = {"in_size": (3, 3), "in_channels": 4, "out_channels": 3, "inter_neuron_type_connectivity": [[1, 0], [1, 1]]}
TOP_DOWN = {**AREA, "feedback_channels": 2, "inter_neuron_type_connectivity": [[1, 1, 0], [1, 0, 0], [1, 1, 1], [1, 1, 0]]}


def built(models, name):
    if name == "classifier":
        return models.SpatiallyEmbeddedClassifier({"num_areas": 1, "area_kwargs": [AREA]}, num_classes=3, fc_dim=8,
                                                  pool_size_classifier=(2, 2), pool_mode_classifier="avg")
    return models.SpatiallyEmbeddedRNN(num_areas=2, area_kwargs=[TOP_DOWN, SECOND], pool_mode="avg", area_time_delay=True,
                                       inter_area_feedback_connectivity=[[0, 0], [1, 0]],
                                       inter_area_feedback_nonlinearity=[[None, None], ["tanh", None]])


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("name", ["classifier", "feedback"])
def test_a_module_becomes_ours(models, name, dtype, default_dtype):
    default_dtype(dtype)
    theirs = built(models, name).to(dtype).eval()
    ours = cortexpr.from_bioplnn(theirs)
    images = torch.rand(3, 2, 6, 5, dtype=dtype)
    expected = theirs(images, num_steps=4)
    if name == "feedback":
        expected = expected[0][-1][:, -1]
    close = {"rtol": 0, "atol": 1e-10 if dtype == torch.float64 else 1e-5}
    torch.testing.assert_close(ours(images, steps=4), expected, **close)
    expected.square().sum().backward()
    ours(images, steps=4).square().sum().backward()
    for key, parameter in ours.named_parameters():
        torch.testing.assert_close(parameter.grad, theirs.get_parameter(key).grad, **close)
    assert not ours.training and all(one.data_ptr() != theirs.get_parameter(key).data_ptr() for key, one in ours.named_parameters())


@pytest.mark.parametrize("name", ["classifier", "feedback"])
def test_ours_becomes_a_module(models, name, default_dtype):
    default_dtype(torch.float64)
    ours = cortexpr.from_bioplnn(built(models, name).double().eval())
    theirs = cortexpr.to_bioplnn(ours)
    assert type(theirs) is type(built(models, name)) and not theirs.training
    images = torch.rand(3, 2, 6, 5, dtype=torch.float64)
    expected = theirs(images, num_steps=3)
    torch.testing.assert_close(ours(images, 3), expected if name == "classifier" else expected[0][-1][:, -1])


def test_what_the_reference_has_not_is_told(models, Pair):
    with pytest.raises(cortexpr.UsageError, match="Pair is no network of bioplnn: .*half-density"):
        cortexpr.to_bioplnn(Pair())


def test_a_module_of_confused_grids_is_refused(models):
    for density, types in (("half", "types Type0 and Type1"), (["half", "same"], "type Type0")):
        theirs = models.SpatiallyEmbeddedRNN(num_areas=1, area_kwargs=[{**AREA, "neuron_type_density": density}])
        with pytest.raises(cortexpr.UsageError, match=f"SpatiallyEmbeddedRNN is no network of ours: the reference confuses the grids of "
                                                      f"the half-density {types} in Area0. Its arguments"):
            cortexpr.from_bioplnn(theirs)


def test_what_is_frozen_stays_so(models):
    theirs = built(models, "classifier")
    theirs.rnn.requires_grad_(False)
    ours = cortexpr.from_bioplnn(theirs)
    back = cortexpr.to_bioplnn(ours)
    frozen = {name for name, one in theirs.named_parameters() if not one.requires_grad}
    assert frozen and all({name for name, one in net.named_parameters() if not one.requires_grad} == frozen for net in (ours, back))


def test_a_forward_pass_of_its_own_is_refused(models):
    class Doubled(models.SpatiallyEmbeddedClassifier):
        def forward(self, x, **options):
            return 2 * super().forward(x, **options)

    theirs = Doubled({"num_areas": 1, "area_kwargs": [AREA]}, num_classes=3)
    with pytest.raises(cortexpr.UsageError, match="Doubled has a forward pass of its own"):
        cortexpr.from_bioplnn(theirs)


def test_one_step_with_delay_is_the_first_of_several(models, default_dtype):
    """There, a run of one step lets an area hear what the area below gives in that step."""
    default_dtype(torch.float64)
    theirs = built(models, "feedback").double().eval()
    ours = cortexpr.from_bioplnn(theirs)
    images = torch.rand(3, 2, 6, 5, dtype=torch.float64)
    first = theirs(images, num_steps=2)[0][-1][:, 0]
    torch.testing.assert_close(ours(images, steps=1), first, rtol=0, atol=1e-10)
    assert (theirs(images, num_steps=1)[0][-1][:, 0] - first).abs().max() > 1e-3
