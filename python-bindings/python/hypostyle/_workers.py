"""Worker processes for the user's Python functions: started by exec, never by fork, and used again.

Data goes to them through files in shared memory, one for each job, functions by cloudpickle.
"""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import os
import pickle
import queue
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from multiprocessing.connection import Connection
from typing import Any

from hypostyle import _module_values, _native, _pickling, _shm
from hypostyle._config import config
from hypostyle.errors import WorkerError

_WORKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_worker.py")

#: Where modules lie that do not change while a process runs.
_INSTALLED = tuple(
    {os.path.realpath(path) + os.sep for path in sysconfig.get_paths().values()} | {sys.base_prefix + os.sep}
)

#: Seconds between two looks for an interrupt: a signal may go to any thread, and wakes that one alone.
INTERRUPTS = 0.05

#: Set in the environment of workers: functions that they run start no workers of their own.
INSIDE = "HYPOSTYLE_WORKER"


def possible() -> bool:
    """Whether there can be workers: on systems with sockets and file descriptors to hand on, outside of workers, and with
    cloudpickle installed."""
    if os.environ.get(INSIDE) or not hasattr(socket, "socketpair") or os.name == "nt":
        return False
    try:
        import cloudpickle  # type: ignore[import-untyped]  # noqa: F401
    except ImportError:
        return False
    return count() > 1


def count() -> int:
    """As many workers as the engine has threads."""
    return int(config()["threads"])


def environment() -> dict[str, str]:
    """The environment of workers."""
    return {**os.environ, INSIDE: "1", "HYPOSTYLE_THREADS": "1"}


