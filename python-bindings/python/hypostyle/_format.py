"""Frames and series as text, as pandas shows them, and as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypostyle import _headings, _native
from hypostyle._dtypes import is_number
from hypostyle._plan import Plan
from hypostyle._text_cells import escaped, fixed, labels, setting, texts, trimmed

#: Labels of rows that are listed where there are no columns.
MAX_LABELS = 100


class _Picture:
    """The rows and columns that are shown of a plan, each column a list of texts of one width: its headings, then the rows."""

    def __init__(self, plan: Plan, columns: list[str], most: int | None) -> None:
        plan = plan.shown()
        table = plan.query.collect()
        self.rows, self.columns = table.rows(), columns
        ends = _ends(self.rows)
        self.after = None if ends is None else ends
        parts = [(0, self.rows)] if ends is None else [(0, ends), (self.rows - ends, ends)]
        self.left = None if not most or len(columns) <= most else most // 2
        shown = columns if self.left is None else [*columns[: self.left], *columns[len(columns) - self.left :]]
        query = _native.Query.concat([table.slice(*part) for part in parts], "outer")
        names = [*plan.index_columns, *shown]
        self.plan = Plan(query, plan.index, axis=plan.axis)
        self.cells = texts(self.plan, names) if names else {}
        self.shown = shown
        self.numbers = [str(at) for start, count in parts for at in range(start, start + count)]

    def index(self, named: bool) -> list[list[str]]:
        """The levels of the rows' labels, each below its name; equal labels of outer levels stand once."""
        if not self.plan.index:
            return [fixed(self.numbers, left=True)]
        levels = [
            [*([_title(label)] if named else []), *trimmed(self.cells[column])] for column, label in self.plan.index
        ]
        return _sparse(levels, int(named)) if len(levels) > 1 else levels

    def is_named(self) -> bool:
        """Whether a level of the rows' labels has a name."""
        return any(label is not None for _, label in self.plan.index)

    def headings(self) -> list[list[str]]:
        """The labels of each column, one for each level."""
        names, dtypes = self.shown, self.plan.dtypes
        known = dict(zip(self.columns, _headings.shown(self.columns), strict=True))
        titles = [known[name] for name in names]
        if _headings.depth(self.columns) > 1:
            levels = [labels(level) for level in zip(*titles, strict=True)]
            return [list(column) for column in zip(*_sparse(levels, 0), strict=True)]
        numeric = [is_number(dtypes[name]) or dtypes[name] == "bool" for name in names]
        return [[f" {text}" if right else text] for text, right in zip(labels(titles), numeric, strict=True)]

    def lines(self) -> list[list[str]]:
        """All columns, that of the rows' labels first, with dots where rows are left out."""
        named = self.is_named()
        levels = [fixed(level, left=True) for level in self.index(named)]
        headings = self.headings()
        axis = _headings.axis_of(self.plan)
        depth = len(headings[0]) if headings else 1
        head = [""] * depth if axis is None else [_title(one) for one in axis]
        made = [[*head, *_adjoined(1, levels)]]
        for name, heading in zip(self.shown, headings, strict=True):
            heading = [*heading, ""] if named else heading
            found = fixed(fixed(self.cells[name]), max(map(len, heading)))
            width = max(map(len, [*heading, *found]))
            made.append([*(text.rjust(width) for text in heading), *found])
        if self.after is not None:
            top = depth + named
            for at, column in enumerate(made):
                width = len(column[self.after])
                dots = "..." if width > 3 else ".."
                column.insert(self.after + top, dots.rjust(width) if at else dots.ljust(width))
        return made


def _ends(rows: int) -> int | None:
    """How many rows are shown at either end, where not all are."""
    most, least = setting("max_rows"), setting("min_rows")
    if not most or rows <= most:
        return None
    return max(min(least, most) if least else most, 2) // 2


def _title(label: Any) -> str:
    return "" if label is None else escaped(str(_headings.one_shown(label) if isinstance(label, str) else label))


