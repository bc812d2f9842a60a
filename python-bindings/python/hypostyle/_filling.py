"""Missing values filled: with values, and on the line between neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypostyle import _native
from hypostyle._cells import call, is_null, literal
from hypostyle._dtypes import is_number
from hypostyle._headings import column_of, columns_of, depth
from hypostyle._numpy import plain
from hypostyle._windows import window
from hypostyle.errors import DataTypeError, InvalidArgumentError

Native = _native.Expr


def filled(native: Native, value: Native, limit: int | None = None) -> Native:
    """Another value where it is missing, at most ``limit`` times."""
    if limit is None:
        return call("fill_null", native, value)
    if limit < 1:
        raise InvalidArgumentError(f"fillna: limit is greater than 0, not {limit}")
    number = window("cum_sum", is_null(native).cast("int64"))
    near = is_null(native).binary("&", number.binary("<=", literal(limit)))
    return Native.case([(near, value)], native)


def values_by_column(frame: Any, value: Any) -> dict[str, Native]:
    """What to fill each column with: a constant, a mapping, a series by the columns' names, or a frame of the same rows."""
    plan = frame._plan
    if isinstance(value, Mapping):
        several = depth(plan.columns) > 1
        found: dict[str, Native] = {}
        for label, one in value.items():
            for name in columns_of(plan, [label]) if several else [column_of(plan, label)]:
                found[name] = plan.expr(one)
        return found
    if hasattr(value, "_plan"):
        return frame._others(value, left=True)
    return dict.fromkeys(plan.columns, plan.expr(value))


#: Methods whose places are the labels of the rows.
BY_LABEL = ("index", "values", "time", "slinear", "nearest", "zero")


def placed(series: Any, method: str) -> tuple[Any, Native]:
    """The series over a plan that has its labels, and these as numbers."""
    labels = series.index.to_series()
    plan = series._plan.labelled()
    here = type(series)(plan, series._native, series.name)
    dtype = labels.dtype
    if method == "time" and not dtype.startswith(("timestamp", "date")):
        raise DataTypeError(f"interpolate: method='time' is of labels that are times, not {dtype}")
    if len(plan.index) > 1 or not (is_number(dtype) or dtype.startswith(("timestamp", "date", "duration"))):
        raise DataTypeError(f"interpolate: method={method!r} is of labels that are numbers or times, not {dtype}")
    if not (plan.is_numbered or labels.is_monotonic_increasing):
        raise InvalidArgumentError(
            f"interpolate: method={method!r}, and the labels are not in order; sort_index() first"
        )
    if not is_number(here.dtype):
        raise DataTypeError(f"interpolate: a series of {here.dtype}; numbers lie on a line")
    if plan.is_numbered:
        return here, window("row_number").cast("float64")
    place = Native.column(plan.index[0][0])
    return here, (place if is_number(dtype) else place.cast("int64")).cast("float64")


def interpolated(
    native: Native,
    method: str,
    limit: int | None,
    direction: str | None,
    area: str | None,
    places: Native | None = None,
) -> Native:
    """Missing numbers on the line between their neighbours; those before the first and after the last value take it, as
    far as ``direction`` and ``area`` say. ``places``: where on the line the rows are."""
    if method in ("slinear", "nearest", "zero"):
        area = "inside" if area is None else area
    direction = "forward" if direction is None else direction
    if direction not in ("forward", "backward", "both"):
        raise InvalidArgumentError(f"limit_direction is 'forward', 'backward' or 'both', not {direction!r}")
    if area not in (None, "inside", "outside"):
        raise InvalidArgumentError(f"limit_area is None, 'inside' or 'outside', not {area!r}")
    limit = plain(limit)
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        raise InvalidArgumentError(f"interpolate: limit is a whole number greater than 0, not {limit!r}")
    value = native.cast("float64")
    number = window("row_number").cast("float64")
    at = number if places is None else places
    before, after = window("forward_fill", value), window("backward_fill", value)

    def ends(of: Native) -> tuple[Native, Native]:
        known = Native.case([(is_null(value), literal(None))], of)
        return window("forward_fill", known), window("backward_fill", known)

    start, end = ends(at)
    share = at.binary("-", start).binary("/", end.binary("-", start))
    line = before.binary("+", after.binary("-", before).binary("*", share))
    if method == "nearest":
        line = Native.case([(share.binary("<=", literal(0.5)), before)], after)
    elif method == "zero":
        line = before
    inside = line if area != "outside" else literal(None)
    last = before if direction != "backward" and area != "inside" else literal(None)
    first = after if direction != "forward" and area != "inside" else literal(None)
    made = Native.case([(is_null(value).invert(), value), (is_null(after), last), (is_null(before), first)], inside)
    if limit is not None:
        most, (last_row, next_row) = literal(float(limit)), ends(number)
        near_last = call("fill_null", number.binary("-", last_row).binary("<=", most), literal(False))
        near_next = call("fill_null", next_row.binary("-", number).binary("<=", most), literal(False))
        near = {"forward": near_last, "backward": near_next, "both": near_last.binary("|", near_next)}[direction]
        made = Native.case([(near, made)], value)
    return made
