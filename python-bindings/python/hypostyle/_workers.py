"""Worker processes for the user's Python functions: started by exec, never by fork of the user's process, and used again.

Data goes to them through files in shared memory, one for each job, functions by cloudpickle.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import os
import pickle
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any

from hypostyle import _fork_server, _native, _shm, _warned
from hypostyle._carried import INSIDE, Carried, environment
from hypostyle._config import config
from hypostyle.errors import WorkerError

#: What became of a job, what it made, and what it warned of.
Answer = tuple[str, Any, list[_warned.Warned]]

_WORKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_worker.py")

#: Seconds between two looks for an interrupt: a signal may go to any thread, and wakes that one alone.
INTERRUPTS = 0.05

#: How rows are written for another process.
_UNCOMPRESSED = '{"compression": "none"}'


def possible() -> bool:
    """Whether there can be workers: on systems with sockets and file descriptors to hand on, outside of workers, with an
    interpreter that can be started, and with cloudpickle installed."""
    if os.environ.get(INSIDE) or not hasattr(socket, "socketpair") or os.name == "nt":
        return False
    if not sys.executable or getattr(sys, "frozen", False):
        return False
    try:
        import cloudpickle  # type: ignore[import-untyped]  # noqa: F401
    except ImportError:
        return False
    return count() > 1


def count() -> int:
    """As many workers as the engine has threads."""
    return int(config()["threads"])


class Refused(Exception):
    """A worker could not make the function out of what it was given; its cause says why."""


class Worker:
    """A process that runs functions."""

    def __init__(self, begin: Callable[[int], Any]) -> None:
        self.ended = False
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = begin(theirs.fileno())
        self.connection = Connection(ours.detach())
        self.connection.send_bytes(pickle.dumps(sys.path))

    def ask(self, message: bytes) -> Answer:
        """Sends a job and waits for its answer, without the interpreter's lock."""
        self.send(message)
        while not self.connection.poll(INTERRUPTS):
            _native.check_cancelled()
        return self.answer()

    def send(self, message: bytes) -> None:
        """Sends a job."""
        try:
            self.connection.send_bytes(message)
        except OSError as error:
            raise self._ended() from error

    def answer(self) -> Answer:
        """The answer to a job."""
        try:
            packed = self.connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise self._ended() from error
        return pickle.loads(packed)

    def _ended(self) -> WorkerError:
        """That the process is no more, which has closed its end."""
        try:
            code = self.process.wait(1)
        except subprocess.TimeoutExpired:
            self.kill()
            return WorkerError("a worker process closed its connection: a function closed files that it had not opened")
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return WorkerError(f"a worker process ended ({how})")

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


def _command() -> list[str]:
    """The file alone, without the package around it: that is imported when a function needs it."""
    told = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    return [sys.executable, *told, "-P", _WORKER]


