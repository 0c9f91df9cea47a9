"""Mailings written for this project, in a small markup, turned into drafts.

Public corpora hold almost no wanted mail in other languages than English and little recent fraud; these mailings,
invented by the authors, hold both. Every domain in them ends in the reserved `.example`, which is taken off here, so
that no file of the project names a working address. Wanted and unwanted mailings are set in the same few page
designs, chosen by a hash of their id, so that nothing of the page tells the class.

A line of a body is a block: `# heading`, `- item`, `~ small print`, `^ hidden preheader`, `![alt](picture)`,
`[label](address)` alone (a button), or a paragraph, in which links may stand.
"""

from __future__ import annotations

import hashlib
import html
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import msgspec

_SUFFIX = re.compile(r"(\.[a-z0-9-]{2,24})\.example(?![\w.-]*\w)", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\]]*)\]\(((?:https?://|mailto:)[^)\s]*)\)")


class Written(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """One mailing as it is written down; `label` is "bad" or "wanted"."""

    id: str
    language: str
    label: str
    kind: str
    from_name: str
    from_: str
    reply_to: str
    subject: str
    body: str


def read_written(data: bytes) -> list[Written]:
    """The mailings of a JSONL file.

    Raises:
        msgspec.DecodeError: a line is not such a mailing.
    """
    return [msgspec.json.decode(line, type=Written) for line in data.splitlines() if line.strip()]


def draft_of(mailing: Written) -> bytes:
    """The mailing as a draft on the wire: From, Reply-To, Subject, and an HTML page or plain text."""
    seed = hashlib.sha256(mailing.id.encode()).digest()
    body = _real(mailing.body)
    message = EmailMessage(policy=SMTP)
    user, _, domain = _real(mailing.from_).rpartition("@")
    message["From"] = Address(mailing.from_name, user, domain)
    if mailing.reply_to:
        message["Reply-To"] = _real(mailing.reply_to)
    message["Subject"] = " ".join(mailing.subject.split())
    plain = not re.search(r"^(?:#|~|\^|!?\[)", body, re.MULTILINE)
    if plain and seed[0] % 2:
        message.set_content(_as_text(body))
        return bytes(message)
    page = _page(body, seed[1] % len(_DESIGNS))
    if seed[2] % 2:
        message.set_content(_as_text(body))
        message.add_alternative(page, subtype="html")
        # A boundary made up at random would make another corpus of the same mailings each time.
        message.set_boundary(f"=_{seed.hex()[:24]}")
    else:
        message.set_content(page, subtype="html")
    return bytes(message)


def _real(text: str) -> str:
    return _SUFFIX.sub(r"\1", text)


def _as_text(body: str) -> str:
    lines = [line.lstrip("#~^ ") for line in body.split("\n")]
    return "\n\n".join(_LINK.sub(lambda m: f"{m[1]} {m[2]}".strip(), line) for line in lines) + "\n"


_DESIGNS = (
    (
        '<table width="600" align="center" cellpadding="0" cellspacing="0"><tr><td>',
        "</td></tr></table>",
        '<p style="font-family:Arial,sans-serif;font-size:15px">',
        '<table><tr><td bgcolor="#1f5fbf"><a style="color:#ffffff" href="{0}">{1}</a></td></tr></table>',
    ),
    (
        '<div style="max-width:640px;margin:0 auto;font-family:Helvetica,Arial,sans-serif">',
        "</div>",
        "<p>",
        '<p><a href="{0}" style="display:inline-block;padding:10px 18px;background:#2b7a4b;color:#fff">{1}</a></p>',
    ),
    ("", "", "<p>", '<p><a href="{0}">{1}</a></p>'),
)


def _page(body: str, design: int) -> str:
    start, end, paragraph, button = _DESIGNS[design]
    blocks = [_block(line, paragraph, button) for line in body.split("\n") if line.strip()]
    return f"<html><body>{start}\n" + "\n".join(blocks) + f"\n{end}</body></html>\n"


def _block(line: str, paragraph: str, button: str) -> str:
    line = line.strip()
    alone = _LINK.fullmatch(line)
    if alone and line.startswith("!"):
        return f'<img src="{html.escape(alone[2])}" alt="{html.escape(alone[1])}">'
    if alone:
        return button.format(html.escape(alone[2]), html.escape(alone[1]))
    mark, text = (line[0], line[1:].strip()) if line[0] in "#~^-" and line[1:2] in (" ", "#") else ("", line)
    inner = _inline(text.lstrip("# "))
    if mark == "#":
        return f"<h1>{inner}</h1>"
    if mark == "~":
        return f'<p style="font-size:11px;color:#666666">{inner}</p>'
    if mark == "^":
        return f'<div style="display:none;max-height:0">{inner}</div>'
    if mark == "-":
        return f"<ul><li>{inner}</li></ul>"
    return f"{paragraph}{inner}</p>"


def _inline(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for match in _LINK.finditer(text):
        pieces.append(html.escape(text[done : match.start()]))
        if match[0].startswith("!"):
            pieces.append(f'<img src="{html.escape(match[2])}" alt="{html.escape(match[1])}">')
        else:
            pieces.append(f'<a href="{html.escape(match[2])}">{html.escape(match[1])}</a>')
        done = match.end()
    return "".join([*pieces, html.escape(text[done:])])
