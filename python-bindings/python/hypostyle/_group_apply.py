"""What a Python function gives for each group, put together as pandas does."""

from __future__ import annotations

from typing import Any

from hypostyle import _index, _native
from hypostyle._columns import of_values, ours
from hypostyle._groups import PLACE, Keys
from hypostyle._labels import column_name, same_labels
from hypostyle._lookup import taken
from hypostyle._plan import Level, Plan
from hypostyle._rows import Row, row_of_values
from hypostyle._windows import literal
from hypostyle.errors import DataTypeError, UnsupportedError
from hypostyle.index import Index

Native = _native.Expr
Results = list[tuple[tuple, Any]]


class Combined:
    """The results of groups: the keys' names, the frame's plan, and how the results become one."""

    __slots__ = (
        "_as_index",
        "_categories",
        "_group_keys",
        "_keys",
        "_labels",
        "_name",
        "_numbered",
        "_plan",
        "_single",
    )

    def __init__(
        self, plan: Plan, keys: Keys, name: str | None, single: bool, as_index: bool, group_keys: bool
    ) -> None:
        self._plan, self._numbered, self._name = plan.numbered(), plan.is_numbered, name
        self._keys, self._labels = keys, [label for label, _ in keys]
        self._categories = [plan.query.categories(expr) for _, expr in keys]
        self._single, self._as_index, self._group_keys = single, as_index, group_keys

    def of(self, results: Results, parts: list[_native.Query], columns: list[str]) -> Any:
        """Values become a series, series of equal labels rows, other series and frames are put one below the other: the
        keys before the labels of their rows, or with ``group_keys=False`` and ``as_index=False`` the labels alone; rows
        that are the groups' own go back to their places. ``parts`` are the groups, of these columns."""
        if not results:
            return self._without_rows(columns)
        results = [(key, _ours(value)) for key, value in results]
        if self._single and isinstance(results[0][1], dict):
            results = _as_series(results)
        if any(isinstance(value, Row) for _, value in results):
            given = [(key, _row(value)) for key, value in results if value is not None]
            if all(row is not None for _, row in given):
                # A group that the function gives nothing of has a row without values.
                nothing = Row((), (), None)
                return self._of_rows([(key, nothing if value is None else _row(value)) for key, value in results])
        if not self._single and all(value is None for _, value in results):
            # Of a function that gives nothing for any group there is no row.
            from hypostyle.frame import DataFrame

            return DataFrame._of(self._plan.keep(columns)).iloc[:0].reset_index(drop=True)
        if not any(hasattr(value, "_plan") for _, value in results):
            return self._values(results)
        kept = [(key, value, part) for (key, value), part in zip(results, parts, strict=True) if value is not None]
        if any(not hasattr(value, "_plan") for _, value, _ in kept):
            raise DataTypeError(
                "apply: the function gives frames or series for some groups, and single values for others"
            )
        everywhere = results
        results, parts = [(key, value) for key, value, _ in kept], [part for _, _, part in kept]
        series = all(hasattr(value, "_native") for _, value in results)
        if series and not self._single and _all_alike([value for _, value in results]):
            return self._as_rows(everywhere)
        return self._below(results, parts, series)

    def _without_rows(self, columns: list[str]) -> Any:
        """Without a group nobody knows what the function gives: what a group would be, as in pandas."""
        from hypostyle.frame import DataFrame
        from hypostyle.series import Series

        plan = self._plan
        levels: list[Level] = [] if self._numbered else list(plan.index)
        keys = [Native.column(name) for name, _ in levels]
        if self._group_keys and (self._as_index or self._single):
            levels = _index.level_columns(self._labels, columns)
            keys = [expr.alias(name) for (_, expr), (name, _) in zip(self._keys, levels, strict=True)]
        held = plan.query.slice(0, 0).select([*keys, *(plan.column(name).alias(name) for name in columns)])
        if self._single:
            return Series(Plan(held, levels), Native.column(columns[0]), self._name)
        return DataFrame._of(Plan(held, levels, axis=plan.axis))

    def _values(self, results: Results) -> Any:
        from hypostyle.series import VALUE, Series

        index: list[Level] = _index.level_columns(self._labels, [VALUE])
        columns = _key_columns(results)
        columns.append(of_values([value for _, value in results]))
        query = _native.Query.from_columns([*(column for column, _ in index), VALUE], columns)
        query = self._with_categories(query, [column for column, _ in index])
        found = Series(Plan(query, index), Native.column(VALUE), self._name)
        if self._as_index:
            return found
        made = found.reset_index()
        # Values that have no name stand in a column without one.
        return made if self._name is not None else made.set_axis([*made.columns[:-1], None], axis=1)

    def _with_categories(self, query: _native.Query, columns: list[str]) -> _native.Query:
        """Keys that were categories as categories again."""
        back = [
            Native.column(name).cast("string").cast_categories(*known, "strict").alias(name)
            for name, known in zip(columns, self._categories, strict=False)
            if known is not None
        ]
        return query.with_columns(back) if back else query

    def _as_rows(self, results: Results) -> Any:
        """A row for each group, with a column for each label; without values for a group that the function gives nothing
        of."""
        labels = next(value for _, value in results if value is not None).index
        names = [column_name(label) for label in labels.to_list()]
        titles = {None if value is None else value.name for _, value in results}
        # The labels have the name that they had, or that of all series.
        axis = labels.names if any(name is not None for name in labels.names) or len(titles) > 1 else list(titles)
        return self._table(
            results, names, [[None] * len(names) if value is None else value.to_list() for _, value in results], axis
        )

    def _of_rows(self, results: Results) -> Any:
        """A row for each group that the function gives a row of, such as ``group.iloc[0]``."""
        labels = list(dict.fromkeys(label for _, row in results for label in row.keys()))  # noqa: SIM118
        titles = {row.name for _, row in results}
        cells = [[row.get(label) for label in labels] for _, row in results]
        names = [column_name(label) for label in labels]
        return self._table(results, names, cells, list(titles) if len(titles) == 1 else self._plan.axis)

    def _table(self, results: Results, names: list[str], rows: list[list[Any]], axis: Any) -> Any:
        """A row of cells for each group."""
        from hypostyle.frame import DataFrame

        cells = zip(*rows, strict=True)
        nameless = "index" if len(self._labels) == 1 and "index" not in names else "level_{}"
        labels = self._labels if self._as_index else [one or nameless.format(at) for at, one in enumerate(self._labels)]
        levels = _index.level_columns(labels, names)
        parts = [*_key_columns(results), *(_native.Column.from_values(list(part), None, True) for part in cells)]
        query = _native.Query.from_columns([*(column for column, _ in levels), *names], parts)
        query = self._with_categories(query, [column for column, _ in levels])
        return DataFrame._of(Plan(query, levels if self._as_index else ()).titled(axis))

    def _below(self, results: Results, parts: list[_native.Query], series: bool) -> Any:
        from hypostyle._reshape import numbered
        from hypostyle.frame import DataFrame
        from hypostyle.series import VALUE, Series

        plans = [_plan_of(value, self._name) for _, value in results]
        titles = {value.name for _, value in results} if series else set()
        title = self._name if self._single else titles.pop() if len(titles) == 1 else None
        own = [numbered(plan) for plan in plans]
        # A level has a name if it has the same one everywhere.
        names = [{label for _, label in level} for level in zip(*(plan.index for plan in own), strict=False)]
        inner = [found.pop() if len(found) == 1 else None for found in names]
        if any(len(plan.index) != len(inner) for plan in own):
            raise UnsupportedError("apply: the results have different numbers of index levels; reset_index them")
        keys = self._labels if self._group_keys and self._as_index else []
        made = [_marked(plan, key if keys else ()) for (key, _), plan in zip(results, own, strict=True)]
        query = _native.Query.concat([plan.query for plan in made], "outer")
        query = self._with_categories(query, [f"\1{at}" for at in range(len(keys))])
        columns = [name for name in query.names() if not name.startswith("\1")]
        levels = _index.level_columns([*keys, *inner], columns)
        apart = self._group_keys or (series and not self._single)
        if not apart and (places := self._places(plans, parts)) is not None:
            query = self._in_place(_native.Query.concat([query, places], "columns"), len(inner))
            complete = query.rows() == self._plan.query.rows()
            if complete and self._numbered:
                levels = []
        exprs = [Native.column(f"\1{at}").alias(name) for at, (name, _) in enumerate(levels)]
        axes = {plan.axis for plan in plans}
        axis = axes.pop() if len(axes) == 1 else None
        plan = Plan(query.select([*exprs, *(Native.column(name) for name in columns)]), levels, axis=axis)
        return Series(plan, Native.column(VALUE), title) if series else DataFrame._of(plan)

    def _in_place(self, query: _native.Query, depth: int) -> _native.Query:
        """Rows in the order of the frame; where labels are repeated, as pandas has it, all of a label where it comes first."""
        placed = query.sort([Native.column(PLACE)], [False], False)
        if self._numbered or Index(self._plan).is_unique:
            return placed
        names = [f"\1{at}" for at in range(depth)]
        here, wanted = (list(zip(*one.collect().lists(names), strict=True)) for one in (query, placed))
        if here == wanted:
            return placed
        rank = {label: at for at, label in reversed(list(enumerate(wanted)))}
        return taken(sorted(range(len(here)), key=lambda at: rank[here[at]]))(query)

    def _places(self, plans: list[Plan], parts: list[_native.Query]) -> _native.Query | None:
        """Where each row of the results stood in the frame, if each result has just its group's rows."""
        index = self._plan.index
        for plan, part in zip(plans, parts, strict=True):
            group = Plan(part, index)
            if not same_labels(plan if plan.index else Plan(plan.query), group):
                return None
        return _native.Query.concat([part.select([Native.column(PLACE)]) for part in parts], "outer")


