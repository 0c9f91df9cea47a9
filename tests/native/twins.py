"""Modules as they are where nothing was compiled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def pure(*modules: ModuleType) -> Iterator[None]:
    """Within it, `modules` run their twins in Python."""
    kept = [
        (module, name, value)
        for module in modules
        for name, value in vars(module).items()
        if name.startswith("_native")
    ]
    assert {module for module, _, _ in kept} == set(modules)
    for module, name, _ in kept:
        setattr(module, name, None)
    try:
        yield
    finally:
        for module, name, value in kept:
            setattr(module, name, value)
