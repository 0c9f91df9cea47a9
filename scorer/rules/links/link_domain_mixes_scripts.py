"""The domain of a link mixes writing systems within one label."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import display_domain, imitated_brand, mixed_scripts, restriction_level
from scorer.domains.scripts import named
from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="link-domain-mixes-scripts",
    group="links",
    severity="error",
    title="Link domain mixes alphabets",
    why=(
        "A Cyrillic а in a Latin name looks like the real thing and is another domain. Gmail wants the "
        "domains in a mailing to be at least highly restrictive by UTS 39. A name wholly in one script "
        "is fine, whichever it is."
    ),
    fixes={
        "main": Fix(text="Write the name in one script, or link to another domain.", kind="author"),
    },
    limits=("Judged by UTS 39, 5.2. Japanese, Chinese and Korean together with Latin are ordinary and pass."),
    sources=(
        Source(
            "Unicode Technical Standard 39, 5.2 Restriction-Level Detection",
            "https://www.unicode.org/reports/tr39/#Restriction_Level_Detection",
            "2026-11-23",
        ),
        Source(
            "Google, Email sender guidelines (message formatting)",
            "https://support.google.com/a/answer/81126",
            "2026-07-02",
        ),
        Source(
            "Rspamd, URL_HOMOGRAPH_ATTACK (5.0 of 15), conf/scores.d/url_suspect_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/url_suspect_group.conf",
            "2026-11-24",
        ),
    ),
    needs=("links",),
    about="odd links",
    messages={
        "main": "A link leads to {host}, where one name mixes the scripts {scripts}.",
        "characters": "A link leads to {host}, whose name has characters that domain names should not have.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://fjellѕport.example/offer">The offer</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://новости.example/offer">The offer</a></p>',
        }
    ),
)


_LOOSE = frozenset(("moderately-restrictive", "minimally-restrictive", "unrestricted"))


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for a label below highly restrictive. An imitated brand is the finding of another rule."""
    for link in facts.links.web:
        if "xn--" not in link.host or imitated_brand(link.host):
            continue
        shown = display_domain(link.host)
        for label in shown.split("."):
            if label.startswith("xn--") or restriction_level(label) not in _LOOSE:
                continue
            scripts = named(mixed_scripts(label))
            if scripts:
                yield Hit({"host": shown, "scripts": scripts}, (at(link),))
            else:
                yield Hit({"host": shown}, (at(link),), message="characters", severity="warning")
            break
