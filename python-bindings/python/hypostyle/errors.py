"""Exceptions: every error of Hypostyle is a ``HypostyleError`` and the ordinary Python exception of its kind."""

from __future__ import annotations

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
