"""``crosstab``: how often values of two columns occur together."""

from __future__ import annotations

from functools import reduce
from typing import Any

from hypostyle import _index, _native
from hypostyle._aggregates import aggregate
from hypostyle._key_order import in_order
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.frame import DataFrame
from hypostyle.series import Series


def crosstab(
    index: Series,
    columns: Series,
    values: Series | None = None,
    rownames: Any = None,
    colnames: Any = None,
    aggfunc: Any = None,
    margins: bool = False,
    margins_name: str = "All",
    dropna: bool = True,
    normalize: bool | str = False,
) -> DataFrame:
    """How often values of two series of a frame occur together: a row per value of the first, which is the index, and a
    column per value of the second, named as text. With ``values`` and ``aggfunc``, an aggregate in place of the number of
    rows. ``normalize`` gives shares of ``"all"``, ``"index"`` or ``"columns"``; ``margins`` adds totals. Runs.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"a": ["x", "y", "x"], "b": [1, 1, 2]})
    >>> hs.crosstab(df["a"], df["b"]).to_dict("list")
    {'1': [1, 1], '2': [1, 0]}
    """
    index, columns = (one[0] if isinstance(one, list) and len(one) == 1 else one for one in (index, columns))
    if not (isinstance(index, Series) and isinstance(columns, Series)):
        raise DataTypeError("crosstab takes two series of a frame; of several keys use pivot_table(aggfunc='size')")
    if colnames is not None:
        raise UnsupportedError("crosstab: the axis of the columns has no name; leave out colnames")
    if not dropna:
        raise UnsupportedError("crosstab: dropna=False; fill missing keys first, fillna(...)")
    if rownames is not None:
        [name] = rownames
        index = index.rename(name)
    if isinstance(normalize, int) and not isinstance(normalize, bool):
        normalize = {0: "index", 1: "columns"}.get(normalize, str(normalize))
    if values is not None and margins and not normalize:
        plan = index._plan.with_columns({"\0row": index._native, "\0head": index._plan.expr(columns, same_rows=True)})
        plan = plan.with_columns({"\0cell": index._plan.expr(values, same_rows=True)})
        made = DataFrame._of(plan).pivot_table(
            "\0cell", "\0row", "\0head", aggfunc, margins=True, margins_name=margins_name
        )
        return made.rename_axis(index.name)
    if (values is None) != (aggfunc is None):
        raise InvalidArgumentError("crosstab: values and aggfunc come together")
    if normalize not in (False, True, "all", "index", "columns"):
        raise InvalidArgumentError(f"normalize is 'all', 'index', 'columns' or a bool, not {normalize!r}")
    if values is not None and (margins or normalize):
        raise UnsupportedError("crosstab: totals and shares are of numbers of rows; leave out values")
    plan = index._plan
    column = plan.expr(columns, same_rows=True)
    cell = None if values is None else aggregate(plan.expr(values, same_rows=True), aggfunc)
    label = _index.HIDDEN.format(0)
    query = _native.crosstab(plan.query, index._native.alias(label), column, cell)
    names = query.names()[1:]
    if (own := plan.query.categories(index._native)) is not None:
        query = query.with_columns([_native.Expr.column(label).cast_categories(*own, "strict").alias(label)])
        query = in_order(query, [label])
    if (known := plan.query.categories(column)) is not None:
        # Categories come in their order.
        names = [name for name in known[0] if name in names]
        query = query.select([_native.Expr.column(name).alias(name) for name in [label, *names]])
    if values is None:
        query = query.with_columns([_native.Expr.column(name).cast("int64").alias(name) for name in names])
    if margins and margins_name in names:
        raise InvalidArgumentError(f"crosstab: {margins_name!r} is a value already; give another margins_name")
    shares = {False: None, True: "all"}.get(normalize, normalize) if isinstance(normalize, bool) else normalize
    if (margins or shares) and names:
        counts = query.collect().query()
        query = _shared(_totals(counts, label, names, margins_name), names, margins_name, shares, margins)
        if not margins or shares == "columns":
            # Without a row of totals the labels are what they were.
            cells = query.select([_native.Expr.column(name).alias(name) for name in query.names()[1:]])
            query = _native.Query.concat([counts.select([_native.Expr.column(label).alias(label)]), cells], "columns")
    found = _index.level_columns([index.name], query.names()[1:])
    return DataFrame._of(Plan(query.rename({label: found[0][0]}), found))


def _sum(names: list[str]) -> _native.Expr:
    return reduce(lambda a, b: a.binary("+", b), map(_native.Expr.column, names))


def _totals(query: _native.Query, label: str, names: list[str], total: str) -> _native.Query:
    """The table with a last column and a last row of totals."""
    query = query.with_columns([_native.Expr.column(label).cast("string").alias(label), _sum(names).alias(total)])
    sums = query.select([aggregate(_native.Expr.column(name), "sum").alias(name) for name in [*names, total]])
    row = sums.with_columns([_native.Expr.literal(total).alias(label)])
    row = row.select([_native.Expr.column(name).alias(name) for name in [label, *names, total]])
    return _native.Query.concat([query, row], "outer")


def _shared(query: _native.Query, names: list[str], total: str, shares: Any, margins: bool) -> _native.Query:
    """The table of totals as shares, and without the totals that are not wanted."""
    every = [*names, total]
    rows = query.rows()
    if shares in ("all", "columns"):
        last = query.slice(rows - 1, 1).collect().lists(every)
        sums = {name: values[0] for name, values in zip(every, last, strict=True)}
        whole = {name: sums[total] if shares == "all" else sums[name] for name in every}
        divided = {name: _native.Expr.literal(whole[name]) for name in every}
    elif shares == "index":
        divided = dict.fromkeys(every, _native.Expr.column(total))
    else:
        divided = {}
    if divided:
        exprs = [_native.Expr.column(name).binary("/", by).alias(name) for name, by in divided.items()]
        query = query.with_columns(exprs)
    keep_row = margins and shares != "columns"
    keep_column = margins and shares != "index"
    if not keep_row:
        query = query.slice(0, rows - 1)
    if not keep_column:
        query = query.select([_native.Expr.column(name).alias(name) for name in query.names() if name != total])
    return query
