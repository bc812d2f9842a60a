"""Labels of rows and names of columns of a frame: set, renamed, put in another order, looked up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _cells, _index, _labels, _native
from hypostyle._columns import ours
from hypostyle._dates import moment_of
from hypostyle._headings import column_of, one_shown, shown
from hypostyle._plan import Plan
from hypostyle._relabel import new_titles, relabelled, renamed_levels, reordered, swapped, without_levels
from hypostyle.errors import DuplicateColumnError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression
from hypostyle.index import Index

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame


class FrameLabels:
    """What pandas offers to work with the labels of rows."""

    __slots__ = ()

    _plan: Plan

    if TYPE_CHECKING:
        # What the whole class has.
        @property
        def loc(self) -> Any: ...
        @property
        def index(self) -> Index: ...

    def set_axis(self, labels: Any, axis: Any = 0) -> DataFrame:
        """Other labels of the rows (``axis=1``: names of the columns): a list, or a series of the frame.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2]}).set_axis(["a", "b"]).loc["b"].to_list()
        [2]
        """
        made = type(self)._of(self._plan)  # type: ignore[attr-defined]
        _labels.several(labels, "set_axis")
        if axis not in (0, 1, "index", "columns", "rows"):
            raise InvalidArgumentError(f"set_axis: axis is 0 or 1, not {axis!r}")
        if axis in (1, "columns"):
            made.columns = labels if hasattr(labels, "get_level_values") else list(labels)
            return made
        if isinstance(labels, BoundExpression) and labels._plan.rows is self._plan.rows:
            # The series is of these rows as they are labelled now.
            plan, columns, name = self._plan.with_room(labels), self._plan.columns, "\0axis"
            plan = plan.with_columns({name: plan.expr(labels, same_rows=True)})
            made = plan.reindexed([(name, getattr(labels, "_name", labels.name))]).keep(columns)
            made = made.rename({name: _index.HIDDEN.format(0)})
            return type(self)._of(made.relabelled())  # type: ignore[attr-defined]
        return type(self)._of(_labels.labelled(self._plan, labels))  # type: ignore[attr-defined]

    def rename_axis(
        self,
        mapper: Any = _cells.NOT_GIVEN,
        *,
        index: Any = _cells.NOT_GIVEN,
        columns: Any = _cells.NOT_GIVEN,
        axis: Any = 0,
    ) -> DataFrame:
        """Other names of the levels of the index, or of the columns (``columns``, or ``axis=1``).

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df.rename_axis("key").index.name
        'key'
        """
        plan, along = self._plan, axis in (1, "columns")
        names = (
            _cells.NOT_GIVEN if along and index is _cells.NOT_GIVEN else mapper if index is _cells.NOT_GIVEN else index
        )
        titles = mapper if along and columns is _cells.NOT_GIVEN else columns
        if titles is not _cells.NOT_GIVEN:
            plan = plan.titled(new_titles(self.columns.names, titles))  # type: ignore[attr-defined]
        if names is not _cells.NOT_GIVEN and not (names is None and plan.is_numbered):
            plan = renamed_levels(plan, names)
        return type(self)._of(plan)  # type: ignore[attr-defined]

    def droplevel(self, level: Any, axis: Any = 0) -> DataFrame:
        """The rows without a level of the index.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "j": [1, 2], "x": [5, 6]}).set_index(["k", "j"])
        >>> df.droplevel("j").index.names
        ['k']
        """
        if axis in (1, "columns"):
            return self.set_axis(self.columns.droplevel(level), axis=1)  # type: ignore[attr-defined]
        return type(self)._of(without_levels(self._plan, level))  # type: ignore[attr-defined]

    def swaplevel(self, i: Any = -2, j: Any = -1, axis: Any = 0) -> DataFrame:
        """The rows with two levels of the index exchanged.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "j": [1, 2], "x": [5, 6]}).set_index(["k", "j"])
        >>> df.swaplevel().index.names
        ['j', 'k']
        """
        if axis in (1, "columns"):
            return self.set_axis(self.columns.swaplevel(i, j), axis=1)  # type: ignore[attr-defined]
        return type(self)._of(swapped(self._plan, i, j))  # type: ignore[attr-defined]

    def reorder_levels(self, order: Sequence[Any], axis: Any = 0) -> DataFrame:
        """The rows with the levels of the index in another order.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "j": [1, 2], "x": [5, 6]}).set_index(["k", "j"])
        >>> df.reorder_levels(["j", "k"]).index.names
        ['j', 'k']
        """
        return type(self)._of(reordered(self._plan, order))  # type: ignore[attr-defined]

    def reindex(
        self,
        labels: Any = None,
        *,
        index: Any = None,
        columns: Any = None,
        axis: Any = None,
        fill_value: Any = None,
        method: Any = None,
        limit: Any = None,
        tolerance: Any = None,
        level: Any = None,
    ) -> DataFrame:
        """Columns of these names, or rows of these labels, in this order; missing values (or ``fill_value``) where there
        is none, or with a ``method`` the row of the label before (``ffill``), after (``bfill``) or nearest to it, at most
        ``limit`` times one after the other, and as far as ``tolerance`` away.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1]}).reindex(columns=["x", "y"], fill_value=0).to_dict("list")
        {'x': [1], 'y': [0]}
        """
        if level is not None:
            raise UnsupportedError("reindex: level; reset_index the levels, and merge on the one that is meant")
        if method is None and (limit is not None or tolerance is not None):
            raise InvalidArgumentError("reindex: limit and tolerance are of a method, such as 'ffill'")
        if axis is not None and (index is not None or columns is not None):
            raise InvalidArgumentError("reindex takes labels and axis, or index and columns")
        if labels is not None and axis in (1, "columns"):
            labels, columns = None, labels
        index = _labels.several(labels if index is None else index, "reindex")
        _labels.several(columns, "reindex")
        plan = self._plan
        if method is not None and columns is not None:
            raise UnsupportedError("reindex: method is of rows; choose columns by name, df[names]")
        if index is not None:
            plan = relabelled(plan, index, fill_value, method, limit, tolerance)
        if columns is not None:
            exprs = {name: _native.Expr.column(name) for name in plan.index_columns}
            none = _native.Expr.literal(_cells.value_of(fill_value))
            wanted = list(map(_labels.column_name, columns))
            if len(set(wanted)) < len(wanted):
                raise DuplicateColumnError("reindex: a column is named twice; columns have different names")
            for name in wanted:
                exprs[name] = _native.Expr.column(name) if name in plan.columns else none
            plan = plan.project(exprs)
            titles = _labels.axis_of(columns)
            plan = plan if titles is None else plan.titled(titles)
        return type(self)._of(plan)  # type: ignore[attr-defined]

    def reindex_like(
        self, other: DataFrame, method: Any = None, copy: Any = None, limit: Any = None, tolerance: Any = None
    ) -> DataFrame:
        """The labels and columns of another frame; ``method`` is of the labels, as in `reindex`.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.reindex_like(df[["x"]]).columns
        ['x']
        """
        other = ours(other)
        made = self.reindex(columns=other._plan.columns)
        if other._plan.is_numbered and made._plan.is_numbered and len(made) == len(other):  # type: ignore[arg-type]
            return made
        return made.reindex(index=other.index, method=method, limit=limit, tolerance=tolerance)

    def truncate(self, before: Any = None, after: Any = None, axis: Any = 0, copy: Any = None) -> DataFrame:
        """Rows whose label lies between two others, both included.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"t": [1, 2, 3], "x": [5, 6, 7]}).set_index("t")
        >>> df.truncate(2, 3)["x"].to_list()
        [6, 7]
        """
        if axis in (1, "columns"):
            kept = [
                name
                for name, title in ((one, one_shown(one)) for one in self._plan.columns)
                if (before is None or title >= before) and (after is None or title <= after)
            ]
            return type(self)._of(self._plan.keep(kept))  # type: ignore[attr-defined]
        labels = self.index
        if labels.to_series().dtype.startswith("timestamp"):
            # Texts are moments here, and no spans of them; dates are too.
            before, after = (moment_of(end) if isinstance(end, (str, dt.date)) else end for end in (before, after))
        if before is not None and after is not None and before > after:
            raise InvalidArgumentError(f"truncate: {after!r} is before {before!r}")
        if self._plan.is_numbered or labels.is_monotonic_increasing:
            return self.loc[before:after]
        if not labels.to_series().is_monotonic_decreasing:
            raise InvalidArgumentError("truncate: the labels are not in order; sort_index() first")
        chosen, series = None, labels.to_series()
        for part in ([] if before is None else [series >= before]) + ([] if after is None else [series <= after]):
            chosen = part if chosen is None else chosen & part
        return type(self)._of(self._plan) if chosen is None else self[chosen]  # type: ignore[attr-defined, index]

    def dot(self, other: Any) -> Any:
        """The matrix product with a frame, a series or an array; the labels of the other are the names of the columns, in
        any order. Runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, 4]})
        >>> df.dot([10, 1]).to_list(), df.dot(df.T).to_numpy().tolist()
        ([13, 24], [[10, 14], [14, 20]])
        """
        import numpy as np

        from hypostyle.series import Series

        names = self._plan.columns
        if hasattr(other, "_plan"):
            labels = [column_of(self._plan, label) for label in other.index.to_list()]
            if set(labels) != set(names) or len(labels) != len(names):
                raise InvalidArgumentError("dot: the labels of the other are not the names of the columns")
            other = other if labels == names else other.reindex(index=shown(names))
        values = np.asarray(other.to_numpy() if hasattr(other, "to_numpy") else other)
        cells = self.to_numpy() @ values  # type: ignore[attr-defined]
        if cells.ndim == 1:
            return Series(cells).set_axis(self.index)
        titles = other.columns if hasattr(other, "columns") else None
        return type(self)(cells, columns=titles).set_axis(self.index)  # type: ignore[call-arg]

    def __matmul__(self, other: Any) -> Any:
        return self.dot(other)

    def first_valid_index(self) -> Any:
        """The label of the first row that has a value.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df.first_valid_index()
        'a'
        """
        return self._valid_index(0)

    def last_valid_index(self) -> Any:
        """The label of the last row that has a value.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df.last_valid_index()
        'b'
        """
        return self._valid_index(-1)

    def _valid_index(self, at: int) -> Any:
        from hypostyle._reshape import numbered

        kept = type(self)._of(numbered(self._plan)).dropna(how="all")  # type: ignore[attr-defined]
        labels = kept.index.to_list()
        return labels[at] if labels else None
