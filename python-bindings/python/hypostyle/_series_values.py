"""Values of a series changed one by one, and their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

from hypostyle import _cells, _native
from hypostyle._aggregates import aggregate
from hypostyle._cells import call, is_null, literal
from hypostyle._dtypes import is_number
from hypostyle._key_order import ranks
from hypostyle._numbered import repeated
from hypostyle._numpy import plain
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression, Expr

if TYPE_CHECKING:
    pass

Native = _native.Expr


class SeriesValues:
    """Values changed, filled, repeated and put in order."""

    __slots__ = ()

    if TYPE_CHECKING:
        # What the whole class has.
        def __init__(self, *args: Any) -> None: ...
        def __getitem__(self, key: Any) -> Any: ...
        def __len__(self) -> int: ...
        def __getattr__(self, name: str) -> Any: ...

    def clip(self, lower: Any = None, upper: Any = None, axis: Any = None, *, out: Any = None) -> Self:
        """Values not less than ``lower`` and not more than ``upper``: constants, lists of a bound per value, or series.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 5, 9]})["x"].clip(upper=6).to_list()
        [1, 5, 6]
        """
        here: Any = self
        lower, upper = _cells.in_order(_cells.plain(lower), _cells.plain(upper))
        for bound in (lower, upper):
            here = here._with_room(bound)
        low, high = (None if _cells.is_missing(bound) else here._beside(bound) for bound in (lower, upper))
        return here._like(_cells.clipped(here._native, low, high))

    def _beside(self, value: Any) -> Native:
        """What stands beside each value: a constant, a list of a value per row, or a series, matched by label."""
        native = self._by_position(value)  # type: ignore[attr-defined]
        return self._plan.beside_each(value) if native is None else native  # type: ignore[attr-defined]

    def replace(self, to_replace: Any = None, value: Any = _cells.NOT_GIVEN, regex: Any = False) -> Self:
        """Values replaced by others: one, a list, or a mapping of old to new; with ``regex`` parts of texts.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"s": ["a", "b"]})["s"].replace({"a": "A"}).to_list()
        ['A', 'b']
        """
        to_replace, value, regex = _cells.replacing(to_replace, value, regex)
        if self.dtype == "category":  # type: ignore[attr-defined]
            return self._categories_replaced(to_replace, value, regex)
        return self._like(_cells.replaced(self._native, self.dtype, to_replace, value, regex))  # type: ignore[attr-defined]

    def _categories_replaced(self, to_replace: Any, value: Any, regex: Any) -> Self:
        """Categories in place of others: there are the same ones afterwards."""
        from hypostyle._set_cells import in_categories

        here: Any = self
        made = _cells.replaced(here._native.cast("string"), "string", to_replace, value, regex)
        if regex:
            news = here._like(made).unique()
        else:
            known = here.cat.categories
            news = [new for old, new in _cells.pairs(to_replace, value) if old in known]
        return here._like(in_categories(here._plan, here._native, made, list(news)))

    def case_when(self, caselist: Sequence[tuple[Any, Any]]) -> Any:
        """The value of the first condition that is true, else the value that is there.

        >>> import hypostyle as hs
        >>> x = hs.DataFrame({"x": [1, 5, 9]})["x"]
        >>> x.case_when([(x > 6, 0), (x > 2, -1)]).to_list()
        [1, -1, 0]
        """
        here: Any = self
        if not isinstance(caselist, list):
            raise DataTypeError(f"case_when takes a list of pairs, not {caselist!r}")
        if not caselist or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in caselist):
            raise InvalidArgumentError("case_when takes pairs of a condition and a value, at least one")
        pairs = []
        for pair in caselist:
            made = [
                part(self) if callable(part) and not isinstance(part, (BoundExpression, Expr)) else part
                for part in pair
            ]
            for part in made:
                here = here._with_room(part)
            pairs.append(made)
        branches = [(here._beside(condition), here._beside(_cells.value_of(value))) for condition, value in pairs]
        return here._like(Native.case(branches, here._native))

    def combine(self, other: Any, func: Callable[[Any, Any], Any], fill_value: Any = None) -> Any:
        """``func`` of each value and the one of the same label in another series (or of a constant), with ``fill_value`` for
        labels that one side lacks. A function that takes whole series, as arithmetic does, is called once with both.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 5], "y": [2, 3]})
        >>> df["x"].combine(df["y"], lambda a, b: a * b).to_list()
        [2, 15]
        """
        from hypostyle._columns import column

        mine: Any = self._with_room(other)  # type: ignore[attr-defined]
        if getattr(other, "name", self.name) != self.name:  # type: ignore[attr-defined]
            mine = mine.rename(None)
        try:
            theirs = mine._like(mine._beside(other) if not hasattr(other, "_framed") else mine._argument(other))
        except InvalidArgumentError:
            found = mine._by_label(other)
            if found is None:
                raise
            mine, theirs = found
        if fill_value is not None:
            if self.hasnans or getattr(other, "hasnans", False):  # type: ignore[attr-defined]
                raise UnsupportedError(
                    "combine: fill_value stands for labels that one side lacks, not for missing values; fillna first"
                )
            mine, theirs = mine.fillna(fill_value), theirs.fillna(fill_value)
        try:
            made = func(mine, theirs)
        except (TypeError, ValueError):
            made = None
        if isinstance(made, BoundExpression):
            return made
        holes = [[float("nan") if value is None else value for value in side.to_list()] for side in (mine, theirs)]
        return mine._like(_cells.by_row(column([func(a, b) for a, b in zip(*holes, strict=True)], False)))

    def combine_first(self, other: Any) -> Self:
        """The values, and where they are missing those of another series at the same label; labels that only the other has
        are there, too.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, None], "y": [2, 3]})
        >>> df["x"].combine_first(df["y"]).to_list()
        [1, 3]
        >>> hs.Series([1, 2], index=["a", "b"]).combine_first(hs.Series([9, 3], index=["b", "c"])).to_dict()
        {'a': 1, 'b': 2, 'c': 3}
        """
        from hypostyle._columns import ours
        from hypostyle._labels import same_labels
        from hypostyle.series import VALUE

        here: Any = self
        other = ours(other)
        if not hasattr(other, "_plan") or other._plan.rows is here._plan.rows:
            return here.fillna(other)
        if same_labels(here._plan, other._plan):
            return here.fillna(other)
        return here.to_frame(VALUE).combine_first(other.to_frame(VALUE))[VALUE].rename(here.name)

    def update(self, other: Any) -> None:
        """Takes another series' values of the same labels where they are present, or those of a mapping by label or of a
        list; changes this series.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [None, 9]})
        >>> x = df["x"]
        >>> x.update(df["y"])
        >>> x.to_list()
        [1, 9]
        """
        from hypostyle.series import Series

        here: Any = self
        if not isinstance(other, BoundExpression):
            other = Series(other)
        here = here._with_room(other)
        made = here._like(call("coalesce", here._plan.beside_each(other), here._native))
        self._become(made.astype(self.dtype, errors="ignore"))  # type: ignore[attr-defined]

    def interpolate(
        self,
        method: str = "linear",
        *,
        axis: Any = 0,
        limit: int | None = None,
        limit_direction: str | None = None,
        limit_area: str | None = None,
        order: int | None = None,
    ) -> Self:
        """Missing numbers on the line between their neighbours, row by row; after the last one its value (``"backward"``:
        before the first one, ``"both"``). ``limit_area="inside"`` leaves the ends as they are. ``method="index"`` (or
        ``"values"``, ``"time"``): the places on the line are the labels, which are in order. ``"slinear"``, ``"nearest"`` and
        ``"zero"`` (the value before) go by the labels too, and leave the ends.

        >>> import hypostyle as hs
        >>> hs.Series([1.0, None, None, 4.0, None]).interpolate(limit_area="inside").to_list()
        [1.0, 2.0, 3.0, 4.0, None]
        """
        from hypostyle._filling import BY_LABEL, interpolated, placed
        from hypostyle._windows import window

        if method not in ("linear", "pad", "ffill", "bfill", *BY_LABEL) or order is not None:
            raise UnsupportedError(
                f"interpolate: the method {method!r}; there are linear, {', '.join(BY_LABEL)}, ffill and bfill. SciPy "
                "makes curves of to_numpy()"
            )
        if method in BY_LABEL:
            here, place = placed(self, method)
            return here._like(interpolated(here._native, method, limit, limit_direction, limit_area, place))
        if method != "linear":
            kind = "backward_fill" if method == "bfill" else "forward_fill"
            return self._like(window(kind, self._native, limit=limit))  # type: ignore[attr-defined]
        if not is_number(self.dtype):  # type: ignore[attr-defined]
            raise DataTypeError(f"interpolate: a series of {self.dtype}; numbers lie on a line")  # type: ignore[attr-defined]
        return self._like(interpolated(self._native, method, limit, limit_direction, limit_area))  # type: ignore[attr-defined]

    def repeat(self, repeats: Any, axis: Any = None) -> Self:
        """Each value so many times: one number for all, or a list of one for each.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.repeat(2).to_list()
        [3, 3, 1, 1, 2, 2]
        """
        rows = len(self)  # type: ignore[arg-type]
        repeats = plain(repeats)
        counts = [repeats] * rows if isinstance(repeats, int) else [int(count) for count in repeats]
        counts = counts * rows if len(counts) == 1 else counts
        if len(counts) != rows:
            raise InvalidArgumentError(f"repeat: {len(counts)} numbers for {rows} values")
        if min(counts, default=0) < 0:
            raise InvalidArgumentError("repeat: a number of times is not negative")
        places = repeated(counts)
        return self._through(
            lambda frame: type(frame)._of(frame._plan.then(lambda query: query.collect().pick(places, "row")))
        )

    def explode(self, ignore_index: bool = False) -> Self:
        """One value per element of lists; an empty or missing list gives a missing value.

        >>> import hypostyle as hs
        >>> x = hs.Series([[1, 2], [3]])
        >>> x.explode().to_list()
        [1, 2, 3]
        """
        return self._through(lambda frame: frame.explode(frame._plan.columns[0], ignore_index))

    def abs(self) -> Self:
        """The absolute value.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, -2])
        >>> x.abs().to_list()
        [1, 2]
        """
        return self._like(call("abs", self._native))  # type: ignore[attr-defined]

    def round(self, decimals: int = 0, *, out: Any = None) -> Self:
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
        return self.copy()

    def convert_dtypes(self, *_: Any, **__: Any) -> Any:
        """The series: every type can hold missing values.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.convert_dtypes().dtype
        'int64'
        """
        return self.copy()

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

    def argsort(
        self, ascending: Any = True, *, axis: Any = 0, kind: Any = None, order: None = None, stable: Any = None
    ) -> Any:
        """The positions that would sort the values; missing ones last. Equal values stay in their order, whatever ``kind`` of
        sort is asked for, as pandas and NumPy do.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.argsort().to_list()
        [1, 2, 0]
        """
        from hypostyle._columns import column
        from hypostyle._windows import window
        from hypostyle.series import VALUE

        if order is not None or axis not in (0, -1, "index"):
            raise InvalidArgumentError("argsort: a series has one axis and no fields to order by")
        if not isinstance(ascending, bool):
            ascending = True  # the axis, which pandas takes first
        number = "__number__"
        query = self._framed().query.select(  # type: ignore[attr-defined]
            [Native.column(VALUE).alias(VALUE), window("row_number").binary("-", literal(1)).alias(number)]
        )
        query = query.sort([Native.column(VALUE)], [not ascending], False)
        # Beside the labels in their own order, as in pandas.
        places = type(self)(Plan(query), Native.column(number), None)  # type: ignore[call-arg]
        return self._like(_cells.by_row(column(places, False)))  # type: ignore[attr-defined]

    def argmax(self) -> int:
        """The position of the greatest value, the first of several.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.argmax()
        0
        """
        return self._reduce(aggregate(self._native, "arg_max"))  # type: ignore[attr-defined]

    def argmin(self) -> int:
        """The position of the smallest value, the first of several.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.argmin()
        1
        """
        return self._reduce(aggregate(self._native, "arg_min"))  # type: ignore[attr-defined]

    def searchsorted(self, value: Any, side: str = "left") -> Any:
        """Where values would be put into the sorted series.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 3, 5])
        >>> int(x.searchsorted(4))
        2
        """
        import numpy as np

        if self.dtype.startswith(("timestamp", "date")):  # type: ignore[attr-defined]
            from hypostyle._dates import moment_of

            several = hasattr(value, "__len__") and not isinstance(value, str)
            listed = np.array([moment_of(one) for one in (value if several else [value])], dtype="datetime64[us]")
            value = listed if several else listed[0]
        return np.searchsorted(self.to_numpy(), value, side)  # type: ignore[attr-defined, call-overload]

    def factorize(self, sort: bool = False, use_na_sentinel: bool = True) -> tuple[Any, Any]:
        """A number for each distinct value (-1 where it is missing, or with ``use_na_sentinel=False`` a number too), and the
        values.

        >>> import hypostyle as hs
        >>> x = hs.Series(["b", "a", "b"])
        >>> numbers, values = x.factorize()
        >>> numbers.tolist(), list(values)
        ([0, 1, 0], ['b', 'a'])
        """
        from hypostyle._windows import window

        first = Native.call("aggregate", "min", [window("row_number").over([], [], [])]).over([self._native], [], [])
        key = ranks(self._plan.query, [self._native])[0] if sort else first  # type: ignore[attr-defined]
        if not use_na_sentinel:
            # What is missing is a value: where it occurs first, or the last one of those that are sorted.
            number = window("dense_rank", key).binary("-", literal(1))
            number = call("fill_null", number, literal(self.nunique())) if sort else number  # type: ignore[attr-defined]
            values = self.drop_duplicates()  # type: ignore[attr-defined]
            values = values.sort_values() if sort else values
            return self._like(number).to_numpy(), values.to_numpy()  # type: ignore[attr-defined]
        key = Native.case([(is_null(self._native), literal(None))], key)
        number = call("fill_null", window("dense_rank", key).binary("-", literal(1)), literal(-1))
        values = self.dropna().drop_duplicates()  # type: ignore[attr-defined]
        values = values.sort_values() if sort else values
        return self._like(number).to_numpy(), values.to_numpy()  # type: ignore[attr-defined]

    def autocorr(self, lag: int = 1, split_every: Any = None) -> float:
        """The correlation with the values so many rows before.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2, 3])
        >>> round(x.autocorr(), 6)
        1.0
        """
        return self.corr(self.shift(lag))  # type: ignore[attr-defined]
