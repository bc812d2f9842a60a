"""The notebook runs from top to bottom, and is committed without outputs or places of one machine."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "docs" / "notebooks" / "flights.ipynb"


def test_notebook_runs(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOK.parent)}})
    client.execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in shown), "no picture"
    text = " ".join(str(output.get("data", output.get("text", ""))) for output in shown)
    assert "Frontier Airlines" in text
    assert "text/html" in text, "frames are shown as HTML"


def test_notebook_is_committed_clean():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert not any(place in text for place in ["/home/", "/root/", "/Users/", "/tmp/"])
