"""The code and the outputs in docs/python.md and README.md are those of this package."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import numpy as np
import pytest
import torch

import cortexpr

ROOT = Path(__file__).parents[2]
PAGE, README = ((ROOT / name).read_text() for name in ("docs/python.md", "README.md"))


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"test_docs.py -->\n```{language}\n(.*?)```", text, re.S)


def on_a_small_grid(code: str) -> str:
    """Fitting the balanced initialisation to 28 x 28 takes seconds, and shows no more."""
    return code.replace("28, 28", "8, 8")


def test_the_pages_code_runs(images, labels):
    names = {"images": images, "labels": labels}
    training, recording, _ = blocks(PAGE, "python")
    exec(on_a_small_grid(training), names)
    exec(on_a_small_grid(recording), names)
    assert names["rates"].shape == (6, 5, 16, 8, 8) and torch.isfinite(names["later"].logits).all()


def test_the_pages_connectome_runs(tmp_path, monkeypatch):
    names = dict(cortexpr=cortexpr, pre=np.array([0, 1, 2]), post=np.array([2, 3, 3]), contacts=np.array([4, 2, 1]),
                 types=["R", "R", "I", "T"], stimulus=torch.rand(3, 2))
    rows = "".join(f"{a},{b},{w}\n" for a, b, w in zip(names["pre"], names["post"], names["contacts"]))
    for name, text in (("connections", "pre,post,weight\n" + rows), ("cell_types", "id,type\n0,R\n1,R\n2,I\n3,T\n")):
        (tmp_path / f"{name}.csv.gz").write_bytes(gzip.compress(text.encode()))
    monkeypatch.chdir(tmp_path)
    exec(blocks(PAGE, "python")[2], names)
    assert names["logits"].shape == (3, 4) and names["rates"].shape == (3, 10, 1)


def test_the_readmes_code_runs(images):
    code, = blocks(README, "python")
    names = {"images": images}
    exec(on_a_small_grid(code), names)
    assert names["logits"].shape == (6, 10) and names["rates"].shape == (6, 5, 16, 8, 8)


def test_the_pages_error_is_what_is_raised():
    shown, = blocks(PAGE, "text")
    declaration = re.search(r'declare\("""(.*?)"""', PAGE, re.S)[1]
    with pytest.raises(cortexpr.WiringError) as caught:
        cortexpr.declare(declaration.replace("from<I, 1, 1, 0>", "from<I, 0, 0, 0>"))
    assert shown.strip() == f"cortexpr.errors.WiringError: {caught.value}"
