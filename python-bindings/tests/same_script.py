"""The same script for pandas and for Hypostyle: only the module differs."""

from __future__ import annotations

import math
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
from hypostyle._rows import Row

DATA = {
    "k": ["b", "a", "b", "c", "a", "b"],
    "j": [1, 2, 1, 2, 1, 2],
    "x": [5, 3, 1, 4, 2, 6],
    "y": [1.5, None, 2.5, -1.0, 0.0, 4.0],
}


def frames(lib):
    return lib.DataFrame(DATA)


def alike(script):
    """Both give the same values, labels and names of the labels; what they give."""
    found, expected = (script(lib) for lib in (hs, pd))
    found = found.to_pandas() if hasattr(found, "to_pandas") else found
    assert plain(found) == plain(expected)
    if isinstance(expected, (pd.DataFrame, pd.Series)):
        assert list(found.index.names) == list(expected.index.names)
    return found, expected


def plain(value):
    """Values as Python objects, with rows in order and their labels."""
    if isinstance(value, (hs.DataFrame, hs.Series, Row)):
        value = value.to_pandas()
    if isinstance(value, pd.Series):
        return "series", [plain(one) for one in value.index], [plain(one) for one in value.tolist()]
    if isinstance(value, pd.DataFrame):
        columns = [
            repr(plain(one)) if not isinstance(one, tuple) else repr(tuple(map(plain, one))) for one in value.columns
        ]
        cells = [[plain(one) for one in value.iloc[:, i].tolist()] for i in range(value.shape[1])]
        return "frame", columns, [plain(one) for one in value.index], cells
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, np.ndarray, pd.Index)):
        return [plain(one) for one in value]
    if isinstance(value, (hs.Index,)):
        return plain(value.to_list())
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, float, np.integer, np.floating)):
        return round(float(value), 9)
    return value


def indexed(df):
    return df.groupby(["k", "j"])["x"].sum()


def check(script: Any) -> None:
    """Both libraries give the same."""
    assert plain(script(hs, frames(hs))) == plain(script(pd, frames(pd)))
