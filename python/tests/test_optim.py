"""cortexpr.optim.Adam beside torch.optim's, and what only it does."""

import copy
import io
import warnings

import pytest
import torch
from torch.nn.utils import prune

import cortexpr

from conftest import DIGITS, loss_of


def both(Digits, images, *, decay=0.0, **options):
    """The same network twice, under torch's Adam with what ours does by itself, and under ours."""
    theirs, mine = (Digits(seed=0, data=images) for _ in range(2))
    groups = cortexpr.optim.parameter_groups(theirs, 0.01)
    decoupled = options.get("decoupled_weight_decay", False)
    for group in groups:
        group["weight_decay"] = decay * 0.01 / group["lr"] if decoupled else decay
    torchs = torch.optim.Adam(groups, fused=True, **options)
    cortexpr.optim.project_after(torchs)
    return (theirs, torchs), (mine, cortexpr.optim.Adam(mine, 0.01, weight_decay=decay, **options))


def learn(net, optimizer, images, labels, steps):
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(net, images, labels).backward()
        optimizer.step()


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize("options", [{}, {"decay": 0.1}, {"decay": 0.1, "decoupled_weight_decay": True},
                                     {"amsgrad": True, "maximize": True, "betas": (0.8, 0.9), "eps": 1e-6}])
def test_steps_as_torchs_adam_does(Digits, images, labels, options):
    one, other = both(Digits, images, **options)
    before = copy.deepcopy(other[0])
    for net, optimizer in (one, other):
        learn(net.eval(), optimizer, images, labels, 3)
    assert same(one[0], other[0])
    assert not same(before, other[0])


def test_its_state_is_torchs(Digits, images, labels):
    (theirs, torchs), (mine, own) = both(Digits, images)
    learn(theirs.eval(), torchs, images, labels, 2)
    file = io.BytesIO()
    torch.save(torchs.state_dict(), file)
    file.seek(0)
    own.load_state_dict(torch.load(file))
    mine.load_state_dict(theirs.state_dict())
    assert own.param_groups[0]["lr"] == pytest.approx(0.01)  # of groups by gain
    for net, optimizer in ((theirs, torchs), (mine.eval(), own)):
        learn(net, optimizer, images, labels, 2)
    assert same(theirs, mine)
    torchs = torch.optim.Adam(theirs.parameters())
    torchs.load_state_dict(own.state_dict())
    assert all(torch.equal(torchs.state[a][name], own.state[b][name]) for a, b in zip(theirs.parameters(), mine.parameters())
               for name in ("step", "exp_avg", "exp_avg_sq"))


def test_a_copy_projects_its_own_network(Digits, images, labels):
    net = Digits(seed=0, data=images)
    optimizer = cortexpr.optim.Adam(net, 1.0)
    again, copied = copy.deepcopy((net, optimizer))
    learn(again, copied, images, labels, 2)
    assert not same(net, again)
    again(images, 1)  # would refuse weights that break Dale's law
    del again, net
    copied.step()  # an optimiser may outlive its network


def test_schedules_hooks_and_closures(Digits, images, labels):
    net = Digits(seed=0, data=images)
    optimizer = cortexpr.optim.Adam(net, 0.1)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 0.5, total_iters=2)
    seen = []
    optimizer.register_step_post_hook(lambda *_: seen.append(net.parameter("weight_of(E->I)").min().item()))

    def closure():
        optimizer.zero_grad()
        loss = loss_of(net, images, labels)
        loss.backward()
        return loss

    assert optimizer.step(closure).item() > 0
    assert len(seen) == 1 and seen[0] >= 0
    schedule.step()
    assert [group["lr"] for group in optimizer.param_groups] == pytest.approx([0.075])


def test_gradients_are_dropped_or_zeroed(Digits, images, labels):
    net = Digits(seed=0)
    optimizer = cortexpr.optim.Adam(net)
    loss_of(net, images, labels).backward()
    optimizer.zero_grad(set_to_none=False)
    assert all((one.grad == 0).all() for one in net.parameters())
    optimizer.zero_grad()
    assert all(one.grad is None for one in net.parameters())


