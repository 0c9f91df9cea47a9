"""A web page or an SVG picture is attached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.attachments import at, extension, shown_name
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="html-attachment",
    group="attachments",
    severity="error",
    title="HTML or SVG file attached",
    why=(
        "An attached page opens in the browser with nothing to check it, and can run scripts. Phishing "
        "uses HTML and SVG attachments so often that many gateways take them out."
    ),
    fixes={
        "main": Fix(
            text="Put the page on your web site and link to it; attach pictures as PNG or JPEG.",
            kind="edit",
            edit="remove-attachment",
        ),
    },
    limits="The HTML part of the mailing itself and pictures shown in it are not meant.",
    sources=(
        Source(
            "SecurityBrief, Microsoft details AI-powered defences against novel SVG phishing",
            "https://securitybrief.com.au/story/microsoft-details-ai-powered-defences-against-novel-svg-phishing",
            "2025-09",
        ),
        Source(
            "MITRE ATT&CK, T1027.006 HTML Smuggling",
            "https://attack.mitre.org/techniques/T1027/006/",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="attachments",
    messages={
        "main": "{file} is a web page or an SVG picture and opens in the browser.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "invoice.htm",
                    "content": "PGh0bWw+PGJvZHk+SW52b2ljZTwvYm9keT48L2h0bWw+",
                    "content_type": "text/html",
                }
            ],
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "invoice.html.pdf",
                    "content": "JVBERi0xLjQKJSVFT0YK",
                    "content_type": "application/pdf",
                }
            ],
        }
    ),
)


_PAGES = frozenset(("htm", "html", "shtml", "xhtml", "xht", "mht", "mhtml", "svg", "svgz"))
_TEXTS = frozenset(("txt", "csv", "eml", "md"))
_TYPES = frozenset(("text/html", "application/xhtml+xml", "image/svg+xml"))


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for attached pages, by name or by content."""
    for attachment in facts.message.attachments:
        ending = extension(attachment.filename)
        page = ending in _PAGES or attachment.content_type in _TYPES
        by_content = attachment.real_type == "text/html" and ending not in _TEXTS
        if page or (by_content and not attachment.inline):
            yield Hit(
                {"file": shown_name(attachment)},
                (at(attachment),),
                fix_params={"path": attachment.path, "filename": attachment.filename},
            )
