"""Texts and numbers that become times, lengths of time and numbers, as pandas has them."""

from __future__ import annotations

import datetime as dt

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import plain

MOMENTS = [
    (["2010-01-01 12:00:00 UTC"] * 2, {"format": "%Y-%m-%d %H:%M:%S %Z"}),
    (["2010-01-01 12:00:00Z", None], {"format": "%Y-%m-%d %H:%M:%S%z"}),
    (["2010-01-01 12:00:00+01"] * 2, {"format": "%Y-%m-%d %H:%M:%S%z"}),
    (["2010-01-01 12:00:00-0130"] * 2, {"format": "%Y-%m-%d %H:%M:%S%z"}),
    (["2010-01-01T12", "2010-1-1T3"], {"format": "%Y-%m-%dT%H"}),
    (["2010-1-1 1PM", "2010-12-1 12AM"], {"format": "%Y-%m-%d %I%p"}),
    (["15/02/2020 02:03:04.123456789"], {"format": "%d/%m/%Y %H:%M:%S.%f"}),
    (["2010-01-01 12:00", "1/2/2010", "2010-01-01", "3 Feb 2011", None], {"format": "mixed"}),
    (["2010-01-01 12:00", "2010-01-01T12:00:01", "2010-01-01"], {"format": "ISO8601"}),
    (["10/11/12"], {"yearfirst": True}),
    (["10-11-12"], {"yearfirst": True, "dayfirst": True}),
    (["31-12-10"], {"yearfirst": True, "dayfirst": True}),
    (["12/31/10"], {"yearfirst": True}),
    (["2010-12-31"], {"yearfirst": True}),
    ([20100101, 20110203], {"format": "%Y%m%d"}),
    ([1, 2], {"unit": "W"}),
    ([1.0, 2.0, 1e30], {"unit": "D", "errors": "coerce"}),
    (["Mon, 04 Jan 2010", "Tue, 05 Jan 2010"], {}),
    (["Mon, 04 Jan 2010 12:00:00 GMT"], {}),
    (["Mon, 04 Jan 2010 12:00:00 +0100"], {}),
    (["Mon Jan 04 12:00:00 2010"], {}),
    (["2010-01-04 12:00:00,123"], {}),
    ([None, None], {}),
    ([float("nan")], {}),
    ([], {}),
]


@pytest.mark.parametrize("at", range(len(MOMENTS)))
def test_moments_of_a_list(at):
    values, options = MOMENTS[at]
    found = hs.to_datetime(values, **options).to_pandas()
    assert plain(found) == plain(pd.Series(pd.to_datetime(values, **options)))


def test_moments_of_parts():
    parts = {"year": [2015], "month": [2], "day": [3], "hour": [1], "minute": [2], "second": [3]}
    finer = {"ms": [4], "us": [5], "ns": [6]}
    for columns in (parts, {**parts, **finer}, {"years": [2015], "months": [2], "days": [3], "us": [7]}):
        for utc in (False, True):
            found = hs.to_datetime(hs.DataFrame(columns), utc=utc).to_pandas()
            assert plain(found) == plain(pd.to_datetime(pd.DataFrame(columns), utc=utc))
    for lib in (hs, pd):
        with pytest.raises(ValueError, match="foo"):
            lib.to_datetime(lib.DataFrame({**parts, "foo": [1]}))


def test_missing_values_become_missing_moments():
    for value in (None, float("nan"), pd.NaT):
        assert hs.to_datetime(value) is pd.NaT and hs.to_timedelta(value) is pd.NaT
    assert hs.to_datetime(["x", None], errors="coerce").isna().all()


def test_texts_of_several_zones_are_an_error():
    texts = ["2010-01-01 12:00:00 UTC", "2010-01-01 12:00:00 CET"]
    for lib in (hs, pd):
        with pytest.raises(ValueError, match="zones"):
            lib.to_datetime(texts, format="%Y-%m-%d %H:%M:%S %Z")


def test_a_text_of_no_form_is_an_error_unless_coerced():
    texts = ["2010-01-01", "1/2/2010", "never"]
    for lib in (hs, pd):
        with pytest.raises(ValueError, match="never"):
            lib.to_datetime(texts, format="mixed")
    found = hs.to_datetime(texts, format="mixed", errors="coerce")
    assert plain(found.to_pandas()) == plain(pd.Series(pd.to_datetime(texts, format="mixed", errors="coerce")))


LENGTHS = [
    "15.5us",
    "1ns",
    "2D",
    "P1DT2H",
    "PT90M",
    "-P1D",
    "P1W",
    "1 days 06:05:01.00003",
    "-1 days +02:03:04",
    "3 min",
]


@pytest.mark.parametrize("text", LENGTHS)
def test_lengths_of_texts(text):
    assert hs.to_timedelta([text]).to_pandas().tolist() == list(pd.to_timedelta([text]))
    assert pd.Timedelta(hs.to_timedelta(text)) == pd.to_timedelta(text)


def test_lengths_keep_their_nanoseconds_where_there_are_some():
    assert hs.to_timedelta(["1h", "1us", None]).dtype == "duration[us]"
    assert hs.to_timedelta(["1h", "-1ns", None]).dtype == "duration[ns]"
    assert hs.to_timedelta(np.timedelta64(5, "s")) == dt.timedelta(seconds=5)
    assert hs.to_timedelta(["x", "1h"], errors="coerce").isna().tolist() == [True, False]


def test_numbers_of_texts_with_blanks_and_of_times():
    texts = [" 1", "2 ", "\t3.5", "1 0", "x"]
    found = hs.to_numeric(hs.Series(texts), errors="coerce").to_pandas()
    assert plain(found) == plain(pd.to_numeric(pd.Series(texts), errors="coerce"))
    for values in (pd.to_datetime(["2010-01-01", "2011-01-01"]), pd.to_timedelta([1, 2], unit="D")):
        assert plain(hs.to_numeric(hs.Series(values)).to_pandas()) == plain(pd.to_numeric(pd.Series(values)))
    assert hs.to_numeric(hs.Series(["1", "2"]), dtype_backend="numpy_nullable").to_list() == [1, 2]


def test_times_of_csv_with_weekdays_and_commas(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text('t,x\n"2010-01-04 12:00:00,123",1\n"2010-01-05 00:00:00,5",2\n')
    found = hs.read_csv(path, parse_dates=["t"]).to_pandas()
    assert plain(found) == plain(pd.read_csv(path, parse_dates=["t"]))


def test_names_of_zones_are_not_passed_over():
    df = hs.DataFrame({"t": ["2010-01-01 12:00 CET"]})
    with pytest.raises(hs.errors.UnsupportedError, match="%z reads offsets"):
        df.assign(u=hs.col("t").to_timestamp(format="%Y-%m-%d %H:%M %Z")).compute()
