"""The user's functions, given to every verb that takes some, get and give what they get and give in pandas."""

from __future__ import annotations

import datetime as dt
import decimal
import functools
import math
import pickle

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from hypostyle._rows import Row
from same_script import plain

PDF = pd.DataFrame(
    {
        "k": list("abcab") * 3,
        "x": range(15),
        "y": [i / 2 if i % 4 else None for i in range(15)],
        "s": [f"t{i % 3}" if i % 7 else None for i in range(15)],
        "t": pd.date_range("2024", periods=15),
    }
)


def check(script):
    assert plain(script(hs.from_pandas(PDF))) == plain(script(PDF))


#: Functions of a series that go through its values, some of which are missing.
THROUGH = {
    "sum": sum,
    "largest": max,
    "least": min,
    "all": all,
    "any": any,
    "present": lambda s: sum(v for v in s if v == v),
    "text": lambda s: ",".join(map(str, s)),
    "sorted": lambda s: sorted(s)[0],
    "pairs": lambda s: sum(v for _, v in s.items() if not math.isnan(v)),
    "array": lambda s: s.values.sum(),
    "nothing": lambda s: None,
    "nan": lambda s: float("nan"),
    "decimal": lambda s: decimal.Decimal("1.5"),
    "moment": lambda s: pd.Timestamp("2024-01-01"),
    "partial": functools.partial(lambda a, s: a + len(s), 1),
}


@pytest.mark.parametrize("name", list(THROUGH))
@pytest.mark.parametrize(
    "verb",
    [
        lambda f, func: f.groupby("k")["y"].agg(func),
        lambda f, func: f.groupby("k")["y"].apply(func),
        lambda f, func: f.groupby("k").agg(o=("y", func), p=("x", "max")),
        lambda f, func: f[["x", "y"]].apply(func),
        lambda f, func: f.set_index("t")["y"].resample("4D").apply(func),
        lambda f, func: f.set_index("t")[["x", "y"]].resample("4D").agg(func),
        lambda f, func: f.set_index("t")["y"].resample("12h").agg(func),
    ],
)
def test_functions_that_go_through_the_values(name, verb):
    if name == "sorted" and PDF["y"].isna().any():
        # The order of NaN among numbers depends on what is compared with what.
        check(lambda f: verb(f.dropna(), lambda s: sorted(s)[0] if len(s) else 0))
        return
    if name in ("largest", "least", "sum"):
        func = THROUGH[name]
        # Python's own, which pandas may take for its aggregates.
        check(lambda f: verb(f, lambda s: func(s) if len(s) else 0))
        return
    try:
        wanted = plain(verb(PDF, THROUGH[name]))
    except Exception as error:
        with pytest.raises(type(error)):
            verb(hs.from_pandas(PDF), THROUGH[name])
        return
    assert plain(verb(hs.from_pandas(PDF), THROUGH[name])) == wanted


@pytest.mark.parametrize("func", [sum, max, all, any])
def test_windows_with_missing_values(func):
    check(lambda f: f["y"].rolling(3, min_periods=1).apply(lambda w: float(func(w))))


def test_what_is_missing_is_nan_where_values_are_gone_through():
    df = hs.from_pandas(PDF)
    for name in ("y", "s"):
        assert [v if v == v else "nan" for v in df[name]] == [v if v == v else "nan" for v in PDF[name]]
        assert [v == v for _, v in df[name].items()] == PDF[name].notna().to_list()
    assert [row.y == row.y for _, row in df.iterrows()] == PDF["y"].notna().to_list()
    assert [row.y == row.y for row in df.itertuples()] == PDF["y"].notna().to_list()
    times = hs.Series([dt.datetime(2024, 1, 1), None])
    assert next(iter(times[1:])) is pd.NaT
    # Lists and dictionaries hold Python's None, and so do rows for narwhals.
    assert df["y"].to_list()[0] is None and df["y"].to_dict()[0] is None
    assert hs.Series([True, None]).to_list() == list(hs.Series([True, None])) == [True, None]


#: Functions of a row.
ROWS = {
    "root": np.sqrt,
    "twice": lambda r: pd.Series(np.asarray(r) * 2, index=["x", "y"]),
    "array": lambda r: r.values.sum(),
    "mean": np.mean,
    "rank": lambda r: r.rank(),
    "most": lambda r: r.rank().max(),
    "differences": lambda r: r.diff(),
    "within": lambda r: r.clip(1, 5),
    "where": lambda r: r.where(r > r.mean()),
    "before": lambda r: r.shift(1),
    "running": lambda r: r.expanding().max(),
    "moving": lambda r: r.rolling(2).mean(),
    "backwards": lambda r: r[::-1],
    "from": lambda r: r["x":].sum(),
    "counts": lambda r: r.value_counts().index[0],
    "share": lambda r: r.pct_change(),
    "exp": lambda r: np.exp(-r),
    "added": lambda r: np.add(r, 1),
}


@pytest.mark.parametrize("name", list(ROWS))
def test_functions_of_rows(name):
    check(lambda f: f[["x", "y"]].apply(ROWS[name], axis=1))


