"""Where links lead, as a browser would read them, and what a link's text promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.draft import Draft
from scorer.facts.links import MAX_LINKS, Links, LinkTarget, is_internal, named_host, read_links


def links(html: str) -> Links:
    return read_links(Draft(from_="a@shop.example", html=html).to_message())


def link(href: str, text: str = "words", head: str = "") -> LinkTarget:
    escaped = href.replace("&", "&amp;").replace('"', "&quot;")
    (found,) = links(f'{head}<p><a href="{escaped}">{text}</a></p>').all
    return found


@pytest.mark.parametrize(
    ("href", "scheme", "host", "org"),
    [
        ("https://www.Shop.Example/a?b#c", "https", "www.shop.example", "shop.example"),
        ("HTTP://shop.co.uk.", "http", "shop.co.uk", "shop.co.uk"),
        ("//cdn.shop.no/x", "https", "cdn.shop.no", "shop.no"),
        (" \n https://shop.\nno/ ", "https", "shop.no", "shop.no"),
        ("\x01https://shop.no", "https", "shop.no", "shop.no"),
        ("https:\\\\shop.no\\path", "https", "shop.no", "shop.no"),
        ("https://bücher.de/", "https", "xn--bcher-kva.de", "xn--bcher-kva.de"),
        ("https://user@shop.no:8080/", "https", "shop.no", "shop.no"),
        ("https://user.github.io/", "https", "user.github.io", "user.github.io"),
        ("mailto:a@shop.no", "mailto", "", ""),
        ("tel:+4712345678", "tel", "", ""),
        ("javascript:void(0)", "javascript", "", ""),
        ("file:///C:/x.pdf", "file", "", ""),
        ("C:\\x.pdf", "file", "", ""),
        ("\\\\server\\share\\x.pdf", "file", "", ""),
        ("#part", "fragment", "", ""),
    ],
)
def test_addresses_are_taken_apart(href: str, scheme: str, host: str, org: str) -> None:
    found = link(href)
    assert (found.scheme, found.host, found.org, found.flaw) == (scheme, host, org, "")


@pytest.mark.parametrize(
    ("href", "flaw"),
    [
        ("", "empty"),
        ("/offers", "relative"),
        ("www.shop.no/offers", "relative"),
        ("shop.no:8080/offers", "relative"),
        ("info@shop.no", "relative"),
        ("https://", "no-host"),
        ("http:/shop.no", "no-host"),
        ("https://shop..no", "bad-host"),
        ("https://sh op.no", "bad-host"),
        ("https://shop.****.no", "bad-host"),
        ("http://https://shop.no", "bad-host"),
        ("http://999.1.1.1/", "bad-host"),
        ("https://[shop.no/", "unparsable"),
    ],
)
def test_flaws_have_names(href: str, flaw: str) -> None:
    assert link(href).flaw == flaw


@pytest.mark.parametrize(
    "href",
    [
        "{{ unsubscribe_url }}",
        "%7B%7B%20url%20%7D%7D",
        "%5b%5blink.url%5d%5d",
        "[[link.url]]",
        "https://[[link.host]]/x",
        "https://{{host}}/x",
        "https://*|HOST|*/x",
        "*|UNSUB|*",
        "https://shop.no/?u={{ email }}",
        "%unsubscribe_url%",
    ],
)
def test_a_merge_tag_is_no_flaw(href: str) -> None:
    found = link(href)
    assert found.has_merge_tag
    assert found.flaw == ""


@pytest.mark.parametrize(
    "href", ["https://shop.no/%20a%20b", "https://shop.no/%E2%82%AC%E2%82%AC", "https://shop.no/50%"]
)
def test_percent_encoding_is_no_merge_tag(href: str) -> None:
    assert not link(href).has_merge_tag


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "3221225985", "0xC0000201", "0300.0.2.1", "[2001:db8::1]", "192.513"]
)
def test_addresses_in_every_spelling_are_ip_addresses(host: str) -> None:
    assert link(f"http://{host}/x").is_ip


def test_user_information_and_ports_are_seen() -> None:
    found = link("https://www.bank.no@shop.no:8443/@x")
    assert (found.host, found.port, found.has_credentials) == ("shop.no", 8443, True)
    assert not link("https://shop.no/@x?y=a@b.no").has_credentials
    assert link("https://shop.no:99999/").port is None


def test_links_are_resolved_against_a_base() -> None:
    found = link("offers/1", head='<base href="https://www.shop.no/news/">')
    assert (found.scheme, found.host, found.path, found.flaw) == (
        "https",
        "www.shop.no",
        "/news/offers/1",
        "",
    )
    assert link("offers/1", head='<base href="news/">').flaw == "relative"


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("www.bank.no", "www.bank.no"),
        ("https://bank.no/login?a=b", "bank.no"),
        ("bank.no", "bank.no"),
        ("Bank.NO/login", "bank.no"),
        ("http://user@bank.no", "bank.no"),
        ("https://www.bank.finance", "www.bank.finance"),
        ("Read more at bank.no", ""),
        ("bank.no and more", ""),
        ("post@bank.no", ""),
        ("Node.js", ""),
        ("report.pdf", ""),
        ("e.g.", ""),
        ("", ""),
        ("12.50", ""),
        ("www.bank.no " + "x" * 400, ""),
    ],
)
def test_only_a_text_that_is_an_address_names_a_host(text: str, host: str) -> None:
    assert named_host(text) == host


@pytest.mark.parametrize(
    ("host", "internal"),
    [
        ("localhost", True),
        ("intranet", True),
        ("printer.local", True),
        ("crm.internal", True),
        ("10.1.2.3", True),
        ("172.31.0.1", True),
        ("192.168.1.1", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("fd00::1", True),
        ("172.32.0.1", False),
        ("192.0.2.1", False),
        ("2001:db8::1", False),
        ("local.example.no", False),
        ("notlocal", True),
        ("shop.no", False),
        ("", False),
    ],
)
def test_hosts_within_a_network(host: str, internal: bool) -> None:
    assert is_internal(host) is internal


def test_the_text_part_is_read_where_there_is_no_page() -> None:
    message = Draft(
        from_="a@shop.no", text="See https://shop.no/a, (www.shop.no/b). Or <http://old.shop.no>!"
    ).to_message()
    found = read_links(message)
    assert [(item.href, item.in_html) for item in found.all] == [
        ("https://shop.no/a", False),
        ("http://www.shop.no/b", False),
        ("http://old.shop.no", False),
    ]


def test_the_text_part_is_not_read_where_there_is_a_page() -> None:
    message = Draft(from_="a@shop.no", text="https://shop.no/a", html="<p>Hello</p>").to_message()
    assert read_links(message).all == ()


def test_hosts_and_resources_are_listed_once() -> None:
    found = links(
        '<a href="https://a.shop.no/1">1</a><a href="https://a.shop.no/2">2</a><a href="https://b.shop.no">3</a>'
        '<img src="http://img.shop.no/1.png"><img src="//cdn.shop.no/2.png"><img src="cid:logo"><img src="http://[">'
    )
    assert found.hosts == ("a.shop.no", "b.shop.no")
    assert found.orgs == ("shop.no",)
    assert found.resource_hosts == ("img.shop.no", "cdn.shop.no")
    assert found.insecure_resources[0] == "http://img.shop.no/1.png"


def test_the_number_of_links_is_bounded() -> None:
    found = links("<p>" + "<a href='https://shop.no'>x</a>" * (MAX_LINKS + 10))
    assert len(found.all) == MAX_LINKS
    assert found.truncated


@given(st.text(max_size=100), st.text(max_size=60))
def test_any_address_and_text_can_be_read(href: str, text: str) -> None:
    from html import escape

    source = f'<a href="{escape(href)}">{escape(text)}</a><img src="{escape(href)}">'
    for found in links(source).all:
        assert found.flaw in ("", "empty", "relative", "no-host", "bad-host", "unparsable")
        if found.host and not found.is_ip:
            assert found.host == found.host.lower()
            assert found.host.isascii()


@given(st.from_regex(r"https?://[a-z@:\[\]./\\%0-9{}*|#?-]{0,40}", fullmatch=True))
def test_any_web_address_can_be_read(href: str) -> None:
    link(href)


@given(st.text(max_size=320))
def test_any_text_can_be_asked_for_a_host(text: str) -> None:
    named_host(text)
