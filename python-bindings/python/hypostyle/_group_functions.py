"""Keys of groups as pandas takes them, and Python functions among aggregates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from hypostyle import _columns, _groups, _index, _native, _numpy
from hypostyle._cells import by_row, is_missing
from hypostyle._dask_functions import Aggregation
from hypostyle._dtypes import is_number
from hypostyle._grouper import Grouper
from hypostyle._headings import column_of
from hypostyle._key_order import grouped, in_order
from hypostyle._labels import column_name
from hypostyle._plan import Plan
from hypostyle._single import single
from hypostyle.errors import DataTypeError, DuplicateColumnError, InvalidArgumentError, ShapeError, UnsupportedError
from hypostyle.expr import BoundExpression, Expr
from hypostyle.index import Index
from hypostyle.series import Series

Key = tuple["str | None", _native.Expr]


class NamedAgg(tuple):
    """A column and an aggregate, for ``agg``; further arguments are the function's.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"k": ["a", "a"], "x": [1, 2]})
    >>> df.groupby("k").agg(total=hs.NamedAgg(column="x", aggfunc="sum"))["total"].to_list()
    [3]
    """

    __slots__ = ()

    def __new__(cls, column: str, aggfunc: Any, *args: Any, **kwargs: Any) -> NamedAgg:
        return super().__new__(cls, (column, aggfunc, args, kwargs))

    @property
    def column(self) -> str:
        """The column."""
        return self[0]

    @property
    def aggfunc(self) -> Any:
        """The aggregate."""
        return self[1]

    def called(self) -> Any:
        """The aggregate with its arguments."""
        _, function, args, kwargs = self
        if not (args or kwargs):
            return function
        if isinstance(function, str):
            return func_with(lambda series, *a, **k: getattr(series, function)(*a, **k), args, kwargs)
        return func_with(function, args, kwargs)


#: Aggregates that give labels of rows: what the engine calls them.
ROWS = {"idxmax": "max_by", "idxmin": "min_by"}


def with_ohlc(groups: Any, func: Any) -> Any:
    """What ``agg`` gives for a mapping of which an aggregate is ``"ohlc"``: the four columns below their column's name, and
    others below theirs; ``None`` for others."""
    if not isinstance(func, Mapping) or "ohlc" not in [one for one in func.values() if isinstance(one, str)]:
        return None
    from hypostyle._concat import concat

    return concat({column: groups[column].agg(one) for column, one in func.items()}, axis=1)


def asks_for_rows(func: Any, named: Mapping[str, Any]) -> bool:
    """Whether some of what ``agg`` is told, other than one name alone, gives labels of rows."""
    given = (
        [] if func is None or isinstance(func, str) else list(func.values()) if isinstance(func, Mapping) else [func]
    )
    while given:
        one = given.pop()
        if isinstance(one, (list, tuple)):
            given.extend(one)
        elif isinstance(one, str) and one in ROWS:
            return True
    return any(isinstance(one, str) and one in ROWS for what in named.values() for one in _functions_of(what))


def _functions_of(what: Any) -> list[Any]:
    """The aggregate of a pair, or the one that stands alone."""
    what = of_pandas(what)
    return list(what[1:2]) if isinstance(what, tuple) else [what]


def func_with(function: Callable[..., Any], args: tuple, kwargs: Mapping[str, Any]) -> Callable[..., Any]:
    """A function with further arguments, under its name."""

    def called(series: Any) -> Any:
        return function(series, *args, **kwargs)

    called.__name__ = getattr(function, "__name__", type(function).__name__)
    return called


def of_pandas(what: Any) -> Any:
    """pandas' `NamedAgg` as ours; other things as they are."""
    if not (_columns.is_pandas(what) and hasattr(what, "aggfunc")):
        return what
    return NamedAgg(what.column, what.aggfunc, *getattr(what, "args", ()), **getattr(what, "kwargs", {}))


