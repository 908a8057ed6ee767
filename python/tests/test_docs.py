"""The code and the outputs in docs/python.md and README.md are those of this package."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

import cortexpr

ROOT = Path(__file__).parents[2]
PAGE, README = ((ROOT / name).read_text() for name in ("docs/python.md", "README.md"))


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"test_docs.py -->\n```{language}\n(.*?)```", text, re.S)


def on_a_small_grid(code: str) -> str:
    """Fitting the balanced initialisation to 28 x 28 takes seconds, and shows no more."""
    return code.replace("28, 28", "8, 8").replace("images, labels = torch.rand(64", "images, labels = torch.rand(6").replace("(64,)", "(6,)")


def test_the_pages_code_runs(images, labels, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"images": images, "labels": labels}
    training, checkpoint, recording, _ = blocks(PAGE, "python")
    exec(on_a_small_grid(training), names)
    before = names["net"]
    exec(checkpoint, names)
    assert names["net"] is not before and torch.equal(names["net"].eval()(images, 2), before.eval()(images, 2))
    exec(on_a_small_grid(recording), names)
    assert names["rates"].shape == (6, 5, 16, 8, 8) and torch.isfinite(names["later"].logits).all()


def test_the_pages_connectome_runs(tmp_path, monkeypatch):
    types = ["R"] * 6 + ["L1"] * 3 + ["T4a"] * 2
    (tmp_path / "cell_types.csv").write_text("id,type\n" + "".join(f"{cell},{one}\n" for cell, one in enumerate(types)))
    pairs = [(pre, post) for pre in range(9) for post in range(6, 11) if (types[pre], types[post]) != ("L1", "L1")]
    (tmp_path / "connections.csv").write_text("pre,post,weight\n" + "".join(f"{pre},{post},3\n" for pre, post in pairs))
    monkeypatch.chdir(tmp_path)
    names = {"stimulus": torch.rand(5, 6), "cortexpr": cortexpr}
    exec(blocks(PAGE, "python")[3], names)
    assert names["logits"].shape == (5, 4) and names["rates"].shape == (5, 10, 2)
    assert names["net"].synapse_count == len(pairs) and names["run"]["output"].shape == (5, 10, 2)


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
