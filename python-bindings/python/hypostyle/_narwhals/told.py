"""The engine's errors as narwhals' own, so that what catches those catches these."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from hypostyle import errors

#: What an error is to narwhals, by its class here; others stay what they are.
THEIRS = {
    errors.ColumnNotFoundError: "ColumnNotFoundError",
    errors.DuplicateColumnError: "DuplicateError",
    errors.DataTypeError: "InvalidOperationError",
    errors.ShapeError: "ShapeError",
}


def told(verb: Callable[..., Any]) -> Callable[..., Any]:
    """A verb whose errors are narwhals' own."""

    @functools.wraps(verb)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return verb(*args, **kwargs)
        except errors.HypostyleError as error:
            name = THEIRS.get(type(error))
            if name is None:
                raise
            import narwhals.exceptions

            kind = getattr(narwhals.exceptions, name)
            if name == "ColumnNotFoundError" and error.column is not None and hasattr(args[0], "columns"):
                raise kind.from_missing_and_available_column_names([error.column], args[0].columns) from error
            raise kind(str(error)) from error

    return called


def tell(cls: type, verbs: Iterable[str]) -> None:
    """Wraps verbs of a class."""
    for name in verbs:
        setattr(cls, name, told(getattr(cls, name)))
