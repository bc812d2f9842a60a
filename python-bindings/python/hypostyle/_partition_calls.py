"""The user's functions of partitions on worker processes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

from hypostyle import _native, _shm
from hypostyle._plan import Plan


class PartitionCall:
    """A function of partitions, for worker processes."""

    def __init__(self, func: Callable[..., Any], args: tuple, kwargs: dict[str, Any], index: tuple) -> None:
        self.func, self.args, self.kwargs, self.index = func, args, kwargs, index

    def made(self, query: _native.Query, out: str) -> Any:
        """In a worker: writes what the function makes of a partition into a file, and tells which columns are labels and
        which file it is."""
        from hypostyle._columns import plan_of
        from hypostyle.frame import DataFrame

        made = self.func(DataFrame._of(Plan(query, self.index)), *self.args, **self.kwargs)
        if made is None:
            return None
        plan = plan_of(made, None, False).labelled()
        try:
            _native.write_files(plan.query, "ipc", out, '{"compression": "none"}')
        except OSError as error:
            if not _shm.is_full(error, out):
                raise
            handle, out = _shm.new_file(elsewhere=True)
            os.close(handle)
            _native.write_files(plan.query, "ipc", out, '{"compression": "none"}')
        return plan.index, out


class PartitionsAway:
    """A function of partitions on worker processes; several threads wait for several of them."""

    def __init__(self, call: PartitionCall) -> None:
        self.call, self.lock, self.active = call, threading.Lock(), 0
        self.run: Any = None
        self.sent: Any = None
        self.said: dict[str, Any] = {}

    def __call__(self, query: _native.Query, at: int | None, start: int | None) -> Any:
        """The function's result for a partition, whose number and first row are told in errors, if they are known."""
        from hypostyle import _workers
        from hypostyle._apply import or_why
        from hypostyle.frame import DataFrame

        table, name = query.collect(), getattr(self.call.func, "__name__", type(self.call.func).__name__)
        run, said = self._begin()
        try:
            with _workers.place() as out:
                fixed = {"kind": "partition", "at": at, "start": start, "rows": table.rows(), "out": out, **said}
                told = or_why(_workers.answered, run, fixed, table.query(), name)
                if told is None:
                    return None
                index, path = told
                try:
                    return DataFrame._of(Plan(_native.scan_files("ipc", [path], "{}").collect().query(), index))
                finally:
                    if path != out:
                        os.unlink(path)
        finally:
            self._end()

    def _begin(self) -> tuple[Any, dict[str, Any]]:
        """The run of this partition: that of the partitions that are under way, with the function as it was when the first
        of them began."""
        from hypostyle import _carried, _workers

        with self.lock:
            if not self.active:
                # They get ready while the function is made bytes.
                _workers.pool().warm(frames=True)
                self.sent = _carried.carried(self.call).sent()
                self.run, self.said = _workers.Run(_workers.pool(), True), self.sent.__enter__()
            self.active += 1
            return self.run, self.said

    def _end(self) -> None:
        with self.lock:
            self.active -= 1
            if not self.active:
                self.sent.__exit__(None, None, None)
