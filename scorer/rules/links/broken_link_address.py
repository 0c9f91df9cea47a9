"""The address of a link is malformed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Param, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="broken-link-address",
    group="links",
    severity="error",
    title="Link whose address cannot be opened",
    why=(
        "No browser can open the address, so the link is dead, and filters read malformed addresses as "
        "an attempt to hide where a link leads."
    ),
    fixes={
        "main": Fix(text="Correct the address of the link, and try it.", kind="author"),
        "doubled": Fix(text="Take one of the two away.", kind="edit", edit="replace-link"),
    },
    limits="Only the form is judged; whether the page exists is not tried.",
    sources=(
        Source("RFC 3986, 3.2 Authority", "https://www.rfc-editor.org/rfc/rfc3986#section-3.2", "2005-01"),
        Source(
            "Rspamd, URL_NO_TLD (2.0 of 15), conf/scores.d/url_suspect_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/url_suspect_group.conf",
            "2026-11-24",
        ),
    ),
    needs=("links",),
    about="odd links",
    messages={
        "main": 'The link "{text}" has an address that cannot be opened: {href}.',
        "doubled": 'The link "{text}" has http:// or https:// twice: {href}.',
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="http://https://fjellsport.example/offer">The offer</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://fjellsport.example/share?u=http://https://other.example">The offer</a></p>',
        }
    ),
)


_FLAWS = frozenset(("bad-host", "no-host", "unparsable"))
_BARE = lazy(r"https?:/{0,2}#?", re.IGNORECASE)
_DOUBLED = lazy(r"https?:/{0,2}(?=https?:?//)", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for flaws of the address itself; an address with nothing in it is the finding of another rule."""
    for link in facts.links.web:
        href = link.href.strip()
        if link.flaw not in _FLAWS or _BARE.fullmatch(href):
            continue
        params: dict[str, Param] = {"text": link.text[:60], "href": href[:120]}
        if _DOUBLED.match(href):
            mended = re.sub(r"^(https?):?//", r"\1://", _DOUBLED.sub("", href, count=1), flags=re.IGNORECASE)
            yield Hit(
                params,
                (at(link),),
                message="doubled",
                fix="doubled",
                fix_params={"index": link.index, "href": mended[:2000]},
            )
        else:
            yield Hit(params, (at(link),))
