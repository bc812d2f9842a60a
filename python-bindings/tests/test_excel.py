"""Spreadsheets, written by openpyxl or kept as text in the form of OpenDocument."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import hypostyle as hs
import pytest

pytest.importorskip("python_calamine", reason="the package python-calamine is not installed")

ROW = '<row r="{n}">{cells}</row>'


def column(place: int) -> str:
    return chr(ord("A") + place)


def sheet(rows: list[list[object]]) -> str:
    """A sheet of numbers, texts and truth values."""
    lines = []
    for n, row in enumerate(rows, 1):
        cells = []
        for place, value in enumerate(row):
            at = f"{column(place)}{n}"
            if isinstance(value, bool):
                cells.append(f'<c r="{at}" t="b"><v>{int(value)}</v></c>')
            elif isinstance(value, (int, float)):
                cells.append(f'<c r="{at}"><v>{value}</v></c>')
            elif isinstance(value, datetime.datetime):
                days = (value - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1)
                cells.append(f'<c r="{at}" s="1"><v>{days}</v></c>')
            elif value is not None:
                cells.append(f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>')
        lines.append(ROW.format(n=n, cells="".join(cells)))
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{name}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """A workbook with the parts that its format requires."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(path, "w") as file:
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        file.writestr(
            "[Content_Types].xml",
            f'<?xml version="1.0"?><Types xmlns="{types}"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{parts}</Types>',
        )
        file.writestr(
            "_rels/.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{packages}"><Relationship Id="rId1" '
            f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1))
        file.writestr(
            "xl/workbook.xml",
            f'<?xml version="1.0"?><workbook xmlns="{main}" xmlns:r="{relations}"><sheets>{listed}</sheets></workbook>',
        )
        linked = "".join(
            f'<Relationship Id="rId{n}" Type="{relations}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        styles = f'<Relationship Id="rIdS" Type="{relations}/styles" Target="styles.xml"/>'
        file.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{packages}">{linked}{styles}</Relationships>',
        )
        file.writestr(
            "xl/styles.xml",
            f'<?xml version="1.0"?><styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/>'
            '<xf numFmtId="22"/></cellXfs></styleSheet>',
        )
        for n, rows in enumerate(sheets.values(), 1):
            file.writestr(f"xl/worksheets/sheet{n}.xml", sheet(rows))
    return path


def test_sheets(tmp_path: Path) -> None:
    moment = datetime.datetime(2024, 2, 29, 12, 0)
    path = workbook(
        tmp_path / "x.xlsx",
        {
            "one": [["k", "n", "x", "f", "t", "n"], ["a", 1, 1.5, True, moment, 7], ["NA", None, 2, False, None, 8]],
            "two": [["only"], ["text"], [3]],
        },
    )
    frame = hs.read_excel(path)
    assert frame.dtypes == {
        "k": "string",
        "n": "int64",
        "x": "float64",
        "f": "bool",
        "t": "timestamp[us]",
        "n.1": "int64",
    }
    assert frame.to_dict("list") == {
        "k": ["a", None], "n": [1, None], "x": [1.5, 2.0], "f": [True, False], "t": [moment, None], "n.1": [7, 8],
    }  # fmt: skip
    with pytest.warns(UserWarning, match="'only' holds text and int"):
        both = hs.read_excel(path, sheet_name=None)
    assert list(both) == ["one", "two"] and both["two"]["only"].to_list() == ["text", "3"]
    assert hs.read_excel(path, "one", usecols=["k", "n"], index_col="k", nrows=1, dtype={"n": "float64"})[
        "n"
    ].to_list() == [1.0]
    assert hs.read_excel(path, header=None, names=list("abcdef"), skiprows=1)["a"].to_list() == ["a", None]
    with pytest.raises(hs.errors.InvalidArgumentError, match="'one', 'two'"):
        hs.read_excel(path, "three")
    with pytest.raises(hs.errors.InvalidArgumentError, match="number 2"):
        hs.read_excel(path, 2)
    with pytest.raises(hs.errors.MissingFileError):
        hs.read_excel(tmp_path / "y.xlsx")


def test_the_same_as_pandas(tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas")
    path = workbook(tmp_path / "x.xlsx", {"s": [["a", None, "c"], [1, 2.5, "x"], [2, None, None], [None, 4, "z"]]})
    wanted = pd.read_excel(path, engine="calamine")
    found = hs.read_excel(path)
    assert found.columns.to_list() == list(wanted.columns)
    for name in wanted.columns:
        assert found[name].to_list() == [None if pd.isna(value) else value for value in wanted[name].astype(object)]
