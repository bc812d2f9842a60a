"""Labels of time that are given as text: a moment, or all moments of a year, a month, a day, ..."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypostyle import _native
from hypostyle._moments import moment, span
from hypostyle._plan import Plan

Native = _native.Expr
#: What the last unit of a length of time is, the longest first.
_UNITS = (dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1), dt.timedelta(seconds=1))


def length(text: str) -> dt.timedelta | None:
    """The length of time that a text is; ``None`` if it is none."""
    from hypostyle._convert import length_of_text

    return length_of_text(text, "coerce")


def unit_of(given: dt.timedelta) -> dt.timedelta:
    """The unit to which a length of time is told: ``1 days 02:00:00`` to hours."""
    return next((unit for unit in _UNITS if not given % unit), dt.timedelta(microseconds=1))


def exact(dtype: str, label: Any) -> Any:
    """What a text stands for among labels of a type: the first moment, or a length of time; other labels as they are."""
    if not isinstance(label, str):
        return label
    if dtype.startswith("timestamp"):
        found: Any = moment(label)
    elif dtype.startswith("duration"):
        found = length(label)
    else:
        return label
    return label if found is None else found


def is_part(dtype: str, label: Any) -> bool:
    """Whether a label is a text that stands for a year, a month, a day, ... among labels of a type."""
    return isinstance(label, str) and dtype.startswith("timestamp") and span(label) is not None


def is_span(plan: Plan, column: str, label: Any) -> bool:
    """Whether a label stands for more than one moment: a day does unless all moments are days."""
    found = span(label) if is_part(plan.dtypes[column], label) else None
    if found is None:
        return False
    if found[2] in ("year", "quarter", "month"):
        return True
    time = Native.column(column)
    whole = Native.call("scalar", "date_trunc", [time], {"unit": found[2]})
    return plan.query.filter(time.binary("!=", whole)).slice(0, 1).rows() > 0


def is_time_of_day(plan: Plan, label: Any) -> bool:
    """Whether a label is a time of the day, which all moments of that time have."""
    return isinstance(label, dt.time) and len(plan.index) == 1 and plan.dtypes[plan.index[0][0]].startswith("timestamp")


def within(plan: Plan, column: str, label: str) -> Native:
    """Whether the label of a row lies within a year, a month, a day, ..."""
    here = Native.column(column)
    low, high = _ends(plan.dtypes[column], label)
    return here.binary(">=", low).binary("&", here.binary("<", high))


def _ends(dtype: str, label: str) -> tuple[Native, Native]:
    found = span(label)
    assert found is not None
    if "," in dtype:
        low, high = (Native.literal(end.isoformat(sep=" ")).cast(dtype) for end in found[:2])
    else:
        low, high = (Native.literal(end).cast(dtype) for end in found[:2])
    return low, high


def from_label(plan: Plan, column: str, label: Any) -> Native:
    """Whether the label of a row is this one or comes after it."""
    dtype, here = plan.dtypes[column], Native.column(column)
    if is_part(dtype, label):
        return here.binary(">=", _ends(dtype, label)[0])
    return here.binary(">=", Native.literal(exact(dtype, label)))


def to_label(plan: Plan, column: str, label: Any) -> Native:
    """Whether the label of a row is this one, lies within it, or comes before it."""
    dtype, here = plan.dtypes[column], Native.column(column)
    if is_part(dtype, label):
        return here.binary("<", _ends(dtype, label)[1])
    found = exact(dtype, label)
    if isinstance(label, str) and isinstance(found, dt.timedelta):
        return here.binary("<", Native.literal(found + unit_of(found)))
    return here.binary("<=", Native.literal(found))


def edge(labels: list[Any], label: Any, last: bool) -> Any:
    """What an end of a slice is among labels of moments or lengths of time: of a text the first moment it stands for, or,
    ``last``, the one before it ends; of a date its first moment."""
    like = next((one for one in labels if one is not None), None)
    if isinstance(label, dt.date) and not isinstance(label, dt.datetime) and isinstance(like, dt.datetime):
        # A date is the moment it begins at.
        return dt.datetime.combine(label, dt.time.min)
    if not isinstance(label, str):
        return label
    if isinstance(like, dt.timedelta):
        given = length(label)
        if given is None:
            return label
        return given + unit_of(given) - dt.timedelta(microseconds=1) if last else given
    if isinstance(like, dt.datetime):
        found = span(label)
        if found is not None and last:
            return (found[1] - dt.timedelta(microseconds=1)).replace(tzinfo=like.tzinfo)
        made = moment(label, like)
        return label if made is None else made
    return label
