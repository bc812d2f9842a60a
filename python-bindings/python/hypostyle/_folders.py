"""Folders with a file for each partition: one that is replaced stays as it is until all files are written."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from typing import Any

from hypostyle.errors import InvalidArgumentError

#: How files end that a verb writes, and may replace; others would be lost.
OWN = {
    "to_parquet": (".parquet", ".parq", ".pq"),
    "to_csv": (".part", ".csv", ".tsv", ".txt"),
    "to_json": (".part", ".json", ".jsonl", ".ndjson"),
}
COMPRESSED = (".gz", ".bz2", ".zst", ".xz", ".lz4", ".zip")


def free(operation: str, path: Any) -> str:
    """A folder without files; an error if it has some."""
    name = os.fspath(path)
    if os.path.isdir(name) and os.listdir(name):
        raise InvalidArgumentError(
            f"{operation}: the folder is there already, with files (file {name!r}); pass overwrite=True to replace them"
        )
    os.makedirs(name, exist_ok=True)
    return str(name)


@contextlib.contextmanager
def replaced(operation: str, path: Any, overwrite: bool, endings: tuple[str, ...] = ()) -> Iterator[str]:
    """Where the files of a folder are written: itself, if it has none. Else it is replaced at the end, in one step, so that
    rows may come from the files in it, and so that nothing is lost if they fail. Files with other ``endings`` than those that
    the verb writes are an error."""
    name = os.fspath(path)
    if not (overwrite and os.path.isdir(name) and os.listdir(name)):
        yield free(operation, path)
        return
    import shutil
    import tempfile

    # A link keeps its place; what it leads to is replaced.
    folder = os.path.realpath(name)
    _check(operation, name, folder, (*OWN[operation], *endings))
    above, base = os.path.split(folder)
    staged = tempfile.mkdtemp(prefix=".hypostyle-", suffix=".tmp", dir=above)
    try:
        os.chmod(staged, stat.S_IMODE(os.stat(folder).st_mode))
        yield staged
        retired = os.path.join(above, f".{base}.replaced")
        shutil.rmtree(retired, ignore_errors=True)
        os.rename(folder, retired)
        try:
            os.rename(staged, folder)
        except OSError:
            os.rename(retired, folder)
            raise
        shutil.rmtree(retired, ignore_errors=True)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _check(operation: str, name: str, folder: str, endings: tuple[str, ...]) -> None:
    """That a folder may be replaced: nobody is in it, and it has no files of others."""
    here = os.path.realpath(os.curdir)
    if os.path.commonpath([here, folder]) == folder:
        raise InvalidArgumentError(
            f"{operation}: overwrite=True would remove the folder that this process works in (file {name!r}); "
            "write to a folder below it"
        )
    for place, _, files in os.walk(folder):
        for file in files:
            # Marks and sums of other systems begin so.
            if not file.startswith((".", "_")) and _ending(file) not in endings:
                raise InvalidArgumentError(
                    f"{operation}: the folder holds other files, which would be lost (file {os.path.join(place, file)!r}); "
                    "move them away, or write to another path"
                )


def _ending(file: str) -> str:
    whole, ending = os.path.splitext(file.lower())
    return os.path.splitext(whole)[1] if ending in COMPRESSED else ending


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
    with replaced(operation, path, overwrite, (_ending(_named(names, 0)),)) as folder:
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
