"""The limit on memory: queries that would need more stop with an error, and the session goes on."""

from __future__ import annotations

import subprocess
import sys
import threading

import hypostyle as hs
import pytest

SCRIPT = """
import hypostyle as hs
from pathlib import Path

def held():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) << 10

small = hs.DataFrame({"x": range(20_000)}).persist()
assert hs.config()["memory_bytes"] is None or hs.config()["memory_bytes"] > held()
limit = held() + (200 << 20)
hs.set_config(memory_bytes=limit, join_rows=10**10)
pairs = small.merge(small, how="cross")
try:
    pairs.compute()
except hs.errors.MemoryLimitError as error:
    assert isinstance(error, MemoryError), type(error)
    assert "are allowed" in str(error) and "memory_bytes" in str(error), error
else:
    raise AssertionError("400 million rows in 200 MiB")
print(held() < limit + (600 << 20))
# What needs less goes on.
print(len(small))
hs.set_config(memory_bytes=0)
for within in (lambda frame: frame.compute(memory=limit), lambda frame: frame["x_x"].compute(memory=limit)):
    try:
        within(small.merge(small, how="cross"))
    except hs.errors.MemoryLimitError:
        pass
    else:
        raise AssertionError("400 million rows in 200 MiB")
hs.set_config(memory_bytes=0)
print(hs.config()["memory_bytes"])
print(len(small.merge(small, on="x")))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what a process holds")
def test_a_query_that_needs_more_memory_than_allowed_stops() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["True", "20000", "None", "20000"]


def test_amounts_of_memory_are_numbers_or_texts() -> None:
    before = hs.config()["memory_bytes"]
    try:
        hs.set_config(memory_bytes="2GB")
        assert hs.config()["memory_bytes"] == 2 * 10**9
        hs.set_config(threads=None)
        assert hs.config()["memory_bytes"] == 2 * 10**9
        with pytest.raises(hs.errors.InvalidArgumentError, match="memory_bytes is a number of bytes or a text"):
            hs.set_config(memory_bytes="much")
        with pytest.raises(hs.errors.InvalidArgumentError, match="1 MiB"):
            hs.set_config(memory_bytes=1000)
    finally:
        hs.set_config(memory_bytes=before or 0)


def test_settings_of_a_block_of_code() -> None:
    before = hs.config()
    seen = []
    with hs.threads(1), hs.memory_limit("3GB"):
        assert (hs.config()["threads"], hs.config()["memory_bytes"]) == (1, 3_000_000_000)
        with hs.memory_limit(None):
            assert hs.config()["memory_bytes"] is None
        other = threading.Thread(target=lambda: seen.append(hs.config()))
        other.start()
        other.join()
        assert hs.DataFrame({"x": [1, 2]})["x"].sum() == 3
    assert seen == [before] and hs.config() == before
    with pytest.raises(ZeroDivisionError), hs.threads(1):
        raise ZeroDivisionError
    assert hs.config() == before
    with pytest.raises(ValueError, match="at least 1"), hs.threads(0):
        pass
    with pytest.raises(hs.errors.HypostyleError, match="memory"), hs.memory_limit("much"):
        pass
    assert hs.config() == before


def test_blocks_of_tasks_end_in_any_order() -> None:
    before = hs.config()
    one, other = hs.threads(1), hs.memory_limit("3GB")
    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    assert hs.config() == {**before, "memory_bytes": 3_000_000_000}
    other.__exit__(None, None, None)
    assert hs.config() == before