def test_rows_are_arrays_to_numpy():
    row = Row(("x", "y"), (1, 2.5), 7)
    assert row.values.dtype == "float64" and (row.values * 2).tolist() == [2.0, 5.0]
    assert Row(("x", "y"), (1, 2), 7).values.dtype == "int64"
    assert Row(("x", "b"), (1, True), 7).values.dtype == object
    assert Row(("b", "c"), (False, True), 7).values.dtype == bool
    assert np.isnan(Row(("x", "y"), (1, None), 7).values).tolist() == [False, True]
    assert np.asarray(row).tolist() == [1.0, 2.5]
    made = np.multiply(row, np.array([2, 4]))
    assert isinstance(made, Row) and made.to_dict() == {"x": 2.0, "y": 10.0} and made.name == 7
    assert row["y":].to_dict() == {"y": 2.5} and row[:1].to_dict() == {"x": 1}
    assert pickle.loads(pickle.dumps(made)) == made
    with pytest.raises(AttributeError, match="no attribute"):
        row.absent  # noqa: B018
    with pytest.raises(AttributeError, match="no attribute"):
        Row(("x", "s"), (1, "a"), 7).describe  # noqa: B018
    with pytest.raises(TypeError, match="rank of a row of int, str"):
        Row(("x", "s"), (1, "a"), 7).rank()


@pytest.mark.parametrize(
    "func", [lambda s: [1, 2], lambda s: (1, 2), lambda s: np.array([1, 2]), lambda s: list(s)[:3]]
)
def test_lists_of_columns_are_rows_of_their_own(func):
    check(lambda f: f[["x", "y"]].apply(func))
    check(lambda f: f[["x", "y"]].agg(func))


@pytest.mark.parametrize("func", [lambda v: 1 if v > 3 else 0, lambda v: f"{v:03d}", lambda s: s - s.mean(), np.sqrt])
def test_transform_takes_functions_of_values_and_of_series(func):
    check(lambda f: f["x"].transform(func))


def test_functions_that_give_nothing_for_any_group():
    def nothing(group):
        return None

    check(lambda f: f.groupby("k").apply(nothing))
    check(lambda f: f.groupby(["k", "s"])[["x", "y"]].apply(nothing))
    check(lambda f: f.groupby("k")["x"].apply(nothing))
    check(lambda f: f.groupby("k", as_index=False).apply(lambda g: g["x"].sum()))


def test_periods_whose_rows_are_missing_are_no_empty_ones():
    check(lambda f: f.set_index("t")["y"].resample("2D").agg(lambda s: s.values.sum()))
    check(lambda f: f.set_index("t")["y"].resample("12h").sum(min_count=1))
    check(lambda f: f.set_index("t")["y"].resample("12h").prod(min_count=1))
    spans = PDF.assign(l=pd.to_timedelta(PDF["x"], unit="h")).set_index("t")["l"]
    assert plain(hs.from_pandas(spans).resample("12h").sum()) == plain(spans.resample("12h").sum())


def test_rows_of_values_that_no_column_holds_side_by_side():
    check(
        lambda f: f.groupby("k").apply(lambda g: pd.Series({"n": len(g), "mean": g["x"].mean(), "last": g["t"].max()}))
    )
    check(lambda f: f.groupby("k").apply(lambda g: pd.Series({"n": len(g), "s": g["s"].iloc[0]})))
    check(lambda f: f.groupby("k").apply(lambda g: pd.Series({"n": len(g), "many": len(g) > 3})))
    mine = hs.from_pandas(PDF).groupby("k").apply(lambda g: hs.Series({"n": len(g), "last": g["t"].max()}))
    assert mine["last"].to_list() == PDF.groupby("k")["t"].max().to_list() and mine["n"].dtype == "int64"
    assert isinstance(hs.Series({"n": 1, "t": pd.NaT}), hs.Series)
    assert isinstance(hs.Series({"a": "x", "b": None}), hs.Series)


def test_rows_of_text_have_functions_of_text():
    text = PDF[["k", "s"]].fillna("?")

    def same(script):
        assert plain(script(hs.from_pandas(text))) == plain(script(text))

    same(lambda f: f.apply(lambda r: r.str.upper(), axis=1))
    same(lambda f: f.apply(lambda r: r.str.cat(sep="_"), axis=1))
    check(lambda f: f[["x", "y"]].apply(lambda r: r.agg(["min", "max"]), axis=1))


def test_cross_tables_of_functions():
    def spread(s):
        return s.max() - s.min()

    def table(lib, f, **options):
        return lib.crosstab(f["k"], f["s"], values=f["x"], aggfunc=spread, **options)

    whole = PDF.dropna()
    assert plain(table(hs, hs.from_pandas(whole))) == plain(table(pd, whole))


@pytest.mark.parametrize("processes", [False, True])
def test_functions_get_nat_for_missing_times(processes):
    pdf = pd.DataFrame(
        {"t": pd.to_datetime(["2024-01-01", None]), "l": pd.to_timedelta([1, None], unit="h"), "x": [1, 2]}
    )
    mine = hs.from_pandas(pdf)
    assert plain(mine["t"].map(lambda t: t.year, processes=processes)) == plain(pdf["t"].map(lambda t: t.year))
    assert plain(mine["t"].map(lambda t: t is pd.NaT, processes=processes)) == plain(
        pdf["t"].map(lambda t: t is pd.NaT)
    )
    rows = mine.apply(lambda r: r.t.year, axis=1, processes=processes)
    assert plain(rows) == plain(pdf.apply(lambda r: r.t.year, axis=1))
    assert mine.apply(lambda r: r.l is pd.NaT, axis=1, processes=processes).to_list() == [False, True]
    assert mine["t"].map(lambda t: t.year, na_action="ignore").to_list() == [2024, None]
