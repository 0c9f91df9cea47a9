"""Rules about who sends: what they must and must not take offence at."""

from __future__ import annotations

import pytest

from scorer.domains import restriction_level
from tests.rules.helpers import fires, judge


def draft(from_: str, **fields: object) -> dict[str, object]:
    return {"from": from_, "subject": "Hello", "text": "Come by."} | fields


NEWSLETTER = '<p>News.</p><p><a href="https://example.com/u">Unsubscribe</a></p>'


@pytest.mark.parametrize(
    ("from_", "message"),
    [
        ("Ann <ann@[192.0.2.1]>", "ip"),
        ("Ann Berg", "none"),
        ("ann@@example.com", "main"),
        ("ann @ example.com", ""),
        ("ann@bücher.example", ""),
        ("Ann <{{sender.email}}>", "?"),
        ("{{sender}}", "?"),
    ],
)
def test_from_must_be_an_address(from_: str, message: str) -> None:
    assert fires("from-not-an-address", draft(from_)) == message


def test_a_missing_sender_is_one_finding() -> None:
    assert fires("from-missing", draft("")) == "main"
    assert fires("from-not-an-address", draft("")) == ""


def test_the_same_address_twice_is_one_sender() -> None:
    assert fires("several-from-addresses", draft("Ann <a@example.com>, a@example.com")) == ""
    (found,), _ = judge("several-from-addresses", draft("Ann <a@example.com>, b@example.com"))
    assert found.params == {"count": 2}
    assert found.fix_params == {"address": "a@example.com"}


@pytest.mark.parametrize(
    ("sending", "message"),
    [
        ("mailgun-eu", "main"),
        ({"envelope_domain": "bounce.example.net"}, "main"),
        ("google-workspace", ""),
        ({"profile": "mailgun-eu", "replaces_from": True}, ""),
        ({"category": "marketing"}, "unspecified"),
        ("", "?"),
    ],
)
def test_a_free_mail_sender(sending: str | dict[str, object], message: str) -> None:
    assert fires("from-is-freemail", draft("Hanna <hanna@gmail.com>"), sending) == message


def test_a_free_mail_sender_whose_provider_sent_the_message() -> None:
    raw = (
        b"Received: from mail.gmail.com by mx.example.net; Mon, 23 Nov 2026 10:00:00 +0000\r\n"
        b"Return-Path: <%s>\r\nFrom: hanna@gmail.com\r\nSubject: x\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    )
    assert fires("from-is-freemail", raw=raw % b"hanna@gmail.com") == ""
    assert fires("from-is-freemail", raw=raw % b"bounce@mailer.example.net") == "observed"
    listed = raw.replace(b"Subject", b"List-Post: <mailto:l@example.org>\r\nSubject")
    assert fires("from-is-freemail", raw=listed % b"l-bounces@example.org") == ""


@pytest.mark.parametrize(
    ("from_", "message"),
    [
        ('"shop@gmail.com" <news@example.com>', "freemail"),
        ('"shop@example.org via List" <list@example.com>', "main"),
        ('"news@mail.example.com" <news@example.com>', ""),
        ('"Meet us @ the fair" <news@example.com>', ""),
    ],
)
def test_addresses_in_the_name(from_: str, message: str) -> None:
    assert fires("address-in-display-name", draft(from_)) == message


@pytest.mark.parametrize(
    ("from_", "expected"),
    [
        ("PayPal <service@paypal.com>", ""),
        ("PayPal <service@intl.paypal.de>", ""),
        ("Microsoft Account Team <x@example.net>", "main"),
        ("PayPal and Klarna at Harbour Books <x@example.net>", ""),
        ("Apple Tree Farm <x@example.net>", ""),
        ("Netflix Reviews by Ola <ola@example.net>", ""),
        ("Netflix <friends@mynetflix-fanclub.example>", ""),
        ("Netflix <friends@gmail.com>", "main"),
    ],
)
def test_brands_in_the_name(from_: str, expected: str) -> None:
    assert fires("display-name-imitates-brand", draft(from_)) == expected


@pytest.mark.parametrize(
    ("domain", "fires_"),
    [
        ("bücher.example", ""),
        ("例え.example", ""),
        ("москва.example", ""),
        ("pаypal.example", "main"),
        ("i❤.example", "main"),
    ],
)
def test_only_mixtures_of_scripts_count(domain: str, fires_: str) -> None:
    assert fires("sender-domain-mixes-scripts", draft(f"News <news@{domain}>")) == fires_
    assert (
        restriction_level(domain.split(".")[0])
        in ("moderately-restrictive", "minimally-restrictive", "unrestricted")
    ) == bool(fires_)


def test_reply_to_counts_as_a_sender_domain() -> None:
    (found,), _ = judge(
        "sender-domain-imitates-brand", draft("News <news@example.com>", reply_to="help@paypa1.com")
    )
    assert found.params["header"] == "Reply-To"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Last Chance", "main"),
        ("URGENT REQUEST", "main"),
        ("Letzte Chance: Wanderladen", "main"),
        ("User (2)", "counter"),
        ("[1] New Message", "counter"),
        ("Re: Nordic Skis", "counter"),
        ("Listserv Server (16.0)", ""),
        ("Studio 54 (Oslo)", ""),
        ("AFA Action Alert", ""),
        ("Urgency Medical Centre", ""),
        ("Reykjavik Grapevine", ""),
    ],
)
def test_names_that_are_messages(name: str, message: str) -> None:
    assert fires("display-name-is-a-message", draft(f'"{name}" <news@example.com>')) == message


