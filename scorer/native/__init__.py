"""The compiled twins of the functions that take most of the time.

Each module here is written in Cython and does, to the last digit, what functions in Python do that are kept beside
their callers: those run where nothing was compiled (no C compiler when the package was built) and say what is right.
`MAILING_SCORER_PURE=1` in the environment turns everything compiled off. A caller asks for a module so:

    try:
        from scorer.native import words
    except ImportError:
        words = None

A checkout whose source of a module is newer than what was compiled of it does without: `python hatch_build.py`.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES

_FOLDER = os.path.dirname(__file__)  # noqa: PTH120  pathlib would be a part of every cold start


def compiled() -> tuple[str, ...]:
    """The names of the compiled modules that this installation has and uses."""
    if not __path__:
        return ()
    return tuple(sorted(name for name, made in _made().items() if made >= _written(name)))


def _made() -> dict[str, float]:
    """When each module was compiled for this Python."""
    suffix = EXTENSION_SUFFIXES[0]
    with os.scandir(_FOLDER) as found:
        return {
            one.name.removesuffix(suffix): one.stat().st_mtime for one in found if one.name.endswith(suffix)
        }


def _written(name: str) -> float:
    """When its source was written; an installed package has none."""
    try:
        return os.stat(os.path.join(_FOLDER, name + ".pyx")).st_mtime  # noqa: PTH116, PTH118
    except OSError:
        return 0.0


if os.environ.get("MAILING_SCORER_PURE"):
    __path__.clear()  # Nothing below this package can be imported.
else:
    for _name in _made().keys() - set(compiled()):
        sys.modules[f"{__name__}.{_name}"] = None  # type: ignore[assignment]  # None: its import fails
