"""Labels of columns that verbs are given: numbers and other labels that are no text, and tuples, become the names of their
columns at the door, so that the verbs know names only."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from hypostyle._column_labels import is_label
from hypostyle._headings import column_of
from hypostyle._labels import column_name

#: Verbs of frames, and the parameters that name columns.
FRAME: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(["agg", "aggregate", "apply", "transform"], ("func",)),
    **dict.fromkeys(["drop_duplicates", "dropna", "duplicated", "value_counts"], ("subset",)),
    **dict.fromkeys(["nlargest", "nsmallest"], ("columns",)),
    **dict.fromkeys(["resample", "rolling"], ("on",)),
    "explode": ("column",),
    "filter": ("items",),
    "groupby": ("by",),
    "insert": ("column",),
    "isin": ("values",),  # a mapping by column; a list is of values
    "join": ("on",),
    "melt": ("id_vars", "value_vars"),
    "pivot": ("columns", "index", "values"),
    "pivot_table": ("values", "index", "columns", "aggfunc"),
    "pop": ("item",),
    "replace": ("to_replace", "value"),
    "round": ("decimals",),
    "set_index": ("keys",),
    "sort_values": ("by",),
    "unpivot": ("id_vars", "value_vars"),
}
#: Verbs of groups.
GROUPS: dict[str, tuple[str, ...]] = dict.fromkeys(["agg", "aggregate", "apply", "transform"], ("func",))
#: Parameters whose value is a number or a list of values where it is no mapping by column.
_MAPPINGS = frozenset(["aggfunc", "decimals", "func", "to_replace", "value"])


def allow(cls: type, verbs: Mapping[str, tuple[str, ...]]) -> None:
    """Lets the verbs of a class take labels for names."""
    for verb, parameters in verbs.items():
        if hasattr(cls, verb):
            setattr(cls, verb, _taking(getattr(cls, verb), frozenset(parameters), verb == "isin"))


def _taking(method: Callable[..., Any], parameters: frozenset[str], by_column: bool) -> Callable[..., Any]:
    order = [name for name in inspect.signature(method).parameters][1:]
    places = [at for at, name in enumerate(order) if name in parameters]

    @functools.wraps(method)
    def verb(self: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("axis", 0) in (1, "columns"):
            # Then it is rows that are named.
            return method(self, *args, **kwargs)
        for at in places:
            if at < len(args) and not isinstance(args[at], str):
                args = (*args[:at], _named(self._plan, order[at], args[at], by_column), *args[at + 1 :])
        for key in parameters & kwargs.keys():
            kwargs[key] = _named(self._plan, key, kwargs[key], by_column)
        return method(self, *args, **kwargs)

    return verb


def _named(plan: Any, parameter: str, value: Any, by_column: bool) -> Any:
    if parameter not in _MAPPINGS and not by_column:
        # A mapping that rows are grouped by is one of their labels.
        return value if parameter == "by" and isinstance(value, Mapping) else names_in(plan, value)
    if parameter in ("to_replace", "value") and not (
        isinstance(value, dict) and (parameter == "value" or any(isinstance(one, Mapping) for one in value.values()))
    ):
        return value
    return names_in(plan, value) if isinstance(value, dict) else value


def names_in(plan: Any, value: Any) -> Any:
    """Labels of a plan's columns, or of levels of its index, as their names: one, all of a list, or the keys of a mapping;
    anything else as it is."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, tuple) or is_label(value):
        name = column_of(plan, value)
        return name if _is_there(plan, name) else value
    if isinstance(value, list) and not all(isinstance(one, str) for one in value):
        named = (str, Mapping)
        found = [one if isinstance(one, named) else names_in(plan, one) for one in value if not isinstance(one, list)]
        texts = [one for one in found if isinstance(one, str)]
        whole = len(found) == len(value) and len(set(texts)) == len(texts)
        return found if whole and not any(is_label(one) for one in found) else value
    if isinstance(value, dict) and not all(isinstance(one, str) for one in value):
        return {_key(plan, key): one for key, one in value.items()}
    return value


def _key(plan: Any, key: Any) -> Any:
    name = key if isinstance(key, str) else names_in(plan, key)
    return name if isinstance(name, str) or callable(name) else column_name(name)


def _is_there(plan: Any, name: Any) -> bool:
    return isinstance(name, str) and (name in plan.names or any(label == name for _, label in plan.index))
