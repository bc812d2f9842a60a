"""Frames that several processes of a machine read in one place."""

from __future__ import annotations

import contextlib
import os
import weakref
from typing import TYPE_CHECKING, Any

from hypostyle import _shm

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame


class Shared:
    """A handle to a frame in a memory-mapped Arrow file. The process that made it removes the file when the handle is closed
    or no longer used; frames that were opened stay whole."""

    def __init__(self, path: str, labels: tuple[Any, ...], owned: bool) -> None:
        self.path, self._labels = path, labels
        self._remove = weakref.finalize(self, _removed, path, os.getpid()) if owned else None

    def open(self) -> DataFrame:
        """The frame; its columns are read from the shared memory itself."""
        import pyarrow as pa

        from hypostyle._output import of_table

        try:
            memory = pa.memory_map(self.path)
        except FileNotFoundError as error:
            raise FileNotFoundError(
                f"the shared frame {self.path} is gone: the process that shared it has closed its handle, or let it go"
            ) from error
        return of_table(pa.ipc.open_file(memory).read_all(), *self._labels)

    def __repr__(self) -> str:
        return f"Shared({self.path!r})"

    def close(self) -> None:
        """Removes the file, if this process made it."""
        if self._remove is not None:
            self._remove()

    def __enter__(self) -> Shared:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> Any:
        return Shared, (self.path, self._labels, False)


def _removed(path: str, owner: int) -> None:
    if os.getpid() == owner:
        with contextlib.suppress(OSError):
            os.unlink(path)


def share(frame: Any) -> Shared:
    """A handle to a frame's result."""
    import pyarrow as pa

    _, (table, *labels) = frame.__reduce__()
    handle, path = _shm.new_file(table.nbytes + (1 << 20))
    with os.fdopen(handle, "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    return Shared(path, tuple(labels), True)
