"""Rows that are found by their labels or places."""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hypostyle import _absent, _native, _numpy
from hypostyle._headings import shown
from hypostyle._labels import is_number
from hypostyle._level_lookup import LabelNotFoundError, by_levels, is_by_level
from hypostyle._moments import moment
from hypostyle._plan import Plan
from hypostyle._time_texts import edge, exact, from_label, is_part, is_span, is_time_of_day, to_label, within
from hypostyle._times import lists_of
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression, Expr

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame


def condition(rows: Any) -> bool:
    return isinstance(rows, (BoundExpression, Expr))


def labels_of(rows: Any) -> Any:
    """The labels that a series or an index holds; other choices of rows as they are."""
    from hypostyle._columns import is_pandas
    from hypostyle.index import Index

    if isinstance(rows, Index):
        return rows.to_list()
    if is_pandas(rows) and hasattr(rows, "tolist"):
        return rows.tolist()
    series = isinstance(rows, BoundExpression) and hasattr(rows, "iloc")
    if series and getattr(rows, "dtype", "bool") != "bool":
        return rows.to_list()  # type: ignore[union-attr]
    return rows


def by_attribute(series: Any, name: str) -> tuple[Any] | None:
    """The value of a label that is a text, as pandas has it for ``series.label``; ``None`` where there is no such label."""
    if name.startswith("_") or len(series._plan.index) != 1 or _absent.advice_for("Series", name, _absent.SERIES):
        return None
    if not series._plan.dtypes[labelled(series._plan)].startswith(("string", "category")):
        return None
    try:
        return (series.loc[name],)
    except LabelNotFoundError:
        return None


def row_of(frame: DataFrame, position: int, name: Any) -> Any:
    """One row, by the names of the columns: a series where all values are of one kind, else a `Row`."""
    from hypostyle._by_name import values_by_name
    from hypostyle._rows import Row

    lists = lists_of(frame._plan.query.slice(position, 1).collect(), frame._plan.columns)
    values = [one[0] for one in lists]
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) > 1 and not kinds <= {int, float}:
        return Row(tuple(shown(frame._plan.columns)), tuple(values), name)
    return values_by_name(frame._plan.columns, values, name, frame._plan)


def places(given: Any, rows: int) -> Any:
    """:func:`positions`, of an array of integers as an array."""
    if not (_numpy.is_array(given) and given.ndim == 1 and given.dtype.kind in "iu" and given.size):
        return positions(given, rows)
    low, high = int(given.min()), int(given.max())
    if low < -rows or high >= rows:
        raise IndexError(f"the position {low if low < -rows else high} is outside of {rows} rows")
    return given.astype("int64") % rows


def positions(given: Any, rows: int) -> list[int]:
    """Positions counted from 0, of a list that may count from the end, or of a mask."""
    listed = _numpy.listed(given)
    if listed and all(isinstance(one, bool) for one in listed):
        if len(listed) != rows:
            raise InvalidArgumentError(f"a mask of {len(listed)} values for {rows} rows")
        return [at for at, chosen in enumerate(listed) if chosen]
    found = []
    for one in listed:
        if not is_number(one):
            raise DataTypeError(f"a position is an integer, not {one!r}")
        if not -rows <= one < rows:
            raise IndexError(f"the position {one} is outside of {rows} rows")
        found.append(one % rows)
    return found


def taken(at: Any) -> Callable[[_native.Query], _native.Query]:
    """The step to the rows at these places, a list or an array; runs."""
    if _numpy.is_array(at):
        rows = _native.Query.from_columns(["row"], [_numpy.column_from_array(at)]).collect()
        return lambda query: query.collect().pick(rows, "row")
    return lambda query: query.collect().take(at)


def labelled(plan: Plan) -> str:
    """The column of the only level."""
    if len(plan.index) == 1:
        return plan.index[0][0]
    raise UnsupportedError("loc: give a tuple with a label for each level of the index, or a condition")


