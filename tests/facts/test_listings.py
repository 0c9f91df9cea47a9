"""Blocklists: a listing is what the operator documents as one, and nothing else.

The threads named at the tests are reports of programs that took refusals and rewritten answers for listings.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.dns import Offline
from scorer.facts.listings import (
    Listing,
    check_listings,
    decode,
    load_local_blocklist,
    match_local,
    packaged_lists,
    read_lists,
    reverse_name,
)
from tests.fakedns import FakeDNS

IP = "192.0.2.5"
LISTS = {one.id: one for one in packaged_lists()}
TEST_ENTRIES = {
    ("2.0.0.127.zen.spamhaus.org", "A"): ["127.0.0.2", "127.0.0.4", "127.0.0.10"],
    ("2.0.0.127.bl.spamcop.net", "A"): ["127.0.0.2"],
    ("2.0.0.127.bl.nordspam.com", "A"): ["127.0.0.2"],
    ("2.0.0.127.psbl.surriel.com", "A"): ["127.0.0.2"],
    ("test.dbl.nordspam.com", "A"): ["127.0.0.2"],
    ("dbltest.com.dbl.spamhaus.org", "A"): ["127.0.1.2"],
    ("test.surbl.org.multi.surbl.org", "A"): ["127.0.0.254"],
    ("test.uribl.com.multi.uribl.com", "A"): ["127.0.0.14"],
}


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A public suffix list that knows one-label suffixes, so that these tests do not hang on the real one."""
    fake = ModuleType("scorer.domains")
    fake.organizational_domain_psl = lambda d: ".".join(d.split(".")[-2:])  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "scorer.domains", fake)


def ask(
    which: str, answers: object, *, ips: tuple = (IP,), domains: tuple = ("news.example.com",)
) -> Listing:
    one = LISTS[which]
    target = reverse_name(ips[0], one.zone) if one.kind == "ip" else ""
    if one.kind == "domain":
        target = ("news.example.com" if one.query == "host" else "example.com") + "." + one.zone
    zone = dict(TEST_ENTRIES)
    if answers is not None:
        zone[(target, "A")] = answers  # type: ignore[assignment]
    (found,) = check_listings(FakeDNS(zone), ips, domains, enabled=[which]).results
    assert found.query == target
    return found


class TestCodes:
    @pytest.mark.parametrize(
        ("which", "answers", "meanings"),
        [
            ("spamhaus-zen", ["127.0.0.2"], ("sbl-spam-source",)),
            ("spamhaus-zen", ["127.0.0.2", "127.0.0.9"], ("sbl-spam-source", "drop-hijacked-network")),
            ("spamhaus-zen", ["127.0.0.3"], ("css-spam-source",)),
            ("spamhaus-zen", ["127.0.0.4"], ("xbl-exploited",)),
            ("spamhaus-zen", ["127.0.0.11"], ("pbl-spamhaus-policy",)),
            ("spamhaus-dbl", ["127.0.1.2"], ("low-reputation",)),
            ("spamhaus-dbl", ["127.0.1.103"], ("abused-redirector",)),
            ("surbl", ["127.0.0.80"], ("malware", "abuse")),
            ("uribl", ["127.0.0.2"], ("black",)),
            ("uribl", ["127.0.0.6"], ("black", "grey")),
            ("spamcop", ["127.0.0.2"], ("reported-spam-source",)),
            ("mailspike", ["127.0.0.10"], ("worst-reputation",)),
            ("nordspam-dbl", ["127.0.0.2"], ("spam-domain",)),
        ],
    )
    def test_documented_codes_are_listings(
        self, which: str, answers: list[str], meanings: tuple[str, ...]
    ) -> None:
        found = ask(which, answers)
        assert (found.status, found.meanings) == ("listed", meanings)
        assert found.answers == tuple(answers)

    @pytest.mark.parametrize(
        ("which", "answers"),
        [
            ("uribl", ["127.0.0.4"]),
            ("uribl", ["127.0.0.8"]),
            ("surbl", ["127.0.0.32"]),
            ("uceprotect-1", ["127.0.0.2"]),
        ],
    )
    def test_some_codes_only_inform(self, which: str, answers: list[str]) -> None:
        assert ask(which, answers).status == "informational"

    def test_not_found_is_clean(self) -> None:
        for which in ("spamhaus-zen", "spamhaus-dbl", "surbl", "uribl", "spamcop"):
            assert ask(which, None).status == "clean"
        assert ask("spamcop", "nodata").status == "clean"


