"""Operators by name, for series and frames alike: ``add``, ``rsub``, ``ge``, ..."""

from __future__ import annotations

from typing import Any, Self


class Arithmetic:
    """What both classes offer; each says in `_operate` what an operator makes of it."""

    __slots__ = ()

    def _operate(self, operator: str, other: Any, fill_value: Any, axis: Any, reflected: bool = False) -> Any:
        raise NotImplementedError

    def add(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``self + other``; ``fill_value`` stands for a value that is missing on one side.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, None]})["x"].add(1, fill_value=0).to_list()
        [2, 1]
        """
        return self._operate("+", other, fill_value, axis)

    def radd(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``other + self``; see `add`."""
        return self._operate("+", other, fill_value, axis, True)

    def sub(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``self - other``; see `add`.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2]}).sub(1).to_dict("list")
        {'x': [0, 1]}
        """
        return self._operate("-", other, fill_value, axis)

    subtract = sub

    def rsub(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``other - self``; see `add`."""
        return self._operate("-", other, fill_value, axis, True)

    def mul(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``self * other``; see `add`."""
        return self._operate("*", other, fill_value, axis)

    multiply = mul

    def rmul(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``other * self``; see `add`."""
        return self._operate("*", other, fill_value, axis, True)

    def div(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``self / other``; see `add`."""
        return self._operate("/", other, fill_value, axis)

    divide = truediv = div

    def rdiv(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``other / self``; see `add`."""
        return self._operate("/", other, fill_value, axis, True)

    rtruediv = rdiv

    def floordiv(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``self // other``; see `add`."""
        return self._operate("//", other, fill_value, axis)

    def rfloordiv(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``other // self``; see `add`."""
        return self._operate("//", other, fill_value, axis, True)

    def mod(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``self % other``; see `add`."""
        return self._operate("%", other, fill_value, axis)

    def rmod(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``other % self``; see `add`."""
        return self._operate("%", other, fill_value, axis, True)

    def pow(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``self ** other``; see `add`."""
        return self._operate("**", other, fill_value, axis)

    def rpow(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``other ** self``; see `add`."""
        return self._operate("**", other, fill_value, axis, True)

    def eq(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``self == other``; see `add`."""
        return self._operate("==", other, fill_value, axis)

    def ne(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``self != other``; see `add`."""
        return self._operate("!=", other, fill_value, axis)

    def lt(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``self < other``; see `add`."""
        return self._operate("<", other, fill_value, axis)

    def le(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``self <= other``; see `add`."""
        return self._operate("<=", other, fill_value, axis)

    def gt(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``self > other``; see `add`."""
        return self._operate(">", other, fill_value, axis)

    def ge(self, other: Any, axis: Any = "columns", fill_value: Any = None) -> Self:
        """``self >= other``; see `add`."""
        return self._operate(">=", other, fill_value, axis)