@pytest.mark.parametrize(
    ("name", "count"), [("Harbour ✔", 1), ("[v] Harbour", 1), ("Harbour 🌸", 0), ("Vera [Oslo]", 0)]
)
def test_marks(name: str, count: int) -> None:
    assert len(judge("fake-verification-mark", draft(f'"{name}" <news@example.com>'))[0]) == count


def test_the_recipients_name_as_the_senders() -> None:
    assert (
        fires(
            "display-name-is-the-recipient",
            draft("Ola Nordmann <x@example.com>", to="Ola Nordmann <ola@example.org>"),
        )
        == "main"
    )
    assert (
        fires("display-name-is-the-recipient", draft("Ola <ola@example.org>", to="Ola <ola@example.org>"))
        == ""
    )
    assert fires("display-name-is-the-recipient", draft("*|FNAME|* <x@example.com>")) == "tag"
    assert fires("display-name-is-the-recipient", draft("{{company_name}} <x@example.com>")) == ""


def test_a_letter_needs_no_name_but_a_mailing_is_told() -> None:
    assert fires("no-display-name", draft("ann@example.com")) == ""
    assert fires("no-display-name", draft("ann@example.com", text=None, html=NEWSLETTER)) == "main"
    assert fires("no-display-name", draft("ann@example.com"), {"category": "marketing"}) == "main"


@pytest.mark.parametrize("local", ["noreply", "no-reply", "do_not_reply", "andy-noreply", "noreply+7"])
def test_no_reply(local: str) -> None:
    assert fires("no-reply-address", draft(f"X <{local}@example.com>")) == "main"


@pytest.mark.parametrize("local", ["reply", "norepl", "casinoreply", "news"])
def test_not_no_reply(local: str) -> None:
    assert fires("no-reply-address", draft(f"X <{local}@example.com>")) == ""


def test_reply_to_says_one_thing_once() -> None:
    company = draft("Shop <shop@nordic-skis.com>", reply_to="x@gmail.com")
    assert fires("reply-to-freemail", company) == "main"
    assert fires("reply-to-elsewhere", company) == ""
    both = draft("Ann <ann@gmail.com>", reply_to="ann@yahoo.com")
    assert fires("reply-to-freemail", both) == "other"
    service = draft("Shop <shop@nordic-skis.com>", reply_to="reply@inbound.sendgrid.net")
    assert fires("reply-to-elsewhere", service) == ""


def test_a_list_that_takes_the_answers_is_no_deception() -> None:
    post = draft("Ann <ann@nordic-skis.com>", reply_to="talk@lists.example.org", to="talk@lists.example.org")
    assert fires("reply-to-elsewhere", post) == ""
