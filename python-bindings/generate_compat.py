"""Writes docs/pandas-compat.md: every public name of pandas' classes, and what it is here.

python generate_compat.py           # rewrites docs/pandas-compat.md
python generate_compat.py --check   # fails if it is out of date, or if an absent name has no advice
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable
from pathlib import Path

import hypostyle as hs
import pandas as pd
from hypostyle import _absent
from hypostyle._functions import DateFunctions, StringFunctions
from pandas.api.typing import DataFrameGroupBy, SeriesGroupBy
from pandas.core.indexes.accessors import DatetimeProperties, TimedeltaProperties

TARGET = Path(__file__).parent.parent / "docs" / "pandas-compat.md"

#: What differs, by class and name.
DIFFERS: dict[str, dict[str, str]] = {
    "DataFrame": {
        "astype": "a conversion that would lose digits is an error",
        "columns": "a list of labels, each of which occurs once, with the methods of an index",
        "describe": "text or times beside numbers make their statistics text",
        "dtypes": "a dictionary of names, which compare as types do",
        "ewm": "with `adjust=False` means weigh as pandas documents it after missing values; pandas 3.1 weighs otherwise",
        "get": "one name",
        "iterrows": "rows are light objects with values and methods of a series, missing values are None",
        "itertuples": "missing values are None",
        "map": "missing text and numbers arrive as NaN; functions may run in worker processes",
        "apply": "rows are light objects with values and methods of a series, missing values are None; "
        "functions may run in worker processes",
        "select": "expressions see the columns as they are; in pandas those that are named see what is named before them",
        "pivot_table": "totals (`margins=True`) are of all rows; "
        "pandas leaves out those in which any of several values is missing",
        "to_csv": "the numbers of rows are written with `index=True` only; "
        "times have a `T` before the hour unless `date_format` says otherwise",
        "values": "missing values are NaN in numbers, None elsewhere",
    },
    "Series": {
        "astype": "a conversion that would lose digits is an error",
        "dtype": "a name, which compares as types do",
        "dtypes": "a name, which compares as types do",
        "ewm": "with `adjust=False` means weigh as pandas documents it after missing values; pandas 3.1 weighs otherwise",
        "map": "missing text and numbers arrive as NaN; functions may run in worker processes",
        "apply": "functions may run in worker processes",
        "str": "see below",
        "to_csv": "the numbers of rows are written with `index=True` only; "
        "times have a `T` before the hour unless `date_format` says otherwise",
    },
    "GroupBy": {
        "apply": "groups are frames of Hypostyle",
    },
    "str": {},
    "dt": {},
}

#: Names that stand for periods, for the past, or for things that have no columns: not counted.
APART = {
    "attrs", "flags", "set_flags", "sparse", "from_arrow",
    "to_period", "to_timestamp", "cat", "boxplot", "hist", "plot", "to_hdf", "to_iceberg",
    "freq", "to_pydatetime", "to_pytimedelta", "timetz", "decode", "encode", "as_unit", "unit", "tz", "level", "qyear",
}  # fmt: skip


def public(*classes: type) -> set[str]:
    return {name for cls in classes for name in dir(cls) if not name.startswith("_")}


def original(kind: str, name: str) -> object:
    """pandas' own attribute."""
    homes = {
        "DataFrame": [pd.DataFrame],
        "Series": [pd.Series],
        "GroupBy": [DataFrameGroupBy, SeriesGroupBy],
        "str": [pd.Series.str],
        "dt": [DatetimeProperties, TimedeltaProperties],
    }
    return next((getattr(home, name) for home in homes[kind] if hasattr(home, name)), None)


CLASSES = [
    ("DataFrame", public(pd.DataFrame), hs.DataFrame, _absent.FRAME),
    ("Series", public(pd.Series), hs.Series, _absent.SERIES),
    ("GroupBy", public(DataFrameGroupBy, SeriesGroupBy), hs.GroupBy, _absent.GROUPS),
    ("str", public(pd.Series.str), StringFunctions, _absent.TEXT),
    ("dt", public(DatetimeProperties, TimedeltaProperties), DateFunctions, _absent.TIMES),
]

