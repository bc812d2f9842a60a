"""Rows by what is said of each level of their labels: ``df.loc[(["b", "a"], slice(None), 1), :]``."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from hypostyle import _native
from hypostyle._choosing import is_in
from hypostyle._key_order import ranks
from hypostyle._plan import Plan
from hypostyle._time_texts import exact, from_label, is_part, is_span, to_label, within
from hypostyle._windows import window
from hypostyle.errors import ColumnNotFoundError, InvalidArgumentError, UnsupportedError

Native = _native.Expr


class LabelNotFoundError(ColumnNotFoundError):
    """A row that is not there."""


def is_by_level(plan: Plan, label: Any) -> bool:
    """Whether a tuple says for each level which labels are meant: one, several, or from one to another."""
    return (
        isinstance(label, tuple)
        and len(plan.index) > 1
        and any(isinstance(part, (slice, list, range)) for part in label)
    )


def by_levels(plan: Plan, label: tuple) -> Plan:
    """The rows whose label of each level is one of those meant, in the order of the lists. As in pandas, a level of which one
    label is meant is gone where no level is sliced, and rows in the order of their labels stay so if lists are in it too."""
    if len(label) > len(plan.index):
        raise InvalidArgumentError(f"{len(label)} labels for {len(plan.index)} levels of the index")
    levels = list(zip(plan.index_columns, label, strict=False))
    found = plan
    for name, part in levels:
        for condition in _conditions(plan, name, part):
            found = found.then(_filtered(condition))
    if _is_reordered(plan, levels):
        found = _ordered(found, levels)
    if any(isinstance(part, slice) for part in label):
        return found
    single = {name for name, part in levels if not isinstance(part, (list, range)) and not is_span(plan, name, part)}
    left = found.reindexed([level for level in found.index if level[0] not in single])
    return left.keep([name for name in left.columns if name not in single])


def of_level(plan: Plan, column: str, label: Any, drop: bool) -> Plan:
    """The rows of one label of one level, which they no longer have if ``drop``; runs to know that there are some."""
    [condition] = _conditions(plan, column, label)
    found = plan.then(_filtered(condition))
    if found.query.slice(0, 1).rows() == 0:
        raise LabelNotFoundError(f"no row has the label {label!r}")
    if not drop or is_span(plan, column, label):
        return found
    left = found.reindexed([level for level in found.index if level[0] != column])
    return left.keep([name for name in left.columns if name != column])


def _filtered(condition: Native) -> Callable[[_native.Query], _native.Query]:
    return lambda query: query.filter(condition)


def _conditions(plan: Plan, name: str, part: Any) -> list[Native]:
    """What a label of a level is, of which some are meant."""
    column, dtype = Native.column(name), plan.dtypes[name]
    if isinstance(part, (list, range)):
        spans = [label for label in part if is_part(dtype, label)]
        found = is_in(column, [exact(dtype, label) for label in part if label not in spans])
        for label in spans:
            found = found.binary("|", within(plan, name, str(label)))
        return [found]
    if not isinstance(part, slice):
        if is_part(dtype, part):
            return [within(plan, name, part)]
        return [column.binary("==", Native.literal(exact(dtype, part)))]
    if part.step is not None:
        raise UnsupportedError("loc: steps within a level; choose the rows by position, iloc[::2]")
    ends = ((part.start, from_label), (part.stop, to_label))
    return [make(plan, name, end) for end, make in ends if end is not None]


def _is_reordered(plan: Plan, levels: list[tuple[str, Any]]) -> bool:
    """Whether lists of labels say the order: always where the rows are in none, else if a list is in another; runs."""
    lists = [(name, list(part)) for name, part in levels if isinstance(part, (list, range)) and len(part) > 1]
    return any(not _is_sorted(plan, name, part) for name, part in lists) or (bool(lists) and not _in_order(plan))


def _is_sorted(plan: Plan, name: str, labels: list[Any]) -> bool:
    """Whether labels of a level are in its order."""
    categories = plan.query.categories(Native.column(name)) if plan.dtypes[name] == "category" else None
    if categories is not None:
        places = {label: at for at, label in enumerate(categories[0])}
        labels = [places[label] for label in labels if label in places]
    try:
        return all(not before > after for before, after in itertools.pairwise(labels))
    except TypeError:
        return False


def _in_order(plan: Plan) -> bool:
    """Whether the rows are in the order of their labels."""
    wrong = None
    for column in reversed(ranks(plan.query, [Native.column(name) for name in plan.index_columns])):
        before = window("lag", column, n=1)
        here = before.binary(">", column)
        wrong = here if wrong is None else here.binary("|", before.binary("==", column).binary("&", wrong))
    assert wrong is not None
    query = plan.query.with_columns([wrong.alias("\0wrong")]).filter(Native.column("\0wrong"))
    return query.slice(0, 1).rows() == 0


def _place(plan: Plan, name: str, labels: list[Any]) -> Native:
    """Where the label of a row stands in a list."""
    if any(is_part(plan.dtypes[name], label) for label in labels):
        return Native.case(
            [(_conditions(plan, name, label)[0], Native.literal(at)) for at, label in enumerate(labels)],
            Native.literal(len(labels)),
        )
    old = [exact(plan.dtypes[name], label) for label in labels]
    return Native.call("scalar", "map_values", [Native.column(name)], {"old": old, "new": list(range(len(old)))})


def _ordered(plan: Plan, levels: list[tuple[str, Any]]) -> Plan:
    """The rows by the places of their labels in the lists of the levels, the first level first."""
    places = []
    for name, part in levels:
        if isinstance(part, slice):
            if part == slice(None):
                continue
            # Its rows stay as they are, whatever the levels below it say.
            places.append(window("row_number"))
            break
        if isinstance(part, (list, range)):
            places.append(_place(plan, name, list(dict.fromkeys(part))))
    hidden = [f"\0place{at}" for at in range(len(places))]
    numbered = plan.with_columns(dict(zip(hidden, places, strict=True)))
    keys = [Native.column(name) for name in hidden]
    sorted_ = numbered.then(lambda query: query.sort(keys, [False] * len(keys), False))
    return sorted_.keep(plan.columns)
