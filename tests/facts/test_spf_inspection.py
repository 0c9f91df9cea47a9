"""Inspecting a domain's SPF record: its faults, who spends the lookups, whether the service is in it."""

from __future__ import annotations

import pytest

from scorer.dns import LiveResolver, Offline, SnapshotResolver
from scorer.facts.spf import LookupNode, SpfFault, Step, inspect_spf, near_miss, parse_record
from scorer.unknown import Unknown
from tests.dnsserver import DnsServer


def zone(*lines: str) -> SnapshotResolver:
    return SnapshotResolver.from_text("\n".join((". SOA a. b. 1 2 3 4 5", *lines)))


def record(domain: str, text: str) -> str:
    return f'{domain}. TXT "{text}"'


def faults(*texts: str, more: tuple[str, ...] = ()) -> set[str]:
    lines = [record("example.com", text) for text in texts]
    return set(inspect_spf(zone(*lines, *more), "example.com").fault_ids)


@pytest.mark.parametrize("last", ["-all", "~all", "?all"])
def test_a_sound_record_has_no_fault(last: str) -> None:
    got = inspect_spf(zone(record("example.com", f"v=spf1 ip4:192.0.2.0/24 {last}")), "Example.com.")
    assert got.faults == ()
    assert got.unknown == ()
    assert got.text == f"v=spf1 ip4:192.0.2.0/24 {last}"
    assert got.all_qualifier == last[0]
    assert (got.lookups, got.lookups_left) == (0, 10)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((), {"none"}),
        (("google-site-verification=x",), {"none"}),
        (("v=spf1 -all", "v=spf1 ~all"), {"multiple-records"}),
        (("v=spf1 ipv4:192.0.2.1 -all",), {"syntax"}),
        (("v=spf1 +all",), {"plus-all"}),
        (("v=spf1 all",), {"plus-all"}),
        (("v=spf1 ip4:0.0.0.0/0 -all",), {"plus-all"}),
        (("v=spf1 ptr -all",), {"ptr-used"}),
        (("v=spf1 ip4:192.0.2.1",), {"missing-all"}),
        (("v=spf1",), {"missing-all"}),
        (("v=spf1 -all ip4:192.0.2.1",), {"unreachable-terms"}),
        (("v=spf1 -all redirect=b.example",), {"unreachable-terms"}),
        (("v=spf1 include:nothing.example -all",), {"include-fails"}),
        (("v=spf1 redirect=nothing.example",), {"redirect-fails"}),
        (("v=spf1 include:example.com -all",), {"loop"}),
        (("v=spf1; include:b.example -all",), {"none", "near-miss"}),
        (("v=spf1 -all", " v=spf1 -all"), {"near-miss"}),
    ],
)
def test_each_fault_is_named(texts: tuple[str, ...], expected: set[str]) -> None:
    assert faults(*texts) == expected


def test_a_fault_says_where_it_is() -> None:
    got = inspect_spf(zone(record("example.com", "v=spf1 a:192.0.2.1 ip4:192.0.2.0/33 -all")), "example.com")
    assert got.faults == (
        SpfFault("syntax", "example.com", "a:192.0.2.1", 1, "address-as-domain"),
        SpfFault("syntax", "example.com", "ip4:192.0.2.0/33", 2, "bad-prefix-length"),
    )


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (('esp.example. TXT "x"',), "none"),
        (('esp.example. TXT "v=spf1 -all" ', 'esp.example. TXT "v=spf1 ~all"'), "multiple-records"),
        (('esp.example. TXT "v=spf1 ip5:1 -all"',), "syntax"),
    ],
)
def test_an_include_fails_for_a_reason(lines: tuple[str, ...], reason: str) -> None:
    got = inspect_spf(zone(record("example.com", "v=spf1 include:esp.example -all"), *lines), "example.com")
    fault = next(fault for fault in got.faults if fault.id == "include-fails")
    assert fault == SpfFault("include-fails", "example.com", "include:esp.example", 0, reason)
    assert got.tree is not None
    assert got.tree.children[0].status == "fails"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("v=spf1; include:x ~all", "no-space-after-version"),
        ("v=spf1,a", "no-space-after-version"),
        ("v=spf1\ta -all", "no-space-after-version"),
        (" v=spf1 -all", "leading-whitespace"),
        ('"v=spf1 -all"', "quoted"),
        ("\u201cv=spf1 -all\u201d", "quoted"),
        ("\ufeffv=spf1 -all", "invisible-character"),
        ("v=spf2 -all", "other-version"),
        ("v=spf10 -all", "other-version"),
        ("v = spf1 -all", "malformed-version"),
        ("v=spf 1 -all", "malformed-version"),
        ("v=spf -all", "malformed-version"),
        ("v:spf1 -all", "malformed-version"),
        ("spf1 -all", "malformed-version"),
        ("v=spf1 -all", None),
        ("V=SPF1", None),
        ("spf2.0/pra -all", None),  # Sender ID, RFC 4406: something else
        ("v=DMARC1; p=none", None),
        ("spfx-verification=1", None),
        ("", None),
    ],
)
def test_near_misses(text: str, reason: str | None) -> None:
    assert near_miss(text) == reason


