"""Files of which the first bytes are looked at before they are read: what is damaged is told by the reader."""

from __future__ import annotations

import gzip
from pathlib import Path

import hypostyle as hs
import pytest


def test_packed_json(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(b'[{"a": 1, "b": "text"}, {"a": 2, "b": "other"}]' * 20))
    path = tmp_path / "x.json.gz"
    for at in range(10, len(packed)):
        damaged = packed.copy()
        damaged[at] ^= 0xFF
        path.write_bytes(damaged)
        with pytest.raises(hs.errors.HypostyleError):
            hs.read_json(path).to_dict("list")
