"""A network as a torch.nn.Module: its parameters, what takes their place, what trains them."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from torch.nn.utils import prune

import cortexpr

from conftest import loss_of


# --- Parameters --------------------------------------------------------------------------------------------------------


def test_parameters_have_the_references_names(Digits):
    net = Digits(seed=0)
    assert isinstance(net, torch.nn.Module)
    names = [name for name, _ in net.named_parameters()]
    assert set(names) == set(net.state_dict()) == set(Digits._plan.parameter_names())
    assert "rnn.areas.0.convs.1->0.0.weight" in names and "readout.4.bias" in names
    assert sum(one.numel() for one in net.parameters()) == 1_290
    assert all(isinstance(one, torch.nn.Parameter) for one in net.parameters())
    assert net.parameter("weight_of(V1.E->I)") is net.get_parameter("rnn.areas.0.convs.1->1.0.weight")
    with pytest.raises(cortexpr.UsageError, match="V1.E->X"):
        net.parameter("weight_of(V1.E->X)")


def test_the_seed_decides(Digits):
    same, other = Digits(seed=1).state_dict(), Digits(seed=2).state_dict()
    for name, values in Digits(seed=1).state_dict().items():
        assert torch.equal(values, same[name])
    assert not torch.equal(same["readout.1.weight"], other["readout.1.weight"])


def test_balanced_fits_to_data(Digits, images):
    net = Digits(seed=0, init="balanced", data=images)
    assert torch.equal(Digits(seed=0, data=images).parameter("weight_of(E->I)"), net.parameter("weight_of(E->I)"))
    assert torch.equal(Digits(seed=0, data=images.numpy()).parameter("weight_of(E->I)"), net.parameter("weight_of(E->I)"))
    assert not torch.equal(Digits(seed=0).parameter("weight_of(E->I)"), net.parameter("weight_of(E->I)"))
    assert set(Digits(seed=0).step_gains.values()) == {1.0}
    assert len(set(net.step_gains.values())) > 1
    again = Digits(seed=5)
    again.initialise("balanced", seed=0, data=images)
    assert torch.equal(again.parameter("weight_of(E->I)"), net.parameter("weight_of(E->I)"))
    with pytest.raises(cortexpr.UsageError, match="give data=images"):
        Digits(init="balanced")
    with pytest.raises(cortexpr.UsageError, match='"other" is no initialisation'):
        Digits(init="other")
    many = torch.rand(700, 1, 8, 8)
    assert torch.isfinite(Digits(seed=0, data=many)(many[:2], steps=2)).all()


def test_data_are_what_the_network_will_be_shown(Digits, images):
    with pytest.raises(cortexpr.UsageError, match="of floating-point numbers, not torch.uint8"):
        Digits(data=(images * 255).to(torch.uint8))


def test_to_changes_dtype(Digits, images):
    net = Digits(seed=0).eval()
    single = net(images, steps=2)
    assert net.to(torch.float64) is net
    exact = net(images.double(), steps=2)
    assert exact.dtype == torch.float64
    torch.testing.assert_close(exact.float(), single, rtol=1e-5, atol=1e-6)
    with pytest.raises(cortexpr.UsageError, match=r"float32, but the network's parameters are float64; convert it with "
                                                  r"tensor.to\(torch.float64\)"):
        net(images, steps=2)
    net.project()
    net.initialise("balanced", data=images)
    assert net.parameter("tau_of(E)").dtype == torch.float64 and torch.isfinite(net(images.double(), steps=1)).all()
    with pytest.raises(cortexpr.UsageError, match="can't be float16"):
        net.half()(images.half(), steps=2)
    assert Digits(dtype=torch.float64).parameter("tau_of(E)").dtype == torch.float64


def test_options_of_a_network_stay(Digits):
    net = Digits(seed=0)
    for name, value in (("executor", "transparent"), ("precision", "bfloat16")):
        before = getattr(net, name)
        with pytest.raises(cortexpr.UsageError, match=rf"the {name} is chosen when a network is made; make another one, "
                                                      rf"Digits\(..., {name}='{value}'\)"):
            setattr(net, name, value)
        assert getattr(net, name) == before
    for name in ("classes", "input_shape", "output_shape"):
        with pytest.raises(cortexpr.UsageError, match=f"{name} is what the declaration says, and can't be assigned"):
            setattr(net, name, 3)


def test_numpy_and_repr(Digits, images):
    net = Digits(seed=0).eval()
    assert np.allclose(net(images.numpy(), 2).detach().numpy(), net(images, 2).detach().numpy())
    assert "1290 parameters, precision=float32, executor=planned" in repr(net)
    assert repr(Digits) == "<network Digits>"


def test_data_parallel_is_refused(Digits):
    with pytest.raises(cortexpr.UsageError, match="DistributedDataParallel"):
        Digits()._replicate_for_data_parallel()


def test_what_has_no_values_does_not_run(Digits, images, tmp_path):
    net = Digits(seed=0).to("meta")
    for act in (lambda: net(images, 1), lambda: net.run(images.to("meta"), 1), lambda: net.save(tmp_path / "net.pt")):
        with pytest.raises(cortexpr.UsageError, match="on the device meta, where they have no values"):
            act()
    net.to_empty(device="cpu").load_state_dict(Digits(seed=1).state_dict())
    assert torch.equal(net.eval()(images, 1), Digits(seed=1).eval()(images, 1))


# --- What replaces parameters ------------------------------------------------------------------------------------------


def test_what_replaces_parameters_is_run(Digits, images, tmp_path):
    net, other = Digits(seed=0).eval(), Digits(seed=1).eval()
    expected = other(images, steps=2)
    net.load_state_dict(other.state_dict())
    assert torch.equal(net(images, steps=2), expected)
    net = Digits(seed=0).eval()
    net.load_state_dict(other.state_dict(), assign=True)
    assert torch.equal(net(images, steps=2), expected)
    net = Digits(seed=0).eval()
    other.save(tmp_path / "other.safetensors")
    net.load(tmp_path / "other.safetensors")
    assert torch.equal(net(images, steps=2), expected)
    net = Digits(seed=0).eval()
    swapped = torch.func.functional_call(net, dict(other.named_parameters()), (images,), {"steps": 2})
    assert torch.equal(swapped, expected) and not torch.equal(net(images, steps=2), expected)
    loss = torch.func.functional_call(net, dict(other.named_parameters()), (images,), {"steps": 2}).square().sum()
    assert torch.autograd.grad(loss, other.parameter("tau_of(E)"))[0].abs().sum() > 0


def test_function_transforms_are_refused(Digits, images):
    net = Digits(seed=0).eval()
    parameters = dict(net.named_parameters())
    call = lambda given: torch.func.functional_call(net, given, (images,), {"steps": 1}).sum()  # noqa: E731
    with pytest.raises(RuntimeError):
        torch.func.grad(call)(parameters)


def test_what_replaces_a_parameter_is_what_runs(Digits, images):
    """Parametrized ones, which are no parameters of their module, too; and a parameter that is gone is said."""

    class Doubled(torch.nn.Module):
        def forward(self, value):
            return 2 * value

    net, other = Digits(seed=0).eval(), Digits(seed=0).eval()
    level = net.rnn.areas.get_submodule("0")
    with torch.no_grad():
        other.parameter("tau_of(E)").mul_(2)
    before = net(images, steps=2)
    torch.nn.utils.parametrize.register_parametrization(level.tau, "0", Doubled())
    assert torch.equal(net(images, steps=2), other(images, steps=2)) and not torch.equal(before, net(images, steps=2))
    net.project()
    torch.nn.utils.parametrize.remove_parametrizations(level.tau, "0", leave_parametrized=False)
    assert torch.equal(net(images, steps=2), before)
    level.tau.register_parameter("0", torch.nn.Parameter(other.parameter("tau_of(E)").detach().clone()))
    assert torch.equal(net(images, steps=2), other(images, steps=2))
    delattr(level.tau, "0")
    for call in (lambda: net(images, steps=2), net.project):
        with pytest.raises(AttributeError, match="'0'"):
            call()


def test_parameters_that_do_not_fit_are_refused(Digits, images):
    net = Digits(seed=0)
    given = dict(net.named_parameters())
    name = "rnn.areas.0.tau.0"
    for wrong, says in ((torch.ones(2), f"{name} has shape"), (given[name].double(), f"{name} is float64")):
        with pytest.raises(cortexpr.UsageError, match=says):
            torch.func.functional_call(net, {**given, name: wrong}, (images,), {"steps": 1})


def test_a_parameter_that_is_computed_from_others(Digits, images, tmp_path):
    net, other = Digits(seed=0).eval(), Digits(seed=1)
    expected = net(images, 2)
    parametrize = torch.nn.utils.parametrize.register_parametrization
    parametrize(net.get_submodule("rnn.areas.0.convs.0->0.0"), "weight", torch.nn.Identity())
    assert torch.equal(net(images, 2), expected)
    other.save(tmp_path / "other.safetensors")
    with pytest.raises(cortexpr.UsageError, match="is computed by a parametrization or a hook, so it can't be loaded"):
        net.load(tmp_path / "other.safetensors")
    with pytest.raises(cortexpr.UsageError, match="can't be drawn"):
        net.initialise("reference")
    net.project()  # all is within its bounds
    assert len(cortexpr.optim.parameter_groups(net, 1e-3)[0]["params"]) > 0
    cortexpr.optim.Adam(net).step()


def test_a_replaced_module_is_what_runs(Digits, images):
    one, other = (Digits(seed=seed).eval() for seed in (0, 1))
    one(images, 3)
    one.readout = other.readout
    twin = Digits(seed=2).eval()
    twin.load_state_dict(one.state_dict())
    assert torch.equal(one(images, 3), twin(images, 3))
    one.rnn.areas = other.rnn.areas
    assert torch.equal(one(images, 3), other(images, 3))
    del one.readout
    with pytest.raises(cortexpr.UsageError, match="no parameter readout.1.weight any more"):
        one(images, 3)


@pytest.mark.parametrize("change", [lambda level: prune.l1_unstructured(level, "weight", 0.5),
                                    lambda level: torch.nn.utils.weight_norm(level, "weight")])
def test_what_a_hook_computes_is_computed_at_each_run(Digits, images, change):
    name = "rnn.areas.0.convs.2->0.0"
    net, other = (Digits(seed=seed).eval() for seed in (0, 1))
    for one in (net, other):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # weight_norm is the old one
            change(one.get_submodule(name))
    net.load_state_dict(other.state_dict())
    assert torch.equal(net(images, 3), other(images, 3))
    for _ in range(2):
        net(images, 3).sum().backward()


def test_a_replacement_that_is_refused_changes_nothing(Digits, images):
    net = Digits(seed=0).eval()
    expected, names = net(images, 2), list(net.state_dict())
    with pytest.raises(cortexpr.UsageError, match="no parameter readout.1.weight any more"):
        net.readout = torch.nn.Linear(8, 3)
    assert torch.equal(net(images, 2), expected) and list(net.state_dict()) == names


def test_a_parameter_that_is_gone_is_named(Digits, images):
    net = Digits(seed=0)
    net(images, 1)
    net.get_submodule("readout.1").bias = None
    with pytest.raises(cortexpr.UsageError, match="no parameter readout.1.bias any more: it was set to None"):
        net(images, 1)


# --- Training ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [lambda net: torch.optim.Adam(net.parameters(), lr=0.01),
                                  lambda net: torch.optim.Adam(net.parameters(), lr=0.01, fused=True),
                                  lambda net: torch.optim.SGD(net.parameters(), lr=0.01),
                                  lambda net: torch.optim.AdamW(cortexpr.optim.parameter_groups(net, 0.01))])
def test_trains_under_dales_law(Digits, images, labels, make):
    net = Digits(seed=0, data=images)
    optimizer = make(net)
    handle = cortexpr.optim.project_after(optimizer)
    first = loss_of(net.eval(), images, labels).item()
    for _ in range(30):
        optimizer.zero_grad()
        loss_of(net.train(), images, labels).backward()
        optimizer.step()
    assert loss_of(net.eval(), images, labels).item() < first
    for edge in ("E->E", "I->E"):
        assert net.parameter(f"weight_of({edge})").min() >= 0
    handle.remove()
    with torch.no_grad():
        net.parameter("weight_of(E->I)").fill_(-1)
    with pytest.raises(cortexpr.UsageError, match=r"call project\(\) after each step of an optimiser, or "
                                                  r"cortexpr.optim.project_after\(optimizer\) once"):
        net(images, steps=1)
    net.project()
    assert (net.parameter("weight_of(E->I)") == 0).all()
    net(images, steps=1)


def test_frozen_parameters_stay(Digits, images, labels):
    net = Digits(seed=0, data=images)
    frozen = net.parameter("weight_of(E->I)").requires_grad_(False)
    before = frozen.clone()
    optimizer = torch.optim.SGD(cortexpr.optim.parameter_groups(net, 0.1))
    loss_of(net, images, labels).backward()
    optimizer.step()
    assert frozen.grad is None and torch.equal(frozen, before)
    net.project()
    frozen.requires_grad_(True)
    loss_of(net, images, labels).backward()
    optimizer.step()
    assert not torch.equal(frozen, before)
    with pytest.raises(cortexpr.UsageError, match="all parameters of Digits are frozen"):
        cortexpr.optim.parameter_groups(net.requires_grad_(False), 0.1)


def test_groups_step_by_their_gain(Digits, images):
    net = Digits(seed=0, data=images)
    rates = {id(one): group["lr"] for group in cortexpr.optim.parameter_groups(net, 0.5) for one in group["params"]}
    for name, gain in net.step_gains.items():
        assert rates[id(net.get_parameter(name))] == 0.5 * gain


def test_an_optimizer_of_something_else_is_refused():
    with pytest.raises(cortexpr.UsageError, match="no network"):
        cortexpr.optim.project_after(torch.optim.SGD(torch.nn.Linear(2, 2).parameters(), lr=1))


def test_a_network_inside_another_module_is_projected(Digits, images):
    whole = torch.nn.ModuleDict({"net": Digits(seed=0), "head": torch.nn.Linear(10, 2)})
    optimizer = torch.optim.SGD(whole.parameters(), lr=100.0)
    cortexpr.optim.project_after(optimizer)
    whole["head"](whole["net"](images, 2)).square().sum().backward()
    optimizer.step()
    weights = [whole["net"].parameter(f"weight_of({edge})") for edge in ("E->E", "E->I", "I->E", "I->I")]
    assert all((one >= 0).all() for one in weights) and any((one == 0).any() for one in weights)
    assert torch.isfinite(whole["net"](images, 2)).all()
