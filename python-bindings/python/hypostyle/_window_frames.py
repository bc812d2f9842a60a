"""Frames of windows as two ends: ``rows=(-2, 0)``, ``range=("-1h", 0)``, ``groups=(None, 1)``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypostyle.errors import InvalidArgumentError

End = tuple[str, Any]


def frame(rows: Any, range: Any, groups: Any) -> tuple[str, End, End] | None:
    """The one frame that is given, as the engine takes it."""
    given = {"rows": rows, "range": range, "groups": groups}
    given = {unit: ends for unit, ends in given.items() if ends is not None}
    if not given:
        return None
    if len(given) > 1:
        raise InvalidArgumentError(f"over takes one of rows, range and groups, not {' and '.join(given)}")
    ((unit, ends),) = given.items()
    if not isinstance(ends, (tuple, list)) or len(ends) != 2:
        raise InvalidArgumentError(
            f"over: {unit} is a pair of ends, as in {unit}=(-2, 0); None is the end of the partition, not {ends!r}"
        )
    return unit, _end(unit, ends[0]), _end(unit, ends[1])


def _end(unit: str, value: Any) -> End:
    if value is None:
        return "unbounded", None
    if isinstance(value, str):
        return ("preceding", value[1:]) if value.startswith("-") else ("following", value.removeprefix("+"))
    zero = timedelta(0) if isinstance(value, timedelta) else 0
    try:
        if value == zero:
            return "current", None
        return ("preceding", -value) if value < zero else ("following", value)
    except TypeError:
        raise InvalidArgumentError(
            f"over: an end of {unit} is a number, for times a timedelta or text such as '-1h', or None, not {value!r}"
        ) from None
