"""Exceptions: every error of Hypostyle is a ``HypostyleError`` and the ordinary Python exception of its kind."""

from __future__ import annotations

import re
import sys
from typing import Self

__all__ = [
    "AccessorError",
    "ArithmeticOverflowError",
    "CancelledError",
    "CastError",
    "ColumnNotFoundError",
    "CorruptFileError",
    "DataTypeError",
    "DuplicateColumnError",
    "EmptyDataError",
    "HypostyleError",
    "InputOutputError",
    "InternalError",
    "InvalidArgumentError",
    "MemoryLimitError",
    "MergeError",
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
        super().__init__(*(_told(_with_labels(one)) if isinstance(one, str) else one for one in args))

    def __setattr__(self, name: str, value: object) -> None:
        # The values of a series stand in a column that nobody knows.
        super().__setattr__(name, None if name == "column" and value == _VALUE else value)


class _AlsoOfPandas(HypostyleError):
    """An error of which pandas has its own, of the same meaning."""

    def __new__(cls, *args: object) -> Self:
        """Where pandas is in use, its own error of the same meaning too, so that ``except pandas.errors.MergeError`` of a
        script catches ours."""
        return super().__new__(_kin(cls), *args)  # type: ignore[return-value]

    def __reduce__(self) -> tuple:
        kind = type(self)
        return (kind.__bases__[0] if kind in _KIN.values() else kind, self.args, self.__dict__)


#: Our errors that pandas has under a name of its own, as ours and pandas' in one.
_KIN: dict[type[HypostyleError], type[HypostyleError]] = {}


def _kin(cls: type[HypostyleError]) -> type[HypostyleError]:
    """The class of an error that is pandas' as well, if there is one and pandas was imported; else the class itself."""
    name = _OF_PANDAS.get(cls.__name__) if cls.__module__ == __name__ else None
    theirs = getattr(getattr(sys.modules.get("pandas"), "errors", None), name or "", None)
    if theirs is None or issubclass(cls, theirs):
        return cls
    if cls not in _KIN:
        _KIN[cls] = type(cls.__name__, (cls, theirs), {"__module__": __name__, "__doc__": cls.__doc__})
    return _KIN[cls]


def _with_labels(message: str) -> str:
    """A message with labels that are no text in place of what stands for them in the engine."""
    if "2063" not in message and _MARK not in message:
        return message
    message = re.sub(r"\\+u(\{2063\}|2063)", _MARK, message)
    return re.sub(f"(['\"`]?)([^'\"`{_MARK}]*){_MARK}+\\1", r"\2", message).replace(_MARK, "")


#: The end of names of such labels (`_column_labels`).
_MARK = "\u2063"


def _told(message: str) -> str:
    """A message with words in place of the names that the values of a series, those of another one and labels of rows have
    in the engine."""
    if "__" not in message:
        return message
    message = re.sub(rf', column "{_VALUE}"|column "{_VALUE}", | \(column "{_VALUE}"\)', "", message)
    message = re.sub(r"values\(__window_\d+\)", "other values", message.replace(_VALUE, "value"))
    return re.sub(r'"?__index_level_(\d+)__"?', r"index level \1", message)


#: The column that the values of a series stand in (`_naming`).
_VALUE = "__value__"


class ColumnNotFoundError(HypostyleError, KeyError):
    """A column that is not there."""

    # KeyError shows the repr of its message.
    __str__ = Exception.__str__


class DuplicateColumnError(HypostyleError, ValueError):
    """Two columns of one name in one frame."""


class DataTypeError(HypostyleError, TypeError):
    """A type that does not fit the operation."""


class AccessorError(DataTypeError, AttributeError):
    """``.str`` or ``.dt`` of a series that holds neither text nor times."""


class ShapeError(HypostyleError, ValueError):
    """Columns or frames whose shapes do not fit together."""


class ArithmeticOverflowError(HypostyleError, OverflowError):
    """A number too large for its type, or a division of integers by zero."""


class CastError(HypostyleError, ValueError):
    """A value that cannot be converted without loss."""


class ParseError(_AlsoOfPandas, ValueError):
    """Text or bytes of a file that do not mean what they should."""


class EmptyDataError(ParseError):
    """A file without a line of names."""


class CorruptFileError(HypostyleError, OSError):
    """A file that is damaged, cut off, or not of the expected format."""


class _OfFile(HypostyleError):
    """An error of the operating system, which names the file by another name too."""

    @property
    def filename(self) -> str | None:
        """The file, as `OSError` has it."""
        return self.file


class InputOutputError(_OfFile, OSError):
    """The operating system refused."""


class MissingFileError(_OfFile, FileNotFoundError):
    """A file or folder that does not exist."""


class InvalidArgumentError(HypostyleError, ValueError):
    """An argument outside its domain."""


class MergeError(_AlsoOfPandas, InvalidArgumentError):
    """A merge whose keys repeat where ``validate=`` says that they do not."""


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


#: Our errors by pandas' names for them, and the other way round.
_OURS = {"ParserError": ParseError, "EmptyDataError": EmptyDataError, "MergeError": MergeError}
_OF_PANDAS = {kind.__name__: name for name, kind in _OURS.items()}


def __getattr__(name: str) -> object:
    """pandas' errors and warnings by their names, where it is installed: scripts name them in ``except`` and in filters."""
    if name in _OURS:
        return _OURS[name]
    if not name.startswith("_"):
        try:
            import pandas
        except ImportError:
            pass
        else:
            if hasattr(pandas.errors, name):
                return getattr(pandas.errors, name)
    raise AttributeError(f"module 'hypostyle.errors' has no attribute {name!r}")
