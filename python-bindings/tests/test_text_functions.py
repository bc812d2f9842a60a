"""Functions of text against pandas, Polars, DuckDB and Python itself."""

from __future__ import annotations

import base64
import re
import sys
import textwrap
import unicodedata
import urllib.parse

import duckdb
import hypostyle as hs
import pandas as pd
import polars as pl
import pytest

TEXTS = [
    "Boeing 737-800",
    "",
    "a,b,,c",
    None,
    "Zürich ist schön",
    "ΟΔΟΣ ὀδός",
    "  blanks\t",
    "x1y22z333",
    "ß ŉ ǆ ﬁ",
    "İstanbul",
    "-7",
    "a long text of more than twelve bytes, a,b",
]


def series() -> tuple[hs.Series, pd.Series]:
    return hs.DataFrame({"x": TEXTS})["x"], pd.Series(TEXTS, name="x", dtype=object)


#: What a user of pandas writes.
CALLS = {
    "capitalize": lambda s: s.str.capitalize(),
    "casefold": lambda s: s.str.casefold(),
    "center": lambda s: s.str.center(9, "*"),
    "center odd": lambda s: s.str.center(10),
    "contains": lambda s: s.str.contains("a|z"),
    "contains case": lambda s: s.str.contains("A", case=False),
    "contains flags": lambda s: s.str.contains("A", flags=re.IGNORECASE),
    "contains literal": lambda s: s.str.contains(".", regex=False),
    "contains na": lambda s: s.str.contains("a", na=False),
    "count": lambda s: s.str.count(r"\d"),
    "endswith": lambda s: s.str.endswith(("0", "c")),
    "extract one": lambda s: s.str.extract(r"(\d+)", expand=False),
    "find": lambda s: s.str.find("a"),
    "find part": lambda s: s.str.find("a", 1, -1),
    "fullmatch": lambda s: s.str.fullmatch(r"\w+"),
    "get": lambda s: s.str.get(2),
    "get last": lambda s: s.str[-1],
    "isalnum": lambda s: s.str.isalnum(),
    "isalpha": lambda s: s.str.isalpha(),
    "isascii": lambda s: s.str.isascii(),
    "isdecimal": lambda s: s.str.isdecimal(),
    "isdigit": lambda s: s.str.isdigit(),
    "islower": lambda s: s.str.islower(),
    "isnumeric": lambda s: s.str.isnumeric(),
    "isspace": lambda s: s.str.isspace(),
    "istitle": lambda s: s.str.istitle(),
    "isupper": lambda s: s.str.isupper(),
    "len": lambda s: s.str.len(),
    "ljust": lambda s: s.str.ljust(9, "ø"),
    "lstrip": lambda s: s.str.lstrip("aB "),
    "match": lambda s: s.str.match(r"[a-z]"),
    "normalize": lambda s: s.str.normalize("NFD"),
    "pad": lambda s: s.str.pad(9, side="both", fillchar="."),
    "removeprefix": lambda s: s.str.removeprefix("a"),
    "removesuffix": lambda s: s.str.removesuffix("c"),
    "repeat": lambda s: s.str.repeat(2),
    "replace": lambda s: s.str.replace("a", "<$1>"),
    "replace n": lambda s: s.str.replace("b", "B", n=1),
    "replace regex": lambda s: s.str.replace(r"(\d)(\d)", r"\2$\g<1>", regex=True),
    "rfind": lambda s: s.str.rfind("a"),
    "rjust": lambda s: s.str.rjust(9),
    "rstrip": lambda s: s.str.rstrip(),
    "slice": lambda s: s.str.slice(1, -1),
    "slice brackets": lambda s: s.str[2:5],
    "slice_replace": lambda s: s.str.slice_replace(1, 3, "__"),
    "split get": lambda s: s.str.split(",").str.get(1),
    "startswith": lambda s: s.str.startswith("a"),
    "strip": lambda s: s.str.strip(),
    "swapcase": lambda s: s.str.swapcase(),
    "title": lambda s: s.str.title(),
    "translate": lambda s: s.str.translate(str.maketrans({"a": "4", "b": None, "c": "see"})),
    "upper": lambda s: s.str.upper(),
    "zfill": lambda s: s.str.zfill(5),
}


def listed(values) -> list:
    return [None if value is pd.NA or value != value else value for value in values]


@pytest.mark.parametrize("name", CALLS)
def test_series_of_text_are_pandas(name):
    ours, theirs = series()
    expected = listed(CALLS[name](theirs))
    if isinstance(expected[0], bool):
        # What is asked of a text that is missing is false of pandas' own texts.
        expected = listed(CALLS[name](theirs.astype("str")))
    assert CALLS[name](ours).to_list() == expected, name


