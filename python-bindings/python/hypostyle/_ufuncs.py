"""NumPy's functions of series and frames: ``np.log(series)`` is a series."""

from __future__ import annotations

from typing import Any

from hypostyle import _columns, _numpy
from hypostyle._aligned import series_apart
from hypostyle._cells import by_row, call, literal
from hypostyle._dtypes import is_number
from hypostyle.errors import UnsupportedError
from hypostyle.expr import BoundExpression

#: NumPy's functions of one number that the engine has.
_ONE = {
    **{name: name for name in ("exp", "expm1", "log10", "log2", "log1p", "sqrt", "cbrt", "sin", "cos", "tan", "sinh")},
    **{name: name for name in ("cosh", "tanh", "floor", "ceil", "trunc", "sign", "degrees", "radians", "exp2")},
    **{f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "log": "ln",
    "absolute": "abs",
    "fabs": "abs",
    "rint": "round",
}
#: NumPy's functions that are Python's operators.
_TWO = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "true_divide": "/",
    "floor_divide": "//",
    "remainder": "%",
    "power": "**",
    "greater": ">",
    "greater_equal": ">=",
    "less": "<",
    "less_equal": "<=",
    "equal": "==",
    "not_equal": "!=",
    "bitwise_and": "&",
    "bitwise_or": "|",
}
#: Operators of what is true, or other than 0.
_LOGICAL = {"logical_and": "&", "logical_or": "|"}


def applied(series: Any, ufunc: Any, method: str, inputs: tuple, options: dict[str, Any]) -> Any:
    """A function of NumPy's of a series: run by the engine where it has it, else by NumPy on the values."""
    name = ufunc.__name__
    if method == "__call__" and len(inputs) == 2 and all(hasattr(one, "_native") for one in inputs):
        left, right = inputs
        if series_apart(left, right):
            title = left.name if left.name == right.name else None
            left, right = left.align(right)
            series, inputs = left.rename(title), (left, right)
    if method != "__call__" or options.get("out") is not None:
        arrays = [one.to_numpy() if isinstance(one, BoundExpression) else one for one in inputs]  # type: ignore[attr-defined]
        if options.get("out") is not None:
            raise UnsupportedError(f"np.{name}(out=...): a series is not written into; assign the result")
        return getattr(ufunc, method)(*arrays, **options)
    if not options and len(inputs) == 1:
        if name == "isnan":
            return series.isna()
        if name == "invert":
            return ~series
        if name == "logical_not" and (truth := _truth(series)) is not None:
            return ~truth
        if name == "negative":
            return -series
        if name in _ONE:
            column = series._native
            made = call(_ONE[name], column if name in ("absolute", "sign", "fabs") else column.cast("float64"))
            whole = name in ("absolute", "sign")
            # What is no number is missing, as in pandas.
            return series._like(made if whole else call("fill_nan", made.cast("float64"), literal(None)))
    if not options and len(inputs) == 2 and name in _TWO:
        left, right = (_plain(one) for one in inputs)
        if isinstance(left, BoundExpression):
            return turned(left, _TWO[name], right, False)
        return turned(right, _TWO[name], left, True)
    if not options and name in _LOGICAL:
        truths = [_truth(one) for one in inputs]
        if all(truth is not None for truth in truths):
            left, right = truths if hasattr(truths[0], "_native") else reversed(truths)
            return turned(left, _LOGICAL[name], right, False)
    arrays = [one.to_numpy() if isinstance(one, BoundExpression) else one for one in inputs]  # type: ignore[attr-defined]
    found = ufunc(*arrays, **options)
    # Some give two: ``np.divmod``.
    return (
        tuple(_in_rows(series, one, inputs) for one in found)
        if isinstance(found, tuple)
        else _in_rows(series, found, inputs)
    )


def _in_rows(series: Any, found: Any, inputs: tuple) -> Any:
    """An array of a value for each row as a series; other things as they are."""
    if not _numpy.is_array(found) or found.shape != (len(series),):
        return found
    made = series._like(by_row(_columns.column(found, False)))
    named = {one.name for one in inputs if isinstance(one, BoundExpression)}  # type: ignore[attr-defined]
    return made if len(named) == 1 else made.rename(None)


def framed(frame: Any, ufunc: Any, method: str, inputs: tuple, options: dict[str, Any]) -> Any:
    """A function of NumPy's of a frame: of each column; of two things an operator between them, if it is one."""
    name = ufunc.__name__
    if method == "__call__" and not options:
        if len(inputs) == 1:
            made = {
                one: applied(frame._series(one), ufunc, method, (frame._series(one),), {})
                for one in frame._plan.columns
            }
            return type(frame)._of(
                frame._plan.with_columns({one: frame._plan.expr(part) for one, part in made.items()})
            )
        if len(inputs) == 2 and name in _TWO:
            left, right = (_plain(one) for one in inputs)
            own = left is frame or hasattr(left, "_plan")
            return frame_operator(left if own else right, _TWO[name], right if own else left, not own)
        if name in _LOGICAL:
            truths = [_truth(one) for one in inputs]
            if all(truth is not None for truth in truths):
                own, other = truths if hasattr(truths[0], "columns") else reversed(truths)
                return frame_operator(own, _LOGICAL[name], other, False)
    if options.get("out") is not None:
        raise UnsupportedError(f"np.{name}(out=...): a frame is not written into; assign the result")
    arrays = [one.to_numpy() if hasattr(one, "_plan") else one for one in inputs]
    found = getattr(ufunc, method)(*arrays, **options)
    if not _numpy.is_array(found) or found.shape != (frame._plan.query.rows(), len(frame._plan.columns)):
        return found
    return type(frame)._of(frame._plan.with_columns(frame._cells_of(found)))


def frame_operator(frame: Any, operator: str, other: Any, reflected: bool) -> Any:
    """An operator of a frame, which may stand on the right."""
    if operator in ("<", "<=", ">", ">=") and reflected:
        operator, reflected = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[operator], False
    return frame._operate(operator, other, None, "columns", reflected and operator not in ("==", "!="))


def _truth(value: Any) -> Any:
    """Where numbers are other than 0, NaN among them, and truth values as they are; ``None`` for other things."""
    value = _columns.ours(_plain(value))
    if isinstance(value, (bool, int, float)):
        return bool(value)
    if _numpy.is_array(value):
        return value.astype(bool) if value.dtype.kind in "biuf" else None
    if hasattr(value, "columns"):
        kinds = [value._plan.dtypes[name] for name in value._plan.columns]
        return value != 0 if all(kind == "bool" or is_number(kind) for kind in kinds) else None
    if isinstance(value, BoundExpression):
        kind = value.dtype  # type: ignore[attr-defined]
        return value if kind == "bool" else value != 0 if is_number(kind) else None
    return None


def _plain(value: Any) -> Any:
    """NumPy's single values as Python's."""
    return value.item() if hasattr(value, "item") and getattr(value, "shape", None) == () else value


def turned(series: Any, operator: str, other: Any, reflected: bool) -> Any:
    """An operator of a series, which may stand on the right."""
    if operator == "**":
        return series.__rpow__(other) if reflected else series**other
    if operator in ("<", "<=", ">", ">=") and reflected:
        return series._binary({"<": ">", "<=": ">=", ">": "<", ">=": "<="}[operator], other)
    return series._binary(operator, other, reflected and operator not in ("==", "!="))
