"""A verdict for each mailbox provider, from its own published requirements: apart from the probability.

The tables are `tables/requirements.toml`; here stands only how each requirement is judged from facts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from scorer.assessment import ProviderReport, ProviderVerdict, Requirement
from scorer.facts import Facts
from scorer.facts.authentication import Authentication
from scorer.facts.dmarc import DmarcRecord
from scorer.said import counted, joined, said, say
from scorer.unknown import Unknown

TABLE = Path(__file__).parent / "tables" / "requirements.toml"
_ORDER: tuple[ProviderVerdict, ...] = ("fine", "no mitigation", "junk", "rejected")
Judged = tuple[bool | None, str]


class RequirementLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the table."""

    id: str
    text: str
    applies: Literal["all", "bulk", "bulk-marketing"]
    consequence: Literal["no mitigation", "junk", "rejected"]
    code: str
    since: str
    checked: str
    source: str


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One provider. `bulk_from`: messages a day from which a sender is bulk; 0 where none is named."""

    id: str
    name: str
    bulk_from: int
    bulk_note: str
    requirement: tuple[RequirementLine, ...]


class _Table(msgspec.Struct, frozen=True):
    provider: tuple[Provider, ...]


@lru_cache(maxsize=1)
def providers() -> tuple[Provider, ...]:
    """The shipped tables."""
    return msgspec.convert(tomllib.loads(TABLE.read_text("utf-8")), _Table).provider


OF_THE_SENDER = frozenset({"complaints-0.3", "gmail-spam-rate"})
"""Rates that only the sender's past tells: unknown for most, said beside the verdict, and not in its way."""


class _Line:
    """A line of a table, and what was said of it before: most mailings meet most lines for the same reasons."""

    __slots__ = ("_known", "judge", "line")
    _MOST = 100

    def __init__(self, line: RequirementLine) -> None:
        self.line = line
        self.judge = _JUDGES[line.id]
        self._known: dict[Judged, tuple[Requirement, str]] = {}

    def told(self, answer: Judged) -> tuple[Requirement, str]:
        """The line with how it is met, and why there is no verdict (of use where that is not known)."""
        # A reason with values in it is of one mailing.
        if type(answer[1]) is not str:
            return self._told(answer)
        told = self._known.get(answer)
        if told is None:
            told = self._told(answer)
            if len(self._known) < self._MOST:
                self._known[answer] = told
        return told

    def _told(self, answer: Judged) -> tuple[Requirement, str]:
        line = self.line
        met, reason = answer
        requirement = Requirement(
            line.id,
            line.text,
            met,
            reason,
            line.consequence,
            line.code,
            line.since,
            line.checked,
            line.source,
        )
        if met is not None:
            return requirement, ""
        return requirement, say("required: {text}; {reason}", text=said(line.text), reason=reason)


@lru_cache(maxsize=1)
def _tables() -> tuple[tuple[Provider, tuple[_Line, ...]], ...]:
    return tuple((provider, tuple(map(_Line, provider.requirement))) for provider in providers())


def judge(facts: Facts, only: Sequence[str] = ()) -> tuple[ProviderReport, ...]:
    """The verdict of each provider (of `only`, where given)."""
    # Providers ask for the same things: each is judged once.
    judged: dict[str, Judged] = {}
    return tuple(
        [
            _report(provider, lines, facts, judged)
            for provider, lines in _tables()
            if not only or provider.id in only
        ]
    )


def is_bulk(provider: Provider, facts: Facts) -> Judged:
    """Whether the provider counts the sender as bulk."""
    volume = facts.sending.volume_per_day
    if provider.bulk_from == 0:
        if facts.sending.category == "marketing":
            return True, joined((say("a marketing mailing"), provider.bulk_note), "; ")
        return None, provider.bulk_note
    if isinstance(volume, Unknown):
        return None, "the volume a day is not known (--volume)"
    return volume >= provider.bulk_from, say("{count} a day", count=volume)


