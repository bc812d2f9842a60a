"""Folders that are filled and replaced: what is around them, and what was in them."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

import hypostyle as hs
import pytest


def parts(frame: hs.DataFrame, path: Path | str, **options: object) -> None:
    frame.to_parquet(f"{path}/", **options)


def keys(frame: hs.DataFrame, path: Path | str, **options: object) -> None:
    frame.to_parquet(path, partition_cols=["k"], **options)


def lines(frame: hs.DataFrame, path: Path | str, **options: object) -> None:
    frame.to_csv(f"{path}/", index=False, **options)


WRITERS = [parts, keys, lines]
Write = Callable[..., None]


def df(rows: int = 3) -> hs.DataFrame:
    return hs.DataFrame({"x": list(range(rows)), "k": [at % 2 for at in range(rows)]})


@pytest.mark.parametrize("write", WRITERS)
def test_what_is_wrong_is_said_with_the_file(tmp_path: Path, write: Write) -> None:
    folder = tmp_path / "data"
    write(df(), folder)
    with pytest.raises(hs.errors.InvalidArgumentError, match=r"there already.*overwrite=True") as raised:
        write(df(), folder)
    assert raised.value.file == str(folder)
    (folder / "notes.md").write_text("mine")
    with pytest.raises(hs.errors.InvalidArgumentError, match="other files") as raised:
        write(df(), folder, overwrite=True)
    assert raised.value.file == str(folder / "notes.md")
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises((hs.errors.InvalidArgumentError, OSError), match="file"):
        write(df(), file, overwrite=True)
    assert file.read_text() == "mine" and sorted(os.listdir(tmp_path)) == ["data", "file"]


@pytest.mark.parametrize("write", WRITERS)
def test_the_folder_of_the_process_is_filled_but_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    write(df(), ".")
    assert os.listdir(".") and not [name for name in os.listdir(".") if name.startswith(".")]
    for path in (".", tmp_path / "here"):
        with pytest.raises(hs.errors.InvalidArgumentError, match="works in"):
            write(df(), path, overwrite=True)
    assert os.listdir(tmp_path) == ["here"]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("full", [False, True])
def test_a_folder_keeps_its_permissions(tmp_path: Path, write: Write, full: bool) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    if full:
        write(df(), folder)
    folder.chmod(0o750)
    write(df(5), folder, overwrite=True)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750
    assert os.listdir(tmp_path) == ["data"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="permissions of folders are those of Unix")
@pytest.mark.parametrize("write", WRITERS)
def test_an_empty_folder_of_a_folder_that_is_closed(write: Write) -> None:
    """As places for results are given: the folder is the user's, the one above it is not."""
    # Not below a folder of pytest's, which only their owner may see.
    above = Path(tempfile.mkdtemp(prefix="closed-"))
    folder = above / "data"
    try:
        folder.mkdir()
        folder.chmod(0o777)
        above.chmod(0o555)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                if os.geteuid() == 0:
                    os.setgid(65534)
                    os.setuid(65534)
                write(df(), folder)
                code = 0
            finally:
                os._exit(code)
        assert os.waitpid(child, 0)[1] == 0
        assert not [name for name in os.listdir(folder) if name.startswith(".")]
        read = hs.read_csv(f"{folder}/*.part") if write is lines else hs.read_parquet(folder)
        assert len(read) == 3
    finally:
        above.chmod(0o755)
        shutil.rmtree(above)


@pytest.mark.parametrize("write", WRITERS)
def test_an_empty_folder_where_a_file_system_begins(disk: Path, write: Write) -> None:
    write(df(), disk)
    read = hs.read_csv(f"{disk}/*.part") if write is lines else hs.read_parquet(disk)
    assert len(read) == 3
    assert not [name for name in os.listdir(disk) if name.startswith(".")]


@pytest.mark.parametrize("write", WRITERS)
def test_a_folder_appears_when_it_is_complete(tmp_path: Path, write: Write) -> None:
    seen: list[list[str]] = []

    def look(part: object) -> object:
        seen.append([name for name in os.listdir(tmp_path) if not name.startswith(".")])
        return part

    frame = df(1000).repartition(4).map_partitions(look, meta={"x": "int64", "k": "int64"})
    write(frame, tmp_path / "data")
    assert seen and not any(seen)
    assert os.listdir(tmp_path) == ["data"]
