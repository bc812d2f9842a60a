"""Centered windows of time within groups, which pandas moves over each group."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from hypostyle import _columns, _native
from hypostyle._groups import Keys, guarded, key_columns
from hypostyle._plan import Plan

Native = _native.Expr

#: What pandas calls aggregates and their options.
_VERBS = {"kurtosis": "kurt"}
_OPTIONS = {"share": "pct"}


def centered(
    name: str, columns: Sequence[Native], by: Native, keys: Keys, window: dict[str, Any], params: dict[str, Any]
) -> Native:
    """An aggregate of centered windows over the groups' rows, as an expression; of two columns their covariance or
    correlation."""
    warnings.warn("rolling: pandas moves centered windows of time within groups, on one core", stacklevel=6)
    options = {
        _OPTIONS.get(key, key): value for key, value in params.items() if key not in ("descending", "min_periods")
    }
    if "descending" in params:
        options["ascending"] = not params["descending"]
    least = params.get("min_periods", window["min_periods"])
    names = [f"value{at}" for at in range(len(columns))]

    def group(query: _native.Query) -> _native.Column:
        import pandas as pd

        from hypostyle.frame import DataFrame

        rows = DataFrame._of(Plan(query).keep([*names, "by"])).to_pandas()
        times = pd.Index(rows["by"])
        first, *others = (pd.Series(rows[one].to_numpy("float64", na_value=float("nan")), index=times) for one in names)
        moving = first.rolling(window["window"], min_periods=least, center=True, closed=window.get("closed"))
        found = getattr(moving, _VERBS.get(name, name))(*others, **options)
        return _columns.column(found.to_numpy("float64"), False)

    held = key_columns(keys)
    native = _native.Query.map_groups(
        f"rolling_{name}", guarded(group), [*names, "by", *held], [*columns, by, *held.values()], "float64"
    )
    return native.over([expr for _, expr in keys], [], [])
