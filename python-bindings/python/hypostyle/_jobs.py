"""Jobs of worker processes and what they call. A worker imports this and the engine, and the rest of the package only if
the user's function needs it."""

from __future__ import annotations

import array
from collections.abc import Callable, Mapping
from typing import Any

import hypostyle._native as _native


def not_a_time() -> Any:
    """What stands for a missing time: pandas' NaT, where pandas is installed."""
    try:
        import pandas as pd
    except ImportError:
        return None
    return pd.NaT


class Call:
    """A function with its further arguments; what is called for each value or row. ``missing`` is what it gets for a value
    that is not there (or a function that makes that); of rows, that of each column."""

    def __init__(self, func: Callable[..., Any], args: tuple, kwargs: dict[str, Any], skip: bool, missing: Any) -> None:
        self.func, self.args, self.kwargs, self.skip, self.missing = func, args, kwargs, skip, missing

    def values(self, values: list) -> list:
        """The results of a column's values; a missing one is NaN for numbers and text, as pandas has it."""
        func, args, kwargs, missing = self.func, self.args, self.kwargs, self.missing
        first = next((value for value in values if value is not None), None)
        if hasattr(first, "isoformat") or hasattr(first, "total_seconds"):
            from hypostyle._times import all_timed

            values = all_timed(values)
        elif isinstance(first, str) and first[:1] in "([":
            from hypostyle._bin_texts import with_intervals

            values = with_intervals(values)
        if self.skip:
            return [None if value is None else func(value, *args, **kwargs) for value in values]
        if None in values and callable(missing):
            missing = missing()
        if args or kwargs:
            return [func(missing if value is None else value, *args, **kwargs) for value in values]
        if None in values:
            return [func(missing if value is None else value) for value in values]
        found = list(map(func, values))
        if len(found) < len(values):
            # It ends the iteration, as if there were no further values.
            raise RuntimeError(f"the function raised StopIteration for {values[len(found)]!r}")
        return found

    def rows(self, names: list[str], lists: list[list], labels: Any) -> list:
        """The results of rows, whose missing values are as those of columns."""
        from hypostyle._headings import shown
        from hypostyle._rows import Row

        func, args, kwargs, keys = self.func, self.args, self.kwargs, tuple(names)
        lists = [
            column if nothing is None or None not in column else _with(column, nothing)
            for column, nothing in zip(lists, self.missing, strict=True)
        ]
        values = zip(*lists, strict=True) if lists else (() for _ in labels)
        keys = tuple(shown(keys))
        return [func(Row(keys, row, label), *args, **kwargs) for row, label in zip(values, labels, strict=True)]


def _with(values: list, nothing: Any) -> list:
    """The values, with something for those that are missing."""
    nothing = nothing() if callable(nothing) else nothing
    return [nothing if value is None else value for value in values]


class Raised:
    """An exception that is made again without its class being called: from its arguments, and with its attributes."""

    def __init__(self, error: BaseException, whole: bool) -> None:
        state = {name: value for name, value in vars(error).items() if not name.startswith("__")} if whole else {}
        self.parts = (type(error), error.args if whole else (str(error),), state)

    def __reduce__(self) -> Any:
        return _raised, self.parts


def _raised(kind: type[BaseException], args: tuple, state: dict[str, Any]) -> BaseException:
    made = kind.__new__(kind, *args)
    made.args = args
    vars(made).update(state)
    return made


def results(kind: str, call: Any, table: _native.Table, columns: list[str], names: list[str], start: int) -> list:
    """The results of a run of rows, whose first one has the number ``start``: of values, or of rows with their labels."""
    lists = table.lists(columns)
    if kind == "values":
        return call.values(lists[0])
    index = len(columns) - len(names)
    labels: Any = range(start, start + table.rows())
    if index:
        labels = lists[0] if index == 1 else list(zip(*lists[:index], strict=True))
    return call.rows(names, lists[index:], labels)


#: Types whose values go back as plain memory, as `array` and the engine name them.
PLAIN = {int: ("q", "int64"), float: ("d", "float64"), bool: ("b", "bool")}
LETTERS = {dtype: letter for letter, dtype in PLAIN.values()}


def plain(values: list) -> list | tuple[str, bytes]:
    """Values of one plain type as the name of the type and their memory; others as they are.

    >>> plain([1, 2])[0], plain([1, None])
    ('int64', [1, None])
    """
    kinds = set(map(type, values))
    if len(kinds) != 1 or (known := PLAIN.get(kinds.pop())) is None:
        return values
    try:
        return known[1], array.array(known[0], values).tobytes()
    except OverflowError:
        return values


def as_list(values: list | tuple[str, bytes]) -> list:
    """What `plain` made as a list again."""
    if isinstance(values, list):
        return values
    made = array.array(LETTERS[values[0]], values[1]).tolist()
    return list(map(bool, made)) if values[0] == "bool" else made


def run(call: Any, job: Mapping[str, Any]) -> Any:
    """The answer of a job, whose rows are in an Arrow file."""
    query = _native.scan_files("ipc", [job["path"]], "{}")
    kind = job["kind"]
    if kind == "partition":
        return call.made(query, job["out"])
    if kind == "groups":
        whole = query.collect().query()
        return [call.result(whole.slice(start, count)) for start, count in job["spans"]]
    return plain(results(kind, call, query.collect(), job["columns"], job["names"], job["start"]))
