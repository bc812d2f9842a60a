"""The user's functions that threads of the engine run: the interpreter does not end under them. A thread that runs Python
code when it ends is ended by it, and the process with it."""

from __future__ import annotations

import atexit
import functools
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from hypostyle import _native

#: Seconds that the end of the interpreter waits for functions.
PATIENCE = 3.0


class _Calls:
    """Which threads run functions and for which queries, and whether more may begin."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.running: list[tuple[int, _native.RunningQuery]] = []
        self.told: set[int] = set()
        self.ending = False

    def begin(self) -> tuple[int, _native.RunningQuery]:
        """A function begins, in this thread."""
        call = threading.get_ident(), _native.RunningQuery()
        with self.changed:
            if self.ending:
                raise RuntimeError("the interpreter is ending: no function is called any more")
            self.running.append(call)
        return call

    def end(self, call: tuple[int, _native.RunningQuery]) -> None:
        """A function of this thread has ended."""
        with self.changed:
            if call in self.running:
                self.running.remove(call)
            if call[0] in self.told and all(call[0] != thread for thread, _ in self.running):
                # What has not been raised by now is for nobody.
                self.told.discard(call[0])
                _raise_in(call[0], None)
            self.changed.notify_all()

    def interrupt(self) -> None:
        """Ends the functions of queries that were stopped."""
        with self.changed:
            for thread, query in self.running:
                if thread not in self.told and query.is_stopped():
                    self.told.add(thread)
                    _raise_in(thread, KeyboardInterrupt)

    def finish(self) -> None:
        """Ends the functions that run. They belong to queries that were left behind, or to threads of daemons: the
        interpreter has waited for all others. One that waits for something else is waited for, but not for ever."""
        end = time.monotonic() + PATIENCE
        with self.changed:
            self.ending = True
            while self.running and time.monotonic() < end:
                for thread in {thread for thread, _ in self.running} - {threading.get_ident()}:
                    self.told.add(thread)
                    _raise_in(thread, SystemExit)
                self.changed.wait(0.5)


def _raise_in(thread: int, kind: type[BaseException] | None) -> None:
    """Raises an exception in another thread as soon as it runs Python code; with none, takes one back that waits."""
    import ctypes

    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), None if kind is None else ctypes.py_object(kind))


def interrupt() -> None:
    """Ends the functions of queries that were stopped: the engine asks for it."""
    _calls.interrupt()


_calls = _Calls()


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that threads of the engine call."""

    @functools.wraps(function)
    def called(*args: Any) -> Any:
        calls = _calls
        call = calls.begin()
        try:
            return function(*args)
        finally:
            # An interrupt may come at any moment, also here.
            while True:
                try:
                    calls.end(call)
                    break
                except (KeyboardInterrupt, SystemExit):
                    continue

    return called


def _forked() -> None:
    global _calls
    _calls = _Calls()


atexit.register(lambda: _calls.finish())
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
