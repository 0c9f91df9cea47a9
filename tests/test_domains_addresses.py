"""Mailboxes in headers, and the form of addresses."""

from __future__ import annotations

import time
from email.utils import formataddr, getaddresses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.domains import Mailbox, address_syntax_error, parse_mailbox_list
from scorer.domains.addresses import MAX_MAILBOXES


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ann@example.com", [("", "ann@example.com")]),
        ("Ann <ann@example.com>", [("Ann", "ann@example.com")]),
        ('"Doe, Ann" <ann@example.com>', [("Doe, Ann", "ann@example.com")]),
        ('"Ann \\"the boss\\" Doe" <a@example.com>', [('Ann "the boss" Doe', "a@example.com")]),
        ("a@example.com, Bo <b@example.com>", [("", "a@example.com"), ("Bo", "b@example.com")]),
        ("Team: a@example.com, Bo <b@example.com>;", [("", "a@example.com"), ("Bo", "b@example.com")]),
        ("undisclosed-recipients:;", []),
        ("a@example.com (Ann)", [("Ann", "a@example.com")]),
        ("Ann (the (real) one) <a@example.com>", [("Ann", "a@example.com")]),
        ('"john doe"@example.com', [("", '"john doe"@example.com')]),
        ("Ann <@relay.example,@other.example:a@example.com>", [("Ann", "a@example.com")]),
        # What real mail does wrong.
        ("Doe, Ann <ann@example.com>", [("Doe, Ann", "ann@example.com")]),
        ("Ann <ann@example.com", [("Ann", "ann@example.com")]),
        ('"Ann <ann@example.com>', [("Ann", "ann@example.com")]),
        ("Ann ann@example.com", [("Ann", "ann@example.com")]),
        ("Sale: now <a@example.com>", [("Sale: now", "a@example.com")]),
        ("service@paypal.com <x@example.net>", [("service@paypal.com", "x@example.net")]),
        ("PayPal <service@paypal.com> <x@example.net>", [("PayPal <service@paypal.com>", "x@example.net")]),
        ("Smile :) <a@example.com>", [("Smile :)", "a@example.com")]),
        ("Ann (unfinished <a@example.com>", [("Ann (unfinished", "a@example.com")]),
        ("a@example.com; b@example.com", [("", "a@example.com"), ("", "b@example.com")]),
        ("Just a name", [("Just a name", "")]),
        ("Ann <>", [("Ann", "")]),
        ("<>", []),
        (",,;,", []),
        ("a @ example.com", [("", "a@example.com")]),
        ("Jørgen Ærø <jørgen@blåbær.no>", [("Jørgen Ærø", "jørgen@blåbær.no")]),
        ("", []),
    ],
)
def test_mailboxes(value: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.display_name, one.address) for one in parse_mailbox_list(value)] == expected


def test_parts_of_an_address() -> None:
    assert parse_mailbox_list("Jo <J.O+x@Bücher.Example>") == (
        Mailbox("Jo", "J.O+x@Bücher.Example", "J.O+x", "xn--bcher-kva.example"),
    )
    assert parse_mailbox_list("<x@[192.0.2.1]>")[0].domain == "[192.0.2.1]"
    assert parse_mailbox_list(None) == ()


words = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters='\\"'), min_size=1, max_size=20
)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(words, st.from_regex(r"[a-z][a-z0-9.]{0,8}[a-z]@[a-z]{1,8}\.example", fullmatch=True)),
        min_size=1,
        max_size=5,
    )
)
def test_agrees_with_the_standard_library_on_well_formed_headers(people: list[tuple[str, str]]) -> None:
    people = [(" ".join(name.split()), address.replace("..", ".")) for name, address in people]
    value = ", ".join(f'"{name}" <{address}>' for name, address in people)
    ours = [(one.display_name, one.address) for one in parse_mailbox_list(value)]
    assert ours == [(" ".join(name.split()), address) for name, address in getaddresses([value])] == people


@settings(deadline=None)
@given(st.text(st.sampled_from('ab@.,;:<>()"\\ \t\r\n[]'), max_size=80))
def test_nothing_raises(text: str) -> None:
    for one in parse_mailbox_list(text):
        assert one.display_name or one.address


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_address_raises(text: str) -> None:
    address_syntax_error(text)


@pytest.mark.parametrize(
    "piece", ["(", '"', '\\"', "<", "<,", '"a', "(a)(", ",", ":", "@", "a,", "((a)", '"\\"', "<a@b> "]
)
def test_hostile_headers_take_no_time(piece: str) -> None:
    start = time.perf_counter()
    assert len(parse_mailbox_list(piece * (400_000 // len(piece)) + ')";')) <= MAX_MAILBOXES
    assert time.perf_counter() - start < 3


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.com",
        "a.b+c@mail.example.co.uk",
        "o'hara@example.com",
        "x" * 64 + "@example.com",
        "ann@xn--bcher-kva.example",
        "ann@bücher.example",
        "jørgen@example.com",
        '"john doe"@example.com',
        "ann@[192.0.2.1]",
    ],
)
def test_well_formed_addresses(address: str) -> None:
    assert address_syntax_error(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@example",
        "ann@gmail",
        "a..b@example.com",
        ".a@example.com",
        "a.@example.com",
        "ann @example.com",
        "ann@exam ple.com",
        "ann@-example.com",
        "ann@example..com",
        "ann@@example.com",
        "x" * 65 + "@example.com",
        "ann@" + "a" * 64 + ".com",
        "ann@" + ".".join(["abcdefgh"] * 30) + ".com",
        "Ann <ann@example.com>",
        "a@b.c\n",
        "x" * 5000,
    ],
)
def test_malformed_addresses(address: str) -> None:
    assert address_syntax_error(address)


def test_formatted_addresses_come_back() -> None:
    for name in ("Ann", "Doe, Ann", 'A "B" C', "back\\slash", "a@b <c>"):
        assert parse_mailbox_list(formataddr((name, "a@example.com")))[0].display_name == name