def twice(column: str | None, label: str) -> DuplicateColumnError:
    """The error of two aggregates of one column under one name."""
    of = "" if column is None else f" of {column!r}"
    return DuplicateColumnError(
        f"agg: two aggregates{of} are named {label!r}; name them, agg(first=(column, function))"
    )


class Function:
    """A Python function of a column's groups, where an aggregate is expected."""

    __slots__ = ("call", "column")

    def __init__(self, column: str, call: Any) -> None:
        self.column, self.call = column, call


def listed_keys(plan: Plan, by: Any, level: Any) -> list[Any]:
    """The keys as a list of things `key_of` understands; ``level`` names levels of the index."""
    if level is not None and by is not None and not isinstance(level, (list, tuple)):
        # A function or a mapping of the labels of one level, whose name the groups' have.
        labels = Index(plan).get_level_values(Index(plan)._level(level))
        if not (callable(by) or isinstance(by, Mapping)):
            raise InvalidArgumentError("groupby: beside level, by is a function or a mapping of its labels")
        values = labels.to_list()
        made = [by.get(one) for one in values] if isinstance(by, Mapping) else [by(single(one)) for one in values]
        return [Series(plan, by_row(_columns.column(made, False)), labels.name)]
    if level is not None:
        if by is not None:
            raise InvalidArgumentError("groupby: give either by or level")
        levels = list(level) if isinstance(level, (list, tuple)) else [level]
        index = Index(plan)
        return [index.get_level_values(index._level(one)) for one in levels]
    if by is None:
        raise InvalidArgumentError("groupby needs by or level")
    by = _columns.ours(column_of(plan, by))
    if _columns.is_pandas(by) and getattr(by, "nlevels", 1) > 1:
        return [by.get_level_values(level) for level in range(by.nlevels)]
    if not isinstance(by, (list, tuple)):
        return [by]
    keys = [_columns.ours(key) for key in by]
    # A list of labels, one for each row, is one key, as in pandas.
    plain = keys and not any(_is_key(plan, key) for key in keys)
    return [keys] if plain and len(keys) == plan.query.rows() else keys


def _is_key(plan: Plan, key: Any) -> bool:
    if isinstance(key, str):
        return key in plan.names or any(label == key for _, label in plan.index)
    kinds = (BoundExpression, Expr, Mapping, list, Index, Grouper)
    return isinstance(key, kinds) or callable(key) or _numpy.is_array(key) or _columns.is_pandas(key)


def key_of(plan: Plan, key: Any) -> Key | None:
    """A key that is no column and no expression: values for each row, or a function or mapping of the labels."""
    if isinstance(key, Grouper):
        return key.native(plan)
    if isinstance(key, Index):
        if key._plan.rows is plan.rows:
            return key.name, Series(key._plan, key.to_series()._native, key.name)._native
        # The labels of other rows stand in order.
        title, key = key.name, key.to_list()
    else:
        title = None
    if _columns.is_pandas(key) and not hasattr(key, "iloc"):
        # Labels or values of pandas, one for each row.
        title = None if getattr(key, "name", None) is None else column_name(key.name)
        values = key
    elif isinstance(key, Mapping):
        labels = Index(plan).get_level_values(0)
        return None, plan.expr(labels.map(key), same_rows=True)
    elif callable(key):
        labels = Index(plan)
        values = [key(single(label)) for label in labels.to_list()] if labels.nlevels == 1 else list(map(key, labels))
    elif _numpy.is_array(key) or isinstance(key, (list, tuple)):
        values = key
    else:
        return None
    if isinstance(next((one for one in values if one is not None), None), tuple):
        raise UnsupportedError(
            "groupby: keys are no tuples; give a key for each of their parts, groupby([first, second])"
        )
    made = _columns.column(values, False)
    if len(made) != (rows := plan.query.rows()):
        raise ShapeError(f"groupby: a key of {len(made)} values for {rows} rows")
    return title, by_row(made)


