"""What rules look through, and what they cannot do without: told once for all rules, before any of them is asked.

Of a message that has nothing of what a rule is about (`Rule.about`) the rule has nothing to say. Where a fact is
unknown that it cannot do without (`Rule.known`), all it has to say is that fact's reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from scorer.domains import imitated_brand, is_freemail, is_plain_address
from scorer.lazyre import lazy
from scorer.rules.links import is_odd_host
from scorer.rules.rule import About, Check, Rule
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts


_USUAL_SCHEMES = frozenset(("http", "https", "mailto", "tel", "fragment"))
_UNSUBSCRIBE = frozenset(("list-unsubscribe", "list-unsubscribe-post"))
_MOST_BOXES = 5
_LONGEST_LINK = 2000
_LONGEST_SUBJECT = 200
_USUAL_NAME = lazy(r"\s*[A-Za-z0-9][A-Za-z0-9 .,;:&()'!?/+_-]*")
# ASCII but ":", "/", "!", "?" and "$".
_USUAL_SUBJECT = lazy(r"[\[(\"']?[A-Za-z0-9][ \"#%-.0-9;-<>=@-~]*")


def _has_odd_links(facts: Facts) -> bool:
    """A link with a flaw, another scheme, an IP address, a port, credentials, an A-label or endless length."""
    return any(
        link.flaw
        or link.scheme not in _USUAL_SCHEMES
        or link.is_ip
        or link.port is not None
        or link.has_credentials
        or len(link.href) > _LONGEST_LINK
        or "xn--" in link.host
        for link in facts.links.all
    )


def _has_odd_sender(facts: Facts) -> bool:
    """Not one author with a name of plain characters and a plain address, or a domain that is not plain."""
    identity = facts.identity
    if len(identity.from_) != 1:
        return True
    author = identity.from_[0]
    if not _USUAL_NAME.fullmatch(author.display_name) or not is_plain_address(author.address):
        return True
    return any(
        not box.domain.isascii() or "xn--" in box.domain
        for boxes in (identity.from_, identity.reply_to, identity.sender)
        for box in boxes
    )


def _has_odd_domain(facts: Facts) -> bool:
    """A sender's domain of a mailbox provider, of Germany (where an imprint is law), or in the likeness of a brand."""
    identity = facts.identity
    boxes = (*identity.from_[:_MOST_BOXES], *identity.reply_to[:_MOST_BOXES], *identity.sender[:_MOST_BOXES])
    return any([_is_odd_domain(box.domain) for box in boxes if box.domain])  # noqa: C419  (a few: faster)


@lru_cache(maxsize=4096)
def _is_odd_domain(domain: str) -> bool:
    return domain.endswith(".de") or is_freemail(domain) or imitated_brand(domain) is not None


def _has_odd_subject(facts: Facts) -> bool:
    """No subject, or a long one, or all in capitals, or with a colon, a slash, strong punctuation, letters beyond
    ASCII or the name of a site."""
    subject = facts.message.subject
    if len(subject) > _LONGEST_SUBJECT or subject.isupper() or not _USUAL_SUBJECT.fullmatch(subject):
        return True
    return "ww." in subject.lower()


def _has_unusual_letters(facts: Facts) -> bool:
    return not facts.message.subject.isascii() or not facts.content.visible.isascii()


def _has_tags(facts: Facts) -> bool:
    return bool(facts.content.merge_tags or facts.content.subject_merge_tags)


def _has_active_page(facts: Facts) -> bool:
    page = facts.message.page
    if page is None:
        return False
    embedded = page.forms or page.frames or page.objects or page.stylesheets
    return bool(embedded or page.scripts or page.handlers or page.refresh)


