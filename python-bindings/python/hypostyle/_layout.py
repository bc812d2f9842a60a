"""Where the partitions of rows end that a user cut himself. The engine joins small partitions of what it has run; these stay
as they were cut in all plans of the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypostyle import _native
from hypostyle._plan import Plan


class Layout:
    """The numbers of rows of partitions, as far as they are known; stands as the token of a plan's rows."""

    __slots__ = ("lengths",)

    def __init__(self, lengths: Sequence[int | None]) -> None:
        self.lengths = list(lengths)


def with_layout(plan: Plan, layout: Layout) -> Plan:
    """A plan whose rows have this layout."""
    plan.rows = layout
    return plan


def count_of(plan: Plan) -> int | None:
    """The number of partitions that were cut, if they were."""
    return len(plan.rows.lengths) if isinstance(plan.rows, Layout) else None


def lengths_of(plan: Plan) -> list[int]:
    """The number of rows of each partition; runs."""
    rows = plan.query.collect().partition_rows()
    if not isinstance(plan.rows, Layout):
        return rows
    lengths = [length for length in plan.rows.lengths if length is not None]
    return lengths if len(lengths) == len(plan.rows.lengths) and sum(lengths) == sum(rows) else rows


def ends_of(plan: Plan) -> list[int]:
    """Where each partition begins, and where the last one ends; runs."""
    ends = [0]
    for rows in lengths_of(plan):
        ends.append(ends[-1] + rows)
    return ends if len(ends) > 1 else [0, 0]


def is_cut(plan: Plan) -> bool:
    """Whether the partitions are those that somebody cut, and it is known where they end, or can be seen."""
    if not isinstance(plan.rows, Layout):
        return False
    return None not in plan.rows.lengths or plan.query.is_collected()


def of_parts(name: str, count: int, make: Callable[[int], _native.Query], like: _native.Query) -> _native.Query:
    """A query of partitions that a function makes by their numbers, when rows are looked at, each on any thread."""
    number = "number"
    numbers = _native.Query.from_columns([number], [_native.Column.from_values(list(range(count)), "int64")])

    def call(query: _native.Query) -> _native.Query:
        [at] = query.collect().lists([number])[0]
        return make(at)

    return numbers.collect().repartition(count).map_partitions(name, call, like)


def whole(query: _native.Query, layout: Layout, at: int) -> _native.Query:
    """What was made for a partition as one partition, whose length is noted."""
    table = query.collect()
    layout.lengths[at] = table.rows()
    return table.query() if len(table.partition_rows()) < 2 else table.repartition(1)
