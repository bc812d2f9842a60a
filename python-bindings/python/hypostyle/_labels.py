"""Labels of rows and names of columns as they are given: lists, tuples, arrays, an Index of one or several levels."""

from __future__ import annotations

from collections.abc import Iterator, KeysView, Sequence, ValuesView
from typing import Any

from hypostyle import _index, _native, _numpy
from hypostyle._column_labels import is_label, name_of
from hypostyle._dtypes import is_number as is_numeric
from hypostyle._plan import Plan, all_rows
from hypostyle.errors import DataTypeError, InvalidArgumentError, ShapeError

#: The labels of a level, and its name.
Part = tuple[Any, "str | None"]


def several(labels: Any, what: str) -> Any:
    """Labels that are given as many, of which a text would be its letters."""
    if isinstance(labels, (str, bytes)):
        raise DataTypeError(f"{what} takes a list of labels, not the single {labels!r}: write [{labels!r}]")
    return labels


def column_name(name: Any) -> str:
    """The name by which a query knows the column of a label: a text, a number, ..., a tuple of those.

    >>> column_name("x"), column_name(("x", "sum")), column_name(2024) == "2024"
    ('x', "('x', 'sum')", False)
    """
    if isinstance(name, str):
        return name
    if isinstance(name, tuple) and name:
        from hypostyle._headings import named

        return named(name)
    return name_of(name)


def column_names(names: Any) -> list[str]:
    """The names of columns of a list: of texts, numbers, tuples, or of a list for each level."""
    if isinstance(names, (set, frozenset)):
        raise DataTypeError("a set has no order: give the names of the columns as a list")
    listed = list(names)
    if listed and all(isinstance(one, list) for one in listed):
        listed = list(zip(*listed, strict=True))
    return [column_name(name) for name in listed]


def axis_of(names: Any) -> Any:
    """The names of the levels of labels: of the columns of a frame, or of pandas' index; none of a list."""
    if hasattr(names, "iloc") and not hasattr(names, "columns"):
        return [names.name]  # of a series
    return list(names.names) if hasattr(names, "get_level_values") else None


def is_number(name: Any) -> bool:
    """Whether a name is a whole number, Python's or NumPy's."""
    if isinstance(name, int):
        return not isinstance(name, bool)
    return type(name).__module__ == "numpy" and type(name).__name__.startswith(("int", "uint"))


def named_columns(names: Any) -> Any:
    """Labels that are no text as the names of their columns: one, a list (other than a mask), or the keys of a mapping;
    anything else as it is. What is gone through in order, as keys of a mapping are, is a list."""
    if isinstance(names, str):
        return names
    if isinstance(names, (KeysView, ValuesView, Iterator)):
        names = list(names)
    if is_label(names):
        return name_of(names)
    if isinstance(names, list) and any(is_label(name) for name in names):
        return names if all(isinstance(name, bool) for name in names) else [named_columns(name) for name in names]
    if isinstance(names, dict) and not all(isinstance(name, str) for name in names):
        return {column_name(name): value for name, value in names.items()}
    return names


def parts_of(labels: Any) -> list[Part]:
    """The levels of labels and their names: a list of tuples and a list of lists are several levels."""
    if isinstance(labels, (set, frozenset)):
        raise DataTypeError("a set has no order: give the labels of the rows as a list")
    levels = getattr(labels, "nlevels", 1)
    if hasattr(labels, "get_level_values"):
        names = [None if name is None else column_name(name) for name in labels.names]
        # By number, whatever the names of levels are: pandas takes a number for a name first.
        at_level = getattr(labels, "_level_at", None) or labels.set_names([None] * levels).get_level_values
        return [(_values(at_level(at)), name) for at, name in zip(range(levels), names, strict=True)]
    if hasattr(labels, "to_list") and hasattr(labels, "name"):
        return [(_values(labels), None if labels.name is None else column_name(labels.name))]
    listed = labels if hasattr(labels, "dtype") else list(labels)
    if isinstance(listed, list) and listed:
        if all(isinstance(one, tuple) for one in listed):
            if len({len(one) for one in listed}) > 1:
                raise InvalidArgumentError("labels of several levels are tuples of one length")
            return [(list(part), None) for part in zip(*listed, strict=True)]
        if all(isinstance(one, list) or (hasattr(one, "__array__") and getattr(one, "ndim", 0)) for one in listed):
            return [part for one in listed for part in parts_of(one)]
    return [(listed, None)]


def _values(level: Any) -> Any:
    return level if hasattr(level, "dtype") else list(level)


