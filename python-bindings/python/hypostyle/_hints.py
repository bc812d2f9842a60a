"""Parameters of Dask that say how to run, of NumPy's functions, and of copies in pandas: taken, and not needed here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

#: Parameters that say how Dask shall do it, by verb; what a query gives does not depend on them.
_TREE = ("split_every", "split_out", "shuffle_method")
_MOVE = ("npartitions", "shuffle_method", "broadcast", "upsample", "partition_size")
_RUN = ("scheduler", "num_workers", "optimize_graph", "fuse", "pool", "traverse")
_SUMMARIES = [
    *(
        "all",
        "any",
        "count",
        "cov",
        "corr",
        "drop_duplicates",
        "idxmax",
        "idxmin",
        "kurt",
        "kurtosis",
        "max",
    ),
    *("mean", "median", "min", "mode", "nunique", "prod", "product", "quantile", "sem", "size", "skew", "std", "sum"),
    *("unique", "value_counts", "var"),
]
HINTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_SUMMARIES, _TREE),
    **dict.fromkeys(["agg", "aggregate", "first", "last", "list"], _TREE),
    **dict.fromkeys(["merge", "join"], _MOVE),
    "set_index": (*(hint for hint in _MOVE if hint != "npartitions"), *("sorted", "compute", "max_branch", "shuffle")),
    **dict.fromkeys(["nlargest", "nsmallest", "idxmax", "idxmin", "ffill", "bfill"], _TREE),
    **dict.fromkeys(["cumsum", "cumprod", "cummin", "cummax", "cumcount"], ("split_every",)),
    "rename": ("sorted_index",),
    "describe": (*_TREE, "percentiles_method"),
    "argsort": ("kind", "order", "stable"),
    **dict.fromkeys(["rename_axis", "repeat", "truncate"], ("axis",)),
    "sort_values": (*(hint for hint in _MOVE if hint != "npartitions"), "axis"),
    "quantile": (*_TREE, "method"),
    "shuffle": ("force", "max_branch", "shuffle_method", "shuffle", "ignore_index"),
    **dict.fromkeys(["isin", "shift"], ("meta",)),
    **dict.fromkeys(["compute", "persist"], _RUN),
    **dict.fromkeys(["head", "tail"], ("npartitions", "compute")),
    **dict.fromkeys(["apply", "map", "transform"], ("meta",)),
}

#: What NumPy's functions pass on to verbs (``np.sum(df)``), and pandas takes if it is None.
_OF_NUMPY = {
    **dict.fromkeys(["sum", "prod", "mean", "std", "var"], ("dtype", "out")),
    **dict.fromkeys(["min", "max", "all", "any"], ("out",)),
    **dict.fromkeys(["cumsum", "cumprod"], ("dtype", "out")),
    **dict.fromkeys(
        [
            *("add", "sub", "subtract", "mul", "multiply", "div", "divide", "truediv", "floordiv", "mod", "pow"),
            *("radd", "rsub", "rmul", "rdiv", "rtruediv", "rfloordiv", "rmod", "rpow"),
            *("eq", "ne", "lt", "le", "gt", "ge"),
        ],
        ("level",),
    ),
}
#: What pandas' verbs took until copies were made when something is written; nothing is ever written into here.
_OF_PANDAS = {
    **dict.fromkeys(
        ["merge", "transpose", "reindex", "reindex_like", "rename_axis", "swaplevel", "set_axis", "align", "truncate"],
        ("copy",),
    ),
    **dict.fromkeys(["tz_localize", "tz_convert", "infer_objects", "to_timestamp"], ("copy",)),
}
for _name, _names in (*_OF_NUMPY.items(), *_OF_PANDAS.items()):
    HINTS[_name] = (*HINTS.get(_name, ()), *_names)


def accept(cls: type) -> None:
    """Lets the verbs of a class take Dask's hints."""
    for name, hints in HINTS.items():
        method = getattr(cls, name, None)
        if hints and callable(method):
            setattr(cls, name, _taking(method, frozenset(hints)))


def accept_engines(cls: type) -> None:
    """Lets the aggregates of a class of windows take the names of pandas' engines."""
    for name in ("sum", "mean", "min", "max", "median", "var", "std", "count", "sem"):
        if name in vars(cls):
            setattr(cls, name, _taking(vars(cls)[name], frozenset(["engine", "engine_kwargs"])))


#: Values of a parameter that are hints, where others are not.
_OF_DASK = {
    "method": ("default", "dask", "tdigest"),
    "axis": (0, "index", "rows", None),
    **dict.fromkeys(["dtype", "out", "level"], (None,)),
}


def ignoring(*hints: str) -> Callable[[F], F]:
    """Lets a function take Dask's hints."""

    def decorated(function: F) -> F:
        return cast(F, _taking_of_function(function, frozenset(hints)))

    return decorated


def _taking_of_function(function: Callable[..., Any], hints: frozenset[str]) -> Callable[..., Any]:
    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        if kwargs and not hints.isdisjoint(kwargs):
            kwargs = {name: value for name, value in kwargs.items() if name not in hints}
        return function(*args, **kwargs)

    return called


def _taking(method: Callable[..., Any], hints: frozenset[str]) -> Callable[..., Any]:
    @functools.wraps(method)
    def verb(self: Any, *args: Any, **kwargs: Any) -> Any:
        meta = None
        if kwargs and not hints.isdisjoint(kwargs):
            meta = kwargs.get("meta")
            kwargs = {name: value for name, value in kwargs.items() if not _is_hint(name, value, hints)}
        return _named(method(self, *args, **kwargs), meta)

    return verb


def _named(made: Any, meta: Any) -> Any:
    """A series by the name that ``meta`` tells, a name and a type or a series; other results as they are."""
    if meta is None or not (hasattr(made, "_native") and hasattr(made, "iloc")):
        return made
    if isinstance(meta, tuple) and len(meta) == 2 and isinstance(meta[0], (str, type(None))):
        return made.rename(meta[0])
    return made.rename(meta.name) if hasattr(meta, "iloc") and hasattr(meta, "to_frame") else made


def _is_hint(name: str, value: Any, hints: frozenset[str]) -> bool:
    if name not in hints or name not in _OF_DASK:
        return name in hints
    return any(value is one or (isinstance(value, (str, int)) and value == one) for one in _OF_DASK[name])
