"""What is written with narwhals takes our frames, and gives what it gives with Polars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import hypostyle as hs
import polars as pl
import pytest

nw = pytest.importorskip("narwhals")

COLUMNS = {
    "k": ["a", "b", "a", None, "b", "a"],
    "x": [3, 1, None, 2, 1, 5],
    "y": [0.5, -1.5, 2.5, None, 4.0, 0.25],
    "s": ["one two", "Two", None, "three", "", "Örtlich"],
    "t": [
        dt.datetime(2024, 1, 31, 23, 59, 58),
        dt.datetime(2024, 2, 29, 1),
        None,
        *[dt.datetime(1969, 7, 20, 20, 17)] * 3,
    ],
    "b": [True, None, False, True, True, False],
}


def both() -> tuple[Any, Any]:
    """The same table here and in Polars."""
    ours = hs.DataFrame(COLUMNS)
    return nw.from_native(ours, eager_only=True), nw.from_native(pl.DataFrame(COLUMNS), eager_only=True)


def same(verb: Callable[[Any], Any]) -> None:
    ours, theirs = (verb(frame) for frame in both())
    assert isinstance(ours.to_native(), hs.DataFrame)
    assert ours.columns == theirs.columns
    assert_equal(ours.to_dict(as_series=False), theirs.to_dict(as_series=False))


def assert_equal(ours: dict[str, list[Any]], theirs: dict[str, list[Any]]) -> None:
    for name, expected in theirs.items():
        found = ours[name]
        assert len(found) == len(expected), name
        for a, b in zip(found, expected, strict=True):
            close = isinstance(a, float) and isinstance(b, (int, float)) and a == pytest.approx(b, nan_ok=True)
            assert close or a == b, (name, found, expected)


c = nw.col
EXPRESSIONS = {
    "arithmetic": c("x") * 2 + c("y") / 4 - 1,
    "reflected": 10 - c("x"),
    "power": c("y") ** 2,
    "floors": c("y") // 1,
    "logic": (c("x") > 1) & ~(c("y") < 0) | c("b"),
    "less its mean": c("x") - c("x").mean(),
    "of its group": c("x").sum().over("k"),
    "less its group's": (c("x") - c("x").mean()).over("k"),
    "running": c("x").cum_sum(),
    "running back": c("x").cum_sum(reverse=True),
    "running in an order": c("x").cum_sum().over("k", order_by="y"),
    "shifted": c("x").shift(1).over("k", order_by="y"),
    "difference": c("y").diff(),
    "rank": c("x").rank("min", descending=True),
    "ordinal": c("x").rank("ordinal").over("k"),
    "rolling": c("y").rolling_mean(2, min_samples=1),
    "fading": c("y").fill_null(0.0).ewm_mean(alpha=0.5),
    "filled": c("x").fill_null(strategy="forward"),
    "filled with": c("x").fill_null(c("y").cast(nw.Int64)),
    "clipped": c("x").clip(2, 4),
    "between": c("x").is_between(1, 3, closed="left"),
    "in": c("k").is_in(["a", "z"]),
    "null": c("x").is_null(),
    "first of equal": c("k").is_first_distinct(),
    "unique": c("x").is_unique(),
    "as text": c("x").cast(nw.String),
    "case": nw.when(c("x") > 2).then(nw.lit("many")).otherwise(nw.lit("few")),
    "case without": nw.when(c("x") > 2).then(c("y")),
    "sum of row": nw.sum_horizontal("x", "y"),
    "mean of row": nw.mean_horizontal("x", "y"),
    "least of row": nw.min_horizontal("x", "y"),
    "any of row": nw.any_horizontal(c("b"), c("x") > 2, ignore_nulls=True),
    "joined": nw.concat_str("k", "s", separator="-", ignore_nulls=True),
    "coalesced": nw.coalesce("x", "y"),
    "upper": c("s").str.to_uppercase(),
    "length": c("s").str.len_chars(),
    "replaced": c("s").str.replace_all("o", "0"),
    "begins": c("s").str.starts_with("t"),
    "contains": c("s").str.contains("w[oO]"),
    "part": c("s").str.slice(1, 3),
    "tail of text": c("s").str.tail(2),
    "stripped": c("s").str.strip_chars("eo"),
    "parts": c("s").str.split(" "),
    "filled text": c("s").str.zfill(4),
    "year": c("t").dt.year(),
    "weekday": c("t").dt.weekday(),
    "formatted": c("t").dt.to_string("%Y/%m/%d"),
    "truncated": c("t").dt.truncate("1mo"),
    "later": c("t").dt.offset_by("1mo"),
    "epoch": c("t").dt.timestamp("ms"),
    "mapped": c("k").replace_strict(["a", "b"], [1, 2], default=-1),
    "rounded": c("y").round(1),
    "root": c("y").abs().sqrt(),
    "logarithm": c("x").log(),
    "as a list": nw.list("x", c("y")),
    "list median": nw.list("y", c("x") * 2, c("x")).list.median(),
    "list contains": nw.list("x", c("x") * 2).list.contains(2),
    "list with a null": nw.list("x", c("x") * 2).list.contains(None),
    "struct": nw.struct("x", "y").struct.field("x"),
    "category": c("k").cast(nw.Categorical).cast(nw.String),
    "enum": c("k").cast(nw.Enum(["b", "a"])).cast(nw.String),
    "replaced by a column": c("s").str.replace("o", c("k"), literal=True),
    "moment as text": c("t").cast(nw.String).str.slice(0, 19),
}
AGGREGATES = {
    name: getattr(c("x"), name)()
    for name in ("sum", "mean", "min", "max", "median", "std", "var", "count", "len", "n_unique", "null_count")
}
AGGREGATES |= {
    "quantile": c("y").quantile(0.5, "linear"),
    "any": c("b").any(),
    "all": c("b").all(),
    "skew": c("y").skew(),
    "of some": c("x").filter(c("y") > 0).sum(),
    "of distinct": c("x").drop_nulls().unique().sum(),
    "of differences": (c("x") - c("x").min()).sum(),
    "two": c("x").max() - c("y").min(),
    "constant": nw.lit(7),
    "first by": c("x").first(order_by="y"),
    "last by": c("x").last(order_by="y"),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_expressions(name: str) -> None:
    expression = EXPRESSIONS[name]
    same(lambda df: df.with_columns(expression.alias("found")))
    same(lambda df: df.select(expression.alias("found"), "k"))


@pytest.mark.parametrize("name", AGGREGATES)
def test_aggregates(name: str) -> None:
    expression = AGGREGATES[name]
    same(lambda df: df.select(expression.alias("found")))
    same(lambda df: df.head(0).select(expression.alias("found")))
    same(lambda df: df.group_by("k").agg(expression.alias("found")).sort("k"))
    same(lambda df: df.group_by(c("x") % 2, "b").agg(expression.alias("found")).sort("x", "b"))


VERBS: dict[str, Callable[[Any], Any]] = {
    "filter": lambda df: df.filter(c("x") > 1, k="a"),
    "filter by an aggregate": lambda df: df.filter(c("x") >= c("x").mean()),
    "sort": lambda df: df.sort("k", "x", descending=[True, False], nulls_last=True),
    "nulls first": lambda df: df.sort("x"),
    "top": lambda df: df.top_k(2, by="y"),
    "unique": lambda df: df.unique("k", keep="first", maintain_order=True),
    "none of the repeated": lambda df: df.unique("k", keep="none", maintain_order=True),
    "last by": lambda df: df.unique("k", keep="last", order_by="y").sort("k"),
    "drop": lambda df: df.drop("s", "missing", strict=False),
    "rename": lambda df: df.rename({"x": "z"}),
    "head and tail": lambda df: nw.concat([df.head(2), df.tail(-4)]),
    "every": lambda df: df.gather_every(2, offset=1),
    "without null": lambda df: df.drop_nulls(["x", "y"]),
    "numbered": lambda df: df.with_row_index("i", order_by="y"),
    "columns": lambda df: df.select(
        nw.selectors.numeric() - nw.selectors.by_dtype(nw.Int64), nw.exclude("x", "y", "t")
    ),
    "all": lambda df: df.select(nw.all().n_unique()),
    "renamed": lambda df: df.select(nw.col("x", "y").sum().name.suffix("_total")),
    "shorter": lambda df: df.select(c("x").drop_nulls()),
    "places": lambda df: df[[4, 0, 0], ["x", "s"]],
    "slice": lambda df: df[1:4, "x":"s"],
    "backwards": lambda df: df[::-2],
    "joined to itself": lambda df: df.join(df.select("k", c("x").alias("z")), on="k", how="left").sort("x", "z", "y"),
    "inner": lambda df: df.join(df.select("k", "x"), on="k", how="inner", suffix="_r").sort("x", "x_r", "y"),
    "full": lambda df: df.select("k", "x").join(df.select("k", "y").head(2), on="k", how="full").sort("x", "y", "k"),
    "anti": lambda df: df.join(df.head(1), on="k", how="anti"),
    "semi": lambda df: df.join(df.head(1), left_on="x", right_on="x", how="semi"),
    "cross": lambda df: df.select("x").join(df.select("y").head(2), how="cross"),
    "long": lambda df: df.unpivot(["x", "y"], index="k"),
    "wide": lambda df: (
        df.rename({"b": "flag"})
        .filter(c("k") > "")
        .pivot("k", index="flag", values="y", aggregate_function="max", sort_columns=True)
        .sort("flag")
    ),
    "below each other": lambda df: nw.concat([df, df.head(1)]),
    "series beside": lambda df: df.with_columns((df["x"] + df["y"]).alias("z"), df["s"].str.to_lowercase()),
    "counted": lambda df: df["k"].value_counts(sort=True, name="n").sort("n", "k"),
    "dummies": lambda df: df["k"].drop_nulls().to_dummies(),
}


@pytest.mark.parametrize("name", VERBS)
def test_verbs(name: str) -> None:
    same(VERBS[name])


def test_series() -> None:
    for ours, theirs in ((frame_a[name], frame_b[name]) for frame_a, frame_b in [both()] for name in ("x", "y")):
        assert ours.to_list() == theirs.to_list()
        assert ours.sum() == pytest.approx(theirs.sum())
        assert ours.max() == theirs.max() and ours.len() == theirs.len()
        assert (ours > 1).sum() == (theirs > 1).sum()
        assert (
            ours.sort(descending=True, nulls_last=True).to_list()
            == theirs.sort(descending=True, nulls_last=True).to_list()
        )
        listed = [3, 1] if ours.dtype == nw.Int64 else [0.5, 4.0]
        assert ours.is_in(listed).to_list() == theirs.is_in(listed).to_list()
        assert ours[1] == theirs[1] and ours[1:3].to_list() == theirs[1:3].to_list()
        assert (1 - ours).to_list() == (1 - theirs).to_list()
        assert ours.zip_with(ours > 1, -ours).to_list() == theirs.zip_with(theirs > 1, -theirs).to_list()
        assert ours.filter(ours > 1).to_list() == theirs.filter(theirs > 1).to_list()
        assert isinstance(ours.to_native(), hs.Series)


def test_types_are_narwhals_own() -> None:
    df = nw.from_native(hs.DataFrame({**COLUMNS, "l": [[1], [], None, [2], [3], [4]], "d": [dt.date(2024, 1, 1)] * 6}))
    expected = [nw.String, nw.Int64, nw.Float64, nw.String, nw.Datetime("us"), nw.Boolean, nw.List(nw.Int64), nw.Date]
    assert list(df.schema.values()) == expected


def test_categories() -> None:
    import narwhals.stable.v1 as v1

    ours, theirs = both()
    for frame in (ours, theirs):
        cast = frame.select(c=c("k").cast(nw.Categorical), e=c("k").cast(nw.Enum(["b", "a", "z"])))
        assert cast.schema == {"c": nw.Categorical(), "e": nw.Enum(["b", "a", "z"])}
        assert cast.select(nw.selectors.categorical()).columns == ["c"]
        first = v1.from_native(frame.to_native(), eager_only=True).select(v1.col("k").cast(v1.Categorical))
        assert sorted(first["k"].cat.get_categories().to_list()) == ["a", "b"]
        assert sorted(first.select(v1.col("k").cat.get_categories())["k"].to_list()) == ["a", "b"]
        assert cast.sort("e", nulls_last=True)["e"].to_list()[:2] == ["b", "b"]
        with pytest.raises(ValueError, match="categories"):
            frame.select(c("k").cast(nw.Enum))


def test_maps_are_lists_of_pairs() -> None:
    pa = pytest.importorskip("pyarrow")
    values = pa.array([{"a": 1, "b": 2}, {"b": 3}, {}, None], type=pa.map_(pa.string(), pa.int64()))
    df = nw.from_native(hs.from_arrow(pa.table({"m": values})))
    found = df.select(a=c("m").map.get("a"), b=c("m").map.get("b")).to_dict(as_series=False)
    assert found == {"a": [1, None, None, None], "b": [2, 3, None, None]}
    with pytest.raises(TypeError, match="maps"):
        nw.from_native(hs.DataFrame({"x": [1]})).select(c("x").map.get("a"))


def test_columns_of_different_lengths_are_an_error() -> None:
    df, _ = both()
    for wrong in (
        [c("k").unique(), c("x")],
        [c("x").drop_nulls(), c("k").unique()],
    ):
        with pytest.raises(nw.exceptions.ShapeError):
            df.select(*wrong)
    assert df.select(c("x").drop_nulls() + 1)["x"].to_list() == [4, 2, 3, 2, 6]
    assert df.select(c("x").drop_nulls() - c("x").min())["x"].to_list() == [2, 0, 1, 0, 4]
    lists = nw.from_native(hs.DataFrame({"a": [[1], [2, 3]], "b": [[1], [2]]}))
    with pytest.raises(nw.exceptions.ShapeError, match="matching element counts"):
        lists.explode("a", "b")


def test_wide_by_several_columns() -> None:
    data = {"i": [1, 1, 2], "a": ["u", "v", "u"], "b": ["x", "x", "y"], "n": [1, 2, 3]}
    found = [
        nw.from_native(frame, eager_only=True)
        .pivot(["a", "b"], index="i", values="n", aggregate_function="sum")
        .sort("i")
        .to_dict(as_series=False)
        for frame in (hs.DataFrame(data), pl.DataFrame(data))
    ]
    assert list(found[0]) == list(found[1]) == ["i", '{"u","x"}', '{"v","x"}', '{"u","y"}']
    with pytest.raises(ValueError, match="several rows"):
        nw.from_native(hs.DataFrame({"i": [1, 1], "a": ["u", "u"], "n": [1, 2]})).pivot("a", index="i", values="n")


def test_moments_with_an_offset() -> None:
    df = nw.from_native(hs.DataFrame({"s": ["2020-01-01T01:02:03+0100", None]}))
    expected = dt.datetime(2020, 1, 1, 0, 2, 3, tzinfo=dt.UTC)
    for format in (None, "%Y-%m-%dT%H:%M:%S%z"):
        made = df.select(c("s").str.to_datetime(format))
        assert made.schema == {"s": nw.Datetime("us", "UTC")}
        assert made["s"].to_list() == [expected, None]
    assert made.to_numpy().dtype.kind == "M" and made["s"].to_numpy().dtype.kind == "M"


def test_frames_side_by_side_are_filled_up() -> None:
    one, other = (nw.from_native(hs.DataFrame(data)) for data in ({"x": [1, 2, 3]}, {"y": ["a"]}))
    beside = nw.concat([one, other], how="horizontal").to_dict(as_series=False)
    assert beside == {"x": [1, 2, 3], "y": ["a", None, None]}


def test_errors_are_narwhals_own() -> None:
    df = nw.from_native(hs.DataFrame({"x": [1], "s": ["a"]}))
    with pytest.raises(nw.exceptions.ColumnNotFoundError, match="z"):
        df.select(nw.col("z") + 1)
    with pytest.raises(nw.exceptions.DuplicateError):
        df.select("x", nw.col("s").alias("x"))
    with pytest.raises(nw.exceptions.InvalidOperationError):
        df.select(nw.col("s").str.to_uppercase() + nw.col("x"))


def test_nothing_runs_before_it_is_looked_at() -> None:
    frame = hs.DataFrame({"x": [1, 2, 3]})
    seen = nw.from_native(frame).with_columns(y=nw.col("x") * 2).filter(nw.col("y") > 2).sort("y")
    assert not seen.to_native()._plan.query.is_collected()
    assert seen.shape == (2, 2)


def test_lazily() -> None:
    lazy = nw.from_native(hs.DataFrame({"x": [3, None, 1]})).lazy().filter(nw.col("x") > 1)
    assert isinstance(lazy, nw.LazyFrame)
    assert lazy.collect()["x"].to_list() == [3]
    assert isinstance(lazy.collect("polars").to_native(), pl.DataFrame)


def test_groups_one_by_one() -> None:
    df = nw.from_native(hs.DataFrame({"k": ["b", None, "b"], "x": [1, 2, 3]}))
    found = {key[0]: part["x"].to_list() for key, part in df.group_by("k")}
    assert found == {"b": [1, 3], None: [2]}


def test_frames_are_made_by_the_name_of_the_plugin() -> None:
    for backend in ("hypostyle", hs):
        made = nw.from_dict({"x": [1, 2]}, schema={"x": nw.Float32}, backend=backend)
        assert isinstance(made.to_native(), hs.DataFrame)
        assert made.schema == {"x": nw.Float32}
    series = nw.new_series("s", [1, 2], nw.Int8, backend="hypostyle")
    assert series.to_native().dtype == "int8"


def test_the_index_stays_with_its_rows() -> None:
    frame = hs.DataFrame({"x": [1, 2, 3]}, index=["a", "b", "c"])
    kept = nw.from_native(frame).with_columns(y=nw.col("x") * 2).filter(nw.col("x") > 1).to_native()
    assert kept.loc["c", "y"] == 6
    assert nw.from_native(frame).columns == ["x"]


def test_a_decorated_function_gives_back_what_it_was_given() -> None:
    @nw.narwhalify
    def shares(df: Any) -> Any:
        return df.with_columns(share=nw.col("x") / nw.col("x").sum().over("k"))

    assert shares(hs.DataFrame({"k": ["a", "a", "b"], "x": [1, 3, 5]}))["share"].to_list() == [0.25, 0.75, 1.0]


def test_altair_draws_a_frame() -> None:
    altair = pytest.importorskip("altair")
    chart = altair.Chart(hs.DataFrame({"k": ["a", "b"], "x": [1, 2]})).mark_bar().encode(x="k", y="x").to_dict()
    assert chart["encoding"]["x"]["type"] == "nominal"
    (data,) = chart["datasets"].values()
    assert data == [{"k": "a", "x": 1}, {"k": "b", "x": 2}]


def test_plotly_draws_a_frame() -> None:
    express = pytest.importorskip("plotly.express")
    frame = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 3], "y": [3.0, 2.0, 1.0]})
    figure = express.scatter(frame, x="x", y="y", color="k")
    assert [trace.name for trace in figure.data] == ["a", "b"]
    assert list(figure.data[0].x) == [1, 3]
    bars = express.histogram(frame, x="k", y="y", histfunc="sum")
    assert list(bars.data[0].y) == [3.0, 2.0, 1.0]


def test_one_of_the_most_frequent_values():
    ours, theirs = both()
    assert ours["x"].mode(keep="any") == 1 and theirs["x"].mode(keep="any") == 1
    assert ours["x"].mode(keep="all").to_list() == [1]


def test_texts_of_digits_are_times():
    frame = nw.from_native(hs.DataFrame({"t": ["20240101123456", None]}))
    found = frame.select(nw.col("t").str.to_datetime()).to_native()["t"].to_list()
    assert found == [dt.datetime(2024, 1, 1, 12, 34, 56), None]


def test_what_is_no_time_has_no_timestamp():
    frame = nw.from_native(hs.DataFrame({"a": ["x"]}))
    with pytest.raises(TypeError, match="Date or Datetime"):
        frame.select(nw.col("a").dt.timestamp())


def labelled() -> dict[str, Any]:
    """Frames whose columns have labels that are no texts: the frame, and the names that Arrow knows them by."""
    pd = pytest.importorskip("pandas")
    given = hs.DataFrame({"k": ["a", "b", "a"], "g": [1, 1, 2], "x": [1.0, 2.0, 3.0]})
    return {
        "tuples": (given.groupby("k").agg({"x": ["sum", "mean"]}), ["x_sum", "x_mean"]),
        "numbers": (given.pivot_table(values="x", index="k", columns="g"), ["1", "2"]),
        "beside texts": (hs.DataFrame(pd.DataFrame([[1, 2]], columns=[0, "0"])), ["0_", "0"]),
        "moments": (hs.DataFrame(pd.DataFrame([[1]], columns=[pd.Timestamp("2024-01-01")])), ["2024-01-01 00:00:00"]),
    }


@pytest.mark.parametrize("kind", ["tuples", "numbers", "beside texts", "moments"])
def test_labels_that_are_no_texts_are_texts_to_narwhals(kind: str) -> None:
    native, names = labelled()[kind]
    frame = nw.from_native(native)
    assert frame.columns == names
    assert list(frame.schema) == names and list(frame.to_dict(as_series=False)) == names
    assert list(frame.rows(named=True)[0]) == names
    assert frame.to_arrow().column_names == names and frame.to_polars().columns == names
    assert [frame[name].name for name in names] == names
    assert frame.select(nw.col(names[0])).rows() == [row[:1] for row in frame.rows()]
    assert frame.unpivot().columns == ["variable", "value"]
    assert sorted(set(frame.unpivot()["variable"].to_list())) == sorted(names)


@pytest.mark.parametrize("kind", ["tuples", "numbers", "beside texts", "moments"])
def test_labels_that_are_no_texts_come_back(kind: str) -> None:
    native, names = labelled()[kind]
    shown = list(native.columns)
    frame = nw.from_native(native)
    assert frame.to_native() is native
    assert list(frame.to_pandas().columns) == shown
    chosen = frame.filter(nw.col(names[0]).is_null() | ~nw.col(names[0]).is_null())
    doubled = chosen.with_columns((nw.col(names[0]) * 2).alias("twice")).to_native()
    assert list(doubled.columns)[: len(shown)] == shown
    assert doubled.equals(native.assign(twice=native[shown[0]] * 2))
    assert list(frame.select(names[-1]).to_native().columns) == shown[-1:]
    assert frame[names[0]].to_native().name == (shown[0] if kind != "beside texts" else names[0])
    assert list(frame.lazy().collect().to_native().columns) == shown


def test_series_of_other_labels_stand_side_by_side() -> None:
    counts = hs.Series([3, 1], index=["a", "b"], name="x")
    others = [hs.Series([7, 8]), hs.Series([5, 6, 9])[lambda s: s < 9], counts.index.to_series()]
    frame = nw.from_dict(
        {"x": nw.from_native(counts, series_only=True)}
        | {f"y{at}": nw.from_native(other, series_only=True) for at, other in enumerate(others)}
    )
    assert frame.to_dict(as_series=False) == {"x": [3, 1], "y0": [7, 8], "y1": [5, 6], "y2": ["a", "b"]}
    longer = nw.from_native(hs.Series([1, 2, 3]), series_only=True)
    with pytest.raises(hs.errors.ShapeError, match="3"):
        nw.from_dict({"x": nw.from_native(counts, series_only=True), "z": longer})


def test_plotly_draws_frames_with_labels() -> None:
    # As with Polars' frames, whose rows have no labels, rows without an x stand at their numbers.
    express = pytest.importorskip("plotly.express")
    frame = hs.DataFrame({"k": ["a", "b", "a"], "v": [1, 2, 3]})
    totals = frame.groupby("k").v.sum()
    assert list(express.bar(totals).data[0].y) == [4, 2]
    figure = express.bar(totals, x=totals.index, y="v")
    assert list(figure.data[0].x) == ["a", "b"] and list(figure.data[0].y) == [4, 2]
    wide = frame.pivot_table(values="v", index="k", columns="v").reset_index()
    lines = express.line(wide, x="k", y=["1", "2"])
    assert [line.name for line in lines.data] == ["1", "2"]


def test_a_pattern_that_is_none_is_an_error_at_once() -> None:
    frame, _ = both()
    for expr in (c("s").str.contains("("), c("s").str.replace("[", "x"), c("s").str.replace_all("*", "x")):
        with pytest.raises(hs.errors.InvalidArgumentError, match="no regular expression"):
            frame.select(expr)
    assert frame.select(c("s").str.contains("(", literal=True)).to_dict(as_series=False)["s"][0] is False


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("nulls_last", [False, True])
def test_sorted_columns_of_the_first_interface(descending: bool, nulls_last: bool) -> None:
    v1 = pytest.importorskip("narwhals.stable.v1")
    ours, theirs = (v1.from_native(frame(COLUMNS), eager_only=True) for frame in (hs.DataFrame, pl.DataFrame))
    order = {"descending": descending, "nulls_last": nulls_last}
    for exprs in (
        [v1.col("x", "y").sort(**order)],
        [v1.col("x").sort(**order).head(2)],
        [v1.col("y").drop_nulls().sort(**order)],
        [v1.col("x").sort(**order) + v1.col("x"), v1.col("k")],
    ):
        found, expected = (frame.select(*exprs).to_dict(as_series=False) for frame in (ours, theirs))
        assert_equal(found, expected)


def test_a_text_of_a_series_that_is_no_time_is_an_error_at_once() -> None:
    texts = hs.DataFrame({"s": ["2024-01-02", "next week"]})
    series = nw.from_native(texts, eager_only=True)["s"]
    reads = [
        lambda: series.str.to_datetime("%Y-%m-%d"),
        lambda: series.str.to_date("%Y-%m-%d"),
        lambda: series.cast(nw.Int64),
        lambda: series.cast(nw.Float64()),
        lambda: nw.new_series("t", ["12:34", "25:00"], backend="hypostyle").str.to_time("%H:%M"),
    ]
    for read in reads:
        with pytest.raises(hs.errors.HypostyleError):
            read()
    numbers = nw.from_native(hs.DataFrame({"s": ["1", None]}, index=["a", "b"]), eager_only=True)["s"].cast(nw.Int64)
    assert numbers.to_list() == [1, None] and numbers.to_native().index.to_list() == ["a", "b"]


def test_a_text_of_a_frame_that_is_no_time_is_an_error_at_once() -> None:
    native = hs.DataFrame({"s": ["2024-01-02", "next week"], "k": [1, 1]})
    frame, later = nw.from_native(native, eager_only=True), nw.from_native(native.copy()).lazy()
    date = c("s").str.to_date("%Y-%m-%d")
    reads = {
        "select": lambda frame: frame.select(date),
        "with_columns": lambda frame: frame.with_columns(date.dt.year()),
        "filter": lambda frame: frame.filter(date.is_null()),
        "cast": lambda frame: frame.select(c("s").cast(nw.Int64)),
        "over": lambda frame: frame.select(date.max().over("k")),
        "of columns": lambda frame: frame.select(nw.max_horizontal(date, date)),
        "chosen": lambda frame: frame.select(nw.when(c("k") > 0).then(date)),
        "aggregate": lambda frame: frame.select(date.max()),
        "groups": lambda frame: frame.group_by("k").agg(date.max()),
        "keys": lambda frame: frame.group_by(date).agg(c("k").sum()),
    }
    for read in reads.values():
        with pytest.raises((hs.errors.HypostyleError, nw.exceptions.NarwhalsError)):
            read(frame)
        # One that waits says so when it is collected.
        waiting = read(later)
        with pytest.raises((hs.errors.HypostyleError, nw.exceptions.NarwhalsError)):
            waiting.collect()


@pytest.mark.parametrize("dtype", [nw.String, nw.Float64, nw.Boolean, nw.Int64])
def test_a_value_of_all_rows_becomes_another_type(dtype: Any) -> None:
    for verb in ("select", "with_columns"):
        same(lambda frame, verb=verb: getattr(frame, verb)(x=c("x").sum().cast(dtype), n=c("k").len().cast(dtype)))
        same(
            lambda frame, verb=verb: getattr(frame, verb)(
                x=nw.max_horizontal(c("x").sum().cast(dtype), nw.lit(1).cast(dtype))
            )
        )
    same(lambda frame: frame.group_by("k").agg(c("x").sum().cast(dtype)).sort("k"))