def _ours(value: Any) -> Any:
    """What a function gave as one of ours; a series of pandas of values that no column holds side by side is a row."""
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if hasattr(value, "iloc") and kind == "O":
        made = row_of_values(value.to_dict(), None, value.name) if value.index.is_unique else None
        if made is not None:
            return made
    return ours(value)


def _plan_of(value: Any, name: str | None) -> Plan:
    """The rows of a result; a series' values have the name of its own kind of column."""
    return value._framed() if hasattr(value, "_native") else value._plan


def _row(value: Any) -> Row | None:
    """A row as such; where all of its values are of one kind it is a series."""
    if isinstance(value, Row) or not hasattr(value, "_native"):
        return value if isinstance(value, Row) else None
    return Row(tuple(value.index.to_list()), tuple(value.to_list()), value.name)


def _marked(plan: Plan, key: tuple) -> Plan:
    """The plan with the key and its own labels under names that no column has."""
    exprs = {f"\1{at}": literal(cell) for at, cell in enumerate(key)}
    exprs.update({f"\1{len(key) + at}": Native.column(column) for at, (column, _) in enumerate(plan.index)})
    exprs.update({name: Native.column(name) for name in plan.columns})
    return plan.project(exprs, ())


def _as_series(results: Results) -> Results:
    """Mappings as series with a value for each key that one of them has."""
    from hypostyle.series import Series

    labels = list(dict.fromkeys(label for _, value in results for label in value or ()))
    return [(key, Series([(value or {}).get(label) for label in labels], index=labels)) for key, value in results]


def _key_columns(results: Results) -> list[_native.Column]:
    parts = zip(*[key for key, _ in results], strict=True)
    return [_native.Column.from_values(list(part), None, True) for part in parts]


def _all_alike(values: list[Any]) -> bool:
    """Whether all series have the same labels."""
    first = values[0]._framed()
    return all(same_labels(first, value._framed()) for value in values[1:])
