"""Labels of values by name before functions of their name: ``df.mean().month`` is the mean of the column ``month``."""

from __future__ import annotations

from typing import Any

from hypostyle._functions import Aggregates, Functions
from hypostyle._lookup import by_attribute


class LabelFirst:
    """A function of the registry that pandas' series have not: in values by name, as those of columns, a label of its name
    comes before it."""

    __slots__ = ("_cls", "_name")

    def __init__(self, cls: type, name: str) -> None:
        self._cls, self._name = cls, name

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        named = obj is not None and getattr(obj._plan.rows, "named", False)
        if named and (found := by_attribute(obj, self._name)) is not None:
            return found[0]
        return getattr(super(self._cls, owner if obj is None else obj), self._name)


def labels_first(cls: type) -> None:
    """Lets labels come before functions of the registry, where pandas has no such method."""
    for name in {*vars(Functions), *vars(Aggregates)} - {"str", "dt", "list", "struct", "to_timestamp"}:
        provider = next(base for base in cls.__mro__ if name in vars(base))
        if not name.startswith("_") and provider in (Functions, Aggregates):
            setattr(cls, name, LabelFirst(cls, name))
