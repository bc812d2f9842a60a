"""Single values and arrays of rows in Dask's partitions: they are known at once, and `compute` can be called on them, as on
Dask's. Those of other rows are Python's and NumPy's own (numbers and times can be computed in any case, see `_single`)."""

from __future__ import annotations

import functools
from typing import Any

from hypostyle import _numpy
from hypostyle._layout import is_in_parts
from hypostyle._plan import Plan


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


def computable(value: Any, plan: Plan) -> Any:
    """A value of a plan's rows; of rows in partitions that somebody cut, or of several files, one that can be computed."""
    if not is_in_parts(plan):
        return value
    kind = type(value)
    if kind is str:
        return Text(value)
    return value.view(_array_class()) if kind.__module__ == "numpy" and kind is _numpy.np.ndarray else value
