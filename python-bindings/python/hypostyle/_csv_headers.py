"""Headers of several lines, ``header=[0, 1]``: columns of several levels."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from typing import Any

from hypostyle import _headings
from hypostyle.errors import InvalidArgumentError, UnsupportedError


def of_lines(read: Callable[..., Any], path: Any, header: list[Any], options: dict[str, Any]) -> Any:
    """A frame whose columns' levels are the cells of several lines. A line below them that has cells of the labels only
    names these, as pandas writes it; what the lines have above the labels names the levels of the columns."""
    if not header or not all(isinstance(one, int) and not isinstance(one, bool) and one >= 0 for one in header):
        raise InvalidArgumentError(f"header is the numbers of its lines, not {header!r}")
    if len(header) == 1:
        return read(path, **{**options, "header": header[0]})
    if options["names"] is not None or options["usecols"] is not None:
        raise UnsupportedError(
            "read_csv: names and usecols beside a header of several lines; choose columns of the frame"
        )
    last, skip = max(header), options["skiprows"]
    lines = first_lines(read, path, skip, last + 2, options)
    if len(lines) <= last:
        raise InvalidArgumentError(f"read_csv: header has line {last}, and the file {len(lines)} lines")
    cells = [lines[at] for at in header]
    labels = _places(options["index_col"], len(cells[0]))
    below = lines[last + 1] if len(lines) > last + 1 else []
    named = bool(labels) and any(below) and not any(cell for at, cell in enumerate(below) if at not in labels)
    names = _headings.unlike((_name(at, [line[at] for line in cells]) for at in range(len(cells[0]))), _numbered)
    lead = lines_of(path, skip, last + 1 + named, options)
    told = {**options, "header": None, "names": names, "skiprows": skip + lead}
    found = read(path, **{**told, "index_col": labels or None})
    if not labels:
        return found
    found = found.rename_axis([below[at] or None if named else None for at in labels])
    return found.rename_axis([line[labels[0]] or None for line in cells], axis=1)


def first_lines(read: Callable[..., Any], path: Any, skip: int, count: int, options: dict[str, Any]) -> list[list[str]]:
    """The cells of so many lines, after those that are skipped."""
    kept = ("sep", "delimiter", "quotechar", "escapechar", "skipinitialspace", "comment", "encoding", "encoding_errors")
    plain = {name: options[name] for name in (*kept, "compression", "storage_options", "skip_blank_lines")}
    head = read(path, header=None, skiprows=skip, nrows=count, dtype=str, na_filter=False, **plain)
    return [["" if cell is None else str(cell) for cell in row] for row in head.to_numpy().tolist()]


def of_labels(read: Callable[..., Any], path: Any, options: dict[str, Any]) -> Any:
    """A frame of a file whose rows have more fields than there are names: the first ones are labels, as in pandas and as R
    writes them; ``None`` for other files. Only the first rows of one file on a disk are looked at."""
    plain = {"index_col": None, "usecols": None, "on_bad_lines": "error", "on_error": "raise", "converters": None}
    separator = options["sep"] if options["delimiter"] is None else options["delimiter"]
    if any(options[name] != value for name, value in plain.items()) or not isinstance(separator, str):
        return None
    if not isinstance(path, (str, os.PathLike)) or not os.path.isfile(path) or len(separator) != 1:
        return None
    header, names, skip = options["header"], options["names"], options["skiprows"]
    header = (0 if names is None else None) if header == "infer" else header
    if not isinstance(skip, int) or (header is None and names is None):
        return None
    first = _first_records(path, separator, skip, 0 if header is None else header + 1, options)
    if first is None:
        return None
    above, record, lead = first
    titles = list(names) if names is not None else above
    more = len(record) - len(titles)
    if more < 1 or not titles:
        return None
    labels = [f"\0label{at}" for at in range(more)]
    told = {"header": None, "names": [*labels, *_headings.unlike(titles)], "index_col": labels, "skiprows": skip + lead}
    found = read(path, **{**options, **told})
    return found.rename_axis([None] * more)


def _first_records(
    path: Any, separator: str, skip: int, lines: int, options: dict[str, Any]
) -> tuple[list[str], list[str], int] | None:
    """The fields of the last line of a header of so many lines, those of the record below it, and how many lines of the file
    the header takes."""
    encoding = options["encoding"] or "utf-8-sig"
    try:
        with open(path, encoding=encoding, errors="strict", newline="") as file:
            text = file.read(_PEEKED)
        form = {"escapechar": options["escapechar"], "skipinitialspace": options["skipinitialspace"]}
        form |= {"quotechar": options["quotechar"]} if options["quotechar"] else {"quoting": csv.QUOTE_NONE}
        rows = csv.reader(text.splitlines(keepends=True)[skip:], delimiter=separator, **form)
        comment = options["comment"]
        found = (row for row in rows if any(row) and not (comment and row[0].startswith(comment)))
        above: list[str] = []
        for _ in range(lines):
            above = next(found)
        lead = rows.line_num
        below = next(found)
    except StopIteration:
        return None
    except (OSError, UnicodeError, LookupError, csv.Error):
        return None
    if len(text) == _PEEKED and skip + rows.line_num >= text.count("\n"):
        return None
    return above, below, lead


#: Characters of a file that are looked at.
_PEEKED = 1 << 16


def lines_of(path: Any, skip: int, wanted: int, options: dict[str, Any]) -> int:
    """How many lines of a file hold so many that are neither passed over as empty nor comments, after the first ones."""
    comment, blank = options["comment"], options["skip_blank_lines"]
    if not wanted or not (comment or blank):
        return wanted
    if options["encoding"] not in (None, "utf-8", "utf8") or not isinstance(path, (str, os.PathLike)):
        return wanted
    from hypostyle.io import read_text

    told = {name: options[name] for name in ("compression", "storage_options")}
    taken = wanted
    while True:
        lines = read_text(path, **told).head(skip + taken)["line"].to_list()[skip:]
        texts = [(line or "").strip() for line in lines]
        found = sum(bool(text or not blank) and not (comment and text.startswith(comment)) for text in texts)
        if found >= wanted or len(lines) < taken:
            return taken
        taken += wanted - found


def _places(index_col: Any, columns: int) -> list[int]:
    """The places of the columns of labels."""
    if index_col is None or index_col is False:
        return []
    given = list(index_col) if isinstance(index_col, (list, tuple)) else [index_col]
    if not all(isinstance(one, int) and -columns <= one < columns for one in given):
        raise InvalidArgumentError(
            f"index_col is numbers of columns beside a header of several lines, not {index_col!r}"
        )
    return [one % columns for one in given]


def _name(at: int, cells: list[str]) -> str:
    """The name of a column of several levels; a cell without text is named by its place, as in pandas."""
    return _headings.named([cell or f"Unnamed: {at}_level_{level}" for level, cell in enumerate(cells)])


def _numbered(name: str, again: int) -> str:
    """A column of several levels, the last one numbered."""
    *outer, last = _headings.parts(name)
    return _headings.named([*outer, f"{last}.{again}"])
