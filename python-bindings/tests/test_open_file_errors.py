"""Errors about open files name them, not the file that stands for them while they are read."""

import io

import hypostyle as hs
import pytest


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (lambda file: hs.read_csv(file), "a,b\n1,2\n3\n"),
        (lambda file: hs.read_csv(file, names=["a"], index_col=False), "1,2\n"),
        (lambda file: hs.read_json(file), '{"a":'),
        (lambda file: hs.read_parquet(file), "PAR1xx"),
    ],
)
def test_errors_name_the_open_file(tmp_path, read, text):
    for buffer in (io.BytesIO(text.encode()), io.StringIO(text)):
        with pytest.raises(hs.errors.HypostyleError, match="<open file>") as caught:
            read(buffer)
        assert "open-file" not in str(caught.value) and caught.value.file == "<open file>"
    path = tmp_path / "own.txt"
    path.write_text(text)
    with path.open("rb") as file, pytest.raises(hs.errors.HypostyleError) as caught:
        read(file)
    assert caught.value.file == str(path) and str(path) in str(caught.value)
