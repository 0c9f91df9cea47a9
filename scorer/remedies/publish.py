"""Remedies in the DNS: which records to publish, and what the DNS would then answer.

What aligns a mailing with its author is a key under the author's own domain. The sending service's include in
the From domain's SPF record is never among these remedies: SPF is not checked on the From domain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from scorer.assessment import RecordToPublish
from scorer.dns import Found, Resolver
from scorer.facts import Facts
from scorer.facts.authentication import own_key_name
from scorer.lazyre import lazy
from scorer.rules.rule import Finding
from scorer.rules.zones import KEY_2048
from scorer.said import say
from scorer.sending import DkimSigner, Sending, dkim_records, is_template
from scorer.unknown import Unknown

KEY_FROM_SERVICE = say("v=DKIM1; k=rsa; p=(the public key that the sending service shows)")
_KEY_RULES = frozenset(
    ("not-aligned", "aligned-by-spf-alone", "no-dkim-signature", "own-dkim-key-broken", "dkim-key-short")
)
_TEST_FLAG = lazy(r"(?:^|;)\s*t\s*=\s*[^;]*", re.IGNORECASE)
_POLICY = lazy(r"\bp\s*=\s*(none|quarantine|reject)\b", re.IGNORECASE)
_SPF = lazy(r"v=spf1(?:\s|$)", re.IGNORECASE)
_PLUS_ALL = lazy(r"(?<=\s)\+?all(?=\s|$)", re.IGNORECASE)


class Publication(msgspec.Struct, frozen=True):
    """Records to publish, the answers that the DNS would then give, and whether the sender's own key is in
    use after it. `key` is the same for rules that the same publication mends."""

    key: str
    records: tuple[RecordToPublish, ...]
    answers: Mapping[tuple[str, str], tuple[str, ...]]
    sets_up: bool = False


def publication_for(finding: Finding, facts: Facts, resolver: Resolver) -> Publication | None:
    """What to publish against a finding; None where it is not for the author's DNS, or not known."""
    if facts.sending.mode == "unspecified":
        return None
    if finding.rule in _KEY_RULES:
        return _own_key(facts)
    made = _MADE_BY.get(finding.rule)
    return made(finding, facts, resolver) if made is not None else None


def set_up(sending: Sending) -> Sending:
    """The sending with the sender's own key in use, and with nothing else changed: the envelope domain stays,
    so that no remedy gains by what is not known of it."""
    return msgspec.structs.replace(sending, set_up=True, envelope_domain_after=sending.envelope_domain)


def _own_key(facts: Facts) -> Publication | None:
    sending = facts.sending
    signers = sending.dkim_after
    if sending.mode != "profile" or isinstance(signers, Unknown) or not signers:
        return None
    if not own_key_name(sending):
        # The service assigns the selector: only that the key is in use can be computed.
        return Publication("own-key", (), {}, sets_up=True)
    records: list[RecordToPublish] = []
    answers: dict[tuple[str, str], tuple[str, ...]] = {}
    for signer in signers:
        for record in _key_records(signer):
            records.append(record)
            answers[record.name, "TXT"] = (KEY_2048,)
    return Publication("own-key", tuple(records), answers, sets_up=True)


def _key_records(signer: DkimSigner) -> list[RecordToPublish]:
    found = dkim_records(signer)
    if isinstance(found, Unknown) or signer.of_service is True:
        return []
    records = []
    for record in found:
        if is_template(record.name):
            continue
        target = record.target
        if record.kind == "cname" and isinstance(target, str) and not is_template(target):
            records.append(RecordToPublish(record.name, "CNAME", target))
        else:
            records.append(RecordToPublish(record.name, "TXT", KEY_FROM_SERVICE))
    return records


def _one_text(key: str, name: str, value: str, answers: tuple[str, ...] = ()) -> Publication:
    record = RecordToPublish(name, "TXT", value)
    return Publication(key, (record,), {(name, "TXT"): answers or (value,)})


