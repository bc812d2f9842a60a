"""A worker process: takes jobs from its socket until that is closed. Started by `hypostyle._workers`, by the path of this
file: what it does not need it does not import."""

from __future__ import annotations

import os
import pickle
import select
import signal
import sys
import threading
import time
import warnings
from types import ModuleType
from typing import Any

_functions: dict[int, Any] = {}
_modules: dict[str, int] = {}
_values: dict[str, bytes] = {}
_warned: list[tuple[bytes | None, str, str, int, str | None]] = []
_PACKAGE = os.path.dirname(os.path.abspath(__file__))


class Package(ModuleType):
    """The package, of which modules can be imported before it is imported itself: that happens when a name of its own is
    asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        import importlib

        if name.startswith("_") and os.path.exists(os.path.join(_PACKAGE, f"{name}.py")):
            return importlib.import_module(f"hypostyle.{name}")
        self.__class__ = ModuleType  # type: ignore[assignment]
        assert self.__spec__ is not None and self.__spec__.loader is not None
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def prepare() -> None:
    """Makes the package known, without importing it."""
    from importlib.util import spec_from_file_location

    spec = spec_from_file_location(
        "hypostyle", os.path.join(_PACKAGE, "__init__.py"), submodule_search_locations=[_PACKAGE]
    )
    assert spec is not None
    module = Package("hypostyle")
    module.__spec__, module.__file__, module.__path__ = spec, spec.origin, [_PACKAGE]
    module.__package__, module.__loader__ = "hypostyle", spec.loader
    sys.modules["hypostyle"] = module


def main() -> None:
    """Runs jobs; or serves workers that do, and runs jobs in each of them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    socket: int | None = int(sys.argv[1])
    assert socket is not None
    if sys.argv[2:] == ["--serve"]:
        sys.path[:] = pickle.loads(os.read(socket, 1 << 20))
        prepare()
        socket = serve(socket)
        if socket is None:
            return
        sys.path[:] = pickle.loads(receive(socket))
    else:
        sys.path[:] = pickle.loads(receive(socket))
        prepare()
    threading.Thread(target=end_with_owner, args=(socket,), daemon=True).start()
    # What nearly every job needs, while the first one is made.
    import cloudpickle  # type: ignore[import-untyped]  # noqa: F401

    import hypostyle._jobs  # noqa: F401

    work(socket)


def serve(control: int) -> int | None:
    """Forks workers as it is asked to, which have imported what they need; in each of them, its socket. ``None`` when nobody
    can ask any more. There are no threads here."""
    import gc
    import socket

    import cloudpickle  # noqa: F401

    import hypostyle._jobs

    known = 0
    with socket.socket(fileno=control) as asked:
        while True:
            message, handles, _, _ = socket.recv_fds(asked, 32, 1)
            if not message:
                return None
            if message.startswith(b"?"):
                number = status(int(message[1:]))
            else:
                if message == b"f":
                    import hypostyle.frame  # noqa: F401
                if len(sys.modules) > known:
                    # What is there now stays: its pages are not written to by who looks for what does not.
                    gc.collect()
                    gc.freeze()
                    known = len(sys.modules)
                number = os.fork()
                if number == 0:
                    os.setsid()
                    return handles[0]
                os.close(handles[0])
            asked.send(b"" if number is None else b"%d" % number)