HEAD = """\
# pandas' names in Hypostyle

Written by `python-bindings/generate_compat.py` from the classes themselves; a test holds it to them.

**same**: the name is there and means what it means in pandas, without the parameters that are told. **differs**: it
is there, and the difference is told. **absent**: it is not there; the error says what to write instead, and so does
this page. Everywhere: a missing value is missing in every type; comparisons with it are false (`!=`: true), and so is
what is asked of texts and times (`str.contains`, `dt.is_month_end`), as pandas has it for floats and `str`.

## Labels of rows

Rows that are filtered, sorted, drawn or put below each other keep their labels, as in pandas. Labels that are the
numbers of rows are found when somebody looks at them (`df.index`, `df.loc`, `print(df)`, `to_pandas`, `reset_index`,
arithmetic with another frame); queries whose labels nobody looks at cost nothing more. Where the rows were computed
before their labels, the labels are computed on their own, once: what chose the rows runs again, on the columns it
needs. Files are written without labels that are numbers of rows, unless `index=True` asks for them. Rows chosen of
files of more than 128 MiB (or of an object store) that were not read into memory have no labels: all rows before them
would have to be counted. They are shown with numbers of their own, and choosing or matching by label is an error that
says so; `compute()`, `set_index` or `reset_index(drop=True)` gives them labels.

## Labels of columns

Columns are labelled by texts, numbers, booleans, moments, or whatever else can be hashed: lists of rows, arrays and
`read_csv(header=None)` number them, pivots, `unstack`, `crosstab`, `get_dummies` of a series and `T` label them by values.
`df[0]`, `df.loc[:, 1]`, `df.sort_values(0)`, `agg({0: "sum"})`, `hs.col(0)` name them, and 0 and "0" are two columns. A
label occurs once in a frame. Labels that become those of rows (`df.sum()`, `df.T`, `melt`, `stack`) have one type:
numbers beside texts are texts there. Moments are Python's own (`datetime`), and labels that are no texts stand in CSV,
Arrow, SQL and polars as texts; Parquet keeps their type where all have one, as pandas does. The axis has a name after a
pivot, `unstack`, `crosstab` and `T` (`df.columns.name`), which verbs that keep the columns keep, and so do
groups, summaries, and joins of two frames that have the same one.

## Columns of several levels

`groupby.agg` with lists, pivots and `unstack` of several values, and `concat(axis=1, keys=...)` make columns whose names
are tuples: `df[("x", "sum")]`, `df["x"]["sum"]`, `df.columns.droplevel(0)`. Files, Arrow and databases know names of one
level: `x_sum`; Parquet keeps the levels in the text of the tuple, as pandas does. The levels have
names (`df.columns.names`), by which they are found as by their numbers.

## Missing values

pandas has NaN for what is missing among floats; the engine has null, and NaN is a value there. Series and frames
follow pandas: NaN that comes in (`from_pandas`, lists, arrays, CSV) is missing, and so is NaN that arithmetic makes:
`0 / 0`, `x % 0.0`, `(-8) ** 0.5`, `pct_change` from 0 to 0, NumPy's functions outside of their domain, `skew`, `kurt`
and `corr` of what does not vary, the text `"nan"` as a number. Only infinities taken from each other (`inf - inf`,
`inf * 0`) stay NaN, so that sums cost nothing more. Expressions (`hs.col("x") / hs.col("y")`) are the engine's: NaN
stays a value, `fill_nan` says otherwise. What is missing is NaN (text, numbers) or NaT (times) where one value is picked
(`df.loc[1, "x"]`, `s.iloc[1]`, `s.max()`), and None in lists, dictionaries and rows.

## When errors come

Conversions are plans: `astype(int)`, `to_numeric` and `to_datetime` of a text that is no number or time are an error when
somebody looks at the result. A script that catches the error looks at it there: `s.astype(int).persist()` within the `try`.
What types alone can tell (a missing column, text minus a number, `.dt` of text) is an error at once, and so is
`merge(validate=)`, which runs. Errors are Python's own and, where pandas is in use, pandas' too (`errors.MergeError`,
`errors.ParserError`, `errors.EmptyDataError`).

## Weighted windows

`rolling(win_type=...).var()` and `.std()` weigh each value by its place in the window and divide by `n - ddof` of the
values there are. pandas gives the same for the first window without missing values only: in later ones its weights
stay with the rows, and it counts missing values too.

## Categories

Categories are texts. `astype("category")`, `Categorical` and `CategoricalDtype` of numbers, dates or truth values are an
error that says so: `astype(str).astype("category")` has their texts, in the order of text unless categories are given. Codes of
other values, for encoding, are `factorize(sort=True)`'s.

"""