@pytest.mark.parametrize(
    "call",
    [
        lambda s: s.str.split(",", expand=True),
        lambda s: s.str.split(expand=True),
        lambda s: s.str.split(r"\d+", expand=True),
        lambda s: s.str.split(",", n=1, expand=True),
        lambda s: s.str.rsplit(",", n=1, expand=True),
        lambda s: s.str.partition(","),
        lambda s: s.str.rpartition(","),
        lambda s: s.str.extract(r"(\d)(\d*)"),
        lambda s: s.str.extract(r"(?P<letter>[a-z])(\d)"),
    ],
)
def test_frames_of_text_are_pandas(call):
    ours, theirs = series()
    ours, theirs = call(ours), call(theirs)
    assert list(ours.columns) == list(theirs.columns)
    for ours_name, theirs_name in zip(ours.columns, theirs.columns, strict=True):
        assert ours[ours_name].to_list() == listed(theirs[theirs_name]), ours_name


def test_lists_of_text():
    ours, theirs = series()
    for call in [lambda s: s.str.split(","), lambda s: s.str.split(), lambda s: s.str.rsplit(n=1)]:
        assert call(ours).to_list() == listed_lists(call(theirs))
    assert ours.str.findall(r"\d+").to_list() == listed_lists(theirs.str.findall(r"\d+"))
    assert ours.str.findall(r"[a-z](\d)").to_list() == listed_lists(theirs.str.findall(r"[a-z](\d)"))
    assert ours.str.split(",").str.join("+").to_list() == listed(theirs.str.split(",").str.join("+"))
    assert ours.str.split(",").str.len().to_list() == listed(theirs.str.split(",").str.len())


def listed_lists(values) -> list:
    return [list(value) if isinstance(value, (list, tuple)) else None for value in values]


def test_every_character_has_pythons_cases():
    """Each character of Unicode that Python's tables know, within a word and alone."""
    known = [chr(i) for i in range(0x20, sys.maxunicode) if unicodedata.category(chr(i))[0] not in "C"]
    texts = [f"a{letter}b {letter}c" for letter in known]
    x = hs.DataFrame({"x": texts})["x"]
    for name in ("title", "capitalize", "casefold", "islower", "isupper", "istitle"):
        ours = getattr(x.str, name)().to_list()
        theirs = [getattr(text, name)() for text in texts]
        wrong = [(text, a, b) for text, a, b in zip(texts, ours, theirs, strict=True) if a != b]
        # The tables of the engine are of a later version of Unicode, with cases for a few letters more.
        assert len(wrong) <= 24, (name, len(wrong), wrong[:8])
    alone = hs.DataFrame({"x": known})["x"]
    for name in ("isalpha", "isdigit", "isdecimal", "islower", "isupper", "istitle", "casefold", "swapcase"):
        ours = getattr(alone.str, name)().to_list()
        wrong = [(a, b) for a, b in zip(known, ours, strict=True) if getattr(a, name)() != b]
        assert len(wrong) <= 24, (name, len(wrong), wrong[:8])
    numeric = alone.str.isnumeric().to_list()
    # Letters that stand for numbers, as in Chinese, are letters here.
    assert all(a == b.isnumeric() or unicodedata.category(b) == "Lo" for a, b in zip(numeric, known, strict=True))


def test_codes_of_bytes():
    texts = ["", "Oslo", "ø/ü +%", "a" * 40]
    x = hs.DataFrame({"x": texts})["x"]
    raw = [text.encode() for text in texts]
    assert x.str.hex_encode().to_list() == [text.hex() for text in raw]
    assert x.str.base64_encode().to_list() == [base64.b64encode(text).decode() for text in raw]
    assert x.str.url_encode().to_list() == [urllib.parse.quote(text, safe="") for text in texts]
    assert x.str.hex_encode().str.hex_decode().to_list() == raw
    assert x.str.base64_encode().str.base64_decode().to_list() == raw
    assert x.str.url_encode().str.url_decode().to_list() == texts
    bad = hs.DataFrame({"x": ["zz", "4"]})["x"]
    assert bad.str.hex_decode(strict=False).to_list() == [None, None]
    with pytest.raises(ValueError, match="hexadecimal"):
        bad.str.hex_decode().to_list()


def test_addresses_are_pythons():
    urls = ["https://me:pw@a.org:8080/p/q?x=1&y=%20#f", "/p", "mailto:a@b.c", "http://[::1]:80/", "//h?q", ""]
    x = hs.DataFrame({"x": urls})["x"]
    parts = [urllib.parse.urlsplit(url) for url in urls]
    for ours, theirs in [("scheme", "scheme"), ("path", "path"), ("query", "query"), ("fragment", "fragment")]:
        found = [value or "" for value in x.str.url_part(ours).to_list()]
        assert found == [getattr(part, theirs) for part in parts], ours
    assert x.str.url_part("port").to_list() == [str(part.port) if part.port else None for part in parts]
    assert x.str.url_part("host").to_list() == ["a.org", None, None, "[::1]", "h", None]
    assert x.str.url_parameter("y").to_list() == ["%20", None, None, None, None, None]


