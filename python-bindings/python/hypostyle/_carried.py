"""What goes to worker processes beside the rows: a function with what it closes over, and where it runs."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import itertools
import mmap
import os
import pickle
import sys
import sysconfig
from collections.abc import Iterator
from typing import Any

from hypostyle import _module_values, _pickling, _shm, _warned

#: Where modules lie that do not change while a process runs.
_INSTALLED = tuple(
    {os.path.realpath(path) + os.sep for path in sysconfig.get_paths().values()} | {sys.base_prefix + os.sep}
)

#: Set in the environment of workers: functions that they run start no workers of their own.
INSIDE = "HYPOSTYLE_WORKER"


#: Bytes from which on a function and what it closes over lie in shared memory, once for all workers.
_LARGE = 1 << 16


def environment() -> dict[str, str]:
    """The environment of workers."""
    return {**os.environ, INSIDE: "1", "HYPOSTYLE_THREADS": "1"}


def surroundings() -> dict[str, Any]:
    """Where the functions of this process run, which workers that live longer follow: the environment, the folder, where
    modules are found, how new the files of the user's modules are, and which warnings are shown."""
    try:
        folder = os.getcwd()
    except OSError:
        folder = None
    return {
        "environment": environment(),
        "folder": folder,
        "path": list(sys.path),
        "modules": _modules(),
        "warnings": _warned.filters(),
    }


def _modules() -> dict[str, int]:
    """The user's modules: those that are not installed, and when their files were written."""
    found = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if (
            not isinstance(file, str)
            or file.startswith(_INSTALLED)
            or name.partition(".")[0] in ("__main__", "hypostyle")
        ):
            continue
        with contextlib.suppress(OSError):
            found[name] = os.stat(file).st_mtime_ns
    return found


@dataclasses.dataclass(frozen=True)
class Carried:
    """What goes to workers beside the rows: a function with what it closes over, as bytes, and where it runs. Two of one
    function are equal if it changed nothing in between that it refers to, and drew no random numbers."""

    function: bytes
    around: dict[str, Any]
    chance: int = 0
    #: Digests of what arrays hold that the function refers to, and that itself.
    digests: tuple[bytes, ...] = ()
    arrays: list[Any] = dataclasses.field(default_factory=list, compare=False, repr=False)

    def noted(self) -> Carried:
        """For a comparison later: without hold of the arrays."""
        return dataclasses.replace(self, arrays=[])

    @contextlib.contextmanager
    def sent(self) -> Iterator[dict[str, Any]]:
        """What a job says of it, as long as jobs begin. What is large lies in one place, which all workers map."""
        said = {"key": next(_keys), "around": self.around}
        if not self.arrays and len(self.function) < _LARGE:
            yield {**said, "function": self.function}
            return
        handle, path = _shm.new_file(len(self.function) + sum(array.nbytes for array in self.arrays) + _LARGE)
        try:
            with os.fdopen(handle, "wb", buffering=0) as file:
                spans, at = [], 0
                for part in (self.function, *self.arrays):
                    spans.append((at, memoryview(part).nbytes))
                    _write_all(file, part)
                    at = -(-file.tell() // mmap.PAGESIZE) * mmap.PAGESIZE
                    file.seek(at)
            yield {**said, "file": path, "spans": spans}
        finally:
            with contextlib.suppress(OSError):
                os.unlink(path)


#: Each use of a function has a number of its own: workers begin with it anew.
_keys = itertools.count(1)


def _write_all(file: Any, part: Any) -> None:
    rest = memoryview(part).cast("B")
    while rest:
        rest = rest[file.write(rest) :]


def carried(call: Any) -> Carried:
    """What goes to workers for a call (of ``func`` with ``args`` and ``kwargs``); an error if it cannot be copied."""
    arrays: list[Any] = []

    def beside(buffer: pickle.PickleBuffer) -> bool:
        try:
            raw = buffer.raw()
        except BufferError:
            return True
        if raw.nbytes < _LARGE:
            return True
        arrays.append(raw)
        return False

    try:
        function = _pickling.packed(call, beside)
    except Exception as error:
        name = getattr(call.func, "__name__", type(call.func).__name__)
        error.add_note(
            f"{name} refers to something that cannot be copied to a worker process (a lock, an open file, a connection, "
            "...): make that within the function, or leave out processes=True"
        )
        raise
    around = surroundings()
    values = _module_values.values_of((call.func, call.args, call.kwargs), around["modules"])
    digests = tuple(hashlib.blake2b(array, digest_size=16).digest() for array in arrays)
    return Carried(function, {**around, "values": values}, _chance(), digests, arrays)


def _chance() -> int:
    """A number that changes where somebody draws from the random numbers that all of a process share."""
    states: list[Any] = []
    if "random" in sys.modules:
        states.append(sys.modules["random"].getstate())
    if "numpy.random" in sys.modules:
        states.append(pickle.dumps(sys.modules["numpy.random"].get_state(legacy=False)))
    return hash(tuple(states))