def test_the_tree_shows_who_spends_the_lookups() -> None:
    resolver = zone(
        record("example.com", "v=spf1 a mx include:_spf.esp.example ip4:192.0.2.1 ~all"),
        "example.com. A 192.0.2.1",
        "example.com. MX 1 example.com.",
        record(
            "_spf.esp.example", "v=spf1 include:a.esp.example exists:%{i}.esp.example a:gone.example -all mx"
        ),
        record("a.esp.example", "v=spf1 ip4:192.0.2.9 redirect=b.esp.example"),
        record("b.esp.example", "v=spf1 -all"),
    )
    got = inspect_spf(resolver, "example.com", service_include="A.esp.example.")
    assert got.tree == LookupNode(
        "v=spf1",
        "example.com",
        0,
        7,
        (
            LookupNode("a", "example.com", 1, 1),
            LookupNode("mx", "example.com", 1, 1),
            LookupNode(
                "include:_spf.esp.example",
                "_spf.esp.example",
                1,
                5,
                (
                    LookupNode(
                        "include:a.esp.example",
                        "a.esp.example",
                        1,
                        2,
                        (LookupNode("redirect=b.esp.example", "b.esp.example", 1, 1),),
                    ),
                    LookupNode(
                        "exists:%{i}.esp.example", "%{i}.esp.example", 1, 1, status="depends-on-message"
                    ),
                    LookupNode("a:gone.example", "gone.example", 1, 1),
                ),
            ),
        ),
    )
    assert (got.lookups, got.lookups_left) == (7, 3)
    assert got.void == (Step("_spf.esp.example", "a:gone.example"),)
    assert got.includes == ("_spf.esp.example", "a.esp.example", "b.esp.example")
    assert got.service_included is True
    assert got.fault_ids == {"unreachable-terms"}


def test_too_many_lookups_and_too_many_void_ones() -> None:
    includes = " ".join(f"include:n{n}.example" for n in range(11))
    lines = (record(f"n{n}.example", "v=spf1 -all") for n in range(11))
    got = inspect_spf(zone(record("example.com", f"v=spf1 {includes} -all"), *lines), "example.com")
    assert got.faults == (SpfFault("too-many-lookups", "example.com", reason="11"),)
    assert got.lookups_left == 0
    got = inspect_spf(
        zone(record("example.com", "v=spf1 a mx:x.example exists:y.example -all")), "example.com"
    )
    assert got.faults == (SpfFault("void-lookups", "example.com", reason="3"),)


def test_an_mx_of_more_than_ten_names() -> None:
    lines = [f"example.com. MX {n} m{n}.example.com." for n in range(11)]
    assert faults("v=spf1 mx -all", more=tuple(lines)) == {"mx-too-many-names"}


def test_a_redirect_brings_its_own_all() -> None:
    resolver = zone(
        record("example.com", "v=spf1 redirect=_spf.example.com"),
        record("_spf.example.com", "v=spf1 ip4:192.0.2.1 +all"),
    )
    got = inspect_spf(resolver, "example.com")
    assert got.all_qualifier == "+"
    assert got.faults == (SpfFault("plus-all", "_spf.example.com", "+all"),)
    # An include does not: its all only says whether the include matches.
    resolver = zone(
        record("example.com", "v=spf1 include:_spf.example.com"),
        record("_spf.example.com", "v=spf1 ip4:192.0.2.1"),
    )
    got = inspect_spf(resolver, "example.com")
    assert got.all_qualifier is None
    assert got.faults == (SpfFault("missing-all", "example.com"),)


