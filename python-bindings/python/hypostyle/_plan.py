"""What a frame is made of: a query, which of its columns act as the index, and where its rows come from."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from hypostyle import _native
from hypostyle._cells import by_row
from hypostyle.errors import DuplicateColumnError, HypostyleError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression, Expr, native_value

#: A column that acts as an index level, and the level's name (the column has a name even where the level has none).
Level = tuple[str, "str | None"]

#: The column of labels that are, or were, numbers of rows.
NUMBERS = "__row_label__"


class Made:
    """What a computed column was made of, so that it can be computed again where the column itself is not there."""

    __slots__ = ("expr", "plan")

    def __init__(self, plan: Plan, expr: _native.Expr) -> None:
        self.plan: Plan | None = plan
        self.expr = expr


class Source:
    """Where the labels of rows that were chosen come from: other plans, and what was done with their rows."""

    __slots__ = ("parents", "step")

    def __init__(self, parents: Sequence[Plan], step: Callable[[list[Plan]], Plan]) -> None:
        self.parents, self.step = tuple(parents), step


class Unlabelled:
    """The token of rows that are a list of values, as pandas' DatetimeIndex is: beside other rows they stand in order."""

    __slots__ = ()


class Scanned:
    """The token of the rows of large files, while they have not been read into memory. To find the labels of rows that were
    chosen of them, all rows before these would have to be counted, in files that may be many times larger than memory: so
    they have none, and are numbered anew where they are shown."""

    __slots__ = ()

    def some(self) -> Scanned:
        """The token of some of the rows."""
        return Scanned()


def all_rows(query: _native.Query) -> _native.Query:
    """The choice of all rows."""
    return query


