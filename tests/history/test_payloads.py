"""What the services' documentation shows of their webhooks, in every wrapping in which they arrive."""

from __future__ import annotations

import json
from datetime import date

import pytest

from scorer.history.readers.bounce import bounce_events
from scorer.history.readers.items import Item
from scorer.history.readers.mail import read_report
from scorer.history.readers.postmaster import looks_like_stats, read_stats
from scorer.history.readers.read import read_item
from scorer.history.readers.webhooks import read_webhook, read_webhooks
from scorer.history.values import NotUsable
from tests.history.feeds import bounce

TODAY = date(2026, 11, 24)

MAILGUN_FAILED = {
    "signature": {"timestamp": "1529006854", "token": "a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0", "signature": "d2271d12299f6592d9d44cd9d250f0704e4674c30d79d07c47a66f95ce71cf55"},
    "event-data": {
        "event": "failed",
        "timestamp": 1529006854.329574,
        "id": "DACSsAdVSeGpLid7TN03WA",
        "severity": "permanent",
        "reason": "bounce",
        "log-level": "error",
        "campaigns": [],
        "tags": ["spring", "newsletter"],
        "user-variables": {"my_var_1": "Mailgun Variable #1"},
        "flags": {"is-routed": False, "is-authenticated": True, "is-system-test": False, "is-test-mode": False},
        "recipient-domain": "example.com",
        "recipient": "anna@example.com",
        "envelope": {"sender": "bounce+1@mg.shop.example", "transport": "smtp", "targets": "anna@example.com"},
        "message": {"headers": {"to": "Anna <anna@example.com>", "message-id": "20130503192659.13651.20287@mg.shop.example", "from": "Bob <bob@shop.example>", "subject": "Test"}, "attachments": [], "size": 111},
        "storage": {"url": "https://se.api.mailgun.net/v3/domains/x/messages/message_key", "key": "message_key"},
        "delivery-status": {"attempt-no": 1, "message": "", "code": 550, "description": "Not delivering to previously bounced address", "session-seconds": 0.0},
    },
}  # fmt: skip


def mailgun(**changes: object) -> dict:
    value = json.loads(json.dumps(MAILGUN_FAILED))
    value["event-data"].update(changes)
    return value


def test_mailgun_as_documented() -> None:
    hard = {"tls": True, "mx-host": "mx.example.com", "code": 550, "message": "5.1.1 The email account that you tried to reach does not exist.", "description": "", "attempt-no": 1, "enhanced-code": "5.1.1", "bounce-type": "hard"}  # fmt: skip
    (event,) = read_webhook(mailgun(**{"delivery-status": hard}), TODAY)
    assert (event.kind, event.cause, event.status, event.recipient) == ("bounce", "bad-address", "5.1.1", "anna@example.com")  # fmt: skip
    assert (event.campaign, event.sender_domain, event.day) == ("spring", "shop.example", date(2018, 6, 14))
    # Code 605: on Mailgun's own list of bounces, never sent.
    assert read_webhook(mailgun(**{"delivery-status": {"code": 605, "message": "", "description": "Not delivering to previously bounced address"}}), TODAY) == ()  # fmt: skip
    soft = {
        "code": 452,
        "message": "4.2.2 The email account that you tried to reach is over quota",
        "retry-seconds": 600,
    }
    (event,) = read_webhook(mailgun(severity="temporary", **{"delivery-status": soft}), TODAY)
    assert (event.kind, event.cause) == ("deferral", "mailbox-full")
    (event,) = read_webhook(mailgun(event="opened", ip="50.56.129.169", geolocation={"country": "US"}), TODAY)
    assert event.kind == "open"
    assert read_webhook(mailgun(event="rejected", reject={"reason": "x"}), TODAY) == ()


def test_mailguns_events_api_gives_pages() -> None:
    page = {"items": [MAILGUN_FAILED["event-data"], mailgun(event="complained", id="2")["event-data"]], "paging": {"next": "https://api.mailgun.net/v3/x"}}  # fmt: skip
    assert [event.kind for event in read_webhook(page, TODAY)] == ["bounce", "complaint"]


