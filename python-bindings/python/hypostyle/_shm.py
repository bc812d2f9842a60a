"""Files in shared memory, where the system has such a folder and room in it (containers often have 64 MB); else among
temporary files.

A process removes its own when they are no longer needed. One that is killed cannot, so the next process that makes such a
file removes what the dead have left: files are named after the process that made them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import tempfile
import time

#: Leftovers are older than this, in seconds: processes of another container may have numbers that are unknown here.
_OLD = 3600.0

_NAME = re.compile(r"hypostyle-(\d+)-.*\.arrow")

#: The process that has looked for leftovers.
_swept: int | None = None


#: The folder of shared memory, and how many bytes must be free there for a file whose size is not known.
MEMORY, LEAST = "/dev/shm", 64 << 20


def folder(room: int = 0) -> str:
    """Where files are that need so much room."""
    if os.access(MEMORY, os.W_OK):
        with contextlib.suppress(OSError):
            found = os.statvfs(MEMORY)
            if found.f_bavail * found.f_frsize >= max(room, LEAST):
                return MEMORY
    return tempfile.gettempdir()


def new_file(room: int = 0, elsewhere: bool = False) -> tuple[int, str]:
    """An open descriptor and the path of a new file that needs so much room; ``elsewhere``: not in shared memory."""
    global _swept
    if _swept != os.getpid():
        _swept = os.getpid()
        for place in {MEMORY, tempfile.gettempdir()}:
            sweep(place)
    place = tempfile.gettempdir() if elsewhere else folder(room)
    return tempfile.mkstemp(prefix=f"hypostyle-{os.getpid()}-", suffix=".arrow", dir=place)


def is_full(error: OSError, path: str) -> bool:
    """Whether a file in shared memory could not be written for want of room there."""
    full = error.errno == errno.ENOSPC or "os error 28" in str(error)
    return full and os.path.dirname(path) != tempfile.gettempdir()


def sweep(place: str) -> None:
    """Removes old files of processes that are no more."""
    with contextlib.suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            found = _NAME.fullmatch(entry.name)
            if found and not _lives(int(found[1])):
                with contextlib.suppress(OSError):
                    if time.time() - entry.stat(follow_symlinks=False).st_mtime > _OLD:
                        os.unlink(entry.path)


def _lives(process: int) -> bool:
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass
    return True
