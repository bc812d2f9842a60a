"""Frames of Python values."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import hypostyle as hs
import numpy as np
import pytest


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1, None, -3], "int64"),
        ([2**63, 1], "uint64"),
        ([1.5, None, 2.0], "float64"),
        ([1, 2.5, None], "float64"),
        ([2.5, 1, None], "float64"),
        ([True, None], "bool"),
        (["a", None, ""], "string"),
        ([b"a", None], "binary"),
        ([dt.date(2024, 2, 29), None, dt.date(1, 1, 1)], "date"),
        ([dt.datetime(2024, 2, 29, 1, 2, 3, 4), None, dt.datetime(1960, 1, 1)], "timestamp[us]"),
        ([dt.time(1, 2, 3, 4), None], "time"),
        ([dt.timedelta(days=-1, microseconds=5), None], "duration[us]"),
        ([Decimal("1.50"), None, Decimal("-0.5")], "decimal[38, 2]"),
        ([[1, 2], None, []], "list[int64]"),
        ([{"a": 1, "b": "x"}, None], "struct[a: int64, b: string]"),
        ([None, None], "null"),
        ([], "null"),
    ],
)
def test_values_round_trip(values, dtype):
    frame = hs.DataFrame({"x": values})
    assert frame.dtypes == {"x": dtype}
    assert frame["x"].to_list() == values


def test_zones():
    oslo = dt.datetime(2024, 7, 1, 12, tzinfo=ZoneInfo("Europe/Oslo"))
    fixed = dt.datetime(2024, 7, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=-5, minutes=-30)))
    utc = dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC)
    for value, zone in [(oslo, "Europe/Oslo"), (fixed, "-05:30"), (utc, "UTC")]:
        frame = hs.DataFrame({"x": [value]})
        assert frame.dtypes == {"x": f"timestamp[us, {zone}]"}
        assert frame["x"].to_list() == [value]
        assert frame["x"].to_list()[0].utcoffset() == value.utcoffset()


def test_numpy_values():
    frame = hs.DataFrame(
        {
            "i": np.array([1, 2], "int16"),
            "t": np.array(["2024-01-01", "NaT"], "datetime64[D]"),
            "d": np.array([1, 2], "timedelta64[ms]"),
            "s": np.array(["a", "bc"]),
            "o": np.array(["a", None], dtype=object),
            "swapped": np.array([1, 2], ">i4"),
            "list": [np.int64(1), np.float64(2.5)],
        }
    )
    assert frame.dtypes == {
        "i": "int16",
        "t": "timestamp[s]",
        "d": "duration[ms]",
        "s": "string",
        "o": "string",
        "swapped": "int32",
        "list": "float64",
    }
    assert frame["t"].to_list() == [dt.datetime(2024, 1, 1), None]
    assert frame["swapped"].to_list() == [1, 2]


def test_single_values_are_repeated():
    assert hs.DataFrame({"x": [1, 2], "y": "a", "z": None}).to_dict("list") == {
        "x": [1, 2],
        "y": ["a", "a"],
        "z": [None] * 2,
    }
    assert hs.DataFrame({"x": 1}).shape == (1, 1)


def test_records():
    frame = hs.DataFrame([{"a": 1, "b": "x"}, {"a": 2, "c": 1.5}])
    assert frame.to_dict("records") == [{"a": 1, "b": "x", "c": None}, {"a": 2, "b": None, "c": 1.5}]
    assert hs.DataFrame([]).shape == (0, 0)
    assert hs.from_dict({"x": range(3)})["x"].to_list() == [0, 1, 2]


def test_frames_of_frames():
    frame = hs.DataFrame({"x": [1], "y": [2]})
    assert hs.DataFrame(frame, columns=["y"]).to_dict("list") == {"y": [2]}
    assert hs.DataFrame(frame["x"] * 2).to_dict("list") == {"x": [2]}


def test_nanoseconds_do_not_pass_silently():
    frame = hs.DataFrame({"x": np.array([1], "datetime64[ns]")})
    with pytest.raises(ValueError, match="to_numpy"):
        frame["x"].to_list()
    assert frame["x"].to_numpy()[0] == np.datetime64(1, "ns")
    assert "0.000000001" in repr(frame)


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        ([1, "a"], TypeError, r"column 'x': string among values of int64 \(row 1"),
        ([True, 1], TypeError, "int64 among values of bool"),
        ([2**64], OverflowError, "beyond 64 bits"),
        ([object()], TypeError, "no column holds"),
        ([1j], TypeError, "no column holds"),
        ([Decimal("1e40")], ValueError, "38 digits"),
    ],
)
def test_refusals(values, kind, message):
    with pytest.raises(kind, match=message):
        hs.DataFrame({"x": values})


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"3 rows where the first column has 2.*column \"y\""):
        hs.DataFrame({"x": [1, 2], "y": [1, 2, 3]})
    with pytest.raises(TypeError, match="a column's label can be hashed"):
        hs.DataFrame({"x": [1]}).columns = [{}]
    with pytest.raises(TypeError, match="no frame can be made of a int"):
        hs.DataFrame(5)