class Plan:
    """A query with its index. Immutable; verbs return new plans.

    Plans of the same rows share the token ``rows``; a plan of some of another's rows has the other's token among its
    ``origins``; ``ids`` tells which of their columns are the same. So a series of ``df`` can be used on
    ``df.assign(...)`` and on ``df[mask]``: each row's value is found in the row itself.

    Without an index the labels of rows are their numbers. Rows that were chosen or put in order keep the labels they had;
    these are not in the query, and cost nothing, until somebody looks at them: ``source`` tells how `labelled` finds them.

    ``axis`` is the name of each level of the columns' labels, if there are names; labels that are no text are known from
    the names of the columns themselves (`_column_labels`).
    """

    __slots__ = ("_labelled", "axis", "ids", "index", "origins", "query", "rows", "source")

    def __init__(
        self,
        query: _native.Query,
        index: Iterable[Level] = (),
        rows: object = None,
        ids: Mapping[str, object] | None = None,
        origins: frozenset[object] = frozenset(),
        source: Source | None = None,
        axis: tuple[Any, ...] | None = None,
    ) -> None:
        if query.is_deep():
            # Many steps, as of a loop, are run once. What is wrong with them is told when somebody looks.
            with contextlib.suppress(HypostyleError):
                query.collect()
        self.query = query
        self.index = tuple(index)
        self.rows = object() if rows is None else rows
        self.ids = ids
        self.origins = origins
        self.source = None if self.index else source
        self.axis = axis
        self._labelled: Plan | None = None

    @property
    def names(self) -> list[str]:
        """All columns, those of the index too."""
        return self.query.names()

    @property
    def index_columns(self) -> list[str]:
        return [column for column, _ in self.index]

    @property
    def columns(self) -> list[str]:
        """The columns beside the index."""
        index = self.index_columns
        return [name for name in self.names if name not in index] if index else self.names

    @property
    def dtypes(self) -> dict[str, str]:
        return dict(zip(self.names, self.query.dtypes(), strict=True))

    def id_of(self, name: str) -> object:
        return (self.rows, name) if self.ids is None else self.ids[name]

    def titled(self, axis: Iterable[Any] | None) -> Plan:
        """The same with other names of the levels of the columns' labels."""
        names = None if axis is None else tuple(axis)
        names = None if names is None or all(name is None for name in names) else names
        if names == self.axis:
            return self
        return Plan(self.query, self.index, self.rows, self.ids, self.origins, self.source, names)

    # Verbs that keep the rows.

    def project(self, exprs: Mapping[str, _native.Expr], index: Iterable[Level] | None = None) -> Plan:
        """These expressions only, under their names."""
        names = self.names
        ids: dict[str, object] = {}
        for name, expr in exprs.items():
            source = expr.as_column()
            ids[name] = self.id_of(source) if source in names else Made(self, expr)
        query = self.query.select([expr.alias(name) for name, expr in exprs.items()])
        known = self._from_here(lambda plan: plan.project({**plan._levels(), **exprs})) if index is None else None
        return Plan(query, self.index if index is None else index, self.rows, ids, self.origins, known, self.axis)

    def keep(self, columns: Iterable[str]) -> Plan:
        """The index and these columns, in this order."""
        names = [*self.index_columns, *columns]
        exprs = {name: _native.Expr.column(name) for name in names}
        if len(exprs) < len(names):
            twice = next(name for at, name in enumerate(names) if name in names[:at])
            raise DuplicateColumnError(f"the column {twice!r} is chosen twice; columns have different names")
        return self.project(exprs)

    def with_columns(self, exprs: Mapping[str, _native.Expr]) -> Plan:
        """All columns, and these."""
        if not exprs:
            return self
        query = self.query.with_columns([expr.alias(name) for name, expr in exprs.items()])
        ids = {name: self.id_of(name) for name in self.names}
        ids.update((name, Made(self, expr)) for name, expr in exprs.items())
        source = self._from_here(lambda plan: plan.with_columns(exprs))
        return Plan(query, self.index, self.rows, ids, self.origins, source, self.axis)

    def rename(self, names: Mapping[str, str]) -> Plan:
        ids = {names.get(name, name): self.id_of(name) for name in self.names}
        index = [(names.get(column, column), label) for column, label in self.index]
        source = self._from_here(lambda plan: plan.rename(names))
        return Plan(self.query.rename(dict(names)), index, self.rows, ids, self.origins, source, self.axis)

    def with_free(self, names: Iterable[str]) -> Plan:
        """The same, where columns that act as the index have none of these names; the levels keep theirs."""
        wanted, taken = set(names), self.names
        if not wanted.intersection(self.index_columns):
            return self
        hidden = (f"__index_level_{number}__" for number in itertools.count())
        free = (name for name in hidden if name not in taken and name not in wanted)
        return self.rename({column: next(free) for column in self.index_columns if column in wanted})

    def reindexed(self, index: Iterable[Level]) -> Plan:
        """The same rows with other columns as the index; without any, the labels are the numbers of the rows."""
        return Plan(self.query, index, self.rows, self.ids, self.origins, None, self.axis)

    def relabelled(self) -> Plan:
        """These rows, whose labels are others now: beside the rows that they were they are matched by label."""
        return Plan(self.query, self.index, self.token(all_rows), axis=self.axis)

    def collected(self) -> Plan:
        """The same rows and columns, without what made them; runs."""
        for made in (self.ids or {}).values():
            if isinstance(made, Made):
                made.plan = None  # what it was made of need not stay in memory
        settle = getattr(self.rows, "settle", None)
        if settle is not None and self.rows.is_known():  # type: ignore[attr-defined]
            settle()
        query = self.query.collect().query()
        return Plan(query, self.index, self.rows, self.ids, self.origins, self.source, self.axis)

    def beside(self, query: _native.Query, ids: Mapping[str, object]) -> Plan:
        """The same rows with other columns, those of the index among them."""

        def step(plan: Plan) -> Plan:
            labels = plan.query.select([_native.Expr.column(name) for name in plan.index_columns])
            return Plan(_native.Query.concat([labels, query], "columns"), plan.index)

        return Plan(query, self.index, self.rows, ids, self.origins, self._from_here(step), self.axis)

    # Verbs that change the rows.

    def then(self, step: Callable[[_native.Query], _native.Query]) -> Plan:
        """Some of these rows, in some order, with the same columns and their labels: ``step`` chooses them of this query,
        and of one that has the labels beside."""
        ids = {name: self.id_of(name) for name in self.names}
        scanned = isinstance(self.rows, Scanned) and not self.query.is_collected()
        source = None if self.index or scanned else Source([self], lambda plans: plans[0].then(step))
        origins = self.origins | {self.rows}
        return Plan(step(self.query), self.index, self.token(step), ids, origins, source, self.axis)

    def token(self, step: Callable[[_native.Query], _native.Query]) -> object:
        """The token of some of these rows: it knows what is known of the partitions that these are in."""
        if isinstance(self.rows, Scanned) and not self.query.is_collected():
            return self.rows.some()
        chosen = getattr(self.rows, "chosen", None)
        return None if chosen is None else chosen(self, step)

    def anew(self, query: _native.Query) -> Plan:
        """Some of these rows, in some order, whose labels are those of the index, or else their numbers."""
        ids = {name: self.id_of(name) for name in self.names}
        return Plan(query, self.index, None, ids, self.origins | {self.rows}, None, self.axis)

    def head(self, rows: int) -> Plan:
        """The first rows. Where the labels are numbers of rows, they stay so."""
        made = self.then(lambda query: query.slice(0, rows))
        return self.anew(made.query) if self.is_numbered else made

    # Labels.

    @property
    def is_numbered(self) -> bool:
        """Whether the labels of the rows are their numbers, from 0."""
        return not self.index and self.source is None

    @property
    def is_unknown(self) -> bool:
        """Whether the labels of the rows are not known: they were chosen of large files (`Scanned`)."""
        return self.is_numbered and bool(self.origins) and isinstance(self.rows, Scanned)

    def known(self, verb: str) -> Plan:
        """The same rows, where their labels are known; else an error."""
        if self.is_unknown:
            raise UnsupportedError(
                f"{verb}: the rows were chosen of a large file that was not read into memory, and have no labels; choose "
                "them by a condition, set_index first, or compute() the frame before rows are chosen"
            )
        return self

    def _levels(self) -> dict[str, _native.Expr]:
        """The columns that act as the index, as they are."""
        return {name: _native.Expr.column(name) for name in self.index_columns}

    def _from_here(self, step: Callable[[Plan], Plan]) -> Source | None:
        """The source of a plan of the same rows."""
        return None if self.source is None else Source([self], lambda plans: step(plans[0]))

    def labelled(self) -> Plan:
        """The same rows with their labels as an index. Labels that are the numbers of the rows stay without."""
        if self.is_numbered or self.index:
            return self
        # Not recursive: there may be thousands of steps.
        waiting = [self]
        while waiting:
            plan = waiting[-1]
            if plan._labelled is not None or plan.source is None:
                waiting.pop()
                continue
            missing = [one for one in plan.source.parents if one.source is not None and one._labelled is None]
            if missing:
                waiting.extend(missing)
            else:
                plan._labelled = plan._with_labels()
        assert self._labelled is not None
        return self._labelled

    def _with_labels(self) -> Plan:
        assert self.source is not None
        made = self.source.step([one._labelled or one.numbered() for one in self.source.parents])
        query = made.query
        if self.query.is_collected():
            # The rows are there: the labels alone are found, once.
            labels = query.select([_native.Expr.column(name) for name in made.index_columns]).collect().query()
            query = _native.Query.concat([labels, self.query], "columns") if self.names else labels
        ids = {**dict.fromkeys(made.index_columns, object()), **{name: self.id_of(name) for name in self.names}}
        return Plan(query, made.index, self.rows, ids, self.origins, None, self.axis)

    def without_numbers(self) -> Plan:
        """The plan without an index whose labels are numbers of rows, which files do not have unless it is asked for."""
        if self.index != ((NUMBERS, None),):
            return self
        return self.reindexed(()).keep([name for name in self.names if name != NUMBERS])

    def numbered(self) -> Plan:
        """The same rows with an index in any case, also where the labels are their numbers."""
        if not self.is_numbered:
            return self.labelled()
        if self.query.is_collected():
            # Counting the rows of a table is cheaper than a window over them.
            table = self.query.collect().with_row_number(NUMBERS)
            ids = {NUMBERS: object(), **{name: self.id_of(name) for name in self.names}}
            return Plan(table, [(NUMBERS, None)], self.rows, ids, self.origins, None, self.axis)
        number = _native.Expr.call("window", "row_number", []).binary("-", _native.Expr.literal(1)).cast("int64")
        return self.with_columns({NUMBERS: number}).reindexed([(NUMBERS, None)])

    def shown(self) -> Plan:
        """The same rows with their labels, for somebody who looks at both; runs. The result is this plan's, too."""
        plan = self.labelled()
        if plan is not self and not self.query.is_collected():
            plan.query.collect()
            self.query = plan.query.select([_native.Expr.column(name) for name in self.names])
        return plan

    # Expressions over this plan.

    def expr(self, value: Any, same_rows: bool = False) -> _native.Expr:
        """The expression of a series, of an expression, or of a constant. The series is one of these rows, or of more
        rows that these are some of; with ``same_rows`` only the former. A series of pandas is taken as one of ours."""
        if type(value).__name__ in ("Series", "Index") and not isinstance(value, BoundExpression):
            from hypostyle._columns import operand

            value = operand(value)
        if isinstance(value, BoundExpression):
            try:
                return self.adopt(value._plan, value._native, same_rows)
            except InvalidArgumentError:
                from hypostyle._columns import column, matched

                if not hasattr(value, "iloc"):
                    raise
                if value._plan.rows is self.rows:
                    # A column that was replaced since: its values as they were, row by row.
                    return by_row(column(value, False))
                found = matched(self, value)
                if found is None:
                    raise
                return found
        if isinstance(value, Expr):
            return value._native
        return native_value(value)

    def beside_each(self, value: Any) -> _native.Expr:
        """The expression of what stands beside each row: of a series the value of its label, if there is one."""
        from hypostyle._columns import operand

        value = operand(value)
        try:
            return self.expr(value)
        except InvalidArgumentError:
            from hypostyle._columns import matched

            found = matched(self, value, True, True) if hasattr(value, "iloc") else None
            if found is None:
                raise
            return found

    def selected(self, value: Any) -> tuple[str, _native.Expr]:
        """A name and an expression, of a column's name, a series or an expression."""
        if isinstance(value, str):
            return value, self.column(value)
        expr = self.expr(value)
        name = getattr(value, "_name", value.name) if isinstance(value, (BoundExpression, Expr)) else expr.output_name()
        return name if name is not None else expr.output_name(), expr

    def column(self, name: str) -> _native.Expr:
        """A column that exists."""
        self.query.check(name)
        return _native.Expr.column(name)

    def with_room(self, value: Any) -> Plan:
        """This plan, or one with the same columns that a series (or the columns of a frame) of the same rows can be used
        on though it reads others: those come last, under names that no user's column has."""
        other = getattr(value, "_plan", None)
        if other is None or other.query is self.query or other.rows is not self.rows:
            return self
        used = value._native.columns() if isinstance(value, BoundExpression) else other.columns
        try:
            for name in used:
                self.adopt(other, _native.Expr.column(name), True)
            return self
        except InvalidArgumentError:
            pass
        try:
            own = {name: other.adopt(self, _native.Expr.column(name), True) for name in self.names}
        except InvalidArgumentError:
            return self
        hidden = {f"\0{i}": _native.Expr.column(name) for i, name in enumerate(other.names)}
        made = other.project({**own, **hidden}, self.index)
        ids = {**(made.ids or {}), **{name: self.id_of(name) for name in self.names}}
        room = self.beside(made.query, ids)
        room.origins |= other.origins
        return room

    def adopt(self, plan: Plan, expr: _native.Expr, same_rows: bool) -> _native.Expr:
        """An expression over another plan, over this one."""
        if plan.query is self.query:
            return expr
        if plan.rows is not self.rows and (same_rows or plan.rows not in self.origins):
            raise InvalidArgumentError(
                "a series of another frame, whose labels are not those of these rows: reindex it, or merge the frames "
                "on a key"
            )
        if plan.rows is not self.rows and expr.has_window():
            raise InvalidArgumentError(
                "the series goes by the rows around each row, and this frame has only some of them; "
                "make it a column first, with assign"
            )
        here = {self.id_of(name): name for name in self.names}
        renamed, computed = {}, {}
        for name in expr.columns():
            identity = plan.id_of(name)
            found = here.get(identity)
            if found is not None:
                renamed[name] = found
            elif isinstance(identity, Made) and identity.plan is not None:
                computed[name] = self.adopt(identity.plan, identity.expr, same_rows)
            else:
                raise InvalidArgumentError(
                    f"the series reads the column {name!r} as it was; this frame has no longer that column. "
                    "Make the series from this frame"
                )
        return expr.replaced({**{old: _native.Expr.column(new) for old, new in renamed.items()}, **computed})
