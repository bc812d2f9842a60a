"""Periods of time within groups: ``df.groupby("k").resample("D", on="t")["x"].sum()``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hypostyle import _groups, _index
from hypostyle._concat import concat
from hypostyle._plan import Plan
from hypostyle._resample import Resampler
from hypostyle._windows import literal
from hypostyle.errors import InvalidArgumentError

if TYPE_CHECKING:
    from hypostyle.groupby import GroupBy


class GroupResampler:
    """Groups of rows by keys and periods of time, waiting for an aggregate. Each group has the periods from its first row
    to its last; it is resampled by itself.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"k": ["a", "b", "a"], "t": hs.date_range("2024-01-01", periods=3), "x": [1, 2, 3]})
    >>> df.groupby("k").resample("D", on="t")["x"].sum().to_list()
    [1, 0, 3, 2]
    """

    __slots__ = ("_chosen", "_groups", "_options")

    def __init__(self, groups: GroupBy, options: dict[str, Any]) -> None:
        self._groups, self._options = groups, options
        self._chosen: Any = None
        if groups._chosen is not None:
            self._chosen = groups._chosen[0] if groups._single else groups._chosen

    def __getitem__(self, columns: Any) -> GroupResampler:
        """Only these columns take part; one name alone gives series."""
        made = GroupResampler(self._groups, self._options)
        made._chosen = columns
        return made

    def __dir__(self) -> list[str]:
        columns = (name for name in self._groups._plan.columns if name.isidentifier())
        return [*super().__dir__(), *(name for name in dir(Resampler) if not name.startswith("_")), *columns]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._groups._plan.columns:
            return self[name]
        if not callable(getattr(Resampler, name, None)):
            raise AttributeError(f"resample has no aggregate and no column {name!r}")
        return lambda *args, **kwargs: self._each(lambda one: getattr(one, name)(*args, **kwargs))

    def agg(self, func: Any = None, *args: Any, **named: Any) -> Any:
        """Aggregates of each period: as `GroupBy.agg` takes them."""
        return self._each(lambda one: one.agg(func, *args, **named))

    aggregate = agg

    def _each(self, make: Callable[[Any], Any]) -> Any:
        """What is made of each group, with the keys before the periods."""
        from hypostyle.frame import DataFrame
        from hypostyle.series import Series

        groups, frames, single, name = self._groups, [], False, None
        keys = [label for label, _ in groups._keys]
        parts = list(_groups.each(groups._plan, groups._keys, groups._sort, groups._dropna))
        if not parts:
            raise InvalidArgumentError("resample: there is no group")
        levels: list[Any] = []
        for key, plan in parts:
            frame = DataFrame._of(plan.reindexed(groups._plan.index))
            time = self._options.get("on")
            chosen = self._chosen
            if chosen is None:
                chosen = [one for one in frame._plan.columns if one not in keys and one != time]
            found = make(frame.resample(**self._options)[chosen])
            if isinstance(found, Series):
                single, name = True, found.name
                found = found.to_frame("value" if name is None else name)
            own = found._plan
            levels = _index.level_columns([*keys, *(label for _, label in own.index)], found._plan.columns)
            moved = dict(zip(own.index_columns, [column for column, _ in levels[len(keys) :]], strict=True))
            own = own.rename(moved).reindexed(())
            heads = {column: literal(part) for (column, _), part in zip(levels[: len(keys)], key, strict=True)}
            frames.append(DataFrame._of(Plan(own.query, axis=own.axis).with_columns(heads)))
        whole = concat(frames)._plan.reindexed(levels)
        made = DataFrame._of(whole.keep(whole.columns))
        return made[made._plan.columns[0]].rename(name) if single else made
