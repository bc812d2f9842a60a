"""What pandas' users expect beyond the same script: refusals that say what to write, draws, labels, cells."""

from __future__ import annotations

import collections
import pickle

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def df():
    return hs.DataFrame({"k": ["b", "a", "b", "c"], "x": [3, 1, 2, 2], "y": [1.5, None, 2.5, -1.0]})


@pytest.mark.parametrize(
    "refused, told",
    [
        (lambda df: df.pct_change(fill_method="ffill"), "ffill"),
        (lambda df: df["x"].rolling(2, method="table"), "column by column"),
        (lambda df: df.rename({"x": "z"}), "columns="),
        (lambda df: df.fillna(0, axis=1, limit=1), "axis=1"),
        (lambda df: df.mode(axis=1), "transpose"),
        (lambda df: df.where(df["x"] > 1, level=0), "label"),
        (lambda df: df.groupby("k")["x"].nlargest(1, keep="all"), "apply"),
        (lambda df: df["x"].ewm(span=2).apply(sum), "mean"),
        (lambda df: np.add(df["x"], 1, out=np.zeros(4)), "assign the result"),
    ],
)
def test_refusals_say_what_to_write(df, refused, told):
    with pytest.raises(NotImplementedError, match=told):
        refused(df)


@pytest.mark.parametrize(
    "wrong, told",
    [
        (lambda df: df.nlargest(1, "x", keep="best"), "keep is"),
        (lambda df: df["x"].rank(na_option="middle"), "na_option is"),
        (lambda df: df.fillna(), "give a value"),
        (lambda df: df["x"].fillna(0, limit=0), "greater than 0"),
        (lambda df: df.sample(5, weights="x"), "replace=True"),
        (lambda df: df.sample(1, weights=[0, 0, 0, 0], replace=True), "all weights are 0"),
        (lambda df: df.sample(1, weights=[1]), "1 weights for 4 rows"),
        (lambda df: df.groupby([1, 2, 3, 4, 5].__add__([0])), "no column 1"),
        (lambda df: df.groupby(np.arange(3)), "a key of 3 values for 4 rows"),
        (lambda df: df.corr(method="best", numeric_only=True), "method is"),
        (lambda df: df["x"].interpolate(limit_direction="up"), "limit_direction is"),
        (
            lambda df: df.set_index("k").sort_index(ascending=[True, False]),
            "2 values",
        ),
        (lambda df: hs.concat([df, df], keys=["a"]), "1 keys for 2 frames"),
        (lambda df: hs.DataFrame([[1, 2], [3]], columns=["a", "b"]), "row 1 has 1 values for 2 columns"),
        (lambda df: hs.to_numeric(df["x"], downcast="tiny"), "downcast is"),
        (lambda df: hs.cut(df["x"], [0, 4], duplicates="keep"), "duplicates is"),
    ],
)
def test_mistakes_are_explained(df, wrong, told):
    with pytest.raises((KeyError, ValueError, NotImplementedError), match=told):
        wrong(df)


def test_draws_are_the_same_for_a_seed(df):
    for options in ({"replace": True}, {"weights": "x"}, {"weights": "x", "replace": True}):
        one = df.sample(3, random_state=7, **options)["x"].to_list()
        assert one == df.sample(3, random_state=7, **options)["x"].to_list()
    assert len(df.sample(2, random_state=np.random.default_rng(1))) == 2


@pytest.mark.parametrize("weights", [None, "w"])
def test_draws_do_not_depend_on_partitions_and_threads(weights):
    df = hs.DataFrame({"x": list(range(1000)), "w": [i % 7 for i in range(1000)]})
    drawn = df.sample(5000, replace=True, weights=weights, random_state=3)["x"].to_list()
    for parts in (7, 50):
        for threads in (1, 2):
            with hs.threads(threads):
                again = df.repartition(npartitions=parts).sample(5000, replace=True, weights=weights, random_state=3)
                assert again["x"].to_list() == drawn
    assert len(drawn) == 5000 > len(set(drawn)) > 800
    assert drawn != df.sample(5000, replace=True, weights=weights, random_state=4)["x"].to_list()
    assert weights is None or all(x % 7 for x in drawn)


