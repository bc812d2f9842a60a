"""The values of the user's modules that a function may read: worker processes import these modules themselves, and would
have the values of their files, not those that they were given since."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import functools
import pickle
import sys
import types
from collections.abc import Collection, Iterator
from typing import Any

#: Bytes of a value, and values in it, at most: larger ones are those that the module itself makes.
LARGEST, MOST = 1 << 20, 10_000

#: Types whose values are nothing but themselves.
_PLAIN = frozenset(
    {bool, int, float, complex, str, bytes, bytearray, type(None), range, decimal.Decimal}
    | {dt.date, dt.datetime, dt.time, dt.timedelta, types.SimpleNamespace}
)
_MANY = frozenset({list, tuple, set, frozenset})
#: Functions under another object.
_BOUND = (staticmethod, classmethod)


def values_of(root: Any, modules: Collection[str]) -> dict[str, bytes]:
    """The values of those of the user's modules that a function, or what it refers to, comes from or uses, packed."""
    found = {name: _values(name, modules) for name in sorted(_reached(root, modules))}
    return {name: values for name, values in found.items() if values}


def set_values(values: dict[str, bytes], known: dict[str, bytes]) -> None:
    """Gives modules of this process these values; ``known`` are those that they have."""
    import importlib

    for name, packed in values.items():
        if known.get(name) == packed and name in sys.modules:
            continue
        try:
            module = importlib.import_module(name)
        except Exception:
            # The function says so, if it needs it.
            continue
        for key, value in pickle.loads(packed).items():
            setattr(module, key, pickle.loads(value))
        known[name] = packed


def _values(name: str, own: Collection[str]) -> bytes:
    """The values of a module; nothing if there are none."""
    found = {}
    for key, value in list(vars(sys.modules[name]).items()):
        if key.startswith("__") or not _is_data(value, own):
            continue
        try:
            packed = pickle.dumps(value, protocol=5)
        except Exception:
            # What cannot be copied is the module's own affair.
            continue
        if len(packed) <= LARGEST:
            found[key] = packed
    return pickle.dumps(found, protocol=5) if found else b""


def _is_data(value: Any, own: Collection[str]) -> bool:
    """Whether it is a value that somebody may have set, and not a function, a class or a thing of a library."""
    waiting, left = [value], MOST
    while waiting:
        one, left = waiting.pop(), left - 1
        kind = type(one)
        if left < 0:
            return False
        if kind in _PLAIN:
            continue
        if kind in _MANY or kind is dict:
            if len(one) > left:
                return False
            waiting.extend(one)
            waiting.extend(one.values() if kind is dict else ())
        elif not _is_thing(one, own):
            return False
    return True


def _is_thing(value: Any, own: Collection[str]) -> bool:
    """Whether it is a small array, or of a class that the user wrote."""
    kind = type(value)
    if kind.__module__ == "numpy":
        return int(getattr(value, "nbytes", LARGEST + 1)) <= LARGEST
    if callable(value) or isinstance(value, types.ModuleType):
        return False
    return kind.__module__ in own or isinstance(value, enum.Enum) or dataclasses.is_dataclass(value)


def _reached(root: Any, own: Collection[str]) -> set[str]:
    """The user's modules that functions and classes come from, or use by name, and those that these use."""
    found: set[str] = set()
    waiting, seen = [root, *getattr(root, "__dict__", {}).values()], {}
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        # Kept, so that its number stays its own.
        seen[id(one)] = one
        name = getattr(one, "__name__" if isinstance(one, types.ModuleType) else "__module__", None)
        if isinstance(name, str) and name in own and name not in found:
            found.add(name)
            waiting.append(sys.modules[name])
        waiting.extend(_next(one, own))
    return found


def _next(one: Any, own: Collection[str]) -> Iterator[Any]:
    """What a function or a thing refers to."""
    if isinstance(one, types.FunctionType):
        for name in _names(one.__code__):
            if name in one.__globals__:
                yield one.__globals__[name]
            elif name in own:
                yield sys.modules[name]  # which it imports
        yield from [*(one.__defaults__ or ()), *(one.__kwdefaults__ or {}).values()]
        for cell in one.__closure__ or ():
            try:
                yield cell.cell_contents
            except ValueError:  # it is empty
                continue
    elif isinstance(one, types.MethodType):
        yield from (one.__func__, one.__self__)
    elif isinstance(one, functools.partial):
        yield from (one.func, *one.args, *one.keywords.values())
    elif isinstance(one, _BOUND):
        yield one.__func__
    elif isinstance(one, types.ModuleType):
        # Functions, classes and modules alone; values lead nowhere.
        if one.__name__ in own:
            kinds = (types.FunctionType, types.ModuleType, type)
            yield from (value for value in list(vars(one).values()) if isinstance(value, kinds))
    elif isinstance(one, type):
        if one.__module__ in own or one.__module__ == "__main__":
            yield from (*one.__bases__, *vars(one).values())
    elif type(one) in _MANY or type(one) is dict:
        if len(one) <= MOST:
            yield from one.values() if type(one) is dict else one
    elif type(one).__module__ in own or type(one).__module__ == "__main__":
        yield type(one)
        yield from getattr(one, "__dict__", {}).values()
    elif hasattr(one, "__wrapped__"):
        yield one.__wrapped__


def _names(code: types.CodeType) -> Iterator[str]:
    """The names that a function's code, and that of functions within it, asks for."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)
