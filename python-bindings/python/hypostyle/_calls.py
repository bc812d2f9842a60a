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

#: Seconds that the end of the interpreter waits for functions.
PATIENCE = 10.0


class _Calls:
    """Which threads run functions, and whether more may begin."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.threads: list[int] = []
        self.ending = False

    def begin(self) -> None:
        """A function begins, in this thread."""
        with self.changed:
            if self.ending:
                raise RuntimeError("the interpreter is ending: no function is called any more")
            self.threads.append(threading.get_ident())

    def end(self) -> None:
        """A function of this thread has ended."""
        with self.changed:
            self.threads.remove(threading.get_ident())
            self.changed.notify_all()

    def finish(self) -> None:
        """Ends the functions that run. They belong to queries that were left behind, or to threads of daemons: the
        interpreter has waited for all others. One that waits for something else is waited for, but not for ever."""
        import ctypes

        end = time.monotonic() + PATIENCE
        with self.changed:
            self.ending = True
            while self.threads and time.monotonic() < end:
                for thread in {*self.threads} - {threading.get_ident()}:
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(SystemExit))
                self.changed.wait(0.5)


_calls = _Calls()


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that threads of the engine call."""

    @functools.wraps(function)
    def called(*args: Any) -> Any:
        calls = _calls
        calls.begin()
        try:
            return function(*args)
        finally:
            calls.end()

    return called


def _forked() -> None:
    global _calls
    _calls = _Calls()


atexit.register(lambda: _calls.finish())
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
