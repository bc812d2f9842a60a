"""Joining and stacking frames."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any

from hypostyle import _index, _native
from hypostyle._column_labels import is_label, name_of, plain
from hypostyle._columns import ours
from hypostyle._dtypes import is_number
from hypostyle._headings import suffixed
from hypostyle._hints import ignoring
from hypostyle._key_order import times_first
from hypostyle._label_arguments import names_in
from hypostyle._labels import same_labels
from hypostyle._merge_arrays import has_arrays, merged
from hypostyle._plan import Plan
from hypostyle._suffixes import of_levels
from hypostyle._validated import validating
from hypostyle.errors import DataTypeError, InvalidArgumentError, MergeError, UnsupportedError
from hypostyle.expr import BoundExpression, Expr, col
from hypostyle.frame import DataFrame

Suffixes = tuple["str | None", "str | None"]


@ignoring("npartitions", "shuffle_method", "broadcast", "copy")
@validating
def merge(
    left: DataFrame,
    right: DataFrame,
    how: str = "inner",
    on: Any = None,
    *,
    left_on: Any = None,
    right_on: Any = None,
    suffixes: Suffixes = ("_x", "_y"),
    sort: bool = False,
    validate: str | None = None,
    indicator: bool | str = False,
    left_index: bool = False,
    right_index: bool = False,
) -> DataFrame:
    """Rows of both frames whose keys are equal, with pandas' rules: missing keys match each other, columns of both frames
    get suffixes, keys of one name become one column. Besides pandas' kinds (``left_anti``: left rows without a match, with
    the columns of both) there are ``semi`` and ``anti``: left rows with and without a match. Keys are columns' names or
    expressions.

    The order of the left rows is kept (of the right rows for ``right``); the result of ``outer`` is in the order of the keys,
    as in pandas. ``validate`` runs the merge: a `MergeError` names the keys that repeat. A merge that would give
    more rows than 50 times the larger frame stops and names its heaviest keys; see ``set_config(join_rows=...)``.

    >>> import hypostyle as hs
    >>> a = hs.DataFrame({"k": [1, 2], "x": [10, 20]})
    >>> b = hs.DataFrame({"k": [2, 3], "y": ["two", "three"]})
    >>> hs.merge(a, b, on="k", how="left").to_dict("list")
    {'k': [1, 2], 'x': [10, 20], 'y': [None, 'two']}
    """
    if has_arrays(on, left_on, right_on):
        options = {"suffixes": suffixes, "sort": sort, "validate": validate, "indicator": indicator}
        options |= {"left_index": left_index, "right_index": right_index}
        return merged(merge, _side(left), _side(right), how, on, left_on, right_on, **options)
    if isinstance(on, Expr) and left_on is None and right_on is None:
        return join_where(ours(left), right, on, how=how, suffixes=suffixes)
    left, right = _side(left), _side(right)
    if how in ("left_anti", "right_anti"):
        # As pandas has it: the rows of one side that have no partner, with the columns of both.
        keys = {
            "on": on,
            "left_on": left_on,
            "right_on": right_on,
            "left_index": left_index,
            "right_index": right_index,
        }
        name = indicator if isinstance(indicator, str) else "_merge" if indicator else None
        mark, side = name or "\0side", how.removesuffix("_anti")
        both = merge(left, right, side, **keys, suffixes=suffixes, sort=sort, validate=validate, indicator=mark)
        alone = both[both[mark] == f"{side}_only"]
        return alone if name else alone.drop(columns=mark)
    how, suffixes = {"left_semi": "semi", "leftsemi": "semi"}.get(how, how), _pair(suffixes)
    _check_right("merge", right)
    on, left_on, right_on = names_in(left._plan, on), names_in(left._plan, left_on), names_in(right._plan, right_on)
    name = indicator if isinstance(indicator, str) else "_merge" if indicator else None
    if left_index or right_index:
        return _on_index(left, right, how, left_on, right_on, left_index, right_index, suffixes, sort, validate, name)
    left_keys, right_keys = _keys(left, right, how, on, left_on, right_on)
    if len(left_keys) != len(right_keys):
        raise MergeError(f"merge: {len(left_keys)} keys of the left side and {len(right_keys)} of the right one")
    first, second = _flat(left._plan, left_keys), _flat(right._plan, right_keys)
    shared = {
        one
        for one, other in zip(left_keys, right_keys, strict=True)
        if isinstance(one, str) and isinstance(other, str) and one == other
    }
    if moved := of_levels(first.columns, second.columns, shared, suffixes):
        first, second = first.rename(moved[0]), second.rename(moved[1])
        left_keys = [moved[0].get(key, key) if isinstance(key, str) else key for key in left_keys]
        right_keys = [moved[1].get(key, key) if isinstance(key, str) else key for key in right_keys]
    query = first.query.join(second.query, _exprs(left_keys), _exprs(right_keys), how, _ends(suffixes), validate, name)
    result = _sided(DataFrame._of(suffixed(Plan(query, axis=_axis(first, second)))), name)
    if left_keys and (how == "outer" or sort):
        one = _titles(left_keys, right_keys, second, suffixes[0])
        other = _titles(right_keys, left_keys, first, suffixes[1])
        if how == "outer":
            # Rows of one side alone have their key there; equal keys stay in the order of the left rows.
            there = result._plan.columns
            pairs = zip(one, other, strict=True)
            one = [_either(a, b) if isinstance(b, str) and b in there else a for a, b in pairs]
        order = times_first(result._plan, other if how == "right" else one)
        result = result.sort_values(order, ignore_index=True)
    levels = [one for one, other in zip(left_keys, right_keys, strict=True) if _is_level(left, one, right, other)]
    if gone := _only_keys(left, left_keys, right_keys) | _only_keys(right, right_keys, left_keys):
        result = DataFrame._of(result._plan.keep([name for name in result._plan.columns if name not in gone]))
    return result.set_index(levels) if levels else result


def _sided(frame: DataFrame, indicator: str | None) -> DataFrame:
    """The frame, whose column ``indicator`` has the sides as categories, as pandas has them."""
    if indicator is None:
        return frame
    sides = frame._plan.column(indicator).cast_categories(["left_only", "right_only", "both"], False, "lenient")
    return DataFrame._of(frame._plan.with_columns({indicator: sides}))


def _only_keys(frame: DataFrame, keys: list[Any], others: list[Any]) -> set[str]:
    """The keys that are levels of the index, matched with what has another name: they are no columns of the result."""
    levels = {label for _, label in frame._plan.index} - set(frame._plan.columns) if frame._plan.index else set()
    return {
        one
        for one, other in zip(keys, others, strict=True)
        if isinstance(one, str) and one in levels and not (isinstance(other, str) and one == other)
    }


def _is_level(left: DataFrame, one: Any, right: DataFrame, other: Any) -> bool:
    """Whether a key is a level of the index of both sides, which stays one."""
    sides = [left._plan, right._plan]
    return (
        one == other
        if isinstance(one, str)
        and isinstance(other, str)
        and all(one not in plan.columns and one in [label for _, label in plan.index] for plan in sides)
        else False
    )


def _titles(keys: list[Any], others: list[Any], theirs: Plan, suffix: str | None) -> list[Any]:
    """What the keys of one side are called in the result, where a column of the other side has the same name."""
    return [
        f"{plain(key)}{suffix or ''}" if isinstance(key, str) and key != other and key in theirs.columns else key
        for key, other in zip(keys, (one if isinstance(one, str) else "" for one in others), strict=True)
    ]


def _either(left: Any, right: str) -> Any:
    """A key of two names, from the side that has it."""
    return left if left == right else (col(left) if isinstance(left, str) else left).coalesce(col(right))  # type: ignore[attr-defined]


def _on_index(
    left: DataFrame,
    right: DataFrame,
    how: str,
    left_on: Any,
    right_on: Any,
    left_index: bool,
    right_index: bool,
    suffixes: Suffixes,
    sort: bool,
    validate: str | None,
    indicator: str | None,
) -> DataFrame:
    """A merge by the index of one frame or of both."""
    for side, on, by_labels in (("left", left_on, left_index), ("right", right_on, right_index)):
        if on is not None and by_labels:
            raise MergeError(f"merge: give {side}_on or {side}_index, not both")
    from hypostyle._index_join import also_in, beside_keys, by_index
    from hypostyle._reshape import numbered

    by_level = left_on is not None and _listed("merge", left_on) == [label for _, label in left._plan.index]
    if right_index and (left_index or by_level):
        return _sided(by_index(left, right, None, how, suffixes, sort or None, validate, indicator), indicator)
    if right_index and left_on is not None:
        keys = _listed("merge", left_on)
        twice = also_in(right, keys, how)
        right, left = beside_keys(right, left, twice, suffixes[::-1])
        return _sided(by_index(left, right, keys, how, suffixes, sort or None, validate, indicator), indicator)
    if left_index and right_on is not None:
        keys = _listed("merge", right_on)
        twice = also_in(left, keys, how)
        left, right = beside_keys(left, right, twice, suffixes)
        plan = numbered(left._plan)
        if len(plan.index) != len(keys):
            raise InvalidArgumentError(f"merge: {len(keys)} keys for the {len(plan.index)} levels of the left index")
        # The levels become the columns that they are matched with.
        flat = plan.rename(dict(zip(plan.index_columns, keys, strict=True))).reindexed([(key, key) for key in keys])
        flat = _index.reset(flat, False)
        # The rows keep the labels of the right ones; those that have no right one have no label, as in pandas.
        levels = numbered(right._plan)
        marks = {} if how in ("semi", "anti") else {c: f"\0label{at}" for at, (c, _) in enumerate(levels.index)}
        other = DataFrame._of(levels.rename(marks).reindexed(()) if marks else right._plan)
        options: dict[str, Any] = {"sort": sort, "validate": validate, "indicator": indicator or False}
        made = merge(DataFrame._of(flat), other, how, on=keys, suffixes=suffixes, **options)
        names = [name for name in made._plan.columns if name not in keys and name not in marks.values()]
        # (What tells the side of a row stays the last.)
        places = [name for name in right._plan.columns if name not in twice]
        for key in sorted({*keys} - {*twice}, key=places.index):
            names.insert(len(left._plan.columns) + places.index(key), key)
        names[:0] = twice
        if not marks:
            return made[names]
        index = _index.level_columns([label for _, label in levels.index], names)
        whole = made._plan.rename(dict(zip(marks.values(), [column for column, _ in index], strict=True)))
        return DataFrame._of(whole.reindexed(index).keep(names))
    raise MergeError("merge: left_index goes with right_index, right_index with left_on or left_index")


def join_where(
    left: DataFrame,
    right: DataFrame,
    *conditions: Expr,
    how: str = "inner",
    suffixes: Suffixes = ("_x", "_y"),
) -> DataFrame:
    """Rows of both frames where all conditions hold. They name columns as the result does: a column of both frames with
    its suffix. Inequalities such as "a time within an interval" are looked up in sorted rows, not tried on all pairs.

    >>> import hypostyle as hs
    >>> shifts = hs.DataFrame({"shift": ["a", "b"], "start": [0, 10], "end": [9, 19]})
    >>> events = hs.DataFrame({"time": [3, 12, 40]})
    >>> within = (hs.col("start") <= hs.col("time")) & (hs.col("time") <= hs.col("end"))
    >>> hs.join_where(events, shifts, within)[["time", "shift"]].to_dict("list")
    {'time': [3, 12], 'shift': ['a', 'b']}
    """
    _check_right("join_where", right)
    for condition in conditions:
        if not isinstance(condition, Expr):
            raise DataTypeError(f"join_where: a condition is an expression of hs.col(...), not {condition!r}")
    if not conditions:
        raise InvalidArgumentError("join_where: no condition; how='cross' of merge gives all pairs")
    every = reduce(lambda one, other: one & other, conditions)
    first, second = _flat(left._plan, ()), _flat(right._plan, ())
    query = first.query.join(second.query, [], [], how, _ends(suffixes), condition=every._native)
    return DataFrame._of(suffixed(Plan(query)))


def merge_asof(
    left: DataFrame,
    right: DataFrame,
    on: Any = None,
    *,
    left_on: Any = None,
    right_on: Any = None,
    by: Any = None,
    left_by: Any = None,
    right_by: Any = None,
    suffixes: Suffixes = ("_x", "_y"),
    tolerance: Any = None,
    allow_exact_matches: bool = True,
    direction: str = "backward",
    left_index: bool = False,
    right_index: bool = False,
) -> DataFrame:
    """Each left row with the nearest right row: the last one that is not after it (``backward``), the first one that is
    not before it (``forward``), or the nearer of both (``nearest``), among the rows whose keys ``by`` are equal. Neither
    frame has to be sorted. ``left_index`` and ``right_index``: by the labels of the rows; those of the left rows stay where
    they are used, as in pandas.

    >>> import hypostyle as hs
    >>> trades = hs.DataFrame({"time": [5, 9], "share": ["a", "b"]})
    >>> quotes = hs.DataFrame({"time": [1, 4, 8], "share": ["a", "a", "b"], "bid": [10, 20, 30]})
    >>> hs.merge_asof(trades, quotes, on="time", by="share")["bid"].to_list()
    [20, 30]
    """
    left, right = _side(left), _side(right)
    _check_right("merge_asof", right)
    if left_index or right_index:
        if on is not None or (left_index and left_on is not None) or (right_index and right_on is not None):
            raise MergeError("merge_asof: give a side's labels, or its column, and not both")
        return _asof_of_labels(
            left,
            right,
            None if left_index else left_on,
            None if right_index else right_on,
            {
                "by": by,
                "left_by": left_by,
                "right_by": right_by,
                "suffixes": suffixes,
                "tolerance": tolerance,
                "allow_exact_matches": allow_exact_matches,
                "direction": direction,
            },
        )
    on, left_on, right_on = names_in(left._plan, on), names_in(left._plan, left_on), names_in(right._plan, right_on)
    by, left_by, right_by = names_in(left._plan, by), names_in(left._plan, left_by), names_in(right._plan, right_by)
    if by is not None:
        if left_by is not None or right_by is not None:
            raise MergeError("merge_asof: give either by, or left_by and right_by")
        left_by = right_by = by
    if (left_by is None) != (right_by is None):
        raise MergeError("merge_asof: left_by and right_by come together")
    if on is not None:
        if left_on is not None or right_on is not None:
            raise MergeError("merge_asof: give either on, or left_on and right_on")
        left_on = right_on = on
    if left_on is None or right_on is None:
        raise MergeError("merge_asof: give on, or left_on and right_on")
    left_time, right_time = _listed("merge_asof", left_on), _listed("merge_asof", right_on)
    if len(left_time) != 1 or len(right_time) != 1:
        raise MergeError("merge_asof: rows are near in one column; further keys go into by")
    left_keys = [] if left_by is None else _listed("merge_asof", left_by)
    right_keys = [] if right_by is None else _listed("merge_asof", right_by)
    if len(left_keys) != len(right_keys):
        raise MergeError(f"merge_asof: {len(left_keys)} keys in left_by and {len(right_keys)} in right_by")
    if isinstance(tolerance, int) and left._plan.query.dtype_of(_exprs(left_time)[0]).startswith(("timestamp", "date")):
        raise MergeError(f"merge_asof: between times tolerance is a length of time, not {tolerance!r}")
    first = _flat(left._plan, [*left_time, *left_keys])
    second = _flat(right._plan, [*right_time, *right_keys])
    query = first.query.join_asof(
        second.query,
        (_exprs(left_time)[0], _exprs(right_time)[0]),
        _exprs(left_keys),
        _exprs(right_keys),
        _ends(suffixes),
        direction,
        _plain(tolerance),
        allow_exact_matches,
    )
    return DataFrame._of(suffixed(Plan(query, axis=_axis(first, second))))


def _asof_of_labels(left: Any, right: Any, left_on: Any, right_on: Any, options: dict[str, Any]) -> DataFrame:
    """`merge_asof` where the labels of one side, or of both, are what is near."""
    plans = [left._plan.numbered(), right._plan.numbered()]
    level = plans[0].index[0][1]
    for at, on in enumerate((left_on, right_on)):
        plan = plans[at]
        if len(plan.index) != 1:
            raise UnsupportedError("merge_asof: an index of several levels; reset_index makes columns of it")
        # Labels as a column whose name no column has.
        name = f"\1{at}"
        plans[at] = plan.rename({plan.index[0][0]: name}).reindexed(())
        if on is not None and at == 1:
            plans[at] = plans[at].keep([one for one in plans[at].columns if one != name])
    one, two = (DataFrame._of(Plan(plan.query)) for plan in plans)
    keys = ("\1" + "0" if left_on is None else left_on, "\1" + "1" if right_on is None else right_on)
    found = merge_asof(one, two, left_on=keys[0], right_on=keys[1], **options)
    others = [name for name in found.columns if name == "\1" + "1"]
    return found.drop(columns=others).set_index("\1" + "0").rename_axis([level])


def _plain(tolerance: Any) -> Any:
    """A tolerance of pandas or NumPy as one of Python."""
    convert = getattr(tolerance, "to_pytimedelta", None)
    if convert is not None:
        return convert()
    return tolerance.item() if hasattr(tolerance, "item") else tolerance


def _side(side: Any) -> Any:
    """One side of a merge: a frame, or a named series as one, also of pandas."""
    side = ours(side)
    if isinstance(side, BoundExpression):
        if side.name is None:
            raise InvalidArgumentError("merge: the series has no name; give it one with rename")
        return side.to_frame()  # type: ignore[attr-defined]
    return side


def _check_right(verb: str, right: Any) -> None:
    if not isinstance(right, DataFrame):
        raise DataTypeError(
            f"{verb} takes another hypostyle DataFrame, not a {type(right).__name__}; hs.DataFrame(...) makes one"
        )


def _pair(suffixes: Any) -> Suffixes:
    if not isinstance(suffixes, (list, tuple)) or len(suffixes) != 2:
        raise InvalidArgumentError(f"suffixes are a pair, one for each side, not {suffixes!r}")
    return suffixes[0], suffixes[1]


def _ends(suffixes: Suffixes) -> tuple[str, str]:
    first, second = _pair(suffixes)
    return first or "", second or ""


def _listed(verb: str, keys: Any) -> list[Any]:
    keys = [keys] if isinstance(keys, (str, Expr)) or is_label(keys) else list(keys)
    keys = [name_of(key) if is_label(key) else key for key in keys]
    for key in keys:
        if not isinstance(key, (str, Expr)):
            raise DataTypeError(f"{verb}: a key is a column's name as a string or an expression, not {key!r}")
    return keys


def _exprs(keys: Iterable[Any]) -> list[_native.Expr]:
    return [key._native if isinstance(key, Expr) else _native.Expr.column(key) for key in keys]


def _keys(left: DataFrame, right: DataFrame, how: str, on: Any, left_on: Any, right_on: Any) -> tuple[list, list]:
    if how == "cross":
        if on is not None or left_on is not None or right_on is not None:
            raise MergeError("merge: how='cross' takes no keys")
        return [], []
    if on is not None:
        if left_on is not None or right_on is not None:
            raise MergeError("merge: give either on, or left_on and right_on")
        return _listed("merge", on), _listed("merge", on)
    if left_on is not None and right_on is not None:
        return _listed("merge", left_on), _listed("merge", right_on)
    if left_on is not None or right_on is not None:
        raise MergeError("merge: left_on and right_on come together")
    shared = [name for name in left._plan.columns if name in right._plan.columns]
    if not shared:
        raise MergeError(
            f"merge: the frames have no column in common ({left.columns} and {right.columns}); give left_on and right_on"
        )
    return shared, shared


def _axis(left: Plan, right: Plan) -> Any:
    """The names of the levels of the columns' labels, if both sides have the same."""
    return left.axis if left.axis == right.axis else None


