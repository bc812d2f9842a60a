"""Names of columns that have several levels: tuples of labels. A query knows such a column by the text that Python writes for
the tuple, ``('x', 'sum')``, as files of pandas do; for labels that are no text see `_column_labels`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from hypostyle import _native
from hypostyle._column_labels import MARK, any_marked, as_column, is_label, known, label_of, name_of, plain
from hypostyle._plan import Plan
from hypostyle.errors import ColumnNotFoundError, InvalidArgumentError, UnsupportedError


def named(parts: Sequence[Any]) -> str:
    """The name of a column of several levels; levels that are empty at the end are none.

    >>> named(("x", "sum")), named(("k", ""))
    ("('x', 'sum')", 'k')
    """
    texts = [one if isinstance(one, str) else name_of(one) for one in parts]
    while len(texts) > 1 and not texts[-1]:
        texts.pop()
    return texts[0] if len(texts) == 1 else repr(tuple(texts))


def joined(outer: str, inner: str) -> str:
    """The name of a column below another name."""
    return named((*parts(outer), *parts(inner)))


@lru_cache(1 << 14)
def parts(name: str) -> tuple[Any, ...]:
    """The labels of the levels of a name.

    >>> parts("('x', 'sum')"), parts("x"), parts("(x)")
    (('x', 'sum'), ('x',), ('(x)',))
    """
    if name[:2] in ("('", '("') and name.endswith(")"):
        try:
            found = ast.literal_eval(name)
        except (ValueError, SyntaxError):
            return (name,)
        if isinstance(found, tuple) and len(found) > 1 and repr(found) == name:
            return tuple(map(label_of, found))
    return (label_of(name),)


def axis_of(plan: Plan) -> tuple[Any, ...] | None:
    """The names of the levels of the labels of a plan's columns, as many as there are levels, if there are names."""
    if plan.axis is None:
        return None
    levels = depth(plan.columns)
    return None if len(plan.axis) > levels else (*plan.axis, *[None] * (levels - len(plan.axis)))


def axis_names(plan: Plan, levels: int) -> list[str | None]:
    """The names of the levels of a plan's columns, as those of an index."""
    axis = axis_of(plan)
    return [None] * levels if axis is None else [None if one is None else named((one,)) for one in axis]


def depth(names: Iterable[str]) -> int:
    """The number of levels that names have."""
    return max((len(parts(name)) for name in names if name[:1] == "("), default=1)


def shown(names: Sequence[str]) -> list[Any]:
    """Names as a user sees them: labels, or tuples of one length where any has several levels."""
    levels = depth(names)
    if levels == 1:
        return list(map(label_of, names)) if any_marked(names) else list(names)
    return [(*found, *[""] * (levels - len(found))) for found in map(parts, names)]


def by_level(names: Sequence[str], choice: Any) -> Any:
    """The names whose labels are those meant on each level, where a choice of columns is a tuple that says so with a slice
    or a list, ``(slice(None), "x")``; else the choice as it is."""
    if not (isinstance(choice, tuple) and any(isinstance(part, (slice, list)) for part in choice)):
        return choice
    levels = depth(names)
    if len(choice) > levels:
        raise InvalidArgumentError(f"{len(choice)} labels for {levels} levels of the columns")
    found = list(names)
    for at, wanted in enumerate(choice):
        labels = dict(zip(names, (row[at] for row in _rows(names)), strict=True))
        if isinstance(wanted, slice):
            if wanted.step is not None:
                raise UnsupportedError("loc: steps within a level; choose columns by position, iloc[:, ::2]")
            low, high = wanted.start, wanted.stop
            found = [n for n in found if (low is None or labels[n] >= low) and (high is None or labels[n] <= high)]
            continue
        several = wanted if isinstance(wanted, list) else [wanted]
        for label in several:
            if label not in labels.values():
                raise ColumnNotFoundError(f"no column has the label {label!r} on level {at}")
        found = [name for name in found if labels[name] in several]
    return _in_told_order(names, found, choice)


def _in_told_order(names: Sequence[str], found: list[str], choice: tuple) -> list[str]:
    """Chosen columns by the places of their labels in lists; as in pandas they stay where columns and lists are in order."""
    lists = [part for part in choice if isinstance(part, list) and len(part) > 1]
    rows = dict(zip(names, _rows(names), strict=True))
    try:
        still = all(part == sorted(part) for part in lists) and list(rows.values()) == sorted(rows.values())
    except TypeError:
        still = False
    if still or not lists:
        return found
    before = dict(zip(names, range(len(names)), strict=True))

    def place(name: str) -> tuple[int, ...]:
        places = []
        for label, part in zip(rows[name], choice, strict=False):
            if isinstance(part, list):
                places.append(part.index(label))
            elif isinstance(part, slice) and part != slice(None):
                places.append(before[name])
        return tuple(places)

    return sorted(found, key=place)


