"""How many times a length of time is in another, and what is left; whole parts of lengths."""

from __future__ import annotations

from hypostyle import _native
from hypostyle._dtypes import is_integer, is_number
from hypostyle._plan import Plan
from hypostyle._windows import literal

Native = _native.Expr
_UNITS = ("s", "ms", "us", "ns")


def divided(plan: Plan, operator: str, left: Native, right: Native) -> Native | None:
    """How many times a length of time is in another (``//``), and what is left then (``%``); a length of time divided by a
    number (``//``)."""
    kinds = [plan.query.dtype_of(side) for side in (left, right)]
    if not kinds[0].startswith("duration"):
        return None
    if kinds[1].startswith("duration"):
        unit = max((kind.removeprefix("duration[").removesuffix("]") for kind in kinds), key=_UNITS.index)
        made = _counted(left, unit).binary(operator, _counted(right, unit))
        return made.cast(f"duration[{unit}]") if operator == "%" else made
    if not is_number(kinds[1]) or operator == "%":
        return None
    counts = left.cast("int64")
    if not is_integer(kinds[1]):
        # Parts of the unit are cut off, as in pandas.
        return Native.call("scalar", "trunc", [counts.binary(operator, right)]).cast("int64").cast(kinds[0])
    # Towards zero, too, as NumPy divides lengths.
    zero, made = literal(0), counts.binary("//", right)
    apart = counts.binary("<", zero).binary("!=", right.binary("<", zero))
    parted = apart.binary("&", counts.binary("%", right).binary("!=", zero))
    return Native.case([(parted, made.binary("+", literal(1)))], made).cast(kinds[0])


def _counted(side: Native, unit: str) -> Native:
    return side.cast(f"duration[{unit}]").cast("int64")
