"""A worker process: takes jobs from its socket until that is closed. Started by `hypostyle._workers`."""

from __future__ import annotations

import pickle
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from typing import Any

_functions: dict[bytes, Any] = {}
_tables: dict[str, Any] = {}


def main() -> None:
    """Runs jobs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = Connection(int(sys.argv[1]))
    sys.path[:] = pickle.loads(connection.recv_bytes())
    while True:
        try:
            message = connection.recv_bytes()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[str, Any] = ("done", done(pickle.loads(message)))
        except BaseException as error:
            answer = ("failed", described(error))
        try:
            reply = pickle.dumps(answer, protocol=5)
        except Exception as error:
            reply = pickle.dumps(("failed", described(error)))
        connection.send_bytes(reply)


def described(error: BaseException) -> tuple[bytes | None, str]:
    """The exception, if it can travel, and its traceback from the user's function on."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None and "hypostyle" in trace.tb_frame.f_code.co_filename:
        trace = trace.tb_next
    text = "".join(traceback.format_exception(type(error), error, trace))
    try:
        import cloudpickle  # type: ignore[import-untyped]

        packed = cloudpickle.dumps(error)
        pickle.loads(packed)
        return packed, text
    except Exception:
        return None, text


def function(packed: bytes) -> Any:
    """The function of a job; the last one is kept."""
    if packed not in _functions:
        _functions.clear()
        _functions[packed] = pickle.loads(packed)
    return _functions[packed]


def table(path: str) -> Any:
    """The table of a file in shared memory, mapped; the last one is kept."""
    if path not in _tables:
        import pyarrow as pa

        _tables.clear()
        _tables[path] = pa.ipc.open_file(pa.memory_map(path)).read_all()
    return _tables[path]


def done(job: dict[str, Any]) -> Any:
    """The answer of a job."""
    from hypostyle import _apply

    work, rows = function(job["function"]), table(job["path"]).slice(job["start"], job["rows"])
    return _apply.run_job(job["kind"], work, rows, job)


if __name__ == "__main__":
    main()
