"""Joining and stacking frames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hypostyle import _index, _native
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import col, when
from hypostyle.frame import DataFrame

_LEFT, _RIGHT = "__in_left__", "__in_right__"
_VALIDATE = {
    "one_to_one": (True, True),
    "1:1": (True, True),
    "one_to_many": (True, False),
    "1:m": (True, False),
    "many_to_one": (False, True),
    "m:1": (False, True),
    "many_to_many": (False, False),
    "m:m": (False, False),
}


def merge(
    left: DataFrame,
    right: DataFrame,
    how: str = "inner",
    on: Any = None,
    *,
    left_on: Any = None,
    right_on: Any = None,
    suffixes: tuple[str | None, str | None] = ("_x", "_y"),
    sort: bool = False,
    validate: str | None = None,
    indicator: bool | str = False,
    left_index: bool = False,
    right_index: bool = False,
) -> DataFrame:
    """Rows of both frames whose keys are equal, with pandas' rules: missing keys match each other, columns of both frames
    get suffixes, keys of one name become one column. Besides pandas' kinds there are ``semi`` and ``anti``: left rows
    with and without a match.

    The order of the left rows is kept (of the right rows for ``right``; for ``outer``, right rows without a match come
    last). ``validate`` looks at the keys at once and raises if they repeat.

    >>> import hypostyle as hs
    >>> a = hs.DataFrame({"k": [1, 2], "x": [10, 20]})
    >>> b = hs.DataFrame({"k": [2, 3], "y": ["two", "three"]})
    >>> hs.merge(a, b, on="k", how="left").to_dict("list")
    {'k': [1, 2], 'x': [10, 20], 'y': [None, 'two']}
    """
    if not isinstance(right, DataFrame):
        raise DataTypeError(
            f"merge takes another hypostyle DataFrame, not a {type(right).__name__}; hs.DataFrame(...) makes one"
        )
    if left_index or right_index:
        raise UnsupportedError("merge on an index: call reset_index() and merge on the columns")
    left_keys, right_keys = _keys(left, right, how, on, left_on, right_on)
    if validate is not None:
        _validate(left, right, left_keys, right_keys, validate)
    first, second = _index.reset(left._plan, True), _index.reset(right._plan, True)
    first, second = _with_keys(left._plan, first, left_keys), _with_keys(right._plan, second, right_keys)
    if indicator:
        if how in ("semi", "anti"):
            raise InvalidArgumentError(f"indicator has no meaning for how={how!r}")
        first = first.with_columns({_LEFT: _native.Expr.literal(True)})
        second = second.with_columns({_RIGHT: _native.Expr.literal(True)})
    ends = (suffixes[0] or "", suffixes[1] or "")
    exprs = [[_native.Expr.column(key) for key in keys] for keys in (left_keys, right_keys)]
    result = DataFrame._of(Plan(first.query.join(second.query, exprs[0], exprs[1], how, ends)))
    if indicator:
        name = indicator if isinstance(indicator, str) else "_merge"
        origin = when(col(_RIGHT).is_null()).then("left_only").when(col(_LEFT).is_null()).then("right_only")
        result = result.assign(**{name: origin.otherwise("both")}).drop(columns=[_LEFT, _RIGHT])
    return result.sort_values(left_keys) if sort and left_keys else result


def _listed(keys: Any) -> list[str]:
    keys = [keys] if isinstance(keys, str) else list(keys)
    for key in keys:
        if not isinstance(key, str):
            raise DataTypeError(f"merge: a key is a column's name, not {key!r}; assign it as a column first")
    return keys


def _keys(left: DataFrame, right: DataFrame, how: str, on: Any, left_on: Any, right_on: Any) -> tuple[list, list]:
    if how == "cross":
        if on is not None or left_on is not None or right_on is not None:
            raise InvalidArgumentError("merge: how='cross' takes no keys")
        return [], []
    if on is not None:
        if left_on is not None or right_on is not None:
            raise InvalidArgumentError("merge: give either on, or left_on and right_on")
        return _listed(on), _listed(on)
    if left_on is not None and right_on is not None:
        return _listed(left_on), _listed(right_on)
    if left_on is not None or right_on is not None:
        raise InvalidArgumentError("merge: left_on and right_on come together")
    shared = [name for name in left.columns if name in right.columns]
    if not shared:
        raise InvalidArgumentError(
            f"merge: the frames have no column in common ({left.columns} and {right.columns}); give left_on and right_on"
        )
    return shared, shared


def _with_keys(plan: Plan, flat: Plan, keys: Iterable[str]) -> Plan:
    """The plan without its index, but with those index columns that are keys."""
    kept = [column for column in plan.index_columns if column in keys]
    return plan.reindexed(()).keep([*kept, *plan.columns]) if kept else flat


def _validate(left: DataFrame, right: DataFrame, left_keys: list, right_keys: list, validate: str) -> None:
    if validate not in _VALIDATE:
        raise InvalidArgumentError(f"validate is one of {', '.join(_VALIDATE)}, not {validate!r}")
    for side, frame, keys, unique in zip(
        ("left", "right"), (left, right), (left_keys, right_keys), _VALIDATE[validate], strict=True
    ):
        if not unique or not keys:
            continue
        sizes = frame.groupby(keys, sort=False, dropna=False, as_index=False).size()
        repeated = sizes.filter(col("size") > 1).head(1).to_dict("records")
        if repeated:
            count = repeated[0].pop("size")
            raise InvalidArgumentError(
                f"merge: validate={validate!r}, but the {side} frame has {count} rows with the key {repeated[0]}"
            )


def concat(frames: Iterable[DataFrame], *, join: str = "outer", ignore_index: bool = True, axis: int = 0) -> DataFrame:
    """The rows of all frames, one after the other. Columns are matched by name and types promoted; a column that a frame
    lacks is missing there (``join="inner"``: left out).

    >>> import hypostyle as hs
    >>> hs.concat([hs.DataFrame({"x": [1]}), hs.DataFrame({"x": [2.5], "y": ["b"]})]).to_dict("list")
    {'x': [1.0, 2.5], 'y': [None, 'b']}
    """
    if axis not in (0, "index"):
        raise UnsupportedError("concat side by side: rows are not matched by position; merge on a key")
    if join not in ("outer", "inner"):
        raise InvalidArgumentError(f"join is 'outer' or 'inner', not {join!r}")
    plans = [frame._plan for frame in _frames(frames)]
    index = plans[0].index if all(plan.index == plans[0].index for plan in plans) else ()
    plans = plans if index else [_index.reset(plan, True) for plan in plans]
    return DataFrame._of(Plan(_native.Query.concat([plan.query for plan in plans], join == "inner"), index))


def _frames(frames: Iterable[DataFrame]) -> Sequence[DataFrame]:
    if isinstance(frames, DataFrame):
        raise DataTypeError("concat takes a list of frames")
    frames = list(frames)
    if not frames:
        raise InvalidArgumentError("concat: nothing to concatenate")
    for frame in frames:
        if not isinstance(frame, DataFrame):
            raise DataTypeError(f"concat takes hypostyle DataFrames, not a {type(frame).__name__}")
    return frames
