"""Names of columns: a list with what pandas' index of columns offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hypostyle.errors import ColumnNotFoundError, InvalidArgumentError, UnsupportedError


class Names(list[Any]):
    """The names of a frame's columns; tuples where they have several levels.

    >>> names = Names(["price", "size"])
    >>> names, names.tolist(), names.isin(["size"]).tolist(), names.str.upper()
    (['price', 'size'], ['price', 'size'], [False, True], ['PRICE', 'SIZE'])
    """

    __slots__ = ()

    def tolist(self) -> list[Any]:
        """The names as a plain list."""
        return list(self)

    to_list = tolist

    @property
    def values(self) -> Any:
        """As `to_numpy`."""
        return self.to_numpy()

    @property
    def name(self) -> None:
        """None: the names have none. Setting it to None, as scripts do after a pivot, changes nothing."""
        return None

    @name.setter
    def name(self, name: Any) -> None:
        if name is not None:
            raise UnsupportedError("the names of the columns have no name themselves")

    @property
    def names(self) -> list[None]:
        """``[None]``; see `name`."""
        return [None]

    @names.setter
    def names(self, names: Any) -> None:
        if any(name is not None for name in names):
            raise UnsupportedError("the names of the columns have no name themselves")

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
        """The distinct texts of each level, sorted."""
        return [Names(sorted(set(self.get_level_values(at)))) for at in range(self.nlevels)]

    def get_level_values(self, level: int) -> Names:
        """The texts of one level."""
        if not isinstance(level, int) or not -self.nlevels <= level < self.nlevels:
            raise InvalidArgumentError(f"the names of the columns have {self.nlevels} levels, none is called {level!r}")
        return Names(name[level] if isinstance(name, tuple) else name for name in self)

    def droplevel(self, level: int = 0) -> Names:
        """The names without a level."""
        self.get_level_values(level)
        if self.nlevels == 1:
            raise InvalidArgumentError("droplevel: one level must stay")
        at = level % self.nlevels
        rest = [(*name[:at], *name[at + 1 :]) for name in self]
        return Names(one[0] if len(one) == 1 else one for one in rest)

    def swaplevel(self, i: int = -2, j: int = -1) -> Names:
        """The names with two levels exchanged."""
        moved = []
        for name in self:
            levels = list(name)
            levels[i], levels[j] = levels[j], levels[i]
            moved.append(tuple(levels))
        return Names(moved)

    def sort_values(self, ascending: bool = True, key: Any = None) -> Names:
        """The names in order."""
        return Names(sorted(self, key=key, reverse=not ascending))

    def append(self, other: Any) -> Names:  # type: ignore[override]
        """The names, and others after them."""
        return Names([*self, *([other] if isinstance(other, str) else other)])

    @property
    def is_unique(self) -> bool:
        """True: names are unique."""
        return True

    def unique(self) -> Names:
        """The names."""
        return Names(self)

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

        if isinstance(other, (int, str)) and not isinstance(other, bool):
            return np.array([super(Names, self).__getitem__(at) == f"{other}" for at in range(len(self))], dtype=bool)
        return np.bool_(super().__eq__(list(other) if hasattr(other, "__iter__") else other))

    def __ne__(self, other: Any) -> Any:
        return ~(self == other)

    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, key: Any) -> Any:
        """One name, or names by a slice, a list of places or a mask: ``df.columns[df.dtypes == "float64"]``."""
        if hasattr(key, "to_list") or hasattr(key, "tolist"):
            key = key.to_list() if hasattr(key, "to_list") else key.tolist()
        if not isinstance(key, list):
            found = super().__getitem__(key)
            return Names(found) if isinstance(key, slice) else found
        if key and all(isinstance(one, bool) for one in key):
            if len(key) != len(self):
                raise InvalidArgumentError(f"a mask of {len(key)} values for {len(self)} columns")
            return Names(name for name, chosen in zip(self, key, strict=True) if chosen)
        return Names(super(Names, self).__getitem__(at) for at in key)

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
        return Names(mapper(name) if callable(mapper) else mapper.get(name) for name in self)

    def drop(self, labels: Any) -> Names:
        """The names without these."""
        gone = list(labels) if isinstance(labels, (list, tuple)) else [labels]
        for name in gone:
            self.get_loc(name)
        return Names(name for name in self if name not in gone)

    def difference(self, other: Iterable[Any], sort: Any = None) -> Names:
        """The names that are not among others; sorted unless ``sort=False``."""
        others = set(other)
        found = [name for name in self if name not in others]
        return Names(found if sort is False else sorted(found))

    def intersection(self, other: Iterable[Any], sort: Any = False) -> Names:
        """The names that are among others too."""
        others = set(other)
        found = [name for name in self if name in others]
        return Names(sorted(found) if sort else found)

    def union(self, other: Iterable[Any], sort: Any = None) -> Names:
        """The names of both; sorted unless ``sort=False``."""
        found = list(dict.fromkeys([*self, *other]))
        return Names(found if sort is False else sorted(found))

    # Last: below it, ``str`` would be this.
    @property
    def str(self) -> TextOfNames:
        """Python's methods of text on each name: ``df.columns.str.lower()``."""
        return TextOfNames(self)


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

    def __eq__(self, other: Any) -> Any:
        if isinstance(other, Mapping):
            return dict(self) == dict(other)
        from hypostyle._by_name import values_by_name

        return values_by_name(list(self.keys()), [one == other for one in self.values()], None)

    def __ne__(self, other: Any) -> Any:
        found = self == other
        return not found if isinstance(found, bool) else ~found

    __hash__ = None  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        """What a series of the names of the types has: ``df.dtypes.value_counts()``."""
        if name.startswith("_"):
            raise AttributeError(name)
        from hypostyle._by_name import values_by_name

        return getattr(values_by_name(list(self.keys()), [str(one) for one in self.values()], None), name)

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
