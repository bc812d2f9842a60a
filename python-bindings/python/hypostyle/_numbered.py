"""Rows by number that the engine makes: so many numbers, and rows that come several times."""

from __future__ import annotations

import math

from hypostyle import _native
from hypostyle._windows import literal, window
from hypostyle.errors import TooManyRowsError

Native = _native.Expr
Query = _native.Query

#: Rows that may be asked for.
MOST = 1 << 40


def numbers(count: int) -> _native.Query:
    """The numbers from 0 below ``count`` as the column ``n``. The engine makes them, and stops where memory ends."""
    if count > MOST:
        raise TooManyRowsError(f"{count} rows are more than any memory holds")
    width = math.isqrt(max(count - 1, 0)) + 1
    one, other = (
        Query.from_columns([name], [_native.Column.from_values(range(width), "int64")]) for name in ("a", "b")
    )
    number = Native.column("a").binary("*", literal(width)).binary("+", Native.column("b"))
    return one.join(other, [], [], "cross", ("", "_")).slice(0, count).select([number.alias("n")])


def repeated(counts: list[int]) -> _native.Table:
    """The column ``row`` of the numbers of rows, each so many times."""
    until = window("cum_sum", Native.column("count"))
    rows = Query.from_columns(["count"], [_native.Column.from_values(counts, "int64")])
    rows = rows.select(
        [window("row_number").binary("-", literal(1)).alias("row"), until.alias("until"), Native.column("count")]
    )
    rows = rows.filter(Native.column("count").binary(">", literal(0)))
    keys = (Native.column("n"), Native.column("until"))
    found = numbers(sum(counts)).join_asof(rows, keys, [], [], ("", "_"), "forward", None, False)
    return found.select([Native.column("row").cast("int64").alias("row")]).collect()
