"""Dask's partitions: where they are cut, that they stay so, and what is asked of them; compared with Dask where it is there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

PDF = pd.DataFrame({"x": range(10), "k": list("abcabcabca")}, index=range(10, 20))


def cut(count: int = 3) -> hs.DataFrame:
    return hs.from_pandas(PDF, npartitions=count)


def dasks() -> Any:
    """Dask's frame, cut in the same places."""
    dd = pytest.importorskip("dask.dataframe")
    return dd.from_pandas(PDF, npartitions=3).repartition(divisions=(10, 14, 18, 19))


def lengths(frame: Any) -> list[int]:
    return frame.map_partitions(len).to_list()


def test_partitions_stay_as_they_were_cut():
    df = cut().assign(y=1)
    assert (lengths(df), df.npartitions, (df["x"] + 1).npartitions) == ([4, 4, 2], 3, 3)
    # Looking at the rows, after which the engine would join small partitions, changes nothing.
    assert len(repr(df)) and len(df.compute()) == 10
    assert (lengths(df), df.npartitions, [len(part) for part in df.partitions]) == ([4, 4, 2], 3, [4, 4, 2])
    assert df.map_partitions(lambda part: part.head(1))["x"].to_list() == [0, 4, 8]
    firsts = df.map_partitions(lambda part: part.head(2))
    assert lengths(firsts) == [2, 2, 2] and len(repr(firsts)) and lengths(firsts) == [2, 2, 2]


def test_partitions_have_the_labels_of_their_rows():
    pdf = PDF.reset_index(drop=True)
    theirs = dasks().reset_index()[["x", "k"]]
    for df, expected in ((hs.from_pandas(pdf, npartitions=3), pdf), (cut(), PDF)):
        odd = df.map_partitions(lambda part: part[part["x"] % 2 == 1]).to_pandas()
        assert_frame_equal(odd, expected[expected["x"] % 2 == 1], check_index_type=False)
        chosen = df[df["x"] > 1].map_partitions(lambda part: part.assign(y=1)).to_pandas()
        assert chosen.index.to_list() == expected[expected["x"] > 1].index.to_list()
        assert df.partitions[1].index.to_list() == expected.index[4:8].to_list()
        assert df["x"].partitions[2].index.to_list() == expected.index[8:].to_list()
        assert df.shuffle("k").index.to_list() == expected.sort_values("k", kind="stable").index.to_list()
    assert (
        theirs.partitions[1].compute()["x"].to_list() == hs.from_pandas(pdf, npartitions=3).partitions[1]["x"].to_list()
    )


def test_each_value_of_from_map_is_a_partition():
    whole = hs.DataFrame({"x": range(12)}).repartition(3)
    made = hs.from_map(lambda at: whole[2 * at : 5 * at], range(1, 4))
    expected = [3, 6, 6]
    assert lengths(made) == expected and made.npartitions == 3
    assert len(repr(made)) and lengths(made) == expected
    assert lengths(made.persist()) == expected
    assert made.map_partitions(lambda part: part.head(1)).shape == (3, 1)
    assert hs.from_map(lambda at: whole[:at], [1, 0, 2]).partitions[1].shape == (0, 1)


def test_divisions_as_in_dask():
    theirs = dasks()
    df = cut()
    assert df.divisions == theirs.divisions == (10, 14, 18, 19)
    assert df["x"].divisions == theirs["x"].divisions
    assert df.known_divisions and not df.sort_values("x", ascending=False).known_divisions
    cuts = [10, 13, 15, 19]
    assert lengths(df.repartition(divisions=cuts)) == list(
        theirs.repartition(divisions=cuts).map_partitions(len).compute()
    )
    assert lengths(df["x"].repartition(divisions=cuts)) == [3, 2, 5]
    assert df.repartition(divisions=cuts).divisions == tuple(cuts)
    assert_frame_equal(df.repartition(divisions=cuts).to_pandas(), PDF, check_dtype=False)
    with pytest.raises(ValueError, match="force=True"):
        df.repartition(divisions=[12, 19])
    assert lengths(df.repartition(divisions=[12, 15, 19], force=True)) == [5, 5]
    with pytest.raises(ValueError, match="in order"):
        df.sort_index(ascending=False).repartition(divisions=cuts)
    assert df.compute_current_divisions("x") == (0, 4, 8, 9)
    with pytest.raises(ValueError, match="not apart"):
        df.compute_current_divisions("k")
    assert df.enforce_runtime_divisions().clear_divisions() is df


