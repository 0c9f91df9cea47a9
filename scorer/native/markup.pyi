from collections.abc import Callable

from scorer.page import Page

def read(
    html: str,
    raw: bytes,
    size: int,
    sheet: dict[str, str],
    helpers: tuple[Callable[[str], object], Callable[[str], object], Callable[[str | None], int | None]],
    max_elements: int,
    max_depth: int,
) -> Page | None: ...
def is_plainly_bounded(source: bytes, nesting: int, few: int, copies: int, long_: int) -> bool: ...
def utf8(text: str) -> bytes: ...
