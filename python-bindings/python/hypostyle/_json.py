"""JSON that is no objects of rows: what pandas writes by column, by label, or with a schema."""

from __future__ import annotations

import json
import os
import re
import warnings
from typing import TYPE_CHECKING, Any

from hypostyle.errors import InvalidArgumentError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame

#: What is looked at of a file, and how an object of objects begins.
_HEAD = 1 << 20
_OBJECTS = re.compile(rb"^(?:\xef\xbb\xbf)?\s*\{\s*\"(?:[^\"\\]|\\.)*\"\s*:\s*\{")
_ORIENTS = ("columns", "index", "split", "values", "table")


def is_by_column(path: Any) -> bool:
    """Whether a local file seems to be one object of objects, which pandas takes for columns of values by label: it begins
    as one, and no line ends one."""
    if not isinstance(path, (str, os.PathLike)) or not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        head = file.read(_HEAD)
    if not _OBJECTS.match(head):
        return False
    if len(head) < _HEAD:
        try:
            return all(isinstance(value, dict) for value in json.loads(head.decode("utf-8-sig")).values())
        except ValueError:
            return False  # several objects, a line each
    # A longer one is one line, as pandas writes it, or indented.
    first, _, rest = head.lstrip().partition(b"\n")
    return not rest or first.strip() == b"{"


def of_orient(path: Any, orient: str, dtype: Any, compression: str | None, storage_options: Any) -> DataFrame:
    """The frame of a file of another form than an object for each row; pandas reads it, on one core."""
    from hypostyle.frame import DataFrame

    if orient not in _ORIENTS:
        raise InvalidArgumentError(f"orient is 'records' or one of {', '.join(map(repr, _ORIENTS))}, not {orient!r}")
    advice = "to_json(orient='records') writes what is read on all cores, lines=True reads an object per line"
    try:
        import pandas as pd
    except ImportError:
        raise UnsupportedError(
            f"read_json: orient={orient!r} is read by pandas, which is not installed; {advice}"
        ) from None
    warnings.warn(f"read_json: pandas reads JSON of orient={orient!r}, on one core; {advice}", stacklevel=5)
    options: dict[str, Any] = {"compression": compression, "storage_options": storage_options}
    if dtype is not None:
        options["dtype"] = dict(dtype)
    return DataFrame(pd.read_json(path, orient=orient, **options))