class TestNotAListing:
    @pytest.mark.parametrize(
        ("answer", "reason"),
        [
            ("127.255.255.252", "mistyped-zone"),
            ("127.255.255.254", "public-resolver"),
            ("127.255.255.255", "too-many-queries"),
            ("127.255.255.0", "list-error"),
            ("127.0.0.1", "query-refused"),
        ],
    )
    @pytest.mark.parametrize("which", ["spamhaus-zen", "spamhaus-dbl", "spamcop", "surbl", "uribl"])
    def test_error_answers(self, which: str, answer: str, reason: str) -> None:
        # dmippolitov/pydnsbl#27, Luzilla/dnsbl_exporter#264, mjl-/mox#354, mail-in-a-box/mailinabox#2332,
        # modoboa/modoboa#2576, mailcow/mailcow-dockerized#2987, mailserver2/mailserver#90,
        # springcomp/self-hosted-simplelogin#37, openstreetmap/operations#674
        found = ask(which, [answer])
        assert (found.status, found.reason, found.answers) == ("unknown", reason, (answer,))

    @pytest.mark.parametrize("answer", ["203.0.113.7", "0.0.0.0", "128.0.0.2", "::1", "junk", ""])
    def test_rewritten_answers(self, answer: str) -> None:
        # ShlomiPorush/mailcow-logs-viewer#102
        found = ask("spamcop", [answer])
        assert (found.status, found.reason, found.answers) == ("unknown", "outside-127/8", (answer,))

    @pytest.mark.parametrize("answer", ["127.0.0.1", "127.0.0.3", "127.0.0.65", "127.0.0.255"])
    @pytest.mark.parametrize("which", ["surbl", "uribl"])
    def test_bit_one_is_a_refusal_whatever_else_is_set(self, which: str, answer: str) -> None:
        assert (ask(which, [answer]).status, ask(which, [answer]).reason) == ("unknown", "query-refused")

    def test_an_address_asked_of_a_domain_list(self) -> None:
        assert ask("spamhaus-dbl", ["127.0.1.255"]).reason == "address-asked-of-domain-list"

    @pytest.mark.parametrize(
        ("which", "answer"),
        [
            ("spamhaus-zen", "127.0.0.77"),
            ("spamcop", "127.0.0.3"),
            ("surbl", "127.0.0.2"),
            ("uribl", "127.0.0.16"),
        ],
    )
    def test_codes_that_nobody_documents(self, which: str, answer: str) -> None:
        found = ask(which, [answer])
        assert (found.status, found.reason, found.answers) == ("unknown", "code-not-known", (answer,))

    def test_an_error_beside_a_code(self) -> None:
        assert ask("spamhaus-zen", ["127.0.0.2", "127.255.255.254"]).status == "unknown"

    def test_an_unknown_code_beside_a_known_one(self) -> None:
        found = ask("spamhaus-zen", ["127.0.0.77", "127.0.0.2"])
        assert (found.status, found.meanings) == ("listed", ("sbl-spam-source",))

    def test_no_answer(self) -> None:
        found = ask("spamcop", "servfail")
        assert (found.status, found.reason, found.detail) == ("unknown", "no-answer", "SERVFAIL")
        offline = check_listings(Offline(), [IP], ["example.com"])
        assert offline.results and all(r.status == "unknown" for r in offline.results)

    def test_a_list_that_lists_everything_is_not_believed(self) -> None:
        zone = {**TEST_ENTRIES, ("1.0.0.127.bl.spamcop.net", "A"): ["127.0.0.2"]}
        zone[(reverse_name(IP, "bl.spamcop.net"), "A")] = ["127.0.0.2"]
        (found,) = check_listings(FakeDNS(zone), [IP], [], enabled=["spamcop"]).results
        assert (found.status, found.reason) == ("unknown", "lists-everything")

    @pytest.mark.parametrize(
        ("test_entry", "reason"),
        [("nxdomain", "test-entry-missing"), (["127.255.255.254"], "public-resolver")],
    )
    def test_not_found_is_not_clean_where_the_list_is_deaf(self, test_entry: object, reason: str) -> None:
        dns = FakeDNS({("2.0.0.127.zen.spamhaus.org", "A"): test_entry})  # type: ignore[dict-item]
        (found,) = check_listings(dns, [IP], [], enabled=["spamhaus-zen"]).results
        assert (found.status, found.reason) == ("unknown", reason)

    @given(st.lists(st.ip_addresses(v=4).map(str), min_size=1, max_size=4))
    def test_no_answer_outside_the_table_is_ever_a_listing(self, answers: list[str]) -> None:
        for one in LISTS.values():
            status, _, _ = decode(one, answers)
            if status == "listed":
                assert all(a.startswith("127.") and not a.startswith("127.255.255.") for a in answers)


