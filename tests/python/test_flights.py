"""The demo: its answers equal pandas', and the Rust example's equal them too."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples"))

import flights  # noqa: E402
import questions  # noqa: E402

import hypostyle as hs  # noqa: E402


@pytest.fixture(scope="module")
def tables():
    return {lib: questions.read(lib, flights.DATA) for lib in (hs, pd)}


@pytest.fixture(scope="module")
def expected(tables):
    return {question.__name__: question(tables[pd]) for question in questions.QUESTIONS}


@pytest.mark.parametrize("question", questions.QUESTIONS, ids=lambda question: question.__name__)
def test_answers_equal_those_of_pandas(question, tables, expected):
    answer = question(tables[hs]).to_pandas()
    assert flights.differences(answer, expected[question.__name__]) == []


@pytest.mark.parametrize("question", questions.QUESTIONS, ids=lambda question: question.__name__)
def test_answers_are_the_same_bits_on_any_number_of_threads(question, tables):
    found = []
    before = hs.config()["threads"]
    try:
        for threads in [1, 2, 7]:
            hs.set_config(threads=threads)
            found.append(question(tables[hs]).to_pandas())
    finally:
        hs.set_config(threads=before)
    pd.testing.assert_frame_equal(found[0], found[1], check_exact=True)
    pd.testing.assert_frame_equal(found[0], found[2], check_exact=True)


def test_differences_are_seen():
    frame = pd.DataFrame({"x": [1.0, 2.0], "s": ["a", None]})
    assert flights.differences(frame, frame.copy()) == []
    assert flights.differences(frame, frame.assign(x=[1.0, 2.0 + 1e-9])) != []
    assert flights.differences(frame, frame.assign(s=["b", None])) != []
    assert flights.differences(frame, frame.head(1)) != []
    assert flights.differences(frame, frame.rename(columns={"x": "y"})) != []


def test_demo_writes_what_it_says(tmp_path):
    command = [sys.executable, "examples/flights.py", "--out", str(tmp_path), "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    for text in ["Frontier Airlines Inc.", "All five answers equal pandas'", "peak memory"]:
        assert text in done.stdout
    assert (tmp_path / "flights.png").read_bytes().startswith(b"\x89PNG")
    written = hs.read_parquet(tmp_path / "flights.parquet")
    assert written.shape == (336_776, 20)


@pytest.mark.skipif(shutil.which("cargo") is None, reason="no Rust toolchain")
def test_rust_example_gives_the_same_answers(tmp_path, expected):
    # `make test` says how it has built the examples, so that they are not built again.
    options = os.environ.get("CARGO_OPTIONS", "--locked --features ndarray,arrow2,cloud").split()
    command = ["cargo", "run", "--quiet", *options, "--example", "flights"]
    done = subprocess.run([*command, "--", "--answers", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stdout + done.stderr
    for name, answer in expected.items():
        with open(tmp_path / f"{name}.csv", encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert header == list(answer.columns)
        assert len(rows) == len(answer)
        for position, column in enumerate(header):
            found = [row[position] for row in rows]
            wanted = answer[column]
            if wanted.dtype == bool:
                assert found == [str(value).lower() for value in wanted], (name, column)
            elif wanted.dtype.kind in "iuf":
                assert np.allclose(np.array(found, float), wanted.to_numpy(float), rtol=1e-12, atol=0), (name, column)
            else:
                assert found == ["" if value != value else value for value in wanted], (name, column)