PRESENT: dict[About, Callable[[Facts], bool]] = {
    "links": lambda facts: bool(facts.links.all),
    "odd links": _has_odd_links,
    "links to odd hosts": lambda facts: any(map(is_odd_host, facts.links.hosts)),
    "links without hosts": lambda facts: any(not link.host for link in facts.links.all),
    "links that name a host": lambda facts: any(link.text_host and link.in_html for link in facts.links.web),
    "page": lambda facts: facts.message.page is not None,
    "active page": _has_active_page,
    "concealed text": lambda facts: bool(facts.content.concealed),
    "attachments": lambda facts: bool(facts.message.attachments),
    "defects": lambda facts: bool(facts.message.defects),
    "letters beyond ASCII": _has_unusual_letters,
    "merge tags": _has_tags,
    "odd subject": _has_odd_subject,
    "odd sender": _has_odd_sender,
    "odd sender's domain": _has_odd_domain,
    "list-unsubscribe": lambda facts: facts.message.has_any(_UNSUBSCRIBE),
    "volume": lambda facts: not isinstance(facts.sending.volume_per_day, Unknown),
    "reply-to": lambda facts: bool(facts.identity.reply_to),
    "sender": lambda facts: bool(facts.identity.sender),
    "signatures": lambda facts: bool(facts.authentication.signatures_seen),
}
"""Whether a message has what a rule may be about ("message" is always there). What is odd is there more often than a
rule fires, never less often."""


def absent_of(facts: Facts) -> frozenset[About]:
    """What the message has none of; nothing where that cannot be told, so that the rules say why."""
    try:
        return frozenset([about for about, is_present in PRESENT.items() if not is_present(facts)])
    except Exception:
        return frozenset()


class Step(NamedTuple):
    """A rule in its turn: to be asked, or (`missing` >= 0) to be reported as not checked for want of a fact."""

    rule: Rule
    check: Check
    missing: int


class Agenda:
    """Which of some rules are to be asked, told from what a message has and what is known of it. Messages are alike in
    that, so what was worked out for one serves the next."""

    _MOST = 500

    def __init__(self, rules: Iterable[tuple[Rule, Check]]) -> None:
        self._rules = tuple(rules)
        abouts = {rule.about for rule, _ in self._rules}
        self._present = [(about, is_present) for about, is_present in PRESENT.items() if about in abouts]
        self.known = tuple(dict.fromkeys([name for rule, _ in self._rules for name in rule.known]))
        # It gives a tuple for two names and more.
        self._values = attrgetter(*self.known, "message", "sending")
        self._all = tuple([Step(rule, check, -1) for rule, check in self._rules])
        self._steps: dict[tuple[bool, ...], tuple[Step, ...]] = {}
        self._made: dict[tuple[str, int], Step] = {}

    def steps(self, facts: Facts) -> tuple[tuple[Step, ...], tuple[object, ...]]:
        """What there is to do in the rules' order, and the facts that `Step.missing` counts in."""
        try:
            values: tuple[object, ...] = self._values(facts)
            state = (
                *[is_present(facts) for _, is_present in self._present],
                *[isinstance(value, Unknown) for value in values],
            )
        except Exception:  # All are asked: those that this hits are reported, and no others.
            return self._all, ()
        steps = self._steps.get(state)
        if steps is None:
            if len(self._steps) >= self._MOST:
                self._steps.clear()
            steps = self._steps[state] = self._worked_out(state)
        return steps, values

    def _worked_out(self, state: tuple[bool, ...]) -> tuple[Step, ...]:
        absent = {
            about for (about, _), is_present in zip(self._present, state, strict=False) if not is_present
        }
        unknown = [
            name for name, missing in zip(self.known, state[len(self._present) :], strict=False) if missing
        ]
        return tuple(
            [self._step(rule, check, unknown) for rule, check in self._rules if rule.about not in absent]
        )

    def _step(self, rule: Rule, check: Check, unknown: Collection[str]) -> Step:
        missing = next((self.known.index(name) for name in rule.known if name in unknown), -1)
        return self._made.setdefault((rule.id, missing), Step(rule, check, missing))
