"""A link leads straight to a program or a disk image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from scorer.domains import is_blocked_by_gmail
from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="link-to-dangerous-file",
    group="links",
    severity="warning",
    title="Link that downloads a program",
    why=(
        "Links that download a program at once are how malware is spread since programs are refused as "
        "attachments. Browsers warn, and filters fetch and distrust them."
    ),
    fixes={
        "main": Fix(text="Link to a page about the download instead of the file itself.", kind="author"),
    },
    limits=(
        "Recognised by the ending of the address. Endings that are also parts of domain names or of web "
        "pages (.com, .js), or that serve pages (.dll), are left out."
    ),
    sources=(
        Source(
            "Gmail Help, File types blocked in Gmail",
            "https://support.google.com/mail/answer/6590",
            "2026-11-23",
        ),
        Source(
            "Rspamd, MIME_BAD_EXTENSION (2.0 of 15), conf/scores.d/mime_types_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/mime_types_group.conf",
            "2026-11-24",
        ),
    ),
    needs=("links",),
    about="links",
    messages={
        "main": (
            "A link leads straight to the file {file}, of a type that mail providers refuse as an attachment."
        ),
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.fjellsport.example/files/catalogue.exe">Open the catalogue</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.fjellsport.example/files/catalogue.exe/">Open the catalogue</a> <a href="https://www.fjellsport.example/catalogue.pdf?from=a.exe">PDF</a></p>',
        }
    ),
)


_ORDINARY = frozenset(
    ("com", "js", "mjs", "lib", "sys", "ins", "isp", "img", "ex", "ex_", "mde", "nsh", "dll", "adp")
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the path ends in a file type that Gmail refuses."""
    for link in facts.links.web:
        if link.query and ("cgi" in link.path or "/scripts/" in link.path):
            # An old way to serve pages: the program runs on the server.
            continue
        file = link.path[-300:].rpartition("/")[2]
        if "." not in file and "%" not in file:
            continue
        file = unquote(file)
        ending = file.rpartition(".")[2].lower()
        if "." in file and ending not in _ORDINARY and is_blocked_by_gmail(file):
            yield Hit({"file": file[-80:]}, (at(link),))