def _rows(names: Sequence[str]) -> list[Any]:
    """The labels of each name, a tuple each."""
    return [one if isinstance(one, tuple) else (one,) for one in shown(names)]


def sorted_names(names: Sequence[str]) -> list[str]:
    """Names in the order of their labels, texts after others; as they are where these have none."""
    try:
        return sorted(names, key=lambda name: [(isinstance(part, str), part) for part in parts(name)])
    except TypeError:
        return list(names)


def names_by_level(plan: Plan, level: Any, ascending: list[bool], remaining: bool) -> list[str]:
    """The names of the columns in the order of these levels of their labels, and then of the others if ``remaining``."""
    names, axis = plan.columns, axis_of(plan)
    rows, depths = _rows(names), depth(names)
    wanted = level if isinstance(level, (list, tuple)) else [level]
    found = [axis.index(one) if axis is not None and one in axis else one for one in wanted]
    for one, at in zip(wanted, found, strict=True):
        if isinstance(at, bool) or not isinstance(at, int) or not -depths <= at < depths:
            raise InvalidArgumentError(f"sort_index: the columns have no level {one!r}")
    found = [at % depths for at in found]
    up = ascending * len(found) if len(ascending) == 1 else ascending
    if len(up) != len(found):
        raise InvalidArgumentError(f"sort_index: {len(up)} values of ascending for {len(found)} levels")
    if remaining:
        rest = [at for at in range(depths) if at not in found]
        found, up = found + rest, up + [up[0] if len(ascending) == 1 else True] * len(rest)
    places = list(range(len(names)))
    for at, rising in reversed(list(zip(found, up, strict=True))):
        places.sort(key=lambda place: (isinstance(rows[place][at], str), rows[place][at]), reverse=not rising)
    return [names[place] for place in places]


def label_column(labels: list[Any]) -> _native.Column:
    """Labels of one level as a column."""
    return _native.Column.from_values(*as_column(labels))


def one_shown(name: Any) -> Any:
    """A single name as a user sees it."""
    if not isinstance(name, str):
        return name
    found = parts(name)
    return found if len(found) > 1 else found[0]


def flat(names: Sequence[str]) -> dict[str, str]:
    """Other names for those of several levels, of one level each: ``x_sum``; for those of labels that are no text, texts."""
    taken = {name for name in names if len(parts(name)) == 1 and MARK not in name}
    found: dict[str, str] = {}
    for name in names:
        if len(parts(name)) > 1:
            text = "_".join(str(part) for part in parts(name) if part != "")
            found[name] = name if text in taken else text
            taken.add(text)
        elif MARK in name:
            text = plain(name)
            while text in taken:
                text += "_"
            found[name] = text
            taken.add(text)
    return found


def texts(names: Sequence[str]) -> dict[str, str]:
    """Other names for those that are no plain texts, where there are any."""
    return flat(names) if depth(names) > 1 or any_marked(names) else {}


def flattened(plan: Plan) -> Plan:
    """The plan with names of one level, for tables that know no others."""
    moved = texts(plan.names)
    titles = [label for _, label in plan.index]
    made = plan.rename(moved) if moved else plan
    if any(title is not None and MARK in title for title in titles):
        made = made.reindexed([(name, None if old is None else plain(old)) for name, old in made.index])
    return made


def suffixed(plan: Plan) -> Plan:
    """The plan in which labels that the engine put a text after are texts, as in pandas: ``0_x``."""
    moved = {name: plain(name) for name in plan.names if MARK in name[:-1] and name[-1:] != MARK and name[:1] != "("}
    return plan.rename(moved) if moved else plan


def below(plan: Plan, key: Any) -> dict[str, str]:
    """The columns whose first levels are ``key`` (a text or a tuple): their names, by those of the levels below."""
    start = key if isinstance(key, tuple) else (key if not isinstance(key, str) else label_of(key),)
    found: dict[str, str] = {}
    for name in plan.columns:
        levels = parts(name)
        if len(levels) > len(start) and levels[: len(start)] == start:
            found[named(levels[len(start) :])] = name
    return found


