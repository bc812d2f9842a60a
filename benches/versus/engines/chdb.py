from __future__ import annotations

import chdb
import pyarrow as pa
from chdb.session import Session

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
    "g6": "SELECT id4, id5, quantileExactInclusive(0.5)(v3) AS median_v3, stddevSamp(v3) AS sd_v3 FROM x GROUP BY id4, id5",
    "g7": "SELECT id3, max(v1) - min(v2) AS range_v1_v2 FROM x GROUP BY id3",
    "g8": "SELECT id6, arrayJoin(arraySlice(arrayReverseSort(groupArray(v3)), 1, 2)) AS largest2_v3 FROM x GROUP BY id6",
    "g9": "SELECT id2, id4, pow(corr(v1, v2), 2) AS r2 FROM x GROUP BY id2, id4",
    "g10": "SELECT id1, id2, id3, id4, id5, id6, sum(v3) AS v3, count(*) AS count FROM x "
           "GROUP BY id1, id2, id3, id4, id5, id6",
}


class Engine:
    """ClickHouse in this process, its tables and answers in its Memory engine."""

    def __init__(self, threads: int, variant: str) -> None:
        self.session = Session()
        self.session.query(f"SET max_threads = {threads}")
        self.session.query("SET join_use_nulls = 1")
        self.session.query("CREATE DATABASE IF NOT EXISTS versus ENGINE = Atomic")
        self.session.query("USE versus")

    def version(self) -> str:
        return chdb.__version__

    def load(self, suite: str, files: dict[str, str], strings: str) -> None:
        for name, path in files.items():
            self.session.query(f"CREATE TABLE {name} ENGINE = Memory AS SELECT * FROM file('{path}', Parquet)")

    def load_arrow(self, tables) -> None:
        for name, arriving in tables.items():  # `Python(arriving)` reads the variable of that name
            self.session.query(f"CREATE TABLE {name} ENGINE = Memory AS SELECT * FROM Python(arriving)")

    def ask(self, question: str):
        if question in JOINS:
            right, key, how = JOINS[question]
            columns = ", ".join(f"{t}.{c} AS {name}" for t, c, name in join_columns(question))
            sql = f"SELECT {columns} FROM x {how} JOIN {right} y ON x.{key} = y.{key}"
        elif question in OTHER_GROUPS:
            sql = other_groups(question)
        elif question in SHAPES:
            if question in ("s7", "s8"):
                sql = f"SELECT p.row, p.v FROM p LEFT {'SEMI' if question == 's7' else 'ANTI'} JOIN many b ON b.many = p.many"
            elif question == "s11":
                raise Unsupported("no join without equal keys but by the cross product")
            else:
                sql = SHAPES[question][1]
        else:
            sql = GROUPS[question]
        self.session.query(f"CREATE TABLE answer ENGINE = Memory AS {sql}")
        return "answer"

    def release(self, answer) -> None:
        self.session.query(f"DROP TABLE {answer} SYNC")

    def to_arrow(self, answer):
        data = self.session.query(
            f"SELECT * FROM {answer} SETTINGS output_format_arrow_string_as_string = 1", "Arrow").bytes()
        with pa.ipc.open_file(pa.BufferReader(data)) as reader:
            return reader.read_all()
