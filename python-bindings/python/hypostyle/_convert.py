"""Conversions that pandas has as functions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeVar

from hypostyle._bins import series_of
from hypostyle._cells import present
from hypostyle._date_forms import MARKS, form_of, without_marks
from hypostyle._dates import moment_of
from hypostyle._dtypes import is_integer, is_number
from hypostyle._hints import ignoring
from hypostyle._moment_list import listed
from hypostyle._numpy import plain
from hypostyle._single import single
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import Expr
from hypostyle.frame import DataFrame
from hypostyle.series import Series

T = TypeVar("T", Series, Expr)


@ignoring("meta")
def to_numeric(values: Any, errors: str = "raise", downcast: str | None = None) -> Any:
    """Text to ``float64``; numbers stay as they are. ``errors="coerce"`` makes missing what is no number. ``downcast`` gives
    the smallest type of ``"integer"``, ``"unsigned"`` or ``"float"`` that holds the values; runs.

    >>> import hypostyle as hs
    >>> hs.to_numeric(hs.DataFrame({"x": ["1.5", "?"]})["x"], errors="coerce").to_list()
    [1.5, None]
    """
    if isinstance(values, str):
        return single(to_numeric(Series([values]), errors).to_list()[0], "float64")
    values = plain(values)
    if isinstance(values, (int, float)):
        return single(values)
    if hasattr(values, "compute") and hasattr(values, "chunks"):
        values = values.compute()
    values = series_of(values)
    mode = "strict" if _strict("to_numeric", values, errors) else "lenient"
    if downcast is not None:
        return _smallest(to_numeric(values, errors), downcast)
    if isinstance(values, Series):
        if values.dtype != "string":
            return values
        return values._like(present(values._native.cast("float64", mode)))
    return values.cast("float64", mode)


def _smallest(values: Any, downcast: str) -> Any:
    """A series in the smallest type that holds its values."""
    kinds = {"integer": "int", "signed": "int", "unsigned": "uint", "float": "float"}
    if downcast not in kinds:
        raise InvalidArgumentError(f"to_numeric: downcast is 'integer', 'unsigned' or 'float', not {downcast!r}")
    if not isinstance(values, Series):
        raise DataTypeError("to_numeric: downcast is of a series, whose values can be looked at")
    if downcast == "float":
        return values.astype("float32") if values.dtype == "float64" else values
    low, high = values.min(), values.max()
    if low != low or (values.dtype.startswith("float") and not (values.dropna() % 1 == 0).all()):
        return values
    for bits in (8, 16, 32, 64):
        ends = (0, 2**bits - 1) if downcast == "unsigned" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        if ends[0] <= low and high <= ends[1]:
            return values.astype(f"{kinds[downcast]}{bits}")
    return values


@ignoring("meta")
def to_timedelta(values: Any, unit: str | None = None, errors: str = "raise") -> Any:
    """Lengths of time of numbers of a ``unit`` (``D``, ``h``, ``min``, ``s``, ``ms``, ``us``, ``ns``; nanoseconds if none is
    given) or of texts such as ``"1 days 02:30:00"`` or ``"90min"``: of a series or an expression, of a list, or of one
    value. ``errors="coerce"`` makes missing what is no length of time.

    >>> import hypostyle as hs
    >>> hs.to_timedelta(hs.Series([1, 2]), unit="h").dt.total_seconds().to_list()
    [3600.0, 7200.0]
    >>> hs.to_timedelta(["1 days 06:00:00", "90s"]).dt.total_seconds().to_list()
    [108000.0, 90.0]
    """
    if errors not in ("raise", "coerce"):
        raise InvalidArgumentError(f"to_timedelta: errors is 'raise' or 'coerce', not {errors!r}")
    names = {"D": "days", "h": "hours", "min": "minutes", "m": "minutes", "s": "seconds", "ms": "milliseconds"}
    names.update(us="microseconds", W="weeks", days="days", hours="hours", minutes="minutes", seconds="seconds")
    names.update(day="days", hour="hours", minute="minutes", second="seconds", H="hours", d="days")
    if unit not in (None, "ns", "nanoseconds") and unit not in names:
        raise InvalidArgumentError(f"to_timedelta: unit is D, h, min, s, ms, us or ns, not {unit!r}")
    if isinstance(values, dt.timedelta):
        return values
    if isinstance(values, str):
        return length_of_text(values, errors)
    whole = unit in (None, "ns", "nanoseconds")
    step = dt.timedelta(microseconds=1) if whole else dt.timedelta(**{names[str(unit)]: 1})
    values = plain(values)
    if isinstance(values, (int, float)):
        return values * step / 1000 if whole else values * step
    values = series_of(values)
    if isinstance(values, Series) and values.dtype.startswith("duration"):
        return values
    if isinstance(values, Series) and values.dtype == "string":
        values = values._like(without_marks(values._native))
        return values.map(lambda text: length_of_text(text, errors), na_action="ignore").astype("duration[us]")
    if isinstance(values, Series) and values.dtype == "null":
        return values.astype("duration[us]")
    if isinstance(values, Series) and not is_number(values.dtype):
        raise DataTypeError(f"to_timedelta: a series of {values.dtype}; numbers of a unit, or texts, are expected")
    if whole:
        return values.astype("int64").astype("duration[ns]")  # type: ignore[attr-defined]
    width = step // dt.timedelta(microseconds=1)
    if isinstance(values, Series) and values.dtype.startswith(("int", "uint")):
        return (values.astype("int64") * width).astype("duration[us]")
    return (values.astype("float64") * width).round().astype("int64").astype("duration[us]")  # type: ignore[attr-defined]


def length_of_text(text: str, errors: str = "raise") -> dt.timedelta | None:
    """The length of time that a text is: ``"1 days 02:30:00"``, ``"-90min"``, ``"1h 30s"``."""
    found = _LENGTH.fullmatch(text.strip())
    units = re.findall(r"([0-9]*\.?[0-9]+)\s*([A-Za-z]+)", found["units"] or "") if found else []
    if found is None or not (units or found["clock"]) or any(unit.lower() not in _UNITS for _, unit in units):
        if errors == "coerce":
            return None
        raise InvalidArgumentError(f"to_timedelta: {text!r} is no length of time such as '1 days 02:30:00' or '90min'")
    sign = -1 if found["sign"] == "-" else 1
    micros = sign * sum(Fraction(number) * _UNITS[unit.lower()] for number, unit in units)
    if found["clock"]:
        sizes = (3_600_000_000, 60_000_000, 1_000_000)
        clock = sum(Fraction(part) * size for part, size in zip(found["clock"].split(":"), sizes, strict=True))
        micros += clock * (sign if found["turn"] is None else 1 if found["turn"] == "+" else -1)
    return dt.timedelta(microseconds=int(micros))


#: Microseconds of the units in texts of lengths.
_UNITS = {
    **dict.fromkeys(["w", "week", "weeks"], Fraction(604_800_000_000)),
    **dict.fromkeys(["d", "day", "days"], Fraction(86_400_000_000)),
    **dict.fromkeys(["h", "hr", "hour", "hours"], Fraction(3_600_000_000)),
    **dict.fromkeys(["m", "min", "minute", "minutes", "t"], Fraction(60_000_000)),
    **dict.fromkeys(["s", "sec", "second", "seconds"], Fraction(1_000_000)),
    **dict.fromkeys(["ms", "milli", "millis", "millisecond", "milliseconds"], Fraction(1_000)),
    **dict.fromkeys(["us", "micro", "micros", "microsecond", "microseconds"], Fraction(1)),
    **dict.fromkeys(["ns", "nano", "nanos", "nanosecond", "nanoseconds"], Fraction(1, 1_000)),
}
_LENGTH = re.compile(
    r"(?P<sign>[+-])?\s*(?P<units>(?:[0-9]*\.?[0-9]+\s*[A-Za-z]+\s*,?\s*)*)"
    r"(?P<turn>[+-])?(?P<clock>[0-9]+:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]*)?)?"
)


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
    """Text, dates, or numbers of a ``unit`` since 1970 (``D``, ``h``, ``m``, ``s``, ``ms``, ``us``, ``ns``) to timestamps; a
    frame of the columns ``year``, ``month`` and ``day``; one text, date or number to a ``datetime``. Without ``format`` the
    form is that of the first text: ISO 8601, ``12/31/2024`` (with ``dayfirst`` the day is first), ``31 Dec 2024`` and the
    like; ``errors="coerce"`` makes missing what is of another form. Texts whose first one ends with ``Z`` or an offset are
    instants of that zone; ``utc=True`` gives times of the zone UTC.

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
    if isinstance(values, (str, int, float, dt.date)):
        made = to_datetime(Series([values]), errors, dayfirst, yearfirst, utc, format, unit=unit)
        return made.to_list()[0]
    if isinstance(values, Mapping):
        values = DataFrame(values)
    if isinstance(values, (list, tuple)) or (getattr(values, "ndim", None) == 1 and not hasattr(values, "iloc")):
        made = to_datetime(series_of(values), errors, dayfirst, yearfirst, utc, format, unit=unit)
        return listed(made) if isinstance(made, Series) else made
    values = series_of(values)
    if hasattr(values, "columns"):
        return _of_parts(values, errors)
    if format is not None and isinstance(values, Series) and is_integer(values.dtype):
        # Numbers written like texts: 20240229.
        values = values.astype(str)
    if format is not None and isinstance(values, Series) and values.dtype == "string":
        values, format = _dated(values, format)
    texts = isinstance(values, Series) and values.dtype == "string"
    if utc and not texts:
        made = to_datetime(values, errors, dayfirst, yearfirst, False, format, unit=unit)
        if isinstance(made, Series) and "," in made.dtype:
            return made.dt.tz_convert("UTC")
        return made.dt.tz_localize("UTC")
    told: dict[str, str] = {}
    if texts and format in (None, "ISO8601", "mixed"):
        first = values.dropna().head(1).to_list()
        if format is None and first and re.fullmatch(r"\d{4}(-\d\d)?", first[0]):
            # A year, or a month of it: its first day.
            rest = "-01-01" if len(first[0]) == 4 else "-01"
            return to_datetime(values + rest, errors, utc=utc)
        if first and _NANOSECONDS.search(first[0]):
            told = {"unit": "ns"}
        format = form_of(first[0], dayfirst) if first and format is None else None
    if texts and values.isin(MARKS).any():
        values = values._like(without_marks(values._native))
    strict = _strict("to_datetime", values, errors)
    if unit is not None:
        if unit in _WIDE:
            return (values.astype("float64") * _WIDE[unit] * 1e6).round().astype("int64").astype("timestamp[us]")
        if unit not in ("s", "ms", "us", "ns"):
            raise InvalidArgumentError(f"to_datetime: unit is D, h, m, s, ms, us or ns, not {unit!r}")
        if isinstance(values, Series) and values.dtype.startswith("float") and unit != "ns":
            # Parts of a second are kept.
            parts = {"s": 1e6, "ms": 1e3, "us": 1.0}[unit]
            return (values * parts).round().astype("int64").astype("timestamp[us]")  # type: ignore[operator]
        return values.astype("int64").astype(f"timestamp[{unit}]")
    if isinstance(values, Series) and values.dtype != "string":
        if values.dtype != "date" and not values.dtype.startswith("timestamp"):
            raise DataTypeError(f"to_datetime: numbers need a unit, for example unit='s' ({values.dtype})")
        return values if values.dtype != "date" else values.astype("timestamp[us]")
    zone = "UTC" if utc else _zone_of(values) if format is None or "%z" in format else None
    if zone is not None:
        told["zone"] = zone
    return values.to_timestamp(format=format, strict=strict, **told)


