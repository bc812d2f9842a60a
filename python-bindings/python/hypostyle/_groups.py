"""Groups one by one: iteration, and Python functions of each group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hypostyle import _native
from hypostyle._calls import guarded
from hypostyle._key_order import grouped, in_order
from hypostyle._methods import ours_of
from hypostyle._plan import Plan
from hypostyle._windows import is_null, window
from hypostyle.errors import DataTypeError, InvalidArgumentError

#: A column of the places of rows in the frame.
PLACE = "\0place"
#: A column of the rows' keys.
KEY = "\0key{}"

Keys = list[tuple[str | None, _native.Expr]]


def has_key(keys: Keys) -> _native.Expr:
    """Whether no key of the row is missing."""
    parts = [is_null(expr).invert() for _, expr in keys]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.binary("&", part)
    return whole


def labelled(plan: Plan) -> Plan:
    """The plan with its labels as columns, so that each group's rows are known by them."""
    return plan.numbered()


def placed(plan: Plan, keys: Keys) -> Plan:
    """The plan with columns of the rows' places and keys."""
    return plan.with_columns({PLACE: window("row_number"), **key_columns(keys)})


def key_columns(keys: Keys) -> dict[str, _native.Expr]:
    """The keys under names that no column has."""
    return {KEY.format(at): expr for at, (_, expr) in enumerate(keys)}


def key_of(rows: _native.Query) -> Any:
    """The key of a group's rows, of its columns: one value, or a tuple."""
    names = [name for name in rows.names() if name.startswith(KEY[:-2])]
    cells = [column[0] for column in rows.slice(0, 1).collect().lists(names)]
    return cells[0] if len(cells) == 1 else tuple(cells)


def cut(
    plan: Plan, keys: Keys, sort: bool | None, dropna: bool, unobserved: bool = False
) -> tuple[_native.Query, list[tuple[tuple, int, int]]]:
    """All rows, one group after the other, and for each group, in order, the values of its keys, its first row and the
    number of its rows; runs. One sort. ``unobserved``: categories that no row has make groups too."""
    number = "__row__"
    names = [f"__key_{i}__" for i in range(len(keys))]
    columns = {name: expr for name, (_, expr) in zip(names, keys, strict=True)}
    # Keys that are no columns of the frame belong to all of its rows: they stand there before any row goes.
    query = plan.query.with_columns([expr.alias(name) for name, expr in columns.items()])
    if dropna:
        query = query.filter(has_key([(name, _native.Expr.column(name)) for name in names]))
    query = query.with_columns([window("row_number").alias(number)])
    order = [_native.Expr.column(name) for name in names]
    query = in_order(query, names).collect().query()
    count = _native.Expr.call("aggregate", "len", []).cast("int64").alias("__rows__")
    first = _native.Expr.call("aggregate", "min", [_native.Expr.column(number)]).alias("__first__")
    groups = (
        grouped(query, order, [count, first], True, False, unobserved)
        .collect()
        .lists([*names, "__rows__", "__first__"])
    )
    *labels, sizes, firsts = groups
    starts, end = [], 0
    for size in sizes:
        starts.append(end)
        end += size
    places = list(range(len(sizes)))
    if not sort:
        last = query.rows() + 1
        places.sort(key=lambda at: last if firsts[at] is None else firsts[at])
    kept = [_native.Expr.column(name).alias(name) for name in plan.names]
    whole = query.select(kept).collect().query()
    return whole, [(tuple(label[at] for label in labels), starts[at], sizes[at]) for at in places]


def each(
    plan: Plan, keys: Keys, sort: bool | None, dropna: bool, unobserved: bool = False
) -> Iterator[tuple[tuple, Plan]]:
    """The groups: the values of their keys, and their rows in order; runs."""
    whole, groups = cut(plan, keys, sort, dropna, unobserved)
    for key, start, rows in groups:
        yield key, plan.anew(whole.slice(start, rows))


def part_of(rows: _native.Query, of: Plan) -> Plan:
    """The rows of a group of a plan."""
    return Plan(rows, of.index, axis=of.axis)


