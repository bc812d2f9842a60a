"""Rows that are found by their labels or places."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hypostyle import _absent, _native, _numpy
from hypostyle._headings import shown
from hypostyle._labels import is_number
from hypostyle._moments import moment, span
from hypostyle._plan import Plan
from hypostyle.errors import ColumnNotFoundError, DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression, Expr

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame


class LabelNotFoundError(ColumnNotFoundError):
    """A row that is not there."""


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

    lists = frame._plan.query.slice(position, 1).collect().lists(frame._plan.columns)
    values = [one[0] for one in lists]
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) > 1 and not kinds <= {int, float}:
        return Row(tuple(shown(frame._plan.columns)), tuple(values), name)
    return values_by_name(frame._plan.columns, values, name, frame._plan)


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


def taken(at: list[int]) -> Callable[[_native.Query], _native.Query]:
    """The step to the rows at these places; runs."""
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
        if isinstance(label, bool) or not isinstance(label, int) or not 0 <= label < plan.query.rows():
            raise LabelNotFoundError(f"no row has the label {label!r}")
        return frame[label : label + 1]
    if is_by_level(plan, label):
        return _by_level(frame, label)
    if _is_part(plan, label):
        # A year, a month or a day stands for all moments in it.
        within = _within(plan, label)
        found = frame._then(lambda query: query.filter(within))
        if len(found) == 0:
            raise LabelNotFoundError(f"no row has the label {label!r}")
        return found
    labels = label if isinstance(label, tuple) else (label,)
    if len(plan.index) > 1 or isinstance(label, tuple):
        if len(labels) > len(plan.index):
            raise InvalidArgumentError(f"{len(labels)} labels for {len(plan.index)} levels of the index")
        columns = plan.index_columns[: len(labels)]
    else:
        columns = [labelled(plan)]
    same = None
    for column, value in zip(columns, labels, strict=True):
        dtype = plan.dtypes[column]
        if is_number(value) and dtype == "string":
            # Labels of columns that are numbers beside texts are texts among those of rows.
            value = str(value)
        elif isinstance(value, str) and dtype.startswith("timestamp"):
            value = _moment(value, None)
        here = _native.Expr.column(column).binary("==", _native.Expr.literal(value))
        same = here if same is None else same.binary("&", here)
    assert same is not None
    found = frame._then(lambda query: query.filter(same))
    if len(found) == 0:
        raise LabelNotFoundError(f"no row has the label {label!r}")
    if len(labels) < len(plan.index):
        rest = plan.index[len(labels) :]
        kept = [column for column, _ in rest]
        left = found._plan.reindexed(rest)
        dropped = [name for name in left.columns if name not in columns or name in kept]
        return type(frame)._of(left.keep(dropped))
    return found


def is_by_level(plan: Plan, label: Any) -> bool:
    """Whether a tuple says for each level which labels are meant: one, several, or from one to another."""
    return (
        isinstance(label, tuple)
        and len(plan.index) > 1
        and any(isinstance(part, (slice, list, range)) for part in label)
    )


def is_several(plan: Plan, label: Any) -> bool:
    """Whether a label may stand for more than one row, so that its rows are not one row even where there is but one."""
    given = len(label) if isinstance(label, tuple) else 1
    return given < len(plan.index) or is_span(plan, label) or is_by_level(plan, label)


def _by_level(frame: DataFrame, label: tuple) -> DataFrame:
    """The rows whose label of each level is one of those meant; they keep all levels."""
    from hypostyle._choosing import is_in

    plan, chosen = frame._plan, []
    if len(label) > len(plan.index):
        raise InvalidArgumentError(f"{len(label)} labels for {len(plan.index)} levels of the index")
    for name, part in zip(plan.index_columns, label, strict=False):
        column = _native.Expr.column(name)
        if isinstance(part, (list, range)):
            chosen.append(is_in(column, part))
        elif not isinstance(part, slice):
            chosen.append(column.binary("==", _native.Expr.literal(part)))
        elif part.step is not None:
            raise UnsupportedError("loc: steps within a level; choose the rows by position, iloc[::2]")
        else:
            for end, within in ((part.start, ">="), (part.stop, "<=")):
                chosen += [] if end is None else [column.binary(within, _native.Expr.literal(end))]
    for condition_ in chosen:
        plan = plan.then(filtered_by(condition_))
    return type(frame)._of(plan)


def filtered_by(condition_: _native.Expr) -> Callable[[_native.Query], _native.Query]:
    """The step to the rows for which this is true."""
    return lambda query: query.filter(condition_)


def _is_part(plan: Plan, label: Any) -> bool:
    """Whether a label is a text of an index of times, which stands for a year, a month, a day, ..."""
    times = len(plan.index) == 1 and plan.dtypes[plan.index[0][0]].startswith("timestamp")
    return times and isinstance(label, str) and span(label) is not None


def is_span(plan: Plan, label: Any) -> bool:
    """Whether a label stands for more than one moment: a day does unless all moments are days."""
    found = span(label) if _is_part(plan, label) else None
    if found is None:
        return False
    if found[2] in ("year", "quarter", "month"):
        return True
    time = _native.Expr.column(plan.index[0][0])
    whole = _native.Expr.call("scalar", "date_trunc", [time], {"unit": found[2]})
    return plan.query.filter(time.binary("!=", whole)).slice(0, 1).rows() > 0


def _within(plan: Plan, label: str) -> _native.Expr:
    """Whether the label of a row lies within a year, a month, a day, ..."""
    column, found = plan.index[0][0], span(label)
    assert found is not None
    ends = found[:2]
    dtype = plan.dtypes[column]
    low, high = (_native.Expr.literal(end).cast(dtype) for end in ends)
    if "," in dtype:
        low, high = (_native.Expr.literal(end.isoformat(sep=" ")).cast(dtype) for end in ends)
    label_ = _native.Expr.column(column)
    return label_.binary(">=", low).binary("&", label_.binary("<", high))


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
        levels = plan.query.collect().lists(plan.index_columns)
        labels = list(zip(*levels, strict=True)) if whole else levels[0]
    else:
        labels = plan.query.collect().lists([labelled(plan)])[0]
    places: dict[Any, list[int]] = {}
    for at, label in enumerate(labels):
        places.setdefault(label, []).append(at)
    found: list[int] = []
    like = next((label for label in labels if label is not None), None)
    for label in listed:
        if isinstance(label, str) and hasattr(like, "hour"):
            label = _moment(label, like)
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
        start = 0 if key.start is None else max(math.ceil(key.start), 0)
        stop = None if key.stop is None else max(math.floor(key.stop) + 1, start)
        return frame[start:stop]
    if len(plan.index) > 1:
        return frame[_ends(plan, key)]
    column = labelled(plan)
    labels = plan.query.collect().lists([column])[0]
    start, stop = 0, len(labels)
    if key.start is not None:
        start = _edge(labels, key.start, False)
    if key.stop is not None:
        stop = _edge(labels, key.stop, True) + 1
    return frame[start : max(stop, start)]


def _ends(plan: Plan, key: slice) -> slice:
    """The places of the rows from one label of several levels to another, each said to the end or by its first levels."""
    import bisect
    import itertools

    levels = plan.query.collect().lists(plan.index_columns)
    ends = [end if isinstance(end, tuple) or end is None else (end,) for end in (key.start, key.stop)]
    depth = max(len(end) for end in (*ends, ()) if end is not None)
    if depth > len(levels):
        raise InvalidArgumentError(f"{depth} labels for {len(levels)} levels of the index")
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
    import datetime
    import itertools

    if labels and isinstance(labels[0], datetime.datetime) and isinstance(label, str):
        found = span(label)
        if found is not None and last:
            edge = found[1] - datetime.timedelta(microseconds=1)
            label = edge.replace(tzinfo=labels[0].tzinfo)
        else:
            label = _moment(label, labels[0])
    if getattr(label, "tzinfo", None) is not None and all(getattr(one, "tzinfo", None) for one in labels):
        # Moments of one zone compare as their clocks show them, which are set back once a year.
        label, labels = label.astimezone(datetime.UTC), [one.astimezone(datetime.UTC) for one in labels]
    if label in labels:
        return len(labels) - 1 - labels[::-1].index(label) if last else labels.index(label)
    if any(a > b for a, b in itertools.pairwise(labels)):
        raise LabelNotFoundError(f"no row has the label {label!r}, and the labels are not sorted")
    return bisect.bisect_right(labels, label) - 1 if last else bisect.bisect_left(labels, label)
