"""Plans whose rows get other labels, or other rows by their labels."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from hypostyle import _cells, _index, _labels, _native, _numpy
from hypostyle._cells import by_row
from hypostyle._column_labels import is_label
from hypostyle._headings import column_of, one_shown
from hypostyle._moments import moment
from hypostyle._plan import Plan
from hypostyle._windows import window
from hypostyle.errors import InvalidArgumentError, UnsupportedError
from hypostyle.index import Index


def renamed_levels(plan: Plan, names: Any) -> Plan:
    """The plan with other names of its index' levels."""
    from hypostyle._reshape import numbered

    plan = numbered(plan)
    new = new_titles([one_shown(label) for _, label in plan.index], names)
    titles = [None if label is None else _labels.column_name(label) for label in new]
    levels = _index.level_columns(titles, plan.columns)
    moved = {old: column for (old, _), (column, _) in zip(plan.index, levels, strict=True) if old != column}
    renamed = plan.rename(moved) if moved else plan
    return renamed.reindexed(levels)


def new_titles(old: list[Any], names: Any) -> list[Any]:
    """Other names of levels: by a function or a mapping, one for each, or the only one."""
    if callable(names):
        return [names(title) for title in old]
    if isinstance(names, Mapping):
        return [names.get(title, title) for title in old]
    new = list(names) if isinstance(names, (list, tuple)) else [names]
    if len(new) != len(old):
        raise InvalidArgumentError(f"{len(new)} names for {len(old)} levels")
    return new


def without_levels(plan: Plan, level: Any) -> Plan:
    gone = {Index(plan)._level(one) for one in (level if isinstance(level, (list, tuple)) else [level])}
    if len(gone) == len(plan.index):
        raise InvalidArgumentError("droplevel: one level must stay; reset_index(drop=True) removes the index")
    dropped = [plan.index[at][0] for at in gone]
    left = plan.reindexed([part for at, part in enumerate(plan.index) if at not in gone])
    return left.keep([name for name in left.columns if name not in dropped])


def swapped(plan: Plan, i: Any, j: Any) -> Plan:
    levels = list(plan.index)
    first, second = Index(plan)._level(i), Index(plan)._level(j)
    levels[first], levels[second] = levels[second], levels[first]
    return plan.reindexed(levels)


def reordered(plan: Plan, order: Sequence[Any]) -> Plan:
    places = [Index(plan)._level(level) for level in order]
    if sorted(places) != list(range(len(plan.index))):
        raise InvalidArgumentError(f"{list(order)} does not name each level of the index once")
    return plan.reindexed([plan.index[at] for at in places])


def relabelled(
    plan: Plan, labels: Any, fill_value: Any, method: str | None = None, limit: Any = None, tolerance: Any = None
) -> Plan:
    """The rows of these labels, in this order; missing values where there is none, or the row of a label near it."""
    from hypostyle._reshape import numbered

    plan = numbered(plan.known("reindex"))
    known, wanted = ([_known(label) for label in found] for found in (Index(plan).to_list(), _labels.listed(labels)))
    depth = len(plan.index)
    if depth > 1 and any(not isinstance(label, tuple) or len(label) != depth for label in wanted):
        raise UnsupportedError(f"reindex: the index has {depth} levels; give a tuple of so many labels for each row")
    at = places(known, wanted, method, limit, tolerance)
    made = _labels.labelled(
        Plan(_native.Query.from_columns(["\0at"], [_native.Column.from_values(at, "int64")])), labels
    )
    levels = [(f"\0{i}", label) for i, (_, label) in enumerate(made.index)]
    if all(label is None for _, label in levels) and len(levels) == len(plan.index):
        levels = [(column, label) for (column, _), (_, label) in zip(levels, plan.index, strict=True)]
    marked = made.rename(dict(zip(made.index_columns, [column for column, _ in levels], strict=True))).query
    number = window("row_number").binary("-", _native.Expr.literal(1))
    numbers = plan.keep(plan.columns).query.with_columns([number.alias("\0place")])
    joined = marked.join(numbers, [_native.Expr.column("\0at")], [_native.Expr.column("\0place")], "left", ("", ""))
    exprs = [_native.Expr.column(column).alias(column) for column, _ in levels]
    absent = _native.Expr.call("scalar", "is_null", [_native.Expr.column("\0at")])
    for name in plan.columns:
        value = _native.Expr.column(name)
        if not _cells.is_missing(fill_value):
            value = _native.Expr.case([(absent, _native.Expr.literal(fill_value))], value)
        exprs.append(value.alias(name))
    final = _index.level_columns([label for _, label in levels], plan.columns)
    found = Plan(joined.select(exprs), levels, axis=plan.axis)
    return found.rename({old: new for (old, _), (new, _) in zip(levels, final, strict=True)}).reindexed(final)