def by_label(frame: DataFrame, label: Any) -> DataFrame:
    """The rows of a label."""
    plan = frame._plan.known("loc").labelled()
    frame = type(frame)._of(plan)
    if plan.is_numbered:
        if isinstance(label, float) and label.is_integer():
            label = int(label)
        if isinstance(label, bool) or not isinstance(label, int) or not 0 <= label < plan.query.rows():
            raise LabelNotFoundError(f"no row has the label {label!r}")
        return frame[label : label + 1]
    if is_by_level(plan, label):
        return type(frame)._of(by_levels(plan, label))
    if is_time_of_day(plan, label):
        return frame.at_time(label)
    labels = label if isinstance(label, tuple) else (label,)
    if len(labels) > max(len(plan.index), 1):
        raise InvalidArgumentError(f"{len(labels)} labels for {len(plan.index)} levels of the index")
    columns = plan.index_columns[: len(labels)] if isinstance(label, tuple) or len(plan.index) > 1 else [labelled(plan)]
    same, spans = None, set()
    for column, value in zip(columns, labels, strict=True):
        dtype = plan.dtypes[column]
        if is_part(dtype, value):
            # A year, a month or a day stands for all moments in it.
            here = within(plan, column, value)
            spans |= {column} if is_span(plan, column, value) else set()
        else:
            # Labels of columns that are numbers beside texts are texts among those of rows.
            wanted = str(value) if is_number(value) and dtype == "string" else exact(dtype, value)
            if wanted is value and isinstance(value, str) and dtype.startswith(("timestamp", "duration")):
                raise LabelNotFoundError(f"no row has the label {label!r}")
            here = _native.Expr.column(column).binary("==", _native.Expr.literal(wanted))
        same = here if same is None else same.binary("&", here)
    assert same is not None
    try:
        found = frame._then(lambda query: query.filter(same))
        there = len(found) > 0
    except DataTypeError as error:
        # A label of another type than those there are is none of them.
        raise LabelNotFoundError(f"no row has the label {label!r} ({error})") from None
    if not there:
        raise LabelNotFoundError(f"no row has the label {label!r}")
    single = set(columns) - spans
    rest = [level for level in plan.index if level[0] not in single]
    if not rest or len(plan.index) == 1:
        return found
    left = found._plan.reindexed(rest)
    return type(frame)._of(left.keep([name for name in left.columns if name not in single]))


def is_several(plan: Plan, label: Any) -> bool:
    """Whether a label may stand for more than one row, so that its rows are not one row even where there is but one."""
    labels = label if isinstance(label, tuple) else (label,)
    if len(labels) < len(plan.index) or is_by_level(plan, label) or is_time_of_day(plan, label):
        return True
    return any(is_span(plan, column, part) for column, part in zip(plan.index_columns, labels, strict=False))


def by_rows(frame: DataFrame, key: Any) -> DataFrame:
    """Rows of a condition, of labels in their order, or from one label to another."""
    if condition(key):
        return frame.filter(key)
    if isinstance(key, slice):
        return _between(frame, key)
    listed = _numpy.listed(key)
    if listed and all(isinstance(one, bool) for one in listed):
        return frame._then(taken(positions(listed, frame._plan.query.rows())))
    plan = frame._plan.known("loc").labelled()
    frame, rows = type(frame)._of(plan), plan.query.rows()
    if plan.is_numbered:
        for label in listed:
            if not isinstance(label, int) or not 0 <= label < rows:
                raise LabelNotFoundError(f"no row has the label {label!r}")
        return frame._then(taken(listed))
    if len(plan.index) > 1 and listed:
        # Whole labels, or those of the first level.
        whole = all(isinstance(label, tuple) and len(label) == len(plan.index) for label in listed)
        levels = lists_of(plan.query.collect(), plan.index_columns)
        labels = list(zip(*levels, strict=True)) if whole else levels[0]
    else:
        labels = lists_of(plan.query.collect(), [labelled(plan)])[0]
    places: dict[Any, list[int]] = {}
    for at, label in enumerate(labels):
        places.setdefault(label, []).append(at)
    found: list[int] = []
    like = next((label for label in labels if label is not None), None)
    for label in listed:
        if isinstance(label, str) and hasattr(like, "hour"):
            label = _moment(label, like)
        elif isinstance(label, str) and hasattr(like, "total_seconds"):
            label = exact("duration", label)
        if label not in places:
            raise LabelNotFoundError(f"no row has the label {label!r}")
        found.extend(places[label])
    return frame._then(taken(found))


def _moment(label: str, like: Any) -> Any:
    """The moment that a text stands for."""
    found = moment(label, like)
    if found is None:
        raise LabelNotFoundError(f"no row has the label {label!r}, which is no moment")
    return found