#: Seconds with more digits than microseconds have.
_NANOSECONDS = re.compile(r":\d\d\.\d{7,9}(?!\d)")

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
_WIDE = {"D": 86_400, "h": 3_600, "m": 60, "min": 60}


def _zone_of(values: Any) -> str | None:
    """The offset from UTC that the first text of a series ends with, as a zone; runs for that row."""
    if not isinstance(values, Series):
        return None
    first = values.dropna().head(1).to_list()
    found = re.search(r"\d(Z|[+-]\d\d:?\d\d)$", first[0]) if first else None
    if found is None:
        return None
    offset = found[1].replace(":", "")
    return "UTC" if offset in ("Z", "+0000", "-0000") else f"{offset[:3]}:{offset[3:]}"


def _of_parts(frame: Any, errors: str) -> Any:
    """Moments of a frame of their parts."""
    names = {name.lower().rstrip("s"): name for name in frame.columns}
    missing = [part for part in ("year", "month", "day") if part not in names]
    if missing:
        raise InvalidArgumentError(
            f"to_datetime: a frame has the columns year, month and day; {missing[0]!r} is missing"
        )
    parts = [frame[names[part]].astype("int64").astype("string") for part in ("year", "month", "day")]
    text = parts[0].str.zfill(4) + "-" + parts[1].str.zfill(2) + "-" + parts[2].str.zfill(2)
    moment = to_datetime(text, errors)
    for part, unit in (("hour", "h"), ("minute", "min"), ("second", "s")):
        if part in names:
            moment = moment + to_timedelta(frame[names[part]], unit)
    return moment.rename(None)


