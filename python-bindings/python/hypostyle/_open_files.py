"""Open files and buffers, which have no path: what they hold is put into a file for as long as it is read or written."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from hypostyle.errors import DataTypeError, HypostyleError

F = TypeVar("F", bound=Callable[..., Any])


def is_open(path: Any) -> bool:
    """Whether this is an open file, to be read."""
    return hasattr(path, "read") and not isinstance(path, os.PathLike)


def kept(found: Any) -> Any:
    """What was read, held in memory: the file it came from goes away."""
    for frame in found if isinstance(found, tuple) else (found,):
        if hasattr(frame, "_plan"):
            frame._plan = frame._plan.collected()
    return found


@contextlib.contextmanager
def _named(name: str, file: Any) -> Iterator[None]:
    """Errors name the open file, not the one that stands for it."""
    try:
        yield
    except HypostyleError as error:
        own = getattr(file, "name", None)
        shown = own if isinstance(own, str) else "<open file>"
        error.args = tuple(one.replace(name, shown) if isinstance(one, str) else one for one in error.args)
        error.file = shown if error.file == name else error.file
        raise


def of_open_files(read: F) -> F:
    """Lets a reader take open files and buffers such as `io.StringIO`; they are read at once."""

    @functools.wraps(read)
    def reader(path: Any, *args: Any, **options: Any) -> Any:
        if not is_open(path):
            return read(path, *args, **options)
        held = path.read()
        if isinstance(held, str):
            held = held.encode()
            options.pop("encoding", None)
        if not isinstance(held, (bytes, bytearray, memoryview)):
            raise DataTypeError(f"{read.__name__}: the open file gives a {type(held).__name__}, not text or bytes")
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            name = os.path.join(folder, "open-file")
            with open(name, "wb") as file:
                file.write(held)
            with _named(name, path):
                return kept(read(name, *args, **options))

    return reader  # type: ignore[return-value]


def into_open_files(write: F) -> F:
    """Lets a writer write into open files and buffers such as `io.BytesIO`, as text where they are of text."""

    @functools.wraps(write)
    def writer(frame: Any, path: Any = None, *args: Any, **options: Any) -> Any:
        if not hasattr(path, "write") or isinstance(path, os.PathLike):
            return write(frame, path, *args, **options)
        if options.get("compression") == "infer":
            options["compression"] = None
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            name = os.path.join(folder, "open-file")
            with _named(name, path):
                found = write(frame, name, *args, **options)
            with open(name, "rb") as file:
                held = file.read()
        try:
            path.write(held)
        except TypeError:
            path.write(held.decode())
        return found

    return writer  # type: ignore[return-value]
