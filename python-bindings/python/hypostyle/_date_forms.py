"""The form that a date is written in, told from one of them."""

from __future__ import annotations

import re

from hypostyle import _native

Native = _native.Expr

#: Forms that dates are known by: what the text looks like, and the form if days come last, first and second.
_DATES = (
    (re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{4}"), "%m{0}%d{0}%Y", "%d{0}%m{0}%Y"),
    (re.compile(r"\d{4}([/.])\d{1,2}\1\d{1,2}"), "%Y{0}%m{0}%d", "%Y{0}%m{0}%d"),
    # Without zeros before months or days.
    (re.compile(r"\d{4}(-)(?:\d-\d{1,2}|\d\d-\d)(?!\d)"), "%Y{0}%m{0}%d", "%Y{0}%m{0}%d"),
    (re.compile(r"\d{8}()"), "%Y%m%d", "%Y%m%d"),
    (re.compile(r"\d{1,2}([ -])[A-Za-z]{3}\1\d{4}"), "%d{0}%b{0}%Y", "%d{0}%b{0}%Y"),
    (re.compile(r"\d{1,2}([ -])[A-Za-z]{4,9}\1\d{4}"), "%d{0}%B{0}%Y", "%d{0}%B{0}%Y"),
    (re.compile(r"\d{1,2}([ -])[A-Za-z]{3}\1\d{2}"), "%d{0}%b{0}%y", "%d{0}%b{0}%y"),
    (re.compile(r"[A-Za-z]{3}() \d{1,2}, \d{4}"), "%b %d, %Y", "%b %d, %Y"),
    (re.compile(r"[A-Za-z]{4,9}() \d{1,2}, \d{4}"), "%B %d, %Y", "%B %d, %Y"),
    (re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2}(?!\d)"), "%m{0}%d{0}%y", "%d{0}%m{0}%y"),
)
_TIMES = (
    (re.compile(r"([T ])\d{1,2}:\d\d"), "{0}%H:%M"),
    (re.compile(r"([T ])\d{1,2}:\d\d:\d\d"), "{0}%H:%M:%S"),
    (re.compile(r"([T ])\d{1,2}:\d\d:\d\d\.\d{1,9}"), "{0}%H:%M:%S.%f"),
    (re.compile(r"([T ])\d{1,2}:\d\d [AaPp][Mm]"), "{0}%I:%M %p"),
    (re.compile(r"([T ])\d{1,2}:\d\d:\d\d [AaPp][Mm]"), "{0}%I:%M:%S %p"),
    (re.compile(r"([T ]?)\d{6}"), "{0}%H%M%S"),
    (re.compile(r"([T ]?)\d{4}"), "{0}%H%M"),
)


#: Texts that stand for a missing moment.
MARKS = ["", "NaT", "nan", "NaN", "None", "null", "NULL", "<NA>", "N/A", "n/a", "NA"]


#: Forms of whole texts: as C and as Python's logging write them.
_WHOLE = (
    (re.compile(r"[A-Za-z]{3} [A-Za-z]{3} +\d{1,2} \d{1,2}:\d\d:\d\d \d{4}"), "%a %b %d %H:%M:%S %Y"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{1,9}"), "%Y-%m-%d %H:%M:%S,%f"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,\d{1,9}"), "%Y-%m-%dT%H:%M:%S,%f"),
)
_WEEKDAY = re.compile(r"([A-Za-z]{3}|[A-Za-z]{6,9})(,?) ")
_ZONE = re.compile(r"(\d|[APap][Mm])( ?)(Z|[+-]\d\d:?\d\d|UTC|GMT)")


def form_of(text: str, dayfirst: bool, yearfirst: bool = False) -> str | None:
    """The form of a date, if it is a known one that is not ISO 8601: a weekday may stand before it, a zone behind it."""
    for pattern, form in _WHOLE:
        if pattern.fullmatch(text):
            return form
    found = _form(text, dayfirst, yearfirst)
    if found is not None:
        return found
    before = after = ""
    if (weekday := _WEEKDAY.match(text)) is not None and weekday[1][:3].capitalize() in _DAYS:
        before, text = f"{'%a' if len(weekday[1]) == 3 else '%A'}{weekday[2]} ", text[weekday.end() :]
    if ":" in text and (zone := _ZONE.search(text)) is not None and zone.end() == len(text):
        after = zone[2] + ("%Z" if zone[3] in ("UTC", "GMT") else "%z")
        text = text[: zone.end(1)]
    found = _form(text, dayfirst, yearfirst) if before or after else None
    return None if found is None else before + found + after


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _form(text: str, dayfirst: bool, yearfirst: bool) -> str | None:
    """The form of a date and a time of the day."""
    for pattern, month_first, day_first in _DATES:
        date = pattern.match(text)
        if date is None:
            continue
        if month_first[:2] != day_first[:2]:
            parts = [int(part) for part in date[0].split(date[1])]
            if yearfirst and month_first.endswith("%y") and parts[1] <= 12:
                month_first, day_first = "%y{0}%m{0}%d", "%y{0}%d{0}%m"
                dayfirst = dayfirst and parts[2] <= 12
            else:
                dayfirst = parts[0] > 12 or (dayfirst and parts[1] <= 12)
        if yearfirst and day_first == "%d{0}%b{0}%y":
            month_first = day_first = "%y{0}%b{0}%d"
        form = (day_first if dayfirst else month_first).format(date[1])
        rest = text[date.end() :]
        if not rest:
            return form
        for time, more in _TIMES:
            found = time.fullmatch(rest)
            if found:
                return form + more.format(found[1])
    return None


def without_marks(native: Native) -> Native:
    """Texts, without those that stand for a missing moment."""
    is_mark = Native.call("scalar", "is_in", [native, Native.literal(MARKS)])
    return Native.case([(is_mark, Native.literal(None).cast("string"))], native)
