"""Objects that operators change, and values that stay what they are, beside pandas."""

import io
import operator

import hypostyle as hs
import pandas as pd
import pytest
from same_script import plain


def same(made, expected):
    """The same values and labels, and, of categories, the same ones."""
    assert plain(made) == plain(expected)
    for one, other in [(made, expected)] if isinstance(expected, pd.Series) else []:
        assert one.name == other.name
        if other.dtype == "category":
            assert list(one.cat.categories) == list(other.cat.categories)


OPERATORS = ["iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow"]


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_change_their_object(name):
    change = getattr(operator, name)
    for lib in (pd, hs):
        df = lib.DataFrame({"a": [1, 2, 5], "b": [3.0, 4.0, 6.0]}, index=[7, 8, 9])
        s = lib.Series([1, 2, 5], index=[7, 8, 9], name="s")
        other_df, other_s = df, s
        assert change(df, 2) is other_df and change(s, 2) is other_s
        if lib is pd:
            expected = df, s
    same(other_df, expected[0])
    same(other_s, expected[1])


def test_what_is_changed_keeps_its_labels_and_its_name():
    found = []
    for lib in (pd, hs):
        s, t = lib.Series([1, 2, 3], index=["a", "b", "c"], name="s"), lib.Series([10, 30], index=["c", "x"], name="t")
        s += t
        df = lib.DataFrame({"x": [1, 2], "y": [True, False]}, index=["a", "b"])
        df["x"] += 5
        column = df["x"]
        column *= 2
        df["y"] |= df["x"] > 6
        flags = lib.Series([True, False])
        flags ^= True
        frame = lib.DataFrame({"x": [1.0, 2.0]}, index=[0, 1])
        frame += lib.DataFrame({"x": [1.0, 2.0]}, index=[1, 2])
        found.append([s, df, column, flags, frame])
    for expected, made in zip(*found, strict=True):
        same(made, expected)


def test_replaced_categories_are_those_there_were():
    categories = [["a", "b", "a"], ["b", "a", "c"]]
    for changes in [("a", "b"), ({"b": "a"},), (["a", "b"], ["b", "a"]), ({"q": "z"},), ("a", None), ("q", "z")]:
        found = []
        for lib in (pd, hs):
            s = lib.Series(pd.Categorical(*categories), name="c")
            found.append([s.replace(*changes), lib.DataFrame({"c": s}).replace(*changes)])
        for expected, made in zip(*found, strict=True):
            same(made, expected)
    for lib in (pd, hs):
        s = lib.Series(pd.Categorical(*categories))
        with pytest.raises(TypeError, match="categor"):
            s.replace("a", "z")
        with pytest.raises(TypeError, match="categor"):
            lib.DataFrame({"c": s}).replace({"a": "z"})
        same(s.replace("^a", "b", regex=True), pd.Series(pd.Categorical(*categories)).replace("^a", "b", regex=True))


def test_csv_columns_without_values_are_floats_and_names_may_be_more():
    for text, options in [
        ("a,b,c\n1,,x\n2,,y\n", {}),
        ("a,b\n,\n,\n", {"dtype": {"a": str}}),
        ("1,2\n3,4\n", {"names": ["a", "b", "c"]}),
        ("1,2\n3\n", {"names": ["a", "b", "c"]}),
        ("1,2\n3,4\n", {"names": ["a", "b", "c"], "index_col": "a"}),
    ]:
        found = hs.read_csv(io.StringIO(text), **options)
        expected = pd.read_csv(io.StringIO(text), **options)
        same(found, expected)
        for name in expected:
            assert found[name].dtype != "string" or expected[name].dtype == "str", (text, name)
    with pytest.raises(ValueError, match="1 column names for 2 fields"):
        hs.read_csv(io.StringIO("1,2\n"), names=["a"], index_col=False)


def test_stack_as_it_was():
    for kinds in [{}, {"future_stack": False}, {"future_stack": False, "dropna": False}]:
        columns = {"a": [1.0, None], "b": [3.0, 4.0]}
        with pd.option_context("mode.chained_assignment", None):
            expected = pd.DataFrame(columns).stack(**kinds)
        same(hs.DataFrame(columns).stack(**kinds), expected)


def test_labels_of_several_levels_find_those_of_one_by_its_name():
    for name in ["a", "b", "c"]:
        found = []
        for lib in (pd, hs):
            s = lib.Series([26.73, 24.255], index=pd.Index([81, 82], name=name), name="s")
            labels = pd.MultiIndex.from_tuples([(81, 82), (81, 81), (82, 90), (90, 81)], names=["a", "b"])
            found += [s.reindex(labels), s.to_frame().reindex(labels)]
        same(found[2], found[0])
        same(found[3], found[1])