def label_of(function: Any, others: Iterable[Any] = ()) -> str:
    """The name of a Python function in the result; several functions without a name, or of one name, are numbered."""
    others, name = list(others), _name_of(function)
    same = [one for one in others if callable(one) and _name_of(one) == name]
    if not same or (name != "<lambda>" and len(same) < 2) or len(others) < 2:
        return name
    number = next((i for i, one in enumerate(same) if one is function), 0)
    return f"<lambda_{number}>" if name == "<lambda>" else f"{name}_{number}"


def _name_of(function: Any) -> str:
    inner = getattr(function, "func", function)  # of `functools.partial`
    return getattr(function, "__name__", getattr(inner, "__name__", type(function).__name__))


def of_no_rows(func: Callable[..., Any], plan: Plan, names: Sequence[str], column: str | None) -> Any:
    """What a function gives of a column (or of the frame) without rows, as pandas asks it for periods without any: missing
    where it cannot work on that, and where it gives no single value."""
    from hypostyle.frame import DataFrame

    rows: Any = DataFrame._of(plan.keep(names)).iloc[:0]
    try:
        made = func(rows if column is None else rows[column if column in names else names[0]])
    except Exception:
        return None
    if isinstance(made, list) and not made:
        return made
    single = isinstance(made, str) or not (hasattr(made, "__len__") or hasattr(made, "_plan"))
    return made if single and not is_missing(made) else None


def with_functions(groups: Any, exprs: Mapping[str, Any]) -> Plan:
    """The plan of the groups: keys, and aggregates of which some are Python functions; runs."""
    sort = True if groups._sort is None else groups._sort
    ordered = groups._of_parts(_groups.labelled(groups._plan))
    ordered._sort = sort
    size, rows = "__size__", _native.Expr.call("aggregate", "len", [], {})
    # The columns of functions keep their places, and their names from the keys.
    native = {name: rows if isinstance(expr, Function) else expr for name, expr in exprs.items()}
    plan = ordered._run({**native, size: rows})
    whole, cut = _groups.cut(ordered._plan, groups._keys, sort, groups._dropna, not groups._observed)
    if len(cut) != plan.query.rows():
        raise InvalidArgumentError("agg: the groups of a Python function and those of the aggregates differ")
    for name, expr in exprs.items():
        if isinstance(expr, Function):
            if isinstance(expr.call, Aggregation):
                plan = _columns.beside(plan, name, expr.call.values(ordered, expr.column))
                continue
            parts = (_groups.part_of(whole.slice(start, rows), ordered._plan) for _, start, rows in cut)
            values = [_one_value(expr, name, part) for part in parts]
            plan = _columns.beside(plan, name, values)
    keys = [name for name in plan.columns if name not in exprs and name != size]
    return plan.keep([*keys, *exprs])


def _one_value(function: Function, name: str, plan: Plan) -> Any:
    # A series of one column, which knows nothing of the others, as pandas' do.
    plan = plan.keep([function.column])
    value = function.call(Series(plan, plan.column(function.column), function.column))
    if isinstance(value, Series) and len(value) == 1:
        # A series of one value is that value, as in pandas: the only mode.
        value = value.iloc[0]
    if isinstance(value, (BoundExpression, Expr)) or hasattr(value, "_plan"):
        raise DataTypeError(
            f"agg: the function for {name!r} gives a {type(value).__name__}; an aggregate gives one value per group. "
            "Use apply for rows, transform for a value per row"
        )
    if isinstance(value, (set, frozenset)):
        value = sorted(value)
    return value.item() if hasattr(value, "item") and getattr(value, "ndim", 0) == 0 else value


