"""Single values and arrays of rows in Dask's partitions: they are known at once, and `compute` can be called on them, as on
Dask's. Those of other rows are Python's and NumPy's own (numbers and times can be computed in any case, see `_single`)."""

from __future__ import annotations

import datetime as dt
import decimal
import functools
import operator
from collections.abc import Callable
from typing import Any

from hypostyle import _numpy
from hypostyle._layout import is_in_parts
from hypostyle._plan import Plan
from hypostyle._single import Float, Int, single


class Truth:
    """A truth value that `compute` can be called on. It stands for Python's own, whose class cannot be extended, as NumPy's
    truth values do.

    >>> Truth(True), Truth(False).compute(), ~Truth(True), Truth(True) == True, sum([Truth(True), True])
    (True, False, False, True, 2)
    """

    __slots__ = ("_value",)

    #: As NumPy's single values have them.
    ndim, shape = 0, ()

    def __init__(self, value: Any) -> None:
        self._value = bool(value)

    @property
    def dtype(self) -> Any:
        """NumPy's type of truth values."""
        return _numpy.np.dtype("bool")

    def compute(self, **_: Any) -> bool:
        """Python's own truth value: it is known already, where Dask would compute it now."""
        return self._value

    item = tolist = __bool__ = compute

    def __int__(self) -> int:
        return int(self._value)

    __index__ = __int__

    def __float__(self) -> float:
        return float(self._value)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return _numpy.np.asarray(self._value, dtype)

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return repr(self._value)

    def __format__(self, spec: str) -> str:
        return format(self._value, spec)

    def __invert__(self) -> Truth:
        return Truth(not self._value)

    def __reduce__(self) -> Any:
        return bool, (int(self._value),)


def _operator(name: str) -> Callable[..., Any]:
    plain = getattr(operator, name)

    def called(self: Truth, other: Any) -> Any:
        return _known(plain(self._value, other._value if isinstance(other, Truth) else other))

    return called


def _reflected(name: str) -> Callable[..., Any]:
    plain = getattr(operator, name)
    return lambda self, other: _known(plain(other, self._value))


def _known(value: Any) -> Any:
    return Truth(value) if type(value) is bool else single(value)


for _name in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
    setattr(Truth, _name, _operator(_name))
for _name in ("and", "or", "xor", "add", "sub", "mul", "truediv", "floordiv", "mod", "pow"):
    setattr(Truth, f"__{_name}__", _operator(f"__{_name}__"))
    setattr(Truth, f"__r{_name}__", _reflected(f"__{_name}__"))


class Exact(decimal.Decimal):
    """A decimal that `compute` can be called on."""

    __slots__ = ()

    def compute(self, **_: Any) -> decimal.Decimal:
        """The decimal as Python's own class."""
        return decimal.Decimal(self)

    def __repr__(self) -> str:
        return repr(self.compute())

    def __reduce__(self) -> Any:
        return decimal.Decimal, (str(self),)


class Day(dt.date):
    """A date that `compute` can be called on."""

    __slots__ = ()

    def compute(self, **_: Any) -> dt.date:
        """The date as Python's own class."""
        return dt.date(self.year, self.month, self.day)

    def __repr__(self) -> str:
        return repr(self.compute())

    def __reduce__(self) -> Any:
        return dt.date, (self.year, self.month, self.day)


class Text(str):
    """A text that `compute` can be called on.

    >>> Text("a").compute()
    'a'
    """

    __slots__ = ()

    def compute(self, **_: Any) -> str:
        """The text as Python's own class: it is known already, where Dask would compute it now."""
        return str.__str__(self)

    def __str__(self) -> str:
        return str.__str__(self)

    def __reduce__(self) -> Any:
        return str, (self.compute(),)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.__reduce__()


@functools.cache
def _array_class() -> Any:
    np = _numpy.np

    class Known(np.ndarray):  # type: ignore[misc]
        """An array that `compute` can be called on."""

        def compute(self, **_: Any) -> Any:
            """The array as NumPy's own class."""
            return self.view(np.ndarray)

        def __reduce__(self) -> Any:
            return self.view(np.ndarray).__reduce__()

        def __repr__(self) -> str:
            return repr(self.view(np.ndarray))

    return Known


_KINDS: dict[type, Callable[[Any], Any]] = {
    str: Text,
    bool: Truth,
    decimal.Decimal: Exact,
    dt.date: lambda day: Day(day.year, day.month, day.day),
    float: Float,
    int: Int,
}


def computable(value: Any, plan: Plan) -> Any:
    """A value of a plan's rows; of rows in partitions that somebody cut, or of several files, one that can be computed."""
    if not is_in_parts(plan):
        return value
    kind = type(value)
    if kind in _KINDS:
        return _KINDS[kind](value)
    return value.view(_array_class()) if kind.__module__ == "numpy" and kind is _numpy.np.ndarray else value
