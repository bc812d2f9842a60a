"""NumPy's functions of series: ``np.log(series)`` is a series."""

from __future__ import annotations

from typing import Any

from hypostyle import _columns, _numpy
from hypostyle._cells import by_row, call, literal
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
    "logical_and": "&",
    "logical_or": "|",
}


def applied(series: Any, ufunc: Any, method: str, inputs: tuple, options: dict[str, Any]) -> Any:
    """A function of NumPy's of a series: run by the engine where it has it, else by NumPy on the values."""
    name = ufunc.__name__
    if method != "__call__" or options.get("out") is not None:
        arrays = [one.to_numpy() if isinstance(one, BoundExpression) else one for one in inputs]  # type: ignore[attr-defined]
        if options.get("out") is not None:
            raise UnsupportedError(f"np.{name}(out=...): a series is not written into; assign the result")
        return getattr(ufunc, method)(*arrays, **options)
    if not options and len(inputs) == 1:
        if name == "isnan":
            return series.isna()
        if name in ("logical_not", "invert"):
            return ~series
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
            return _operator(left, _TWO[name], right, False)
        return _operator(right, _TWO[name], left, True)
    arrays = [one.to_numpy() if isinstance(one, BoundExpression) else one for one in inputs]  # type: ignore[attr-defined]
    found = ufunc(*arrays, **options)
    if not _numpy.is_array(found) or found.shape != (len(series),):
        return found
    return series._like(by_row(_columns.column(found, False)))


def _plain(value: Any) -> Any:
    """NumPy's single values as Python's."""
    return value.item() if hasattr(value, "item") and getattr(value, "shape", None) == () else value


def _operator(series: Any, operator: str, other: Any, reflected: bool) -> Any:
    if operator == "**":
        return other**series if reflected else series**other
    if operator in ("<", "<=", ">", ">=") and reflected:
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[operator]
        return series._binary(turned, other)
    return series._binary(operator, other, reflected and operator not in ("==", "!="))
