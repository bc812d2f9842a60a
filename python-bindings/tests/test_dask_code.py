"""Code as it is written for Dask, with the import changed; compared with what Dask's users get of pandas."""

from __future__ import annotations

import copy
import datetime as dt
import decimal
import json
import pickle
import warnings
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from hypostyle._single import Float, Int
from pandas.testing import assert_frame_equal

PDF = pd.DataFrame(
    {
        "x": range(6),
        "y": np.arange(6) * 1.5,
        "s": list("abcabc"),
        "b": [True, False] * 3,
        "d": [decimal.Decimal("1.5"), decimal.Decimal("2.5")] * 3,
        "day": [dt.date(2024, 1, 1), dt.date(2024, 1, 2)] * 3,
    }
)


def df(parts: int = 3) -> hs.DataFrame:
    return hs.from_pandas(PDF, npartitions=parts)


@pytest.mark.parametrize(
    "script",
    [
        lambda f: f.b.any(),
        lambda f: f.b.all(),
        lambda f: (f.x > 3).any(),
        lambda f: (f.x > 30).any(),
        lambda f: ~f.b.any(),
        lambda f: f.b.any() & (f.x > 30).any(),
        lambda f: (f.x > 30).any() | f.b.any(),
        lambda f: f.b.max(),
        lambda f: f.x.is_monotonic_increasing,
        lambda f: f.x.is_monotonic_decreasing,
        lambda f: f.index.is_monotonic_increasing,
        lambda f: f.isnull().any().any(),
        lambda f: (f[["x", "y"]] >= 0).all().all(),
        lambda f: f.x.max() - f.x.min(),
        lambda f: f.x.sum() / f.x.count(),
        lambda f: 100 * f.y.sum() / f.x.sum(),
        lambda f: 10 - f.x.max(),
        lambda f: -f.x.max(),
        lambda f: abs(f.x.min() - 3),
        lambda f: round(f.y.mean(), 1),
        lambda f: f.d.max(),
        lambda f: f.day.min(),
        lambda f: f.s.max(),
        lambda f: f.index.size,
    ],
)
def test_single_values_can_be_computed(script):
    known = script(df()).compute()
    wanted = script(PDF)
    wanted = wanted.item() if isinstance(wanted, np.generic) else wanted
    assert known == wanted
    assert type(known) is type(wanted)


def test_a_truth_value_stands_for_pythons_own():
    true = df().b.any()
    assert true and true.item() is True and true == True and hash(true) == hash(True)  # noqa: E712
    assert not ~true and true + 1 == 2 and sum([true, true]) == 2
    assert (repr(true), str(true), f"{true}") == ("True", "True", "True")
    assert pickle.loads(pickle.dumps(true)) is True and copy.deepcopy(true) is True
    assert np.asarray(true).dtype == bool and pd.Series([true, ~true]).tolist() == [True, False]
    # It goes into columns as a truth value, never as a number.
    made = hs.DataFrame({"x": [1, 2]}).assign(flag=true)
    assert made["flag"].dtype == "bool"
    assert hs.Series([true, ~true]).dtype == "bool"
    assert made[made["flag"] == true]["x"].to_list() == [1, 2]
    # Of rows that nobody cut it is Python's own.
    assert hs.Series([True]).any() is True
    assert json.dumps(hs.Series([1]).sum() + 1) == "2"