def test_partitions_of_periods():
    dd = pytest.importorskip("dask.dataframe")
    pdf = pd.DataFrame({"x": range(11)}, index=pd.date_range("2024-01-01 06:00", periods=11, freq="10h"))
    df = hs.from_pandas(pdf, npartitions=2)
    theirs = dd.from_pandas(pdf, npartitions=2).repartition(freq="1D")
    assert lengths(df.repartition(freq="1D")) == list(theirs.map_partitions(len).compute())
    # Periods begin at multiples of their length, however the first row lies.
    for start in ("2024-03-01 02:20:25", "1969-12-25 23:00", "2024-01-01"):
        pdf = pd.DataFrame({"x": range(90)}, index=pd.date_range(start, periods=90, freq="5h"))
        for freq in ("7D", "36h", "2D", "90min"):
            theirs = dd.from_pandas(pdf, npartitions=2).repartition(freq=freq)
            found = [n for n in theirs.map_partitions(len).compute() if n]
            assert lengths(hs.from_pandas(pdf, npartitions=2).repartition(freq=freq)) == found, (start, freq)
    with pytest.raises(ValueError, match="index of times"):
        cut().repartition(freq="1D")


def test_rows_of_a_key_are_in_one_partition():
    for count in (1, 2, 3, 5):
        moved = cut().shuffle("k", npartitions=count)
        keys = moved.map_partitions(lambda part: "".join(part["k"].unique())).to_list()
        assert sorted("".join(keys)) == ["a", "b", "c"]
        assert sorted(moved["x"].to_list()) == list(range(10))
    df = cut()
    even = df.shuffle(df["x"] % 2, npartitions=2).map_partitions(lambda part: part["x"].sum() % 2)
    assert sorted(even.to_list()) == [0, 1]


def test_partitions_of_several_frames():
    df, theirs = cut(), dasks()

    def both(one: Any, two: Any) -> Any:
        return one["x"].sum() + two.max()

    expected = theirs.map_partitions(both, theirs["x"], meta=(None, "int64")).compute()
    assert df.map_partitions(both, df["x"]).to_list() == list(expected)
    assert hs.map_partitions(both, df, df["x"]).to_list() == list(expected)
    assert df["x"].map_partitions(lambda a, b: a + b, df["x"] * 2).to_list() == [3 * x for x in range(10)]
    other = hs.DataFrame({"y": range(6)}).repartition(3)
    assert df.map_partitions(lambda a, b: len(a) * 10 + len(b), other).to_list() == [42, 42, 22]
    one = hs.DataFrame({"y": range(6)})
    assert df.map_partitions(lambda a, b: len(a) * 10 + len(b), one).to_list() == [46, 46, 26]
    with pytest.raises(ValueError, match="2 and 3 partitions"):
        df.map_partitions(both, other.repartition(2))
    with pytest.raises(ValueError, match="none of the arguments"):
        hs.map_partitions(len, 1)


def test_functions_that_see_rows_of_a_time_around():
    pdf = pd.DataFrame({"x": range(10)}, index=pd.date_range("2024-01-01", periods=10, freq="12h"))
    df = hs.from_pandas(pdf, npartitions=3)
    found = df.map_overlap(lambda part: part.rolling("1D").sum(), dt.timedelta(days=1), 0)
    assert found["x"].to_list() == pdf.rolling("1D").sum()["x"].to_list()
    ahead = hs.map_overlap(lambda part: part.shift(-1), df, 0, pd.Timedelta("13h"))
    assert ahead["x"].to_list()[:-1] == list(range(1, 10))


MEAN: dict[str, Any] = {
    "name": "own_mean",
    "chunk": lambda s: (s.count(), s.sum()),
    "agg": lambda count, total: (count.sum(), total.sum()),
    "finalize": lambda count, total: total / count,
}


def test_aggregates_of_three_steps():
    theirs = dasks()
    df = cut()
    ours, mean = hs.Aggregation(**MEAN), pytest.importorskip("dask.dataframe").Aggregation(**MEAN)
    expected = theirs.groupby("k").agg({"x": mean}).compute()["x"].to_dict()
    assert df.groupby("k").agg({"x": ours})["x"].to_dict() == expected
    most = hs.Aggregation("most", lambda s: s.max(), lambda s: s.max())
    assert df.groupby("k")["x"].agg(most).to_dict() == PDF.groupby("k")["x"].max().to_dict()
    named = df.groupby("k", sort=False).agg(n=("x", "size"), mean=("x", ours))
    assert named["mean"].to_dict() == PDF.groupby("k")["x"].mean().to_dict()
    keys = pd.DataFrame({"k": ["b", None, "a", "b"], "j": [1, 1, 2, 1], "x": [1.0, 2.0, 3.0, 6.0]})
    two = hs.from_pandas(keys).groupby(["k", "j"], dropna=False)["x"].agg(ours)
    assert two.to_list() == keys.groupby(["k", "j"], dropna=False)["x"].mean().to_list()
    assert ours(df["x"]) == 4.5


