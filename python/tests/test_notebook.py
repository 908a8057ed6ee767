"""The notebook runs, and shows what its stored outputs show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "examples/notebooks/digits.ipynb"


def texts_of(notebook):
    """What each cell printed, with other digits in place of numbers that training decides."""
    texts = []
    for cell in notebook.cells:
        printed = "".join(one.get("text", "") for one in cell.get("outputs", ()))
        texts.append(re.sub(r"\d+\.\d+ %", "N %", printed))
    return texts


def test_the_notebook(tmp_path, monkeypatch):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    pytest.importorskip("matplotlib")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    stored = nbformat.read(NOTEBOOK, as_version=4)
    fresh = nbformat.read(NOTEBOOK, as_version=4)
    for cell in fresh.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbclient.NotebookClient(fresh, timeout=600, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    assert texts_of(fresh) == texts_of(stored)
    accuracies = [float(one) for one in re.findall(r"test accuracy (\d+\.\d) %", str(fresh.cells))]
    assert len(accuracies) == 3 and accuracies[-1] > 80  # chance is 10 %
    pictures = [one for cell in fresh.cells for one in cell.get("outputs", ()) if "image/png" in one.get("data", {})]
    assert len(pictures) == 3
