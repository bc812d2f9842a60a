"""Exceptions: every error of Hypostyle is a ``HypostyleError`` and the ordinary Python exception of its kind."""

from __future__ import annotations

import re

__all__ = [
    "ArithmeticOverflowError",
    "CancelledError",
    "CastError",
    "ColumnNotFoundError",
    "CorruptFileError",
    "DataTypeError",
    "DuplicateColumnError",
    "HypostyleError",
    "InputOutputError",
    "InternalError",
    "InvalidArgumentError",
    "MemoryLimitError",
    "MissingFileError",
    "ParseError",
    "ShapeError",
    "TooManyRowsError",
    "UnsupportedError",
    "WorkerError",
]


class HypostyleError(Exception):
    """What all errors have: a sentence, and where it happened, as far as that is known."""

    operation: str | None = None
    column: str | None = None
    file: str | None = None
    row: int | None = None
    byte: int | None = None
    value: str | None = None
    hint: str | None = None

    def __init__(self, *args: object) -> None:
        # Columns whose label is no text: the label in place of the name by which the engine knows it.
        super().__init__(*(_with_labels(one) if isinstance(one, str) else one for one in args))


def _with_labels(message: str) -> str:
    """A message with labels that are no text in place of what stands for them in the engine."""
    if "2063" not in message and _MARK not in message:
        return message
    message = re.sub(r"\\+u(\{2063\}|2063)", _MARK, message)
    return re.sub(f"(['\"`]?)([^'\"`{_MARK}]*){_MARK}+\\1", r"\2", message).replace(_MARK, "")


#: The end of names of such labels (`_column_labels`).
_MARK = "\u2063"


class ColumnNotFoundError(HypostyleError, KeyError):
    """A column that is not there."""

    # KeyError shows the repr of its message.
    __str__ = Exception.__str__


class DuplicateColumnError(HypostyleError, ValueError):
    """Two columns of one name in one frame."""


class DataTypeError(HypostyleError, TypeError):
    """A type that does not fit the operation."""


class ShapeError(HypostyleError, ValueError):
    """Columns or frames whose shapes do not fit together."""


class ArithmeticOverflowError(HypostyleError, OverflowError):
    """A number too large for its type, or a division of integers by zero."""


class CastError(HypostyleError, ValueError):
    """A value that cannot be converted without loss."""


class ParseError(HypostyleError, ValueError):
    """Text or bytes of a file that do not mean what they should."""


class CorruptFileError(HypostyleError, OSError):
    """A file that is damaged, cut off, or not of the expected format."""


class InputOutputError(HypostyleError, OSError):
    """The operating system refused."""


class MissingFileError(HypostyleError, FileNotFoundError):
    """A file or folder that does not exist."""


class InvalidArgumentError(HypostyleError, ValueError):
    """An argument outside its domain."""


class TooManyRowsError(HypostyleError, ValueError):
    """A result that would be larger than allowed: a join that explodes."""


class UnsupportedError(HypostyleError, NotImplementedError):
    """Something Hypostyle does not do; the message says what to write instead."""


class MemoryLimitError(HypostyleError, MemoryError):
    """More memory than allowed."""


class CancelledError(HypostyleError, RuntimeError):
    """The query was cancelled."""


class InternalError(HypostyleError, RuntimeError):
    """A defect of Hypostyle itself."""


class WorkerError(HypostyleError, RuntimeError):
    """A worker process that ran a Python function ended, or raised what cannot be sent on."""


def __getattr__(name: str) -> object:
    """pandas' errors and warnings by their names, where it is installed: scripts name them in ``except`` and in filters."""
    if not name.startswith("_"):
        try:
            import pandas
        except ImportError:
            pass
        else:
            if hasattr(pandas.errors, name):
                return getattr(pandas.errors, name)
    raise AttributeError(f"module 'hypostyle.errors' has no attribute {name!r}")
