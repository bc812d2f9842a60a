"""Folders with a file for each partition: what is there stays as it is until all files are written."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

from hypostyle import _native
from hypostyle.errors import InvalidArgumentError

#: Extensions of files that a verb writes, and may replace; others would be lost.
OWN = {
    "to_parquet": ("parquet", "parq", "pq"),
    "to_csv": ("part", "csv", "tsv", "txt"),
    "to_json": ("part", "json", "jsonl", "ndjson"),
}


@contextlib.contextmanager
def replaced(operation: str, path: Any, overwrite: bool, example: str) -> Iterator[str]:
    """Where the files of a folder are written, which takes its place at the end, in one step: rows may come from the files in
    it, and nothing is lost if they fail. Files with other extensions than ``example`` and those that the verb writes are an
    error."""
    name = os.fspath(path)
    os.makedirs(os.path.dirname(name.rstrip("/" + os.sep)) or ".", exist_ok=True)
    staging = _native.Staging(operation, name, overwrite, OWN[operation], example)
    try:
        yield os.fspath(staging.folder)
        staging.finish()
    finally:
        staging.discard()


def write(
    operation: str,
    path: Any,
    overwrite: bool,
    parts: Callable[[], list[Any]],
    one: Callable[[Any, str], Any],
    names: Callable[[int], str] | None = None,
) -> list[str]:
    """Writes each partition to a file of its own in a folder, which is new or is replaced; the paths of the files. They are
    named by number unless ``names`` says otherwise."""
    names = names or (lambda at: f"{at}.part")
    with replaced(operation, path, overwrite, _named(names, 0)) as folder:
        files = into(folder, parts(), one, names)
    return [os.path.join(os.fspath(path), file) for file in files]


def into(
    folder: str, parts: list[Any], one: Callable[[Any, str], Any], names: Callable[[int], str], first: int = 0
) -> list[str]:
    """Writes partitions to files in a folder, numbered from ``first``; their names."""
    files = [_named(names, at) for at in range(first, first + len(parts))]
    for part, file in zip(parts, files, strict=True):
        one(part, os.path.join(folder, file))
    return files


def _named(names: Callable[[int], str], at: int) -> str:
    if not callable(names):
        raise InvalidArgumentError(f"name_function gives the name of a file for a number, as {names!r} does not")
    name = names(at)
    if not isinstance(name, str):
        raise InvalidArgumentError(f"name_function gives the text of a name, not {name!r}")
    return name
