from __future__ import annotations

import hypostyle as hs
import pyarrow as pa

from engines import Unsupported
from questions import JOINS
from groups import GROUPS as OTHER_GROUPS
from shapes import MERGES, SHAPES


class Engine:
    def __init__(self, threads: int, variant: str) -> None:
        self.tables = {}

    def version(self) -> str:
        return hs.__version__

    def load(self, suite: str, files: dict[str, str], strings: str) -> None:
        self.tables = {name: hs.read_parquet(path).persist() for name, path in files.items()}

    def load_arrow(self, tables) -> None:
        self.tables = {name: hs.from_arrow(table).persist() for name, table in tables.items()}

    def group(self, question: str):
        _text, table, keys, aggregates = OTHER_GROUPS[question]
        functions = {"sum": "sum", "avg": "mean", "count": "count", "min": "min", "nunique": "n_unique"}

        def expression(text):
            column, _plus, number = text.partition(" + ")
            return hs.col(column) + int(number) if number else hs.col(column)

        made = {name: getattr(expression(x), functions[f])() for name, f, x in aggregates}
        return self.by(self.tables[table], *keys).agg(**made).compute()

    def shape(self, question: str):
        tables = self.tables
        if question in MERGES:
            left, right, left_on, right_on, how = MERGES[question]
            frame = tables[left].merge(tables[right], left_on=left_on, right_on=right_on, how=how)
            return frame[["row", "v", *(["w"] if how in ("inner", "left") else [])]]
        if question == "s10":
            return hs.merge_asof(tables["p"], tables["quotes"], on="t", by="g")[["row", "v", "w"]]
        if question == "s11":
            within = (hs.col("x") >= hs.col("low")) & (hs.col("x") <= hs.col("high"))
            return hs.join_where(tables["part"], tables["spans"], within)[["row", "v", "w"]]
        if question == "s14":
            wanted = tables["mid"][hs.col("w") < 0.05]
            return tables["p"].merge(tables["link"], on="many").merge(
                wanted, left_on="mid_y", right_on="mid", suffixes=("", "_z"))[["row", "v", "w"]]
        if question == "s15":
            wanted = tables["mid"][hs.col("w") < 0.01]
            sums = tables["p"].groupby("mid", as_index=False).agg(v=("v", "sum"))
            return wanted.merge(sums, on="mid").rename(columns={"mid": "row"})[["row", "v", "w"]]
        frame = tables["p"]
        for i in range(1, 7):
            frame = frame.merge(tables[f"d{i}"], on=f"d{i}")
        if question == "s13":
            frame = frame[(hs.col("w5") < 0.1) & (hs.col("w6") < 0.1)]
        total = sum((hs.col(f"w{i}") for i in range(2, 7)), hs.col("w1"))
        return frame.assign(w=total)[["row", "v", "w"]]

    def ask(self, question: str):
        if question in OTHER_GROUPS:
            return self.group(question)
        if question in SHAPES:
            return self.shape(question).compute()
        if question in JOINS:
            right, key, how = JOINS[question]
            return self.tables["x"].merge(self.tables[right], on=key, how=how, suffixes=("", "_y")).compute()
        return getattr(self, question)(self.tables["x"]).compute()

    def to_arrow(self, answer) -> pa.Table:
        return pa.table(answer)

    @staticmethod
    def by(x, *keys):
        return x.groupby(list(keys), as_index=False, sort=None, dropna=False)

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
        return r.assign(range_v1_v2=r["v1"] - r["v2"]).drop(columns=["v1", "v2"])

    def g8(self, x):
        groups = self.by(x, "id6")["v3"]
        if not hasattr(groups, "nlargest"):
            raise Unsupported("groupby has no nlargest")
        r = groups.nlargest(2)
        if not hasattr(r, "columns"):  # a Series indexed by the key
            r = r.reset_index()
        return r.rename(columns={"v3": "largest2_v3"})

    def g9(self, x):
        if not hasattr(hs, "col") or not hasattr(hs.col("v1"), "corr"):
            raise Unsupported("expressions have no corr")
        r = self.by(x, "id2", "id4").agg(r=hs.col("v1").corr("v2"))
        return r.assign(r2=r["r"] * r["r"]).drop(columns=["r"])

    def g10(self, x):
        return self.by(x, "id1", "id2", "id3", "id4", "id5", "id6").agg(v3=("v3", "sum"), count=("v1", "size"))
