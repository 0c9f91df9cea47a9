"""Bounces: of RFC 3464 and of the free forms of real systems, and what came back for which reason."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.history.classify import classify
from scorer.history.readers.bounce import bounce_events, failures
from scorer.history.readers.mail import read_report
from scorer.history.values import CAUSES
from tests.history.feeds import bounce

HEAD = (
    "From: {sender}\r\nTo: news@shop.example\r\nSubject: {subject}\r\n"
    "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nReturn-Path: <>\r\n\r\n"
)


def read(data: bytes):
    report = read_report(data)
    assert report is not None
    return failures(report)


def free(text: str, subject: str = "Undeliverable mail", sender: str = "MAILER-DAEMON@mx.example.net"):
    return read((HEAD.format(sender=sender, subject=subject) + text.replace("\n", "\r\n")).encode())


@pytest.mark.parametrize(
    ("status", "text", "cause"),
    [
        ("5.1.1", "550 5.1.1 User unknown", "bad-address"),
        ("5.1.2", "550 5.1.2 Host unknown", "bad-address"),
        ("5.1.10", "556 5.1.10 Recipient address has null MX", "bad-address"),
        ("5.2.1", "550 5.2.1 The account is disabled", "bad-address"),
        ("5.0.0", "550 No such user here", "bad-address"),
        ("5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable", "bad-address"),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", "bad-address"),
        ("5.2.2", "552 5.2.2 Over quota", "mailbox-full"),
        ("5.0.0", "552 Mailbox full", "mailbox-full"),
        ("5.3.4", "552 5.3.4 Message too big", "too-large"),
        ("5.7.1", "550 5.7.1 Message rejected as spam", "policy"),
        ("5.7.26", "550 5.7.26 Unauthenticated email is not accepted", "policy"),
        ("5.7.1", "550 5.7.1 User unknown", "policy"),  # X.7.x is never the list's quality
        ("5.1.8", "553 5.1.8 Domain of sender address does not exist", "policy"),
        ("5.1.1", "550 5.1.1 blocked using zen.spamhaus.org", "policy"),
        ("5.0.0", "554 Service unavailable; Client host blocked using bl.spamcop.net", "policy"),
        ("5.4.7", "Delivery time expired", "network"),
        ("5.0.0", "connect to mx.example.net: Connection timed out", "network"),
        ("5.6.0", "550 5.6.0 Message contains a virus", "content"),
        ("5.3.0", "unknown mailer error 1", "system"),
        ("5.0.0", "550 xyzzy", "unclassified"),
    ],
)  # fmt: skip
def test_causes(status: str, text: str, cause: str) -> None:
    (found,) = read(bounce("anna@example.com", status, text))
    assert (found.recipient, found.cause, found.delayed) == ("anna@example.com", cause, False)


def test_a_delay_is_no_bounce() -> None:
    (found,) = read(
        bounce("anna@example.com", "4.4.1", "connect to mx: Connection timed out", action="delayed")
    )
    assert found.delayed and found.cause == "deferral"
    (found,) = read(bounce("anna@example.com", "4.2.2", "452 4.2.2 Mailbox full", action="delayed"))
    assert found.delayed and found.cause == "mailbox-full"


def test_a_report_of_delivery_fails_nobody() -> None:
    assert read(bounce("anna@example.com", "2.0.0", "250 ok", action="delivered")) == ()


def test_the_diagnosis_goes_before_a_general_status() -> None:
    (found,) = read(bounce("anna@example.com", "5.0.0", "550 5.2.2 quota exceeded"))
    assert found.status == "5.2.2"


@pytest.mark.parametrize(
    ("text", "recipient", "cause"),
    [
        ("Hi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver your message.\n\n<anna@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <news@shop.example>\nFrom: news@shop.example\nTo: anna@example.com\n", "anna@example.com", "bad-address"),
        ("This message was created automatically by mail delivery software.\nThe following address(es) failed:\n\n  anna@example.com\n    mailbox is full: retry timeout exceeded\n\n------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <news@shop.example>\nFrom: news@shop.example\n", "anna@example.com", "mailbox-full"),
        ("Your message\n  Subject: News\nwas not delivered to:\n  anna@example.com\nbecause:\n  User anna (anna@example.com) not listed in Domino Directory\n", "anna@example.com", "bad-address"),
        ("Error message below:\n550 - Requested action not taken: no such user here\n\nMessage details:\nFailed recipient(s):\n  anna@example.com\n", "anna@example.com", "bad-address"),
        ("   ----- The following addresses had delivery problems -----\nanna@example.com\n\n   ----- Non-delivered information -----\nThe number of messages in recipient's mailbox exceeded the local limit.\n", "anna@example.com", "mailbox-full"),
        ("Your message could not be delivered because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected:\n    anna@example.com\n", "anna@example.com", "bad-address"),
        ("We had trouble delivering your message. Full details follow:\n\nThe following recipients returned permanent errors: anna@example.com.\n\n> >>> DATA\n> 554 5.7.1 Message blocked because of its content\n", "anna@example.com", "policy"),
        ("Die folgende Adresse konnte nicht erreicht werden:\n\nanna@example.com\nDie E-Mail konnte nicht zugestellt werden: Empfänger unbekannt\n", "anna@example.com", "bad-address"),
        ("   ----- Transcript of session follows -----\n... while talking to mx.example.com.:\n>>> RCPT To:<anna@example.com>\n<<< 550 5.1.1 <anna@example.com>... User unknown\n", "anna@example.com", "bad-address"),
    ],
)  # fmt: skip
def test_free_forms(text: str, recipient: str, cause: str) -> None:
    (found,) = free(text)
    assert found.recipient == recipient
    assert found.cause == cause


def test_several_recipients_have_their_own_causes() -> None:
    found = free(
        "The following address(es) failed:\n\n  anna@example.com\n    550 5.1.1 User unknown\n"
        "  bert@example.com\n    552 5.2.2 Mailbox full\n"
    )
    assert {(item.recipient, item.cause) for item in found} == {
        ("anna@example.com", "bad-address"),
        ("bert@example.com", "mailbox-full"),
    }


@pytest.mark.parametrize(
    ("subject", "sender", "text"),
    [
        ("Out of office", "anna@example.com", "I am away until Monday and will answer then."),
        (
            "Re: News",
            "anna@example.com",
            "Thank you, the delivery of my skis failed last week. Could you look?",
        ),
        ("Order 17", "shop@example.com", "Your order has been sent."),
    ],
)
def test_other_mail_is_no_bounce(subject: str, sender: str, text: str) -> None:
    data = f"From: {sender}\r\nTo: news@shop.example\r\nSubject: {subject}\r\n\r\n{text}\r\n"
    assert read(data.encode()) == ()


def test_events_know_campaign_sender_and_blocklist() -> None:
    data = bounce("anna@yahoo.com", "5.7.1", "554 5.7.1 blocked using zen.spamhaus.org", "id1@shop.example")
    data = data.replace(b"Subject: News\r\n", b"Subject: News\r\nFeedback-ID: wax:shop:bulk:SHOP1\r\n", 1)
    report = read_report(data.replace(b"Feedback-ID", b"Feedback-Id"))
    from datetime import date

    (event,) = bounce_events(report, "i:1", date(2026, 11, 24))
    assert (event.kind, event.cause, event.campaign, event.sender_domain) == (
        "bounce",
        "policy",
        "wax",
        "shop.example",
    )
    assert (event.provider, event.blocklist, event.day) == ("yahoo", "spamhaus", date(2026, 11, 23))
    assert event.ref.startswith("m:") and "id1" not in event.ref


@given(st.binary(max_size=2_000))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for candidate in (data, b"From: a@b.example\r\nSubject: Undelivered\r\n\r\n" + data):
        report = read_report(candidate)
        if report is not None:
            for found in failures(report):
                assert found.cause in CAUSES


@given(st.text(max_size=300), st.from_regex(r"[245]\.\d{1,3}\.\d{1,3}", fullmatch=True), st.integers(0, 600))
def test_every_text_has_a_cause_and_x7_is_policy(text: str, status: str, reply: int) -> None:
    cause = classify(status, reply, text)
    assert cause in CAUSES
    if status.split(".")[1] == "7":
        assert cause == "policy"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000 + "\n" + "<a@" * 50_000 + "\n" + "x.y@" * 40_000 + "\n" + "user " * 50_000,
        "x: y\n" * 60_000,
        "from: y\n" * 40_000,
        "\n".join(f"<r{n}@example.com>: failed" for n in range(8_000)),
        "\n\n".join(f"Final-Recipient: rfc822; r{n}@example.com\nStatus: 5.0.0" for n in range(6_000)),
        "\n\n".join("Final-Recipient: rfc822;\nStatus: 5.0.0" for _ in range(6_000)),
        "-" * 100_000 + "\n" + "- - " * 50_000 + "\n",
        "user address mailbox exceeded " * 9_000,
    ],
)
def test_hostile_texts_take_no_time(text: str) -> None:
    start = time.process_time()
    free(text)
    classify("5.0.0", 550, text)
    assert time.process_time() - start < 4
