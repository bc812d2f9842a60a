"""CSV whose fields are apart by a pattern, and single lines that are left out, give what pandas gives."""

from __future__ import annotations

import gzip
import io

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import plain

FILES = {
    "blanks": ("a  b   c\n1 2  3\n4   5 6\n", {"sep": r"\s+"}),
    "blanks_around": ("  a  b\n 1 2  \n4   \t5\n\n7 8\n", {"sep": r"\s+"}),
    "quotes": ('a b\n"x y" 2\n"q ""r""" 3\n', {"sep": r"\s+"}),
    "no_header": ("1 2 3\n4 5 6\n", {"sep": r"\s+", "header": None}),
    "names": ("1 2\n4 5\n", {"sep": r"\s+", "header": None, "names": ["a", "b"]}),
    "delimiter": ("a   b\n1  2\n", {"delimiter": r"\s+"}),
    "of_two": ("a;b|c\n1;2|3\n4|5;6\n", {"sep": r"[;|]", "engine": "python"}),
    "two_characters": ("a::b\n1::x y\n::z\n", {"sep": "::", "engine": "python"}),
    "commas_and_blanks": ("a, b ,c\n1 ,2, 3\n", {"sep": r"\s*,\s*", "engine": "python"}),
    "escaped": ("a||b\n1||2\n", {"sep": r"\|\|", "engine": "python"}),
    "lines_before": ("junk\na b\n1 2\n", {"sep": r"\s+", "skiprows": 1}),
    "header_below": ("junk\na b\n1 2\n", {"sep": r"\s+", "header": 1}),
    "comment": ("a b # c\n1 2\n# all\n3 4#\n", {"sep": r"\s+", "comment": "#"}),
    "decimal": ("a b\n1,5 NA\n2,5 3\n", {"sep": r"\s+", "decimal": ","}),
    "labels": ("t b\n2024-01-01 3\n", {"sep": r"\s+", "parse_dates": ["t"], "index_col": 0}),
    "list_of_lines": ("#x\na,b\n#y\n1,2\n3,4\n", {"skiprows": [0, 2]}),
    "array_of_lines": ("a,b\n1,2\n3,4\n", {"skiprows": np.array([2])}),
    "range_of_lines": ("a,b\n1,2\n3,4\n", {"skiprows": range(1, 2)}),
    "function_of_lines": ("a,b\n#y\n1,2\n3,4\n5,6\n", {"skiprows": lambda at: at % 2 == 1}),
    "lines_within_quotes": ('a,b\n"x\ny",2\n3,4\n5,6\n', {"skiprows": [1]}),
    "lines_and_rows": ("a,b\n1,2\n3,4\n5,6\n", {"skiprows": [1], "nrows": 1}),
    "labels_of_R": ("a,b\nx,1,2\ny,3,4\n", {}),
    "labels_beside_blanks": ("a b\nx 1 2\ny 3 4\n", {"sep": r"\s+"}),
    "labels_and_names": ("x,1,2\ny,3,4\n", {"names": ["p", "q"]}),
    "labels_and_other_names": ("a,b\nx,1,2\ny,3,4\n", {"header": 0, "names": ["p", "q"]}),
    "labels_below": ("junk\na,b\nx,1,2\n", {"header": 1}),
    "labels_after_lines": ("junk\na,b\nx,1,2\n", {"skiprows": 1}),
    "labels_and_comments": ("#c\na,b\n\nx,1,2\n", {"comment": "#"}),
    "labels_of_two_levels": ("a,b\nx,u,1,2\ny,v,3,4\n", {}),
    "labels_and_twice": ("a,a\nx,1,2\n", {}),
    "labels_in_quotes": ('"a","b"\n"x",1,"q,r"\n"y",3,"4\n5"\n', {}),
    "labels_of_times": ("a,b\n2024-01-01,1,2\n", {"parse_dates": True}),
    "separators_at_the_end": ("a,b\n1,2,\n3,4,\n", {}),
    "only_names": ("a,b\n", {}),
    "lines_and_header": ("x\na,b\ny\n1,2\n", {"skiprows": [0, 2], "header": 0}),
}


@pytest.mark.parametrize("name", FILES)
def test_patterns_and_single_lines(name, tmp_path):
    text, options = FILES[name]
    expected = plain(pd.read_csv(io.StringIO(text), **options))
    assert plain(hs.read_csv(io.StringIO(text), **options)) == expected
    path = tmp_path / "f.txt"
    path.write_text(text)
    assert plain(hs.read_csv(path, **options)) == expected
    if name.startswith(("labels_", "separators")) and name != "labels_beside_blanks":
        return
    with gzip.open(tmp_path / "f.txt.gz", "wt") as file:
        file.write(text)
    assert plain(hs.read_csv(tmp_path / "f.txt.gz", **options)) == expected


def test_patterns_in_other_encodings_and_parts(tmp_path):
    path = tmp_path / "f.txt"
    path.write_text("a  b\n1  é\n2  è\n", encoding="latin-1")
    for lib in (hs, pd):
        frame = lib.read_csv(path, sep=r"\s+", encoding="latin-1")
        assert frame["b"].to_list() == ["é", "è"]
        assert [len(part) for part in lib.read_csv(path, sep=r"\s+", encoding="latin-1", chunksize=1)] == [1, 1]
    assert hs.read_table(io.StringIO("a\tb\n1\t2\n3\t4\n"), skiprows=[1])["a"].to_list() == [3]


def test_what_patterns_and_lines_are_not():
    with pytest.raises(ValueError, match="a number from 0 on, not -1"):
        hs.read_csv(io.StringIO("a\n1\n"), skiprows=[-1])
    with pytest.raises(TypeError, match="no pattern"):
        hs.read_csv(io.StringIO("a\n1\n"), sep="((")
    with pytest.raises(hs.HypostyleError, match="the numbers of lines, or a function"):
        hs.read_csv(io.StringIO("a\n1\n"), skiprows="x")
