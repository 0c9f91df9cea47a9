"""A mailing that can be edited: the fields that remedies change."""

from __future__ import annotations

import msgspec

from scorer.draft import Draft
from scorer.message import Message

# Where the reader gave up, what it did not read would be lost with an edit.
_PARTLY_READ = (
    "nested-too-deep",
    "too-many-parts",
    "unreadable-structure",
    "text-too-large",
    "header-too-many",
)
_FIELDS = {"from": "from_", "reply-to": "reply_to", "sender": "sender", "to": "to", "subject": "subject"}


class Mailing(msgspec.Struct, frozen=True):
    """What edits may change.

    `headers` holds (name, decoded value) in order. `html` and `text` are None where the message has no such
    part, or has several, or one that was only read in part: those are not edited. `dropped` are the paths of
    attachments to take out; `encode` the names (lower case) of header fields to write anew although their
    value stays; `recode` the paths of parts to encode anew, text as UTF-8; `repairs` what is to be done to
    the structure: "rebuild" (write the message anew as far as it can be read), "reorder" (plain text before
    HTML). `notes` are sentences about what an edit did or leaves for the author to do.
    """

    headers: tuple[tuple[str, str], ...]
    html: str | None
    text: str | None
    dropped: tuple[str, ...] = ()
    encode: tuple[str, ...] = ()
    recode: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The first value of that name, "" if there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def with_header(self, name: str, value: str | None) -> Mailing:
        """This mailing with one field of that name (in the place of the first), or none if value is None."""
        kept: list[tuple[str, str]] = []
        done = value is None
        for key, old in self.headers:
            if key.lower() != name.lower():
                kept.append((key, old))
            elif not done:
                kept.append((key, value or ""))
                done = True
        if not done:
            kept.append((name, value or ""))
        return msgspec.structs.replace(self, headers=tuple(kept))

    def with_note(self, note: str) -> Mailing:
        """This mailing with one more note, unless it is there already."""
        return self if note in self.notes else msgspec.structs.replace(self, notes=(*self.notes, note))

    def with_repair(self, repair: str) -> Mailing:
        """This mailing with one more repair of its structure."""
        return msgspec.structs.replace(self, repairs=tuple(dict.fromkeys((*self.repairs, repair))))

    def with_html(self, html: str) -> Mailing:
        return msgspec.structs.replace(self, html=html)

    def with_text(self, text: str) -> Mailing:
        return msgspec.structs.replace(self, text=text)

    def same_content(self, other: Mailing) -> bool:
        """Whether the two differ in nothing but notes."""
        return msgspec.structs.replace(self, notes=()) == msgspec.structs.replace(other, notes=())


def mailing_of(message: Message) -> Mailing:
    """The editable fields of a message."""
    return Mailing(
        headers=tuple((header.name, header.value) for header in message.headers),
        html=_editable(message, "text/html", message.html),
        text=_editable(message, "text/plain", message.text),
    )


def _editable(message: Message, content_type: str, text: str | None) -> str | None:
    if text is None or message.has_defect(*_PARTLY_READ):
        return None
    parts = [part for part in message.parts if part.content_type == content_type and part.text is not None]
    return text if len(parts) == 1 else None


def edited_draft(draft: Draft, old: Mailing, new: Mailing) -> Draft:
    """An editor's draft with the same changes, for the editor to take over."""
    changes: dict[str, object] = {}
    if new.html != old.html:
        changes["html"] = new.html
    if new.text != old.text:
        changes["text"] = new.text
    for name, field in _FIELDS.items():
        if new.header(name) != old.header(name) or name in new.encode:
            changes[field] = new.header(name)
    changes["headers"] = _further_headers(draft, old, new)
    if new.dropped:
        # Attachments of a composed draft are the parts 1.2, 1.3 … of a multipart/mixed.
        gone = {int(path.rpartition(".")[2]) - 2 for path in new.dropped if path.rpartition(".")[2].isdigit()}
        changes["attachments"] = tuple(a for i, a in enumerate(draft.attachments) if i not in gone)
    return msgspec.structs.replace(draft, **changes)


def _further_headers(draft: Draft, old: Mailing, new: Mailing) -> dict[str, str]:
    """The draft's own further fields with what changed, appeared or went."""
    skipped = {*_FIELDS, "mime-version", "content-type", "content-transfer-encoding"}
    left = {name.lower() for name, _ in new.headers}
    had = {name.lower() for name, _ in old.headers}
    further = {
        name: value
        for name, value in draft.headers.items()
        if name.lower() in left or name.lower() not in had or name.lower() in skipped
    }
    for name, value in new.headers:
        lower = name.lower()
        if lower in skipped or (old.header(name) == new.header(name) == value and lower not in new.encode):
            continue
        further = {key: kept for key, kept in further.items() if key.lower() != lower}
        further[name] = new.header(name)
    return further
