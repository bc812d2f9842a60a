"""Functions of dates, times and durations against pandas, Polars, NumPy and DuckDB."""

from __future__ import annotations

import datetime as dt
import random

import hypostyle as hs
import numpy as np
import pandas as pd
import polars as pl
import pytest

RANDOM = random.Random(7)
STAMPS = [
    dt.datetime(2024, 2, 29, 13, 4, 5, 123456),
    dt.datetime(1969, 12, 31, 23, 59, 59, 999999),
    dt.datetime(2000, 1, 1),
    dt.datetime(2024, 12, 30, 12, 30),
    dt.datetime(2024, 3, 31, 13, 30),
    None,
    *(dt.datetime(1970, 1, 1) + dt.timedelta(seconds=RANDOM.randrange(-(10**9), 2 * 10**9)) for _ in range(300)),
]


def series() -> tuple[hs.Series, pd.Series]:
    return hs.DataFrame({"x": STAMPS})["x"], pd.Series(pd.to_datetime(STAMPS), name="x").astype("datetime64[us]")


def listed(values) -> list:
    plain = []
    for value in values:
        if isinstance(value, (pd.Timestamp, pd.Timedelta)):
            value = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value.to_pytimedelta()
        elif value is pd.NaT or value is pd.NA or (isinstance(value, float) and value != value):
            value = None
        plain.append(value)
    return plain


FLAGS = ["is_month_start", "is_month_end", "is_quarter_start", "is_quarter_end", "is_year_start", "is_year_end"]
PARTS = ["year", "month", "day", "hour", "minute", "second", "microsecond", "nanosecond", "dayofweek", "dayofyear"]


@pytest.mark.parametrize("name", [*PARTS, *FLAGS, "is_leap_year", "quarter", "days_in_month", "date"])
def test_properties_are_pandas(name):
    ours, theirs = series()
    ours, theirs = getattr(ours.dt, name).to_list(), getattr(theirs.dt, name)
    present = [(a, b) for a, b, stamp in zip(ours, theirs, STAMPS, strict=True) if stamp is not None]
    assert [a for a, _ in present] == [b for _, b in present]
    assert ours[5] is (False if name.startswith("is_") else None)


@pytest.mark.parametrize("name", ["day_name", "month_name", "normalize"])
def test_methods_are_pandas(name):
    ours, theirs = series()
    assert getattr(ours.dt, name)().to_list() == listed(getattr(theirs.dt, name)())


@pytest.mark.parametrize("freq", ["15min", "h", "3h", "D", "s", "7s", "100ms", "us", "36h"])
@pytest.mark.parametrize("how", ["floor", "ceil", "round"])
def test_rounding_is_pandas(freq, how):
    ours, theirs = series()
    assert getattr(ours.dt, how)(freq).to_list() == listed(getattr(theirs.dt, how)(freq))


@pytest.mark.parametrize("every", ["1w", "2w", "1mo", "3mo", "1q", "1y", "5y", "15m", "1h", "1d"])
def test_truncation_is_polars(every):
    frame = pl.DataFrame({"x": STAMPS})
    theirs = frame.select(pl.col("x").dt.truncate(every))["x"].to_list()
    if every == "2w":
        # Both count from a Monday, not from the same one.
        ours = series()[0].dt.floor(every)
        assert ours.dt.dayofweek.drop_duplicates().dropna().to_list() == [0]
        return
    assert series()[0].dt.floor(every).to_list() == theirs


@pytest.mark.parametrize("by", ["1mo", "-1mo", "1y2mo3d", "1w", "-36h", "15m", "1q", "-250ms"])
def test_steps_are_polars(by):
    frame = pl.DataFrame({"x": STAMPS})
    theirs = frame.select(pl.col("x").dt.offset_by(by))["x"].to_list()
    assert series()[0].dt.offset_by(by).to_list() == theirs


def test_weeks_are_pythons():
    ours, theirs = series()
    calendar, expected = ours.dt.isocalendar(), theirs.dt.isocalendar()
    for name in ("year", "week", "day"):
        assert calendar[name].to_list() == [None if v is pd.NA else int(v) for v in expected[name]]


