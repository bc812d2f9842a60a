"""Series: membership of values of other kinds, spread of times, arguments of functions, hints of sorts."""

from __future__ import annotations

from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest

MEMBERS: list[tuple[Any, Any]] = [
    ([1.0, 2.0], {"foo"}),
    ([1, 0, 7], [True]),
    ([True, False], [1]),
    ([True, False], [0.5, "x"]),
    (["a", "1"], [1, "a"]),
    ([1, 2], [1.0, 2.5]),
    ([1, 2], ["1", 2]),
    ([1, 2], [np.int64(1), np.float64(3)]),
    ([1, 2], []),
    (["a", "b"], {"b", None}),
    (["a", None], ("a", np.nan)),
    (pd.to_datetime(["2024-01-01"]), [pd.Timestamp("2024-01-01"), 3]),
    (pd.to_timedelta([1], unit="D"), [pd.Timedelta("1D"), "x"]),
]


@pytest.mark.parametrize("at", range(len(MEMBERS)))
def test_membership_of_values_of_any_kind(at):
    values, wanted = MEMBERS[at]
    assert hs.Series(values).isin(wanted).to_list() == pd.Series(values).isin(wanted).tolist()


def test_spread_of_times():
    lengths, times = (
        pd.Series(pd.to_timedelta([1, 2, 5], unit="D")),
        pd.Series(pd.to_datetime(["2024-01-01", "2024-01-03"])),
    )
    for values in (lengths, times, times.dt.tz_localize("Europe/Oslo")):
        found, expected = hs.Series(values).std(), values.std()
        assert abs(found - expected.to_pytimedelta()).total_seconds() < 1e-5
    assert hs.Series(lengths[:1]).std() is pd.NaT


def test_arguments_of_functions_and_hints():
    x = hs.Series([4, 2, 3])
    assert x.map(lambda value, plus: value + plus, plus=2).to_list() == [6, 4, 5]
    assert x.sort_values(axis=0).to_list() == [2, 3, 4]
    assert x.argsort(kind="mergesort").to_list() == pd.Series([4, 2, 3]).argsort(kind="mergesort").to_list()
    assert x.rename_axis("k", axis=0).index.name == "k"
    with pytest.raises((TypeError, ValueError)):
        x.sort_values(axis=1)
