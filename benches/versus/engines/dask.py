from __future__ import annotations

import dask
import dask.dataframe as dd
import pyarrow as pa

from engines import Unsupported
from questions import CODED, JOINS
from groups import GROUPS as OTHER_GROUPS
from shapes import SHAPES


class Engine:
    def __init__(self, threads: int, variant: str) -> None:
        dask.config.set(scheduler="threads", num_workers=threads)
        self.tables = {}

    def version(self) -> str:
        return dask.__version__

    def load(self, suite: str, files: dict[str, str], strings: str) -> None:
        for name, path in files.items():
            table = dd.read_parquet(path, split_row_groups=True)
            if strings == "dictionary":
                # One set of categories for all partitions.
                table = table.categorize(columns=[c for c in CODED[suite] if c in table.columns])
            self.tables[name] = table.persist()

    def ask(self, question: str):
        if question in SHAPES or question in OTHER_GROUPS:
            raise Unsupported("other shapes are put to the faster engines only")
        if question in JOINS:
            right, key, how = JOINS[question]
            return self.tables["x"].merge(self.tables[right], on=key, how=how, suffixes=("", "_y")).persist()
        return getattr(self, question)(self.tables["x"])

    def to_arrow(self, answer):
        frame = answer.compute() if isinstance(answer, dd.DataFrame) else answer
        return pa.Table.from_pandas(frame, preserve_index=False)

    @staticmethod
    def by(x, *keys):
        return x.groupby(list(keys), sort=False, observed=True, dropna=False)

    def g1(self, x):
        return self.by(x, "id1").agg({"v1": "sum"}).compute().reset_index()

    def g2(self, x):
        return self.by(x, "id1", "id2").agg({"v1": "sum"}).compute().reset_index()

    def g3(self, x):
        return self.by(x, "id3").agg({"v1": "sum", "v3": "mean"}).compute().reset_index()

    def g4(self, x):
        return self.by(x, "id4").agg({"v1": "mean", "v2": "mean", "v3": "mean"}).compute().reset_index()

    def g5(self, x):
        return self.by(x, "id6").agg({"v1": "sum", "v2": "sum", "v3": "sum"}).compute().reset_index()

    def g6(self, x):
        r = self.by(x[["id4", "id5", "v3"]], "id4", "id5").agg({"v3": ["median", "std"]}, shuffle_method="tasks").compute()
        r.columns = ["median_v3", "sd_v3"]
        return r.reset_index()

    def g7(self, x):
        r = self.by(x, "id3").agg({"v1": "max", "v2": "min"}).compute().reset_index()
        return r.assign(range_v1_v2=r["v1"] - r["v2"])[["id3", "range_v1_v2"]]

    def g8(self, x):
        def top(rows):
            return rows.sort_values("v3", ascending=False).groupby("id6", sort=False, dropna=False).head(2)

        # The largest two of each partition hold the largest two of all.
        r = x[["id6", "v3"]].dropna(subset=["v3"]).map_partitions(top).compute()
        return top(r).rename(columns={"v3": "largest2_v3"})

    def g9(self, x):
        rows = x[["id2", "id4", "v1", "v2"]].dropna(subset=["v1", "v2"])
        a, b = rows["v1"].astype("float64"), rows["v2"].astype("float64")
        rows = rows.assign(n=1.0, a=a, b=b, aa=a * a, bb=b * b, ab=a * b)
        s = self.by(rows, "id2", "id4")[["n", "a", "b", "aa", "bb", "ab"]].sum().compute().reset_index()
        top = (s["n"] * s["ab"] - s["a"] * s["b"]) ** 2
        bottom = (s["n"] * s["aa"] - s["a"] ** 2) * (s["n"] * s["bb"] - s["b"] ** 2)
        return s[["id2", "id4"]].assign(r2=top / bottom)

    def g10(self, x):
        r = self.by(x.assign(count=1), "id1", "id2", "id3", "id4", "id5", "id6").agg({"v3": "sum", "count": "sum"})
        return r.compute().reset_index()
