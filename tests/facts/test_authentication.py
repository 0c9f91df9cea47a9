"""What a receiver will conclude, for routes through a shared service."""

from __future__ import annotations

import pytest

from scorer.dns import Offline, SnapshotResolver
from scorer.draft import Draft
from scorer.facts import gather
from scorer.facts.authentication import Authentication, representative_ip
from scorer.rules.zones import DMARC_NONE, KEY_1024, OWN_KEY, SENDING, zone
from scorer.sending import from_mapping, load_profile, unspecified, with_overrides
from scorer.unknown import Unknown
from tests.fakedns import FakeDNS

SERVICE = from_mapping(SENDING)
DRAFT = Draft(from_="The Shop <news@shop.com>", subject="News", text="Hello there")


def judged(*records, sending=SERVICE, draft=DRAFT, **options) -> Authentication:
    resolver = SnapshotResolver.from_text(zone(*records, **options))
    return gather(draft.to_message(), sending, resolver).authentication


def test_nothing_published_both_pass_and_neither_aligns() -> None:
    auth = judged()
    assert auth.set_up is False
    assert auth.spf_result == "pass"
    assert auth.dkim_passes is True
    assert auth.passing_signers == "mail-service.net"
    assert auth.aligned is False
    assert auth.dmarc.result == "none"


def test_the_include_in_the_from_domain_changes_nothing() -> None:
    before = judged(DMARC_NONE)
    after = judged(DMARC_NONE, ("shop.com", "v=spf1 mx include:_spf.mail-service.net ~all"))
    assert before.aligned is after.aligned is False
    assert before.dmarc == after.dmarc
    assert after.misplaced_include == "_spf.mail-service.net"
    assert before.misplaced_include == ""


def test_own_key_aligns_by_dkim() -> None:
    auth = judged(DMARC_NONE, OWN_KEY)
    assert auth.set_up is True
    assert auth.aligned is True
    assert auth.dmarc.result == "pass"
    assert [item.method for item in auth.dmarc.aligned_by] == ["dkim"]
    assert auth.spf_result == "pass"


def test_own_key_that_is_revoked_is_not_set_up() -> None:
    auth = judged(DMARC_NONE, (OWN_KEY[0], "v=DKIM1; p="))
    assert auth.set_up is False
    assert auth.own_keys[0].status == "revoked"


def test_a_short_key_still_passes() -> None:
    auth = judged(DMARC_NONE, (OWN_KEY[0], KEY_1024))
    assert auth.aligned is True
    assert auth.own_keys[0].strength == "weak"


@pytest.mark.parametrize(
    ("policy", "disposition"), [("none", "none"), ("quarantine", "quarantine"), ("reject", "reject")]
)
def test_the_policy_decides_what_happens(policy: str, disposition: str) -> None:
    auth = judged(("_dmarc.shop.com", f"v=DMARC1; p={policy}"))
    assert auth.dmarc.result == "fail"
    assert auth.dmarc.disposition == disposition


def test_offline_nothing_is_claimed() -> None:
    auth = gather(DRAFT.to_message(), SERVICE, Offline()).authentication
    assert isinstance(auth.dmarc, Unknown)
    assert isinstance(auth.set_up, Unknown)
    assert isinstance(auth.aligned, Unknown)
    assert auth.spf_result == "unknown"


def test_without_a_profile_nothing_is_claimed() -> None:
    assert isinstance(judged(DMARC_NONE, sending=unspecified()).aligned, Unknown)


def test_what_the_user_says_of_the_set_up_counts() -> None:
    told = with_overrides(SERVICE, {"set_up": False})
    assert judged(DMARC_NONE, OWN_KEY, sending=told).aligned is False


def test_an_unknown_selector_is_unknown_unless_nothing_is_below_domainkey() -> None:
    profile = load_profile("superoffice-com")
    assert judged(DMARC_NONE, sending=profile).set_up is False
    somewhere = judged(DMARC_NONE, ("x1._domainkey.shop.com", OWN_KEY[1]), sending=profile)
    assert isinstance(somewhere.set_up, Unknown)
    assert "--dkim-selector" in somewhere.set_up.reason


def test_no_from_domain_is_unknown_and_no_error() -> None:
    auth = judged(draft=Draft(from_="", subject="x", text="y"))
    assert isinstance(auth.dmarc, Unknown)


def test_an_address_of_the_service_is_found_through_its_includes() -> None:
    dns = FakeDNS(
        {
            ("a.net", "TXT"): ["v=spf1 include:b.net ~all"],
            ("b.net", "TXT"): ["v=spf1 ip4:203.0.113.0/24 -all"],
        }
    )
    assert representative_ip(dns, "a.net") == "203.0.113.1"
    loop = FakeDNS({("a.net", "TXT"): ["v=spf1 include:a.net ~all"]})
    assert isinstance(representative_ip(loop, "a.net"), Unknown)


def test_one_round_of_concurrent_lookups_comes_first() -> None:
    rounds: list[set[tuple[str, str]]] = []

    class Counting(FakeDNS):
        def prefetch(self, queries) -> None:
            queries = list(queries)
            rounds.append(set(queries))
            super().prefetch(queries)

    dns = Counting({("_dmarc.shop.com", "TXT"): ["v=DMARC1; p=none"]})
    gather(DRAFT.to_message(), with_overrides(SERVICE, {"ips": ["198.51.100.7"]}), dns)
    assert len(rounds[0]) >= 20
    for name in (
        "_dmarc.shop.com",
        "own._domainkey.shop.com",
        "customer.mail-service.net",
        "_smtp._tls.shop.com",
    ):
        assert (name, "TXT") in rounds[0]
    assert ("7.100.51.198.in-addr.arpa", "PTR") in rounds[0]
    assert any(name.startswith("7.100.51.198.") and kind == "A" for name, kind in rounds[0]), "blocklists"
    later = set().union(*rounds[1:])
    assert later <= rounds[0], "with nothing published, no answer leads to another question"


def test_local_blocklists_count_offline_too(tmp_path) -> None:
    from scorer.facts import Blocklists
    from scorer.facts.listings import load_local_blocklist

    path = tmp_path / "own.txt"
    path.write_text("shop.com\n")
    lists = Blocklists(local=(load_local_blocklist(path),))
    facts = gather(DRAFT.to_message(), SERVICE, Offline(), lists)
    assert [match.target for match in facts.local_matches] == ["shop.com"]


SENT = (
    b"Return-Path: <bounce@mail-service.net>\r\n"
    b"Received: from mta.mail-service.net ([198.51.100.7]) by mx.example.net; Tue, 3 Nov 2026 10:00:00 +0000\r\n"
    b"From: The Shop <news@shop.com>\r\nSubject: News\r\n\r\nHello.\r\n"
)


def test_a_message_that_was_sent_is_read_where_no_profile_is_given() -> None:
    from scorer.mime import parse_message

    resolver = SnapshotResolver.from_text(
        zone(DMARC_NONE, ("mail-service.net", "v=spf1 ip4:198.51.100.0/24 -all"))
    )
    facts = gather(parse_message(SENT), unspecified(), resolver)
    auth = facts.authentication
    assert facts.sending.mode == "observed"
    assert auth.envelope_domain == "mail-service.net"
    assert auth.spf_result == "pass"
    assert auth.signatures == ()
    assert auth.aligned is False