def pairs(groups: Any, verb: str, **options: Any) -> Any:
    """Correlations or covariances of the columns within each group: a row per group and column."""
    from hypostyle._concat import concat
    from hypostyle._windows import literal
    from hypostyle.frame import DataFrame

    frames = []
    labels = [label for label, _ in groups._keys]
    for key, group in groups:
        table = getattr(group, verb)(**options)
        [(column, label)] = table._plan.index
        inner = (_index.HIDDEN.format(len(labels)), label)
        plan = table._plan.rename({column: inner[0]})
        values = key if isinstance(key, tuple) else (key,)
        levels = _index.level_columns(labels, plan.names)
        plan = plan.with_columns({name: literal(value) for (name, _), value in zip(levels, values, strict=True)})
        frames.append(DataFrame._of(plan.reindexed([*levels, inner])))
    if not frames:
        raise InvalidArgumentError(f"{verb}: there is no group")
    return concat(frames)


def extremes(groups: Any, name: str, n: int, greatest: bool, first: bool) -> Any:
    """The rows of the greatest or smallest values of each group, in order, with the rows' own labels behind the keys; of
    equal values the first rows or the last."""
    plan, number = groups._plan.labelled(), "\0row"
    value = plan.column(name)
    marks = [f"\0key{at}" for at in range(len(groups._keys))]
    keys = [expr.alias(mark) for (_, expr), mark in zip(groups._keys, marks, strict=True)]
    held = [_native.Expr.column(column) for column in plan.index_columns]
    table = plan.query.select([*keys, *held, value.alias("\0value")]).collect()
    numbered = table.with_row_number(number)
    chosen = _best_rows(groups, numbered, marks, plan.dtypes[name], n, greatest, first)
    rest = [(_native.Expr.column(column), label) for column, label in plan.index]
    rest = rest or [(_native.Expr.column(number), None)]
    labels = [*(label for label, _ in groups._keys), *(label for _, label in rest)]
    levels = _index.level_columns(labels, [name])
    parts = [*(_native.Expr.column(mark) for mark in marks), *(expr for expr, _ in rest)]
    exprs = [expr.alias(column) for expr, (column, _) in zip(parts, levels, strict=True)]
    made = chosen.select([*exprs, _native.Expr.column("\0value").alias(name)])
    return Series(Plan(made, levels), _native.Expr.column(name), name)


def _best_rows(
    groups: Any, numbered: _native.Query, marks: list[str], dtype: str, n: int, greatest: bool, first: bool
) -> _native.Query:
    """The rows of the best values of each group, group by group, best first."""
    from hypostyle._windows import is_null, literal, window

    column = _native.Expr.column
    keys, row, value = [column(mark) for mark in marks], column("\0row"), column("\0value")
    if 1 <= n <= 1000 and (is_number(dtype) or dtype.startswith(("date", "time", "duration"))):
        # The numbers of the best rows; of equal values those of the least numbers come first.
        best = _native.Expr.call(
            "aggregate", "top_k_by" if greatest else "bottom_k_by", [row if first else row.negate(), value], {"k": n}
        )
        lists = grouped(numbered, keys, [best.alias("\0row")], groups._sort, groups._dropna)
        rows = lists.select([row]).explode("\0row").filter(is_null(row).invert())
        rows = rows if first else rows.select([row.negate().alias("\0row")])
        return numbered.collect().pick(rows.collect(), "\0row")
    place = "\0place"
    wanted = is_null(value).invert()
    for key in keys if groups._dropna else []:
        wanted = wanted.binary("&", is_null(key).invert())
    rank = window("row_number").over(keys, [value, row], [greatest, not first])
    query = numbered.filter(wanted).with_columns([rank.alias(place)])
    query = query.filter(column(place).binary("<=", literal(n)))
    if groups._sort:
        return in_order(query, [*marks, place])
    seen = _native.Expr.call("aggregate", "min", [row]).over(keys, [], [])
    query = query.with_columns([seen.alias("\0seen")])
    return query.sort([column("\0seen"), column(place)], [False, False], False)
