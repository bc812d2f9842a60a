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
    lists = query.select(exprs).collect()
    lengths = [_native.Expr.call("scalar", "list_len", [column(name)], {}).alias(name) for name in names]
    counts = [values[0] or 0 for values in lists.query().select(lengths).collect().lists(list(names))]
    parts = []
    for name, count, dtype, found in zip(names, counts, types, known.values(), strict=True):
        # A list of nothing would be a missing value.
        held = lists.query().select([column(name)]).explode(name).slice(0, count)
        missing = _native.Column.from_values([None] * (max(counts) - count), dtype if found is None else "uint32")
        parts.append(_native.Query.concat([held, _native.Query.from_columns([name], [missing])], "outer"))
    made = _native.Query.concat(parts, "columns") if parts else _native.Query.from_columns([], [])
    back = [column(name).cast_categories(*found).alias(name) for name, found in known.items() if found is not None]
    return Plan(made.with_columns(back) if back else made, axis=plan.axis)
