"""Which rows: those of given values, of distinct and of extreme ones, and flags that say so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _index, _native
from hypostyle._aggregates import aggregate, size
from hypostyle._cells import by_row, is_missing
from hypostyle._naming import VALUE
from hypostyle._plan import Plan
from hypostyle._windows import rows, window
from hypostyle.errors import DataTypeError, InvalidArgumentError, ShapeError
from hypostyle.expr import BoundExpression, Expr

if TYPE_CHECKING:
    from hypostyle.series import Series


def value_counts(
    plan: Plan,
    keys: Sequence[tuple[str | None, _native.Expr]],
    normalize: bool,
    sort: bool,
    ascending: bool,
    dropna: bool,
) -> Series:
    """How often each combination of keys occurs: a series whose index they are."""
    label = "proportion" if normalize else "count"
    index = _index.level_columns([name for name, _ in keys], [VALUE, label])
    exprs = [expr.alias(column) for (column, _), (_, expr) in zip(index, keys, strict=True)]
    # Categories that no row has are counted, too.
    every = len(keys) > 1 and any(plan.query.dtype_of(expr) == "category" for _, expr in keys)
    counts = plan.query.group_by(exprs, [size().alias(label)], False, dropna, every)
    if len(keys) == 1 and plan.query.dtype_of(keys[0][1]) == "category":
        counts = _all_categories(counts, index[0][0], label)
    native = _native.Expr.column(label)
    if normalize:
        # Of the counts, not of the rows: of those there may be many more.
        total = counts.select([aggregate(native, "sum").alias(label)]).collect().lists([label])[0][0]
        native = native.binary("/", _native.Expr.literal(total))
    if sort:
        counts = counts.sort([_native.Expr.column(label)], [not ascending], False)
    from hypostyle.series import Series

    return Series(Plan(counts, index), native, label)


def _all_categories(counts: _native.Query, key: str, label: str) -> _native.Query:
    """The counts of all categories, in their order: 0 of those that no row has."""
    column, count = _native.Expr.column(key), _native.Expr.column(label)
    names, ordered = counts.categories(column) or ([], False)
    places = [_native.Column.from_values(list(range(len(names))), "int64")]
    whole = _native.Query.from_columns(["\0code"], places)
    found = counts.select([column.cast("int64").alias("\0code"), count.alias(label)])
    met = whole.join(found, [_native.Expr.column("\0code")], [_native.Expr.column("\0code")], "outer", ("", "\0"))
    shown = [
        _native.Expr.column("\0code").cast("uint32").cast_categories(names, ordered).alias(key),
        filled(count, _native.Expr.literal(0)).alias(label),
    ]
    return met.sort([_native.Expr.column("\0code")], [False], False).select(shown)


def repeated(keys: list[_native.Expr], keep: Any) -> _native.Expr:
    """Whether there is an equal row: an earlier one (``keep="first"``), a later one (``"last"``), any (``False``)."""
    number, count = window("row_number").over(keys, [], []), rows().over(keys, [], [])
    if keep is False:
        return count.binary(">", _native.Expr.literal(1))
    if keep_last(keep):
        return number.binary("<", count)
    return number.binary(">", _native.Expr.literal(1))


def without_repeats(plan: Plan, names: list[str], keep: Any) -> Plan:
    """One row of each combination of values, where it stands first or last; with ``False`` those that have no equal."""
    if keep is False:
        return plan.then(lambda query: _native.rows_without_equal(query, names))
    if not keep_last(keep):
        return plan.then(lambda query: query.distinct(names, False))
    single = repeated([plan.column(name) for name in names], "last").invert()
    return plan.then(lambda query: query.filter(single))


def filtered(chosen: _native.Expr) -> Callable[[_native.Query], _native.Query]:
    """The step to the rows for which this is true."""
    return lambda query: query.filter(chosen)


def extreme_rows(query: _native.Query, keys: list[_native.Expr], n: int, keep: str, down: bool) -> _native.Query:
    """The first rows by some keys: of equal ones the first, the last, or all."""
    if keep not in ("first", "last", "all"):
        raise InvalidArgumentError(f"keep is 'first', 'last' or 'all', not {keep!r}")
    order, descending = list(keys), [down] * len(keys)
    if keep == "first" or (keep == "last" and n >= query.rows()):
        return query.sort(order, descending, False).slice(0, max(n, 0))
    place = "__place__"
    query = query.with_columns([window("row_number").alias(place)])
    names = [name for name in query.names() if name != place]
    number = _native.Expr.column(place)
    if keep == "last":
        # Of equal values the last comes first; missing ones stay in their order.
        missing = _native.Expr.call("scalar", "is_null", [keys[-1]])
        number = _native.Expr.case([(missing, number.cast("int64"))], number.cast("int64").negate())
    found = query.sort([*order, number], [*descending, False], False)
    if keep == "last":
        found = found.slice(0, max(n, 0))
    else:
        # As many as come before the n-th row, and its equals.
        found = found.collect().query()
        ranks = found.slice(0, max(n, 0)).rows()
        same = None
        if ranks:
            edge = found.slice(ranks - 1, 1).select([k.alias(f"__edge_{i}__") for i, k in enumerate(keys)])
            cells = [part[0] for part in edge.collect().lists([f"__edge_{i}__" for i in range(len(keys))])]
            for key, cell in zip(keys, cells, strict=True):
                here = _native.Expr.call("scalar", "is_null", [key])
                if cell is not None:
                    here = filled(key.binary("==", _native.Expr.literal(cell)), _native.Expr.literal(False))
                same = here if same is None else same.binary("&", here)
        before = window("row_number").binary("<=", _native.Expr.literal(ranks))
        found = found.with_columns([before.alias(place)])
        chosen = _native.Expr.column(place)
        found = found.filter(chosen if same is None else chosen.binary("|", same))
    return found.select([_native.Expr.column(name).alias(name) for name in names])


def filled(native: _native.Expr, value: _native.Expr) -> _native.Expr:
    """Another value where it is missing."""
    return _native.Expr.call("scalar", "fill_null", [native, value])


def is_in(native: _native.Expr, values: Any) -> _native.Expr:
    """Whether the value is one of these; never null."""
    from hypostyle._columns import computed

    values = computed(values)
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise DataTypeError(f"isin takes a list of values, not {values!r}")
    listed = list(values)
    if any(is_missing(value) for value in listed):
        # A missing value is None here, and NaN where a column keeps it as a value; whole numbers beside it are floats.
        held = [value for value in listed if not is_missing(value)]
        nan = [value for value in listed if isinstance(value, float) and value != value]
        if nan and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in held):
            held = [*map(float, held), nan[0]]
        listed = [None, *held]
    found = _native.Expr.call("scalar", "is_in", [native, _native.Expr.literal(listed)])
    return filled(found, _native.Expr.literal(None in listed))


def flag(name: str, value: Any) -> bool:
    """A parameter that is true or false."""
    if not isinstance(value, (bool, int)) and type(value).__name__ not in ("bool", "bool_"):
        raise InvalidArgumentError(f"{name} is True or False, not {value!r}")
    return bool(value)


def one_axis(verb: str, axis: Any) -> None:
    """Checks the axis that a verb of a series is given for pandas' sake."""
    if axis not in (None, 0, "index", "rows"):
        raise InvalidArgumentError(f"{verb}: the axis of a series is 0, not {axis!r}")