def _sparse(levels: list[list[str]], start: int) -> list[list[str]]:
    """Levels in which a label stands once for all rows below it that have the same one, but in the innermost."""
    rows = list(zip(*levels, strict=True))
    made = [list(row) for row in rows[: start + 1]]
    for before, row in zip(rows[start:], rows[start + 1 :], strict=False):
        same = next((at for at, (a, b) in enumerate(zip(before, row, strict=True)) if a != b), len(row) - 1)
        made.append([*[""] * min(same, len(row) - 1), *row[min(same, len(row) - 1) :]])
    return [list(level) for level in zip(*made, strict=True)]


def _adjoined(space: int, columns: list[list[str]]) -> list[str]:
    """Columns of texts beside each other, at the lower end of the longest."""
    widths = [max(map(len, column)) + space for column in columns[:-1]] + [max(map(len, columns[-1]))]
    rows = max(map(len, columns))
    padded = [
        [*[" " * width] * (rows - len(column)), *(text.ljust(width) for text in column)]
        for column, width in zip(columns, widths, strict=True)
    ]
    return ["".join(parts) for parts in zip(*padded, strict=True)]


def _terminal_width() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def frame(plan: Plan) -> str:
    columns, most = plan.columns, setting("max_columns")
    width = _terminal_width()
    if most == 0 and len(columns) > width:
        most = width
    if not columns or plan.query.slice(0, 1).rows() == 0:
        return _empty(plan)
    picture = _Picture(plan, columns, most)
    made = picture.lines()
    if picture.left is not None:
        made.insert(picture.left + 1, [" ..."] * len(made[0]))
    cut = picture.left is not None or picture.after is not None
    if most is None or (setting("max_columns") or 0) > 0:
        lines = _blocks(made, setting("width") or width)
    else:
        made, narrower = _fitted(made, width)
        lines, cut = _adjoined(1, made), cut or narrower
    return "\n".join([*lines, *(["", f"[{picture.rows} rows x {len(columns)} columns]"] if cut else [])])


def _empty(plan: Plan) -> str:
    """A frame without rows, or without columns."""
    rows = plan.query.rows()
    found = list(map(str, range(min(rows, MAX_LABELS))))
    if plan.index and rows:
        part = plan.shown().query.slice(0, MAX_LABELS).collect()
        lists = part.lists(plan.index_columns)
        found = list(map(str, lists[0] if len(lists) == 1 else zip(*lists, strict=True)))
    dots = ", ..." if rows > MAX_LABELS else ""
    titles = ", ".join(map(str, _headings.shown(plan.columns)))
    return f"Empty DataFrame\nColumns: [{titles}]\nIndex: [{', '.join(found)}{dots}]"


def _fitted(columns: list[list[str]], width: int) -> tuple[list[list[str]], bool]:
    """The first and last columns that fit the terminal, and whether some are left out."""
    lengths = [max(map(len, column)) for column in columns]
    over = sum(lengths) + len(lengths) - 1 - width + 1
    if over <= 0:
        return columns, False
    over += 5
    while over > 0 and len(lengths) > 1:
        over -= lengths.pop(round(len(lengths) / 2)) + 1
    kept = max(len(lengths) - 1, 2)
    if kept >= len(columns) - 1:
        return columns, False
    half = kept // 2
    return [*columns[: half + 1], [" ..."] * len(columns[0]), *columns[-half:]], True


def _blocks(columns: list[list[str]], width: int) -> list[str]:
    """Lines of blocks of columns that fit the width, below each other, each with the rows' labels."""
    index, rest = columns[0], columns[1:]
    room = width - max(map(len, index)) - 1
    ends, used = [], 0
    for at, column in enumerate(rest):
        size = max(map(len, column)) + 1
        used += size
        if used + (1 if at == len(rest) - 1 else 2) > room and at:
            ends.append(at)
            used = size
    ends.append(len(rest))
    blocks, start = [], 0
    for number, end in enumerate(ends):
        block = [index, *rest[start:end]]
        if len(ends) > 1:
            more = number < len(ends) - 1
            block.append([" \\" if more else " "] + ["  " if more else " "] * (len(index) - 1))
        blocks.append("\n".join(_adjoined(1, block)))
        start = end
    return "\n\n".join(blocks).split("\n")


