"""Single values that verbs give: Python's own, with what scripts for pandas and Dask call on theirs."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

from hypostyle._dtypes import is_number


class _Single:
    """What a number has beside Python's own methods."""

    __slots__ = ()

    def compute(self, **_: Any) -> Any:
        """The number: it is known already, where Dask would compute it now."""
        return self.item()

    def item(self) -> Any:
        """The number as Python's own class."""
        raise NotImplementedError

    def tolist(self) -> Any:
        """As `item`."""
        return self.item()

    def astype(self, dtype: Any) -> Any:
        """The number as one of NumPy's types."""
        import numpy as np

        return np.asarray(self.item()).astype(dtype)[()]

    def __reduce__(self) -> Any:
        return type(self.item()), (self.item(),)


class Float(_Single, float):
    """A float that `round` and `compute` can be called on, and so can what is computed with it.

    >>> Float(2.345).round(1), Float(0.5).compute(), (Float(1.5) + 1).compute()
    (2.3, 0.5, 2.5)
    """

    __slots__ = ()

    def item(self) -> float:
        """The number as Python's own class."""
        return float(self)

    def round(self, decimals: int = 0) -> Float:
        """The number with so many digits behind the point, as NumPy rounds."""
        import numpy as np

        return Float(np.round(float(self), decimals))


class Int(_Single, int):
    """An integer that `compute` can be called on, and so can what is computed with it.

    >>> Int(3).compute(), Int(3).round(), (Int(3) / 2).round()
    (3, 3, 2.0)
    """

    __slots__ = ()

    def item(self) -> int:
        """The number as Python's own class."""
        return int(self)

    def round(self, decimals: int = 0) -> Int:
        """The number, rounded to tens or hundreds if ``decimals`` is negative."""
        return Int(round(int(self), decimals)) if decimals < 0 else self


def _number(value: Any) -> Any:
    """A number that was computed as one of these; other things as they are."""
    kind = type(value)
    return Float(value) if kind is float else Int(value) if kind is int else value


def _operator(kind: type, name: str) -> Callable[..., Any]:
    """Python's operator of numbers, whose result is one of these, too."""
    plain: Callable[..., Any] = getattr(kind, name)
    of_floats: Callable[..., Any] | None = getattr(float, name, None)

    @functools.wraps(plain)
    def operator(self: Any, *others: Any) -> Any:
        try:
            made = plain(self, *others)
        except ZeroDivisionError:
            if "truediv" not in name:
                raise
            # As NumPy has it: infinite, or NaN, and a warning.
            import numpy as np

            above, below = (self, *others) if name == "__truediv__" else (*others, self)
            made = float(np.true_divide(float(above), float(below)))
        if made is NotImplemented and of_floats is not None and len(others) == 1 and isinstance(others[0], float):
            made = of_floats(float(self), *others)
        return _number(made)

    return operator


for _kind in (Float, Int):
    for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow"):
        for _form in (f"__{_name}__", f"__r{_name}__"):
            setattr(_kind, _form, _operator(_kind.__mro__[2], _form))
    for _name in ("__neg__", "__pos__", "__abs__", "__round__"):
        setattr(_kind, _name, _operator(_kind.__mro__[2], _name))


def single(value: Any, dtype: str = "") -> Any:
    """A number as one of these; other values as they are. A missing number or text is NaN, and a missing time pandas' NaT
    (``None`` where pandas is not installed), as pandas has them.

    >>> type(single(1.5)).__name__, single(True), single("a"), single(None, "int64"), single(None, "string")
    ('Float', True, 'a', nan, nan)
    """
    if value is None:
        return missing(dtype)
    kind = type(value)
    if dtype == "category":
        from hypostyle._bin_texts import of_interval

        return of_interval(value)
    if kind in (dt.datetime, dt.timedelta):
        from hypostyle._times import timed

        return timed(value)
    return Float(value) if kind is float else Int(value) if kind is int else value


def missing(dtype: str) -> Any:
    """What stands for a missing value that is picked.

    >>> missing("category"), missing("timestamp[us]"), missing("bool")
    (nan, NaT, None)
    """
    if is_number(dtype) or dtype.startswith(("string", "category")):
        return Float("nan")
    if dtype.startswith(("timestamp", "date", "duration")):
        try:
            import pandas as pd
        except ImportError:
            return None
        return pd.NaT
    return None


def filled(values: list[Any], dtype: str) -> list[Any]:
    """The values of a column as single ones: what is missing as when it is picked.

    >>> filled([1, None], "int64"), filled([True, None], "bool")
    ([1, nan], [True, None])
    """
    if None not in values:
        return values
    nothing = missing(dtype)
    return values if nothing is None else [nothing if value is None else value for value in values]


def kind_of(value: Any) -> type:
    """The class of a value, of a single number Python's own."""
    return type(value.item()) if isinstance(value, _Single) else type(value)


def plain_of(value: Any) -> Any:
    """A single value as Python's own; others as they are."""
    return value.item() if isinstance(value, _Single) else value