def test_documents_are_duckdbs():
    documents = ['{"a": {"b": [1, "x", null, {"c": 2.5}]}}', "[]", '{"a.b": true}', None]
    x = hs.DataFrame({"x": documents})["x"]
    for path in ["$.a.b[0]", "$.a.b[1]", "$.a.b[2]", "$.a.b[3].c", "$.a.b[9]", '$["a.b"]', "$.a.b[3]"]:
        query = duckdb.execute(
            "select json_extract_string(unnest($1), $2)", [documents, path.replace('["a.b"]', '."a.b"')]
        )
        assert x.str.json_extract(path).to_list() == [row[0] for row in query.fetchall()], path
    with pytest.raises(ValueError, match="no JSON"):
        hs.DataFrame({"x": ["{"]})["x"].str.json_extract("$").to_list()


def test_similarities_are_duckdbs():
    pairs = [
        ("kitten", "sitting"),
        ("", "a"),
        ("MARTHA", "MARHTA"),
        ("DIXON", "DICKSONX"),
        ("same", "same"),
        ("a", "b"),
    ]
    df = hs.DataFrame({"a": [a for a, _ in pairs], "b": [b for _, b in pairs]})
    query = "select levenshtein(a, b), jaro_similarity(a, b), jaro_winkler_similarity(a, b) from df"
    expected = duckdb.sql(
        query.replace("from df", "from (select unnest($1) a, unnest($2) b)"),
        params=[[a for a, _ in pairs], [b for _, b in pairs]],
    ).fetchall()
    ours = [
        df["a"].str.levenshtein(df["b"]).to_list(),
        df["a"].str.jaro_similarity(df["b"]).to_list(),
        df["a"].str.jaro_winkler(df["b"]).to_list(),
    ]
    for column, found in enumerate(ours):
        assert found == pytest.approx([row[column] for row in expected], abs=1e-12), column


def test_numbers_in_text():
    x = hs.DataFrame({"x": ["ff", "-10", "+7f"]})["x"]
    assert x.str.to_integer(16).to_list() == [int(text, 16) for text in ["ff", "-10", "+7f"]]
    with pytest.raises(ValueError, match="base 10"):
        x.str.to_integer().to_list()
    assert x.str.to_integer(strict=False).to_list() == [None, -10, None]
    assert hs.DataFrame({"x": ["1.50"]})["x"].str.to_decimal(2).to_list()[0] * 2 == 3


def test_polars_agrees():
    frame = pl.DataFrame({"x": TEXTS})
    x = hs.DataFrame({"x": TEXTS})["x"]
    cases = [
        (x.str.count_matches("a"), pl.col("x").str.count_matches("a", literal=True)),
        (x.str.split_part(",", 1), pl.col("x").str.split(",").list.get(1, null_on_oob=True)),
        (x.str.split_part(",", -1), pl.col("x").str.split(",").list.get(-1, null_on_oob=True)),
        (x.str.extract_all(r"\d+"), pl.col("x").str.extract_all(r"\d+")),
        (x.str.contains_any(["a", "ü"]), pl.col("x").str.contains_any(["a", "ü"])),
        (x.str.replace_many(["a", "b"], ["b", "a"]), pl.col("x").str.replace_many(["a", "b"], ["b", "a"])),
        (x.str.reverse(), pl.col("x").str.reverse()),
        (x.str.len_bytes(), pl.col("x").str.len_bytes()),
    ]
    for ours, theirs in cases:
        assert ours.to_list() == frame.select(theirs)["x"].to_list(), str(theirs)


def test_wrapped_lines_are_textwraps():
    texts = ["to be or not to be", "", "extraordinary words", "a  b"]
    ours = hs.DataFrame({"x": texts})["x"].str.wrap(6).to_list()
    plain = [textwrap.fill(text, 6, break_long_words=True) for text in ["to be or not to be", ""]]
    assert ours[:2] == plain
    assert all(len(line) <= 6 for text in ours for line in text.split("\n"))


def test_arguments_out_of_their_domain_are_refused():
    x = hs.DataFrame({"x": ["a"]})["x"]
    for call, message in [
        (lambda: x.str.pad(3, fillchar="ab"), "one character"),
        (lambda: x.str.pad(3, side="top"), "no side"),
        (lambda: x.str.split(""), "empty separator"),
        (lambda: x.str.normalize("NFX"), "normal form"),
        (lambda: x.str.url_part("door"), "no part"),
        (lambda: x.str.json_extract("a.b"), "no path"),
        (lambda: x.str.to_integer(1), "no base"),
        (lambda: x.str.extract("a"), "no group"),
        (lambda: x.str.index("q").to_list(), "does not occur"),
        (lambda: x.str.wrap(0), "at least 1"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
