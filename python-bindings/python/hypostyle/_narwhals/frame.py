"""Frames as narwhals wants them: the verbs that a frame has whether it is looked at or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _native
from hypostyle._headings import texts
from hypostyle._narwhals.dtypes import to_narwhals
from hypostyle._narwhals.expr import Expr
from hypostyle._narwhals.scope import Scope, Value, as_scalar
from hypostyle._narwhals.told import tell
from hypostyle._plan import Plan
from hypostyle.errors import InvalidArgumentError, ShapeError
from hypostyle.expr import Expr as Native
from hypostyle.expr import col, row_number, when
from hypostyle.frame import DataFrame as NativeFrame

if TYPE_CHECKING:
    from types import ModuleType

    from hypostyle._narwhals.group_by import GroupBy
    from hypostyle._narwhals.namespace import Namespace
    from hypostyle._narwhals.series import Series

#: The kinds of joins as the engine names them.
JOINS = {"full": "outer"}


class Frame:
    """A frame of the engine and the version of narwhals' interface it is seen through.

    narwhals knows no names but texts: a column whose label is a tuple or a number has the name here that it has in Arrow
    (``x_sum``, ``0``). ``labels`` is what such names are called in the frame that is given back.
    """

    def __init__(self, native: NativeFrame, version: Any, labels: Mapping[str, str] | None = None) -> None:
        from narwhals import Implementation

        self._given: NativeFrame | None = None
        if labels is None:
            index = native._plan.index_columns
            moved = {name: text for name, text in texts(native._plan.names).items() if name not in index}
            labels = {text: name for name, text in moved.items()}
            if moved:
                self._given, native = native, NativeFrame._of(native._plan.rename(moved))
        self._labels = labels
        self._texts = native
        self._implementation = Implementation.UNKNOWN
        self._version = version

    # What narwhals asks of an object.

    def __narwhals_namespace__(self) -> Namespace:
        from hypostyle._narwhals.namespace import Namespace

        return Namespace(version=self._version)

    def __native_namespace__(self) -> ModuleType:
        import hypostyle

        return hypostyle

    @classmethod
    def from_native(cls, data: NativeFrame, /, *, context: Any) -> Any:
        return cls(data, context._version)

    def _with_native(self, native: NativeFrame) -> Any:
        return type(self)(native, self._version, self._labels)

    def _with_version(self, version: Any) -> Any:
        return type(self)(self._native_frame, version)

    @property
    def native(self) -> NativeFrame:
        """The frame with texts as names."""
        return self._texts

    @property
    def _native_frame(self) -> NativeFrame:
        """The frame as its user has it: columns that had a label that is no text have it again."""
        if self._given is None:
            names = self.plan.names
            back = {text: label for text, label in self._labels.items() if text in names and label not in names}
            self._given = NativeFrame._of(self.plan.rename(back)) if back else self._texts
        return self._given

    @property
    def plan(self) -> Plan:
        return self._texts._plan

    def _of(self, plan: Plan) -> Any:
        return self._with_native(NativeFrame._of(plan))

    def _settled(self, scope: Scope) -> Any:
        """The same, whose expressions have been evaluated in a scope: a text that is no number or time is an error now if
        the frame is one that is looked at, as callers expect who then try another type."""
        return self

    def _fresh(self, query: _native.Query) -> Any:
        """A frame of other rows, which have no index."""
        return self._of(Plan(query))

    @property
    def columns(self) -> list[str]:
        return list(self.plan.columns)

    @property
    def schema(self) -> dict[str, Any]:
        dtypes, query = self.plan.dtypes, self.plan.query
        known = {name: query.categories(_native.Expr.column(name)) for name in dtypes if dtypes[name] == "category"}
        return {name: to_narwhals(dtypes[name], self._version, known.get(name)) for name in self.plan.columns}

    def collect_schema(self) -> dict[str, Any]:
        return self.schema

    def _iter_columns(self) -> Any:
        return (Value(col(name)) for name in self.columns)

    def column_of(self, expr: Native, name: str) -> Series:
        """A column of an expression's values."""
        from hypostyle._narwhals.series import Series
        from hypostyle.series import Series as NativeSeries

        return Series(NativeSeries(self.plan, expr._native, name), self._version)

    # Columns.

    def _named(self, scope: Scope, exprs: Sequence[Expr]) -> list[tuple[str, Value]]:
        found = [pair for expr in exprs for pair in expr.named(scope)]
        names = [name for name, _ in found]
        for name in names:
            if names.count(name) > 1:
                from narwhals.exceptions import DuplicateError

                raise DuplicateError(f"Expected unique column names; {name!r} is given to several columns")
        return found

    def select(self, *exprs: Expr) -> Any:
        if exprs and all(expr._alone is not None for expr in exprs):
            return self._of_series(exprs)
        scope = Scope(self)
        return self._selected(self._named(scope, exprs))._settled(scope)

    def _selected(self, found: Sequence[tuple[str, Value]]) -> Any:
        if not found:
            return self._with_native(NativeFrame({}))
        # What is the same in every row is so in those of a mask.
        masks = {id(value.mask): value.mask for _, value in found if not value.single}
        if all(mask is None for mask in masks.values()):
            index = {name: _native.Expr.column(name) for name in self.plan.index_columns}
            return self._of(self.plan.project({**index, **{name: value.expr._native for name, value in found}}))
        if len(masks) == 1:
            (mask,) = masks.values()
            return self._fresh(self._chosen([(name, value._replace(mask=mask)) for name, value in found]))
        # Raises where columns are not of one length, which runs.
        scope = Scope(self)
        counts = [scope.rows(mask) for mask in masks.values()]
        if len(set(counts)) > 1:
            raise ShapeError(f"select: columns of {' and '.join(map(str, counts))} rows")
        return self._fresh(_native.Query.concat([self._chosen([pair]) for pair in found], "columns"))

    def _of_series(self, exprs: Sequence[Expr]) -> Any:
        """Series alone, whose rows need not be as many as the frame's."""
        columns = {
            name: series
            for expr in exprs
            if expr._alone is not None
            for name, series in zip(expr._evaluate_aliases(self), expr._alone(self), strict=True)
        }
        parts = [
            series.native._plan.query.select([series.native._native.alias(name)]) for name, series in columns.items()
        ]
        return self._fresh(parts[0] if len(parts) == 1 else _native.Query.concat(parts, "columns"))

    def _chosen(self, found: Sequence[tuple[str, Value]]) -> _native.Query:
        """Values of the rows that a mask leaves."""
        mask = found[0][1].mask
        columns = [value.expr._native.alias(name) for name, value in found]
        if mask is None:
            return self.plan.query.select(columns)
        kept = self.plan.query.select([*columns, mask._native.alias("\0kept")]).filter(_native.Expr.column("\0kept"))
        return kept.select([_native.Expr.column(name).alias(name) for name, _ in found])

    def aggregate(self, *exprs: Expr) -> Any:
        scope = Scope(self)
        found = [(name, as_scalar(value.expr)._native) for name, value in self._named(scope, exprs)]
        return self._fresh(self.plan.query.select([native.alias(name) for name, native in found]))._settled(scope)

    def simple_select(self, *column_names: str) -> Any:
        if not column_names:
            return self._with_native(NativeFrame({}))
        self._check(column_names)
        return self._of(self.plan.keep(column_names))

    def with_columns(self, *exprs: Expr) -> Any:
        scope = Scope(self)
        found = self._named(scope, exprs)
        for name, value in found:
            if value.mask is not None:
                raise InvalidArgumentError(f"with_columns: {name!r} is of some of the rows; select takes it alone")
        return self._of(self.plan.with_columns({name: value.expr._native for name, value in found}))._settled(scope)

    def cast(self, dtypes: Mapping[str, Any]) -> Any:
        ns = self.__narwhals_namespace__()
        return self.with_columns(*(ns.col(name).cast(dtype) for name, dtype in dtypes.items()))

    def rename(self, mapping: Mapping[str, str]) -> Any:
        self._check(mapping)
        names = [mapping.get(name, name) for name in self.columns]
        if len(set(names)) < len(names):
            from narwhals.exceptions import DuplicateError

            raise DuplicateError(f"Expected unique column names, not {names}")
        return self._of(self.plan.rename(mapping))

    def drop(self, columns: Sequence[str], *, strict: bool) -> Any:
        gone = list(columns)
        if strict:
            self._check(gone)
        return self._of(self.plan.keep([name for name in self.columns if name not in gone]))

    def _check(self, names: Any) -> None:
        """Fails as narwhals does if a column is not there."""
        missing = [name for name in names if name not in self.plan.columns]
        if missing:
            from narwhals.exceptions import ColumnNotFoundError as NotFound

            raise NotFound.from_missing_and_available_column_names(missing, self.columns)

    def with_row_index(self, name: str, order_by: Sequence[str] | None) -> Any:
        place = Scope(self, (), tuple(order_by or ())).over(row_number()) - 1
        numbered = self.plan.with_columns({name: place._native})
        return self._of(numbered.keep([name, *self.columns]))

    # Rows.

    def filter(self, predicate: Expr) -> Any:
        scope = Scope(self)
        condition = predicate.one(scope).expr
        return self._of(self.plan.anew(self.plan.query.filter(condition._native)))._settled(scope)

    def drop_nulls(self, subset: Sequence[str] | None) -> Any:
        names = self.columns if subset is None else list(subset)
        self._check(names)
        return self._with_native(self.native.dropna(subset=names))

    def _sliced(self, start: int, rows: int) -> Any:
        return self._of(self.plan.anew(self.plan.query.slice(start, max(rows, 0))))

    def head(self, n: int) -> Any:
        return self._sliced(0, n if n >= 0 else self.plan.query.rows() + n)

    def tail(self, n: int) -> Any:
        rows = self.plan.query.rows()
        start = max(rows - n, 0) if n >= 0 else -n
        return self._sliced(start, rows - start)

    def gather_every(self, n: int, offset: int) -> Any:
        place = row_number().over(()) - 1
        kept = (place >= offset) & ((place - offset) % n == 0)
        return self._of(self.plan.anew(self.plan.query.filter(kept._native)))

    def sort(self, *by: str, descending: bool | Sequence[bool], nulls_last: bool) -> Any:
        self._check(by)
        down = [descending] * len(by) if isinstance(descending, bool) else list(descending)
        return self._of(self.plan.anew(self.plan.query.sort([col(name)._native for name in by], down, not nulls_last)))

    def top_k(self, k: int, *, by: Sequence[str], reverse: bool | Sequence[bool]) -> Any:
        names = list(by)
        up = [reverse] * len(names) if isinstance(reverse, bool) else list(reverse)
        return self.sort(*names, descending=[not one for one in up], nulls_last=True).head(k)

    def unique(
        self,
        subset: Sequence[str] | None,
        *,
        keep: str,
        maintain_order: bool | None = None,
        order_by: Sequence[str] | None = None,
    ) -> Any:
        names = self.columns if subset is None else list(subset)
        self._check(names)
        scope = Scope(self, (), tuple(order_by or ()))
        keys = tuple(map(col, names))
        if keep == "none":
            kept = Native(_native.Expr.call("aggregate", "len", [], {})).over(list(keys)) == 1
        else:
            kept = scope.over(row_number(), keys, reverse=keep == "last") == 1
        return self._of(self.plan.anew(self.plan.query.filter(kept._native)))

    def explode(self, columns: Sequence[str], *, empty_as_null: bool = True, keep_nulls: bool = True) -> Any:
        names = list(columns)
        dtypes = self.plan.dtypes
        for name in names:
            if not dtypes[name].startswith("list["):
                from narwhals.exceptions import InvalidOperationError

                raise InvalidOperationError(f"`explode` operation not supported for dtype `{self.schema[name]}`")
        query = self.plan.query
        if len(names) > 1:
            self._check_lengths(names, empty_as_null, keep_nulls)
        for name in names:
            length = _native.Expr.call("scalar", "list_len", [_native.Expr.column(name)], {})
            if not empty_as_null:
                empty = length.binary("==", _native.Expr.literal(0))
                filled = _native.Expr.call("scalar", "fill_null", [empty, _native.Expr.literal(False)], {})
                query = query.filter(filled.invert())
            if not keep_nulls:
                query = query.filter(_native.Expr.call("scalar", "is_not_null", [_native.Expr.column(name)], {}))
        return self._fresh(
            query.explode_together(names).select([_native.Expr.column(n).alias(n) for n in self.columns])
        )

    def _check_lengths(self, names: Sequence[str], empty_as_null: bool, keep_nulls: bool) -> None:
        """Whether lists that are exploded together are as long as each other in every row; runs."""

        def length(name: str) -> Native:
            # No list and an empty one are one row, unless they are to be none.
            counted = Native(_native.Expr.call("scalar", "list_len", [_native.Expr.column(name)], {}))
            none, empty = (-1 if keep_nulls else -2), (-1 if empty_as_null else -2)
            return when(counted.is_null()).then(none).when(counted == 0).then(empty).otherwise(counted)

        first = length(names[0])
        for name in names[1:]:
            if self.plan.query.filter((first != length(name))._native).slice(0, 1).rows():
                raise ShapeError(f"explode: {names[0]} and {name} must have matching element counts in every row")

    # Several frames, and shapes.

    def join(
        self,
        other: Frame,
        *,
        how: str,
        left_on: Sequence[str] | None,
        right_on: Sequence[str] | None,
        suffix: str,
    ) -> Any:
        left, right = list(left_on or ()), list(right_on or ())
        self._check(left)
        other._check(right)
        mine, theirs = _flat(self), _flat(other)
        if how in ("semi", "anti"):
            kept = _joined(mine, theirs, left, right, how)
            return self._fresh(kept.select([_native.Expr.column(name).alias(name) for name in self.columns]))
        # Keys of the right side are not in the result, but those of a full join; any other name of both gets the suffix.
        gone = [] if how in ("full", "cross") else right
        names = {name: f"{name}{suffix}" if name in self.columns else name for name in other.columns}
        shown = [names[name] for name in other.columns if name not in gone]
        for name in shown:
            if name in self.columns or shown.count(name) > 1:
                from narwhals.exceptions import DuplicateError

                raise DuplicateError(f"the name {name!r} is given to several columns; give another suffix")
        hidden = {name: f"\0{at}" for at, name in enumerate(other.columns)}
        renamed = theirs.select([_native.Expr.column(name).alias(hidden[name]) for name in other.columns])
        keys = [hidden[name] for name in right]
        if how == "full":
            # A key that stands on both sides would be made one: its value is kept beside it on either side.
            mine = mine.with_columns([_native.Expr.column(n).alias(f"\0left{i}") for i, n in enumerate(left)])
            renamed = renamed.with_columns([_native.Expr.column(n).alias(f"\0right{i}") for i, n in enumerate(keys)])
        joined = _joined(mine, renamed, left, keys, JOINS.get(how, how))
        chosen = {name: name for name in self.columns} | {names[n]: hidden[n] for n in other.columns if n not in gone}
        if how == "full":
            chosen |= {name: f"\0left{i}" for i, name in enumerate(left)}
            chosen |= {names[name]: f"\0right{i}" for i, name in enumerate(right)}
        query = joined.select([_native.Expr.column(old).alias(new) for new, old in chosen.items()])
        return type(self)(NativeFrame._of(Plan(query)), self._version, {**other._labels, **self._labels})

    def join_asof(
        self,
        other: Frame,
        *,
        left_on: str,
        right_on: str,
        by_left: Sequence[str] | None,
        by_right: Sequence[str] | None,
        strategy: str,
        suffix: str,
    ) -> Any:
        from hypostyle._merge import merge_asof

        by: dict[str, Any] = {"left_by": list(by_left), "right_by": list(by_right)} if by_left and by_right else {}
        made = merge_asof(
            NativeFrame._of(Plan(_flat(self))),
            NativeFrame._of(Plan(_flat(other))),
            left_on=left_on,
            right_on=right_on,
            suffixes=("", suffix),
            direction=strategy,
            **by,
        )
        gone = [name for name in (right_on, *(by_right or ())) if name not in (left_on, *(by_left or ()))]
        return self._with_native(made[[name for name in made.columns if name not in gone]])

    def unpivot(
        self, on: Sequence[str] | None, index: Sequence[str] | None, variable_name: str, value_name: str
    ) -> Any:
        kept = list(index or ())
        names = [name for name in self.columns if name not in kept] if on is None else list(on)
        return self._with_native(self.native.melt(kept, names, variable_name, value_name))

    def group_by(self, keys: Sequence[Any], *, drop_null_keys: bool) -> GroupBy:
        from hypostyle._narwhals.group_by import GroupBy

        return GroupBy(self, keys, drop_null_keys=drop_null_keys)


