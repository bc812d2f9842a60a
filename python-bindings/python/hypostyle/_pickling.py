"""The user's functions as bytes: by cloudpickle, and what it takes for things of a module that is not there elsewhere."""

from __future__ import annotations

import functools
import io
import pickle
from collections.abc import Callable
from typing import Any


def packed(value: Any, beside: Callable[[pickle.PickleBuffer], Any] | None = None) -> bytes:
    """A function, with what it closes over, as bytes; ``beside`` is told of large memory that need not be among them.

    >>> import pickle
    >>> pickle.loads(packed(lambda x: x + 1))(1)
    2
    """
    file = io.BytesIO()
    _pickler()(file, protocol=5, buffer_callback=beside).dump(value)
    return file.getvalue()


@functools.cache
def _pickler() -> Any:
    import cloudpickle  # type: ignore[import-untyped]

    class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
        """Caches of functions of a script or a notebook, which cloudpickle takes for those of a module, and of properties."""

        def reducer_override(self, obj: Any) -> Any:
            """How an object is taken apart."""
            kind = type(obj)
            if kind is functools._lru_cache_wrapper and not _is_found(obj):
                return _cached, (obj.__wrapped__, obj.cache_parameters())
            if kind is functools.cached_property:
                return _property, (obj.func, obj.attrname)
            return super().reducer_override(obj)

    return Pickler


def _is_found(function: Any) -> bool:
    """Whether a function is found by its name in a module that other processes can import."""
    import sys

    found: Any = None if function.__module__ == "__main__" else sys.modules.get(function.__module__)
    for name in function.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is function


def _cached(function: Any, parameters: dict[str, Any]) -> Any:
    return functools.lru_cache(**parameters)(function)


def _property(function: Any, name: str | None) -> Any:
    made = functools.cached_property(function)
    made.attrname = name
    return made
