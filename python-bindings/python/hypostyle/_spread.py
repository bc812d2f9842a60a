"""Values of keys as columns, and columns below each other."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _headings, _index, _labels, _native
from hypostyle._aggregates import aggregate
from hypostyle._column_labels import as_column
from hypostyle._key_order import has_categories, in_order, ranks
from hypostyle._labels import column_name
from hypostyle._plan import Plan
from hypostyle._windows import is_null
from hypostyle.errors import InvalidArgumentError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame

Native = _native.Expr


def _frame(plan: Plan) -> DataFrame:
    from hypostyle.frame import DataFrame

    return DataFrame._of(plan)


def spread(
    plan: Plan,
    rows: list[str],
    labels: Sequence[str | None],
    heads: list[str],
    exprs: list[Native],
    total: str | None,
    fill: Any,
    keep_nulls: bool,
    named: bool,
) -> DataFrame:
    """Cells of columns spread over columns; missing keys come first, as in pandas."""
    natives = ([plan.column(name) for name in rows], [plan.column(name) for name in heads])
    levels = dict(plan.index)
    titles = (labels, [levels.get(name, name) for name in heads])
    return spread_by(plan, natives, titles, exprs, total, fill, keep_nulls, named, True)


def spread_by(
    plan: Plan,
    keys: tuple[list[Native], list[Native]],
    labels: tuple[Sequence[str | None], Sequence[str | None]],
    exprs: list[Native],
    total: str | None,
    fill: Any,
    keep_nulls: bool,
    named: bool,
    nulls_first: bool = False,
) -> DataFrame:
    """Cells spread over columns, with the row keys as the index; ``labels`` are the names of both kinds of keys."""
    hidden = [_index.HIDDEN.format(i) for i in range(len(keys[0]))]
    rows = [native.alias(name) for native, name in zip(keys[0], hidden, strict=True)]
    values = [expr.alias(f"\0{at}") for at, expr in enumerate(exprs)] if named else exprs
    query = _native.pivot(plan.query, rows, keys[1], values, total, fill, keep_nulls, named)
    made = query.names()[len(hidden) :]
    if has_categories(plan.query, keys[0]):
        query = _in_order(plan, query, keys[0], hidden, total)
    if has_categories(plan.query, keys[1]):
        made = _columns_in_order(plan, keys[1], made, named)
        query = query.select([Native.column(name).alias(name) for name in [*hidden, *made]])
    keyed = [name[1:].partition("_")[2] for name in made] if named else made
    titles = labels_of(plan, keys[1], keyed)
    if nulls_first:
        query, made = _nulls_first(query, hidden, made, dict(zip(made, keyed, strict=True)), titles)
    outer = [expr.output_name() for expr in exprs] if named else None
    if named or titles:
        names = {old: _title(old, outer, titles) for old in made}
        query, made = query.rename({old: new for old, new in names.items() if old != new}), list(names.values())
    above = max(len(_headings.parts(name)) for name in outer) if outer else 0
    known_axis = _headings.axis_of(plan)
    same = known_axis is not None and len(known_axis) == above
    axis = [*(known_axis if same and known_axis else [None] * above), *map(_headings.one_shown, labels[1])]
    if not hidden:
        whole = Plan(query) if named else _labels.labelled(Plan(query), [exprs[0].output_name()])
        return _frame(whole.titled(axis))
    levels = _index.level_columns(labels[0], made)
    moved = {old: column for old, (column, _) in zip(hidden, levels, strict=True) if old != column}
    return _frame(Plan(query.rename(moved) if moved else query, levels).titled(axis))


def _nulls_first(
    query: _native.Query, hidden: list[str], made: list[str], keyed: dict[str, str], titles: dict[str, tuple[Any, ...]]
) -> tuple[_native.Query, list[str]]:
    """A table whose rows and columns of missing keys come before others; ``keyed``: the keys of columns, of each value."""
    query = query.collect().query()
    missing = [is_null(Native.column(name)) for name in hidden]
    if any(query.filter(one).slice(0, 1).rows() for one in missing):
        keys = [part for name, one in zip(hidden, missing, strict=True) for part in (one, _rank(query, name))]
        query = query.sort(keys, [True, False] * len(hidden), False)
    blocks = itertools.groupby(made, lambda name: name.removesuffix(keyed[name]))
    made = [name for _, block in blocks for name in sorted(block, key=lambda name: titles.get(keyed[name]) != (None,))]
    return query.select([Native.column(name).alias(name) for name in [*hidden, *made]]), made


def _rank(query: _native.Query, name: str) -> Native:
    [rank] = ranks(query, [Native.column(name)])
    return rank


def _in_order(
    plan: Plan, query: _native.Query, keys: list[Native], hidden: list[str], total: str | None
) -> _native.Query:
    """The rows of a table in the order of its categories. Where there is a row of totals, which is the last, keys are
    texts."""
    if total is None:
        return in_order(query, hidden)
    rows = query.collect().query()
    last = rows.rows() - 1
    cells, names = rows.slice(0, last), query.names()
    known = [plan.query.categories(key) for key in keys]
    back = {
        name: Native.column(name).cast_categories(found[0], False, "strict")
        for name, found in zip(hidden, known, strict=True)
        if found is not None
    }
    cells = in_order(cells.with_columns([expr.alias(name) for name, expr in back.items()]), hidden)
    texts = [Native.column(name).cast("string").alias(name) for name in back]
    return _native.Query.concat([cells.with_columns(texts), rows.slice(last, 1)], "outer").select(
        [Native.column(name).alias(name) for name in names]
    )


def _columns_in_order(plan: Plan, heads: list[Native], made: list[str], named: bool) -> list[str]:
    """The columns that the engine made, in the order of the categories below each value; those of totals are the last."""
    names = [f"\0head{at}" for at in range(len(heads))]
    found = plan.query.select([head.alias(name) for head, name in zip(heads, names, strict=True)])
    table = in_order(found.distinct(names, False), names).collect()
    order = ["_".join(map(str, row)) for row in zip(*(table.texts(name) for name in names), strict=True)]
    places = {name: at for at, name in enumerate(order)}

    def place(name: str) -> tuple[int, int]:
        at, _, key = name[1:].partition("_") if named else ("0", "", name)
        return int(at), places.get(key, len(places))

    return sorted(made, key=place)


def unstacked(plan: Plan, columns: list[str], level: Any, fill: Any, named: bool, sort: bool = True) -> DataFrame:
    """The values of one level of the index, or of several, as columns."""
    if not sort:
        raise UnsupportedError("unstack: columns are sorted; choose them in another order, df[names]")
    if len(plan.index) < 2:
        raise UnsupportedError("unstack: the index has one level; transpose turns the whole frame")
    from hypostyle.index import Index

    ats = [Index(plan)._level(one) for one in (level if isinstance(level, (list, tuple)) else [level])]
    rows = [part for i, part in enumerate(plan.index) if i not in ats]
    if not rows:
        raise UnsupportedError("unstack: one level of the index must stay; transpose turns the whole frame")
    exprs = [plan.column(name).alias(name) for name in columns]
    labels = [label for _, label in rows]
    made = spread(
        plan, [name for name, _ in rows], labels, [plan.index[at][0] for at in ats], exprs, None, fill, True, named
    )
    return as_seen(plan, [plan.column(plan.index[at][0]) for at in ats], made, columns if named else None)


def as_seen(plan: Plan, heads: list[Native], made: DataFrame, columns: list[str] | None) -> DataFrame:
    """A table whose columns come as the labels of several keys are first seen, as in pandas; those of one key are sorted.
    ``columns``: the names above the labels, if there are any."""
    if len(heads) == 1:
        return made
    seen = _titles(plan, heads).values()
    outer = [()] if columns is None else [_headings.parts(name) for name in columns]
    names = [_headings.named((*top, *title)) for top in outer for title in seen]
    return _frame(made._plan.keep(names))


def labels_of(plan: Plan, heads: list[Native], made: list[str]) -> dict[str, tuple[Any, ...]]:
    """The labels of keys, by the text that the engine makes of them (of one key, of columns so ``made``); may run. Of one key
    of texts there is nothing to say."""
    if len(heads) > 1:
        return _titles(plan, heads)
    dtype = plan.query.dtype_of(heads[0])
    if dtype in ("string", "category"):
        # Of a missing key the engine's text is "null".
        return _titles(plan, heads) if "null" in made else {}
    read = next((one for start, one in _READERS.items() if dtype.startswith(start) and "," not in dtype), None)
    if read is None:
        return _titles(plan, heads)
    found: dict[str, tuple[Any, ...]] = {}
    for name in made:
        try:
            found[name] = (None if name == "null" else read(name),)
        except ValueError:
            # A total.
            continue
    return found


#: What the engine's texts of values mean, by type.
_READERS: dict[str, Any] = {
    **dict.fromkeys(["int", "uint"], int),
    "float": float,
    "bool": lambda text: {"true": True, "false": False}.get(text, text),
    "date": dt.date.fromisoformat,
    "timestamp": dt.datetime.fromisoformat,
}


def _titles(plan: Plan, heads: list[Native]) -> dict[str, tuple[Any, ...]]:
    """The labels of several keys, by the one text that the engine makes of them; runs."""
    names = [f"\0head{at}" for at in range(len(heads))]
    found = plan.query.select([head.alias(name) for head, name in zip(heads, names, strict=True)])
    table = found.distinct(names, False).collect()
    texts = table.query().select([Native.column(name).cast("string").alias(name) for name in names]).collect()
    rows = zip(zip(*texts.lists(names), strict=True), zip(*table.lists(names), strict=True), strict=True)
    return {"_".join("null" if one is None else one for one in text): row for text, row in rows}


def _title(name: str, outer: list[str] | None, titles: dict[str, tuple[Any, ...]]) -> str:
    """The name of a column of a table: below its value, ``\\0`` and a number in what the engine names it, its keys."""
    if outer is None:
        return _headings.named(titles.get(name, (name,)))
    at, _, key = name[1:].partition("_")
    return _headings.named((*_headings.parts(outer[int(at)]), *titles.get(key, (key,))))


def _level_at(plan: Plan, level: Any) -> int:
    """The number of a level of the columns' labels."""
    depth, axis = _headings.depth(plan.columns), _headings.axis_of(plan)
    if axis is not None and level in axis:
        level = axis.index(level)
    if isinstance(level, bool) or not isinstance(level, int) or not -depth <= level < depth:
        raise InvalidArgumentError(f"stack: columns have {depth} levels, counted from 0, not one called {level!r}")
    return level % depth


