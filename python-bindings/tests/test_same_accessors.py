"""Accessors: the same script for pandas and for Hypostyle."""

from __future__ import annotations

import hypostyle as hs
import pandas as pd
import pytest
from test_same_names import named

LENGTHS = ["1 days 02:03:04.5", "-1 days", None, "0 days 00:30:00", "0 days 01:30:00", "-1 days +00:30:00"]
MOMENTS = ["2020-02-29 13:45:10.123456", "2021-12-31 00:00:00.000000", None]


def lengths(lib):
    return lib.Series(pd.to_timedelta(LENGTHS))


def moments(lib):
    return lib.Series(pd.to_datetime(MOMENTS))


@pytest.mark.parametrize("verb", ["floor", "ceil", "round"])
@pytest.mark.parametrize("freq", ["D", "h", "90min", "s", "ms", "us"])
@pytest.mark.parametrize("unit", ["us", "ns", "ms"])
def test_steps_of_lengths(verb, freq, unit):
    found, expected = (getattr(lengths(lib).astype(f"timedelta64[{unit}]").dt, verb)(freq) for lib in (hs, pd))
    assert found.to_pandas().astype("timedelta64[ns]").tolist() == expected.astype("timedelta64[ns]").tolist() or (
        found.to_pandas().astype("timedelta64[ns]").equals(expected.astype("timedelta64[ns]"))
    )


SCRIPTS = {
    "components": lambda lib: lengths(lib).dt.components,
    "unit": lambda lib: moments(lib).dt.unit,
    "zone": lambda lib: str(lib.Series(pd.date_range("2020-01-01", periods=1, tz="Asia/Tokyo")).dt.tz),
    "no_zone": lambda lib: moments(lib).dt.tz,
    "day_name": lambda lib: moments(lib).dt.day_name(locale=None),
    "month_name": lambda lib: moments(lib).dt.month_name(),
    "floor": lambda lib: moments(lib).dt.floor("15min", ambiguous="raise"),
    "round": lambda lib: moments(lib).dt.round("h"),
    "field": lambda lib: lib.Series([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]).str.get("b"),
    "wrap": lambda lib: lib.Series(["ab abcdefgh", "  pre  ", None, "long-hyphenated word", "x" * 15]).str.wrap(6),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    script = SCRIPTS[name]
    assert named(script(hs)) == named(script(pd))


def test_groups_of_replacements():
    texts, pattern = ["one Two three", "foo Bar baz"], r"(?P<a>\w+) (\w+) (\w+)"
    for new in (r"\20", r"\g<2>0", r"\3\1", r"\g<a>!"):
        found, expected = (lib.Series(texts).str.replace(pattern, new, regex=True).tolist() for lib in (hs, pd))
        assert found == expected, new
    for new in (r"\4", r"\g<7>"):
        with pytest.raises(hs.errors.InvalidArgumentError, match="group"):
            hs.Series(texts).str.replace(pattern, new, regex=True)
        with pytest.raises(hs.errors.InvalidArgumentError, match="group"):
            hs.Series(texts).replace(pattern, new, regex=True)


def test_no_pattern_is_the_text_without_characters():
    texts = ["1,0", "", "b", None]
    for pairs in ({"": None, ",": ""}, {"": "z"}):
        found, expected = (lib.DataFrame({"a": texts}).replace(regex=pairs) for lib in (hs, pd))
        assert named(found) == named(expected)
    assert hs.Series(texts).replace("", "z", regex=True).tolist() == ["1,0", "z", "b", None]


def test_texts_have_no_end_to_go_through():
    with pytest.raises(TypeError):
        list(hs.Series(["ab"]).str)
    with pytest.raises(TypeError):
        hs.Series(["ab"]).str.cat(hs.Series(["c"]).str)


def test_told():
    with pytest.raises(hs.errors.UnsupportedError, match="English"):
        moments(hs).dt.day_name(locale="de_DE")
    with pytest.raises(hs.errors.UnsupportedError, match="clocks"):
        moments(hs).dt.floor("h", ambiguous="NaT")
