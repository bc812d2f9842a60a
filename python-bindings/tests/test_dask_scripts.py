"""Calls of Dask's functions and verbs with the arguments that its users give, compared with Dask and pandas."""

from __future__ import annotations

import copy
import datetime as dt
import os
import pickle
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

PDF = pd.DataFrame({"k": ["a", "b", "a", "c"], "x": [1, 2, 3, 4]})


def df(parts: int = 2) -> hs.DataFrame:
    return hs.from_pandas(PDF, npartitions=parts)


def rows(frame: Any) -> dict:
    return frame.to_dict("list")


def test_a_folder_that_is_there_gets_a_file_for_each_partition(tmp_path):
    dd = pytest.importorskip("dask.dataframe")
    df().to_parquet(tmp_path)
    assert sorted(os.listdir(tmp_path)) == ["part.0.parquet", "part.1.parquet"]
    assert rows(hs.read_parquet(tmp_path)) == rows(PDF)
    assert rows(dd.read_parquet(tmp_path).compute()) == rows(PDF)
    with pytest.raises(ValueError, match="overwrite=True"):
        df().to_parquet(tmp_path)
    df().to_parquet(tmp_path, append=True)
    assert rows(hs.read_parquet(tmp_path)) == rows(pd.concat([PDF, PDF]))
    with pytest.raises(ValueError, match="append of the columns"):
        df().assign(z=1).to_parquet(tmp_path, append=True)
    df().to_parquet(tmp_path, overwrite=True, name_function=lambda at: f"day-{at}.parquet")
    assert sorted(os.listdir(tmp_path)) == ["day-0.parquet", "day-1.parquet"]
    labelled = df().set_index("k")
    labelled.to_parquet(tmp_path / "labelled" / "", write_index=True)
    assert hs.read_parquet(tmp_path / "labelled").index.to_list() == PDF["k"].to_list()


def test_folders_by_key_where_a_folder_is_there(tmp_path):
    df().to_parquet(tmp_path, partition_on=["k"])
    assert sorted(os.listdir(tmp_path)) == ["k=a", "k=b", "k=c"]
    with pytest.raises(ValueError, match="overwrite=True"):
        df().to_parquet(tmp_path, partition_on=["k"])
    # Categories are the text that the folders' names are.
    df().categorize().to_parquet(tmp_path, partition_on="k", overwrite=True)
    assert sorted(hs.read_parquet(tmp_path)["x"].to_list()) == [1, 2, 3, 4]


def test_files_are_read_in_order_of_their_numbers(tmp_path):
    whole = hs.DataFrame({"x": range(24)}).repartition(12)
    for name in ("parquet", "csv", "json"):
        (tmp_path / name).mkdir()
    whole.to_parquet(tmp_path / "parquet")
    whole.to_csv(tmp_path / "csv" / "part-*.csv")
    whole.to_json(tmp_path / "json" / "part-*.json")
    read = [
        hs.read_parquet(tmp_path / "parquet"),
        hs.read_csv(tmp_path / "csv"),
        hs.read_csv(tmp_path / "csv" / "p*.csv"),
    ]
    for frame in [*read, hs.read_json(tmp_path / "json" / "*.json")]:
        assert frame["x"].to_list() == list(range(24))


def test_text_files_of_a_folder(tmp_path):
    written = df().to_csv(tmp_path)
    assert [os.path.basename(name) for name in written] == ["0.part", "1.part"]
    assert (tmp_path / "1.part").read_text() == "k,x\na,3\nc,4\n"
    assert rows(hs.read_csv(tmp_path)) == rows(PDF)
    with pytest.raises(ValueError, match="overwrite=True"):
        df().to_json(tmp_path)
    df().to_json(tmp_path, overwrite=True)
    assert (tmp_path / "0.part").read_text() == '{"k":"a","x":1}\n{"k":"b","x":2}\n'
    assert rows(hs.read_json(tmp_path, lines=True)) == rows(PDF)


def test_what_is_written_later(tmp_path):
    for name, write in (("p", df().to_parquet), ("c", df().to_csv), ("j", df().to_json)):
        waiting = write(tmp_path / name, compute=False)
        assert not (tmp_path / name).exists()
        waiting.compute(scheduler="threads")
        assert (tmp_path / name).exists()


