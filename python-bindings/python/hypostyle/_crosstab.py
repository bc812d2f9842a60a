"""``crosstab``: how often values of two columns occur together."""

from __future__ import annotations

from functools import reduce
from typing import Any

from hypostyle import _headings, _index, _native
from hypostyle._aggregates import aggregate, is_known
from hypostyle._bins import series_of
from hypostyle._key_order import in_order
from hypostyle._plan import Plan
from hypostyle._spread import labels_of
from hypostyle._windows import literal
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.frame import DataFrame
from hypostyle.series import Series


def crosstab(
    index: Any,
    columns: Any,
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
    column per value of the second, whose label it is. With ``values`` and ``aggfunc``, an aggregate in place of the number of
    rows. ``normalize`` gives shares of ``"all"``, ``"index"`` or ``"columns"``; ``margins`` adds totals. Lists of several
    series are levels of the index and of the columns. Runs.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"a": ["x", "y", "x"], "b": [1, 1, 2]})
    >>> hs.crosstab(df["a"], df["b"]).to_dict("list")
    {1: [1, 1], 2: [1, 0]}
    >>> hs.crosstab([df["a"], df["b"]], df["b"]).index.to_list()
    [('x', 1), ('x', 2), ('y', 1)]
    """
    if isinstance(columns, str) and isinstance(index, Series):
        # One value for all rows, such as "count".
        columns = index._like(literal(columns)).rename(None)
    rows, heads = _keys_of(index, rownames, "row"), _keys_of(columns, colnames, "col")
    values = None if values is None else series_of(values)
    if (values is None) != (aggfunc is None):
        raise InvalidArgumentError("crosstab: values and aggfunc come together")
    if isinstance(normalize, int) and not isinstance(normalize, bool):
        normalize = {0: "index", 1: "columns"}.get(normalize, str(normalize))
    if len(rows) > 1 or len(heads) > 1 or not dropna:
        return _of_several(rows, heads, values, aggfunc, margins, margins_name, normalize, dropna)
    [index], [columns] = rows, heads
    # Functions of Python's and totals go by pivots.
    if values is not None and not normalize and (margins or (callable(aggfunc) and not is_known(aggfunc))):
        plan = index._plan.with_columns({"\0row": index._native, "\0head": index._plan.expr(columns, same_rows=True)})
        plan = plan.with_columns({"\0cell": index._plan.expr(values, same_rows=True)})
        made = DataFrame._of(plan).pivot_table(
            "\0cell", "\0row", "\0head", aggfunc, margins=margins, margins_name=margins_name
        )
        return made.rename_axis(index.name, columns=columns.name)
    if normalize not in (False, True, "all", "index", "columns"):
        raise InvalidArgumentError(f"normalize is 'all', 'index', 'columns' or a bool, not {normalize!r}")
    if values is not None and margins:
        raise UnsupportedError("crosstab: totals beside shares are of numbers of rows; leave out values, or the totals")
    if values is not None and normalize:
        return _normalized(crosstab(index, columns, values, aggfunc=aggfunc), normalize)
    plan = index._plan
    column = plan.expr(columns, same_rows=True)
    cell = None if values is None else aggregate(plan.expr(values, same_rows=True), aggfunc)
    label = _index.HIDDEN.format(0)
    query = _native.crosstab(plan.query, index._native.alias(label), column, cell)
    names = query.names()[1:]
    if (own := plan.query.categories(index._native)) is not None:
        query = query.with_columns([_native.Expr.column(label).cast_categories(own[0], own[1], "strict").alias(label)])
        query = in_order(query, [label])
    if (known := plan.query.categories(column)) is not None:
        # Categories come in their order.
        names = [name for name in known[0] if name in names]
        query = query.select([_native.Expr.column(name).alias(name) for name in [label, *names]])
    if titles := labels_of(plan, [column], names):
        moved = {name: _headings.named(titles.get(name, (name,))) for name in names}
        query, names = query.rename(moved), list(moved.values())
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
    found = _index.level_columns([index._name], query.names()[1:])
    return DataFrame._of(Plan(query.rename({label: found[0][0]}), found).titled([columns.name]))


def _keys_of(keys: Any, names: Any, side: str) -> list[Series]:
    """The keys of one side as series with names."""
    listed = isinstance(keys, (list, tuple)) and keys and all(_is_column(key) for key in keys)
    found = [key if isinstance(key, Series) else series_of(key) for key in (keys if listed else [keys])]
    if not all(isinstance(key, Series) for key in found):
        raise DataTypeError("crosstab takes two series of a frame, or lists of them")
    if names is not None:
        if len(names) != len(found):
            raise InvalidArgumentError(f"crosstab: {len(names)} names for {len(found)} keys")
        return [key.rename(name) for key, name in zip(found, names, strict=True)]
    return [key if key.name is not None else key.rename(f"{side}_{at}") for at, key in enumerate(found)]


def _is_column(key: Any) -> bool:
    return not isinstance(key, (str, bytes)) and (hasattr(key, "_plan") or hasattr(key, "__len__"))


def _of_several(
    rows: list[Series],
    heads: list[Series],
    values: Any,
    aggfunc: Any,
    margins: bool,
    total: str,
    normalize: Any,
    dropna: bool,
) -> DataFrame:
    """A table of several keys on a side, or of missing keys and categories too: a pivot table of the numbers of rows."""
    if normalize and margins:
        raise UnsupportedError("crosstab: shares of several keys, or of missing ones, with totals; leave out margins")
    plan = rows[0]._plan
    one = _native.Expr.literal(1) if values is None else plan.beside_each(values)
    names = [f"\0{side}{at}" for side, keys in (("row", rows), ("head", heads)) for at in range(len(keys))]
    exprs = {name: plan.beside_each(key) for name, key in zip(names, [*rows, *heads], strict=True)}
    frame = DataFrame._of(plan.with_columns({**exprs, "\0cell": one}))
    made = frame.pivot_table(
        "\0cell",
        names[: len(rows)],
        names[len(rows) :],
        "count" if values is None else aggfunc,
        margins=margins,
        margins_name=total,
        fill_value=0 if values is None else None,
        dropna=dropna,
        observed=dropna,
    )
    made = made.rename_axis([key.name for key in rows], columns=[key.name for key in heads])
    if not normalize:
        return made
    return _normalized(made, normalize)


def _normalized(made: DataFrame, normalize: Any) -> DataFrame:
    """The cells of a table as shares of all, or of their row or column; 0 where there is none."""
    by, made = "all" if normalize is True else normalize, made.fillna(0)
    if by == "index":
        return made.div(made.sum(axis=1), axis=0).fillna(0)
    if by not in ("all", "columns"):
        raise InvalidArgumentError(f"normalize is 'all', 'index', 'columns' or a bool, not {normalize!r}")
    sums = made.sum().to_list()
    by_column = dict(zip(made._plan.columns, sums if by == "columns" else [sum(sums)] * len(sums), strict=True))
    return DataFrame._of(
        made._plan.with_columns(
            {
                name: made._plan.column(name).binary("/", _native.Expr.literal(whole or 1))
                for name, whole in by_column.items()
            }
        )
    )


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
