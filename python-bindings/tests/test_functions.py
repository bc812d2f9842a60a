"""Methods made from the registry, and the stubs that tell editors about them."""

from __future__ import annotations

import ast
import inspect
import sys
from pathlib import Path

import hypostyle as hs
import pytest
from hypostyle import _functions, _native

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))


def test_stubs_are_what_the_registry_generates():
    import generate_stubs

    assert generate_stubs.TARGET.read_text() == generate_stubs.stubs(), "run python-bindings/generate_stubs.py"
    ast.parse(generate_stubs.stubs())


def test_native_stubs_name_what_there_is():
    """Names and parameters of the hand-written stubs of the native module."""
    tree = ast.parse((ROOT / "python" / "hypostyle" / "_native.pyi").read_text())
    stubbed = {node.name: node for node in tree.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    there = {name for name in dir(_native) if not name.startswith("_")}
    assert set(stubbed) == there
    for name, node in stubbed.items():
        if isinstance(node, ast.ClassDef):
            cls = getattr(_native, name)
            members = {part.name: part for part in node.body if isinstance(part, ast.FunctionDef)}
            found = {member for member in vars(cls) if not member.startswith("__")}
            assert {member for member in members if not member.startswith("__")} == found, name
            functions = {f"{name}.{member}": (getattr(cls, member), part) for member, part in members.items()}
        else:
            functions = {name: (getattr(_native, name), node)}
        for label, (function, part) in functions.items():
            if not callable(function) or label.rsplit(".")[-1].startswith("__"):
                continue
            expected = [arg.arg for arg in [*part.args.args, *part.args.kwonlyargs]]
            assert list(inspect.signature(function).parameters) == expected, label


@pytest.mark.parametrize("spec", _functions.specs(), ids=lambda spec: f"{spec.kind}-{spec.name}")
def test_every_function_is_a_documented_method(spec):
    if not spec.args:
        return
    method = getattr(hs.Expr, _functions.python_name(spec.name))
    assert method.__doc__.startswith(spec.doc.splitlines()[0])
    parameters = list(inspect.signature(method).parameters)[1:]
    assert len(parameters) == len(spec.args) - 1 + len(spec.params)


def test_namespaces_have_pandas_names():
    text, moment = hs.col("s").str, hs.col("t").dt
    for name in ("upper", "lower", "len", "contains", "startswith", "endswith", "strip", "replace", "slice"):
        assert callable(getattr(text, name)), name
    for name in ("year", "month", "day", "hour", "minute", "second", "dayofyear", "quarter"):
        assert isinstance(getattr(moment, name), hs.Expr), name
    assert not hasattr(text, "year") and not hasattr(moment, "upper")


def test_expressions_show_what_they_are():
    assert repr(hs.col("x") + 1 > hs.col("y")) == "((x + 1) > y)"
    assert repr(hs.col("s").str.upper().alias("S")) == "upper(s) as S"
    assert repr(~hs.col("b")) == "not b"
    assert repr(hs.lit(None)) == "null"
    assert repr(hs.col("x").corr("y")) == "corr(x, y)"


def test_wrong_calls_are_ordinary_type_errors():
    with pytest.raises(TypeError, match="unexpected keyword argument 'dof'"):
        hs.col("x").std(dof=1)
    with pytest.raises(TypeError, match="positional"):
        hs.col("s").str.upper(1, 2)
    with pytest.raises(ValueError, match="ddof must be"):
        hs.DataFrame({"x": [1.0]})["x"].std(ddof="a")
    with pytest.raises(TypeError, match="a column's label can be hashed"):
        hs.col([1])


def test_conditions():
    df = hs.DataFrame({"x": [-1, 0, 5, None]})
    sign = hs.when(hs.col("x") > 0).then("plus").when(hs.col("x") < 0).then("minus").otherwise("zero")
    assert df.assign(sign=sign)["sign"].to_list() == ["minus", "zero", "plus", "zero"]
    assert df.assign(y=hs.when(hs.col("x") > 0).then(hs.col("x")))["y"].to_list() == [None, None, 5, None]


def test_casts():
    df = hs.DataFrame({"s": ["1", "x"], "f": [1.9, -1.9]})
    assert df.select(hs.col("s").cast(int, "lenient"))["s"].to_list() == [1, None]
    assert df.select(hs.col("f").cast("int64", mode="lossy"))["f"].to_list() == [1, -1]
    with pytest.raises(ValueError, match="no cast mode"):
        hs.col("s").cast(int, "gentle")
