"""How the mailing travels and what a receiver makes of it, in one or two plain sentences."""

from __future__ import annotations

from collections.abc import Callable

from scorer.facts import Facts
from scorer.facts.identity import org_of
from scorer.said import Translate, say, sentence
from scorer.unknown import Unknown

TEXTS = {
    "no-from": "The From header names no domain, so no receiver can tell who sends this.",
    "unspecified": (
        "How the mailing from {author} will be sent is not known (--sending), so its authentication was not "
        "judged."
    ),
    "aligned": "Receivers see a mailing from {author} that {how}: it is aligned, so DMARC passes.",
    "aligned-no-record": (
        "Receivers see a mailing from {author} that {how}: it is aligned, but {author} publishes no DMARC "
        "record."
    ),
    "not-aligned": (
        "Receivers see a mailing from {author} that was sent by {envelope}{signed}: neither is aligned with "
        "{author}, so nothing proves that {author} sent it."
    ),
    "until-set-up": (
        "Receivers see a mailing from {author} that was sent by {envelope}{signed}. Neither is aligned with "
        "{author}, unless your own DKIM key is in place, which was not checked: {reason}."
    ),
    "unknown": (
        "Receivers see a mailing from {author}; whether anything aligns with it is not known: {reason}."
    ),
    "signed": " and signed by {domains}",
    "signed-service": " and signed by the sending service's own domain",
    "by-dkim": "is signed with DKIM by {domains}",
    "by-spf": "passes SPF for {envelope}",
    "by-both": "is signed with DKIM by {domains} and passes SPF for {envelope}",
}


def describe_route(facts: Facts, translate: Translate) -> str:
    """The sentence for these facts."""

    def told(id: str, **params: str) -> str:
        return sentence(TEXTS[id], params, translate)

    author = facts.identity.author_domain
    auth = facts.authentication
    if not author:
        return told("no-from")
    if facts.sending.mode == "unspecified":
        return told("unspecified", author=author)
    envelope = auth.envelope_domain if isinstance(auth.envelope_domain, str) else say(facts.sending.service)
    if not isinstance(auth.dmarc, Unknown) and auth.aligned is True:
        passing = auth.dmarc.aligned_by
        dkim = ", ".join(dict.fromkeys(item.domain for item in passing if item.method == "dkim"))
        spf = next((item.domain for item in passing if item.method == "spf"), "")
        id = "by-both" if dkim and spf else ("by-dkim" if dkim else "by-spf")
        how = told(id, domains=dkim, envelope=spf)
        return told("aligned-no-record" if auth.dmarc.result == "none" else "aligned", author=author, how=how)
    signed = _signed(facts, told)
    if auth.aligned is False:
        return told("not-aligned", author=author, envelope=envelope, signed=signed)
    reason = auth.aligned.reason if isinstance(auth.aligned, Unknown) else ""
    elsewhere = isinstance(auth.envelope_domain, str) and org_of(envelope) != facts.identity.author_org
    if isinstance(auth.set_up, Unknown) and elsewhere:
        reason = auth.set_up.reason
        return told("until-set-up", author=author, envelope=envelope, signed=signed, reason=reason)
    return told("unknown", author=author, reason=reason)


def _signed(facts: Facts, told: Callable[..., str]) -> str:
    """The words for the signatures that pass, "" where there is none or none is known."""
    signatures = facts.authentication.signatures
    if isinstance(signatures, Unknown):
        return ""
    if any(item.of_service is True and not isinstance(item.domain, str) for item in signatures):
        return told("signed-service")
    passing = [item.domain for item in signatures if item.result == "pass"]
    names = dict.fromkeys(domain for domain in passing if isinstance(domain, str))
    return told("signed", domains=", ".join(names)) if names else ""
