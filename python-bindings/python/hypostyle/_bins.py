"""``cut`` and ``qcut``: the interval that each value lies in."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from hypostyle import _bin_moments, _native, _numpy
from hypostyle._bin_texts import of_interval
from hypostyle._plan import Unlabelled
from hypostyle.errors import DataTypeError, InvalidArgumentError
from hypostyle.expr import Expr
from hypostyle.index import Index
from hypostyle.series import Series


def cut(
    x: Any,
    bins: Any,
    right: bool = True,
    labels: Any = None,
    retbins: bool = False,
    precision: int = 3,
    include_lowest: bool = False,
    duplicates: str = "raise",
    ordered: bool = True,
) -> Any:
    """The interval that each value lies in, as a categorical of their texts: of so many intervals of equal width (which
    runs, to find the extremes), or between edges. ``labels`` gives other texts, or numbers, which make a column of
    numbers; with False the intervals are numbered from 0. Of an expression the edges must be given. Between moments and
    lengths of time edges are such, too.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"age": [3, 35, 40]})
    >>> hs.cut(df["age"], [0, 18, 100]).to_list()
    ['(0, 18]', '(18, 100]', '(18, 100]']
    """
    x = series_of(x)
    if duplicates not in ("raise", "drop"):
        raise InvalidArgumentError(f"duplicates is 'raise' or 'drop', not {duplicates!r}")
    bins = _numpy.plain(bins)
    if (ends := _ends_of(bins)) is not None:
        bins, right = ends
    times = x if _bin_moments.is_of_time(x) else None
    x = x if times is None else _bin_moments.counts(times)
    if isinstance(bins, int) and not isinstance(bins, bool):
        if not isinstance(x, Series):
            raise DataTypeError("cut: intervals of equal width are of a series, whose extremes can be found")
        if bins < 1:
            raise InvalidArgumentError(f"cut: bins is a positive number or a list of edges, not {bins}")
        edges: list[Any] = _native.equal_width_edges(x._plan.query, x._native, bins, right)
    else:
        edges = as_list(bins) if times is None else [_bin_moments.edge(times, one) for one in as_list(bins)]
        if duplicates == "drop":
            edges = list(dict.fromkeys(edges))
    if times is not None:
        return _of_times(times, x, edges, right, labels, retbins, include_lowest, ordered)
    cut = _cut(x, edges, right, labels, precision, include_lowest, ordered)
    return (cut, _as_array(edges)) if retbins else cut


def _ends_of(bins: Any) -> tuple[list[Any], bool] | None:
    """The edges between intervals that follow each other, such as the categories of another `cut`, and whether they hold
    their right ends; ``None`` for anything else."""
    if isinstance(bins, (int, float, str)) or not hasattr(bins, "__iter__"):
        return None
    listed = [of_interval(one) for one in bins]
    if not listed or not all(hasattr(one, "left") and hasattr(one, "right") for one in listed):
        return None
    if any(one.right != after.left for one, after in itertools.pairwise(listed)):
        raise InvalidArgumentError("cut: intervals overlap, or leave something between them; give their edges")
    closed = getattr(listed[0], "closed", "right")
    if closed not in ("left", "right"):
        raise InvalidArgumentError(f"cut: intervals hold one of their ends, not {closed!r}")
    return [listed[0].left, *(one.right for one in listed)], closed == "right"


def _of_times(
    times: Series, x: Any, edges: list, right: bool, labels: Any, retbins: bool, include_lowest: bool, ordered: bool
) -> Any:
    """`cut` of the microseconds of times."""
    edges = [round(one) for one in edges]
    if labels is None and len(edges) > 1:
        labels = _bin_moments.texts(times, edges, right, include_lowest)
    cut = _cut(x, edges, right, labels, 0, include_lowest, ordered)
    return (cut, _as_array(edges).view(_bin_moments.kind(times))) if retbins else cut


def qcut(
    x: Any, q: Any, labels: Any = None, retbins: bool = False, precision: int = 3, duplicates: str = "raise"
) -> Any:
    """The interval that each value lies in, of intervals with about equally many values, as an ordered categorical: ``q``
    is their number, or the shares at their edges. Runs, to find the edges.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"x": [1, 2, 3, 40]})
    >>> hs.qcut(df["x"], 2).to_list()
    ['(0.999, 2.5]', '(0.999, 2.5]', '(2.5, 40.0]', '(2.5, 40.0]']
    """
    x = series_of(x)
    if not isinstance(x, Series):
        raise DataTypeError("qcut takes a series, whose quantiles can be found")
    if duplicates not in ("raise", "drop"):
        raise InvalidArgumentError(f"duplicates is 'raise' or 'drop', not {duplicates!r}")
    q = _numpy.plain(q)
    if isinstance(q, int) and not isinstance(q, bool):
        if q < 1:
            raise InvalidArgumentError(f"qcut: q is a positive number or a list of shares, not {q}")
        if q > 1 << 24:
            raise InvalidArgumentError("qcut: more bins than 16,777,216")
        shares = [i * (1 / q) for i in range(q)] + [1.0]
    else:
        shares = [float(share) for share in as_list(q)]
    if _bin_moments.is_of_time(x):
        times, x = x, _bin_moments.counts(x)
        edges = _native.quantile_edges(x._plan.query, x._native, shares, duplicates == "drop")
        return _of_times(times, x, edges, True, labels, retbins, True, True)
    edges = _native.quantile_edges(x._plan.query, x._native, shares, duplicates == "drop")
    cut = _cut(x, edges, True, labels, precision, True, True)
    return (cut, _as_array(edges)) if retbins else cut


def series_of(values: Any) -> Any:
    """Values given as a list, an array, a range, labels or a pandas object, as a series; a series as it is."""
    if isinstance(values, Index):
        return values.to_series()
    if (
        isinstance(values, (list, tuple, range))
        or _numpy.is_array(values)
        or type(values).__module__.split(".")[0] == "pandas"
    ):
        if len(getattr(values, "shape", ())) == 2:
            from hypostyle.frame import DataFrame

            return DataFrame(values)
        made = Series(list(values) if isinstance(values, range) else values)
        if not hasattr(values, "iloc"):
            made._plan.rows = Unlabelled()
        return made
    return values


def _as_array(edges: list[Any]) -> Any:
    """The edges as pandas gives them."""
    import numpy as np

    return np.asarray(edges)


def as_list(values: Any) -> list[Any]:
    """A list, a tuple or an array as a list."""
    if hasattr(values, "tolist"):
        return _numpy.listed(values)
    if isinstance(values, (str, bytes)) or not isinstance(values, (Sequence, range)):
        raise DataTypeError(f"a number or a list expected, not {values!r}")
    return list(values)


def is_plain_number(value: Any) -> bool:
    """Whether a value is a number, and no truth value."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _numbered(places: Any, labels: list[Any]) -> Any:
    """The numbers that stand for intervals, of the intervals' places."""
    literal, native = _native.Expr.literal, places._native
    cells = [(native.binary("==", literal(at)), literal(label)) for at, label in enumerate(labels)]
    made = _native.Expr.case(cells, literal(None))
    return places._like(made) if isinstance(places, Series) else Expr(made)


def _cut(x: Any, edges: list, right: bool, labels: Any, precision: int, include_lowest: bool, ordered: bool) -> Any:
    if labels is not None and labels is not False:
        labels = as_list(labels)
        if len(labels) == len(edges) - 1 and all(is_plain_number(label) for label in labels):
            return _numbered(_cut(x, edges, right, False, precision, include_lowest, ordered), labels)
    params = {
        "ordered": ordered,
        "edges": edges,
        "labels": labels,
        "right": right,
        "include_lowest": include_lowest,
        "precision": precision,
    }
    if isinstance(x, Series):
        return x._like(_native.Expr.call("scalar", "cut", [x._native], params))
    if isinstance(x, Expr):
        return Expr(_native.Expr.call("scalar", "cut", [x._native], params))
    raise DataTypeError(f"a series or an expression expected, not a {type(x).__name__}")
