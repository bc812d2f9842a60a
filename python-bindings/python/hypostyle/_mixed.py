"""Columns of values of several types, as databases and spreadsheets have them."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Sequence
from typing import Any

from hypostyle._single import kind_of
from hypostyle.errors import DataTypeError


def alike(name: str, values: Sequence[Any]) -> list[Any]:
    """Values of several types as values of one: truth values among numbers are numbers, all else is text, with a
    warning."""
    kinds = {kind_of(value) for value in values if value is not None}
    if kinds <= {bool, int, float}:
        return [int(value) if isinstance(value, bool) else value for value in values]
    if kinds <= {bytes, bytearray, memoryview}:
        return [None if value is None else bytes(value) for value in values]
    if kinds & {bytes, bytearray, memoryview}:
        raise DataTypeError(f"column {name!r} holds bytes and other values; convert it where it comes from")
    if len(kinds) > 1:
        warn_of_text(name, sorted(kind.__name__ for kind in kinds - {str}))
    return [None if value is None else _text(value) for value in values]


def warn_of_text(name: str, others: list[str]) -> None:
    """Warns that a column was made text."""
    warnings.warn(f"column {name!r} holds text and {', '.join(others)}; it is read as text", stacklevel=6)


def _text(value: Any) -> str:
    moments = (datetime.datetime, datetime.date, datetime.time)
    return value.isoformat() if isinstance(value, moments) else str(value)