def test_draws_of_groups():
    df = hs.DataFrame(
        {
            "k": [["a", "b", None, "c"][i % 4] for i in range(400)],
            "x": list(range(400)),
            "w": [i % 3 for i in range(400)],
        }
    )
    for options in ({"replace": True}, {"replace": True, "weights": "w"}, {"weights": "w"}):
        drawn = df.groupby("k").sample(20, random_state=3, **options)
        again = df.repartition(npartitions=7).groupby("k").sample(20, random_state=3, **options)
        assert again["x"].to_list() == drawn["x"].to_list()
        assert collections.Counter(drawn["k"].to_list()) == {"a": 20, "b": 20, "c": 20}
        assert len(set(drawn["x"].to_list())) == 60 or "replace" in options
        assert "weights" not in options or all(drawn["w"].to_list())
    few = df.iloc[:12]
    assert len(few.groupby("k").sample(frac=2.5, replace=True)) == 24
    assert len(few.groupby("k", dropna=False)["x"].sample(5, replace=True)) == 20
    assert len(few.groupby("k").sample(0, replace=True)) == 0 == len(few.iloc[:0].groupby("k").sample(2, replace=True))
    many = collections.Counter(few.groupby("k").sample(3000, replace=True, weights="w", random_state=1)["x"].to_list())
    # Of group "a" are rows 0, 4 and 8, with weights 0, 1 and 2.
    assert many[0] == 0 and 900 < many[4] < 1100 and many[4] + many[8] == 3000
    with pytest.raises(ValueError, match="give replace=True"):
        few.groupby("k").sample(3, weights="w")
    with pytest.raises(ValueError, match="of a group are 0"):
        few.groupby("k").sample(3, weights=[0] * 12, replace=True)


def test_rows_beyond_memory_are_refused(df):
    wrong = [
        lambda: df.sample(10**11, replace=True),
        lambda: df.sample(frac=1e18, replace=True, weights="x"),
        lambda: df.groupby("x").sample(10**12, replace=True),
        lambda: df["x"].repeat(10**11),
        lambda: df["x"].repeat(2**62),
    ]
    for one in wrong:
        with pytest.raises(hs.errors.TooManyRowsError):
            one()
    for bins in (10**9, 2**62):
        with pytest.raises(ValueError, match="more bins"):
            hs.cut(df["x"], bins)
        with pytest.raises(ValueError, match="more bins"):
            hs.qcut(df["x"], bins)


def test_weights_are_chances():
    df = hs.DataFrame({"x": [0, 1, 2], "w": [1.0, 3.0, 0.0]})
    drawn = collections.Counter(df.sample(1, weights="w", random_state=seed)["x"].to_list()[0] for seed in range(400))
    assert drawn[2] == 0 and 260 < drawn[1] < 340
    many = collections.Counter(df.sample(4000, replace=True, weights="w", random_state=1)["x"].to_list())
    assert many[2] == 0 and 2800 < many[1] < 3200


def test_series_of_equal_labels_meet(df):
    groups = df.groupby("k")
    assert (groups["x"].sum() / groups["x"].count()).to_dict() == {"a": 1.0, "b": 2.5, "c": 2.0}
    assert (hs.Series([1, 2]) + hs.Series([10, 20])).to_list() == [11, 22]
    assert df.assign(z=hs.Series([1, 2, 3, 4]))["z"].to_list() == [1, 2, 3, 4]
    assert (df["x"] + hs.Series([1, 2])).to_list()[2:] == [None, None]
    assert (df["x"] + df[df["x"] > 1]["x"]).to_list() == [6, None, 4, 4]
    with pytest.raises(TypeError, match="int64 and string"):
        df["x"] + hs.Series([1, 2, 3, 4], index=["a", "b", "c", "d"])


