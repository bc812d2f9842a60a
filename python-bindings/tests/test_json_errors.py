"""Lines of JSON that cannot be read: raised, null, skipped, put in quarantine."""

import io

import hypostyle as hs
import pytest

LINES = '{"n": 1, "t": "a"}\n{"n": "x", "t": "b"}\n{"n": \n{"n": 3, "t": "c"}\n'


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_text(LINES)
    return path


def test_lines_are_skipped(path):
    frame = hs.read_json(path, dtype={"n": "int64"}, on_error="skip")
    assert frame.to_dict("list") == {"n": [1, 3], "t": ["a", "c"]}
    assert frame[["t"]].to_dict("list") == {"t": ["a", "c"]}
    # Without a type the column is widened, and only what is no JSON is left out.
    assert hs.read_json(path, on_error="skip")["n"].to_list() == ["1", "x", "3"]


def test_lines_are_put_in_quarantine(path):
    frame, rejects = hs.read_json(path, dtype={"n": "int64"}, on_error="quarantine")
    assert frame["n"].to_list() == [1, 3]
    found = rejects.to_dict("list")
    assert found["row"] == [1, 2]
    assert found["byte"] == [LINES.index('{"n": "x"'), LINES.index('{"n": \n')]
    assert found["column"] == ["n", None]
    assert found["text"] == ["x", '{"n":']
    assert found["file"] == [str(path)] * 2
    assert "whole number" in found["reason"][0]
    assert "not JSON" in found["reason"][1]
    frame, rejects = hs.read_json(io.StringIO(LINES), dtype={"n": "int64"}, on_error="quarantine")
    assert (len(frame), len(rejects)) == (2, 2)


def test_values_are_null(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_text('{"n": 1, "l": [1]}\n{"n": 1.5, "l": [300]}\n{"l": "no"}\n')
    frame = hs.read_json(path, dtype={"n": "int64", "l": "list[int8]"}, on_error="null")
    assert frame.to_dict("list") == {"n": [1, None, None], "l": [[1], None, None]}


def test_raising_is_the_default(path):
    with pytest.raises(hs.errors.ParseError, match=r"whole number.*row 1"):
        hs.read_json(io.StringIO('{"n": 1}\n{"n": "x"}\n'), dtype={"n": "int64"})
    with pytest.raises(hs.errors.ParseError, match="not JSON"):
        hs.read_json(path)
    with pytest.raises(hs.errors.InvalidArgumentError, match="on_error"):
        hs.read_json(path, on_error="ignore")
    with pytest.raises(hs.errors.UnsupportedError, match="array"):
        hs.read_json(io.StringIO('[{"n": 1}]'), on_error="skip")
