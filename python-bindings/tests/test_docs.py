"""Examples in docstrings and in the README run, and every public name is documented."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from pathlib import Path

import hypostyle as hs
import pytest

MODULES = [module.name for module in pkgutil.iter_modules(hs.__path__) if module.name != "_native"]


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name):
    assert doctest.testmod(importlib.import_module(f"hypostyle.{name}")).failed == 0


def test_package():
    assert doctest.testmod(hs).failed == 0


def test_readme():
    path = Path(__file__).parent.parent / "README.md"
    found = doctest.testfile(str(path), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert found.attempted > 5 and found.failed == 0


#: Written by pandas or into files: what they need may not be there, and what they write stays.
WITHOUT_EXAMPLE = {"boxplot", "hist", "plot", "style", "to_csv", "to_feather", "to_json", "to_parquet"}


@pytest.mark.parametrize("cls", [hs.DataFrame, hs.Series, hs.GroupBy])
def test_methods_have_examples(cls):
    silent = []
    for name in dir(cls):
        value = inspect.getattr_static(cls, name)
        function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        home = getattr(inspect.unwrap(function), "__code__", None) if callable(function) else None
        # Those made from the registry have their examples in docs/functions.md.
        if name.startswith("_") or home is None or home.co_filename == "<string>":
            continue
        if ">>>" not in (function.__doc__ or "") and not home.co_filename.endswith("_exports.py"):
            silent.append(name)
    assert not set(silent) - WITHOUT_EXAMPLE


@pytest.mark.parametrize("name", hs.__all__)
def test_everything_public_is_documented(name):
    thing = getattr(hs, name)
    if name == "__version__":
        return
    assert thing.__doc__
    if inspect.isclass(thing):
        for member, value in vars(thing).items():
            if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                assert value.__doc__, f"{name}.{member}"
