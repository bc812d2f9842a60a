"""CSV as pandas reads it: columns without names, by their places, labels that are times, headers of several lines, dialects."""

from __future__ import annotations

import csv
import io

import hypostyle as hs
import pandas as pd
import pytest
from same_script import plain


def both(text, **options):
    found, expected = (lib.read_csv(io.StringIO(text), **options) for lib in (hs, pd))
    found = found.to_pandas()
    assert plain(found) == plain(expected)
    assert list(found.index.names) == list(expected.index.names)
    assert list(found.columns.names) == list(expected.columns.names)


NAMELESS = [
    (",Unnamed: 0,x\n0,0,1\n1,1,2\n", {}),
    (",Unnamed: 0,x\n0,0,1\n1,1,2\n", {"index_col": 0}),
    (",x\n0,1\n1,2\n", {"index_col": 0}),
    ("Unnamed: 0,x\n0,1\n1,2\n", {"index_col": 0}),
    (",Unnamed: 0,,Unnamed: 2\n1,2,3,4\n", {}),
    ("a,,b,\n1,2,3,4\n", {}),
    ("a,,b,\n1,2,3,4\n", {"usecols": ["a", "Unnamed: 1"]}),
    ("a,,b,\n1,2,3,4\n", {"usecols": lambda name: name.startswith("Unn")}),
]


@pytest.mark.parametrize(("text", "options"), NAMELESS, ids=str)
def test_columns_without_a_name(text, options):
    both(text, **options)


LABELS = [
    ("d,x\n1/1/2000,1\n1/2/2000,2\n", {"index_col": 0}),
    ("d,x\n27.03.2003 14:55:00.000,1\n03.08.2003 15:20:00.000,2\n", {"index_col": 0}),
    ("d,x\n20090101,1\n20090102,2\n", {"index_col": "d"}),
    ("d,k,x\n20090101,a,1\n20090102,b,2\n", {"index_col": [0, 1]}),
    ("d,x\na,1\nb,2\n", {"index_col": 0}),
    ("d,x\n1,1\n2,2\n", {"index_col": 0}),
    ("d,x\n2000-01-01,1\n2000-01-02,2\n", {"index_col": 0}),
]


@pytest.mark.filterwarnings("ignore:Could not infer format")
@pytest.mark.parametrize(("text", "options"), LABELS, ids=str)
def test_labels_that_are_times(text, options):
    both(text, parse_dates=True, **options)


PLACES = [
    ("d,x\n1/1/2000,1\n1/2/2000,2\n", {"parse_dates": [0]}),
    ("x,d\n1,1/1/2000\n", {"parse_dates": [-1]}),
    ("d,x\n1/1/2000,1\n1/2/2000,2\n", {"parse_dates": [0], "index_col": 0}),
    ("a,b\n1,2\n", {"dtype": {1: "str"}}),
    ("a,b\n1,2\n", {"converters": {1: lambda text: f"{text}!"}}),
    ("a,b\n1,2\n2,2\n", {"na_values": {0: ["1"]}}),
    ("a,b\n1,2019-12-31\n", {"dtype": str, "parse_dates": ["b"]}),
    ("a,b\n1,31/12/2019\n", {"dtype": {"a": str, "b": str}, "parse_dates": ["b"], "dayfirst": True}),
]


@pytest.mark.parametrize(("text", "options"), PLACES, ids=str)
def test_columns_by_their_places_and_times_beside_types(text, options):
    both(text, **options)


@pytest.mark.parametrize("values", [[-999], -999, "-999", {"B": [-999]}, {"B": -999}, {"A": "-999"}], ids=str)
def test_numbers_that_stand_for_missing_values(values):
    both("A,B\n-999,1.200\n2,-999.000\n3,4.500\n", na_values=values)


DIALECTS = [
    ('"a","b"\n"1","x"\n', {"quoting": csv.QUOTE_ALL}),
    ('a,b\n"1",x\n', {"quoting": csv.QUOTE_NONE}),
    ('a,b\n3,"4 "" 5"\n', {"doublequote": True}),
    ('a,b\n3,"4 \\" 5"\n', {"escapechar": "\\", "doublequote": False}),
    ("a\tb\n1\t2\n", {"dialect": "excel-tab"}),
    ("a:b\n1:2\n", {"dialect": type("Colons", (csv.excel,), {"delimiter": ":"})}),
    ("a,b\n1,2\n3,4\n", {"lineterminator": "\n", "nrows": 1.0}),
]


