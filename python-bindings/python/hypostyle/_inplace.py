"""``inplace=True`` for the verbs that have it in pandas. Those that give other values return their object, as in pandas 3;
those that choose or order rows return nothing. And operators such as ``+=``, which change their object."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

#: Verbs of frames and of series that may change their object.
FRAME = [
    "bfill",
    "clip",
    "drop",
    "drop_duplicates",
    "dropna",
    "eval",
    "ffill",
    "fillna",
    "interpolate",
    "mask",
    "query",
    "rename",
    "rename_axis",
    "replace",
    "reset_index",
    "set_index",
    "sort_index",
    "sort_values",
    "where",
]
SERIES = [
    "bfill",
    "clip",
    "drop",
    "drop_duplicates",
    "dropna",
    "ffill",
    "fillna",
    "interpolate",
    "mask",
    "rename",
    "rename_axis",
    "replace",
    "reset_index",
    "sort_index",
    "sort_values",
    "where",
]


_OPERATORS = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor")

#: Verbs that return their object.
_OF_VALUES = frozenset({"bfill", "clip", "ffill", "fillna", "interpolate", "mask", "replace", "where"})


def allow(cls: type, names: list[str], take: Callable[[Any, Any], None]) -> None:
    """Gives methods a parameter ``inplace``; ``take`` makes the object what the method gave."""
    for name in names:
        setattr(cls, name, _with_inplace(getattr(cls, name), take))
    for name in _OPERATORS:
        setattr(cls, f"__i{name}__", _operator(f"__{name}__", take))


def _operator(name: str, take: Callable[[Any, Any], None]) -> Callable[[Any, Any], Any]:
    def operator(self: Any, other: Any) -> Any:
        made = getattr(self, name)(other)
        if made is NotImplemented:
            return made
        if made._plan.rows is not self._plan.rows:
            # Matched by label: the object keeps its own.
            made = made.reindex_like(self)
        take(self, made if not hasattr(self, "name") else made.rename(self.name))
        return self

    return operator


def _told_of_all(owner: Any, kept: bool, args: tuple, kwargs: dict[str, Any]) -> tuple[tuple, dict[str, Any]]:
    """The arguments of `where` or `mask`, of which the condition leaves values as they are that it says nothing of, as pandas
    has it where the object itself changes."""
    from hypostyle._columns import ours

    cond = ours(args[0] if args else kwargs.get("cond"))
    if not hasattr(cond, "_plan") or not hasattr(cond, "reindex") or cond._plan.rows is owner._plan.rows:
        return args, kwargs
    whole = cond.reindex_like(owner) if hasattr(cond, "columns") else cond.reindex(owner.index)
    whole = whole.fillna(kept).astype("bool")
    return ((whole, *args[1:]), kwargs) if args else (args, {**kwargs, "cond": whole})


def _with_inplace(method: Callable[..., Any], take: Callable[[Any, Any], None]) -> Callable[..., Any]:
    @functools.wraps(method)
    def verb(self: Any, *args: Any, inplace: bool = False, **kwargs: Any) -> Any:
        if inplace and method.__name__ in ("where", "mask"):
            args, kwargs = _told_of_all(self, method.__name__ == "where", args, kwargs)
        made = method(self, *args, **kwargs)
        if not inplace:
            return made
        take(self, made)
        return self if method.__name__ in _OF_VALUES else None

    own = inspect.signature(method)
    added = inspect.Parameter("inplace", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=bool)
    parts = list(own.parameters.values())
    at = next((i for i, part in enumerate(parts) if part.kind is inspect.Parameter.VAR_KEYWORD), len(parts))
    verb.__signature__ = own.replace(parameters=[*parts[:at], added, *parts[at:]])  # type: ignore[attr-defined]
    return verb
