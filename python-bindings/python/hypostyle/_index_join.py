"""Frames joined by the columns that act as their index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _native
from hypostyle._column_labels import plain
from hypostyle._headings import column_of
from hypostyle._key_order import times_first
from hypostyle._plan import Level, Plan, Source
from hypostyle._suffixes import of_levels
from hypostyle._validated import validated
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame

Native = _native.Expr
_KEY, _OTHER = "__join_key_{}__", "__other_key_{}__"


def joined(
    left: DataFrame,
    other: Any,
    on: Any,
    how: str,
    lsuffix: str,
    rsuffix: str,
    sort: bool,
    validate: str | None = None,
) -> DataFrame:
    """``left.join(other)``: matched by the index of both, or by columns of the left one."""
    from hypostyle._columns import ours
    from hypostyle.frame import DataFrame

    others = list(other) if isinstance(other, (list, tuple)) else [other]
    others = [ours(one) for one in others]
    result = left
    for one in others:
        if isinstance(one, BoundExpression):
            if getattr(one, "name", None) is None:
                raise InvalidArgumentError("join: the series has no name; rename it first")
            one = one.to_frame()  # type: ignore[attr-defined]
        if not isinstance(one, DataFrame):
            raise DataTypeError(f"join takes hypostyle frames or series, not a {type(one).__name__}")
        if how == "cross":
            from hypostyle._merge import merge

            if on is not None:
                raise InvalidArgumentError("join: how='cross' takes no keys")
            result = merge(result, one, "cross", suffixes=(lsuffix or None, rsuffix or None), validate=validate)
            continue
        columns = None if on is None else list(on) if isinstance(on, (list, tuple)) else [on]
        columns = None if columns is None else [column_of(result._plan, one) for one in columns]
        result = by_index(result, one, columns, how, (lsuffix, rsuffix), sort or None, validate)
    return validated(result, validate)


def by_index(
    left: DataFrame,
    right: DataFrame,
    on: list[str] | None,
    how: str,
    suffixes: tuple[str | None, str | None],
    sort: bool | None = None,
    validate: str | None = None,
    indicator: str | None = None,
    common: bool = False,
) -> DataFrame:
    """Rows matched by the index of the right frame and the index, or columns, of the left one; in the order of the labels
    with ``sort``, or by default where all rows of both take part. With ``common`` labels have a name if both sides have it."""

    one = left._plan if on is not None else left._plan.known("join").numbered()
    two = right._plan.known("join").numbered()
    one = one.with_free(name for name in two.columns if name not in (on or ()))
    if on is None and len(one.index) != len(two.index) and 1 in (len(one.index), len(two.index)):
        return _by_level(type(left)._of(one), type(left)._of(two), how, suffixes, sort, validate, indicator)
    keys = one.index_columns if on is None else [one.column(name).as_column() or name for name in on]
    labels = [[label for _, label in plan.index] for plan in (one, two)]
    if on is None and len(keys) > 1 and labels[0] != labels[1] and any(None not in side for side in labels):
        shared = [label for label in labels[0] if label in labels[1]]
        if None in shared or len(shared) < len(keys) or len(keys) != len(two.index):
            raise UnsupportedError(
                f"join: levels {labels[0]} and {labels[1]} of the indexes; reset_index, and merge on those of both"
            )
        # The same levels in another order.
        two = two.reindexed([two.index[labels[1].index(label)] for label in labels[0]])
    if len(keys) != len(two.index):
        raise InvalidArgumentError(f"{len(keys)} keys for {len(two.index)} levels of the other index")
    both = [name for name in one.columns if name in two.columns]
    if both and not any(suffixes):
        raise InvalidArgumentError(f"both frames have a column {both[0]!r}; give lsuffix or rsuffix")
    shown = of_levels(one.columns, two.columns, (), suffixes) or [
        {} if suffix is None else {name: f"{plain(name)}{suffix}" for name in both} for suffix in suffixes
    ]
    # Columns under names that cannot meet, then the names of the result.
    left_names = {name: f"__l{i}__" for i, name in enumerate(one.names)}
    right_names = {name: f"__r{i}__" for i, name in enumerate(two.columns)}
    hidden = [_OTHER.format(i) for i in range(len(keys))]
    first = one.query.select([Native.column(name).alias(to) for name, to in left_names.items()])
    second = two.query.select(
        [Native.column(name).alias(to) for name, to in zip(two.index_columns, hidden, strict=True)]
        + [Native.column(name).alias(to) for name, to in right_names.items()]
    )
    left_keys = [Native.column(left_names[name]) for name in keys]
    right_keys = [Native.column(name) for name in hidden]
    query = first.join(second, left_keys, right_keys, how, ("", ""), validate, indicator)
    made = query.names()
    exprs: list[Native] = []
    outer = how in ("outer", "right")
    for name, to in left_names.items():
        value = Native.column(to)
        if outer and name in keys:
            value = Native.call("scalar", "coalesce", [value, Native.column(hidden[keys.index(name)])])
        exprs.append(value.alias(shown[0].get(name, name)))
    for name, to in right_names.items():
        if to in made:
            exprs.append(Native.column(to).alias(shown[1].get(name, name)))
    if indicator is not None and indicator in made:
        exprs.append(Native.column(indicator).alias(indicator))
    index: list[Level] = list(one.index)
    if on is None and [label for _, label in one.index] != [label for _, label in two.index]:
        # The labels are called as those of the side whose rows stay.
        kept = [None] * len(keys) if common else labels[1 if how == "right" else 0]
        index = [(column, label) for (column, _), label in zip(one.index, kept, strict=True)]
    source = None
    if on is not None and not one.index and how in ("left", "inner", "right", "outer"):
        # The rows keep the labels of the left ones; those that have no left one have no label, as in pandas.
        def again(plans: Sequence[Plan]) -> Plan:
            return by_index(type(left)._of(plans[0]), right, on, how, suffixes, indicator=indicator)._plan

        source = Source([one], again)
    plan = Plan(query.select(exprs), index, source=source, axis=one.axis if one.axis == two.axis else None)
    result = type(left)._of(plan)
    if on is not None:
        if not sort and how != "outer":
            return result
        order = [key._native if hasattr(key, "_native") else Native.column(key) for key in times_first(plan, keys)]
        return type(left)._of(plan.then(lambda query: query.sort(order, [False] * len(order), False)))
    if sort is None:
        sort = how == "outer"
    return result.sort_index() if sort and plan.index else result


def also_in(other: DataFrame, keys: list[Any], how: str) -> list[str]:
    """The keys whose names columns of the other side have, which are then columns beside the keys, as those of this side
    are."""
    return (
        [] if how in ("semi", "anti") else [key for key in keys if isinstance(key, str) and key in other._plan.columns]
    )


def beside_keys(
    other: DataFrame, frame: DataFrame, keys: list[str], suffixes: tuple[str | None, str | None]
) -> tuple[DataFrame, DataFrame]:
    """Both sides with suffixes behind the columns that have the names of keys; the side of the keys has these, too."""
    if not keys:
        return other, frame
    theirs, own = ({key: f"{plain(key)}{suffix or ''}" for key in keys} for suffix in suffixes)
    kept = frame._plan.with_columns({name: frame._plan.column(key) for key, name in own.items()})
    places = [own.get(name, name) for name in frame._plan.columns]
    return type(frame)._of(other._plan.rename(theirs)), type(frame)._of(kept.keep([*keys, *places]))


def _by_level(
    left: DataFrame,
    right: DataFrame,
    how: str,
    suffixes: tuple[str | None, str | None],
    sort: bool | None,
    validate: str | None,
    indicator: str | None,
) -> DataFrame:
    """An index of several levels met with one that is called as one of them, as in pandas: the rows of the several levels
    stay in their order, those without a match only where all rows of their side take part."""
    several, single = (left, right) if len(left._plan.index) > 1 else (right, left)
    [(_, title)] = single._plan.index
    column = next((name for name, label in several._plan.index if label == title), None)
    if title is None or column is None or how not in ("left", "inner", "right", "outer"):
        labels = [[label for _, label in side._plan.index] for side in (left, right)]
        raise UnsupportedError(
            f"join: levels {labels[0]} and {labels[1]} of the indexes; reset_index, and merge on those of both"
        )
    if validate is not None or indicator is not None:
        raise UnsupportedError("join: validate and indicator of a level; reset_index, and merge on the levels of both")
    whole = how in ("outer", "left" if several is left else "right")
    turned = suffixes if several is left else (suffixes[1], suffixes[0])
    made = by_index(several, single, [column], "left" if whole else "inner", turned)
    if several is right:
        names, first = made._plan.columns, len(right._plan.columns)
        made = type(left)._of(made._plan.keep([*names[first:], *names[:first]]))
    return made.sort_index() if sort else made
