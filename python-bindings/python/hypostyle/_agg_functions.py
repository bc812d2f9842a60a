"""Aggregates of a frame, some of which are Python functions of a column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypostyle._aggregates import is_known


def has_functions(func: Any) -> bool:
    """Whether some of several aggregates are Python functions."""
    return any(callable(one) and not is_known(one) for one in _flat(func))


def _flat(func: Any) -> list[Any]:
    listed = func.values() if isinstance(func, Mapping) else func if isinstance(func, (list, tuple)) else []
    return [one for part in listed for one in (part if isinstance(part, (list, tuple)) else [part])]


def with_functions(frame: Any, func: Any, named: dict[str, Any]) -> Any:
    """A series by column of a mapping of one aggregate each; of lists and of named ones a frame with a row for each."""
    if not named and isinstance(func, Mapping) and not any(isinstance(one, (list, tuple)) for one in func.values()):
        from hypostyle._by_name import values_by_name

        return values_by_name(list(func), [frame[name].agg(one) for name, one in func.items()], None, frame._plan)
    columns = frame._plan.columns
    if named:
        wanted = [(out, column, one) for out, (column, one) in named.items()]
    elif isinstance(func, Mapping):
        listed = {name: one if isinstance(one, (list, tuple)) else [one] for name, one in func.items()}
        wanted = [(name_of(one), column, one) for column, ones in listed.items() for one in ones]
    else:
        wanted = [(name_of(one), column, one) for one in func for column in columns]
    rows: dict[str, dict[str, Any]] = {}
    for label, column, one in wanted:
        rows.setdefault(label, {})[column] = frame[column].agg(one)
    used = [name for name in columns if any(name in row for row in rows.values())]
    return frame._table(list(rows), {name: [row.get(name) for row in rows.values()] for name in used}, "string")


def name_of(func: Any) -> str:
    """What a row of an aggregate is called."""
    return func if isinstance(func, str) else getattr(func, "__name__", str(func))
