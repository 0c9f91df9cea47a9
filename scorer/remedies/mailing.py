"""A mailing that can be edited: the fields that remedies change, and how they go back into the message."""

from __future__ import annotations

import email
import email.message
import email.policy
from email.generator import BytesGenerator
from email.header import Header as EncodedHeader
from io import BytesIO

import msgspec

from scorer.draft import Draft
from scorer.message import Message


class Mailing(msgspec.Struct, frozen=True):
    """What edits may change. `headers` holds (name, decoded value) in order; `dropped` the paths of
    attachments to take out; `notes` what an edit leaves for the author to do."""

    headers: tuple[tuple[str, str], ...]
    html: str | None
    text: str | None
    dropped: tuple[str, ...] = ()
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


def mailing_of(message: Message) -> Mailing:
    """The editable fields of a message."""
    return Mailing(
        headers=tuple((header.name, header.value) for header in message.headers),
        html=message.html,
        text=message.text,
    )


def rewrite(message: Message, old: Mailing, new: Mailing) -> bytes:
    """The message's bytes with what differs between `old` and `new` put in; the rest stays as it was."""
    tree = email.message_from_bytes(message.raw)
    if old.headers != new.headers:
        _set_headers(tree, old, new)
    if new.dropped:
        _drop(tree, set(new.dropped))
    if new.html is not None and new.html != old.html:
        _set_part(tree, "text/html", new.html)
    if new.text is not None and new.text != old.text:
        if _part(tree, "text/plain") is not None:
            _set_part(tree, "text/plain", new.text)
        else:
            _add_text(tree, new.text)
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=email.policy.compat32.clone(linesep="\r\n")).flatten(tree)
    return out.getvalue()


def edited_draft(draft: Draft, old: Mailing, new: Mailing) -> Draft:
    """An editor's draft with the same changes, for the editor to take over."""
    names = {"from": "from_", "reply-to": "reply_to", "sender": "sender", "to": "to", "subject": "subject"}
    changes: dict[str, object] = {}
    if new.html != old.html:
        changes["html"] = new.html
    if new.text != old.text:
        changes["text"] = new.text
    for name, field in names.items():
        if new.header(name) != old.header(name):
            changes[field] = new.header(name)
    own = {name.lower() for name in draft.headers}
    extra = dict(draft.headers)
    for name, value in new.headers:
        lower = name.lower()
        if lower in names or lower in ("mime-version", "content-type", "content-transfer-encoding"):
            continue
        if lower not in own or old.header(name) != value:
            extra = {key: kept for key, kept in extra.items() if key.lower() != lower} | {name: value}
    left = {name.lower() for name, _ in new.headers}
    changes["headers"] = {name: value for name, value in extra.items() if name.lower() in left}
    if new.dropped:
        # Attachments of a composed draft are the parts 1.2, 1.3 … of a multipart/mixed.
        gone = {int(path.rpartition(".")[2]) - 2 for path in new.dropped if path.rpartition(".")[2].isdigit()}
        changes["attachments"] = tuple(a for i, a in enumerate(draft.attachments) if i not in gone)
    return msgspec.structs.replace(draft, **changes)


def _set_headers(tree: email.message.Message, old: Mailing, new: Mailing) -> None:
    """Change the fields whose values differ; those that do not keep their bytes."""
    for name in dict.fromkeys(key.lower() for key, _ in (*old.headers, *new.headers)):
        before = [value for key, value in old.headers if key.lower() == name]
        after = [(key, value) for key, value in new.headers if key.lower() == name]
        if before == [value for _, value in after]:
            continue
        first = True
        for key, value in after:
            encoded = _encoded(key, value)
            if first and tree.get(key) is not None:
                tree.replace_header(key, encoded)
                _keep_first(tree, key)
            else:
                tree[key] = encoded
            first = False
        if not after:
            del tree[name]


def _keep_first(tree: email.message.Message, name: str) -> None:
    fields = tree._headers  # type: ignore[attr-defined]  # there is no public way to delete the second alone
    seen = False
    kept = []
    for key, value in fields:
        if key.lower() == name.lower():
            if seen:
                continue
            seen = True
        kept.append((key, value))
    fields[:] = kept


def _encoded(name: str, value: str) -> str:
    if value.isascii():
        return value
    if name.lower() in ("from", "reply-to", "sender", "to", "cc"):
        from scorer.draft import encode_addresses

        return encode_addresses(value)
    return EncodedHeader(value, "utf-8", header_name=name).encode()


def _part(tree: email.message.Message, content_type: str) -> email.message.Message | None:
    """The first part of that type that is the message's own: no attachment, not inside a forwarded message."""
    if tree.get_content_type() == content_type and not tree.is_multipart():
        return None if tree.get_content_disposition() == "attachment" else tree
    if tree.get_content_maintype() == "message":
        return None
    for child in tree.get_payload() if tree.is_multipart() else ():
        if isinstance(child, email.message.Message):
            found = _part(child, content_type)
            if found is not None:
                return found
    return None


def _set_part(tree: email.message.Message, content_type: str, text: str) -> None:
    part = _part(tree, content_type)
    if part is not None:
        _fill(part, text, content_type)


def _fill(part: email.message.Message, text: str, content_type: str) -> None:
    del part["content-transfer-encoding"]
    if part.get("content-type") is None:
        part["Content-Type"] = content_type
    part.set_payload(text.encode("utf-8", "replace").decode("utf-8"), "utf-8")


def _leaf(text: str) -> email.message.Message:
    part = email.message.Message()
    part["Content-Type"] = "text/plain; charset=utf-8"
    part.set_payload(text, "utf-8")
    return part


def _add_text(tree: email.message.Message, text: str) -> None:
    """Put a text part before the HTML part, in a multipart/alternative."""
    html = _part(tree, "text/html")
    if html is None:
        return
    parent = _parent(tree, html)
    if parent is not None and parent.get_content_type() == "multipart/alternative":
        parent.get_payload().insert(0, _leaf(text))
        return
    inner = email.message.Message()
    for name in ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID"):
        if html.get(name) is not None:
            inner[name] = str(html[name])
            del html[name]
    inner.set_payload(html.get_payload())
    html["Content-Type"] = "multipart/alternative"
    html.set_payload([_leaf(text), inner])
    if tree.get("mime-version") is None:
        tree["MIME-Version"] = "1.0"


def _parent(tree: email.message.Message, part: email.message.Message) -> email.message.Message | None:
    for node in tree.walk():
        if node.is_multipart() and any(child is part for child in node.get_payload()):
            return node
    return None


def _drop(tree: email.message.Message, paths: set[str], path: str = "1") -> None:
    payload = tree.get_payload()
    if not isinstance(payload, list):
        return
    kept = []
    for number, child in enumerate(payload, 1):
        own = f"{path}.{number}"
        if own in paths:
            continue
        _drop(child, paths, own)
        kept.append(child)
    tree.set_payload(kept)
