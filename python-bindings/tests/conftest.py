"""What the tests share."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Iterator
from pathlib import Path

import hypostyle as hs
import pyarrow as pa
import pytest


@pytest.fixture
def every_type() -> pa.Table:
    """One column per type, with a missing value in each."""
    day, moment = dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 12, 30, 15)
    columns = {
        "bool": pa.array([True, None, False]),
        "string": pa.array(["a", None, "a text much longer than twelve bytes"]),
        "binary": pa.array([b"a", None, b"\x00"]),
        "date": pa.array([day, None, dt.date(1969, 12, 31)]),
        "time": pa.array([dt.time(1, 2, 3), None, dt.time(0)], pa.time64("ns")),
        "naive": pa.array([moment, None, dt.datetime(1969, 1, 1)], pa.timestamp("us")),
        "zoned": pa.array([moment, None, dt.datetime(1969, 1, 1)], pa.timestamp("ns", "Europe/Oslo")),
        "duration": pa.array([dt.timedelta(days=1), None, dt.timedelta(seconds=-1)], pa.duration("ms")),
        "decimal": pa.array([1, None, -2], pa.decimal128(10, 2)),
        "list": pa.array([[1, 2], None, []], pa.list_(pa.int64())),
        "struct": pa.array([{"a": 1}, None, {"a": None}], pa.struct([("a", pa.int64())])),
        "null": pa.nulls(3),
    }
    for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"):
        columns[name] = pa.array([1, None, 3], getattr(pa, name)())
    return pa.table(columns)


@pytest.fixture
def two_threads():
    """There are workers for two, whatever the machine has."""
    before = hs.config()["threads"]
    hs.set_config(threads=2)
    yield
    hs.set_config(threads=before)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of half a MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(place)]
    try:
        allowed = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    if not allowed:
        pytest.skip("file systems may not be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)
