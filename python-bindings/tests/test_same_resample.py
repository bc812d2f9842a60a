"""Periods of time cut as pandas cuts them: frequencies, sides, origins, zones; and what is asked of the periods."""

from __future__ import annotations

import itertools
import random
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_series_equal
from same_script import plain

CALENDAR = ["W", "W-MON", "2W-THU", "B", "SMS", "SME", "ME", "MS", "2ME", "3MS", "QE", "QS-FEB", "QE-NOV", "2QS"]
CALENDAR += ["YE", "YS", "YE-MAR", "2YS-JUL", "BME", "BMS", "BQE", "BYE-JUN"]
FIXED = ["D", "3D", "h", "7h", "90min", "1h30min", "1.5h", "0.5D", "17min", "36h"]


def made(freq: str, zone: str | None, seed: int, span: int) -> pd.Series:
    chance = random.Random(f"{freq}{zone}{seed}")
    start = pd.Timestamp(chance.choice(["2023-10-27", "2024-02-29 13:17", "2024-03-30 22:00", "2023-12-31 23:59:59"]))
    minutes = sorted(chance.sample(range(span), 25))
    times = pd.DatetimeIndex([start + pd.Timedelta(minutes=at) for at in minutes], name="t").as_unit("us")
    if chance.random() < 0.5:
        times = times.normalize()
    times = times if zone is None else times.tz_localize("UTC").tz_convert(zone)
    return pd.Series(range(1, 26), index=times, name="x", dtype="int64")


def same(found: Any, expected: pd.Series) -> None:
    found = found.to_pandas()
    assert [str(one) for one in found.index] == [str(one) for one in expected.index]
    assert_series_equal(
        found.reset_index(drop=True), expected.reset_index(drop=True), check_dtype=False, check_freq=False
    )


@pytest.mark.parametrize("zone", [None, "Europe/Oslo"])
@pytest.mark.parametrize("freq", [*FIXED, *CALENDAR])
def test_every_frequency_and_side(freq, zone):
    sides = [None, "left", "right"]
    for seed, (closed, label) in enumerate(itertools.product(sides, sides)):
        pdf = made(freq, zone, seed, 400_000 if freq in CALENDAR else 9_000)
        expected = pdf.resample(freq, closed=closed, label=label)
        found = hs.Series(pdf).resample(freq, closed=closed, label=label)
        same(found.sum(), expected.sum())
        same(found.max(), expected.max())


@pytest.mark.parametrize("zone", [None, "Europe/Oslo"])
@pytest.mark.parametrize("origin", ["start", "start_day", "epoch", "end", "end_day", "2024-01-01 00:10"])
def test_every_origin(origin, zone):
    for seed, (freq, closed) in enumerate(itertools.product(["7h", "17min", "3D"], [None, "left", "right"])):
        if zone and freq == "3D":
            continue  # Days of a zone are counted from the first one, whatever origin says.
        pdf = made(freq, zone, seed, 5_000)
        given = pd.Timestamp(origin, tz=zone) if origin[0] == "2" else origin
        for offset in (None, "2h", "-11min"):
            options: dict[str, Any] = {"origin": given, "offset": offset, "closed": closed}
            try:
                expected = pdf.resample(freq, **options).sum()
            except ValueError:
                continue  # "Values falls before first bin": pandas counts from the end before the offset.
            same(hs.Series(pdf).resample(freq, **options).sum(), expected)


def test_lengths_of_time_as_the_index():
    pdf = pd.Series(range(6), index=pd.to_timedelta([5, 10, 21, 21, 40, 65], unit="min"), name="x")
    for freq, closed in itertools.product(["10min", "16min", "1h"], ["left", "right"]):
        same(hs.Series(pdf).resample(freq, closed=closed).sum(), pdf.resample(freq, closed=closed).sum())


