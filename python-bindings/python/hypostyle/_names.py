"""Labels of columns: a list with what pandas' index of columns offers."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hypostyle import _native
from hypostyle._bin_texts import intervals
from hypostyle._column_labels import as_column
from hypostyle._labels import column_name
from hypostyle.errors import ColumnNotFoundError, InvalidArgumentError, ShapeError


class Names(list[Any]):
    """The labels of a frame's columns: texts, numbers, ...; tuples where they have several levels.

    >>> names = Names(["price", "size"])
    >>> names, names.tolist(), names.isin(["size"]).tolist(), names.str.upper()
    (['price', 'size'], ['price', 'size'], [False, True], ['PRICE', 'SIZE'])
    """

    # The names of the levels, and the frame that learns of others.
    __slots__ = ("_axis", "_owner")

    def __init__(self, names: Iterable[Any] = (), axis: Any = None, owner: Any = None) -> None:
        super().__init__(names)
        self._axis, self._owner = axis, owner

    def _like(self, names: Iterable[Any]) -> Names:
        """Some of these names, or others of the same axis."""
        return Names(names, self._axis)

    def __reduce__(self) -> Any:
        return Names, (list(self), self._axis)

    def tolist(self) -> list[Any]:
        """The names as a plain list."""
        return list(self)

    to_list = tolist

    @property
    def values(self) -> Any:
        """As `to_numpy`."""
        return self.to_numpy()

    def __getattr__(self, name: str) -> Any:
        """The ends and middles of the intervals of `cut`, which are the categories of a series."""
        found = intervals(self) if name in ("left", "right", "mid", "length", "closed") else None
        if found is None:
            raise AttributeError(f"labels of columns have no attribute {name!r}")
        if name == "closed":
            return found[0].closed
        import numpy as np

        return np.array([getattr(one, name) for one in found])

    @property
    def name(self) -> Any:
        """The name of the only level, such as that of the column whose values a pivot made columns of. It can be set."""
        return self.names[0] if self.nlevels == 1 else None

    @name.setter
    def name(self, name: Any) -> None:
        self.names = [name]

    @property
    def names(self) -> list[Any]:
        """The name of each level. They can be set."""
        return [None] * self.nlevels if self._axis is None else list(self._axis)

    @names.setter
    def names(self, names: Any) -> None:
        names = list(names)
        if len(names) != self.nlevels:
            raise InvalidArgumentError(f"{len(names)} names for {self.nlevels} levels of the columns")
        self._axis = None if all(name is None for name in names) else tuple(names)
        if self._owner is not None:
            self._owner._plan = self._owner._plan.titled(self._axis)

    def rename(self, name: Any) -> Names:
        """The same labels, under another name (or names)."""
        return Names(self, tuple(name) if isinstance(name, (list, tuple)) else (name,))

    set_names = rename

    @property
    def dtype(self) -> Any:
        """The name of the type of the labels; of several levels, or labels of several types, ``"object"``."""
        from hypostyle._dtypes import DType

        labels, dtype = as_column(list(self))
        if self.nlevels > 1 or (dtype == "string" and labels != list(self)):
            return "object"
        return DType(_native.Query.from_columns(["x"], [_native.Column.from_values(labels, dtype)]).dtypes()[0])

    def astype(self, dtype: Any) -> Names:
        """The labels as another type, such as text: ``df.columns = df.columns.astype(str)``."""
        import numpy as np

        if dtype in (str, "str", "string"):
            return self._like(name if isinstance(name, str) else str(name) for name in self)
        return self._like(np.array(list(self)).astype(dtype).tolist())

    def to_numpy(self) -> Any:
        """The names as an array of objects."""
        from hypostyle._numpy import object_array

        return object_array(list(self))

    @property
    def nlevels(self) -> int:
        """The number of levels."""
        return max((len(name) for name in self if isinstance(name, tuple)), default=1)

    @property
    def levels(self) -> list[Names]:
        """The distinct labels of each level, sorted."""
        return [Names(_in_order(list(dict.fromkeys(self.get_level_values(at))))) for at in range(self.nlevels)]

    def _level(self, level: Any) -> int:
        """The number of a level, of its number or its name."""
        if level in self.names and level is not None:
            return self.names.index(level)
        if not isinstance(level, int) or not -self.nlevels <= level < self.nlevels:
            raise InvalidArgumentError(f"the names of the columns have {self.nlevels} levels, none is called {level!r}")
        return level % self.nlevels

    def get_level_values(self, level: Any) -> Names:
        """The labels of one level, by its number or its name."""
        at = self._level(level)
        found = (name[at] if isinstance(name, tuple) else name for name in self)
        return Names(found, None if self._axis is None else (self._axis[at],))

    def droplevel(self, level: Any = 0) -> Names:
        """The names without a level."""
        at = self._level(level)
        if self.nlevels == 1:
            raise InvalidArgumentError("droplevel: one level must stay")
        rest = [(*name[:at], *name[at + 1 :]) for name in self]
        axis = None if self._axis is None else (*self._axis[:at], *self._axis[at + 1 :])
        return Names((one[0] if len(one) == 1 else one for one in rest), axis)

    def swaplevel(self, i: Any = -2, j: Any = -1) -> Names:
        """The names with two levels exchanged."""
        one, other = self._level(i), self._level(j)

        def moved(parts: Iterable[Any]) -> tuple[Any, ...]:
            levels = list(parts)
            levels[one], levels[other] = levels[other], levels[one]
            return tuple(levels)

        return Names(map(moved, self), None if self._axis is None else moved(self._axis))

    def sort_values(self, ascending: bool = True, key: Any = None) -> Names:
        """The names in order."""
        return self._like(sorted(self, key=key, reverse=not ascending))

    def append(self, other: Any) -> Names:  # type: ignore[override]
        """The names, and others after them."""
        return self._like(
            [*self, *(other if hasattr(other, "__iter__") and not isinstance(other, (str, tuple)) else [other])]
        )

    def insert(self, loc: Any, item: Any) -> Names:  # type: ignore[override]
        """The names with another one at a place."""
        at = range(len(self) + 1)[loc]
        return self._like([*self[:at], item, *self[at:]])

    def delete(self, loc: int) -> Names:
        """The names without the one at a place."""
        at = range(len(self))[loc]
        return self._like([*self[:at], *self[at + 1 :]])

    @property
    def is_unique(self) -> bool:
        """True: names are unique."""
        return True

    @property
    def has_duplicates(self) -> bool:
        """False: names are unique."""
        return False

    @property
    def is_monotonic_increasing(self) -> bool:
        """Whether the names are in order."""
        return all(one <= other for one, other in itertools.pairwise(self))

    def equals(self, other: Any) -> bool:
        """Whether these are the same labels in the same order."""
        return list(self) == list(other)

    def get_indexer(self, target: Iterable[Any]) -> Any:
        """The places of some labels, -1 where there is none, as an array."""
        import numpy as np

        places = {name: at for at, name in enumerate(self)}
        return np.array([places.get(name, -1) for name in target], dtype=np.intp)

    def to_series(self) -> Any:
        """The labels as a series, indexed by themselves."""
        from hypostyle.series import Series

        return Series(list(self), index=list(self), name=self.name)

    def min(self) -> Any:
        """The least label."""
        return min(self)

    def max(self) -> Any:
        """The greatest label."""
        return max(self)

    def unique(self) -> Names:
        """The names, each once."""
        return self._like(dict.fromkeys(self))

    def to_flat_index(self) -> Names:
        """The names: tuples are what they are."""
        return Names(self)

    @property
    def size(self) -> int:
        """The number of names."""
        return len(self)

    @property
    def empty(self) -> bool:
        """Whether there is no name."""
        return not self

    def __eq__(self, other: Any) -> Any:
        """Whether each name is this one, as an array; whether a list has the same names."""
        import numpy as np

        if isinstance(other, str) or not hasattr(other, "__iter__"):
            return np.array([bool(name == other) for name in super().__iter__()], dtype=bool)
        return np.bool_(super().__eq__(list(other)))

    def __ne__(self, other: Any) -> Any:
        return ~(self == other)

    def _compared(self, operator: Any, other: Any) -> Any:
        """Whether each name is before or after a label, or that of another list in its place, as an array."""
        import numpy as np

        others = list(other) if hasattr(other, "__iter__") and not isinstance(other, str) else [other] * len(self)
        if len(others) != len(self):
            raise InvalidArgumentError(f"{len(others)} labels beside {len(self)} columns")
        return np.array([bool(operator(*pair)) for pair in zip(self, others, strict=True)], dtype=bool)

    def __lt__(self, other: Any) -> Any:
        return self._compared(operator.lt, other)

    def __le__(self, other: Any) -> Any:
        return self._compared(operator.le, other)

    def __gt__(self, other: Any) -> Any:
        return self._compared(operator.gt, other)

    def __ge__(self, other: Any) -> Any:
        return self._compared(operator.ge, other)

    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, key: Any) -> Any:
        """One name, or names by a slice, a list of places or a mask: ``df.columns[df.dtypes == "float64"]``."""
        if hasattr(key, "to_list") or hasattr(key, "tolist"):
            key = key.to_list() if hasattr(key, "to_list") else key.tolist()
        if not isinstance(key, list):
            found = super().__getitem__(key)
            return self._like(found) if isinstance(key, slice) else found
        if key and all(isinstance(one, bool) for one in key):
            if len(key) != len(self):
                raise InvalidArgumentError(f"a mask of {len(key)} values for {len(self)} columns")
            return self._like(name for name, chosen in zip(self, key, strict=True) if chosen)
        return self._like(super(Names, self).__getitem__(at) for at in key)

    def get_loc(self, key: Any) -> int:
        """The place of a name."""
        if key not in self:
            raise ColumnNotFoundError(f"no column is called {key!r}; there are {list(self)}")
        return self.index(key)

    def isin(self, values: Iterable[Any]) -> Any:
        """Whether each name is one of these, as an array."""
        import numpy as np

        wanted = set(values)
        return np.array([name in wanted for name in self], dtype=bool)

    def map(self, mapper: Any) -> Names:
        """What a function or a mapping makes of each name."""
        return self._like(mapper(name) if callable(mapper) else mapper.get(name) for name in self)

    def drop(self, labels: Any) -> Names:
        """The names without these."""
        gone = list(labels) if isinstance(labels, (list, tuple)) else [labels]
        for name in gone:
            self.get_loc(name)
        return self._like(name for name in self if name not in gone)

    def difference(self, other: Iterable[Any], sort: Any = None) -> Names:
        """The names that are not among others; sorted unless ``sort=False``."""
        others = set(other)
        found = [name for name in self if name not in others]
        return self._like(found if sort is False else _in_order(found))

    def intersection(self, other: Iterable[Any], sort: Any = False) -> Names:
        """The names that are among others too."""
        others = set(other)
        found = [name for name in self if name in others]
        return self._like(_in_order(found) if sort else found)

    def union(self, other: Iterable[Any], sort: Any = None) -> Names:
        """The names of both; sorted unless ``sort=False``."""
        found = list(dict.fromkeys([*self, *other]))
        return self._like(found if sort is False else _in_order(found))

    # Last: below it, ``str`` would be this.
    @property
    def str(self) -> TextOfNames:
        """Python's methods of text on each name: ``df.columns.str.lower()``."""
        return TextOfNames(self)


