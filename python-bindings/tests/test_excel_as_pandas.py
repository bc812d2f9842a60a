"""`read_excel` with pandas' options, beside pandas."""

import hypostyle as hs
import pandas as pd
import pytest
from same_script import plain

pytest.importorskip("python_calamine", reason="the package python-calamine is not installed")
pytest.importorskip("openpyxl", reason="the package openpyxl is not installed")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("excel") / "x.xlsx"
    sales = pd.DataFrame(
        {
            "id": [1, 2, 3, 4],
            "day": ["2024-01-05", "2024-02-06", "2024-03-07", "2024-04-08"],
            "when": pd.to_datetime(["2024-01-01", "2024-02-01", None, "2024-04-01"]),
            "x": [1.5, None, 2.5, -999],
            "ok": ["yes", "no", "yes", "no"],
            "note": ["a", "NA", "", "missing"],
        }
    )
    levels = pd.DataFrame({("a", "x"): [1, 2], ("a", "y"): [3, 4], ("b", "x"): [5, 6]}, index=["p", "q"])
    deep = pd.DataFrame(
        {"v": [1, 2, 3]}, index=pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["k", "j"])
    )
    with pd.ExcelWriter(path) as writer:
        sales.to_excel(writer, sheet_name="sales", index=False)
        sales.to_excel(writer, sheet_name="labels")
        levels.to_excel(writer, sheet_name="levels")
        deep.to_excel(writer, sheet_name="deep")
        sales.to_excel(writer, sheet_name="lower", index=False, startrow=3)
        pd.DataFrame().to_excel(writer, sheet_name="empty")
    return path


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"sheet_name": ["sales", 1]},
        {"sheet_name": "labels", "index_col": 0},
        {"usecols": "A:C,E"},
        {"usecols": "b"},
        {"usecols": [0, 3]},
        {"usecols": ["x", "id"]},
        {"usecols": lambda name: name in ("x", "note")},
        {"skiprows": 1, "header": None},
        {"skiprows": [1, 3]},
        {"skiprows": lambda row: row == 2},
        {"sheet_name": "lower", "skiprows": 3},
        {"sheet_name": "lower", "header": 3},
        {"header": None, "names": list("abcdef"), "skiprows": 1},
        {"names": list("abcdef")},
        {"nrows": 2},
        {"skipfooter": 2},
        {"na_values": [-999, "missing"]},
        {"na_values": {"note": "missing"}},
        {"na_values": "missing", "keep_default_na": False, "usecols": ["id", "note"]},
        {"na_filter": False, "usecols": ["id", "note"]},
        {"true_values": ["yes"], "false_values": ["no"]},
        {"converters": {"note": lambda cell: f"<{cell}>", 0: lambda cell: cell * 2}},
        {"parse_dates": ["day"]},
        {"parse_dates": [1], "date_format": "%Y-%m-%d"},
        {"index_col": "day", "parse_dates": True},
        {"index_col": [0, 4], "usecols": "A:E"},
        {"dtype": {"id": "float64", "note": str}},
        {"sheet_name": "levels", "header": [0, 1], "index_col": 0},
        {"sheet_name": "deep", "index_col": [0, 1]},
        {"sheet_name": "empty"},
        {"engine": "calamine"},
    ],
    ids=str,
)
def test_sheets_are_those_of_pandas(book, options):
    expected = pd.read_excel(book, **{"engine": "calamine", **options})
    found = hs.read_excel(book, **options)
    if isinstance(expected, dict):
        assert list(found) == list(expected)
        assert all(plain(found[name]) == plain(expected[name]) for name in expected)
        return
    assert plain(found) == plain(expected)
    assert list(found.to_pandas().index.names) == list(expected.index.names)
    texts = [name for name in expected if str(expected[name].dtype) == "str"]
    assert texts == [name for name in found.columns if str(found[name].dtype) == "string"]


def test_mistakes_are_told(book):
    for options, told in [
        ({"usecols": "A-C"}, "'A-C' is no column"),
        ({"usecols": ["z"]}, "no column 'z'"),
        ({"usecols": [9]}, "number 9"),
        ({"index_col": "z"}, "no column 'z'"),
        ({"names": ["a"]}, "1 names for 6 columns"),
        ({"parse_dates": ["z"]}, "no column 'z'"),
        ({"sheet_name": "nowhere"}, "'sales', 'labels'"),
        ({"header": "a"}, "header='a'"),
    ]:
        with pytest.raises((ValueError, NotImplementedError), match=told):
            hs.read_excel(book, **options)