def places(known: list, wanted: list, method: str | None, limit: Any = None, tolerance: Any = None) -> list[int | None]:
    """The place of each wanted label, or of one near it."""
    at_label = {label: at for at, label in enumerate(known)}
    if len(at_label) < len(known):
        if known == wanted:
            return list(range(len(known)))
        raise InvalidArgumentError("reindex: a label occurs twice in the index")
    return (
        [at_label.get(label) for label in wanted] if method is None else near(known, wanted, method, limit, tolerance)
    )


def _known(label: Any) -> Any:
    """A label that can be looked up: NaN and the like are missing, and alike."""
    return None if _cells.is_missing(label) else label


def near(known: list, wanted: list, method: str, limit: int | None = None, tolerance: Any = None) -> list[int | None]:
    """The place of the label that is the nearest one to each wanted one, of sorted labels: at most ``limit`` times one
    after the other, and not further away than ``tolerance``."""
    import bisect

    method = {"pad": "ffill", "backfill": "bfill"}.get(method, method)
    if method not in ("ffill", "bfill", "nearest"):
        raise InvalidArgumentError(f"reindex: method is 'ffill', 'bfill' or 'nearest', not {method!r}")
    if any(one > other for one, other in itertools.pairwise(known)):
        raise InvalidArgumentError("reindex: with a method the labels are sorted; sort_index() first")
    found: list[int | None] = []
    for label in wanted:
        before, after = bisect.bisect_right(known, label) - 1, bisect.bisect_left(known, label)
        if method == "ffill" or after == len(known):
            found.append(before if before >= 0 and method != "bfill" else None)
        elif method == "bfill" or before < 0:
            found.append(after)
        else:
            found.append(after if known[after] - label <= label - known[before] else before)
    if tolerance is not None:
        far = _distances(tolerance, len(wanted))
        pairs = enumerate(zip(found, wanted, far, strict=True))
        found = [None if at is None or abs(known[at] - one) > most else at for _, (at, one, most) in pairs]
    return found if limit is None else _limited(found, known, wanted, method, limit)


def _distances(tolerance: Any, rows: int) -> list:
    """How far a label may be from each wanted one."""
    from hypostyle._convert import to_timedelta

    if hasattr(tolerance, "tolist") and getattr(tolerance, "ndim", 0) == 1:
        tolerance = list(tolerance)
    listed = tolerance if isinstance(tolerance, (list, tuple)) else [tolerance] * rows
    if len(listed) != rows:
        raise InvalidArgumentError(f"reindex: {len(listed)} tolerances for {rows} labels")
    made = [to_timedelta(one) if isinstance(one, str) else one for one in listed]
    made = [one.to_pytimedelta() if hasattr(one, "to_pytimedelta") else _cells.plain(one) for one in made]
    if any(_cells.is_missing(one) or one < one * 0 for one in made):
        raise InvalidArgumentError("reindex: a tolerance is a distance, which is not negative")
    return made


def _limited(found: list[int | None], known: list, wanted: list, method: str, limit: int) -> list[int | None]:
    """The same places, but of labels near a wanted one so many one after the other at most."""
    if method == "nearest":
        raise InvalidArgumentError("reindex: limit is of 'ffill' and 'bfill', not of 'nearest'")
    made, order = list(found), range(len(found))
    count, before = 0, None
    for at in order if method in ("ffill", "pad") else reversed(order):
        place = found[at]
        near_it = place is not None and known[place] != wanted[at]
        count = count + 1 if near_it and place == before else int(near_it)
        before = place
        made[at] = None if near_it and count > limit else place
    return made


