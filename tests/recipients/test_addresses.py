"""Syntax: the plain way and email-validator agree; what is the same address, and what probably is."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from scorer.recipients.addresses import Address, AddressReader, canonical, probably_same

LOCALS = st.one_of(
    st.text("abzAZ09.+-_'!#%/=?^`{|}~$&*", max_size=70),
    st.text(max_size=12),
    st.sampled_from(["a" * 64, "a" * 65, "jørgen", '"a b"', "a..b", ".a", "a."]),
)
LABELS = st.one_of(
    st.text("abz019-", max_size=66),
    st.text(max_size=6),
    st.sampled_from(["xn--mller-kva", "a" * 63, "müller"]),
)
DOMAINS = st.one_of(
    st.lists(LABELS, min_size=1, max_size=5).map(".".join),
    st.sampled_from(
        ["gmail.com", "GMail.Com", "x.test", "localhost", "a.123", "[1.2.3.4]", "xn--zzzzzz.com", "é.ó.no"]
    ),
    st.tuples(
        st.text("ab-", min_size=1, max_size=63),
        st.sampled_from(["com", "NO", "co.uk", "c1", "1c", "invalid"]),
    ).map(".".join),
)


def by_email_validator(text: str) -> tuple[str, str] | None:
    try:
        valid = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return None
    return valid.local_part, valid.ascii_domain


@given(st.one_of(st.tuples(LOCALS, DOMAINS).map("@".join), st.text(max_size=40), st.emails()))
@example("a@" + ".".join(["b" * 60] * 4) + ".com")
@example("a" * 64 + "@" + "b" * 63 + "." + "c" * 63 + "." + "d" * 57 + ".com")
@example("a@ab--cd.com")
@example("a@\u0338b.com")
@example("a@b.com\n")
def test_the_plain_way_and_email_validator_agree(text: str) -> None:
    reader = AddressReader()
    for _ in range(2):  # the second time from what was kept
        found = reader.read(text)
        if isinstance(found, Address) and found.bare:
            assert (found.local, found.domain.name) == by_email_validator(text)
        else:
            assert by_email_validator(text) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no-at"),
        ("anna", "no-at"),
        ("anna@@shop.example", "several-at"),
        ("anna@shop.com; ola@shop.com", "several-at"),
        ("@shop.com", "empty-part"),
        ("anna@", "empty-part"),
        ("anna berg@shop.com", "space"),
        ("anna..berg@shop.com", "dots"),
        ("anna@shop..com", "dots"),
        ("anna@shop", "no-dot"),
        ("anna@shop.test", "reserved"),
        ("anna(x)@shop.com", "character"),
        ("anna@sh_op.com", "character"),
        ("anna@192.0.2.1", "ip-address"),
        ("anna@[192.0.2.1]", "ip-address"),
        ('"anna berg"@shop.com', "quoted"),
        ("a" * 65 + "@shop.com", "too-long"),
        ("anna@" + "b" * 300 + ".com", "too-long"),
        ("x" * 2000, "too-long"),
        ("anna@-shop.com", "domain"),
        ("anna@ab--cd.com", "domain"),
        ("anna@xn--a.com", "idn"),
    ],
)
def test_why_something_is_no_address(text: str, fault: str) -> None:
    assert AddressReader().read(text) == fault


@pytest.mark.parametrize(
    "text",
    [
        "Anna Berg <anna@shop.com>",
        "mailto:anna@shop.com",
        "<anna@shop.com>",
        "'anna@shop.com',",
        "\u200banna@shop.com",
    ],
)
def test_what_stands_around_an_address_is_taken_off(text: str) -> None:
    found = AddressReader().read(text)
    assert isinstance(found, Address)
    assert (found.text, found.bare) == ("anna@shop.com", False)


def key(text: str, function) -> str:
    found = AddressReader().read(text)
    assert isinstance(found, Address)
    return function(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna@SHOP.com", "anna@shop.com"),
        ("Anna@shop.com", "anna@shop.com"),
        ("a@müller.de", "a@xn--mller-kva.de"),
        ("a@MÜLLER.de", "a@müller.de"),
    ],
)
def test_one_address_in_two_spellings_is_the_same(one: str, other: str) -> None:
    assert key(one, canonical) == key(other, canonical)


def test_gmail_ignores_dots_and_what_follows_a_plus_but_that_is_only_probably_the_same() -> None:
    for other in ("a.nna@gmail.com", "anna+news@gmail.com", "Anna@googlemail.com"):
        assert key(other, probably_same) == key("anna@gmail.com", probably_same)
        assert key(other, canonical) != key("anna@gmail.com", canonical)


def test_dots_and_plus_mean_something_at_a_domain_that_is_not_known_to_ignore_them() -> None:
    assert key("a.nna@shop.com", probably_same) != key("anna@shop.com", probably_same)
    assert key("anna+x@shop.com", probably_same) != key("anna@shop.com", probably_same)
    assert key("a.nna@outlook.com", probably_same) != key("anna@outlook.com", probably_same)
    assert key("anna+x@outlook.com", probably_same) == key("anna@outlook.com", probably_same)


def test_a_local_part_that_is_not_ascii_needs_smtputf8() -> None:
    found = AddressReader().read("jørgen@blåbær.no")
    assert isinstance(found, Address)
    assert found.smtputf8
    assert found.text == "jørgen@blåbær.no"
    assert found.domain.name == "xn--blbr-roah.no"