class TestQuestions:
    def test_names(self) -> None:
        assert reverse_name("192.0.2.99", "zen.example") == "99.2.0.192.zen.example"
        nibbles = "5.4.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.2.0.0.6.a.c.7.8.b.d.0.1.0.0.2"
        assert reverse_name("2001:db8:7ca6:22::45", "zen.example") == nibbles + ".zen.example"

    def test_one_round(self) -> None:
        dns = FakeDNS(TEST_ENTRIES)
        check_listings(dns, [IP, "192.0.2.6"], ["a.example.com", "b.example.com"])
        assert len(dns.prefetched) == 1
        assert set(dns.looked_up) <= set(dns.prefetched[0])

    def test_defaults_leave_out_lists_that_refuse_public_resolvers_and_say_so(self) -> None:
        found = check_listings(FakeDNS(TEST_ENTRIES), [IP], ["example.com"])
        asked = {r.list for r in found.results}
        off = {n.list: n for n in found.not_asked}
        assert asked == {"spamcop", "psbl", "nordspam", "nordspam-dbl"}
        assert {"spamhaus-zen", "spamhaus-dbl", "surbl", "uribl"} <= set(off)
        assert all(n.reason == "off" and n.detail for n in off.values())

    def test_keys(self) -> None:
        name = f"5.2.0.192.abc123.{'zen.dq.spamhaus.net'}"
        dns = FakeDNS({(name, "A"): ["127.0.0.2"]})
        found = check_listings(dns, [IP], [], keys={"spamhaus-zen-dqs": "abc123"})
        (listed,) = found.listed
        assert listed.list == "spamhaus-zen-dqs"
        assert "abc123" not in listed.query and "{key}" in listed.query
        without = check_listings(dns, [IP], [], enabled=["spamhaus-zen-dqs"])
        assert [n.reason for n in without.not_asked if n.list == "spamhaus-zen-dqs"] == ["needs-key"]
        bad = check_listings(dns, [IP], [], keys={"spamhaus-zen-dqs": "a.b c"})
        assert any(n.reason == "needs-key" for n in bad.not_asked)

    @pytest.mark.parametrize(
        "ip", ["10.0.0.1", "127.0.0.1", "192.168.1.1", "::1", "fe80::1", "fd00::1", "nonsense"]
    )
    def test_private_addresses_stay_private(self, ip: str) -> None:
        dns = FakeDNS(TEST_ENTRIES)
        found = check_listings(dns, [ip], [], enabled=["spamcop"])
        assert not dns.asked and not found.results
        assert [n.target for n in found.not_asked if n.reason == "not-public"] == [ip]

    def test_ipv6(self) -> None:
        found = check_listings(FakeDNS(TEST_ENTRIES), ["2001:db8::1"], [], enabled=["spamcop", "nordspam"])
        assert [r.list for r in found.results] == ["nordspam"]
        assert [n.list for n in found.not_asked if n.reason == "ipv4-only"] == ["spamcop"]
        mapped = check_listings(FakeDNS(TEST_ENTRIES), ["::ffff:192.0.2.5"], [], enabled=["spamcop"])
        assert mapped.results[0].query == "5.2.0.192.bl.spamcop.net"

    @pytest.mark.parametrize(
        "domain", ["192.0.2.1", "localhost", "", "a..b", "a b.example", "x" * 300 + ".example"]
    )
    def test_what_is_no_domain_is_not_asked(self, domain: str) -> None:
        dns = FakeDNS(TEST_ENTRIES)
        found = check_listings(dns, [], [domain], enabled=["nordspam-dbl"])
        assert not dns.asked and any(n.reason == "not-a-domain" for n in found.not_asked)

    def test_bounded(self) -> None:
        dns = FakeDNS(TEST_ENTRIES)
        found = check_listings(dns, [], [f"d{i}.example" for i in range(500)], enabled=["nordspam-dbl"])
        assert len(found.results) == 50 and len(dns.asked) <= 52
        assert sum(n.reason == "too-many" for n in found.not_asked) == 450


