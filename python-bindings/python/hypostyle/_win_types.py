"""Weights of moving windows by name, as `scipy.signal.windows` makes them (symmetric)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypostyle.errors import InvalidArgumentError, UnsupportedError

Weights = Callable[..., Any]


def _cosines(*shares: float) -> Weights:
    """A sum of cosines, signs in turn."""

    def weights(size: int) -> Any:
        import numpy as np

        angle = np.linspace(-np.pi, np.pi, size)
        return sum(share * np.cos(order * angle) for order, share in enumerate(shares))

    return weights


def _by_distance(make: Callable[..., Any]) -> Weights:
    """By the distance from the middle."""

    def weights(size: int, **constants: float) -> Any:
        import numpy as np

        return make(np.abs(np.arange(size) - (size - 1) / 2), size, **constants)

    return weights


def _triangle(away: Any, size: int) -> Any:
    return 1 - away / ((size + 1) / 2 if size % 2 else size / 2)


def _bartlett(away: Any, size: int) -> Any:
    return 1 - away / ((size - 1) / 2)


def _parzen(away: Any, size: int) -> Any:
    import numpy as np

    share = away / (size / 2)
    return np.where(away <= (size - 1) / 4, 1 - 6 * share**2 * (1 - share), 2 * (1 - share) ** 3)


def _bohman(away: Any, size: int) -> Any:
    import numpy as np

    share = away / ((size - 1) / 2)
    found = (1 - share) * np.cos(np.pi * share) + np.sin(np.pi * share) / np.pi
    found[[0, -1]] = 0
    return found


def _barthann(away: Any, size: int) -> Any:
    import numpy as np

    share = away / (size - 1)
    return 0.62 - 0.48 * share + 0.38 * np.cos(2 * np.pi * share)


def _cosine(away: Any, size: int) -> Any:
    import numpy as np

    return np.cos(np.pi * away / size)


def _gaussian(away: Any, size: int, std: float) -> Any:
    import numpy as np

    return np.exp(-(away**2) / (2 * std**2))


def _general_gaussian(away: Any, size: int, p: float, sig: float) -> Any:
    import numpy as np

    return np.exp(-0.5 * np.abs(away / sig) ** (2 * p))


def _exponential(away: Any, size: int, tau: float = 1.0, center: float | None = None) -> Any:
    import numpy as np

    if center is not None:
        raise UnsupportedError("rolling: win_type='exponential' is symmetric; it takes no center")
    return np.exp(-away / tau)


def _kaiser(away: Any, size: int, beta: float) -> Any:
    import numpy as np

    return np.kaiser(size, beta)


WINDOWS: dict[str, Weights] = {
    "boxcar": _cosines(1.0),
    "hann": _cosines(0.5, 0.5),
    "hamming": _cosines(0.54, 0.46),
    "blackman": _cosines(0.42, 0.50, 0.08),
    "nuttall": _cosines(0.3635819, 0.4891775, 0.1365995, 0.0106411),
    "blackmanharris": _cosines(0.35875, 0.48829, 0.14128, 0.01168),
    "flattop": _cosines(0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
    "triang": _by_distance(_triangle),
    "bartlett": _by_distance(_bartlett),
    "parzen": _by_distance(_parzen),
    "bohman": _by_distance(_bohman),
    "barthann": _by_distance(_barthann),
    "cosine": _by_distance(_cosine),
    "gaussian": _by_distance(_gaussian),
    "general_gaussian": _by_distance(_general_gaussian),
    "exponential": _by_distance(_exponential),
    "kaiser": _by_distance(_kaiser),
}


def check(win_type: Any) -> None:
    """Whether there is such a window, or these are weights."""
    if isinstance(win_type, str):
        if win_type not in WINDOWS:
            raise InvalidArgumentError(f"rolling: no win_type {win_type!r}; there are {', '.join(WINDOWS)}")
    elif isinstance(win_type, bytes) or not hasattr(win_type, "__iter__"):
        raise InvalidArgumentError(f"rolling: win_type is a name or a list of weights, not {win_type!r}")


def weights(win_type: Any, size: int, constants: dict[str, float]) -> list[float]:
    """The weights of a window of so many rows."""
    if not isinstance(win_type, str):
        found = [float(weight) for weight in win_type]
        if len(found) != size:
            raise InvalidArgumentError(f"rolling: {len(found)} weights for a window of {size} rows")
        return found
    if size == 1:
        return [1.0]
    try:
        return [float(weight) for weight in WINDOWS[win_type](size, **constants)]
    except TypeError as error:
        raise InvalidArgumentError(f"rolling: the constants of win_type={win_type!r}: {error}") from None


def check_window(window: Any, min_periods: Any, center: Any, step: Any) -> None:
    """Checks what pandas' `rolling` checks."""
    if isinstance(window, int) and not isinstance(window, bool) and window < 0:
        raise InvalidArgumentError(f"rolling: window must be an integer 0 or greater, not {window}")
    if isinstance(window, float):
        raise InvalidArgumentError(f"rolling: window must be an integer, or a length of time, not {window}")
    for name, value in (("min_periods", min_periods), ("step", step)):
        if value is None:
            continue
        if isinstance(value, bool) or not (isinstance(value, int) or hasattr(value, "__index__")):
            raise InvalidArgumentError(f"rolling: {name} must be an integer, not {value!r}")
        if value < 0:
            raise InvalidArgumentError(f"rolling: {name} must be >= 0, not {value}")
    if min_periods is not None and isinstance(window, int) and not isinstance(window, bool) and min_periods > window:
        raise InvalidArgumentError(f"rolling: min_periods {min_periods} must be <= window {window}")
    if not isinstance(center, bool) and type(center).__name__ not in ("bool", "bool_"):
        raise InvalidArgumentError(f"rolling: center is true or false, not {center!r}")
