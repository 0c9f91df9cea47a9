"""A German mailing without the provider's particulars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked
from scorer.said import say
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="no-imprint",
    group="law",
    severity="warning",
    title="No imprint in a German mailing",
    why=(
        "In Germany the provider of a commercial newsletter has to keep its particulars (name, address, contact, "
        "register) easy to find, as on a web site: in the mail or by a link called Impressum. It has no part in "
        "the risk of the spam folder."
    ),
    fixes={
        "main": Fix(
            text="Add a link to your Impressum to the footer, or the particulars themselves.", kind="author"
        )
    },
    limits=(
        "Only mailings from domains below .de are judged. The words Impressum, Anbieterkennzeichnung and Kontakt, a "
        "register number or a VAT number count as an imprint; whether it is complete is not judged."
    ),
    sources=(
        Source(
            "§ 5 Digitale-Dienste-Gesetz (DDG)",
            "https://www.gesetze-im-internet.de/ddg/__5.html",
            "2024-05-14",
        ),
        Source(
            "IHK Rhein-Neckar, Informationspflichten im Internet",
            "https://www.ihk.de/rhein-neckar/recht/wirtschaftsrecht/internet/informationspflichten-internet-938654",
            "2026-11-24",
        ),
    ),
    needs=("identity", "unsubscribe", "links", "content"),
    about="odd sender's domain",
    messages={"main": "The mailing from {domain} has no link or section called Impressum."},
    fails=Example(
        draft={
            "from": "Wanderladen <post@wanderladen.de>",
            "subject": "Neue Stiefel",
            "html": (
                "<p>Die neuen Stiefel sind da, und wer bis Samstag kommt, bekommt das Wachs dazu geschenkt. "
                "Auch die Rucksäcke für den Winter stehen schon im Laden.</p>"
                '<p><a href="https://www.wanderladen.de/ab">Newsletter abbestellen</a></p>'
            ),
        },
        sending={"category": "marketing", "adds_footer": False},
    ),
    passes=Example(
        draft={
            "from": "Wanderladen <post@wanderladen.de>",
            "subject": "Neue Stiefel",
            "html": (
                "<p>Die neuen Stiefel sind da, und wer bis Samstag kommt, bekommt das Wachs dazu geschenkt. "
                "Auch die Rucksäcke für den Winter stehen schon im Laden.</p>"
                "<p>Wanderladen GmbH, Amtsgericht Gera, HRB 12345, USt-IdNr. DE123456789. "
                '<a href="https://www.wanderladen.de/ab">Newsletter abbestellen</a></p>'
            ),
        },
        sending={"category": "marketing", "adds_footer": False},
    ),
)

ENOUGH_WORDS = 20
_IMPRINT = lazy(
    r"impressum|imprint|anbieterkennzeichnung|kontakt|legal notice|\bHR[AB] ?\d|handelsregister|vereinsregister|ust-?id|"
    r"geschäftsführ|vertreten durch",
    re.IGNORECASE,
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    domain = facts.identity.author_domain
    if not domain.endswith(".de"):
        return
    subscribed = facts.subscribed
    if isinstance(subscribed, Unknown):
        yield Unchecked(subscribed.reason)
        return
    if not subscribed or facts.sending.adds_footer is True:
        return
    message = facts.message
    if _IMPRINT.search(message.visible_text) or _IMPRINT.search(message.text or ""):
        return
    if any(_IMPRINT.search(link.href[:2000]) or _IMPRINT.search(link.text) for link in facts.links.all):
        return
    if facts.content.words < ENOUGH_WORDS:
        yield Unchecked(
            "there is too little text to say whether an imprint is in it, in a picture for instance"
        )
    elif isinstance(facts.sending.adds_footer, Unknown):
        yield Unchecked(
            say("no imprint is in the draft, and {reason}", reason=facts.sending.adds_footer.reason)
        )
    else:
        yield Hit(
            params={"domain": domain}, evidence=(Evidence("header", "From", facts.message.get("from")[:120]),)
        )