def _report(
    provider: Provider, table: tuple[_Line, ...], facts: Facts, judged: dict[str, Judged]
) -> ProviderReport:
    bulk, why_bulk = is_bulk(provider, facts)
    transactional = facts.sending.category == "transactional"
    lines: list[Requirement] = []
    worst: ProviderVerdict = "fine"
    open_ = ""  # why there is no verdict: what is met first
    reasons: list[str] = []
    unseen: list[str] = []
    for row in table:
        line = row.line
        id, applies = line.id, line.applies
        if applies != "all" and (bulk is False or (transactional and applies == "bulk-marketing")):
            continue
        answer = judged.get(id)
        if answer is None:
            answer = judged[id] = row.judge(facts)
        met, reason = answer
        requirement, why_open = row.told(answer)
        lines.append(requirement)
        if met:
            continue
        if met is None and id in OF_THE_SENDER:
            unseen.append(reason)
        elif met is None:
            open_ = open_ or why_open
        elif applies != "all" and bulk is None:
            open_ = open_ or say(
                "required of bulk senders: {text}; but {reason}; {bulk}",
                text=said(line.text),
                reason=reason,
                bulk=said(why_bulk),
            )
        else:
            reasons.append(
                say("{reason} (expect {code})", reason=reason, code=line.code) if line.code else reason
            )
            if _ORDER.index(line.consequence) > _ORDER.index(worst):
                worst = line.consequence
    if worst in ("junk", "rejected") or (worst == "no mitigation" and not open_):
        return ProviderReport(provider.id, provider.name, worst, joined(reasons, "; "), tuple(lines))
    if open_:
        return ProviderReport(provider.id, provider.name, "unknown", open_, tuple(lines))
    return ProviderReport(
        provider.id,
        provider.name,
        worst,
        joined((say("every published requirement is met"), *dict.fromkeys(unseen)), "; "),
        tuple(lines),
    )


def _spf(auth: Authentication) -> Judged:
    result = auth.spf_result
    if result == "unknown":
        return None, auth.spf.reason if isinstance(auth.spf, Unknown) else "SPF could not be evaluated"
    return result == "pass", say(
        "SPF gives {result} for {domain}", result=result, domain=str(auth.envelope_domain)
    )


def _dkim(auth: Authentication) -> Judged:
    passes = auth.dkim_passes
    if isinstance(passes, Unknown):
        return None, passes.reason
    return passes, "a DKIM signature passes" if passes else "no DKIM signature passes"


def _both(facts: Facts) -> Judged:
    (spf, spf_reason), (dkim, dkim_reason) = _spf(facts.authentication), _dkim(facts.authentication)
    if spf is False or dkim is False:
        return False, spf_reason if spf is False else dkim_reason
    if spf is None or dkim is None:
        return None, spf_reason if spf is None else dkim_reason
    return True, joined((spf_reason, dkim_reason))


def _either(facts: Facts) -> Judged:
    (spf, spf_reason), (dkim, dkim_reason) = _spf(facts.authentication), _dkim(facts.authentication)
    if spf or dkim:
        return True, spf_reason if spf else dkim_reason
    if spf is None or dkim is None:
        return None, spf_reason if spf is None else dkim_reason
    return False, joined((spf_reason, dkim_reason))


def _aligned(facts: Facts) -> Judged:
    aligned = facts.authentication.aligned
    if isinstance(aligned, Unknown):
        return None, aligned.reason
    domain = facts.authentication.author_domain
    return aligned, (
        say("{domain} is aligned", domain=domain)
        if aligned
        else say("neither SPF nor DKIM is aligned with {domain}", domain=domain)
    )


def _record(facts: Facts) -> Judged:
    dmarc = facts.authentication.dmarc
    if isinstance(dmarc, Unknown):
        return None, dmarc.reason
    record = dmarc.discovery.record
    if isinstance(record, Unknown):
        return None, record.reason
    if isinstance(record, DmarcRecord) and record.applies:
        return True, say("DMARC record at {domain}", domain=dmarc.discovery.found_at)
    return False, say("{domain} has no DMARC record", domain=facts.authentication.author_domain)


def _dmarc_pass(facts: Facts) -> Judged:
    record, reason = _record(facts)
    return _aligned(facts) if record else (record, reason)


def _policy(facts: Facts) -> Judged:
    dmarc = facts.authentication.dmarc
    if isinstance(dmarc, Unknown):
        return None, dmarc.reason
    if isinstance(dmarc.disposition, Unknown):
        return None, dmarc.disposition.reason
    if dmarc.disposition in ("reject", "quarantine"):
        return False, say(
            "DMARC fails and {domain} asks for such mail: {policy}",
            domain=dmarc.discovery.found_at,
            policy=dmarc.disposition,
        )
    return True, "the policy asks for nothing"


