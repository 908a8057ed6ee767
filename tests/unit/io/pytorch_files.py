"""Writes files with torch.save, as pytorch.cpp expects them: pytorch_files.py FOLDER. Those in tests/data/pytorch are from
PyTorch 2.11."""

import collections
import sys
from pathlib import Path

import torch


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    numbers = torch.arange(12, dtype=torch.float32).reshape(3, 4)
    storage = torch.arange(20, dtype=torch.float64)
    tensors = collections.OrderedDict(
        plain=numbers,
        transposed=numbers.t(),
        row=numbers[1],
        column=numbers[:, 1],
        every_other=storage[1::2][:4],
        scalar=torch.tensor(-7, dtype=torch.int64),
        empty=torch.zeros(0, 3),
        half=torch.tensor([1.5, -2.0], dtype=torch.float16),
        brain=torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
        flags=torch.tensor([True, False]),
        parameter=torch.nn.Parameter(torch.tensor([0.25])),
        small=torch.tensor([-3, 4], dtype=torch.int8),
    )
    for protocol in (2, 3, 4, 5):
        torch.save(tensors, folder / f"protocol_{protocol}.pt", pickle_protocol=protocol)
    torch.save(torch.nn.Sequential(torch.nn.Linear(2, 1)).state_dict(), folder / "state_dict.pt")
    model = torch.nn.DataParallel(torch.nn.Linear(2, 1))
    optimiser = torch.optim.Adam(model.parameters())
    model(torch.ones(1, 2)).sum().backward()
    optimiser.step()
    torch.save({"epoch": 3, "loss": 0.5, "model_state_dict": model.state_dict(), "best": None,
                "optimizer_state_dict": optimiser.state_dict()}, folder / "checkpoint.pt")
    torch.save({"one": {"w": numbers[0]}, "other": {"w": numbers[1]}}, folder / "several.pt")
    torch.save(torch.nn.Linear(2, 1), folder / "module.pt")
    torch.save(numbers[:1].expand(1000, 4), folder / "bare.pt")
    torch.save({"wide": torch.zeros(1).expand(1 << 20)}, folder / "expanded.pt")
    torch.save({"w": torch.zeros(2, dtype=torch.uint16)}, folder / "typed.pt")
    matrix = torch.sparse_coo_tensor([[1, 1, 0], [0, 2, 1]], [2.0, 3.0, 4.0], (4, 4)).coalesce()
    torch.save(matrix, folder / "sparse_coo.pt")
    torch.save(matrix.double().to_sparse_csr(), folder / "sparse_csr.pt")
    torch.save(matrix.to_dense().to_sparse_csc(), folder / "sparse_csc.pt")
    torch.save({"hh": matrix, "ih": torch.sparse_coo_tensor([[0, 3], [1, 0]], [0.5, -1.0], (4, 2)), "w": numbers},
               folder / "sparse_dict.pt")
    torch.save({"w": numbers}, folder / "old.pt", _use_new_zipfile_serialization=False)


main(Path(sys.argv[1]))
