"""Whether two frames are the same."""

from __future__ import annotations

from functools import reduce

from hypostyle import _native
from hypostyle._cells import call, is_null, literal
from hypostyle._dtypes import is_integer
from hypostyle._labels import same_labels
from hypostyle._plan import Plan

Native = _native.Expr


def same_values(mine: Plan, theirs: Plan) -> bool:
    """Whether two plans have the same columns, types, labels and values; runs. Levels are alike by position, whatever they
    are called, as in pandas."""
    names = mine.columns
    if names != theirs.columns or mine.query.rows() != theirs.query.rows():
        return False
    held = [_seen(mine, name) for name in names]
    if held != [_seen(theirs, name) for name in names]:
        return False
    if not (mine.is_numbered and theirs.is_numbered) and not same_labels(mine, theirs):
        return False
    if not names:
        return True
    both = _native.Query.concat([_as(plan, held, side) for side, plan in (("l", mine), ("r", theirs))], "columns")
    found = [differs(Native.column(f"l{i}"), Native.column(f"r{i}")) for i in range(len(names))]
    return both.filter(reduce(lambda a, b: a.binary("|", b), found)).slice(0, 1).rows() == 0


def _seen(plan: Plan, name: str) -> str:
    """The type of a column as pandas has it: whole numbers of which some are missing, and what is missing everywhere, are
    floats."""
    dtype = plan.dtypes[name]
    holes = is_integer(dtype) and plan.query.collect().null_count(name)
    return "float64" if holes or dtype == "null" else dtype


def _as(plan: Plan, dtypes: list[str], side: str) -> _native.Query:
    """The columns as these types, under numbers."""
    exprs = []
    for at, (name, dtype) in enumerate(zip(plan.columns, dtypes, strict=True)):
        native = Native.column(name)
        exprs.append((native if plan.dtypes[name] == dtype else native.cast(dtype)).alias(f"{side}{at}"))
    return plan.query.select(exprs)


def differs(left: Native, right: Native) -> Native:
    """Whether two values differ; missing ones are equal."""
    unlike = call("fill_null", left.binary("!=", right), literal(False))
    return unlike.binary("|", is_null(left).binary("!=", is_null(right)))