@pytest.mark.parametrize(("text", "options"), DIALECTS, ids=str)
def test_dialects(text, options):
    both(text, **options)


@pytest.mark.parametrize(
    "options", [{"quoting": csv.QUOTE_NONNUMERIC}, {"lineterminator": "~"}, {"doublequote": False}], ids=str
)
def test_dialects_that_cannot_be_read_are_refused(options):
    with pytest.raises(NotImplementedError, match=next(iter(options))):
        hs.read_csv(io.StringIO("a,b\n1,2\n"), **options)


def levels(names, label):
    columns = pd.MultiIndex.from_tuples([("A", "x"), ("A", "y"), ("B", "x")], names=names)
    return pd.DataFrame([[1, 2.5, 3], [4, 5, 6]], index=pd.Index(["r", "s"], name=label), columns=columns)


@pytest.mark.parametrize("names", [["o", "i"], [None, None]], ids=str)
@pytest.mark.parametrize("label", ["k", None])
def test_what_pandas_writes_with_columns_of_several_levels(names, label):
    both(levels(names, label).to_csv(), header=[0, 1], index_col=0)
    both(pd.concat({"q": levels(names, label)}, names=["l"]).to_csv(), header=[0, 1], index_col=[0, 1])


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("A,A,B\nx,y,x\n1,2,3\n", {"header": [0, 1]}),
        ("A,A\nx,x\n1,2\n", {"header": [0, 1]}),
        ("A,\n,x\n1,2\n", {"header": [0, 1]}),
        ("junk\nA,B\nx,y\n1,2\n", {"header": [0, 1], "skiprows": 1}),
        ("A,B\nj,j\nx,y\n1,2\n", {"header": [0, 2]}),
        ("A,B\n1,2\n", {"header": [0]}),
        ("A,B\n1,2\n", {"header": [0], "index_col": 0}),
        ("A,B\n\nx,y\n\n1,2\n", {"header": [0, 1]}),
    ],
    ids=str,
)
def test_headers_of_several_lines(text, options):
    both(text, **options)
    with pytest.raises(ValueError, match="header"):
        hs.read_csv(io.StringIO("A,B\n"), header=[0, 3])


CONVERTERS = [
    ("A,B\nNA,x\n,y\nz,z\n", {"converters": {"A": lambda text: f"<{text}>"}}),
    ("A\n1\nCAT\n3\n", {"converters": {"A": str.lower}, "na_values": "cat"}),
    ("A,B\nx1,x\nCAT,y\nx3,z\n", {"converters": {"A": str}, "na_values": ["CAT"], "keep_default_na": False}),
    ("A\n1\n-999\n3\n", {"converters": {"A": int}, "na_values": [-999]}),
    ("A,B\n1,NA\n2,4\n", {"converters": {"A": int}}),
]


@pytest.mark.parametrize(("text", "options"), CONVERTERS, ids=str)
def test_functions_get_texts_as_they_stand(text, options):
    both(text, **options)


SIX = "a,b,c,d,e,f\n1,2,3,4,5,6\n7,8,9,10,11,12\n"
USED = [
    {"usecols": [0, 1], "names": ["x", "y"], "header": 0},
    {"usecols": [3, 1], "names": ["x", "y"], "header": 0},
    {"usecols": [0, 5], "names": ["x", "y"]},
    {"usecols": [2], "names": ["x"], "header": 0, "dtype": {"x": "float64"}},
    {"usecols": [4, 0], "names": ["x", "y"], "header": 0, "index_col": "y"},
    {"usecols": [0, 1], "names": list("uvwxyz"), "header": 0},
    {"usecols": ["u", "z"], "names": list("uvwxyz"), "header": 0},
]


@pytest.mark.parametrize("options", USED, ids=str)
def test_names_of_the_columns_that_are_used(options):
    both(SIX, **options)


def test_a_column_that_is_used_and_not_there():
    for names in (["x", "y"], list("uvwxyz")):
        with pytest.raises(ValueError, match="no column has the number 9"):
            hs.read_csv(io.StringIO(SIX), usecols=[0, 9], names=names, header=0)
