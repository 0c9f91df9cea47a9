"""Domain names and public suffixes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.domains import (
    display_domain,
    is_ip_literal,
    normalize_domain,
    organizational_domain_psl,
    public_suffix,
)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        (" example.com ", "example.com"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("faß.de", "xn--fa-hia.de"),
        ("bücher。example", "xn--bcher-kva.example"),
        ("ＥＸＡＭＰＬＥ.com", "example.com"),
        ("☃.net", "xn--n3h.net"),
        ("my_shop.example.com", "my_shop.example.com"),
        ("localhost", "localhost"),
        ("a" * 63 + ".com", "a" * 63 + ".com"),
    ],
)
def test_a_domain_has_one_spelling(written: str, normal: str) -> None:
    assert normalize_domain(written) == normal


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        ".com",
        "a..b",
        "exa mple.com",
        "-a.com",
        "a-.com",
        "a" * 64 + ".com",
        ".".join(["abcdefgh"] * 29),
        "192.0.2.1",
        "example.1",
        "example.0x1",
        "user@example.com",
        "http://example.com",
        "x" * 100_000,
        "ü" * 100,
        "exa\u0000mple.com",
        "example.com/path",
        "ex\u200fample.com\ud800",
    ],
)
def test_what_is_no_domain(text: str) -> None:
    assert normalize_domain(text) is None


@settings(deadline=None)
@given(st.text(max_size=80))
def test_normalizing_twice_changes_nothing(text: str) -> None:
    once = normalize_domain(text)
    if once is not None:
        assert normalize_domain(once) == once
        assert once.isascii()
        assert display_domain(once)


def test_display_form() -> None:
    assert display_domain("xn--bcher-kva.example") == "bücher.example"
    assert display_domain("www.example.com") == "www.example.com"
    for broken in ("xn--.com", "xn--a.com", "xn--99999999999.com", "xn--" + "9" * 59 + ".com"):
        assert display_domain(broken) == broken


@pytest.mark.parametrize(
    "text",
    [
        "192.0.2.1",
        "[192.0.2.1]",
        "[IPv6:2001:db8::1]",
        "2001:db8::1",
        "[::1]",
        "0x7f.1",
        "2130706433",
        "0300.0.2.1",
    ],
)
def test_ip_addresses(text: str) -> None:
    assert is_ip_literal(text)


@pytest.mark.parametrize(
    "text",
    ["", "example.com", "1.2.3.4.5", "256.1.1.1", "4294967296", "[]", ":", "1.2.3.example", "9" * 5000],
)
def test_no_ip_addresses(text: str) -> None:
    assert not is_ip_literal(text)


# The rules of the test data at https://github.com/publicsuffix/list/blob/main/tests/test_psl.txt (CC0) that matter most.
@pytest.mark.parametrize(
    ("name", "organizational"),
    [
        ("COM", None),
        ("WwW.example.COM", "example.com"),
        (".example.com", None),
        ("example", None),
        ("a.b.example.example", "example.example"),
        ("b.example.uk.com", "example.uk.com"),
        ("c.mm", None),
        ("a.b.c.mm", "b.c.mm"),
        ("www.test.ac.jp", "test.ac.jp"),
        ("a.b.ide.kyoto.jp", "b.ide.kyoto.jp"),
        ("c.kobe.jp", None),
        ("city.kobe.jp", "city.kobe.jp"),
        ("www.city.kobe.jp", "city.kobe.jp"),
        ("test.ck", None),
        ("www.www.ck", "www.ck"),
        ("www.test.k12.ak.us", "test.k12.ak.us"),
        ("www.食狮.公司.cn", "xn--85x722f.xn--55qx5d.cn"),
        ("公司.cn", None),
        ("shishi.中国", "shishi.xn--fiqs8s"),
        ("news.example.co.uk", "example.co.uk"),
        ("a.b.someone.github.io", "someone.github.io"),
        ("192.0.2.1", None),
        ("[192.0.2.1]", None),
    ],
)
def test_organizational_domain(name: str, organizational: str | None) -> None:
    assert organizational_domain_psl(name) == organizational


def test_sections_are_told_apart() -> None:
    icann = public_suffix("www.example.co.uk")
    assert icann is not None and (icann.name, icann.section) == ("co.uk", "icann")
    private = public_suffix("someone.github.io")
    assert private is not None and (private.name, private.section) == ("github.io", "private")
    unlisted = public_suffix("host.invalid")
    assert unlisted is not None and (unlisted.name, unlisted.section) == ("invalid", "unlisted")
    assert public_suffix("not a domain") is None


def test_all_official_vectors() -> None:
    package = pytest.importorskip("publicsuffixlist")
    vectors = (Path(package.__file__).parent / "test_psl.txt").read_text(encoding="utf-8")
    cases = re.findall(r"^checkPublicSuffix\('([^']*)', (?:'([^']*)'|null)\);", vectors, re.MULTILINE)
    assert len(cases) > 60
    for name, expected in cases:
        wanted = normalize_domain(expected) if expected else None
        assert organizational_domain_psl(name) == wanted, name


def test_agrees_with_an_independent_implementation() -> None:
    package = pytest.importorskip("publicsuffixlist")
    reference = package.PublicSuffixList()
    lines = (
        (Path(package.__file__).parent / "public_suffix_list.dat").read_text(encoding="utf-8").splitlines()
    )
    rules = [line for line in lines if line and not line.startswith("//")]
    for rule in rules[:: max(1, len(rules) // 700)]:
        name = normalize_domain("a.b." + rule.lstrip("!").replace("*", "any"))
        assert name is not None, rule
        assert organizational_domain_psl(name) == reference.privatesuffix(name), rule
