"""The HTML redirects the reader by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.places import in_html
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="meta-refresh",
    group="content",
    severity="error",
    title="Automatic redirect",
    why=(
        "A redirect in the HTML takes the reader elsewhere without a click where it works at all. It "
        "serves attacks, and Rspamd counts it among its strongest marks."
    ),
    fixes={"main": Fix(text="Take the redirect out.", kind="edit", edit="remove-meta-refresh")},
    limits='Any <meta http-equiv="refresh"> counts, with and without an address.',
    sources=(
        Source(
            "Rspamd, symbol HTML_META_REFRESH_URL (5.0 of 15)",
            "https://github.com/rspamd/rspamd/tree/master/rules/regexp",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="active page",
    messages={"main": 'The HTML redirects the reader by itself: "{content}".'},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<head><meta http-equiv="refresh" content="0;url=https://nordlys.example/"></head><p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>',
        }
    ),
)
_TAG = lazy(r"<meta\b[^<>]{0,300}\brefresh\b[^<>]{0,300}>", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the page has one."""
    page = facts.message.page
    if page is not None and page.refresh:
        yield Hit(params={"content": page.refresh[:120]}, evidence=in_html(facts.message.html or "", _TAG))