def along_columns(verb: str, axis: Any) -> bool:
    """Whether an axis is that of the columns; another one than 0 or 1 is an error."""
    if axis not in (0, 1, "index", "rows", "columns"):
        raise InvalidArgumentError(f"{verb}: axis is 0 or 1, not {axis!r}")
    return axis in (1, "columns")


def keep_last(keep: Any) -> bool:
    if keep not in ("first", "last"):
        raise InvalidArgumentError(f"keep is 'first', 'last' or False, not {keep!r}")
    return keep == "last"


def nulls_first(na_position: str) -> bool:
    if na_position not in ("first", "last"):
        raise InvalidArgumentError(f"na_position is 'first' or 'last', not {na_position!r}")
    return na_position == "first"


def is_of_labels(key: slice) -> bool:
    """Whether a slice goes from label to label: its ends are texts, times or fractions, not numbers of rows."""
    ends = (key.start, key.stop)
    return any(isinstance(end, (str, float)) or hasattr(end, "year") or hasattr(end, "days") for end in ends)


def sliced(plan: Plan, rows: slice) -> Plan:
    """Rows of a slice; counting from the end runs the query."""
    if rows.step not in (None, 1):
        raise InvalidArgumentError(f"slices take every row; the step {rows.step} is not supported")
    start, stop = rows.start or 0, rows.stop
    if start < 0 or (stop is not None and stop < 0):
        start, stop, _ = rows.indices(plan.query.rows())
    length = 2**63 - 1 if stop is None else max(stop - start, 0)
    return plan.then(lambda query: query.slice(start, length)) if start else plan.head(length)


def columns_by_value(frame: Any, by: Any, ascending: Any, first: bool) -> list[str]:
    """The names of the columns in order of the values of some rows, given by label; runs."""
    labels = by if isinstance(by, list) else [by]
    rows = [frame.loc[label] for label in labels]
    values = [list(row.to_list()) for row in rows if hasattr(row, "to_list")]
    if len(values) < len(rows) or any(len(cells) != len(frame._plan.columns) for cells in values):
        raise InvalidArgumentError("sort_values(axis=1): a label stands for several rows")
    up = list(ascending) if isinstance(ascending, (list, tuple)) else [ascending] * len(values)
    places = list(range(len(frame._plan.columns)))
    for cells, rising in reversed(list(zip(values, up, strict=True))):
        known = [at for at in places if not is_missing(cells[at])]
        missing = [at for at in places if is_missing(cells[at])]
        try:
            known.sort(key=cells.__getitem__, reverse=not rising)
        except TypeError:
            raise DataTypeError("sort_values(axis=1): the values of a row have no common order") from None
        places = missing + known if first else known + missing
    return [frame._plan.columns[at] for at in places]


def key_of(plan: Plan, key: Any) -> Any:
    """What rows are sorted by: a series or an expression, or an array or list with a value for each row."""
    if isinstance(key, (BoundExpression, Expr)):
        return key
    from hypostyle._columns import column

    made = column(key, False)
    if len(made) != (rows := plan.query.rows()):
        raise ShapeError(f"sort: the key function gives {len(made)} values for {rows} rows")
    return Expr(by_row(made))
