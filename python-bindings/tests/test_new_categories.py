"""New values in columns of categories: of the categories, or an error, as in pandas."""

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest


def series(module):
    return module.Series(["a", None, "b", "a"], dtype="category")


def frame(module):
    return module.DataFrame({"c": series(module), "x": [1, 2, 3, 4]})


def set_at(s, key, value):
    s = s.copy()
    s[key] = value
    return s


def set_loc(df, rows, value, where="loc"):
    df = df.copy()
    if where == "loc":
        df.loc[rows, "c"] = value
    else:
        df.iloc[rows, 0] = value
    return df["c"]


SERIES = {
    "setitem": lambda s, v: set_at(s, 0, v),
    "mask": lambda s, v: set_at(s, s == "a", v),
    "fillna": lambda s, v: s.fillna(v),
    "where": lambda s, v: s.where(s == "a", v),
    "masked": lambda s, v: s.mask(s == "a", v),
}
FRAMES = {
    "loc": lambda df, v: set_loc(df, 0, v),
    "rows": lambda df, v: set_loc(df, df["x"] > 2, v),
    "iloc": lambda df, v: set_loc(df, 3, v, "iloc"),
    "fillna": lambda df, v: df.fillna({"c": v})["c"],
    "frame where": lambda df, v: df[["c"]].where(df[["c"]] == "a", v)["c"],
    "frame mask": lambda df, v: df[["c"]].mask(df[["c"]] == "a", v)["c"],
}
ALL = [(name, make, series) for name, make in SERIES.items()] + [(name, make, frame) for name, make in FRAMES.items()]


@pytest.mark.parametrize(("name", "make", "start"), ALL, ids=lambda value: value if isinstance(value, str) else "")
def test_one_value(name, make, start):
    for value in ("b", np.str_("b")):
        found, expected = make(start(hs), value).to_pandas(), make(start(pd), value)
        pd.testing.assert_series_equal(found, expected, check_names=False)
    for module in (hs, pd):
        with pytest.raises(TypeError, match="categor"):
            make(start(module), "z")
    if "fillna" not in name:
        found, expected = make(start(hs), None).to_pandas(), make(start(pd), None)
        pd.testing.assert_series_equal(found, expected, check_names=False)


def test_a_value_for_each_row():
    for values in (["b", "a"], np.array(["b", "a"], dtype=object)):
        made = [set_loc(frame(module), [0, 2], values) for module in (hs, pd)]
        pd.testing.assert_series_equal(made[0].to_pandas(), made[1], check_names=False)
    for module in (hs, pd):
        with pytest.raises(TypeError, match="categor"):
            set_loc(frame(module), [0, 2], ["b", "z"])


def test_the_error_says_what_to_do():
    with pytest.raises(hs.errors.DataTypeError, match=r"'z' is none of the categories \('a', 'b'\): .*add_categories"):
        series(hs).fillna("z")
    more = series(hs).cat.add_categories(["z"]).fillna("z")
    assert more.dtype == "category" and more.to_list() == ["a", "z", "b", "a"]
    assert frame(hs).loc[0, "c"] == "a"


def test_values_for_other_columns_are_no_matter_where_nothing_is_missing():
    df = hs.DataFrame({"c": hs.Series(["a", "b"], dtype="category"), "k": ["x", "y"], "y": [1.0, None]})
    made = df.fillna(0)
    assert made.to_dict("list") == {"c": ["a", "b"], "k": ["x", "y"], "y": [1.0, 0.0]}
    assert made["c"].dtype == "category"


@pytest.mark.parametrize("verb", ["where", "mask"])
def test_functions_of_new_values_are_called_once(verb):
    calls = []
    made = getattr(series(hs), verb)(lambda s: s == "a", lambda s: calls.append(len(s)) or "b")
    assert calls == [4] and made.dtype == "category"
