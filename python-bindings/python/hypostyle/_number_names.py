"""Columns named by whole numbers, as a list of rows and a pivot make them: ``df.sort_values(0)`` means the column "0"."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from hypostyle._headings import column_of
from hypostyle._labels import is_number

#: Verbs of frames whose first argument names columns, and the parameters by which they are named.
VERBS = [
    "drop_duplicates",
    "dropna",
    "duplicated",
    "explode",
    "groupby",
    "melt",
    "merge",
    "pivot",
    "pivot_table",
    "set_index",
    "sort_values",
    "value_counts",
]
_PARAMETERS = frozenset(
    [
        "by",
        "on",
        "left_on",
        "right_on",
        "subset",
        "columns",
        "column",
        "index",
        "values",
        "id_vars",
        "value_vars",
        "keys",
    ]
)


def allow(cls: type, verbs: list[str]) -> None:
    """Lets the verbs of a class take whole numbers that are names of columns."""
    for verb in verbs:
        setattr(cls, verb, _taking(getattr(cls, verb)))


def _taking(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def verb(self: Any, *args: Any, **kwargs: Any) -> Any:
        args = (*(_named(self, value) for value in args[:1]), *args[1:])
        kwargs = {key: _named(self, value) if key in _PARAMETERS else value for key, value in kwargs.items()}
        return method(self, *args, **kwargs)

    return verb


def _named(frame: Any, value: Any) -> Any:
    """Numbers that are names of columns as these names, where all are; tuples that are names of several levels."""
    if isinstance(value, tuple):
        return column_of(frame._plan, value)
    if isinstance(value, list) and any(isinstance(one, tuple) for one in value):
        return [column_of(frame._plan, one) for one in value]
    if is_number(value):
        return str(int(value)) if str(int(value)) in frame._plan.names else value
    if isinstance(value, list) and value and all(is_number(one) or isinstance(one, str) for one in value):
        names = [str(one) for one in value]
        known = set(frame._plan.names)
        return names if len(set(names)) == len(names) and known.issuperset(names) else value
    return value
