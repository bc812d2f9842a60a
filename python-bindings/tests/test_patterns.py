"""Regular expressions with look-around and back-references, all matches as rows, orders of text, weighted samples."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from hypostyle.errors import HypostyleError, InvalidArgumentError

TEXTS = ["abab xyxy", "abba", "x1y22", "", "price: 30 EUR, 40 USD"]


@pytest.mark.filterwarnings("ignore:This pattern is interpreted")
@pytest.mark.parametrize(
    ("pattern", "grouped"),
    [
        (r"(\w)(\w)\1\2", r"((\w)(\w)\2\3)"),
        (r"\d+(?= EUR)", r"(\d+)(?= EUR)"),
        (r"(?<!x)y", r"((?<!x)y)"),
        (r"(?P<a>[a-z])(?P=a)", r"((?P<a>[a-z])(?P=a))"),
        (r"(?<=: )\d+", r"(?<=: )(\d+)"),
    ],
)
def test_the_same_as_in_pandas(pattern, grouped):
    ours, theirs = hs.Series(TEXTS).str, pd.Series(TEXTS).str
    steps = 10_000

    def shown(series):
        return [None if pd.isna(value) else value for value in series]

    assert ours.contains(pattern, steps=steps).to_list() == shown(theirs.contains(pattern))
    assert ours.match(pattern, steps=steps).to_list() == shown(theirs.match(pattern))
    assert ours.fullmatch(pattern, steps=steps).to_list() == shown(theirs.fullmatch(pattern))
    assert ours.count(pattern, steps=steps).to_list() == shown(theirs.count(pattern))
    assert ours.replace(pattern, "<>", regex=True, steps=steps).to_list() == shown(
        theirs.replace(pattern, "<>", regex=True)
    )
    assert ours.replace(pattern, "<>", n=1, regex=True, steps=steps).to_list() == shown(
        theirs.replace(pattern, "<>", n=1, regex=True)
    )
    found = ours.extract(grouped, steps=steps).to_dict("list")
    wanted = theirs.extract(grouped)
    assert list(found.values()) == [shown(wanted[name]) for name in wanted.columns]


def test_a_pattern_that_needs_steps_has_a_million_of_them():
    assert hs.Series(["a", "b"]).str.contains(r"(?=a)").to_list() == [True, False]


def test_a_search_that_explodes_names_row_and_value():
    x = hs.Series(["ab", "a" * 40 + "b"])
    with pytest.raises(HypostyleError, match=r"1000 steps back.*row 1.*aaaa"):
        x.str.contains(r"^(?:(?=a)a+)+$", steps=1000).to_list()


@pytest.mark.parametrize("pattern", [r"([a-z])(\d)?", r"(?P<letter>[a-z])(?P<digit>\d)", r"(\d)", r"(?<=a)(b)"])
@pytest.mark.parametrize("labels", [None, ["r", "s", "t", "u"]])
def test_all_matches_as_rows(pattern, labels):
    texts = ["a1b2", "c", None, "ab7"]
    series = pd.Series(texts, index=labels, dtype="str")
    ours = hs.Series(texts, index=labels).str.extractall(pattern)
    theirs = series.str.extractall(pattern)
    assert ours.columns.tolist() == list(theirs.columns)
    shown = [[None if pd.isna(cell) else cell for cell in theirs[name]] for name in theirs.columns]
    assert list(ours.to_dict("list").values()) == shown
    assert [tuple(label) for label in ours.index.to_list()] == [tuple(label) for label in theirs.index]


def test_orders_of_text():
    df = hs.DataFrame({"k": ["b10", "B2", None, "a", "b2"], "x": [2, 1, 0, 3, 4]})
    order = lambda how: df.sort_values("k", text_order=how)["k"].to_list()  # noqa: E731
    assert order("natural") == ["B2", "a", "b2", "b10", None]
    assert order("ignore_case") == ["a", "b10", "B2", "b2", None]
    assert order("natural_ignore_case") == ["a", "B2", "b2", "b10", None]
    assert df.sort_values(["x", "k"], text_order="natural")["x"].to_list() == [0, 1, 2, 3, 4]
    assert df["k"].sort_values(text_order="natural_ignore_case").to_list() == ["a", "B2", "b2", "b10", None]
    with pytest.raises(InvalidArgumentError, match="text_order"):
        df.sort_values("k", text_order="loud")


def test_weighted_samples():
    df = hs.DataFrame({"x": range(100), "w": [0.0] * 50 + [1.0] * 40 + [20.0] * 10})
    drawn = df.sample(10, weights="w", random_state=1)["x"].to_list()
    assert len(set(drawn)) == 10 and min(drawn) >= 50
    assert df.sample(10, weights=df["w"], random_state=1)["x"].to_list() == drawn
    counts = np.zeros(100)
    for seed in range(300):
        counts[df.sample(1, weights="w", random_state=seed)["x"].to_list()] += 1
    # 200 of 240 parts of the weight lie on the last ten rows.
    assert 0.75 < counts[90:].sum() / 300 < 0.92
    with pytest.raises(InvalidArgumentError, match="fewer have a weight"):
        df.sample(51, weights="w")
    with pytest.raises(InvalidArgumentError, match="at least 0"):
        df.sample(1, weights=[-1.0] * 100)