def _one_click(facts: Facts) -> Judged:
    uris, post = facts.unsubscribe.header_uris, facts.unsubscribe.post
    if isinstance(uris, Unknown) or isinstance(post, Unknown):
        return None, (uris if isinstance(uris, Unknown) else post).reason  # type: ignore[union-attr]
    https = any(uri.lower().startswith("https:") for uri in uris)
    if https and post.replace(" ", "").lower() == "list-unsubscribe=one-click":
        return True, "one-click unsubscribe is offered"
    return False, "one-click unsubscribe (RFC 8058) is not offered in the header"


def _list_unsubscribe(facts: Facts) -> Judged:
    uris = facts.unsubscribe.header_uris
    if isinstance(uris, Unknown):
        return None, uris.reason
    return bool(uris), "List-Unsubscribe is there" if uris else "there is no List-Unsubscribe header"


def _body_link(facts: Facts) -> Judged:
    unsubscribe = facts.unsubscribe
    if unsubscribe.links:
        return True, "an unsubscribe link is visible"
    if isinstance(unsubscribe.footer, Unknown):
        if facts.sending.mode == "unspecified":
            return None, unsubscribe.footer.reason
    elif unsubscribe.footer:
        return True, "the sending service adds one in its footer"
    return False, "no visible unsubscribe link is in the message"


def _complaints(facts: Facts) -> Judged:
    rate, n = facts.audience.complaint_rate, facts.audience.complaint_n
    if isinstance(rate, Unknown) or isinstance(n, Unknown):
        return None, "no complaint rate is known"
    from scorer.facts.rates import lower_bound

    if lower_bound(round(rate * n), n) >= 0.003:
        return False, say(
            "the spam rate is {rate:.2f} % of {count}, surely above {limit:g} %",
            rate=100 * rate,
            count=n,
            limit=0.3,
        )
    return True, say("the spam rate is {rate:.2f} % of {count}", rate=100 * rate, count=n)


def _gmail_spam_rate(facts: Facts) -> Judged:
    """Gmail's own rate where Postmaster Tools tell it; else what was counted elsewhere."""
    rate = facts.audience.gmail_spam_rate
    if isinstance(rate, Unknown):
        return _complaints(facts)
    return rate < 0.003, say("Postmaster Tools show a spam rate of {rate:.2f} %", rate=100 * rate)


def _not_gmail(facts: Facts) -> Judged:
    domain = facts.identity.author_domain
    if domain not in ("gmail.com", "googlemail.com"):
        return True, say("the From domain is {domain}", domain=domain or say("missing"))
    if facts.sending.mode == "unspecified":
        return None, facts.sending.service
    return False, "gmail.com is in From, and Gmail does not send it"


def _one_from(facts: Facts) -> Judged:
    count = len(facts.identity.from_)
    return count == 1, counted("From holds one address", "From holds {count} addresses", count)


def _ptr(facts: Facts) -> Judged:
    if isinstance(facts.hygiene, Unknown):
        confirmed: list[bool | Unknown] = [facts.hygiene]
    else:
        confirmed = [item.confirmed for item in facts.hygiene.reverse]
    if False in confirmed:
        return False, "a sending address has no reverse DNS that leads back to it"
    if confirmed and True in confirmed:
        return True, "reverse DNS of the sending addresses leads back to them"
    # A service's own shared addresses are the service's business, and nothing a draft could mend.
    if facts.sending.shared_ips is True:
        return True, "the addresses are the sending service's own"
    unknown = next((item for item in confirmed if isinstance(item, Unknown)), None)
    return None, unknown.reason if unknown is not None else "the sending addresses are not known"


_JUDGES: dict[str, Callable[[Facts], Judged]] = {
    "spf-or-dkim": _either,
    "spf-and-dkim": _both,
    "aligned": _aligned,
    "dmarc-record": _record,
    "dmarc-pass": _dmarc_pass,
    "dmarc-policy": _policy,
    "one-click": _one_click,
    "list-unsubscribe": _list_unsubscribe,
    "body-unsubscribe": _body_link,
    "complaints-0.3": _complaints,
    "gmail-spam-rate": _gmail_spam_rate,
    "not-gmail-in-from": _not_gmail,
    "one-from-address": _one_from,
    "ptr": _ptr,
}
