"""Names of types: Python's, NumPy's and pandas' ways to say them."""

from __future__ import annotations

import datetime
import decimal
import re
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

_TEXT = {
    "float": "float64",
    "double": "float64",
    "single": "float32",
    "intp": "int64",
    "uintp": "uint64",
    "uint": "uint64",
    "datetime64": "timestamp[us]",
    "timedelta64": "duration[us]",
}

#: The types of whole numbers.
_INTEGERS = frozenset(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))

#: NumPy's one-letter names; with a number of bytes they are codes such as ``i8`` and ``<f4``.
_LETTERS = {
    "?": "bool",
    "b": "int8",
    "B": "uint8",
    "h": "int16",
    "H": "uint16",
    "i": "int32",
    "I": "uint32",
    "l": "int64",
    "q": "int64",
    "L": "uint64",
    "Q": "uint64",
    "f": "float32",
    "d": "float64",
    "U": "string",
    "O": "string",
    "M": "timestamp[us]",
    "m": "duration[us]",
}
_CODE = re.compile(r"[<>=|]?([iufbMmU])(\d+)(\[(s|ms|us|ns)\])?")


def _of_code(text: str) -> str | None:
    """The type of one of NumPy's codes."""
    if text.lstrip("<>=|") in _LETTERS:
        return _LETTERS[text.lstrip("<>=|")]
    code = _CODE.fullmatch(text)
    if code is None:
        return None
    kind, size, unit = code[1], int(code[2]), code[3]
    if kind == "U":
        return "string"
    if kind in "Mm":
        start = "timestamp" if kind == "M" else "duration"
        return f"{start}{unit or '[us]'}" if size == 8 else None
    if unit is not None or (kind == "b" and size != 1):
        return None
    return "bool" if kind == "b" else f"{ {'i': 'int', 'u': 'uint', 'f': 'float'}[kind] }{size * 8}"


def dtype_name(dtype: Any) -> str:
    """The engine's name of a type.

    >>> dtype_name(int), dtype_name("Int32"), dtype_name("datetime64[ns]"), dtype_name("i8"), dtype_name("M8[s]")
    ('int64', 'Int32', 'datetime64[ns]', 'int64', 'timestamp[s]')
    """
    if isinstance(dtype, str):
        return _named(dtype)
    if isinstance(dtype, type) and dtype in _PYTHON:
        return _PYTHON[dtype]
    foreign = _foreign_name(dtype)
    if foreign is not None:
        return foreign
    name = getattr(dtype, "name", None)
    if name is None and isinstance(dtype, type):
        name = dtype.__name__  # numpy.int64
    if name is None:
        name = str(dtype)  # pyarrow types
    if name.startswith("str"):
        return "string"
    if not isinstance(name, str):
        raise DataTypeError(f"no type is called {dtype!r}")
    return _named(name)


def _foreign_name(dtype: Any) -> str | None:
    """The name of a type of pyarrow or Polars whose text says something else here; ``None`` for other types."""
    home = type(dtype).__module__.partition(".")[0]
    if home == "pyarrow":
        return _arrow_name(dtype)
    elif home == "polars":
        item, width = getattr(dtype, "inner", None), getattr(dtype, "size", None)
    else:
        return None
    if item is None:
        return None
    return str(List(item) if width is None else Array(item, width))


def _arrow_name(dtype: Any) -> str:
    """The name of a type of pyarrow: that of a column of it."""
    import pyarrow as pa

    from hypostyle._columns import from_arrow

    name = from_arrow(pa.schema([("x", dtype)]).empty_table())._plan.dtypes["x"]
    return "string" if name == "category" else name


def _item_name(dtype: Any) -> str:
    """The name here of the type of elements: of compound types as it is told, since names of zones and fields stand in it."""
    name = dtype_name(dtype)
    return name if "[" in name and not name.startswith(("datetime64[", "timedelta64[")) else _own_name(name.lower())


def List(dtype: Any) -> DType:
    """The type of lists of values of a type.

    >>> import hypostyle as hs
    >>> hs.DataFrame({"x": [[1, 2], None]}).astype({"x": hs.List("float64")})["x"].dtype
    'list[float64]'
    """
    return DType(f"list[{_item_name(dtype)}]")


