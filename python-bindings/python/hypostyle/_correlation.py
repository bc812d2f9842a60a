"""How two columns go together."""

from __future__ import annotations

from typing import Any

from hypostyle import _native
from hypostyle._plan import Plan
from hypostyle.errors import InvalidArgumentError
from hypostyle.series import Series


def correlation(
    plan: Plan, x: _native.Expr, y: _native.Expr, method: Any, least: int, ddof: int | None = None
) -> float | None:
    """The correlation (with ``ddof`` the covariance) of two expressions over the rows where both have a value."""
    if method not in ("pearson", "spearman", "kendall") and not callable(method):
        raise InvalidArgumentError(f"corr: method is 'pearson', 'spearman', 'kendall' or a function, not {method!r}")
    names = ["__x__", "__y__"]
    pairs = plan.query.select([x.cast("float64").alias(names[0]), y.cast("float64").alias(names[1])])
    a, b = (_native.Expr.column(name) for name in names)
    present = [_native.Expr.call("scalar", "is_not_null", [part]) for part in (a, b)]
    pairs = pairs.filter(present[0].binary("&", present[1]))
    if callable(method):
        one, other = (Series(Plan(pairs), part, None).to_numpy() for part in (a, b))
        return None if len(one) < max(least, 1) else float(method(one, other))
    if method == "spearman":
        pairs = pairs.collect().query()
        ranks = [_native.Expr.call("window", "rank", [part], {"method": "average"}).cast("float64") for part in (a, b)]
        pairs = pairs.with_columns([rank.alias(name) for rank, name in zip(ranks, names, strict=True)])
    if ddof is None:
        value = _native.Expr.call("aggregate", "kendall" if method == "kendall" else "corr", [a, b])
    else:
        value = _native.Expr.call("aggregate", "cov", [a, b], {"ddof": ddof})
    rows = _native.Expr.call("aggregate", "len", []).cast("int64")
    found = pairs.select([value.alias("value"), rows.alias("rows")]).collect().lists(["value", "rows"])
    return found[0][0] if found[1][0] >= least else None
