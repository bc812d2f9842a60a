"""Labels of a series: choosing by them, naming and changing them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self

from hypostyle import _native, _numpy
from hypostyle._cells import NOT_GIVEN
from hypostyle._labels import several
from hypostyle._loc import Cell, SeriesLoc
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression
from hypostyle.index import Index

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame
    from hypostyle.series import Series

Native = _native.Expr


class SeriesLabels:
    """Values by label and by place, and the labels themselves."""

    __slots__ = ()

    if TYPE_CHECKING:
        # What the whole class has.
        def __init__(self, *args: Any) -> None: ...
        def __getitem__(self, key: Any) -> Any: ...
        def __len__(self) -> int: ...
        def __getattr__(self, name: str) -> Any: ...

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
        except (KeyError, DataTypeError):
            # A label of another type than those there are is none of them.
            return default

    def items(self) -> Iterator[tuple[Any, Any]]:
        """Labels and values.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> list(x.items())
        [('a', 1), ('b', 2)]
        """
        return zip(self.index.to_list(), self, strict=True)  # type: ignore[attr-defined, call-overload]

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

    def take(self, indices: Any, axis: Any = 0) -> Self:
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
            if not drop_level:
                raise UnsupportedError("xs: drop_level=False needs a level; or choose rows by a list, loc[[label]]")
            return self.loc[key]
        found = self._as_frame().xs(key, level=level, drop_level=drop_level)
        return found[found._plan.columns[0]].rename(self.name)

    def truncate(self, before: Any = None, after: Any = None, axis: Any = None, copy: Any = None) -> Any:
        """Values whose label lies between two others, both included.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.truncate("b").to_list()
        [2]
        """
        return self._through(lambda frame: frame.truncate(before, after))

    def filter(
        self,
        items: Any = None,
        like: str | None = None,
        regex: str | None = None,
        axis: Any = None,
        *,
        cond: Any = None,
    ) -> Any:
        """Values of these labels, of labels that contain a text, or for which ``cond`` is true.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.filter(items=["b"]).to_list()
        [2]
        """
        if callable(items):
            # What stands first may be a condition, as in pandas.
            items, cond = None, items if cond is None else cond
        several(items, "filter(items=)")
        if sum(given is not None for given in (items, like, regex, cond)) != 1:
            raise DataTypeError("filter takes one of items, like, regex and cond")
        if cond is not None:
            return self.loc[cond]
        if items is not None:
            known = set(self.index.to_list())  # type: ignore[attr-defined]
            found = self.loc[[label for label in items if label in known]]
            # These labels are those asked for, whatever the others are called.
            return found.rename_axis(None) if len(self.index.names) == 1 else found  # type: ignore[attr-defined]
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

    def set_axis(self, labels: Any, *, axis: Any = 0, copy: Any = None) -> Self:
        """Other labels of the rows: a list, or a series of the frame.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.set_axis(["a", "b", "c"])["b"]
        1
        """
        return self._through(lambda frame: frame.set_axis(labels))

    def rename_axis(self, mapper: Any = NOT_GIVEN, *, index: Any = NOT_GIVEN, axis: Any = 0) -> Self:
        """Other names of the levels of the index.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.rename_axis("key").index.name
        'key'
        """
        return self._through(lambda frame: frame.rename_axis(mapper, index=index))

    def reindex(
        self,
        index: Any = None,
        *,
        method: Any = None,
        fill_value: Any = None,
        limit: Any = None,
        tolerance: Any = None,
        level: Any = None,
    ) -> Any:
        """The values of these labels, in this order; missing (or ``fill_value``) where there is none, or with a ``method``
        as in `DataFrame.reindex`. Of labels of several levels, those of the level that is called as the index is are looked
        up.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df["x"].reindex(["b", "c"]).to_list()
        [2, None]
        """
        options = {"method": method, "fill_value": fill_value, "limit": limit, "tolerance": tolerance}
        names, own = list(getattr(index, "names", None) or []), self.index.names
        if len(names) > 1 and len(own) == 1 and own[0] is not None and own[0] in names:
            found = self.reindex(index.get_level_values(own[0]), **options)
            return found.set_axis(index)
        return self._through(lambda frame: frame.reindex(index=index, level=level, **options))

    def reindex_like(
        self, other: Any, method: Any = None, copy: Any = None, limit: Any = None, tolerance: Any = None
    ) -> Any:
        """The labels of another series or frame; ``method`` as in `DataFrame.reindex`.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.reindex_like(hs.Series([0], index=["b"])).to_list()
        [2]
        """
        return self.reindex(other.index, method=method, limit=limit, tolerance=tolerance)

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

    def droplevel(self, level: Any, axis: Any = 0) -> Any:
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

    def unstack(self, level: Any = -1, fill_value: Any = None, sort: bool = True) -> DataFrame:
        """The values of one level of the index as columns; see `DataFrame.unstack`.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "j": [1, 2], "x": [5, 6]}).set_index(["k", "j"])
        >>> df["x"].unstack().to_dict("list")
        {1: [5, None], 2: [None, 6]}
        """
        from hypostyle._spread import unstacked
        from hypostyle.series import VALUE

        return unstacked(self._framed(), [VALUE], level, fill_value, False, sort)  # type: ignore[attr-defined]

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
            return self.copy()
        gone = gone.to_list() if isinstance(gone, Index) else _numpy.listed(gone) if _numpy.is_array(gone) else gone
        gone = gone.tolist() if hasattr(gone, "tolist") else gone
        gone = list(gone) if isinstance(gone, (list, tuple)) else [gone]
        return self._through(lambda frame: frame.drop(index=gone, level=level, errors=errors))

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

    def __delitem__(self, label: Any) -> None:
        self._become(self.drop([label]))

    def add_prefix(self, prefix: str, axis: Any = None) -> Any:
        """Labels that begin with ``prefix``.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> list(x.add_prefix("my_").index)
        ['my_a', 'my_b']
        """
        return self.set_axis([f"{prefix}{label}" for label in self.index])

    def add_suffix(self, suffix: str, axis: Any = None) -> Any:
        """Labels that end with ``suffix``.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> list(x.add_suffix("_1").index)
        ['a_1', 'b_1']
        """
        return self.set_axis([f"{label}{suffix}" for label in self.index])
