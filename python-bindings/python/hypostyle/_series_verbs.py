"""Verbs of series beyond expressions and aggregates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _cells, _native
from hypostyle._cells import call, is_null, literal
from hypostyle._dtypes import is_number
from hypostyle._loc import Cell, SeriesLoc
from hypostyle._naming import Nameless
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression
from hypostyle.index import Index

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame
    from hypostyle.groupby import GroupBy
    from hypostyle.series import Series

Native = _native.Expr


class SeriesVerbs:
    """What series offer beside operators, functions and aggregates."""

    __slots__ = ()

    _plan: Plan
    _native: Native
    name: str | None

    def _operate(self, operator: str, other: Any, fill_value: Any, axis: Any, reflected: bool = False) -> Any:
        if fill_value is None and operator != "**":
            return self._binary(operator, other, reflected)  # type: ignore[attr-defined]
        left, right = self._native, self._argument(other)  # type: ignore[attr-defined]
        if reflected:
            left, right = right, left
        return self._like(_cells.operated(operator, left, right, fill_value))  # type: ignore[attr-defined]

    def divmod(self, other: Any) -> tuple[Any, Any]:
        """``self // other`` and ``self % other``.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> [part.to_list() for part in x.divmod(2)]
        [[1, 0, 1], [1, 1, 0]]
        """
        return self // other, self % other  # type: ignore[operator]

    def rdivmod(self, other: Any) -> tuple[Any, Any]:
        """``other // self`` and ``other % self``.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> [part.to_list() for part in x.rdivmod(6)]
        [[2, 6, 3], [0, 0, 0]]
        """
        return other // self, other % self  # type: ignore[operator]

    def dot(self, other: Any) -> Any:
        """The sum of the products with another series of the frame.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, 4]})
        >>> df["x"].dot(df["y"])
        11
        """
        return (self * other).sum()  # type: ignore[operator]

    # Choosing.

    @property
    def index(self) -> Index:
        """The labels of the rows, read-only.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> list(x.index)
        ['a', 'b']
        """
        return Index(self._framed(), self)  # type: ignore[attr-defined]

    @index.setter
    def index(self, labels: Any) -> None:
        self._become(self.set_axis(labels))  # type: ignore[attr-defined]

    @property
    def axes(self) -> list:
        """The index.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> list(x.axes[0])
        ['a', 'b']
        """
        return [self.index]

    @property
    def loc(self) -> SeriesLoc:
        """Values by a condition or by label.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df["x"].loc["b"], df["x"].loc[["b", "a"]].to_list()
        (2, [2, 1])
        """
        return SeriesLoc(self, "loc")

    @property
    def iloc(self) -> SeriesLoc:
        """Values by position: ``series.iloc[2]``, ``series.iloc[2:5]``, ``series.iloc[[3, 1]]``.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.iloc[-1], x.iloc[[2, 0]].to_list()
        (2, [2, 3])
        """
        return SeriesLoc(self, "iloc")

    @property
    def at(self) -> Cell:
        """One value by label.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.at["b"]
        2
        """
        return Cell(self, True)

    @property
    def iat(self) -> Cell:
        """One value by position.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.iat[0]
        3
        """
        return Cell(self, False)

    def keys(self) -> Index:
        """The index.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> list(x.keys())
        ['a', 'b']
        """
        return self.index

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a label, or ``default`` if there is none.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.get("b"), x.get("c", 0)
        (2, 0)
        """
        try:
            return self.loc[key]
        except KeyError:
            return default

    def items(self) -> Iterator[tuple[Any, Any]]:
        """Labels and values.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> list(x.items())
        [('a', 1), ('b', 2)]
        """
        return zip(self.index.to_list(), self.to_list(), strict=True)  # type: ignore[attr-defined]

    def item(self) -> Any:
        """The value of a series of one.

        >>> import hypostyle as hs
        >>> x = hs.Series([7])
        >>> x.item()
        7
        """
        values = self.head(2).to_list()  # type: ignore[attr-defined]
        if len(values) != 1:
            raise InvalidArgumentError("item: the series has not exactly one value")
        return values[0]

    def take(self, indices: Any, axis: Any = 0) -> Any:
        """The values at these positions, in this order.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.take([2, 0]).to_list()
        [2, 3]
        """
        return self.iloc[list(indices)]

    def xs(self, key: Any, axis: Any = 0, level: Any = None, drop_level: bool = True) -> Any:
        """The values of a label; see `DataFrame.xs`.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.xs("b")
        2
        """
        if level is None:
            return self.loc[key]
        found = self._as_frame().xs(key, level=level, drop_level=drop_level)
        return found[found.columns[0]].rename(self.name)

    def truncate(self, before: Any = None, after: Any = None) -> Any:
        """Values whose label lies between two others, both included.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.truncate("b").to_list()
        [2]
        """
        return self.loc[before:after]

    def filter(self, items: Any = None, like: str | None = None, regex: str | None = None, axis: Any = None) -> Any:
        """Values of these labels, or of labels that contain a text.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.filter(items=["b"]).to_list()
        [2]
        """
        if items is not None:
            return self[self.index.isin(list(items))]  # type: ignore[index]
        labels = self.index.to_series()
        found = labels.str.contains(like) if like is not None else labels.str.contains(regex, regex=True)
        return self[found]  # type: ignore[index]

    def first_valid_index(self) -> Any:
        """The label of the first value that is present.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.first_valid_index()
        'a'
        """
        labels = self._numbered().dropna().index.to_list()
        return labels[0] if labels else None

    def last_valid_index(self) -> Any:
        """The label of the last value that is present.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.last_valid_index()
        'b'
        """
        labels = self._numbered().dropna().index.to_list()
        return labels[-1] if labels else None

    def _numbered(self) -> Series:
        from hypostyle._reshape import numbered
        from hypostyle.series import VALUE, Series

        return Series(numbered(self._framed()), Native.column(VALUE), self.name)  # type: ignore[attr-defined]

    def sample(
        self,
        n: int | None = None,
        frac: float | None = None,
        replace: bool = False,
        weights: Any = None,
        random_state: Any = None,
        axis: Any = 0,
        ignore_index: bool = False,
    ) -> Any:
        """Values drawn at random; see `DataFrame.sample`.

        >>> import hypostyle as hs
        >>> sorted(hs.Series([1, 2, 3]).sample(frac=1).to_list())
        [1, 2, 3]
        """
        if isinstance(weights, BoundExpression):
            weights = weights.to_list()  # type: ignore[attr-defined]
        return self._through(
            lambda frame: frame.sample(n, frac, replace, weights, random_state, ignore_index=ignore_index)
        )

    def _as_frame(self) -> DataFrame:
        from hypostyle.series import VALUE

        return self.to_frame(VALUE)  # type: ignore[attr-defined]

    def _through(self, change: Callable[[DataFrame], DataFrame]) -> Any:
        """A verb of frames on this column."""
        from hypostyle.series import VALUE

        return change(self._as_frame())[VALUE].rename(self.name)

    def _become(self, made: Any) -> None:
        """Makes this series what another one is."""
        raise NotImplementedError

    # The index.

    def set_axis(self, labels: Any) -> Any:
        """Other labels of the rows: a list, or a series of the frame.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.set_axis(["a", "b", "c"])["b"]
        1
        """
        return self._through(lambda frame: frame.set_axis(labels))

    def rename_axis(self, mapper: Any = None, *, index: Any = None) -> Any:
        """Other names of the levels of the index.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.rename_axis("key").index.name
        'key'
        """
        return self._through(lambda frame: frame.rename_axis(mapper, index=index))

    def reindex(self, index: Any = None, fill_value: Any = None) -> Any:
        """The values of these labels, in this order; missing (or ``fill_value``) where there is none.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df["x"].reindex(["b", "c"]).to_list()
        [2, None]
        """
        return self._through(lambda frame: frame.reindex(index=index, fill_value=fill_value))

    def reindex_like(self, other: Any) -> Any:
        """The labels of another series or frame.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.reindex_like(hs.Series([0], index=["b"])).to_list()
        [2]
        """
        return self.reindex(other.index.to_list())

    def sort_index(
        self,
        *,
        axis: Any = 0,
        level: Any = None,
        ascending: Any = True,
        kind: str = "stable",
        na_position: str = "last",
        sort_remaining: bool = True,
        ignore_index: bool = False,
        key: Any = None,
    ) -> Any:
        """The values in the order of the index; see `DataFrame.sort_index`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2], index=["b", "a"]).sort_index().to_list()
        [2, 1]
        """
        how: dict[str, Any] = {
            "na_position": na_position,
            "sort_remaining": sort_remaining,
            "ignore_index": ignore_index,
        }
        return self._through(lambda frame: frame.sort_index(level=level, ascending=ascending, key=key, **how))

    def droplevel(self, level: Any) -> Any:
        """The values without a level of the index.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "j": [1, 2], "x": [5, 6]}).set_index(["k", "j"])
        >>> df["x"].droplevel("j").index.names
        ['k']
        """
        return self._through(lambda frame: frame.droplevel(level))

    def swaplevel(self, i: Any = -2, j: Any = -1) -> Any:
        """The values with two levels of the index exchanged.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "j": [1, 2], "x": [5, 6]}).set_index(["k", "j"])
        >>> df["x"].swaplevel().index.names
        ['j', 'k']
        """
        return self._through(lambda frame: frame.swaplevel(i, j))

    def reorder_levels(self, order: Sequence[Any]) -> Any:
        """The values with the levels of the index in another order.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "j": [1, 2], "x": [5, 6]}).set_index(["k", "j"])
        >>> df["x"].reorder_levels(["j", "k"]).index.names
        ['j', 'k']
        """
        return self._through(lambda frame: frame.reorder_levels(order))

    def unstack(self, level: int | str = -1, fill_value: Any = None) -> DataFrame:
        """The values of one level of the index as columns; see `DataFrame.unstack`.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "j": [1, 2], "x": [5, 6]}).set_index(["k", "j"])
        >>> df["x"].unstack().to_dict("list")
        {'1': [5, None], '2': [None, 6]}
        """
        from hypostyle._reshape import unstacked
        from hypostyle.series import VALUE

        return unstacked(self._framed(), [VALUE], level, fill_value, False)  # type: ignore[attr-defined]

    def drop(
        self,
        labels: Any = None,
        *,
        axis: Any = 0,
        index: Any = None,
        columns: Any = None,
        level: Any = None,
        errors: str = "raise",
    ) -> Any:
        """The values but those of these labels.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2], index=["a", "b"]).drop("a").to_list()
        [2]
        """
        gone = labels if index is None else index
        if gone is None:
            return self
        gone = gone.own_list("drop") if isinstance(gone, Index) else gone
        gone = list(gone) if isinstance(gone, (list, tuple)) else [gone]
        if level is not None:
            return self[~self.index.get_level_values(level).isin(gone)]  # type: ignore[index]
        if errors == "raise":
            self.loc[gone]
        return self[~self.index.isin(gone)]  # type: ignore[index]

    def pop(self, item: Any) -> Any:
        """The value of a label, which this series then no longer has.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.pop("a"), x.to_list()
        (1, [2])
        """
        value, rest = self.loc[item], self.drop([item])
        self._become(rest)
        return value

    def add_prefix(self, prefix: str) -> Any:
        """Labels that begin with ``prefix``.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> list(x.add_prefix("my_").index)
        ['my_a', 'my_b']
        """
        return self.set_axis([f"{prefix}{label}" for label in self.index])

    def add_suffix(self, suffix: str) -> Any:
        """Labels that end with ``suffix``.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> list(x.add_suffix("_1").index)
        ['a_1', 'b_1']
        """
        return self.set_axis([f"{label}{suffix}" for label in self.index])

    # Values.

    def clip(self, lower: Any = None, upper: Any = None, axis: Any = None, *, out: Any = None) -> Any:
        """Values not less than ``lower`` and not more than ``upper``: constants or series of the frame.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 5, 9]})["x"].clip(upper=6).to_list()
        [1, 5, 6]
        """
        low, high = (None if bound is None else self._argument(_cells.bounds(bound)) for bound in (lower, upper))  # type: ignore[attr-defined]
        return self._like(_cells.clipped(self._native, low, high))  # type: ignore[attr-defined]

    def replace(self, to_replace: Any = None, value: Any = None, regex: Any = False) -> Any:
        """Values replaced by others: one, a list, or a mapping of old to new; with ``regex`` parts of texts.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"s": ["a", "b"]})["s"].replace({"a": "A"}).to_list()
        ['A', 'b']
        """
        return self._like(_cells.replaced(self._native, self.dtype, to_replace, value, regex))  # type: ignore[attr-defined]

    def case_when(self, caselist: Sequence[tuple[Any, Any]]) -> Any:
        """The value of the first condition that is true, else the value that is there.

        >>> import hypostyle as hs
        >>> x = hs.DataFrame({"x": [1, 5, 9]})["x"]
        >>> x.case_when([(x > 6, 0), (x > 2, -1)]).to_list()
        [1, -1, 0]
        """
        branches = []
        for condition, value in caselist:
            if callable(condition) and not isinstance(condition, BoundExpression):
                condition = condition(self)
            branches.append((self._argument(condition), self._argument(value)))  # type: ignore[attr-defined]
        return self._like(Native.case(branches, self._native))  # type: ignore[attr-defined]

    def combine(self, other: Any, func: Callable[[Any, Any], Any], fill_value: Any = None) -> Any:
        """``func`` of this series and another one of the frame, which gives a series.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 5], "y": [2, 3]})
        >>> df["x"].combine(df["y"], lambda a, b: a * b).to_list()
        [2, 15]
        """
        mine, theirs = self, self._like(self._argument(other))  # type: ignore[attr-defined]
        if fill_value is not None:
            mine, theirs = mine.fillna(fill_value), theirs.fillna(fill_value)  # type: ignore[attr-defined]
        return func(mine, theirs)

    def combine_first(self, other: Any) -> Any:
        """The values, and where they are missing another series' of the frame.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, None], "y": [2, 3]})
        >>> df["x"].combine_first(df["y"]).to_list()
        [1, 3]
        """
        return self.fillna(other)  # type: ignore[attr-defined]

    def update(self, other: Any) -> None:
        """Takes another series' values of the frame where they are present; changes this series.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [None, 9]})
        >>> x = df["x"]
        >>> x.update(df["y"])
        >>> x.to_list()
        [1, 9]
        """
        theirs = self._argument(other)  # type: ignore[attr-defined]
        self._become(self._like(call("coalesce", theirs, self._native)))  # type: ignore[attr-defined]

    def interpolate(
        self,
        method: str = "linear",
        *,
        axis: Any = 0,
        limit: int | None = None,
        limit_direction: str | None = None,
        limit_area: str | None = None,
    ) -> Any:
        """Missing numbers on the line between their neighbours, row by row; after the last one its value (``"backward"``:
        before the first one, ``"both"``). ``limit_area="inside"`` leaves the ends as they are.

        >>> import hypostyle as hs
        >>> hs.Series([1.0, None, None, 4.0, None]).interpolate(limit_area="inside").to_list()
        [1.0, 2.0, 3.0, 4.0, None]
        """
        from hypostyle._filling import interpolated
        from hypostyle._windows import window

        if method not in ("linear", "pad", "ffill", "bfill"):
            raise UnsupportedError(f"interpolate: the method {method!r}; there are linear, ffill and bfill")
        if method != "linear":
            kind = "backward_fill" if method == "bfill" else "forward_fill"
            return self._like(window(kind, self._native, limit=limit))  # type: ignore[attr-defined]
        if not is_number(self.dtype):  # type: ignore[attr-defined]
            raise DataTypeError(f"interpolate: a series of {self.dtype}; numbers lie on a line")  # type: ignore[attr-defined]
        return self._like(interpolated(self._native, method, limit, limit_direction, limit_area))  # type: ignore[attr-defined]

    def repeat(self, repeats: int, axis: Any = None) -> Any:
        """Each value so many times.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.repeat(2).to_list()
        [3, 3, 1, 1, 2, 2]
        """
        rows = len(self)  # type: ignore[arg-type]
        return self.iloc[[at for at in range(rows) for _ in range(repeats)]]

    def explode(self, ignore_index: bool = False) -> Any:
        """One value per element of lists; an empty or missing list gives a missing value.

        >>> import hypostyle as hs
        >>> x = hs.Series([[1, 2], [3]])
        >>> x.explode().to_list()
        [1, 2, 3]
        """
        return self._through(lambda frame: frame.explode(frame.columns[0]))

    def abs(self) -> Any:
        """The absolute value.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, -2])
        >>> x.abs().to_list()
        [1, 2]
        """
        return self._like(call("abs", self._native))  # type: ignore[attr-defined]

    def round(self, decimals: int = 0, *, out: Any = None) -> Any:
        """Numbers with so many decimals, half to even.

        >>> import hypostyle as hs
        >>> x = hs.Series([0.126, 2.5])
        >>> x.round(2).to_list()
        [0.13, 2.5]
        """
        return self._like(_cells.rounded(self._native, self.dtype, decimals))  # type: ignore[attr-defined]

    def infer_objects(self, copy: Any = None) -> Any:
        """The series: its type is known already.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.infer_objects().dtype
        'int64'
        """
        return self

    def convert_dtypes(self, **_: Any) -> Any:
        """The series: every type can hold missing values.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.convert_dtypes().dtype
        'int64'
        """
        return self

    def copy(self, deep: bool = True) -> Any:
        """Another series of the same plan; data is immutable and shared.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.copy().equals(x)
        True
        """
        return type(self)(self._plan, self._native, self.name)  # type: ignore[call-arg]

    @property
    def T(self) -> Any:
        """The series itself.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.T.to_list()
        [3, 1, 2]
        """
        return self

    def transpose(self) -> Any:
        """The series itself.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.transpose().to_list()
        [3, 1, 2]
        """
        return self

    # Order.

    def argsort(self, ascending: bool = True) -> Any:
        """The positions that would sort the values; missing ones last.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.argsort().to_list()
        [1, 2, 0]
        """
        from hypostyle._windows import window
        from hypostyle.series import VALUE

        number = "__number__"
        query = self._framed().query.select(  # type: ignore[attr-defined]
            [Native.column(VALUE).alias(VALUE), window("row_number").binary("-", literal(1)).alias(number)]
        )
        query = query.sort([Native.column(VALUE)], [not ascending], False)
        return type(self)(Plan(query), Native.column(number), self.name)  # type: ignore[call-arg]

    def argmax(self) -> int:
        """The position of the greatest value, the first of several.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.argmax()
        0
        """
        return self._reduce(_aggregate(self._native, "arg_max"))  # type: ignore[attr-defined]

    def argmin(self) -> int:
        """The position of the smallest value, the first of several.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.argmin()
        1
        """
        return self._reduce(_aggregate(self._native, "arg_min"))  # type: ignore[attr-defined]

    def searchsorted(self, value: Any, side: str = "left") -> Any:
        """Where values would be put into the sorted series.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 3, 5])
        >>> int(x.searchsorted(4))
        2
        """
        import numpy as np

        return np.searchsorted(self.to_numpy(), value, side)  # type: ignore[attr-defined, call-overload]

    def factorize(self, sort: bool = False) -> tuple[Any, Any]:
        """A number for each distinct value (-1 where it is missing), and the values.

        >>> import hypostyle as hs
        >>> x = hs.Series(["b", "a", "b"])
        >>> numbers, values = x.factorize()
        >>> numbers.tolist(), list(values)
        ([0, 1, 0], ['b', 'a'])
        """
        from hypostyle._windows import window

        first = Native.call("aggregate", "min", [window("row_number").over([], [], [])]).over([self._native], [], [])
        key = self._native if sort else first
        key = Native.case([(is_null(self._native), literal(None))], key)
        number = call("fill_null", window("dense_rank", key).binary("-", literal(1)), literal(-1))
        values = self.dropna().drop_duplicates()  # type: ignore[attr-defined]
        values = values.sort_values() if sort else values
        return self._like(number).to_numpy(), values.to_numpy()  # type: ignore[attr-defined]

    def autocorr(self, lag: int = 1) -> float:
        """The correlation with the values so many rows before.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2, 3])
        >>> round(x.autocorr(), 6)
        1.0
        """
        return self.corr(self.shift(lag))  # type: ignore[attr-defined]

    # Facts.

    @property
    def ndim(self) -> int:
        """1: a column.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.ndim
        1
        """
        return 1

    @property
    def dtypes(self) -> str:
        """The name of the type.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.dtypes
        'int64'
        """
        return self.dtype  # type: ignore[attr-defined]

    @property
    def hasnans(self) -> bool:
        """Whether a value is missing; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.hasnans
        False
        """
        return bool(self.isna().agg("any"))  # type: ignore[attr-defined]

    @property
    def is_unique(self) -> bool:
        """Whether no value occurs twice; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.is_unique
        True
        """
        return self.nunique(dropna=False) == len(self)  # type: ignore[attr-defined, arg-type]

    @property
    def nbytes(self) -> int:
        """Bytes of the buffers the values are in; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.nbytes
        120
        """
        return self.memory_usage()

    def memory_usage(self, index: bool = True, deep: bool = False) -> int:
        """Bytes of the buffers the values are in; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.memory_usage()
        120
        """
        return sum(self._framed().query.collect().column_bytes())  # type: ignore[attr-defined]

    def info(
        self,
        verbose: bool | None = None,
        buf: Any = None,
        max_cols: int | None = None,
        memory_usage: Any = None,
        show_counts: bool | None = None,
    ) -> None:
        """Prints type, count and memory, or writes them into ``buf``.

        >>> import hypostyle as hs
        >>> import io
        >>> text = io.StringIO()
        >>> hs.Series([3, 1, 2]).info(buf=text)
        >>> "int64" in text.getvalue()
        True
        """
        self.to_frame().info(verbose, buf, max_cols, memory_usage, show_counts)  # type: ignore[attr-defined]

    def equals(self, other: Any) -> bool:
        """Whether another series has the same type and values, missing ones included; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.equals(x * 1)
        True
        """
        return hasattr(other, "_as_frame") and self._as_frame().equals(other._as_frame())

    def compare(self, other: Any, result_names: tuple[str, str] = ("self", "other")) -> DataFrame:
        """The rows in which another series differs, side by side.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.compare(hs.Series([3, 9, 2])).to_dict("list")
        {'self': [1], 'other': [9]}
        """
        found = self._as_frame().compare(other._as_frame(), result_names)
        if not found.columns:
            return found
        return found.rename(columns=dict(zip(found.columns, result_names, strict=True)))

    def squeeze(self, axis: Any = None) -> Any:
        """The single value of a series of one, else the series.

        >>> import hypostyle as hs
        >>> x = hs.Series([7])
        >>> x.squeeze()
        7
        """
        return self.item() if len(self) == 1 else self  # type: ignore[arg-type]

    def __contains__(self, label: object) -> bool:
        return label in self.index

    # Groups and functions.

    def groupby(
        self,
        by: Any = None,
        level: Any = None,
        *,
        as_index: bool = True,
        sort: bool | None = True,
        group_keys: bool = True,
        observed: bool = True,
        dropna: bool = True,
    ) -> GroupBy:
        """Groups of equal keys: series of the frame, expressions, levels of the index, a value for each row, or a function
        or mapping of the labels.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 3]})
        >>> df["x"].groupby(df["k"]).sum().to_list()
        [4, 2]
        """
        from hypostyle.groupby import GroupBy

        if not as_index:
            raise InvalidArgumentError(
                "groupby of a series has its keys as the index; reset_index() makes them columns"
            )
        name = self.name if self.name and self.name not in self._plan.index_columns else Nameless("value")
        plan = self._plan.with_columns({name: self._native}) if self._native.as_column() != name else self._plan
        groups = GroupBy._of(plan, by, sort, dropna, True, level)[name]
        groups._group_keys, groups._observed = group_keys, observed
        return groups

    def resample(self, rule: str, closed: str | None = None, label: str | None = None, **options: Any) -> Any:
        """Groups by periods of time, of the index; see `DataFrame.resample`.

        >>> import hypostyle as hs
        >>> t = hs.date_range("2024-01-01", periods=4, freq="12h")
        >>> x = hs.DataFrame({"t": t, "x": [1, 2, 3, 4]}).set_index("t")["x"]
        >>> x.resample("D").sum().to_list()
        [3, 7]
        """
        frame = self.to_frame()  # type: ignore[attr-defined]
        name = Nameless(frame.columns[0]) if self.name is None else frame.columns[0]  # type: ignore[attr-defined]
        return frame.resample(rule, closed, label, **options)[name]

    def pipe(self, func: Callable[..., Any] | tuple, *args: Any, **kwargs: Any) -> Any:
        """``func(series, ...)``.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.pipe(lambda values: values.max())
        3
        """
        if isinstance(func, tuple):
            function, name = func
            return function(*args, **{name: self, **kwargs})
        return func(self, *args, **kwargs)

    def map(self, func: Any, na_action: str | None = None, *, dtype: Any = None, processes: Any = None) -> Any:
        """The values that a mapping or a series of labels has for each value (missing where it has none), or a Python
        function of each value; functions run on worker processes where that pays. See `DataFrame.apply`.

        >>> import hypostyle as hs
        >>> x = hs.DataFrame({"x": [1, 2, 3]})["x"]
        >>> x.map({1: "one", 2: "two"}).to_list(), x.map(lambda v: v * 10).to_list()
        (['one', 'two', None], [10, 20, 30])
        """
        if isinstance(func, BoundExpression):
            func = dict(func.items())  # type: ignore[attr-defined]
        if isinstance(func, Mapping) and hasattr(type(func), "__missing__"):
            mapping = func
            func = lambda value: mapping[value]  # noqa: E731
        if isinstance(func, Mapping):
            return self._like(_cells.mapped_values(self._native, func, self.dtype))  # type: ignore[attr-defined]
        from hypostyle._apply import mapped

        return mapped(self, func, (), {}, na_action == "ignore", dtype, processes)  # type: ignore[arg-type]

    def apply(self, func: Any, args: tuple = (), *, dtype: Any = None, processes: Any = None, **kwargs: Any) -> Any:
        """A Python function of each value; a name is that of an aggregate or method. See `map`.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2]})["x"].apply(lambda v, n: v + n, args=(5,)).to_list()
        [6, 7]
        """
        if isinstance(func, str):
            return getattr(self, func)(*args, **kwargs)
        if isinstance(func, (list, Mapping)):
            return self.agg(func)  # type: ignore[attr-defined]
        from hypostyle._apply import mapped

        return mapped(self, func, args, kwargs, False, dtype, processes)  # type: ignore[arg-type]

    def transform(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        """A method by name, or a Python function of the series.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.transform(lambda values: values - values.min()).to_list()
        [2, 0, 1]
        """
        if isinstance(func, str):
            return getattr(self, func)(*args, **kwargs)
        return func(self, *args, **kwargs)

    # Getting data out.

    @property
    def array(self) -> Any:
        """As `to_numpy`.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.array.tolist()
        [3, 1, 2]
        """
        return self.to_numpy()  # type: ignore[attr-defined]

    def to_dict(self, *, into: Any = dict) -> Any:
        """Labels and values; ``into``: another kind of mapping.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")["x"].to_dict()
        {'a': 1, 'b': 2}
        """
        return _mapping(into)(self.items())

    def __reduce__(self) -> Any:
        return _unpickled, (self._as_frame(), self.name)

    def to_string(self, **options: Any) -> str:
        """All values as text, as pandas writes them.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> print(x.to_string())
        a    1
        b    2
        """
        return self.to_pandas().to_string(**options)  # type: ignore[attr-defined]

    def to_csv(self, path: Any = None, **options: Any) -> Any:
        """Writes a CSV file; see `hypostyle.io`.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.rename("x").to_csv().split()
        ['x', '3', '1', '2']
        """
        return self.to_frame().to_csv(path, **options)  # type: ignore[attr-defined]


def _aggregate(native: Native, name: str) -> Native:
    from hypostyle._aggregates import aggregate

    return aggregate(native, name)


def _unpickled(frame: DataFrame, name: str | None) -> Series:
    return frame[frame.columns[0]].rename(name)


def _mapping(into: Any) -> Any:
    from hypostyle._output import mapping_of

    return mapping_of(into)
