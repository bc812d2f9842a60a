"""Functions of text that run value by value in Python, or make columns of what they find; for series."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypostyle import _native
from hypostyle._cells import by_row, is_missing
from hypostyle._column_labels import name_of
from hypostyle._regex import Pattern
from hypostyle.errors import DataTypeError, InvalidArgumentError, ShapeError, UnsupportedError

Native = _native.Expr

#: Columns that no frame has.
_FOUND, _ROW = "__found", "__row"


def series_of(owner: Any, verb: str) -> Any:
    """The series a function is of; expressions have no values to look at."""
    if not hasattr(owner, "_plan"):
        raise UnsupportedError(f"{verb} of an expression, which has no values to look at; use it on a series")
    return owner


def mapped(owner: Any, verb: str, function: Callable[[Any], Any]) -> Any:
    """A Python function of each text; missing where the text is."""
    from hypostyle import _columns

    series = series_of(owner, verb)
    values = [None if value is None else function(value) for value in series.to_list()]
    if not any(value is not None for value in values):
        return series
    made = _columns.column(values, False)
    native = by_row(made)
    series._plan.query.dtype_of(native)
    return type(series)(series._plan, native, series.name)


def joined(owner: Any, others: Any, sep: str | None, na_rep: str | None, join: str = "left") -> Any:
    """All texts as one, or each text with those of other columns beside it: of series those of the same label, where
    ``join`` says which labels there are."""
    series, between = series_of(owner, "cat"), sep or ""

    def shown(native: Native) -> Native:
        return native if na_rep is None else Native.call("scalar", "fill_null", [native, Native.literal(na_rep)])

    if others is None:
        native = Native.call("aggregate", "string_join", [shown(series._native)], {"separator": between})
        return series._reduce(native) or ""
    beside = _beside(series, others)
    if join != "left" and any(hasattr(other, "_plan") for other in beside):
        if len(beside) > 1:
            raise UnsupportedError(f"cat: join={join!r} of several columns; join the frames first")
        name = series.name
        series, beside[0] = series.align(beside[0], join=join)
        series = series.rename(name)
    parts = [shown(series._native)]
    for other in beside:
        if hasattr(other, "_plan"):
            series = series._with_room(other)
        native = series._by_position(other)
        parts.append(shown(series._plan.beside_each(other) if native is None else native))
    return series._like(Native.call("scalar", "concat_str", parts, {"separator": between}))


def _beside(series: Any, others: Any) -> list[Any]:
    """The columns to be put beside a series: one, or several in a list or a frame."""
    from hypostyle._columns import ours

    others = ours(others)
    if hasattr(others, "columns"):
        return [others[name] for name in others.columns]
    if getattr(others, "ndim", 1) == 2:
        return [list(part) for part in zip(*others.tolist(), strict=True)]
    if not isinstance(others, (str, list, tuple)) and not hasattr(others, "_plan"):
        # An array, labels of pandas or any other listing.
        others = others.tolist() if hasattr(others, "tolist") else list(others)
        others = [None if is_missing(one) else one for one in others]
    elif hasattr(others, "get_level_values"):
        others = others.to_list()
    if isinstance(others, (list, tuple)):
        others = [None if is_missing(one) else one for one in others]
        if any(not isinstance(one, str) and one is not None for one in others):
            return [ours(one) for one in others]
        if len(others) != len(series):
            raise ShapeError(f"cat: {len(others)} texts beside {len(series)} rows")
    return [others]


def dummies(owner: Any, sep: str) -> Any:
    """A column of 0 and 1 for each part that occurs between separators; runs, to find the parts."""
    from hypostyle._accessors import frame_of

    series = series_of(owner, "get_dummies")
    lists = series._like(Native.call("scalar", "str_split", [series._native], {"by": sep}))
    found = sorted({part for parts in lists.drop_duplicates().to_list() if parts for part in parts if part})
    made = {}
    for part in found:
        has = Native.call("scalar", "list_contains", [lists._native, Native.literal(part)])
        has = Native.call("scalar", "fill_null", [has, Native.literal(False)])
        made[part] = series._like(has.cast("int64"))
    if not made:
        raise InvalidArgumentError("get_dummies: there is no text")
    return frame_of(series, made)


def all_matches(owner: Any, pattern: Pattern, steps: int) -> Any:
    """A row for each match of a pattern in each text, and a column for each group."""
    from hypostyle import _index
    from hypostyle._plan import Plan
    from hypostyle._reshape import numbered
    from hypostyle._windows import literal, window
    from hypostyle.frame import DataFrame
    from hypostyle.series import VALUE

    series = series_of(owner, "extractall")
    compiled = pattern.known("extractall")
    if not compiled.groups:
        raise InvalidArgumentError("the pattern has no group: put what you want to extract in parentheses")
    titles = {number: name for name, number in compiled.groupindex.items()}
    names = {titles.get(i, name_of(i - 1)): titles.get(i, str(i)) for i in range(1, compiled.groups + 1)}
    plan = numbered(series._framed())
    levels = _index.level_columns([*(label for _, label in plan.index), "match"], names)
    columns = [column for column, _ in levels]
    options = {"pattern": pattern.text, "steps": steps}
    matches = Native.call("scalar", "extract_all_groups", [Native.column(VALUE)], options)
    exprs = [Native.column(old).alias(new) for old, new in zip(plan.index_columns, columns, strict=False)]
    rows = plan.query.select([*exprs, matches.alias(_FOUND), window("row_number").alias(_ROW)])
    rows = rows.filter(Native.call("scalar", "list_len", [Native.column(_FOUND)]).binary(">", literal(0)))
    rows = rows.explode(_FOUND)
    place = window("row_number").over([Native.column(_ROW)], [], []).binary("-", literal(1)).cast("int64")
    found = {
        name: Native.call("scalar", "struct_field", [Native.column(_FOUND)], {"name": own})
        for name, own in names.items()
    }
    # As in pandas a group that found no characters found nothing.
    fields = [
        Native.case([(text.binary("==", literal("")), literal(None))], text).alias(name) for name, text in found.items()
    ]
    labels = [Native.column(column) for column in columns[:-1]]
    return DataFrame._of(Plan(rows.select([*labels, place.alias(columns[-1]), *fields]), levels))


def encoded(owner: Any, encoding: str, errors: str) -> Any:
    """The bytes of each text."""
    return mapped(owner, "encode", lambda text: text.encode(encoding, errors))


def decoded(owner: Any, encoding: str, errors: str) -> Any:
    """The text of bytes."""
    series = series_of(owner, "decode")
    if series.dtype == "string":
        raise DataTypeError("decode: the series is text already; bytes are decoded")
    return mapped(series, "decode", lambda data: data.decode(encoding, errors))
