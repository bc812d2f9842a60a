"""Frames and series put together: rows below each other, or columns side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hypostyle import _index, _native
from hypostyle._columns import kind_of, ours
from hypostyle._headings import axis_of, joined, sorted_names
from hypostyle._hints import ignoring
from hypostyle._labels import column_name, same_labels
from hypostyle._layout import Below, is_in_parts, with_layout
from hypostyle._plan import Plan, Source
from hypostyle.errors import DataTypeError, DuplicateColumnError, InvalidArgumentError
from hypostyle.frame import DataFrame
from hypostyle.series import VALUE, Series

Native = _native.Expr


@ignoring("interleave_partitions", "ignore_unknown_divisions", "ignore_order", "union_categories")
def concat(
    objs: Any,
    *,
    axis: int | str = 0,
    join: str = "outer",
    ignore_index: bool = False,
    keys: Iterable[Any] | None = None,
    names: Sequence[str | None] | None = None,
    verify_integrity: bool = False,
    sort: bool | None = None,
    copy: Any = None,
    levels: Any = None,
) -> Any:
    """The rows of all frames (or values of all series), one after the other. Columns are matched by name and types promoted;
    a column that a frame lacks is missing there (``join="inner"``: left out). ``keys`` (or a mapping of keys to frames)
    become a first level of the index, which says where a row is from; ``names`` are the names of the levels (``levels`` say
    what is there anyway: the keys).

    With ``axis=1`` the columns of all frames side by side: rows are matched by their index, else by position, and then there
    must be as many; ``keys`` are the names of series, and stand above the names of frames' columns.

    >>> import hypostyle as hs
    >>> hs.concat([hs.DataFrame({"x": [1]}), hs.DataFrame({"x": [2.5], "y": ["b"]})]).to_dict("list")
    {'x': [1.0, 2.5], 'y': [None, 'b']}
    >>> both = hs.concat({"old": hs.DataFrame({"x": [1, 2]}), "new": hs.DataFrame({"x": [3]})}, names=["source"])
    >>> both.loc["old"]["x"].to_list()
    [1, 2]
    """
    if join not in ("outer", "inner"):
        raise InvalidArgumentError(f"join is 'outer' or 'inner', not {join!r}")
    if axis not in (0, 1, "index", "columns", "rows"):
        raise InvalidArgumentError(f"axis is 0 or 1, not {axis!r}")
    parts, labels = _parts(objs, keys)
    if names is None and getattr(keys, "name", None) is not None:
        names = [keys.name]  # type: ignore[union-attr]
    if axis in (1, "columns"):
        return _side_by_side(parts, labels, join, ignore_index, sort, names)
    series = all(isinstance(part, Series) for part in parts)
    if series:
        shared = {part.name for part in parts}
        name = shared.pop() if len(shared) == 1 else None
        frames = [DataFrame._of(part._framed()) for part in parts]
    else:
        frames = [
            part.to_frame(0 if part.name is None else part.name) if isinstance(part, Series) else part for part in parts
        ]
    if labels is not None and not ignore_index:
        frames = [_labelled(frame, label, names) for frame, label in zip(frames, labels, strict=True)]
    plans = [frame._plan for frame in frames]
    shared = {axis_of(plan) for plan in plans}
    below = _below([_index.reset(plan, True) for plan in plans] if ignore_index else plans, join, ignore_index)
    made = DataFrame._of(below.titled(shared.pop() if len(shared) == 1 else None))
    if any(is_in_parts(plan) for plan in plans):
        with_layout(made._plan, Below(plans))
    if sort and not series:
        made = made[sorted_names(made._plan.columns)]
    if verify_integrity and not made.index.is_unique:
        raise InvalidArgumentError("concat: a label occurs twice")
    return Series(made._plan, Native.column(VALUE), name) if series else made


def _below(plans: Sequence[Plan], join: str, anew: bool = False) -> Plan:
    """The rows of plans, one after the other, with their labels."""
    # A frame without columns and rows has no labels either, whatever their type.
    full = [plan for plan in plans if plan.columns or plan.index or not plan.query.is_collected() or plan.query.rows()]
    plans = full or plans
    alone = anew or len(plans) == 1
    first = plans[0].index
    if first and all(plan.index == first for plan in plans):
        return Plan(_native.Query.concat([plan.query for plan in plans], join), first)
    if any(plan.index for plan in plans):
        plans = _levelled([plan.numbered() for plan in plans])
        return _below(plans, join) if plans[0].index else Plan(_native.Query.concat([p.query for p in plans], join))
    source = None if alone and plans[0].is_numbered else Source(plans, lambda found: _below(found, join))
    return Plan(_native.Query.concat([plan.query for plan in plans], join), source=source)


def _levelled(plans: list[Plan]) -> list[Plan]:
    """The plans with levels in columns of the same names; without an index where the labels have no common type."""
    depths, names = {len(plan.index) for plan in plans}, [[label for _, label in plan.index] for plan in plans]
    kinds = [[kind_of(plan.dtypes[column]) for column in plan.index_columns] for plan in plans]
    if len(depths) > 1 or any(one != kinds[0] for one in kinds):
        return [_index.reset(plan, True) for plan in plans]
    titles = [one if all(other[at] == one for other in names) else None for at, one in enumerate(names[0])]
    taken = [name for plan in plans for name in plan.columns]
    levels = _index.level_columns(titles, taken)
    moved = []
    for plan in plans:
        exprs = {new: Native.column(old) for (new, _), (old, _) in zip(levels, plan.index, strict=True)}
        moved.append(plan.project({**exprs, **{name: Native.column(name) for name in plan.columns}}, levels))
    return moved


def _parts(objs: Any, keys: Iterable[Any] | None) -> tuple[list[Any], list[Any] | None]:
    """The frames and series, and their keys."""
    if isinstance(objs, (DataFrame, Series)):
        raise DataTypeError("concat takes a list of frames or series")
    labels = None if keys is None else list(keys)
    if isinstance(objs, Mapping):
        labels = list(objs) if labels is None else labels
        objs = [objs[label] for label in labels]
    found = list(objs)
    if labels is not None and len(labels) != len(found):
        raise InvalidArgumentError(f"concat: {len(labels)} keys for {len(found)} frames")
    found = [ours(one) for one in found]
    kept = [at for at, one in enumerate(found) if one is not None]
    if not kept:
        raise InvalidArgumentError("concat: nothing to concatenate")
    for one in found:
        if one is not None and not isinstance(one, (DataFrame, Series)):
            raise DataTypeError(f"concat takes hypostyle DataFrames and series, not a {type(one).__name__}")
    return [found[at] for at in kept], None if labels is None else [labels[at] for at in kept]


def _labelled(frame: DataFrame, label: Any, names: Sequence[str | None] | None) -> DataFrame:
    """The frame with a first level of the index: where it is from."""
    from hypostyle._reshape import numbered

    plan = numbered(frame._plan)
    cells = label if isinstance(label, tuple) else (label,)
    given = [None if name is None else column_name(name) for name in names or []]
    inner = [old for _, old in plan.index]
    titles: list[str | None] = [given[i] if i < len(given) else None for i in range(len(cells))]
    later = given[len(cells) :]
    inner = [later[i] if i < len(later) else old for i, old in enumerate(inner)]
    levels = _index.level_columns([*titles, *inner], plan.columns)
    # Columns of the levels under names that cannot meet those of the old ones.
    exprs = {column: Native.literal(cell) for (column, _), cell in zip(levels, cells, strict=False)}
    exprs.update(
        (column, Native.column(old)) for (column, _), (old, _) in zip(levels[len(cells) :], plan.index, strict=True)
    )
    exprs.update((name, Native.column(name)) for name in plan.columns)
    return DataFrame._of(plan.project(exprs, levels))


def _side_by_side(
    parts: list[Any],
    keys: list[Any] | None,
    join: str,
    ignore_index: bool,
    sort: bool | None,
    names: Sequence[Any] | None = None,
) -> DataFrame:
    frames, nameless = [], 0
    # A frame without columns and rows has no labels either.
    bare = [hasattr(part, "columns") and not part._plan.columns and not part._plan.query.rows() for part in parts]
    if not all(bare):
        parts = [part for part, nothing in zip(parts, bare, strict=True) if not nothing]
        keys = [key for key, nothing in zip(keys, bare, strict=True) if not nothing] if keys else keys
    # Beside a frame a series is one of its columns, with a name below its key.
    levels = keys is not None and not all(isinstance(part, Series) for part in parts)
    for at, part in enumerate(parts):
        if isinstance(part, Series) and keys and levels:
            inner = 0 if part.name is None else part.name
            frames.append(part.to_frame(joined(column_name(keys[at]), column_name(inner))))
        elif isinstance(part, Series):
            name = keys[at] if keys else part.name
            if name is None:
                # Series without a name are numbered among themselves.
                name, nameless = nameless, nameless + 1
            frames.append(part.to_frame(name))
        elif keys:
            frames.append(
                part.rename(columns={name: joined(column_name(keys[at]), name) for name in part._plan.columns})
            )
        else:
            frames.append(part)
    if ignore_index:
        frames = [
            frame.rename(columns={name: f"\1{at}\1{name}" for name in frame._plan.columns})
            for at, frame in enumerate(frames)
        ]
    whole = frames[0]
    for frame in frames[1:]:
        whole = _beside(whole, frame, join, sort)
    if join == "inner" and any(bare) and not all(bare):
        whole = whole.head(0)
    if ignore_index:
        whole.columns = list(range(len(whole._plan.columns)))
        return whole
    axes = {axis_of(part._plan) if hasattr(part, "columns") else None for part in parts}
    inner = [*((axes.pop() if len(axes) == 1 else None) or ())]
    outer = [*(names or [None])] if keys else []
    return DataFrame._of(whole._plan.titled([*outer, *inner[max(len(outer) - 1, 0) :]]))


def _beside(left: DataFrame, right: DataFrame, join: str, sort: bool | None) -> DataFrame:
    """Two frames side by side: by label where both have labels that differ, else by position."""
    one, two = left._plan, right._plan
    both = [name for name in one.columns if name in two.columns]
    if both:
        raise DuplicateColumnError(f"concat: two columns are named {both[0]!r}; rename one, or give keys=...")
    plain = one.is_numbered and two.is_numbered
    kinds = [[kind_of(plan.dtypes[name]) for name in plan.index_columns] for plan in (one, two)]
    alike = bool(one.index) == bool(two.index) or "number" in (*kinds[0], *kinds[1])
    if alike and max(len(one.index), 1) == max(len(two.index), 1) and not same_labels(one, two):
        from hypostyle._index_join import by_index

        # Times come in order unless told otherwise, as in pandas.
        times = all(plan.index and plan.dtypes[plan.index[0][0]].startswith("timestamp") for plan in (one, two))
        sort = (join == "outer" and len(one.index) == 1 and times) if sort is None else sort
        for side in (left, right):
            if side._plan.index and not side.index.is_unique:
                raise InvalidArgumentError(
                    "concat: a label stands for several rows, and the labels of the other side differ; "
                    "merge on the index has a row for each pair"
                )
        found = by_index(left, right, None, join, ("", ""), sort, common=True)
        return DataFrame._of(_index.reset(found._plan, True)) if plain else found
    flat = _index.reset(two, True)
    if len(one.index) == len(two.index) and (labels := [label for _, label in two.index]) != [n for _, n in one.index]:
        # Labels have a name if both sides have it.
        one = one.reindexed(
            [(column, own if own == other else None) for (column, own), other in zip(one.index, labels, strict=True)]
        )
    taken = [column for column, _ in one.index if column in flat.columns]
    if taken:
        levels = _index.level_columns([label for _, label in one.index], [*one.columns, *flat.columns])
        moved = {old: new for (old, _), (new, _) in zip(one.index, levels, strict=True) if old != new}
        one = one.rename(moved).reindexed(levels)
    whole = _native.Query.concat([one.query, flat.query], "columns")
    return DataFrame._of(one.beside(whole, {name: object() for name in whole.names()}))