def _anew(handle: int) -> subprocess.Popen:
    """A worker of its own at the other end of a socket."""
    return subprocess.Popen(
        [*_command(), str(handle)],
        pass_fds=[handle],
        env=environment(),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


class Pool:
    """The workers of this process: idle ones are kept."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.forks = _fork_server.possible()
        self.server: _fork_server.Server | None = None
        self.idle: queue.LifoQueue[Worker] = queue.LifoQueue()
        self.busy: set[Worker] = set()
        self.lock = threading.Lock()

    def take(self, frames: bool = False) -> Worker:
        """A worker that waits and lives, or a new one, which has imported ``frames`` if it can be forked."""
        with contextlib.suppress(queue.Empty):
            while True:
                worker = self.idle.get_nowait()
                if worker.process.poll() is None:
                    return worker
                worker.end()
        return self._new(frames)

    def _new(self, frames: bool) -> Worker:
        return Worker(lambda handle: self._begun(handle, frames))

    def _begun(self, handle: int, frames: bool) -> Any:
        """The process of a new worker at the other end of a socket."""
        if not self.forks:
            return _anew(handle)
        with self.lock:
            if self.server is None:
                self.server = _fork_server.Server(_command(), environment())
            server = self.server
        try:
            return server.fork(handle, frames)
        except OSError:
            # Somebody has ended it: the next worker has another one.
            with self.lock:
                if self.server is server:
                    self.server = None
            server.close()
            return _anew(handle)

    def warm(self, frames: bool = False) -> None:
        """Starts the workers that are not there yet: they get ready while their first jobs are made."""
        with self.lock:
            missing = count() - len(self.busy) - self.idle.qsize()
        for _ in range(missing):
            self.idle.put(self._new(frames))

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
        if self.server is not None:
            self.server.close()


class Run:
    """The workers that do the jobs of one function, which can be stopped together."""

    def __init__(self, of: Pool, frames: bool) -> None:
        self.pool, self.frames = of, frames
        self.busy: set[Worker] = set()
        #: Why it was stopped.
        self.stopped: BaseException | None = None

    def take(self) -> Worker:
        """A worker, which is this run's until it is left."""
        worker = self.pool.take(self.frames)
        with self.pool.lock:
            stopped = self.stopped
            if stopped is None:
                self.busy.add(worker)
                self.pool.busy.add(worker)
        if stopped is not None:
            self.pool.idle.put(worker)
            raise _again(stopped)
        return worker

    def leave(self, worker: Worker, whole: bool) -> None:
        """Gives a worker back, which is ended unless it is ``whole``."""
        with self.pool.lock:
            self.busy.discard(worker)
            self.pool.busy.discard(worker)
        if whole and not worker.ended and self.pool.idle.qsize() < count():
            self.pool.idle.put(worker)
        else:
            worker.end()

    def ask(self, message: bytes, place: str) -> Answer:
        """The answer of some worker to the job of a ``place``. If its process ends, so do those of the run's other jobs,
        with the same error."""
        worker, whole = self.take(), False
        try:
            answer = worker.ask(message)
            whole = True
            return answer
        except WorkerError as error:
            if self.stopped is not None:
                raise _again(self.stopped) from None
            error.add_note(f"while it ran {place}")
            self.stop(error)
            raise
        finally:
            self.leave(worker, whole)

    def stop(self, why: BaseException) -> None:
        """Ends the workers, and begins no further job."""
        with self.pool.lock:
            self.stopped = why
            for worker in self.busy:
                worker.kill()


def _again(error: BaseException) -> BaseException:
    """Why a run was stopped, for another of its threads."""
    if not isinstance(error, WorkerError):
        return error
    made = WorkerError(*error.args)
    # Those that the engine adds are for one of them.
    for note in filter(_says_where, getattr(error, "__notes__", ())):
        made.add_note(note)
    return made


def _says_where(note: str) -> bool:
    return note.startswith("while it ran ")


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
    with contextlib.ExitStack() as files:
        path = files.enter_context(place())
        try:
            _native.write_files(rows, "ipc", path, _UNCOMPRESSED)
        except OSError as error:
            if not _shm.is_full(error, path):
                raise
            path = files.enter_context(place(True))
            _native.write_files(rows, "ipc", path, _UNCOMPRESSED)
        yield path


@contextlib.contextmanager
def place(elsewhere: bool = False) -> Iterator[str]:
    """The path of a file in shared memory (or ``elsewhere``), as long as it is needed."""
    handle, path = _shm.new_file(elsewhere=elsewhere)
    os.close(handle)
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):
            os.unlink(path)


