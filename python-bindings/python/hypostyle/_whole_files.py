"""Files that other libraries write: each gets its name when it is complete, and until then the old one stays."""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def is_new(path: Any) -> bool:
    """Whether a path names a file on a disk, or none yet: no folder, no pipe, no object elsewhere.

    >>> is_new("a.json"), is_new("s3://bucket/a.json"), is_new(None), is_new("/dev/null")
    (True, False, False, False)
    """
    if not isinstance(path, (str, os.PathLike)):
        return False
    name = os.fspath(path)
    if not isinstance(name, str) or "://" in name:
        return False
    try:
        return stat.S_ISREG(os.stat(os.path.expanduser(name)).st_mode)
    except OSError:
        return True


@contextlib.contextmanager
def whole(path: Any) -> Iterator[str]:
    """The name of a new file beside that of ``path``, which takes its place unless something is raised."""
    goal = os.path.realpath(os.path.expanduser(os.fspath(path)))
    folder, name = os.path.split(goal)
    if not os.path.isdir(folder):
        # Whoever writes says so.
        yield goal
        return
    # Its end tells form and compression.
    hidden, held = os.path.join(folder, f".{secrets.token_hex(6)}.tmp.{name}"), True
    try:
        # It may be read by those who may read the old one, or any other new one.
        os.close(os.open(hidden, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        if os.path.exists(goal):
            shutil.copymode(goal, hidden)
        yield hidden
        os.replace(hidden, goal)
        held = False
    except BaseException as error:
        _named(error, hidden, os.fspath(path))
        raise
    finally:
        if held:
            with contextlib.suppress(OSError):
                os.unlink(hidden)


def _named(error: BaseException, hidden: str, path: str) -> None:
    """Errors name the file that was asked for."""
    if isinstance(error, OSError) and error.filename == hidden:
        error.filename = path
    if any(isinstance(part, str) and hidden in part for part in error.args):
        error.args = tuple(part.replace(hidden, path) if isinstance(part, str) else part for part in error.args)


def appearing_whole(keyword: str) -> Callable[[F], F]:
    """For a writer whose first argument, ``keyword``, may be a path."""

    def decorated(write: F) -> F:
        @functools.wraps(write)
        def writer(self: Any, *args: Any, **options: Any) -> Any:
            path = args[0] if args else options.get(keyword)
            if not is_new(path):
                return write(self, *args, **options)
            with whole(path) as name:
                if args:
                    return write(self, name, *args[1:], **options)
                return write(self, **{**options, keyword: name})

        return writer  # type: ignore[return-value]

    return decorated