def renamed_labels(plan: Plan, mapper: Any, level: Any, errors: str) -> Plan:
    """The plan with other labels: of each level, or of one."""
    from hypostyle._columns import column
    from hypostyle._reshape import numbered

    plan = numbered(plan)
    at = range(len(plan.index)) if level is None else [Index(plan)._level(level)]
    exprs, unseen = {}, set() if callable(mapper) else set(mapper.keys())
    for i in at:
        name = plan.index[i][0]
        old = plan.query.collect().lists([name])[0]
        unseen -= set(old)
        known = {} if callable(mapper) else dict(mapper.items())
        new = [mapper(label) for label in old] if callable(mapper) else [known.get(label, label) for label in old]
        exprs[name] = by_row(column(new, False))
    if unseen and errors == "raise":
        raise InvalidArgumentError(f"rename: no row has the label {sorted(map(str, unseen))[0]!r}")
    return plan.with_columns(exprs).relabelled()


def without_labels(plan: Plan, labels: Any, level: Any, errors: str) -> Plan:
    """The rows that have none of these labels: whole ones, or those of one level (of several levels the first)."""
    from hypostyle._choosing import is_in
    from hypostyle._lookup import LabelNotFoundError

    labels = (
        labels.to_list()
        if hasattr(labels, "to_list")
        else _numpy.listed(labels)
        if hasattr(labels, "tolist") and getattr(labels, "ndim", 1) != 0
        else labels
    )
    many = hasattr(labels, "__iter__") and not isinstance(labels, (str, tuple))
    gone = list(labels) if many else [labels]
    times = plan.index and level is None and plan.dtypes[plan.index[0][0]].startswith("timestamp")
    if times and any(isinstance(label, str) for label in gone):
        like = next(iter(plan.query.collect().lists(plan.index_columns)[0]), None)
        gone = [(moment(label, like) or label) if isinstance(label, str) else label for label in gone]
    plan = plan.known("drop").numbered()
    depth = len(plan.index)
    whole = depth > 1 and level is None and all(isinstance(label, tuple) for label in gone)
    if whole and any(len(label) != depth for label in gone):
        raise UnsupportedError("drop: labels of some levels; give level=, or a tuple with a label for each level")
    at = 0 if level is None else Index(plan)._level(level)
    known = plan.query.collect().lists(plan.index_columns)
    present = set(zip(*known, strict=True)) if whole else set(known[at])
    missing = [label for label in gone if _known(label) not in present]
    if missing and errors == "raise":
        raise LabelNotFoundError(f"no row has the label {missing[0]!r}")
    if not whole:
        chosen = is_in(_native.Expr.column(plan.index[at][0]), [label for label in gone if _known(label) in present])
        return plan.then(lambda query: query.filter(chosen.invert()))
    wanted = set(gone)
    kept = [place for place, row in enumerate(zip(*known, strict=True)) if row not in wanted]
    return plan.then(lambda query: query.collect().take(kept))


def indexed_by(plan: Plan, keys: list[Any], drop: bool, append: bool) -> Plan:
    """The plan with an index of columns' names, series, labels, arrays and lists."""
    from hypostyle._columns import beside

    plan = plan.numbered() if append else plan.reindexed(()).keep(plan.columns)
    before, names, titles = list(plan.index), [], []
    keys = [column_of(plan, key) if is_label(key) else key for key in keys]
    gone = [key for key in keys if isinstance(key, str)] if drop else []
    for at, key in enumerate(keys):
        title = key if isinstance(key, str) else getattr(key, "name", None)
        hidden = f"\0level{at}"
        if isinstance(key, str):
            plan = plan.with_columns({hidden: plan.column(key)})
        else:
            values = key.to_list() if isinstance(key, Index) or hasattr(key, "_native") else key
            plan = beside(plan, hidden, values if hasattr(values, "__len__") else list(values))
        names.append(hidden)
        titles.append(None if title is None else _labels.column_name(title))
    kept = [name for name in plan.columns if name not in (*names, *gone)]
    levels = _index.level_columns([*(label for _, label in before), *titles], kept)
    sources = [*(column for column, _ in before), *names]
    exprs = {new: _native.Expr.column(old) for (new, _), old in zip(levels, sources, strict=True)}
    return plan.project({**exprs, **{name: _native.Expr.column(name) for name in kept}}, levels)
