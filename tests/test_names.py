"""What notebooks, docs, benchmarks and tools take from the program by name is there.

Nothing is imported or run: a notebook's cell that names what was removed is found before the notebook is run, and so
is a benchmark, which no test runs.
"""

from __future__ import annotations

import ast
import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("scorer", "tests", "tools", "benchmarks")
IMPORT = re.compile(r"^ *(from scorer[\w.]* import [\w, ]+|import scorer[\w.]*)$", re.MULTILINE)


def sources() -> Iterator[tuple[str, str]]:
    """Names of files and the Python in them."""
    for folder in ("benchmarks", "tools"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        yield path.name, "\n".join(code)
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        yield path.name, "\n".join(IMPORT.findall(path.read_text("utf-8")))


def file_of(module: str) -> Path | None:
    """The file of a module, or the folder of a package without one."""
    where = ROOT.joinpath(*module.split("."))
    found = (where / "__init__.py", where.with_suffix(".py"), where)
    return next((path for path in found if path.exists()), None)


@functools.cache
def defined(module: str) -> frozenset[str]:
    """The names that a module binds at its top level, whatever the condition."""
    path = file_of(module)
    assert path is not None
    if path.is_dir():
        return frozenset()
    names = {"__doc__", "__file__", "__name__"}
    left: list[ast.AST] = [ast.parse(path.read_text("utf-8"))]
    while left:
        node = left.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        else:
            left += ast.iter_child_nodes(node)
    return frozenset(names)


def absent(source: str) -> list[str]:
    """What a text in Python imports from this project, or reads from a module of it, and what is not there."""
    tree = ast.parse(source)
    modules, wanted = {}, []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            wanted += [(alias.name, "") for alias in node.names]
            modules |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                wanted.append((node.module, alias.name))
                if file_of(f"{node.module}.{alias.name}"):
                    modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            wanted.append((modules[node.value.id], node.attr))
    return [
        f"{module}.{name}" if name else module
        for module, name in wanted
        if module.partition(".")[0] in PACKAGES
        and (
            not file_of(module) or (name and name not in defined(module) and not file_of(f"{module}.{name}"))
        )
    ]


def test_every_name_is_there() -> None:
    found = dict(sources())
    assert {"README.md", "history.md", "04-past-campaigns.ipynb"} <= set(found)
    assert {name: missing for name, source in found.items() if (missing := absent(source))} == {}


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("from scorer.mime import no_such_thing", ["scorer.mime.no_such_thing"]),
        ("import scorer.no_such_module", ["scorer.no_such_module"]),
        ("from scorer.campaigns import charts\ncharts.pie", ["scorer.campaigns.charts.pie"]),
        ("from scorer import risk as r, Draft\nr.no_such_thing", ["scorer.risk.no_such_thing"]),
        ("import json\nfrom scorer.mime import parse_message\nfrom scorer.tables import weights", None),
    ],
)
def test_a_name_that_is_not_there_is_found(source: str, missing: list[str] | None) -> None:
    assert absent(source) == (missing or ["scorer.tables.weights"])