def test_parts_of_a_module(Digits, images):
    whole = torch.nn.ModuleDict({"net": Digits(seed=0, data=images), "head": torch.nn.Linear(10, 2)})
    frozen = whole["net"].parameter("weight_of(E->I)").requires_grad_(False)
    optimizer = cortexpr.optim.Adam(whole, 0.5)
    unused, before = whole["head"].bias.clone(), frozen.clone()
    whole["net"](images, 2).square().sum().backward()
    optimizer.step()
    whole["net"](images, 2)
    assert torch.equal(whole["head"].bias, unused)  # had no gradient
    assert torch.equal(frozen, before)


def test_what_it_refuses(Digits):
    net = Digits(seed=0)
    with pytest.raises(cortexpr.UsageError, match=r"takes the module itself, as in Adam\(net\), not a generator"):
        cortexpr.optim.Adam(net.parameters())
    with pytest.raises(cortexpr.UsageError, match="Linear holds no network; use torch.optim.Adam"):
        cortexpr.optim.Adam(torch.nn.Linear(2, 2))
    with pytest.raises(cortexpr.UsageError, match="all parameters of Digits are frozen"):
        cortexpr.optim.Adam(net.requires_grad_(False))


def written_out(net, optimizer, images, labels):
    """What train_step is in torch's words."""
    loss = loss_of(net, images, labels)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach()


