"""Frames without columns or rows: aggregates of each row, functions of rows and columns, as in pandas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import alike


def frame(lib):
    return lib.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]}, index=list("xyz"))


@pytest.mark.parametrize(
    "name", ["sum", "prod", "mean", "median", "var", "std", "sem", "min", "max", "count", "nunique", "any", "all"]
)
def test_rows_without_values(name):
    alike(lambda lib: getattr(frame(lib)[[]], name)(axis=1))
    alike(lambda lib: getattr(frame(lib).select_dtypes("object"), name)(axis=1))
    alike(lambda lib: frame(lib)[[]].agg(name, axis=1))


CALLS: list[Callable[[Any], Any]] = [
    lambda df: df[[]].apply(lambda x: x),
    lambda df: df[[]].sum(axis=1, min_count=1),
    lambda df: df[:0].apply(lambda r: r, axis=1),
    lambda df: df[:0].apply(lambda r: r.a + 1, axis=1),
    lambda df: df[:0].apply(lambda x: x.sum()),
    lambda df: df.agg("size", axis=1),
    lambda df: df.apply("size", axis=1),
    lambda df: df["a"].apply("size"),
    lambda df: df.assign(c=True).agg(["any", "all"], bool_only=True),
    lambda df: df.apply(lambda x, y: x + y, 1, args=(1,), raw=True),
    lambda df: df.apply(lambda x: list(x), 1, raw=True),
    lambda df: df.apply(lambda x: np.array([1, 2]), axis=1, result_type="expand"),
]


@pytest.mark.parametrize("call", CALLS, ids=range(len(CALLS)))
def test_functions(call):
    alike(lambda lib: call(frame(lib)))


def test_arrays_of_rows_fill_the_columns_there_are():
    for lib in (hs, pd):
        with pytest.raises(ValueError):
            frame(lib).apply(lambda x: x[:1], axis=1, raw=True)
