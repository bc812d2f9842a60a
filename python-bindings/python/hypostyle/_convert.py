"""Conversions that pandas has as functions."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from typing import Any

from hypostyle._bins import series_of
from hypostyle._cells import call, is_missing, present
from hypostyle._date_forms import without_marks
from hypostyle._dtypes import is_number
from hypostyle._hints import ignoring
from hypostyle._numpy import plain
from hypostyle._single import missing, single
from hypostyle.errors import DataTypeError, InvalidArgumentError
from hypostyle.expr import Expr
from hypostyle.series import Series


@ignoring("meta")
def to_numeric(values: Any, errors: str = "raise", downcast: str | None = None, dtype_backend: Any = None) -> Any:
    """Text to ``float64``, without blanks around it; times to whole numbers of their unit; numbers stay as they are.
    ``errors="coerce"`` makes missing what is no number. ``downcast`` gives the smallest type of ``"integer"``,
    ``"unsigned"`` or ``"float"`` that holds the values; runs. ``dtype_backend`` changes nothing: all types may be missing.

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
    mode = "strict" if is_strict("to_numeric", values, errors) else "lenient"
    if downcast is not None:
        return _smallest(to_numeric(values, errors), downcast)
    if isinstance(values, Series):
        if values.dtype.startswith(("timestamp", "duration")):
            return values.astype("int64")
        if values.dtype != "string":
            return values.copy()
        return values._like(present(call("strip", values._native).cast("float64", mode)))
    return values.cast("float64", mode)


def _smallest(values: Any, downcast: str) -> Any:
    """A series in the smallest type that holds its values."""
    kinds = {"integer": "int", "signed": "int", "unsigned": "uint", "float": "float"}
    if downcast not in kinds:
        raise InvalidArgumentError(f"to_numeric: downcast is 'integer', 'unsigned' or 'float', not {downcast!r}")
    if not isinstance(values, Series):
        raise DataTypeError("to_numeric: downcast is of a series, whose values can be looked at")
    if downcast == "float":
        if values.dtype != "float64":
            return values
        # Only where no digits that float32 has are lost, as pandas measures it; infinities are themselves.
        size = values.abs()
        if ((size > 3.4028234663852886e38) & (size < float("inf"))).any():
            return values
        less = values._like(values._native.cast("float32", "lossy"))
        near = ((less - values).abs() <= 5e-4) | (less == values) | values.isna()
        return less if near.all() else values
    low, high = values.min(), values.max()
    if low is None or low != low or (values.dtype.startswith("float") and not (values.dropna() % 1 == 0).all()):
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
    whole = unit in (None, "ns", "nanoseconds")
    step = dt.timedelta(microseconds=1) if whole else dt.timedelta(**{names[str(unit)]: 1})
    values = plain(values)
    if isinstance(values, dt.timedelta):
        return single(values)
    if is_missing(values):
        return missing("duration[us]")
    if isinstance(values, str):
        nanos = _nanoseconds(values, errors)
        if nanos is None:
            return missing("duration[us]")
        if nanos % 1000:
            return Series([nanos]).astype("duration[ns]").iloc[0]
        return single(dt.timedelta(microseconds=nanos // 1000))
    if isinstance(values, (int, float)):
        return single(values * step / 1000 if whole else values * step)
    if isinstance(values, (dt.date, dt.time)):
        raise DataTypeError(f"to_timedelta: {values!r} is a {type(values).__name__}, not a length of time")
    values = series_of(values)
    if isinstance(values, Series) and values.dtype.startswith("duration"):
        return values.copy()
    if isinstance(values, Series) and values.dtype == "string":
        return _lengths(values._like(without_marks(values._native)), errors)
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


def _lengths(texts: Series, errors: str) -> Series:
    """Lengths of time of texts; with nanoseconds where some text has them."""
    nanos = texts.map(lambda text: _nanoseconds(text, errors), na_action="ignore").astype("int64").persist()
    rest = (nanos % 1000 > 0).any()
    return nanos.astype("duration[ns]") if rest else (nanos // 1000).astype("duration[us]")


def length_of_text(text: str, errors: str = "raise") -> dt.timedelta | None:
    """The length of time that a text is: ``"1 days 02:30:00"``, ``"-90min"``, ``"1h 30s"``, ``"P1DT2H"``."""
    found = _nanoseconds(text, errors)
    return None if found is None else dt.timedelta(microseconds=int(Fraction(found, 1000)))


def _nanoseconds(text: str, errors: str) -> int | None:
    stripped = text.strip()
    iso = _ISO_LENGTH.fullmatch(stripped)
    if iso is not None and len(stripped.lstrip("+-")) > 1 and not stripped.endswith("T"):
        # ISO 8601: an M before the T would be months.
        stripped = f"{iso['sign']}{(iso['days'] or '').lower()}{(iso['rest'] or '').lower()}"
    found = _LENGTH.fullmatch(stripped)
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
    return int(micros * 1000)


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
_ISO_LENGTH = re.compile(
    r"(?P<sign>[+-]?)P(?P<days>(?:[0-9.]+W)?(?:[0-9.]+D)?)(?:T(?P<rest>(?:[0-9.]+H)?(?:[0-9.]+M)?(?:[0-9.]+S)?))?"
)
_LENGTH = re.compile(
    r"(?P<sign>[+-])?\s*(?P<units>(?:[0-9]*\.?[0-9]+\s*[A-Za-z]+\s*,?\s*)*)"
    r"(?P<turn>[+-])?(?P<clock>[0-9]+:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]*)?)?"
)


def is_strict(function: str, values: Any, errors: str) -> bool:
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


def factorize(values: Any, sort: bool = False, use_na_sentinel: bool = True) -> tuple[Any, Any]:
    """A number for each distinct value of a series, and the values; see `Series.factorize`."""
    return series_of(values).factorize(sort, use_na_sentinel)