def test_frames_of_arrays():
    dd = pytest.importorskip("dask.dataframe")
    matrix = np.arange(6).reshape(3, 2)
    assert_frame_equal(hs.from_array(matrix, columns=["a", "b"]).to_pandas(), pd.DataFrame(matrix, columns=["a", "b"]))
    record = np.array([(1, 2.5), (3, 4.5)], dtype=[("a", "i8"), ("b", "f8")])
    assert_frame_equal(hs.from_array(record).to_pandas(), dd.from_array(record).compute())
    series = hs.from_array(np.arange(5), chunksize=2, columns="n")
    assert (series.name, series.npartitions, series.to_list()) == ("n", 3, list(range(5)))
    with pytest.raises(ValueError, match="one dimension or two"):
        hs.from_array(np.zeros((1, 1, 1)))
    back = cut()["x"].to_dask_array()
    assert back.chunks == ((4, 4, 2),) and back.sum().compute() == 45
    assert hs.from_dask_array(back, columns="x", index=range(5, 15)).loc[6] == 1


def test_text_becomes_categories():
    df = cut().categorize()
    assert df.dtypes == {"x": "int64", "k": "category"} and df["k"].cat.categories.to_list() == ["a", "b", "c"]
    assert cut().categorize(columns=["k"]).equals(df)
    assert_series_equal(df["k"].to_pandas(), PDF["k"].astype("category"))


def test_verbs_as_functions(tmp_path):
    df = cut().reset_index(drop=True)
    hs.to_parquet(df, tmp_path / "p")
    hs.to_csv(df, tmp_path / "c.csv", index=False)
    hs.to_json(df, tmp_path / "j.json", orient="records", lines=True)
    for read in (hs.read_parquet(tmp_path / "p"), hs.read_csv(tmp_path / "c.csv"), hs.read_json(tmp_path / "j.json")):
        assert read.to_dict("list") == df.to_dict("list")
    assert hs.repartition(PDF, divisions=[10, 12, 19]).npartitions == 2


def test_memory_of_a_series_without_its_labels():
    x = cut()["x"]
    assert (x.memory_usage(index=False), x.memory_usage(), x.index.memory_usage()) == (80, 160, 80)
    assert list(x.index.head(2, compute=False)) == [10, 11] and list(x.index.tail(1)) == [19]


CHOICES: dict[str, Any] = {
    "mask": lambda df: df[df["x"] > 5],
    "twice": lambda df: df[df["x"] > 2].assign(y=1).query("x % 2 == 0"),
    "none": lambda df: df[df["x"] > 100],
    "dropna": lambda df: df.dropna(),
    "loc": lambda df: df.loc[df["x"].isin([1, 9])],
    "column": lambda df: df["x"][df["x"] > 5],
    "reset": lambda df: df[df["x"] > 5].reset_index(),
    "made": lambda df: df.map_partitions(lambda part: part[part["x"] > 2]).query("x % 2 == 0"),
}


@pytest.mark.parametrize("name", CHOICES)
def test_chosen_rows_stay_in_their_partitions(name):
    choose = CHOICES[name]
    expected = list(choose(dasks()).map_partitions(len).compute())
    assert lengths(choose(cut())) == expected and choose(cut()).npartitions == 3

    def firsts(frame: Any) -> list:
        made = frame.map_partitions(lambda part: part.head(1))
        return (made["x"] if hasattr(made, "columns") else made).to_list()

    looked, kept = choose(cut()), choose(cut()).persist()
    assert len(repr(looked)) and len(looked) == sum(expected)
    assert firsts(choose(cut())) == firsts(looked) == firsts(kept)
    assert lengths(looked) == lengths(kept) == expected
    assert [len(part) for part in looked.partitions] == expected


def test_frames_below_each_other_keep_their_partitions():
    both = hs.concat([cut(), cut(2), hs.from_pandas(PDF)])
    assert len(both) == 30 and lengths(both) == [4, 4, 2, 5, 5, 10]
    assert lengths(both[both["x"] < 5]) == [4, 1, 0, 5, 0, 5]
    assert lengths(hs.concat([cut()["x"], cut(2)["x"]])) == [4, 4, 2, 5, 5]


def test_rows_in_another_order_are_in_partitions_of_their_own():
    turned = cut().sort_values("x", ascending=False)
    assert lengths(turned) == [10] and turned["x"].to_list() == list(range(9, -1, -1))
    frame = cut()
    for _ in range(2000):
        frame = frame[frame["x"] >= 0]
    assert lengths(frame.head(7)) == [4, 3, 0]


