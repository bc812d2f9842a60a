"""Single values and arrays of rows in Dask's partitions: they are known at once, and `compute` can be called on them, as on
Dask's. Those of other rows are Python's and NumPy's own (numbers can be computed in any case, see `_single`)."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

from hypostyle import _numpy
from hypostyle._layout import is_in_parts
from hypostyle._plan import Plan


class _Known:
    """What a value has beside its own class's methods."""

    __slots__ = ()

    def plain(self) -> Any:
        """The value as Python's own class."""
        raise NotImplementedError

    def compute(self, **_: Any) -> Any:
        """The value: it is known already, where Dask would compute it now."""
        return self.plain()

    def __reduce__(self) -> Any:
        return _same, (self.plain(),)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.__reduce__()

    def __repr__(self) -> str:
        return repr(self.plain())


def _same(value: Any) -> Any:
    return value


class Moment(_Known, dt.datetime):
    """A time that `compute` can be called on.

    >>> Moment.of(dt.datetime(2024, 1, 2)).compute()
    datetime.datetime(2024, 1, 2, 0, 0)
    """

    __slots__ = ()

    @classmethod
    def of(cls, value: dt.datetime) -> Moment:
        """The same time."""
        return cls.combine(value.date(), value.timetz())

    def plain(self) -> dt.datetime:
        """The value as Python's own class."""
        return dt.datetime.combine(self.date(), self.timetz())


class Length(_Known, dt.timedelta):
    """A length of time that `compute` can be called on.

    >>> Length.of(dt.timedelta(hours=1)).compute()
    datetime.timedelta(seconds=3600)
    """

    __slots__ = ()

    @classmethod
    def of(cls, value: dt.timedelta) -> Length:
        """The same length."""
        return cls(value.days, value.seconds, value.microseconds)

    def plain(self) -> dt.timedelta:
        """The value as Python's own class."""
        return dt.timedelta(self.days, self.seconds, self.microseconds)


class Text(_Known, str):
    """A text that `compute` can be called on.

    >>> Text.of("a").compute()
    'a'
    """

    __slots__ = ()

    @classmethod
    def of(cls, value: str) -> Text:
        """The same text."""
        return cls(value)

    def plain(self) -> str:
        """The value as Python's own class."""
        return str.__str__(self)

    def __str__(self) -> str:
        return self.plain()


_KINDS: dict[type, Any] = {dt.datetime: Moment, dt.timedelta: Length, str: Text}


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


def computable(value: Any, plan: Plan) -> Any:
    """A value of a plan's rows; of rows in partitions that somebody cut, or of several files, one that can be computed."""
    if not is_in_parts(plan):
        return value
    kind = type(value)
    if kind in _KINDS:
        return _KINDS[kind].of(value)
    return value.view(_array_class()) if kind.__module__ == "numpy" and kind is _numpy.np.ndarray else value