def test_frequencies_of_other_kinds():
    pdf = made("7h", None, 1, 5_000)
    for freq in (pd.Timedelta("7h"), pd.offsets.Hour(7), pd.Timedelta("7h").to_pytimedelta(), pd.DateOffset(hours=7)):
        same(hs.Series(pdf).resample(freq).sum(), pdf.resample("7h").sum())
    same(hs.Series(pdf).resample(pd.offsets.MonthEnd(2)).sum(), pdf.resample(pd.offsets.MonthEnd(2)).sum())
    for wrong in ("W-NON", "5", "fortnight", "0D", "1.5ME", "1h1ME"):
        with pytest.raises(ValueError, match=r"frequency|alone|whole"):
            hs.Series(pdf).resample(wrong)
    with pytest.raises(NotImplementedError, match="whole microseconds"):
        hs.Series(pdf).resample("10ns")


@pytest.mark.parametrize("freq", ["6h", "D", "2D", "W-WED", "SMS"])
@pytest.mark.parametrize("zone", [None, "Europe/Oslo"])
def test_values_filled_in(freq, zone):
    pdf = pd.Series(range(5), index=pd.date_range("2024-03-28", periods=5, freq="3D", tz=zone), name="x")
    ours, theirs = hs.Series(pdf).resample(freq), pdf.resample(freq)
    same(ours.asfreq(), theirs.asfreq())
    same(ours.asfreq(fill_value=-1), theirs.asfreq(fill_value=-1))
    same(ours.ffill(limit=1), theirs.ffill(limit=1))
    same(ours.bfill(), theirs.bfill())
    same(ours.nearest(), theirs.nearest())


def test_values_between():
    pdf = pd.Series([1.0, 4.0, 2.0], index=pd.to_datetime(["2024-01-01", "2024-01-04", "2024-01-05"]), name="x")
    same(hs.Series(pdf).resample("D").interpolate(), pdf.resample("D").interpolate())


def test_functions_and_named_aggregates():
    pdf = pd.DataFrame({"x": range(8), "y": range(8, 0, -1)}, index=pd.date_range("2024-01-01", periods=8, freq="9h"))
    ours, theirs = hs.from_pandas(pdf).resample("D"), pdf.resample("D")
    spread = ours.agg(lambda column: column.max() - column.min()).to_pandas()
    expected = theirs.agg(lambda column: column.max() - column.min())
    assert spread.to_dict("list") == expected.to_dict("list")
    assert (
        ours.apply(lambda day: day.x.sum() + day.y.max()).to_list()
        == theirs.apply(lambda day: day.x.sum() + day.y.max()).to_list()
    )
    same(ours["x"].agg(lambda x, more: x.sum() + more, 5), theirs["x"].agg(lambda x, more: x.sum() + more, 5))
    both = {"low": "min", "high": lambda x: x.max()}
    found, wanted = ours["x"].agg(**both).to_pandas(), theirs["x"].agg(**both)
    assert found.to_dict("list") == wanted.to_dict("list")
    assert ours["x"].transform("sum").to_list() == theirs["x"].transform("sum").to_list()
    assert ours.sem().to_pandas()["x"].round(9).to_list() == theirs.sem()["x"].round(9).to_list()
    assert [(at, part["x"].to_list()) for at, part in ours] == [(at, part["x"].to_list()) for at, part in theirs]
    assert ours.get_group("2024-01-02")["x"].to_list() == theirs.get_group("2024-01-02")["x"].to_list()
    assert ours.ngroups == len(ours) == theirs.ngroups


def test_no_times():
    empty = pd.Series([], index=pd.DatetimeIndex([]), dtype="float64", name="x")
    for freq in ("D", "ME"):
        assert hs.Series(empty).resample(freq).sum().to_list() == []
        assert hs.Series(empty).resample(freq).asfreq().to_list() == []
    words = pd.Series(["a", "b"], index=pd.to_datetime(["2024-01-01", "2024-01-03"]))
    assert hs.Series(words).resample("D").sum().to_list() == ["a", "", "b"]