SENDGRID = [
    {"email": "example@test.com", "timestamp": 1513299569, "pool": {"name": "new_MY_test", "id": 210}, "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>", "event": "processed", "category": ["cat facts"], "sg_event_id": "sg_event_id", "sg_message_id": "sg_message_id"},
    {"email": "example@test.com", "timestamp": 1513299569, "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>", "event": "deferred", "category": "cat facts", "sg_event_id": "2", "sg_message_id": "m", "response": "400 try again later", "attempt": "5"},
    {"email": "example@test.com", "timestamp": 1513299569, "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>", "event": "delivered", "category": "cat facts", "sg_event_id": "3", "sg_message_id": "m", "response": "250 OK"},
    {"email": "example@test.com", "timestamp": 1513299569, "event": "open", "category": "cat facts", "sg_event_id": "4", "sg_message_id": "m", "useragent": "Mozilla/4.0", "ip": "255.255.255.255", "sg_machine_open": False, "sg_content_type": "html"},
    {"email": "example@test.com", "timestamp": 1513299569, "event": "open", "sg_event_id": "5", "sg_message_id": "m", "sg_machine_open": True},
    {"email": "example@test.com", "timestamp": 1513299569, "event": "click", "sg_event_id": "6", "sg_message_id": "m", "url": "http://www.sendgrid.com/", "url_offset": {"index": 0, "type": "html"}},
    {"email": "example@test.com", "timestamp": 1513299569, "smtp-id": "<a@ismtpd-555>", "bounce_classification": "Invalid Address", "event": "bounce", "category": "cat facts", "sg_event_id": "7", "sg_message_id": "m", "reason": "500 unknown recipient", "status": "5.0.0", "type": "bounce"},
    {"email": "example@test.com", "timestamp": 1513299569, "smtp-id": "<b@ismtpd-555>", "bounce_classification": "Reputation", "event": "bounce", "sg_event_id": "8", "sg_message_id": "m", "reason": "554 OK no", "status": "", "type": "blocked"},
    {"email": "example@test.com", "timestamp": 1513299569, "smtp-id": "<c@ismtpd-555>", "event": "dropped", "sg_event_id": "9", "sg_message_id": "m", "reason": "Bounced Address", "status": "5.0.0"},
    {"email": "example@test.com", "timestamp": 1513299569, "event": "spamreport", "sg_event_id": "10", "sg_message_id": "m"},
    {"email": "example@test.com", "timestamp": 1513299569, "event": "unsubscribe", "sg_event_id": "11", "sg_message_id": "m"},
    {"email": "example@test.com", "timestamp": 1513299569, "event": "group_unsubscribe", "sg_event_id": "12", "sg_message_id": "m", "asm_group_id": 10},
    {"email": "example@test.com", "timestamp": 1513299569, "event": "group_resubscribe", "sg_event_id": "13", "sg_message_id": "m", "asm_group_id": 10},
    {"event": "account_status_change", "sg_event_id": "14", "timestamp": 1709142428, "type": "compliance_suspend"},
]  # fmt: skip


def test_sendgrids_list_as_documented() -> None:
    events, problems = read_webhooks(SENDGRID, TODAY)
    assert problems == ()
    assert [(event.kind, event.cause) for event in events] == [
        ("sent", ""), ("deferral", "deferral"), ("delivered", ""), ("open", ""), ("click", ""),
        ("bounce", "bad-address"), ("bounce", "policy"), ("complaint", ""), ("unsubscribe", ""), ("unsubscribe", ""),
    ]  # fmt: skip
    assert events[0].campaign == "cat facts"


def test_sendgrid_calls_an_unknown_domain_blocked() -> None:
    value = {"bounce_classification": "Unclassified", "email": "a@nowhere.example", "event": "bounce", "reason": "unable to get mx info: failed to get IPs from PTR record: lookup <nil>: unrecognized address", "sg_event_id": "1", "timestamp": 1740300320, "tls": 0, "type": "blocked"}  # fmt: skip
    assert read_webhook(value, TODAY)[0].cause == "bad-address"