def stacked_whole(plan: Plan, levels: list[Any]) -> Plan:
    """A row for each row and column, whose labels become levels of the index, in this order."""
    from hypostyle.series import VALUE

    names, depth = plan.columns, _headings.depth(plan.columns)
    order = [_level_at(plan, level) for level in levels]
    if sorted(order) != list(range(depth)):
        raise UnsupportedError("stack: one level of the columns, or all of them; stack() what is left of it again")
    place, titles = "\0place", _headings.shown(names)
    values: list[str | None] = [*names]
    made = unpivoted(plan.query, plan.index_columns, place, list(range(len(names))), [(VALUE, values)], True)
    labels = [_headings.axis_names(plan, depth)[at] for at in order]
    index = _index.level_columns([*(label for _, label in plan.index), *labels], [VALUE, place])
    exprs = [Native.column(old).alias(new) for (old, _), (new, _) in zip(plan.index, index, strict=False)]
    for at, (column, _) in zip(order, index[len(plan.index) :], strict=True):
        cells = [
            (Native.column(place).binary("==", Native.literal(one)), Native.literal(title[at]))
            for one, title in enumerate(titles)
        ]
        exprs.append(Native.case(cells, Native.literal(None)).alias(column))
    return Plan(made.select([*exprs, Native.column(VALUE).alias(VALUE)]), index)