def test_hints_of_functions():
    a, b = df(), hs.DataFrame({"k": ["a", "b"], "y": [5, 6]})
    assert rows(hs.merge(a, b, on="k", shuffle_method="tasks", npartitions=3, broadcast=True)) == rows(
        a.merge(b, on="k")
    )
    assert len(hs.concat([a, a], interleave_partitions=True, ignore_unknown_divisions=True)) == 8
    assert a.set_index("x", sort=True, sorted=True, divisions=[1, 4]).index.to_list() == [1, 2, 3, 4]
    assert a["x"].quantile(0.5, method="tdigest") == 2.5
    with pytest.raises(NotImplementedError, match="table"):
        a[["x"]].quantile(0.5, method="table")
    assert a.nlargest(1, "x", split_every=2)["x"].to_list() == [4]
    made = hs.from_map(
        lambda at: pd.DataFrame({"x": [at]}), [1, 2], label="own", enforce_metadata=True, divisions=[0, 1, 2]
    )
    assert made["x"].to_list() == [1, 2]
    assert rows(hs.from_dict({"x": [1, 2, 3]}, npartitions=2)) == {"x": [1, 2, 3]}
    assert hs.to_datetime(hs.Series(["2024-01-02"]), meta=("t", "datetime64[ns]")).dt.day.to_list() == [2]
    assert rows(hs.merge(a, b, on="k", how="leftsemi")) == {"k": ["a", "b", "a"], "x": [1, 2, 3]}


def test_frames_of_pandas_beside_ours():
    other = pd.DataFrame({"k": ["a", "c"], "y": [1, 2]})
    assert_frame_equal(df().merge(other, on="k").to_pandas(), PDF.merge(other, on="k"), check_dtype=False)
    assert_frame_equal(
        df().set_index("k").join(other.set_index("k")).to_pandas(),
        PDF.set_index("k").join(other.set_index("k")),
        check_dtype=False,
    )
    assert rows(hs.concat([df(), PDF])) == rows(pd.concat([PDF, PDF]))
    assert hs.get_dummies(PDF["k"]).to_dict("list") == pd.get_dummies(PDF["k"]).to_dict("list")
    assert hs.to_datetime(pd.Series(["2024-01-02"])).dt.month.to_list() == [1]


def test_known_categories():
    kinds = df().categorize()["k"].cat
    assert kinds.known and kinds.as_known().cat.codes.to_list() == [0, 1, 0, 2]
    assert kinds.as_unknown().to_list() == PDF["k"].to_list()


def test_the_nearest_rows_by_their_labels():
    left = pd.DataFrame({"x": list("abc")}, index=pd.Index([1, 5, 10], name="t"))
    right = pd.DataFrame({"y": range(5)}, index=pd.Index([1, 2, 3, 6, 7], name="u"))
    kinds: list[tuple[Any, Any, dict[str, Any]]] = [
        (left, right, {"left_index": True, "right_index": True}),
        (left, right.reset_index(), {"left_index": True, "right_on": "u"}),
        (left.reset_index(), right, {"left_on": "t", "right_index": True}),
    ]
    for one, two, options in kinds:
        for more in ({}, {"direction": "forward", "allow_exact_matches": False}, {"tolerance": 1}):
            if "right_on" in options and more:
                continue  # Where a row has no partner pandas puts the left labels into the right column.
            found = hs.merge_asof(hs.from_pandas(one), hs.from_pandas(two), **options, **more).to_pandas()
            assert_frame_equal(
                found, pd.merge_asof(one, two, **options, **more), check_dtype=False, check_index_type=False
            )
    with pytest.raises(ValueError, match="not both"):
        hs.merge_asof(hs.from_pandas(left), hs.from_pandas(right), on="t", left_index=True)


TEXTS = ["1 days 02:30:00", "-90min", "1h 30s", "0 days 00:00:00.5", "2.5 hours", "1 day, 3:00:00", "06:00:00", "5us"]
TEXTS += ["-1 days +02:00:00", "2W", "1d2h", "+3 minutes", "-00:00:01.25"]