def test_overlap_of_several_frames():
    pdf = PDF[["x"]].astype("float64")

    def moved(part: Any, more: Any, step: int) -> Any:
        return part.shift(1) + more.shift(-1) * step

    expected = moved(pdf, pdf * 2, 3)
    found = cut()[["x"]].map_overlap(moved, 1, 1, cut(2)[["x"]] * 2, align_dataframes=True, step=3)
    assert_frame_equal(found.to_pandas(), expected, check_dtype=False)
    assert_frame_equal(hs.map_overlap(moved, pdf, 1, 1, pdf * 2, step=3).to_pandas(), expected, check_dtype=False)
    with pytest.raises(ValueError, match="partner"):
        cut()[["x"]].map_overlap(moved, 1, 1, cut()[["x"]].head(3), step=3)


def test_what_dask_takes_and_pandas_does_not():
    dd = pytest.importorskip("dask.dataframe")
    data = {"x": [1, 2, 3], "y": [4, 5, 6]}
    assert (
        hs.DataFrame.from_dict(data, npartitions=2).npartitions
        == dd.DataFrame.from_dict(data, npartitions=2).npartitions
        == 2
    )
    index = cut().index
    assert list(index.map({10: "a"}, meta=("k", "str")))[:2] == ["a", None]
    assert list(index.map(pd.Series(["a"], index=[11])))[:2] == [None, "a"]
    assert list(hs.Index(["b", None]).map(str.upper, na_action="ignore")) == ["B", None]


def test_what_functions_make_is_made_in_its_partitions():
    made: list[int] = []

    def part(at: int) -> hs.DataFrame:
        made.append(at)
        return hs.DataFrame({"x": range(3 * at, 3 * at + 3)})

    def rows() -> hs.DataFrame:
        frame = hs.from_map(part, range(4), meta=hs.DataFrame({"x": [1]}))
        made.clear()
        return frame[frame["x"] > 1]

    # Nothing is made twice, and rows need not be there all at once, as long as nobody looks at them.
    assert lengths_of_rows(rows()) == [1, 3, 3, 3] and len(made) == 4
    kept = rows().persist()
    assert len(made) == 4 and lengths_of_rows(kept) == [1, 3, 3, 3] and kept.npartitions == 4
    assert rows().npartitions == 4
    looked = rows()
    assert len(looked) == 10 and lengths_of_rows(looked) == [1, 3, 3, 3]


def lengths_of_rows(frame: Any) -> list[int]:
    """As `lengths`, of partitions that are never all in memory."""
    return frame.map_partitions(lambda part: hs.DataFrame({"n": [len(part)]}))["n"].to_list()


@pytest.mark.parametrize("labels", [[10, 20, 30, 40], list("wxyz"), pd.date_range("2024-01-01", periods=4)])
def test_names_and_types_of_series_leave_the_labels(labels):
    pdf = pd.DataFrame({"x": [1.0, 2.0, 4.0, 8.0]}, index=pd.Index(labels, name="i"))
    df = hs.from_pandas(pdf, npartitions=2)
    told = ("x", "f8")
    for meta in (told, pd.Series([], dtype="f8", name="x", index=pdf.index[:0]), None):
        made = [
            df["x"].map_partitions(lambda part: part * 2, meta=meta),
            df["x"].map_overlap(lambda part: part.diff(), 1, 0, meta=meta),
        ]
        for found, expected in zip(made, (pdf["x"] * 2, pdf["x"].diff()), strict=True):
            assert_series_equal(found.to_pandas(), expected, check_freq=False, check_index_type=False)
    for meta in ({"x": "f8"}, [told]):
        overlapped = df.map_overlap(lambda part: part.diff(), 1, 0, meta=meta).to_pandas()
        assert_frame_equal(overlapped, pdf.diff(), check_freq=False, check_index_type=False)
    arrays = df["x"].map_partitions(lambda part: part.to_numpy() * 2, meta=told).to_pandas()
    assert_series_equal(arrays, pdf["x"] * 2, check_freq=False, check_index_type=False)


def test_names_and_types_leave_the_labels():
    pdf = pd.DataFrame({"a": [1, 2, 3]}, index=pd.Index(["x", "y", "z"], name="i"))
    df = hs.from_pandas(pdf, npartitions=2)
    made = df.map_partitions(lambda part: part.assign(c=part["a"] * 2), meta={"a": "int64", "c": "int64"})
    pd.testing.assert_frame_equal(made.to_pandas(), pdf.assign(c=pdf["a"] * 2))


