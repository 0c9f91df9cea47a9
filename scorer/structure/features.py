"""The features of the structure model: each a number with cut points, so that no value can run away.

A feature enters the model as the list of cut points that its value reaches: a step function of the value, which
training may only let rise (`direction` 1), only fall (-1) or shape freely (0). What an archive adds or invents is
not measured: no header's presence, no boundary, charset, mailer, encoding or date.
"""

from __future__ import annotations

import msgspec


class Feature(msgspec.Struct, frozen=True):
    """One feature. `title` is for people. `invented` is true where a bare page put into a draft has a made-up
    value (its sender): training does not learn from it there."""

    id: str
    title: str
    direction: int
    cuts: tuple[float, ...]
    invented: bool = False

    @property
    def prior(self) -> float:
        """The weight of each cut point before any data, in log-odds."""
        return PRIORS.get(self.id, 0.0)


# Judgement of the author, for what the public corpora show too seldom or in one era only; data moves these weights.
PRIORS = {
    "sender.new-tld": 0.3,
    "sender.free-mail": 0.3,
    "links.none-to-sender": 0.3,
    "sender.name-other-domain": 0.6,
    "sender.borrows-name": 1.0,
    "reply.other-mailbox": 0.6,
    "links.hosted-free": 0.3,
    "links.punycode": 0.5,
    "links.site-intruded": 0.8,
    "links.images-elsewhere": 0.6,
    "text.brand-elsewhere": 0.4,
    "subject.damaged": 0.3,
    "says.credentials": 0.25,
    "says.urgency": 0.15,
    "says.extortion": 0.4,
    "says.fortune": 0.3,
    "says.crypto": 0.15,
    "says.prize": 0.2,
    "says.generic_greeting": 0.2,
    "says.loan": 0.2,
    "says.investment": 0.2,
    "says.job": 0.15,
    "says.lonely": 0.2,
    "says.cold": 0.15,
    "links.mailto-free": 0.8,
    "text.free-mail": 0.4,
    "subject.credentials": 0.3,
    "subject.fortune": 0.3,
    "subject.urgency": 0.2,
    "sender.domain-random": 0.15,
    "sender.host-random": 0.2,
    "links.main-random": 0.15,
    "optout.link": -0.2,
    "optout.wording": -0.3,
    "says.reason": -0.2,
    "says.browser": -0.2,
    "sender.name-fits": -0.3,
    "links.to-sender": -0.2,
    "sender.in-text": -0.3,
    "sender.name-in-text": -0.2,
    "links.social": -0.1,
}


def _yes(id: str, title: str, direction: int, invented: bool = False) -> Feature:
    return Feature(id, title, direction, (1,), invented)


_COUNT = (1, 2, 3)

