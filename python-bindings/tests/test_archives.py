"""Archives of one file, as pandas reads and writes them."""

from __future__ import annotations

import contextlib
import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import hypostyle as hs
import pandas as pd
import pytest

NAMES = ["x.csv.zip", "x.csv.tar", "x.csv.tar.gz", "x.csv.tar.bz2", "x.csv.tar.xz", "X.CSV.ZIP"]


@pytest.fixture
def frame() -> hs.DataFrame:
    return hs.DataFrame({"a": [1, 2], "b": ["x", "caf\xe9"]})


@pytest.mark.parametrize("name", NAMES)
def test_csv_both_ways(tmp_path: Path, frame: hs.DataFrame, name: str) -> None:
    path = tmp_path / name
    frame.to_csv(path, index=False)
    assert pd.read_csv(path).to_dict("list") == frame.to_dict("list")
    assert hs.read_csv(path).to_dict("list") == frame.to_dict("list")
    assert hs.read_csv([path, path])["a"].to_list() == [1, 2, 1, 2]
    assert hs.read_csv(path, usecols=["b"], encoding="utf-8", nrows=1)["b"].to_list() == ["x"]
    with path.open("rb") as file:
        kind = "zip" if name.lower().endswith("zip") else "tar"
        assert hs.read_csv(file, compression=kind)["a"].to_list() == [1, 2]


@pytest.mark.parametrize("name", ["x.json.zip", "x.json.tar.gz"])
def test_json_both_ways(tmp_path: Path, frame: hs.DataFrame, name: str) -> None:
    path = tmp_path / name
    for told in ({"orient": "records"}, {"orient": "records", "lines": True}):
        frame.to_json(path, **told)
        lines = told.get("lines", False)
        assert pd.read_json(path, lines=lines).to_dict("list") == frame.to_dict("list")
        assert hs.read_json(path, lines=lines).to_dict("list") == frame.to_dict("list")


@pytest.mark.parametrize(
    "compression",
    [
        "zip",
        "tar",
        {"method": "zip", "archive_name": "inside.csv"},
        {"method": "gzip", "compresslevel": 1, "mtime": 1},
        {"method": "bz2"},
        {"method": None},
        {"method": "infer"},
    ],
)
def test_as_it_is_told(tmp_path: Path, frame: hs.DataFrame, compression: Any) -> None:
    path = tmp_path / "x.csv"
    frame.to_csv(path, index=False, compression=compression)
    theirs = tmp_path / "theirs.csv"
    frame.to_pandas().to_csv(theirs, index=False, compression=compression)
    told = dict(compression) if isinstance(compression, dict) else compression
    for one in (path, theirs):
        assert pd.read_csv(one, compression=told).to_dict("list") == frame.to_dict("list")
        assert hs.read_csv(one, compression=told).to_dict("list") == frame.to_dict("list")
    assert told == compression


def test_into_memory(frame: hs.DataFrame) -> None:
    buffer = io.BytesIO()
    frame.to_csv(buffer, index=False, compression="zip")
    buffer.seek(0)
    assert hs.read_csv(buffer, compression="zip").to_dict("list") == frame.to_dict("list")


def test_what_is_wrong_with_an_archive(tmp_path: Path, frame: hs.DataFrame) -> None:
    path = tmp_path / "x.csv.zip"
    for members in ([], ["a.csv", "b.csv"]):
        with zipfile.ZipFile(path, "w") as archive:
            for name in members:
                archive.writestr(name, "a,b\n1,2\n")
        with pytest.raises(hs.errors.InvalidArgumentError, match="one file") as raised:
            hs.read_csv(path)
        assert all(name in str(raised.value) for name in members)
    for damaged in (b"", b"no archive at all", path.read_bytes()[:-10]):
        path.write_bytes(damaged)
        with pytest.raises(hs.errors.CorruptFileError) as corrupt:
            hs.read_csv(path)
        assert corrupt.value.file == str(path)
    frame.to_csv(path, index=False)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with contextlib.suppress(hs.errors.HypostyleError):
            hs.read_csv(path).to_dict("list")
    with pytest.raises(FileNotFoundError):
        hs.read_csv(tmp_path / "missing.zip")
    with pytest.raises(hs.errors.InvalidArgumentError, match="method"):
        hs.read_csv(path, compression={"level": 1})
    with pytest.raises(hs.errors.UnsupportedError, match="to_csv"):
        hs.io.write_csv(frame, tmp_path / "y.csv.zip")
    assert not (tmp_path / "y.csv.zip").exists()
    tar = tmp_path / "x.tar"
    with tarfile.open(tar, "w") as archive_of_folder:
        archive_of_folder.add(tmp_path, "folder", recursive=False)
    with pytest.raises(hs.errors.InvalidArgumentError, match="none"):
        hs.read_csv(tar)
