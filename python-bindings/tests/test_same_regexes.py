"""Regular expressions mean what they mean to Python's ``re``, as in pandas, though the engine has its own."""

import re
import unicodedata

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest

TEXTS = [
    "a1",
    "a1\n",
    "a1\n\n",
    "a\nb1",
    "",
    "\n",
    "A1 b22  c",
    "x.y$z",
    "[[a]]&&b--c~~d",
    "caf\u00e9 nai\u0308ve",
    "\u00bd \u00b2 \u0663 \u2167",
    "\u0915\u093f\u0924\u093e\u092c",
    "\u0130stanbul \u0131\u015f i I",
    "\u212a k K \u017f s S \u00df \u1e9e",
    "a\x1cb\x85c\u00a0d",
    "aa-aa ab-ba",
    "2024-02-29",
    "<b>x</b><i>y</i>",
    None,
]
#: Where texts are in Arrow memory, pandas leaves a part of its patterns to RE2, which has another meaning.
PYTHON = pd.StringDtype("python", na_value=np.nan)
PATTERNS = [
    r"1$",
    r"1\Z",
    r"^a1$",
    r"(1$)",
    r"\s$",
    r"$",
    r"^$",
    r"(?m)1$",
    r"(?m)^b",
    r"^",
    r"1$\n",
    r"(?:a|1$)",
    r"\w+",
    r"\W+",
    r"\d+",
    r"\D+",
    r"\s+",
    r"\S+",
    r"[\w-]+",
    r"[^\w\s]",
    r"[\s\d]",
    r".",
    r"(?s).+",
    r"[[a]",
    r"[a&&b]+",
    r"[+--]+",
    r"[~~]",
    r"\[",
    r"a{,2}",
    r"a{2}",
    r"a{2",
    r"x\.y\$z",
    r"(?P<first>a+)-(?P=first)",
    r"(a+)-\1",
    r"(?<=a)\d",
    r"(?<!a)\d",
    r"a(?!1)",
    r"(?i)K",
    r"(?i)s+",
    r"(?i)\u00df",
    r"(?i)i",
    r"(?i)[h-j]",
    r"(?i:A)1",
    r"(?x) a  1 # comment",
    r"(?a)\w+",
    r"(?a)[\d\s]",
    r"(?ai)[j-s]+",
    r"(?ai)[^b]k",
    r"(?ai)\bk|\Bi",
    r"(?i)(?a:K)",
    r"(?i)(a+)[ -](\1)",
    r"(?i)[^i]",
    r"(?P<year>\d{4})-(?P<month>\d\d)",
    r"(\d)(\d)?",
    r"<(.*?)>",
    r"<(.*)>",
    r"a++1",
    r"(?>a+)1",
    r"(<)?b(?(1)>|1)",
    r"a|b|",
    r"\x41|\u00e9|\101",
    r"\d*",
    r"a?",
    r"^\s*",
    r"\bb",
    r"[]a]",
    r"[^]a]",
    r"\N{LATIN SMALL LETTER E WITH ACUTE}",
    r" +$",
    r"a\Z|\n\Z",
]


def cells(values):
    """Values with missing ones alike."""
    if isinstance(values, (hs.DataFrame, hs.Series)):
        values = values.to_pandas()
    if isinstance(values, pd.DataFrame):
        return [list(values.columns), *(cells(values[name]) for name in values.columns)]
    found = []
    for value in values:
        if hasattr(value, "__len__") and not isinstance(value, str):
            found.append(list(value))
        else:
            found.append(None if pd.isna(value) else value)
    return found


CALLS = {
    "contains": lambda s, p: s.str.contains(p),
    "contains_any_case": lambda s, p: s.str.contains(p, case=False),
    "match": lambda s, p: s.str.match(p),
    "fullmatch": lambda s, p: s.str.fullmatch(p),
    "count": lambda s, p: s.str.count(p),
    "replace": lambda s, p: s.str.replace(p, "<>", regex=True),
    "replace_by_nothing": lambda s, p: s.str.replace(p, "", regex=True),
    "replace_one": lambda s, p: s.str.replace(p, r"\g<0>!", n=1, regex=True),
    "split": lambda s, p: s.str.split(p, regex=True),
    "split_once": lambda s, p: s.str.split(p, n=1, regex=True),
}


