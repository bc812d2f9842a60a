"""Verbs of frames that look at one value at a time, at the values of a row, or at two frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

from hypostyle import _cells, _native, _numpy
from hypostyle._across import of_no_column, row_value
from hypostyle._cells import by_row, call, is_null, literal, turned_over
from hypostyle._columns import operand, ours
from hypostyle._comparing import COMPARING, of_other_kind
from hypostyle._dtypes import is_integer, is_number
from hypostyle._equality import differs, same_values
from hypostyle._headings import column_of, joined, union
from hypostyle._labels import column_name, same_labels
from hypostyle._membership import is_there, listed_by_row
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression, Expr

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame
    from hypostyle.series import Series

Native = _native.Expr


class Values:
    """Value by value."""

    __slots__ = ()

    _plan: Plan

    def _columns(self, make: Callable[[str, Native], Native]) -> DataFrame:
        """New values of every column."""
        plan = self._plan
        exprs = {name: make(name, plan.column(name)) for name in plan.columns}
        return type(self)._of(plan.with_columns(exprs))  # type: ignore[attr-defined]

    def _others(self, other: Any, axis: Any = "columns", left: bool = False) -> dict[str, Native]:
        """What stands beside each column: of a constant or a column for all, of a frame by name, of a series indexed by
        the columns' names, of a list or a mapping. A name that is missing there is not in the result. With ``left`` rows
        of another frame are those of the same labels, as far as they are there."""
        plan, other = self._plan, operand(other)
        if getattr(other, "_bare", False) and axis not in (0, "index", "rows"):
            other = other.to_list()

        def beside(series: Any) -> Native:
            return plan.beside_each(series) if left else plan.expr(series, same_rows=True)

        if _is_frame(other):
            columns = {name: other._series(name) for name in other._plan.columns}
            return {name: beside(column) for name, column in columns.items()}
        if isinstance(other, BoundExpression):
            if axis in (0, "index"):
                visible = [name for name in plan.columns if not name.startswith("\0")]
                return dict.fromkeys(visible, beside(other))
            if other._plan.rows is plan.rows:
                raise InvalidArgumentError(
                    "between a frame and a column of it, pandas matches the rows' labels with the columns' names; "
                    "write df.add(series, axis=0) for row by row"
                )
            labels = [column_name(column_of(plan, label)) for label in other.index.to_list()]  # type: ignore[attr-defined]
            found = dict(zip(labels, other.to_list(), strict=True))  # type: ignore[attr-defined]
            return {name: literal(value) for name, value in found.items()}
        if isinstance(other, Mapping):
            return {column_name(column_of(plan, name)): plan.expr(value) for name, value in other.items()}
        if _numpy.is_array(other) and other.ndim == 2:
            return self._cells_of(other)
        if isinstance(other, list) and other and all(isinstance(row, list) for row in other):
            return self._cells_of(_numpy.np.asarray(other))
        if _numpy.is_array(other) or isinstance(other, (list, tuple)):
            values = _numpy.listed(other)
            if axis in (0, "index"):
                return dict.fromkeys(plan.columns, listed_by_row(plan, values))
            if len(values) != len(plan.columns):
                raise InvalidArgumentError(f"{len(values)} values for {len(plan.columns)} columns")
            return {name: literal(value) for name, value in zip(plan.columns, values, strict=True)}
        return dict.fromkeys(plan.columns, plan.expr(other))

    def _cells_of(self, cells: Any) -> dict[str, Native]:
        """A matrix of a value per row and column, by column."""
        from hypostyle._columns import column
        from hypostyle.errors import ShapeError

        names, rows = self._plan.columns, self._plan.query.rows()
        if cells.shape in ((rows, 1), (1, len(names)), (1, 1)):
            # As NumPy repeats what is there once.
            cells = cells.repeat(len(names) // cells.shape[1], 1).repeat(rows // cells.shape[0], 0)
        if cells.shape != (rows, len(names)):
            raise ShapeError(
                f"an array of {cells.shape[0]} rows and {cells.shape[1]} columns beside {rows} and {len(names)}"
            )
        return {name: by_row(column(cells[:, at].copy(), False)) for at, name in enumerate(names)}

    # Operators.

    def _operate(self, operator: str, other: Any, fill_value: Any, axis: Any, reflected: bool = False) -> DataFrame:
        names, other = self._plan.columns, operand(other)
        if isinstance(other, Mapping) and axis in (0, "index", "rows"):
            from hypostyle.series import Series as Made

            # A value for each row, by its label.
            other = Made(dict(other)).reindex(self.index.to_list()).set_axis(self.index)  # type: ignore[attr-defined]
        own: dict[str, Native] = {}
        self = type(self)._of(self._plan.with_room(other))  # type: ignore[attr-defined]
        plan = self._plan
        from hypostyle._aligned import are_apart, sides

        lacking = _is_frame(other) and are_apart(plan, other._plan)
        if lacking:
            plan, own, others = sides(plan, other._plan)
        else:
            others = self._others(other, axis)
        index = plan.index_columns
        exprs = {}
        unsure = _cells.may_be_nan(operator, *((other, None) if reflected else (None, other)))
        for name in union(names, list(others)):
            left = own.get(name) or plan.column(name) if name in names else literal(None)
            right = others.get(name, literal(None))
            if reflected:
                left, right = right, left
            truths = lacking and operator in "&|^" and {plan.query.dtype_of(side) for side in (left, right)} == {"bool"}
            right = _cells.decided(operator, right) if truths else right
            made = of_other_kind(plan.query.dtype_of(left), left, operator, other)
            if made is None:
                made = _cells.operated(_cells.of_truths(plan, operator, left, right), left, right, fill_value)
            if truths:
                # A row that one side lacks has no truth there, as of series.
                made = made.binary("&", is_null(left).invert())
            if operator in ("==", "!="):
                made = _cells.equality(plan, operator, made)
            elif operator in COMPARING:
                made = _cells.decided(operator, made)
            if unsure and plan.query.dtype_of(made).startswith("float"):
                made = _cells.present(made)
            exprs[name] = made
        return type(self)._of(plan.project({**{n: Native.column(n) for n in index}, **exprs}))  # type: ignore[attr-defined]

    def _binary(self, operator: str, other: Any, reflected: bool = False) -> DataFrame:
        other = operand(other)
        if operator in COMPARING and not getattr(other, "_bare", False) and _is_frame(other):
            _check_labels(operator, self._plan, other._plan)
        return self._operate(operator, other, None, "columns", reflected)

    def _unary(self, operator: str) -> DataFrame:
        # As in pandas "-" of truth values turns them over, too.
        turned = {name for name, dtype in self._plan.dtypes.items() if operator == "~" or dtype == "bool"}
        plan = self._plan
        return self._columns(lambda name, column: turned_over(plan, column) if name in turned else column.negate())

    def _named(self, name: str, *args: Any) -> DataFrame:
        if name == "pow":
            return self._operate("**", args[0], None, "columns")
        return getattr(self, name)(*args)

    def __xor__(self, other: Any) -> DataFrame:
        whole = all(is_integer(self._plan.dtypes[name]) for name in self._plan.columns)
        return self._operate("^", other, None, "columns") if whole else super().__xor__(other)  # type: ignore[misc]

    def __rpow__(self, other: Any) -> DataFrame:
        return self._operate("**", other, None, "columns", True)

    def abs(self) -> DataFrame:
        """The absolute value of each number.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, -2]})
        >>> df.abs()["x"].to_list()
        [1, 2]
        """
        return self._columns(lambda _, column: call("abs", column))

    def round(self, decimals: Any = 0, *, out: Any = None) -> DataFrame:
        """Numbers with so many decimals, half to even; a mapping says it for each column. (``out`` is what NumPy's function
        of the same name passes: None.)

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [0.123, 0.456], "s": ["a", "b"]}).round(1).to_dict("list")
        {'x': [0.1, 0.5], 's': ['a', 'b']}
        """
        dtypes = self._plan.dtypes
        if hasattr(decimals, "to_dict"):
            decimals = {column_of(self._plan, label): int(digits) for label, digits in decimals.to_dict().items()}
        digits = decimals if isinstance(decimals, Mapping) else dict.fromkeys(self._plan.columns, decimals)
        return self._columns(
            lambda name, column: _cells.rounded(column, dtypes[name], digits[name]) if name in digits else column
        )

    def notna(self) -> DataFrame:
        """Whether each value is present.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, None]})
        >>> df.notna().to_dict("list")
        {'x': [True, True], 'y': [True, False]}
        """
        return self._columns(lambda _, column: call("is_not_null", column))

    notnull = notna

    def isin(self, values: Any) -> DataFrame:
        """Whether each value is one of these; a mapping says it for each column. With a series or a frame: whether the value
        is the one that stands there at the same label (and in the column of the same name).

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [2, 3]})
        >>> df.isin([2]).to_dict("list"), df.isin(hs.Series([1, 3])).to_dict("list")
        ({'x': [False, True], 'y': [True, False]}, {'x': [True, False], 'y': [False, True]})
        """
        from hypostyle._choosing import is_in

        dtypes, values = self._plan.dtypes, ours(values)
        if hasattr(values, "iloc"):
            return is_there(self, values)
        if isinstance(values, str) or not hasattr(values, "__iter__"):
            raise DataTypeError(f"isin takes a list of values, a mapping, a series or a frame, not {values!r}")

        def make(name: str, column: Native) -> Native:
            given = values.get(name, []) if isinstance(values, Mapping) else values
            listed = given.ravel().tolist() if _numpy.is_array(given) else map(_cells.plain, given)
            fitting = [value for value in listed if value is None or _cells.comparable(dtypes[name], value)]
            return is_in(column, fitting) if fitting else literal(False)

        return self._columns(make)

    def where(self, cond: Any, other: Any = None, *, axis: Any = None, level: Any = None) -> DataFrame:
        """The value where the condition (a frame of truth values, a series of the frame, an expression) is true, else
        ``other``.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, -2], "y": [-3, 4]})
        >>> df.where(df > 0, 0).to_dict("list")
        {'x': [1, 0], 'y': [0, 4]}
        """
        return self._chosen(cond, other, True, level, axis)

    def mask(self, cond: Any, other: Any = None, *, axis: Any = None, level: Any = None) -> DataFrame:
        """``other`` where the condition is true, else the value; see `where`.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, -2]})
        >>> df.mask(df < 0, 0)["x"].to_list()
        [1, 0]
        """
        return self._chosen(cond, other, False, level, axis)

    def _chosen(
        self, cond: Any, other: Any, keep: bool, level: Any = None, axis: Any = None, whole: bool = True
    ) -> DataFrame:
        """`where` or `mask`. What the condition says nothing of loses its value, unless ``whole`` is false."""
        if level is not None:
            raise UnsupportedError("where and mask: level; rows are not matched by label")
        if callable(cond) and not isinstance(cond, (BoundExpression, Expr)):
            cond = cond(self)
        if callable(other) and not isinstance(other, (BoundExpression, Expr)):
            other = other(self)
        from hypostyle._series_cells import masked
        from hypostyle._set_cells import in_categories

        cond, other = ours(cond), ours(_cells.value_of(other))
        names, plan = self._plan.columns, self._plan
        for value in (cond, other):
            plan = plan.with_room(value)
        self = type(self)._of(plan)  # type: ignore[attr-defined]
        side = "columns" if axis in (1, "columns") else 0
        conditions = self._others(cond, side, True)
        others = self._others(other, side, True)

        def make(name: str, column: Native) -> Native:
            instead = others.get(name, literal(None))
            if name not in conditions:
                return instead if whole else column
            if not whole:
                made = Native.case([(conditions[name], instead)], column)
            elif not keep:
                made = masked(cond, conditions[name], column, instead)
            else:
                made = Native.case([(conditions[name], column)], instead)
            return in_categories(plan, column, made, other)

        made = plan.with_columns({name: make(name, plan.column(name)) for name in names})
        return type(self)._of(made.keep(names))  # type: ignore[attr-defined]

    def clip(self, lower: Any = None, upper: Any = None, axis: Any = None, *, out: Any = None) -> DataFrame:
        """Values not less than ``lower`` and not more than ``upper``: constants, series indexed by the columns' names, or
        with ``axis=0`` series of the frame.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 5, 9]}).clip(2, 6)["x"].to_list()
        [2, 5, 6]
        """
        lower, upper = _cells.in_order(lower, upper)
        low = {} if lower is None else self._others(lower, axis)
        high = {} if upper is None else self._others(upper, axis)
        return self._columns(lambda name, column: _cells.clipped(column, low.get(name), high.get(name)))

    def replace(self, to_replace: Any = None, value: Any = _cells.NOT_GIVEN, regex: Any = False) -> DataFrame:
        """Values replaced by others: one, a list, a mapping of old to new, or a mapping of columns to such a mapping; with
        ``regex`` parts of texts.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2], "s": ["a", "b"]}).replace({"a": "A", 2: 20}).to_dict("list")
        {'x': [1, 20], 's': ['A', 'b']}
        """
        dtypes, names = self._plan.dtypes, self._plan.columns
        to_replace, value, regex = _cells.replacing(to_replace, value, regex)
        nested = isinstance(to_replace, Mapping) and any(isinstance(v, Mapping) for v in to_replace.values())
        by_column = (
            isinstance(to_replace, Mapping)
            and value is not None
            and all(isinstance(name, str) and name in names for name in to_replace)
        )

        def replaced(name: str, column: Native, old: Any, new: Any) -> Native:
            if dtypes[name] == "category":
                return self._series(name).replace(old, new, regex=regex)._native  # type: ignore[attr-defined]
            return _cells.replaced(column, dtypes[name], old, new, regex)

        def make(name: str, column: Native) -> Native:
            if nested or by_column:
                if name not in to_replace:
                    return column
                new = value.get(name) if isinstance(value, Mapping) else value
                return replaced(name, column, to_replace[name], new if by_column else None)
            new = value.get(name, _MISSING) if isinstance(value, Mapping) else value
            return column if new is _MISSING else replaced(name, column, to_replace, new)

        return self._columns(make)

    def interpolate(
        self,
        method: str = "linear",
        *,
        axis: Any = 0,
        limit: int | None = None,
        limit_direction: str | None = None,
        limit_area: str | None = None,
        order: int | None = None,
    ) -> DataFrame:
        """Missing numbers on the line between their neighbours; after the last one its value; see `Series.interpolate`.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1.0, None, 3.0]}).interpolate()["x"].to_list()
        [1.0, 2.0, 3.0]
        """
        if axis in (1, "columns"):
            if method != "linear" or (limit, limit_direction, limit_area) != (None, None, None):
                raise UnsupportedError("interpolate(axis=1): other methods and limits; turn the frame with transpose()")
            return self._across("interpolate")  # type: ignore[attr-defined]
        from hypostyle._filling import BY_LABEL

        how = {"limit": limit, "limit_direction": limit_direction, "limit_area": limit_area, "order": order}
        if method in BY_LABEL:
            self = type(self)._of(self._plan.labelled())  # type: ignore[attr-defined]
        made = [self[name].interpolate(method, **how)._native for name in self._plan.columns]  # type: ignore[index]
        return type(self)._of(self._plan.with_columns(dict(zip(self._plan.columns, made, strict=True))))  # type: ignore[attr-defined]

    # Row by row.

    def _row_wise(self, func: str, skipna: bool, numeric_only: bool, **params: Any) -> Series:
        """One value per row."""
        from hypostyle.series import Series

        plan, dtypes = self._plan, self._plan.dtypes
        names = [n for n in plan.columns if not numeric_only or is_number(dtypes[n]) or dtypes[n] == "bool"]
        texts = [n for n in names if dtypes[n] == "string" and func not in ("count", "min", "max", "nunique")]
        if texts:
            raise DataTypeError(
                f"{func}(axis=1): the column {texts[0]!r} is {dtypes[texts[0]]}; give numeric_only=True"
            )
        if not names:
            return Series(plan, of_no_column(func, params), None)
        columns = [plan.column(name) for name in names]
        made = row_value(func, columns, dtypes, names, params)
        if not skipna and func != "count":
            whole = reduce(lambda a, b: a.binary("|", b), [is_null(column) for column in columns])
            made = Native.case([(whole, literal(None))], made)
        plan.query.dtype_of(made)
        return Series(plan, made, None)

    # Two frames.

    def equals(self, other: Any) -> bool:
        """Whether another frame has the same columns, types and values, missing ones included; runs.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, None]}).equals(hs.DataFrame({"x": [1, None]}))
        True
        """
        other = ours(other)
        if not hasattr(other, "_plan") or isinstance(other, BoundExpression):
            return False
        return same_values(self._plan, other._plan)

    def compare(
        self,
        other: DataFrame,
        align_axis: Any = 1,
        keep_shape: bool = False,
        keep_equal: bool = False,
        result_names: tuple[str, str] = ("self", "other"),
    ) -> DataFrame:
        """The rows and columns in which another frame of the same columns differs: ``self`` and ``other`` below the name of
        each column with a difference, with the rows' labels as the index (``align_axis=0``: below each other, in a level of
        the index). ``keep_shape``: all rows and columns; ``keep_equal``: values that do not differ, too. Runs.

        >>> import hypostyle as hs
        >>> a, b = hs.DataFrame({"x": [1, 2], "y": [3, 4]}), hs.DataFrame({"x": [1, 5], "y": [3, 4]})
        >>> a.compare(b).to_dict("list")
        {('x', 'self'): [2], ('x', 'other'): [5]}
        """
        from hypostyle._reshape import numbered

        if not isinstance(result_names, tuple) or len(result_names) != 2:
            raise DataTypeError(f"compare: result_names is a pair of names, not {result_names!r}")
        other = ours(other)
        if not _is_frame(other):
            raise DataTypeError(f"compare takes a frame, not a {type(other).__name__}")
        mine, theirs = numbered(self._plan), other._plan
        if mine.columns != theirs.columns:
            raise InvalidArgumentError("compare: the frames have different columns")
        _check_labels("compare", self._plan, theirs)
        index, names = mine.index_columns, mine.columns
        renamed = theirs.query.select([Native.column(n).alias(f"__other_{i}__") for i, n in enumerate(names)])
        both = _native.Query.concat([mine.query, renamed], "columns").collect().query()
        changed = [differs(Native.column(n), Native.column(f"__other_{i}__")) for i, n in enumerate(names)]
        any_change = [Native.call("aggregate", "any", [c]).alias(str(i)) for i, c in enumerate(changed)]
        flags = both.select(any_change).collect().lists([str(i) for i in range(len(names))])
        used = [i for i in range(len(names)) if keep_shape or flags[i][0]]
        exprs = [Native.column(n).alias(n) for n in index]
        for i in used:
            for source, suffix in ((names[i], result_names[0]), (f"__other_{i}__", result_names[1])):
                value = Native.column(source)
                value = value if keep_equal else Native.case([(changed[i], value)], literal(None))
                exprs.append(value.alias(joined(names[i], suffix)))
        kept = both if keep_shape else both.slice(0, 0)
        if used and not keep_shape:
            kept = both.filter(reduce(lambda a, b: a.binary("|", b), [changed[i] for i in used]))
        found: DataFrame = type(self)._of(Plan(kept.select(exprs), mine.index))  # type: ignore[attr-defined]
        return found if align_axis in (1, "columns") else found.stack()

    def combine(self, other: Any, func: Callable[[Any, Any], Any], fill_value: Any = None) -> DataFrame:
        """``func`` of each column and the other frame's column of that name, which is missing where there is none; both frames
        have the same rows.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 5]})
        >>> df.combine(df * 2, lambda a, b: a + b)["x"].to_list()
        [3, 15]
        """
        others = self._others(other)
        from hypostyle.series import Series

        exprs = {}
        columns = self._plan.columns
        for name in dict.fromkeys([*columns, *others]):
            if name not in others:
                mine = self._plan.column(name)
                theirs = literal(None).cast(self._plan.dtypes[name])
            else:
                theirs = others[name]
                empty = literal(None).cast(self._plan.query.dtype_of(theirs))
                mine = self._plan.column(name) if name in columns else empty
            if fill_value is not None:
                mine, theirs = (call("fill_null", part, literal(fill_value)) for part in (mine, theirs))
            made = func(Series(self._plan, mine, name), Series(self._plan, theirs, name))
            exprs[name] = self._plan.expr(made)
        return type(self)._of(self._plan.with_columns(exprs))  # type: ignore[attr-defined]

    def iterrows(self) -> Iterator[tuple[Any, Any]]:
        """Labels and rows; a row is read by the columns' names, ``row["x"]`` or ``row.x``.

        >>> import hypostyle as hs
        >>> [(label, row["x"]) for label, row in hs.DataFrame({"x": [5, 6]}).iterrows()]
        [(0, 5), (1, 6)]
        """
        from hypostyle._rows import rows_of

        yield from rows_of(self._plan)


def _is_frame(other: Any) -> bool:
    return hasattr(other, "_plan") and not isinstance(other, BoundExpression)


_MISSING = object()

#: Operators that compare; as in pandas the two sides have the same labels.


def _check_labels(verb: str, one: Plan, other: Plan) -> None:
    """An error where both frames have labels and these differ."""
    if one.rows is not other.rows and not same_labels(one, other):
        raise InvalidArgumentError(
            f"{verb}: the rows of the two frames have different labels; reindex_like, or eq(), lt(), ... match them"
        )
