"""Comparison with pandas."""

from __future__ import annotations

import hypostyle as hs
import pandas as pd
from pandas.testing import assert_frame_equal


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with rows numbered anew, and types that hold the same values made one."""
    frame = frame.reset_index(drop=True)
    for name in frame.columns:
        dtype = str(frame[name].dtype)
        if dtype.lower().startswith(("int", "uint", "float")):
            frame[name] = frame[name].astype("float64")
        elif dtype in ("object", "str"):
            frame[name] = frame[name].astype("object").where(frame[name].notna(), None)
    return frame


def assert_same(found: hs.DataFrame | pd.DataFrame, expected: pd.DataFrame, ordered: bool = True) -> None:
    """The same columns and values as pandas has, whatever types hold the numbers; row labels do not count."""
    found = found.to_pandas() if isinstance(found, hs.DataFrame) else found
    found, expected = plain(found), plain(expected)
    assert list(found.columns) == list(expected.columns)
    if not ordered and len(found.columns):
        found, expected = ordered_rows(found), ordered_rows(expected)
    assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9)


def ordered_rows(frame: pd.DataFrame) -> pd.DataFrame:
    order = sorted(range(len(frame)), key=lambda row: [repr(value) for value in frame.iloc[row]])
    return frame.iloc[order].reset_index(drop=True)


def lives(process: int) -> bool:
    """Whether a process runs (Linux)."""
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
