"""What all kinds of windows that wait for an aggregate have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hypostyle import _columns, _native
from hypostyle._aggregates import options_of
from hypostyle._cells import by_row
from hypostyle._headings import column_of, joined
from hypostyle._labels import column_name, named_columns
from hypostyle._windows import Running, over_all
from hypostyle._windows_of_pandas import NAMES, WindowsOfPandas
from hypostyle.errors import InvalidArgumentError, UnsupportedError

Native = _native.Expr
Make = Callable[[Native], Native]


class Windows:
    """What all kinds of windows have in common."""

    __slots__ = ("_asked",)

    _owner: Running
    _chosen: Any
    _kind = "these windows"
    #: How pandas would be asked for these windows: its verb and options.
    _asked: tuple[str, dict[str, Any]] | None

    def _chosen_owner(self, columns: Any) -> Any:
        raise NotImplementedError

    def __getitem__(self, columns: Any) -> Any:
        """Only these columns take part; one name alone gives series."""
        plan = self._owner._plan  # type: ignore[attr-defined]
        columns = column_of(plan, named_columns(columns))
        columns = columns if isinstance(columns, str) else [column_of(plan, named_columns(one)) for one in columns]
        for name in [columns] if isinstance(columns, str) else columns:
            plan.query.check(name)
        made = self._chosen_owner(columns)
        made._asked = self._asked
        return made

    def _of_pandas(self) -> WindowsOfPandas | None:
        """The same windows by pandas, for what these have not; of groups there are none."""
        if self._asked is None or hasattr(self._owner, "_values"):
            return None
        verb, options = self._asked
        return WindowsOfPandas(self._owner, verb, options, self._chosen)

    def pipe(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        """``func(windows, ...)``."""
        return func(self, *args, **kwargs)

    def __iter__(self) -> Iterator[Any]:
        """The rows of each window; runs."""
        windows = self._of_pandas()
        if windows is None:
            raise UnsupportedError(f"{self._kind}: windows within groups one by one; use groupby(...).apply")
        return iter(windows)

    def __getattr__(self, name: str) -> Any:
        if name == "_owner":
            # Of an object that is still to be made.
            raise AttributeError(name)
        plan = getattr(self._owner, "_plan", None)
        if not name.startswith("_") and not hasattr(self._owner, "_native") and plan and name in plan.columns:
            return self[name]
        if name == "_asked":
            return None
        windows = None if name.startswith("_") else self._of_pandas()
        if windows is not None and name in NAMES:
            return getattr(windows, name)
        raise AttributeError(
            f"{self._kind} has no aggregate and no column {name!r}; apply(function) takes any function of a window"
        )

    def __dir__(self) -> list[str]:
        plan = None if hasattr(self._owner, "_native") else getattr(self._owner, "_plan", None)
        columns = () if plan is None else plan.columns
        return [*super().__dir__(), *(name for name in columns if name.isidentifier())]

    def _finite(self, column: Native) -> Native:
        """The values of a column; infinite ones are missing in windows, as in pandas."""
        dtype = self._owner._plan.query.dtype_of(column)  # type: ignore[attr-defined]
        return _finite(column) if dtype.startswith("float") else column

    def _applied(self, of: Make, numeric: bool, but: str | None, infinite: bool = False) -> Any:
        """New values of the chosen columns; with ``infinite`` these values count."""
        from hypostyle.frame import DataFrame
        from hypostyle.series import Series

        def make(column: Native) -> Native:
            return of(column if infinite else self._finite(column))

        owner, chosen = self._owner, self._chosen
        if hasattr(owner, "_values"):
            from hypostyle._group_rows import by_group

            chosen_owner = owner if chosen is None else owner[chosen]  # type: ignore[index]
            # As in pandas the keys stay columns where moving windows are asked for it.
            indexed = getattr(chosen_owner, "_as_index", True) or not self._kind.startswith("rolling")
            on = getattr(self, "_on", None)
            if chosen is None and on in owner._values() and not owner._single:  # type: ignore[attr-defined]
                # The column that windows go by stays in its place, and the rows keep their labels.
                plan = owner._plan  # type: ignore[attr-defined]
                windows = owner._each(make, numeric, but)._plan
                names = [name for name in owner._values() if name == on or name in windows.columns]  # type: ignore[attr-defined]
                exprs = {
                    name: plan.column(on) if name == on else plan.expr(DataFrame._of(windows)._series(name))
                    for name in names
                }
                return by_group(owner, owner._rows(exprs), None, indexed)  # type: ignore[attr-defined]
            return by_group(chosen_owner, chosen_owner._each(make, numeric, but), on, indexed)
        if chosen is None:
            return owner._each(make, numeric, but)
        plan = owner._plan  # type: ignore[attr-defined]
        if isinstance(chosen, str):
            native = over_all(make(plan.column(chosen)))
            plan.query.dtype_of(native)
            return Series(plan, native, chosen)
        exprs = {name: Native.column(name) for name in plan.index_columns}
        exprs.update((name, over_all(make(plan.column(name)))) for name in chosen if name != but)
        if but is not None:
            # As in pandas the times of the rows stand beside their windows.
            exprs[but] = plan.column(but)
        return DataFrame._of(plan.project(exprs))

    def _numbers(self, numeric_only: bool) -> Any:
        """These windows, or those of the columns of numbers."""
        from hypostyle._dtypes import is_number

        if not numeric_only or hasattr(self._owner, "_native") or isinstance(self._chosen, str):
            return self
        dtypes = self._owner._plan.dtypes  # type: ignore[attr-defined]
        return self[[name for name in self._columns() if is_number(dtypes[name]) or dtypes[name] == "bool"]]

    def _every(self) -> Any:
        """These windows of every row, where they are of each third row or so."""
        whole = self._chosen_owner(self._chosen)
        whole._asked, whole._step = self._asked, None
        return whole

    def agg(self, func: Any = None, *args: Any, **kwargs: Any) -> Any:
        """An aggregate by name, several as a list, or by column as a mapping; several aggregates of a column are columns
        of two levels, ``("x", "sum")``; ``out=("x", "sum")`` names each. A Python function goes to `apply`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2, 3], name="x").rolling(2).agg(["sum", "max"]).to_dict("list")
        {'sum': [None, 3.0, 5.0], 'max': [None, 2.0, 3.0]}
        """
        if func is None or isinstance(func, (Mapping, list, tuple)):
            step = getattr(self, "_step", None)
            if step not in (None, 1):
                return self._every().agg(func, *args, **kwargs).iloc[::step]
        if func is None:
            return self._named(kwargs)
        if isinstance(func, Mapping):
            return self._by_column(func)
        if isinstance(func, (list, tuple)):
            return self._listed(func)
        name = func if isinstance(func, str) else _known(func)
        if name is None:
            own = {name: kwargs.pop(name) for name in ("raw", "engine", "engine_kwargs") if name in kwargs}
            return self.apply(func, args=args, kwargs=kwargs, **own)  # type: ignore[attr-defined]
        if name.startswith("_") or not (hasattr(type(self), name) or name in NAMES):
            raise InvalidArgumentError(f"no aggregate of {self._kind} is called {name!r}")
        options = {} if isinstance(func, str) else options_of(func)
        return getattr(self, name)(*args, **{**({"ddof": 0} if "ddof" in options else {}), **kwargs})

    aggregate = agg

    def _columns(self) -> list[str]:
        owner = self._owner
        if self._chosen is not None:
            return self._chosen if isinstance(self._chosen, list) else [self._chosen]
        names = owner._values() if hasattr(owner, "_values") else owner._plan.columns  # type: ignore[attr-defined]
        return [name for name in names if name != getattr(self, "_on", None)]

    def _listed(self, func: Any) -> Any:
        from hypostyle._accessors import frame_of

        single = getattr(self._owner, "_single", False) and self._chosen is None
        if hasattr(self._owner, "_native") or isinstance(self._chosen, str) or single:
            made = {_label(one): self.agg(one) for one in func}
        else:
            made = {joined(n, _label(one)): self[n].agg(one) for n in self._columns() for one in func}
        return frame_of(next(iter(made.values())), made)

    def _by_column(self, func: Mapping[str, Any]) -> Any:
        from hypostyle._accessors import frame_of

        if hasattr(self._owner, "_native"):
            raise InvalidArgumentError("agg of a series takes a name or a list of names, not a mapping")
        several = any(isinstance(names, (list, tuple)) for names in func.values())
        plan, made = self._owner._plan, {}  # type: ignore[attr-defined]
        for column, names in ((column_of(plan, label), names) for label, names in func.items()):
            for one in names if isinstance(names, (list, tuple)) else [names]:
                made[joined(column, _label(one)) if several else column] = self[column].agg(one)
        return frame_of(next(iter(made.values())), made)

    def _named(self, named: Mapping[str, Any]) -> Any:
        from hypostyle._accessors import frame_of
        from hypostyle._group_functions import of_pandas

        if not named:
            raise InvalidArgumentError("agg needs an aggregate, for example agg('sum') or agg(total=('x', 'sum'))")
        made = {}
        for out, what in ((out, of_pandas(what)) for out, what in named.items()):
            if not (isinstance(what, tuple) and len(what) >= 2):
                raise InvalidArgumentError(f"agg({out}={what!r}): give a pair of column and aggregate")
            made[column_name(out)] = self[what[0]].agg(what[1])
        return frame_of(next(iter(made.values())), made)

    def _by_window(
        self, func: Any, raw: bool, args: tuple, kwargs: Any, spans: Callable[[int], tuple[int, int]], least: int
    ) -> Any:
        """A Python function of each window; runs, on one core."""
        import numpy as np

        from hypostyle._groups import mapped
        from hypostyle.series import VALUE, Series

        owner: Any = self._owner

        def of(rows: Any) -> Any:
            values = np.asarray(rows.to_numpy(), dtype="float64")
            # Windows that are series have the labels of their rows.
            held = None if raw else rows.to_frame(VALUE).persist()[VALUE].rename(None)
            found: list[float | None] = []
            for at in range(len(values)):
                low, high = spans(at)
                part = values[max(low, 0) : high]
                if np.count_nonzero(~np.isnan(part)) < least:
                    found.append(None)
                    continue
                window = part if held is None else held.iloc[max(low, 0) : high]
                value = func(window, *(args or ()), **(kwargs or {}))
                found.append(None if value is None else float(value))
            return np.array(found, dtype="float64")

        def make(column: Native) -> Native:
            if not hasattr(owner, "_values"):
                return by_row(_columns.column(of(Series(owner._plan, _finite(column.cast("float64")), None)), False))
            name = str(column.as_column())

            def group(plan: Any) -> Any:
                return of(Series(plan, _finite(plan.column(name).cast("float64")), None))

            return mapped(owner._plan, owner._keys, [name], group, "apply", "float64")

        return self._applied(make, True, getattr(self, "_on", None), True)


def _finite(column: Native) -> Native:
    return Native.call("scalar", "finite", [column])


def _known(function: Any) -> str | None:
    from hypostyle._aggregates import is_known, name_of

    return name_of(function) if callable(function) and is_known(function) else None


def _label(function: Any) -> str:
    return function if isinstance(function, str) else str(getattr(function, "__name__", type(function).__name__))