def status(number: int) -> int | None:
    """How a worker ended, which has; ``None`` if it runs."""
    for _ in range(100):
        ended, how = os.waitpid(number, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(how)
        time.sleep(0.01)
    return None


def work(socket: int) -> None:
    """Takes jobs until the socket is closed."""
    warnings.showwarning = note  # type: ignore[assignment]
    while True:
        try:
            message = receive(socket)
        except (EOFError, OSError):
            return
        _warned.clear()
        try:
            answer: tuple[str, Any] = done(pickle.loads(message))
        except BaseException as error:
            answer = ("failed", described(error))
        flush()
        try:
            reply = dumped((*answer, _warned))
        except Exception as error:
            reply = pickle.dumps(("failed", described(error), _warned))
        try:
            send(socket, reply)
        except OSError:
            return  # its owner is gone


def end_with_owner(socket: int) -> None:
    """Ends this process if its owner is no more, also within a function; one that waits for a job ends by itself."""
    poll = select.poll()
    poll.register(socket, 0)
    poll.poll()
    time.sleep(0.5)
    os._exit(1)


def flush() -> None:
    """What the function has printed is seen: processes that are killed write nothing any more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            continue


def receive(socket: int) -> bytes:
    """A message, as multiprocessing's connections write it: its length, and its bytes."""
    size = int.from_bytes(_exactly(socket, 4), "big", signed=True)
    return _exactly(socket, int.from_bytes(_exactly(socket, 8), "big") if size == -1 else size)


def _exactly(socket: int, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(socket, min(size - len(parts), 1 << 20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def send(socket: int, message: bytes) -> None:
    """A message, as multiprocessing's connections read it."""
    size = len(message)
    head = size.to_bytes(4, "big") if size < 1 << 31 else b"\xff\xff\xff\xff" + size.to_bytes(8, "big")
    rest = memoryview(head + message)
    while rest:
        rest = rest[os.write(socket, rest) :]


def dumped(answer: Any) -> bytes:
    """An answer as bytes, also one of values of the user's own classes."""
    try:
        return pickle.dumps(answer, protocol=5)
    except Exception:
        import cloudpickle  # type: ignore[import-untyped]

        return cloudpickle.dumps(answer, protocol=5)


#: Warnings of a job that are told, at most.
WARNINGS = 1000


def note(message: Any, category: Any, file: str, line: int, *_: Any) -> None:
    """Keeps a warning that is to be shown: the process that asked shows it."""
    if len(_warned) == WARNINGS:
        return
    frame: Any = sys._getframe(1)
    while frame is not None and (frame.f_code.co_filename, frame.f_lineno) != (file, line):
        frame = frame.f_back
    module = None if frame is None else frame.f_globals.get("__name__")
    _warned.append((_travelling(message), str(message), file, line, module))


def warn_as(told: bytes | None) -> None:
    """Sets the filters of warnings. Each job begins anew with those that are shown once: the process that asked knows which
    ones it has shown."""
    if told is not None:
        now = pickle.loads(told)
        warnings.resetwarnings()
        warnings.filters[:] = now  # type: ignore[index]


#: Exceptions that led to one, at most.
LINKS = 16

Link = tuple[bytes | None, int | None, int | None, bool]


def described(error: BaseException) -> tuple[list[Link], str]:
    """The exception and those that led to it, as far as they can travel, and its traceback from the user's function on."""
    import traceback

    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None and trace.tb_frame.f_code.co_filename.startswith(_PACKAGE):
        trace = trace.tb_next
    try:
        text = "".join(traceback.format_exception(type(error), error, trace))
    except Exception:
        text = "".join(traceback.format_tb(trace)) + type(error).__name__
    found = [error]
    for one in found:
        for led in (one.__cause__, one.__context__):
            if led is not None and led not in found and len(found) < LINKS:
                found.append(led)
    numbers = {id(one): at for at, one in enumerate(found)}
    links = [
        (_travelling(one), numbers.get(id(one.__cause__)), numbers.get(id(one.__context__)), one.__suppress_context__)
        for one in found
    ]
    return links, text


def _travelling(error: BaseException) -> bytes | None:
    """An exception as bytes, if it can travel."""
    import cloudpickle  # type: ignore[import-untyped]

    from hypostyle._jobs import Raised

    # One whose class cannot be called with its arguments alone goes in parts.
    for way in (lambda: error, lambda: Raised(error, True), lambda: Raised(error, False)):
        try:
            packed: bytes = cloudpickle.dumps(way())
            pickle.loads(packed)
            return packed
        except Exception:
            continue
    return None


def function(job: dict[str, Any]) -> Any:
    """The function of a job; the last one is kept."""
    key = job["key"]
    if key not in _functions:
        _functions.clear()
        packed, arrays = (job["function"], []) if "function" in job else _mapped(job["file"], job["spans"])
        _functions[key] = pickle.loads(packed, buffers=arrays)
    return _functions[key]


def _mapped(path: str, spans: list[tuple[int, int]]) -> tuple[Any, list[Any]]:
    """A function and its arrays in shared memory. What this process writes to the arrays it alone sees."""
    import mmap

    with open(path, "rb") as file:
        memory = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    packed, *arrays = (memory[at : at + size] for at, size in spans)
    return packed, arrays


def _folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:
        return None


def follow(around: dict[str, Any]) -> None:
    """Puts this process where its owner is now; modules whose files are others since are imported anew."""
    warn_as(around["warnings"])
    if os.environ != around["environment"]:
        os.environ.clear()
        os.environ.update(around["environment"])
    if around["folder"] not in (None, _folder()):
        os.chdir(around["folder"])
    if sys.path != around["path"]:
        sys.path[:] = around["path"]
        sys.path_importer_cache.clear()
    known, now = _modules, around["modules"]
    if any(known.get(name, written) != written for name, written in now.items()):
        for name in now:
            sys.modules.pop(name, None)
        _values.clear()
        _functions.clear()
        sys.path_importer_cache.clear()
    known.update(now)
    if around["values"]:
        from hypostyle._module_values import set_values

        set_values(around["values"], _values)


def done(job: dict[str, Any]) -> tuple[str, Any]:
    """The answer of a job."""
    from hypostyle import _jobs

    try:
        follow(job["around"])
        call = function(job)
    except Exception as error:
        return "refused", described(error)
    return "done", _jobs.run(call, job)


if __name__ == "__main__":
    main()
