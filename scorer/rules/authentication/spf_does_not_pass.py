"""SPF does not pass for the envelope domain and the address that it is sent from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.identity import org_of
from scorer.facts.spf import combine_spf
from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, OWN_KEY, SENDING, zone
from scorer.said import say
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="spf-does-not-pass",
    group="authentication",
    severity="error",
    title="SPF does not pass",
    why=(
        "SPF is checked on the envelope domain (Return-Path). Outlook.com refuses bulk mail whose SPF does not "
        "pass even where DKIM and DMARC do (550 5.7.515), and Gmail and Yahoo ask bulk senders for both."
    ),
    fixes={
        "main": Fix(
            text='Make the one SPF record at {envelope} cover the sending addresses: "{record}".', kind="dns"
        ),
        "service": Fix(
            text="Ask the sending service: the envelope domain {envelope} is its own.", kind="sending"
        ),
    },
    limits="The address is one that the service is known to send from; the service may use others.",
    sources=(
        Source("RFC 7208, SPF", "https://www.rfc-editor.org/rfc/rfc7208", "2014-04"),
        Source(
            "Microsoft, Policies, practices and guidelines for Outlook.com",
            "https://sendersupport.olc.protection.outlook.com/pm/policies.aspx",
            "2026-06-15",
        ),
        Source(
            "Google, Email sender guidelines", "https://support.google.com/mail/answer/81126", "2026-07-02"
        ),
    ),
    needs=("authentication", "sending", "identity"),
    known=("authentication.spf",),
    messages={
        "main": "SPF gives {result} for {envelope} and the address {ip}: {why}.",
        "permerror": "The SPF record of {envelope} cannot be evaluated ({result}): {why}.",
    },
    fails=Example(
        draft=DRAFT,
        sending={**SENDING, "envelope_domain": "bounce.shop.com"},
        zone=zone(DMARC_NONE, OWN_KEY, ("bounce.shop.com", "v=spf1 ip4:192.0.2.0/28 -all")),
    ),
    passes=Example(
        draft=DRAFT,
        sending={**SENDING, "envelope_domain": "bounce.shop.com"},
        zone=zone(DMARC_NONE, OWN_KEY, ("bounce.shop.com", "v=spf1 include:_spf.mail-service.net -all")),
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the predicted result is anything but pass."""
    auth = facts.authentication
    if isinstance(auth.spf, Unknown):
        yield from unknowns(auth.spf)
        return
    if auth.spf.result == "unknown":
        yield Unchecked(auth.spf.reason)
        return
    if auth.spf.result == "pass":
        return
    envelope = str(auth.envelope_domain)
    own = org_of(envelope) == facts.identity.author_org
    record = auth.spf_record.texts if not isinstance(auth.spf_record, Unknown) else ()
    include = facts.sending.spf_include
    better = combine_spf(record, (include,) if isinstance(include, str) else ())
    yield Hit(
        params={
            "result": auth.spf.result,
            "envelope": envelope,
            "ip": str(auth.ip),
            "why": auth.spf.reason or (auth.spf.decided_by.term if auth.spf.decided_by else say("no record")),
        },
        evidence=(Evidence("dns", envelope, (record[0] if record else "")[:120]),),
        message="permerror" if auth.spf.result in ("permerror", "temperror") else "main",
        fix="main" if own and isinstance(include, str) else "service",
        fix_params={"record": better},
    )