SES_ID = "00000137860315fd-34208509-5b74-41f3-95c5-22c1edc3c924-000000"
SES_MAIL = {
    "timestamp": "2026-11-05T02:18:29.000Z",
    "source": "Shop <news@shop.example>",
    "sourceArn": "arn:aws:ses:us-west-2:888888888888:identity/shop.example",
    "sendingAccountId": "123456789012",
    "messageId": SES_ID,
    "destination": ["jane@example.com", "mary@example.com"],
    "headersTruncated": False,
    "headers": [{"name": "From", "value": '"Shop" <news@shop.example>'}, {"name": "Message-ID", "value": "custom-message-ID"}],
    "commonHeaders": {"from": ["Shop <news@shop.example>"], "to": ["jane@example.com"], "messageId": "custom-message-ID", "subject": "Hello"},
    "tags": {"ses:configuration-set": ["ConfigSet"], "ses:from-domain": ["shop.example"], "campaign": ["spring"]},
}  # fmt: skip
SES_BOUNCE = {
    "eventType": "Bounce",
    "bounce": {
        "bounceType": "Permanent", "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": "jane@example.com", "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}, {"status": "5.0.0", "action": "failed", "diagnosticCode": "X-SES; 500 x", "emailAddress": "mary@example.com"}],
        "timestamp": "2026-11-05T00:41:02.669Z", "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000", "reportingMTA": "dsn; mta.example.com",
    },
    "mail": SES_MAIL,
}  # fmt: skip