tell(
    Frame, ("aggregate", "cast", "drop_nulls", "explode", "filter", "join", "select", "sort", "unpivot", "with_columns")
)


class LazyFrame(Frame):
    """A frame that is not looked at before `collect`."""

    def __narwhals_lazyframe__(self) -> LazyFrame:
        return self

    def to_narwhals(self) -> Any:
        return self._version.lazyframe(self, level="lazy")

    def collect(self, backend: Any, **kwargs: Any) -> Any:
        from hypostyle._narwhals.dataframe import DataFrame

        found = DataFrame(self._native_frame.compute(), self._version)
        return found if backend is None else found.converted(backend)

    def sink_parquet(self, file: Any) -> None:
        self.native.to_parquet(file)


def _flat(frame: Frame) -> _native.Query:
    """The frame's columns, without its index."""
    return frame.plan.query.select([_native.Expr.column(name).alias(name) for name in frame.columns])


def _joined(left: _native.Query, right: _native.Query, on: list[str], of: list[str], how: str) -> _native.Query:
    """A join in which null matches nothing, as narwhals has it."""
    keys = ([_native.Expr.column(name) for name in on], [_native.Expr.column(name) for name in of])
    if how == "cross":
        return left.join(right, [], [], how, ("", ""))
    if how in ("inner", "semi"):
        for name in of:
            right = right.filter(_native.Expr.call("scalar", "is_not_null", [_native.Expr.column(name)], {}))
        return left.join(right, *keys, how, ("", ""))
    # On a side that keeps its rows, a null becomes a value that the other side does not have.
    flags = ["\0null_left", "\0null_right"]
    sides = []
    for query, names, flag in ((left, on, flags[0]), (right, of, flags[1])):
        absent = _native.Expr.literal(False)
        for name in names:
            absent = absent.binary("|", _native.Expr.call("scalar", "is_null", [_native.Expr.column(name)], {}))
        number = 1 if flag == flags[0] else 2
        marked = _native.Expr.case([(absent, _native.Expr.literal(number))], _native.Expr.literal(0))
        sides.append(query.with_columns([marked.alias(flag)]))
    left_keys, right_keys = keys
    return sides[0].join(
        sides[1],
        [*left_keys, _native.Expr.column(flags[0])],
        [*right_keys, _native.Expr.column(flags[1])],
        how,
        ("", ""),
    )
