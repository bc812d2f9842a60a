"""Frames of so many rows, one after the other."""

from __future__ import annotations

from typing import Any


class Chunks:
    """Frames of so many rows, one after the other, of files read by `read_csv` with ``chunksize`` or ``iterator``; the
    files are read at once, by all threads."""

    __slots__ = ("_at", "_frame", "_rows")

    def __init__(self, frame: Any, rows: int | None) -> None:
        frame._plan = frame._plan.collected()
        self._frame, self._rows, self._at = frame, rows, 0

    def get_chunk(self, size: int | None = None) -> Any:
        """The next rows."""
        left = len(self._frame) - self._at
        if left <= 0:
            raise StopIteration
        rows = min(left, size or self._rows or left)
        self._at += rows
        return self._frame.iloc[self._at - rows : self._at]

    read = get_chunk

    def close(self) -> None:
        """Nothing is open."""

    def __iter__(self) -> Chunks:
        return self

    def __next__(self) -> Any:
        return self.get_chunk()

    def __enter__(self) -> Chunks:
        return self

    def __exit__(self, *told: Any) -> None:
        self.close()
