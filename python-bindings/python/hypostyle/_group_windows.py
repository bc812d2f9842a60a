"""Groups whose rows keep their places: a value per row, some of the rows, one group after the other."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from hypostyle import _groups, _native
from hypostyle._aggregates import aggregate_of, is_expression, is_known, name_of
from hypostyle._bin_texts import of_interval
from hypostyle._cells import is_missing
from hypostyle._dtypes import dtype_name, is_number
from hypostyle._group_functions import ROWS
from hypostyle._headings import joined
from hypostyle._key_order import ranks
from hypostyle._lookup import LabelNotFoundError
from hypostyle._methods import ours_of
from hypostyle._plan import Plan
from hypostyle._windows import Make, Running, literal, rows, window
from hypostyle.errors import DataTypeError, InvalidArgumentError
from hypostyle.frame import DataFrame
from hypostyle.series import Series

Native = _native.Expr

#: The first argument of aggregates that have one.
_FIRST = {"quantile": "q", "std": "ddof", "var": "ddof", "sem": "ddof"}


class GroupWindows(Running):
    """Verbs of groups that give rows, not groups."""

    __slots__ = ()

    _plan: Plan
    _keys: list[tuple[str | None, _native.Expr]]
    _sort: bool | None
    _dropna: bool
    _observed: bool
    _as_index: bool
    _chosen: list[str] | None
    _single: bool
    _one_key: bool

    if TYPE_CHECKING:
        # A value per row is a frame or a series, not groups.
        cumsum = cumprod = cummin = cummax = shift = diff = pct_change = ffill = bfill = rank = cast(Any, None)

    def _values(self) -> list[str]:
        raise NotImplementedError

    def _narrowed(self, chosen: list[str], single: bool) -> Any:
        raise NotImplementedError

    # A value per row.

    def _over(self, native: _native.Expr) -> _native.Expr:
        """An expression over the groups; missing for rows of no group."""
        over = native.over([expr for _, expr in self._keys], [], [])
        if not self._dropna:
            return over
        return _native.Expr.case([(_groups.has_key(self._keys), over)], literal(None))

    def _rows(self, exprs: Mapping[str, _native.Expr]) -> Any:
        """New values of the rows: a series if one column was chosen by its name alone, else a frame."""
        if self._single:
            [(name, native)] = exprs.items()
            self._plan.query.dtype_of(native)
            return Series(self._plan, native, name)
        index = {name: _native.Expr.column(name) for name in self._plan.index_columns}
        return DataFrame._of(self._plan.project({**index, **exprs}))

    def _each(self, make: Make, numeric: bool = False, but: str | None = None) -> Any:
        names = [name for name in self._values() if name != but]
        if numeric and not self._single:
            dtypes = self._plan.dtypes
            names = [n for n in names if dtypes[n] != "string"]
        return self._rows({name: self._over(make(self._plan.column(name))) for name in names})

    def transform(
        self,
        func: Any = None,
        *args: Any,
        dtype: Any = None,
        engine: Any = None,
        engine_kwargs: Any = None,
        **kwargs: Any,
    ) -> Any:
        """A value for every row: an aggregate's name (its value repeated), a name such as ``"cumsum"`` or ``"rank"``, an
        expression, or a Python function that takes a group's column and gives a column as long, or one value. What such a
        function gives is learned from the first rows, unless ``dtype`` says it. A list of these, a mapping of columns to
        them, or ``out=("x", "sum")`` give several columns, named as `agg` names them.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 3]})
        >>> df.groupby("k")["x"].transform("sum").to_list()
        [4, 5, 4]
        """
        if is_expression(func):
            return Series(self._plan, self._over(func._native), func.name)
        if func is None or isinstance(func, (Mapping, list, tuple)):
            return self._several(func, args, kwargs)
        if isinstance(func, str) and (hasattr(Running, func) or func in ("cumcount", "ngroup")):
            return getattr(self, func)(*args, **kwargs)
        if isinstance(func, str) and func == "size" and not self._single:
            # The rows of the group, not of each of its columns.
            return Series(self._plan, self._over(aggregate_of(_native.Expr.literal(0), "int64", "size")), None)
        if isinstance(func, str) or not callable(func):
            return self._repeated(func, *args, **kwargs)
        if not is_known(func):
            return self._mapped(ours_of(func), args, kwargs, dtype)
        return self._repeated(func, *args, **kwargs)

    def _repeated(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        """An aggregate, repeated in the rows of each group."""
        plan = self._plan
        dtypes = {name: plan.dtypes[name] for name in self._values()}
        if kwargs.pop("numeric_only", False):
            dtypes = {name: dtype for name, dtype in dtypes.items() if is_number(dtype) or dtype == "bool"}
        if args:
            first = _FIRST.get(name_of(func))
            if first is None or len(args) > 1 or first in kwargs:
                raise DataTypeError(f"transform: name the arguments of {name_of(func)!r}")
            kwargs = {**kwargs, first: args[0]}
        if isinstance(func, str) and func in ROWS:
            numbered = self._with_rows()  # type: ignore[attr-defined]
            made = {n: numbered._extreme_of(n, ROWS[func]) for n in dtypes}
            return numbered._rows({name: numbered._over(native) for name, native in made.items()})
        made = {n: aggregate_of(plan.column(n), dtypes[n], func, **kwargs) for n in dtypes}
        return self._rows({name: self._over(native) for name, native in made.items()})

    def _several(self, func: Any, args: tuple, named: dict[str, Any]) -> Any:
        """Several transforms side by side."""
        from hypostyle._accessors import frame_of
        from hypostyle._group_functions import of_pandas

        made: dict[str, Any] = {}
        if func is None:
            for out, given in named.items():
                what = of_pandas(given)
                if not (isinstance(what, tuple) and len(what) >= 2):
                    raise DataTypeError(f"transform({out}={what!r}): give a pair of column and function")
                function = what[1] if len(what) == 2 else what.called()  # type: ignore[attr-defined]
                made[out] = self._narrowed([what[0]], True).transform(function)
        elif isinstance(func, Mapping):
            several = any(isinstance(one, (list, tuple)) for one in func.values())
            for column, names in func.items():
                for one in names if isinstance(names, (list, tuple)) else [names]:
                    out = joined(column, label_of(one)) if several else column
                    made[out] = self._narrowed([column], True).transform(one, *args, **named)
        else:
            for column in self._values():
                for one in func:
                    out = label_of(one) if self._single else joined(column, label_of(one))
                    made[out] = self._narrowed([column], True).transform(one, *args, **named)
        if not made:
            raise InvalidArgumentError("transform needs a function, for example transform('sum')")
        return frame_of(next(iter(made.values())), made)

    def _mapped(self, func: Callable[..., Any], args: tuple, kwargs: dict[str, Any], dtype: Any) -> Any:
        name = getattr(func, "__name__", type(func).__name__)
        wanted = None if dtype is None else dtype_name(dtype)
        exprs = {}
        for column in self._values():

            def call(group: Plan, column: str = column) -> Any:
                # As in pandas the name of a group of one column is its key.
                name = _groups.key_of(group.query) if self._single else column
                return func(Series(group, group.column(column), name), *args, **kwargs)

            native = _groups.mapped(self._plan, self._keys, [column], call, name, wanted)
            exprs[column] = self._over(native)
        return self._rows(exprs)

    def cumcount(self, ascending: bool = True) -> Series:
        """The number of the row in its group, from 0; counted from the end with ``ascending=False``.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.cumcount().to_list()
        [0, 0, 1]
        """
        number = window("row_number")
        native = number.binary("-", literal(1)) if ascending else rows().binary("-", number)
        return Series(self._plan, self._over(native), None)

    def ngroup(self, ascending: bool = True) -> Series:
        """The number of the row's group, from 0, in the order of the groups.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.ngroup().to_list()
        [0, 1, 0]
        """
        if self._sort:
            # Two keys at a time: ranks of the first, and within these ranks of the next.
            first, *others = ranks(self._plan.query, [expr for _, expr in self._keys])
            number = self._place_of(first)
            for key in others:
                spread = rows().over([], [], []).binary("+", literal(1))
                number = window("dense_rank", number.binary("*", spread).binary("+", self._place_of(key)))
        else:
            keys = [expr for _, expr in self._keys]
            place = window("row_number").over([], [], [])
            if self._dropna:
                place = _native.Expr.case([(_groups.has_key(self._keys), place)], literal(None))
            number = window("dense_rank", _native.Expr.call("aggregate", "min", [place]).over(keys, [], []))
        if ascending:
            native = number.binary("-", literal(1))
        else:
            native = _native.Expr.call("aggregate", "max", [number]).over([], [], []).binary("-", number)
        if self._dropna:
            native = _native.Expr.case([(_groups.has_key(self._keys), native)], literal(None))
        return Series(self._plan, native, None)

    def _place_of(self, key: _native.Expr) -> _native.Expr:
        """The place of a key among all, from 1; a missing one that makes a group comes last."""
        place = window("dense_rank", key)
        if self._dropna:
            return place
        last = _native.Expr.call("aggregate", "max", [place]).over([], [], [])
        known = _native.Expr.call("scalar", "fill_null", [last, literal(0)])
        return _native.Expr.call("scalar", "fill_null", [place, known.binary("+", literal(1))])

    # Some rows of each group, as they are.

    def _some(self, chosen: _native.Expr) -> Any:
        keys = [expr for _, expr in self._keys]
        chosen = chosen.over(keys, [], [])
        if self._dropna:
            chosen = chosen.binary("&", _groups.has_key(self._keys))
        return self._chosen_of(self._plan.then(lambda query: query.filter(chosen)))

    def _chosen_of(self, plan: Plan) -> Any:
        """The chosen columns of some rows."""
        if self._single:
            [name] = self._values()
            return Series(plan, plan.column(name), name)
        return DataFrame._of(plan if self._chosen is None else plan.keep(self._chosen))

    def head(self, n: int = 5) -> Any:
        """The first rows of each group, in the order of the frame; ``n`` less than 0: all but so many last ones.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.head(1)["x"].to_list()
        [1, 5]
        """
        number = window("row_number")
        if n < 0:
            return self._some(number.binary("<=", rows().binary("+", literal(n))))
        return self._some(number.binary("<=", literal(n)))

    def tail(self, n: int = 5) -> Any:
        """The last rows of each group, in the order of the frame; ``n`` less than 0: all but so many first ones.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.tail(1)["x"].to_list()
        [5, 4]
        """
        number = window("row_number")
        if n < 0:
            return self._some(number.binary(">", literal(-n)))
        return self._some(number.binary(">", rows().binary("-", literal(n))))

    def sample(
        self,
        n: int | None = None,
        frac: float | None = None,
        replace: bool = False,
        weights: Any = None,
        random_state: Any = None,
    ) -> Any:
        """Rows of each group drawn at random, in the order of the frame: ``n`` of them, or the share ``frac``.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> len(groups.sample(1))
        2
        """
        from hypostyle._sampling import likeliest_of_groups, places_of_groups, seed_of

        if n is not None and frac is not None:
            raise InvalidArgumentError("sample takes n or frac, not both")
        if n is not None and (n < 0 or n != int(n)):
            raise InvalidArgumentError(f"sample: n is a whole number from 0 on, not {n!r}")
        if frac is not None and not 0 <= frac <= (math.inf if replace else 1):
            raise InvalidArgumentError(f"sample: frac lies between 0 and 1 without replace=True, not at {frac!r}")
        seed = seed_of(random_state)
        if replace:
            places = places_of_groups(self._plan, self._keys, self._dropna, n, frac, weights, seed)
            return self._chosen_of(self._plan.then(lambda query: query.collect().pick(places, "row")))
        if weights is not None:
            return self._some(likeliest_of_groups(self._plan, self._keys, self._dropna, n, frac, weights, seed))
        row = window("row_number").over([], [], [])
        drawn = _native.Expr.call("scalar", "hash", [row], {"seed": seed})
        place = window("rank", drawn, method="ordinal")
        if frac is None:
            return self._some(place.binary("<=", literal(1 if n is None else n)))
        share = _native.Expr.call("scalar", "round", [rows().cast("float64").binary("*", literal(float(frac)))])
        return self._some(place.cast("float64").binary("<=", share))

    def take(self, indices: Any) -> Any:
        """The rows at these positions of each group, in this order, behind the keys.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "a"], "x": [1, 4]}).groupby("k")
        >>> groups.take([1, 0])["x"].to_dict()
        {('a', 1): 4, ('a', 0): 1}
        """
        return self.apply(lambda group: group.take(list(indices)), processes=False)

    @property
    def nth(self) -> Nth:
        """Row ``n`` of each group (0: the first, -1: the last), where there is one, in the order of the frame; of a list or a
        slice, these rows: ``nth(0)``, ``nth[0:2]``.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.nth(0)["x"].to_list(), groups.nth([0, 1])["x"].to_list()
        ([1, 5], [1, 5, 4])
        """
        return Nth(self)

    def _nth(self, n: Any, dropna: Any = None) -> Any:
        if dropna not in (None, False):
            if dropna not in ("any", "all"):
                raise InvalidArgumentError(f"nth: dropna is 'any', 'all' or None, not {dropna!r}")
            rows = DataFrame._of(self._plan).dropna(subset=self._values(), how=dropna)  # type: ignore[attr-defined]
            return self._of_parts(rows._plan)._nth(n)  # type: ignore[attr-defined]
        parts = list(n) if isinstance(n, (list, tuple, range)) else n.tolist() if hasattr(n, "tolist") else [n]
        parts = parts if isinstance(parts, list) else [parts]
        chosen = None
        for part in parts:
            here = _between(part) if isinstance(part, slice) else _at(part)
            chosen = here if chosen is None else chosen.binary("|", here)
        return self._some(literal(False) if chosen is None else chosen)

    def filter(self, func: Any, dropna: bool = True, *args: Any, **kwargs: Any) -> Any:
        """The rows of the groups for which this is true: an expression of aggregates such as ``hs.col("x").sum() > 3``, or
        a Python function that takes a group's frame. With ``dropna=False`` the other rows stay, with missing values.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 3]})
        >>> df.groupby("k").filter(hs.col("x").count() > 1)["x"].to_list()
        [1, 3]
        """
        if is_expression(func):
            return self._some(func._native) if dropna else self._emptied(func._native)
        if not callable(func):
            raise DataTypeError(f"filter takes an expression or a function, not {func!r}")
        name = getattr(func, "__name__", type(func).__name__)

        def call(group: Plan) -> bool:
            return _answer(func(self._group(group), *args, **kwargs))

        native = _groups.mapped(self._plan, self._keys, self._plan.names, call, name, "bool")
        return self._some(native) if dropna else self._emptied(native)

    def _emptied(self, chosen: _native.Expr) -> Any:
        """All rows; those of the groups that are not chosen have missing values."""
        chosen = self._over(chosen)
        names = self._plan.columns if self._chosen is None else self._chosen
        branches = {name: [(chosen, self._plan.column(name))] for name in names}
        return self._rows({name: Native.case(branch, literal(None)) for name, branch in branches.items()})

    # Group by group.

    def _group(self, plan: Plan) -> Any:
        """The chosen columns of a group."""
        if self._single:
            [name] = self._values()
            return Series(plan, plan.column(name), name)
        return DataFrame._of(plan if self._chosen is None else plan.keep(self._chosen))

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        """Keys and rows of each group; runs. One key given by its name alone is a value, else keys are tuples."""
        each = _groups.each(_groups.labelled(self._plan), self._keys, self._sort, self._dropna, not self._observed)
        for key, plan in each:
            yield (of_interval(key[0]) if self._one_key else tuple(map(of_interval, key))), self._group(plan)

    def resample(self, rule: str, *, on: str | None = None, **options: Any) -> Any:
        """Periods of time within each group, of the column ``on`` or else the index; see `DataFrame.resample`. Each group is
        resampled by itself.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b", "a"], "t": hs.date_range("2024-01-01", periods=3), "x": [1, 2, 3]})
        >>> df.groupby("k").resample("D", on="t")["x"].sum().to_list()
        [1, 0, 3, 2]
        """
        from hypostyle._group_resample import GroupResampler

        options.pop("include_groups", None)
        return GroupResampler(self, {"rule": rule, "on": on, **options})  # type: ignore[arg-type]

    def get_group(self, name: Any) -> Any:
        """The rows of one group.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.get_group("a")["x"].to_list()
        [1, 4]
        """
        keys = list(name) if isinstance(name, tuple) else [name]
        if len(keys) != len(self._keys):
            raise InvalidArgumentError(f"get_group: {len(keys)} values for {len(self._keys)} keys")
        same = [expr.binary("==", literal(key)) for (_, expr), key in zip(self._keys, keys, strict=True)]
        chosen = same[0]
        for part in same[1:]:
            chosen = chosen.binary("&", part)
        plan = _groups.labelled(self._plan)
        try:
            found = plan.query.filter(chosen).collect().query()
        except DataTypeError as error:
            raise LabelNotFoundError(f"no group has the key {name!r} ({error})") from None
        if found.rows() == 0:
            raise LabelNotFoundError(f"no group has the key {name!r}")
        return self._group(plan.anew(found))

    def apply(self, func: Callable[..., Any], *args: Any, processes: Any = None, **kwargs: Any) -> Any:
        """A Python function of each group's frame (or of the chosen column's series); runs. Values make a series with the
        keys as its index, frames are put one below the other, the keys before the labels of their rows; the function finds
        its group's key as ``group.name``. Where that would take longer than about two seconds, groups go to worker
        processes, as with `DataFrame.apply`. Names and expressions with `agg` and `transform` run in parallel without Python.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 3]})
        >>> df.groupby("k").apply(lambda group: group["x"].max() - group["x"].min()).to_list()
        [2, 0]
        """
        from hypostyle._apply import grouped
        from hypostyle._group_apply import Combined

        if kwargs.pop("include_groups", False):
            raise InvalidArgumentError(
                "apply: include_groups=True; the keys are no columns of a group, choose copies of them"
            )
        if isinstance(func, str):
            return getattr(self, func)(*args, **kwargs)

        plan = _groups.labelled(self._plan)
        whole, groups = _groups.cut(
            _groups.placed(plan, self._keys), self._keys, self._sort, self._dropna, not self._observed
        )
        call = _groups.GroupCall(func, args, kwargs, plan, self._values(), self._single)
        made = iter(grouped(whole, [(start, rows) for _, start, rows in groups if rows], call, processes))
        results = [(key, next(made) if n else call.result(whole.slice(0, 0), key)) for key, _, n in groups]
        name = self._values()[0] if self._single else None
        combined = Combined(self._plan, self._keys, name, self._single, self._as_index, self._group_keys)  # type: ignore[attr-defined]
        return combined.of(results, [whole.slice(start, rows) for _, start, rows in groups], self._values())

    def pipe(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """``func(groups, ...)``.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.pipe(lambda g: g["x"].sum() / g["x"].count()).to_dict()
        {'a': 2.5, 'b': 5.0}
        """
        return ours_of(func)(self, *args, **kwargs)


class Nth:
    """Rows by their number in each group: ``nth(0)``, ``nth[0:2]``."""

    __slots__ = ("_groups",)

    def __init__(self, groups: GroupWindows) -> None:
        self._groups = groups

    def __call__(self, n: Any, dropna: Any = None) -> Any:
        """These rows of each group."""
        return self._groups._nth(n, dropna)

    def __getitem__(self, n: Any) -> Any:
        return self._groups._nth(n)


def _at(place: int) -> _native.Expr:
    """Whether the row stands at a place of its group, counted from the end if it is negative."""
    where = literal(place + 1) if place >= 0 else rows().binary("+", literal(place + 1))
    return window("row_number").binary("==", where)


def _between(part: slice) -> _native.Expr:
    """Whether the row stands in a slice of its group."""
    if part.step is not None and part.step < 1:
        raise InvalidArgumentError(f"nth: the step of a slice is greater than 0, not {part.step}")
    number, count = window("row_number").binary("-", literal(1)), rows()

    def edge(at: int) -> _native.Expr:
        return literal(at) if at >= 0 else count.binary("+", literal(at))

    chosen = number.binary(">=", edge(part.start or 0))
    if part.stop is not None:
        chosen = chosen.binary("&", number.binary("<", edge(part.stop)))
    if part.step not in (None, 1):
        first = edge(part.start or 0)
        first = Native.case([(first.binary("<", literal(0)), literal(0))], first)
        chosen = chosen.binary("&", number.binary("-", first).binary("%", literal(part.step)).binary("==", literal(0)))
    return chosen


def label_of(function: Any) -> str:
    """The name of a transform in the result."""
    return function if isinstance(function, str) else str(getattr(function, "__name__", type(function).__name__))


def _answer(found: Any) -> bool:
    """What a function says about a group: yes, no, or with a missing value no."""
    if hasattr(found, "iloc") and not hasattr(found, "columns") and len(found) == 1:
        # What is asked of the only column.
        found = found.iloc[0]
    if is_missing(found):
        return False
    if isinstance(found, bool) or type(found).__name__ in ("bool", "bool_"):
        return bool(found)
    raise DataTypeError(f"filter: the function says True or False of a group, not a {type(found).__name__}")
