"""JSON: columns of times, and objects within objects; the same script for pandas and for Hypostyle."""

from __future__ import annotations

import io
import json

import hypostyle as hs
import pandas as pd
import pytest
from same_script import plain

TIMES = [
    '[{"modified": 1577836800000}, {"modified": 1577836900000}]',
    '[{"date": 1577836800}]',
    '[{"date": 5}]',
    '[{"date": 1577836800000000}]',
    '[{"date": 1577836800000000000}]',
    '[{"date": "2020-01-01"}, {"date": "x"}]',
    '[{"date": "2020-01-01T10:00:00Z"}]',
    '[{"created_at": "2020-01-01T10:00:00.123Z"}]',
    '[{"date": "2020-01-01T10:00:00+02:00"}]',
    '[{"date": "01/02/2020"}]',
    '[{"date": "Jan 2, 2020"}]',
    '[{"date": 1.5e9}, {"date": null}]',
    '[{"Date": "2020-01-01"}, {"Date": null}]',
    '[{"x_at": "2020-01-01", "timestamp_x": "2020-01-01", "y_time": "2020-01-01", "mytime": "2020-01-01"}]',
    '[{"date": "hello"}]',
    '[{"date": true}]',
    '{"a": 1, "date": "2024-01-01"}\n{"a": 2, "date": "2024-01-02"}\n',
]


# pandas is about to drop the options that say which columns are times.
pytestmark = pytest.mark.filterwarnings("ignore:The '(convert_dates|keep_default_dates)' keyword")


@pytest.mark.parametrize("text", TIMES)
def test_columns_called_as_times_are(text):
    options = {"lines": True} if text.startswith("{") else {}
    found = hs.read_json(io.StringIO(text), **options).to_pandas()
    expected = pd.read_json(io.StringIO(text), **options)
    assert plain(found) == plain(expected)
    kinds = [[str(dtype).startswith("datetime") for dtype in frame.dtypes] for frame in (found, expected)]
    assert kinds[0] == kinds[1]


@pytest.mark.parametrize(
    "options",
    [
        {"convert_dates": ["d"]},
        {"convert_dates": ["d"], "keep_default_dates": False},
        {"convert_dates": False},
        {"keep_default_dates": False},
        {"date_unit": "ms"},
        {"convert_dates": ["n"]},
    ],
    ids=str,
)
def test_which_columns_are_times(options):
    text = '[{"d": "2020-01-01", "date": "2020-01-02", "n": 1577836800, "e_at": 1577836800000}]'
    found, expected = (lib.read_json(io.StringIO(text), **options) for lib in (hs, pd))
    assert plain(found) == plain(expected)


def test_types_that_are_told_stay():
    text = '[{"date": "2020-01-02", "modified": 1577836800}]'
    assert hs.read_json(io.StringIO(text), dtype={"date": str, "modified": int}).dtypes == {
        "date": "string",
        "modified": "int64",
    }
    with pytest.raises(ValueError, match="date_unit"):
        hs.read_json(io.StringIO(text), date_unit="h")


def test_a_later_text_that_is_no_time_is_an_error(tmp_path):
    path = tmp_path / "f.json"
    path.write_text("\n".join(['{"date": "2020-01-02"}'] * 1500 + ['{"date": "never"}']))
    with pytest.raises(ValueError, match="never"):
        hs.read_json(path, lines=True).to_pandas()
    assert hs.read_json(path, lines=True, convert_dates=False)["date"].to_list()[-1] == "never"


