"""The order of keys: as pandas has it, categories come in their own order, whether their values compare by it or not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hypostyle import _native
from hypostyle._plan import Plan
from hypostyle.expr import col

Native = _native.Expr


def ranks(query: _native.Query, keys: Sequence[Native]) -> list[Native]:
    """What rows are sorted by: of categories the numbers, of other keys the values."""
    return [key.cast("int32") if query.dtype_of(key) == "category" else key for key in keys]


def has_categories(query: _native.Query, keys: Sequence[Native]) -> bool:
    """Whether some keys are categories without an order, which the engine puts in the order of their texts."""
    known = [query.categories(key) for key in keys if query.dtype_of(key) == "category"]
    return any(found is not None and not found[1] for found in known)


def grouped(
    query: _native.Query,
    keys: list[Native],
    aggregates: list[Native],
    sort: bool | None,
    dropna: bool,
    unobserved: bool = False,
) -> _native.Query:
    """Named keys and aggregates of each group; with ``sort`` in the order of the keys."""
    if not (sort and has_categories(query, keys)):
        return query.group_by(keys, aggregates, sort, dropna, unobserved)
    return in_order(query.group_by(keys, aggregates, None, dropna, unobserved), [key.output_name() for key in keys])


def in_order(query: _native.Query, names: Sequence[str]) -> _native.Query:
    """The rows in the order of these columns, missing keys last."""
    return query.sort(ranks(query, [Native.column(name) for name in names]), [False] * len(names), False)


def times_first(plan: Plan, keys: Sequence[Any]) -> list[Any]:
    """What merged rows are sorted by: as pandas has it, missing times come before the others, other missing keys last."""
    made: list[Any] = []
    for key in keys:
        native = Native.column(key) if isinstance(key, str) else key._native
        if plan.query.dtype_of(native).startswith(("timestamp", "duration")):
            made.append(col(key).notna() if isinstance(key, str) else key.notna())
        made.append(key)
    return made


def is_observed(query: _native.Query, keys: list[Native]) -> bool:
    """Whether rows have all combinations of the keys' categories; runs."""
    if not any(query.dtype_of(key) == "category" for key in keys):
        return True
    named = [key.alias(f"{at}") for at, key in enumerate(keys)]
    rows = Native.call("aggregate", "len", []).alias("rows")
    counts = query.group_by(named, [rows], None, True, True)
    return counts.filter(Native.column("rows").binary("==", Native.literal(0))).slice(0, 1).rows() == 0


def is_crossed(query: _native.Query, sides: Sequence[Sequence[Native]]) -> bool:
    """Whether rows have all combinations of the keys of each side; runs."""
    for keys in sides:
        named = [key.alias(f"{at}") for at, key in enumerate(keys)]
        found = query.select(named).distinct([f"{at}" for at in range(len(keys))], False).collect()
        columns = [set(column) for column in found.lists([f"{at}" for at in range(len(keys))])]
        if found.rows() < math.prod(map(len, columns)):
            return False
    return True