def test_levels_and_groupers():
    times = pd.date_range("2024-01-01", periods=6, freq="20D")
    pdf = pd.DataFrame({"k": list("ababab"), "t": times, "x": range(6)})
    two = pdf.set_index(["k", "t"])
    same(hs.from_pandas(two).resample("ME", level="t")["x"].sum(), two.resample("ME", level="t")["x"].sum())
    for freq, closed in itertools.product(["W-TUE", "2MS", "QE-JAN", "30D"], ["left", "right"]):
        expected = pdf.groupby(["k", pd.Grouper(key="t", freq=freq, closed=closed)])["x"].sum()
        for grouper in (hs.Grouper(key="t", freq=freq, closed=closed), pd.Grouper(key="t", freq=freq, closed=closed)):
            found = hs.from_pandas(pdf).groupby(["k", grouper])["x"].sum()
            assert found.to_list() == expected.to_list()
            assert [(k, pd.Timestamp(t)) for k, t in found.index.to_list()] == expected.index.to_list()
        own = hs.from_pandas(pdf).groupby(hs.Grouper(key="t", freq=freq, closed=closed, origin="start"))["x"].sum()
        same(own, pdf.groupby(pd.Grouper(key="t", freq=freq, closed=closed, origin="start"))["x"].sum())
        each = hs.from_pandas(pdf).groupby("k").resample(freq, on="t", closed=closed)["x"].sum()
        assert each.to_list() == pdf.groupby("k").resample(freq, on="t", closed=closed)["x"].sum().to_list()


@pytest.mark.parametrize("freq", [*FIXED, *CALENDAR])
def test_ranges_of_moments(freq):
    for start in ("2024-01-01", "2024-02-29 13:05", "1999-12-31", "1969-05-03"):
        assert hs.date_range(start, periods=7, freq=freq).to_list() == list(pd.date_range(start, periods=7, freq=freq))
        ends = hs.date_range(end=start, periods=4, freq=freq).to_list()
        assert ends == list(pd.date_range(end=start, periods=4, freq=freq))


PERIODS_WITHOUT_ROWS = {
    "known": lambda lib, df: df.resample("D")["x"].agg(np.sum),
    "method": lambda lib, df: df.resample("D")["x"].agg(pd.Series.nunique),
    "rows": lambda lib, df: df.resample("D")["x"].apply(lambda x: len(x)),
    "sums": lambda lib, df: df.resample("D")["x"].apply(lambda x: x.sum()),
    "first": lambda lib, df: df.resample("D")["x"].apply(lambda x: x.iloc[0] if len(x) else -1),
    "spread": lambda lib, df: df.resample("D")["x"].apply(lambda x: x.max() - x.min()),
    "frame": lambda lib, df: df.resample("D")[["x"]].apply(lambda rows: rows["x"].sum()),
    "mapping": lambda lib, df: df.resample("D").agg({"x": lambda x: len(x)}),
    "named": lambda lib, df: df.resample("D").agg(n=("x", lambda x: x.sum()), m=("x", "max")),
    "several": lambda lib, df: df.resample("D")["x"].agg(["count", "nunique", lambda x: len(x)]),
    "grouper": lambda lib, df: df.groupby(pd.Grouper(freq="D"))["x"].agg(lambda x: len(x)),
}


@pytest.mark.parametrize("name", PERIODS_WITHOUT_ROWS)
def test_functions_of_periods_without_rows(name):
    times = pd.DatetimeIndex(["2024-01-01 01:00", "2024-01-01 05:00", "2024-01-02 00:00", "2024-01-05 00:00"])
    pdf = pd.DataFrame({"x": [1, 2, 3, 4]}, index=times)
    made = PERIODS_WITHOUT_ROWS[name]
    expected, found = made(pd, pdf), made(hs, hs.from_pandas(pdf)).to_pandas()
    compare = pd.testing.assert_frame_equal if isinstance(expected, pd.DataFrame) else pd.testing.assert_series_equal
    compare(found, expected, check_dtype=False, check_freq=False)


