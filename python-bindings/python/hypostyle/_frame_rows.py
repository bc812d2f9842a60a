"""Verbs of frames that choose and order rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from hypostyle import _native
from hypostyle._choosing import (
    along_columns,
    columns_by_value,
    extreme_rows,
    filtered,
    flag,
    key_of,
    nulls_first,
    repeated,
    without_repeats,
)
from hypostyle._divisions import in_partitions
from hypostyle._dtypes import is_list
from hypostyle._headings import column_of, columns_of, names_by_level, sorted_names
from hypostyle._key_order import ranks
from hypostyle._labels import column_name
from hypostyle._plan import Plan
from hypostyle._sampling import sampled, seed_of, some_columns
from hypostyle._text_order import in_text_order
from hypostyle._windows import window
from hypostyle.errors import InvalidArgumentError, UnsupportedError
from hypostyle.index import Index
from hypostyle.series import Series

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame


class FrameRows:
    """Rows: chosen, ordered, drawn, repeated."""

    __slots__ = ()

    _plan: Plan

    if TYPE_CHECKING:
        # What the whole class has.
        _of: ClassVar[Any]

        def __getitem__(self, key: Any) -> Any: ...
        def __getattr__(self, name: str) -> Any: ...

    def dropna(
        self,
        subset: str | Sequence[str] | None = None,
        how: str | None = None,
        *,
        thresh: int | None = None,
        axis: Any = 0,
        ignore_index: bool = False,
    ) -> DataFrame:
        """Rows without a missing value (``how="all"``: with at least one value, ``thresh``: with so many) in these
        columns. With ``axis=1`` the columns without one, in the rows of the labels ``subset``; runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, None]})
        >>> df.dropna().to_dict("list")
        {'x': [1], 'y': [3]}
        """
        if how is not None and thresh is not None:
            raise InvalidArgumentError("dropna: how and thresh say the same in two ways; give one of them")
        how = "any" if how is None else how
        if how not in ("any", "all"):
            raise InvalidArgumentError(f"how is 'any' or 'all', not {how!r}")
        if along_columns("dropna", axis):
            looked: Any = self
            if subset is not None:
                looked = self.loc[
                    [subset] if isinstance(subset, str) or not hasattr(subset, "__iter__") else list(subset)
                ]
            counts, rows = looked.count(), len(looked)
            least = thresh if thresh is not None else rows if how == "any" else min(rows, 1)
            pairs = zip(self._plan.columns, counts.to_list(), strict=True)
            return self._keep([name for name, count in pairs if count >= least])
        names = self._subset(subset)
        present = [_native.Expr.call("scalar", "is_not_null", [self._plan.column(name)]) for name in names]
        if not present:
            return self.copy()  # type: ignore[attr-defined]
        if thresh is not None:
            count = present[0].cast("int64")
            for here in present[1:]:
                count = count.binary("+", here.cast("int64"))
            kept = count.binary(">=", _native.Expr.literal(thresh))
        else:
            kept = present[0]
            for here in present[1:]:
                kept = kept.binary("&" if how == "any" else "|", here)
        found = self._then(lambda query: query.filter(kept))
        return found.reset_index(drop=True) if ignore_index else found

    def _subset(self, subset: Any) -> list[str]:
        """The columns of a choice: one, several, or all."""
        if subset is None:
            return self._plan.columns
        subset = column_of(self._plan, subset)
        return columns_of(self._plan, [subset] if isinstance(subset, str) else list(subset))

    def sort_values(
        self,
        by: Any,
        ascending: bool | Sequence[bool] = True,
        na_position: str = "last",
        ignore_index: bool = False,
        kind: str = "stable",
        key: Callable[..., Any] | None = None,
        axis: Any = 0,
        text_order: str | None = None,
        npartitions: Any = None,
    ) -> DataFrame:
        """Rows in order of columns; stable. Missing values come last, or first with ``na_position="first"``. ``key``: a
        function from a series to the one that is compared. ``text_order``: text in its ``"natural"`` order (``a2`` before
        ``a10``), without regard to case (``"ignore_case"``), or both (``"natural_ignore_case"``).
        ``npartitions``: in so many partitions, which runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "A"], "x": [1, 2]})
        >>> df.sort_values("k", key=lambda s: s.str.lower())["x"].to_list()
        [2, 1]
        >>> hs.DataFrame({"k": ["a10", "a2"]}).sort_values("k", text_order="natural")["k"].to_list()
        ['a2', 'a10']
        """
        if by is None:
            self._plan.query.check(by := column_name(None))
        if along_columns("sort_values", axis):
            return self._keep(columns_by_value(self, by, ascending, nulls_first(na_position)))
        if key is not None:
            names = by if isinstance(by, (list, tuple)) else [by]
            by = [key_of(self._plan, key(self[name] if isinstance(name, str) else name)) for name in names]
        by = column_of(self._plan, by)
        by = by if isinstance(by, (list, tuple)) else [by]
        keys = [self._plan.selected(column_of(self._plan, key))[1] for key in by]
        order = list(ascending) if isinstance(ascending, (list, tuple)) else [ascending] * len(keys)
        order = [flag("ascending", up) for up in order]
        if len(order) != len(keys):
            raise InvalidArgumentError(f"sort_values: {len(order)} values of ascending for {len(keys)} columns")
        descending = [not up for up in order]
        if not keys:
            return self._of(self._plan)
        keys = ranks(self._plan.query, in_text_order(self._plan, keys, text_order))
        first = nulls_first(na_position)
        found = self._then(lambda query: query.sort(keys, descending, first))
        return in_partitions(found.reset_index(drop=True) if ignore_index else found, npartitions)

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
        key: Callable[..., Any] | None = None,
    ) -> DataFrame:
        """Rows in order of the index, or of some of its levels first; ``key``: a function from a level (as a series) to what
        is compared. With ``axis=1`` columns in order of their names.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a"], "x": [1, 2]}).set_index("k")
        >>> df.sort_index()["x"].to_list(), df.sort_index(ascending=False)["x"].to_list()
        ([2, 1], [1, 2])
        """
        if along_columns("sort_index", axis):
            names = self._plan.columns
            ordered = sorted_names(names)
            if level is not None and key is not None:
                raise UnsupportedError("sort_index: a key of one level of the columns; give a key of whole labels")
            if level is not None:
                rising = ascending if isinstance(ascending, (list, tuple)) else [bool(ascending)]
                return self._keep(names_by_level(self._plan, level, list(rising), sort_remaining))
            if key is not None:
                # Of all labels at once, as in pandas.
                wanted = list(key(self.columns))  # type: ignore[attr-defined]
                if len(wanted) != len(names):
                    raise InvalidArgumentError(
                        f"sort_index: the key gives {len(wanted)} values for {len(names)} labels"
                    )
                ordered = [names[at] for at in sorted(range(len(names)), key=wanted.__getitem__)]
            found = self._keep(ordered if ascending else ordered[::-1])
            return found.set_axis(range(len(found._plan.columns)), axis=1) if ignore_index else found
        for rising in ascending if isinstance(ascending, (list, tuple)) else [ascending]:
            flag("ascending", rising)
        if self._plan.is_numbered and key is None:
            rises = ascending[0] if isinstance(ascending, (list, tuple)) else ascending
            found = self.copy() if rises else self.iloc[::-1]  # type: ignore[attr-defined]
            return found.reset_index(drop=True) if ignore_index else found  # type: ignore[return-value]
        self = self._of(self._plan.numbered())
        index = self._plan.index
        chosen = list(range(len(index)))
        if level is not None:
            first = [Index(self._plan)._level(one) for one in (level if isinstance(level, list) else [level])]
            chosen = first + ([at for at in chosen if at not in first] if sort_remaining else [])
        up = list(ascending) if isinstance(ascending, (list, tuple)) else [ascending] * len(chosen)
        if isinstance(ascending, (list, tuple)) and level is not None:
            up += [True] * (len(chosen) - len(up))
        if len(up) != len(chosen):
            raise InvalidArgumentError(f"sort_index: {len(up)} values of ascending for {len(chosen)} levels")
        keys = [_native.Expr.column(index[at][0]) for at in chosen]
        if key is not None:
            from hypostyle._moment_list import MomentList

            # Labels that are moments have what pandas' index of moments has.
            dtypes, names = self._plan.dtypes, [index[at][0] for at in chosen]
            of = [MomentList if dtypes[name].startswith("timestamp") else Series for name in names]
            titles = [index[at][1] for at in chosen]
            made = [key(one(self._plan, native, title)) for one, native, title in zip(of, keys, titles, strict=True)]
            keys = [self._plan.expr(key_of(self._plan, one), same_rows=True) for one in made]
        keys, missing_first = ranks(self._plan.query, keys), nulls_first(na_position)
        found = self._then(lambda query: query.sort(keys, [not one for one in up], missing_first))
        return found.reset_index(drop=True) if ignore_index else found

    def head(self, n: int = 5) -> DataFrame:
        """The first rows.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.head(2)["x"].to_list()
        [1, 2]
        """
        return self[:n]

    def tail(self, n: int = 5) -> DataFrame:
        """The last rows; runs the query.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.tail(2)["x"].to_list()
        [2, 3]
        """
        return self[max(self._plan.query.collect().rows() - n, 0) :] if n >= 0 else self[-n:]

    def nlargest(self, n: int, columns: str | Sequence[str], keep: str = "first") -> DataFrame:
        """The rows with the greatest values, those without a value last; of equal ones the first, with ``keep="last"`` the
        last, with ``keep="all"`` all of them, even if that is more than ``n``.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b", "c"], "x": [1, 3, 3]})
        >>> df.nlargest(1, "x")["k"].to_list(), df.nlargest(1, "x", keep="all")["k"].to_list()
        (['b'], ['b', 'c'])
        """
        return self._extreme(n, columns, keep, True)

    def nsmallest(self, n: int, columns: str | Sequence[str], keep: str = "first") -> DataFrame:
        """The rows with the smallest values; see `nlargest`.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [4, 1, 3]}).nsmallest(2, "x")["x"].to_list()
        [1, 3]
        """
        return self._extreme(n, columns, keep, False)

    def _extreme(self, n: int, columns: str | Sequence[str], keep: str, down: bool) -> DataFrame:
        keys = [self._plan.column(name) for name in self._subset(columns)]
        return self._then(lambda query: extreme_rows(query, keys, n, keep, down))

    def duplicated(self, subset: str | Sequence[str] | None = None, keep: Any = "first") -> Series:
        """Whether there is an earlier row that is equal in these columns; with ``keep="last"`` a later one, with
        ``keep=False`` any.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.duplicated("k").to_list()
        [False, False, True]
        """
        names = self._subset(subset)
        if not names:
            return Series(self._plan, _native.Expr.literal(False), None)
        return Series(self._plan, repeated([self._plan.column(name) for name in names], keep), None)

    def sample(
        self,
        n: int | None = None,
        frac: float | None = None,
        replace: bool = False,
        weights: Any = None,
        random_state: Any = None,
        axis: Any = 0,
        ignore_index: bool = False,
    ) -> DataFrame:
        """Rows drawn at random, in random order: ``n`` of them, or the share ``frac``; with ``replace=True`` a row may be
        drawn more than once. ``weights`` (a column's name, a series or a list) say how likely each is. The same
        ``random_state`` draws the same rows of the same frame, for any number of threads.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3], "w": [0, 0, 1]})
        >>> df.sample(1, weights="w")["x"].to_list(), len(df.sample(10, replace=True))
        ([3], 10)
        """
        if axis in (1, "columns"):
            return self._keep(some_columns(self._plan.columns, n, frac, replace, weights, random_state))
        found = self._of(sampled(self._plan, n, frac, replace, weights, random_state))
        return found.reset_index(drop=True) if ignore_index else found

    def random_split(
        self, fractions: Sequence[float], random_state: int | None = None, by: Any = None
    ) -> list[DataFrame]:
        """Frames of about these shares of the rows, which are told apart by a stable hash: of the row's number, or of the
        key ``by``, so that rows of one key stay together and in the same frame whatever other rows there are.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> train, test = df.random_split([0.5, 0.5], random_state=1)
        >>> len(train) + len(test)
        3
        """
        if not fractions or min(fractions) < 0 or abs(sum(fractions) - 1) > 1e-9:
            raise InvalidArgumentError(f"the shares {list(fractions)} do not add up to 1")
        key = window("row_number") if by is None else self._plan.selected(by)[1]
        drawn = _native.Expr.call("scalar", "hash", [key], {"seed": seed_of(random_state)})
        place = drawn.cast("float64").binary("/", _native.Expr.literal(2.0**64))
        parts, low = [], 0.0
        for position, fraction in enumerate(fractions):
            high = low + fraction
            chosen = place.binary(">=", _native.Expr.literal(low))
            if position < len(fractions) - 1:
                chosen = chosen.binary("&", place.binary("<", _native.Expr.literal(high)))
            parts.append(self._then(filtered(chosen)))
            low = high
        return parts

    def drop_duplicates(
        self, subset: str | Sequence[str] | None = None, keep: Any = "first", ignore_index: bool = False
    ) -> DataFrame:
        """One row per distinct combination of these columns: the first one, with ``keep="last"`` the last one, with
        ``keep=False`` only rows that have no equal.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 3]})
        >>> df.drop_duplicates("k")["x"].to_list(), df.drop_duplicates("k", keep="last")["x"].to_list()
        ([1, 2], [2, 3])
        """
        names = self._subset(subset)
        # Rows without columns are no repeats of each other.
        found = self._of(without_repeats(self._plan, names, keep) if names else self._plan)
        return found.reset_index(drop=True) if ignore_index else found

    def explode(self, column: str | Sequence[str], ignore_index: bool = False) -> DataFrame:
        """One row per element of a list column, or of several whose lists are equally long in each row; an empty or missing
        list gives one row with a missing value.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"k": ["a", "b"], "x": [[1, 2], []]}).explode("x").to_dict("list")
        {'k': ['a', 'a', 'b'], 'x': [1, 2, None]}
        """
        names = [column] if isinstance(column, str) else list(column)
        for name in names:
            self._plan.query.check(name)
        names = [name for name in names if is_list(self._plan.dtypes[name])]
        # A value that is no list is a row already.
        found = self._then(lambda query: query.explode_together(names) if names else query)
        return found.reset_index(drop=True) if ignore_index else found

    def unnest(self, column: str) -> DataFrame:
        """The fields of a struct column as columns in its place.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"s": [{"a": 1, "b": "x"}]}).unnest("s").to_dict("list")
        {'a': [1], 'b': ['x']}
        """
        self._plan.query.check(column)
        return self._then(lambda query: query.unnest(column))
