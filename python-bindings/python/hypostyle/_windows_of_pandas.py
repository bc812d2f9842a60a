"""What windows of pandas can do beyond those of the engine: it is asked for, where it is installed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from hypostyle import _columns, _native
from hypostyle._cells import by_row

#: Aggregates of pandas' windows that the engine has not for every kind of window.
NAMES = frozenset(
    {
        *("apply", "corr", "count", "cov", "first", "kurt", "last", "max", "mean", "median", "min", "nunique", "pipe"),
        *("quantile", "rank", "sem", "skew", "std", "sum", "var"),
    }
)


class WindowsOfPandas:
    """Windows that pandas moves over the values, for what the engine's own windows do not offer: windows by an indexer,
    centered ones of time, and pairs of all columns. Runs, on one core, and says so in a warning.

    >>> import hypostyle as hs, pandas as pd
    >>> ahead = pd.api.indexers.FixedForwardWindowIndexer(window_size=2)
    >>> hs.Series([1, 2, 4]).rolling(ahead, min_periods=1).sum().to_list()
    [3.0, 6.0, 4.0]
    """

    __slots__ = ("_chosen", "_options", "_owner", "_verb")

    def __init__(self, owner: Any, verb: str, options: dict[str, Any], chosen: Any = None) -> None:
        self._owner, self._verb, self._options, self._chosen = owner, verb, options, chosen

    def __getitem__(self, columns: Any) -> WindowsOfPandas:
        """Only these columns take part; one name alone gives series."""
        for name in [columns] if isinstance(columns, str) else columns:
            self._owner._plan.query.check(name)
        return WindowsOfPandas(self._owner, self._verb, self._options, columns)

    def _windows(self) -> Any:
        """pandas' windows."""
        warnings.warn(f"{self._verb}: pandas moves these windows, on one core", stacklevel=4)
        windows = getattr(_floats(self._owner.to_pandas()), self._verb)(**self._options)
        return windows if self._chosen is None else windows[self._chosen]

    def __iter__(self) -> Iterator[Any]:
        """The rows of each window; runs."""
        for rows in self._windows():
            yield _made(rows)

    def __getattr__(self, name: str) -> Any:
        if name in NAMES:
            return lambda *args, **kwargs: self._run(name, *args, **kwargs)
        if not name.startswith("_") and not hasattr(self._owner, "_native") and name in self._owner._plan.columns:
            return self[name]
        raise AttributeError(f"{self._verb} has no aggregate and no column {name!r}")

    def agg(self, func: Any = None, *args: Any, **kwargs: Any) -> Any:
        """As pandas' windows take it."""
        return self._run("agg", func, *args, **kwargs)

    aggregate = agg

    def _run(self, name: str, *args: Any, **kwargs: Any) -> Any:
        args = tuple(_floats(arg.to_pandas()) if hasattr(arg, "_plan") else arg for arg in args)
        kwargs = {key: _floats(arg.to_pandas()) if hasattr(arg, "_plan") else arg for key, arg in kwargs.items()}
        return _as_ours(self._owner, getattr(self._windows(), name)(*args, **kwargs))


def _floats(data: Any) -> Any:
    """Numbers that may be missing as floats, which pandas' windows want."""
    import pandas as pd

    def plain(column: Any) -> Any:
        nullable = isinstance(column.dtype, pd.api.extensions.ExtensionDtype) and pd.api.types.is_numeric_dtype(column)
        return column.astype("float64") if nullable else column

    return data.apply(plain) if data.ndim == 2 and data.shape[1] else plain(data) if data.ndim == 1 else data


def _made(data: Any) -> Any:
    """A frame or a series of one of pandas."""
    from hypostyle.frame import DataFrame
    from hypostyle.series import Series

    return DataFrame(data) if data.ndim == 2 else Series(data)


def _as_ours(owner: Any, made: Any) -> Any:
    """A result of pandas: values of the same rows where it has one for each, else a frame or series of its own."""
    from hypostyle.frame import DataFrame
    from hypostyle.series import Series

    if not _columns.is_pandas(made) or not hasattr(made, "iloc"):
        return made
    plan = owner._plan
    if made.index.nlevels > max(len(plan.index), 1) or len(made) != len(owner):
        return _made(made)
    if made.ndim == 1:
        native = by_row(_columns.column(made, False))
        return Series(plan, native, None if made.name is None else str(made.name))
    exprs = {name: _native.Expr.column(name) for name in plan.index_columns}
    for at, name in enumerate(made.columns):
        if not isinstance(name, str):
            return _made(made)
        exprs[name] = by_row(_columns.column(made.iloc[:, at], False))
    return DataFrame._of(plan.project(exprs))