def test_lengths_of_time_of_texts():
    assert [hs.to_timedelta(text) for text in TEXTS] == [pd.Timedelta(text).to_pytimedelta() for text in TEXTS]
    assert hs.to_timedelta(hs.Series(TEXTS)).to_list() == list(pd.to_timedelta(TEXTS).to_pytimedelta())
    for wrong in ("1:30", "", "x", "5 fortnights", "1 days 1 days 1"):
        with pytest.raises(ValueError, match="no length of time"):
            hs.to_timedelta(wrong)
        assert hs.to_timedelta([wrong, None], errors="coerce").to_list() == [None, None]
    for values, unit in (([1, 2], "h"), ([1.5], "min"), ([1000, 3000], None), ([5], "ns"), ([2], "W")):
        assert hs.to_timedelta(hs.Series(values), unit=unit).to_numpy().tolist() == (
            pd.to_timedelta(values, unit=unit).as_unit("ns" if unit in (None, "ns") else "us").to_numpy().tolist()
        )
    assert hs.to_timedelta(5, unit="s") == pd.Timedelta(5, unit="s")


def test_single_values_and_arrays():
    assert hs.to_numeric("1.5") == 1.5 and hs.to_numeric(3) == 3
    assert hs.to_numeric(np.array(["1", "2"])).to_list() == [1.0, 2.0]
    a, b = hs.Series([True, False, True]), [True, True, False]
    frame = hs.DataFrame({"a": a, "b": b})
    assert (frame["a"] ^ frame["b"]).to_list() == [False, True, True]
    assert (True ^ frame["a"]).to_list() == (frame["a"] ^ True).to_list() == [False, True, False]


def test_the_index_of_files_by_name(tmp_path):
    dd = pytest.importorskip("dask.dataframe")
    pdf = pd.DataFrame({"x": range(4), "y": 1.5}, index=pd.Index(range(10, 14), name="i"))
    hs.from_pandas(pdf, npartitions=2).to_parquet(tmp_path / "files" / "")
    for options in ({"index": "i"}, {"index": "x"}, {"index": False}, {"columns": ["x"], "index": "i"}):
        expected = dd.read_parquet(tmp_path / "files", **options).compute()
        found = hs.read_parquet(tmp_path / "files", **options).to_pandas()
        # Without an index rows are numbered: Dask's anew in each partition.
        numbered = options.get("index") is False
        left, right = (frame.reset_index(drop=numbered) for frame in (found, expected))
        assert_frame_equal(left, right, check_dtype=False, check_like=True)


def test_hints_of_readers(tmp_path):
    for at in range(2):
        pd.DataFrame({"x": [at, at + 1]}).to_json(tmp_path / f"{at}.json", orient="records", lines=True)
    read = hs.read_json(tmp_path / "*.json", lines=True, include_path_column=True, blocksize=100)
    assert [path[-6:] for path in read["path"].to_list()] == ["0.json", "0.json", "1.json", "1.json"]
    assert df().to_records(index=False, lengths=[2, 2]).tolist() == PDF.to_records(index=False).tolist()


def test_partitions_in_tasks_of_dask():
    dask = pytest.importorskip("dask")
    parts = df(3).to_delayed()
    whole = df(3)
    assert [len(part) for part in dask.compute(*parts)] == [len(part) for part in whole.partitions]
    rows = dask.delayed(len)
    assert dask.delayed(sum)([rows(part) for part in parts]).compute() == len(whole)
    first, total = dask.compute(parts[0], dask.delayed(sum)([1, 2]), scheduler="synchronous")
    assert first.equals(whole.partitions[0]) and total == 3

    @dask.delayed
    def size(part, times):
        return len(part) * times

    assert size(parts[1], 2).compute() == 2 * len(whole.partitions[1])
    assert dask.delayed(sum)([part["x"].sum() for part in parts]).compute() == whole["x"].sum()
    assert hs.from_delayed(parts).equals(whole)


def test_arrays_of_dask_are_columns():
    da = pytest.importorskip("dask.array")
    values = np.arange(8) * 10.0
    made = hs.DataFrame({"x": range(8)}).repartition(3)
    made["y"] = da.from_array(values, chunks=4)
    made = made.assign(z=da.from_array(values + 1, chunks=3))
    assert made.to_dict("list") == {"x": list(range(8)), "y": values.tolist(), "z": (values + 1).tolist()}
    assert hs.DataFrame({"a": da.from_array(values, chunks=4)})["a"].to_list() == values.tolist()
    with pytest.raises(hs.errors.ShapeError):
        made["short"] = da.from_array(values[:5], chunks=4)


