"""Moments of texts, numbers, dates and parts of dates, as pandas' ``to_datetime`` makes them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from hypostyle import _native
from hypostyle._bins import series_of
from hypostyle._cells import is_missing
from hypostyle._convert import is_strict, to_timedelta
from hypostyle._date_forms import MARKS, form_of, without_marks
from hypostyle._dates import moment_of
from hypostyle._dtypes import is_integer, is_number
from hypostyle._hints import ignoring
from hypostyle._moment_list import listed
from hypostyle._numpy import plain
from hypostyle._single import missing
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.frame import DataFrame
from hypostyle.series import Series

Native = _native.Expr


@ignoring("meta")
def to_datetime(
    values: Any,
    errors: str = "raise",
    dayfirst: bool = False,
    yearfirst: bool = False,
    utc: bool = False,
    format: str | None = None,
    exact: Any = True,
    unit: str | None = None,
    origin: Any = "unix",
    cache: Any = True,
) -> Any:
    """Text, dates, or numbers of a ``unit`` since 1970 (``W``, ``D``, ``h``, ``m``, ``s``, ``ms``, ``us``, ``ns``) to
    timestamps; a frame of the columns ``year``, ``month`` and ``day`` (and ``hour`` to ``ns``); one text, date or number to a
    ``datetime``. Without ``format`` the form is that of the first text: ISO 8601, ``12/31/2024`` (with ``dayfirst`` the day
    is first; behind a year the month always is, where pandas swaps the two), ``31 Dec 2024`` and the like;
    ``errors="coerce"`` makes missing what is of another form, ``format="mixed"`` lets each text have its own (runs). Texts
    whose first one ends with ``Z`` or an offset are instants of that zone; ``utc=True`` gives times of the zone UTC.

    >>> import hypostyle as hs
    >>> hs.to_datetime(hs.DataFrame({"t": ["2024-02-29 12:30:00"]})["t"]).dt.month.to_list()
    [2]
    """
    if not exact:
        raise UnsupportedError("to_datetime: exact=False; cut the time out of the text with str.extract")
    if not isinstance(origin, str) or origin != "unix":
        if format is not None:
            raise InvalidArgumentError("to_datetime: an origin is of numbers, which have a unit and no format")
        return _since(values, origin, "ns" if unit is None else unit, errors, utc)
    values = plain(values)
    if is_missing(values):
        return missing("timestamp[us]")
    order = {"dayfirst": dayfirst, "yearfirst": yearfirst}
    if isinstance(values, (str, int, float, dt.date)):
        return to_datetime(Series([values]), errors, utc=utc, format=format, unit=unit, **order).iloc[0]
    if isinstance(values, Mapping):
        values = DataFrame(values)
    if isinstance(values, (list, tuple)) or (getattr(values, "ndim", None) == 1 and not hasattr(values, "iloc")):
        made = to_datetime(series_of(values), errors, utc=utc, format=format, unit=unit, **order)
        return listed(made) if isinstance(made, Series) else made
    values = series_of(values)
    if hasattr(values, "columns"):
        return _in_utc(_of_parts(values, errors), utc)
    if isinstance(values, Series) and unit is None and is_number(values.dtype):
        if not is_integer(values.dtype) and values.isna().all():
            values = values._like(Native.literal(None).cast("timestamp[us]"))
        elif format is not None:
            # Numbers written like texts: 20240229.
            values = values.astype("int64").astype(str)
    if isinstance(values, Series) and values.dtype == "null":
        values = values.astype("timestamp[us]")
    if isinstance(values, Series) and values.dtype == "string":
        return (
            _of_texts(values, errors, utc, format, **order)
            if unit is None
            else _in_utc(_counted(values, unit, errors), utc)
        )
    is_strict("to_datetime", values, errors)
    if unit is not None:
        return _in_utc(_counted(values, unit, errors), utc)
    if isinstance(values, Series):
        if values.dtype != "date" and not values.dtype.startswith("timestamp"):
            raise DataTypeError(f"to_datetime: numbers need a unit, for example unit='s' ({values.dtype})")
        return _in_utc(values.copy() if values.dtype != "date" else values.astype("timestamp[us]"), utc)
    return _in_utc(values.to_timestamp(format=format, strict=errors == "raise"), utc)


def _in_utc(moments: Any, utc: bool) -> Any:
    """Moments of the zone UTC, if they are to be such."""
    if not utc:
        return moments
    if isinstance(moments, Series) and "," in moments.dtype:
        return moments.dt.tz_convert("UTC")
    return moments.dt.tz_localize("UTC")


def _counted(values: Any, unit: str, errors: str) -> Any:
    """Moments of numbers of a unit since 1970; parts of a second are kept."""
    mode = "lenient" if errors == "coerce" else "strict"
    whole = isinstance(values, Series) and not values.dtype.startswith("float")

    def cast(series: Any) -> Any:
        return (
            series._like(series._native.cast("int64", mode))
            if isinstance(series, Series)
            else series.cast("int64", mode)
        )

    if unit in _WIDE:
        return cast((values.astype("float64") * _WIDE[unit] * 1e6).round()).astype("timestamp[us]")
    if unit not in ("s", "ms", "us", "ns"):
        raise InvalidArgumentError(f"to_datetime: unit is W, D, h, m, s, ms, us or ns, not {unit!r}")
    if isinstance(values, Series) and not whole and unit != "ns":
        parts = {"s": 1e6, "ms": 1e3, "us": 1.0}[unit]
        return cast((values * parts).round()).astype("timestamp[us]")  # type: ignore[operator]
    return cast(values).astype(f"timestamp[{unit}]")


def _of_texts(
    values: Series, errors: str, utc: bool, format: str | None, dayfirst: bool = False, yearfirst: bool = False
) -> Any:
    """Moments of texts of a form; without one that of the first text."""
    strict, told = is_strict("to_datetime", values, errors), {}
    if format is not None:
        values, format = _dated(values, format)
    if values.isin(MARKS).any():
        values = values._like(without_marks(values._native))
    [first] = values.dropna().head(1).to_list() or [None]
    if first is not None and _NANOSECONDS.search(first) and (format is None or "%f" in format or format in _ANY):
        told["unit"] = "ns"
    if first is not None and format is None:
        if re.fullmatch(r"\d{4}(-\d\d)?", first):
            # A year, or a month of it: its first day.
            return _of_texts(values + ("-01-01" if len(first) == 4 else "-01"), errors, utc, None)
        format = form_of(first, dayfirst, yearfirst)
    if format == "mixed":
        return _mixed(values, strict, utc, told, dayfirst, yearfirst)
    if format is not None and "%Z" in format.replace("%%", ""):
        return _named_zone(values, errors, utc, format)
    format = None if format in _ANY else format
    zone = "UTC" if utc else _zone_of(first, format) if format is None or "%z" in format else None
    if zone is not None:
        told["zone"] = zone
    return values.to_timestamp(format=format, strict=strict, **told)


#: Formats that are none of strftime's.
_ANY = ("ISO8601", "mixed")
#: Seconds with more digits than microseconds have.
_NANOSECONDS = re.compile(r":\d\d[.,]\d{7,9}(?!\d)")


def _mixed(values: Series, strict: bool, utc: bool, told: dict[str, str], dayfirst: bool, yearfirst: bool) -> Any:
    """Moments of texts, each of a form of its own; runs, once for every form there is."""
    zone = {"zone": "UTC"} if utc else {}
    made = values.to_timestamp(strict=False, **told, **zone)
    tried: set[str | None] = {None}
    while True:
        [rest] = values[made.isna() & values.notna()].head(1).to_list() or [None]
        form = None if rest is None else form_of(rest, dayfirst, yearfirst)
        if form in tried:
            break
        tried.add(form)
        made = made.fillna(values.to_timestamp(format=form, strict=False, **told, **zone))
    if rest is not None and strict:
        raise InvalidArgumentError(
            f"to_datetime: {rest!r} is no moment of a form that is known; errors='coerce' makes it missing"
        )
    return made


def _named_zone(values: Series, errors: str, utc: bool, format: str) -> Any:
    """Moments of texts that end with the name of a zone, all with the same; runs to know it."""
    if not format.rstrip().endswith("%Z"):
        raise UnsupportedError(f"to_datetime: %Z stands at the end of a format, which {format!r} has elsewhere")
    zones = values.str.extract(r"([A-Za-z][A-Za-z0-9_+/-]*)\s*$", expand=False)
    names = zones.dropna().unique().tolist()
    if len(names) > 1:
        raise InvalidArgumentError(
            f"to_datetime: texts of several zones, {names[0]} and {names[1]}; make the times of each zone by themselves"
        )
    bare = values.str.replace(r"\s*[A-Za-z][A-Za-z0-9_+/-]*\s*$", "", regex=True)
    zone = "UTC" if not names or names[0] in ("UTC", "GMT", "Z") else names[0]
    made = _of_texts(bare, errors, False, format.rstrip().removesuffix("%Z").rstrip())
    made = made.dt.tz_localize(zone)
    return made.dt.tz_convert("UTC") if utc else made


#: Parts of a date: the codes that say them, and what is said of them where nothing is, as in Python.
_PARTS = (("%Y", "YyDFcx", "1900"), ("%m", "mbBhjDFcx", "01"), ("%d", "dejDFcx", "01"))


def _dated(values: Series, format: str) -> tuple[Series, str]:
    """Texts and their form, with the parts of the date that the form does not have: times are of the first day of 1900."""
    codes = set(re.findall("%([A-Za-z])", format.replace("%%", "")))
    if not codes or codes & set("sGgVUWuw+"):
        return values, format
    missing = [(code, text) for code, known, text in _PARTS if not codes & set(known)]
    if not missing:
        return values, format
    texts, forms = (" ".join(part) for part in zip(*((text, code) for code, text in missing), strict=True))
    return f"{texts} " + values, f"{forms} {format}"


def _since(values: Any, origin: Any, unit: str, errors: str, utc: bool) -> Any:
    """Moments of numbers of a unit since another moment than the start of 1970."""
    if isinstance(origin, str) and origin == "julian":
        raise UnsupportedError("to_datetime: origin='julian'; subtract 2440587.5 days, and leave the origin out")
    start = moment_of(origin)
    if isinstance(values, (int, float)):
        return start + to_timedelta(values, unit)
    made = to_timedelta(series_of(values), unit, errors) + start
    return made.dt.tz_localize("UTC") if utc else made


#: Seconds of the units of time that timestamps are not kept in.
_WIDE = {"W": 604_800, "D": 86_400, "d": 86_400, "h": 3_600, "m": 60, "min": 60}


def _zone_of(first: str | None, format: str | None) -> str | None:
    """The offset from UTC that the first text ends with, as a zone."""
    minutes = r":?\d\d" if format is None else r":?(?:\d\d)?"
    found = re.search(rf"\d ?(Z|[+-]\d\d{minutes})$", first or "")
    if found is None:
        return None
    offset = found[1].replace(":", "")
    return "UTC" if offset in ("Z", "+0000", "-0000", "+00") else f"{offset[:3]}:{offset[3:] or '00'}"


#: The parts of a moment that columns may hold beside those of the date, and their units.
_MORE = {
    "hour": "h",
    "minute": "min",
    "second": "s",
    "ms": "ms",
    "milli": "ms",
    "millisecond": "ms",
    "us": "us",
    "micro": "us",
    "microsecond": "us",
    "ns": "ns",
    "nano": "ns",
    "nanosecond": "ns",
}


def _of_parts(frame: Any, errors: str) -> Any:
    """Moments of a frame of their parts."""
    names = {}
    for name in frame.columns:
        part = str(name).lower()
        names[part if part in _MORE else part.rstrip("s")] = name
    lacking = [part for part in ("year", "month", "day") if part not in names]
    if lacking:
        raise InvalidArgumentError(
            f"to_datetime: a frame has the columns year, month and day; {lacking[0]!r} is missing"
        )
    others = [name for part, name in names.items() if part not in ("year", "month", "day", *_MORE)]
    if others:
        raise InvalidArgumentError(f"to_datetime: {others[0]!r} is no part of a moment; drop the column")
    parts = [frame[names[part]].astype("int64").astype("string") for part in ("year", "month", "day")]
    text = parts[0].str.zfill(4) + "-" + parts[1].str.zfill(2) + "-" + parts[2].str.zfill(2)
    moment = to_datetime(text, errors)
    for part, unit in _MORE.items():
        if part in names:
            moment = moment + to_timedelta(frame[names[part]], unit)
    return moment.rename(None)
