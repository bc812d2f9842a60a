"""Orders of text other than that of its characters."""

from __future__ import annotations

from typing import Any

from hypostyle import _native
from hypostyle.errors import InvalidArgumentError

ORDERS = ("natural", "ignore_case", "natural_ignore_case")


def in_text_order(plan: Any, keys: list[_native.Expr], order: str | None) -> list[_native.Expr]:
    """What rows are sorted by: texts as asked, other keys as they are."""
    if order is None:
        return keys
    if order not in ORDERS:
        raise InvalidArgumentError(f"text_order is one of {', '.join(map(repr, ORDERS))}, not {order!r}")

    def made(key: _native.Expr) -> _native.Expr:
        if plan.query.dtype_of(key) != "string":
            return key
        if order == "ignore_case":
            return _native.Expr.call("scalar", "casefold", [key])
        return _native.Expr.call("scalar", "natural_key", [key], {"case": order == "natural"})

    return [made(key) for key in keys]
