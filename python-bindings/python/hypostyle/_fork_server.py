"""A process that has imported what workers need, and forks them: each begins at once, and shares the memory of its modules.

It has one thread, which is why it may fork where the user's process may not. Only Linux names its processes in a way that
outlives them (by descriptors): elsewhere each worker is started anew.
"""

from __future__ import annotations

import collections
import contextlib
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
from typing import Any

#: Seconds that the server is given for an answer: it may be importing.
PATIENCE = 30.0


def possible() -> bool:
    """Whether there can be one here."""
    if sys.platform != "linux" or not hasattr(os, "pidfd_open") or not hasattr(socket, "send_fds"):
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return False
    return True


class Server:
    """The process, and the socket it is asked by."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.lock = threading.Lock()
        #: Workers that were asked for, and whose numbers have not been read.
        self.asked: collections.deque[Forked] = collections.deque()
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(PATIENCE)
        with theirs:
            self.process = subprocess.Popen(
                [*command, str(theirs.fileno()), "--serve"],
                pass_fds=[theirs.fileno()],
                env=environment,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.socket.send(pickle.dumps(sys.path))

    def fork(self, handle: int, frames: bool) -> Forked:
        """A worker at the other end of a socket, which will come: this does not wait. With ``frames`` it has imported them.
        An ``OSError`` if the server is gone."""
        with self.lock:
            socket.send_fds(self.socket, [b"f" if frames else b"v"], [handle])
            made = Forked(self)
            self.asked.append(made)
            return made

    def resolve(self, wait: bool = True) -> None:
        """Reads the numbers of the workers that were asked for: of all, or of those that are there."""
        with self.lock, contextlib.suppress(OSError, ValueError):
            self._resolve(wait)

    def _resolve(self, wait: bool = True) -> None:
        while self.asked and (wait or _is_readable(self.socket.fileno(), 0)):
            self.asked.popleft().began(self._answer())

    def status(self, number: int) -> int | None:
        """How a process ended, as `subprocess` says it; ``None`` if it runs or nobody knows."""
        with self.lock, contextlib.suppress(OSError):
            self._resolve()
            self.socket.send(b"?%d" % number)
            return self._answer()
        return None

    def _answer(self) -> int | None:
        """The next answer; ``None`` if there is none, also since the server is gone."""
        try:
            told = self.socket.recv(32)
        except OSError:
            # What it says later would be taken for another answer.
            self.socket.close()
            return None
        return int(told) if told.strip(b"-").isdigit() else None

    def close(self) -> None:
        """Ends it; workers end with their own sockets."""
        self.socket.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(1)


def _is_readable(handle: int, timeout: float) -> bool:
    found = select.poll()
    found.register(handle, select.POLLIN)
    return bool(found.poll(timeout * 1000))


class Forked:
    """A process of the server, as much of `subprocess.Popen` as is needed. Its descriptor means it and no other, whatever its
    number is used for later."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.returncode: int | None = None
        self.pid: int | None = None
        self._handle: int | None = None
        self._lock = threading.Lock()

    def began(self, number: int | None) -> None:
        """It has this number: nobody but the server waits for it, and it does when it is asked."""
        self.pid = number
        if number is not None:
            with contextlib.suppress(OSError):
                self._handle = os.pidfd_open(number)

    def poll(self) -> Any:
        """How it ended; ``None`` if it runs, or has not begun."""
        self.server.resolve(wait=False)
        return self._ended(0)

    def _ended(self, timeout: float) -> Any:
        handle = self._handle
        if self.returncode is None and handle is not None and _is_readable(handle, timeout):
            # One whose server is gone has ended somehow.
            status = self.server.status(self.pid) if self.pid is not None else None
            self.returncode = status if status is not None else 1
            self._close()
        return self.returncode

    def wait(self, timeout: float) -> Any:
        """How it ended, if it does within so many seconds."""
        self.server.resolve()
        if self._handle is None and self.returncode is None:
            # It never began: its server had ended.
            self.returncode = self.server.process.poll() or 1
        if self._ended(timeout) is None:
            raise subprocess.TimeoutExpired("a worker process", timeout)
        return self.returncode

    def kill(self) -> None:
        """Ends it at once."""
        self.server.resolve()
        with self._lock:
            # The number of a descriptor that is closed may mean another one.
            if self._handle is not None:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def _close(self) -> None:
        with self._lock:
            handle, self._handle = self._handle, None
            if handle is not None:
                with contextlib.suppress(OSError):
                    os.close(handle)

    __del__ = _close
