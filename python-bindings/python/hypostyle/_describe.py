"""The summary of the numeric columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypostyle import _index, _native
from hypostyle._aggregates import aggregate
from hypostyle._dtypes import is_number
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame

_QUARTILES = {"25%": 0.25, "50%": 0.5, "75%": 0.75}
_ROWS = ["count", "mean", "std", "min", *_QUARTILES, "max"]


def describe(frame: DataFrame) -> DataFrame:
    """One row per statistic, one column per numeric column, in one run."""
    plan, dtypes = frame._plan, frame.dtypes
    names = [name for name in frame.columns if is_number(dtypes[name])]
    if not names:
        raise DataTypeError("describe: the frame has no numeric column")
    exprs = []
    for i, name in enumerate(names):
        column = plan.column(name)
        for j, row in enumerate(_ROWS):
            statistic = (
                aggregate(column, "quantile", q=_QUARTILES[row]) if row in _QUARTILES else aggregate(column, row)
            )
            exprs.append(statistic.cast("float64").alias(f"{i}_{j}"))
    table = plan.query.select(exprs).collect()
    values = [[table.lists([f"{i}_{j}"])[0][0] for j in range(len(_ROWS))] for i in range(len(names))]
    index = _index.HIDDEN.format(0)
    columns = [_native.Column.from_values(_ROWS, "string")]
    columns += [_native.Column.from_values(column, "float64", False) for column in values]
    return type(frame)._of(Plan(_native.Query.from_columns([index, *names], columns), [(index, None)]))
