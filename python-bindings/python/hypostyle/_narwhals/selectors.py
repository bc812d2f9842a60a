"""Columns chosen by type or by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from hypostyle._narwhals.expr import Expr
from hypostyle._narwhals.scope import Value
from hypostyle.expr import col

if TYPE_CHECKING:
    from hypostyle._narwhals.frame import Frame


class Selector(Expr):
    """Columns chosen by what they are; between selectors, operators are those of sets."""

    _is_compliant_selector = True

    def __init__(self, chosen: Callable[[Frame], Sequence[str]], version: Any) -> None:
        super().__init__(lambda scope: [Value(col(name)) for name in chosen(scope.frame)], chosen, None, version)

    def _set(self, other: Any, keep: Callable[[bool, bool], bool]) -> Selector:
        mine, theirs = self._evaluate_output_names, other._evaluate_output_names

        def chosen(frame: Frame) -> Sequence[str]:
            left, right = set(mine(frame)), set(theirs(frame))
            return [name for name in frame.columns if keep(name in left, name in right)]

        return Selector(chosen, self._version)

    def __sub__(self, other: Any) -> Expr:
        sets = isinstance(other, Selector)
        return self._set(other, lambda a, b: a and not b) if sets else Expr.__sub__(self, other)

    def __or__(self, other: Any) -> Expr:
        sets = isinstance(other, Selector)
        return self._set(other, lambda a, b: a or b) if sets else Expr.__or__(self, other)

    def __and__(self, other: Any) -> Expr:
        sets = isinstance(other, Selector)
        return self._set(other, lambda a, b: a and b) if sets else Expr.__and__(self, other)

    def __xor__(self, other: Any) -> Expr:
        sets = isinstance(other, Selector)
        return self._set(other, lambda a, b: a != b) if sets else Expr.__xor__(self, other)

    def __invert__(self) -> Expr:
        return self._set(self, lambda a, _: not a)


class Selectors:
    """What ``narwhals.selectors`` asks for."""

    def __init__(self, version: Any) -> None:
        self._version = version

    def _where(self, keep: Callable[[str, Any], bool]) -> Selector:
        def chosen(frame: Frame) -> Sequence[str]:
            return [name for name, dtype in frame.schema.items() if keep(name, dtype)]

        return Selector(chosen, self._version)

    def all(self) -> Selector:
        return self._where(lambda *_: True)

    def by_dtype(self, dtypes: Iterable[Any]) -> Selector:
        listed = list(dtypes)
        return self._where(lambda _, dtype: dtype in listed)

    def matches(self, pattern: str) -> Selector:
        compiled = re.compile(pattern)
        return self._where(lambda name, _: compiled.search(name) is not None)

    def numeric(self) -> Selector:
        return self._where(lambda _, dtype: dtype.is_numeric())

    def _of(self, *kinds: str) -> Selector:
        classes = tuple(getattr(self._version.dtypes, kind) for kind in kinds)
        return self._where(lambda _, dtype: isinstance(dtype, classes))

    def boolean(self) -> Selector:
        return self._of("Boolean")

    def string(self) -> Selector:
        return self._of("String")

    def categorical(self) -> Selector:
        return self._of("Categorical")

    def enum(self) -> Selector:
        return self._of("Enum")

    def datetime(self, time_unit: Any, time_zone: Any) -> Selector:
        units = {"ms", "us", "ns", "s"} if time_unit is None else _listed(time_unit)
        zones = _listed(time_zone)

        def keep(_: str, dtype: Any) -> bool:
            if not isinstance(dtype, self._version.dtypes.Datetime) or dtype.time_unit not in units:
                return False
            return dtype.time_zone in zones or ("*" in zones and dtype.time_zone is not None)

        return self._where(keep)


def _listed(given: Any) -> set[Any]:
    several = not isinstance(given, str) and isinstance(given, Iterable)
    return (
        {str(one) if one is not None else None for one in given}
        if several
        else {given if given is None else str(given)}
    )
