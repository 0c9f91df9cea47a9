"""Pages that edits and reruns of one mailing share: reading one is much of the time that a rerun takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scorer.html import read_page
from scorer.page import Page

MOST = 8
_held: dict[str, Page] = {}
_users: list[None] = []
"""One for each search that is going on, in whatever thread."""


def page_of(html: str) -> Page:
    """The HTML read as a page."""
    page = _held.get(html)
    if page is None:
        page = read_page(html)
        if _users and len(_held) < MOST:
            _held[html] = page
    return page


@contextmanager
def sharing(html: str | None, page: Page | None) -> Iterator[None]:
    """While remedies are sought, pages are kept, beginning with this one; afterwards nothing of the mailing is."""
    from scorer.remedies.markup import scan
    from scorer.remedies.plaintext import plain_text

    _users.append(None)
    if html is not None and page is not None:
        _held[html] = page
    try:
        yield
    finally:
        _users.pop()
        _held.clear()
        scan.cache_clear()
        plain_text.cache_clear()