def _between(frame: DataFrame, key: slice) -> DataFrame:
    """Rows from one label to another, both included."""
    plan = frame._plan.known("loc").labelled()
    frame = type(frame)._of(plan)
    if key.step is not None and key.step < 0:
        turned = _between(frame, slice(key.stop, key.start))
        return turned.iloc[:: key.step]
    if key.step not in (None, 1):
        return _between(frame, slice(key.start, key.stop)).iloc[:: key.step]
    if plan.is_numbered and all(end is None or isinstance(end, (int, float)) for end in (key.start, key.stop)):
        # Labels, which do not count from the end.
        start, stop = (None if end is None else min(max(end, -1), 2.0**62) for end in (key.start, key.stop))
        first = 0 if start is None else max(math.ceil(start), 0)
        return frame[first : None if stop is None else max(math.floor(stop) + 1, first)]
    if any(is_time_of_day(plan, end) for end in (key.start, key.stop)):
        return frame.between_time(key.start or datetime.time.min, key.stop or datetime.time.max)
    if len(plan.index) > 1:
        return frame[_ends(plan, key)]
    column = labelled(plan)
    labels = lists_of(plan.query.collect(), [column])[0]
    texts = [isinstance(end, str) for end in (key.start, key.stop)]
    if any(texts) and plan.dtypes[column].startswith("timestamp") and _is_unsorted(labels):
        # Texts are bounds of moments in any order; they have to be there, as in pandas.
        for end, last in ((key.start, False), (key.stop, True)):
            if end is not None and edge(labels, end, last) not in labels:
                raise LabelNotFoundError(f"no row has the label {end!r}, and the labels are not sorted")
        for end, bound in ((key.start, from_label), (key.stop, to_label)):
            if end is not None:
                plan = plan.then(_filtered(bound(plan, column, end)))
        return type(frame)._of(plan)
    start, stop = 0, len(labels)
    if key.start is not None:
        start = _edge(labels, key.start, False)
    if key.stop is not None:
        stop = _edge(labels, key.stop, True) + 1
    return frame[start : max(stop, start)]


def _filtered(chosen: _native.Expr) -> Callable[[_native.Query], _native.Query]:
    return lambda query: query.filter(chosen)


def _is_unsorted(labels: list) -> bool:
    there = [label for label in labels if label is not None]
    if all(getattr(label, "tzinfo", None) is not None for label in there):
        # Moments of one zone compare as their clocks show them, which are set back once a year.
        there = [label.astimezone(datetime.UTC) for label in there]
    return any(before > after for before, after in itertools.pairwise(there))


def _ends(plan: Plan, key: slice) -> slice:
    """The places of the rows from one label of several levels to another, each said to the end or by its first levels."""
    import bisect

    levels = lists_of(plan.query.collect(), plan.index_columns)
    ends = [end if isinstance(end, tuple) or end is None else (end,) for end in (key.start, key.stop)]
    depth = max(len(end) for end in (*ends, ()) if end is not None)
    if depth > len(levels):
        raise InvalidArgumentError(f"{depth} labels for {len(levels)} levels of the index")
    # A text stands for one moment here, as in pandas.
    ends = [
        None if end is None else tuple(edge(part, one, False) for part, one in zip(levels, end, strict=False))
        for end in ends
    ]
    labels = list(zip(*levels[:depth], strict=True)) if depth else []
    if any(None in label for label in labels) or any(a > b for a, b in itertools.pairwise(labels)):
        raise UnsupportedError("loc: rows from one label to another, where the labels are not sorted; sort_index first")
    start = 0 if ends[0] is None else bisect.bisect_left(labels, ends[0])
    if ends[1] is None:
        return slice(start, None)
    stop = bisect.bisect_right(labels, ends[1], key=lambda label: label[: len(ends[1] or ())])
    return slice(start, max(start, stop))


def _edge(labels: list, label: Any, last: bool) -> int:
    """The first or last row of a label; in sorted labels, where one that is not there would be."""
    import bisect

    given, label = label, edge(labels, label, last)
    if isinstance(label, str) and any(isinstance(one, datetime.date) for one in labels[:1]):
        raise LabelNotFoundError(f"no row has the label {given!r}, which is no moment")
    if getattr(label, "tzinfo", None) is not None and all(getattr(one, "tzinfo", None) for one in labels):
        # Moments of one zone compare as their clocks show them, which are set back once a year.
        label, labels = label.astimezone(datetime.UTC), [one.astimezone(datetime.UTC) for one in labels]
    if label in labels:
        return len(labels) - 1 - labels[::-1].index(label) if last else labels.index(label)
    if any(a > b for a, b in itertools.pairwise(labels)):
        raise LabelNotFoundError(f"no row has the label {label!r}, and the labels are not sorted")
    return bisect.bisect_right(labels, label) - 1 if last else bisect.bisect_left(labels, label)
