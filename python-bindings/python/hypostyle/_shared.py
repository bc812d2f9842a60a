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

    def __init__(self, path: str, index: list[str], owned: bool) -> None:
        self.path, self._index = path, index
        self._remove = weakref.finalize(self, _removed, path, os.getpid()) if owned else None

    def open(self) -> DataFrame:
        """The frame; its columns are read from the shared memory itself."""
        import pyarrow as pa

        from hypostyle._columns import from_arrow

        frame = from_arrow(pa.ipc.open_file(pa.memory_map(self.path)).read_all())
        return frame.set_index(self._index) if self._index else frame

    def close(self) -> None:
        """Removes the file, if this process made it."""
        if self._remove is not None:
            self._remove()

    def __enter__(self) -> Shared:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> Any:
        return Shared, (self.path, self._index, False)


def _removed(path: str, owner: int) -> None:
    if os.getpid() == owner:
        with contextlib.suppress(OSError):
            os.unlink(path)


def share(frame: Any) -> Shared:
    """A handle to a frame's result."""
    import pyarrow as pa

    table = frame.to_arrow()
    handle, path = _shm.new_file()
    with os.fdopen(handle, "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    names = [label for label in frame.index_names if label is not None]
    return Shared(path, names, True)
