"""JSON as pandas reads it: columns of lists, compressed columns, parts of files, series; objects that are normalised."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma

import hypostyle as hs
import pandas as pd
import pytest
from same_script import plain

pytestmark = pytest.mark.filterwarnings("ignore:read_json")


def both(path, **options):
    found, expected = (lib.read_json(path, **options) for lib in (hs, pd))
    assert plain(found.to_pandas()) == plain(expected)


LISTS = {"a": [1, 2, 3], "b": ["x", "y", "z"]}


@pytest.mark.parametrize("ending", ["json", "json.gz", "json.bz2", "json.xz"])
@pytest.mark.parametrize("columns", [LISTS, {"a": {"r": 1, "s": 2}, "b": {"r": 3, "s": 4}}], ids=["lists", "objects"])
def test_an_object_of_columns(columns, ending, tmp_path):
    path = tmp_path / f"f.{ending}"
    opened = {"gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}.get(ending.rsplit(".", 1)[-1], open)
    with opened(path, "wb") as file:
        file.write(json.dumps(columns).encode())
    both(path)


def test_records_of_lists_stay_records_where_lines_are_told(tmp_path):
    path = tmp_path / "f.json"
    path.write_text(json.dumps(LISTS) + "\n")
    both(path, lines=True)
    lines = path.rename(tmp_path / "f.ndjson")
    assert hs.read_json(lines)["a"].to_list() == [[1, 2, 3]]
    uneven = tmp_path / "g.json"
    uneven.write_text('{"a": [1, 2], "b": [3]}')
    assert hs.read_json(uneven)["b"].to_list() == [[3]]


ROWS = '{"a": 1, "b": 2}\n{"a": 3, "b": 4}\n{"a": 5, "b": 6}\n'


def test_parts_of_a_file():
    found, expected = (lib.read_json(io.StringIO(ROWS), lines=True, nrows=2) for lib in (hs, pd))
    assert plain(found.to_pandas()) == plain(expected)
    found, expected = (list(lib.read_json(io.StringIO(ROWS), lines=True, chunksize=2)) for lib in (hs, pd))
    assert [plain(one.to_pandas()) for one in found] == [plain(one) for one in expected]


def test_options_that_say_how_pandas_reads():
    both_ways = {"engine": "ujson", "precise_float": True, "dtype": True, "lines": True}
    found, expected = (lib.read_json(io.StringIO(ROWS), **both_ways) for lib in (hs, pd))
    assert plain(found.to_pandas()) == plain(expected)


def test_a_series_and_a_column_called_datetime():
    text = '{"x": 1, "y": 2}'
    found, expected = (lib.read_json(io.StringIO(text), typ="series") for lib in (hs, pd))
    assert plain(found.to_pandas()) == plain(expected)
    with pytest.raises(ValueError, match="typ"):
        hs.read_json(io.StringIO(text), typ="list")
    rows = '[{"id": 1, "datetime": 1036713600000}, {"id": 2, "datetime": 1036713600001}]'
    found, expected = (lib.read_json(io.StringIO(rows)) for lib in (hs, pd))
    assert plain(found.to_pandas()) == plain(expected)


def test_objects_of_a_series_keep_their_labels():
    objects = [{"k": {"a": 1}}, {"k": {"a": 2}}]
    for options in ({}, {"record_prefix": "T."}):
        found = hs.json_normalize(hs.Series(objects, index=[7, 8]), **options)
        assert plain(found.to_pandas()) == plain(pd.json_normalize(pd.Series(objects, index=[7, 8]), **options))


def test_columns_where_there_are_no_lines(tmp_path):
    path = tmp_path / "f.json"
    pd.DataFrame({"x": [1, 2], "y": ["a", "b"]}).to_json(path)
    for options in ({}, {"lines": False}):
        assert hs.read_json(path, **options).to_dict("list") == {"x": [1, 2], "y": ["a", "b"]}
    path.write_text('[{"x": 1}, {"x": 2}]')
    assert hs.read_json(path, lines=False).to_dict("list") == {"x": [1, 2]}
