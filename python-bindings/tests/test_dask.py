"""What a user of Dask writes: its verbs, its hints about how to run, and its options of readers and writers."""

from __future__ import annotations

import inspect
import threading
import xml.dom.minidom
from typing import Any

import hypostyle as hs
import pandas as pd
import pytest

DATA = {"k": ["a", "b", "a", "c"], "x": [1, 2, 3, 4]}


def parts(count: int = 3) -> hs.DataFrame:
    return hs.DataFrame(DATA).repartition(npartitions=count)


def test_partitions_one_by_one():
    df = parts(2)
    assert [part.compute()["x"].to_list() for part in df.to_delayed()] == [[1, 2], [3, 4]]
    assert df.get_partition(-1)["x"].to_list() == [3, 4] and df["x"].get_partition(0).to_list() == [1, 2]
    assert (df["x"].npartitions, df.divisions, df.known_divisions) == (2, (0, 2, 3), True)
    assert df["x"].repartition(4).npartitions == 4 and df["x"].partitions[1].name == "x"
    assert df.optimize().clear_divisions().equals(df)
    split = df["x"].random_split([0.5, 0.5], random_state=1)
    assert sorted(split[0].to_list() + split[1].to_list()) == DATA["x"]


def test_partitions_of_a_size():
    whole = hs.DataFrame({"x": range(100_000)})
    assert whole.repartition(partition_size="100kB").npartitions in (8, 9)
    assert whole.repartition(partition_size="1GiB").npartitions == 1
    for wrong in ({"divisions": [0, 5], "freq": "D"}, {}, {"npartitions": 1, "partition_size": 5}):
        with pytest.raises(ValueError, match="one of npartitions, partition_size"):
            whole.repartition(**wrong)
    with pytest.raises(ValueError, match="100MB"):
        whole.repartition(partition_size="much")


def test_frames_of_functions_and_delayed_objects():
    made = hs.from_delayed([lambda: pd.DataFrame({"x": [1]}), lambda: hs.DataFrame({"x": [2]})])
    assert made["x"].to_list() == [1, 2]
    assert hs.from_delayed(parts().to_delayed()).to_dict("list") == DATA
    assert hs.from_delayed(parts()["x"].to_delayed()).to_list() == DATA["x"]
    assert hs.from_map(lambda a, b, c: hs.DataFrame({"s": [a + b + c]}), [1, 2], [10, 20], c=5)["s"].to_list() == [
        16,
        27,
    ]
    delayed = pytest.importorskip("dask").delayed
    assert hs.from_delayed([delayed(pd.DataFrame)({"x": [at]}) for at in range(3)])["x"].sum() == 3
    with pytest.raises(ValueError, match="no partitions"):
        hs.from_delayed([])


def test_functions_of_from_map_run_when_rows_are_looked_at():
    calls: list[int] = []
    lock = threading.Lock()

    def made(at: int) -> dict[str, Any]:
        with lock:
            calls.append(at)
        return {"x": [at]}

    frame = hs.from_map(made, range(4), meta={"x": "int64"})
    assert calls == []
    assert frame["x"].to_list() == [0, 1, 2, 3]
    assert sorted(calls) == [0, 1, 2, 3]
    calls.clear()
    assert hs.from_map(made, range(2))["x"].sum() == 1
    assert sorted(calls) == [0, 1]  # The first, which told the columns, is not made again.


def test_results_of_partitions_are_frames_series_or_values():
    df = parts(2)
    assert df.map_partitions(len).to_list() == [2, 2]
    assert df.map_partitions(lambda part: part["x"].max()).to_list() == [2, 4]
    series = df.map_partitions(lambda part: part["x"] * 2)
    assert (series.to_list(), series.name) == ([2, 4, 6, 8], "x")
    assert df.map_partitions(lambda part: part.x.to_pandas() + 1, meta=("y", "int64")).to_list() == [2, 3, 4, 5]
    assert df["x"].map_partitions(lambda part: part.cumsum(), enforce_metadata=False).to_list() == [1, 3, 3, 7]
    assert (
        df.map_partitions(lambda part, by: part.assign(x=part.x * by), by=2, meta=[("k", str), ("x", int)])["x"].sum()
        == 20
    )


def test_overlap_and_reduction():
    x = hs.Series(range(10)).repartition(4)
    plain = hs.Series(range(10)).rolling(3).sum().to_list()
    assert x.map_overlap(lambda part: part.rolling(3).sum(), 2, 0).to_list() == plain
    ahead = x.map_overlap(lambda part: part.shift(-1), 0, 1).to_list()
    assert ahead == [*range(1, 10), None]
    with pytest.raises(ValueError, match="one for each"):
        x.map_overlap(lambda part: part.head(1), 1, 1).to_list()
    with pytest.raises(ValueError, match="numbers of rows"):
        x.map_overlap(lambda part: part, "1h", 0)
    both = x.reduction(
        lambda part: hs.Series({"n": part.count(), "s": part.sum()}),
        aggregate=lambda found: found.groupby(level=0).sum(),
    )
    assert both.to_dict() == {"n": 10, "s": 45}