def surroundings() -> dict[str, Any]:
    """Where the functions of this process run, which workers that live longer follow: the environment, the folder, where
    modules are found, and how new the files of the user's modules are."""
    try:
        folder = os.getcwd()
    except OSError:
        folder = None
    return {
        "environment": environment(),
        "folder": folder,
        "path": list(sys.path),
        "modules": _modules(),
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


class Refused(Exception):
    """A worker could not make the function out of what it was given; its cause says why."""


@dataclasses.dataclass(frozen=True)
class Carried:
    """What goes to workers beside the rows: a function with what it closes over, as bytes, and where it runs. Two of one
    function are equal if it changed nothing in between that it refers to, and drew no random numbers."""

    function: bytes
    around: dict[str, Any]
    chance: int = 0


def carried(call: Any) -> Carried:
    """What goes to workers for a call (of ``func`` with ``args`` and ``kwargs``); an error if it cannot be copied."""
    try:
        function = _pickling.packed(call)
    except Exception as error:
        name = getattr(call.func, "__name__", type(call.func).__name__)
        error.add_note(
            f"{name} refers to something that cannot be copied to a worker process (a lock, an open file, a connection, "
            "...): make that within the function, or leave out processes=True"
        )
        raise
    around = surroundings()
    values = _module_values.values_of((call.func, call.args, call.kwargs), around["modules"])
    return Carried(function, {**around, "values": values}, _chance())


def _chance() -> int:
    """A number that changes where somebody draws from the random numbers that all of a process share."""
    states: list[Any] = []
    if "random" in sys.modules:
        states.append(sys.modules["random"].getstate())
    if "numpy.random" in sys.modules:
        states.append(pickle.dumps(sys.modules["numpy.random"].get_state(legacy=False)))
    return hash(tuple(states))


class Worker:
    """A process that runs functions."""

    def __init__(self) -> None:
        self.ended = False
        ours, theirs = socket.socketpair()
        # The file alone, without the package around it: that is imported when a function needs it.
        command = [sys.executable, "-P", _WORKER, str(theirs.fileno())]
        self.process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            env=environment(),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        self.connection = Connection(ours.detach())
        self.connection.send_bytes(pickle.dumps(sys.path))

    def ask(self, message: bytes) -> tuple[str, Any]:
        """Sends a job and waits for its answer, without the interpreter's lock."""
        try:
            self.connection.send_bytes(message)
            while not self.connection.poll(INTERRUPTS):
                _native.check_cancelled()
            return pickle.loads(self.connection.recv_bytes())
        except (EOFError, OSError) as error:
            code = self.process.wait()
            how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            raise WorkerError(f"a worker process ended ({how})") from error

    def kill(self) -> None:
        """Ends the process at once. Whoever waits for its answer learns of it, and closes the connection."""
        self.ended = True
        with contextlib.suppress(OSError):
            self.process.kill()

    def end(self) -> None:
        """Ends the process at once, and closes what led to it."""
        self.kill()
        with contextlib.suppress(OSError):
            self.connection.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(1)


class Pool:
    """The workers of this process: idle ones are kept."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.idle: queue.LifoQueue[Worker] = queue.LifoQueue()
        self.busy: set[Worker] = set()
        self.lock = threading.Lock()

    def take(self) -> Worker:
        """A worker that waits and lives, or a new one."""
        with contextlib.suppress(queue.Empty):
            while True:
                worker = self.idle.get_nowait()
                if worker.process.poll() is None:
                    return worker
                worker.end()
        return Worker()

    def close(self) -> None:
        """Ends all workers."""
        if self.owner != os.getpid():
            return
        with self.lock:
            for worker in self.busy:
                worker.kill()
        with contextlib.suppress(queue.Empty):
            while True:
                self.idle.get_nowait().end()


class Run:
    """The workers that do the jobs of one function, which can be stopped together."""

    def __init__(self, of: Pool) -> None:
        self.pool = of
        self.busy: set[Worker] = set()
        self.stopped = False

    def ask(self, message: bytes) -> tuple[str, Any]:
        """The answer of some worker."""
        worker = self.pool.take()
        with self.pool.lock:
            stopped = self.stopped
            if not stopped:
                self.busy.add(worker)
                self.pool.busy.add(worker)
        if stopped:
            self.pool.idle.put(worker)
            raise WorkerError("the run was stopped before this job began")
        try:
            answer = worker.ask(message)
        except BaseException:
            self._leave(worker)
            worker.end()
            raise
        self._leave(worker)
        if worker.ended:
            worker.end()
        else:
            self.pool.idle.put(worker)
        return answer

    def _leave(self, worker: Worker) -> None:
        with self.pool.lock:
            self.busy.discard(worker)
            self.pool.busy.discard(worker)

    def stop(self) -> None:
        """Ends the workers, and begins no further job."""
        with self.pool.lock:
            self.stopped = True
            for worker in self.busy:
                worker.kill()


_pool: Pool | None = None
_lock = threading.Lock()


def pool() -> Pool:
    """The pool of this process; a forked child has one of its own."""
    global _pool
    with _lock:
        if _pool is None or _pool.owner != os.getpid():
            _pool = Pool()
            atexit.register(_pool.close)
        return _pool


def _forked() -> None:
    global _pool, _lock
    _pool, _lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


@contextlib.contextmanager
def shared(rows: Any) -> Iterator[str]:
    """The result of a query as an Arrow file in shared memory, as long as it is needed."""
    handle, path = _shm.new_file()
    os.close(handle)
    try:
        _native.write_files(rows, "ipc", path, '{"compression": "none"}')
        yield path
    finally:
        with contextlib.suppress(OSError):
            os.unlink(path)


def run_all(jobs: Sequence[tuple[dict[str, Any], Any]], what: Carried, name: str) -> list[Any]:
    """The answers of all jobs and their rows, in order. The first error ends the others; so does Ctrl-C."""
    run = Run(pool())

    def one(job: tuple[dict[str, Any], Any]) -> Any:
        return answered(run, {**job[0], "function": what.function, "around": what.around}, job[1], name)

    threads = ThreadPoolExecutor(min(count(), len(jobs)), "hypostyle-jobs")
    try:
        futures = [threads.submit(one, job) for job in jobs]
        left = futures
        while left:
            wait(left, INTERRUPTS, FIRST_EXCEPTION)
            found = next((at for at, f in enumerate(left) if f.done() and f.exception()), len(left))
            for future in left[found:]:
                future.cancel()
            # Of several errors that of the earliest rows is raised, whichever came first.
            wrong, left = left[found:], [future for future in left[:found] if not future.done()]
            if wrong and not left:
                raise wrong[0].exception()  # type: ignore[misc]
        return [future.result() for future in futures]
    except BaseException:
        run.stop()
        raise
    finally:
        threads.shutdown(cancel_futures=True)


def answered(run: Run, job: dict[str, Any], rows: Any, name: str) -> Any:
    """What a worker makes of a job and its rows; its exception is raised here, with its traceback as a note."""
    place = f"{name}, rows {job['start']} to {job['start'] + job['rows'] - 1}, in a worker process"
    try:
        with shared(rows) as path:
            kind, value = run.ask(pickle.dumps({**job, "path": path}, protocol=5))
    except WorkerError as error:
        error.add_note(f"while it ran {place}")
        raise
    if kind == "done":
        return value
    sent, trace = value
    raised: BaseException = WorkerError(f"{name} failed in a worker process")
    if sent is not None:
        # One of a class that cannot be found here stays a WorkerError, which says what it was.
        with contextlib.suppress(Exception):
            raised = pickle.loads(sent)
    if kind == "refused":
        raised.add_note(f"{name} could not be made in a worker process; leave out processes=True:\n{trace}")
        raise Refused(name) from raised
    raised.add_note(f"raised in {place}:\n{trace}")
    raise raised
