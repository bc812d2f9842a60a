"""pandas' names of aggregates: what each is in the engine."""

from __future__ import annotations

import functools
from typing import Any

from hypostyle import _native
from hypostyle._methods import is_of_pandas
from hypostyle.errors import InvalidArgumentError, UnsupportedError
from hypostyle.expr import Expr, as_signed

#: pandas' name, the engine's name, and constants that make it mean what pandas means.
NAMES: dict[str, tuple[str, dict[str, Any]]] = {
    "sum": ("sum", {}),
    "mean": ("mean", {}),
    "min": ("min", {}),
    "max": ("max", {}),
    "count": ("count", {}),
    "std": ("std", {}),
    "var": ("var", {}),
    "median": ("median", {}),
    "quantile": ("quantile", {}),
    "nunique": ("n_unique", {}),
    "first": ("first", {"ignore_nulls": True}),
    "last": ("last", {"ignore_nulls": True}),
    "any": ("any", {}),
    "all": ("all", {}),
    "prod": ("product", {}),
    "sem": ("sem", {}),
    "skew": ("skew", {}),
    "kurt": ("kurtosis", {}),
    "unique": ("unique", {}),
}

#: Functions that people pass for a name.
FUNCTIONS = {
    "len": "size",
    "amin": "min",
    "amax": "max",
    "average": "mean",
    "nansum": "sum",
    "nanprod": "prod",
    "nanmean": "mean",
    "nanmedian": "median",
    "nanmin": "min",
    "nanmax": "max",
    "nanstd": "std",
    "nanvar": "var",
}
#: Functions, by module and name, for which a missing value makes the whole missing.
_WHOLE = {("builtins", "sum"), ("numpy", "median"), ("numpy", "average")}


def name_of(function: Any) -> str:
    """The name of an aggregate given as a name, as a function of Python's or NumPy's, or as a method of pandas'."""
    if isinstance(function, str):
        return function
    name = getattr(function, "__name__", None)
    name = FUNCTIONS.get(str(name), name)
    module = getattr(function, "__module__", None) or ""
    known = module == "builtins" or module.split(".")[0] == "numpy" or is_of_pandas(function)
    if (name in NAMES or name == "size") and known:
        return name
    raise UnsupportedError(
        f"the aggregate {function!r}: Python functions cannot run group by group; "
        "give a name such as 'sum', or an expression such as hs.col('x').max() - hs.col('x').min()"
    )


def label_of(function: Any) -> str:
    """What the column or row of an aggregate is called: its name, or that of the function."""
    return function if isinstance(function, str) else str(function.__name__)


def options_of(function: Any) -> dict[str, Any]:
    """What a verb is told so that it does what a function of NumPy's or Python's does, which is not always what its
    namesake does: NumPy divides by the number of values."""
    if _source(function)[1] in ("std", "var", "nanstd", "nanvar") and _source(function)[0] == "numpy":
        return {"ddof": 0}
    return {"skipna": False} if _source(function) in _WHOLE else {}


def _source(function: Any) -> tuple[str, str]:
    if isinstance(function, str):
        return "", function
    module = getattr(function, "__module__", None) or ""
    return module.split(".")[0], str(getattr(function, "__name__", ""))


def is_of_python(function: Any) -> bool:
    """Whether a function is one of Python's own."""
    return _source(function)[0] == "builtins"


def is_known(function: Any) -> bool:
    """Whether a function of Python's or NumPy's stands for an aggregate."""
    try:
        return bool(name_of(function))
    except UnsupportedError:
        return False


def aggregate(column: _native.Expr, function: Any, **params: Any) -> _native.Expr:
    """An aggregate of a column, with pandas' meaning."""
    name = name_of(function)
    if name == "size":
        return size()
    if name not in NAMES:
        return _by_engine_name(column, name, params)
    if callable(function):
        return _as_called(column, function, name, params)
    engine, constants = NAMES[name]
    made = as_signed(engine, _native.Expr.call("aggregate", engine, [column], {**constants, **params}))
    # Values that do not vary have none: what is no number is missing, as in pandas.
    return (
        _native.Expr.call("scalar", "fill_nan", [made, _native.Expr.literal(None)])
        if name in ("skew", "kurt")
        else made
    )


