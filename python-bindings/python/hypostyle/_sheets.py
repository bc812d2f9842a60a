"""The cells of a sheet: which rows hold names, which values, and which columns are wanted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from hypostyle.errors import InvalidArgumentError, UnsupportedError


class Sheet:
    """Labels of columns and the rows below them."""

    def __init__(self, labels: list[Any], nameless: set[Any], body: list[list[Any]], places: list[int]) -> None:
        self.labels, self.nameless, self._body, self._places = labels, nameless, body, places

    @classmethod
    def cut(cls, rows: list[list[Any]], header: Any, skiprows: Any, nrows: int | None, skipfooter: int) -> Sheet:
        """A sheet as the options of readers say."""
        rows = _without(rows, skiprows)
        heads = [] if header is None else list(header) if isinstance(header, (list, tuple)) else [header]
        if any(isinstance(head, bool) or not isinstance(head, int) or head < 0 for head in heads):
            raise UnsupportedError(f"header={header!r}: give the number of the row with names, several, or None")
        last = max(heads, default=-1)
        body = rows[last + 1 :]
        if skipfooter:
            body = body[: max(len(body) - skipfooter, 0)]
        body = body if nrows is None else body[:nrows]
        lines = [rows[head] if head < len(rows) else [] for head in heads]
        width = max(map(len, [*body, *lines]), default=0)
        lines = [[*line, *[""] * (width - len(line))] for line in lines]
        nameless = {f"Unnamed: {place}" for place in range(width) if lines and lines[-1][place] in ("", None)}
        if not heads:
            labels: list[Any] = list(range(width))
        elif len(heads) == 1:
            labels = [_name(cell, place) for place, cell in enumerate(lines[0])]
        else:
            upper = [_filled(line) for line in lines[:-1]]
            labels = [
                tuple(_name(cell, place, level) for level, cell in enumerate(column))
                for place, column in enumerate(zip(*upper, lines[-1], strict=True))
            ]
        return cls(labels, nameless, body, list(range(width)))

    def chosen(self, places: list[int]) -> Sheet:
        """Some columns."""
        labels = [self.labels[place] for place in places]
        return Sheet(labels, self.nameless, self._body, [self._places[place] for place in places])

    def column(self, at: int) -> list[Any]:
        """The cells of a column; one that is empty, or not there, is an empty text."""
        place = self._places[at]
        return [row[place] if place < len(row) and row[place] is not None else "" for row in self._body]

    def index_titles(self, columns: list[int]) -> list[Any] | None:
        """The names of the levels of the index where they stand in a row of their own below several rows of names, which
        is a row no more; ``None`` if there is none."""
        first = self._body[0] if self._body else []
        own = {self._places[at] for at in columns}
        levels = any(isinstance(label, tuple) for label in self.labels)
        if (
            not levels
            or not first
            or any(cell not in ("", None) for place, cell in enumerate(first) if place not in own)
        ):
            return None
        self._body = self._body[1:]
        return [first[self._places[at]] or None for at in columns]

    def filled_down(self, columns: list[int]) -> None:
        """Empty cells get the value above."""
        for place in (self._places[at] for at in columns):
            above: Any = ""
            for row in self._body:
                if place < len(row):
                    above = row[place] = above if row[place] in ("", None) else row[place]


def _without(rows: list[list[Any]], skip: Any) -> list[list[Any]]:
    """The rows but those that are skipped: a number of them, their numbers, or those that a function names."""
    if skip is None:
        return rows
    if callable(skip):
        return [row for at, row in enumerate(rows) if not skip(at)]
    if isinstance(skip, int):
        return rows[skip:]
    gone = set(skip)
    return [row for at, row in enumerate(rows) if at not in gone]


def _name(cell: Any, place: int, level: int | None = None) -> Any:
    if cell in ("", None):
        return f"Unnamed: {place}" if level is None else f"Unnamed: {place}_level_{level}"
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _filled(line: Sequence[Any]) -> list[Any]:
    """Names above several columns stand above the first one."""
    found: list[Any] = []
    for cell in line:
        found.append(found[-1] if cell in ("", None) and found else cell)
    return found


def places_of(usecols: Any, labels: list[Any], named: bool) -> list[int]:
    """The places of chosen columns: letters such as ``A:C,F``, numbers, names, or what a function of names says.

    >>> places_of("A:B,D", ["k", "x", "y", "z"], True), places_of(["y", "k"], ["k", "x", "y"], True)
    ([0, 1, 3], [0, 2])
    """
    if isinstance(usecols, str):
        found = [place for part in usecols.split(",") for place in _range(part.strip())]
        return [place for place in sorted(set(found)) if place < len(labels)]
    if callable(usecols):
        return [place for place, label in enumerate(labels) if usecols(label)]
    wanted = list(usecols)
    if wanted and all(isinstance(one, int) and not isinstance(one, bool) for one in wanted):
        if wrong := [place for place in wanted if not 0 <= place < len(labels)]:
            raise InvalidArgumentError(f"usecols: no column has the number {wrong[0]}; there are {len(labels)}")
        return sorted(set(wanted))
    if absent := [one for one in wanted if one not in labels]:
        there = ", ".join(map(str, labels)) if named else "numbers"
        raise InvalidArgumentError(f"usecols: there is no column {absent[0]!r}; there are {there}")
    return sorted(labels.index(one) for one in set(wanted))


def _range(part: str) -> range:
    found = re.fullmatch(r"([A-Za-z]+)(?::([A-Za-z]+))?", part)
    if found is None:
        raise InvalidArgumentError(
            f"usecols: {part!r} is no column such as 'C', nor a range such as 'A:C'; lists are of names"
        )
    first, last = (_place(letters) for letters in (found[1], found[2] or found[1]))
    return range(first, last + 1)


def _place(letters: str) -> int:
    """The place of a column that a sheet calls so.

    >>> _place("A"), _place("Z"), _place("AA")
    (0, 25, 26)
    """
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