FEATURES: tuple[Feature, ...] = (
    # the sender
    _yes("sender.institution", "The sender's domain is of a school, a state or an institution", -1, True),
    _yes(
        "sender.new-tld", "The sender's domain is under one of the newer generic top-level domains", 1, True
    ),
    Feature("sender.domain-depth", "Names below the sender's own domain", 0, (1, 2, 3), True),
    Feature(
        "sender.domain-random",
        "The sender's domain looks like a random string",
        1,
        (0.2, 0.4, 0.6, 0.8),
        True,
    ),
    Feature(
        "sender.host-random",
        "The names below the sender's domain look like random strings",
        1,
        (0.3, 0.6),
        True,
    ),
    Feature("sender.domain-digits", "Digits in the sender's domain", 1, (1, 3), True),
    Feature("sender.domain-hyphens", "Hyphens in the sender's domain", 1, (1, 2), True),
    Feature("sender.domain-length", "Length of the sender's domain name", 0, (6, 10, 14, 18, 24), True),
    Feature("sender.local-random", "The part before the @ looks like a random string", 1, (0.3, 0.6), True),
    Feature("sender.local-digits", "Digits before the @ of the sender's address", 1, (1, 3, 5), True),
    _yes("sender.role", "The sender is a role (news, info, noreply …)", 0, True),
    _yes("sender.name-other-domain", "The sender's name shows another domain than the address", 1, True),
    Feature("sender.name-fits", "The sender's name and domain have words in common", -1, (0.3, 0.6), True),
    Feature(
        "sender.name-odd", "Shouting, digits, symbols or underscores in the sender's name", 1, _COUNT, True
    ),
    _yes("sender.free-mail", "The sender's address is at a free-mail provider", 1, True),
    _yes(
        "sender.borrows-name",
        "The sender's name uses a company's name, the domain is not the company's",
        1,
        True,
    ),
    _yes("sender.in-text", "The text names the sender's domain", -1, True),
    _yes("sender.name-in-text", "The text names the sender", -1, True),
    _yes("reply.other-mailbox", "Answers go to another mailbox at a free-mail provider", 1, True),
    # the links
    Feature("links.count", "Number of links", 0, (1, 2, 3, 5, 9, 17, 33)),
    Feature("links.targets", "Different addresses that the links lead to", -1, (2, 3, 5, 9, 17)),
    Feature("links.texts", "Different link texts", -1, (2, 4, 8, 16)),
    Feature("links.domains", "Domains that the links lead to", 0, (1, 2, 3, 5, 8)),
    Feature(
        "links.to-sender",
        "Share of the links that lead to the sender's domain",
        -1,
        (0.01, 0.3, 0.6, 0.9),
        True,
    ),
    _yes("links.none-to-sender", "There are links, none leads to the sender's domain", 1, True),
    _yes("links.images-from-sender", "Pictures come from the sender's domain", -1, True),
    Feature(
        "links.related", "Share of the links to domains with a name like the sender's", -1, (0.1, 0.5), True
    ),
    Feature(
        "links.main-share", "Share of the links that lead to the domain linked most", 0, (0.5, 0.75, 0.95)
    ),
    Feature("links.main-random", "The domain linked most looks like a random string", 1, (0.2, 0.4, 0.6)),
    Feature("links.main-digits", "Digits in the domain linked most", 1, (1, 3)),
    Feature("links.main-hyphens", "Hyphens in the domain linked most", 1, (1, 2)),
    Feature("links.main-length", "Length of the host name linked most", 1, (20, 28, 36, 48)),
    Feature("links.main-depth", "Names below the domain linked most", 0, (1, 2, 3)),
    _yes(
        "links.main-new-tld", "The domain linked most is under one of the newer generic top-level domains", 1
    ),
    _yes("links.in-text", "The text names the domain linked most", -1),
    Feature(
        "links.hosted-free",
        "Share of the links to free hosting, storage or site builders",
        1,
        (0.01, 0.5, 0.9),
    ),
    _yes("links.punycode", "A link leads to a domain with letters beyond ASCII", 1),
    _yes("links.site-intruded", "A link leads into the internals of a web site", 1),
    _yes("links.fragment-data", "A link carries data behind a #", 1),
    Feature("links.empty", "Links that lead nowhere", 0, (1, 3)),
    Feature("links.social", "Social networks linked", -1, (1, 2, 3)),
    Feature("links.mailto", "Links that open a new mail", 0, (1, 3)),
    _yes("links.mailto-free", "A link opens a mail to an address at a free-mail provider", 1),
    _yes("links.images-elsewhere", "Pictures come from a brand's domain, the links do not go there", 1),
    _yes("optout.link", "There is a link out of the list", -1),
    _yes(
        "optout.link-to-sender",
        "The link out of the list leads to the sender's or its service's other links' domain",
        -1,
    ),
    _yes("optout.wording", "The text says how to get off the list", -1),
    # the page
    _yes("page.html", "The mailing is HTML", 0),
    Feature("page.words", "Number of words", 0, (10, 25, 50, 100, 200, 400, 800, 1600)),
    Feature("page.words-per-link", "Words for each link", 0, (3, 8, 20, 50)),
    Feature("page.text-share", "Share of the HTML that is visible text", 0, (0.02, 0.05, 0.1, 0.2, 0.4)),
    Feature("page.images", "Number of pictures", 0, (1, 2, 4, 8, 16)),
    Feature("page.alt-share", "Share of the pictures with a text in their place", -1, (0.3, 0.7)),
    Feature("page.huge-text", "Texts set in very large letters", 0, (1, 2)),
    # the words, whatever the language
    Feature("text.shouting", "Share of the words in capitals", 0, (0.03, 0.1, 0.3)),
    Feature("text.exclamations", "Exclamation marks for each hundred words", 0, (0.3, 1, 3)),
    _yes("text.large-sum", "A sum of money in the hundred thousands or more", 1),
    _yes("text.sums", "Sums of money", 0),
    Feature("text.phone", "Telephone numbers", 0, (1,)),
    _yes("text.free-mail", "The text names an address at a free-mail provider", 1),
    Feature("text.dates-places", "Numbers with words as in postal addresses", -1, (1, 2)),
    _yes("text.copyright", "A copyright mark", 0),
    _yes(
        "text.brand-elsewhere", "A well-known brand is named, and neither sender nor links are the brand's", 1
    ),
    Feature("text.paragraphs", "Lines of text", 0, (3, 8, 20, 50)),
    Feature("text.quotes", "Lines that quote another letter", -1, (1, 4)),
    _yes("text.reply-line", "A line that says who wrote what is answered", -1),
    _yes("text.signature", "A signature set off from the text", 0),
    Feature("text.long-words", "Share of long strings that are no words", 1, (0.01, 0.05)),
    # the subject
    Feature("subject.words", "Words in the subject", 0, (2, 4, 7, 11)),
    Feature("subject.exclamations", "Exclamation marks in the subject", 1, (1, 2)),
    _yes("subject.list", "The subject names a list in brackets", -1),
    Feature("subject.digits", "Longest number in the subject", 1, (5, 7, 10)),
    Feature("subject.symbols", "Emoji and symbols in the subject", 0, (1, 2)),
    _yes("subject.damaged", "Letters of the subject are lost or of mixed scripts", 1),
    _yes("subject.in-text", "Half of the subject's words stand in the text", -1),
    *(
        Feature(f"says.{name}", title, direction, cuts)
        for name, title, direction, cuts in (
            ("credentials", "Asks for account, password or identity", 1, (1, 2, 4, 7)),
            ("urgency", "Presses for time", 1, (1, 2, 4)),
            ("prize", "Speaks of prizes, rewards and gifts", 1, (1, 2, 4)),
            ("fortune", "Speaks of fortunes, funds and inheritances", 1, (1, 2, 4, 7)),
            ("delivery", "Speaks of parcels and delivery", 1, (1, 2, 4)),
            ("invoice", "Speaks of invoices and payments", 1, (1, 2, 4)),
            ("click", "Tells the reader to click or to open", 1, (1, 2, 3)),
            ("crypto", "Speaks of cryptocurrency", 1, (1, 2, 4)),
            ("extortion", "Speaks of hacked devices and recordings", 1, (1, 2, 4)),
            ("health", "Speaks of remedies and slimming", 1, (1, 2, 4)),
            ("sex", "Speaks of sex", 1, (1, 2, 4)),
            ("gambling", "Speaks of gambling", 1, (1, 2)),
            ("replica", "Speaks of replicas, loans, diplomas and stock tips", 1, (1, 2, 4)),
            ("loan", "Offers a loan", 1, (1, 2, 4)),
            ("investment", "Promises returns", 1, (1, 2, 4)),
            ("job", "Offers work from home", 1, (1, 2, 4)),
            ("lonely", "Seeks acquaintance", 1, (1, 2, 4)),
            ("cold", "Offers to do something for the reader's web site", 1, (1, 2, 4)),
            ("reason", "Says why the reader gets it", -1, (1, 2)),
            ("browser", "Offers a view in the browser", -1, (1, 2)),
            ("imprint", "Has an imprint: address, terms, privacy", -1, (1, 2, 4)),
            ("share", "Invites to follow or to forward", -1, (1, 2)),
            ("newsletter", "Speaks of issues, events and reading on", -1, (1, 3, 6)),
            ("generic_greeting", "Greets nobody in particular", 1, (1, 2)),
        )
    ),
    *(
        Feature(f"subject.{name}", title, direction, (1, 2))
        for name, title, direction in (
            ("credentials", "The subject speaks of account, password or identity", 1),
            ("urgency", "The subject presses for time", 1),
            ("prize", "The subject speaks of prizes and gifts", 1),
            ("fortune", "The subject speaks of fortunes", 1),
            ("delivery", "The subject speaks of parcels", 1),
            ("invoice", "The subject speaks of invoices and payments", 1),
            ("newsletter", "The subject speaks of issues and events", -1),
        )
    ),
)

COLUMNS: tuple[tuple[int, float], ...] = tuple(
    (number, cut) for number, feature in enumerate(FEATURES) for cut in feature.cuts
)
"""Each column of the model: the feature's number and the cut point that its value has to reach."""


def layout() -> list[str]:
    """What an artefact is bound to: every feature with its cut points, in order."""
    return ["structure/1", *(f"{feature.id} {feature.cuts}" for feature in FEATURES)]
