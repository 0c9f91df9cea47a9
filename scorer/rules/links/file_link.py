"""A link leads to a disk or a file server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="file-link",
    group="links",
    severity="error",
    title="Link to a file on your own computer",
    why=(
        "The file is on your computer or in your network; recipients get an error. Links to file servers "
        "can also make Windows send a user's credentials, so filters distrust them."
    ),
    fixes={
        "main": Fix(text="Put the file on your web site and link to it there.", kind="author"),
    },
    limits="Recognised by file:, a drive letter or two backslashes.",
    sources=(Source("RFC 8089, The file URI Scheme", "https://www.rfc-editor.org/rfc/rfc8089", "2017-02"),),
    needs=("links",),
    about="odd links",
    messages={
        "main": "A link leads to a file on a computer or a file server: {href}.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>The <a href="file:///C:/Users/anne/Desktop/prices.pdf">price list</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p>The <a href="https://fjellsport.example/file/C:/prices.pdf">price list</a></p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for paths of a disk or a file server."""
    for link in facts.links.all:
        if link.scheme in ("file", "smb"):
            yield Hit({"href": link.href.strip()[:120]}, (at(link),))
