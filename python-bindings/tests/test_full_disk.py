"""Where a file cannot be written, as on a full disk: errors that name the file asked for, and nothing left behind."""

import subprocess
import sys
import textwrap

import hypostyle as hs
import pytest

SCRIPT = """
    import resource, signal, sys
    import hypostyle as hs
    df = hs.DataFrame({"k": ["a", "b"] * 50_000, "x": range(100_000)})
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    try:
        getattr(hs.io, "write_" + sys.argv[1])(df, sys.argv[2], **eval(sys.argv[3]))
    except hs.errors.InputOutputError as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of files are Unix'")
@pytest.mark.parametrize("parts", ["{}", "{'partition_cols': ['k']}"])
@pytest.mark.parametrize("form", ["csv", "parquet", "ipc", "json"])
def test_errors_name_the_file(tmp_path, form, parts):
    target = tmp_path / f"out.{form}"
    command = [sys.executable, "-c", textwrap.dedent(SCRIPT), form, str(target), parts]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert f"write_{form}: File too large" in told and str(target) in told
    assert "tmp" not in told.replace(str(tmp_path), "")
    assert list(tmp_path.iterdir()) == []


def test_errors_of_a_folder_that_is_not_there_name_the_file(tmp_path):
    target = tmp_path / "nowhere" / "out.csv"
    with pytest.raises(hs.errors.MissingFileError) as caught:
        hs.DataFrame({"x": [1]}).to_csv(target)
    assert str(target) in str(caught.value) and ".tmp" not in str(caught.value)


def test_files_have_the_permissions_of_any_new_file(tmp_path):
    (tmp_path / "plain").write_text("")
    hs.DataFrame({"x": [1]}).to_csv(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode
