from __future__ import annotations

import pandas as pd
import pyarrow as pa

from engines import Unsupported
from questions import JOINS
from groups import GROUPS as OTHER_GROUPS
from shapes import SHAPES


class Engine:
    def __init__(self, threads: int, variant: str) -> None:
        self.tables = {}

    def version(self) -> str:
        return pd.__version__

    def load(self, suite: str, files: dict[str, str], strings: str) -> None:
        self.tables = {name: pd.read_parquet(path) for name, path in files.items()}

    def ask(self, question: str):
        if question in SHAPES or question in OTHER_GROUPS:
            raise Unsupported("other shapes are put to the faster engines only")
        if question in JOINS:
            right, key, how = JOINS[question]
            return self.tables["x"].merge(self.tables[right], on=key, how=how, suffixes=("", "_y"))
        return getattr(self, question)(self.tables["x"])

    def to_arrow(self, answer):
        return pa.Table.from_pandas(answer, preserve_index=False)

    @staticmethod
    def by(x, *keys):
        return x.groupby(list(keys), as_index=False, sort=False, observed=True, dropna=False)

    def g1(self, x):
        return self.by(x, "id1").agg(v1=("v1", "sum"))

    def g2(self, x):
        return self.by(x, "id1", "id2").agg(v1=("v1", "sum"))

    def g3(self, x):
        return self.by(x, "id3").agg(v1=("v1", "sum"), v3=("v3", "mean"))

    def g4(self, x):
        return self.by(x, "id4").agg(v1=("v1", "mean"), v2=("v2", "mean"), v3=("v3", "mean"))

    def g5(self, x):
        return self.by(x, "id6").agg(v1=("v1", "sum"), v2=("v2", "sum"), v3=("v3", "sum"))

    def g6(self, x):
        return self.by(x, "id4", "id5").agg(median_v3=("v3", "median"), sd_v3=("v3", "std"))

    def g7(self, x):
        r = self.by(x, "id3").agg(v1=("v1", "max"), v2=("v2", "min"))
        return r.assign(range_v1_v2=r["v1"] - r["v2"])[["id3", "range_v1_v2"]]

    def g8(self, x):
        rows = x.loc[x["v3"].notna(), ["id6", "v3"]].sort_values("v3", ascending=False)
        return self.by(rows, "id6").head(2).rename(columns={"v3": "largest2_v3"})

    def g9(self, x):
        # Sums of products, all in compiled code: apply() with corr() takes many times longer.
        rows = x.loc[x["v1"].notna() & x["v2"].notna(), ["id2", "id4", "v1", "v2"]]
        a, b = rows["v1"].astype("float64"), rows["v2"].astype("float64")
        sums = self.by(rows.assign(n=1.0, a=a, b=b, aa=a * a, bb=b * b, ab=a * b), "id2", "id4")[
            ["n", "a", "b", "aa", "bb", "ab"]].sum()
        s = sums
        top = (s["n"] * s["ab"] - s["a"] * s["b"]) ** 2
        bottom = (s["n"] * s["aa"] - s["a"] ** 2) * (s["n"] * s["bb"] - s["b"] ** 2)
        return s[["id2", "id4"]].assign(r2=top / bottom)

    def g10(self, x):
        return self.by(x, "id1", "id2", "id3", "id4", "id5", "id6").agg(v3=("v3", "sum"), count=("v1", "size"))