@pytest.mark.filterwarnings("ignore:This pattern is interpreted", "ignore:Possible")
@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("name", CALLS)
def test_patterns(name, pattern):
    call = CALLS[name]
    expected = cells(call(pd.Series(TEXTS, dtype=PYTHON), pattern))
    assert cells(call(hs.Series(TEXTS), pattern)) == expected


@pytest.mark.filterwarnings("ignore:Possible")
@pytest.mark.parametrize("pattern", PATTERNS)
def test_what_groups_find(pattern):
    ours, theirs = hs.Series(TEXTS), pd.Series(TEXTS, dtype=PYTHON)
    groups = re.compile(pattern).groups
    if groups < 2:
        assert cells(ours.str.findall(pattern)) == cells(theirs.str.findall(pattern))
    grouped = pattern if groups else f"({pattern})" if not pattern.startswith("(?") else None
    if grouped is not None:
        found, expected = cells(ours.str.extract(grouped)), cells(theirs.str.extract(grouped))
        assert found == expected
    if groups and "?(" not in pattern:
        found, expected = cells(ours.str.extractall(pattern)), cells(theirs.str.extractall(pattern))
        assert found[1:] == expected[1:]


@pytest.mark.parametrize(
    ("pattern", "flags"),
    [
        ("^B", re.I | re.M),
        ("a.b", re.S),
        (r"a \d # one", re.X),
        (re.compile("^b", re.M), 0),
        (re.compile("A1"), re.I),
        (r"\w+", re.A),
        (r"[\W]", re.A),
    ],
)
def test_flags(pattern, flags):
    ours, theirs = hs.Series(TEXTS), pd.Series(TEXTS, dtype=PYTHON)
    if isinstance(pattern, str) or not flags:
        assert cells(ours.str.contains(pattern, flags=flags)) == cells(theirs.str.contains(pattern, flags=flags))
    if isinstance(pattern, str):
        assert cells(ours.str.count(pattern, flags=flags)) == cells(theirs.str.count(pattern, flags=flags))


@pytest.mark.parametrize("by", [r"\1", r"\2\1", r"\g<2>0", r"\\", r"\n", r"$1", r"$$", "${1}", r"\g<0>", "é", r"\."])
def test_replacements(by):
    ours, theirs = hs.Series(TEXTS), pd.Series(TEXTS, dtype=PYTHON)
    if by == r"\.":
        by = r"\\."
    assert cells(ours.str.replace(r"(\d)(\S*)", by, regex=True)) == cells(
        theirs.str.replace(r"(\d)(\S*)", by, regex=True)
    )
    assert cells(ours.replace(r"(\d)(\S*)", by, regex=True)) == cells(theirs.replace(r"(\d)(\S*)", by, regex=True))


@pytest.mark.parametrize("pattern", [r"1$", r"^\s*$", r"\d\Z", r"(a)(1)", re.compile("A1", re.I)])
def test_replace_of_cells(pattern):
    ours, theirs = hs.Series(TEXTS), pd.Series(TEXTS, dtype=PYTHON)
    assert cells(ours.replace(pattern, "<>", regex=True)) == cells(theirs.replace(pattern, "<>", regex=True))
    assert cells(ours.replace(pattern, None, regex=True)) == cells(theirs.replace(pattern, None, regex=True))


def test_letters_that_are_alike_without_case():
    """Every letter that has a case, beside every letter that Python or the engine holds to be the same."""
    letters = [chr(code) for code in range(0x250)] + [
        "\u1e9e",
        "\u212a",
        "\u212b",
        "\u0345",
        "\u03b9",
        "\u1fbe",
        "\u2126",
    ]
    letters = [letter for letter in letters if unicodedata.category(letter)[0] == "L"]
    for letter in letters:
        others = sorted({letter.lower()[0], letter.upper()[0], *"iI\u0131\u0130kKsS\u017f\u212a"})
        expected = [re.search(re.escape(letter), other, re.I) is not None for other in others]
        assert hs.Series(others).str.contains(re.escape(letter), flags=re.I).to_list() == expected, letter
