"""The compiled twins of the functions that take most of the time.

Each module here is written in Cython and does, to the last digit, what functions in Python do that are kept beside
their callers: those run where nothing was compiled (no C compiler when the package was built) and say what is right.
`MAILING_SCORER_PURE=1` in the environment turns everything compiled off. A caller asks for a module so:

    try:
        from scorer.native import words
    except ImportError:
        words = None
"""

from __future__ import annotations

import os
from pathlib import Path

if os.environ.get("MAILING_SCORER_PURE"):
    __path__.clear()  # Nothing below this package can be imported.


def compiled() -> tuple[str, ...]:
    """The names of the compiled modules that this installation has and uses."""
    here = Path(__file__).parent
    found = {path.name.partition(".")[0] for path in (*here.glob("*.so"), *here.glob("*.pyd"))}
    return tuple(sorted(found)) if __path__ else ()
