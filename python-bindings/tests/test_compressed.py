"""Compressed text files: what we write others read, and the other way round."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma

import hypostyle as hs
import pandas as pd
import pyarrow as pa
import pytest
from hypostyle.errors import HypostyleError
from hypostyle.io import write_json

OPEN = {"gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}
NAMES = {"gz": "gzip", "bz2": "bz2", "xz": "xz", "zst": "zstd", "lz4": "lz4"}


def _read(path, ending: str) -> bytes:
    if ending in OPEN:
        with OPEN[ending](path) as file:
            return file.read()
    with pa.input_stream(str(path), compression=NAMES[ending]) as file:
        return file.read()


@pytest.fixture
def df() -> hs.DataFrame:
    return hs.DataFrame({"x": range(5000), "s": [f"text {i % 7}" for i in range(5000)]})


@pytest.mark.parametrize("ending", NAMES)
def test_csv_and_json_go_out_and_come_back(tmp_path, df, ending):
    path = tmp_path / f"a.csv.{ending}"
    df.to_csv(path)
    assert _read(path, ending).decode() == df.to_csv()
    assert path.stat().st_size < len(df.to_csv())
    assert hs.read_csv(path).to_dict("list") == df.to_dict("list")
    for name in (f"a.json.{ending}", f"a.ndjson.{ending}"):
        write_json(df, tmp_path / name)
        assert hs.read_json(tmp_path / name).to_dict("list") == df.to_dict("list")
    text = _read(tmp_path / f"a.json.{ending}", ending)
    assert text.startswith(b"[") and len(pd.read_json(io.BytesIO(text))) == 5000
    df.to_csv(tmp_path / "named.txt", compression=NAMES[ending])
    assert _read(tmp_path / "named.txt", ending) == _read(path, ending)
    assert hs.read_csv(tmp_path / "named.txt", compression=NAMES[ending]).shape == (5000, 2)


@pytest.mark.parametrize("ending", OPEN)
def test_files_of_others_are_read(tmp_path, ending):
    path = tmp_path / f"a.csv.{ending}"
    pd.DataFrame({"x": [1, 2], "s": ["a", None]}).to_csv(path, index=False)
    assert hs.read_csv(path).to_dict("list") == {"x": [1, 2], "s": ["a", None]}
    with OPEN[ending](tmp_path / f"a.txt.{ending}", "wb") as file:
        file.write(b"one\ntwo\n")
    assert hs.read_text(tmp_path / f"a.txt.{ending}").to_dict("list") == {"line": ["one", "two"]}


@pytest.mark.parametrize("ending", NAMES)
def test_folders_of_compressed_files(tmp_path, df, ending):
    df.to_csv(tmp_path / "f", partition_cols="s", compression=NAMES[ending])
    files = sorted(path.name for path in (tmp_path / "f").rglob("*.*"))
    assert files == [f"part-000000.csv.{ending}"] * 7
    back = hs.read_csv(tmp_path / "f").sort_values("x")
    assert back["x"].to_list() == list(range(5000))
    df.to_csv(tmp_path / "f", partition_cols="s", compression=NAMES[ending], overwrite=True)


@pytest.mark.parametrize("ending", NAMES)
def test_damage_is_named(tmp_path, df, ending):
    path = tmp_path / f"a.csv.{ending}"
    df.to_csv(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(HypostyleError, match=r"damaged.*a\.csv"):
        hs.read_csv(path)
