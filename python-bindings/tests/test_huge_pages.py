"""Huge pages: left alone where a virtual machine reports its free memory to its host."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import hypostyle as hs
kept = [hs.DataFrame({"x": range(400_000)}).assign(y=hs.col("x") * 2.5).persist() for _ in range(20)]
lines = open("/proc/self/smaps_rollup").read().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("AnonHugePages")))
"""


def reports_free_memory() -> bool:
    """Whether the memory balloon of virtio has agreed to report free pages."""
    for device in Path("/sys/bus/virtio/devices").glob("*"):
        if (device / "device").read_text().strip() == "0x0005":
            return (device / "features").read_text()[5] == "1"
    return False


def huge_kib(**environment: str) -> int:
    env = {name: value for name, value in os.environ.items() if name != "MIMALLOC_ALLOW_THP"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=env | environment, capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="Linux tells how much of memory is huge pages")
@pytest.mark.skipif(not reports_free_memory(), reason="the machine keeps its free memory")
def test_no_huge_pages_where_free_memory_is_given_away() -> None:
    modes = Path("/sys/kernel/mm/transparent_hugepage/enabled").read_text()
    if "[madvise]" not in modes:
        pytest.skip("huge pages are not for those who ask")
    # What NumPy asks for in between is its own.
    assert huge_kib() < 40_000
    assert huge_kib(MIMALLOC_ALLOW_THP="1") > 100_000
