"""The Python blocks of the README and the guide run, in order, as a reader would type them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.M | re.S)


@pytest.mark.parametrize("name", ["README.md", "docs/guide/python.md"])
def test_blocks_run(name, tmp_path, monkeypatch):
    (tmp_path / "datasets").symlink_to(ROOT / "datasets")
    monkeypatch.chdir(tmp_path)
    found = blocks(ROOT / name)
    assert found, f"{name} has no Python block"
    scope: dict = {}
    for block in found:
        exec(compile(block, name, "exec"), scope)
