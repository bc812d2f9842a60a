"""NumPy arrays in and out; NumPy is imported here alone, when it is first needed."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Any

from hypostyle import _native
from hypostyle._dtypes import array_shape, is_integer, numpy_name
from hypostyle.errors import UnsupportedError

if TYPE_CHECKING:
    import numpy as np
else:

    class _WhenNeeded:
        """NumPy, imported when something of it is asked for: a process that has no arrays starts without it."""

        def __getattr__(self, name: str) -> Any:
            import numpy

            globals()["np"] = numpy
            return getattr(numpy, name)

    np = _WhenNeeded()


def plain(value: Any) -> Any:
    """The Python value of a NumPy number, time or truth value, also in a tuple, a list or a slice; other values as they
    are.

    >>> import numpy
    >>> plain(numpy.int64(1)), plain((numpy.uint8(1), "a")), plain(slice(numpy.int64(1), None))
    (1, (1, 'a'), slice(1, None, None))
    """
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == () and value.dtype.kind in "biufMm":
        if value.dtype.kind in "biuf":
            return value.item()
        coarse = value.astype(f"{value.dtype.kind}8[us]")  # the finest that Python's own have
        return coarse.item() if coarse == value else value
    if isinstance(value, str) and type(value).__module__ == "numpy":
        return str(value)
    if isinstance(value, slice):
        return slice(plain(value.start), plain(value.stop), plain(value.step))
    if type(value) in (tuple, list) and any(type(one).__module__ == "numpy" for one in value):
        return type(value)(map(plain, value))
    return value


def listed(values: Any) -> list:
    """The values of an array, of labels or of any other listing as Python's own: NumPy makes numbers of moments that count
    nanoseconds.

    >>> import numpy
    >>> listed(numpy.array(["2024-01-01"], dtype="datetime64[ns]"))
    [datetime.datetime(2024, 1, 1, 0, 0)]
    """
    if is_array(values) and values.dtype.kind in "mM":
        coarse = values.astype(f"{values.dtype.kind}8[us]")  # the finest that Python's own have
        exact = bool(((coarse == values) | np.isnat(values)).all())
        return list(coarse.tolist()) if exact else list(values)
    return list(values.tolist() if hasattr(values, "tolist") else values)


def column_from_array(
    array: np.ndarray,
    *,
    zone: str | None = None,
    mask: np.ndarray | None = None,
    keep_nan: bool = False,
    owner: Any = None,
) -> _native.Column:
    """A column of an array, whose rows are arrays where it has more than one dimension. With an ``owner`` its memory is
    used as it is: it must not change as long as the owner lives."""
    if isinstance(array, np.ma.MaskedArray) and array.ndim == 1:
        return _native.Column.from_values(array.tolist(), None, not keep_nan)
    if array.ndim == 0:
        raise UnsupportedError("a column of an array of 0 dimensions; give one value per row")
    if array.ndim > 1:
        column = column_from_array(array.reshape(-1), zone=zone, keep_nan=keep_nan, owner=owner)
        for place in range(array.ndim - 1, 0, -1):
            column = column.in_arrays(array.shape[place], int(np.prod(array.shape[:place])))
        return column
    array = array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    kind = array.dtype.kind
    if kind in "OUST":
        return _native.Column.from_values(array.tolist(), None, not keep_nan)
    if kind in "Mm":
        array = _supported_unit(array)
        unit = np.datetime_data(array.dtype)[0]
        zoned = f", {zone}" if zone else ""
        name = f"timestamp[{unit}{zoned}]" if kind == "M" else f"duration[{unit}]"
        keep_nan = False
    elif kind in "iub":
        name = array.dtype.name
    elif kind == "f":
        array = array.astype("float32") if array.itemsize == 2 else array
        array = array.astype("float64") if array.itemsize > 8 else array
        name = array.dtype.name
    else:
        raise UnsupportedError(f"no column type for NumPy's {array.dtype}")
    if not array.flags.c_contiguous:
        array = owner = np.ascontiguousarray(array)  # a copy that nobody else has
    return _native.Column.from_bytes(_bytes(array), name, None if mask is None else _bytes(mask), not keep_nan, owner)


def moments_column(first: dt.datetime, micros: int, count: int) -> _native.Column:
    """So many moments at equal distances of microseconds.

    Raises `OverflowError` if the last is beyond what a datetime holds."""
    _last = first + dt.timedelta(microseconds=micros) * max(count - 1, 0)
    steps = np.arange(count, dtype="int64") * micros
    return column_from_array(np.datetime64(first, "us") + steps.view("timedelta64[us]"))


def moments_between(first: dt.datetime, last: dt.datetime, count: int) -> _native.Column:
    """So many moments from one to another, both included."""
    ends = [np.datetime64(end, "us").astype("int64") for end in (first, last)]
    return column_from_array(np.linspace(ends[0], ends[1], count, dtype="int64").view("datetime64[us]"))


def _supported_unit(array: np.ndarray) -> np.ndarray:
    unit, step = np.datetime_data(array.dtype)
    if unit in ("s", "ms", "us", "ns") and step == 1:
        return array
    finer = "s" if unit in ("Y", "M", "W", "D", "h", "m", "s") else "ns"
    return array.astype(f"{array.dtype.kind}8[{finer}]")


def _bytes(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array).view(np.uint8)


def arrays(table: _native.Table, dtypes: dict[str, str], masked: bool) -> dict[str, Any]:
    """Writable arrays of columns that NumPy holds alike. With ``masked``, integers and bools come with a mask where they
    have nulls, as pairs."""
    rows = table.rows()
    found: dict[str, Any] = {}
    targets = []
    for name, dtype in dtypes.items():
        values = np.empty(rows, numpy_name(dtype))
        mask = None
        if masked and (dtype == "bool" or is_integer(dtype)) and table.null_count(name):
            mask = np.empty(rows, np.bool_)
        targets.append((name, values.view(np.uint8), None if mask is None else mask.view(np.uint8)))
        found[name] = values if mask is None else (values, mask)
    if rows:
        table.fill(targets)
    return found


def one_array(table: _native.Table, name: str, dtype: str) -> np.ndarray | None:
    """A column as an array: shared and read-only where it is one chunk without nulls; ``None`` if NumPy has no type for
    it or cannot mark its nulls."""
    numpy_dtype = numpy_name(dtype)
    if numpy_dtype is None:
        return None
    if table.rows() and dtype != "bool":
        shared = table.share(name, np.dtype(numpy_dtype).str)
        if shared is not None:
            return np.asarray(shared)
    if (dtype == "bool" or is_integer(dtype)) and table.null_count(name):
        return None
    return arrays(table, {name: dtype}, False)[name]


def stacked(table: _native.Table, name: str, dtype: str) -> np.ndarray | None:
    """A column of arrays as one array of more dimensions, shared where it is one chunk without nulls. ``None`` for other
    columns, for elements of types that NumPy does not hold, and where rows are null that nothing can stand for."""
    shape, item = array_shape(dtype)
    flat = table.elements(name) if shape else None
    if flat is None:
        return None
    if item == "date":
        found = one_array(_cast(flat, name, "timestamp[s]"), name, "timestamp[s]")
        return None if found is None else found.astype("datetime64[D]").reshape(table.rows(), *shape)
    found = one_array(flat, name, item)
    if found is None and is_integer(item):
        found = one_array(_cast(flat, name, "float64"), name, "float64")
    return None if found is None else found.reshape(table.rows(), *shape)


def _cast(table: _native.Table, name: str, dtype: str) -> _native.Table:
    return table.query().select([_native.Expr.column(name).cast(dtype).alias(name)]).collect()


def object_array(values: list) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def matrix(table: _native.Table, names: list[str], dtype: str) -> np.ndarray:
    """A two-dimensional array, column by column in memory, of columns that all have the type."""
    values = np.empty((len(names), table.rows()), numpy_name(dtype))
    if values.size:
        table.fill([(name, values[i].view(np.uint8), None) for i, name in enumerate(names)])
    return values.T


def is_array(value: Any) -> bool:
    # What nobody has imported, nobody has made.
    return "numpy" in sys.modules and isinstance(value, np.ndarray)


def as_matrix_columns(array: np.ndarray) -> list[np.ndarray]:
    return [array[:, i] for i in range(array.shape[1])]
