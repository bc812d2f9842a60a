"""``json_normalize``: objects within objects as columns, and lists of objects as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypostyle import _native
from hypostyle._column_labels import name_of, plain
from hypostyle._dtypes import is_list
from hypostyle._plan import Plan
from hypostyle.errors import ColumnNotFoundError, DataTypeError, DuplicateColumnError, InvalidArgumentError
from hypostyle.frame import DataFrame
from hypostyle.series import Series

Native = _native.Expr
#: The column of what the records are in, and those of what goes along with them.
_HELD, _META = "\0held", "\0meta{}"


def json_normalize(
    data: Any,
    record_path: str | Sequence[str] | None = None,
    meta: str | Sequence[Any] | None = None,
    meta_prefix: str | None = None,
    record_prefix: str | None = None,
    errors: str = "raise",
    sep: str = ".",
    max_level: int | None = None,
) -> DataFrame:
    """A frame of objects as JSON has them (dictionaries, or a series of them), in which each value of objects within has a
    column of its own, called by its path, ``user.name``; ``max_level`` says how deep. With ``record_path`` the rows are the
    items of the lists at that path, and ``meta`` (names, or paths as lists) goes along with each. A key of ``meta`` that an
    object does not have is a `KeyError`, or missing with ``errors="ignore"``.

    >>> import hypostyle as hs
    >>> users = [{"id": 1, "name": {"first": "Ada"}, "tags": ["x", "y"]}, {"id": 2, "name": {"first": "Bo"}, "tags": []}]
    >>> hs.json_normalize(users)[["id", "name.first"]].to_dict("list")
    {'id': [1, 2], 'name.first': ['Ada', 'Bo']}
    >>> hs.json_normalize(users, "tags", meta=["id"]).to_dict("list")
    {0: ['x', 'y'], 'id': [1, 1]}
    """
    if errors not in ("raise", "ignore"):
        raise InvalidArgumentError(f"json_normalize: errors is 'raise' or 'ignore', not {errors!r}")
    rows = [data] if isinstance(data, Mapping) else data.to_list() if isinstance(data, Series) else list(data)
    if not all(isinstance(row, Mapping) for row in rows):
        raise DataTypeError("json_normalize: an object, or a list of objects, expected: dictionaries of Python's")
    if not rows:
        return DataFrame()
    query = DataFrame(rows)._plan.query
    if record_path is None:
        made = _flat(query, {name: Native.column(name) for name in query.names()}, sep, max_level)
        found = _framed(query, {f"{record_prefix or ''}{name}": expr for name, expr in made.items()})
        return found.set_axis(data.index) if isinstance(data, Series) and data._plan.index else found
    path = [record_path] if isinstance(record_path, str) else list(record_path)
    metas = [[one] if isinstance(one, str) else list(one) for one in ([meta] if isinstance(meta, str) else meta or ())]
    if errors == "raise":
        # Of paths through lists, the objects in these tell.
        _all_have(rows, [one for one in metas if len(one) == 1 or len(path) == 1], sep)
    query = _records(query, path, metas, errors)
    held = Native.column(_HELD)
    name = plain(record_prefix or "")
    records = (
        {f"{name}{field}": _field(held, field) for field in _fields(query, held)}
        if query.dtype_of(held).startswith("struct")
        else {name_of(0) if not name else f"{name}0": held}
    )
    exprs = _flat(query, records, sep, max_level)
    for at, one in enumerate(metas):
        title = f"{meta_prefix or ''}{sep.join(one)}"
        if title in exprs:
            raise DuplicateColumnError(f"json_normalize: {title!r} is a column of the records, too; give a meta_prefix")
        exprs[title] = Native.column(_META.format(at))
    return _framed(query, exprs)


def _all_have(rows: Sequence[Any], paths: Sequence[Sequence[Any]], sep: str) -> None:
    for path in paths:
        for at, row in enumerate(rows):
            for name in path:
                if not isinstance(row, Mapping):
                    break
                if name not in row:
                    title = sep.join(map(str, path))
                    raise ColumnNotFoundError(
                        f"json_normalize: object {at} has no {title!r}; errors='ignore' makes it missing"
                    )
                row = row[name]


def _framed(query: _native.Query, exprs: Mapping[str, Native]) -> DataFrame:
    return DataFrame._of(Plan(query.select([expr.alias(name) for name, expr in exprs.items()])))


def _flat(query: _native.Query, exprs: Mapping[str, Native], sep: str, levels: int | None) -> dict[str, Native]:
    """Columns, and behind them the values of those that are objects."""
    made: dict[str, Native] = {}
    objects = []
    for name, expr in exprs.items():
        if levels != 0 and query.dtype_of(expr).startswith("struct"):
            objects.append((name, expr))
        else:
            made[name] = expr
    for name, expr in objects:
        for title, value in _below(query, name, expr, sep, levels):
            if title in made:
                raise DuplicateColumnError(f"json_normalize: two values are called {title!r}; give another sep")
            made[title] = value
    return made


def _below(query: _native.Query, name: str, expr: Native, sep: str, levels: int | None) -> list[tuple[str, Native]]:
    """The values of an object, each by its path."""
    if levels == 0 or not query.dtype_of(expr).startswith("struct"):
        return [(name, expr)]
    below = None if levels is None else levels - 1
    return [
        found
        for field in _fields(query, expr)
        for found in _below(query, f"{name}{sep}{field}", _field(expr, field), sep, below)
    ]


def _fields(query: _native.Query, expr: Native) -> list[str]:
    """The names of the values of an object."""
    return query.select([expr.alias(_HELD)]).unnest(_HELD).names()


def _field(expr: Native, name: str) -> Native:
    return Native.call("scalar", "struct_field", [expr], {"name": name})


def _pulled(query: _native.Query, known: Mapping[str, Native], path: Sequence[str], errors: str) -> Native:
    """The value at a path of the objects that these are the values of."""
    for at, name in enumerate(path):
        if name not in known:
            if errors == "ignore":
                return Native.literal(None)
            raise ColumnNotFoundError(
                f"json_normalize: no object has the key {name!r}; errors='ignore' makes it missing"
            )
        expr = known[name]
        if at + 1 == len(path):
            return expr
        objects = query.dtype_of(expr).startswith("struct")
        known = {field: _field(expr, field) for field in _fields(query, expr)} if objects else {}
    raise InvalidArgumentError("json_normalize: a path is empty")


def _records(query: _native.Query, path: Sequence[str], metas: Sequence[Sequence[str]], errors: str) -> _native.Query:
    """A row for each item of the lists at a path, with what goes along with it."""
    known = {name: Native.column(name) for name in query.names()}
    found: dict[str, Native] = {}
    for level, name in enumerate(path):
        last = level + 1 == len(path)
        for at, one in enumerate(metas):
            title = _META.format(at)
            if title not in found and (last or len(one) == level + 1):
                found[title] = _pulled(query, known, one[level:] if len(one) > level else one[-1:], errors)
        held = _pulled(query, known, [name], "raise")
        query = query.select([held.alias(_HELD), *(expr.alias(title) for title, expr in found.items())])
        held, found = Native.column(_HELD), {title: Native.column(title) for title in found}
        dtype = query.dtype_of(held)
        if is_list(dtype):
            count = Native.call("scalar", "list_len", [held])
            query = query.filter(count.binary(">", Native.literal(0))).explode(_HELD)
        elif not dtype.startswith("struct") and dtype != "null":
            raise DataTypeError(f"json_normalize: a list or an object expected at {'.'.join(path)!r}, not {dtype}")
        else:
            query = query.filter(Native.call("scalar", "is_null", [held]).invert())
        if not last:
            known = (
                {field: _field(held, field) for field in _fields(query, held)}
                if query.dtype_of(held).startswith("struct")
                else {}
            )
    return query
