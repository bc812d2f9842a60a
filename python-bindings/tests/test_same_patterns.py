"""Regular expressions of Python in ``.str``: look-around, back-references, and the end of the text."""

from __future__ import annotations

import re
from typing import Any

import hypostyle as hs
import pandas as pd
import pytest

TEXTS = ["foo", "foo\n", "barfoo", "foobar", None, "a,b", "oo", "foo\nbar", "b$", "", "\n"]

CALLS = {
    "end": lambda s: s.str.contains("foo$"),
    "end_of_match": lambda s: s.str.match("fo+$"),
    "end_of_all": lambda s: s.str.fullmatch("foo$"),
    "end_twice": lambda s: s.str.contains(r"(?:foo$|\$$)"),
    "dollar": lambda s: s.str.contains(r"[$]|\$"),
    "lines": lambda s: s.str.contains("foo$", flags=re.MULTILINE),
    "compiled": lambda s: s.str.contains(re.compile("FOO$", re.IGNORECASE)),
    "behind": lambda s: s.str.contains("(?<=r)foo"),
    "ahead": lambda s: s.str.match("foo(?!b)"),
    "whole": lambda s: s.str.fullmatch("(?=f).*"),
    "count": lambda s: s.str.count("(?<=o)o"),
    "replaced": lambda s: s.str.replace("(?<=o)o", "X", regex=True),
    "replaced_by_group": lambda s: s.str.replace(r"(o)\1", r"<\1>", regex=True, n=1),
    "split": lambda s: s.str.split("(?<=o)o", regex=True),
    "found": lambda s: s.str.findall("(?<=o)o"),
    "extracted": lambda s: s.str.extract("((?<=r)f)", expand=False),
    "parts": lambda s: s.str.partition(",", expand=False),
    "last_parts": lambda s: s.str.rpartition("o", expand=False),
}


def plain(values: list[Any]) -> list[Any]:
    found = [None if isinstance(value, float) and value != value else value for value in values]
    return [list(value) if isinstance(value, tuple) else value for value in found]


@pytest.mark.filterwarnings("ignore:This pattern")
@pytest.mark.parametrize("name", CALLS)
def test_as_in_pandas(name):
    found = CALLS[name](hs.Series(TEXTS)).to_list()
    assert found == plain(CALLS[name](pd.Series(TEXTS, dtype="str")).tolist())


def test_all_groups_of_patterns_that_step_back():
    found = hs.Series(["xaya", "b"]).str.extractall("(?<=x)(a)")
    assert found.iloc[:, 0].to_list() == ["a"]
    assert found.shape == (1, 1)


def test_steps_are_bounded():
    with pytest.raises(ValueError, match="step"):
        hs.Series(["a" * 40]).str.contains(r"(?:(?=a)a*)*\1?b|(a+)+\2c", steps=10).to_list()
