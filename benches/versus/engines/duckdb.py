from __future__ import annotations

import duckdb

from questions import CODED, JOINS, join_columns
from groups import GROUPS as OTHER_GROUPS
from groups import sql as other_groups
from shapes import SHAPES

GROUPS = {
    "g1": "SELECT id1, sum(v1) AS v1 FROM x GROUP BY id1",
    "g2": "SELECT id1, id2, sum(v1) AS v1 FROM x GROUP BY id1, id2",
    "g3": "SELECT id3, sum(v1) AS v1, avg(v3) AS v3 FROM x GROUP BY id3",
    "g4": "SELECT id4, avg(v1) AS v1, avg(v2) AS v2, avg(v3) AS v3 FROM x GROUP BY id4",
    "g5": "SELECT id6, sum(v1) AS v1, sum(v2) AS v2, sum(v3) AS v3 FROM x GROUP BY id6",
    "g6": "SELECT id4, id5, quantile_cont(v3, 0.5) AS median_v3, stddev_samp(v3) AS sd_v3 FROM x GROUP BY id4, id5",
    "g7": "SELECT id3, max(v1) - min(v2) AS range_v1_v2 FROM x GROUP BY id3",
    "g8": "SELECT id6, unnest(max(v3, 2)) AS largest2_v3 FROM x GROUP BY id6",
    "g9": "SELECT id2, id4, pow(corr(v1, v2), 2) AS r2 FROM x GROUP BY id2, id4",
    "g10": "SELECT id1, id2, id3, id4, id5, id6, sum(v3) AS v3, count(*) AS count FROM x "
           "GROUP BY id1, id2, id3, id4, id5, id6",
}


class Engine:
    def __init__(self, threads: int, variant: str) -> None:
        self.db = duckdb.connect(":memory:")
        self.db.execute(f"SET threads = {threads}")
        # No question asks for an order; with this off DuckDB may write rows as they come.
        self.db.execute("SET preserve_insertion_order = false")

    def version(self) -> str:
        return duckdb.__version__

    def load(self, suite: str, files: dict[str, str], strings: str) -> None:
        for name, path in files.items():
            self.db.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet('{path}')")
        if strings != "dictionary":
            return
        for column in CODED[suite]:
            having = [t for t in files if column in {c[0] for c in self.db.execute(f"DESCRIBE {t}").fetchall()}]
            values = " UNION ".join(f"SELECT {column} FROM {t} WHERE {column} IS NOT NULL" for t in having)
            self.db.execute(f"CREATE TYPE {column}_t AS ENUM (SELECT CAST({column} AS VARCHAR) FROM ({values}) ORDER BY 1)")
            for t in having:
                self.db.execute(f"ALTER TABLE {t} ALTER {column} TYPE {column}_t")

    def load_arrow(self, tables) -> None:
        for name, table in tables.items():
            self.db.register("arriving", table)
            self.db.execute(f"CREATE TABLE {name} AS SELECT * FROM arriving")
            self.db.unregister("arriving")

    def ask(self, question: str):
        if question in JOINS:
            right, key, how = JOINS[question]
            columns = ", ".join(f"{t}.{c} AS {name}" for t, c, name in join_columns(question))
            sql = f"SELECT {columns} FROM x {how} JOIN {right} y ON x.{key} = y.{key}"
        elif question in OTHER_GROUPS:
            sql = other_groups(question)
        elif question in SHAPES:
            sql = SHAPES[question][1]
        else:
            sql = GROUPS[question]
        self.db.execute(f"CREATE TEMP TABLE answer AS {sql}")
        return "answer"

    def release(self, answer) -> None:
        self.db.execute(f"DROP TABLE {answer}")

    def to_arrow(self, answer):
        return self.db.sql(f"SELECT * FROM {answer}").to_arrow_table()