USERS = [
    {"id": 1, "user": {"name": "a", "geo": {"lat": 1.5, "lon": 2}}, "tags": ["x", "y"], "last": True},
    {"id": 2, "user": {"name": "b", "geo": {"lat": 2.5, "lon": 3}}, "tags": ["z"], "last": None},
]
STATES = [
    {
        "state": "Florida",
        "short": "FL",
        "info": {"governor": "Rick", "party": {"name": "R"}},
        "counties": [{"name": "Dade", "n": 12, "at": {"x": 1}}, {"name": "Broward", "n": 40, "at": {"x": 2}}],
    },
    {
        "state": "Ohio",
        "short": "OH",
        "info": {"governor": "John", "party": {"name": "D"}},
        "counties": [{"name": "Summit", "n": 1, "at": {"x": 3}}],
    },
]
DEEP = [
    {"a": 1, "b": {"c": [{"d": 1, "e": [{"f": 1}, {"f": 2}]}, {"d": 2, "e": [{"f": 3}]}]}},
    {"a": 2, "b": {"c": [{"d": 3, "e": []}]}},
]
SCRIPTS = {
    "objects": lambda lib: lib.json_normalize(USERS).drop(columns="tags"),
    "one object": lambda lib: lib.json_normalize(USERS[0]).drop(columns="tags"),
    "lists stay": lambda lib: lib.json_normalize(USERS)["tags"].str.len(),
    "sep": lambda lib: lib.json_normalize(USERS, sep="_")[["user_name", "user_geo_lat"]],
    "not deep": lambda lib: lib.json_normalize(USERS, max_level=1).columns.tolist(),
    "not at all": lambda lib: lib.json_normalize(USERS, max_level=0).columns.tolist(),
    "some keys": lambda lib: lib.json_normalize([{"a": 1}, {"b": {"c": 2}}, {"a": 2, "b": {"d": "x"}}]),
    "a series": lambda lib: lib.json_normalize(lib.Series([{"a": {"b": 1}}, {"a": {"b": 2}}])),
    "nothing": lambda lib: lib.json_normalize([]),
    "records": lambda lib: lib.json_normalize(STATES, "counties"),
    "with names": lambda lib: lib.json_normalize(STATES, "counties", ["state", "short"]),
    "with paths": lambda lib: lib.json_normalize(
        STATES, ["counties"], ["state", ["info", "governor"], ["info", "party", "name"]]
    ),
    "with prefixes": lambda lib: lib.json_normalize(
        STATES, "counties", "state", record_prefix="county.", meta_prefix="of.", sep="/"
    ),
    "records not deep": lambda lib: lib.json_normalize(STATES, "counties", max_level=0).columns.tolist(),
    "a key of none": lambda lib: lib.json_normalize(STATES, "counties", ["state", "zip"], errors="ignore"),
    "values": lambda lib: lib.json_normalize(USERS, "tags", ["id", ["user", "name"]]),
    "values with a prefix": lambda lib: lib.json_normalize(USERS, "tags", record_prefix="tag"),
    "lists in lists": lambda lib: lib.json_normalize(DEEP, ["b", "c", "e"], ["a", ["b", "c", "d"]]),
    "lists in objects": lambda lib: lib.json_normalize(DEEP, ["b", "c"], ["a"])[["d", "a"]],
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_objects_within_objects(name):
    assert plain(SCRIPTS[name](hs)) == plain(SCRIPTS[name](pd))


@pytest.mark.parametrize(
    "script, error",
    [
        (lambda lib: lib.json_normalize(STATES, "towns"), KeyError),
        (lambda lib: lib.json_normalize(STATES, "counties", "zip"), KeyError),
        (lambda lib: lib.json_normalize(STATES, "counties", ["name"], errors="ignore"), ValueError),
        (lambda lib: lib.json_normalize(STATES, "state"), TypeError),
    ],
)
@pytest.mark.parametrize("lib", [hs, pd], ids=["hypostyle", "pandas"])
def test_what_cannot_be_is_an_error(lib, script, error):
    with pytest.raises(error):
        script(lib)


@pytest.mark.parametrize("separator", [",", ",\n", " , "])
def test_arrays_longer_than_what_types_are_guessed_from(tmp_path, separator):
    records = [
        {"id": row, "name": f"user {row}, [of] {{many}}", "tags": ["a", 'b"'] * (row % 3), "at": {"x": row / 2}}
        for row in range(30_000)
    ]
    path = tmp_path / "x.json"
    path.write_text("[" + separator.join(json.dumps(record) for record in records) + "]")
    assert path.stat().st_size > 2 << 20
    df = hs.read_json(path)
    assert df.columns == ["id", "name", "tags", "at"]
    assert df.to_dict("records") == records
    assert df["id"].sum() == sum(range(30_000))
