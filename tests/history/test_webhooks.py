"""Webhooks of four services, Postmaster Tools, and the plain table."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.history.readers.items import Item
from scorer.history.readers.postmaster import read_stats
from scorer.history.readers.read import read_item
from scorer.history.readers.table import read_table
from scorer.history.readers.webhooks import read_webhook
from scorer.history.values import NotUsable
from tests.history.feeds import json_lines, sendgrid

TODAY = date(2026, 11, 24)


def mailgun(event: str, **more: object) -> dict[str, object]:
    data = {
        "event": event,
        "id": "G9Bn5sl1TC6nu79C8C0bwg",
        "timestamp": 1795428000.5,
        "recipient": "anna@yahoo.com",
        "tags": ["wax-week"],
        "message": {"headers": {"message-id": "20261123.1@shop.example", "from": "Shop <news@shop.example>"}},
        **more,
    }
    return {"signature": {"token": "t"}, "event-data": data}


def ses(name: str, **more: object) -> dict[str, object]:
    mail = {
        "messageId": "0000014a",
        "timestamp": "2026-11-23T10:00:00.000Z",
        "source": "news@shop.example",
        "destination": ["anna@yahoo.com"],
        "tags": {"campaign": ["wax-week"]},
    }
    return {"eventType": name, "mail": mail, **more}


CASES = [
    (mailgun("delivered"), "delivered", ""),
    (mailgun("complained"), "complaint", ""),
    (mailgun("unsubscribed"), "unsubscribe", ""),
    (mailgun("failed", severity="permanent", **{"delivery-status": {"code": 550, "enhanced-code": "5.1.1", "message": "No such user"}}), "bounce", "bad-address"),
    (mailgun("failed", severity="permanent", **{"delivery-status": {"code": 550, "message": "5.7.1 blocked by Spamhaus"}}), "bounce", "policy"),
    (mailgun("failed", severity="temporary", **{"delivery-status": {"code": 421, "message": "try again later"}}), "deferral", "deferral"),
    (sendgrid("delivered", "anna@yahoo.com", "1"), "delivered", ""),
    (sendgrid("spamreport", "anna@yahoo.com", "1"), "complaint", ""),
    (sendgrid("group_unsubscribe", "anna@yahoo.com", "1"), "unsubscribe", ""),
    (sendgrid("bounce", "anna@yahoo.com", "1", status="5.1.1", reason="550 5.1.1 user unknown", type="bounce"), "bounce", "bad-address"),
    (sendgrid("bounce", "anna@yahoo.com", "1", status="5.0.0", reason="550 IP blocked", type="blocked"), "bounce", "policy"),
    (sendgrid("deferred", "anna@yahoo.com", "1", response="452 4.2.2 mailbox full"), "deferral", "mailbox-full"),
    (ses("Delivery", delivery={"recipients": ["anna@yahoo.com"], "timestamp": "2026-11-23T10:00:05Z"}), "delivered", ""),
    (ses("Complaint", complaint={"complainedRecipients": [{"emailAddress": "anna@yahoo.com"}], "complaintFeedbackType": "abuse"}), "complaint", ""),
    (ses("Bounce", bounce={"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [{"emailAddress": "anna@yahoo.com", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]}), "bounce", "bad-address"),
    (ses("Bounce", bounce={"bounceType": "Transient", "bounceSubType": "MailboxFull", "bouncedRecipients": [{"emailAddress": "anna@yahoo.com"}]}), "bounce", "mailbox-full"),
    ({"RecordType": "SpamComplaint", "MessageID": "m1", "Email": "anna@yahoo.com", "From": "news@shop.example", "Tag": "wax-week", "BouncedAt": "2026-11-23T10:00:00Z"}, "complaint", ""),
    ({"RecordType": "Bounce", "Type": "HardBounce", "MessageID": "m1", "Email": "anna@yahoo.com", "From": "news@shop.example", "Details": "smtp;550 5.1.1 no such user", "BouncedAt": "2026-11-23T10:00:00Z"}, "bounce", "bad-address"),
    ({"RecordType": "Delivery", "MessageID": "m1", "Recipient": "anna@yahoo.com", "DeliveredAt": "2026-11-23T10:00:00Z"}, "delivered", ""),
    ({"RecordType": "SubscriptionChange", "MessageID": "m1", "Recipient": "anna@yahoo.com", "SuppressSending": True, "SuppressionReason": "ManualSuppression", "ChangedAt": "2026-11-23T10:00:00Z"}, "unsubscribe", ""),
]  # fmt: skip


@pytest.mark.parametrize(("value", "kind", "cause"), CASES)
def test_services(value: dict, kind: str, cause: str) -> None:
    (event,) = read_webhook(value, TODAY)
    assert (event.kind, event.cause, event.recipient) == (kind, cause, "anna@yahoo.com")
    assert (event.provider, event.day) == ("yahoo", date(2026, 11, 23))
    assert event.ref


def test_what_was_never_sent_is_no_bounce() -> None:
    assert read_webhook(sendgrid("dropped", "a@b.example", "1"), TODAY) == ()
    assert read_webhook(mailgun("failed", severity="permanent", reason="suppress-bounce"), TODAY) == ()
    suppressed = {
        "bounceType": "Permanent",
        "bounceSubType": "OnAccountSuppressionList",
        "bouncedRecipients": [{"emailAddress": "a@b.example"}],
    }
    assert read_webhook(ses("Bounce", bounce=suppressed), TODAY) == ()
    assert read_webhook({"RecordType": "Bounce", "Type": "AutoResponder", "MessageID": "1"}, TODAY) == ()


def test_campaign_and_sender() -> None:
    for value in (
        mailgun("complained"),
        ses("Complaint", complaint={"complainedRecipients": [{"emailAddress": "a@b.example"}]}),
    ):
        (event,) = read_webhook(value, TODAY)
        assert (event.campaign, event.sender_domain) == ("wax-week", "shop.example")


def test_ses_inside_sns() -> None:
    inner = ses("Complaint", complaint={"complainedRecipients": [{"emailAddress": "a@b.example"}]})
    (event,) = read_webhook({"Type": "Notification", "MessageId": "1", "Message": json.dumps(inner)}, TODAY)
    assert event.kind == "complaint"
    assert (
        read_webhook(
            {"Type": "SubscriptionConfirmation", "Message": "You have chosen", "MessageId": "1"}, TODAY
        )
        == ()
    )


def test_lists_and_lines_name_what_is_broken() -> None:
    data = json_lines(
        sendgrid("delivered", "a@b.example", "1"), {"hello": 1}, sendgrid("open", "a@b.example", "2")
    )
    found = [batch for _, batch in read_item(Item("x", data + b"{broken\n"), TODAY)]
    assert sum(len(batch.events) for batch in found) == 2
    (line2, line4) = [problem for batch in found for problem in batch.problems]
    assert line2.startswith("line 2: no webhook") and line4 == "line 4: not JSON"


@pytest.mark.parametrize(
    "value",
    [{}, [], {"event": "x"}, {"RecordType": 5}, {"mail": {}, "eventType": []}, {"event-data": {"event": "failed"}}, {"Records": [5]}, {"Type": "Notification", "Message": "{"}, sendgrid("delivered", "a@b.example", "")],
)  # fmt: skip
def test_odd_values_are_refused_or_empty(value: object) -> None:
    with suppress(NotUsable):
        assert read_webhook(value, TODAY) == ()


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["event", "email", "timestamp", "event-data", "RecordType", "mail", "eventType", "bounce", "Message", "Type", "delivery-status", "recipient", "sg_event_id"]), inner, max_size=4), max_leaves=12)  # fmt: skip


@given(JSON)
def test_no_value_breaks_the_reader(value: object) -> None:
    with suppress(NotUsable):
        read_webhook(value, TODAY)


def stat(rate: object, day: int = 20, metric: str = "SPAM_RATE") -> dict[str, object]:
    return {
        "name": "domains/shop.example/domainStats/x",
        "metric": metric,
        "date": {"year": 2026, "month": 11, "day": day},
        "value": {"doubleValue": rate},
    }


def test_postmaster_rates() -> None:
    (rate,) = read_stats({"domainStats": [stat(0.002), stat(0.9, metric="auth success rate")]})
    assert (rate.domain, rate.day, rate.rate) == ("shop.example", date(2026, 11, 20), 0.002)


@pytest.mark.parametrize("rate", [1.5, -0.1, "x", None, float("nan")])
def test_a_rate_that_is_no_share_is_refused(rate: object) -> None:
    with pytest.raises(NotUsable):
        read_stats({"domainStats": [stat(rate)]})


def test_tables_of_days_and_of_events() -> None:
    lines = [
        "date,campaign,sender_domain,provider,sent,hard_bounces,complaints",
        "2026-11-20,wax,shop.example,yahoo.com,1000,3,0",
    ]
    (batch,) = read_table(lines)
    assert [(c.kind, c.n, c.cause, c.provider) for c in batch.counts] == [
        ("sent", 1000, "", "yahoo"), ("bounce", 3, "bad-address", "yahoo"), ("complaint", 0, "", "yahoo"),
    ]  # fmt: skip
    lines = [
        "date,event,recipient,diagnostic",
        "2026-11-20,bounced,anna@yahoo.com,550 5.1.1 user unknown",
        "2026-11-20,complaint,anna@yahoo.com,",
    ]
    (batch,) = read_table(lines)
    assert [(e.kind, e.cause) for e in batch.events] == [("bounce", "bad-address"), ("complaint", "")]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_tables_as_spreadsheets_write_them(delimiter: str) -> None:
    lines = ["date,sender_domain,sent", "2026-11-20,shop.example,1000"]
    data = "\ufeff" + "\r\n".join(lines).replace(",", delimiter)
    ((form, batch),) = read_item(Item("x", data.encode()), TODAY)
    assert form == "table" and [count.n for count in batch.counts] == [1000]


def test_rows_that_cannot_be_read_are_named() -> None:
    lines = [
        "date,event,recipient",
        "yesterday,sent,a@b.example",
        "2026-11-20,flew,a@b.example",
        "2026-11-20,sent,nobody",
        "2026-11-20,sent,a@b.example",
    ]
    (batch,) = read_table(lines)
    assert len(batch.events) == 1
    assert [problem.partition(":")[0] for problem in batch.problems] == ["line 2", "line 3", "line 4"]
    with pytest.raises(NotUsable):
        list(read_table(["a,b", "1,2"]))
