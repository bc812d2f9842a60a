"""Single moments and lengths of time have what pandas' Timestamp and Timedelta have in everyday scripts."""

from __future__ import annotations

import copy
import datetime as dt
import pickle

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_series_equal
from same_script import plain


def table(lib):
    return lib.DataFrame({"t": lib.date_range("2024-02-28 22:15", periods=4, freq="13h"), "x": [1, 2, 3, 4]})


def last(lib):
    return table(lib)["t"].max()


def first(lib):
    return table(lib)["t"].min()


def length(lib):
    return last(lib) - first(lib)


def zoned(lib):
    return table(lib)["t"].dt.tz_localize("Europe/Oslo")


SCRIPTS = {
    "as text": lambda lib: [str(last(lib)), f"{last(lib)}", f"{last(lib):%d %b}", str(length(lib)), f"{length(lib)}"],
    "parts": lambda lib: [
        *(last(lib).quarter, last(lib).dayofweek, last(lib).dayofyear, last(lib).week, last(lib).days_in_month),
        *(last(lib).is_month_end, last(lib).is_leap_year, last(lib).weekday(), str(last(lib).date())),
    ],
    "names": lambda lib: [last(lib).day_name(), last(lib).month_name(), last(lib).strftime("%A")],
    "rounded": lambda lib: [str(one) for one in (last(lib).floor("D"), last(lib).ceil("h"), last(lib).normalize())],
    "zones": lambda lib: [
        *(str(last(lib).tz_localize("UTC").tz_convert("Asia/Tokyo")), last(lib).timestamp()),
        *(str(zoned(lib).max()), zoned(lib).max().day_name(), str(zoned(lib).max() - zoned(lib).min())),
        *(str(zoned(lib).max().tz_convert("UTC")), zoned(lib).max().timestamp(), last(lib).tz is None),
    ],
    "lengths": lambda lib: [
        *(length(lib).days, length(lib).seconds, length(lib).total_seconds(), length(lib) / pd.Timedelta(hours=1)),
        *(str(length(lib) * 2), str(length(lib) / 2), str(-length(lib)), length(lib) > dt.timedelta(1)),
        *(length(lib) // dt.timedelta(hours=1), str(sum([length(lib), length(lib)], dt.timedelta()))),
    ],
    "moved": lambda lib: [
        *(
            str(last(lib) - length(lib)),
            str(last(lib) + dt.timedelta(days=1)),
            str(last(lib) + pd.DateOffset(months=1)),
        ),
        *((last(lib) + dt.timedelta(days=1)).day_name(), last(lib).replace(day=1).day_name()),
        *(str(last(lib) - pd.Timestamp("2024-01-01")), str(pd.Timestamp("2024-12-01") - last(lib))),
    ],
    "compared": lambda lib: [
        *(
            last(lib) == pd.Timestamp(last(lib)),
            {last(lib): 1}[pd.Timestamp(last(lib))],
            str(max(first(lib), last(lib))),
        ),
        *(last(lib) in [pd.Timestamp(last(lib))], pd.Series([last(lib)]).dtype.kind),
    ],
    "functions of values": lambda lib: [
        table(lib)["t"].apply(lambda t: t.dayofweek),
        table(lib)["t"].map(lambda t: t.day_name()),
        table(lib)["t"].apply(lambda t: t.floor("D")),
        table(lib)["t"].apply(lambda t: t - pd.Timedelta(days=1)),
        table(lib)["t"].diff().dropna().apply(lambda d: str(d)),
    ],
    "functions of rows": lambda lib: [
        table(lib).apply(lambda row: row["t"].quarter, axis=1),
        table(lib).apply(lambda row: f"{row.t.day_name()} {row.x}", axis=1),
        table(lib).apply(lambda row: row.t - first(lib), axis=1),
    ],
    "loops": lambda lib: [
        [row["t"].week for _, row in table(lib).iterrows()],
        [row.t.dayofyear for row in table(lib).itertuples()],
    ],
    "functions of groups": lambda lib: [
        table(lib).groupby("x")["t"].agg(lambda t: t.max().day_name()),
        table(lib).groupby(table(lib)["x"] % 2)["t"].agg(lambda t: t.max() - t.min()),
    ],
    "in columns": lambda lib: [
        table(lib).assign(last=last(lib), length=length(lib)),
        lib.Series([first(lib), last(lib)]),
        lib.Series([length(lib)]),
        lib.DataFrame([{"t": last(lib), "d": length(lib)}]),
        lib.DataFrame({last(lib): [1]}).columns[0] == last(lib),
    ],
    "beside columns": lambda lib: [
        table(lib)[table(lib)["t"] == last(lib)],
        table(lib)[table(lib)["t"] > last(lib) - dt.timedelta(days=1)],
        table(lib).set_index("t").loc[last(lib), "x"],
        (table(lib)["t"] - last(lib)).dt.total_seconds(),
        table(lib)["t"].isin([last(lib)]),
        table(lib)["t"].between(first(lib), last(lib)),
        table(lib)["t"].clip(first(lib), last(lib) - length(lib) / 2),
    ],
}


def shown(value):
    return str(plain(value)).replace("Timestamp", "")


@pytest.mark.parametrize("name", SCRIPTS)
def test_moments(name):
    assert shown(SCRIPTS[name](hs)) == shown(SCRIPTS[name](pd))


@pytest.mark.parametrize(
    "value",
    [
        dt.timedelta(0),
        dt.timedelta(hours=-1),
        dt.timedelta(days=3, seconds=59),
        dt.timedelta(days=-2, microseconds=5),
        dt.timedelta(milliseconds=1500),
    ],
)
def test_lengths_as_text(value):
    assert str(hs.Series([value]).iloc[0]) == str(pd.Timedelta(value))


def test_they_are_python_s_own():
    moment, span = last(hs), length(hs)
    assert isinstance(moment, dt.datetime) and isinstance(span, dt.timedelta)
    assert repr(moment) == repr(dt.datetime(2024, 3, 1, 13, 15)) and repr(span) == repr(dt.timedelta(hours=39))
    for back in (pickle.loads(pickle.dumps([moment, span])), copy.deepcopy([moment, span])):
        assert back == [moment, span]
    assert type(pickle.loads(pickle.dumps(moment))) is dt.datetime and type(moment.to_pydatetime()) is dt.datetime
    with pytest.raises(AttributeError, match="no attribute 'hours'"):
        _ = moment.hours
    fold = (
        hs.Series([dt.datetime(2024, 10, 27, 0, 30, tzinfo=dt.UTC)]).dt.tz_convert("Europe/Oslo").dt.tz_convert("UTC")
    )
    assert fold.iloc[0] == dt.datetime(2024, 10, 27, 0, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_coarser_units_lose_digits_toward_the_past(unit: str) -> None:
    """Lengths of time as times: what is left of -1.5 s is -2 s."""
    counts = np.array([-1, 1, -1_500_000_000, 1_500_000_000, 0, -1_000_000_000, "NaT"], "timedelta64[ns]")
    for values in (pd.Series(counts), pd.Series(counts.view("datetime64[ns]"))):
        expected = values.dt.as_unit(unit)
        found = hs.Series(values).dt.as_unit(unit).to_pandas()
        assert_series_equal(found, expected, check_names=False)
