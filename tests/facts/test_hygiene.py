"""DNS hygiene of a sending domain: MX, reverse DNS, BIMI, MTA-STS, TLS-RPT."""

from __future__ import annotations

import pytest

from scorer.dns import Offline
from scorer.facts.hygiene import Hygiene, inspect, reverse_dns
from scorer.unknown import Unknown
from tests.fakedns import FakeDNS

PTR4 = ("5.2.0.192.in-addr.arpa", "PTR")


def look(zone: dict, **more: object) -> Hygiene:
    return inspect(FakeDNS(zone), "example.com", **more)  # type: ignore[arg-type]


class TestMail:
    def test_mx(self) -> None:
        found = look({("example.com", "MX"): ["10 mx.example.com", "20 mx2.example.com"]})
        assert found.mx == ("10 mx.example.com", "20 mx2.example.com")
        assert (found.null_mx, found.accepts_mail) == (False, True)

    @pytest.mark.parametrize("record", ["0 .", "0 ", "0"])
    def test_null_mx(self, record: str) -> None:
        found = look({("example.com", "MX"): [record], ("example.com", "A"): ["192.0.2.1"]})
        assert (found.null_mx, found.accepts_mail) == (True, False)

    def test_an_address_stands_in_for_an_mx(self) -> None:
        found = look({("example.com", "AAAA"): ["2001:db8::1"]})
        assert (found.mx, found.addresses, found.accepts_mail) == ((), ("2001:db8::1",), True)

    def test_nothing(self) -> None:
        found = look({})
        assert (found.mx, found.addresses, found.accepts_mail) == ((), (), False)

    def test_unknown(self) -> None:
        found = look({("example.com", "MX"): "servfail"})
        assert isinstance(found.mx, Unknown) and isinstance(found.accepts_mail, Unknown)
        half = look({("example.com", "A"): "servfail", ("example.com", "AAAA"): ["2001:db8::1"]})
        assert half.addresses == ("2001:db8::1",) and half.accepts_mail is True
        assert isinstance(look({("example.com", "A"): "servfail"}).accepts_mail, Unknown)

    def test_offline_everything_is_unknown(self) -> None:
        found = inspect(Offline(), "example.com", ["192.0.2.5"])
        for field in (found.mx, found.accepts_mail, found.bimi, found.mta_sts, found.tls_rpt):
            assert isinstance(field, Unknown)
        assert isinstance(found.reverse[0].confirmed, Unknown)


class TestReverse:
    def test_confirmed(self) -> None:
        dns = FakeDNS({PTR4: ["mail.example.com"], ("mail.example.com", "A"): ["192.0.2.5"]})
        (found,) = reverse_dns(dns, ["192.0.2.5"])
        assert (found.names, found.confirmed, found.confirmed_name) == (
            ("mail.example.com",),
            True,
            "mail.example.com",
        )

    def test_ipv6_and_mapped_addresses(self) -> None:
        pointer = ".".join(reversed("20010db8" + "0" * 23 + "1")) + ".ip6.arpa"
        dns = FakeDNS(
            {
                (pointer, "PTR"): ["m.example.com"],
                ("m.example.com", "AAAA"): ["2001:DB8:0::1"],
                PTR4: ["m.example.com"],
            }
        )
        found = reverse_dns(dns, ["2001:db8::1", "::ffff:192.0.2.5"])
        assert [(r.address, r.confirmed) for r in found] == [("2001:db8::1", True), ("192.0.2.5", False)]

    def test_not_confirmed(self) -> None:
        dns = FakeDNS({PTR4: ["mail.example.com"], ("mail.example.com", "A"): ["192.0.2.6"]})
        assert reverse_dns(dns, ["192.0.2.5"])[0].confirmed is False
        assert reverse_dns(FakeDNS(), ["192.0.2.5"])[0].names == ()

    def test_one_unanswered_name_leaves_it_open(self) -> None:
        zone = {PTR4: ["a.example.com", "b.example.com"], ("a.example.com", "A"): "servfail"}
        assert isinstance(reverse_dns(FakeDNS(zone), ["192.0.2.5"])[0].confirmed, Unknown)
        good = FakeDNS({**zone, ("b.example.com", "A"): ["192.0.2.5"]})
        assert reverse_dns(good, ["192.0.2.5"])[0].confirmed is True

    def test_bounded_and_tolerant(self) -> None:
        dns = FakeDNS({PTR4: [f"n{i}.example.com" for i in range(500)]})
        assert len(reverse_dns(dns, ["192.0.2.5", "not an address"])) == 1
        assert len(dns.asked) <= 11


class TestPolicies:
    @pytest.mark.parametrize(
        ("record", "logo", "declined", "faults"),
        [
            ("v=BIMI1; l=https://e.com/a.svg; a=https://e.com/a.pem", "https://e.com/a.svg", False, ()),
            ("v=BIMI1; l=; a=;", "", True, ()),
            ("v=BIMI1; l=http://e.com/a.svg", "http://e.com/a.svg", False, ("not-https:l",)),
            ("v=BIMI1; l=https://e.com/a.png", "https://e.com/a.png", False, ("not-svg:l",)),
            ("v=BIMI1", "", False, ("missing:l",)),
        ],
    )
    def test_bimi(self, record: str, logo: str, declined: bool, faults: tuple[str, ...]) -> None:
        found = look({("default._bimi.example.com", "TXT"): [record]}).bimi
        assert found is not None and not isinstance(found, Unknown)
        assert (found.logo, found.declined, found.faults) == (logo, declined, faults)

    def test_bimi_falls_back_to_the_organization(self) -> None:
        dns = FakeDNS({("default._bimi.example.com", "TXT"): ["v=BIMI1; l=https://e.com/a.svg"]})
        found = inspect(dns, "news.example.com", organizational_domain="example.com").bimi
        assert found is not None and not isinstance(found, Unknown)
        assert found.found_at == "example.com"
        assert inspect(dns, "news.example.com").bimi is None

    def test_mta_sts_and_tls_rpt(self) -> None:
        found = look(
            {
                ("_mta-sts.example.com", "TXT"): ["v=STSv1; id=20261101;"],
                ("_smtp._tls.example.com", "TXT"): ["junk", "v=TLSRPTv1; rua=mailto:t@example.com"],
            }
        )
        assert found.mta_sts is not None and not isinstance(found.mta_sts, Unknown)
        assert found.tls_rpt is not None and not isinstance(found.tls_rpt, Unknown)
        assert dict(found.mta_sts.tags)["id"] == "20261101" and found.mta_sts.faults == ()
        assert dict(found.tls_rpt.tags)["rua"] == "mailto:t@example.com"

    @pytest.mark.parametrize(
        ("records", "fault"),
        [
            (["v=STSv1; id=1", "v=STSv1; id=2"], "several-records"),
            (["v=STSv1;"], "missing:id"),
            (["v=STSv12; id=1"], "wrong-version"),
        ],
    )
    def test_malformed(self, records: list[str], fault: str) -> None:
        found = look({("_mta-sts.example.com", "TXT"): records}).mta_sts
        assert found is not None and not isinstance(found, Unknown) and fault in found.faults

    def test_one_round(self) -> None:
        dns = FakeDNS({PTR4: ["mail.example.com"]})
        inspect(dns, "example.com", ["192.0.2.5"])
        first, later = set(dns.prefetched[0]), {("mail.example.com", "A")}
        assert set(dns.looked_up) <= first | later