def test_rows_are_chosen_by_labels(df):
    chosen = df[df["x"] > 1]
    assert df.drop(chosen.index).equals(df[df["x"] <= 1]) and df.loc[chosen.index].equals(chosen)
    assert df["x"].drop(chosen.index).to_list() == [1]
    assert df.drop(df.index[:2])["x"].to_list() == [2, 2]
    labelled = df.set_index("k")
    assert labelled.drop(labelled[labelled["x"] > 2].index)["x"].to_list() == [1, 2]
    assert labelled[~labelled.index.duplicated()]["x"].to_list() == [3, 1, 2]
    assert labelled.index.value_counts().to_dict() == {"b": 2, "a": 1, "c": 1}
    assert hs.Series([1, 2, 3])[hs.Series([True, False, True])].to_list() == [1, 3]
    assert df.insert(0, "n", range(4)) is None and df["n"].to_list() == [0, 1, 2, 3]
    assert df.groupby("k").agg("mean", numeric_only=True).columns == ["n", "x", "y"]
    assert df["x"].loc[lambda x: x > 2].to_list() == [3]


def test_frames_are_made_of_little():
    assert hs.DataFrame(columns=["a", "b"]).shape == (0, 2) and hs.DataFrame([], columns=["a"]).shape == (0, 1)
    assert hs.DataFrame({"a": [1, 2]}, columns=["b", "a"]).to_dict("list") == {"b": [None, None], "a": [1, 2]}
    assert hs.Series([]).to_list() == [] and hs.Series(dtype="float64").dtype == float
    for wrong, told in (({1, 2}, "no order"), (hs.col("x"), "belongs to a frame")):
        with pytest.raises(TypeError, match=told):
            hs.Series(wrong)
    with pytest.raises(ValueError, match="1 labels for 2 rows"):
        hs.Series([1, 2], index=["a"])


def test_labels_travel(df):
    series = pickle.loads(pickle.dumps(hs.Series({"a": 1, "b": 2}, name="n")))
    assert series.to_dict() == {"a": 1, "b": 2} and series.name == "n"
    frame = pickle.loads(pickle.dumps(df.set_index("k")))
    assert frame.index.name == "k" and frame.equals(df.set_index("k"))
    assert pickle.loads(pickle.dumps(df.dtypes)) == df.dtypes
    for processes in (False, True):
        made = df.apply(lambda row: hs.Series({"a": row["x"], "b": 2}), axis=1, processes=processes)
        assert made.to_dict("list") == {"a": [3, 1, 2, 2], "b": [2, 2, 2, 2]}
        groups = df.groupby("k").apply(lambda g: hs.Series({"a": g["x"].sum()}), processes=processes)
        assert groups.to_dict("list") == {"a": [1, 5, 2]}


def test_cells_are_set(df):
    df.iloc[0, 1] = 10
    df.at[1, "x"] = 20
    df.loc[[2, 3], "x"] = [30, 40]
    assert df["x"].to_list() == [10, 20, 30, 40]
    labelled = df.set_index("k")
    labelled.loc["b", ["x", "y"]] = [0, 9.0]
    labelled.iloc[-1:, 0] = 7
    assert labelled.to_dict("list") == {"x": [0, 20, 0, 7], "y": [9.0, None, 9.0, -1.0]}
    labelled.loc["new", "x"] = 1
    assert labelled.loc["new"].to_list() == [1, None]


def test_names_are_chosen_as_an_index_is(df):
    assert df.columns[df.dtypes == "float64"] == ["y"]
    assert df.columns[df.columns.str.startswith(("k", "x"))] == ["k", "x"]
    assert df.columns[1:].tolist() == ["x", "y"] and df.columns[[0, -1]] == ["k", "y"] and df.columns[-1] == "y"
    assert df.loc[:, df.dtypes == "float64"].columns == ["y"] and df[df.columns.difference(["x"])].columns == ["k", "y"]
    df.columns = df.columns.str.upper()
    assert df.columns.get_loc("Y") == 2
    with pytest.raises(KeyError, match="no column is called 'y'"):
        df.columns.get_loc("y")