def _in_order(labels: list[Any]) -> list[Any]:
    """Labels sorted, where they have an order: texts after others."""
    try:
        return sorted(labels, key=lambda label: (isinstance(label, str), label))
    except TypeError:
        return labels


class TextOfNames:
    """Methods of text on each name; they give names, or an array of what else they give."""

    __slots__ = ("_names",)

    def __init__(self, names: Names) -> None:
        self._names = names

    def __getattr__(self, method: str) -> Any:
        if method.startswith("_") or not hasattr(str, method):
            raise AttributeError(f"text has no method {method!r}; write [... for name in df.columns]")

        def call(*args: Any, **kwargs: Any) -> Any:
            found = [getattr(name, method)(*args, **kwargs) for name in self._names]
            if all(isinstance(one, str) for one in found):
                return Names(found)
            import numpy as np

            return np.array(found)

        return call

    def len(self) -> Any:
        """The number of characters of each name, as an array."""
        import numpy as np

        return np.array([len(name) for name in self._names], dtype=np.int64)

    def split(self, pat: str | None = None, n: int = -1, expand: bool = False) -> Any:
        """The parts of each name; with ``expand`` labels of several levels, one for each part."""
        found = [name.split(pat, n) for name in self._names]
        if not expand:
            import numpy as np

            parts = np.empty(len(found), dtype=object)
            parts[:] = found
            return parts
        if len(set(map(len, found))) > 1:
            raise ShapeError("split: the names have different numbers of parts, and so have no levels in common")
        return Names(tuple(parts) if len(parts) > 1 else parts[0] for parts in found)

    def contains(self, pat: str, case: bool = True, regex: bool = True) -> Any:
        """Whether a pattern is in each name, as an array."""
        import re

        import numpy as np

        pattern = re.compile(pat if regex else re.escape(pat), 0 if case else re.IGNORECASE)
        return np.array([pattern.search(name) is not None for name in self._names], dtype=bool)

    def replace(self, pat: str, repl: str, regex: bool = False) -> Names:
        """Each name with a text (``regex``: a pattern) replaced."""
        import re

        if not regex:
            return Names(name.replace(pat, repl) for name in self._names)
        return Names(re.sub(pat, repl, name) for name in self._names)


