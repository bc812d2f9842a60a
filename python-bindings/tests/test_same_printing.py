"""Frames, series and rows as text: what is printed is what pandas prints, but for the names of types."""

from __future__ import annotations

import datetime as dt
import io
import re

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest

ROWS = 90


def table(lib):
    rng = np.random.default_rng(5)
    return lib.DataFrame(
        {
            "id": range(1001, 1001 + ROWS),
            "date": pd.date_range("2024-01-01", periods=ROWS, freq="3D").tolist(),
            "city": rng.choice(["Oslo", "Rome", "New York"], ROWS).tolist(),
            "n": rng.integers(-20, 2000, ROWS).tolist(),
            "price": rng.choice([9.99, 19.5, 4.25, None], ROWS).tolist(),
            "kind": rng.choice(["a", "b"], ROWS).tolist(),
        }
    )


def named(text):
    """With pandas' names of types."""
    names = {"string": "str", "timestamp[us": "datetime64[us", "duration[us]": "timedelta64[us]"}
    for ours, theirs in names.items():
        text = re.sub(rf"(?<=dtype: ){re.escape(ours)}", theirs, text)
    return text.replace(", string): [", ", str): [")


FRAMES = {
    "all rows": lambda lib: table(lib),
    "few rows": lambda lib: table(lib).head(4),
    "chosen rows": lambda lib: table(lib)[lambda df: df["n"] > 1500],
    "sixty rows": lambda lib: table(lib).head(60),
    "missing text": lambda lib: lib.DataFrame({"s": ["x", None, "long " * 14], "t": ["a\tb", "c\nd", ""]}),
    "truth": lambda lib: lib.DataFrame({"b": [True, False], "x": [1, 2]}),
    "small and large": lambda lib: lib.DataFrame(
        {"a": [1e-9, 1.0, None], "b": [1e10, 2.5, 3.0], "c": [1234567.891, 0.5, 1.0], "d": [-1.5, 2.0, float("inf")]}
    ),
    "wide": lambda lib: lib.DataFrame({f"column_{at}": [at, at + 1] for at in range(30)}),
    "wide and long": lambda lib: lib.DataFrame({f"c{at}": range(100) for at in range(40)}),
    "very wide": lambda lib: lib.DataFrame({f"c{at}": [1] for at in range(300)}),
    "numbered columns": lambda lib: lib.DataFrame(np.arange(24).reshape(2, 12)),
    "numbered columns of several types": lambda lib: lib.DataFrame([[1, 2.5, "x"], [3, 4.5, "y"]]),
    "labels": lambda lib: lib.DataFrame({"x": [1, -20]}, index=["first", "b"]),
    "numbers as labels": lambda lib: lib.DataFrame({"x": [-1, 20, 300]}, index=[-5, 10, 2]),
    "floats as labels": lambda lib: lib.DataFrame({"x": [-1, 20, 300]}, index=[0.5, 1, 2.25]),
    "days as labels": lambda lib: table(lib).head(3).set_index("date"),
    "hours as labels": lambda lib: lib.DataFrame(
        {"x": [1, 2]}, index=pd.to_datetime(["2024-01-01 00:00", "2024-01-01 10:00"])
    ),
    "levels": lambda lib: table(lib).groupby(["city", "kind"])[["n", "price"]].sum(),
    "many levels": lambda lib: table(lib).groupby(["city", "kind", "n"])[["price"]].count(),
    "levels of columns": lambda lib: table(lib).groupby("city").agg({"n": ["min", "max"], "price": ["mean"]}),
    "named columns": lambda lib: lib.crosstab(table(lib)["city"], table(lib)["kind"]),
    "named levels": lambda lib: table(lib).pivot_table(
        index="city", columns="kind", values="n", aggfunc=["sum", "count"], margins=True
    ),
    "described": lambda lib: table(lib)[["n", "price"]].describe(),
    "turned": lambda lib: table(lib).head(3)[["n", "price"]].T,
    "categories": lambda lib: table(lib).head(3).astype({"city": "category"}),
    "lengths of time": lambda lib: lib.DataFrame({"t": [dt.timedelta(days=1), dt.timedelta(hours=-3), None]}),
    "moments": lambda lib: lib.DataFrame(
        {"t": [dt.datetime(2024, 1, 1, 10), dt.datetime(2024, 1, 2, microsecond=5), None]}
    ),
    "zones": lambda lib: table(lib).head(2).set_index("date").tz_localize("Europe/Oslo"),
    "lists": lambda lib: lib.DataFrame({"x": [[1, 2], [3]], "y": [["a"], ["b", "c"]]}),
    "no rows": lambda lib: table(lib)[lambda df: df["n"] > 1e6],
    "nothing": lambda lib: lib.DataFrame(),
    "no columns": lambda lib: table(lib).head(3)[[]],
    "no columns but labels": lambda lib: table(lib).head(3).set_index("city")[[]],
}

