"""What type checkers see in a user's script: the types of what verbs give, and no errors."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import hypostyle
import pytest

pytest.importorskip("mypy")

SCRIPT = """
import asyncio
from typing import assert_type

import hypostyle as hs

df = hs.read_csv("x.csv")
assert_type(df, hs.DataFrame)
assert_type(hs.read_parquet("x.parquet"), hs.DataFrame)
assert_type(hs.read_parquet("x.parquet", ["x"]), hs.DataFrame)
assert_type(hs.read_parquet("x.parquet", columns="x"), hs.Series)
assert_type(hs.read_json("x.json"), hs.DataFrame)
s = df["x"]
assert_type(s, hs.Series)
assert_type(df[["x", "y"]], hs.DataFrame)
assert_type(df[s > 1], hs.DataFrame)
assert_type(df[hs.col("x") > 1], hs.DataFrame)
assert_type(df[1:3], hs.DataFrame)
assert_type(s[s > 1], hs.Series)
assert_type(-(s + 1) * 2, hs.Series)
assert_type((s > 1) & ~(s < 5), hs.Series)
assert_type(df["when"].dt.year, hs.Series)
assert_type(s.fillna(0).astype("int64").clip(0, 1).shift().diff().round(2).abs().rename("y"), hs.Series)
assert_type(s.str.upper().str.lower(), hs.Series)
assert_type(s.to_frame(), hs.DataFrame)
assert_type(df.shift().cumsum().rank().ffill(), hs.DataFrame)
assert_type(
    df.rename(columns={"x": "y"}).dropna(subset=["y"]).sort_values("y", ascending=False).head(3).reset_index(drop=True),
    hs.DataFrame,
)
assert_type(df.assign(z=lambda d: d["x"] * 2).query("z > 1").drop(columns="z").set_index("x"), hs.DataFrame)
assert_type(df.merge(df, on="x", how="left").drop_duplicates(), hs.DataFrame)
assert_type(df.select(hs.col("x").alias("z"), "y").filter(hs.col("z") > 1), hs.DataFrame)
assert_type(df.shape, tuple[int, int])
assert_type(len(df), int)
assert_type(df.compute(), hs.DataFrame)
assert_type(df.submit().result(), hs.DataFrame)
assert_type(df.repartition(2).persist().npartitions, int)


def longest(frame: hs.DataFrame) -> hs.Series:
    return frame.sort_values("name").tail(1)["name"]


async def later() -> hs.DataFrame:
    return await asyncio.wait_for(df.compute_async(), 1)
"""


def test_a_users_script_is_strictly_typed(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    home = Path(hypostyle.__file__).parent.parent
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--ignore-missing-imports"]
    done = subprocess.run(
        [*command, "--cache-dir", str(tmp_path / "cache"), str(script)],
        env={**os.environ, "MYPYPATH": str(home)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
