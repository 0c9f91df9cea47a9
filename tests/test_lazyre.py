"""Lazy expressions behave as compiled ones."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from scorer.lazyre import lazy


def test_methods_are_the_patterns_own() -> None:
    word = lazy(r"\w+", re.ASCII)
    assert word.findall("a bc") == ["a", "bc"]
    assert word.pattern == r"\w+"
    assert word.sub("-", "a b") == "- -"
    with pytest.raises(AttributeError):
        word.nonsense


def test_every_lazy_expression_in_the_program_compiles() -> None:
    import importlib

    import scorer

    root = Path(scorer.__file__).parent
    seen = 0
    for path in root.rglob("*.py"):
        names = [
            target.id
            for node in ast.parse(path.read_text("utf-8")).body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
            if isinstance(node.value.func, ast.Name) and node.value.func.id == "lazy"
            for target in node.targets
            if isinstance(target, ast.Name)
        ]
        if names:
            module = importlib.import_module(
                ".".join(("scorer", *path.relative_to(root).with_suffix("").parts))
            )
            for name in names:
                assert getattr(module, name).groups >= 0
                seen += 1
    assert seen > 50
