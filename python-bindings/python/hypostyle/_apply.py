"""The user's Python functions of values, rows and columns: in this process, or on worker processes where that pays."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from hypostyle import _native, _numpy
from hypostyle._aggregates import is_known, is_of_python
from hypostyle._aggregates import name_of as aggregate_name
from hypostyle._cells import by_row, check_na_action
from hypostyle._compiled import is_compiled
from hypostyle._dtypes import dtype_name, is_number
from hypostyle._jobs import Call, as_list, not_a_time, plain
from hypostyle._jobs import results as run_of
from hypostyle._labels import column_name
from hypostyle._methods import Method, ours_of
from hypostyle._plan import Plan
from hypostyle._rows import Row
from hypostyle.errors import DataTypeError, InvalidArgumentError

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame
    from hypostyle.series import Series

#: Seconds that a function is tried in this process, and seconds left from which on workers are worth their start.
TRIAL, WORTH = 0.1, 1.5
#: Rows of one job at least, and jobs per worker.
ROWS, JOBS = 256, 8
_OUT = "value"


def name_of(func: Any) -> str:
    return getattr(func, "__name__", type(func).__name__)


class Plain:
    """Results of one plain type, as a column."""

    def __init__(self, dtype: str, parts: list[bytes]) -> None:
        self.dtype, self.memory = dtype, b"".join(parts)

    def column(self) -> _native.Column:
        """The column; NaN is missing."""
        return _native.Column.from_bytes(self.memory, self.dtype)

    def to_list(self) -> list:
        """The results one by one."""
        return as_list((self.dtype, self.memory))


def computed(plan: Plan, kind: str, names: list[str], call: Call, processes: Any) -> list | Plain:
    """The results for all rows, in order."""
    columns = names if kind == "values" else [*plan.index_columns, *names]
    kept = plan.query.select([_native.Expr.column(name).alias(name) for name in columns])
    table = kept.collect() if columns else plan.query.collect()
    total = table.rows()
    results: list = []
    allowed = processes is not False and possible()
    started, step, before = time.perf_counter(), 1, None

    def here(start: int, rows: int) -> list:
        return run_of(kind, call, table.slice(start, rows).collect(), columns, names, start)

    if processes is True and allowed and total > 1:
        return or_why(everywhere, table, kind, columns, names, call, [], _packed(call))
    # The quickest run of rows tells how long the others take: another may have waited for something else.
    best, runs = float("inf"), 0
    while len(results) < total:
        rows, began = min(step, total - len(results)), time.perf_counter()
        try:
            results.extend(here(len(results), rows))
        except Exception as error:
            error.add_note(f"raised in {name_of(call.func)}, rows {len(results)} to {len(results) + rows - 1}")
            raise
        now = time.perf_counter()
        best, runs, left = min(best, (now - began) / rows), runs + 1, total - len(results)
        # Runs of about a tenth of a second at most, so that there is a decision in time.
        soon = TRIAL / 4 if allowed and before is None else TRIAL / 2 if allowed else TRIAL
        step = min(step * 4, max(1, int(soon / max(best, 1e-9))), 1 << 16)
        if not (allowed and left and runs > 1 and now - started > TRIAL / 4 and best * left > WORTH):
            continue
        if before is None:
            before = _ready(call)
            allowed = before is not None
        elif now - started > TRIAL:
            what = _away(call, before)
            if what is not None:
                made = _unless_refused(everywhere, table, kind, columns, names, call, results, what)
                if made is not None:
                    return made
            allowed = False
    return results


def _warm() -> None:
    from hypostyle import _workers

    with contextlib.suppress(OSError):
        _workers.pool().warm()


def _packed(call: Any) -> Any:
    from hypostyle import _carried

    return _carried.carried(call)


def _away(call: Any, before: Any) -> Any:
    """What would go to workers, unless it has to stay here: since it cannot be copied, or because a function changes what it
    refers to (``before`` is what would have gone some rows ago): copies would not."""
    try:
        found = _packed(call)
    except Exception:
        return None
    if before is None:
        return found.noted()
    return found if found == before else None


def _ready(call: Any) -> Any:
    """What would go to workers, if it can, which get ready meanwhile."""
    found = _away(call, None)
    if found is not None:
        _warm()
    return found


def possible() -> bool:
    if os.environ.get("HYPOSTYLE_WORKER"):
        return False
    from hypostyle import _workers

    return _workers.possible()


def or_why(make: Callable[..., Any], *args: Any) -> Any:
    """What workers make; that they cannot make the function is the error that they met."""
    from hypostyle import _workers

    try:
        return make(*args)
    except _workers.Refused as refused:
        assert refused.__cause__ is not None
        raise refused.__cause__ from None


def _unless_refused(make: Callable[..., Any], *args: Any) -> Any:
    """What workers make, unless they cannot make the function: then it stays here."""
    from hypostyle import _workers

    try:
        return make(*args)
    except _workers.Refused:
        return None


def everywhere(
    table: Any, kind: str, columns: list[str], names: list[str], call: Call, first: list, what: Any
) -> list | Plain:
    """The results of all rows, from worker processes behind the ``first`` ones."""
    from hypostyle import _workers

    jobs, start, end, workers = [], len(first), table.rows(), _workers.count()
    least = max(ROWS, (end - start) // (workers * 64))
    while start < end:
        left = end - start
        # Smaller ones towards the end: no worker is left alone with a large one.
        rows = min(left, max(least, left // (workers * 4)) if left > ROWS else -(-left // workers))
        fixed = {"kind": kind, "columns": columns, "names": names, "start": start, "rows": rows}
        jobs.append((fixed, table.slice(start, rows)))
        start += rows
    parts = _workers.run_all(jobs, what, name_of(call.func))
    if first:
        parts = [plain(first), *parts]
    kinds = {None if isinstance(part, list) else part[0] for part in parts}
    if len(kinds) == 1 and (dtype := kinds.pop()) is not None:
        return Plain(dtype, [memory for _, memory in parts])
    return list(itertools.chain.from_iterable(map(as_list, parts)))


def grouped(whole: _native.Query, spans: list[tuple[int, int]], call: Any, processes: Any) -> list:
    """The results of groups, which are runs of rows."""
    results: list = []
    allowed = processes is not False and possible() and len(spans) > 1
    if processes is True and allowed:
        return or_why(_groups_everywhere, whole, spans, call, _packed(call))
    started, before = time.perf_counter(), None
    for start, rows in spans:
        results.append(call.result(whole.slice(start, rows)))
        spent, left = time.perf_counter() - started, len(spans) - len(results)
        if not (allowed and spent > TRIAL / 4 and left > 1 and spent / len(results) * left > WORTH):
            continue
        if before is None:
            before = _ready(call)
            allowed = before is not None
        elif spent > TRIAL:
            what = _away(call, before)
            if what is not None:
                made = _unless_refused(_groups_everywhere, whole, spans[len(results) :], call, what)
                if made is not None:
                    return results + made
            allowed = False
    return results


def _groups_everywhere(whole: _native.Query, spans: list[tuple[int, int]], call: Any, what: Any) -> list:
    """The results of groups from worker processes."""
    from hypostyle import _workers

    size = max(1, -(-len(spans) // (_workers.count() * JOBS)))
    jobs = []
    for at in range(0, len(spans), size):
        part = spans[at : at + size]
        first, end = min(start for start, _ in part), max(start + rows for start, rows in part)
        inside = [(start - first, rows) for start, rows in part]
        fixed = {"kind": "groups", "start": first, "rows": end - first, "spans": inside}
        jobs.append((fixed, whole.slice(first, end - first)))
    parts = _workers.run_all(jobs, what, name_of(call.func))
    return list(itertools.chain.from_iterable(parts))


def _missing(dtype: str) -> Any:
    """What a function gets for a value that is not there, as pandas has it: NaN for numbers and text, and NaT for times,
    which is made where it is needed."""
    if dtype.startswith(("timestamp", "duration")):
        return not_a_time
    return float("nan") if is_number(dtype) or dtype in ("string", "bool", "null") else None


def column_of(values: list, dtype: Any, what: str) -> _native.Column:
    """A column of results."""
    plain = values
    # A look at the types first: of most results there is nothing to change.
    if any(hasattr(kind, "tolist") and hasattr(kind, "dtype") for kind in set(map(type, values))):
        plain = [value.tolist() if hasattr(value, "tolist") and hasattr(value, "dtype") else value for value in values]
    try:
        return _native.Column.from_values(plain, None if dtype is None else dtype_name(dtype), True)
    except DataTypeError as error:
        if " among " in str(error):
            error.add_note(f"{what} returned values of different types; a column holds one")
        raise


def mapped(
    series: Series, func: Any, args: tuple, kwargs: dict[str, Any], skip: bool, dtype: Any, processes: Any
) -> Any:
    """A Python function of each value of a series: a series of the same frame."""
    from hypostyle.series import VALUE
    from hypostyle.series import Series as Made

    if not args and not kwargs and processes is None:
        from hypostyle._compiled import expression

        native = expression(func, [series._native], [series.dtype], name_of(func))
        if native is not None:
            made = series._like(native)
            return made if dtype is None else made.astype(dtype)
    if not callable(func):
        raise DataTypeError(f"map and apply take a function or a mapping, not {func!r}")
    framed, found = series._framed(), series.dtype
    values = computed(framed, "values", [VALUE], Call(func, args, kwargs, skip, _missing(found)), processes)
    if isinstance(values, Plain):
        if dtype is None:
            return Made(series._plan, by_row(values.column()), series.name)
        values = values.to_list()
    kinds = {kind for kind in set(map(type, values)) if kind is not type(None)}
    if kinds and all(issubclass(kind, (Made, Row)) or hasattr(kind, "iloc") for kind in kinds):
        # A series by name for each value: a column for each name.
        rows = [{} if row is None else dict(row.items()) for row in values]
        return series.to_frame()[[]]._expanded(rows, name_of(func))
    column = column_of(values, dtype, name_of(func))
    return Made(series._plan, by_row(column), series.name)


class Functional:
    """The user's functions over a frame."""

    __slots__ = ()

    _plan: Plan

    def map(
        self, func: Any, na_action: str | None = None, *, dtype: Any = None, processes: Any = None, **kwargs: Any
    ) -> DataFrame:
        """A Python function of each value; see `apply` for where it runs. A compiled one (numba, ctypes, SciPy's
        ``LowLevelCallable``) is called on all threads when the values are asked for; what is missing stays missing.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2]}).map(lambda v: v + 1).to_dict("list")
        {'x': [2, 3]}
        """
        check_na_action(na_action)
        plan = self._plan
        made = {
            name: mapped(self[name], func, (), kwargs, na_action == "ignore", dtype, processes)._native  # type: ignore[index]
            for name in plan.columns
        }
        return type(self)._of(plan.with_columns(made))  # type: ignore[attr-defined]

    applymap = map

    def apply(
        self,
        func: Any,
        axis: Any = 0,
        raw: bool = False,
        result_type: str | None = None,
        args: tuple = (),
        *,
        engine: Any = None,
        engine_kwargs: Any = None,
        dtype: Any = None,
        processes: Any = None,
        **kwargs: Any,
    ) -> Any:
        """A Python function of each column (as a series), or with ``axis=1`` of each row, which is read by the columns'
        names: ``row["x"]`` or ``row.x``. Values make a series; series, or rows as dictionaries with
        ``result_type="expand"``, a frame; with ``"broadcast"`` they fill the columns there are. Runs.

        A function of rows or values that would take longer than about two seconds runs on worker processes, as many as
        there are threads: each gets a copy of what the function refers to, and of the values of the user's modules it uses.
        One that changes what it refers to, draws from the random numbers of the process, or refers to what cannot be copied
        (a lock, an open file) stays here. ``processes=False`` keeps it here, ``True`` sends it there at once, where what it
        changes outside of itself stays. It needs cloudpickle.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [10, 20]})
        >>> df.apply(lambda row: row["x"] + row["y"], axis=1).to_list()
        [11, 22]
        >>> df.apply(lambda column: column.max() - column.min()).to_dict()
        {'x': 1, 'y': 10}
        """
        if result_type not in (None, "expand", "reduce", "broadcast"):
            raise InvalidArgumentError(f"apply: result_type is 'expand', 'reduce' or 'broadcast', not {result_type!r}")
        if isinstance(func, str) and func == "size":
            return self.agg(func, axis)  # type: ignore[attr-defined]
        if isinstance(func, str):
            return Method(func)(self, *args, **({"axis": axis} if axis in (1, "columns") else {}), **kwargs)
        if isinstance(func, (list, Mapping)):
            return self.agg(func, axis, *args, **kwargs)  # type: ignore[attr-defined]
        if not (args or kwargs or raw or result_type or dtype or processes) and is_known(func):
            along = axis in (1, "columns")
            types = self._plan.dtypes
            numbers = all(is_number(types[name]) or types[name] == "bool" for name in self._plan.columns)
            if not along or (numbers and hasattr(type(self), aggregate_name(func)) and not is_of_python(func)):
                # What the engine computes, too.
                return self.agg(func, axis)  # type: ignore[attr-defined]
        func = ours_of(func)
        if axis not in (1, "columns") and is_compiled(func) and not args and not kwargs:
            return self.map(func, dtype=dtype)
        if axis in (1, "columns"):
            return self._by_rows(func, args, kwargs, raw, result_type, dtype, processes)
        from hypostyle._columns import ours

        given = {name: self[name] for name in self._plan.columns}  # type: ignore[index]
        if not given and _gives_rows(func, _nothing(), args, kwargs):
            return self.copy()  # type: ignore[attr-defined]
        results = {name: func(c.to_numpy() if raw else c, *args, **kwargs) for name, c in given.items()}
        results = {n: v.item() if _numpy.is_array(v) and not v.ndim else ours(v) for n, v in results.items()}
        if result_type == "broadcast":
            return self._broadcast(results)
        if result_type == "expand" and results and all(isinstance(one, Mapping) for one in results.values()):
            return type(self)({name: _labelled(one) for name, one in results.items()})  # type: ignore[call-arg]
        return self._put_together(results, name_of(func))

    def map_batches(self, func: Any, *columns: str, dtype: Any = None, processes: bool = False) -> Series:
        """A function of columns (all, if none is named) that gives a value for each row: a Python function is called for
        each partition, with its columns as series, and returns a series, an array or a list. A compiled function of one
        row's numbers (numba, ctypes, SciPy's ``LowLevelCallable``) is called for each row, on all threads, without the
        interpreter lock and only when the values are asked for; where an argument is missing, so is the result.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [10, 20]})
        >>> df.map_batches(lambda x, y: x.to_numpy() + y.to_numpy(), "x", "y").to_list()
        [11, 22]
        """
        from hypostyle._partitions import map_batches

        return map_batches(self._plan, func, list(columns) or self._plan.columns, dtype, processes)

    def _put_together(self, results: dict[str, Any], what: str) -> Any:
        """One result per column: values, columns of the frame, or series with an index of their own."""
        from hypostyle._by_name import values_by_name
        from hypostyle.expr import BoundExpression

        plan = self._plan
        if all(isinstance(value, BoundExpression) for value in results.values()) and results:
            if all(value._plan.rows is plan.rows for value in results.values()):
                return type(self)._of(plan.with_columns({n: plan.expr(v) for n, v in results.items()}))  # type: ignore[attr-defined]
            # Series of other rows meet by their labels.
            made = type(self)(results)  # type: ignore[call-arg]
            return type(self)._of(made._plan.titled(plan.axis))  # type: ignore[attr-defined]
        lists = [
            value for value in results.values() if hasattr(value, "__len__") and not isinstance(value, (str, Mapping))
        ]
        if len(lists) == len(results) and lists:
            from hypostyle._columns import beside

            if len({len(one) for one in lists}) == 1 and len(lists[0]) != plan.query.rows():
                # Rows of their own.
                return type(self)({name: list(one) for name, one in results.items()})  # type: ignore[call-arg]

            for name, values in results.items():
                plan = beside(plan, name, values)
            return type(self)._of(plan)  # type: ignore[attr-defined]
        return values_by_name(list(results), list(results.values()), None, plan)

    def _by_rows(
        self, func: Any, args: tuple, kwargs: dict[str, Any], raw: bool, expand: str | None, dtype: Any, processes: Any
    ) -> Any:
        from hypostyle.series import Series

        plan = self._plan
        if raw:
            func = _Raw(func)
        types = plan.dtypes
        missing = [_missing(types[name]) for name in plan.columns]
        values = computed(plan, "rows", plan.columns, Call(func, args, kwargs, False, missing), processes)
        if isinstance(values, Plain):
            if dtype is None and expand != "broadcast":
                return Series(plan, by_row(values.column()), None)
            values = values.to_list()
        what = name_of(func)
        if not values and not raw and expand is None:
            row = Row(tuple(plan.columns), (float("nan"),) * len(plan.columns), None)
            if _gives_rows(func, row, args, kwargs):
                return self.copy()  # type: ignore[attr-defined]
        first = next((value for value in values if value is not None), None)
        if expand == "broadcast" or (raw and (isinstance(first, (list, tuple)) or _numpy.is_array(first))):
            rows = [_row_of(value, len(plan.columns)) for value in values]
            columns = zip(*rows, strict=True) if rows else [[] for _ in plan.columns]
            exprs = {n: by_row(column_of(list(c), dtype, what)) for n, c in zip(plan.columns, columns, strict=True)}
            return type(self)._of(plan.with_columns(exprs))  # type: ignore[attr-defined]
        if expand == "expand" and _numpy.is_array(first):
            values = [value.tolist() if _numpy.is_array(value) else value for value in values]
            first = values[0]
        if isinstance(first, Series) or (hasattr(first, "iloc") and hasattr(first, "items")):
            # A series by name for each row: a column for each name.
            values = [None if value is None else dict(value.items()) for value in values]
            expand, first = "expand", {}
        if isinstance(first, Row):
            values = [None if value is None else value.to_dict() for value in values]
            expand = "expand"
        if expand == "expand" and isinstance(first, (Mapping, Row, list, tuple)):
            return self._expanded(values, what)
        return Series(plan, by_row(column_of(values, dtype, what)), None)

    def _broadcast(self, results: dict[str, Any]) -> DataFrame:
        """Columns of one value, or of as many as there are rows, for those of the same names."""
        plan, exprs = self._plan, {}
        for name, value in results.items():
            if hasattr(value, "_native"):
                exprs[name] = plan.expr(value)
            elif isinstance(value, (list, tuple)) or _numpy.is_array(value):
                exprs[name] = by_row(column_of(list(value), None, "apply"))
            else:
                exprs[name] = _native.Expr.literal(value)
        return type(self)._of(plan.with_columns(exprs))  # type: ignore[attr-defined]

    def _expanded(self, values: list, what: str) -> DataFrame:
        """Dictionaries or lists as columns."""
        rows = [
            value if isinstance(value, Mapping) else dict(enumerate(() if value is None else value)) for value in values
        ]
        names = list(dict.fromkeys(name for row in rows for name in row))
        plan = self._plan
        exprs = {name: _native.Expr.column(name) for name in plan.index_columns}
        for name in names:
            exprs[column_name(name)] = by_row(column_of([row.get(name) for row in rows], None, what))
        return type(self)._of(plan.project(exprs).titled(None))  # type: ignore[attr-defined]

    def transform(self, func: Any, axis: Any = 0, *args: Any, **kwargs: Any) -> Any:
        """As `apply`, for functions that give a column for a column; a name is that of a method.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2]}).transform("cumsum")["x"].to_list()
        [1, 3]
        """
        if isinstance(func, (list, tuple, Mapping)) and not func:
            raise InvalidArgumentError("transform: no functions are given")
        if isinstance(func, Mapping) and axis in (1, "columns"):
            return self.transpose().transform(func, 0, *args, **kwargs).transpose()  # type: ignore[attr-defined]
        if isinstance(func, (list, tuple, Mapping)) and axis in (0, "index", "rows"):
            from hypostyle._headings import joined

            plan, exprs = self._plan, {}
            wanted = func if isinstance(func, Mapping) else dict.fromkeys(plan.columns, func)
            several = any(isinstance(one, (list, tuple)) for one in wanted.values())
            for name, one in wanted.items():
                one = [one] if several and not isinstance(one, (list, tuple, Mapping)) else one
                made = self[name].transform(one, 0, *args, **kwargs)  # type: ignore[index]
                found = {} if hasattr(made, "_native") else {part: made._series(part) for part in made._plan.columns}
                exprs.update({joined(name, part): plan.expr(series) for part, series in found.items()})
                if not found:
                    exprs[name] = plan.expr(made)
            return type(self)._of(plan.project({**{n: _native.Expr.column(n) for n in plan.index_columns}, **exprs}))  # type: ignore[attr-defined]
        made = self.apply(func, axis, args=args, **kwargs)
        if not hasattr(made, "columns"):
            what = func if isinstance(func, str) else name_of(func)
            raise InvalidArgumentError(f"transform: {what} gave a value for a column; use agg")
        return made


