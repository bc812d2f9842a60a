"""Details that everyday scripts stumble over; the same script for pandas and for Hypostyle."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import check, plain


def pivoted(lib, df):
    return df.pivot_table(index="k", columns="j", values="x", aggfunc="sum")


def with_total(lib, df):
    table = pivoted(lib, df)
    table.loc["all"] = table.sum()
    return table


def test_a_row_of_totals_keeps_the_name_of_the_columns():
    check(lambda lib, df: [with_total(lib, df), with_total(lib, df).columns.name])


@pytest.mark.parametrize("verb", ["idxmax", "idxmin"])
def test_the_labels_of_several_levels_of_the_extreme(verb):
    check(lambda lib, df: getattr(df.groupby(["k", "j"])["x"].sum(), verb)())
    check(lambda lib, df: getattr(df.sort_values("x").groupby(["k", "j"])["y"].max(), verb)())
    sums = hs.DataFrame({"k": ["a"], "j": [1], "x": [1.5]}).set_index(["k", "j"])["x"]
    assert getattr(sums, verb)() == ("a", 1)
    nothing = getattr(sums[sums > 2], verb)()
    assert nothing != nothing


def test_a_label_for_the_index_writes_it():
    for options in ({"index_label": "row"}, {"index_label": "row", "index": False}, {"index_label": None}):
        texts = [plain(lib.DataFrame({"x": [1, 2]}).to_csv(**options)) for lib in (hs, pd)]
        assert texts[0] == (texts[1] if options["index_label"] else "x\n1\n2\n")


def test_many_objects_are_made_until_somebody_interrupts():
    rows = 1_500_000
    df = hs.DataFrame({f"c{at}": range(rows) for at in range(4)}).persist()
    began = time.perf_counter()
    whole = df.to_dict("list")
    needed = time.perf_counter() - began
    assert [len(column) for column in whole.values()] == [rows] * 4 and whole["c3"][-1] == rows - 1
    assert df["c0"].to_dict()[rows - 1] == rows - 1 and df[["c1"]].to_dict()["c1"][70_000] == 70_000
    del whole
    sent = []

    def interrupt():
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.02, interrupt)
    with pytest.raises(KeyboardInterrupt):
        timer.start()
        while True:
            df.to_dict("list")
    assert time.perf_counter() - sent[0] < max(0.2, needed / 3)


def test_mappings_of_groups_are_frames_to_type_checkers(monkeypatch):
    pytest.importorskip("mypy")
    monkeypatch.setenv("MYPYPATH", str(Path(hs.__file__).parents[1]))
    from mypy import api

    script = """
import hypostyle as hs
import numpy as np
groups = hs.DataFrame({"k": [1], "x": [2]}).groupby("k")
reveal_type(groups.agg({"x": "sum"}))
reveal_type(groups.agg(["sum"]))
reveal_type(groups.agg(n=("x", "sum")))
"""
    told, _, _ = api.run(["--config-file=", "--ignore-missing-imports", "-c", script])
    assert told.count('Revealed type is "hypostyle.frame.DataFrame"') == 3, told


@pytest.mark.parametrize(
    "script",
    [
        lambda labels: labels[:2].tolist(),
        lambda labels: labels[::-1].unique().tolist(),
        lambda labels: labels[[0, 2]].tolist(),
        lambda labels: labels[np.array([2, 0])].tolist(),
        lambda labels: labels[labels.isin([3])].tolist(),
        lambda labels: [labels[0], labels[-1], labels[1:].size],
    ],
)
def test_labels_that_were_chosen_are_chosen_of(script):
    check(lambda lib, df: script(df.index[df["x"] > 2]))
    with pytest.raises(ValueError, match="a mask of 1 values"):
        hs.DataFrame({"x": [1, 2]}).index.unique()[[True]]