def _as_called(column: _native.Expr, function: Any, name: str, params: dict[str, Any]) -> _native.Expr:
    """What a function of Python's or NumPy's gives for the values, missing ones among them."""
    source = _source(function)
    options = options_of(function)
    if "ddof" in options:
        params = {**options, **params}
    literal, call = _native.Expr.literal, _native.Expr.call
    if source in (("builtins", "any"), ("builtins", "all")):
        # A missing value is NaN, which counts as true.
        column = call("scalar", "fill_null", [column, literal(True)])
    made = aggregate(column, name, **params)
    if source in _WHOLE:
        return whole(made, column)
    if source in (("builtins", "min"), ("builtins", "max")):
        # Nothing is less or more than NaN: it stays if it comes first.
        first = call("scalar", "is_null", [call("aggregate", "first", [column], {"ignore_nulls": False})])
        return _native.Expr.case([(first, literal(None))], made)
    return made


def whole(native: _native.Expr, column: _native.Expr) -> _native.Expr:
    """An aggregate of a column that is missing if a value is."""
    holes = _native.Expr.call("aggregate", "null_count", [column]).cast("int64")
    return _native.Expr.case([(holes.binary(">", _native.Expr.literal(0)), _native.Expr.literal(None))], native)


def aggregate_of(column: _native.Expr, dtype: str, function: Any, **params: Any) -> _native.Expr:
    """As `aggregate`, of a column whose type is known: the sum of texts is one text, and in ``any`` and ``all`` what is
    other than 0 or empty counts as true."""
    name = name_of(function)
    if name == "sum" and dtype == "string":
        least = params.get("min_count", 0)
        text = _native.Expr.call("aggregate", "string_join", [column], {"separator": ""})
        text = text if least > 0 else _native.Expr.call("scalar", "fill_null", [text, _native.Expr.literal("")])
        if least <= 1:
            return text
        count = _native.Expr.call("aggregate", "count", [column]).cast("int64")
        return _native.Expr.case([(count.binary(">=", _native.Expr.literal(least)), text)], _native.Expr.literal(None))
    if name in ("any", "all"):
        column = truth(column, dtype)
    return aggregate(column, function, **params)


def truth(column: _native.Expr, dtype: str) -> _native.Expr:
    """Whether a number is other than 0, or a text not empty; other values as they are."""
    if dtype == "string" or dtype.startswith(("int", "uint", "float", "decimal")):
        return column.binary("!=", _native.Expr.literal("" if dtype == "string" else 0))
    return column.cast("int64").binary("!=", _native.Expr.literal(0)) if dtype.startswith("duration") else column


@functools.cache
def _engine_names() -> dict[str, str]:
    """The engine's names of aggregates of one column, by all that they are called."""
    found = [each for each in _native.functions() if each["kind"] == "aggregate" and len(each["args"]) == 1]
    return {name: each["name"] for each in reversed(found) for name in (each["name"], *each["aliases"])}


def _by_engine_name(column: _native.Expr, name: str, params: dict[str, Any]) -> _native.Expr:
    known_as = _engine_names().get(name)
    if known_as is not None:
        return as_signed(known_as, _native.Expr.call("aggregate", known_as, [column], params))
    known = ", ".join(sorted([*NAMES, "size"]))
    raise InvalidArgumentError(f"no aggregate is called {name!r}; there are {known}")


def size() -> _native.Expr:
    """The number of rows."""
    return as_signed("len", _native.Expr.call("aggregate", "len", [], {}))


def is_expression(value: Any) -> bool:
    return isinstance(value, Expr)
