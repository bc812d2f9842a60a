"""Keys of groups with a frequency."""

from __future__ import annotations

from typing import Any

from hypostyle import _native
from hypostyle._plan import Plan
from hypostyle._resample import Resampler

Native = _native.Expr


class Grouper:
    """A key of groups with a frequency: ``df.groupby(hs.Grouper(key="t", freq="D"))`` is ``df.resample("D", on="t")``;
    ``closed``, ``label``, ``origin`` and ``offset`` are as there.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"t": hs.date_range("2024-01-01", periods=3, freq="12h"), "x": [1, 2, 3]})
    >>> df.groupby(hs.Grouper(key="t", freq="D"))["x"].sum().to_list()
    [3, 3]
    """

    __slots__ = ("freq", "key", "level", "options")

    def __init__(
        self,
        key: str | None = None,
        level: Any = None,
        freq: Any = None,
        label: Any = None,
        closed: Any = None,
        origin: Any = "start_day",
        offset: Any = None,
        sort: bool = True,
        dropna: bool = True,
    ) -> None:
        self.key, self.level, self.freq = key, level, freq
        self.options = {"label": label, "closed": closed, "origin": origin, "offset": offset}

    def native(self, plan: Plan) -> tuple[str | None, Native]:
        """What each row's period is named by, or the key itself: beside other keys."""
        from hypostyle.index import Index

        if self.key is None:
            series = Index(plan).get_level_values(0 if self.level is None else self.level)
            name, time = series.name, series._native
        else:
            name, time = self.key, plan.column(self.key)
        if self.freq is None:
            return name, time
        return name, Resampler(plan, time, name, self.freq, **self.options)._periods().label()


def grouper_of(key: Any) -> Any:
    """pandas' own Grouper as one of these; other keys as they are."""
    if type(key).__module__.split(".")[0] != "pandas" or type(key).__name__ not in ("Grouper", "TimeGrouper"):
        return key
    if getattr(key, "freq", None) is None:
        return Grouper(key.key, key.level)
    return Grouper(key.key, key.level, key.freq, key.label, key.closed, key.origin, key.offset)