def test_lengths_of_time_with_an_offset_are_refused():
    lengths = hs.from_pandas(pd.Series(range(4), index=pd.timedelta_range("0h", periods=4, freq="1h")))
    assert lengths.resample("2h").sum().to_list() == [1, 5]
    with pytest.raises(hs.HypostyleError, match="offset"):
        lengths.resample("2h", offset="30min").sum()


def test_series_by_groupers_and_between_their_times():
    moments = pd.Series([1.0, 2.0, 4.0, 8.0], index=pd.date_range("2024-01-01", periods=4, freq="3h"))
    for name in (None, "v"):
        pds = moments.rename(name)
        ours = hs.from_pandas(pds)
        for call in (
            lambda s: s.resample("1h").interpolate(),
            lambda s: s.groupby(pd.Grouper(freq="6h")).sum(),
            lambda s: s.groupby(pd.Grouper(freq="6h")).agg(lambda x: x.max()),
        ):
            assert_series_equal(call(ours).to_pandas(), call(pds), check_dtype=False, check_freq=False)


UNSORTED = pd.to_datetime(["2024-01-02 05:00", "2024-01-01 03:00", "2024-01-02 01:00", "2024-01-01 09:00"])


@pytest.mark.parametrize(
    "call",
    [
        lambda r: r.first(),
        lambda r: r.agg(["last", "first"]),
        lambda r: r.ohlc(),
        lambda r: r.nth(0),
        lambda r: r.head(1),
        lambda r: r.cumsum(),
        lambda r: r.transform("sum"),
        lambda r: r.apply(lambda s: s.iloc[0]),
    ],
)
def test_rows_of_periods_are_in_the_order_of_time(call):
    pdf = pd.DataFrame({"v": [1, 2, 3, 4]}, index=UNSORTED)
    found, expected = call(hs.from_pandas(pdf).resample("D")["v"]).to_pandas(), call(pdf.resample("D")["v"])
    assert found.reset_index().to_dict("list") == expected.reset_index().to_dict("list")


@pytest.mark.parametrize(
    ("given", "options"),
    [
        (["2024-01-01 10:00", "2024-01-03"], {"freq": "7h"}),
        (["2024-01-01", "2023-01-01"], {}),
        (["2024-03-30", "2024-04-02"], {"tz": "Europe/Oslo"}),
        (["1969-12-31 23:59:59.999999"], {"periods": 3, "freq": "us"}),
        (["2024-01-01"], {"periods": 0}),
        ([], {"end": "2024-01-01", "periods": 5, "freq": "90min"}),
        ([], {"end": "2024-01-31", "periods": 3, "freq": "ME"}),
    ],
)
def test_moments_at_equal_distances(given, options):
    assert hs.date_range(*given, **options).to_list() == pd.date_range(*given, **options).to_pydatetime().tolist()


def test_moments_beyond_what_can_be_said_are_an_error():
    with pytest.raises(OverflowError):
        hs.date_range("9999-12-30", periods=5)


def test_functions_of_periods_see_one_column_or_the_whole_frame():
    t = pd.date_range("2000-01-01", periods=6, freq="12h")
    values = {"column": ["a", "b", "a", "a", "b", "b"], "v": [1, 2, 3, 4, 5, 6], "w": [1.0, 2, 3, 4, 5, 6]}
    frames = [lib.DataFrame({"t": t, **values}).set_index("t") for lib in (hs, pd)]
    for function in (
        lambda g: g.groupby("column").v.sum().max(),
        lambda g: g.groupby("column")["v"].sum(),
        lambda g: (g["v"] * g["w"]).sum(),
    ):
        found, expected = (plain(df.resample("D").apply(function)) for df in frames)
        assert found == expected


def test_a_list_of_the_values_of_a_period_without_rows_is_empty():
    t = pd.to_datetime(["2000-01-01", "2000-01-03"])
    found, expected = (
        plain(lib.DataFrame({"t": t, "v": [1, 6]}).set_index("t")["v"].resample("D").agg(list)) for lib in (hs, pd)
    )
    assert found == expected
