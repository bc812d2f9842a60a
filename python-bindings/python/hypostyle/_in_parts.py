"""Many values as Python objects, made in parts, so that Ctrl-C is heard between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from hypostyle import _native

#: Rows of a part.
_ROWS = 1 << 16


def lists(table: _native.Table, names: Sequence[str]) -> list[list[Any]]:
    """The values of columns, a list each."""
    rows, names = table.rows(), list(names)
    if rows <= _ROWS:
        return table.lists(names)
    found: list[list[Any]] = []
    for name in names:
        # One after the other: lists that grow side by side are moved in memory again and again.
        column: list[Any] = []
        for start in range(0, rows, _ROWS):
            column.extend(table.slice(start, _ROWS).collect().lists([name])[0])
        found.append(column)
    return found


def mapping(labels: Sequence[Any], values: Iterable[Any]) -> dict[Any, Any]:
    """The values by their labels."""
    found: dict[Any, Any] = {}
    pairs = zip(labels, values, strict=True)
    for _ in range(0, len(labels), _ROWS):
        found.update(islice(pairs, _ROWS))
    return found
