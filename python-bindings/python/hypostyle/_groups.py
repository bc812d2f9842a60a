"""Groups one by one: iteration, and Python functions of each group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hypostyle import _index, _native
from hypostyle._plan import Level, Plan
from hypostyle._windows import is_null, literal, window
from hypostyle.errors import DataTypeError, InvalidArgumentError

Keys = list[tuple[str | None, _native.Expr]]


def has_key(keys: Keys) -> _native.Expr:
    """Whether no key of the row is missing."""
    parts = [is_null(expr).invert() for _, expr in keys]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.binary("&", part)
    return whole


def cut(plan: Plan, keys: Keys, sort: bool | None, dropna: bool) -> tuple[_native.Query, list[tuple[tuple, int, int]]]:
    """All rows, one group after the other, and for each group, in order, the values of its keys, its first row and the
    number of its rows; runs. One sort."""
    number = "__row__"
    names = [f"__key_{i}__" for i in range(len(keys))]
    columns = {name: expr for name, (_, expr) in zip(names, keys, strict=True)}
    query = plan.query
    if dropna:
        query = query.filter(has_key(keys))
    query = query.with_columns([expr.alias(name) for name, expr in columns.items()])
    query = query.with_columns([window("row_number").alias(number)])
    order = [_native.Expr.column(name) for name in names]
    query = query.sort(order, [False] * len(order), False).collect().query()
    count = _native.Expr.call("aggregate", "len", []).cast("int64").alias("__rows__")
    first = _native.Expr.call("aggregate", "min", [_native.Expr.column(number)]).alias("__first__")
    groups = query.group_by(order, [count, first], True, False).collect().lists([*names, "__rows__", "__first__"])
    *labels, sizes, firsts = groups
    starts, end = [], 0
    for size in sizes:
        starts.append(end)
        end += size
    places = list(range(len(sizes)))
    if not sort:
        places.sort(key=firsts.__getitem__)
    kept = [_native.Expr.column(name).alias(name) for name in plan.names]
    whole = query.select(kept).collect().query()
    return whole, [(tuple(label[at] for label in labels), starts[at], sizes[at]) for at in places]


def each(plan: Plan, keys: Keys, sort: bool | None, dropna: bool) -> Iterator[tuple[tuple, Plan]]:
    """The groups: the values of their keys, and their rows in order; runs."""
    whole, groups = cut(plan, keys, sort, dropna)
    for key, start, rows in groups:
        yield key, plan.then(whole.slice(start, rows))


class GroupCall:
    """A function of groups: what it is called with, here and in worker processes."""

    def __init__(
        self, func: Callable[..., Any], args: tuple, kwargs: dict[str, Any], index: tuple, chosen: Any, single: bool
    ) -> None:
        self.func, self.args, self.kwargs = func, args, kwargs
        self.index, self.chosen, self.single = index, chosen, single

    def result(self, rows: _native.Query) -> Any:
        """What the function makes of the rows of a group."""
        from hypostyle.frame import DataFrame
        from hypostyle.series import Series

        plan = Plan(rows, self.index)
        group: Any = DataFrame._of(plan if self.chosen is None else plan.keep(self.chosen))
        if self.single:
            group = Series(plan, plan.column(self.chosen[0]), self.chosen[0])
        return self.func(group, *self.args, **self.kwargs)


def mapped(
    plan: Plan, keys: Keys, columns: list[str], call: Callable[[Plan], Any], name: str, dtype: str | None
) -> _native.Expr:
    """A Python function of each group's columns as an expression of rows: it gives a value per row, or one for all."""
    exprs = [plan.column(column) for column in columns]

    def group(query: _native.Query) -> _native.Column:
        return _column(call(Plan(query)), name, dtype, query.rows())

    if dtype is None:
        # What the function gives is learned from the first rows.
        head = plan.query.slice(0, 3).select([expr.alias(c) for expr, c in zip(exprs, columns, strict=True)])
        dtype = _column(call(Plan(head.collect().query())), name, None, head.rows()).dtype
        dtype = "float64" if dtype == "null" else dtype
    native = _native.Query.map_groups(f"transform({name})", group, columns, exprs, dtype)
    return native.over([expr for _, expr in keys], [], [])


def _by_name(value: Any) -> bool:
    """Whether a result is a series whose labels are names, made in the function: not rows of the group."""
    from hypostyle.series import Series

    if not isinstance(value, Series) or len(value._plan.index) != 1 or value._plan.origins:
        return False
    return all(isinstance(label, str) for label in value.index.to_list())


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


def combined(
    results: list[tuple[tuple, Any]],
    labels: list[str | None],
    name: str | None,
    as_index: bool,
    with_keys: bool = True,
    labelled: bool = False,
) -> Any:
    """One result per group, put together: values become a series, series by label rows (unless the rows have labels
    themselves), frames are put one below the other; the keys are the index."""
    from hypostyle._concat import concat
    from hypostyle.frame import DataFrame
    from hypostyle.series import VALUE, Series

    if not results:
        # Nobody knows what the function gives.
        none: list[Level] = _index.level_columns(labels, [VALUE])
        query = _native.Query.from_columns(
            [*(column for column, _ in none), VALUE], [_native.Column.from_values([], None) for _ in [*none, VALUE]]
        )
        return Series(Plan(query, none), _native.Expr.column(VALUE), name)
    keys = list(zip(*[key for key, _ in results], strict=True))
    if with_keys and not labelled and all(_by_name(value) for _, value in results):
        # A series by label for each group: a row, with a column for each label.
        rows = [dict(value.items()) for _, value in results]
        names = list(dict.fromkeys(str(label) for row in rows for label in row))
        levels = _index.level_columns(labels, names)
        parts = [_native.Column.from_values(list(part), None, True) for part in keys]
        parts += [_native.Column.from_values([row.get(n) for row in rows], None, True) for n in names]
        query = _native.Query.from_columns([*(column for column, _ in levels), *names], parts)
        return DataFrame._of(Plan(query, levels if as_index else ()))
    if any(isinstance(value, (DataFrame, Series)) for _, value in results):
        frames = []
        for key, value in results:
            frame = value.to_frame(value.name or name or "value") if isinstance(value, Series) else value
            frame = frame.reset_index(drop=True)
            if not with_keys:
                frames.append(frame)
                continue
            levels = _index.level_columns(labels, frame.columns)
            exprs = {column: literal(part) for (column, _), part in zip(levels, key, strict=True)}
            plan = frame._plan.with_columns(exprs)
            frames.append(DataFrame._of(plan.reindexed(levels if as_index else ())))
        whole = concat(frames)
        if not with_keys:
            found = whole
            single = isinstance(results[0][1], Series)
            return found[found.columns[0]] if single else found
        levels = _index.level_columns(labels, frames[0].columns) if as_index else []
        return DataFrame._of(whole._plan.reindexed(levels))
    index: list[Level] = _index.level_columns(labels, [VALUE])
    columns = [_native.Column.from_values(list(part), None, True) for part in keys]
    columns.append(_native.Column.from_values([value for _, value in results], None, True))
    query = _native.Query.from_columns([*(column for column, _ in index), VALUE], columns)
    return Series(Plan(query, index), _native.Expr.column(VALUE), name)