def labelled(plan: Plan, labels: Any) -> Plan:
    """The rows of a plan with these labels, one for each row in their order."""
    from hypostyle._columns import column

    parts = parts_of(labels)
    if _is_default(labels) and plan.names and len(labels) == plan.query.rows():
        return _index.reset(plan, True).relabelled()
    plan = _index.reset(plan, True)
    columns = [column(values, False) for values, _ in parts]
    rows = plan.query.rows() if plan.names else None
    for made in columns:
        if rows is not None and len(made) != rows:
            raise ShapeError(f"{len(made)} labels for {rows} rows")
    levels = _index.level_columns([name for _, name in parts], plan.columns)
    query = _native.Query.from_columns([name for name, _ in levels], columns)
    if plan.names:
        query = _native.Query.concat([query, plan.query], "columns")
    return Plan(query, levels, plan.token(all_rows), axis=plan.axis)


def _is_default(labels: Any) -> bool:
    """Whether labels are the numbers of the rows, from 0, as rows have them anyway."""
    if isinstance(labels, range):
        return labels.start == 0 and labels.step == 1
    return type(labels).__name__ == "RangeIndex" and labels.start == 0 and labels.step == 1 and labels.name is None


def count_of(labels: Any) -> int:
    """The number of labels."""
    from hypostyle._columns import column

    values = parts_of(labels)[0][0]
    return len(values) if hasattr(values, "__len__") else len(column(values, False))


def listed(labels: Any) -> list[Any]:
    """The labels as Python objects; tuples if there are several levels."""
    parts: Sequence[Part] = parts_of(labels)
    lists = [_numpy.listed(values) for values, _ in parts]
    return lists[0] if len(lists) == 1 else list(zip(*lists, strict=True))


def same_labels(one: Plan, other: Plan) -> bool:
    """Whether the rows of two plans have the same labels in the same order; where no columns act as the index these are
    their numbers. Runs. Missing labels are alike."""
    if one.index == other.index and one.rows is other.rows and one.query is other.query:
        return True
    for plan in (one, other):
        plan.known("labels are compared")
    if one.is_numbered and other.is_numbered:
        return one.query.rows() == other.query.rows()
    one, other = one.numbered(), other.numbered()
    if len(one.index) != len(other.index):
        return False
    here, there = (_levels(plan) for plan in (one, other))
    if here.rows() != there.rows():
        return False
    if not here.rows():
        return True
    pairs = list(zip(one.index_columns, other.index_columns, strict=True))
    types = [(one.dtypes[mine], other.dtypes[theirs]) for mine, theirs in pairs]
    if any(a != b and not (is_numeric(a) and is_numeric(b)) for a, b in types):
        return here.lists(one.index_columns) == there.lists(other.index_columns)
    marked = [
        table.query().select([_native.Expr.column(name).alias(f"{side}{at}") for at, name in enumerate(names)])
        for side, table, names in (("a", here, one.index_columns), ("b", there, other.index_columns))
    ]
    same: _native.Expr | None = None
    for at in range(len(pairs)):
        mine, theirs = (_native.Expr.column(f"{side}{at}") for side in "ab")
        alike = _native.Expr.call("scalar", "fill_null", [mine.binary("==", theirs), _native.Expr.literal(False)])
        holes = [_native.Expr.call("scalar", "is_null", [side]) for side in (mine, theirs)]
        alike = alike.binary("|", holes[0].binary("&", holes[1]))
        same = alike if same is None else same.binary("&", alike)
    assert same is not None
    whole = _native.Query.concat(marked, "columns").select(
        [_native.Expr.call("aggregate", "all", [same]).alias("same")]
    )
    return bool(whole.collect().lists(["same"])[0][0])


def _levels(plan: Plan) -> _native.Table:
    """The columns that act as the index."""
    return plan.query.select([_native.Expr.column(name) for name in plan.index_columns]).collect()


def labels_plan(labels: Any, dtype: Any, name: Any) -> Plan:
    """Labels alone, as the index of a frame without columns."""
    from hypostyle._columns import column

    parts = parts_of(labels)
    titles = [title for _, title in parts]
    if name is not None:
        titles = list(name) if isinstance(name, (list, tuple)) else [name]
        titles = [None if title is None else column_name(title) for title in titles]
    levels = _index.level_columns(titles, ())
    if len(levels) != len(parts):
        raise InvalidArgumentError(f"{len(levels)} names for {len(parts)} levels of labels")
    columns = [column(values, False) for values, _ in parts]
    plan = Plan(_native.Query.from_columns([name for name, _ in levels], columns), levels)
    if dtype is None:
        return plan
    from hypostyle._categories import made_as

    return plan.with_columns({name: made_as(plan, plan.column(name), dtype) for name, _ in levels})
