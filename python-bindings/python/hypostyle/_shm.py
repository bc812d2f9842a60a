"""Files in shared memory, where the system has such a folder; else among temporary files.

A process removes its own when they are no longer needed. One that is killed cannot, so the next process that makes such a
file removes what the dead have left: files are named after the process that made them.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import time

#: Leftovers are older than this, in seconds: processes of another container may have numbers that are unknown here.
_OLD = 3600.0

_NAME = re.compile(r"hypostyle-(\d+)-.*\.arrow")

#: The process that has looked for leftovers.
_swept: int | None = None


def folder() -> str:
    """Where the files are."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()


def new_file() -> tuple[int, str]:
    """An open descriptor and the path of a new file."""
    global _swept
    if _swept != os.getpid():
        _swept = os.getpid()
        sweep(folder())
    return tempfile.mkstemp(prefix=f"hypostyle-{os.getpid()}-", suffix=".arrow", dir=folder())


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
