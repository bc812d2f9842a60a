"""Writers that are killed at any moment, and disks that are full: what was there stays, and nothing temporary does."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import hypostyle as hs
import pytest

needs_processes = pytest.mark.skipif(not Path("/proc/self/ns/pid").exists(), reason="processes are told apart by /proc")

#: How each kind is written; `more` are further arguments.
WRITERS = {
    "csv": "frame.to_csv(path, index=False{more})",
    "parquet": "frame.to_parquet(path{more})",
    "arrow": "frame.to_feather(path{more})",
    "ndjson": "hs.io.write_json(frame, path{more})",
}
READERS = {"csv": hs.read_csv, "parquet": hs.read_parquet, "arrow": hs.read_ipc, "ndjson": hs.read_json}


def write(frame: hs.DataFrame, path: Path, kind: str, more: str = "") -> None:
    eval(WRITERS[kind].format(more=more), {"frame": frame, "path": path, "hs": hs})


def start(path: Path, kind: str, more: str, cut: str = "") -> subprocess.Popen[bytes]:
    program = textwrap.dedent(f"""
        import hypostyle as hs
        path = {str(path)!r}
        rows = range(200_000)
        frame = hs.DataFrame({{"x": list(rows), "y": [str(i) for i in rows], "k": [i % 9 for i in rows]}}){cut}
        print("ready", flush=True)
        while True:
            {WRITERS[kind].format(more=more)}
    """)
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=dict(os.environ))
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    return child


#: Folders of files: by key, and a file for each partition.
FOLDERS = {
    "by key": (", partition_cols='k', overwrite=True", ""),
    "by partition": (", overwrite=True", ".repartition(5)"),
}


@needs_processes
@pytest.mark.parametrize("kind", ["parquet", "csv"])
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_killed_writer_of_a_folder_leaves_the_old_one_or_the_new(tmp_path: Path, kind: str, folder: str) -> None:
    more, cut = FOLDERS[folder]
    path = tmp_path / "x"
    path.mkdir()
    small = hs.DataFrame({"x": [1], "y": ["a"], "k": [0]})
    moments, left = random.Random(7), 0
    for _ in range(10):
        write(small, path, kind, more)
        assert [entry.name for entry in tmp_path.iterdir()] == ["x"]
        child = start(path, kind, more, cut)
        time.sleep(moments.uniform(0.002, 0.25))
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert child.stdout is not None
        child.stdout.close()
        left += len(list(tmp_path.iterdir())) - 1
        assert len(READERS[kind](path)) in (1, 200_000)
    assert left > 0, "no writer was killed while it wrote"
    write(small, path, kind, more)
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]
    assert len(READERS[kind](path)) == 1


#: A file, and a folder of files.
FORMS = ["", ", partition_cols='k', overwrite=True"]


def target(folder: Path, kind: str, more: str) -> Path:
    """Where a small table is written first."""
    path = folder / ("x" if more else f"x.{kind}")
    write(hs.DataFrame({"x": [1], "y": ["a"], "k": [0]}), path, kind, more)
    return path


def refused(path: Path, kind: str, more: str, rows: int, before: str = "") -> str:
    """What the error says of a larger table that another process fails to write in its place."""
    program = textwrap.dedent(f"""
        import resource
        import hypostyle as hs
        path = {str(path)!r}
        rows = range({rows})
        text = [f"row {{i * 2654435761 % 2**32}}" for i in rows]
        frame = hs.DataFrame({{"x": list(rows), "y": text, "k": [i % 3 for i in rows]}})
        {before}
        try:
            {WRITERS[kind].format(more=more)}
        except hs.errors.InputOutputError as error:
            print("refused:", error)
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("refused:") and str(path) in done.stdout, done.stdout + done.stderr
    return done.stdout


def untouched(path: Path, kind: str) -> None:
    """The small table is there, alone."""
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    assert len(READERS[kind](path)) == 1


@pytest.mark.parametrize("kind", list(WRITERS))
@pytest.mark.parametrize("more", FORMS)
def test_a_full_disk_is_an_error_and_leaves_what_was_there(tmp_path: Path, kind: str, more: str) -> None:
    pytest.importorskip("resource", reason="limits of files are set by the operating system")
    path = target(tmp_path, kind, more)
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))"
    refused(path, kind, more, 200_000, limit)
    untouched(path, kind)


@pytest.mark.parametrize("kind", list(WRITERS))
@pytest.mark.parametrize("more", FORMS)
def test_a_disk_that_lacks_the_last_byte(tmp_path: Path, kind: str, more: str) -> None:
    pytest.importorskip("resource", reason="limits of files are set by the operating system")
    path, rows = target(tmp_path, kind, more), 20_000
    text = [f"row {i * 2654435761 % 2**32}" for i in range(rows)]
    whole = tmp_path / "whole" if more else tmp_path / f"whole.{kind}"
    frame = hs.DataFrame({"x": list(range(rows)), "y": text, "k": [i % 3 for i in range(rows)]})
    write(frame, whole, kind, more)
    largest = max(file.stat().st_size for file in (whole.rglob("*") if more else [whole]) if file.is_file())
    shutil.rmtree(whole) if more else whole.unlink()
    for limit in (largest - 1, largest - 5):
        refused(path, kind, more, rows, f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, resource.RLIM_INFINITY))")
        untouched(path, kind)


@pytest.mark.parametrize("kind", list(WRITERS))
@pytest.mark.parametrize("more", FORMS)
def test_a_file_system_that_fills(disk: Path, kind: str, more: str) -> None:
    path = target(disk, kind, more)
    # Folders of three files that no one of them fills.
    for rows in (60_000, 200_000):
        assert "space" in refused(path, kind, more, rows)
        untouched(path, kind)
    # What was given up has given its room back.
    larger = hs.DataFrame({"x": list(range(5000)), "y": ["some text"] * 5000, "k": [0] * 5000})
    write(larger, path, kind, more)
    assert [entry.name for entry in disk.iterdir()] == [path.name]
    assert len(READERS[kind](path)) == 5000
