"""Distances between moments as pandas writes them: of a fixed length, or from one anchor of the calendar to the next."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from hypostyle.errors import InvalidArgumentError, UnsupportedError

_DAY = dt.timedelta(days=1)
_MICRO = dt.timedelta(microseconds=1)
_EPOCH = dt.datetime(1970, 1, 1)

#: Microseconds of the units of a fixed length.
_FIXED = {"D": 86_400_000_000, "h": 3_600_000_000, "min": 60_000_000, "s": 1_000_000, "ms": 1_000, "us": 1}
#: Other spellings of units.
_SPELLED = {
    "w": "W",
    "b": "B",
    "H": "h",
    "T": "min",
    "S": "s",
    "d": "D",
    "Min": "min",
    "MIN": "min",
    "L": "ms",
    "U": "us",
    "N": "ns",
}
_SPELLED |= {"M": "ME", "Q": "QE", "Y": "YE", "A": "YE", "BM": "BME", "BQ": "BQE", "BY": "BYE", "BA": "BYE"}
_WEEKDAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
#: Months between the anchors of calendar units.
_LENGTHS = {"M": 1, "Q": 3, "Y": 12}


class Frequency:
    """A distance between moments: ``"15min"``, ``"1h30min"``, ``"D"``, ``"W-FRI"``, ``"MS"``, ``"2QE-NOV"``, ``"BME"``, a
    length of time, or an offset of pandas.

    >>> Frequency("1h30min").step, Frequency("2QE-NOV").step
    (datetime.timedelta(seconds=5400), None)
    """

    __slots__ = ("_anchor", "count", "text", "unit")

    def __init__(self, given: Any) -> None:
        self.text = given if isinstance(given, str) else text_of(given)
        self.count, self.unit, self._anchor = 1, "us", 0
        if isinstance(given, dt.timedelta):
            self.count = _positive(given // _MICRO, given)
            return
        self._read(self.text)

    def _read(self, text: str) -> None:
        parts = re.findall(r"\s*([0-9]*\.?[0-9]*)\s*([A-Za-z]+(?:-[A-Za-z]+)?)\s*", text)
        if not parts or re.sub(r"\s", "", text) != "".join(f"{number}{unit}" for number, unit in parts):
            raise InvalidArgumentError(f"{text!r} is no frequency such as '15min', 'D', 'W', 'MS' or 'YE'")
        units = [(number, _SPELLED.get(unit, unit)) for number, unit in parts]
        if len(units) == 1 and units[0][1] not in (*_FIXED, "ns"):
            number, unit = units[0]
            if "." in number:
                raise InvalidArgumentError(f"{text!r}: {unit} comes in whole numbers")
            self.count = _positive(int(number or 1), text)
            self.unit, self._anchor = _calendar(text, unit)
            return
        if unknown := [unit for _, unit in units if unit not in _FIXED and unit != "ns"]:
            _calendar(text, unknown[0])
            raise InvalidArgumentError(f"{text!r}: {unknown[0]} stands alone, without other units")
        if len(units) == 1 and "." not in units[0][0] and units[0][1] != "ns":
            self.count, self.unit = _positive(int(units[0][0] or 1), text), units[0][1]
            return
        length = sum(Fraction(number or "1") * Fraction(_FIXED.get(unit, Fraction(1, 1000))) for number, unit in units)
        if length.denominator != 1:
            raise UnsupportedError(f"{text!r}: lengths are of whole microseconds")
        self.count = _positive(length.numerator, text)
        self.unit = "D" if len(units) == 1 and units[0][1] == "D" and not self.count % _FIXED["D"] else "us"
        if self.unit == "D":
            self.count //= _FIXED["D"]

    @property
    def step(self) -> dt.timedelta | None:
        """The distance, if it is the same everywhere; of weeks, too, which have an anchor nevertheless."""
        if self.unit == "W":
            return 7 * self.count * _DAY
        return self.count * _FIXED[self.unit] * _MICRO if self.unit in _FIXED else None

    @property
    def micros(self) -> int | None:
        """Microseconds of a fixed length without an anchor."""
        return self.count * _FIXED[self.unit] if self.unit in _FIXED else None

    @property
    def ends(self) -> bool:
        """Whether periods are named by their end, as weeks and those of a calendar unit's last day are."""
        return self.unit == "W" or (self.unit.endswith("E") and self.unit != "SME")

    # Anchors of the calendar, by numbers.

    def anchor(self, number: int) -> dt.datetime:
        """The anchor of a number."""
        if self.unit == "W":
            return _EPOCH + (number * 7 + self._anchor - 3) * _DAY
        if self.unit == "B":
            return _EPOCH + (number // 5 * 7 + number % 5 - 3) * _DAY
        if self.unit[0] == "S":
            start, middle = _month(number // 2), _month(number // 2) + 14 * _DAY
            if self.unit == "SMS":
                return middle if number % 2 else start
            return _month(number // 2 + 1) - _DAY if number % 2 else middle
        business = self.unit[0] == "B"
        months = _LENGTHS[self.unit[business]]
        month = number * months + self._anchor
        if self.unit[-1] == "S":
            day = _month(month)
            return day + max(0, 7 - day.weekday()) * _DAY if business and day.weekday() > 4 else day
        day = _month(month + 1) - _DAY
        return day - max(0, day.weekday() - 4) * _DAY if business else day

    def number(self, moment: dt.datetime) -> int:
        """The number of the last anchor that is not after the day of a moment."""
        day = dt.datetime(moment.year, moment.month, moment.day)
        if self.unit == "W":
            return ((day - _EPOCH) // _DAY + 3 - self._anchor) // 7
        if self.unit == "B":
            week, weekday = divmod((day - _EPOCH) // _DAY + 3, 7)
            return week * 5 + min(weekday, 4)
        months = (day.year - 1970) * 12 + day.month - 1
        length = _LENGTHS.get(self.unit[self.unit[0] == "B"], 1)
        found = months * 2 + 1 if self.unit[0] == "S" else (months - self._anchor) // length
        while self.anchor(found) > day:
            found -= 1
        return found

    def rolled_back(self, moment: dt.datetime) -> dt.datetime:
        """The last anchor that is not after the day of a moment."""
        return self.anchor(self.number(moment))

    def before(self, moment: dt.datetime) -> dt.datetime:
        """The anchor so many (`count`) before a moment."""
        number = self.number(moment)
        exact = self.anchor(number) == dt.datetime(moment.year, moment.month, moment.day)
        return self.anchor(number - self.count + (not exact))

    def after(self, moment: dt.datetime) -> dt.datetime:
        """The anchor so many (`count`) after a moment."""
        return self.anchor(self.number(moment) + self.count)

    def anchors(self, start: dt.datetime, end: dt.datetime) -> list[dt.datetime]:
        """Every so manieth (`count`) anchor from the first one on that is not before the day ``start``, to ``end``."""
        found = []
        for moment in self.moments(start):
            if moment > end:
                break
            found.append(moment)
        return found

    def moments(self, start: dt.datetime) -> Iterator[dt.datetime]:
        """Moments from the first one on that is not before ``start``; anchors keep its time of the day."""
        micros = self.micros
        if micros is not None:
            moment, step = start, dt.timedelta(microseconds=micros)
            while True:
                yield moment
                moment += step
        day = dt.datetime(start.year, start.month, start.day)
        number = self.number(start)
        number += self.anchor(number) < day
        while True:
            yield self.anchor(number) + (start - day)
            number += self.count

    def last_moments(self, end: dt.datetime, periods: int) -> list[dt.datetime]:
        """So many moments, the last of which is not after ``end``."""
        micros = self.micros
        if micros is not None:
            return [end - at * dt.timedelta(microseconds=micros) for at in range(periods - 1, -1, -1)]
        day = dt.datetime(end.year, end.month, end.day)
        number = self.number(end)
        return [self.anchor(number - at * self.count) + (end - day) for at in range(periods - 1, -1, -1)]


def _month(number: int) -> dt.datetime:
    """The first day of a month, by its number since January 1970."""
    return dt.datetime(1970 + number // 12, number % 12 + 1, 1)


def _positive(count: int, given: Any) -> int:
    if count < 1:
        raise InvalidArgumentError(f"{given!r} is no frequency: a length is positive")
    return count


def _calendar(text: str, unit: str) -> tuple[str, int]:
    """A unit of the calendar, and where its anchors are."""
    name, _, anchor = unit.partition("-")
    name, anchor = _SPELLED.get(name, name), anchor.upper()
    if name == "W" and anchor in ("", *_WEEKDAYS):
        return "W", _WEEKDAYS.index(anchor or "SUN")
    if name in ("B", "SME", "SMS", "ME", "MS", "BME", "BMS") and not anchor:
        return name, 0
    if name in ("QE", "QS", "YE", "YS", "BQE", "BQS", "BYE", "BYS") and anchor in ("", *_MONTHS):
        months = _LENGTHS[name[name[0] == "B"]]
        month = _MONTHS.index(anchor) if anchor else (11 if name[-1] == "E" else 0)
        return name, month % months
    raise InvalidArgumentError(
        f"{text!r} is no frequency; units are D, h, min, s, ms and us, W (W-MON, ...), B, SME, SMS, and ME, MS, QE, QS, YE, "
        "YS (QE-NOV, ...), with B before them for days of work"
    )


def text_of(given: Any) -> str:
    """An offset of pandas, or a length of time, as text."""
    if type(given).__name__ == "DateOffset" and hasattr(given, "kwds"):
        return _of_parts(given)
    text = getattr(given, "freqstr", None)
    if isinstance(text, str):
        return text.removesuffix("-15")
    if isinstance(given, dt.timedelta):
        return f"{given // _MICRO}us"
    raise InvalidArgumentError(f"{given!r} is no frequency such as '15min', 'D', 'W', 'MS' or 'YE'")


def _of_parts(given: Any) -> str:
    """pandas' ``DateOffset(hours=4, minutes=30)`` as text."""
    names = {"days": "D", "hours": "h", "minutes": "min", "seconds": "s", "microseconds": "us", "weeks": "W"}
    parts = {name: value * given.n for name, value in given.kwds.items()}
    if not parts or not set(parts) <= set(names):
        raise UnsupportedError(f"the frequency {given!r}; write it as text, such as '15min' or 'MS'")
    if "weeks" in parts:
        parts["days"] = parts.get("days", 0) + 7 * parts.pop("weeks")
    return "".join(f"{value}{names[name]}" for name, value in parts.items())