def test_an_include_that_lets_everybody_pass_is_found_unless_it_is_not_a_pass_here() -> None:
    lax = (record("lax.example", "v=spf1 +all"),)
    assert faults("v=spf1 include:lax.example -all", more=lax) == {"plus-all"}
    assert faults("v=spf1 ?include:lax.example -all", more=lax) == set()


def test_whether_the_service_is_included() -> None:
    resolver = zone(
        record("example.com", "v=spf1 include:esp.example -all"), record("esp.example", "v=spf1 -all")
    )
    assert inspect_spf(resolver, "example.com").service_included is None
    assert inspect_spf(resolver, "example.com", service_include="esp.example").service_included is True
    assert inspect_spf(resolver, "example.com", service_include="other.example").service_included is False
    assert inspect_spf(resolver, "nothing.example", service_include="esp.example").service_included is False


def test_what_the_dns_does_not_say_is_unknown_and_no_fault() -> None:
    got = inspect_spf(Offline(), "example.com", service_include="esp.example")
    assert got.faults == ()
    assert got.text is None
    assert got.unknown == ("example.com TXT: DNS is off",)
    assert got.service_included == Unknown("example.com TXT: DNS is off")
    partial = SnapshotResolver.from_text(record("example.com", "v=spf1 include:esp.example a:b.example -all"))
    got = inspect_spf(partial, "example.com", service_include="esp.example")
    assert got.service_included is True
    assert got.faults == ()
    assert got.unknown == ("esp.example TXT: not in the snapshot", "b.example A: not in the snapshot")
    assert got.lookups == 2
    got = inspect_spf(partial, "example.com", service_include="deeper.example")
    assert got.service_included == Unknown("esp.example TXT: not in the snapshot")


def test_a_macro_of_the_domain_itself_is_followed() -> None:
    resolver = zone(
        record("example.com", "v=spf1 include:%{d}._spf.esp.example include:%{i}.esp.example -all"),
        record("example.com._spf.esp.example", "v=spf1 -all"),
    )
    got = inspect_spf(resolver, "example.com")
    assert got.faults == ()
    assert got.includes == ("example.com._spf.esp.example",)
    assert got.lookups == 2


def test_a_tree_without_end_is_cut() -> None:
    ever = record(
        "*.loop.example", " ".join(["v=spf1", *(f"include:{c}.%{{d}}" for c in "abcdefghij"), "-all"])
    )
    got = inspect_spf(zone(ever), "x.loop.example", service_include="esp.example")
    assert "too-many-lookups" in got.fault_ids
    assert got.lookups <= 102
    assert got.unknown
    assert got.service_included == Unknown(got.unknown[0])


def test_one_level_of_includes_costs_one_round_trip() -> None:
    with DnsServer() as server:
        server.add(
            "example.com", "TXT", '"v=spf1 ' + " ".join(f"include:n{n}.example" for n in range(8)) + ' -all"'
        )
        for n in range(8):
            server.add(f"n{n}.example", "TXT", f'"v=spf1 include:m{n}.example -all"')
            server.add(f"m{n}.example", "TXT", '"v=spf1 -all"')
        for n in range(8):
            server.delay(f"n{n}.example", 0.1)
            server.delay(f"m{n}.example", 0.1)
        resolver = LiveResolver((server.address,), port=server.port, budget_seconds=1.2)
        got = inspect_spf(resolver.session(), "example.com")
        assert got.unknown == ()
        assert got.lookups == 16
        assert len(server.queries) == 17


def test_parsed_records_show_their_parts() -> None:
    parsed = parse_record("v=spf1  A:b.example/24//64 ?MX exp=why.example future=x -all redirect=c.example")
    first, second, last = parsed.mechanisms
    assert (first.name, first.qualifier, first.domain) == ("a", "+", "b.example")
    assert (first.prefix4, first.prefix6) == (24, 64)
    assert (second.name, second.qualifier) == ("mx", "?")
    assert parsed.all == last
    assert parsed.exp == "why.example"
    assert parsed.redirect is None
    assert parsed.faults == ()
