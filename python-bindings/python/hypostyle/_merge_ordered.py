"""Merges in the order of their keys."""

from __future__ import annotations

from typing import Any

from hypostyle import _native
from hypostyle._columns import ours
from hypostyle._label_arguments import names_in
from hypostyle._merge import Suffixes, _keys, _listed, merge
from hypostyle._plan import Plan
from hypostyle._windows import literal, window
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.frame import DataFrame

Native = _native.Expr
#: Columns beside those of the result: the side of a row, its group, and the last row of a side.
_SIDE, _GROUP, _ROW = "\0side", "\0group", "\0row"


def merge_ordered(
    left: DataFrame,
    right: DataFrame,
    on: Any = None,
    left_on: Any = None,
    right_on: Any = None,
    left_by: Any = None,
    right_by: Any = None,
    fill_method: str | None = None,
    suffixes: Suffixes = ("_x", "_y"),
    how: str = "outer",
) -> DataFrame:
    """`merge` in the order of the keys, of all rows unless ``how`` says otherwise. With ``fill_method="ffill"`` a row that one
    side has not gets the values of that side's last row before it. With ``left_by`` (``right_by``) each group of the left
    (right) rows is merged with the other side, one group after the other.

    >>> import hypostyle as hs
    >>> a = hs.DataFrame({"t": [1, 3, 5], "x": [10, 30, 50]})
    >>> b = hs.DataFrame({"t": [2, 3], "y": [0.2, 0.3]})
    >>> hs.merge_ordered(a, b, on="t", fill_method="ffill").to_dict("list")
    {'t': [1, 2, 3, 5], 'x': [10, 10, 30, 50], 'y': [None, 0.2, 0.3, 0.3]}
    """
    left, right = ours(left), ours(right)
    if fill_method not in (None, "ffill"):
        raise InvalidArgumentError(f"merge_ordered: fill_method is None or 'ffill', not {fill_method!r}")
    if left_by is not None and right_by is not None:
        raise InvalidArgumentError("merge_ordered: give either left_by or right_by")
    for side in (left, right):
        if not isinstance(side, DataFrame):
            raise DataTypeError(f"merge_ordered takes hypostyle DataFrames, not a {type(side).__name__}")
    left_keys, right_keys = _keys(left, right, how, *(names_in(left._plan, one) for one in (on, left_on, right_on)))
    left, right = left.reset_index(drop=True), right.reset_index(drop=True)
    whole, other, by = (left, right, left_by) if right_by is None else (right, left, right_by)
    by = [] if by is None else _listed("merge_ordered", names_in(whole._plan, by))
    if both := [name for name in by if name in other._plan.columns]:
        raise UnsupportedError(
            f"merge_ordered: {both[0]!r} is a column of both sides; give on=[{both[0]!r}, ...] instead of groups by it"
        )
    pairs = {one for one, other in zip(left_keys, right_keys, strict=True) if isinstance(one, str) and one == other}
    first, second = left._plan.columns, [name for name in right._plan.columns if name not in pairs]
    met = {*first} & {*second}
    first = [f"{name}{suffixes[0] or ''}" if name in met else name for name in first]
    second = [f"{name}{suffixes[1] or ''}" if name in met else name for name in second]
    if by:
        # Each group meets all rows of the other side.
        groups = whole[by].drop_duplicates(ignore_index=True)
        groups = DataFrame._of(groups._plan.with_columns({_GROUP: window("row_number")}))
        whole, other = merge(whole, groups, "left", on=by), merge(other, groups, "cross")
        left, right = (whole, other) if right_by is None else (other, whole)
        left_keys, right_keys = [_GROUP, *by, *left_keys], [_GROUP, *by, *right_keys]
    made = merge(
        left, right, how, left_on=left_keys, right_on=right_keys, suffixes=suffixes, sort=True, indicator=_SIDE
    )
    plan = made._plan
    if fill_method is not None:
        for names, missing in ((first, "right_only"), (second, "left_only")):
            carried = [name for name in names if name not in pairs and name not in by]
            plan = _carried(plan, carried, missing, [_GROUP] if by else [])
    return DataFrame._of(plan.keep([*first, *second]))


def _carried(plan: Plan, names: list[str], missing: str, group: list[str]) -> Plan:
    """The columns of one side, whose rows without one of that side have the values of its last one before."""
    if not names:
        return plan
    fields = [str(at) for at in range(len(names))]
    row = Native.call("scalar", "as_struct", [plan.column(name) for name in names], {"names": fields})
    there = plan.column(_SIDE).cast("string").binary("!=", literal(missing))
    last = window("forward_fill", Native.case([(there, row)], literal(None)))
    last = last.over([plan.column(name) for name in group], [], [])
    plan = plan.with_columns({_ROW: last})
    return plan.with_columns(
        {
            name: Native.call("scalar", "struct_field", [Native.column(_ROW)], {"name": field})
            for name, field in zip(names, fields, strict=True)
        }
    )