@pytest.mark.parametrize("hooked", [False, True])
def test_a_training_step_in_one_call_is_the_loop(Digits, images, labels, hooked):
    """With dropout: both draw the same."""
    loops, calls = (Digits(seed=0, data=images) for _ in range(2))
    looped, called = (cortexpr.optim.Adam(net, 0.05, weight_decay=0.01) for net in (loops, calls))
    schedules = [torch.optim.lr_scheduler.StepLR(one, 2) for one in (looped, called)]
    if hooked:
        seen = []
        calls.register_forward_hook(lambda *_: seen.append("forward"))
        called.register_step_post_hook(lambda *_: seen.append("step"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a schedule warns where it steps before the optimiser
        for _ in range(3):
            before = written_out(loops, looped, images, labels)
            loss = called.train_step(images.numpy(), labels, steps=3)
            assert torch.equal(loss, before) and not loss.requires_grad
            assert all(one.grad is None for one in calls.parameters())
            for schedule in schedules:
                schedule.step()
    assert same(loops, calls)
    assert called.state_dict()["state"].keys() == looped.state_dict()["state"].keys()
    if hooked:
        assert seen == ["forward", "step"] * 3


def test_a_training_step_goes_on_from_a_loaded_state(Digits, images, labels):
    nets = [Digits(seed=0, data=images).eval() for _ in range(2)]
    one, other = (cortexpr.optim.Adam(net, 0.05) for net in nets)
    one.train_step(images, labels, 3)
    nets[1].load_state_dict(nets[0].state_dict())
    other.train_step(images, labels, 3)  # has a state of its own, which the loaded one replaces
    nets[1].load_state_dict(nets[0].state_dict())
    other.load_state_dict(copy.deepcopy(one.state_dict()))  # torch's shares tensors
    copied_net, copied = copy.deepcopy((nets[1], other))
    for optimizer in (one, other, copied):
        optimizer.train_step(images, labels, 3)
    assert same(nets[0], nets[1]) and same(nets[0], copied_net)


def test_a_training_step_of_what_is_frozen_or_thawed(Digits, images, labels):
    nets = [Digits(seed=0, data=images).eval() for _ in range(2)]
    for net in nets:
        net.parameter("weight_of(E->I)").requires_grad_(False)
    optimizers = [cortexpr.optim.Adam(net, 0.05) for net in nets]
    for thawed in (False, True):
        if thawed:
            for net, optimizer in zip(nets, optimizers):
                net.parameter("weight_of(E->I)").requires_grad_(True)
        before = copy.deepcopy(nets[0])
        for _ in range(2):
            written_out(nets[0], optimizers[0], images, labels)
            optimizers[1].train_step(images, labels, 3)
        assert same(*nets)
        stayed = torch.equal(before.parameter("weight_of(E->I)"), nets[0].parameter("weight_of(E->I)"))
        assert stayed != thawed


def test_a_training_step_of_a_regressor(images):
    Angle = cortexpr.declare(DIGITS.replace("classifier<network<V1>, classes<10>", "regressor<network<V1>, targets<2>")
                             .replace("struct Digits", "struct Angle"))
    wanted = torch.rand(6, 2)
    nets = [Angle(seed=0, data=images).eval() for _ in range(2)]
    one, other = (cortexpr.optim.Adam(net, 0.05) for net in nets)
    for _ in range(2):
        torch.nn.functional.mse_loss(nets[0](images, 3), wanted).backward()
        one.step()
        one.zero_grad()
        other.train_step(images, wanted, 3)
    assert same(*nets)
    with pytest.raises(cortexpr.UsageError, match=r"the targets are of shape \(6\), but the answers of \(6, 2\)"):
        other.train_step(images, wanted[:, 0], 3)
    with pytest.raises(cortexpr.UsageError, match="the targets are of float64, but the answers of float32"):
        other.train_step(images, wanted.double(), 3)


def test_what_a_training_step_refuses(Digits, Pair, images, labels):
    net = Digits(seed=0, data=images)
    optimizer = cortexpr.optim.Adam(net)
    before = copy.deepcopy(net)
    with pytest.raises(cortexpr.UsageError, match="the input"):
        optimizer.train_step(images[:, :, 1:], labels, 3)
    with pytest.raises(cortexpr.UsageError, match="none of the network's"):
        optimizer.train_step(images, labels + 5, 3)
    assert same(net, before) and not optimizer.state
    whole = torch.nn.Sequential(net, torch.nn.Linear(10, 2))
    with pytest.raises(cortexpr.UsageError, match="write the loop"):
        cortexpr.optim.Adam(whole).train_step(images, labels, 3)
    with pytest.raises(cortexpr.UsageError, match="the network of this optimiser is gone"):
        cortexpr.optim.Adam(Digits(seed=0)).train_step(images, labels, 3)
    pair = Pair(seed=0)
    with pytest.raises(cortexpr.UsageError, match="this network has none"):
        cortexpr.optim.Adam(pair).train_step(torch.rand(2, 2, 9, 7), labels[:2], 3)


def test_parameters_that_were_replaced_are_not_stepped(Digits, images, labels):
    net = Digits(seed=0)
    optimizer = cortexpr.optim.Adam(net)
    optimizer.train_step(images, labels, 2)
    net.load_state_dict({name: one.clone() for name, one in net.state_dict().items()}, assign=True)
    with pytest.raises(cortexpr.UsageError, match="parameters of the network were replaced"):
        optimizer.train_step(images, labels, 2)
    cortexpr.optim.Adam(net).train_step(images, labels, 2)


class Normalised(torch.nn.Module):
    """A user's module around a network, with nothing of its own to learn."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, images, steps=None):
        return self.net((images - images.mean()) / images.std(), steps)


@pytest.mark.parametrize("how", ["wrapper", "derived", "on the network"])
def test_a_training_step_goes_through_the_forward_pass_that_is_there(Digits, images, labels, how):
    class Derived(Digits):
        def forward(self, images, steps=None, **options):
            return super().forward((images - images.mean()) / images.std(), steps, **options)

    looped, called = ((Derived if how == "derived" else Digits)(seed=0, data=images) for _ in range(2))
    one = looped if how == "derived" else Normalised(looped)
    other = Normalised(called) if how == "wrapper" else called
    if how == "on the network":
        called.forward = lambda shown, steps=None, **options: type(called).forward(
            called, (shown - shown.mean()) / shown.std(), steps, **options)
    optimizer, adam = cortexpr.optim.Adam(one, 0.05), cortexpr.optim.Adam(other, 0.05)
    for _ in range(2):
        torch.nn.functional.cross_entropy(one(images, 3), labels).backward()
        optimizer.step()
        optimizer.zero_grad()
        adam.train_step(images, labels, 3)
    assert same(looped, called)


def test_a_training_step_asks_no_more_of_a_wrapper_than_was_given(Digits, images, labels):
    plain, wrapped = (Digits(seed=0, data=images) for _ in range(2))
    frames = images.unsqueeze(1).expand(-1, 3, -1, -1, -1)  # a sequence brings its steps
    cortexpr.optim.Adam(plain).train_step(frames, labels)
    around = torch.nn.Sequential(torch.nn.Identity(), wrapped)
    cortexpr.optim.Adam(around).train_step(frames, labels)
    assert same(plain, wrapped)


def test_what_is_changed_of_the_state_counts(Digits, images, labels):
    """The engine holds the state's tensors."""
    (theirs, torchs), (mine, own) = both(Digits, images)
    for net, optimizer in ((theirs.eval(), torchs), (mine.eval(), own)):
        learn(net, optimizer, images, labels, 2)
        for kept in optimizer.state.values():
            kept["exp_avg"] = torch.zeros_like(kept["exp_avg"])
        learn(net, optimizer, images, labels, 1)
    assert all(type(kept) is dict for kept in own.state_dict()["state"].values())
    file = io.BytesIO()
    torch.save(own.state_dict(), file)
    file.seek(0)
    torch.load(file)  # weights only
    for net, optimizer in ((theirs, torchs), (mine, own)):
        for group in optimizer.param_groups:
            group["params"] = [one for one in group["params"] if one is net.parameter("tau_of(E)")]
        learn(net, optimizer, images, labels, 1)
    assert same(theirs, mine)
    own.param_groups[0]["lr"] = "fast"
    with pytest.raises(cortexpr.UsageError, match="are numbers"):
        own.step()
    del own.state[own.param_groups[0]["params"][0]]["exp_avg"]
    with pytest.raises(cortexpr.UsageError, match="has no exp_avg any more"):
        learn(mine, own, images, labels, 1)


def test_a_checkpoint_needs_the_step_gains(Digits, images, labels):
    net = Digits(seed=0, data=images).eval()
    optimizer = cortexpr.optim.Adam(net, 0.05)
    optimizer.train_step(images, labels, 3)
    saved = copy.deepcopy({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "gains": net.step_gains})
    optimizer.train_step(images, labels, 3)
    again = Digits(seed=1).eval()
    again.load_state_dict(saved["net"])
    goes_on = cortexpr.optim.Adam(again, 0.05)
    with pytest.raises(cortexpr.UsageError, match="set net.step_gains first"):
        goes_on.load_state_dict(saved["optimizer"])
    again.step_gains = saved["gains"]
    goes_on.load_state_dict(saved["optimizer"])
    goes_on.train_step(images, labels, 3)
    assert same(net, again)
    name = next(iter(saved["gains"]))
    for wrong, says in (({name: 1.0}, "has a gain for each parameter"), ({**saved["gains"], "x": 1}, "an unknown 'x'"),
                        ({**saved["gains"], name: -1}, "is a positive number, not -1"), ([1.0], "a dict by name")):
        with pytest.raises(cortexpr.UsageError, match=says):
            again.step_gains = wrong


def test_other_refusals_of_a_training_step(Digits, images, labels):
    net = Digits(seed=0)
    with pytest.raises(cortexpr.UsageError, match="steps parameters of no network"):
        copy.deepcopy(cortexpr.optim.Adam(net)).train_step(images, labels, 3)
    with pytest.raises(cortexpr.UsageError, match="call net.project.. first in its closure"):
        cortexpr.optim.project_after(torch.optim.LBFGS(net.parameters()))
    with pytest.raises(cortexpr.UsageError, match="the module that this optimiser was made from is gone"):
        cortexpr.optim.Adam(Normalised(net)).train_step(images, labels, 3)
    torch.nn.utils.parametrizations.weight_norm(net.get_submodule("readout.4"), "weight")
    with pytest.raises(cortexpr.UsageError, match="readout.4.weight is computed by a parametrization"):
        cortexpr.optim.Adam(net).train_step(images, labels, 3)


def test_a_step_of_lbfgs_with_its_closure_projected(Digits, images, labels):
    net = Digits(seed=0, data=images).eval()
    optimizer = torch.optim.LBFGS(net.parameters(), lr=0.1, max_iter=4)

    def closure():
        net.project()
        optimizer.zero_grad()
        loss = loss_of(net, images, labels)
        loss.backward()
        return loss

    before = closure().item()
    optimizer.step(closure)
    assert closure().item() < before


def test_a_rate_that_is_set_keeps_the_gains(Digits, images, labels):
    """As OneCycleLR and loops set it, in each group."""
    set_later, given = (Digits(seed=0, data=images).eval() for _ in range(2))
    optimizer = cortexpr.optim.Adam(set_later, 0.5)
    torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.01, total_steps=10)
    for group in optimizer.param_groups:
        group["lr"] = 0.01
        group["betas"] = (0.9, 0.999)  # which OneCycleLR cycles
    optimizer.train_step(images, labels, 3)
    cortexpr.optim.Adam(given, 0.01).train_step(images, labels, 3)
    assert same(set_later, given)


def test_gains_are_those_of_the_step(Digits, images, labels):
    """A network that is drawn anew after its optimiser was made."""
    net = Digits(seed=0).eval()
    optimizer = cortexpr.optim.Adam(net, 0.001)
    net.initialise("balanced", data=images)
    assert max(net.step_gains.values()) > 10
    before = copy.deepcopy(net)
    optimizer.train_step(images, labels, 3)
    for name, gain in net.step_gains.items():  # the first step of Adam is lr long, where no bound is met
        moved = (net.get_parameter(name) - before.get_parameter(name)).abs().max().item() / (0.001 * gain)
        assert moved < 1.01
        assert moved > 0.9 or "tau" in name or "1->" in name or "2->" in name


@pytest.mark.parametrize("change", [lambda level: prune.l1_unstructured(level, "weight", 0.5),
                                    lambda level: torch.nn.utils.weight_norm(level, "weight"),
                                    lambda level: torch.nn.utils.parametrizations.weight_norm(level, "weight"),
                                    lambda level: torch.nn.utils.parametrize.register_parametrization(
                                        level, "weight", torch.nn.Identity())])
def test_what_stands_in_for_a_parameter_has_its_gain(Digits, images, change):
    net = Digits(seed=0, data=images)
    name = "rnn.areas.0.convs.0->0.0.weight"  # of the stimulus, so nothing is projected
    gain, level = net.step_gains[name], net.get_submodule(name.rsplit(".", 1)[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # weight_norm is the old one
        change(level)
    assert gain > 1
    rates = {id(one): group["lr"] for group in cortexpr.optim.parameter_groups(net, 1.0) for one in group["params"]}
    own = [one for one in level.parameters() if one is not level.bias]
    assert own and all(rates[id(one)] == gain for one in own)
    assert len(rates) == len(list(net.parameters()))
    before = [one.detach().clone() for one in own]
    optimizer = cortexpr.optim.Adam(net.eval(), 0.001)
    net(images, 3).square().sum().backward()
    optimizer.step()
    for one, was in zip(own, before):
        assert 0.9 < (one - was).abs().max() / (0.001 * gain) < 1.01


def test_pruned_weights_are_projected(Digits, images, labels):
    net = Digits(seed=0, data=images)
    level = net.get_submodule("rnn.areas.0.convs.1->1.0")
    prune.random_unstructured(level, "weight", 0.5)
    optimizer = cortexpr.optim.Adam(net, 0.5)
    for _ in range(3):
        learn(net, optimizer, images, labels, 1)
        assert level.weight_orig.min() >= 0
    prune.remove(level, "weight")
    assert (level.weight >= 0).all() and (level.weight == 0).float().mean() >= 0.5
    net(images, 2)


def test_a_compiled_step_is_a_step(Digits, images, labels):
    plain, compiled = (Digits(seed=0, data=images).eval() for _ in range(2))
    for net, wrap in ((plain, lambda step: step), (compiled, torch.compile)):
        optimizer = cortexpr.optim.Adam(net, 0.05)
        step = wrap(optimizer.step)
        for _ in range(2):
            loss_of(net, images, labels).backward()
            step()
            optimizer.zero_grad()
        wrap(optimizer.train_step)(images, labels, 3)
    assert same(plain, compiled)


def test_a_training_step_takes_what_comes_out_of_autocast(Digits, images, labels):
    one, other = (Digits(seed=0, data=images) for _ in range(2))
    rounded = images.bfloat16()
    with torch.autocast("cpu", torch.bfloat16):
        loss = cortexpr.optim.Adam(one).train_step(rounded, labels, 3)
    assert torch.equal(loss, cortexpr.optim.Adam(other).train_step(rounded.float(), labels, 3))
    assert same(one, other)


def test_parameters_that_were_converted_are_told(Digits, images, labels):
    net = Digits(seed=0, data=images)
    optimizer = cortexpr.optim.Adam(net)
    optimizer.train_step(images, labels, 3)
    before = copy.deepcopy(net.double())
    with pytest.raises(cortexpr.UsageError, match="is float64 on cpu now, but what Adam keeps of its gradients is float32"):
        optimizer.train_step(images.double(), labels, 3)
    assert same(net, before) and all(one.grad is None for one in net.parameters())
    again = cortexpr.optim.Adam(net)
    again.load_state_dict(optimizer.state_dict())
    again.train_step(images.double(), labels, 3)


def test_groups_of_an_older_state_are_joined(Digits, images, labels):
    """A group for each gain, with the rate times the gain, and nothing of what was frozen."""
    net, mine = (Digits(seed=0, data=images).eval() for _ in range(2))
    for one in (net, mine):
        one.parameter("tau_of(E)").requires_grad_(False)
    groups = [{**group, "params": [one for one in group["params"] if one.requires_grad], "weight_decay": 0.01 / (group["lr"] / 0.05)}
              for group in cortexpr.optim.parameter_groups(net, 0.05)]
    older = torch.optim.AdamW([group for group in groups if group["params"]], fused=True)
    cortexpr.optim.project_after(older)
    learn(net, older, images, labels, 2)
    optimizer = cortexpr.optim.Adam(mine, decoupled_weight_decay=True)
    optimizer.load_state_dict(older.state_dict())
    assert (optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["weight_decay"]) == pytest.approx((0.05, 0.01))
    mine.load_state_dict(net.state_dict())
    kept = [optimizer.state[two]["exp_avg"] for two in mine.parameters() if two.requires_grad]
    assert all(torch.equal(older.state[one]["exp_avg"], two)
               for one, two in zip((one for one in net.parameters() if one.requires_grad), kept, strict=True))
    for group in older.param_groups:  # as a loop sets them
        group["lr"], group["weight_decay"] = 0.02, 0.03
    optimizer.load_state_dict(older.state_dict())
    assert (optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["weight_decay"]) == (0.02, 0.03)
    with pytest.raises(cortexpr.UsageError, match="other step gains"):
        cortexpr.optim.Adam(Digits(seed=0)).load_state_dict(older.state_dict())