class GroupCall:
    """A function of groups: what it is called with, here and in worker processes."""

    def __init__(
        self, func: Callable[..., Any], args: tuple, kwargs: dict[str, Any], of: Plan, chosen: Any, single: bool
    ) -> None:
        self.func, self.args, self.kwargs = ours_of(func), args, kwargs
        self.index, self.axis, self.chosen, self.single = of.index, of.axis, chosen, single

    def result(self, rows: _native.Query, key: tuple | None = None) -> Any:
        """What the function makes of the rows of a group; ``key``: of a group without rows."""
        from hypostyle.frame import DataFrame
        from hypostyle.series import Series

        plan = Plan(rows, self.index, axis=self.axis)
        group: Any = DataFrame._of(plan if self.chosen is None else plan.keep(self.chosen))
        # As in pandas the name of a group is its key.
        name = key_of(rows) if key is None else key[0] if len(key) == 1 else key
        if self.single:
            group = Series(plan, plan.column(self.chosen[0]), name)
        else:
            group._group = name
        return self.func(group, *self.args, **self.kwargs)


def mapped(
    plan: Plan, keys: Keys, columns: list[str], call: Callable[[Plan], Any], name: str, dtype: str | None
) -> _native.Expr:
    """A Python function of each group's columns as an expression of rows: it gives a value per row, or one for all. The
    group has its keys beside."""
    columns = [*columns, *(level for level in plan.index_columns if level not in columns)]
    exprs = [*(plan.column(column) for column in columns), *key_columns(keys).values()]
    columns += key_columns(keys)

    def group(query: _native.Query) -> _native.Column:
        part = part_of(query, plan)
        return _column(_in_place(call(part), part, call), name, dtype, query.rows())

    known = plan.query.categories(plan.column(columns[0])) if dtype is None else None
    if dtype is None:
        # What the function gives is learned from the first rows.
        head = plan.query.slice(0, 3).select([expr.alias(c) for expr, c in zip(exprs, columns, strict=True)])
        head = head.collect().query()
        if not head.rows():
            # Without a group nothing is called.
            return plan.column(columns[0])
        part = part_of(head, plan)
        dtype = _column(_in_place(call(part), part, call), name, None, head.rows()).dtype
        dtype = "float64" if dtype == "null" else dtype
    named = dtype == "category"
    dtype = "string" if named else dtype
    native = _native.Query.map_groups(f"transform({name})", guarded(group), columns, exprs, dtype)
    native = native.over([expr for _, expr in keys], [], [])
    # Categories are known where they are those of the column.
    return native.cast_categories(known[0], known[1], "strict") if named and known is not None else native


def _in_place(value: Any, part: Plan, call: Callable[[Plan], Any]) -> Any:
    """What a function gives for the rows of a group, each in its row: a series whose rows were put in another order is
    matched by the numbers of the rows."""
    rows, plan = part.query.rows(), getattr(value, "_plan", None)
    if plan is None or part.rows not in plan.origins or not hasattr(value, "_native"):
        return value
    number = "\0row"
    numbered = part.query.collect().with_row_number(number)
    again = call(Plan(numbered, [(number, None)]))
    if not (hasattr(again, "_native") and again._plan.index_columns == [number]):
        return value
    return again.reindex(list(range(rows)))


def _column(value: Any, name: str, dtype: str | None, rows: int) -> _native.Column:
    from hypostyle._columns import column

    if hasattr(value, "_plan") and not hasattr(value, "to_list"):
        raise DataTypeError(f"{name} returned a frame; give a series, an array, a list or one value per group")
    many = hasattr(value, "__len__") and not isinstance(value, (str, bytes))
    if many and len(value) not in (1, rows):
        raise InvalidArgumentError(f"{name} returned {len(value)} values for a group of {rows} rows")
    made = column(value if many else [value], False)
    if dtype is None or made.dtype == dtype:
        return made
    cast = _native.Expr.column("value").cast(dtype).alias("value")
    table = _native.Query.from_columns(["value"], [made]).select([cast]).collect()
    return _native.Column.from_values(table.lists(["value"])[0], dtype)
