"""Options of pandas' and Dask's readers and writers: what is done another way here, and what needs no word."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from hypostyle._layout import is_in_parts
from hypostyle.errors import InvalidArgumentError
from hypostyle.expr import Expr, col, lit

Made = TypeVar("Made")

#: How pandas and Dask shall do it; what is read or written does not depend on these.
READ_CSV = ("sample", "sample_rows", "dtype_backend")
READ_JSON = ("blocksize", "sample", "engine", "dtype_backend", "precise_float")
READ_PARQUET = (
    "engine",
    "memory_map",
    "dtype_backend",
    "blocksize",
    "split_row_groups",
    "calculate_divisions",
    "ignore_metadata_file",
    "metadata_task_size",
    "aggregate_files",
    "gather_statistics",
    "filesystem",
    "open_file_options",
)
WRITE = (
    "engine",
    "compute_kwargs",
    "write_metadata_file",
    "single_file",
    "ignore_divisions",
    "filesystem",
    "scheduler",
)
#: The rows of a file in a folder of what is read from large files and never all in memory.
SCANNED_ROWS = 1_000_000
#: Dask's names of options.
RENAMED = {"partition_on": "partition_cols", "write_index": "index", "include_path_column": "file_path"}


def taking(hints: Sequence[str]) -> Callable[[Callable[..., Made]], Callable[..., Made]]:
    """Lets a function take options that it does not need, and Dask's names of those that it has."""

    def decorated(function: Callable[..., Made]) -> Callable[..., Made]:
        known = {*hints, *RENAMED}

        @functools.wraps(function)
        def called(*args: Any, **options: Any) -> Any:
            if not known.isdisjoint(options):
                if options.get("include_path_column") is True:
                    options["include_path_column"] = "path"
                options = {RENAMED.get(name, name): value for name, value in options.items() if name not in hints}
            if "compute" in options and not options.pop("compute"):
                return Waiting(functools.partial(called, *args, **options))
            return function(*args, **options)

        return called

    return decorated


def condition(filters: Any) -> Expr:
    """The condition that pyarrow's ``filters`` are: triples that all hold, or lists of triples of which one does."""
    if isinstance(filters, Expr):
        return filters
    if not isinstance(filters, Sequence) or not filters:
        raise InvalidArgumentError(f"filters are triples such as ('x', '>', 1), or lists of them, not {filters!r}")
    if not all(isinstance(one, list) for one in filters):
        filters = [filters]
    return functools.reduce(
        lambda a, b: a | b, [functools.reduce(lambda a, b: a & b, map(_one, all_)) for all_ in filters]
    )


def _one(triple: Any) -> Expr:
    if not isinstance(triple, (tuple, list)) or len(triple) != 3:
        raise InvalidArgumentError(f"a filter is a triple such as ('x', '>', 1), not {triple!r}")
    name, operator, value = triple
    column = col(name)
    makers: Mapping[str, Callable[[], Any]] = {
        "=": lambda: column == value,
        "==": lambda: column == value,
        "!=": lambda: column != value,
        "<": lambda: column < value,
        "<=": lambda: column <= value,
        ">": lambda: column > value,
        ">=": lambda: column >= value,
        "in": lambda: column.is_in(lit(list(value))),
        "not in": lambda: ~column.is_in(lit(list(value))),
        "is": lambda: column.is_null(),
        "is not": lambda: ~column.is_null(),
    }
    if operator not in makers:
        raise InvalidArgumentError(f"filters compare by {', '.join(makers)}, not {operator!r}")
    if operator in ("in", "not in") and (isinstance(value, (str, bytes)) or not hasattr(value, "__iter__")):
        raise InvalidArgumentError(f"filters: {operator!r} is of a list of values, not {value!r}")
    if operator in ("is", "is not") and value is not None:
        raise InvalidArgumentError(f"filters: 'is' is of None, not {value!r}")
    return makers[operator]()


class Waiting:
    """What a writer shall do when it is computed or called, as Dask has it with ``compute=False``."""

    __slots__ = ("_call",)

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call

    def compute(self, **_: Any) -> Any:
        """Writes."""
        return self._call()

    __call__ = compute


def by_partition(
    frame: Any, path: Any, write: Callable[[Any, str], Any], names: Callable[[int], str] | None
) -> list[str]:
    """Writes each partition to a file of its own: its number, or what ``names`` gives for it, is in the place of ``*``."""
    written = []
    for at, part in enumerate(parts_of(frame)):
        name = os.fspath(path).replace("*", names(at) if names else str(at))
        write(part, name)
        written.append(name)
    return written


def parts_of(frame: Any) -> list[Any]:
    """The partitions, without labels that are the numbers of rows, which are not written."""
    parts = list(frame.partitions)
    return [part.reset_index(drop=True) for part in parts] if not frame._plan.index else parts


def is_folder(path: Any) -> bool:
    """Whether a path is a folder that is there already, or is to be one."""
    if not isinstance(path, (str, os.PathLike)):
        return False
    name = os.fspath(path)
    return isinstance(name, str) and "://" not in name and (os.path.isdir(name) or name.endswith(("/", os.sep)))


def becomes_folder(frame: Any, path: Any, *told: Any) -> bool:
    """Whether a path is a folder, or becomes one as in Dask: it is nothing yet and has no extension, and the rows are in
    partitions that somebody cut, or of several files, or an option says so that only folders have."""
    if is_folder(path):
        return True
    if not isinstance(path, (str, os.PathLike)) or not isinstance(name := os.fspath(path), str):
        return False
    if "://" in name or os.path.splitext(name)[1] or os.path.exists(name):
        return False
    return any(told) or is_in_parts(frame._plan)
