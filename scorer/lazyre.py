"""Regular expressions that are compiled when they are first used.

A cold `score message.eml` uses a third of the program's expressions; compiling the others would take longer
than scoring the message.
"""

from __future__ import annotations

import re
from typing import cast, overload

_METHODS = (
    "match",
    "fullmatch",
    "search",
    "finditer",
    "findall",
    "split",
    "sub",
    "subn",
    "pattern",
    "flags",
    "groups",
    "groupindex",
)


class _Lazy:
    """Stands for a pattern; after the first use its methods are the pattern's own, at no further cost."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self._source = (pattern, flags)

    def __getattr__(self, name: str) -> object:
        if name not in _METHODS:
            raise AttributeError(name)
        source, flags = self._source
        compiled: re.Pattern[str] | re.Pattern[bytes]
        compiled = re.compile(source, flags) if isinstance(source, str) else re.compile(source, flags)
        self.__dict__.update({method: getattr(compiled, method) for method in _METHODS})
        return self.__dict__[name]


@overload
def lazy(pattern: str, flags: int = 0) -> re.Pattern[str]: ...
@overload
def lazy(pattern: bytes, flags: int = 0) -> re.Pattern[bytes]: ...
def lazy(pattern: str | bytes, flags: int = 0) -> re.Pattern[str] | re.Pattern[bytes]:
    """As `re.compile`, but an error in the pattern shows at the first use (the tests use every one)."""
    return cast("re.Pattern[str]", _Lazy(pattern, flags))
