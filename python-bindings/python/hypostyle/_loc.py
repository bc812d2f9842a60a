"""``loc`` and ``iloc``: rows by a condition, by label or by position; columns by name or position."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any

from hypostyle import _native, _numpy
from hypostyle._cells import is_missing, value_of
from hypostyle._columns import kind_of, ours
from hypostyle._headings import below, by_level, column_of, columns_of, part_of, shown
from hypostyle._labels import column_name, named_columns
from hypostyle._lookup import (
    LabelNotFoundError,
    by_label,
    by_rows,
    condition,
    is_by_level,
    is_several,
    labelled,
    labels_of,
    places,
    positions,
    row_of,
    taken,
)
from hypostyle._set_cells import by_column, given, in_categories, is_listed, set_cells
from hypostyle._single import single
from hypostyle._times import lists_of
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame


class Loc:
    """Rows by a condition or by label, columns by name."""

    __slots__ = ("_frame",)

    def __init__(self, frame: DataFrame) -> None:
        self._frame = frame

    def __getitem__(self, key: Any) -> Any:
        columns: Any = None
        key = slice(None) if key is ... else _numpy.plain(key)
        if isinstance(key, tuple) and not _is_labels(self._frame, key):
            if len(key) != 2:
                raise InvalidArgumentError(f"loc takes rows and columns, not {len(key)} keys")
            key, columns = _numpy.plain(key[0]), key[1]
            columns = columns(self._frame) if callable(columns) else columns
            columns = named_columns(by_level(self._frame._plan.columns, columns))
        frame = self._frame
        if callable(key) and not condition(key):
            key = key(frame)
        key = labels_of(ours(key))
        if columns is not None and not _all(columns):
            columns = column_of(frame._plan, columns)
            if isinstance(columns, (str, tuple)) and (part := part_of(frame._plan, columns)) is not None:
                return type(frame)._of(part).loc[key, :]
            if _is_label(key) and isinstance(columns, str):
                found = by_label(frame, key)
                values = found[columns]
                alone = len(found) == 1 and not is_several(frame._plan, key)
                return single(values.to_list()[0], values.dtype) if alone else values
            kept = chosen_columns(frame, columns)
            if isinstance(kept, str):
                series = frame[kept]
                return series if _all(key) else by_rows(frame, key)[kept]
            frame = frame[kept]
        if _all(key):
            return frame.copy()
        if not _is_label(key):
            return by_rows(frame, key)
        found = by_label(frame, key)
        if len(found) != 1 or is_several(frame._plan, key):
            return found
        # A text that stands for a moment is not the label itself.
        text = isinstance(key, str) and found._plan.dtypes[labelled(found._plan)].startswith("timestamp")
        return row_of(found, 0, single(found.index.to_list()[0]) if text else key)

    def __setitem__(self, key: Any, value: Any) -> None:
        frame, key, value = self._frame, _numpy.plain(key), given(value)
        if isinstance(key, tuple) and _is_labels(frame, key):
            if len(key) == len(frame._plan.index) and frame._plan.columns and _is_new(frame, key):
                _append(frame, key, value)
                return
            key = (key, slice(None))
        if not (isinstance(key, tuple) and len(key) == 2):
            if isinstance(key, tuple):
                raise UnsupportedError("loc[...] = takes rows and columns, df.loc[df['x'] > 1, 'y'] = 0")
            if _is_label(key) and _is_new(frame, key):
                _append(frame, key, value)
                return
            key = (key, slice(None))
        rows, name = _numpy.plain(key[0]), named_columns(by_level(frame._plan.columns, _asked(key[1], frame)))
        if isinstance(name, tuple):
            name = column_of(frame._plan, name)
            if isinstance(name, tuple) and all(isinstance(one, str) and one in frame._plan.columns for one in name):
                # Beside columns of one level a tuple is a list of them, as in pandas.
                name = list(name)
            elif isinstance(name, tuple) and not below(frame._plan, name):
                name = column_name(name)
        if isinstance(name, (str, tuple)) and name not in frame._plan.names:
            # The first of several levels stands for all columns below it.
            name = list(below(frame._plan, name).values()) or name
        rows = labels_of(rows(frame) if callable(rows) and not condition(rows) else rows)
        if _is_label(rows):
            value = _by_name(frame, name, value)
        if not isinstance(name, str):
            names = list(chosen_columns(frame, name))
            for one, part in zip(names, by_column(value, names), strict=True):
                self[rows, one] = part
            return
        frame._plan = frame._plan.with_free([name])
        if _all(rows):
            frame[name] = value
        elif condition(rows) and not is_listed(value):
            old = frame[name] if name in frame._plan.columns else _empty(frame)
            names = [*frame._plan.columns, *([] if name in frame._plan.columns else [name])]
            plan = frame._plan.with_room(value)
            new = plan.beside_each(value_of(value))
            native = _native.Expr.case([(plan.expr(rows), new)], old._native)
            made = plan.with_columns({name: in_categories(plan, old._native, native, value)})
            frame._plan = made if plan is frame._plan else made.keep(names)
        else:
            try:
                places = _places(frame, rows)
            except LabelNotFoundError:
                if not _is_label(rows) or is_listed(value):
                    raise
                if name not in frame._plan.columns:
                    frame._plan = frame._plan.with_columns({name: _native.Expr.literal(None)})
                _append(frame, rows, {name: value})
            else:
                set_cells(frame, places, [name], value, True)


def _by_name(frame: DataFrame, columns: Any, value: Any) -> Any:
    """What the cells of one row get: of a mapping, or of a series by the names of columns, a list in the order of the
    columns."""
    series = isinstance(value, BoundExpression) and hasattr(value, "iloc")
    if isinstance(columns, str) or not (hasattr(value, "items") or series) or hasattr(value, "columns"):
        return value
    cells = {named_columns(label): cell for label, cell in value.items()}
    return [cells.get(one) for one in chosen_columns(frame, columns)]


def _is_labels(frame: DataFrame, key: tuple) -> bool:
    """Whether a tuple is labels of several levels, and not rows and columns."""
    if len(frame._plan.index) < 2 or not all(_is_label(part) for part in key):
        return False
    if len(key) != 2 or not isinstance(named_columns(key[1]), str) or named_columns(key[1]) not in frame._plan.columns:
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
    except (LabelNotFoundError, DataTypeError):
        return True
    return False


def _append(frame: DataFrame, label: Any, value: Any) -> None:
    """A row more at the end."""
    from hypostyle._concat import concat

    plan, names = frame._plan.labelled(), frame._plan.columns
    if isinstance(label, bool):
        raise LabelNotFoundError(f"no row has the label {label!r}")
    if not plan.index and label != plan.query.rows():
        plan = plan.numbered()
    cells = {column_name(one): cell for one, cell in value.items()} if hasattr(value, "items") else value
    if not isinstance(cells, dict):
        listed = list(value) if hasattr(value, "__iter__") and not isinstance(value, str) else [value] * len(names)
        if len(listed) != len(names):
            raise InvalidArgumentError(f"{len(listed)} values for {len(names)} columns")
        cells = dict(zip(names, listed, strict=True))
    row = type(frame)({name: [None if is_missing(cell := cells.get(name)) else cell] for name in names})
    if not len(frame):
        # The labels there are none of say nothing about what labels are.
        made = row if label == 0 and isinstance(label, int) else row.set_axis([label])
        frame._plan = made.rename_axis(list(frame.index.names))._plan if made._plan.index else made._plan
        return
    if plan.index:
        given = label if isinstance(label, tuple) else (label,)
        if len(given) != len(plan.index):
            raise InvalidArgumentError(
                f"loc: a new row has a label for each of the {len(plan.index)} levels of the index, not {label!r} alone"
            )
        row = row.set_axis([label])
        kinds = [kind_of(one.dtypes[one.index_columns[0]]) for one in (plan, row._plan)]
        if kinds[0] != kinds[1] and len(plan.index) == 1:
            advice = (
                f"give it as text, {str(label)!r}"
                if kinds[0] == "string"
                else "df.index = df.index.astype(str) makes text of those there are"
            )
            raise DataTypeError(f"loc: the labels of an index have one type, here {kinds[0]}, not {label!r}; {advice}")
        moved = dict(zip(row._plan.index_columns, plan.index_columns, strict=True))
        row._plan = row._plan.rename(moved).reindexed(plan.index)
    frame._plan = concat([type(frame)._of(plan), row], ignore_index=not plan.index)._plan.titled(plan.axis)


def _places(frame: DataFrame, rows: Any) -> list[int]:
    """The positions of the rows of a label, of labels, or from one label to another."""
    from hypostyle._windows import window

    place = "\0place"
    number = window("row_number").binary("-", _native.Expr.literal(1))
    numbered = frame._plan.with_columns({place: number})
    whole = type(frame)._of(numbered.collected())
    listed = _numpy.is_array(rows) or isinstance(rows, (list, range))
    if listed and all(isinstance(one, bool) for one in _numpy.listed(rows)):
        return positions(rows, len(frame))
    found = by_label(whole, rows) if _is_label(rows) else by_rows(whole, rows)
    return lists_of(found._plan.query.collect(), [place])[0]


def _empty(frame: DataFrame) -> Any:
    from hypostyle.series import Series

    return Series(frame._plan, _native.Expr.literal(None), None)


def _asked(key: Any, frame: DataFrame) -> Any:
    """What a function of the frame chooses; other keys as they are."""
    if not callable(key) or condition(key):
        return key
    made = key(frame)
    return made.to_list() if hasattr(made, "_native") else made


def _all(key: Any) -> bool:
    return isinstance(key, slice) and key == slice(None)


def _is_label(key: Any) -> bool:
    return not (isinstance(key, (slice, list, range)) or condition(key) or _numpy.is_array(key) or callable(key))


def chosen_columns(frame: DataFrame, columns: Any) -> Any:
    """Names of columns: one, a list, a slice of names, or a mask."""
    names = frame._plan.columns
    columns = column_of(frame._plan, columns)
    if isinstance(columns, str):
        if found := list(below(frame._plan, columns).values()):
            return found
        frame._plan.query.check(columns)
        return columns
    if isinstance(columns, slice):
        between = _between(names, columns)
        if between is not None:
            return between
        columns = slice(named_columns(columns.start), named_columns(columns.stop), columns.step)
        for name in (columns.start, columns.stop):
            if name is not None:
                frame._plan.query.check(name)
        start = None if columns.start is None else names.index(columns.start)
        stop = None if columns.stop is None else names.index(columns.stop)
        if columns.step is not None and columns.step < 0:
            # Backwards, the last one is included as well.
            return names[start : None if not stop else stop - 1 : columns.step]
        return names[start : None if stop is None else stop + 1 : columns.step]
    listed = _numpy.listed(columns)
    if listed and all(isinstance(one, bool) for one in listed):
        if isinstance(columns, BoundExpression) and hasattr(columns, "index"):
            # Of a series each column has the answer of its label.
            told = dict(zip(map(column_name, columns.index.to_list()), listed, strict=True))
            listed = [told[name] for name in names] if told.keys() == set(names) else listed
        if len(listed) != len(names):
            raise InvalidArgumentError(f"a mask of {len(listed)} values for {len(names)} columns")
        return [name for name, chosen in zip(names, listed, strict=True) if chosen]
    return columns_of(frame._plan, listed)


def _between(names: list[str], columns: slice) -> list[str] | None:
    """The columns from one label to another, where labels are numbers in order, neither of which need be there."""
    labels = shown(names)
    if columns.step is not None and columns.step < 0:
        return None
    ends = [end for end in (columns.start, columns.stop) if end is not None]
    if not all(isinstance(one, (int, float)) for one in (*labels, *ends)) or labels != sorted(labels):
        return None
    start = 0 if columns.start is None else bisect_left(labels, columns.start)
    stop = len(names) if columns.stop is None else bisect_right(labels, columns.stop)
    return names[start : stop : columns.step]


class Rows:
    """Rows and columns by position."""

    __slots__ = ("_frame",)

    def __init__(self, frame: DataFrame) -> None:
        self._frame = frame

    def __getitem__(self, key: Any) -> Any:
        columns: Any = None
        if isinstance(key, tuple) and len(key) == 1:
            key = key[0]
        if isinstance(key, tuple):
            if len(key) != 2:
                raise InvalidArgumentError(f"iloc takes rows and columns, not {len(key)} keys")
            key, columns = key
        key, columns = _numpy.plain(key), _numpy.plain(columns)
        frame = self._frame
        key, columns = (_asked(part, frame) for part in (key, columns))
        names = frame._plan.columns
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
        if condition(key) and getattr(key, "dtype", "bool") not in ("bool", "null") and hasattr(key, "to_list"):
            key = key.to_list()
        if condition(key):
            raise DataTypeError("iloc takes positions; a condition goes into df.loc[...] or df[...]")
        if isinstance(key, slice):
            if key.step in (None, 1):
                return frame[key]
            key = list(range(*key.indices(len(frame))))
        return frame._then(taken(places(key, len(frame))))

    def __setitem__(self, key: Any, value: Any) -> None:
        frame, value = self._frame, given(value)
        key = key if isinstance(key, tuple) and len(key) == 2 else (key, slice(None))
        rows, columns = (_numpy.plain(_asked(part, frame)) for part in key)
        names, total = frame._plan.columns, len(frame)
        alone = isinstance(columns, int) and not isinstance(columns, bool)
        if isinstance(columns, slice):
            chosen = names[columns]
        else:
            chosen = [names[at] for at in positions([columns] if alone else columns, len(names))]
        if isinstance(rows, slice):
            places = list(range(*rows.indices(total)))
        else:
            places = positions([rows] if isinstance(rows, int) else rows, total)
        series = hasattr(value, "items") and not hasattr(value, "columns")
        if series and (isinstance(rows, int) or (len(chosen) > 1 and len(value) == len(chosen))):
            # One after the other in each row, whatever they are called.
            value = [cell for _, cell in value.items()]
        set_cells(frame, places, chosen, value)

    @staticmethod
    def _row(frame: DataFrame, position: int) -> Any:
        [at] = positions([position], len(frame))
        plan = frame._plan.labelled()
        label: Any = at
        if plan.index:
            lists = lists_of(plan.query.slice(at, 1).collect(), plan.index_columns)
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
        if key is ...:
            return series.copy()
        if callable(key) and not condition(key):
            key = key(series)
        # Labels of a series, or places.
        key = _numpy.plain(labels_of(key))
        if condition(key) or (isinstance(key, slice) and self._where == "iloc" and key.step in (None, 1)):
            return series[key]
        frame = series.to_frame(VALUE)
        if self._where == "iloc":
            if isinstance(key, int) and not isinstance(key, bool):
                [at] = positions([key], len(series))
                return single(lists_of(frame._plan.query.slice(at, 1).collect(), [VALUE])[0][0], series.dtype)
            return frame.iloc[key][VALUE].rename(series.name)
        if _is_label(key):
            found = by_label(frame, key)[VALUE]
            plan = frame._plan.labelled()
            alone = len(found) == 1 and not is_several(plan, key)
            if is_by_level(plan, key) and all(
                part == slice(None) for part in key if isinstance(part, (slice, list, range))
            ):
                # Levels of which one label is meant are left out.
                found = found.droplevel([at for at, part in enumerate(key) if not isinstance(part, slice)])
            return single(found.to_list()[0], found.dtype) if alone else found.rename(series.name)
        return by_rows(frame, key)[VALUE].rename(series.name)

    def __setitem__(self, key: Any, value: Any) -> None:
        """New values; changes the series. Where the series is a column of a frame, the frame stays as it is."""
        from hypostyle.series import VALUE

        series, value = self._series, given(value)
        if callable(key) and not condition(key):
            key = key(series)
        key = _numpy.plain(labels_of(key) if hasattr(key, "get_level_values") else key)
        if condition(key):
            if is_listed(value) and len(value) != len(series):
                # As many values as there are rows that are chosen.
                key = [bool(chosen) for chosen in series._like(series._argument(key)).to_list()]
            else:
                here, chosen, other = series._parts(key, value)
                made = _native.Expr.case([(chosen, other)], here._native)
                series._become(here._like(in_categories(here._plan, here._native, made, value)))
                return
        frame = series.to_frame(VALUE)
        if self._where == "loc" and _is_label(key) and _is_new(frame, key):
            _append(frame, key, [value])
            series._become(frame[VALUE].rename(series.name))
            return
        if isinstance(value, BoundExpression) and self._where == "iloc":
            value = value.to_list()  # type: ignore[attr-defined]
        where = frame.iloc if self._where == "iloc" else frame.loc
        where[key, 0 if self._where == "iloc" else VALUE] = value
        series._become(frame[VALUE].rename(series.name))
