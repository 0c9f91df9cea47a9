"""DMARC by RFC 9989. Cases named B.4.x are the worked examples of its Appendix B.4."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.facts.dmarc import (
    DmarcResult,
    aligned,
    discover,
    evaluate,
    organizational_domain,
    parse_record,
    queries,
    report_targets,
    walk,
    walk_names,
)
from scorer.unknown import Unknown
from tests.fakedns import FakeDNS

DEEP = "a.b.c.d.e.f.g.h.i.j.k.example.com"


def zone(records: dict[str, str | list[str]], **more: object) -> FakeDNS:
    """Records at `_dmarc.<name>`; "servfail" as it stands."""
    held: dict = {
        (f"_dmarc.{name}", "TXT"): value if isinstance(value, list) or value == "servfail" else [value]
        for name, value in records.items()
    }
    return FakeDNS(held | more.get("extra", {}))


def psl(domain: str) -> str | None:
    """A public suffix list that knows com, org and example."""
    labels = domain.split(".")
    return ".".join(labels[-2:]) if len(labels) > 1 else None


def judge(dns: FakeDNS, author: str, spf: object = None, *dkim: tuple[str, str]) -> DmarcResult:
    return evaluate(dns, author, spf, dkim, psl=psl)  # type: ignore[arg-type]


class TestRecord:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "v=dmarc1; p=none",
            "v=DMARC1x; p=none",
            "v=DMARC1 p=none",
            " v=DMARC1; p=none",
            "p=none; v=DMARC1",
            "v=spf1 -all",
            "“v=DMARC1; p=none”",
        ],
    )
    def test_version_must_stand_first_and_exactly(self, text: str) -> None:
        assert parse_record(text) is None

    @pytest.mark.parametrize("text", ["v=DMARC1", "v=DMARC1;", "v = DMARC1; p=none", "V=DMARC1;p=none;"])
    def test_versions_that_count(self, text: str) -> None:
        assert parse_record(text) is not None

    def test_every_tag(self) -> None:
        record = parse_record(
            "v=DMARC1; p = Reject; sp=quarantine; np=none; adkim=S; aspf=s; psd=n; t=Y; fo=1:d:s;"
            " rua=mailto:A@Example.com, mailto:b@x.example!10m; ruf=https://x.example/r"
        )
        assert record is not None
        assert (record.p, record.sp, record.np) == ("reject", "quarantine", "none")
        assert (record.adkim, record.aspf, record.psd, record.t) == ("s", "s", "n", True)
        assert record.fo == ("1", "d", "s")
        assert [(u.uri, u.domain) for u in record.rua] == [
            ("mailto:A@Example.com", "example.com"),
            ("mailto:b@x.example", "x.example"),
        ]
        assert [(u.uri, u.domain) for u in record.ruf] == [("https://x.example/r", None)]
        assert record.faults == ("obsolete-size:rua",)

    def test_missing_p_is_none(self) -> None:
        record = parse_record("v=DMARC1; rua=mailto:a@example.com")
        assert record is not None and record.applies and record.p == "none"
        assert record.faults == ("missing:p",)

    def test_missing_p_without_rua_is_read_differently_by_receivers(self) -> None:
        record = parse_record("v=DMARC1; adkim=s")
        assert record is not None and record.applies and record.p == "none"
        assert "missing:p-and-rua" in record.faults

    @pytest.mark.parametrize("bad", ["p=block", "p=reject; sp=bounce", "p=reject; np="])
    def test_invalid_policy_with_rua_is_p_none(self, bad: str) -> None:
        record = parse_record(f"v=DMARC1; {bad}; adkim=s; rua=mailto:a@example.com")
        assert record is not None and record.applies
        assert (record.p, record.sp, record.np, record.adkim) == ("none", None, None, "s")

    @pytest.mark.parametrize("rua", ["", "rua=a@example.com", "rua=", "rua=mailto:"])
    def test_invalid_policy_without_a_valid_rua_is_no_dmarc(self, rua: str) -> None:
        record = parse_record(f"v=DMARC1; p=block; {rua}")
        assert record is not None and not record.applies

    def test_removed_tags_are_obsolete_and_unknown_ones_ignored(self) -> None:
        record = parse_record("v=DMARC1; p=reject; pct=50; ri=3600; rf=afrf; foo=bar")
        assert record is not None and record.p == "reject"
        assert record.obsolete == ("pct", "ri", "rf") and record.unknown_tags == ("foo",)
        assert record.faults == ()

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("v=DMARC1; p=none; adkim=strict", "invalid:adkim"),
            ("v=DMARC1; p=none; t=yes", "invalid:t"),
            ("v=DMARC1; p=none; psd=1", "invalid:psd"),
            ("v=DMARC1; p=none; fo=0:1", "invalid:fo"),
            ("v=DMARC1; p=none; p=reject", "duplicate-tag:p"),
            ("v=DMARC1; p=none reject; rua=mailto:a@b.example", "invalid:p"),
            ("v=DMARC1; p=none; nonsense", "syntax"),
        ],
    )
    def test_faults_leave_the_default(self, text: str, fault: str) -> None:
        record = parse_record(text)
        assert record is not None and fault in record.faults
        assert (record.p, record.adkim, record.t, record.psd, record.fo) == (
            "none",
            "r",
            False,
            "u",
            ("0",),
        )

    @given(st.text(max_size=300))
    def test_hostile_text_never_raises(self, text: str) -> None:
        parse_record(text)
        parse_record("v=DMARC1;" + text)


class TestWalk:
    def test_a_long_name_jumps_to_seven_labels(self) -> None:
        assert walk_names(DEEP) == (
            DEEP,
            "g.h.i.j.k.example.com",
            "h.i.j.k.example.com",
            "i.j.k.example.com",
            "j.k.example.com",
            "k.example.com",
            "example.com",
            "com",
        )

    def test_eight_and_nine_labels_both_go_on_with_seven(self) -> None:
        assert walk_names("a.b.c.d.e.f.example.com")[1] == "b.c.d.e.f.example.com"
        assert walk_names("x.a.b.c.d.e.f.example.com")[1] == "b.c.d.e.f.example.com"

    def test_one_concurrent_round(self) -> None:
        dns = zone({"example.com": "v=DMARC1; p=none"})
        walk(dns, "mail.example.com")
        assert dns.prefetched == [
            (("_dmarc.mail.example.com", "TXT"), ("_dmarc.example.com", "TXT"), ("_dmarc.com", "TXT"))
        ]

    @given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=40))
    def test_never_more_than_eight_names(self, labels: list[str]) -> None:
        dns = FakeDNS()
        found = discover(dns, ".".join(labels))
        assert len({q for q in dns.asked if q[0].startswith("_dmarc.")}) <= 8
        assert len(found.asked) <= 8
        assert dns.asked <= set(queries(".".join(labels)))

    @pytest.mark.parametrize("psd", ["y", "n"])
    def test_psd_ends_the_walk(self, psd: str) -> None:
        dns = zone({"b.example.com": f"v=DMARC1; psd={psd}", "example.com": "v=DMARC1; p=reject"})
        assert [s.domain for s in walk(dns, "a.b.example.com")] == ["a.b.example.com", "b.example.com"]

    def test_every_name_is_reported_with_its_answer(self) -> None:
        dns = zone(
            {
                "a.example.com": ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
                "example.com": ["v=dmarc1; p=none", "other"],
                "com": "servfail",
            }
        )
        assert [(s.domain, s.outcome) for s in walk(dns, "x.a.example.com")] == [
            ("x.a.example.com", "absent"),
            ("a.example.com", "several"),
            ("example.com", "none"),
            ("com", "unknown"),
        ]
        assert walk(dns, "example.com")[0].near_misses == ("v=dmarc1; p=none",)

    @pytest.mark.parametrize("domain", ["", "[192.0.2.1]", "a..b", "x" * 64, "a@b.example", "a b"])
    def test_what_cannot_be_a_name_is_not_asked_for(self, domain: str) -> None:
        dns = FakeDNS()
        assert discover(dns, domain).record is None
        assert all(n in ("_dmarc.example", "_dmarc.b") for n, _ in dns.looked_up)

    def test_unicode_and_the_root_dot(self) -> None:
        dns = zone({"xn--bcher-kva.example": "v=DMARC1; p=reject"})
        assert discover(dns, "Bücher.Example.").policy == "reject"


class TestOrganizationalDomain:
    def test_fewest_labels(self) -> None:
        dns = zone({"mail.example.com": "v=DMARC1; p=none", "example.com": "v=DMARC1; p=none"})
        assert organizational_domain(dns, "a.mail.example.com") == "example.com"

    def test_psd_n(self) -> None:
        dns = zone({"mail.example.com": "v=DMARC1; psd=n", "example.com": "v=DMARC1; p=none"})
        assert organizational_domain(dns, "a.mail.example.com") == "mail.example.com"

    def test_one_label_below_psd_y(self) -> None:
        dns = zone({"com": "v=DMARC1; psd=y"})
        assert organizational_domain(dns, "a.mail.example.com") == "example.com"

    def test_psd_y_at_the_start_is_its_own(self) -> None:
        dns = zone({"bank.example": "v=DMARC1; p=reject; psd=y", "example": "v=DMARC1; p=none"})
        assert organizational_domain(dns, "bank.example") == "bank.example"

    def test_itself_without_any_record(self) -> None:
        assert organizational_domain(FakeDNS(), "mail.example.com") == "mail.example.com"

    def test_an_unanswered_name_leaves_it_open(self) -> None:
        dns = zone({"example.com": "v=DMARC1; p=none", "com": "servfail"})
        assert organizational_domain(dns, "example.com") == Unknown("_dmarc.com: SERVFAIL")

    def test_an_unanswered_name_above_the_stop_does_not_matter(self) -> None:
        dns = zone({"example.com": "v=DMARC1; psd=n", "com": "servfail"})
        assert organizational_domain(dns, "example.com") == "example.com"


class TestPolicy:
    def test_own_record_wins_over_everything(self) -> None:
        dns = zone({"a.example.com": "v=DMARC1; p=none; sp=reject", "example.com": "v=DMARC1; p=reject"})
        found = discover(dns, "a.example.com")
        assert (found.found_at, found.found_as, found.tag, found.policy) == (
            "a.example.com",
            "author",
            "p",
            "none",
        )

    def test_the_organizational_record_not_one_between(self) -> None:
        dns = zone({"b.example.com": "v=DMARC1; p=none", "example.com": "v=DMARC1; p=reject"})
        found = discover(dns, "a.b.example.com")
        assert (found.found_at, found.found_as, found.policy) == (
            "example.com",
            "organizational",
            "reject",
        )

    def test_several_records_are_none_and_the_walk_goes_on(self) -> None:
        dns = zone(
            {"a.example.com": ["v=DMARC1; p=reject"] * 2, "example.com": "v=DMARC1; sp=quarantine; p=none"}
        )
        assert discover(dns, "a.example.com").policy == "quarantine"
        assert discover(zone({"example.com": ["v=DMARC1; p=reject"] * 2}), "example.com").record is None

    @pytest.mark.parametrize(
        ("extra", "tag", "policy"),
        [
            ({}, "np", "quarantine"),
            ({("sub.example.com", "A"): ["192.0.2.1"]}, "sp", "none"),
            ({("sub.example.com", "MX"): ["10 mx.example.com"]}, "sp", "none"),
            ({("sub.example.com", "CNAME"): ["gone.example.org"]}, "sp", "none"),
        ],
    )
    def test_np_for_names_that_do_not_exist(self, extra: dict, tag: str, policy: str) -> None:
        dns = zone({"example.com": "v=DMARC1; p=reject; sp=none; np=quarantine"}, extra=extra)
        found = discover(dns, "sub.example.com")
        assert (found.tag, found.policy) == (tag, policy)

    def test_existence_unknown(self) -> None:
        dns = zone(
            {"example.com": "v=DMARC1; p=reject; sp=none; np=quarantine"},
            extra={("sub.example.com", "A"): "servfail"},
        )
        found = discover(dns, "sub.example.com")
        assert found.policy == Unknown("sub.example.com: SERVFAIL") == found.exists
        same = zone(
            {"example.com": "v=DMARC1; p=reject; np=reject"},
            extra={("sub.example.com", "A"): "servfail"},
        )
        assert discover(same, "sub.example.com").policy == "reject"

    @pytest.mark.parametrize("record", ["v=DMARC1; p=reject", "v=DMARC1; p=none; sp=reject"])
    def test_subdomains_without_np(self, record: str) -> None:
        dns = zone({"example.com": record})
        assert discover(dns, "sub.example.com").policy == "reject"
        assert ("sub.example.com", "A") not in dns.looked_up

    @pytest.mark.parametrize(
        ("published", "effective"),
        [("reject", "quarantine"), ("quarantine", "none"), ("none", "none")],
    )
    def test_test_mode_is_one_level_below(self, published: str, effective: str) -> None:
        found = discover(zone({"example.com": f"v=DMARC1; p={published}; t=y"}), "example.com")
        assert (found.policy, found.effective) == (published, effective)

    def test_psd_policy_only_without_an_organizational_record(self) -> None:
        psd = "v=DMARC1; p=reject; sp=quarantine; psd=y"
        found = discover(zone({"bank.example": psd}), "mail.giant.bank.example")
        assert (found.found_at, found.found_as, found.policy) == ("bank.example", "psd", "quarantine")
        assert found.organizational_domain == "giant.bank.example"
        own = zone({"bank.example": psd, "giant.bank.example": "v=DMARC1; p=none"})
        assert discover(own, "mail.giant.bank.example").policy == "none"

    def test_a_record_without_a_valid_policy_ends_the_search(self) -> None:
        dns = zone({"mail.example.com": "v=DMARC1; p=x", "example.com": "v=DMARC1; p=reject"})
        assert judge(dns, "mail.example.com").result == "none"

    def test_unknown(self) -> None:
        for at in ("mail.example.com", "example.com"):
            dns = zone({"mail.example.com": "servfail", at: "servfail"})
            found = discover(dns, "mail.example.com")
            assert isinstance(found.record, Unknown) and isinstance(found.policy, Unknown)


class TestAppendixB4:
    SIMPLE = {"example.com": "v=DMARC1; p=reject", "signing.example.com": "v=DMARC1; p=reject"}
    PSD = {
        "bank.example": "v=DMARC1; p=reject; psd=y",
        "giant.bank.example": "v=DMARC1; p=quarantine",
    }

    def test_b_4_1_simple(self) -> None:
        result = judge(
            zone(self.SIMPLE), "example.com", ("pass", "example.com"), ("pass", "signing.example.com")
        )
        assert result.result == "pass"
        assert result.discovery.organizational_domain == "example.com"
        assert [(i.method, i.strict, i.relaxed) for i in result.aligned_by] == [
            ("spf", True, True),
            ("dkim", False, True),
        ]

    def test_b_4_2_deep(self) -> None:
        dns = zone(self.SIMPLE)
        result = judge(dns, DEEP, ("pass", "example.com"), ("pass", "signing.example.com"))
        assert result.result == "pass" and len(result.aligned_by) == 2
        assert result.discovery.found_at == "example.com"
        assert result.discovery.organizational_domain == "example.com"

    def test_b_4_3_psd(self) -> None:
        result = judge(
            zone(self.PSD),
            "giant.bank.example",
            ("pass", "mail.giant.bank.example"),
            ("pass", "mail.mega.bank.example"),
        )
        assert result.result == "pass"
        assert [i.method for i in result.aligned_by] == ["spf"]
        assert result.discovery.organizational_domain == "giant.bank.example"
        assert result.discovery.found_at == "giant.bank.example"
        assert organizational_domain(zone(self.PSD), "mail.mega.bank.example") == "mega.bank.example"
        assert [s.domain for s in result.discovery.asked] == ["giant.bank.example", "bank.example"]


class TestAlignment:
    ZONE = {"example.com": "v=DMARC1; p=none", "example.net": "v=DMARC1; p=none"}

    @pytest.mark.parametrize(
        ("identifier", "author", "strict", "relaxed"),
        [
            ("example.com", "example.com", True, True),
            ("EXAMPLE.com.", "example.COM", True, True),
            ("bounces.example.com", "example.com", False, True),
            ("example.com", "news.example.com", False, True),
            ("a.example.com", "b.example.com", False, True),
            ("example.net", "example.com", False, False),
            ("badexample.com", "example.com", False, False),
            ("com", "example.com", False, False),
            ("", "example.com", False, False),
        ],
    )
    def test_pairs(self, identifier: str, author: str, strict: bool, relaxed: bool) -> None:
        dns = zone(self.ZONE)
        assert aligned(identifier, author, "s", dns) is strict
        assert aligned(identifier, author, "r", dns) is relaxed

    def test_without_a_record_a_subdomain_stands_alone(self) -> None:
        assert aligned("example.com", "mail.example.com", "r", FakeDNS()) is False

    def test_registrants_below_one_psd(self) -> None:
        dns = zone({"bank.example": "v=DMARC1; p=reject; psd=y"})
        assert aligned("mega.bank.example", "giant.bank.example", "r", dns) is False
        assert aligned("bank.example", "giant.bank.example", "r", dns) is False

    def test_unknown_only_where_the_answer_matters(self) -> None:
        dns = zone({"example.com": "v=DMARC1; p=none", "mail.example.com": "servfail"})
        assert isinstance(aligned("mail.example.com", "example.com", "r", dns), Unknown)
        assert aligned("mail.example.com", "example.com", "s", dns) is False
        assert aligned("mail.example.com", "example.net", "r", dns) is False
        assert aligned("example.com", "example.com", "r", zone({"com": "servfail"})) is True

    @given(
        st.lists(st.sampled_from(["a", "b", "com"]), min_size=1, max_size=4),
        st.lists(st.sampled_from(["a", "b", "com"]), min_size=1, max_size=4),
        st.dictionaries(
            st.sampled_from(["com", "a.com", "b.com", "a.a.com", "b.a.com"]),
            st.sampled_from(["v=DMARC1; p=none", "v=DMARC1; psd=y", "v=DMARC1; psd=n", "junk", "servfail"]),
        ),
    )
    def test_strict_implies_relaxed(self, one: list[str], two: list[str], held: dict[str, str]) -> None:
        dns = zone(held)
        if aligned(".".join(one), ".".join(two), "s", dns) is True:
            assert aligned(".".join(one), ".".join(two), "r", dns) is True


class TestVerdict:
    ZONE = {"example.com": "v=DMARC1; p=reject; sp=quarantine"}

    def test_the_case_of_the_sending_service(self) -> None:
        # SPF and DKIM pass for the service's domains and neither is aligned: domainaware/parsedmarc#153.
        result = judge(zone(self.ZONE), "example.com", ("pass", "em.sendgrid.net"), ("pass", "sendgrid.net"))
        assert (result.result, result.disposition) == ("fail", "reject")
        assert [(i.result, i.aligned, i.passes) for i in result.identifiers] == [("pass", False, False)] * 2

    def test_one_aligned_identifier_is_enough(self) -> None:
        result = judge(zone(self.ZONE), "example.com", ("pass", "amazonses.com"), ("pass", "example.com"))
        assert (result.result, result.disposition) == ("pass", "none")
        assert [i.method for i in result.aligned_by] == ["dkim"]

    def test_a_failed_check_does_not_align(self) -> None:
        result = judge(zone(self.ZONE), "news.example.com", ("fail", "example.com"), ("fail", "example.com"))
        assert (result.result, result.disposition) == ("fail", "quarantine")
        assert result.identifiers[0].aligned is True and result.identifiers[0].passes is False

    def test_strict_mode(self) -> None:
        dns = zone({"example.com": "v=DMARC1; p=reject; adkim=s; aspf=r"})
        result = judge(dns, "example.com", ("none", ""), ("pass", "mail.example.com"))
        assert result.result == "fail"
        assert judge(dns, "example.com", ("pass", "mail.example.com")).result == "pass"

    def test_no_record(self) -> None:
        result = judge(FakeDNS(), "example.com", ("pass", "example.com"))
        assert (result.result, result.disposition, result.differs) == ("none", "none", False)

    @pytest.mark.parametrize("unsure", ["unknown", "temperror"])
    def test_an_unchecked_identifier_that_could_align_is_unknown(self, unsure: str) -> None:
        result = judge(zone(self.ZONE), "example.com", (unsure, "example.com"))
        assert result.result == "unknown" and isinstance(result.disposition, Unknown)
        other = judge(zone(self.ZONE), "example.com", (unsure, "example.net"))
        assert other.result == "fail"
        passed = judge(zone(self.ZONE), "example.com", (unsure, "example.com"), ("pass", "example.com"))
        assert passed.result == "pass"

    def test_policy_unknown(self) -> None:
        result = judge(zone({"example.com": "servfail"}), "example.com", ("pass", "example.com"))
        assert result.result == "unknown" and "SERVFAIL" in result.reason

    def test_own_record_and_the_walk_above_fails(self) -> None:
        dns = zone({"example.com": "v=DMARC1; p=reject", "com": "servfail"})
        assert judge(dns, "example.com", None, ("pass", "example.com")).result == "pass"
        assert judge(dns, "example.com", None, ("pass", "mail.example.com")).result == "unknown"
        assert judge(dns, "example.com", None, ("pass", "example.net")).result == "fail"

    def test_many_signatures_cost_bounded_work(self) -> None:
        dns = zone(self.ZONE)
        judge(dns, "example.com", None, *(("pass", f"s{i}.example.com") for i in range(500)))
        assert len(dns.asked) < 40


class TestSuffixListReceivers:
    def test_agreement_is_the_rule(self) -> None:
        dns = zone({"example.com": "v=DMARC1; p=reject"})
        result = judge(dns, "news.example.com", ("pass", "bounces.example.com"))
        assert (result.psl_result, result.differs, result.differs_because) == ("pass", False, ())

    def test_a_record_below_only(self) -> None:
        # The tree walk makes mail.example.com an organization of its own; the list says example.com.
        dns = zone({"mail.example.com": "v=DMARC1; p=reject"})
        result = judge(dns, "mail.example.com", ("pass", "example.com"))
        assert (result.result, result.psl_result) == ("fail", "pass")
        assert result.differs and result.differs_because == ("organizational-domain",)
        assert result.psl_organizational_domain == "example.com"

    def test_record_above_the_registered_domain(self) -> None:
        dns = zone({"com": "v=DMARC1; p=reject; psd=y"})
        result = judge(dns, "example.com", ("pass", "other.net"))
        assert (result.result, result.disposition) == ("fail", "reject")
        assert (result.psl_result, result.differs_because) == ("none", ("record",))

    def test_several_records_end_the_search_only_by_the_old_rule(self) -> None:
        dns = zone({"a.example.com": ["v=DMARC1; p=none"] * 2, "example.com": "v=DMARC1; p=reject"})
        result = judge(dns, "a.example.com")
        assert (result.result, result.psl_result) == ("fail", "none")

    @pytest.mark.parametrize(
        ("record", "new", "old"),
        [
            ("v=DMARC1; p=reject; t=y", "quarantine", "reject"),
            ("v=DMARC1; p=quarantine; np=reject", "reject", "quarantine"),
        ],
    )
    def test_new_tags_are_not_read_by_old_receivers(self, record: str, new: str, old: str) -> None:
        result = judge(zone({"example.com": record}), "sub.example.com", ("fail", "x.example"))
        assert (result.disposition, result.psl_disposition) == (new, old)
        assert result.differs_because == ("policy",)

    def test_the_packaged_list_is_used_by_default(self) -> None:
        dns = zone({"example.co.uk": "v=DMARC1; p=reject"})
        result = evaluate(dns, "news.example.co.uk", ("pass", "bounces.example.co.uk"), [])
        assert result.psl_organizational_domain == "example.co.uk"
        assert (result.result, result.psl_result) == ("pass", "pass")

    def test_an_unknown_verdict_is_not_a_difference(self) -> None:
        result = judge(zone({"example.com": "servfail"}), "example.com", ("pass", "example.com"))
        assert result.psl_result == "unknown" and not result.differs


class TestReports:
    RECORD = "v=DMARC1; p=none; rua=mailto:d@example.com,mailto:x@agg.example.net; ruf=https://r.example"

    def targets(self, extra: dict) -> dict:
        dns = zone({"example.com": self.RECORD}, extra=extra)
        return {t.uri: t for t in report_targets(dns, discover(dns, "news.example.com"))}

    def test_inside_the_organization_no_consent_is_needed(self) -> None:
        own = self.targets({})["mailto:d@example.com"]
        assert (own.external, own.authorized, own.query) == (False, True, "")

    def test_outside_it_is(self) -> None:
        query = ("example.com._report._dmarc.agg.example.net", "TXT")
        uri = "mailto:x@agg.example.net"
        assert self.targets({query: ["v=DMARC1"]})[uri].authorized is True
        assert self.targets({query: ["v=DMARC1;"]})[uri].external is True
        assert self.targets({query: ["hello"]})[uri].authorized is False
        missing = self.targets({})[uri]
        assert (missing.authorized, missing.query) == (False, query[0])
        assert isinstance(self.targets({query: "servfail"})[uri].authorized, Unknown)

    def test_other_schemes_are_not_judged(self) -> None:
        assert isinstance(self.targets({})["https://r.example"].authorized, Unknown)

    def test_no_record_no_targets(self) -> None:
        assert report_targets(FakeDNS(), discover(FakeDNS(), "example.com")) == ()
