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


def form_of(text: str, dayfirst: bool) -> str | None:
    """The form of a date, if it is a known one that is not ISO 8601."""
    for pattern, month_first, day_first in _DATES:
        date = pattern.match(text)
        if date is None:
            continue
        if month_first[:2] != day_first[:2]:
            first, second = (int(part) for part in date[0].split(date[1])[:2])
            dayfirst = first > 12 or (dayfirst and second <= 12)
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
