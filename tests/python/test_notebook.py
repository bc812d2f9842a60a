"""The notebooks run from top to bottom, show what they are committed with, and hold nothing of one machine."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "notebooks"
#: Notebooks, and what they need beside Hypostyle and pandas.
NOTEBOOKS = {"flights": [], "vs_pandas": [], "from_dask": ["dask.dataframe"], "escape_the_gil": ["dask.dataframe"]}
PICTURES = ("flights", "vs_pandas", "escape_the_gil")


def code_of(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(cell):
    """What a cell shows, but for pictures and warnings."""
    texts = [output.get("data", {}).get("text/plain", output.get("text")) for output in cell.outputs if output.get("name") != "stderr"]
    return [text for text in texts if text is not None and not text.startswith("<Figure")]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_runs(name, monkeypatch):
    for module in NOTEBOOKS[name]:
        pytest.importorskip(module)
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    path = FOLDER / f"{name}.ipynb"
    notebook, committed = nbformat.read(path, as_version=4), nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(FOLDER)}}).execute()
    outputs = [output for cell in code_of(notebook) for output in cell.outputs]
    if name in PICTURES:
        assert any("image/png" in output.get("data", {}) for output in outputs), "no picture"
    text = " ".join(str(output.get("data", output.get("text", ""))) for output in outputs)
    if name == "flights":
        assert "Frontier Airlines" in text
        assert "text/html" in text, "frames are shown as HTML"
    for cell, was in zip(code_of(notebook), code_of(committed), strict=True):
        if was.outputs:
            assert shown(cell) == shown(was), cell.source


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_is_committed_clean(name):
    path = FOLDER / f"{name}.ipynb"
    for cell in code_of(nbformat.read(path, as_version=4)):
        assert cell.execution_count is None
        if name == "flights" or "measured" in cell.metadata.get("tags", []):
            assert cell.outputs == [], "times and pictures are of one machine"
    text = path.read_text(encoding="utf-8")
    assert not any(place in text for place in ["/home/", "/root/", "/Users/", "/tmp/"])
    assert not re.search(r"0x[0-9a-f]{8,}", text), "an address in memory"
