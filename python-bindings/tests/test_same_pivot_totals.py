"""Totals of pivot tables of Python functions are those of pandas."""

from __future__ import annotations

from typing import Any

import hypostyle as hs
import pandas as pd
import pytest
from same_script import plain

DATA = {
    "k": ["a", "c", "a", "b", "b", None],
    "j": [1, 2, 1, 2, 1, 1],
    "h": list("xyxyxy"),
    "x": [1, 2, 3, 4, 5, 6],
    "y": [1.0, 2, 3, 4, 5, 6],
}


def spread(values: Any) -> Any:
    return values.max() - values.min()


TABLES: list[dict[str, Any]] = [
    {"index": "k", "columns": "j", "values": "x"},
    {"index": "k", "columns": "j", "values": ["x", "y"]},
    {"index": "k", "values": "x"},
    {"index": "k", "values": ["x", "y"]},
    {"index": ["k", "j"], "columns": "h", "values": "x"},
    {"index": "k", "columns": ["j", "h"], "values": "x"},
    {"index": "j", "columns": "k", "values": "x"},
    {"index": "k", "columns": "j", "values": "x", "margins_name": "T", "fill_value": 0},
    {"index": "k", "columns": "j", "values": "x", "aggfunc": ["sum", spread]},
    {"index": "k", "columns": "j", "aggfunc": {"x": spread, "y": "sum"}},
]


@pytest.mark.parametrize("options", TABLES, ids=range(len(TABLES)))
def test_totals_of_functions(options):
    options = {"aggfunc": spread, **options}
    found, expected = (lib.DataFrame(DATA).pivot_table(margins=True, **options) for lib in (hs, pd))
    found = found.to_pandas()
    # Labels beside the name of the total are texts.
    expected.index = expected.index.map(lambda one: tuple(map(str, one)) if isinstance(one, tuple) else str(one))
    assert plain(found) == plain(expected)


def test_totals_of_functions_in_crosstabs():
    found, expected = (
        lib.crosstab(df["k"], df["j"], values=df["x"], aggfunc=spread, margins=True)
        for lib, df in ((hs, hs.DataFrame(DATA)), (pd, pd.DataFrame(DATA)))
    )
    assert plain(found) == plain(expected)


@pytest.mark.parametrize("options", [{"values": "v"}, {"values": ["v"]}, {"values": ["w", "v"]}, {}], ids=str)
@pytest.mark.parametrize("columns", [["a", "b"], ["b", "a"], "b", ["a"]], ids=str)
def test_labels_of_several_columns_come_as_first_seen(columns, options):
    several = columns in (["a", "b"], ["b", "a"])
    data = {"i": [1, 1, 2, 2], "a": ["y", "x", "y", "x"], "b": [2, 1, 1, 2] if several else [2, 1, 2, 1]}
    data = {**data, "v": [1, 2, 3, 4], "w": [5, 6, 7, 8]}
    found, expected = (lib.DataFrame(data).pivot(index="i", columns=columns, **options) for lib in (hs, pd))
    assert plain(found) == plain(expected)