HINTED = [
    lambda df: df.groupby("k").agg({"x": "sum"}, split_every=4, split_out=2),
    lambda df: df.groupby("k")["x"].nunique(split_out=2),
    lambda df: df.groupby("k")["x"].apply(lambda x: x.max(), meta=("x", "int64")),
    lambda df: df.apply(lambda row: row["x"] + 1, axis=1, meta=("x", "int64")),
    lambda df: df["x"].map(lambda value: value + 1, meta=("x", "int64")),
    lambda df: df.drop_duplicates("k", split_every=2),
    lambda df: df["k"].value_counts(split_every=2, split_out=2),
    lambda df: df.merge(df, on="k", npartitions=4, shuffle_method="tasks", broadcast=True),
    lambda df: df.set_index("x", sorted=True, npartitions=2),
    lambda df: df.sort_values("x", npartitions=2).persist(scheduler="threads"),
    lambda df: df.head(2, npartitions=-1, compute=False).compute(scheduler="threads", num_workers=2),
]


@pytest.mark.parametrize("verb", HINTED, ids=range(len(HINTED)))
def test_hints_change_nothing(verb):
    def without(method: str) -> None: ...

    assert len(verb(parts())) > 0
    assert "split_every" not in inspect.signature(hs.DataFrame.sum).parameters


def test_a_misspelt_option_is_an_error_all_the_same():
    with pytest.raises(TypeError, match="split_evry"):
        parts().sum(split_evry=2)


def test_compute_of_several():
    df = parts()
    frame, total, text = hs.compute(df[df["x"] > 1], df["x"].sum(), "kept")
    assert (len(frame), total, text) == (3, 10, "kept")
    assert list(hs.from_pandas(pd.DataFrame(DATA), npartitions=2).compute().index.compute()) == [0, 1, 2, 3]
    assert hs.from_pandas(pd.DataFrame(DATA), chunksize=1).npartitions == 4
    assert list(hs.from_pandas(pd.DataFrame({"x": [1, 2]}, index=[1, 0]), sort=True)["x"]) == [2, 1]


def test_files_of_partitions(tmp_path):
    df = parts(2)
    written = df.to_csv(tmp_path / "p-*.csv", index=False, single_file=False)
    assert [name.rsplit("/")[-1] for name in written] == ["p-0.csv", "p-1.csv"]
    back = hs.read_csv(tmp_path / "p-*.csv", blocksize="64MB", engine="c", low_memory=False, include_path_column="from")
    assert back["x"].to_list() == DATA["x"] and back["from"].nunique() == 2
    df.to_parquet(tmp_path / "q", partition_on=["k"], write_index=False, compute=True, engine="pyarrow")
    read = hs.read_parquet(
        tmp_path / "q", filters=[("k", "==", "a"), ("x", ">", 1)], engine="pyarrow", split_row_groups=True
    )
    assert read.to_dict("list") == {"x": [3], "k": ["a"]}


@pytest.mark.parametrize(
    "filters",
    [
        [("x", ">", 2)],
        [("x", ">=", 2), ("x", "!=", 3)],
        [[("k", "in", ["b", "c"])], [("x", "=", 1)]],
        [("k", "not in", {"a"})],
        [("x", "<", 3), ("k", "<=", "a")],
    ],
)
def test_filters_are_those_of_pandas(tmp_path, filters):
    path = tmp_path / "f.parquet"
    pd.DataFrame(DATA).to_parquet(path)
    expected = pd.read_parquet(path, filters=filters, columns=["x"])["x"].to_list()
    assert hs.read_parquet(path, filters=filters, columns=["x"]).to_dict("list") == {"x": expected}
    assert (
        hs.read_parquet(path, filters=filters, index="k").index.to_list()
        == pd.read_parquet(path, filters=filters)["k"].to_list()
    )


@pytest.mark.parametrize("filters", [[("x", "~", 1)], [("x", 1)], [], "x > 1", [("x", "is", 1)]])
def test_wrong_filters_say_how(tmp_path, filters):
    path = tmp_path / "f.parquet"
    hs.DataFrame(DATA).to_parquet(path)
    with pytest.raises(ValueError, match="filter"):
        hs.read_parquet(path, filters=filters)


def test_a_plan_is_drawn(tmp_path):
    df = parts()
    drawn = df[df["x"] > 1].merge(df, on="k").groupby("k")["x_x"].sum().visualize(tmp_path / "plan")
    picture = xml.dom.minidom.parse(str(tmp_path / "plan.svg"))
    texts = [node.firstChild.data for node in picture.getElementsByTagName("text")]
    assert any("Join" in text for text in texts) and any("where (x > 1)" in text for text in texts)
    assert drawn._repr_svg_() == (tmp_path / "plan.svg").read_text()
    with pytest.raises(NotImplementedError, match=r"\.svg"):
        df.visualize("plan.png")


@pytest.mark.parametrize("name", ["expr", "simplify", "to_bag", "dask"])
def test_what_is_absent_says_what_to_write(name):
    with pytest.raises(AttributeError, match=f"has no {name}: "):
        getattr(parts(), name)
