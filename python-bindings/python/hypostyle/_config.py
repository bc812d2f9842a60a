"""Settings of the process."""

from __future__ import annotations

import operator
import platform
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hypostyle import _native
from hypostyle._partitions import byte_count


def config() -> dict[str, Any]:
    """The current settings.

    >>> import hypostyle as hs
    >>> sorted(hs.config())
    ['disabled_rules', 'join_rows', 'memory_bytes', 'optimize', 'partition_rows', 'threads']
    """
    return _native.get_settings()


def set_config(
    *,
    threads: int | None = None,
    partition_rows: int | None = None,
    optimize: bool | None = None,
    disabled_rules: Sequence[str] | None = None,
    join_rows: int | None = None,
    memory_bytes: int | str | None = None,
) -> None:
    """Changes settings for all queries that start from now on: the number of threads, the rows of a partition where data
    is cut, and whether (and by which rules) plans are optimized. Results do not depend on them. A merge that would give
    more than ``join_rows`` rows is an error (0: more than 50 times the larger frame, which is the default). A query that finds
    the process holding more than ``memory_bytes`` (a number, or text as ``"2GB"``; 0: no limit) stops with a
    :class:`MemoryLimitError`; by default 95 percent of what the container allows, if it has a limit. It is looked at before
    every batch, so that the peak can be somewhat higher; only on Linux."""
    rules = None if disabled_rules is None else list(disabled_rules)
    memory = memory_bytes if memory_bytes in (None, 0) else byte_count(memory_bytes, "memory_bytes")
    _native.set_settings(threads, partition_rows, optimize, rules, join_rows, memory)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """For a block of code: the queries that its thread starts run on so many threads.

    >>> import hypostyle as hs
    >>> with hs.threads(1):
    ...     hs.config()["threads"]
    1
    """
    if operator.index(count) < 1:
        raise ValueError(f"threads: {count}; at least 1")
    number = _native.enter_settings(threads=count)
    try:
        yield
    finally:
        _native.leave_settings(number)


@contextmanager
def memory_limit(amount: int | str | None) -> Iterator[None]:
    """For a block of code: a query that its thread starts and that finds the process holding more than ``amount`` (a number
    of bytes, or text as ``"2GB"``; 0 or None: no limit) stops with a :class:`MemoryLimitError`. Only on Linux; see
    :func:`set_config`.

    >>> import hypostyle as hs
    >>> with hs.memory_limit("2GB"):
    ...     hs.config()["memory_bytes"]
    2000000000
    """
    number = _native.enter_settings(memory_bytes=byte_count(amount, "memory") if amount else 0)
    try:
        yield
    finally:
        _native.leave_settings(number)


def show_versions() -> None:
    """Prints the versions of Hypostyle, Python and the libraries it works with."""
    from importlib.metadata import PackageNotFoundError, version

    print(f"hypostyle {_native.__version__}")
    print(f"python {sys.version.split()[0]} on {platform.platform()}")
    for name in ("numpy", "pandas", "pyarrow", "polars", "duckdb"):
        try:
            print(f"{name} {version(name)}")
        except PackageNotFoundError:
            print(f"{name} is not installed")