def test_an_index_that_is_put_in_order():
    pdf = pd.DataFrame({"x": [4, 1, 2, 5, 2], "y": range(5)})
    ordered = pdf.set_index("x").sort_index(kind="stable")
    df = hs.from_pandas(pdf, npartitions=2)
    assert_frame_equal(df.set_index("x").to_pandas(), pdf.set_index("x"))
    for made in (
        df.set_index("x", sort=True),
        df.set_index("x", divisions=[1, 3, 5]),
        df.set_index("x", npartitions=2),
        df.set_index("x").shuffle("x"),
        df.set_index("x").shuffle(on_index=True, npartitions=2),
        df.set_index("x").shuffle(df.set_index("x").index),
    ):
        assert_frame_equal(made.to_pandas(), ordered)
        assert made.known_divisions
    assert lengths(df.set_index("x", divisions=[1, 3, 5])) == [3, 2]
    # Rows of one label are in one partition.
    assert lengths(df.set_index("x", npartitions=5)) == [1, 2, 1, 1]
    assert_frame_equal(df.set_index("x", sort=False, npartitions="auto").to_pandas(), pdf.set_index("x"))


def test_divisions_where_partitions_are_empty():
    df = hs.DataFrame({"x": range(10)}).repartition(5)
    assert df.loc[3:5].divisions == (3, 3, 4, 5, 5, 5)
    assert df[df["x"] > 20].divisions == (None,) * 6
    assert df[df["x"] > 3].divisions == (4, 4, 4, 6, 8, 9)


def test_functions_of_windows_get_their_arguments():
    def function(values, more, times=1):
        return values.sum() * times + more

    df = hs.DataFrame({"x": [1.0, 2.0, 3.0]})
    expected = df.to_pandas().rolling(2).agg(function, 10, times=2)
    assert_frame_equal(df.rolling(2).agg(function, 10, times=2).to_pandas(), expected)
    assert_series_equal(df["x"].rolling(2).agg(function, 10, times=2).to_pandas(), expected["x"])


def test_columns_of_a_series_of_names():
    df = hs.DataFrame({"a": [1], "b": [2], "c": [3]})
    assert list(df[hs.Series(["a", "c"])].columns) == ["a", "c"]


def test_each_of_several_files_is_a_partition(tmp_path):
    for at in range(3):
        part = pd.DataFrame({"x": range(at * 4, at * 4 + 4), "k": list("abab")})
        part.to_csv(tmp_path / f"{at}.csv", index=False)
        part.to_parquet(tmp_path / f"{at}.parquet", index=False)
        part.to_json(tmp_path / f"{at}.json", orient="records", lines=True)
    readers = {"csv": hs.read_csv, "parquet": hs.read_parquet, "json": lambda path: hs.read_json(path, lines=True)}
    for kind, read in readers.items():
        fresh, known, looked = (read(tmp_path / f"*.{kind}") for _ in range(3))
        assert known.npartitions == 3 and len(looked.compute()) == 12
        # The same, whether the rows have been read, and the engine joined small partitions, or not.
        for df in (fresh, known, looked):
            assert df.map_partitions(lambda part: part.head(1))["x"].to_list() == [0, 4, 8]
            assert lengths(df) == lengths(df["x"]) == [4, 4, 4]
            assert df.divisions == (0, 4, 8, 11) and df.partitions[1]["x"].to_list() == [4, 5, 6, 7]
            assert lengths(df[df["x"] > 5]) == lengths(df.assign(y=1).query("x > 5")) == [0, 2, 4]
            assert df.set_index("x").divisions == (0, 4, 8, 11)
            assert hs.concat([df, df]).npartitions == 6
    written = hs.read_csv(tmp_path / "?.csv").to_csv(tmp_path / "part-*.txt", index=False)
    assert [len(pd.read_csv(name)) for name in written] == [4, 4, 4]


def test_partitions_of_files_that_are_gone_or_written_anew_are_the_engines(tmp_path):
    def write(rows: int) -> None:
        for at in range(2):
            pd.DataFrame({"x": range(rows)}).to_csv(tmp_path / f"{at}.csv", index=False)

    write(3)
    gone, anew, chosen = (hs.read_csv(tmp_path / "*.csv").persist() for _ in range(3))
    chosen = chosen[chosen["x"] > 0].persist()
    write(2)
    assert (anew.npartitions, lengths(anew), lengths(chosen)) == (1, [6], [4])
    for at in range(2):
        (tmp_path / f"{at}.csv").unlink()
    assert (gone.npartitions, lengths(gone), len(gone[gone["x"] > 0])) == (1, [6], 4)
