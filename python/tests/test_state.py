"""What is kept of a network and taken up again: files, state dicts, copies, draws of a checkpointed pass."""

from __future__ import annotations

import copy

import pytest
import torch

import cortexpr

from conftest import gradients


def test_files_are_those_of_the_reference(Digits, tmp_path):
    safetensors = pytest.importorskip("safetensors.torch")
    net = Digits(seed=3)
    net.save(tmp_path / "net.safetensors")
    read = safetensors.load_file(tmp_path / "net.safetensors")
    assert set(read) == set(net.state_dict())
    for name, values in net.state_dict().items():
        assert torch.equal(read[name], values)
    with pytest.raises(cortexpr.FileError, match="no.safetensors"):
        net.load(tmp_path / "no.safetensors")


def test_a_copy_is_a_network_of_its_own(Digits, images):
    net = Digits(seed=0, data=images)
    net(images, 2)  # some draws are made
    other = copy.deepcopy(net)
    assert type(other) is Digits and other.step_gains == net.step_gains and other.training
    assert torch.equal(other(images, 2), net(images, 2))  # the next draws are the same
    with torch.no_grad():
        net.parameter("tau_of(E)").fill_(7)
    assert (other.parameter("tau_of(E)") < 7).all()
    assert copy.deepcopy(net.double().eval())(images.double(), 1).dtype == torch.float64


def test_the_names_of_a_wrapper_are_taken_off(Digits):
    saved, net = Digits(seed=1).state_dict(), Digits(seed=2)
    for prefix, others in (("module.", {"n_averaged": torch.tensor(3)}), ("model.net.", {"criterion.weight": torch.ones(10)})):
        net = Digits(seed=2)
        with pytest.warns(UserWarning, match=f"begin with {prefix}; left out: {next(iter(others))}"):
            net.load_state_dict({**{prefix + name: one for name, one in saved.items()}, **others})
        assert all(torch.equal(one, saved[name]) for name, one in net.state_dict().items())
    averaged = torch.optim.swa_utils.AveragedModel(Digits(seed=1))
    with pytest.warns(UserWarning, match="n_averaged"):
        net.load_state_dict(averaged.state_dict())
    with pytest.raises(cortexpr.StateDictError, match="twice, under a. and under b."):
        net.load_state_dict({prefix + name: one for name, one in saved.items() for prefix in ("a.", "b.")})


def test_a_state_dict_that_does_not_fit_is_told_in_a_few_names(Digits):
    net = Digits(seed=0)
    saved = net.state_dict()
    with pytest.raises(cortexpr.UsageError, match=r"does not fit Digits; missing: \S+, \S+, \S+ and \d+ more; unexpected: a$"):
        net.load_state_dict({"a": torch.ones(1)})
    with pytest.raises(cortexpr.UsageError, match=r"begin with module.\); missing: readout.1.bias$"):
        net.load_state_dict({f"module.{name}": one for name, one in saved.items() if name != "readout.1.bias"})
    with pytest.raises(RuntimeError, match=r"mis-shaped: readout.1.bias \(the state dict has \(1,\), the network \("):
        net.load_state_dict({**saved, "readout.1.bias": torch.ones(1)})
    assert net.load_state_dict({"a": torch.ones(1)}, strict=False).unexpected_keys == ["a"]
    with pytest.raises(RuntimeError, match=r"does not fit Digits; mis-shaped: readout.1.bias \("):
        net.load_state_dict({"a": torch.ones(1), "readout.1.bias": torch.ones(1)}, strict=False)


def test_paths_without_an_end(Digits, tmp_path):
    net = Digits(seed=0)
    for act in (net.save, net.load):
        with pytest.raises(cortexpr.UsageError, match="a path has no 0 in it"):
            act(str(tmp_path / "a\0b.pt"))
    assert not list(tmp_path.iterdir())


def with_checkpoint(net, images, labels, **options):
    net.zero_grad()
    answers = torch.utils.checkpoint.checkpoint(net, images, 3, **options)
    torch.nn.functional.cross_entropy(answers, labels).backward(retain_graph=True)
    return [one.grad.clone() for one in net.parameters()]


@pytest.mark.parametrize("executor", ["planned", "transparent"])
def test_a_checkpoint_repeats_its_draws(Digits, images, labels, executor):
    plain, other = (Digits(seed=0, executor=executor) for _ in range(2))
    for _ in range(2):
        expected = gradients(plain, images, labels)
        found = with_checkpoint(other, images, labels, use_reentrant=False, context_fn=other.repeat_draws)
        assert all(torch.equal(one, two) for one, two in zip(expected, found))
    assert torch.equal(plain(images, 3), other(images, 3))  # and draws on where it was
    answers = torch.utils.checkpoint.checkpoint(other, images, 3, use_reentrant=False, context_fn=other.repeat_draws)
    twice = [torch.autograd.grad(answers.sum(), list(other.parameters()), retain_graph=True) for _ in range(2)]
    assert all(torch.equal(one, two) for one, two in zip(*twice))


@pytest.mark.parametrize("reentrant", [False, True])
def test_a_checkpoint_that_would_draw_anew_is_refused(Digits, images, labels, reentrant):
    net = Digits(seed=0)
    shown = images.requires_grad_(True)
    with pytest.raises(cortexpr.UsageError, match="context_fn=net.repeat_draws"):
        with_checkpoint(net, shown, labels, use_reentrant=reentrant)
    expected = gradients(net.eval(), shown, labels)
    found = with_checkpoint(net, shown, labels, use_reentrant=reentrant)
    assert all(torch.equal(one, two) for one, two in zip(expected, found))


def test_a_loop_goes_on_with_the_draws_of_before(Digits, images, labels):
    def learn(net, optimizer, steps):
        return [optimizer.train_step(images, labels, 3).item() for _ in range(steps)]

    net = Digits(seed=0, data=images)
    optimizer = cortexpr.optim.Adam(net)
    learn(net, optimizer, 2)
    saved = copy.deepcopy({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "gains": net.step_gains,
                           "draws": net.generator_state})
    expected = learn(net, optimizer, 2)
    again = Digits(seed=5)
    again.load_state_dict(saved["net"])
    again.step_gains, again.generator_state = saved["gains"], saved["draws"]
    goes_on = cortexpr.optim.Adam(again)
    goes_on.load_state_dict(saved["optimizer"])
    assert learn(again, goes_on, 2) == expected
    for wrong in (3, torch.zeros(3, dtype=torch.uint8), saved["draws"].float()):
        with pytest.raises(cortexpr.UsageError, match="generator_state is what net.generator_state has given"):
            again.generator_state = wrong


@pytest.mark.parametrize("ending", ["csv", "onnx", "h5", "ckpt", ""])
def test_files_of_other_formats_are_not_written(Digits, tmp_path, ending):
    with pytest.raises(cortexpr.UsageError, match="end it in .safetensors, .pt, .pth or .npz"):
        Digits(seed=0).save(tmp_path / f"net.{ending}")
    assert not list(tmp_path.iterdir())
    for known in ("SAFETENSORS", "pt", "pth", "npz"):
        Digits(seed=0).save(tmp_path / f"net.{known}")