def test_values_can_be_computed():
    pdf = PDF.assign(t=pd.date_range("2024-01-01", periods=4))
    cut, plain = hs.from_pandas(pdf, npartitions=2), hs.from_pandas(pdf)
    asked = {
        "max": lambda df: df["t"].max(),
        "length": lambda df: (df["t"] - df["t"].min()).max(),
        "text": lambda df: df["k"].min(),
        "label": lambda df: df.set_index("t").index.max(),
        "values": lambda df: df["x"].values,
        "matrix": lambda df: df[["x"]].values,
        "unique": lambda df: df["k"].unique(),
    }
    for name, ask in asked.items():
        found, expected = ask(cut), ask(plain)
        computed = found.compute()
        assert isinstance(found, type(expected)) and isinstance(expected, type(computed)), name
        assert repr(found) == repr(expected) and str(found) == str(expected), name
        for same in (found, computed, pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
            assert np.array_equal(same, expected), name
        assert type(pickle.loads(pickle.dumps(found))) is type(computed), name
        # Times can be computed in any case.
        assert hasattr(expected, "compute") == isinstance(expected, (dt.datetime, dt.timedelta)), name
    assert f"{cut['t'].max():%d.%m.%Y}" == "04.01.2024" and cut["t"].max() - cut["t"].min() == pd.Timedelta("3D")
    assert cut[cut["t"] == cut["t"].max()]["x"].to_list() == [4] and cut["k"].min() in {"a"}
    assert cut.assign(last=cut["t"].max(), first=cut["k"].min())[["last", "first"]].dtypes.to_list() == [
        "timestamp[us]",
        "string",
    ]
    assert cut.set_index("x").loc[2].compute()["k"] == "b"


def test_names_that_meta_tells():
    a = df(3)
    assert a["x"].map(lambda x: x > 1, meta=("big", bool)).name == "big"
    assert a["x"].apply(lambda x: x + 1, meta=(None, "i8")).name is None
    assert a.groupby("k").apply(lambda part: part["x"].sum(), meta=("total", "i8")).name == "total"
    assert a.apply(lambda row: row["x"], axis=1, meta=pd.Series([], dtype="i8", name="again")).name == "again"
    moved = a["x"].map_overlap(lambda part: part.diff(), 1, 0, meta=("step", "f8"))
    assert moved.name == "step" and moved.to_list() == [None, 1, 1, 1] and moved.dtype == "float64"
    made = a.map_partitions(lambda part: part[["x"]], meta={"x": "f8"})
    assert made["x"].to_list() == [1, 2, 3, 4] and made.dtypes["x"] == "float64"
    assert list(a._meta.columns) == ["k", "x"] and len(a._meta) == 0 and a["x"]._meta.name == "x"
    made = a.map_partitions(lambda part: part.assign(z=1), meta=a._meta.assign(z=1))
    assert made["z"].to_list() == [1, 1, 1, 1]


def test_functions_that_ask_which_partition_it_is():
    dd = pytest.importorskip("dask.dataframe")

    def told(part, more, partition_info=None):
        number = -1 if partition_info is None else partition_info["number"]
        start = -1 if partition_info is None else partition_info["division"]
        return part.assign(number=number + more, start=start)

    theirs = dd.from_pandas(PDF, npartitions=2)
    expected = theirs.map_partitions(told, 10, meta=theirs._meta.assign(number=1, start=1)).compute()
    found = df().map_partitions(told, 10)
    assert found[["number", "start"]].to_dict("list") == expected[["number", "start"]].to_dict("list")


def test_a_path_without_an_extension_becomes_a_folder_of_partitions(tmp_path):
    written = {"p": df().to_parquet, "c": df().to_csv, "j": df().to_json}
    names = {"p": ["part.0.parquet", "part.1.parquet"], "c": ["0.part", "1.part"], "j": ["0.part", "1.part"]}
    for kind, write in written.items():
        write(tmp_path / kind)
        assert sorted(os.listdir(tmp_path / kind)) == names[kind]
    assert rows(hs.read_parquet(tmp_path / "p")) == rows(hs.read_csv(tmp_path / "c")) == rows(PDF)
    df().to_parquet(tmp_path / "one.parquet")
    df().to_csv(tmp_path / "one", single_file=True, index=False)
    hs.from_pandas(PDF).to_parquet(tmp_path / "plain")
    assert all((tmp_path / name).is_file() for name in ("one.parquet", "one", "plain"))
    df().to_parquet(tmp_path / "plain")
    assert (tmp_path / "plain").is_file()
    hs.from_pandas(PDF).to_parquet(tmp_path / "named", name_function=lambda at: f"n{at}.parquet")
    assert os.listdir(tmp_path / "named") == ["n0.parquet"]


def test_large_files_become_a_folder_as_they_come(tmp_path, monkeypatch):
    monkeypatch.setattr("hypostyle._file_options.LARGE", 8)
    for module in ("_parquet", "_output"):
        monkeypatch.setattr(f"hypostyle.{module}.SCANNED_ROWS", 3)
    df().to_parquet(tmp_path / "in")
    read = hs.read_parquet(tmp_path / "in")
    read.to_parquet(tmp_path / "p")
    read[read["x"] > 0].to_csv(tmp_path / "c", index=False)
    assert not read._plan.query.is_collected()
    assert len(os.listdir(tmp_path / "p")) == len(os.listdir(tmp_path / "c")) == 2
    assert rows(hs.read_parquet(tmp_path / "p")) == rows(hs.read_csv(tmp_path / "c")) == rows(PDF)


def test_one_column_of_parquet_files_is_a_series(tmp_path):
    dd = pytest.importorskip("dask.dataframe")
    pdf = pd.DataFrame({"x": range(6), "y": list("abcdef"), "xy": range(6, 12)}, index=pd.Index(range(3, 9), name="i"))
    dd.from_pandas(pdf, npartitions=2).to_parquet(tmp_path / "p")
    for name in pdf:
        for more in ({}, {"index": False}, {"filters": [("x", ">", 2)]}):
            found, theirs = (lib.read_parquet(tmp_path / "p", columns=name, **more) for lib in (hs, dd))
            assert isinstance(found, hs.Series) and found.name == name
            assert found.to_list() == theirs.compute().tolist(), (name, more)
    assert hs.read_parquet(tmp_path / "p", columns="xy", filters=[("x", ">", 2)]).to_list() == [9, 10, 11]


def test_errors_name_the_verb_and_the_function():
    def halved(part):
        return part[["x"]] / 2

    frame = df()
    told = {"x": "int64"}
    for made, title in (
        (frame.map_overlap(halved, 1, 0, meta=told), "map_overlap"),
        (hs.from_map(lambda at: halved(frame), [0], meta=told), "from_map"),
        (frame.map_partitions(lambda part, partition_info: halved(part), meta=told), "map_partitions"),
        (hs.from_delayed([lambda: halved(frame)], meta=told), "from_delayed"),
    ):
        with pytest.raises(TypeError, match=f"^{title}.*x: float64.*not x: int64"):
            made.compute()


def test_what_dask_holds_is_taken_for_what_it_stands_for():
    dask, dd = pytest.importorskip("dask"), pytest.importorskip("dask.dataframe")
    da = pytest.importorskip("dask.array")
    frame, theirs, later = df(), dd.from_pandas(PDF, npartitions=2), dask.delayed(2)
    both = {
        "frame": lambda lib, one: lib.DataFrame(one),
        "series": lambda lib, one: lib.Series(one["x"]),
        "merge": lambda lib, one: lib.merge(lib.DataFrame(PDF), one, on="k"),
        "concat": lambda lib, one: lib.concat([lib.DataFrame(PDF), one]),
        "filter": lambda lib, one: lib.DataFrame(PDF)[one["x"] > 2],
        "column": lambda lib, one: lib.DataFrame(PDF).assign(y=one["x"] * 2),
        "arithmetic": lambda lib, one: lib.DataFrame(PDF)["x"] + one["x"].sum(),
        "in": lambda lib, one: lib.DataFrame(PDF)["k"].isin(one["k"][:2]),
        "filled": lambda lib, one: lib.DataFrame({"x": [None, 1.0]}).fillna(one["x"].max()),
    }
    for name, make in both.items():
        found, expected = make(hs, theirs if name != "in" else theirs.loc[:1]), make(pd, PDF)
        assert found.to_pandas().to_dict() == expected.to_dict(), name
    assert frame["x"].isin(dask.delayed([1, 2])).to_list() == [True, True, False, False]
    assert frame.assign(y=later)["y"].to_list() == [2] * 4
    frame["z"] = later
    assert frame["z"].to_list() == [2] * 4
    assert frame.map_partitions(lambda part, by, add: part[["x"]] * by + add, later, add=later)["x"].to_list() == [
        4,
        6,
        8,
        10,
    ]
    assert frame["x"].map_partitions(lambda part, by: part * by, later).to_list() == [2, 4, 6, 8]
    made = hs.from_dask_array(da.arange(4, chunks=2), columns=["n"])
    assert rows(made) == {"n": [0, 1, 2, 3]}


FOLDERS = {
    "parquet": (lambda df, path, **told: df.to_parquet(path, **told), hs.read_parquet),
    "csv": (lambda df, path, **told: df.to_csv(path, index=False, **told), hs.read_csv),
    "json": (lambda df, path, **told: df.to_json(path, orient="records", lines=True, **told), None),
}


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_folder_is_replaced_when_all_is_written(kind, tmp_path):
    """Rows may come from the files that are replaced, and those stay if something fails."""
    write, read = FOLDERS[kind]
    read = read or (lambda path: hs.read_json(f"{path}/*", lines=True))
    folder = tmp_path / "data"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    write(hs.DataFrame({"x": range(100)}).repartition(4), folder)
    (folder / "_SUCCESS").touch()
    df = read(folder)
    write(df[df["x"] >= 50].repartition(2), folder, overwrite=True)
    assert read(folder)["x"].to_list() == list(range(50, 100)) and len(os.listdir(folder)) == 2

    def failing(part):
        raise ValueError("not today")

    broken = read(folder).map_partitions(failing, meta={"x": "int64"})
    with pytest.raises(ValueError, match="not today"):
        write(broken.repartition(3), folder, overwrite=True)
    assert read(folder)["x"].to_list() == list(range(50, 100))
    write(
        hs.DataFrame({"x": [1, 2]}).repartition(2), tmp_path / "link", overwrite=True, name_function=lambda at: f"n{at}"
    )
    assert (tmp_path / "link").is_symlink() and sorted(os.listdir(folder)) == ["n0", "n1"]
    write(hs.DataFrame({"x": [3]}), folder, overwrite=True, name_function=lambda at: f"m{at}")
    assert os.listdir(folder) == ["m0"]
    assert sorted(os.listdir(tmp_path)) == ["data", "link"]


@pytest.mark.parametrize("kind", FOLDERS)
def test_files_of_others_are_not_removed(kind, tmp_path, monkeypatch):
    write, _ = FOLDERS[kind]
    write(df(), f"{tmp_path}/mine/")
    for name in ("notes.md", "sub/script.py"):
        (tmp_path / "mine" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "mine" / name).write_text("mine")
        with pytest.raises(ValueError, match=f"other files.*{name}"):
            write(df(), tmp_path / "mine", overwrite=True)
        assert (tmp_path / "mine" / name).read_text() == "mine"
        (tmp_path / "mine" / name).unlink()
    # The folder that the process works in, or one above it.
    monkeypatch.chdir(tmp_path / "mine")
    for path in (".", "./", tmp_path / "mine", ".."):
        with pytest.raises(ValueError, match="works in"):
            write(df(), path, overwrite=True)
    assert len(os.listdir(tmp_path / "mine")) > 2


def test_labels_of_files_in_folders_by_key(tmp_path):
    dd = pytest.importorskip("dask.dataframe")
    pdf = pd.DataFrame({"x": [1, 2, 3, 4], "k": ["a", "a", "b", "b"]}, index=[5, 6, 7, 8])
    named = pdf.rename_axis("row")
    for name, one in (("plain", pdf), ("named", named)):
        dd.from_pandas(one, npartitions=2).to_parquet(tmp_path / name, partition_on=["k"])
        dd.from_pandas(one, npartitions=2).to_parquet(tmp_path / f"{name}-flat")
        for path in (tmp_path / name, tmp_path / f"{name}-flat"):
            read = hs.read_parquet(path)
            assert_frame_equal(read.to_pandas(), one, check_dtype=False, check_column_type=False)
            assert read.index.name == one.index.name
        some = hs.read_parquet(tmp_path / name, filters=[("k", "==", "b")])
        assert some.index.to_list() == [7, 8] and list(some.columns) == ["x", "k"]
        assert list(hs.read_parquet(tmp_path / name, columns=["x"]).columns) == ["x"]


def test_mistakes_in_options_of_files(tmp_path):
    path = tmp_path / "f.parquet"
    df().to_parquet(path)
    for values in (5, "abc"):
        with pytest.raises(ValueError, match="'in' is of a list"):
            hs.read_parquet(path, filters=[("x", "in", values)])
    with pytest.raises(ValueError, match="name_function"):
        df().to_parquet(f"{tmp_path}/folder/", name_function="part.parquet")
    with pytest.raises(ValueError, match="append adds files to a folder"):
        df().to_parquet(path, append=True)