SERIES = {
    "numbers": lambda lib: table(lib)["n"],
    "few": lambda lib: table(lib)["price"].head(6),
    "text": lambda lib: table(lib)["city"],
    "short text": lambda lib: lib.Series(["a", "b"] * 50),
    "times": lambda lib: table(lib)["date"].tail(3),
    "differences": lambda lib: table(lib)["date"].diff().head(3),
    "without a name": lambda lib: lib.Series([1.5, -2.0]),
    "sums": lambda lib: table(lib)[["n", "price"]].sum(),
    "groups": lambda lib: table(lib).groupby("city")["n"].sum(),
    "levels": lambda lib: table(lib).groupby(["city", "kind"])["n"].sum(),
    "many levels": lambda lib: table(lib).groupby(["city", "kind", "n"])["price"].count(),
    "counts": lambda lib: table(lib)["city"].value_counts(normalize=True),
    "described": lambda lib: table(lib)["n"].describe(),
    "a row": lambda lib: table(lib)[["n", "price"]].iloc[0],
    "categories": lambda lib: table(lib)["city"].astype("category"),
    "ordered categories": lambda lib: table(lib)["kind"].astype(pd.CategoricalDtype(["b", "a"], ordered=True)),
    "many categories": lambda lib: (table(lib)["id"] % 50).astype(str).astype("category"),
    "missing": lambda lib: table(lib).isna().sum(),
    "without rows": lambda lib: table(lib)["n"].head(0),
}


@pytest.mark.parametrize("name", FRAMES)
def test_frames(name):
    found, expected = FRAMES[name](hs), FRAMES[name](pd)
    assert repr(found) == repr(expected)
    assert str(found) == str(expected)


@pytest.mark.parametrize("name", SERIES)
def test_series(name):
    assert named(repr(SERIES[name](hs))) == repr(SERIES[name](pd))


def test_missing_numbers_truth_and_times():
    # pandas would have floats and objects here; what is missing is shown as its nullable types show it.
    found = hs.DataFrame({"n": [1, None], "b": [True, None], "d": [dt.date(2024, 1, 1), None], "l": [[1], None]})
    assert repr(found) == repr(found.to_pandas())
    assert repr(found["n"]) == "0       1\n1    <NA>\nName: n, dtype: int64"


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_width_of_the_terminal(width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    for name in ("all rows", "wide", "levels of columns", "wide and long"):
        assert repr(FRAMES[name](hs)) == repr(FRAMES[name](pd))


@pytest.mark.parametrize(
    "options",
    [
        ("display.max_rows", 8),
        ("display.max_rows", None),
        ("display.min_rows", 4, "display.max_rows", 20),
        ("display.max_columns", None),
        ("display.max_columns", 4),
        ("display.max_columns", None, "display.width", 200),
        ("display.precision", 2),
        ("display.max_colwidth", 12),
        ("display.max_colwidth", None),
        ("display.float_format", "{:,.1f}".format),
    ],
    ids=str,
)
def test_settings_of_pandas_hold(options):
    with hs.option_context(*options):
        # (Of columns that are cut pandas pads the headings by the types of others.)
        frames = ["wide", "missing text", "levels of columns", "small and large", "all rows"]
        for name in frames[: 3 if 4 in options[:2] and "columns" in options[0] else None]:
            assert repr(FRAMES[name](hs)) == repr(FRAMES[name](pd))
        for name in ("numbers", "few", "text"):
            assert named(repr(SERIES[name](hs))) == repr(SERIES[name](pd))


def test_rows_of_several_types():
    found, expected = (table(lib).iloc[0] for lib in (hs, pd))
    assert str(found) == str(expected)


def test_types():
    found, expected = (str(table(lib)[["n", "price"]].dtypes) for lib in (hs, pd))
    assert found == expected
    assert str(table(hs).dtypes).splitlines()[1] == "date     timestamp[us]"


@pytest.mark.parametrize(
    "options",
    [{}, {"verbose": False}, {"show_counts": False}, {"max_cols": 1}, {"memory_usage": False}],
    ids=str,
)
@pytest.mark.parametrize(
    "script",
    [
        lambda df: df[["n", "price"]],
        lambda df: df[["n", "price"]].head(0),
        lambda df: df[[]],
        lambda df: df.set_index("date")[["n"]],
        lambda df: df.set_index(["city", "kind"])[["price"]],
        lambda df: df["price"],
    ],
)
def test_info(options, script):
    texts = []
    for lib in (hs, pd):
        buffer, made = io.StringIO(), script(table(lib))
        given = {} if getattr(made, "name", None) == "price" else options
        made.info(buf=buffer, **given)
        texts.append([line for line in buffer.getvalue().splitlines() if not line.startswith("memory usage")])
    found, expected = texts
    assert found[1:] == expected[1:] and found[0] == expected[0].replace("pandas", "hypostyle")


def test_pages_of_notebooks():
    page = FRAMES["all rows"](hs)._repr_html_()
    assert page.count("<tr") == 1 + 10 + 1 and "90 rows &times; 6 columns" in page and "<th>...</th>" in page
    levels = FRAMES["levels of columns"](hs)._repr_html_()
    assert levels.count("<tr") == 3 + 3 and "<td>NaN</td>" in FRAMES["missing text"](hs)._repr_html_()
    page = FRAMES["levels"](hs)._repr_html_()
    assert "<tr><th>New York</th><th>a</th><td>" in page and "<tr><th></th><th>b</th><td>" in page
    assert "&lt;b&gt;" in hs.DataFrame({"x": ["<b>"]})._repr_html_()
