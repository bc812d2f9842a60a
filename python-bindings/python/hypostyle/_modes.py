"""The most frequent values of columns."""

from __future__ import annotations

from collections.abc import Sequence

from hypostyle import _native
from hypostyle._aggregates import aggregate
from hypostyle._key_order import ranks
from hypostyle._plan import Plan


def modes(plan: Plan, keys: Sequence[_native.Expr], names: Sequence[str], dropna: bool) -> Plan:
    """The most frequent values of each key, smallest first, as columns of these names; runs. Shorter columns are filled with
    missing values. Of categories the smallest is the first of them."""
    query, column = plan.query, _native.Expr.column
    known = {name: query.categories(key) for key, name in zip(keys, names, strict=True)}
    types = [query.dtype_of(key) for key in keys]
    exprs = [
        aggregate(key, "mode", count_nulls=not dropna).alias(name)
        for key, name in zip(ranks(query, keys), names, strict=True)
    ]
    lists = [values[0] or [] for values in query.select(exprs).collect().lists(list(names))]
    rows = max(map(len, lists), default=0)
    columns = [
        _native.Column.from_values(values + [None] * (rows - len(values)), dtype if found is None else "uint32", False)
        for values, dtype, found in zip(lists, types, known.values(), strict=True)
    ]
    made = _native.Query.from_columns(list(names), columns)
    back = [column(name).cast_categories(*found).alias(name) for name, found in known.items() if found is not None]
    return Plan(made.with_columns(back) if back else made, axis=plan.axis)
