"""Operators by name, for series and frames alike: ``add``, ``rsub``, ``ge``, ..."""

from __future__ import annotations

from typing import Any, Self

from hypostyle.errors import UnsupportedError


def _beside(other: Any, level: Any) -> Any:
    """What stands on the other side, whose labels are matched in all of their levels."""
    if level is not None:
        raise UnsupportedError(
            f"level={level!r}: labels match in all their levels; reset_index, and merge on some of them"
        )
    return other


class Arithmetic:
    """What both classes offer; each says in `_operate` what an operator makes of it."""

    __slots__ = ()

    def _operate(self, operator: str, other: Any, fill_value: Any, axis: Any, reflected: bool = False) -> Any:
        raise NotImplementedError

    def add(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``self + other``; ``fill_value`` stands for a value that is missing on one side.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, None]})["x"].add(1, fill_value=0).to_list()
        [2, 1]
        """
        return self._operate("+", _beside(other, level), fill_value, axis)

    def radd(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``other + self``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).radd(10).to_list()
        [11, 12]
        """
        return self._operate("+", _beside(other, level), fill_value, axis, True)

    def sub(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``self - other``; see `add`.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2]}).sub(1).to_dict("list")
        {'x': [0, 1]}
        """
        return self._operate("-", _beside(other, level), fill_value, axis)

    subtract = sub

    def rsub(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``other - self``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).rsub(10).to_list()
        [9, 8]
        """
        return self._operate("-", _beside(other, level), fill_value, axis, True)

    def mul(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``self * other``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).mul(10).to_list()
        [10, 20]
        """
        return self._operate("*", _beside(other, level), fill_value, axis)

    multiply = mul

    def rmul(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``other * self``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).rmul(10).to_list()
        [10, 20]
        """
        return self._operate("*", _beside(other, level), fill_value, axis, True)

    def div(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``self / other``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).div(10).to_list()
        [0.1, 0.2]
        """
        return self._operate("/", _beside(other, level), fill_value, axis)

    divide = truediv = div

    def rdiv(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``other / self``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).rdiv(10).to_list()
        [10.0, 5.0]
        """
        return self._operate("/", _beside(other, level), fill_value, axis, True)

    rtruediv = rdiv

    def floordiv(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``self // other``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).floordiv(10).to_list()
        [0, 0]
        """
        return self._operate("//", _beside(other, level), fill_value, axis)

    def rfloordiv(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``other // self``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).rfloordiv(10).to_list()
        [10, 5]
        """
        return self._operate("//", _beside(other, level), fill_value, axis, True)

    def mod(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``self % other``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).mod(10).to_list()
        [1, 2]
        """
        return self._operate("%", _beside(other, level), fill_value, axis)

    def rmod(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``other % self``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).rmod(10).to_list()
        [0, 0]
        """
        return self._operate("%", _beside(other, level), fill_value, axis, True)

    def pow(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``self ** other``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).pow(10).to_list()
        [1, 1024]
        """
        return self._operate("**", _beside(other, level), fill_value, axis)

    def rpow(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``other ** self``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).rpow(10).to_list()
        [10, 100]
        """
        return self._operate("**", _beside(other, level), fill_value, axis, True)

    def eq(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``self == other``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).eq(10).to_list()
        [False, False]
        """
        return self._operate("==", _beside(other, level), fill_value, axis)

    def ne(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``self != other``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).ne(10).to_list()
        [True, True]
        """
        return self._operate("!=", _beside(other, level), fill_value, axis)

    def lt(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``self < other``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).lt(10).to_list()
        [True, True]
        """
        return self._operate("<", _beside(other, level), fill_value, axis)

    def le(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``self <= other``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).le(10).to_list()
        [True, True]
        """
        return self._operate("<=", _beside(other, level), fill_value, axis)

    def gt(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``self > other``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).gt(10).to_list()
        [False, False]
        """
        return self._operate(">", _beside(other, level), fill_value, axis)

    def ge(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> Self:
        """``self >= other``; see `add`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).ge(10).to_list()
        [False, False]
        """
        return self._operate(">=", _beside(other, level), fill_value, axis)
