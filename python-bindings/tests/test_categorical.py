"""Categorical columns against pandas, and in and out of pandas, Polars, pyarrow and files."""

import hypostyle as hs
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

SIZES = ["small", "medium", "large", "huge"]
VALUES = ["large", "small", None, "medium", "large", "small"]


@pytest.fixture(params=[True, False], ids=["ordered", "unordered"])
def ordered(request):
    return request.param


def both(ordered=True):
    """The same column here and in pandas."""
    dtype = pd.CategoricalDtype(SIZES, ordered)
    pdf = pd.DataFrame({"size": pd.Series(VALUES, dtype=dtype), "n": range(6)})
    return hs.from_pandas(pdf), pdf


def same(series, expected):
    """The same categorical values in both."""
    found = series.to_pandas()
    assert isinstance(found.dtype, pd.CategoricalDtype), found.dtype
    assert found.cat.categories.tolist() == expected.cat.categories.tolist()
    assert found.cat.ordered == expected.cat.ordered
    assert found.cat.codes.tolist() == expected.cat.codes.tolist()


def test_pandas_comes_and_goes(ordered):
    df, pdf = both(ordered)
    assert df["size"].dtype == "category" and df.dtypes["size"] == "category"
    assert df["size"].dtype.categories == SIZES and df["size"].dtype.ordered is ordered
    same(df["size"], pdf["size"])
    assert df["size"].to_list() == VALUES


def test_numbers_as_categories_of_pandas_stay_numbers():
    pdf = pd.DataFrame({"x": pd.Categorical([10, 20, None])})
    assert hs.from_pandas(pdf)["x"].to_list() == [10, 20, None]


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.cat.as_ordered(),
        lambda s: s.cat.as_unordered(),
        lambda s: s.cat.add_categories(["tiny", "vast"]),
        lambda s: s.cat.add_categories("tiny"),
        lambda s: s.cat.remove_categories(["small"]),
        lambda s: s.cat.remove_unused_categories(),
        lambda s: s.cat.rename_categories({"small": "S"}),
        lambda s: s.cat.rename_categories(["a", "b", "c", "d"]),
        lambda s: s.cat.rename_categories(lambda text: text.upper()),
        lambda s: s.cat.reorder_categories(["huge", "large", "medium", "small"]),
        lambda s: s.cat.reorder_categories(["huge", "large", "medium", "small"], ordered=True),
        lambda s: s.cat.set_categories(["large", "tiny"]),
        lambda s: s.cat.set_categories(["d", "c", "b", "a"], rename=True),
        lambda s: s.astype(pd.CategoricalDtype(["small", "large"], ordered=True)),
        lambda s: s.astype(pd.CategoricalDtype(["small", "large"])),
        lambda s: s.astype("category"),
        lambda s: s.astype(str).astype("category"),
        lambda s: s.fillna("huge"),
        lambda s: s.shift(1),
        lambda s: s.iloc[::-1],
        lambda s: s[s == "large"],
        lambda s: s.head(2),
    ],
)
def test_changes_are_those_of_pandas(change, ordered):
    df, pdf = both(ordered)
    same(change(df["size"]), change(pdf["size"]))


def test_codes_are_those_of_pandas(ordered):
    df, pdf = both(ordered)
    codes = df["size"].cat.codes
    assert codes.to_list() == pdf["size"].cat.codes.tolist() and codes.dtype == "int8"
    many = pd.Series([f"{i:03}" for i in range(300)]).astype("category")
    assert hs.Series(many).cat.codes.dtype == "int16" == many.cat.codes.dtype


def test_mistakes_are_told():
    df, _ = both()
    with pytest.raises(hs.errors.InvalidArgumentError):
        df["size"].cat.add_categories(["small"])
    with pytest.raises(hs.errors.InvalidArgumentError):
        df["size"].cat.remove_categories(["none"])
    with pytest.raises(hs.errors.InvalidArgumentError):
        df["size"].cat.reorder_categories(["small"])
    with pytest.raises(hs.errors.InvalidArgumentError):
        df["size"].cat.rename_categories(["a"])
    with pytest.raises(AttributeError, match="astype"):
        df["n"].cat  # noqa: B018
    with pytest.raises(hs.errors.UnsupportedError, match="astype"):
        df["n"].astype("category")
    with pytest.raises(hs.errors.UnsupportedError):
        df["size"].astype(hs.CategoricalDtype([1, 2]))


def test_order_is_that_of_the_categories():
    df, pdf = both()
    assert df.sort_values("size")["size"].to_list()[:5] == pdf.sort_values("size")["size"].tolist()[:5]
    assert df["size"].min() == "small" and df["size"].max() == "large" == pdf["size"].max()
    for compare in ("__lt__", "__le__", "__gt__", "__ge__"):
        found = getattr(df["size"], compare)("medium").fillna(False).to_list()
        assert found == getattr(pdf["size"], compare)("medium").tolist()
    assert df["size"].rank().to_list()[0] == pdf["size"].rank()[0]
    unordered, _ = both(False)
    with pytest.raises(TypeError):
        unordered["size"].max()
    with pytest.raises(TypeError):
        (unordered["size"] < "medium").to_list()
    assert (unordered["size"] == "none").sum() == 0