def ses(kind: str, key: str, **about: object) -> dict:
    return {"eventType": kind, "mail": SES_MAIL, key: {"timestamp": "2026-11-05T00:41:02Z", **about}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (SES_BOUNCE, [("bounce", "bad-address"), ("bounce", "unclassified")]),
        ({**SES_BOUNCE, "notificationType": "Bounce"}, [("bounce", "bad-address"), ("bounce", "unclassified")]),
        (ses("Bounce", "bounce", bounceType="Transient", bounceSubType="General", bouncedRecipients=[{"emailAddress": "jane@example.com"}]), [("bounce", "deferral")]),
        (ses("Bounce", "bounce", bounceType="Permanent", bounceSubType="OnAccountSuppressionList", bouncedRecipients=[{"emailAddress": "jane@example.com"}]), []),
        (ses("Bounce", "bounce", bounceType="Permanent", bounceSubType="UnsubscribedRecipient", bouncedRecipients=[{"emailAddress": "jane@example.com"}]), []),
        (ses("Complaint", "complaint", complainedRecipients=[{"emailAddress": "jane@example.com"}], feedbackId="x", userAgent="AnyCompany Feedback Loop (V0.01)", complaintFeedbackType="abuse", arrivalDate="2026-11-05T00:41:02Z"), [("complaint", "")]),
        (ses("Complaint", "complaint", complainedRecipients=[{"emailAddress": "jane@example.com"}], complaintSubType="OnAccountSuppressionList"), []),
        (ses("Delivery", "delivery", processingTimeMillis=11893, recipients=["jane@example.com"], smtpResponse="250 2.6.0 Message received", reportingMTA="mta.example.com"), [("delivered", "")]),
        (ses("Send", "send"), [("sent", ""), ("sent", "")]),
        (ses("DeliveryDelay", "deliveryDelay", delayType="TransientCommunicationFailure", expirationTime="2026-11-05T14:41:02Z", delayedRecipients=[{"emailAddress": "jane@example.com", "status": "4.4.1", "diagnosticCode": "smtp; 421 4.4.1 Unable to connect to remote host"}]), [("deferral", "deferral")]),
        (ses("Open", "open", ipAddress="192.0.2.1", userAgent="x"), [("open", ""), ("open", "")]),
        (ses("Click", "click", ipAddress="192.0.2.1", link="http://shop.example"), [("click", ""), ("click", "")]),
        (ses("Subscription", "subscription", contactList="ContactListName", source="UnsubscribeHeader", newTopicPreferences={"unsubscribeAll": True}), [("unsubscribe", ""), ("unsubscribe", "")]),
        (ses("Reject", "reject", reason="Bad content"), []),
        (ses("Rendering Failure", "failure", errorMessage="x", templateName="y"), []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("wrapping", ["bare", "sns", "sns list", "lambda", "sqs", "eventbridge"])
def test_ses_as_documented_in_every_wrapping(value: dict, expected: list, wrapping: str) -> None:
    sns = {
        "Type": "Notification", "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324", "TopicArn": "arn:aws:sns:us-west-2:123456789012:MyTopic",
        "Subject": "Amazon SES Email Event Notification", "Message": json.dumps(value), "Timestamp": "2026-11-05T00:41:02.669Z",
        "SignatureVersion": "1", "Signature": "EXAMPLEw6JRN", "SigningCertURL": "https://sns.us-west-2.amazonaws.com/x.pem",
        "UnsubscribeURL": "https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe",
    }  # fmt: skip
    inner = {key: sns[key] for key in ("MessageId", "TopicArn", "Subject", "Message", "Timestamp")}
    wrapped = {
        "bare": value,
        "sns": sns,
        "sns list": [sns],
        "lambda": {"Records": [{"EventVersion": "1.0", "EventSource": "aws:sns", "Sns": {"Type": "Notification", **inner}}]},
        "sqs": {"Records": [{"messageId": "x", "body": json.dumps(sns), "eventSource": "aws:sqs"}]},
        "eventbridge": {"version": "0", "id": "x", "detail-type": "Email Event", "source": "aws.ses", "detail": value},
    }[wrapping]  # fmt: skip
    events, problems = read_webhooks(wrapped, TODAY)
    assert problems == () and [(event.kind, event.cause) for event in events] == expected
    for event in events:
        assert event.recipient in ("jane@example.com", "mary@example.com")
        assert (event.campaign, event.sender_domain) == ("spring", "shop.example")


@pytest.mark.parametrize(
    "value",
    [
        {"Type": "SubscriptionConfirmation", "MessageId": "1", "Token": "t", "TopicArn": "a", "Message": "You have chosen to subscribe", "SubscribeURL": "https://sns.us-west-2.amazonaws.com/?x"},
        {"Type": "UnsubscribeConfirmation", "MessageId": "1", "Token": "t", "Message": "You have chosen to deactivate", "SubscribeURL": "https://x"},
        {"Type": "Notification", "MessageId": "1", "Message": "Successfully validated SNS topic for Amazon SES event publishing."},
        {"Type": "Notification", "MessageId": "1", "Message": json.dumps({"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "You have successfully subscribed"})},
    ],
)  # fmt: skip
def test_what_sns_says_of_itself_is_nothing_that_happened(value: dict) -> None:
    assert read_webhook(value, TODAY) == ()


POSTMARK_BOUNCE = {
    "RecordType": "Bounce", "MessageStream": "outbound", "ID": 4323372036854775807, "Type": "HardBounce", "TypeCode": 1, "Name": "Hard bounce",
    "Tag": "spring", "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483", "Metadata": {"a_key": "a_value"}, "ServerID": 23,
    "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).", "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
    "Email": "john@example.com", "From": "sender@shop.example", "BouncedAt": "2026-11-05T16:33:54.9070259Z", "DumpAvailable": True, "Inactive": True, "CanActivate": True, "Subject": "Test subject", "Content": "<Full dump of bounce>",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "kind", "cause"),
    [
        ({}, "bounce", "bad-address"),
        ({"Type": "SoftBounce", "Details": "smtp;552 5.2.2 over quota", "Description": "Unable to deliver (ex: mailbox full)"}, "bounce", "mailbox-full"),
        ({"Type": "Transient", "Details": "smtp;450 4.1.1 x", "Description": "The server could not temporarily deliver your message (ex: Message is delayed due to network troubles)."}, "deferral", "deferral"),
        ({"Type": "SpamNotification", "TypeCode": 512, "Details": "Test spam notification details", "Description": "The message was delivered, but was either blocked by the user, or classified as spam, bulk mail, or had rejected content."}, "bounce", "policy"),
        ({"Type": "DMARCPolicy", "Details": "smtp;550 5.7.1 x"}, "bounce", "policy"),
        ({"RecordType": "SpamComplaint", "Type": "SpamComplaint", "TypeCode": 100001}, "complaint", ""),
        ({"Type": "SpamComplaint"}, "complaint", ""),
        ({"Type": "AutoResponder"}, None, ""),
        ({"Type": "ChallengeVerification"}, None, ""),
        ({"Type": "ManuallyDeactivated"}, None, ""),
        ({"RecordType": "Delivery", "Recipient": "john@example.com", "DeliveredAt": "2026-11-05T16:33:54-05:00", "Details": "Test delivery webhook details"}, "delivered", ""),
        ({"RecordType": "Open", "FirstOpen": True, "Recipient": "john@example.com", "ReceivedAt": "2026-11-05T16:33:54Z", "Platform": "WebMail"}, "open", ""),
        ({"RecordType": "Click", "ClickLocation": "HTML", "Recipient": "john@example.com", "ReceivedAt": "2026-11-05T16:33:54Z", "OriginalLink": "https://example.com"}, "click", ""),
        ({"RecordType": "SubscriptionChange", "Recipient": "john@example.com", "Origin": "Recipient", "SuppressSending": True, "SuppressionReason": "ManualSuppression", "ChangedAt": "2026-11-05T16:33:54Z"}, "unsubscribe", ""),
        ({"RecordType": "SubscriptionChange", "Recipient": "john@example.com", "Origin": "Customer", "SuppressSending": True, "SuppressionReason": "ManualSuppression", "ChangedAt": "2026-11-05T16:33:54Z"}, None, ""),
        ({"RecordType": "SubscriptionChange", "Recipient": "john@example.com", "Origin": "Recipient", "SuppressSending": True, "SuppressionReason": "HardBounce", "ChangedAt": "2026-11-05T16:33:54Z"}, None, ""),
        ({"RecordType": "Inbound"}, None, ""),
    ],
)  # fmt: skip
def test_postmark_as_documented(changes: dict, kind: str | None, cause: str) -> None:
    events = read_webhook({**POSTMARK_BOUNCE, **changes}, TODAY)
    if kind is None:
        assert events == ()
        return
    (event,) = events
    assert (event.kind, event.cause, event.recipient) == (kind, cause, "john@example.com")
    assert event.day == date(2026, 11, 5) and event.campaign == "spring"


@pytest.mark.parametrize(
    ("webhook", "message_id", "who"),
    [
        (SES_BOUNCE, f"{SES_ID}@us-west-2.amazonses.com", "jane@example.com"),
        (POSTMARK_BOUNCE, "883953f4-6105-42a2-a16a-77a8eac79483@mtasv.net", "john@example.com"),
        (MAILGUN_FAILED, "20130503192659.13651.20287@mg.shop.example", "anna@example.com"),
    ],
)
def test_a_bounce_and_the_webhook_about_it_are_one_event(webhook: dict, message_id: str, who: str) -> None:
    report = read_report(bounce(who, message_id=message_id))
    assert report is not None
    (by_mail,) = bounce_events(report, "i:1", TODAY)
    assert (by_mail.kind, by_mail.ref, by_mail.recipient) in {
        (event.kind, event.ref, event.recipient) for event in read_webhook(webhook, TODAY)
    }


def test_one_broken_element_of_a_list_leaves_the_others() -> None:
    ((_, batch),) = read_item(Item("x.json", json.dumps([*SENDGRID[:2], {"x": 1}, 5]).encode()), TODAY)
    assert len(batch.events) == 2
    assert [problem[:9] for problem in batch.problems] == ["element 3", "element 4"]
    with pytest.raises(NotUsable):
        list(read_item(Item("x.json", b'[{"x": 1}]'), TODAY))


def stat(metric: str = "spam_rate", **value: object) -> dict:
    return {"name": "domains/shop.example/domainStats/Zx9", "value": value or {"doubleValue": 0.0012}, "date": {"year": 2026, "month": 11, "day": 20}, "metric": metric}  # fmt: skip


def test_postmaster_tools_as_documented() -> None:
    answer = {
        "domainStats": [stat(), stat("dkim_rate"), stat("Spam rate", floatValue=0.003)],
        "nextPageToken": "x",
    }
    assert [rate.rate for rate in read_stats(answer)] == [0.0012, 0.003]
    batch = {"results": [{"response": {"domainStats": [stat()]}}, {"error": {"code": 7}}]}
    assert looks_like_stats(batch) and len(read_stats(batch)) == 1
    assert read_stats({"domainStats": []}) == ()
    with pytest.raises(NotUsable, match="named as the spam rate"):
        read_stats({"domainStats": [stat("my first metric")]})
    with pytest.raises(NotUsable, match="daily"):
        read_stats({"domainStats": [{**stat(), "date": None}]})