def stacked(plan: Plan, level: Any, title: str | None) -> Plan:
    """The rows of a frame whose columns have several levels, for each text of one level: row by row, with that text as one
    more level of the index."""
    names, depth = plan.columns, _headings.depth(plan.columns)
    axis = _headings.axis_of(plan)
    at, places = _level_at(plan, level), {}
    for name, parts in zip(names, _headings.shown(names), strict=True):
        places[_headings.named([*parts[:at], *parts[at + 1 :]]), parts[at]] = name
    labels = list(dict.fromkeys(label for _, label in places))
    kept = list(dict.fromkeys(rest for rest, _ in places))
    column = _index.HIDDEN.format(len(plan.index))
    values = [(rest, [places.get((rest, label)) for label in labels]) for rest in kept]
    if title is None and axis is not None:
        title = _headings.axis_names(plan, depth)[at]
    made = unpivoted(plan.query, plan.index_columns, column, labels, values, True)
    left = None if axis is None else [*axis[:at], *axis[at + 1 :]]
    return Plan(made, [*plan.index, (column, title)]).titled(left)


def unpivoted(
    query: _native.Query,
    keep: list[str],
    variable: str,
    labels: list[Any],
    values: list[tuple[str, list[str | None]]],
    by_row: bool,
) -> _native.Query:
    """Columns below each other, beside a column of labels of the type that they have."""
    texts, dtype = as_column(labels)
    texts = [str(one) for one in texts]
    if len(set(texts)) < len(texts):
        texts, dtype = [str(at) for at in range(len(labels))], None
    made = _native.unpivot(query, keep, variable, texts, values, by_row)
    if dtype == "string":
        return made
    held = Native.column(variable)
    cells = [
        (held.binary("==", Native.literal(text)), Native.literal(one)) for text, one in zip(texts, labels, strict=True)
    ]
    kinds = {type(one) for one in labels}
    cast = {frozenset([int]): "int64", frozenset([float]): "float64"}.get(frozenset(kinds))
    typed = Native.case(cells, Native.literal(None)) if cast is None else held.cast(cast)
    return made.with_columns([typed.alias(variable)])