def _flat(plan: Plan, keys: Iterable[Any]) -> Plan:
    """The plan without its index, but with those index columns that are keys."""
    names = [key for key in keys if isinstance(key, str)]
    kept = [column for column in plan.index_columns if column in names]
    return plan.reindexed(()).keep([*kept, *plan.columns]) if kept else _index.reset(plan, True)


def by_labels(verb: str, left: DataFrame, right: DataFrame) -> DataFrame:
    """``combine_first`` by the labels of the rows, in their order."""
    from hypostyle._reshape import numbered

    right = ours(right)
    _check_right(verb, right)
    if same_labels(left._plan, right._plan):
        return _coalesced(left, right)
    for one, other in ((left, right), (right, left)):
        if not one._plan.columns and one._plan.is_numbered and not one._plan.query.rows():
            # A frame of nothing gives nothing.
            return other
    plain = left._plan.is_numbered and right._plan.is_numbered
    first, second = numbered(left._plan), numbered(right._plan)
    if len(first.index) != len(second.index):
        raise InvalidArgumentError(f"{verb}: an index of {len(first.index)} and one of {len(second.index)} levels")
    keys = [f"\0key{at}" for at in range(len(first.index))]
    # Numbers of two types become those of a type that holds both.
    types = first.dtypes, second.dtypes
    mixed = [name for name in first.columns if name in second.columns and types[0][name] != types[1][name]]
    for name in mixed:
        kinds = [of[name] for of in types]
        if all(is_number(kind) for kind in kinds) and any(kind.startswith("float") for kind in kinds):
            cast = _native.Expr.column(name).cast("float64")
            first, second = (plan.with_columns({name: cast}) for plan in (first, second))
    sides = []
    for plan in (first, second):
        moved = plan.rename(dict(zip(plan.index_columns, keys, strict=True)))
        sides.append(DataFrame._of(moved.reindexed(())))
    made = by_key(verb, sides[0], sides[1], keys)._plan
    order = [_native.Expr.column(key) for key in keys]
    made = made.then(lambda query: query.sort(order, [False] * len(keys), False))
    back = made.rename(dict(zip(keys, first.index_columns, strict=True))).reindexed(first.index)
    return DataFrame._of(_index.reset(back, True) if plain and _is_counted(back) else back)


