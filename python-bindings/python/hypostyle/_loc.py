"""``loc`` and ``iloc``: rows by a condition, by label or by position; columns by name or position."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypostyle import _native, _numpy
from hypostyle._cells import value_of
from hypostyle._labels import is_number, named_columns
from hypostyle._plan import Plan
from hypostyle._set_cells import by_column, is_listed, set_cells
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
    from hypostyle.index import Index

    if isinstance(rows, Index):
        return rows.own_list("loc")
    series = isinstance(rows, BoundExpression) and hasattr(rows, "iloc")
    if series and getattr(rows, "dtype", "bool") != "bool":
        return rows.to_list()  # type: ignore[union-attr]
    return rows


def row_of(frame: DataFrame, position: int, name: Any) -> Any:
    """One row, by the names of the columns: a series where all values are of one kind, else a `Row`."""
    from hypostyle._reductions import values_by_name
    from hypostyle._rows import Row

    lists = frame._plan.query.slice(position, 1).collect().lists(frame.columns)
    values = [one[0] for one in lists]
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) > 1 and not kinds <= {int, float}:
        return Row(tuple(frame.columns), tuple(values), name)
    label = name if isinstance(name, str) else None
    return values_by_name(frame.columns, values, label)


def positions(given: Any, rows: int) -> list[int]:
    """Positions counted from 0, of a list that may count from the end, or of a mask."""
    listed = given.tolist() if _numpy.is_array(given) else list(given)
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


def taken(plan: Plan, at: list[int]) -> _native.Query:
    return plan.query.collect().take(at)


class Loc:
    """Rows by a condition or by label, columns by name."""

    __slots__ = ("_frame",)

    def __init__(self, frame: DataFrame) -> None:
        self._frame = frame

    def __getitem__(self, key: Any) -> Any:
        columns: Any = None
        if isinstance(key, tuple) and not _is_labels(self._frame, key):
            if len(key) != 2:
                raise InvalidArgumentError(f"loc takes rows and columns, not {len(key)} keys")
            key, columns = key[0], named_columns(key[1])
        frame = self._frame
        if callable(key) and not condition(key):
            key = key(frame)
        key = labels_of(key)
        if columns is not None and not _all(columns):
            if _is_label(key) and isinstance(columns, str):
                found = by_label(frame, key)
                values = found[columns]
                return values.to_list()[0] if len(found) == 1 else values
            kept = chosen_columns(frame, columns)
            if isinstance(kept, str):
                series = frame[kept]
                return series if _all(key) else by_rows(frame, key)[kept]
            frame = frame[kept]
        if _all(key):
            return frame
        if not _is_label(key):
            return by_rows(frame, key)
        found = by_label(frame, key)
        return row_of(found, 0, key) if len(found) == 1 and not _is_span(frame._plan, key) else found

    def __setitem__(self, key: Any, value: Any) -> None:
        frame = self._frame
        if not (isinstance(key, tuple) and len(key) == 2):
            if isinstance(key, tuple):
                raise UnsupportedError("loc[...] = takes rows and columns, df.loc[df['x'] > 1, 'y'] = 0")
            if _is_label(key) and _is_new(frame, key):
                _append(frame, key, value)
                return
            key = (key, slice(None))
        rows, name = key[0], named_columns(key[1])
        rows = labels_of(rows(frame) if callable(rows) and not condition(rows) else rows)
        if not isinstance(name, str):
            names = list(chosen_columns(frame, name))
            for one, part in zip(names, by_column(value, names), strict=True):
                self[rows, one] = part
            return
        if _all(rows):
            frame[name] = value
        elif condition(rows) and not is_listed(value):
            old = frame[name] if name in frame.columns else _empty(frame)
            new = frame._plan.expr(value_of(value))
            native = _native.Expr.case([(frame._plan.expr(rows), new)], old._native)
            frame._plan = frame._plan.with_columns({name: native})
        else:
            set_cells(frame, _places(frame, rows), [name], value)


def _is_labels(frame: DataFrame, key: tuple) -> bool:
    """Whether a tuple is labels of several levels, and not rows and columns."""
    if len(frame._plan.index) < 2 or not all(_is_label(part) for part in key):
        return False
    if len(key) != 2 or not isinstance(named_columns(key[1]), str) or named_columns(key[1]) not in frame.columns:
        return not isinstance(key[0], tuple)
    if isinstance(key[0], tuple):
        return False
    try:
        by_label(frame, key)
    except (LabelNotFoundError, DataTypeError):
        return False
    return True


def _is_new(frame: DataFrame, label: Any) -> bool:
    """Whether no row has a label."""
    try:
        by_label(frame, label)
    except LabelNotFoundError:
        return True
    return False


def _append(frame: DataFrame, label: Any, value: Any) -> None:
    """A row more at the end."""
    from hypostyle._concat import concat

    plan, names = frame._plan, frame.columns
    if not plan.index and label != plan.query.rows():
        raise LabelNotFoundError(f"no row has the label {label!r}; hs.concat([df, more]) adds rows")
    cells = dict(value.items()) if hasattr(value, "items") else value
    if not isinstance(cells, dict):
        listed = list(value) if hasattr(value, "__iter__") and not isinstance(value, str) else [value] * len(names)
        if len(listed) != len(names):
            raise InvalidArgumentError(f"{len(listed)} values for {len(names)} columns")
        cells = dict(zip(names, listed, strict=True))
    row = type(frame)({name: [cells.get(name)] for name in names})
    if plan.index:
        row = row.set_axis([label])
        levels = [(column, name) for (column, _), (_, name) in zip(row._plan.index, plan.index, strict=False)]
        row._plan = row._plan.rename({row._plan.index[0][0]: plan.index[0][0]}).reindexed(
            [(plan.index[0][0], levels[0][1])]
        )
    frame._plan = concat([frame, row])._plan


def _places(frame: DataFrame, rows: Any) -> list[int]:
    """The positions of the rows of a label, of labels, or from one label to another."""
    from hypostyle._windows import window

    place = "\0place"
    number = window("row_number").binary("-", _native.Expr.literal(1))
    numbered = frame._plan.with_columns({place: number})
    whole = type(frame)._of(numbered.collected())
    listed = _numpy.is_array(rows) or isinstance(rows, list)
    if listed and all(isinstance(one, bool) for one in (rows.tolist() if _numpy.is_array(rows) else rows)):
        return positions(rows, len(frame))
    found = by_label(whole, rows) if _is_label(rows) else by_rows(whole, rows)
    return found._plan.query.collect().lists([place])[0]


def _empty(frame: DataFrame) -> Any:
    from hypostyle.series import Series

    return Series(frame._plan, _native.Expr.literal(None), None)


def _all(key: Any) -> bool:
    return isinstance(key, slice) and key == slice(None)


def _is_label(key: Any) -> bool:
    return not (isinstance(key, (slice, list)) or condition(key) or _numpy.is_array(key) or callable(key))


def chosen_columns(frame: DataFrame, columns: Any) -> Any:
    """Names of columns: one, a list, a slice of names, or a mask."""
    names = frame.columns
    if isinstance(columns, str):
        frame._plan.query.check(columns)
        return columns
    if isinstance(columns, slice):
        columns = slice(named_columns(columns.start), named_columns(columns.stop), columns.step)
        for name in (columns.start, columns.stop):
            if name is not None:
                frame._plan.query.check(name)
        start = 0 if columns.start is None else names.index(columns.start)
        stop = len(names) if columns.stop is None else names.index(columns.stop) + 1
        return names[start : stop : columns.step]
    listed = columns.tolist() if _numpy.is_array(columns) else list(columns)
    if listed and all(isinstance(one, bool) for one in listed):
        if len(listed) != len(names):
            raise InvalidArgumentError(f"a mask of {len(listed)} values for {len(names)} columns")
        return [name for name, chosen in zip(names, listed, strict=True) if chosen]
    return listed


def labelled(plan: Plan) -> str:
    """The column of the only level; frames whose rows were chosen have no labels unless they have an index."""
    if len(plan.index) == 1:
        return plan.index[0][0]
    if plan.index:
        raise UnsupportedError("loc: give a tuple with a label for each level of the index, or a condition")
    raise UnsupportedError(
        "the rows were chosen from another frame and have no labels of their own; choose by position with iloc, by a "
        "condition, or set_index first"
    )


def by_label(frame: DataFrame, label: Any) -> DataFrame:
    """The rows of a label."""
    plan = frame._plan
    if not plan.index and not plan.origins:
        if isinstance(label, bool) or not isinstance(label, int) or not 0 <= label < plan.query.rows():
            raise LabelNotFoundError(f"no row has the label {label!r}")
        return frame[label : label + 1]
    if _is_part(plan, label):
        # A year, a month or a day stands for all moments in it.
        found = frame._then(plan.query.filter(_within(plan, label)))
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
        here = _native.Expr.column(column).binary("==", _native.Expr.literal(value))
        same = here if same is None else same.binary("&", here)
    assert same is not None
    found = frame._then(plan.query.filter(same))
    if len(found) == 0:
        raise LabelNotFoundError(f"no row has the label {label!r}")
    if len(labels) < len(plan.index):
        rest = plan.index[len(labels) :]
        kept = [column for column, _ in rest]
        left = found._plan.reindexed(rest)
        dropped = [name for name in left.columns if name not in columns or name in kept]
        return type(frame)._of(left.keep(dropped))
    return found


def _is_part(plan: Plan, label: Any) -> bool:
    """Whether a label is a year, a month or a day of an index of times."""
    times = len(plan.index) == 1 and plan.dtypes[plan.index[0][0]].startswith("timestamp")
    return times and isinstance(label, str) and len(label) in (4, 7, 10)


def _is_span(plan: Plan, label: Any) -> bool:
    """Whether a label stands for more than one moment: a day does unless all moments are days."""
    if not _is_part(plan, label):
        return False
    if len(label) < 10:
        return True
    time = _native.Expr.column(plan.index[0][0])
    day = _native.Expr.call("scalar", "date_trunc", [time], {"unit": "day"})
    return plan.query.filter(time.binary("!=", day)).slice(0, 1).rows() > 0


def _span(label: str) -> tuple[Any, Any]:
    """The first moment of a year, a month or a day, and the first one after it."""
    import datetime

    parts = [int(part) for part in label.split("-")]
    start = datetime.datetime(*[*parts, 1, 1][:3])  # type: ignore[arg-type]
    if len(parts) == 3:
        return start, start + datetime.timedelta(days=1)
    if len(parts) == 2:
        return start, datetime.datetime(start.year + start.month // 12, start.month % 12 + 1, 1)
    return start, datetime.datetime(start.year + 1, 1, 1)


def _within(plan: Plan, label: str) -> _native.Expr:
    """Whether the label of a row lies within a year, a month or a day."""
    column = plan.index[0][0]
    try:
        ends = _span(label)
    except ValueError:
        raise LabelNotFoundError(f"no row has the label {label!r}") from None
    dtype = plan.dtypes[column]
    low, high = (_native.Expr.literal(end).cast(dtype) for end in ends)
    if "," in dtype:
        low, high = (_native.Expr.literal(end.isoformat(sep=" ")).cast(dtype) for end in ends)
    label_ = _native.Expr.column(column)
    return label_.binary(">=", low).binary("&", label_.binary("<", high))


def by_rows(frame: DataFrame, key: Any) -> DataFrame:
    """Rows of a condition, of labels in their order, or from one label to another."""
    plan = frame._plan
    if condition(key):
        return frame.filter(key)
    if isinstance(key, slice):
        return _between(frame, key)
    listed = key.tolist() if _numpy.is_array(key) else list(key)
    rows = plan.query.rows()
    if listed and all(isinstance(one, bool) for one in listed):
        return frame._then(taken(plan, positions(listed, rows)))
    if not plan.index and not plan.origins:
        for label in listed:
            if not isinstance(label, int) or not 0 <= label < rows:
                raise LabelNotFoundError(f"no row has the label {label!r}")
        return frame._then(taken(plan, listed))
    column = labelled(plan)
    labels = plan.query.collect().lists([column])[0]
    places: dict[Any, list[int]] = {}
    for at, label in enumerate(labels):
        places.setdefault(label, []).append(at)
    found: list[int] = []
    for label in listed:
        if label not in places:
            raise LabelNotFoundError(f"no row has the label {label!r}")
        found.extend(places[label])
    return frame._then(taken(plan, found))


def _between(frame: DataFrame, key: slice) -> DataFrame:
    """Rows from one label to another, both included."""
    plan = frame._plan
    if not plan.index and not plan.origins:
        stop = None if key.stop is None else key.stop + 1
        return frame[slice(key.start, stop, key.step)]
    if key.step not in (None, 1):
        raise UnsupportedError("loc: a slice of labels has no step")
    column = labelled(plan)
    labels = plan.query.collect().lists([column])[0]
    start, stop = 0, len(labels)
    if key.start is not None:
        start = _edge(labels, key.start, False)
    if key.stop is not None:
        stop = _edge(labels, key.stop, True) + 1
    return frame[start : max(stop, start)]


def _edge(labels: list, label: Any, last: bool) -> int:
    """The first or last row of a label; in sorted labels, where one that is not there would be."""
    import bisect
    import datetime
    import itertools

    if labels and isinstance(labels[0], datetime.datetime) and isinstance(label, str):
        if len(label) in (4, 7, 10):
            first, after = _span(label)
            moment = after - datetime.timedelta(microseconds=1) if last else first
        else:
            moment = datetime.datetime.fromisoformat(label)
        label = moment.replace(tzinfo=labels[0].tzinfo)
    if label in labels:
        return len(labels) - 1 - labels[::-1].index(label) if last else labels.index(label)
    if any(a > b for a, b in itertools.pairwise(labels)):
        raise LabelNotFoundError(f"no row has the label {label!r}, and the labels are not sorted")
    return bisect.bisect_right(labels, label) - 1 if last else bisect.bisect_left(labels, label)


class Rows:
    """Rows and columns by position."""

    __slots__ = ("_frame",)

    def __init__(self, frame: DataFrame) -> None:
        self._frame = frame

    def __getitem__(self, key: Any) -> Any:
        columns: Any = None
        if isinstance(key, tuple):
            if len(key) != 2:
                raise InvalidArgumentError(f"iloc takes rows and columns, not {len(key)} keys")
            key, columns = key
        frame = self._frame
        names = frame.columns
        if isinstance(columns, int) and not isinstance(columns, bool):
            if not -len(names) <= columns < len(names):
                raise IndexError(f"the position {columns} is outside of {len(names)} columns")
            return frame[names[columns]].iloc[key]
        if isinstance(columns, slice):
            frame = frame[names[columns]]
        elif columns is not None:
            frame = frame[[names[at] for at in positions(columns, len(names))]]
        if isinstance(key, int) and not isinstance(key, bool):
            return self._row(frame, key)
        if condition(key):
            raise DataTypeError("iloc takes positions; a condition goes into df.loc[...] or df[...]")
        if isinstance(key, slice):
            if key.step in (None, 1):
                return frame[key]
            key = list(range(*key.indices(len(frame))))
        return frame._then(taken(frame._plan, positions(key, len(frame))))

    def __setitem__(self, key: Any, value: Any) -> None:
        rows, columns = key if isinstance(key, tuple) and len(key) == 2 else (key, slice(None))
        frame = self._frame
        names, total = frame.columns, len(frame)
        single = isinstance(columns, int) and not isinstance(columns, bool)
        if isinstance(columns, slice):
            chosen = names[columns]
        else:
            chosen = [names[at] for at in positions([columns] if single else columns, len(names))]
        if isinstance(rows, slice):
            places = list(range(*rows.indices(total)))
        else:
            places = positions([rows] if isinstance(rows, int) else rows, total)
        set_cells(frame, places, chosen, value)

    @staticmethod
    def _row(frame: DataFrame, position: int) -> Any:
        [at] = positions([position], len(frame))
        plan = frame._plan
        label: Any = at
        if plan.index:
            lists = plan.query.slice(at, 1).collect().lists(plan.index_columns)
            label = lists[0][0] if len(lists) == 1 else tuple(part[0] for part in lists)
        return row_of(frame, at, label)


class Cell:
    """One value: ``df.at[label, column]`` and ``df.iat[row, column]``."""

    __slots__ = ("_by_label", "_owner")

    def __init__(self, owner: Any, by_label: bool) -> None:
        self._owner, self._by_label = owner, by_label

    def __getitem__(self, key: Any) -> Any:
        where = self._owner.loc if self._by_label else self._owner.iloc
        return where[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        where = self._owner.loc if self._by_label else self._owner.iloc
        where[key] = value


class SeriesLoc:
    """``series.loc`` and ``series.iloc``: as of a frame with this one column."""

    __slots__ = ("_series", "_where")

    def __init__(self, series: Any, where: str) -> None:
        self._series, self._where = series, where

    def __getitem__(self, key: Any) -> Any:
        from hypostyle.series import VALUE

        series = self._series
        if callable(key) and not condition(key):
            key = key(series)
        key = labels_of(key) if self._where == "loc" else key
        if condition(key) or (isinstance(key, slice) and self._where == "iloc" and key.step in (None, 1)):
            return series[key]
        frame = series.to_frame(VALUE)
        if self._where == "iloc":
            if isinstance(key, int) and not isinstance(key, bool):
                [at] = positions([key], len(series))
                return frame._plan.query.slice(at, 1).collect().lists([VALUE])[0][0]
            return frame.iloc[key][VALUE].rename(series.name)
        if _is_label(key):
            found = by_label(frame, key)[VALUE]
            return found.to_list()[0] if len(found) == 1 else found.rename(series.name)
        return by_rows(frame, key)[VALUE].rename(series.name)

    def __setitem__(self, key: Any, value: Any) -> None:
        """New values; changes the series. Where the series is a column of a frame, the frame stays as it is."""
        from hypostyle.series import VALUE

        series = self._series
        if callable(key) and not condition(key):
            key = key(series)
        if condition(key):
            series._become(series.mask(key, value))
            return
        frame = series.to_frame(VALUE)
        if self._where == "loc" and _is_label(key) and _is_new(frame, key):
            _append(frame, key, [value])
            series._become(frame[VALUE].rename(series.name))
            return
        if isinstance(value, BoundExpression):
            value = value.to_list()  # type: ignore[attr-defined]
        where = frame.iloc if self._where == "iloc" else frame.loc
        where[key, 0 if self._where == "iloc" else VALUE] = value
        series._become(frame[VALUE].rename(series.name))
