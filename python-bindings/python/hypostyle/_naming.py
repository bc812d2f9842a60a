"""Names of columns: in errors about values, and of values that have none."""

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


class Nameless(str):
    """The name of the column in which values stand that have no name: what is made of it has none either."""

    __slots__ = ()


#: What a column of a frame is called that is made of a series without a name, as in pandas.
UNNAMED = "0"

#: The column a series' values stand in while it is run.
VALUE = "__value__"
