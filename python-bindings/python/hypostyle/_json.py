"""JSON that is no objects of rows: what pandas writes by column, by label, or with a schema; and columns of times, which JSON
has no type for."""

from __future__ import annotations

import json
import os
import re
import warnings
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypostyle._dtypes import is_number
from hypostyle.errors import InvalidArgumentError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame

#: What is looked at of a file, and how an object of objects or of lists begins.
_HEAD = 1 << 20
_OBJECTS = re.compile(rb"^(?:\xef\xbb\xbf)?\s*\{\s*\"(?:[^\"\\]|\\.)*\"\s*:\s*[\{\[]")
_ORIENTS = ("columns", "index", "split", "values", "table")


def is_by_column(path: Any, compression: str | None) -> bool:
    """Whether a local file seems to be one object of objects, or of lists that are equally long, which pandas takes for columns
    of values: it begins as one, and no line ends one."""
    if not isinstance(path, (str, os.PathLike)) or not os.path.isfile(path):
        return False
    head = _head(os.fspath(path), compression)
    if not _OBJECTS.match(head):
        return False
    if len(head) < _HEAD:
        try:
            values = list(json.loads(head.decode("utf-8-sig")).values())
        except ValueError:
            return False  # several objects, a line each
        if all(isinstance(value, dict) for value in values):
            return True
        return all(isinstance(value, list) for value in values) and len({len(value) for value in values}) == 1
    # A longer one is one line, as pandas writes it, or indented.
    first, _, rest = head.lstrip().partition(b"\n")
    return not rest or first.strip() == b"{"


def _head(path: str, compression: str | None) -> bytes:
    """The first bytes of a file, decompressed as Python's own modules can."""
    import bz2
    import gzip
    import lzma
    import zlib

    if path.endswith((".ndjson", ".jsonl")):
        return b""
    openers: dict[str, Any] = {"gz": gzip.open, "gzip": gzip.open, "bz2": bz2.open, "bzip2": bz2.open, "xz": lzma.open}
    ending = path.rsplit(".", 1)[-1] if compression == "infer" else compression
    try:
        with openers.get(str(ending), open)(path, "rb") as file:
            return bytes(file.read(_HEAD))
    except (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error):
        # What is damaged is told by who reads it.
        return b""


#: Rows that are looked at for times.
_SAMPLED = 1000
#: The units that numbers of time are counted in, the first that gives years we know.
_UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
#: The seconds of 1971, before which a number is hardly a time, and of the year 10000.
_LEAST, _MOST = 31_536_000, 253_402_300_800


def with_times(
    frame: DataFrame,
    wanted: bool | Sequence[Any],
    by_name: bool,
    unit: str | None,
    typed: Collection[str],
    lenient: bool,
) -> DataFrame:
    """The frame, in which these columns, and with ``by_name`` those that are called as times are, hold times: if all texts of
    the first rows are times, or all numbers seconds (or parts of them) since 1970. Columns whose type was told keep it."""
    from hypostyle._to_datetime import to_datetime

    if wanted is False:
        return frame
    listed = () if wanted is True else tuple(wanted)
    if unit is not None and unit not in _UNITS:
        raise InvalidArgumentError(f"read_json: date_unit is 's', 'ms', 'us' or 'ns', not {unit!r}")
    for name, dtype in zip(frame.columns, frame.dtypes.values(), strict=True):
        if name in typed or not (name in listed or (by_name and _is_called_time(name))):
            continue
        first, errors = frame[name].head(_SAMPLED).dropna().persist(), "coerce" if lenient else "raise"
        if not len(first):
            continue
        if is_number(dtype):
            least, most = first.min(), first.max()
            counted = _UNITS if unit is None else {unit: _UNITS[unit]}
            known = next((one for one, parts in counted.items() if most < _MOST * parts), None)
            if known is not None and least > _LEAST * counted[known if unit else "s"]:
                made = to_datetime(frame[name], errors, unit=known)
                frame[name] = made.dt.as_unit("us") if known in ("s", "ms") else made
        elif dtype == "string" and _are_times(first):
            frame[name] = to_datetime(frame[name], errors)
    return frame


def _are_times(texts: Any) -> bool:
    """Whether all of a few texts are times; those of numbers may be anything."""
    from hypostyle._to_datetime import to_datetime

    return bool(not texts.str.fullmatch(r"[-+]?[0-9.]+").any() and to_datetime(texts, "coerce").notna().all())


def _is_called_time(name: Any) -> bool:
    """Whether a column is called as pandas takes for times."""
    if not isinstance(name, str):
        return False
    low = name.lower()
    return low.endswith(("_at", "_time")) or low in ("modified", "date", "datetime") or low.startswith("timestamp")


#: What pandas does unless it is told otherwise.
_DEFAULTS = {"convert_dates": True, "keep_default_dates": True, "date_unit": None}


def of_orient(
    path: Any, orient: str | None, dtype: Any, compression: str | None, storage_options: Any, told: Mapping[str, Any]
) -> Any:
    """The frame of a file of another form than an object for each row; pandas reads it, on one core."""
    from hypostyle.frame import DataFrame
    from hypostyle.series import Series

    series = told.get("typ") == "series"
    if orient not in ((*_ORIENTS, "records", None) if series else _ORIENTS):
        raise InvalidArgumentError(f"orient is 'records' or one of {', '.join(map(repr, _ORIENTS))}, not {orient!r}")
    advice = "to_json(orient='records') writes what is read on all cores, lines=True reads an object per line"
    try:
        import pandas as pd
    except ImportError:
        raise UnsupportedError(
            f"read_json: orient={orient!r} is read by pandas, which is not installed; {advice}"
        ) from None
    warnings.warn(f"read_json: pandas reads JSON of orient={orient!r}, on one core; {advice}", stacklevel=5)
    options: dict[str, Any] = {"compression": compression, "storage_options": storage_options, **told}
    options = {name: value for name, value in options.items() if value is not _DEFAULTS.get(name, options)}
    if dtype is not None:
        options["dtype"] = dict(dtype) if isinstance(dtype, Mapping) else dtype
    found = pd.read_json(path, orient=orient, **options)
    return Series(found) if series else DataFrame(found)
