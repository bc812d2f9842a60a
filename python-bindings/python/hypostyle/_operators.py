"""Python's operators, for expressions and series alike."""

from __future__ import annotations

from typing import Any, Self

from hypostyle.errors import InvalidArgumentError


class Operators:
    """What both classes offer; each says what a binary and a unary operator make of it."""

    __slots__ = ()

    __hash__ = None  # type: ignore[assignment]

    #: Above that of pandas' objects: they leave operators with ours to these methods, which match rows by label.
    __pandas_priority__ = 10_000

    def _binary(self, operator: str, other: Any, reflected: bool = False) -> Any:
        raise NotImplementedError

    def _unary(self, operator: str) -> Any:
        raise NotImplementedError

    def _constant(self, value: Any) -> Any:
        raise NotImplementedError

    def _named(self, name: str, *args: Any) -> Any:
        """A function of the registry by its name."""
        return getattr(self, name)(*args)

    def __add__(self, other: Any) -> Self:
        return self._binary("+", other)

    def __radd__(self, other: Any) -> Self:
        return self._binary("+", other, True)

    def __sub__(self, other: Any) -> Self:
        return self._binary("-", other)

    def __rsub__(self, other: Any) -> Self:
        return self._binary("-", other, True)

    def __mul__(self, other: Any) -> Self:
        return self._binary("*", other)

    def __rmul__(self, other: Any) -> Self:
        return self._binary("*", other, True)

    def __truediv__(self, other: Any) -> Self:
        return self._binary("/", other)

    def __rtruediv__(self, other: Any) -> Self:
        return self._binary("/", other, True)

    def __floordiv__(self, other: Any) -> Self:
        return self._binary("//", other)

    def __rfloordiv__(self, other: Any) -> Self:
        return self._binary("//", other, True)

    def __mod__(self, other: Any) -> Self:
        return self._binary("%", other)

    def __rmod__(self, other: Any) -> Self:
        return self._binary("%", other, True)

    def __eq__(self, other: Any) -> Self:  # type: ignore[override]
        return self._binary("==", other)

    def __ne__(self, other: Any) -> Self:  # type: ignore[override]
        return self._binary("!=", other)

    def __lt__(self, other: Any) -> Self:
        return self._binary("<", other)

    def __le__(self, other: Any) -> Self:
        return self._binary("<=", other)

    def __gt__(self, other: Any) -> Self:
        return self._binary(">", other)

    def __ge__(self, other: Any) -> Self:
        return self._binary(">=", other)

    def __and__(self, other: Any) -> Self:
        return self._binary("&", other)

    def __rand__(self, other: Any) -> Self:
        return self._binary("&", other, True)

    def __or__(self, other: Any) -> Self:
        return self._binary("|", other)

    def __ror__(self, other: Any) -> Self:
        return self._binary("|", other, True)

    def __xor__(self, other: Any) -> Self:
        return (self | other) & ~(self & other)

    def __rxor__(self, other: Any) -> Self:
        return self ^ other

    def __pow__(self, other: Any) -> Self:
        return self._named("pow", other)

    def __rpow__(self, other: Any) -> Self:
        return self._constant(other)._named("pow", self)

    def __abs__(self) -> Self:
        return self._named("abs")

    def __round__(self, digits: int = 0) -> Self:
        return self._named("round", digits)

    def __invert__(self) -> Self:
        return self._unary("~")

    def __neg__(self) -> Self:
        return self._unary("-")

    def __pos__(self) -> Self:
        return self.copy() if hasattr(self, "copy") else self

    def __bool__(self) -> bool:
        raise InvalidArgumentError(
            f"a {type(self).__name__} is neither true nor false as a whole; "
            "write & | ~ instead of and, or, not, with parentheses around comparisons"
        )