class TestTable:
    def test_every_list_says_where_it_comes_from(self) -> None:
        for one in LISTS.values():
            assert one.source.startswith("http") and one.checked >= "2026-11-01" and one.why
            assert one.public_resolvers in ("refused", "answered", "unknown")
            assert one.codes and not {"127.0.0.1"} & set(one.codes)

    def test_lists_that_refuse_public_resolvers_are_off(self) -> None:
        assert not [one.id for one in LISTS.values() if one.default and one.public_resolvers == "refused"]

    def test_ranges(self) -> None:
        codes = LISTS["spamhaus-zrd-dqs"].codes
        assert len(codes) == 23 and "127.0.2.2" in codes and "127.0.2.24" in codes

    @pytest.mark.parametrize(
        "change",
        [('kind = "ip"', 'kind = "x"'), ('listed"]', 'perhaps"]'), ('zone = "', 'zone = "{key}.')],
    )
    def test_malformed_tables_are_refused(self, change: tuple[str, str]) -> None:
        good = (
            '[[list]]\nid="a"\nname="A"\nzone = "a.example"\nkind = "ip"\nmatch="exact"\npublic_resolvers="unknown"\n'
            'default=true\nwhy="w"\nsource="https://a.example"\nchecked=2026-11-24\n'
            '[list.codes]\n"127.0.0.2"=["m","listed"]\n'
        )
        assert read_lists(good)[0].zone == "a.example"
        with pytest.raises(ValueError):
            read_lists(good.replace(*change))
        with pytest.raises(ValueError):
            read_lists(good + good)


class TestLocal:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "block.txt"
        path.write_text(
            "# mine\nBad.example\n*.worse.example  # all of it\n.worst.example\n192.0.2.0/24\n2001:db8::/32\n"
            "198.51.100.7\nbücher.example\nnot a domain\n\n",
            encoding="utf-8",
        )
        return path

    def test_domains_cover_subdomains(self, path: Path) -> None:
        held = load_local_blocklist(path)
        found = match_local(
            held,
            [],
            [
                "bad.example",
                "x.bad.example",
                "notbad.example",
                "a.worse.example",
                "worst.example",
                "xn--bcher-kva.example",
            ],
        )
        assert [(m.target, m.entry) for m in found] == [
            ("bad.example", "bad.example"),
            ("x.bad.example", "bad.example"),
            ("a.worse.example", "worse.example"),
            ("worst.example", "worst.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ]

    def test_networks(self, path: Path) -> None:
        held = load_local_blocklist(path)
        found = match_local(held, ["192.0.2.200", "198.51.100.7", "198.51.100.8", "2001:db8:1::1", "x"], [])
        assert [(m.target, m.entry) for m in found] == [
            ("192.0.2.200", "192.0.2.0/24"),
            ("198.51.100.7", "198.51.100.7/32"),
            ("2001:db8:1::1", "2001:db8::/32"),
        ]

    def test_malformed_lines_are_counted_not_fatal(self, path: Path) -> None:
        assert load_local_blocklist(path).malformed == (9,)

    def test_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(OSError):
            load_local_blocklist(tmp_path / "none")
