"""Conversions that pandas has as functions."""

from __future__ import annotations

from typing import Any, TypeVar

from hypostyle.errors import DataTypeError, InvalidArgumentError
from hypostyle.expr import Expr
from hypostyle.series import Series

T = TypeVar("T", Series, Expr)


def to_numeric(values: T, errors: str = "raise") -> T:
    """Text to ``float64``; numbers stay as they are. ``errors="coerce"`` makes missing what is no number. For other types
    of number use ``astype``.

    >>> import hypostyle as hs
    >>> hs.to_numeric(hs.DataFrame({"x": ["1.5", "?"]})["x"], errors="coerce").to_list()
    [1.5, None]
    """
    mode = "strict" if _strict("to_numeric", values, errors) else "lenient"
    if isinstance(values, Series):
        return values if values.dtype != "string" else values._like(values._native.cast("float64", mode))
    return values.cast("float64", mode)


def to_datetime(values: T, format: str | None = None, errors: str = "raise", unit: str | None = None) -> T:
    """Text, dates, or numbers of a ``unit`` since 1970 (``s``, ``ms``, ``us``, ``ns``) to timestamps. Text is in ISO 8601
    form unless ``format`` says otherwise; ``errors="coerce"`` makes missing what is of another form.

    >>> import hypostyle as hs
    >>> hs.to_datetime(hs.DataFrame({"t": ["2024-02-29 12:30:00"]})["t"]).dt.month.to_list()
    [2]
    """
    strict = _strict("to_datetime", values, errors)
    if unit is not None:
        if unit not in ("s", "ms", "us", "ns"):
            raise InvalidArgumentError(f"to_datetime: unit is s, ms, us or ns, not {unit!r}")
        return values.astype("int64").astype(f"timestamp[{unit}]")
    if isinstance(values, Series) and values.dtype != "string":
        if values.dtype != "date" and not values.dtype.startswith("timestamp"):
            raise DataTypeError(f"to_datetime: numbers need a unit, for example unit='s' ({values.dtype})")
        return values if values.dtype != "date" else values.astype("timestamp[us]")
    return values.to_timestamp(format=format, strict=strict)


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
    if isinstance(value, Expr):
        return value.is_null()  # type: ignore[attr-defined]
    return value is None or value != value or type(value).__name__ in ("NAType", "NaTType")


def notna(value: Any) -> Any:
    """Whether values are present; see `isna`."""
    found = isna(value)
    return not found if isinstance(found, bool) else ~found


def unique(values: Any) -> Any:
    """The distinct values of a series, in order of first sight, as an array."""
    return values.unique()


def factorize(values: Any, sort: bool = False) -> tuple[Any, Any]:
    """A number for each distinct value of a series, and the values; see `Series.factorize`."""
    return values.factorize(sort)
