"""What a frame is made of: a query, which of its columns act as the index, and where its rows come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hypostyle import _native
from hypostyle.errors import InvalidArgumentError
from hypostyle.expr import BoundExpression, Expr, native_value

#: A column that acts as an index level, and the level's name (the column has a name even where the level has none).
Level = tuple[str, "str | None"]


class Plan:
    """A query with its index. Immutable; verbs return new plans.

    Plans made of one another row by row share ``rows``, and ``ids`` tells which of their columns are the same. So a
    series of ``df`` can be used on ``df.assign(...)``, whose rows are the same ones.
    """

    __slots__ = ("ids", "index", "query", "rows")

    def __init__(
        self,
        query: _native.Query,
        index: Iterable[Level] = (),
        rows: object = None,
        ids: Mapping[str, object] | None = None,
    ) -> None:
        self.query = query
        self.index = tuple(index)
        self.rows = object() if rows is None else rows
        self.ids = ids

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

    # Verbs that keep the rows.

    def project(self, exprs: Mapping[str, _native.Expr], index: Iterable[Level] | None = None) -> Plan:
        """These expressions only, under their names."""
        names = self.names
        ids: dict[str, object] = {}
        for name, expr in exprs.items():
            source = expr.as_column()
            ids[name] = self.id_of(source) if source in names else object()
        query = self.query.select([expr.alias(name) for name, expr in exprs.items()])
        return Plan(query, self.index if index is None else index, self.rows, ids)

    def keep(self, columns: Iterable[str]) -> Plan:
        """The index and these columns, in this order."""
        return self.project({name: _native.Expr.column(name) for name in [*self.index_columns, *columns]})

    def with_columns(self, exprs: Mapping[str, _native.Expr]) -> Plan:
        """All columns, and these."""
        if not exprs:
            return self
        query = self.query.with_columns([expr.alias(name) for name, expr in exprs.items()])
        ids = {name: self.id_of(name) for name in self.names}
        ids.update((name, object()) for name in exprs)
        return Plan(query, self.index, self.rows, ids)

    def rename(self, names: Mapping[str, str]) -> Plan:
        ids = {names.get(name, name): self.id_of(name) for name in self.names}
        index = [(names.get(column, column), label) for column, label in self.index]
        return Plan(self.query.rename(dict(names)), index, self.rows, ids)

    def reindexed(self, index: Iterable[Level]) -> Plan:
        """The same rows with other columns as the index."""
        return Plan(self.query, index, self.rows, self.ids)

    # Verbs that change the rows.

    def then(self, query: _native.Query) -> Plan:
        """Other rows of the same columns."""
        return Plan(query, self.index)

    # Expressions over this plan.

    def expr(self, value: Any) -> _native.Expr:
        """The expression of a series of these rows, of an expression, or of a constant."""
        if isinstance(value, BoundExpression):
            return self.adopt(value._plan, value._native)
        if isinstance(value, Expr):
            return value._native
        return native_value(value)

    def selected(self, value: Any) -> tuple[str, _native.Expr]:
        """A name and an expression, of a column's name, a series or an expression."""
        if isinstance(value, str):
            return value, self.column(value)
        expr = self.expr(value)
        name = value.name if isinstance(value, (BoundExpression, Expr)) else expr.output_name()
        return name if name is not None else expr.output_name(), expr

    def column(self, name: str) -> _native.Expr:
        """A column that exists."""
        self.query.check(name)
        return _native.Expr.column(name)

    def adopt(self, plan: Plan, expr: _native.Expr) -> _native.Expr:
        """An expression over another plan of the same rows, over this one."""
        if plan.query is self.query:
            return expr
        if plan.rows is not self.rows:
            raise InvalidArgumentError(
                "a series of another frame: rows are not matched by position or by index; "
                "merge the frames on a key first"
            )
        here = {self.id_of(name): name for name in self.names}
        renamed = {}
        for name in expr.columns():
            found = here.get(plan.id_of(name))
            if found is None:
                raise InvalidArgumentError(
                    f"the series reads the column {name!r} as it was; this frame has no longer that column. "
                    "Make the series from this frame"
                )
            renamed[name] = found
        return expr.rename(renamed)
