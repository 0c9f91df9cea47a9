"""Checking a sender against SPF: what decides, what it costs, and what is unknown rather than wrong."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.dns import Answer, LiveResolver, Offline, SnapshotResolver
from scorer.facts.spf import Step, evaluate_spf, parse_record
from tests.dnsserver import DnsServer

IP = "192.0.2.1"


def zone(*lines: str) -> SnapshotResolver:
    """A snapshot in which everything that it does not hold is absent."""
    return SnapshotResolver.from_text("\n".join((". SOA a. b. 1 2 3 4 5", *lines)))


def record(domain: str, text: str) -> str:
    return f'{domain}. TXT "{text}"'


def test_the_path_leads_through_includes_and_redirects_to_the_term_that_decided() -> None:
    resolver = zone(
        record("example.com", "v=spf1 include:_spf.esp.example ~all"),
        record("_spf.esp.example", "v=spf1 redirect=_all.esp.example"),
        record("_all.esp.example", "v=spf1 ip4:198.51.100.1 ip4:192.0.2.0/24 -all"),
    )
    got = evaluate_spf(resolver, ip=IP, domain="example.com")
    assert got.result == "pass"
    assert got.record == "v=spf1 include:_spf.esp.example ~all"
    assert got.path == (
        Step("example.com", "include:_spf.esp.example"),
        Step("_spf.esp.example", "redirect=_all.esp.example"),
        Step("_all.esp.example", "ip4:192.0.2.0/24"),
    )
    assert got.decided_by == Step("_all.esp.example", "ip4:192.0.2.0/24")
    assert (got.lookups, got.void_lookups) == (2, 0)
    other = evaluate_spf(resolver, ip="203.0.113.9", domain="example.com")
    assert other.result == "softfail"
    assert other.path == (Step("example.com", "~all"),)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("v=spf1 -all", "fail"),
        ("v=spf1 ~all", "softfail"),
        ("v=spf1 ?all", "neutral"),
        ("v=spf1 +all", "pass"),
        ("v=spf1", "neutral"),
        ("v=spf1 ip4:192.0.2.1 -all", "pass"),
        ("v=spf1 -ip4:192.0.2.1 +all", "fail"),
        ("v=spf1 a:%{d0}.example.com -all", "permerror"),
        ("v=spf1 ip6:fe80::1%eth0 -all", "permerror"),
        ("v=spf1 include:example.com -all", "permerror"),
        ("v=spf10 -all", "none"),
    ],
)
def test_results(text: str, result: str) -> None:
    assert evaluate_spf(zone(record("example.com", text)), ip=IP, domain="example.com").result == result


@pytest.mark.parametrize(
    "domain", ["", "localhost", "a..b", "[192.0.2.1]", "192.0.2.1", "a" * 64 + ".com", "."]
)
def test_no_check_without_a_full_domain_name(domain: str) -> None:
    got = evaluate_spf(zone(), ip=IP, domain=domain)
    assert got.result == "none"
    assert got.reason


def test_a_unicode_domain_is_checked_in_a_labels() -> None:
    resolver = zone(record("xn--mnchen-3ya.example", "v=spf1 ip4:192.0.2.1 -all"))
    assert evaluate_spf(resolver, ip=IP, domain="münchen.example").result == "pass"


def test_an_address_that_is_none_is_unknown() -> None:
    got = evaluate_spf(zone(), ip="mail.example.com", domain="example.com")
    assert (got.result, got.reason) == ("unknown", "not an IP address: 'mail.example.com'")


def test_an_error_says_where_it_is() -> None:
    resolver = zone(
        record("example.com", "v=spf1 include:esp.example -all"),
        record("esp.example", "v=spf1 ip4:192.0.2.300 -all"),
    )
    got = evaluate_spf(resolver, ip=IP, domain="example.com")
    assert got.result == "permerror"
    assert got.reason == "esp.example: term 1, 'ip4:192.0.2.300': bad-address"
    assert got.path == (Step("example.com", "include:esp.example"), Step("esp.example", "ip4:192.0.2.300"))
    assert got.record == "v=spf1 include:esp.example -all"


def test_dns_that_could_not_be_asked_makes_the_result_unknown_not_an_error() -> None:
    assert evaluate_spf(Offline(), ip=IP, domain="example.com").result == "unknown"
    partial = SnapshotResolver.from_text(record("example.com", "v=spf1 include:esp.example -all"))
    got = evaluate_spf(partial, ip=IP, domain="example.com")
    assert got.result == "unknown"
    assert got.reason == "esp.example TXT: not in the snapshot"
    decided_before = SnapshotResolver.from_text(
        record("example.com", "v=spf1 ip4:192.0.2.1 include:esp.example -all")
    )
    assert evaluate_spf(decided_before, ip=IP, domain="example.com").result == "pass"


def test_what_could_not_be_asked_about_the_address_is_unknown_too() -> None:
    text = record("example.com", "v=spf1 ptr -all")
    assert evaluate_spf(SnapshotResolver.from_text(text), ip=IP, domain="example.com").result == "unknown"
    pointer = f"{text}\n1.2.0.192.in-addr.arpa. PTR host.example.net."
    assert evaluate_spf(SnapshotResolver.from_text(pointer), ip=IP, domain="example.com").result == "unknown"
    failing = f"{text}\n; failed 1.2.0.192.in-addr.arpa PTR SERVFAIL"
    assert evaluate_spf(SnapshotResolver.from_text(failing), ip=IP, domain="example.com").result == "fail"


def test_live_failures_are_what_a_receiver_meets() -> None:
    with DnsServer() as server:
        server.add("example.com", "TXT", '"v=spf1 include:slow.example -all"')
        server.misbehave("slow.example", "servfail")
        server.misbehave("refused.example", "refused")
        resolver = LiveResolver((server.address,), port=server.port, query_timeout=1)
        got = evaluate_spf(resolver.session(), ip=IP, domain="example.com")
        assert (got.result, got.reason) == (
            "temperror",
            "slow.example TXT: the name server answered SERVFAIL",
        )
        assert evaluate_spf(resolver, ip=IP, domain="refused.example").result == "unknown"
        spent = resolver.session(budget_queries=1)
        spent.lookup("other.example", "A")
        assert evaluate_spf(spent, ip=IP, domain="new.example").result == "unknown"


def test_an_explanation_is_fetched_for_a_fail_only() -> None:
    resolver = zone(
        record("example.com", "v=spf1 ip4:192.0.2.1 -all exp=why.example.com"),
        record("why.example.com", "%{i} is not ours; see %{r} at %{t} (%{S})"),
    )
    assert evaluate_spf(resolver, ip=IP, domain="example.com").explanation == ""
    got = evaluate_spf(resolver, ip="192.0.2.2", domain="example.com", sender="a b@example.com")
    start, _, rest = got.explanation.partition(" at ")
    assert start == "192.0.2.2 is not ours; see unknown"
    assert rest.partition(" ")[0].isdigit()
    assert rest.endswith("(a%20b%40example.com)")


def test_void_lookups_are_counted_by_term_not_by_query() -> None:
    # Three mail exchangers without an IPv6 address are one term that found something.
    resolver = zone(
        record("example.com", "v=spf1 mx ip6:2001:db8::1 -all"),
        *(f"example.com. MX {n} m{n}.example.com." for n in range(3)),
        *(f"m{n}.example.com. A 192.0.2.{n}" for n in range(3)),
    )
    got = evaluate_spf(resolver, ip="2001:db8::1", domain="example.com")
    assert (got.result, got.lookups, got.void_lookups) == ("pass", 1, 0)


class Watching:
    """Counts what passes through to another resolver."""

    def __init__(self, inner: SnapshotResolver) -> None:
        self.inner = inner
        self.batches: list[list[tuple[str, str]]] = []
        self.looked_up: list[tuple[str, str]] = []

    def lookup(self, name: str, rdtype: str) -> Answer:
        self.looked_up.append((name, rdtype))
        return self.inner.lookup(name, rdtype)

    def prefetch(self, queries: Iterable[tuple[str, str]]) -> None:
        self.batches.append(list(queries))


def test_the_includes_of_a_record_are_fetched_at_once() -> None:
    watching = Watching(
        zone(
            record(
                "example.com",
                "v=spf1 include:a.example include:b.example a mx ip4:192.0.2.1 include:c.example",
            ),
            record("a.example", "v=spf1 -all"),
            record("b.example", "v=spf1 -all"),
            "example.com. A 203.0.113.1",
            "example.com. MX 1 example.com.",
        )
    )
    assert evaluate_spf(watching, ip=IP, domain="example.com").result == "pass"
    assert watching.batches[0] == [
        ("a.example", "TXT"),
        ("b.example", "TXT"),
        ("example.com", "A"),
        ("example.com", "MX"),
    ]
    # Nothing behind the term that decides without the DNS.
    assert ("c.example", "TXT") not in [
        *watching.looked_up,
        *(query for batch in watching.batches for query in batch),
    ]


def test_a_record_without_end_stops_at_the_limit() -> None:
    resolver = zone(record("*.loop.example", "v=spf1 include:a.%{d} -all"))
    got = evaluate_spf(resolver, ip=IP, domain="x.loop.example")
    assert (got.result, got.lookups) == ("permerror", 10)


TERMS = st.lists(
    st.one_of(
        st.sampled_from(
            ["a", "mx", "ptr", "all", "-all", "include:example.com", "redirect=b.example", "exp=e.example"]
        )
        | st.sampled_from(
            ["exists:%{i}.example", "ip4:192.0.2.1", "ip6:::/0", "a:%{p}.%{l1r-}.example", "x=%{S}"]
        ),
        st.text(st.characters(max_codepoint=255), max_size=20),
    ),
    max_size=6,
)


@given(TERMS, st.sampled_from([IP, "2001:db8::1", "::ffff:192.0.2.1"]), st.text(max_size=30))
def test_no_record_and_no_sender_raises(terms: list[str], ip: str, sender: str) -> None:
    text = "v=spf1 " + " ".join(terms)
    parse_record(text)
    quoted = "".join(f"\\{byte:03d}" for byte in text.encode()[:250])
    resolver = zone(f'example.com. TXT "{quoted}"', record("b.example", "v=spf1 a -all"))
    got = evaluate_spf(resolver, ip=ip, domain="example.com", sender=sender, helo=sender)
    assert got.lookups <= 10


@pytest.mark.parametrize(
    "text",
    [
        "v=spf1 a:" + "a" * 60000,
        "v=spf1 a:" + "/1" * 30000,
        "v=spf1 a:" + "%{d}" * 15000 + "-",
        "v=spf1 a:x.%{d" + "1" * 60000 + "}",
        "v=spf1 a:x." + "a-" * 30000,
        "v=spf1" + " a" * 30000 + " x",
        "v=spf1 x=" + "%" * 60000,
    ],
)
def test_parsing_takes_linear_time(text: str) -> None:
    parse_record(text)
