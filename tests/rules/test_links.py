"""Rules about links, beyond their own examples: near misses, what the sending service changes, and bounds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.draft import Draft
from scorer.facts import Facts, gather
from scorer.mime import parse_message
from scorer.rules import all_rules, run_rules
from scorer.rules.rule import Finding
from scorer.sending import from_mapping

LINKS = [registered for registered in all_rules().values() if registered.rule.group == "links"]


def facts(
    html: str | None, sender: str = "Shop <news@fjellsport.example>", sending: Any = None, **fields: Any
) -> Facts:
    draft = Draft(from_=sender, subject=fields.pop("subject", "News"), html=html, **fields)
    return gather(draft.to_message(), from_mapping(sending) if sending else None)


def fired(source: Facts) -> dict[str, Finding]:
    found, unchecked = run_rules(source, LINKS)
    broken = [item for item in unchecked if "the rule failed" in item.reason]
    assert not broken, broken
    return {finding.rule: finding for finding in found}


def unchecked(source: Facts) -> set[str]:
    return {item.rule for item in run_rules(source, LINKS)[1]}


def a(href: str, text: str = "the offer") -> str:
    return f'<p><a href="{href}">{text}</a></p>'


def test_an_ordinary_newsletter_has_no_finding() -> None:
    html = (
        a("https://www.fjellsport.example/offer?utm_source=news&amp;utm_medium=email")
        + a("https://www.fjellsport.example/", "www.fjellsport.example")
        + a("https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fwww.fjellsport.example", "Share")
        + a("https://www.instagram.com/fjellsport/", "Instagram")
        + a("mailto:post@fjellsport.example?subject=News", "Write to us")
        + a("tel:+4712345678", "+47 12 34 56 78")
        + a("#top", "Up")
        + a("https://www.fjellsport.example/unsubscribe?u={{ id }}", "Unsubscribe")
        + '<img src="https://img.fjellsport.example/a.png" alt="Skis" width="600">'
    )
    assert fired(facts(html)) == {}


@pytest.mark.parametrize(
    ("shown", "target"),
    [
        ("www.fjellsport.example", "https://fjellsport.example/"),
        ("www.fjellsport.no", "https://www.fjellsport.se/"),
        ("www.other.no/terms", "https://shop.fjellsport.example/t/1"),
        ("Read the terms at www.other.no today", "https://third.example/"),
        ("post@other.no", "https://third.example/"),
        ("www.other.no", "https://{{ host }}/x"),
        ("www.other.no", "mailto:post@third.example"),
    ],
)
def test_a_text_that_agrees_or_is_no_address_passes(shown: str, target: str) -> None:
    assert "link-text-names-another-domain" not in fired(facts(a(target, shown)))


def test_a_target_at_a_sending_service_is_a_finding_of_its_own() -> None:
    found = fired(facts(a("https://fjellsport.us1.list-manage.com/track/1", "www.fjellsport.example")))
    assert list(found) == ["tracked-link-shows-an-address"]
    assert found["tracked-link-shows-an-address"].message == "main"


def test_links_that_the_service_will_rewrite_are_judged_as_delivered() -> None:
    html = a("https://www.fjellsport.example/", "www.fjellsport.example") + a(
        "https://x.example/", "www.y.example"
    )
    shared = {"rewrites_links": True, "tracking_domain": "click.service.example"}
    found = fired(facts(html, sending=shared))
    assert "link-text-names-another-domain" not in found
    finding = found["tracked-link-shows-an-address"]
    assert (finding.message, finding.count) == ("rewritten", 2)
    assert finding.params["target"] == "click.service.example"
    own = {"rewrites_links": True, "tracking_domain": "click.fjellsport.example"}
    assert fired(facts(html, sending=own))["tracked-link-shows-an-address"].params["shown"] == "www.y.example"


def test_rewriting_to_a_domain_that_is_not_known_is_not_checked() -> None:
    rule = "tracked-link-shows-an-address"
    html = a("https://www.fjellsport.example/", "www.fjellsport.example")
    source = facts(html, sending={"rewrites_links": True})
    assert rule in unchecked(source)
    assert rule not in fired(source)
    assert rule not in unchecked(facts(a("https://x.example"), sending={"rewrites_links": True}))


def test_one_address_one_finding() -> None:
    for href, rule in (
        ("http://10.0.0.7/x", "link-to-internal-host"),
        ("http://192.0.2.7/x", "link-to-ip-address"),
        ("http://0xC0000207/x", "link-to-disguised-ip-address"),
        ("http://localhost:3000/x", "link-to-internal-host"),
        ("http://https://fjellsport.example/", "broken-link-address"),
        ("https://", "empty-link"),
        ("www.fjellsport.no", "relative-link"),
    ):
        assert list(fired(facts(a(href)))) == [rule], href


def test_an_email_address_as_a_web_address_is_a_slip_and_is_mended() -> None:
    finding = fired(facts(a("http://info@fjellsport.example/")))["link-with-credentials"]
    assert (finding.message, finding.severity) == ("mail", "warning")
    assert finding.fix_params["href"] == "mailto:info@fjellsport.example"
    finding = fired(facts(a("https://www.bank.no:x@evil.example/login?a=b")))["link-with-credentials"]
    assert (finding.message, finding.severity) == ("main", "error")
    assert finding.fix_params["href"] == "https://evil.example/login?a=b"


@pytest.mark.parametrize(
    ("href", "message", "mended"),
    [
        ("www.fjellsport.no/a", "scheme", "https://www.fjellsport.no/a"),
        ("post@fjellsport.no", "mail", "mailto:post@fjellsport.no"),
        ("offers/november", "main", None),
    ],
)
def test_a_missing_scheme_is_mended_where_it_is_certain(href: str, message: str, mended: str | None) -> None:
    finding = fired(facts(a(href)))["relative-link"]
    assert finding.message == message
    assert finding.fix_params.get("href") == mended


@pytest.mark.parametrize(
    "href", ["[unsubscribe]", "<%asm_group_unsubscribe_raw_url%>", "$url$", "{{{link}}}", "##LINK##"]
)
def test_targets_that_a_service_fills_in_are_no_relative_links(href: str) -> None:
    escaped = href.replace("<", "&lt;").replace(">", "&gt;")
    assert "relative-link" not in fired(facts(a(escaped)))


def test_a_doubled_scheme_is_mended() -> None:
    for href in ("http://https://fjellsport.no/a", "https://http://fjellsport.no/a"):
        finding = fired(facts(a(href)))["broken-link-address"]
        assert finding.message == "doubled"
        assert str(finding.fix_params["href"]).endswith("://fjellsport.no/a")
        assert str(finding.fix_params["href"]).count("://") == 1


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("mailto:", None),
        ("mailto:post", "post"),
        ("mailto:a@b.no,c@", "c@"),
        ("mailto:mailto:a@b.no", "mailto:a@b.no"),
    ],
)
def test_broken_mail_links(href: str, address: str | None) -> None:
    finding = fired(facts(a(href)))["broken-mail-link"]
    assert finding.params.get("address") == address


@pytest.mark.parametrize(
    "href", ["mailto:a%40b.no", "mailto:A%20B%20%3Ca@b.no%3E", "mailto:?subject=x", "mailto:{{mail}}"]
)
def test_mail_links_that_work(href: str) -> None:
    assert "broken-mail-link" not in fired(facts(a(href)))


def test_domains_wholly_in_another_script_pass() -> None:
    for host in ("новости.рф", "日本語.jp", "ελλάδα.gr", "bücher.de", "日本語news.jp", "עברית.example"):
        assert fired(facts(a(f"https://{host}/"))) == {}, host


def test_a_look_alike_of_a_brand_is_one_finding() -> None:
    found = fired(facts(a("https://www.p\u0430ypal.com/")))
    assert list(found) == ["link-domain-imitates-brand"]


def test_no_link_to_own_domain_needs_a_pattern() -> None:
    def elsewhere(count: int, extra: str = "") -> Facts:
        return facts("".join(a(f"https://p{n}.other.example/") for n in range(count)) + extra)

    assert "no-link-to-own-domain" not in fired(elsewhere(2))
    assert "no-link-to-own-domain" in fired(elsewhere(3))
    for extra in (
        a("https://www.fjellsport.example/"),
        a("https://fjellsport.no/"),
        a("https://fjellsportbutikken.no/"),
        a("https://x.list-manage.com/1"),
        a("https://{{ host }}/"),
    ):
        assert "no-link-to-own-domain" not in fired(elsewhere(3, extra)), extra
    freemail = facts("".join(a(f"https://p{n}.other.example/") for n in range(3)), sender="a@gmail.com")
    assert "no-link-to-own-domain" not in fired(freemail)


def test_insecure_links_are_one_finding_and_only_among_secure_ones() -> None:
    mixed = (
        a("http://fjellsport.example/1")
        + a("http://fjellsport.example/2")
        + a("https://fjellsport.example/3")
    )
    finding = fired(facts(mixed))["insecure-link"]
    assert (finding.count, finding.params["count"], len(finding.evidence)) == (1, 2, 2)
    assert "insecure-link" not in fired(facts(a("http://fjellsport.example/1")))
    rewritten = {"rewrites_links": True, "tracking_domain": "click.fjellsport.example"}
    assert "insecure-link" not in fired(facts(mixed, sending=rewritten))


def test_foreign_merge_tags_need_a_profile() -> None:
    html = "<p>Hello *|FNAME|* and {{ name }}</p>"
    assert "foreign-merge-tag" in unchecked(facts(html))
    assert "foreign-merge-tag" not in unchecked(facts("<p>Hello</p>"))
    finding = fired(facts(html, sending={"merge_syntax": ["braces"]}))["foreign-merge-tag"]
    assert (finding.count, finding.params["tag"]) == (1, "*|FNAME|*")
    assert "foreign-merge-tag" not in fired(facts(html, sending={"merge_syntax": ["braces", "star-bar"]}))


def test_a_foreign_merge_tag_counts_in_the_subject_and_in_links_but_not_in_styles() -> None:
    known = {"merge_syntax": ["braces"]}
    assert "foreign-merge-tag" in fired(facts("<p>x</p>", subject="Hi *|FNAME|*", sending=known))
    assert "foreign-merge-tag" in fired(facts(a("https://x.example/?u=*|ID|*"), sending=known))
    assert "foreign-merge-tag" not in fired(facts("<style>/* *|X|* */</style><p>x</p>", sending=known))


def test_a_tag_that_was_sent_unfilled_is_said_to_be_so() -> None:
    raw = (
        b"Return-Path: <b@shop.no>\r\nReceived: from a.shop.no by mx.example; Mon, 2 Nov 2026 10:00:00 +0000\r\n"
        b"From: a@shop.no\r\nSubject: News\r\nContent-Type: text/html\r\n\r\n<p>Dear {{ first_name }}, hello.</p>"
    )
    finding = fired(gather(parse_message(raw)))["foreign-merge-tag"]
    assert finding.message == "sent"


@pytest.mark.parametrize(
    "text",
    [
        "Dear {{ name }, hi",
        "Dear { name }}, hi",
        "Dear *|FNAME*, hi",
        "Dear [[customer.firstname], hi",
        "Dear {{name, hi",
    ],
)
def test_halves_of_merge_tags(text: str) -> None:
    finding = fired(facts(f"<p>{text}</p>"))["broken-merge-tag"]
    (place,) = finding.evidence
    assert place.kind == "visible"


@pytest.mark.parametrize(
    "text",
    [
        "Dear {{ name }}",
        "{{{raw}}}",
        "f(x[y[1]])",
        "{note}",
        "[1] and [2]",
        "*|FNAME|*",
        "[[a.b]]",
        "a | b *c*",
        "}}",
    ],
)
def test_whole_merge_tags_and_plain_brackets_pass(text: str) -> None:
    assert "broken-merge-tag" not in fired(facts(f"<p>{text}</p>"))


def test_broken_tags_are_looked_for_in_the_syntax_in_use() -> None:
    assert "broken-merge-tag" not in fired(
        facts("<p>{{ name }, hi</p>", sending={"merge_syntax": ["brackets"]})
    )
    assert "broken-merge-tag" in fired(facts("<p>x</p>", subject="{{ name }, hi"))


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("https://www.google.com/url?q=https://fjellsport.no/a&amp;sa=D", "fjellsport.no"),
        ("https://www.google.co.uk/url?url=https%3A%2F%2Ffjellsport.no", "fjellsport.no"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Ffjellsport.no%2F", "fjellsport.no"),
        ("https://www.bing.com/ck/a?!&amp;&amp;p=abc", None),
    ],
)
def test_redirect_pages(href: str, target: str | None) -> None:
    assert fired(facts(a(href)))["open-redirect-link"].params.get("target") == target


def test_wrapped_links_are_the_authors_only_before_sending() -> None:
    wrapped = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.example"
    assert list(fired(facts(a(wrapped, "www.x.no")))) == ["wrapped-link"]
    raw = f"Received: from a by b\r\nFrom: a@shop.no\r\nContent-Type: text/html\r\n\r\n{a(wrapped)}".encode()
    assert "wrapped-link" not in fired(gather(parse_message(raw)))


@pytest.mark.parametrize("path", ["a.exe", "a.MSI", "a%2Eapk", "a.pdf.scr", "a.iso"])
def test_programs_to_download(path: str) -> None:
    assert "link-to-dangerous-file" in fired(facts(a(f"https://fjellsport.example/{path}")))


@pytest.mark.parametrize(
    "path",
    [
        "a.pdf",
        "a.exe/",
        "?f=a.exe",
        "archive/https://www.other.com",
        "app.js",
        "cgi-bin/q.exe?id=1",
        "scripts/x.dll?id=1",
    ],
)
def test_pages_are_no_programs(path: str) -> None:
    assert "link-to-dangerous-file" not in fired(facts(a(f"https://fjellsport.example/{path}")))


def test_a_lone_hash_around_a_date_is_a_designers_habit() -> None:
    assert "empty-link" not in fired(facts(a("#", "Storgata 12, 0155 Oslo")))
    assert "empty-link" in fired(facts(a("#", "Shop now")))


def test_links_that_nobody_sees_are_not_called_empty() -> None:
    assert "empty-link" not in fired(
        facts('<div style="display:none"><a href="#">Shop</a></div><p>Hello</p>')
    )


def test_a_mailing_in_plain_text_is_judged_too() -> None:
    found = fired(facts(None, text="See http://192.0.2.7/a and https://bit.ly/x"))
    assert set(found) >= {"link-to-ip-address", "link-shortener"}


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=20)), max_size=6))
def test_no_rule_fails_on_any_link(pairs: list[tuple[str, str]]) -> None:
    from html import escape

    html = "".join(f'<a href="{escape(href)}">{escape(text)}</a>' for href, text in pairs)
    fired(facts(html, sending={"merge_syntax": ["braces"]}))


@given(
    st.from_regex(r"(https?:|mailto:|//|www\.)[a-z0-9@:\[\]./\\%{}*|#?&=\u200b\u0430-]{0,40}", fullmatch=True)
)
def test_no_rule_fails_on_any_address(href: str) -> None:
    fired(facts(a(href, href)))