def _dmarc(finding: Finding, facts: Facts, resolver: Resolver) -> Publication | None:
    author = facts.identity.author_domain
    if not author:
        return None
    return _one_text("dmarc", f"_dmarc.{author}", f"v=DMARC1; p=none; rua=mailto:dmarc@{author}")


def _dmarc_corrected(finding: Finding, facts: Facts, resolver: Resolver) -> Publication | None:
    """One sound record with the policy that the faulty one asks for."""
    author, name = facts.identity.author_domain, str(finding.fix_params.get("name", ""))
    held = _texts(resolver, name)
    if not author or not held:
        return None
    policies = {match[1].lower() for text in held for match in [_POLICY.search(text)] if match}
    policy = policies.pop() if len(policies) == 1 else "none"
    record = f"v=DMARC1; p={policy}; rua=mailto:dmarc@{author}"
    others = tuple(text for text in held if "dmarc" not in text.lower())
    return _one_text("dmarc", name, record, (*others, record))


def _dmarc_reports(finding: Finding, facts: Facts, resolver: Resolver) -> Publication | None:
    author, name = facts.identity.author_domain, str(finding.params.get("name", ""))
    held = [text for text in _texts(resolver, name) if text.lower().startswith("v=dmarc1")]
    if finding.message != "main" or len(held) != 1 or not author:
        return None
    record = f"{held[0].rstrip().rstrip(';')}; rua=mailto:dmarc@{author}"
    return _one_text("dmarc", name, record)


def _no_test_flag(finding: Finding, facts: Facts, resolver: Resolver) -> Publication | None:
    name = str(finding.params.get("name", ""))
    held = _texts(resolver, name)
    if len(held) != 1:
        return None
    return _one_text("key-flag", name, _TEST_FLAG.sub("", held[0]))


def _envelope_spf(finding: Finding, facts: Facts, resolver: Resolver) -> Publication | None:
    """The record that the finding proposes for the envelope domain, where that is the author's own."""
    envelope, record = facts.authentication.envelope_domain, str(finding.fix_params.get("record", ""))
    if finding.fix != "main" or not isinstance(envelope, str) or not record or is_template(envelope):
        return None
    return _spf(envelope, record, resolver)


def _combined_spf(finding: Finding, facts: Facts, resolver: Resolver) -> Publication | None:
    record = str(finding.fix_params.get("record", ""))
    if finding.fix != "combine" or not record:
        return None
    return _spf(str(finding.params.get("domain", "")), record, resolver)


def _closed_spf(finding: Finding, facts: Facts, resolver: Resolver) -> Publication | None:
    domain = str(finding.params.get("domain", ""))
    held = [text for text in _texts(resolver, domain) if _SPF.match(text)]
    if len(held) != 1 or domain not in (facts.identity.author_domain, facts.identity.author_org):
        return None
    return _spf(domain, _PLUS_ALL.sub("~all", held[0]), resolver)


def _spf(domain: str, record: str, resolver: Resolver) -> Publication | None:
    if not domain:
        return None
    others = tuple(text for text in _texts(resolver, domain) if not _SPF.match(text))
    return _one_text(f"spf {domain}", domain, record, (*others, record))


def _texts(resolver: Resolver, name: str) -> tuple[str, ...]:
    answer = resolver.lookup(name, "TXT") if name else None
    return answer.records if isinstance(answer, Found) else ()


_MADE_BY: dict[str, Callable[[Finding, Facts, Resolver], Publication | None]] = {
    "no-dmarc-record": _dmarc,
    "dmarc-record-faulty": _dmarc_corrected,
    "dmarc-without-reports": _dmarc_reports,
    "dkim-key-in-test-mode": _no_test_flag,
    "spf-does-not-pass": _envelope_spf,
    "spf-record-faulty": _combined_spf,
    "spf-allows-everybody": _closed_spf,
}
