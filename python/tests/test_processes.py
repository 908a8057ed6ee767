"""Networks in other processes: pickle, torch.save, loaders, distributed training."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import cortexpr

CUSTOM = """
struct Squared {
    static constexpr bool can_be_negative = false;
    template <class Real> static constexpr Real value(Real x) { return x * x; }
    template <class Real> static constexpr Real slope(Real x) { return 2 * x; }
};
struct E : excitatory<2, nonlinearity<custom<Squared>>> {};
struct V1 : area<input<1, 4, 4>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<1>> {};
"""


class Wrapped(torch.nn.Module):
    """A user's own module around one."""

    def __init__(self, net):
        super().__init__()
        self.net = net


def in_another_process(script, *arguments, **environment):
    done = subprocess.run([sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True, check=False,
                          env={**os.environ, **environment})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_is_one_libtorch():
    loaded = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "libtorch_cpu.so" in line}
    assert loaded == {str(Path(torch.__file__).parent / "lib" / "libtorch_cpu.so")}


def test_pickle_keeps_all(Digits, images):
    net = Digits(seed=0, data=images, precision="bfloat16")
    net(images, 2)
    again = pickle.loads(pickle.dumps(net))
    assert type(again) is Digits and again.precision == "bfloat16" and again.step_gains == net.step_gains
    assert torch.equal(again(images, 2), net(images, 2))
    assert pickle.loads(pickle.dumps(Digits)) is Digits and pickle.loads(pickle.dumps(cortexpr.Network)) is cortexpr.Network
    optimizer = torch.optim.SGD(again.parameters(), lr=1)
    cortexpr.optim.project_after(optimizer)
    again(images, 2).square().sum().backward()
    optimizer.step()
    again(images, 2)


def test_a_saved_network_is_loaded_without_its_declaration(Digits, images, tmp_path):
    net = Digits(seed=4).eval()
    torch.save(net, tmp_path / "net.pt")
    torch.save({"images": images, "logits": net(images, 3).detach()}, tmp_path / "run.pt")
    said = in_another_process("""
import sys, torch
net, run = torch.load(sys.argv[1], weights_only=False), torch.load(sys.argv[2])
assert torch.equal(net(run["images"], 3), run["logits"])
print(type(net).__name__)
""", tmp_path / "net.pt", tmp_path / "run.pt", PATH="/nowhere")
    assert said == "Digits\n"


def test_a_network_with_code_is_declared_again(tmp_path):
    net = cortexpr.declare(CUSTOM)(seed=1).eval()
    assert type(pickle.loads(pickle.dumps(net))) is type(net)
    images = torch.rand(2, 1, 4, 4)
    torch.save((net, images, net(images, 3).detach()), tmp_path / "net.pt")
    in_another_process("""
import sys, torch
net, images, expected = torch.load(sys.argv[1], weights_only=False)
assert torch.equal(net(images, 3), expected)
""", tmp_path / "net.pt")


def test_state_dicts_are_plain(Digits, tmp_path):
    net = Digits(seed=4)
    torch.save(net.state_dict(), tmp_path / "state.pt")
    other = Digits(seed=5)
    assert other.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True)).missing_keys == []
    assert all(torch.equal(one, two) for one, two in zip(net.parameters(), other.parameters()))


def test_trains_from_a_loader_with_workers(Digits, images, labels):
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(images, labels), batch_size=3, num_workers=2)
    net = Digits(seed=0, data=images)
    optimizer = torch.optim.Adam(net.parameters())
    cortexpr.optim.project_after(optimizer)
    for shown, named in loader:
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(shown, steps=2), named).backward()
        optimizer.step()
    assert torch.isfinite(net(images, 2)).all()


DISTRIBUTED = """
import os, sys, torch, cortexpr
from torch.nn.parallel import DistributedDataParallel
rank, store, whole = int(sys.argv[1]), sys.argv[2], torch.load(sys.argv[3])
torch.set_num_threads(1)
torch.distributed.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=2)
net = cortexpr.from_json(whole["description"])(seed=7 + rank)     # rank 0's parameters are broadcast
parallel = DistributedDataParallel(net.eval())
mine = slice(3 * rank, 3 * rank + 3)
torch.nn.functional.cross_entropy(parallel(whole["images"][mine], steps=3), whole["labels"][mine]).backward()
for one, expected in zip(net.parameters(), whole["gradients"]):
    torch.testing.assert_close(one.grad, expected, rtol=1e-5, atol=1e-6)
net.zero_grad()
try:
    cortexpr.optim.Adam(net).train_step(whole["images"][mine], whole["labels"][mine], 3)
except cortexpr.UsageError as error:
    assert "along the gradients of this process alone, and there are 2" in str(error), error
else:
    raise AssertionError("ranks would drift apart")
adam = cortexpr.optim.Adam(parallel, 0.01)
for _ in range(2):
    adam.train_step(whole["images"][mine], whole["labels"][mine], 3)
for one in net.parameters():
    others = [torch.empty_like(one) for _ in range(2)]
    torch.distributed.all_gather(others, one.detach())
    assert torch.equal(*others)
torch.distributed.destroy_process_group()
os._exit(0)  # gloo's threads may still let go of a tensor, which aborts where the interpreter is ending (torch 2.11, without us)
"""


def test_two_processes_have_the_gradients_of_one(Digits, images, labels, tmp_path):
    if not torch.distributed.is_gloo_available():
        pytest.skip("this torch has no gloo")
    net = Digits(seed=7).eval()
    torch.nn.functional.cross_entropy(net(images, steps=3), labels).backward()
    torch.save({"description": net.describe(), "images": images, "labels": labels,
                "gradients": [one.grad for one in net.parameters()]}, tmp_path / "whole.pt")
    started = [subprocess.Popen([sys.executable, "-c", DISTRIBUTED, str(rank), tmp_path / "store", tmp_path / "whole.pt"],
                                stderr=subprocess.PIPE, text=True) for rank in range(2)]
    for one in started:
        said = one.communicate(timeout=120)[1]
        assert one.returncode == 0, said


def answer_in(net, shown, steps, answers):
    answers.put(net(shown, steps).detach().numpy())


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_network_is_handed_to_a_process(Digits, images, method):
    net = Digits(seed=0).eval()
    context = torch.multiprocessing.get_context(method)
    answers = context.SimpleQueue()
    process = context.Process(target=answer_in, args=(net, images, 3, answers))
    process.start()
    found = answers.get()
    process.join()
    assert process.exitcode == 0 and torch.equal(torch.from_numpy(found), net(images, 3))


def test_what_was_compiled_in_place_is_pickled(Digits, images):
    net = Digits(seed=0).eval()
    net.compile(backend="eager")
    assert torch.equal(pickle.loads(pickle.dumps(net))(images, 2), net(images, 2))
