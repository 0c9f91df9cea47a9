"""The message as it was written: headers, parts, text, page, and everything that was malformed.

Values only; `scorer.mime` makes them from bytes and `scorer.draft` from an editor's draft.
"""

from __future__ import annotations

import msgspec

from scorer.domains.addresses import Mailbox, parse_mailbox_list
from scorer.kept import kept
from scorer.page import Page
from scorer.screen import VISIBLE


class Defect(msgspec.Struct, frozen=True):
    """One oddity met while reading. `where` is a header's name or a part's path, "" for the whole message."""

    id: str
    where: str = ""
    detail: str = ""


class Header(msgspec.Struct, frozen=True):
    """One header field: `value` decoded (RFC 2047) and unfolded, `raw` as it stood (undecodable bytes as
    surrogate escapes), both without the trailing line break."""

    name: str
    value: str
    raw: str


class Member(msgspec.Struct, frozen=True):
    """A file inside an archive, by name; nothing is unpacked. `size` in bytes when unpacked, as declared."""

    name: str
    size: int
    encrypted: bool = False


class Attachment(msgspec.Struct, frozen=True):
    """A part that is a file. `real_type` is what its first bytes say ("" if they say nothing known)."""

    path: str
    filename: str
    content_type: str
    real_type: str
    size: int
    inline: bool = False
    has_macros: bool = False
    encrypted: bool = False
    members: tuple[Member, ...] = ()


class Part(msgspec.Struct, frozen=True):
    """A leaf of the MIME tree. `path` counts from "1"; `size` in bytes after transfer decoding; `text` is
    the decoded text of a text part that belongs to the message itself (not to a forwarded one)."""

    path: str
    content_type: str
    charset: str
    encoding: str
    disposition: str
    size: int
    text: str | None = None


class Message(msgspec.Struct, frozen=True, dict=True):
    """A mailing as written.

    `text` and `html` are the decoded bodies (None if the message has no such part). `size` counts the bytes
    of the message as given. `composed` is true where this program put an editor's fields into MIME, so that
    the structure is not the author's doing. `transported` is true where the message has been through a mail
    server already. `raw` is kept for the verification of signatures and for remedies.
    """

    headers: tuple[Header, ...]
    parts: tuple[Part, ...]
    attachments: tuple[Attachment, ...]
    text: str | None
    html: str | None
    defects: tuple[Defect, ...]
    size: int
    composed: bool
    forwarded: bool
    raw: bytes

    @kept
    def _index(self) -> dict[str, tuple[Header, ...]]:
        index: dict[str, tuple[Header, ...]] = {}
        for header in self.headers:
            name = header.name.lower()
            index[name] = (*index[name], header) if name in index else (header,)
        return index

    def all(self, name: str) -> tuple[Header, ...]:
        """Every header field of that name (any case), in order."""
        return self._index.get(name.lower(), ())

    def has_any(self, names: frozenset[str]) -> bool:
        """Whether there is a header field of any of these names (in lower case)."""
        return not names.isdisjoint(self._index)

    @property
    def repeated(self) -> tuple[str, ...]:
        """The names (in lower case) of which there are several header fields."""
        return tuple([name for name, found in self._index.items() if len(found) > 1])

    def get(self, name: str) -> str:
        """The decoded value of the first header of that name, "" if there is none."""
        found = self._index.get(name.lower())
        return found[0].value if found else ""

    @property
    def subject(self) -> str:
        return self.get("subject")

    @property
    def transported(self) -> bool:
        return "received" in self._index or "return-path" in self._index

    @kept
    def authors(self) -> tuple[Mailbox, ...]:
        """The mailboxes of the first From field."""
        return parse_mailbox_list(self.get("from"))

    @kept
    def page(self) -> Page | None:
        """The HTML body read as a page; None if there is no HTML."""
        from scorer.html import read_page

        return None if self.html is None else read_page(self.html)

    @kept
    def visible_text(self) -> str:
        """What a reader sees: the page's visible text, else the text part."""
        page = self.page
        if page is not None and (page.visible or self.text is None):
            return page.visible
        return self.text or ""

    @kept
    def gates(self) -> frozenset[int]:
        """The gates of `scorer.screen.VISIBLE` that the visible text opens."""
        return VISIBLE.open(self.visible_text)

    def has_defect(self, *ids: str) -> bool:
        return any(defect.id in ids for defect in self.defects)
