"""Index: the labels of a frame's rows, as far as columns act as such."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hypostyle import _in_parts, _native
from hypostyle._bin_texts import with_intervals
from hypostyle._cells import by_row
from hypostyle._dask_values import computable
from hypostyle._headings import one_shown
from hypostyle._index_verbs import IndexVerbs
from hypostyle._label_list import Labels, are_in_order, in_order
from hypostyle._numpy import plain
from hypostyle._operators import Operators
from hypostyle._plan import Plan
from hypostyle._single import single
from hypostyle.errors import InvalidArgumentError, UnsupportedError


class Index(IndexVerbs, Operators):
    """The columns that act as the index, read-only; without any, the numbers of the rows.

    >>> import hypostyle as hs
    >>> index = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k").index
    >>> index.name, list(index), "a" in index
    ('k', ['a', 'b'], True)
    """

    __slots__ = ("__weakref__", "_owner", "_plan")

    def __init__(
        self, data: Any = None, owner: Any = None, dtype: Any = None, copy: Any = None, name: Any = None
    ) -> None:
        """Labels of a list, an array, a series or another index, under a name. Inside the package: of a plan, and who has
        it."""
        if not isinstance(data, Plan):
            from hypostyle._labels import labels_plan

            data = labels_plan([] if data is None else data, dtype, name)
        super().__setattr__("_plan", data.labelled())
        super().__setattr__("_owner", owner)

    @property
    def names(self) -> list[Any]:
        """The name of each level."""
        return [one_shown(label) for _, label in self._plan.index] or [None]

    @property
    def name(self) -> Any:
        """The name of the only level."""
        return self.names[0] if self.nlevels == 1 else None

    @property
    def nlevels(self) -> int:
        """The number of levels."""
        return max(len(self._plan.index), 1)

    @property
    def dtype(self) -> str:
        """The type of the only level."""
        if self.nlevels > 1:
            return "object"
        return self._plan.dtypes[self._plan.index[0][0]] if self._plan.index else "int64"

    @property
    def shape(self) -> tuple[int]:
        """The number of labels, as a tuple."""
        return (len(self),)

    @property
    def size(self) -> int:
        """The number of labels."""
        return single(len(self))

    @property
    def empty(self) -> bool:
        """Whether there is no label."""
        return len(self) == 0

    @property
    def values(self) -> Any:
        """As `to_numpy`."""
        return computable(self.to_numpy(), self._plan)

    @property
    def is_unique(self) -> bool:
        """Whether no label occurs twice; runs."""
        if not self._plan.index:
            return True
        query = self._plan.query
        return query.distinct(self._plan.index_columns, False).rows() == query.rows()

    @property
    def has_duplicates(self) -> bool:
        """Whether a label occurs twice; runs."""
        return not self.is_unique

    @property
    def is_monotonic_increasing(self) -> bool:
        """Whether no label is less than the one before; runs."""
        if self.nlevels > 1:
            return are_in_order(self.to_list())
        return self.to_series().is_monotonic_increasing if self._plan.index else computable(True, self._plan)

    def astype(self, dtype: Any, copy: Any = None) -> Any:
        """The labels as another type: a series of the frame, which can become its index."""
        return self._bare().astype(dtype)

    def to_series(self, index: Any = None, name: Any = None) -> Any:
        """The labels as a series of the frame, under another ``name`` and with other labels (``index``) if given."""
        if self.nlevels > 1:
            raise UnsupportedError(
                "a series of the labels of several levels: take one, index.get_level_values(0), or index.to_frame()"
            )
        made = self._level_at(0)
        made = made if index is None else made.set_axis(index)
        return made if name is None else made.rename(name)

    def _bare(self) -> Any:
        """The labels as values without labels."""
        return _apart(self.to_series())

    def get_level_values(self, level: Any) -> Any:
        """The labels of one level, by its name or number, as a series of the frame."""
        return _apart(self._level_at(self._level(level) if self._plan.index else 0))

    def _level_at(self, at: int) -> Any:
        from hypostyle._windows import window
        from hypostyle.series import Series

        if not self._plan.index:
            number = window("row_number").binary("-", _native.Expr.literal(1))
            return Series(self._plan, number, None)
        column, label = self._plan.index[at]
        return Series(self._plan, _native.Expr.column(column), label)

    def _level(self, level: int | str) -> int:
        names = self.names
        if level is not None and level in names:
            return names.index(level)
        if isinstance(level, int):
            if not -self.nlevels <= level < self.nlevels:
                raise InvalidArgumentError(f"the index has {self.nlevels} levels, none has the number {level}")
            return level % self.nlevels
        raise InvalidArgumentError(f"no level of the index is called {level!r}; there are {names}")

    def to_list(self) -> list:
        """The labels as Python objects; tuples if there are several levels."""
        if not self._plan.index:
            self._plan.known("index")
            return list(range(len(self)))
        lists = _in_parts.lists(self._plan.query.collect(), self._plan.index_columns)
        dtypes = self._plan.dtypes
        kinds = [dtypes[column] for column in self._plan.index_columns]
        lists = [with_intervals(one) if kind == "category" else one for one, kind in zip(lists, kinds, strict=True)]
        return lists[0] if len(lists) == 1 else list(zip(*lists, strict=True))

    tolist = to_list

    def to_numpy(self) -> Any:
        """The labels as an array."""
        if self.nlevels == 1:
            return self.get_level_values(0).to_numpy()
        from hypostyle._numpy import object_array

        return object_array(self.to_list())

    def to_pandas(self) -> Any:
        """The labels as a pandas Index."""
        from hypostyle._pandas import to_pandas

        return to_pandas(self._plan.keep([])).index

    def to_frame(self, index: bool = True, name: Any = None) -> Any:
        """The labels as columns of a frame, which has them as its index too unless ``index`` is false."""
        from hypostyle import _index
        from hypostyle.frame import DataFrame

        if not self._plan.index:
            made = self.get_level_values(0).to_frame(0)
        else:
            made = DataFrame._of(_index.reset(self._plan.keep([]), False))
            # Levels without a name are called by their numbers.
            made.columns = [at if label is None else label for at, (_, label) in enumerate(self._plan.index)]
        if name is not None:
            made.columns = list(name) if isinstance(name, (list, tuple)) else [name]
        return made.set_axis(self) if index and self._plan.index else made

    def _labels(self, labels: Iterable[Any]) -> Labels:
        """Some labels, under the names of these."""
        return Labels(labels, self.names)

    def copy(self, name: Any = None, deep: bool = False) -> Any:
        """The same labels, under another ``name`` if one is given."""
        made = Index(self._plan)
        return made if name is None else made.set_names(name)

    def unique(self) -> Labels:
        """The distinct labels, in order of first sight."""
        return self._labels(dict.fromkeys(self.to_list()))

    def nunique(self, dropna: bool = True) -> int:
        """The number of distinct labels."""
        return self.to_series().nunique(dropna) if self.nlevels == 1 else single(len(self.unique()))

    def min(self) -> Any:
        """The least label."""
        return self.to_series().min() if self.nlevels == 1 else min(self.to_list())

    def max(self) -> Any:
        """The greatest label."""
        return self.to_series().max() if self.nlevels == 1 else max(self.to_list())

    def duplicated(self, keep: Any = "first") -> Any:
        """Whether each label occurs in another row too: an array."""
        if not self._plan.index:
            import numpy as np

            return np.zeros(len(self), dtype=bool)
        from hypostyle._choosing import repeated

        series = self._level_at(0)
        keys = [_native.Expr.column(name) for name in self._plan.index_columns]
        return series._like(repeated(keys, keep)).to_numpy()

    def value_counts(self, normalize: bool = False, sort: bool = True, ascending: bool = False) -> Any:
        """How often each label occurs."""
        if self.nlevels > 1:
            return self.to_frame(index=False).value_counts(normalize=normalize, sort=sort, ascending=ascending)
        return self.to_series().value_counts(normalize, sort, ascending)

    def isin(self, values: Any, level: Any = None) -> Any:
        """Whether each label, or its part in one ``level``, is one of these: values for choosing rows."""
        if level is not None:
            return self.get_level_values(level).isin(values)
        if self.nlevels == 1:
            return self._bare().isin(values)
        wanted = set(values)
        column = _native.Column.from_values([label in wanted for label in self.to_list()], "bool")
        return _apart(self._level_at(0)._like(by_row(column)))

    def __len__(self) -> int:
        return self._plan.query.rows()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.to_list())

    def __contains__(self, label: object) -> bool:
        label = plain(label)
        if not self._plan.index:
            return isinstance(label, int) and 0 <= label < len(self)
        return label in self.to_list()

    def __getitem__(self, key: Any) -> Any:
        """A label, or several: by a slice, a list of places or a mask."""
        if hasattr(key, "to_list") or hasattr(key, "tolist"):
            key = key.to_list() if hasattr(key, "to_list") else key.tolist()
        labels = self.to_list()
        if not isinstance(key, list):
            return self._labels(labels[key]) if isinstance(key, slice) else labels[key]
        if key and all(isinstance(one, bool) for one in key):
            if len(key) != len(labels):
                raise InvalidArgumentError(f"a mask of {len(key)} values for {len(labels)} labels")
            return self._labels(label for label, chosen in zip(labels, key, strict=True) if chosen)
        return self._labels(labels[at] for at in key)

    def _binary(self, operator: str, other: Any, reflected: bool = False) -> Any:
        """An operator of the labels in order, as pandas has it: beside a series they are values without labels."""
        from hypostyle._columns import operand

        found = operand(self)._binary(operator, other, reflected)
        return _apart(found) if found._plan.rows is self._plan.rows else found

    def _unary(self, operator: str) -> Any:
        return _apart(self.to_series()._unary(operator))

    def __pow__(self, other: Any) -> Any:
        return self._binary("**", other)

    def __rpow__(self, other: Any) -> Any:
        return self._binary("**", other, True)

    def __xor__(self, other: Any) -> Any:
        from hypostyle._columns import operand

        return _apart(operand(self) ^ other)

    def __abs__(self) -> Any:
        return _apart(abs(self.to_series()))

    def __pos__(self) -> Any:
        return self

    def __bool__(self) -> bool:
        return len(self) > 0

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self.to_numpy()
        return array if dtype is None else array.astype(dtype)

    def __reduce__(self) -> Any:
        from hypostyle.frame import DataFrame

        return _unpickled, (DataFrame._of(self._plan.numbered().keep([])),)

    def __repr__(self) -> str:
        if not self._plan.index:
            return f"RangeIndex(start=0, stop={len(self)}, step=1)"
        shown = self.to_list()
        more = "" if len(shown) <= 10 else ", ..."
        return f"Index([{', '.join(map(repr, shown[:10]))}{more}], names={self.names})"

    def head(self, n: int = 5, **_: Any) -> Any:
        """The first labels."""
        return self[:n]

    def tail(self, n: int = 5, **_: Any) -> Any:
        """The last labels."""
        return self[max(len(self) - n, 0) :]

    def memory_usage(self, deep: bool = False) -> int:
        """Bytes of the labels; numbers of rows take none."""
        if not self._plan.index:
            return 0
        return single(sum(self._plan.keep([]).query.collect().column_bytes()))

    def compute(self, **_: Any) -> Index:
        """The same: labels are there when they are looked at."""
        return self

    def __getattr__(self, name: str) -> Any:
        """Parts of times, ``index.year``, and functions of text, ``index.str``: series of the frame."""
        if name.startswith("_"):
            raise AttributeError(name)
        if self.nlevels > 1:
            raise AttributeError(
                f"an index of several levels has no {name!r}; index.get_level_values(0) is one of them"
            )
        labels = self._bare()
        if name in ("str", "dt"):
            return getattr(labels, name)
        if labels.dtype.startswith(("timestamp", "date")) and hasattr(type(labels.dt), name):
            return getattr(labels.dt, name)
        raise AttributeError(f"an index has no {name!r}; index.to_series() is a series of the labels")

    def equals(self, other: Any) -> bool:
        """Whether these are the same labels in the same order."""
        return self.to_list() == list(other)

    def get_loc(self, key: Any) -> Any:
        """The place of a label; of one that occurs more than once a slice, or a mask where its rows lie apart."""
        from hypostyle._lookup import LabelNotFoundError

        labels = self.to_list()
        if isinstance(key, str) and labels and hasattr(labels[0], "isoformat"):
            from hypostyle._moments import moment

            key = moment(key, labels[0]) or key
        places = [at for at, label in enumerate(labels) if label == key]
        if not places:
            raise LabelNotFoundError(f"no row has the label {key!r}")
        if len(places) == 1:
            return places[0]
        if places[-1] - places[0] == len(places) - 1:
            return slice(places[0], places[-1] + 1)
        import numpy as np

        return np.array([label == key for label in labels], dtype=bool)

    def sort_values(self, ascending: bool = True) -> list:
        """The labels in order, as a list."""
        return self._labels(self.to_list()).sort_values(ascending)

    def difference(self, other: Any, sort: Any = None) -> list:
        """The distinct labels that are not among others; sorted unless ``sort=False``."""
        return self.unique().difference(other, sort)

    def intersection(self, other: Any, sort: Any = False) -> list:
        """The distinct labels that are among others too."""
        return self.unique().intersection(other, sort)

    def union(self, other: Any, sort: Any = None) -> list:
        """The labels of both, each as often as the side that has more of it; sorted unless ``sort=False``."""
        return self._labels(self.to_list()).union(other, sort)

    def map(self, mapper: Any, na_action: str | None = None, meta: Any = None, is_monotonic: bool = False) -> list:
        """What a function, a mapping or a series (of values by label) makes of each label; ``na_action="ignore"`` leaves
        missing ones as they are. Dask's ``meta`` and ``is_monotonic`` are taken, and not needed."""
        if hasattr(mapper, "iloc"):
            mapper = mapper.to_dict()
        call = mapper if callable(mapper) else mapper.get
        left = na_action == "ignore"
        return self._labels(None if left and label is None else call(label) for label in self.to_list())

    def take(self, indices: Any) -> list:
        """The labels at these places."""
        labels = self.to_list()
        return self._labels(labels[at] for at in indices)

    def drop(self, labels: Any) -> list:
        """The labels without these."""
        gone = list(labels) if hasattr(labels, "__iter__") and not isinstance(labels, (str, tuple)) else [labels]
        for label in gone:
            self.get_loc(label)
        return self._labels(label for label in self.to_list() if label not in gone)

    def append(self, other: Any) -> list:
        """The labels, and others after them: of another index, an array, a series, or of a list of such."""
        parts = list(other)
        several = isinstance(other, (list, tuple)) and all(
            isinstance(one, Index) or hasattr(one, "tolist") for one in parts
        )
        joined = [*self.to_list(), *(label for part in (parts if several else [parts]) for label in part)]
        same = all(getattr(one, "names", [None]) == self.names for one in (parts if several else [other]))
        return Labels(joined, self.names if same else None)

    def isna(self) -> Any:
        """Whether each label is missing: an array."""
        return self.to_series().isna().to_numpy()

    @property
    def hasnans(self) -> bool:
        """Whether a label is missing."""
        return bool(self.isna().any())

    def argsort(self) -> Any:
        """The places of the labels in their order: an array."""
        return self.to_numpy().argsort(kind="stable")

    def rename(self, name: Any) -> Any:
        """The labels under another name: a series, which can become an index; of several levels an index."""
        return self.to_series().rename(name) if self.nlevels == 1 else self.set_names(name)

    @property
    def levels(self) -> list[list]:
        """The distinct labels of each level, in order."""
        return [in_order(list(dict.fromkeys(self._level_at(at).to_list())), None) for at in range(self.nlevels)]

    def droplevel(self, level: Any = 0) -> Any:
        """The labels without a level."""
        from hypostyle._relabel import without_levels

        return Index(without_levels(self._plan, level))

    def __setattr__(self, name: str, value: Any) -> None:
        """``df.index.name = ...`` and ``df.index.names = [...]`` name the levels of the frame or series itself."""
        if name not in ("name", "names") or self._owner is None:
            raise UnsupportedError(f"index.{name} cannot be set; use rename_axis or set_index")
        names = [value] if name == "name" else list(value)
        if not self._plan.index and names == [None]:
            return
        self._owner._become(self._owner.rename_axis(names))
        super().__setattr__("_plan", self._owner.index._plan)


def _apart(labels: Any) -> Any:
    """A series of the labels, or of what is said of them, as values without labels."""
    from hypostyle._index_values import bare

    return labels if labels is NotImplemented else bare(labels)


def _unpickled(frame: Any) -> Index:
    return frame.index  # type: ignore[no-any-return]
