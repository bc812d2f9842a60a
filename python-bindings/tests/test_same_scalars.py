"""NumPy's scalars in the place of Python's numbers and times: the same for pandas and for Hypostyle."""

from __future__ import annotations

import datetime as dt

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import check

#: Numbers and times that loops over arrays give.
SCALARS = {
    "i": np.int64(1),
    "j": np.int32(2),
    "u": np.uint8(1),
    "zero": np.int64(0),
    "half": np.float32(0.5),
    "yes": np.bool_(True),
    "no": np.bool_(False),
    "time": np.datetime64("2024-01-02"),
}

LINES = [
    "out=df.iloc[i].to_dict()",
    "out=df.iloc[:,i]",
    "out=df.iloc[i,j]",
    "out=df.x.iloc[i]",
    "out=df.iloc[[i,j],[zero,u]]",
    "out=df.iloc[i:j]",
    "out=df.iloc[:,i:]",
    "out=df.iat[i,j]",
    "out=df.x.iat[u]",
    "out=df.loc[i].to_dict()",
    "out=df.loc[i,'x']",
    "out=df.loc[[i,j],'x']",
    "out=df.loc[[i,j]]",
    "out=df.loc[i:j]",
    "out=df.at[i,'x']",
    "out=df.x[i]",
    "out=df.x[[i,j]]",
    "out=df.x.loc[i], df.x.at[j]",
    "out=df.x.get(i), df.x.get(np.int64(99))",
    "out=[df.iloc[at]['x'] for at in np.where(df.x > 2)[0]]",
    "out=[df.loc[label,'x'] for label in np.array([0,2])]",
    "df.loc[i,'x']=j",
    "df.iloc[i,j]=u",
    "df.at[i,'x']=j",
    "df.iat[i,j]=u",
    "df.loc[np.int64(6),'x']=j; out=len(df), df.loc[6,'x']",
    "s=df.x.copy(); s[i]=j; out=s",
    "s=df.x.copy(); s.iloc[i]=j; out=s",
    "s=df.x.copy(); s.loc[[i,j]]=u; out=s",
    "out=df.set_index('x').loc[j].to_dict()",
    "out=df.set_index('x').loc[[j,i]]",
    "out=df.set_index(['k','x']).loc[('a',j)].to_dict()",
    "out=df.set_index('x').xs(j).to_dict()",
    "out=df.set_index('x').drop(j)",
    "out=i in df.x, np.int64(99) in df.x, i in df.index, j in df.set_index('x').index",
    "out=df.x.shift(i)",
    "out=df[['x','j']].shift(-j)",
    "out=df.groupby('k').x.shift(u)",
    "out=df.x.diff(i), df.x.pct_change(i)",
    "out=df.x.rolling(j).sum()",
    "out=df[['x','j']].rolling(j,min_periods=i).mean()",
    "out=df.groupby('k').x.rolling(j).sum().to_list()",
    "out=df.x.expanding(j).sum()",
    "out=df.x.quantile(half), df[['x','j']].quantile(half)",
    "out=df.groupby('k').x.quantile(half)",
    "out=df.k.str.repeat(j)",
    "out=df.x.repeat(j)",
    "out=df.sort_values('x',ascending=no)",
    "out=df.sort_values(['k','x'],ascending=[yes,no])",
    "out=df.x.sort_values(ascending=no)",
    "out=df.sort_index(ascending=no)",
    "out=lib.cut(df.x,j).astype(str)",
    "out=lib.qcut(df.x,j).astype(str)",
    "out=df.x.value_counts(bins=j).to_list()",
    "out=df.y.interpolate(limit=i)",
    "out=lib.to_timedelta(j,unit='h')==dt.timedelta(hours=2)",
    "out=lib.to_datetime(i,unit='D')==dt.datetime(1970,1,2)",
    "out=lib.to_datetime(1609459200,unit='s')==dt.datetime(2021,1,1)",
    "out=lib.to_datetime(time)==lib.to_datetime(dt.date(2024,1,2))==dt.datetime(2024,1,2)",
    "out=lib.to_numeric(i)",
    "s=lib.Series(range(4),index=lib.to_datetime(lib.Series(['2024-01-01','2024-01-02','2024-01-03','2024-01-04']))); "
    "out=s.loc[time], s.loc[time:].to_list(), s.loc[:time].to_list()",
]


@pytest.mark.parametrize("line", LINES)
def test_numpy_scalars_are_numbers(line: str) -> None:
    def script(lib, df):
        names = {"lib": lib, "df": df, "np": np, "pd": pd, "dt": dt, **SCALARS}
        exec(line, names)
        return names.get("out", names["df"])

    check(script)


def test_no_type_is_the_type_there_is() -> None:
    # scikit-learn asks for it, so that whole numbers stay whole.
    for values, name in (([1, 2], "int64"), ([True], "bool"), ([0.5], "float64"), (["a"], "string")):
        assert hs.Series(values).astype(None).dtype == name