def Array(dtype: Any, width: int) -> DType:
    """The type of arrays: lists that have ``width`` values in every row, such as vectors and pictures. Everything that
    takes lists takes arrays too.

    >>> import hypostyle as hs
    >>> hs.DataFrame({"x": [[1, 2], [3, 4]]}).astype({"x": hs.Array("float32", 2)})["x"].to_numpy().tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    if not isinstance(width, int) or isinstance(width, bool) or width < 0:
        raise DataTypeError(f"the width of an array is a whole number, not {width!r}")
    return DType(f"array[{_item_name(dtype)}, {width}]")


def array_shape(dtype: str) -> tuple[tuple[int, ...], str]:
    """The widths of arrays, outermost first, and the type of the innermost elements.

    >>> array_shape("array[array[timestamp[us, UTC], 3], 2]"), array_shape("int8")
    (((2, 3), 'timestamp[us, UTC]'), ((), 'int8'))
    """
    shape = []
    while dtype.startswith("array["):
        dtype, _, width = dtype[6:-1].rpartition(", ")
        shape.append(int(width))
    return tuple(shape), dtype


def _named(text: str) -> str:
    """The engine's name of a type that is told by text."""
    text = text.removesuffix("[pyarrow]").removesuffix("[python]")
    text = re.sub(r"^M8\[(?=\w+, )", "datetime64[", text)
    if text.startswith("Sparse"):
        raise DataTypeError(f"no type is called {text!r}: columns are never sparse; give the type of the values")
    if text.startswith(("period[", "Period[")):
        raise DataTypeError(f"no type is called {text!r}: there are no periods; write dt.date_trunc('month')")
    return _of_code(text) or _TEXT.get(text, text)


class DType(str):
    """The name of a type, equal to other ways to say it.

    >>> DType("float64") == float, DType("string") == str, DType("int64") == "float64", DType("int64") in {"int64"}
    (True, True, False, True)
    """

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name."""
        return str(self)

    @property
    def kind(self) -> str:
        """NumPy's letter of the kind of values: ``i``, ``u``, ``f``, ``b``, ``M``, ``m``, and ``O`` for the others."""
        if is_integer(self):
            return "u" if self.startswith("u") else "i"
        starts = {"float": "f", "bool": "b", "timestamp": "M", "date": "M", "duration": "m"}
        return next((letter for start, letter in starts.items() if self.startswith(start)), "O")

    @property
    def type(self) -> Any:
        """The class of single values: NumPy's, and ``str`` for text.

        >>> DType("int16").type.__name__, DType("string").type
        ('int16', <class 'str'>)
        """
        import numpy as np

        name = numpy_name(self)
        return np.dtype(name).type if name else str if str.__eq__(self, "string") else object

    @property
    def itemsize(self) -> int:
        """Bytes of a value, where all have as many."""
        import numpy as np

        return np.dtype(numpy_name(self) or "object").itemsize

    def __eq__(self, other: Any) -> bool:
        if isinstance(other, str):
            known = _of_code(other) or str(other)
        elif other is None or other is object:
            return False
        else:
            try:
                known = dtype_name(other)
            except (DataTypeError, TypeError, AttributeError):
                return False
        return str.__eq__(self, known) or str.__eq__(self, _own_name(known))

    def __ne__(self, other: Any) -> bool:
        return not self == other

    __hash__ = str.__hash__


def _own_name(text: str) -> str:
    """The name here of a type as pandas or NumPy call it."""
    if text.startswith(("datetime64[", "timedelta64[")):
        return text.replace("datetime64[", "timestamp[").replace("timedelta64[", "duration[")
    return {"str": "string", "int": "int64", "float": "float64", "boolean": "bool"}.get(text, text.lower())


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
    return dtype in _INTEGERS


def is_list(dtype: str) -> bool:
    """Whether values are lists, or arrays, which are lists of one width."""
    return dtype.startswith(("list[", "array["))


def is_number(dtype: str) -> bool:
    return dtype in _INTEGERS or dtype.startswith("float")


def zone_name(tz: Any) -> str:
    """The name of a time zone: of a text, or of an object of ``zoneinfo``, ``datetime``, pytz or dateutil.

    >>> import zoneinfo
    >>> zone_name(zoneinfo.ZoneInfo("Europe/Oslo")), zone_name(datetime.UTC), zone_name("utc")
    ('Europe/Oslo', 'UTC', 'UTC')
    >>> zone_name(datetime.timezone(datetime.timedelta(hours=-2)))
    '-02:00'
    """
    if isinstance(tz, str):
        text = tz.removeprefix("dateutil/")
        return "UTC" if text.lower() in ("utc", "tzutc()") else re.sub(r"^UTC(?=[+-]\d\d:\d\d$)", "", text)
    for name in ("key", "zone"):
        if isinstance(getattr(tz, name, None), str):
            return zone_name(getattr(tz, name))
    path = getattr(tz, "_filename", None)
    if isinstance(path, str) and "zoneinfo/" in path:
        return path.rpartition("zoneinfo/")[2]
    fixed = isinstance(tz, datetime.timezone) or type(tz).__name__ in ("tzutc", "tzoffset", "_FixedOffset")
    if not fixed:
        raise DataTypeError(f"a time zone is a name such as 'Europe/Oslo' or an offset such as '+01:00', not {tz!r}")
    minutes = tz.utcoffset(None) // datetime.timedelta(minutes=1)
    sign, minutes = "-" if minutes < 0 else "+", abs(minutes)
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}" if minutes else "UTC"


def zone(dtype: str) -> str | None:
    """The time zone of a timestamp type."""
    return dtype[10:-1].split(", ", 1)[1] if dtype.startswith("timestamp[") and "," in dtype else None
