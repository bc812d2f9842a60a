"""Labels of columns that are no text: numbers, booleans, moments, nothing. A query knows such a column by a text that says
what the label is: what Python writes for it, and a mark at the end that is not seen, ``0⁣``. So the label goes wherever the
name goes, and the columns 1 and "1" are two. Files, Arrow and databases, which know texts only, get the text alone."""

from __future__ import annotations

import datetime as dt
import re
from ast import literal_eval
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from hypostyle._single import kind_of, plain_of
from hypostyle.errors import DataTypeError

#: The end of a text that stands for a label: an invisible separator.
MARK = "\u2063"
#: Labels that cannot be read back from a text, by the names that they got.
_OTHERS: dict[str, Any] = {}
#: Types of labels.
_TYPES: set[type] = {bool, int, float, complex, dt.date, dt.datetime, dt.timedelta}


def name_of(label: Any) -> str:
    """The name by which a query knows a label of one level.

    >>> name_of("x"), name_of(0) == "0", label_of(name_of(0)), label_of(name_of(2.5)), label_of("0")
    ('x', False, 0, 2.5, '0')
    """
    if isinstance(label, str):
        return label
    label = plain_of(label)
    if hasattr(label, "item") and getattr(label, "shape", None) == () and type(label).__module__ == "numpy":
        # Microseconds are the finest that Python's own moments have.
        moment = {"datetime64": "M8[us]", "timedelta64": "m8[us]"}.get(type(label).__name__)
        label = (label if moment is None else label.astype(moment)).item()
    if label is None or isinstance(label, (bool, int, float, bytes, complex)):
        return f"{label!r}{MARK}"
    if hasattr(label, "to_pytimedelta") and not getattr(label, "nanoseconds", 0):
        label = label.to_pytimedelta()
    if isinstance(label, dt.datetime):
        if type(label).__name__ == "NaTType":
            return f"nan{MARK}"
        if not getattr(label, "nanosecond", 0) and label.tzinfo is None:
            return f"{label!s}{MARK}"
    elif isinstance(label, dt.date) or type(label) is dt.timedelta:
        return f"{label}{MARK}"
    foreign = callable(label) or type(label).__module__.startswith("hypostyle")
    if foreign or type(label).__hash__ is None:
        raise DataTypeError(f"a column's label can be hashed, such as a text or a number; not {label!r}")
    _TYPES.add(type(label))
    name = f"{label}{MARK}{MARK}"
    while _OTHERS.setdefault(name, label) != label:
        name += MARK
    return name


def label_of(name: str) -> Any:
    """The label that a name of one level stands for: of a text without a mark the text itself."""
    return _read(name) if name[-1:] == MARK else name


@lru_cache(1 << 14)
def _read(name: str) -> Any:
    if name in _OTHERS:
        return _OTHERS[name]
    text = name.rstrip(MARK)
    if text in _NUMBERS:
        return _NUMBERS[text]
    if found := _LENGTH.fullmatch(text):
        days, hours, minutes, seconds, micros = (int(part or 0) for part in found.groups())
        return dt.timedelta(days, seconds, int(micros), 0, minutes, hours)
    try:
        if text[4:5] == "-" and text[:4].isdigit():
            return dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(text)
        return literal_eval(text)
    except (ValueError, SyntaxError):
        return text


_LENGTH = re.compile(r"(?:(-?\d+) days?, )?(\d+):(\d\d):(\d\d)(?:\.(\d{6}))?")
_NUMBERS = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}


def is_label(value: Any) -> bool:
    """Whether a value is a single label that is no text, and stands for no choice of several."""
    if kind_of(value) in _TYPES or isinstance(value, (dt.date, dt.timedelta)):
        return True
    return type(value).__module__ == "numpy" and getattr(value, "shape", None) == ()


def known(label: Any, names: Iterable[str]) -> str | None:
    """The name of a label among names, also where it is another number that equals it: ``1.0`` for 1."""
    names = names if isinstance(names, (list, tuple, set, frozenset)) else list(names)
    if isinstance(label, str):
        return label if label in names else None
    name = name_of(label)
    if name in names:
        return name
    return next((one for one in names if one[-1:] == MARK and label_of(one) == label), None)


def any_marked(names: Iterable[str]) -> bool:
    """Whether one of the names stands for a label that is no text."""
    return MARK in "".join(names)


def plain(name: str) -> str:
    """The text of a name, for those who know no labels."""
    return name.replace(MARK, "") if MARK in name else name


def as_column(labels: list[Any]) -> tuple[list[Any], str | None]:
    """Labels as values of one column, and its type: as they are where one type has them all, else as texts."""
    kinds = {kind_of(label) for label in labels}
    if kinds <= {str}:
        return labels, "string"
    if not kinds <= _TYPES | {type(None), bytes} and not all(issubclass(kind, (dt.date, str)) for kind in kinds):
        return list(map(str, labels)), "string"
    if len(kinds) == 1 or kinds == {int, float} or (type(None) in kinds and len(kinds) == 2):
        return labels, None
    return [label if isinstance(label, str) else str(label) for label in labels], "string"
