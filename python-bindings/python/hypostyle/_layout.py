"""Where the partitions of rows end that a user cut himself, or that several files were read in. The engine joins small
partitions of what it has run; these stay as they were cut in all plans of the same rows, of rows that were chosen from them, and
of rows below each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypostyle import _native, _numpy
from hypostyle._calls import guarded
from hypostyle._cells import by_row
from hypostyle._plan import Plan, Scanned, all_rows
from hypostyle.errors import HypostyleError

#: What chooses rows of a query.
Step = Callable[[_native.Query], _native.Query]
#: The column of the numbers of partitions.
_PART = "\0part"


class Layout:
    """The numbers of rows of partitions, as far as they are known; stands as the token of a plan's rows. ``named``: see
    `Named`."""

    __slots__ = ("lengths", "named")

    def __init__(self, lengths: Sequence[int | None], named: bool = False) -> None:
        self.lengths, self.named = list(lengths), named

    def chosen(self, plan: Plan, step: Step) -> Chosen:
        """The token of some of a plan's rows."""
        return Chosen(plan, step)


class Named:
    """The token of rows that are values by name, as those of columns: ``df.mean().month`` is a value, not a function."""

    __slots__ = ()
    named = True


class Files:
    """The token of the rows of several files: they are in the partitions that the files are read in, a file or a part of a
    large one, also where they have been read and the engine joined small ones. How many rows are in each is counted when
    somebody asks for it."""

    __slots__ = ("_layout", "_query")

    def __init__(self, query: _native.Query) -> None:
        # A query of its own: when the rows have been read they are in other partitions.
        narrow = query.select([_native.Expr.column(name) for name in query.names()[:1]])
        self._query: _native.Query | None = narrow
        self._layout: Layout | None = None

    def chosen(self, plan: Plan, step: Step) -> Chosen:
        """The token of some of these rows."""
        return Chosen(plan, step)

    def is_known(self) -> bool:
        """Whether the rows have been counted."""
        return self._query is None

    def settle(self) -> Layout | None:
        """The partitions; none if the files are gone. Runs."""
        if self._query is not None:
            query = self._query
            like = _native.Query.from_columns([_PART], [_native.Column.from_values([], "int64")])

            def rows(part: _native.Query) -> _native.Query:
                return _native.Query.from_columns([_PART], [_native.Column.from_values([part.rows()], "int64")])

            try:
                counted = query.map_partitions("rows of partitions", guarded(rows), like).collect().lists([_PART])[0]
                self._layout = Layout(counted)
            except HypostyleError:
                # The files are gone.
                pass
            self._query = None
        return self._layout


class LargeFiles(Files, Scanned):
    """The token of the rows of several large files."""

    __slots__ = ()

    def some(self) -> Scanned:
        """The token of some of the rows."""
        return SomeOfLargeFiles()


class SomeOfLargeFiles(Scanned):
    """The token of rows that were chosen from those of several large files: nobody counts how many are in each."""

    __slots__ = ()

    def some(self) -> Scanned:
        """The token of some of the rows."""
        return SomeOfLargeFiles()


class Chosen:
    """The token of rows that were chosen from rows in partitions: where their order was kept, they are in the partitions
    that they came from. How many are in each is found when somebody asks for it."""

    __slots__ = ("_layout", "_plan", "_step")

    def __init__(self, plan: Plan, step: Step) -> None:
        self._plan: Plan | None = plan
        self._step = step
        self._layout: Layout | None = None

    def chosen(self, plan: Plan, step: Step) -> Chosen:
        """The token of some of these rows."""
        return Chosen(plan, step)

    def is_known(self) -> bool:
        """Whether the rows that these came from have been counted: nothing else has to be made to count these."""
        waiting: list[Plan] = [] if self._plan is None else [self._plan]
        while waiting and isinstance(before := waiting[-1].rows, Chosen):
            if before._plan is None:
                return True
            waiting.append(before._plan)
        return not waiting or _is_counted(waiting[-1].rows)

    def settle(self) -> Layout | None:
        """The partitions, without those that they came from; none if rows were put in another order. Runs."""
        waiting: list[Chosen] = [self]
        while waiting[-1]._plan is not None and isinstance(before := waiting[-1]._plan.rows, Chosen):
            waiting.append(before)
        # Not recursive: there may be many steps.
        for one in reversed(waiting):
            if one._plan is not None:
                one._layout = _counted(one._plan, one._step)
                one._plan = None
        return self._layout


class Below:
    """The token of rows that stand below each other, in the partitions of all."""

    __slots__ = ("_layout", "_plans")

    def __init__(self, plans: Sequence[Plan]) -> None:
        self._plans: Sequence[Plan] = tuple(plans)
        self._layout: Layout | None = None

    def chosen(self, plan: Plan, step: Step) -> Chosen:
        """The token of some of these rows."""
        return Chosen(plan, step)

    def is_known(self) -> bool:
        """Whether the rows of all have been counted."""
        return all(_is_counted(plan.rows) or plan.query.is_collected() for plan in self._plans)

    def settle(self) -> Layout | None:
        """The partitions, without those that they came from. Runs."""
        if self._layout is None:
            # What can be known without making the rows once more is.
            found = [None if plan.query.is_collected() else known_lengths(plan) for plan in self._plans]
            pairs = zip(found, self._plans, strict=True)
            self._layout = Layout([rows for known, plan in pairs for rows in (known or lengths_of(plan))])
            self._plans = ()
        return self._layout


