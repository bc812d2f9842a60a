"""Moments at equal distances and groups by them, with pandas as the judge."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest

FREQUENCIES = ["D", "3D", "6h", "5h", "15min", "90min", "W", "MS", "ME", "QS", "QE", "YS", "YE"]


@pytest.fixture
def pdf() -> pd.DataFrame:
    random = np.random.default_rng(0)
    seconds = np.sort(random.integers(0, 3600 * 24 * 200, 300))
    times = pd.to_datetime("2023-11-20 03:10:00") + pd.to_timedelta(seconds, unit="s")
    return pd.DataFrame({"t": times, "x": random.integers(0, 9, 300), "y": random.random(300)})


@pytest.mark.parametrize("freq", FREQUENCIES)
@pytest.mark.parametrize("func", ["sum", "mean", "count", "max", "first", "std", "nunique"])
def test_resample(pdf, freq, func):
    expected = getattr(pdf.resample(freq, on="t")[["x", "y"]], func)()
    found = getattr(hs.from_pandas(pdf).resample(freq, on="t")[["x", "y"]], func)().to_pandas()
    assert list(found.index) == list(expected.index) and found.index.name == "t"
    assert np.allclose(found.to_numpy(float, na_value=np.nan), expected.to_numpy(float), equal_nan=True)


def test_resample_by_the_index_and_several_aggregates(pdf):
    df = hs.from_pandas(pdf)
    expected = pdf.set_index("t")["x"].resample("W").sum()
    found = df.set_index("t")["x"].resample("W").sum().to_pandas()
    assert found.to_list() == expected.to_list() and list(found.index) == list(expected.index)
    wanted = pdf.resample("ME", on="t").agg({"x": "sum", "y": "mean"})
    assert np.allclose(df.resample("ME", on="t").agg({"x": "sum", "y": "mean"}).to_numpy(), wanted.to_numpy())
    assert df.resample("6h", on="t").size().to_list() == pdf.resample("6h", on="t").size().to_list()
    assert len(df[df["x"] > 100].resample("D", on="t").sum()) == 0
    with pytest.raises(TypeError, match="to_datetime"):
        df.resample("D", on="x")
    with pytest.raises(ValueError, match="no frequency"):
        df.resample("often", on="t")


@pytest.mark.parametrize(
    "options",
    [
        {"start": "2024-01-30", "periods": 5},
        {"start": "2024-01-15", "end": "2024-06-01", "freq": "MS"},
        {"start": "2024-01-15", "end": "2024-06-01", "freq": "W"},
        {"start": "2024-01-15 05:00", "periods": 4, "freq": "QE"},
        {"end": "2024-01-05", "periods": 4},
        {"start": "2024-01-01", "end": "2024-01-01 05:00", "freq": "45min"},
        {"start": "2024-01-01", "periods": 3, "freq": "2MS"},
        {"start": "2024-01-01", "periods": 3, "freq": "2W"},
        {"start": "2024-01-01", "periods": 3, "freq": "YE"},
        {"start": "2024-03-30", "periods": 3, "tz": "UTC"},
    ],
)
def test_date_range(options):
    assert hs.date_range(**options).to_pandas().to_list() == list(pd.date_range(**options))
