"""Errors about values, with the name of the column the values are meant for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypostyle.errors import HypostyleError


def named(name: str, make: Callable[..., Any], *args: Any) -> Any:
    """``make(*args)``; an error names the column."""
    try:
        return make(*args)
    except HypostyleError as error:
        error.column = name
        error.args = (f"column {name!r}: {error.args[0]}", *error.args[1:])
        raise