def _coalesced(left: DataFrame, right: DataFrame) -> DataFrame:
    """``combine_first`` of frames with the same labels, row by row."""
    from hypostyle._aligned import sides

    plan, own, others = sides(left._plan, right._plan)
    names = list(dict.fromkeys([*own, *others]))
    exprs = {name: _native.Expr.column(name) for name in plan.index_columns}
    for name in names:
        parts = [side[name] for side in (own, others) if name in side]
        exprs[name] = parts[0] if len(parts) == 1 else _native.Expr.call("scalar", "coalesce", parts)
    return DataFrame._of(plan.project(exprs))


def _is_counted(plan: Plan) -> bool:
    """Whether the labels are the numbers of the rows."""
    return plan.query.collect().lists(plan.index_columns)[0] == list(range(plan.query.rows()))


def merge_sorted(left: DataFrame, right: DataFrame, by: Any) -> DataFrame:
    """The rows of two frames that are in the order of the keys ``by``, in that order; of equal rows, the left ones come
    first. Both frames have the same columns.

    >>> import hypostyle as hs
    >>> hs.merge_sorted(hs.DataFrame({"x": [1, 4]}), hs.DataFrame({"x": [2, 9]}), "x")["x"].to_list()
    [1, 2, 4, 9]
    """
    _check_right("merge_sorted", right)
    keys = _listed("merge_sorted", by)
    first, second = _flat(left._plan, keys), _flat(right._plan, keys)
    return DataFrame._of(Plan(first.query.merge_sorted(second.query, _exprs(keys))))


def by_key(verb: str, left: DataFrame, right: DataFrame, on: Any) -> DataFrame:
    """``update`` and ``combine_first``: values of another frame by key."""
    right = ours(right)
    _check_right(verb, right)
    keys = _listed(verb, on)
    if not all(isinstance(key, str) for key in keys):
        raise DataTypeError(f"{verb}: keys are columns' names")
    first, second = _flat(left._plan, keys), _flat(right._plan, keys)
    return DataFrame._of(Plan(getattr(first.query, verb)(second.query, keys)))