def series(plan: Plan, column: str, name: Any, categories: tuple[list[str], bool] | None = None) -> str:
    title, rows, dtype = [] if name is None else [f"Name: {name}"], plan.query.rows(), plan.dtypes[column]
    kinds = f"\n{_categories(*categories)}" if categories is not None else ""
    if rows == 0:
        return f"Series([], {', '.join([*title, f'dtype: {dtype}'])}{kinds})"
    picture = _Picture(plan, [column], None)
    named = picture.is_named()
    levels = picture.index(True)
    bare = not picture.plan.index
    index = ["", *levels[0]] if bare else _adjoined(2, levels) if len(levels) > 1 else levels[0]
    values = fixed(picture.cells[column])
    footer = [*title, *([f"Length: {rows}"] if picture.after is not None else []), f"dtype: {dtype}"]
    if picture.after is not None:
        width = len(values[picture.after - 1])
        values.insert(picture.after, ("..." if width > 3 else "..").center(width))
        index.insert(picture.after + 1, "")
    lines = _adjoined(3, [index[1:], values])
    return "\n".join([*([index[0]] if named else []), *lines, ", ".join(footer)]) + kinds


def _categories(names: list[str], ordered: bool) -> str:
    """The line below a categorical series."""
    head = f"Categories ({len(names)}, string): "
    most = setting("max_categories") or 8
    shown = [f"'{name}'" for name in names]
    if len(shown) > most:
        shown = [*shown[: most // 2], "...", *shown[-(most // 2) :]]
    between, text, used = " < " if ordered else ", ", "", len(head)
    width = setting("width") or _terminal_width()
    for at, one in enumerate(shown):
        if used + len(between) + len(one) > width:
            text += f"{between.rstrip()}\n{' ' * (len(head) + 1)}"
            used = len(head) + 1
        elif at:
            text += between
            used += len(between)
        text += one
        used += len(one)
    return f"{head}[{text.replace(' < ... < ', ' ... ')}]"


def html(plan: Plan) -> str:
    picture = _Picture(plan, plan.columns, setting("max_columns") or 20)
    levels, headings = picture.index(False), picture.headings()
    axis = _headings.axis_of(picture.plan) or [None] * (len(headings[0]) if headings else 1)
    values = [fixed(picture.cells[name]) for name in picture.shown]
    if picture.left is not None:
        headings.insert(picture.left, ["..."] * len(axis))
        values.insert(picture.left, ["..."] * len(picture.numbers))
    rows = list(zip(*levels, *values, strict=True))
    if picture.after is not None:
        rows.insert(picture.after, ("...",) * (len(levels) + len(values)))
    head = [[*[""] * (len(levels) - 1), _title(one), *(h[at] for h in headings)] for at, one in enumerate(axis)]
    if picture.is_named():
        head.append([*(_title(label) for _, label in picture.plan.index), *[""] * len(values)])
    top = "".join(f'<tr style="text-align: right;">{_row(row, "th")}</tr>' for row in head)
    count = len(levels)
    body = "".join(f"<tr>{_row(row[:count], 'th')}{_row(row[count:], 'td')}</tr>" for row in rows)
    return (
        f'<table border="1" class="dataframe"><thead>{top}</thead><tbody>{body}</tbody></table>'
        f"<p>{picture.rows} rows &times; {len(picture.columns)} columns</p>"
    )


def _row(cells: Iterable[str], kind: str) -> str:
    import html

    return "".join(f"<{kind}>{html.escape(cell.strip())}</{kind}>" for cell in cells)