def _strict(function: str, values: Any, errors: str) -> bool:
    if not isinstance(values, (Series, Expr)):
        raise DataTypeError(f"{function} takes a series or an expression, not a {type(values).__name__}")
    if errors not in ("raise", "coerce"):
        raise InvalidArgumentError(f"{function}: errors is 'raise' or 'coerce', not {errors!r}")
    return errors == "raise"


def isna(value: Any) -> Any:
    """Whether values are missing: of a frame, a series, an expression, or one value.

    >>> import hypostyle as hs
    >>> hs.isna(hs.DataFrame({"x": [1, None]})["x"]).to_list(), hs.isna(None)
    ([False, True], True)
    """
    if hasattr(value, "isna"):
        return value.isna()
    if hasattr(value, "__array__") and not getattr(value, "ndim", 1):
        value = value.item()
    if getattr(value, "ndim", 1) > 1:
        return isna(value.ravel()).reshape(value.shape)
    if hasattr(value, "__array__") or isinstance(value, (list, tuple)):
        return Series(value).isna().to_numpy()
    if isinstance(value, Expr):
        return value.is_null()  # type: ignore[attr-defined]
    return value is None or type(value).__name__ in ("NAType", "NaTType") or value != value


def notna(value: Any) -> Any:
    """Whether values are present; see `isna`."""
    found = isna(value)
    return not found if isinstance(found, bool) else ~found


def unique(values: Any) -> Any:
    """The distinct values of a series, in order of first sight, as an array."""
    return series_of(values).unique()


def factorize(values: Any, sort: bool = False) -> tuple[Any, Any]:
    """A number for each distinct value of a series, and the values; see `Series.factorize`."""
    return series_of(values).factorize(sort)