def _labelled(values: Mapping[Any, Any]) -> Series:
    from hypostyle.series import Series

    return Series(list(values.values()), index=list(values))


def _nothing() -> Series:
    from hypostyle.series import Series

    return Series([], dtype="float64")


def _gives_rows(func: Any, value: Any, args: tuple, kwargs: dict[str, Any]) -> bool:
    """Whether a function gives a row or a column: asked of one that is made up, where there are none, as pandas asks."""
    try:
        found = func(value, *args, **kwargs)
    except Exception:
        return False
    return isinstance(found, Row) or hasattr(found, "_native")


def _row_of(value: Any, width: int) -> list[Any]:
    """The values of a row of so many columns."""
    if isinstance(value, Mapping) or hasattr(value, "items"):
        value = [one for _, one in value.items()]
    if not isinstance(value, (list, tuple)) and not _numpy.is_array(value):
        return [value] * width
    if len(value) != width:
        raise InvalidArgumentError(
            f"apply: {len(value)} values for {width} columns; result_type='broadcast' fills those there are"
        )
    return list(value)


class _Raw:
    """A function of a row's values as an array."""

    def __init__(self, func: Callable[..., Any]) -> None:
        self.func, self.__name__ = func, name_of(func)

    def __call__(self, row: Row, *args: Any, **kwargs: Any) -> Any:
        import numpy as np

        return self.func(np.array(row.values), *args, **kwargs)
