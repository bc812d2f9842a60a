"""Comparisons as pandas decides them: of missing values, and of moments with what is no moment of their kind."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from hypostyle import _cells, _native
from hypostyle._windows import literal
from hypostyle.errors import DataTypeError

if TYPE_CHECKING:
    from hypostyle.series import Series

Native = _native.Expr
COMPARING = ("==", "!=", "<", "<=", ">", ">=")


def decided(compared: Series, operator: str) -> Series:
    """A comparison as pandas has it: a missing value is unlike any other, and neither less nor greater."""
    made = compared._like(_cells.decided(operator, compared._native))
    made._test = None if operator == "!=" else compared._native
    return made


def of_other_kind(dtype: str, native: Native, operator: str, other: Any) -> Native | None:
    """Moments beside a day (`datetime.date`), or beside a moment with a zone where they have none, or the other way round:
    none of them is equal to it, and an order is an error. ``None`` for other things, which are compared."""
    if operator not in COMPARING or not (isinstance(other, datetime.date) or type(other).__name__ == "datetime64"):
        return None
    if not dtype.startswith("timestamp") or str(other) == "NaT":
        return None
    if not isinstance(other, datetime.datetime) and isinstance(other, datetime.date):
        hint = "compare with a datetime, a Timestamp or text"
    elif ("," in dtype) != (getattr(other, "tzinfo", None) is not None):
        hint = "give both a zone (dt.tz_localize) or none"
    else:
        return None
    if operator not in ("==", "!="):
        raise DataTypeError(f"no {operator} between {dtype} and {type(other).__name__}: {hint}")
    missing = _cells.is_null(native)
    return missing.binary("|", literal(True)) if operator == "!=" else missing.binary("&", literal(False))