@pytest.mark.parametrize("name", ["read_hdf", "eval", "read_xml"])
def test_names_of_pandas_itself_are_explained(name):
    with pytest.raises(AttributeError, match=f"hypostyle has no {name}: "):
        getattr(hs, name)
    assert not hasattr(hs, "nothing_of_this_name")


@pytest.mark.parametrize("name", ["Timestamp", "MultiIndex", "NaT"])
def test_single_values_and_labels_are_those_of_pandas(name):
    assert getattr(hs, name) is getattr(pd, name)


def test_parts_of_dates_choose_rows():
    times = hs.date_range("2023-12-30", periods=4, freq="24h")
    df = hs.DataFrame({"t": times, "x": [1, 2, 3, 4]}).set_index("t")
    assert [df.loc[part]["x"].to_list() for part in ("2023", "2024-01", "2023")] == [[1, 2], [3, 4], [1, 2]]
    assert df.loc["2023-12-31"]["x"] == 2  # all moments are days: the label of one row
    hours = hs.DataFrame({"t": hs.date_range("2023-12-30", periods=4, freq="20h"), "x": [1, 2, 3, 4]}).set_index("t")
    assert [hours.loc[part]["x"].to_list() for part in ("2023-12-30", "2024-01", "2024")] == [[1, 2], [4], [4]]
    assert df.loc["2023-12-31":"2024-01"]["x"].to_list() == [2, 3, 4]
    with pytest.raises(KeyError, match="2025"):
        df.loc["2025"]


def test_tau_with_ties():
    rng = np.random.default_rng(5)
    for rows in (2, 3, 50, 500):
        pdf = pd.DataFrame(
            {"a": rng.integers(0, 7, rows), "b": rng.normal(size=rows).round(1), "c": rng.normal(size=rows)}
        )
        found = hs.DataFrame(pdf).corr(method="kendall").to_pandas()
        signs = {name: np.sign(np.subtract.outer(pdf[name].to_numpy(), pdf[name].to_numpy())) for name in pdf}
        for one in pdf:
            for other in pdf:
                spread = np.sqrt((signs[one] ** 2).sum() * (signs[other] ** 2).sum())
                expected = (signs[one] * signs[other]).sum() / spread if spread else np.nan
                np.testing.assert_allclose(found.loc[one, other], expected, rtol=1e-12)


def test_numpy_functions_give_series(df):
    made = np.sqrt(df["x"]) + np.float64(1) * df["x"]
    assert isinstance(made, hs.Series)
    np.testing.assert_allclose(made.to_numpy(), np.sqrt([3, 1, 2, 2]) + np.array([3, 1, 2, 2]))
    assert np.log(hs.Series([1.0, -1.0])).isna().to_list() == [False, True]
    assert np.maximum(df["x"], 2).to_list() == [3, 2, 2, 2]
    assert (np.int64(2) < df["x"]).to_list() == [True, False, False, False]
    assert float(np.mean(df["x"])) == 2.0 and int(np.sum(df["x"])) == 8


def test_functions_among_aggregates_keep_the_order_of_groups():
    df = hs.DataFrame({"k": [i * 7919 % 53 for i in range(500)], "x": list(range(500))})
    for sort in (True, False):
        groups = df.groupby("k", sort=sort)
        both = groups.agg(a=("x", "max"), b=("x", lambda s: s.max())).reset_index()
        assert both["a"].to_list() == both["b"].to_list()
    with_missing = hs.DataFrame({"k": ["a", None, "a"], "x": [1, 2, 3]}).groupby("k", dropna=False)
    assert with_missing.agg(a=("x", "sum"), b=("x", lambda s: s.sum())).to_dict("list") == {"a": [4, 2], "b": [4, 2]}