def run_all(jobs: Sequence[tuple[dict[str, Any], Any]], what: Carried, name: str) -> list[Any]:
    """The answers of all jobs and their rows, in order. The first error ends the others; so does Ctrl-C."""
    run, width = Run(pool(), jobs[0][0]["kind"] == "groups"), min(count(), len(jobs))
    answers: list[Any] = [None] * len(jobs)
    # Of several errors that of the earliest rows is raised, whichever came first.
    wrong: dict[int, BaseException] = {}
    busy: dict[Connection, tuple[Worker, int]] = {}
    try:
        with what.sent() as function, contextlib.ExitStack() as stack:
            files: dict[int, contextlib.ExitStack] = {}

            def message(at: int) -> bytes:
                """A job, whose rows are ready."""
                files[at] = stack.enter_context(contextlib.ExitStack())
                path = files[at].enter_context(shared(jobs[at][1]))
                return pickle.dumps({**jobs[at][0], **function, "path": path}, protocol=5)

            later = iter(range(len(jobs)))
            ready = [(at, message(at)) for at in itertools.islice(later, width)]
            while True:
                while ready and len(busy) < width and not wrong:
                    worker, (at, packed) = run.take(), ready.pop(0)
                    busy[worker.connection] = worker, at
                    with _noted(wrong, at, jobs[at][0], name):
                        worker.send(packed)
                if not any(at < min(wrong, default=len(jobs)) for _, at in busy.values()):
                    break
                # The rows of the next ones are got ready while workers are busy.
                if len(ready) < width and not wrong and (at := next(later, -1)) >= 0:
                    ready.append((at, message(at)))
                    found = wait([*busy], 0)
                else:
                    found = wait([*busy], INTERRUPTS)
                for connection in found:
                    worker, at = busy.pop(connection)  # type: ignore[call-overload]
                    whole = False
                    with _noted(wrong, at, jobs[at][0], name):
                        answer = worker.answer()
                        whole = True
                        answers[at] = opened(answer, jobs[at][0], name)
                    run.leave(worker, whole)
                    files.pop(at).close()
                _native.check_cancelled()
        if wrong:
            raise wrong[min(wrong)]
        return answers
    except BaseException as error:
        run.stop(error)
        raise
    finally:
        for worker, _ in busy.values():
            run.leave(worker, False)


@contextlib.contextmanager
def _noted(wrong: dict[int, BaseException], at: int, job: dict[str, Any], name: str) -> Iterator[None]:
    """Keeps what goes wrong with a job for later."""
    try:
        yield
    except KeyboardInterrupt as error:
        if not _is_of_worker(error):
            raise
        wrong[at] = error
    except WorkerError as error:
        if not _is_of_worker(error):
            error.add_note(f"while it ran {_place(job, name)}")
        wrong[at] = error
    except BaseException as error:
        wrong[at] = error


def _is_of_worker(error: BaseException) -> bool:
    return any("in a worker process" in note for note in getattr(error, "__notes__", ()))


def _place(job: dict[str, Any], name: str) -> str:
    if job["start"] is None:
        return f"{name}, a partition of {job['rows']} rows, in a worker process"
    part = f"partition {job['at']}, " if job.get("at") is not None else ""
    return f"{name}, {part}rows {job['start']} to {job['start'] + job['rows'] - 1}, in a worker process"


def answered(run: Run, job: dict[str, Any], rows: Any, name: str) -> Any:
    """What a worker makes of a job and its rows."""
    with shared(rows) as path:
        answer = run.ask(pickle.dumps({**job, "path": path}, protocol=5), _place(job, name))
    return opened(answer, job, name)


def opened(answer: Answer, job: dict[str, Any], name: str) -> Any:
    """What a worker's answer says; its exception is raised here, with its traceback as a note."""
    kind, value, warned = answer
    _warned.again(warned)
    if kind == "done":
        return value
    sent, trace = value
    raised = _chained(sent, name)
    if kind == "refused":
        raised.add_note(f"{name} could not be made in a worker process; leave out processes=True:\n{trace}")
        raise Refused(name) from raised
    raised.add_note(f"raised in {_place(job, name)}:\n{trace}")
    raise raised


def _chained(sent: Sequence[tuple[bytes | None, int | None, int | None, bool]], name: str) -> BaseException:
    """The exception that a worker described, with those that led to it."""
    found: list[BaseException] = []
    for packed, *_ in sent:
        error: BaseException = WorkerError(f"{name} failed in a worker process")
        if packed is not None:
            # One of a class that cannot be found here stays a WorkerError; the traceback says what it was.
            with contextlib.suppress(Exception):
                error = pickle.loads(packed)
        found.append(error)
    for error, (_, cause, context, hidden) in zip(found, sent, strict=True):
        error.__cause__ = None if cause is None else found[cause]
        error.__context__ = None if context is None else found[context]
        error.__suppress_context__ = hidden
    return found[0]