#: Parameters that have no meaning here, or mean the same for every verb.
NOISE = {"self", "args", "kwargs", "copy", "deep", "engine", "engine_kwargs", "level", "observed", "axis"}


#: Parameters that are there to say, in an error, what to write instead.
REFUSED = {
    "pct_change": {"fill_method", "freq"},
    "resample": {"convention"},
    "rolling": {"method"},
    "expanding": {"method"},
    "where": {"level"},
    "mask": {"level"},
}
REFUSED_BY_GROUPS = {"sample": {"replace", "weights"}, "nth": {"dropna"}, "shift": {"suffix"}}


def without(name: str, kind: str, theirs: object, ours: object) -> str:
    """The parameters of pandas' method that the own one has not."""
    try:
        wanted = set(inspect.signature(theirs).parameters) - NOISE  # type: ignore[arg-type]
        taken = inspect.signature(ours).parameters  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return ""
    if any(one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD) for one in taken.values()):
        return _told(wanted & REFUSED.get(name, set()))
    refused = {**REFUSED, **(REFUSED_BY_GROUPS if kind == "GroupBy" else {})}.get(name, set())
    missing = sorted((wanted - set(taken)) | (wanted & refused))
    return _told(missing)


def _told(missing: Iterable[str]) -> str:
    names = sorted(missing)
    return f"without {', '.join(f'`{name}`' for name in names)}" if names else ""


def status(kind: str, name: str, cls: type, advice: dict[str, str], original: object) -> tuple[str, str]:
    if hasattr(cls, name):
        told = DIFFERS[kind].get(name)
        return ("same", without(name, kind, original, getattr(cls, name))) if told is None else ("differs", told)
    return "absent", _absent.advice_for(kind, name, advice)


def page() -> tuple[str, list[str]]:
    """The page, and the absent names without advice."""
    parts, silent, totals = [HEAD], [], []
    tables = []
    for kind, names, cls, advice in CLASSES:
        rows = [(name, *status(kind, name, cls, advice, original(kind, name))) for name in sorted(names)]
        silent += [f"{kind}.{name}" for name, what, told in rows if what == "absent" and not told]
        counted = [row for row in rows if row[0] not in APART]
        same = sum(what == "same" for _, what, _ in counted)
        differs = sum(what == "differs" for _, what, _ in counted)
        totals.append((kind, len(rows), len(counted), same, differs, len(counted) - same - differs))
        lines = [f"## {kind}\n", "| name | | |", "|---|---|---|"]
        lines += [f"| `{name}` | {what} | {told} |" for name, what, told in rows]
        tables.append("\n".join(lines) + "\n")
    parts.append("| class | names | counted | same | differs | absent |\n|---|---|---|---|---|---|\n")
    whole = [sum(total[i] for total in totals) for i in range(1, 6)]
    for total in [*totals, ("all", *whole)]:
        share = f"{total[3]} ({100 * total[3] // total[2]} %)"
        parts.append(f"| {total[0]} | {total[1]} | {total[2]} | {share} | {total[4]} | {total[5]} |\n")
    parts.append(
        "\nNot counted are names that stand for periods, for what goes along with frames, or for plots of one "
        "library.\n\n"
    )
    return "".join(parts) + "\n".join(tables), silent


def main() -> int:
    text, silent = page()
    if "--check" in sys.argv[1:]:
        if silent:
            print(f"absent without advice in _absent.py: {', '.join(silent)}")
            return 1
        if TARGET.read_text() != text:
            print(f"{TARGET} is out of date: run generate_compat.py")
            return 1
        return 0
    TARGET.write_text(text)
    print("\n".join(text.split("## DataFrame")[0].splitlines()[-12:]), silent)
    return 0


if __name__ == "__main__":
    sys.exit(main())
