"""Functions of each value by name, and what `transform` takes and refuses, as in pandas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import alike

CALLS: list[Callable[[Any], Any]] = [
    lambda df: df.transform("sqrt"),
    lambda df: df.apply("sqrt"),
    lambda df: df.agg("sqrt"),
    lambda df: df.agg(["sqrt", "exp"]),
    lambda df: df.transform(np.sqrt, axis=0),
    lambda df: df.transform({"a": ["sqrt", "abs"], "b": "sqrt"}),
    lambda df: df.transform({"b": np.abs, "a": lambda x: x + 1}),
    lambda df: df.transform({"a": "shift"}, 0, 2),
    lambda df: df.transform({"a": ["shift", "diff"]}, 0, 2),
    lambda df: df.transform({"a": "shift"}, periods=2),
    lambda df: df.transform(["shift"], 0, 2),
    lambda df: df["a"].transform(np.sqrt, axis=0),
    lambda df: df["a"].transform("shift", 0, 2),
    lambda df: df["a"].transform("diff", 0),
    lambda df: df["a"].transform(["shift", "diff"], 0, 2),
    lambda df: df["a"].transform({"x": "shift"}, 0, 2),
    lambda df: df["a"].transform(lambda x, n, c=0: x + n + c, 0, 3, c=4),
    lambda df: df["a"].agg("sqrt"),
    lambda df: df["a"].apply("sqrt"),
]


@pytest.mark.parametrize("call", CALLS, ids=range(len(CALLS)))
def test_functions(call):
    alike(lambda lib: call(lib.DataFrame({"a": [1.0, 4.0, 9.0], "b": [1, 2, 3]})))


@pytest.mark.parametrize("how", ["sum", "max", lambda x: x.sum()])
def test_a_value_for_a_column_is_refused(how):
    for lib in (hs, pd):
        df = lib.DataFrame({"a": [1.0, 4.0]})
        with pytest.raises(ValueError):
            df.transform(how)
    for lib in (hs, pd):
        if isinstance(how, str):
            with pytest.raises(ValueError):
                lib.Series([1.0, 4.0]).transform(how)


def test_the_axis_of_a_series():
    for lib in (hs, pd):
        x = lib.Series([1.0, None, 2.0])
        assert x.dropna(axis=0).to_list() == x.dropna(axis="index").to_list() == [1.0, 2.0]
        with pytest.raises(ValueError):
            x.dropna(axis=1)
        with pytest.raises(ValueError):
            x.transform("shift", 1)


TURNED: list[Callable[[Any], Any]] = [
    lambda df: df.transform({"p": np.sqrt, "q": "abs"}, axis=1),
    lambda df: df.apply(lambda x: x.to_dict(), result_type="expand"),
    lambda df: df.agg(["any", "sum"]).loc["sum"],
    lambda df: df.assign(c=[True, False]).agg(["any", "sum", "mean"]).loc["sum"],
]


@pytest.mark.parametrize("call", TURNED, ids=range(len(TURNED)))
def test_by_row_and_of_several_kinds(call):
    alike(lambda lib: call(lib.DataFrame({"a": [1.0, 4.0], "b": [1, 2]}, index=["p", "q"])))