def column_of(plan: Plan, key: Any) -> Any:
    """The column that a label, a tuple or the flat name of several levels means; other keys as they are."""
    names = plan.names
    if isinstance(key, tuple) and key and named(key) in names:
        return named(key)
    if is_label(key):
        return known(key, names) or name_of(key)
    if isinstance(key, str) and key[-1:] == MARK and key not in names:
        return known(label_of(key), names) or key
    if isinstance(key, str) and key not in names and depth(names) > 1:
        return next((name for name, text in flat(names).items() if text == key), key)
    return key


def columns_of(plan: Plan, keys: Sequence[Any]) -> list[Any]:
    """The columns of a list of keys, each of which may be the first level of several."""
    found: list[Any] = []
    for key in keys:
        name = column_of(plan, key)
        if not isinstance(name, (str, tuple)) or (isinstance(name, str) and name in plan.names):
            found.append(name)
        else:
            found += list(below(plan, key).values()) or [name]
    return found


def part_of(plan: Plan, key: Any) -> Plan | None:
    """The index and the columns below a first level, under the names of the other levels."""
    found = below(plan, key)
    if not found:
        return None
    exprs = {name: _native.Expr.column(name) for name in plan.index_columns}
    inner = plan.project({**exprs, **{inner: _native.Expr.column(name) for inner, name in found.items()}})
    depths = len(key) if isinstance(key, tuple) else 1
    axis = axis_of(plan)
    return inner.titled(None if axis is None else axis[depths:])


def column_level(plan: Plan, level: Any) -> Any:
    """The number of a level of the columns that is told by its name; numbers as they are."""
    axis = axis_of(plan)
    if level is None or isinstance(level, int) or axis is None:
        return level
    if level not in axis:
        raise ColumnNotFoundError(f"no level of the columns is called {level!r}; there are {list(axis)}")
    return list(axis).index(level)


def renamed(name: str, mapper: Any, level: Any = None) -> str:
    """A name with other texts in its levels (or in one), by a mapping or a function; a mapping may have the whole name."""
    title = one_shown(name)
    if not callable(mapper) and (name in mapper or title in mapper):
        found = mapper[name] if name in mapper else mapper[title]
        return named(found if isinstance(found, tuple) else (found,))
    levels = list(parts(name))
    for at, text in enumerate(levels):
        if level is None or at == level % max(len(levels), 1):
            levels[at] = mapper(text) if callable(mapper) else mapper.get(text, text)
    return named(levels)


def at_level(plan: Plan, key: Any, level: int, drop: bool) -> Plan:
    """The index and the columns that have a text in one level, without that level unless told otherwise."""
    axis = axis_of(plan)
    if axis is not None and level in axis:
        level = axis.index(level)
    exprs = {name: _native.Expr.column(name) for name in plan.index_columns}
    count = len(exprs)
    for name, title in zip(plan.columns, shown(plan.columns), strict=True):
        levels = title if isinstance(title, tuple) else (title,)
        if not isinstance(level, int) or not -len(levels) <= level < len(levels):
            raise InvalidArgumentError(f"xs: the columns have {len(levels)} levels, none is called {level!r}")
        at = level % len(levels)
        if levels[at] == key:
            rest = [*levels[:at], *levels[at + 1 :]]
            exprs[named(rest) if drop and rest else name] = _native.Expr.column(name)
    if len(exprs) == count:
        raise ColumnNotFoundError(f"xs: no column has {key!r} in its level {level}")
    made = plan.project(exprs)
    if axis is None or not drop:
        return made
    at = level % len(axis)
    return made.titled([*axis[:at], *axis[at + 1 :]])


def union(names: list[str], others: list[str]) -> list[str]:
    """The columns of either side: in their order where both sides have the same, else in the order of their labels."""
    found = [*names, *(name for name in others if name not in names)]
    if not others or others == names:
        return found
    try:
        return [name for _, name in sorted(zip(shown(found), found, strict=True))]
    except TypeError:
        return found


def unlike(
    names: Iterable[Any], numbered: Callable[[Any, int], Any] = lambda name, again: f"{name}.{again}"
) -> list[Any]:
    """The names, of which those that have occurred before are ``numbered``: ``a``, ``a.1``.

    >>> unlike(["a", "b", "a", "a"])
    ['a', 'b', 'a.1', 'a.2']
    """
    found: dict[Any, None] = {}
    for name in names:
        fresh, again = name, 0
        while fresh in found:
            again += 1
            fresh = numbered(name, again)
        found[fresh] = None
    return list(found)
