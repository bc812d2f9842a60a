"""``df.loc`` and ``df.iloc``, as far as rows without labels have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypostyle.errors import UnsupportedError
from hypostyle.expr import BoundExpression, Expr

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame


class Loc:
    """Rows by a condition, columns by name."""

    __slots__ = ("_frame",)

    def __init__(self, frame: DataFrame) -> None:
        self._frame = frame

    def __getitem__(self, key: Any) -> Any:
        rows, columns = key if isinstance(key, tuple) and len(key) == 2 else (key, None)
        frame = self._frame
        if isinstance(rows, (BoundExpression, Expr)):
            frame = frame.filter(rows)
        elif not (isinstance(rows, slice) and rows == slice(None)):
            raise UnsupportedError(
                f"loc[{rows!r}]: rows have no labels; choose them by a condition, df.loc[df['x'] > 1], "
                "or by position, df.iloc[2:5]"
            )
        return frame if columns is None else frame[columns]


class Rows:
    """Rows by position."""

    __slots__ = ("_frame",)

    def __init__(self, frame: DataFrame) -> None:
        self._frame = frame

    def __getitem__(self, key: Any) -> DataFrame:
        if isinstance(key, slice):
            return self._frame[key]
        raise UnsupportedError(
            f"iloc[{key!r}]: only slices of rows, df.iloc[2:5]; to_dict('records') gives single rows"
        )