@pytest.mark.parametrize("observed", [True, False])
def test_groups_are_those_of_pandas(observed):
    df, pdf = both()
    found = df.groupby("size", observed=observed)["n"].agg(["sum", "count", "mean", "max"]).to_pandas()
    expected = pdf.groupby("size", observed=observed)["n"].agg(["sum", "count", "mean", "max"])
    assert found.index.tolist() == expected.index.tolist()
    for name in ["sum", "count"]:
        assert found[name].tolist() == expected[name].tolist()
    assert found["mean"].fillna(-1).tolist() == expected["mean"].fillna(-1).tolist()
    two = df.assign(odd=df["n"] % 2).groupby(["size", "odd"], observed=observed)["n"].size()
    wanted = pdf.assign(odd=pdf["n"] % 2).groupby(["size", "odd"], observed=observed)["n"].size()
    assert two.to_list() == wanted.tolist()


def test_joins_and_concat():
    df, _ = both(False)
    prices = {"size": ["large", "tiny"], "price": [30, 1]}
    found = df.merge(hs.DataFrame(prices), on="size")
    assert found["price"].to_list() == [30, 30] and found["size"].dtype == "category"
    other = pd.DataFrame({"size": pd.Categorical(["tiny", "small"]), "n": [7, 8]})
    whole = hs.concat([df, hs.from_pandas(other)])
    assert whole["size"].cat.categories == [*SIZES, "tiny"]
    assert whole["size"].to_list() == [*VALUES, "tiny", "small"]
    first, second = df["size"].cat.as_ordered(), hs.from_pandas(other)["size"].cat.as_ordered()
    with pytest.raises(TypeError):
        hs.concat([first.to_frame(), second.to_frame()])


def test_text_functions_and_dummies(ordered):
    df, pdf = both(ordered)
    assert df["size"].str.upper().to_list()[0] == "LARGE"
    assert df["size"].str.len().to_list()[:2] == [5, 5]
    found, expected = hs.get_dummies(df[["size"]]), pd.get_dummies(pdf[["size"]])
    assert found.columns == expected.columns.tolist()
    assert found["size_huge"].to_list() == expected["size_huge"].tolist()


def test_intervals_are_ordered_categories():
    x = [3, 35, 40, None, 200]
    found, expected = hs.cut(hs.Series(x), [0, 18, 100]), pd.cut(pd.Series(x), [0, 18, 100])
    assert found.cat.ordered and found.cat.categories == [str(interval) for interval in expected.cat.categories]
    assert found.cat.codes.to_list() == expected.cat.codes.tolist()
    named = hs.cut(hs.Series(x), [0, 18, 100], labels=["young", "old"], ordered=False)
    same(named, pd.cut(pd.Series(x), [0, 18, 100], labels=["young", "old"], ordered=False))
    assert hs.qcut(hs.Series([1, 2, 3, 40]), 2).cat.codes.to_list() == [0, 0, 1, 1]
    df = hs.DataFrame({"x": [5, 50, 150]})
    counts = df.groupby(hs.cut(df["x"], [0, 10, 100, 1000]))["x"].count()
    assert list(counts.index) == ["(0, 10]", "(10, 100]", "(100, 1000]"]


def test_arrow_and_polars(ordered):
    df, _ = both(ordered)
    table = df.to_arrow()
    field = table.schema.field("size")
    assert pa.types.is_dictionary(field.type) and field.type.ordered is ordered
    assert table["size"].chunk(0).dictionary.to_pylist() == SIZES
    again = hs.from_arrow(table)
    assert again["size"].dtype == df["size"].dtype and again["size"].to_list() == VALUES
    frame = pl.DataFrame({"x": pl.Series(["b", None, "a"], dtype=pl.Categorical)})
    found = hs.from_arrow(frame)
    assert found["x"].dtype == "category" and found["x"].to_list() == ["b", None, "a"]
    enum = pl.DataFrame({"x": pl.Series(["b", None], dtype=pl.Enum(["a", "b", "c"]))})
    assert hs.from_arrow(enum)["x"].cat.categories == ["a", "b", "c"]
    assert pl.DataFrame(df)["size"].to_list() == VALUES


def test_files(tmp_path, ordered):
    df, pdf = both(ordered)
    for name in ("x.parquet", "x.arrow"):
        path = tmp_path / name
        write, read = (df.to_parquet, hs.read_parquet) if name.endswith("parquet") else (df.to_feather, hs.read_ipc)
        write(path)
        found = read(path)
        assert found["size"].dtype == df["size"].dtype and found["size"].to_list() == VALUES
    assert pq.read_table(tmp_path / "x.parquet")["size"].to_pylist() == VALUES
    pdf.to_parquet(tmp_path / "pandas.parquet")
    found = hs.read_parquet(tmp_path / "pandas.parquet")
    assert found["size"].dtype == "category" and found["size"].cat.ordered is ordered
    assert found["size"].to_list() == VALUES
    if ordered:
        assert found["size"].max() == "large"
    (tmp_path / "x.csv").write_text("size,n\nlarge,1\nsmall,2\nodd,3\n")
    typed = hs.read_csv(tmp_path / "x.csv", dtype={"size": hs.CategoricalDtype(SIZES, ordered)})
    assert typed["size"].to_list() == ["large", "small", None]
    assert hs.read_csv(tmp_path / "x.csv", dtype={"size": "category"})["size"].cat.categories == [
        "large",
        "odd",
        "small",
    ]


def test_series_of_categories():
    assert hs.Series(["b", "a"], dtype="category").cat.categories == ["a", "b"]
    made = hs.Categorical(["b", "x"], categories=["b", "a"], ordered=True)
    assert made.to_list() == ["b", None] and made.cat.ordered
    assert made.dtype == pd.CategoricalDtype(["b", "a"], ordered=True)
    described = hs.Series(["b", "a", "b"]).astype("category").describe()
    assert described.to_dict()["top"] == "b"
