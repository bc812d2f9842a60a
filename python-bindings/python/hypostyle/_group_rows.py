"""Values of rows within groups, as pandas labels them."""

from __future__ import annotations

from typing import Any

from hypostyle import _groups, _index, _native
from hypostyle._key_order import in_order
from hypostyle._windows import literal, shifted, window
from hypostyle.errors import DataTypeError
from hypostyle.frame import DataFrame
from hypostyle.series import VALUE, Series

Native = _native.Expr


def by_group(owner: Any, made: Any, on: str | None = None, indexed: bool = True) -> Any:
    """Values of rows as pandas has those of windows within groups: group by group, indexed by the keys and the rows' own
    labels, or the column ``on`` that windows go by; without ``indexed`` the keys are columns."""
    from hypostyle._reshape import numbered

    if not indexed:
        found = by_group(owner, made, on)
        found = found.to_frame() if hasattr(found, "_native") else found
        return found.reset_index(level=list(range(len(owner._keys))))
    single = hasattr(made, "_native")
    values = {made.name: made._native} if single else {name: Native.column(name) for name in made._plan.columns}
    plan = numbered(owner._plan)
    if on is not None:
        times = _index.HIDDEN.format(0)
        plan = plan.with_columns({times: plan.column(on)}).reindexed([(times, on)])
    taken = len(plan.index)
    keys = {
        _index.HIDDEN.format(taken + at): plan.adopt(owner._plan, expr, True)
        for at, (_, expr) in enumerate(owner._keys)
    }
    labels = {name: Native.column(name) for name in plan.index_columns}
    shown = {(name if name is not None else VALUE): plan.adopt(made._plan, expr, True) for name, expr in values.items()}
    levels = [(hidden, name) for hidden, (name, _) in zip(keys, owner._keys, strict=True)]
    found = plan.project({**keys, **labels, **shown}, [*levels, *plan.index])
    query, order = found.query, [Native.column(hidden) for hidden in keys]
    if owner._dropna:
        for key in order:
            query = query.filter(Native.call("scalar", "is_not_null", [key], {}))
    if owner._sort is False:
        # Groups come as their first rows do.
        first = Native.call("aggregate", "min", [window("row_number").over([], [], [])]).over(order, [], [])
        query = query.sort([first], [False], False)
    else:
        query = in_order(query, list(keys))
    result = found.anew(query)
    if single:
        [name] = shown
        return Series(result, Native.column(name), made.name)
    return DataFrame._of(result)


def relabelled(owner: Any, periods: Any, freq: Any, suffix: str | None = None) -> Any:
    """The rows group by group, whose labels are so many lengths of time later, as pandas has ``shift(freq=...)`` of groups. Of
    several lengths a frame with a column for each, where rows that do not move keep their places."""
    names = owner._values()
    if not owner._single and owner._chosen is None:
        keys = [name for name, expr in owner._keys if expr.as_column() in owner._plan.columns]
        names = [name for name in owner._plan.columns if name in keys or name in names]
    rows = DataFrame._of(owner._plan.keep(names))
    if isinstance(periods, (list, tuple, range)):
        from hypostyle._concat import concat

        parts = [(n, rows if n == 0 else relabelled(owner, n, freq)) for n in periods]
        framed = [(n, part.to_frame() if hasattr(part, "_native") else part) for n, part in parts]
        return concat([part.add_suffix(f"{suffix or ''}_{n}") for n, part in framed], axis=1, sort=False)
    found = by_group(owner, rows[names[0]] if owner._single else rows)
    return found.droplevel(list(range(len(owner._keys)))).shift(periods, freq=freq)


def lagged(owner: Any, periods: Any, fill_value: Any, suffix: str | None) -> DataFrame:
    """The values of earlier rows of their groups, for each of several numbers of rows: columns ``x_1``, ``x_2``, with
    ``suffix`` between."""
    plan, exprs = owner._plan, {name: Native.column(name) for name in owner._plan.index_columns}
    for step in periods:
        if isinstance(step, bool) or not isinstance(step, int):
            raise DataTypeError(f"shift: a number of rows is an integer, not {step!r}")
        make = shifted(step, fill_value)
        exprs.update(
            (f"{name}{suffix or ''}_{step}", _filled(owner, make(plan.column(name)), fill_value))
            for name in owner._values()
        )
    return DataFrame._of(plan.project(exprs))


def moved(owner: Any, periods: int, fill_value: Any) -> Any:
    """The values of earlier rows of their groups: a series if one column was chosen by its name alone, else a frame."""
    make, plan = shifted(periods, fill_value), owner._plan
    return owner._rows({name: _filled(owner, make(plan.column(name)), fill_value) for name in owner._values()})


def _filled(owner: Any, native: _native.Expr, fill_value: Any) -> _native.Expr:
    """An expression over the groups; rows of no group have no earlier row, and ``fill_value`` as such, as in pandas."""
    over = owner._over(native)
    if fill_value is None or fill_value != fill_value or not owner._dropna:
        return over
    return Native.case([(_groups.has_key(owner._keys), over)], literal(fill_value))