class _Values(list[Any]):
    """The types of columns: an attribute in pandas, a method of dictionaries."""

    __slots__ = ()

    def __call__(self) -> list[Any]:
        """The same."""
        return self


class _Places:
    """The types of columns by their places."""

    __slots__ = ("_types",)

    def __init__(self, types: Types) -> None:
        self._types = types

    def __getitem__(self, key: Any) -> Any:
        """The type of one column, or those of several."""
        names = list(self._types.keys())
        if isinstance(key, (slice, list)):
            chosen = names[key] if isinstance(key, slice) else [names[at] for at in key]
            return self._types[chosen]
        return self._types[names[key]]


class Types(dict):
    """The names of types by column, compared with a type one by one. As in a series the types are what it goes over, and
    the columns what is in it.

    >>> from hypostyle._dtypes import DType
    >>> types = Types(x=DType("int64"), s=DType("string"))
    >>> (types == "int64").to_dict(), types == {"x": "int64", "s": "string"}
    ({'x': True, 's': False}, True)
    >>> list(types), "x" in types
    (['int64', 'string'], True)
    """

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values())

    @property
    def values(self) -> Any:
        """The types, as an attribute and as the method of dictionaries: ``df.dtypes.values``."""
        return _Values(super().values())

    @property
    def iloc(self) -> _Places:
        """The types by the places of the columns: ``df.dtypes.iloc[0]``."""
        return _Places(self)

    def map(self, func: Any) -> Any:
        """What a function gives for each type, or a mapping has for it, as a series by column."""
        from hypostyle._by_name import values_by_name

        found = [func.get(one) if isinstance(func, Mapping) else func(one) for one in self.values]
        return values_by_name(list(map(column_name, self.keys())), found, None)

    apply = map

    def __eq__(self, other: Any) -> Any:
        if isinstance(other, Mapping):
            return dict(self) == dict(other)
        from hypostyle._by_name import values_by_name

        return values_by_name(list(map(column_name, self.keys())), [one == other for one in self.values()], None)

    def __ne__(self, other: Any) -> Any:
        found = self == other
        return not found if isinstance(found, bool) else ~found

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        labels, types = list(map(str, self.keys())), list(map(str, self.values()))
        left, right = max(map(len, labels), default=0), max(map(len, types), default=0)
        lines = [f"{label:<{left}}    {dtype:>{right}}" for label, dtype in zip(labels, types, strict=True)]
        return "\n".join([*lines, "dtype: object"]) if lines else "Series([], dtype: object)"

    def __getitem__(self, key: Any) -> Any:
        """The type of a column; of a mask or a list of labels those that it chooses: ``df.dtypes[df.dtypes == "int64"]``."""
        listed = key.to_list() if hasattr(key, "to_list") else key.tolist() if hasattr(key, "tolist") else key
        if not isinstance(listed, list):
            return super().__getitem__(key)
        if listed and all(isinstance(one, bool) for one in listed):
            if len(listed) != len(self):
                raise ShapeError(f"a mask of {len(listed)} values for {len(self)} columns")
            listed = [label for label, chosen in zip(self.keys(), listed, strict=True) if chosen]
        return Types((label, super(Types, self).__getitem__(label)) for label in listed)

    def __getattr__(self, name: str) -> Any:
        """What a series of the names of the types has: ``df.dtypes.value_counts()``."""
        if name.startswith("_"):
            raise AttributeError(name)
        from hypostyle._by_name import values_by_name

        return getattr(
            values_by_name(list(map(column_name, self.keys())), [str(one) for one in self.values()], None), name
        )

    @property
    def index(self) -> Names:
        """The names of the columns."""
        return Names(self.keys())

    def to_dict(self) -> dict[str, Any]:
        """The names of the types as a plain dictionary."""
        return dict(self)

    def tolist(self) -> list[Any]:
        """The names of the types."""
        return list(self.values())
