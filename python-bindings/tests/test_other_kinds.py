"""Values beside those of another kind, as pandas has them: moments and days, moments with and without a zone, lengths of time
and fractions."""

import datetime
import io

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest

MOMENTS = ["2020-01-01", None, "2020-01-02T03:00:00"]
BESIDE = {
    "none": [datetime.date(2020, 1, 1), pd.Timestamp("2020-01-01", tz="UTC")],
    "zone": [
        datetime.date(2020, 1, 1),
        datetime.datetime(2020, 1, 1),
        pd.Timestamp("2020-01-01"),
        np.datetime64("2020-01-01"),
    ],
}
CASES = [(zone, other) for zone, others in BESIDE.items() for other in others]


def moments(module, zone):
    made = module.Series(module.to_datetime(module.Series(MOMENTS), format="ISO8601"))
    return made.dt.tz_localize("UTC") if zone == "zone" else made


@pytest.mark.parametrize(("zone", "other"), CASES)
def test_moments_of_another_kind_are_unlike(zone, other):
    ours, theirs = moments(hs, zone), moments(pd, zone)
    assert (ours == other).to_list() == (theirs == other).tolist() == [False] * 3
    assert (ours != other).to_list() == (theirs != other).tolist() == [True] * 3
    for name in ("lt", "le", "gt", "ge"):
        for module in (hs, pd):
            with pytest.raises(TypeError):
                getattr(moments(module, zone), f"__{name}__")(other)
    assert ours[ours == other].to_list() == []
    frames = [module.DataFrame({"t": moments(module, zone)}) for module in (hs, pd)]
    assert (frames[0] == other)["t"].to_list() == (frames[1] == other)["t"].tolist() == [False] * 3
    assert frames[0].ne(other)["t"].to_list() == frames[1].ne(other)["t"].tolist() == [True] * 3
    for frame in frames:
        with pytest.raises(TypeError):
            frame.lt(other)


def test_moments_of_one_kind_are_compared():
    for zone, other in (
        ("zone", pd.Timestamp("2020-01-01T01:00", tz="Europe/Paris")),
        ("none", np.datetime64("2020-01-01")),
    ):
        ours, theirs = moments(hs, zone), moments(pd, zone)
        assert (ours == other).to_list() == (theirs == other).tolist() == [True, False, False]
        assert (ours > other).to_list() == (theirs > other).tolist() == [False, False, True]
    for nothing in (None, pd.NaT, np.datetime64("NaT")):
        assert (moments(hs, "zone") == nothing).to_list() == [False] * 3
    days = hs.Series([datetime.date(2020, 1, 1), datetime.date(2020, 1, 2)])
    assert (days > datetime.date(2020, 1, 1)).to_list() == [False, True]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_lengths_of_time_and_fractions(unit):
    lengths = pd.Series(pd.to_timedelta(["1D", "-2h", "7s", None])).astype(f"m8[{unit}]")
    factors = pd.Series([1.3, -0.37, np.nan, 2.0])
    ours, ours_factors = hs.Series(lengths), hs.Series(factors)
    for make in (
        lambda x, f: x * 1.55,
        lambda x, f: 0.33 * x,
        lambda x, f: x * f,
        lambda x, f: f * x,
        lambda x, f: x / 1.7,
        lambda x, f: x / f,
        lambda x, f: x / 3,
    ):
        made = make(ours, ours_factors)
        assert made.dtype == f"duration[{unit}]"
        pd.testing.assert_series_equal(made.to_pandas(), make(lengths, factors), check_names=False)
    with pytest.raises(hs.errors.ArithmeticOverflowError, match="duration overflow"):
        (ours * 1e30).to_list()
    for zero in (0, 0.0, hs.Series([1, 1, 0, 1])):
        with pytest.raises(hs.errors.ArithmeticOverflowError, match="duration division by zero"):
            (ours / zero).to_list()


def test_expressions_multiply_lengths():
    df = hs.DataFrame({"t": pd.to_timedelta(["1h", "2h"]), "f": [0.5, 0.25]})
    made = df.assign(part=hs.col("t") * hs.col("f"), half=hs.col("t") / 2)
    assert made["part"].to_list() == [datetime.timedelta(minutes=30)] * 2
    assert made["half"].to_list() == [datetime.timedelta(minutes=30), datetime.timedelta(hours=1)]


def test_lengths_of_time_in_csv():
    theirs = pd.DataFrame({"n": [1, 2, 3], "t": pd.to_timedelta(["1D 02:00:03.5", None, "-1h"])})
    assert hs.DataFrame(theirs).to_csv(index=False) == theirs.to_csv(index=False)


def test_json_of_another_encoding(tmp_path):
    text = '[{"a": "é", "b": 1}, {"a": "ü", "b": 2}]'
    for encoding in ("latin-1", "utf-16", "cp1252", "utf-8", None):
        path = tmp_path / f"{encoding}.json"
        path.write_bytes(text.encode(encoding or "utf-8"))
        assert hs.read_json(path, encoding=encoding).to_dict("list") == {"a": ["é", "ü"], "b": [1, 2]}
        assert hs.read_json(io.BytesIO(path.read_bytes()), encoding=encoding)["b"].to_list() == [1, 2]
    with pytest.raises(hs.errors.InvalidArgumentError, match="read_json: encoding='klingon'"):
        hs.read_json(tmp_path / "None.json", encoding="klingon")
    (tmp_path / "bad.json").write_bytes(b'[{"a": "\xe9"}]')
    assert hs.read_json(tmp_path / "bad.json", encoding_errors="replace")["a"].to_list() == ["\ufffd"]


def test_keys_of_meta_that_some_objects_lack():
    data = [{"a": [{"x": 1}], "i": 1, "o": {"p": 1}}, {"a": [{"x": 2}], "o": {}}]
    for meta in (["i"], [["o", "p"]]):
        for module in (hs, pd):
            with pytest.raises(KeyError):
                module.json_normalize(data, "a", meta)
        made = hs.json_normalize(data, "a", meta, errors="ignore")
        assert made[made.columns[1]].to_list() == [1, None]
