"""Neither SPF nor DKIM is aligned with the From domain, so nothing proves who sent the mailing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.authentication import own_key_name
from scorer.facts.dmarc import DmarcRecord
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, OWN_KEY, SENDING, zone
from scorer.said import say
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="not-aligned",
    group="authentication",
    severity="error",
    title="Nothing proves that the From domain sent it",
    why=(
        "A receiver checks SPF on the envelope domain and DKIM on the signature's domain. Both may pass and still "
        "belong to the sending service: only an identifier that is aligned with the From domain says that its "
        "owner sent the mailing (DMARC). That From and Return-Path differ is no fault in itself, every sending "
        "service does it; that neither identifier aligns is one. Adding the service's include to your own SPF "
        "record changes nothing, because SPF is not checked on the From domain; and on a shared service SPF "
        "could not tell you from its other customers, who send from the same addresses."
    ),
    fixes={
        "dkim": Fix(
            text=(
                "Have the sending service sign with your own domain: publish the DKIM key that it gives you "
                "at {name}."
            ),
            kind="dns",
        ),
        "main": Fix(
            text=(
                "Have the sending service sign with your own domain: order a DKIM key for {author} from it, "
                "publish the record that it gives you, and tell it so."
            ),
            kind="sending",
        ),
    },
    limits="For an unsent mailing this rests on what the sending profile says the service does.",
    sources=(
        Source("RFC 9989, DMARC", "https://www.rfc-editor.org/rfc/rfc9989", "2026-05"),
        Source(
            "Google, Email sender guidelines", "https://support.google.com/mail/answer/81126", "2026-07-02"
        ),
        Source(
            "Rspamd, DMARC_POLICY_REJECT 2.0, _QUARANTINE 1.5, _SOFTFAIL 0.1 of 15",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/policies_group.conf",
            "2026-11-23",
        ),
    ),
    needs=("authentication", "identity", "sending"),
    known=("authentication.dmarc",),
    messages={
        "none": (
            "The mailing says that it is from {author}, but receivers can only tell that {envelope} sent it "
            "(DKIM signature: {signers}). Neither is aligned with {author}, so DMARC fails; its policy asks "
            "receivers to do nothing about that."
        ),
        "quarantine": (
            "The mailing says that it is from {author}, but receivers can only tell that {envelope} sent it "
            "(DKIM signature: {signers}). Neither is aligned with {author}, so DMARC fails, and {author} asks "
            "receivers to treat such mail as spam."
        ),
        "reject": (
            "The mailing says that it is from {author}, but receivers can only tell that {envelope} sent it "
            "(DKIM signature: {signers}). Neither is aligned with {author}, so DMARC fails, and {author} asks "
            "receivers to refuse such mail."
        ),
        "no-record": (
            "The mailing says that it is from {author}, but receivers can only tell that {envelope} sent it "
            "(DKIM signature: {signers}). Neither is aligned with {author}."
        ),
    },
    fails=Example(draft=DRAFT, sending=SENDING, zone=zone(DMARC_NONE)),
    passes=Example(draft=DRAFT, sending=SENDING, zone=zone(DMARC_NONE, OWN_KEY)),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where no identifier that passes is aligned."""
    auth = facts.authentication
    if isinstance(auth.dmarc, Unknown) or isinstance(auth.aligned, Unknown):
        yield from unknowns(auth.dmarc, auth.aligned)
        return
    if auth.aligned:
        return
    envelope = auth.envelope_domain if isinstance(auth.envelope_domain, str) else say("the sending service")
    discovery = auth.dmarc.discovery
    message = "no-record" if auth.dmarc.result == "none" else "none"
    if auth.dmarc.disposition in ("quarantine", "reject"):
        message = str(auth.dmarc.disposition)
    evidence = [
        Evidence("header", "From", facts.message.get("from")[:120]),
        Evidence("sending", "envelope_domain", envelope),
    ]
    if isinstance(discovery.record, DmarcRecord):
        evidence.append(Evidence("dns", f"_dmarc.{discovery.found_at}", discovery.record.text[:120]))
    name = own_key_name(facts.sending)
    yield Hit(
        params={"author": auth.author_domain, "envelope": envelope, "signers": auth.passing_signers},
        evidence=tuple(evidence),
        message=message,
        severity="blocker" if message == "reject" else "error",
        fix="dkim" if name else "main",
        fix_params={"name": name},
    )