def test_zones_are_pandas():
    stamps = [dt.datetime(2024, 1, 1, 12), dt.datetime(2024, 3, 31, 2, 30), dt.datetime(2024, 10, 27, 2, 30), None]
    ours, theirs = hs.DataFrame({"x": stamps})["x"], pd.Series(stamps, dtype="datetime64[us]")
    for ambiguous in ("NaT", "raise"):
        for nonexistent in ("shift_forward", "NaT", "raise"):
            options = {"ambiguous": ambiguous, "nonexistent": nonexistent}
            try:
                expected = theirs.dt.tz_localize("Europe/Oslo", **options).dt.tz_convert("UTC").dt.tz_localize(None)
            except ValueError:
                with pytest.raises(ValueError, match="the zone"):
                    ours.dt.tz_localize("Europe/Oslo", **options).to_list()
                continue
            found = ours.dt.tz_localize("Europe/Oslo", **options).dt.tz_convert("UTC").dt.tz_localize(None)
            assert found.to_list() == listed(expected), options
    early = ours.dt.tz_localize("Europe/Oslo", ambiguous="earliest", nonexistent="NaT").dt.tz_convert(None)
    late = ours.dt.tz_localize("Europe/Oslo", ambiguous="latest", nonexistent="NaT").dt.tz_convert(None)
    assert (early.to_list()[2], late.to_list()[2]) == (
        dt.datetime(2024, 10, 27, 0, 30),
        dt.datetime(2024, 10, 27, 1, 30),
    )


def test_wall_time_is_kept_over_a_change_of_the_clock():
    noon = hs.DataFrame({"x": [dt.datetime(2024, 3, 30, 12)]})["x"].dt.tz_localize("Europe/Oslo")
    later = [noon.dt.offset_by(by).dt.tz_localize(None).to_list()[0] for by in ("1d", "24h")]
    assert later == [dt.datetime(2024, 3, 31, 12), dt.datetime(2024, 3, 31, 13)]
    with pytest.raises(ArithmeticError, match="skips"):
        hs.DataFrame({"x": [dt.datetime(2024, 3, 30, 2, 30)]})["x"].dt.tz_localize("Europe/Oslo").dt.offset_by(
            "1d"
        ).to_list()


def test_durations_are_pandas():
    spans = [dt.timedelta(days=-2, seconds=5, microseconds=7), dt.timedelta(0), None, dt.timedelta(hours=49.5)]
    ours, theirs = hs.DataFrame({"x": spans})["x"], pd.Series(spans, dtype="timedelta64[us]")
    for name in ("days", "seconds", "microseconds", "nanoseconds"):
        assert getattr(ours.dt, name).to_list() == listed(getattr(theirs.dt, name)), name
    assert ours.dt.total_seconds().to_list() == listed(theirs.dt.total_seconds())
    frame = pl.DataFrame({"x": spans})
    for name in ("total_days", "total_hours", "total_minutes", "total_milliseconds", "total_microseconds"):
        assert getattr(ours.dt, name).to_list() == frame.select(getattr(pl.col("x").dt, name)())["x"].to_list(), name


def test_epochs_and_units():
    ours, theirs = series()
    present = theirs.dropna()
    assert ours.dropna().dt.to_epoch("ms").to_list() == [v.value // 10**6 for v in present]
    assert ours.dropna().dt.to_epoch("us").from_epoch("us").to_list() == listed(present)
    assert ours.dt.as_unit("s").to_list() == listed(theirs.dt.as_unit("s"))
    with pytest.raises(ValueError, match="does not fit"):
        ours.dt.as_unit("s", round_ok=False).to_list()


def test_days_of_work_are_numpys():
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=i) for i in range(60)]
    holidays = [dt.date(2024, 1, 15), dt.date(2024, 2, 19), dt.date(2024, 2, 18)]
    x = hs.DataFrame({"x": days})["x"]
    array = np.array(days, dtype="datetime64[D]")
    for mask in ("1111100", "1111110", "0000001"):
        options = {"weekmask": mask, "holidays": holidays}
        work = np.is_busday(array, weekmask=mask, holidays=np.array(holidays, dtype="datetime64[D]"))
        assert x.dt.is_business_day(**options).to_list() == work.tolist()
        for n in (-3, 0, 1, 12):
            expected = np.busday_offset(array, n, roll="forward", weekmask=mask, holidays=holidays)
            assert x.dt.business_offset(n, roll="forward", **options).to_list() == expected.tolist(), (mask, n)
        end = dt.date(2024, 2, 1)
        expected = np.busday_count(array, np.datetime64(end), weekmask=mask, holidays=holidays)
        assert x.dt.business_days(end, **options).to_list() == expected.tolist(), mask
    with pytest.raises(ValueError, match="not a day of work"):
        x.dt.business_offset(1).to_list()


