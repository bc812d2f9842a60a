"""Files that pandas writes for a frame: whole, or as they were."""

import os
import stat
import sys

import hypostyle as hs
import pandas as pd
import pytest

WRITERS = {
    "x.json": lambda df, path: df.to_json(path),
    "x.json.gz": lambda df, path: df.to_json(path, orient="split"),
    "x.html": lambda df, path: df.to_html(path),
    "x.txt": lambda df, path: df.to_string(buf=path),
    "x.pkl": lambda df, path: df.to_pickle(path),
    "x.dta": lambda df, path: df.to_stata(path),
    "x.xlsx": lambda df, path: df.to_excel(path),
}


def wanted(name):
    if name.endswith("xlsx"):
        pytest.importorskip("openpyxl")


@pytest.mark.parametrize("name", WRITERS)
def test_files_appear_whole(name, tmp_path, monkeypatch):
    wanted(name)
    df, path = hs.DataFrame({"a": [1, 2], "b": ["x", "y"]}), tmp_path / name
    WRITERS[name](df, path)
    first = path.read_bytes()
    assert len(first) > 10 and os.listdir(tmp_path) == [name]
    path.chmod(0o640)
    WRITERS[name](df, path)
    assert os.listdir(tmp_path) == [name] and stat.S_IMODE(path.stat().st_mode) == 0o640

    class Failed(Exception):
        pass

    def half(self, target, *args, **options):
        with open(target, "wb") as file:
            file.write(b"half")
        raise Failed

    for verb in ("to_json", "to_html", "to_stata", "to_excel"):
        monkeypatch.setattr(pd.DataFrame, verb, half)
    monkeypatch.setattr(pd.DataFrame, "to_string", lambda self, buf: half(self, buf))
    monkeypatch.setattr("pickle.dump", lambda held, file, protocol: (file.write(b"half"), half(None, os.devnull)))
    before = path.read_bytes()
    with pytest.raises(Failed):
        WRITERS[name](df, path)
    assert path.read_bytes() == before and os.listdir(tmp_path) == [name]


def test_links_pipes_and_missing_folders(tmp_path):
    df = hs.DataFrame({"a": [1, 2]})
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    df.to_json(tmp_path / "link.json", orient="split")
    assert (tmp_path / "link.json").is_symlink() and "data" in (tmp_path / "real.json").read_text()
    for write in (df.to_json, df.to_html, df.to_pickle):
        with pytest.raises(OSError, match="nowhere") as caught:
            write(tmp_path / "nowhere" / "x.json")
        assert ".tmp." not in str(caught.value)
    if sys.platform == "linux":
        df.to_json("/dev/null")
        assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    df.to_json(tmp_path / "lines.json", orient="records", lines=True)
    df.to_json(tmp_path / "lines.json", orient="records", lines=True, mode="a")
    assert len((tmp_path / "lines.json").read_text().splitlines()) == 4


def test_errors_name_the_file_that_was_asked_for(tmp_path):
    path = tmp_path / "x.dta"
    with pytest.raises(Exception, match="x") as caught:
        hs.DataFrame({"a": [[1], [2]]}).to_stata(path)
    assert ".tmp." not in str(caught.value) and os.listdir(tmp_path) == []
