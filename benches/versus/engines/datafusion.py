from __future__ import annotations

import datafusion
import pyarrow as pa

from engines import Unsupported
from questions import JOINS, join_columns
from groups import GROUPS as OTHER_GROUPS
from groups import sql as other_groups
from shapes import SHAPES

GROUPS = {
    "g1": "SELECT id1, sum(v1) AS v1 FROM x GROUP BY id1",
    "g2": "SELECT id1, id2, sum(v1) AS v1 FROM x GROUP BY id1, id2",
    "g3": "SELECT id3, sum(v1) AS v1, avg(v3) AS v3 FROM x GROUP BY id3",
    "g4": "SELECT id4, avg(v1) AS v1, avg(v2) AS v2, avg(v3) AS v3 FROM x GROUP BY id4",
    "g5": "SELECT id6, sum(v1) AS v1, sum(v2) AS v2, sum(v3) AS v3 FROM x GROUP BY id6",
    "g6": "SELECT id4, id5, median(v3) AS median_v3, stddev(v3) AS sd_v3 FROM x GROUP BY id4, id5",
    "g7": "SELECT id3, max(v1) - min(v2) AS range_v1_v2 FROM x GROUP BY id3",
    # Five times as fast as row_number() over the group.
    "g8": "SELECT id6, unnest(array_slice(array_sort(array_agg(v3), 'DESC'), 1, 2)) AS largest2_v3 FROM x "
          "WHERE v3 IS NOT NULL GROUP BY id6",
    "g9": "SELECT id2, id4, power(corr(v1, v2), 2) AS r2 FROM x GROUP BY id2, id4",
    "g10": "SELECT id1, id2, id3, id4, id5, id6, sum(v3) AS v3, count(*) AS count FROM x "
           "GROUP BY id1, id2, id3, id4, id5, id6",
}


class Engine:
    def __init__(self, threads: int, variant: str) -> None:
        config = datafusion.SessionConfig().with_target_partitions(threads)
        self.context = datafusion.SessionContext(config)

    def version(self) -> str:
        return datafusion.__version__

    def load(self, suite: str, files: dict[str, str], strings: str) -> None:
        for name, path in files.items():
            self.context.register_view(name, self.context.read_parquet(path).cache())

    def load_arrow(self, tables) -> None:
        for name, table in tables.items():
            self.context.register_view(name, self.context.from_arrow(table).cache())

    def ask(self, question: str):
        if question in JOINS:
            right, key, how = JOINS[question]
            columns = ", ".join(f"{t}.{c} AS {name}" for t, c, name in join_columns(question))
            sql = f"SELECT {columns} FROM x {how} JOIN {right} y ON x.{key} = y.{key}"
        elif question in OTHER_GROUPS:
            sql = other_groups(question)
        elif question in SHAPES:
            if question == "s10":
                raise Unsupported("no as-of join")
            sql = SHAPES[question][1]
        else:
            sql = GROUPS[question]
        return self.context.sql(sql).collect()

    def to_arrow(self, answer):
        return pa.Table.from_batches(answer)
