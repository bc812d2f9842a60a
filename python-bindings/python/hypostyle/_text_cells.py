"""The values of one column as the text that pandas shows, and the settings of how much is shown."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

from hypostyle import _native
from hypostyle._as_text import as_text
from hypostyle._dtypes import is_integer
from hypostyle._plan import Plan

#: pandas' settings of ``display`` and what they are unless a script sets others.
_DEFAULTS: dict[str, Any] = {
    "max_rows": 60,
    "min_rows": 10,
    "max_columns": 0,
    "max_colwidth": 50,
    "precision": 6,
    "float_format": None,
    "width": 80,
    "max_categories": 8,
}


def setting(name: str) -> Any:
    """A setting of ``display``: pandas' own where it is in use, so that ``hs.set_option`` holds for our frames, too."""
    pandas = sys.modules.get("pandas")
    if pandas is not None and hasattr(pandas, "get_option"):
        return pandas.get_option(f"display.{name}")
    # Pages of notebooks are wide, and are scrolled.
    return 20 if name == "max_columns" and "ipykernel" in sys.modules else _DEFAULTS[name]


def missing(dtype: str) -> str:
    """What stands for a missing value, as pandas has one for such values.

    >>> missing("int64"), missing("float64"), missing("string"), missing("timestamp[us]"), missing("list[int64]")
    ('<NA>', 'NaN', 'NaN', 'NaT', 'None')
    """
    if is_integer(dtype) or dtype == "bool":
        return "<NA>"
    if dtype.startswith(("timestamp", "date", "duration")):
        return "NaT"
    return "NaN" if dtype.startswith(("float", "string", "category", "null")) else "None"


def texts(plan: Plan, names: Sequence[str]) -> dict[str, list[str]]:
    """The cells of columns of a plan of few rows; runs. Numbers and texts have a blank before them, or a sign."""
    dtypes = plan.dtypes
    times = {name: as_text(plan, _native.Expr.column(name)) for name in names if dtypes[name].startswith(_TIMES)}
    table = (plan.with_columns(times) if times else plan).query.collect()
    return {name: cells(table.texts(name), dtypes[name]) for name in names}


def cells(values: Sequence[Any], dtype: str) -> list[str]:
    """The text of each value (floats as they are), ``None`` where it is missing."""
    none = missing(dtype)
    if dtype.startswith("float"):
        return floats(values, none)
    if dtype.startswith((*_TIMES, "date")):
        return [none if value is None else value for value in values]
    if dtype == "bool":
        return [f" {none if value is None else value.capitalize()}" for value in values]
    if is_integer(dtype) and None not in values:
        return [value if value.startswith("-") else f" {value}" for value in values]
    return [f" {none if value is None else escaped(value)}" for value in values]


#: Types whose text depends on the other values of the column.
_TIMES = ("timestamp", "duration")


def escaped(text: str) -> str:
    """A text in one line."""
    return text.replace("\t", r"\t").replace("\r", r"\r").replace("\n", r"\n")


def labels(values: Sequence[Any]) -> list[str]:
    """Labels of columns as text."""
    kinds = {type(value) for value in values}
    if kinds == {float}:
        return trimmed(floats(values, "NaN"))
    if kinds == {int}:
        return fixed(list(map(str, values)), left=True)
    if kinds and all(issubclass(kind, dt.datetime) for kind in kinds):
        days = all(value.time() == dt.time() and value.tzinfo is None for value in values)
        return [str(value.date()) if days else str(value) for value in values]
    return [escaped(str(value)) for value in values]


def floats(values: Sequence[float | None], none: str) -> list[str]:
    """Numbers with as many digits after the point as any of them needs, by ``display.precision``; all with an exponent where
    some would be lost, or far too long."""
    given: Callable[[float], str] | None = setting("float_format")
    if given is not None:
        return [none if value is None else given(value) for value in values]
    digits = setting("precision")

    def written(kind: str) -> list[str]:
        shown = [none if v is None else "NaN" if v != v else f"{v: .{digits}{kind}}" for v in values]
        return _equally_long(shown)

    made = written("f")
    sizes = [abs(value) for value in values if value is not None and value == value]
    too_long = max(map(len, made), default=0) > digits + 6
    if any(0 < size < 10.0**-digits for size in sizes) or (too_long and any(size > 1e6 for size in sizes)):
        return written("e")
    return made


def _equally_long(shown: list[str]) -> list[str]:
    """Numbers without the zeros that all have at the end, of which one stays behind the point."""
    points = [text for text in shown if _POINT.match(text)]
    ends = min((len(text) - len(text.rstrip("0")) for text in points), default=0)
    if not ends:
        return shown
    cut = [text[:-ends] if _POINT.match(text) else text for text in shown]
    return [f"{text}0" if text.endswith(".") else text for text in cut]


_POINT = re.compile(r"^\s*[+-]?[0-9]+\.[0-9]*$")


def trimmed(shown: list[str]) -> list[str]:
    """Texts without the blanks that all of them begin with."""
    blanks = min((len(text) - len(text.lstrip()) for text in shown), default=0)
    return [text[blanks:] for text in shown]


def fixed(shown: list[str], least: int = 0, left: bool = False) -> list[str]:
    """Texts of one width; longer ones than ``display.max_colwidth`` are cut."""
    most, width = setting("max_colwidth"), max([least, *map(len, shown)])
    if most is not None and width > most:
        width = most
    if most is not None:
        keep = max(width - 3, 0)
        shown = [text if len(text) <= width else text[:keep] + "..."[: width - keep] for text in shown]
    return [text.ljust(width) if left else text.rjust(width) for text in shown]