def test_numbers_stay_what_they_are_in_sums():
    assert [type(one) for one in (Int(3) + 1, 1 + Int(3), Int(3) * 1.5, Int(3) / 2, 2 / Int(3))] == [
        Int,
        Int,
        Float,
        Float,
        Float,
    ]
    assert (hs.Series([1, 2]).mean() / hs.Series([1.0, 2.0]).sum()).round(2) == 0.5
    assert (Int(7) // 2, Int(7) % 4, Int(2) ** 3, Int(2) ** -1, 3 - Int(1), 2 ** Int(3)) == (3, 3, 8, 0.5, 2, 8)
    assert Int(2) * [1] == [1, 1] and Int(2) * "a" == "aa" and Int(3) + 1j == 3 + 1j
    with pytest.raises(TypeError):
        Int(3) + "a"
    with pytest.raises(ZeroDivisionError):
        Int(3) // 0


@pytest.mark.parametrize("pair", [(1, 0), (-1.5, 0), (0, 0), (0.0, 0)])
def test_a_number_over_nothing_is_as_numpys(pair):
    over = hs.Series([pair[0]]).sum(), hs.Series([pair[1]]).sum()
    theirs = pd.Series([pair[0]]).sum(), pd.Series([pair[1]]).sum()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        mine = over[0] / over[1]
        also = int(pair[0]) / over[1]
    assert [one.category for one in told] == [RuntimeWarning, RuntimeWarning]
    with np.errstate(all="ignore"):
        np.testing.assert_equal([float(mine), float(also)], [theirs[0] / theirs[1], np.int64(int(pair[0])) / theirs[1]])


def test_reductions_in_steps_and_approximations_can_be_computed():
    assert df().x.reduction(lambda s: s.sum(), aggregate=lambda s: s.max()).compute() == 9
    assert df().x.nunique_approx().compute() == 6
    assert df().x.memory_usage().compute() > 0
    assert hs.to_numeric("1.5").compute() == 1.5


def test_sorted_rows_in_so_many_partitions():
    made = df().sort_values("x", ascending=False, npartitions=2)
    assert made.npartitions == 2
    assert made.map_partitions(len).to_list() == [3, 3]
    assert made["x"].to_list() == [5, 4, 3, 2, 1, 0]
    assert df().x.sort_values(npartitions=2).npartitions == 2
    assert df().sort_values("x", npartitions="auto")["x"].to_list() == list(range(6))


def test_set_index_takes_daskes_hints():
    made = df().set_index("s", npartitions=2, max_branch=8, shuffle="tasks")
    assert made.index.to_list() == list("aabbcc")


@pytest.mark.parametrize(
    "script",
    [
        lambda f: -f.index,
        lambda f: abs(f.index - 3),
        lambda f: f.index**2,
        lambda f: ~f.index,
    ],
)
def test_operators_of_an_index(script):
    assert script(df()).to_list() == script(PDF).to_list()


def test_labels_as_frames():
    assert_frame_equal(df().index.to_frame().to_pandas(), PDF.index.to_frame())
    named = df().set_index("s")
    assert_frame_equal(
        named.index.drop_duplicates(split_out=2).to_frame(name="s").to_pandas(),
        PDF.set_index("s").index.drop_duplicates().to_frame(name="s"),
        check_names=False,
    )
    assert named.index.unique().compute() == ["a", "b", "c"]
    assert isinstance(df().index.values.compute(), np.ndarray)


def test_labels_by_a_series():
    s = pd.Series([10, 11, 12], index=[0, 1, 2])
    assert df().x.rename(index=hs.Series(s)).index.to_list() == PDF.x.rename(index=s).index.to_list()
    assert df().x.rename(index=s).index.to_list() == PDF.x.rename(index=s).index.to_list()


def test_bits_of_a_frame_turned_over():
    pdf = PDF[["x", "b"]]
    assert_frame_equal((~hs.from_pandas(pdf)).to_pandas(), ~pdf)


def test_columns_between_numbers():
    pdf = pd.DataFrame([[1, 2, 3]], columns=[10, 20, 30])
    mine = hs.from_pandas(pdf)
    for chosen in (slice(None, 15), slice(15, None), slice(45, None), slice(10, 20), slice(5, 25)):
        assert list(mine.loc[:, chosen].columns) == list(pdf.loc[:, chosen].columns)
    mixed = hs.from_pandas(pdf.set_axis([30, 10, 20], axis=1))
    assert list(mixed.loc[:, 10:20].columns) == [10, 20]
    with pytest.raises(KeyError):
        mixed.loc[:, :15]


def test_arrays_of_dask_beside_a_series():
    da = pytest.importorskip("dask.array")
    more = da.arange(6, chunks=2)
    assert (df().x + more).to_list() == [0, 2, 4, 6, 8, 10]
    assert (df().x > more).any().compute() is False
    assert df().x.dot(df().y, meta=("x", "f8")).compute() == PDF.x.dot(PDF.y)


def csv(folder: Any) -> Any:
    path = folder / "f.csv"
    pd.DataFrame({"k": range(500), "n": range(500), "s": ["abc"] * 500}).to_csv(path, index=False)
    return path


def test_blocks_of_a_file(tmp_path):
    path = csv(tmp_path)
    whole = hs.read_csv(path)
    for size in ("1KB", 1024):
        cut = hs.read_csv(path, blocksize=size)
        assert cut.npartitions == -(-path.stat().st_size // (1000 if size == "1KB" else 1024))
        assert cut.map_partitions(len).sum() == 500
        assert cut.equals(whole)
        cut = cut.persist()
        assert cut.npartitions > 4
    for size in (None, "default", "64MB", 64e6):
        assert hs.read_csv(path, blocksize=size).equals(whole)
    with pytest.raises(ValueError, match="blocksize"):
        hs.read_csv(path, blocksize="much")


def test_whole_numbers_that_may_be_missing(tmp_path):
    path = csv(tmp_path)
    made = hs.read_csv(path, assume_missing=True, dtype={"k": "int64"}, row_index="row")
    kinds = made.dtypes.to_dict()
    assert (kinds["k"], kinds["n"], kinds["s"]) == ("int64", "float64", "string")
    assert made["n"].sum().compute() == sum(range(500))


def test_what_daskes_frames_are_made_of_is_said_to_be_absent():
    for name in ("dask", "__dask_graph__", "__dask_keys__"):
        with pytest.raises(AttributeError, match="no graph of tasks"):
            getattr(df(), name)
        with pytest.raises(AttributeError, match="no graph of tasks"):
            getattr(df().x, name)


def test_frames_are_values_to_dask():
    dask = pytest.importorskip("dask")
    base = pytest.importorskip("dask.base")
    frame = df()
    assert not base.is_dask_collection(frame)
    found, total = dask.compute(frame, frame.x.sum())
    assert found.equals(frame) and total == 15
    assert dask.delayed(len)(frame).compute() == 6
    assert base.tokenize(frame) == base.tokenize(frame) != base.tokenize(frame[["x"]])


def test_some_of_the_partitions_are_partitions():
    cut = df(6)
    for mine in (cut, cut.x):
        assert mine.partitions[:3].npartitions == 3
        assert mine.partitions[[5, 0]].npartitions == 2
        assert mine.partitions[[5, 0]].map_partitions(len).to_list() == [1, 1]
    assert cut.partitions[1:4]["x"].to_list() == [1, 2, 3]


def test_values_by_a_series_of_pandas():
    lookup = pd.Series(["zero", "one"], index=[0, 1])
    assert df().x.map(lookup).to_list() == df().x.map(hs.Series(lookup)).to_list()
    assert df().x.map(lookup).to_list()[:3] == ["zero", "one", None]


def test_daskes_hints_of_summaries():
    assert df().x.autocorr(1, split_every=3).compute() == pytest.approx(PDF.x.autocorr(1))
    assert_frame_equal(
        df()[["x", "y"]].describe(percentiles_method="dask").to_pandas(), PDF[["x", "y"]].describe(), check_dtype=False
    )


def test_frames_can_be_referred_to_weakly():
    import weakref

    for thing in (df(), df().x, df().index):
        kept = weakref.ref(thing)
        assert kept() is thing
    assert df()._ipython_key_completions_() == list(PDF.columns)


def test_an_index_goes_elsewhere():
    for thing in (df(), df().set_index("s"), df().set_index(["s", "x"])):
        again = pickle.loads(pickle.dumps(thing.index))
        assert type(again) is hs.Index
        assert again.to_list() == thing.index.to_list() and again.names == thing.index.names
    windows = pickle.loads(pickle.dumps(df().x.rolling(2)))
    assert windows.sum().to_list() == df().x.rolling(2).sum().to_list()


NANOS = pd.DataFrame(
    {
        "t": pd.to_datetime(["2024-01-01 00:00:00.123456789", None, "2024-01-02 00:00:00.000000001"]),
        "z": pd.to_datetime(["2024-01-01 00:00:00.123456789", None, "2024-01-02 00:00:00.000000001"]).tz_localize(
            "Europe/Oslo"
        ),
        "l": pd.to_timedelta([1, None, 86_400_000_000_003], unit="ns"),
    }
)


@pytest.mark.parametrize("name", list(NANOS))
@pytest.mark.parametrize("verb", ["min", "max", "mean", "median", "sum"])
def test_single_moments_keep_their_nanoseconds(name, verb):
    if verb == "sum" and name != "l":
        pytest.skip("moments have no sum")
    mine, theirs = getattr(hs.from_pandas(NANOS)[name], verb)(), getattr(NANOS[name], verb)()
    # Means of pandas are those of floats.
    away = 1000 if verb in ("mean", "median") else 0
    assert type(mine) is type(theirs) and abs(mine.value - theirs.value) <= away
    of_frame = getattr(hs.from_pandas(NANOS)[[name]], verb)().to_pandas()[name]
    assert of_frame == mine and of_frame.tzinfo == theirs.tzinfo if name == "z" else of_frame == mine


def test_the_spread_of_moments_can_be_computed():
    times = pd.DataFrame({"t": pd.to_datetime(["2024-01-01", "2024-01-03"]), "none": pd.to_datetime([None, None])})
    mine = hs.from_pandas(times, npartitions=2)
    assert mine.t.std().compute() == times.t.std()
    assert mine.none.std() is pd.NaT


@pytest.mark.parametrize("verb", ["any", "all"])
def test_rows_of_text_are_true_or_not(verb):
    pdf = pd.DataFrame({"x": [0, 1, 1], "s": ["", "a", ""], "b": [False, True, True]})
    assert getattr(hs.from_pandas(pdf), verb)(axis=1).to_list() == getattr(pdf, verb)(axis=1).to_list()


@pytest.mark.parametrize("verb", ["mask", "where"])
def test_conditions_as_lists_of_rows(verb):
    pdf = pd.DataFrame({"x": [1, 2], "y": [3, 4]})
    cells = [[True, False], [False, False]]
    assert rows(getattr(hs.from_pandas(pdf), verb)(cells, 9)) == rows(getattr(pdf, verb)(cells, 9))


def rows(frame: Any) -> dict:
    return frame.to_dict("list")


@pytest.mark.parametrize(
    "texts, options",
    [
        (["3/11/2000", "3/12/2000"], {"utc": True}),
        (["31/12/2024"], {"utc": True, "dayfirst": True}),
        (["2024", "2025"], {"utc": True}),
        (["2024-01-01 10:00", "NaT"], {"utc": True}),
        (["2024-01-01 10:00+02:00"], {"utc": True}),
        (["2023-04-01 22:12:11.9324171+00:00"], {}),
        (["2023-04-01 22:12:11.9324171+00:00"], {"format": "ISO8601"}),
        (["2023-04-01 22:12:11.932417123"], {}),
        (["2023-04-01 22:12:11.932417"], {}),
    ],
)
def test_moments_of_texts(texts, options):
    mine = hs.to_datetime(hs.Series(texts), **options).to_pandas()
    theirs = pd.to_datetime(pd.Series(texts), **options)
    pd.testing.assert_series_equal(mine, theirs, check_names=False)


LOGICAL = pd.DataFrame({"x": [0, 1, 2], "y": [0.0, np.nan, -1.5], "b": [True, False, True]})


@pytest.mark.parametrize(
    "script",
    [
        lambda f: np.logical_not(f["x"]),
        lambda f: np.logical_not(f["y"]),
        lambda f: np.logical_not(f["b"]),
        lambda f: np.logical_and(f["x"], f["y"]),
        lambda f: np.logical_or(f["x"], f["b"]),
        lambda f: np.logical_and(f["x"], 2),
        lambda f: np.logical_and(0, f["x"]),
        lambda f: np.logical_or(f["y"], np.array([0, 0, 1])),
        lambda f: np.logical_xor(f["x"], f["y"]),
        lambda f: np.logical_not(f[["x", "y"]])["y"],
        lambda f: np.logical_and(f[["x", "y"]], 1)["x"],
        lambda f: np.logical_or(f[["x", "y"]], f[["y", "x"]])["x"],
        lambda f: np.logical_and(f[["x", "y"]], LOGICAL[["x", "y"]])["x"],
        lambda f: np.logical_and(LOGICAL["x"], f["y"]),
    ],
)
def test_logic_of_numpy_asks_what_is_not_nothing(script):
    mine = script(hs.from_pandas(LOGICAL, npartitions=2))
    assert mine.to_list() == script(LOGICAL).to_list()
    assert mine.dtype == "bool"


def test_columns_of_groups_by_a_tuple_of_one():
    mine, theirs = df().groupby("s")[("x",)].sum(), PDF.groupby("s")[("x",)].sum()
    assert_frame_equal(mine.to_pandas(), theirs)
    assert df().groupby("s").shift(1, meta=PDF)["x"].to_list() == [None, None, None, 0, 1, 2]


def test_labels_of_values_come_before_functions_that_pandas_has_not():
    pdf = pd.DataFrame({"month": [1, 2], "len": [3, 4], "hash": [5, 6], "x": [7, 8], "rank": [9, 9]})
    for mine in (hs.from_pandas(pdf), hs.from_pandas(pdf, npartitions=2)):
        means = mine.mean()
        assert (means.month, means.len, means.hash, means.x) == (1.5, 3.5, 5.5, 7.5)
        assert (means * 2).month == 3.0 and mine.max().month == 2 and mine.iloc[0].len == 3
        # A method of pandas' comes first there, too.
        assert callable(means.rank) and callable(pdf.mean().rank)
    days = hs.Series([dt.date(2024, 3, 1)], index=["month"])
    assert days.month().to_list() == [3]
    assert callable(hs.Series.month) and hs.Series.month.__name__ == "month"


@pytest.mark.parametrize("single", [True, False])
def test_numbers_of_rows_go_on_from_file_to_file(tmp_path, single):
    mine = hs.from_pandas(PDF[["x", "s"]], npartitions=3)
    if single:
        mine.to_csv(tmp_path / "whole.csv", single_file=True, index=True)
    else:
        mine.to_csv(tmp_path / "part-*.csv", index=True)
    found = [pd.read_csv(path, index_col=0) for path in sorted(tmp_path.iterdir())]
    assert len(found) == (1 if single else 3)
    assert_frame_equal(pd.concat(found), PDF[["x", "s"]], check_names=False)
    folder = tmp_path / "folder"
    mine.to_csv(folder / "", index=True)
    found = [pd.read_csv(path, index_col=0) for path in sorted(folder.iterdir())]
    assert_frame_equal(pd.concat(found), PDF[["x", "s"]], check_names=False)


@pytest.mark.parametrize("labels", [["x", "y", "z"], [10, 20, 30]])
def test_columns_backwards(labels):
    pdf = pd.DataFrame([[1, 2, 3]], columns=labels)
    mine, (first, second, third) = hs.from_pandas(pdf), labels
    for chosen in (
        slice(None, None, -1),
        slice(third, second, -1),
        slice(third, first, -1),
        slice(second, None, -1),
        slice(None, second, -1),
        slice(None, None, 2),
        slice(first, third, 2),
    ):
        assert list(mine.loc[:, chosen].columns) == list(pdf.loc[:, chosen].columns)
