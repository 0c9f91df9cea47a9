"""Abuse reports: every form is recognised, a redacted recipient is nobody, and not all of them complain."""

from __future__ import annotations

from datetime import date

import pytest

from scorer.history.readers.complaint import complaint, complaint_events
from scorer.history.readers.mail import read_report
from tests.history.feeds import abuse

TODAY = date(2026, 11, 24)


def events(data: bytes):
    report = read_report(data)
    found = complaint(report)
    assert found is not None
    return complaint_events(report, found, "i:1", TODAY)


def test_a_complaint() -> None:
    (event,) = events(abuse("anna@yahoo.com", message_id="x@shop.example"))
    assert (event.kind, event.recipient, event.provider) == ("complaint", "anna@yahoo.com", "yahoo")
    assert event.sender_domain == "shop.example" and event.ref.startswith("m:")
    assert event.day == date(2026, 11, 23)


@pytest.mark.parametrize("recipient", ["", "redacted@yahoo.com", "[redacted]", "REDACTED@example.com"])
def test_a_redacted_recipient_is_nobody(recipient: str) -> None:
    (event,) = events(abuse(recipient))
    assert event.recipient == "" and event.kind == "complaint"
    assert event.provider == "yahoo"  # told by the reporter


@pytest.mark.parametrize("feedback", ["not-spam", "auth-failure"])
def test_what_is_no_complaint(feedback: str) -> None:
    assert events(abuse("anna@yahoo.com", feedback)) == ()


def test_opt_out_is_an_unsubscription() -> None:
    (event,) = events(abuse("anna@yahoo.com", "opt-out"))
    assert event.kind == "unsubscribe"


def test_the_campaign_is_of_the_feedback_headers() -> None:
    (event,) = events(abuse("a@yahoo.com", extra="Feedback-ID: wax-week:shop:news:SHOP1\r\n"))
    assert event.campaign == "wax-week"
    (event,) = events(
        abuse("a@yahoo.com", extra="CFBL-Address: <fbl@shop.example>\r\nCFBL-Feedback-ID: 111:222\r\n")
    )
    assert event.campaign == "111:222"


def test_microsofts_older_form() -> None:
    data = (
        b"From: staff@hotmail.com\r\nTo: abuse@shop.example\r\nSubject: complaint about message from 192.0.2.1\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        b"X-HmXmrOriginalRecipient: anna@hotmail.com\r\nFrom: Shop <news@shop.example>\r\nSubject: News\r\n\r\nHello\r\n--b--\r\n"
    )
    (event,) = events(data)
    assert (event.kind, event.recipient, event.provider) == ("complaint", "anna@hotmail.com", "microsoft")


def test_a_mail_about_complaints_is_none() -> None:
    assert (
        complaint(read_report(b"From: a@b.example\r\nSubject: I complain\r\n\r\nAbout your shop.\r\n"))
        is None
    )
