"""pandas objects in and out."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal


def round_trip(pdf: pd.DataFrame, **options) -> pd.DataFrame:
    return hs.from_pandas(pdf, **options).to_pandas()


def test_types_that_come_back_as_they_were():
    moments = pd.to_datetime(["2024-01-01", None, "2024-03-31 01:30"], format="ISO8601")
    pdf = pd.DataFrame(
        {
            "i8": np.array([1, 2, 3], "int8"),
            "u64": np.array([1, 2, 2**64 - 1], "uint64"),
            "f32": np.array([1, np.nan, 3], "float32"),
            "f64": [1.5, None, np.inf],
            "bool": [True, False, True],
            "str": ["a", None, "c"],
            "naive": moments,
            "ns": moments.as_unit("ns"),
            "zoned": moments.tz_localize("UTC").tz_convert("Europe/Oslo"),
            "delta": pd.to_timedelta([1, None, 3], unit="s"),
            "Int64": pd.array([1, None, 3], "Int64"),
            "UInt8": pd.array([1, None, 3], "UInt8"),
            "boolean": pd.array([True, None, False], "boolean"),
        }
    )
    assert_frame_equal(round_trip(pdf), pdf)


def test_types_that_come_back_as_others():
    pdf = pd.DataFrame(
        {
            "category": pd.Categorical(["a", None, "a"], ["b", "a"]),
            "numbers": pd.Categorical([10, 20, None]),
            "Int64": pd.array([1, 2, 3], "Int64"),
            "Float64": pd.array([1.5, None, 3], "Float64"),
            "arrow": pd.array(["a", None, "c"], "string[pyarrow]"),
            "object": pd.Series(["a", None, np.nan], dtype=object),
            "half": np.array([1, 2, 3], "float16"),
        }
    )
    found = round_trip(pdf)
    assert found.dtypes.astype(str).to_dict() == {
        "category": "category",
        "numbers": "Int64",
        "Int64": "int64",
        "Float64": "float64",
        "arrow": "str",
        "object": "str",
        "half": "float32",
    }
    assert found["category"].tolist()[0] == "a" and found["category"].isna().tolist() == [False, True, False]
    assert found["object"].isna().tolist() == [False, True, True]


def test_arrow_backed_columns():
    pyarrow = pytest.importorskip("pyarrow")
    pdf = pd.DataFrame({"x": pd.array([1, None], pd.ArrowDtype(pyarrow.int32()))})
    assert hs.from_pandas(pdf).dtypes == {"x": "int32"}
    nested = hs.from_pandas(pd.DataFrame({"x": pd.array([[1], None], pd.ArrowDtype(pyarrow.list_(pyarrow.int8())))}))
    assert nested.dtypes == {"x": "list[int8]"}
    assert nested.to_pandas()["x"][0].tolist() == [1]


def test_dates_become_timestamps():
    found = hs.DataFrame({"x": [None, "2024-02-29"]}).astype({"x": "date"}).to_pandas()
    assert str(found["x"].dtype) == "datetime64[s]" and found["x"][1] == pd.Timestamp("2024-02-29")


def test_nan_is_missing_unless_kept():
    pdf = pd.DataFrame({"x": [1.0, np.nan]})
    assert hs.from_pandas(pdf)["x"].count() == 1
    kept = hs.from_pandas(pdf, keep_nan=True)["x"]
    assert kept.count() == 2 and np.isnan(kept.sum())
    assert hs.DataFrame({"x": [1.0, float("nan")]})["x"].count() == 1


def test_indexes():
    pdf = pd.DataFrame({"x": [1, 2, 3]})
    for index in (
        pd.RangeIndex(3),
        pd.RangeIndex(5, 8),
        pd.Index(["a", "b", "c"]),
        pd.Index(["a", "b", "c"], name="k"),
        pd.Index([1, 2, 3], name="x"),
        pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"]).rename("t").as_unit("us"),
        pd.MultiIndex.from_arrays([["a", "b", "c"], [1, 2, 3]], names=["k", None]),
    ):
        labelled = pdf.set_index(index)
        assert_frame_equal(round_trip(labelled), labelled, check_index_type=False, check_freq=False)


def test_series_and_single_columns():
    series = pd.Series([1, 2], name="x")
    assert hs.from_pandas(series).to_frame().to_dict("list") == {"x": [1, 2]}
    assert hs.DataFrame({"a": series, "b": series * 2})["b"].to_list() == [2, 4]


def test_numbers_are_shared_and_pandas_copies_before_it_writes():
    pdf = pd.DataFrame({"x": np.arange(1000), "y": np.arange(1000) / 2})
    frame = hs.from_pandas(pdf)
    for name in ("x", "y"):
        shared = frame._plan.query.collect().addresses(name)
        assert shared == [pdf[name].to_numpy().__array_interface__["data"][0]]
    pdf.loc[0, "x"] = -1
    pdf["y"] += 1
    assert frame["x"].to_list()[0] == 0 and frame["y"].to_list()[0] == 0.0


def test_arrays_are_copied():
    array = np.arange(5)
    frame = hs.DataFrame({"x": array, "y": array[::-1]})
    array[0] = 100
    assert frame.to_dict("list") == {"x": [0, 1, 2, 3, 4], "y": [4, 3, 2, 1, 0]}


def test_results_can_be_written_to():
    pdf = hs.DataFrame({"x": [1, 2], "y": [1.5, 2.5], "s": ["a", "b"]}).to_pandas()
    pdf.loc[0, "x"] = 10
    pdf["y"] += 1
    assert pdf["x"].tolist() == [10, 2]


def test_many_partitions():
    pdf = pd.DataFrame(
        {"x": np.arange(1001), "s": [f"text {i % 7}" for i in range(1001)], "b": np.arange(1001) % 2 == 0}
    )
    frame = hs.from_pandas(pdf).repartition(13)
    assert_frame_equal(frame.to_pandas(), pdf)
    assert (frame["x"].to_numpy() == np.arange(1001)).all()
    assert (frame[["x"]].to_numpy()[:, 0] == np.arange(1001)).all()


def test_matrices():
    frame = hs.DataFrame({"x": [1, 2], "y": [0.5, None]})
    assert np.array_equal(frame.to_numpy(), [[1, 0.5], [2, np.nan]], equal_nan=True)
    assert hs.DataFrame({"x": [1, None]}).to_numpy().dtype == "float64"
    assert hs.DataFrame({"x": [True], "y": [False]}).to_numpy().tolist() == [[True, False]]
    assert hs.DataFrame({"x": [1], "s": ["a"]}).to_numpy().tolist() == [[1, "a"]]
    assert hs.DataFrame(np.array([[1, 2], [3, 4]]), columns=["a", "b"]).to_dict("list") == {"a": [1, 3], "b": [2, 4]}


def test_refusals():
    with pytest.raises(TypeError, match=r"column 'x'.*row 1.*value \"'a'\""):
        hs.from_pandas(pd.DataFrame({"x": [1, "a"]}))
    with pytest.raises(ValueError, match="not a list"):
        hs.from_pandas([1])


def test_without_pyarrow():
    """pyarrow is not needed for pandas' usual types; where it is, the error says how to get it."""
    code = """
        import sys
        sys.modules["pyarrow"] = None
        import hypostyle as hs, pandas as pd
        pdf = pd.DataFrame({"x": [1, None], "s": ["a", None], "t": pd.to_datetime(["2024-01-01", None])})
        found = hs.from_pandas(pdf).sort_values("x").to_pandas()
        assert found["s"].tolist()[0] == "a" and found.dtypes.tolist() == pdf.dtypes.tolist(), found.dtypes
        for call in (hs.DataFrame({"x": [[1]]}).to_pandas, hs.DataFrame({"x": [1]}).to_arrow):
            try:
                call()
            except ImportError as error:
                assert "pip install pyarrow" in str(error)
            else:
                raise AssertionError("no error")
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)
