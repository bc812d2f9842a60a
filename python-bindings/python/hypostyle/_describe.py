"""Summaries of columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _index, _native
from hypostyle._aggregates import aggregate
from hypostyle._dtypes import is_number
from hypostyle._key_order import grouped
from hypostyle._plan import Plan
from hypostyle._rows import Row
from hypostyle.errors import DataTypeError, InvalidArgumentError

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame
    from hypostyle.series import Series

_QUARTILES = (0.25, 0.5, 0.75)
_TEXT = ["count", "unique", "top", "freq"]
_TIMES = ("timestamp", "date", "duration")


def percentile_names(percentiles: Sequence[float] | None) -> dict[str, float]:
    """The rows of the percentiles and their shares, ascending."""
    shares = sorted(_QUARTILES if percentiles is None else {float(share) for share in percentiles})
    for share in shares:
        if not 0 <= share <= 1:
            raise InvalidArgumentError(f"percentiles lie between 0 and 1, not at {share}")
    return {f"{round(share * 100, 6):g}%": share for share in shares}


def number_statistics(column: _native.Expr, quantiles: dict[str, float]) -> dict[str, _native.Expr]:
    """The statistics of a number. Those of all quantiles read one aggregate, which runs once."""
    shares = aggregate(column, "quantiles", q=list(quantiles.values()))
    return {
        **{name: aggregate(column, name) for name in ("count", "mean", "std", "min")},
        **{name: element(shares, i) for i, name in enumerate(quantiles)},
        "max": aggregate(column, "max"),
    }


def time_statistics(plan: Plan, column: _native.Expr, quantiles: dict[str, float]) -> dict[str, Any]:
    """The statistics of dates, times and lengths of time."""
    found = number_statistics(column, quantiles)
    if plan.query.dtype_of(column).startswith("duration"):
        spread = aggregate(column.cast("duration[us]").cast("int64"), "std")
        found["std"] = _native.Expr.call("scalar", "floor", [spread]).cast("int64").cast("duration[us]")
    else:
        del found["std"]
    exprs = [expr.alias(str(at)) for at, expr in enumerate(found.values())]
    cells = plan.query.select(exprs).collect().lists([str(at) for at in range(len(exprs))])
    return {name: cell[0] for name, cell in zip(found, cells, strict=True)}


def _shown(value: Any) -> str | None:
    """A statistic as pandas writes it."""
    if isinstance(value, dt.timedelta):
        rest = str(value - dt.timedelta(days=value.days))
        return f"{value.days} days {rest if rest[1] != ':' else '0' + rest}"
    return None if value is None else str(value)


def element(lists: _native.Expr, index: int) -> _native.Expr:
    """An element of a list."""
    return _native.Expr.call("scalar", "list_get", [lists], {"index": index})


def describe(frame: DataFrame, percentiles: Sequence[float] | None = None, include: Any = None) -> DataFrame:
    """One row per statistic, one column per column; numbers and times, or text if there is neither, or all."""
    if include not in (None, "all"):
        raise InvalidArgumentError(f"describe: include is None or 'all', not {include!r}; choose columns before")
    plan, dtypes = frame._plan, frame._plan.dtypes
    quantiles = percentile_names(percentiles)
    numbers = [name for name in frame._plan.columns if is_number(dtypes[name])]
    times = [name for name in frame._plan.columns if dtypes[name].startswith(_TIMES)]
    plain = not numbers and not times
    texts = (
        [name for name in frame._plan.columns if dtypes[name] in ("string", "bool", "category")]
        if include or plain
        else []
    )
    if plain and not texts:
        raise DataTypeError("describe: the frame has no column of numbers, times or text")
    counts = ["count", "mean", "std", "min", *quantiles, "max"]
    if any(not dtypes[name].startswith("duration") for name in times):
        # Moments have no deviation: as in pandas it comes last.
        counts = [row for row in counts if row != "std"] + (["std"] if len(times) < len(numbers) + len(times) else [])
    rows = counts if not texts else _TEXT if plain else [*_TEXT, *counts[1:]]
    exprs = []
    for i, name in enumerate(numbers):
        for row, statistic in number_statistics(plan.column(name), quantiles).items():
            exprs.append(statistic.cast("float64").alias(f"{i} {row}"))
    table = plan.query.select(exprs).collect() if exprs else None
    found: dict[str, list[Any]] = {}
    for i, name in enumerate(numbers):
        cells = table.lists([f"{i} {row}" for row in counts])  # type: ignore[union-attr]
        numbers_of = dict(zip(counts, [cell[0] for cell in cells], strict=True))
        found[name] = [numbers_of.get(row) for row in rows]
    for name in times:
        times_of = time_statistics(plan, plan.column(name), quantiles)
        found[name] = [_shown(times_of.get(row)) for row in rows]
    for name in texts:
        texts_of = text_statistics(plan, plan.column(name))
        found[name] = [texts_of.get(row) for row in rows]
    index = _index.HIDDEN.format(0)
    names = [name for name in frame._plan.columns if name in found]
    columns = [_native.Column.from_values(rows, "string")]
    for name in names:
        if name in numbers:
            columns.append(_native.Column.from_values(found[name], "float64", False))
        else:
            cells = [None if value is None else str(value) for value in found[name]]
            columns.append(_native.Column.from_values(cells, "string"))
    return type(frame)._of(Plan(_native.Query.from_columns([index, *names], columns), [(index, None)], axis=plan.axis))


def describe_series(series: Series, percentiles: Sequence[float] | None = None) -> Series:
    """The statistics of a series, indexed by their names."""
    from hypostyle._by_name import values_by_name

    quantiles = percentile_names(percentiles)
    if is_number(series.dtype):
        exprs = number_statistics(series._native, quantiles)
        query = series._plan.query.select([e.cast("float64").alias(f"{i}") for i, e in enumerate(exprs.values())])
        values = [column[0] for column in query.collect().lists([f"{i}" for i in range(len(exprs))])]
        return values_by_name(list(exprs), values, series.name)
    if series.dtype.startswith(_TIMES):
        times = time_statistics(series._plan, series._native, quantiles)
        return values_by_name(list(times), list(times.values()), series.name)
    if series.dtype in ("string", "bool", "category"):
        found = text_statistics(series._plan, series._native)
        values = [found[name] for name in _TEXT]
        # A number and a truth value have no common type.
        return Row(tuple(_TEXT), tuple(values), series.name)  # type: ignore[return-value]
    raise DataTypeError(f"describe: a series of {series.dtype}; numbers, times, text and truth values have a summary")


def text_statistics(plan: Plan, column: _native.Expr) -> dict[str, Any]:
    """How many values, how many distinct ones, the most frequent one (of several the first seen), how often it occurs."""
    keys = [column.alias("value")]
    # Of categories the first one.
    sort = plan.query.dtype_of(column) == "category"
    counts = grouped(plan.query, keys, [aggregate(column, "size").alias("count")], sort, True)
    totals = counts.select(
        [
            aggregate(_native.Expr.column("count"), "sum").alias("count"),
            aggregate(_native.Expr.column("value"), "size").alias("unique"),
            _native.Expr.call(
                "aggregate", "max_by", [_native.Expr.column("value"), _native.Expr.column("count")], {}
            ).alias("top"),
            aggregate(_native.Expr.column("count"), "max").alias("freq"),
        ]
    )
    cells = totals.collect().lists(_TEXT)
    return dict(zip(_TEXT, [cell[0] for cell in cells], strict=True))
