"""Rows as Python objects."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hypostyle._headings import shown
from hypostyle._names import Names
from hypostyle._row_labels import RowLabels
from hypostyle._row_running import RowRunning
from hypostyle._row_verbs import RowVerbs
from hypostyle._single import filled
from hypostyle._text_cells import escaped, fixed, floats
from hypostyle._times import timed
from hypostyle.errors import ColumnNotFoundError

if TYPE_CHECKING:
    from hypostyle._plan import Plan


class Row(RowLabels, RowRunning, RowVerbs):
    """The values of one row, by the columns' names: ``row["x"]``, ``row.x``.

    >>> row = Row(("x", "y"), (1, 2.5), 7)
    >>> row["x"], row.y, row.name, row.sum(), dict(row)
    (1, 2.5, 7, 3.5, {'x': 1, 'y': 2.5})
    """

    __slots__ = ("_names", "_values", "name")

    def __init__(self, names: tuple[str, ...], values: tuple, name: Any) -> None:
        self._names, self._values, self.name = names, values, name

    def _with(self, names: list, values: list) -> Row:
        """A row of other values."""
        return Row(tuple(names), tuple(values), self.name)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, Row):
            return self._chosen(lambda name, _: bool(key[name]))
        if isinstance(key, slice):
            return self.iloc[self._places(key)]
        if isinstance(key, list) or (isinstance(key, tuple) and key not in self._names):
            return Row(tuple(key), tuple(self[name] for name in key), self.name)
        try:
            return timed(self._values[self._names.index(key)])
        except ValueError:
            raise ColumnNotFoundError(f"the row has no column {key!r}; there are {list(self._names)}") from None

    def __setitem__(self, key: Any, value: Any) -> None:
        """Another value, or one more, in this row; the frame that it is of stays as it is."""
        listed, names = list(self._values), self._names
        if key in names:
            listed[names.index(key)] = value
            self._values = tuple(listed)
        else:
            self._names, self._values = (*names, key), (*listed, value)

    def _places(self, key: slice) -> slice:
        """The places from one label to another, which is included; numbers are places."""
        names = list(self._names)
        if all(end is None or isinstance(end, int) for end in (key.start, key.stop)):
            return key
        start = None if key.start is None else names.index(key.start)
        return slice(start, None if key.stop is None else names.index(key.stop) + 1, key.step)

    def __getattr__(self, name: str) -> Any:
        if name in self._names:
            return self[name]
        if not name.startswith("_") and (method := of_series(self, name)) is not None:
            return method
        raise AttributeError(f"a row has no attribute and no column {name!r}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(name for name in self._names if isinstance(name, str) and name.isidentifier())]

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a column, or ``default`` if there is none of that name."""
        return self[key] if key in self._names else default

    def keys(self) -> list[Any]:
        """The labels of the columns."""
        return list(self._names)

    @property
    def index(self) -> Names:
        """The labels of the columns."""
        return Names(self._names)

    @property
    def values(self) -> Any:
        """The values as an array."""
        return self.to_numpy()

    def items(self) -> Iterator[tuple[str, Any]]:
        """Names and values."""
        return zip(self._names, self._values, strict=True)

    def to_dict(self) -> dict[str, Any]:
        """Names and values."""
        return dict(self.items())

    def to_list(self) -> list:
        """The values."""
        return list(self._values)

    def compute(self, **_: Any) -> Row:
        """The same: it is known already."""
        return self

    tolist = to_list

    def to_pandas(self) -> Any:
        """The values as a series of pandas."""
        import pandas as pd

        return pd.Series(list(self._values), index=list(self._names), name=self.name)

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __eq__(self, other: Any) -> bool:
        if isinstance(other, Row):
            return self._names == other._names and self._values == other._values
        return self._operated(operator.eq, other, missing=False)

    def __ne__(self, other: Any) -> Any:
        return not self == other if isinstance(other, Row) else self._operated(operator.ne, other, missing=True)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={value!r}' for name, value in self.items())}, name={self.name!r})"

    def __str__(self) -> str:
        if not self._names:
            return repr(self)
        labels = [str(name) for name in self._names]
        values = fixed([_shown(value) for value in self._values])
        width = max(map(len, labels)) + 3
        lines = [f"{label:<{width}}{value}" for label, value in zip(labels, values, strict=True)]
        return "\n".join([*lines, "dtype: object" if self.name is None else f"Name: {self.name}, dtype: object"])

    def __reduce__(self) -> Any:
        return Row, (self._names, self._values, self.name)


def of_series(row: Row, name: str) -> Any:
    """What series have and rows have not of their own: of a series of the row's values, if they are of one type. What it
    gives for each of the labels is a row again."""
    from hypostyle.series import Series

    def series_of(value: Any) -> Any:
        if not isinstance(value, Row):
            return value
        return Series(list(value._values), index=list(value._names), name=value.name)

    if not hasattr(Series, name):
        return None
    series = series_of(row)
    if isinstance(series, Row):
        return None
    method = getattr(series, name)
    if not callable(method):
        return method

    def called(*args: Any, **kwargs: Any) -> Any:
        named = {key: series_of(value) for key, value in kwargs.items()}
        made = method(*map(series_of, args), **named)
        if isinstance(made, Series) and made.index.to_list() == list(row._names):
            return Row(row._names, tuple(made), made.name)
        return made

    return called


def _shown(value: Any) -> str:
    """A value as text, with a blank or a sign before it."""
    if value is None:
        return " NaN"
    return floats([value], "NaN")[0] if isinstance(value, float) else f" {escaped(str(value))}"


def rows_of(plan: Plan) -> Iterator[tuple[Any, Row]]:
    """Labels and rows, partition by partition."""
    plan = plan.shown()
    columns, index = plan.columns, plan.index_columns
    names, start, types = tuple(shown(columns)), 0, plan.dtypes
    table = plan.query.collect()
    for position in range(len(table.partition_rows())):
        part = table.partition(position).collect()
        lists = part.lists([*index, *columns])
        count = part.rows()
        labels: Any = range(start, start + count)
        if index:
            labels = lists[0] if len(index) == 1 else list(zip(*lists[: len(index)], strict=True))
        given = [filled(one, types[name]) for name, one in zip(columns, lists[len(index) :], strict=True)]
        values = zip(*given, strict=True) if columns else ((),) * count
        for label, row in zip(labels, values, strict=True):
            yield label, Row(names, tuple(row), label)
        start += count


def row_of_values(data: Any, index: Any, name: Any) -> Row | None:
    """A row of labelled values that no column holds side by side, as texts beside numbers and numbers beside moments;
    ``None`` for what a column can hold."""
    if isinstance(data, Mapping) and index is None:
        labels, values = list(data), list(data.values())
    elif isinstance(data, (list, tuple)) and isinstance(index, (list, tuple, Names)) and len(data) == len(index):
        labels, values = list(index), list(data)
    else:
        return None
    if len({kind for value in values if (kind := _kind(value)) is not None}) < 2:
        return None
    if not all(isinstance(label, str) for label in labels):
        return None
    plain = [value.item() if hasattr(value, "item") and not getattr(value, "ndim", 1) else value for value in values]
    return Row(tuple(labels), tuple(plain), name)


def _kind(value: Any) -> str | None:
    """What single values that one column holds have in common; ``None`` for what is missing, and for lists."""
    if type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, str):
        return "text"
    if isinstance(value, (int, float)):
        return "truth" if isinstance(value, bool) else "number"
    if hasattr(value, "total_seconds"):
        return "length"
    return "moment" if hasattr(value, "isoformat") else None