def test_differences_in_units():
    first = [dt.datetime(2024, 1, 31, 12), dt.datetime(2024, 3, 1), dt.datetime(2020, 2, 29)]
    last = [dt.datetime(2024, 3, 31, 11), dt.datetime(2024, 1, 1), dt.datetime(2024, 2, 28)]
    df = hs.DataFrame({"a": first, "b": last})
    assert df["b"].dt.date_diff(df["a"], "mo").to_list() == [1, -2, 47]
    assert df["b"].dt.date_diff(df["a"], "y").to_list() == [0, 0, 3]
    assert df["b"].dt.date_diff(df["a"], "d").to_list() == [59, -60, 1460]
    assert df["b"].dt.date_diff(df["a"], "h").to_list() == [
        int((b - a) / dt.timedelta(hours=1)) for a, b in zip(first, last, strict=True)
    ]


def test_ranges_are_pandas():
    df = hs.DataFrame({"x": [dt.datetime(2024, 1, 31)]})
    end = dt.datetime(2024, 7, 1)
    for every, freq in [("1d", "D"), ("6h", "6h"), ("1w", "7D")]:
        rows = df.select(hs.col("x").dt.date_range(end, every)).explode("x")["x"].to_list()
        assert rows == listed(pd.date_range("2024-01-31", end, freq=freq))
    months = df.select(hs.col("x").dt.date_range(end, "1mo")).explode("x")["x"].to_list()
    assert [(day.month, day.day) for day in months] == [(1, 31), (2, 29), (3, 31), (4, 30), (5, 31), (6, 30)]


def test_dates_of_numbers():
    df = hs.DataFrame({"y": [2024, 2023], "m": [2, 2], "d": [29, 29]})
    made = df["y"].make_date(df["m"], df["d"], strict=False)
    assert made.to_list() == [dt.date(2024, 2, 29), None]
    with pytest.raises(ValueError, match="no such date"):
        df["y"].make_date(df["m"], df["d"]).to_list()


def test_what_makes_no_sense_is_refused():
    x = series()[0]
    for call, message in [
        (lambda: x.dt.floor("1mo2d"), "is no period"),
        (lambda: x.dt.floor("-1d"), "is no period"),
        (lambda: x.dt.offset_by("soon"), "no step of time"),
        (lambda: x.dt.as_unit("m"), "no time unit"),
        (lambda: x.dt.tz_localize("Mars/Base"), "no time zone"),
        (lambda: x.dt.tz_localize("UTC", ambiguous="maybe"), "ambiguous must not be"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
    with pytest.raises(TypeError, match="wall time"):
        x.dt.tz_convert("UTC")


@pytest.mark.parametrize(
    ("zone", "moment", "freq", "to"),
    [
        ("Europe/Berlin", "2024-10-27 00:16", "6h", "ceil"),
        ("America/New_York", "2024-03-10 03:42", "6h", "round"),
        ("America/New_York", "2024-03-10 10:12", "12h", "round"),
        ("America/New_York", "2024-11-03 00:18", "2h", "ceil"),
        ("America/Sao_Paulo", "2018-02-17 22:37", "2h", "ceil"),
        ("Australia/Lord_Howe", "2024-04-07 05:17", "6h", "ceil"),
        ("Africa/Casablanca", "2024-03-10 07:41", "12h", "ceil"),
    ],
)
def test_periods_in_which_clocks_change_end_on_the_wall_clock(zone, moment, freq, to):
    pdf = pd.DataFrame({"t": pd.to_datetime([moment]).tz_localize(zone)})
    found = getattr(hs.from_pandas(pdf)["t"].dt, to)(freq).to_pandas()
    assert found.tolist() == getattr(pdf["t"].dt, to)(freq).tolist()