def _is_counted(rows: object) -> bool:
    if isinstance(rows, Layout):
        return None not in rows.lengths
    return isinstance(rows, (Below, Chosen, Files)) and rows.is_known()


def _counted(plan: Plan, step: Step) -> Layout | None:
    """The partitions of what a step chooses of a plan's rows."""
    from hypostyle.series import Series

    lengths = known_lengths(plan)
    if lengths is None or step is all_rows:
        return None if lengths is None else Layout(lengths)
    numbers = _numpy.column_from_array(_numpy.np.repeat(_numpy.np.arange(len(lengths)), lengths))
    column = _native.Expr.column(_PART)
    chosen = step(plan.query.with_columns([by_row(numbers).alias(_PART)])).select([column])
    places = Series(Plan(chosen.collect().query()), column, None)
    if not places.is_monotonic_increasing:
        return None
    rows = places.value_counts(sort=False).to_dict()
    return Layout([rows.get(at, 0) for at in range(len(lengths))])


def is_scanned(plan: Plan) -> bool:
    """Whether the rows are those of several large files, or were chosen from them, and are not in memory."""
    return not plan.query.is_collected() and isinstance(_base(plan).rows, (LargeFiles, SomeOfLargeFiles))


def is_in_parts(plan: Plan) -> bool:
    """Whether the rows are, or came from, partitions that somebody cut."""
    return isinstance(plan.rows, (Below, Chosen, Files, Layout, SomeOfLargeFiles))


def with_layout(plan: Plan, layout: Layout | Below) -> Plan:
    """A plan whose rows have this layout."""
    plan.rows = layout
    return plan


def layout_of(plan: Plan) -> Layout | None:
    """The partitions as they were cut, if they were; may run."""
    found = plan.rows
    if isinstance(found, Files):
        layout = found.settle()
        # Other rows than were read mean that the files were written anew.
        changed = (
            layout is not None
            and plan.query.is_collected()
            and plan.query.rows() != sum(known for known in layout.lengths if known)
        )
        return None if changed else layout
    if isinstance(found, (Below, Chosen)):
        # Rows that are still to be made come in their partitions by themselves.
        found = found.settle() if found.is_known() or plan.query.is_collected() else None
    return found if isinstance(found, Layout) else None


def count_of(plan: Plan) -> int | None:
    """The number of partitions that were cut, if they were; may run."""
    if isinstance(plan.rows, (Below, Chosen)):
        plan.query.collect()
    layout = layout_of(plan)
    return None if layout is None else len(layout.lengths)


def known_lengths(plan: Plan) -> list[int] | None:
    """The number of rows of each partition that was cut, if it can be known; may run."""
    layout = layout_of(plan)
    if layout is None:
        return None
    lengths = [length for length in layout.lengths if length is not None]
    return lengths if len(lengths) == len(layout.lengths) else None


def lengths_of(plan: Plan) -> list[int]:
    """The number of rows of each partition; runs."""
    # Rows that are there are in other partitions than files had which have been written anew.
    rows = plan.query.collect().partition_rows()
    lengths = known_lengths(plan)
    return rows if lengths is None or sum(lengths) != sum(rows) else lengths


def ends_of(plan: Plan) -> list[int]:
    """Where each partition begins, and where the last one ends; runs."""
    ends = [0]
    for rows in lengths_of(plan):
        ends.append(ends[-1] + rows)
    return ends if len(ends) > 1 else [0, 0]


def is_cut(plan: Plan) -> bool:
    """Whether the partitions are those that somebody cut, and it is known where they end, or can be seen; may run."""
    collected = plan.query.is_collected()
    if not collected and isinstance(_base(plan).rows, Files):
        # They come in their partitions by themselves, and need not all be in memory.
        return False
    layout = layout_of(plan)
    return layout is not None and (None not in layout.lengths or collected)


def _base(plan: Plan) -> Plan:
    """The plan of the rows that these were chosen from, as far as it is still known."""
    while isinstance(plan.rows, Chosen) and plan.rows._plan is not None:
        plan = plan.rows._plan
    return plan


def of_parts(name: str, count: int, make: Callable[[int], _native.Query], like: _native.Query) -> _native.Query:
    """A query of partitions that a function makes by their numbers, when rows are looked at, each on any thread."""
    number = "number"
    numbers = _native.Query.from_columns([number], [_native.Column.from_values(list(range(count)), "int64")])

    def call(query: _native.Query) -> _native.Query:
        [at] = query.collect().lists([number])[0]
        return make(at)

    return numbers.collect().repartition(count).map_partitions(name, guarded(call), like)


def whole(query: _native.Query, layout: Layout, at: int) -> _native.Query:
    """What was made for a partition as one partition, whose length is noted."""
    table = query.collect()
    layout.lengths[at] = table.rows()
    return table.query() if len(table.partition_rows()) < 2 else table.repartition(1)