def with_levels(plan: Plan, variable: str, names: list[str], given: Any, axis: Sequence[Any]) -> Plan:
    """A melted frame with a column for each level of the names in ``variable``: ``variable_0``, ``variable_1``, ..."""
    titles = _headings.shown(names)
    depth = len(titles[0])
    if isinstance(given, (list, tuple)) and len(given) != depth:
        raise InvalidArgumentError(f"melt: {len(given)} names for the {depth} levels of the columns")
    heads = list(given) if isinstance(given, (list, tuple)) else [f"{variable}_{at}" for at in range(depth)]
    own = axis if given is None and len(axis) == depth else [None] * depth
    heads = [column_name(head if one is None else one) for head, one in zip(heads, own, strict=True)]
    name = Native.column(variable)
    exprs: dict[str, Native] = {}
    for column in plan.columns:
        if column != variable:
            exprs[column] = Native.column(column)
            continue
        for at, head in enumerate(heads):
            cells = [
                (name.binary("==", Native.literal(one)), Native.literal(title[at]))
                for one, title in zip(names, titles, strict=True)
            ]
            exprs[head] = Native.case(cells, Native.literal(None))
    index = {level: Native.column(level) for level in plan.index_columns}
    return plan.project({**index, **exprs})


def with_values(frame: DataFrame) -> DataFrame:
    """The frame without columns that hold no value at all, as pandas has it for a pivot; runs."""
    plan = frame._plan.collected()
    if not plan.columns or not plan.query.rows():
        return _frame(plan)
    counts = [aggregate(Native.column(name), "count").alias(name) for name in plan.columns]
    counted = plan.query.select(counts).collect().lists(plan.columns)
    return _frame(plan.keep([name for name, (n,) in zip(plan.columns, counted, strict=True) if n]))


def column_by_column(frame: DataFrame) -> Any:
    """All values of a frame as a series, labelled by column and row."""
    from hypostyle._concat import concat

    plan = frame._plan.numbered()
    if not plan.columns:
        raise InvalidArgumentError("unstack: the frame has no column")
    labels = _headings.shown(plan.columns)
    axis = _headings.axis_names(plan, _headings.depth(plan.columns))
    columns = [type(frame)._of(plan)._series(name) for name in plan.columns]
    return concat(columns, keys=labels, names=[*axis, plan.index[0][1]]).rename(None)
