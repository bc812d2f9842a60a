"""Methods by name, and those of pandas' classes that are given as functions: ``groups.apply(pd.Series.mode)``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Method:
    """The method of a name, or NumPy's function of each value, of whatever it is called with."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, owner: Any, *args: Any, **kwargs: Any) -> Any:
        """What the method of the first argument gives."""
        function = None if hasattr(type(owner), self.__name__) else of_each(self.__name__)
        if function is not None:
            return function(owner, *args, **kwargs)
        found = getattr(owner, self.__name__)
        # Some are values: the size of a series.
        return found(*args, **kwargs) if callable(found) else found


def of_each(name: str) -> Callable[..., Any] | None:
    """NumPy's function of each value of a name, if there is one.

    >>> of_each("sqrt").__name__, of_each("mean")
    ('sqrt', None)
    """
    import numpy as np

    found = getattr(np, name, None)
    return found if isinstance(found, np.ufunc) else None


def is_of_pandas(func: Any) -> bool:
    """Whether a function is a method of a class of pandas, which works on pandas' own objects alone."""
    owner = getattr(func, "__qualname__", "").rpartition(".")[0]
    module = getattr(func, "__module__", None) or ""
    return module.split(".")[0] == "pandas" and bool(owner) and "<" not in owner and not hasattr(func, "__self__")


def ours_of(func: Any) -> Any:
    """A method of pandas' classes as the method of ours that has its name; other functions as they are.

    >>> import pandas as pd
    >>> ours_of(pd.Series.mode).__name__, ours_of(len) is len
    ('mode', True)
    """
    return Method(func.__name__) if is_of_pandas(func) and not isinstance(func, type) else func
