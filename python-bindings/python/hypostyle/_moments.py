"""Texts that stand for a moment, or for all moments of a year, a month, a day, an hour, ..., as labels are written."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from hypostyle._date_forms import form_of

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T](\d{1,2})(?::(\d{2})(?::(\d{2}))?)?)?)?)?")
_WHOLE = re.compile(r"\d{4}-\d\d-\d\d(?:$|[ T]\d\d:\d\d:\d\d)")
_UNITS = ("year", "month", "day", "hour", "minute", "second")
#: Other ways to write days and months.
_DAYS = ("%Y%m%d", "%m/%d/%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y")
_MONTHS = ("%b %Y", "%B %Y", "%Y %b", "%b-%Y")


def span(text: str) -> tuple[dt.datetime, dt.datetime, str] | None:
    """The first moment a text stands for, the first one after it, and the unit between them; ``None`` if it is no such
    text.

    >>> span("2024-02"), span("1/2/2020")
    ((datetime.datetime(2024, 2, 1, 0, 0), datetime.datetime(2024, 3, 1, 0, 0), 'month'), \
(datetime.datetime(2020, 1, 2, 0, 0), datetime.datetime(2020, 1, 3, 0, 0), 'day'))
    """
    found = _ISO.fullmatch(text)
    try:
        if found is not None:
            parts = [int(part) for part in found.groups() if part is not None]
            start = dt.datetime(*[*parts, 1, 1][: max(3, len(parts))])  # type: ignore[arg-type]
            return start, _after(start, _UNITS[len(parts) - 1]), _UNITS[len(parts) - 1]
        if quarter := re.fullmatch(r"(\d{4})-?[Qq]([1-4])", text):
            start = dt.datetime(int(quarter[1]), 3 * int(quarter[2]) - 2, 1)
            return start, _after(_after(_after(start, "month"), "month"), "month"), "quarter"
    except ValueError:
        return None
    for unit, forms in (("day", _DAYS), ("month", _MONTHS)):
        for form in forms:
            try:
                start = dt.datetime.strptime(text, form)
            except ValueError:
                continue
            return start, _after(start, unit), unit
    known = form_of(text, False)
    if known is None or "%z" in known.lower():
        return None
    try:
        start = dt.datetime.strptime(text, known)
    except ValueError:
        return None
    unit = next((unit for code, unit in (("%S", "second"), ("%M", "minute")) if code in known), "day")
    return start, _after(start, unit), unit


def _after(start: dt.datetime, unit: str) -> dt.datetime:
    if unit == "year":
        return start.replace(year=start.year + 1)
    if unit == "month":
        return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    return start + dt.timedelta(**{f"{unit}s": 1})


def moment(text: str, like: Any = None) -> dt.datetime | None:
    """The moment a text stands for, the first one of a span, in the zone of another moment; ``None`` if it is none."""
    found = span(text)
    if found is not None:
        start = found[0]
    else:
        try:
            start = dt.datetime.fromisoformat(text)
        except ValueError:
            return None
    if start.tzinfo is not None:
        return start
    return start.replace(tzinfo=getattr(like, "tzinfo", None))


def is_short(text: str) -> bool:
    """Whether a text with digits is no date, and no date and time to the second, as the engine reads them.

    >>> is_short("2024-02"), is_short("1 Feb 2024"), is_short("2024-02-01"), is_short("2024-02-01 10:00:00.5"), is_short("x")
    (True, True, False, False, False)
    """
    return _WHOLE.match(text) is None and any(map(str.isdigit, text))


def written(text: str) -> str:
    """A text that stands for a moment as the engine reads it; other texts as they are.

    >>> written("2024-02"), written("2024-02-01 10:30"), written("Feb 3, 2024"), written("never")
    ('2024-02-01', '2024-02-01 10:30:00', '2024-02-03', 'never')
    """
    found = moment(text)
    if found is None:
        return text
    shown = found.isoformat(sep=" ")
    return shown.removesuffix(" 00:00:00")
