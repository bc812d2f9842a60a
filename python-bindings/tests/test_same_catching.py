"""Errors that scripts catch by their type, and labels that are attributes: the same script for pandas and for Hypostyle."""

from __future__ import annotations

import copy
import io
import pickle
import subprocess
import sys

import hypostyle as hs
import pandas as pd
import pytest
from same_script import check

LIBRARIES = pytest.mark.parametrize("lib", [hs, pd], ids=["hypostyle", "pandas"])


@LIBRARIES
@pytest.mark.parametrize("verb", ["merge", "function", "by index", "join"])
def test_keys_that_repeat_are_an_error_of_the_merge(lib, verb):
    one = lib.DataFrame({"k": [1, 2, 2], "x": ["a", "b", "c"]})
    two = lib.DataFrame({"k": [2, 2, 4], "y": [1.0, 2.0, 3.0]})
    scripts = {
        "merge": lambda how: one.merge(two, on="k", validate=how),
        "function": lambda how: lib.merge(one, two, left_on="k", right_on="k", how="left", validate=how),
        "by index": lambda how: one.set_index("k").merge(
            two.set_index("k"), left_index=True, right_index=True, validate=how
        ),
        "join": lambda how: one.set_index("k").join(two.set_index("k"), validate=how),
    }
    for how in ("one_to_one", "1:m", "m:1"):
        for errors in (lib.errors, pd.errors):
            with pytest.raises(errors.MergeError) as caught:
                scripts[verb](how)
            assert isinstance(caught.value, ValueError) and type(caught.value).__name__ == "MergeError"
    assert len(scripts[verb]("many_to_many")) == len(scripts[verb](None))


def test_what_is_allowed_of_keys_gives_the_rows():
    def script(lib, _):
        one = lib.DataFrame({"k": [1, 2, 2], "x": ["a", "b", "c"]})
        two = lib.DataFrame({"k": [2, 4], "y": [1.0, 3.0]})
        return one.merge(two, on="k", how="left", validate="m:1"), two.merge(one, on="k", validate="one_to_many")

    check(script)


def test_errors_of_pandas_as_well_are_copied_and_sent():
    one = hs.DataFrame({"k": [1, 1]})
    with pytest.raises(hs.errors.MergeError) as caught:
        one.merge(one, on="k", validate="1:1")
    for back in (pickle.loads(pickle.dumps(caught.value)), copy.copy(caught.value)):
        assert isinstance(back, (hs.errors.MergeError, pd.errors.MergeError)) and isinstance(back, ValueError)
        assert str(back) == str(caught.value) and back.operation == "join" and "occurs more than once" in str(back)


@LIBRARIES
def test_files_that_cannot_be_read(lib):
    for errors in (lib.errors, pd.errors):
        with pytest.raises(errors.EmptyDataError):
            lib.read_csv(io.StringIO(""))
        with pytest.raises(errors.ParserError):
            lib.read_csv(io.StringIO("a,b\n1,2\n1,2,3\n"))
    with pytest.raises(ValueError):
        lib.read_csv(io.StringIO(""))
    with pytest.raises(FileNotFoundError):
        lib.read_csv("/no/such/file.csv")


def test_without_pandas_the_names_are_ours():
    script = """
import io, sys
import hypostyle as hs
try:
    hs.read_csv(io.StringIO(""))
except hs.errors.EmptyDataError as error:
    kinds = [one.__module__ for one in type(error).__mro__]
assert "pandas" not in sys.modules and not any("pandas" in kind for kind in kinds), kinds
try:
    hs.DataFrame({"k": [1, 1]}).merge(hs.DataFrame({"k": [1]}), on="k", validate="1:1")
except hs.errors.MergeError as error:
    print(isinstance(error, hs.errors.InvalidArgumentError))
"""
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert found.stdout.strip() == "True", found.stderr


@LIBRARIES
def test_text_and_times_have_what_is_theirs(lib):
    text, number = lib.Series(["a", None]), lib.Series([1, 2])
    times = lib.Series(pd.to_datetime(["2024-01-01"]))
    for series, name in ((text, "dt"), (number, "dt"), (number, "str"), (times, "str"), (lib.Series([True]), "str")):
        with pytest.raises(AttributeError, match=rf"\.{name}"):
            getattr(series, name)
        assert not hasattr(series, name)
    assert hasattr(text, "str") and hasattr(times, "dt") and hasattr(text.astype("category"), "str")
    assert lib.Series([["a", "b"], ["c"]]).str[0].tolist() == ["a", "c"]


def test_wrong_accessors_are_errors_of_type_too():
    with pytest.raises(TypeError, match=r"hs\.to_datetime"):
        _ = hs.Series(["2024-01-01"]).dt.year


def test_labels_are_attributes():
    def script(lib, df):
        groups = df.groupby("k")["x"].sum()
        row = lib.DataFrame({"p": [1.5, 2.5], "q": [3, 4]}).iloc[1]
        return (
            *(df[["x", "y"]].mean().x, df[["x", "y"]].describe().loc["max"].y, groups.a + groups.b, row.q),
            *(lib.Series({"first": 1, "later": 2}).later, df[["x", "y"]].isna().sum().y),
            [hasattr(groups, name) for name in ("a", "z", "_a", "sum")],
            lib.Series([1, 2, 3], index=["m", "n", "m"]).m,
        )

    check(script)
    with pytest.raises(AttributeError, match=r"series\['z'\]"):
        _ = hs.Series({"a": 1}).z
    with pytest.raises(AttributeError, match=r"hs\.concat"):
        _ = hs.Series({"a": 1}).append


def test_moments_of_one_list_only():
    def script(lib, _):
        one, two = lib.date_range("2020-01-01", periods=3), lib.date_range("2020-01-02", periods=3)
        return list(one.symmetric_difference(two)), list(two.symmetric_difference(two))

    check(script)
