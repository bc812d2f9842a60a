"""Errors as a user reads them."""

from __future__ import annotations

import pickle

import hypostyle as hs
import pytest
from hypostyle import errors


@pytest.fixture
def df() -> hs.DataFrame:
    return hs.DataFrame({"dep_delay": [1, 2], "carrier": ["UA", "AA"]})


def test_a_misspelt_column_suggests_the_nearest(df):
    for misspelt in (
        lambda: df["dep_dleay"],
        lambda: df[["dep_dleay"]],
        lambda: df.filter(hs.col("dep_dleay") > 1),
        lambda: df.sort_values("dep_dleay"),
        lambda: df.groupby("dep_dleay"),
        lambda: df.groupby("carrier")["dep_dleay"],
        lambda: df.groupby("carrier").agg(x=("dep_dleay", "sum")),
        lambda: df.merge(df, on="dep_dleay"),
        lambda: df.drop(columns=["dep_dleay"]),
        lambda: df.astype({"dep_dleay": int}),
        lambda: df.set_index("dep_dleay"),
        lambda: df.dropna(subset=["dep_dleay"]),
        lambda: df.drop_duplicates(subset=["dep_dleay"]),
        lambda: df.assign(x=hs.col("dep_dleay") + 1),
    ):
        with pytest.raises(KeyError) as caught:
            misspelt()
        text = str(caught.value)
        assert 'no column "dep_dleay"' in text and 'did you mean "dep_delay"?' in text, text
        assert text[0] != "'", "KeyError would show the repr"
        assert caught.value.column == "dep_dleay" and caught.value.hint == 'did you mean "dep_delay"?'


def test_errors_come_when_the_plan_is_built(df):
    with pytest.raises(TypeError, match="string"):
        df["carrier"] - 2
    with pytest.raises(TypeError, match="bool"):
        df[df["dep_delay"]]
    with pytest.raises(ValueError, match="no type"):
        df["carrier"].astype("integer")


def test_every_error_is_the_ordinary_exception_too():
    pairs = {
        errors.ColumnNotFoundError: KeyError,
        errors.DuplicateColumnError: ValueError,
        errors.DataTypeError: TypeError,
        errors.ArithmeticOverflowError: ArithmeticError,
        errors.CastError: ValueError,
        errors.ParseError: ValueError,
        errors.MissingFileError: FileNotFoundError,
        errors.CorruptFileError: OSError,
        errors.InputOutputError: OSError,
        errors.UnsupportedError: NotImplementedError,
        errors.InternalError: RuntimeError,
    }
    for kind, ordinary in pairs.items():
        assert issubclass(kind, ordinary) and issubclass(kind, hs.HypostyleError)
        assert str(kind("a sentence")) == "a sentence"
    assert set(errors.__all__) == {name for name in dir(errors) if name.endswith("Error")}


def test_attributes_say_where(df):
    with pytest.raises(hs.HypostyleError) as caught:
        df["carrier"].astype("int64").to_list()
    assert caught.value.row == 0 and caught.value.value == "UA"


def test_what_is_not_supported_says_what_to_write(df):
    with pytest.raises(ValueError, match="no condition"):
        df.query("dep_delay >")
    with pytest.raises(ValueError, match="cannot stand in a condition"):
        df.query("[x for x in dep_delay]")
    with pytest.raises(ValueError, match="private names"):
        df.query("dep_delay.__class__")
    with pytest.raises(ValueError, match="only methods of columns"):
        df.query("print(dep_delay)")
    with pytest.raises(KeyError, match="no row has the label 0"):
        df[df["dep_delay"] > 1].loc[0]
    with pytest.raises(KeyError, match="no row has the label 100"):
        df.loc[100]
    with pytest.raises(ValueError, match="values for"):
        df.assign(x=[1, 2, 3])
    with pytest.raises(KeyError, match="no row has the label 0"):
        df[df["dep_delay"] > 1].drop([0])
    with pytest.raises(ValueError, match="or False"):
        df.drop_duplicates(keep="none")
    with pytest.raises(AttributeError, match="no column 'colunm'"):
        _ = df.colunm
    with pytest.raises(AttributeError, match="DataFrame has no to_iceberg: use to_arrow"):
        df.to_iceberg("x")
    with pytest.raises(AttributeError, match=r"\.dt has no to_period: there are no periods"):
        _ = hs.to_datetime(df["dep_delay"], unit="D").dt.to_period
    with pytest.raises(AttributeError, match="Series has no cat"):
        _ = df["dep_delay"].cat
    assert not hasattr(df, "to_iceberg") and not hasattr(df["dep_delay"], "nothing")
    with pytest.raises(TypeError, match="belongs to its frame"):
        hs.when(df["dep_delay"] > 1).then(1)


@pytest.mark.parametrize(
    "fails",
    [
        lambda: hs.Series([1.5]).astype(int).to_list(),
        lambda: hs.Series(["a"]) + 1,
        lambda: hs.Series([1, 2]) == hs.Series(["a", "b"]),
        lambda: hs.concat([hs.Series([1]), hs.Series(["a"])]),
        lambda: hs.to_datetime(hs.Series(["x"])).to_list(),
        lambda: hs.DataFrame({"x": [1]}, index=[3]).query("zz > 1"),
    ],
)
def test_errors_do_not_speak_of_columns_that_nobody_knows(fails):
    with pytest.raises(hs.HypostyleError) as caught:
        fails()
    assert "__" not in str(caught.value) and caught.value.column != "__value__"
    copy = pickle.loads(pickle.dumps(caught.value))
    assert str(copy) == str(caught.value) and copy.column == caught.value.column
