"""Names of types: Python's, NumPy's and pandas' ways to say them."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

from hypostyle.errors import DataTypeError

_PYTHON = {
    int: "int64",
    float: "float64",
    bool: "bool",
    str: "string",
    bytes: "binary",
    datetime.date: "date",
    datetime.datetime: "timestamp[us]",
    datetime.time: "time",
    datetime.timedelta: "duration[us]",
    decimal.Decimal: "decimal[38, 9]",
    object: "string",
}

_TEXT = {"float": "float64", "category": "string", "datetime64": "timestamp[us]", "timedelta64": "duration[us]"}


def dtype_name(dtype: Any) -> str:
    """The engine's name of a type.

    >>> dtype_name(int), dtype_name("Int32"), dtype_name("datetime64[ns]")
    ('int64', 'Int32', 'datetime64[ns]')
    """
    if isinstance(dtype, str):
        return _TEXT.get(dtype, dtype)
    if isinstance(dtype, type) and dtype in _PYTHON:
        return _PYTHON[dtype]
    name = getattr(dtype, "name", None)
    if name is None and isinstance(dtype, type):
        name = dtype.__name__  # numpy.int64
    if name is None:
        name = str(dtype)  # pyarrow types
    if name.startswith("str"):
        return "string"
    if not isinstance(name, str):
        raise DataTypeError(f"no type is called {dtype!r}")
    return _TEXT.get(name, name)


def numpy_name(dtype: str) -> str | None:
    """NumPy's name of a type whose values are held alike in both; ``None`` for the others.

    >>> numpy_name("timestamp[us, Europe/Oslo]"), numpy_name("int8"), numpy_name("string")
    ('datetime64[us]', 'int8', None)
    """
    if dtype.startswith("timestamp["):
        return f"datetime64[{dtype[10:-1].split(',')[0]}]"
    if dtype.startswith("duration["):
        return f"timedelta64[{dtype[9:-1]}]"
    if dtype == "bool" or is_number(dtype):
        return dtype
    return None


def is_integer(dtype: str) -> bool:
    return dtype.startswith(("int", "uint"))


def is_number(dtype: str) -> bool:
    return dtype.startswith(("int", "uint", "float"))


def zone(dtype: str) -> str | None:
    """The time zone of a timestamp type."""
    return dtype[10:-1].split(", ", 1)[1] if dtype.startswith("timestamp[") and "," in dtype else None
