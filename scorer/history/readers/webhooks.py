"""Webhooks of sending services: Mailgun, SendGrid, Amazon SES (also inside SNS), Postmark.

Each service's own documentation says what the fields mean:
https://documentation.mailgun.com/docs/mailgun/user-manual/events/events/ ,
https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event ,
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html ,
https://postmarkapp.com/developer/webhooks/webhooks-overview .
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from scorer.history.blocklists import named_in
from scorer.history.classify import classify
from scorer.history.readers.about import message_ref
from scorer.history.readers.addresses import domain_of, first_address
from scorer.history.readers.mail import day_of_iso, day_of_seconds
from scorer.history.receivers import provider_of
from scorer.history.values import Cause, Event, Kind, NotUsable

MAX_FIELD = 4_000


def read_webhook(value: object, today: date) -> tuple[Event, ...]:
    """The events in one JSON value: an object, or a list of them.

    Raises:
        NotUsable: it is no webhook of a service that is known, or of a list one element is not.
    """
    return tuple(_read(value, today))


def read_webhooks(value: object, today: date) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """The events in one JSON value, and what in a list of them cannot be used.

    Raises:
        NotUsable: nothing in it is a webhook of a service that is known.
    """
    if not isinstance(value, list):
        return read_webhook(value, today), ()
    if not value:
        raise NotUsable("an empty list")
    events: list[Event] = []
    problems: list[str] = []
    for number, item in enumerate(value, 1):
        try:
            events.extend(_read(item, today, 1))
        except NotUsable as error:
            problems.append(f"element {number}: {error}")
    if len(problems) == len(value):
        raise NotUsable(problems[0])
    return tuple(events), tuple(problems)


def _read(value: object, today: date, depth: int = 0) -> Iterator[Event]:
    if depth > 3:
        raise NotUsable("notifications inside notifications")
    if isinstance(value, list):
        for item in value:
            yield from _read(item, today, depth + 1)
        return
    if not isinstance(value, dict):
        raise NotUsable("not an object")
    listed = value.get("items")
    if isinstance(listed, list) and "paging" in value:  # an answer of Mailgun's events API
        yield from _read(listed, today, depth + 1)
    elif isinstance(value.get("detail"), dict) and "detail-type" in value:  # by way of EventBridge
        yield from _read(value["detail"], today, depth + 1)
    elif "event-data" in value and isinstance(value["event-data"], dict):
        yield from _mailgun(value["event-data"], today)
    elif "RecordType" in value:
        yield from _postmark(value, today)
    elif "Message" in value and isinstance(value["Message"], str) and "Type" in value:
        yield from _sns(value, today, depth)
    elif isinstance(value.get("mail"), dict) and ("eventType" in value or "notificationType" in value):
        yield from _ses(value, today)
    elif "sg_event_id" in value or ("event" in value and "email" in value and "timestamp" in value):
        yield from _sendgrid(value, today)
    elif "delivery-status" in value or ("event" in value and "recipient" in value):
        yield from _mailgun(value, today)
    elif isinstance(value.get("Records"), list):
        for record in value["Records"]:
            inner = record.get("Sns") if isinstance(record, dict) else None
            body = record.get("body") if isinstance(record, dict) else None
            if isinstance(inner, dict):
                yield from _read({"Type": "Notification", **inner}, today, depth + 1)
            elif isinstance(body, str):  # by way of SQS
                yield from _read(_json(body), today, depth + 1)
            else:
                raise NotUsable("a record without a notification")
    elif value.get("notificationType") == "AmazonSnsSubscriptionSucceeded":
        return
    else:
        raise NotUsable("no webhook of Mailgun, SendGrid, Amazon SES or Postmark")


# Mailgun ------------------------------------------------------------------------------------------

_MAILGUN: Mapping[str, Kind] = {"accepted": "sent", "delivered": "delivered", "complained": "complaint",
                                "unsubscribed": "unsubscribe", "opened": "open", "clicked": "click"}  # fmt: skip


_SUPPRESSED = (605, 606, 607)
"""Mailgun's own codes for addresses that bounced, unsubscribed or complained before."""


def _mailgun(data: Mapping[str, Any], today: date) -> Iterator[Event]:
    name = _string(data.get("event")).lower()
    kind = _MAILGUN.get(name)
    status: Mapping[str, Any] = _mapping(data.get("delivery-status"))
    text = f"{_string(status.get('message'))} {_string(status.get('description'))}".strip()
    if name == "failed":
        temporary = _string(data.get("severity")) == "temporary"
        if _string(data.get("reason")).startswith("suppress-") or _integer(status.get("code")) in _SUPPRESSED:
            return  # Mailgun did not send it: the recipient was on the suppression list
        kind = "deferral" if temporary else "bounce"
    if kind is None:
        return
    message = _mapping(_mapping(data.get("message")).get("headers"))
    campaigns = data.get("campaigns")
    tags = data.get("tags")
    yield _event(
        kind,
        day_of_seconds(data.get("timestamp")) or today,
        service="mailgun",
        own_id=_string(data.get("id")),
        message_id=_string(message.get("message-id")),
        recipient=_string(data.get("recipient")),
        status=_string(status.get("enhanced-code")),
        reply=_integer(status.get("code")),
        text=text,
        campaign=_first(campaigns) or _first(tags),
        sender=_string(message.get("from")) or _string(_mapping(data.get("envelope")).get("sender")),
    )


# SendGrid -----------------------------------------------------------------------------------------

_SENDGRID: Mapping[str, Kind] = {"processed": "sent", "delivered": "delivered", "bounce": "bounce",
                                 "blocked": "bounce", "deferred": "deferral", "spamreport": "complaint",
                                 "unsubscribe": "unsubscribe", "group_unsubscribe": "unsubscribe",
                                 "open": "open", "click": "click"}  # fmt: skip


_SENDGRID_CAUSES: Mapping[str, Cause] = {"invalid address": "bad-address", "mailbox unavailable": "mailbox-full",
                                         "reputation": "policy", "content": "content", "technical": "system",
                                         "technical failure": "system",
                                         "frequency/volume": "deferral",
                                         "frequency or volume too high": "deferral"}  # fmt: skip
"""SendGrid's own classes of bounces, where the server's words say nothing."""


def _sendgrid(data: Mapping[str, Any], today: date) -> Iterator[Event]:
    kind = _SENDGRID.get(_string(data.get("event")).lower())
    if kind is None:
        return  # "dropped" was never sent; group_resubscribe is no loss
    if kind == "open" and data.get("sg_machine_open") is True:
        return  # fetched by the recipient's provider in advance: no sign of life
    category = data.get("category")
    yield _event(
        kind,
        day_of_seconds(data.get("timestamp")) or today,
        service="sendgrid",
        own_id=_string(data.get("sg_event_id")),
        message_id=_string(data.get("smtp-id")),
        recipient=_string(data.get("email")),
        status=_string(data.get("status")),
        text=_string(data.get("reason")) or _string(data.get("response")),
        campaign=_string(data.get("marketing_campaign_name"))
        or _string(data.get("singlesend_name"))
        or _first(category),
        sender=_string(data.get("from")),
        fallback=_SENDGRID_CAUSES.get(_string(data.get("bounce_classification")).lower(), "")
        or ("policy" if _string(data.get("type")) == "blocked" else ""),
    )


# Amazon SES ---------------------------------------------------------------------------------------


def _sns(data: Mapping[str, Any], today: date, depth: int) -> Iterator[Event]:
    if data.get("Type") != "Notification":
        return  # a subscription is to be confirmed, or was ended: nothing happened to any mail
    if data["Message"].startswith("Successfully validated SNS topic"):
        return  # what SES says first
    yield from _read(_json(data["Message"]), today, depth + 1)


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise NotUsable("the notification's message is no JSON") from None


def _ses(data: Mapping[str, Any], today: date) -> Iterator[Event]:
    name = _string(data.get("eventType") or data.get("notificationType")).lower().replace(" ", "")
    mail = _mapping(data.get("mail"))
    common = _mapping(mail.get("commonHeaders"))
    tags = _mapping(mail.get("tags"))
    campaign = _first(tags.get("campaign")) or _first(tags.get("ses:configuration-set"))
    sender = _first(common.get("from")) or _string(mail.get("source"))

    def event(kind: Kind, about: Mapping[str, Any], recipient: str, **more: Any) -> Event:
        return _event(
            kind,
            day_of_iso(about.get("timestamp")) or day_of_iso(mail.get("timestamp")) or today,
            service="ses",
            own_id=_string(mail.get("messageId")),
            # SES puts its own id into the Message-ID of what it sends, whatever the message said.
            message_id=_string(mail.get("messageId")) or _string(common.get("messageId")),
            recipient=recipient,
            campaign=campaign,
            sender=sender,
            **more,
        )

    if name == "bounce":
        about = _mapping(data.get("bounce"))
        transient = _string(about.get("bounceType")) == "Transient"
        subtype = _string(about.get("bounceSubType"))
        if subtype in _SES_NOT_SENT:
            return
        for item in _mappings(about.get("bouncedRecipients")):
            yield event(
                "bounce",
                about,
                _string(item.get("emailAddress")),
                status=_string(item.get("status")),
                text=f"{_string(item.get('diagnosticCode'))} {_SES_SUBTYPES.get(subtype, '')}",
                fallback="deferral" if transient else "",
            )
    elif name == "complaint":
        about = _mapping(data.get("complaint"))
        if _string(about.get("complaintFeedbackType")) == "not-spam":
            return
        if _string(about.get("complaintSubType")) in _SES_NOT_SENT:
            return
        for item in _mappings(about.get("complainedRecipients")):
            yield event("complaint", about, _string(item.get("emailAddress")))
    elif name == "delivery":
        about = _mapping(data.get("delivery"))
        for address in _strings(about.get("recipients")):
            yield event("delivered", about, address)
    elif name == "send":
        for address in _strings(mail.get("destination")):
            yield event("sent", mail, address)
    elif name == "deliverydelay":
        about = _mapping(data.get("deliveryDelay"))
        for item in _mappings(about.get("delayedRecipients")):
            yield event(
                "deferral",
                about,
                _string(item.get("emailAddress")),
                status=_string(item.get("status")),
                text=_string(item.get("diagnosticCode")),
            )
    elif name in ("open", "click"):
        for address in _strings(mail.get("destination")):
            yield event("open" if name == "open" else "click", _mapping(data.get(name)), address)
    elif name == "subscription":
        for address in _strings(mail.get("destination")):
            yield event("unsubscribe", _mapping(data.get("subscription")), address)


_SES_NOT_SENT = ("Suppressed", "OnAccountSuppressionList", "UnsubscribedRecipient")
"""Subtypes of what SES did not send, since the recipient was on a suppression list."""
_SES_SUBTYPES = {"MailboxFull": "mailbox full", "MessageTooLarge": "message too large",
                 "ContentRejected": "message content rejected", "AttachmentRejected": "attachment not allowed",
                 "NoEmail": "no such address"}  # fmt: skip


# Postmark -----------------------------------------------------------------------------------------

_POSTMARK_BOUNCES: Mapping[str, tuple[Kind, Cause | str]] = {
    "HardBounce": ("bounce", "bad-address"),
    "BadEmailAddress": ("bounce", "bad-address"),
    "SoftBounce": ("bounce", ""),
    "Transient": ("deferral", "deferral"),
    "DnsError": ("bounce", "network"),
    "SpamNotification": ("bounce", "policy"),
    "VirusNotification": ("bounce", "content"),
    "Blocked": ("bounce", "policy"),
    "DMARCPolicy": ("bounce", "policy"),
    "SMTPApiError": ("bounce", "system"),
    "Undeliverable": ("bounce", ""),
    "Unknown": ("bounce", ""),
    "SpamComplaint": ("complaint", ""),
    "Unsubscribe": ("unsubscribe", ""),
}


def _postmark(data: Mapping[str, Any], today: date) -> Iterator[Event]:
    record = _string(data.get("RecordType"))
    cause = ""
    kind: Kind
    if record == "Bounce":
        known = _POSTMARK_BOUNCES.get(_string(data.get("Type")))
        if known is None:
            return  # an answer, an address change, or never sent: no failure
        kind, cause = known
    elif record == "SpamComplaint":
        kind = "complaint"
    elif record == "Delivery":
        kind = "delivered"
    elif record == "Open":
        kind = "open"
    elif record == "Click":
        kind = "click"
    elif record == "SubscriptionChange":
        if (
            data.get("SuppressSending") is not True
            or _string(data.get("SuppressionReason")) != "ManualSuppression"
            or _string(data.get("Origin")) not in ("Recipient", "")
        ):
            return  # bounces and complaints arrive as such; the sender's own suppressions are nobody's wish
        kind = "unsubscribe"
    else:
        return
    day = next(
        (
            day
            for name in ("BouncedAt", "DeliveredAt", "ReceivedAt", "ChangedAt")
            if (day := day_of_iso(data.get(name)))
        ),
        today,
    )
    yield _event(
        kind,
        day,
        service="postmark",
        own_id=_string(data.get("MessageID")),
        message_id=_string(data.get("MessageID")),
        recipient=_string(data.get("Email")) or _string(data.get("Recipient")),
        text=f"{_string(data.get('Details'))} {_string(data.get('Description'))}",
        campaign=_string(data.get("Tag")),
        sender=_string(data.get("From")),
        fallback=cause,
        policy=cause == "policy",
    )


# Shared -------------------------------------------------------------------------------------------


def _event(
    kind: Kind,
    day: date,
    *,
    service: str,
    own_id: str,
    recipient: str,
    message_id: str = "",
    status: str = "",
    reply: int = 0,
    text: str = "",
    campaign: str = "",
    sender: str = "",
    policy: bool = False,
    fallback: str = "",
) -> Event:
    """An event under the message's own id where the service tells it, else under the service's.

    Raises:
        NotUsable: it has neither; counting it twice could not be prevented.
    """
    ref = message_ref(message_id) or (f"{service}:{own_id[:150]}" if own_id else "")
    if not ref:
        raise NotUsable(f"an event of {service} without an id")
    address = first_address(recipient)
    cause: Cause | str = ""
    block = None
    if kind in ("bounce", "deferral"):
        status = status.strip() if status.strip()[:2] in ("4.", "5.") else _status_in(text)
        cause = classify(status, reply, text, delayed=kind == "deferral")
        if policy:
            cause = "policy"
        elif fallback and cause in ("unclassified", "system"):
            cause = fallback
        block = named_in(text)
        status = status[:12] or ("4.0.0" if kind == "deferral" else "5.0.0")
    else:
        status = ""
    return Event(
        kind=kind,
        day=day,
        ref=ref,
        recipient=address,
        cause=cause,  # type: ignore[arg-type]
        status=status,
        campaign=campaign.strip()[:200],
        sender_domain=domain_of(first_address(sender)),
        provider=provider_of(address),
        blocklist=block.id if block else "",
    )


def _status_in(text: str) -> str:
    from scorer.history.readers.bounce import code_in

    return code_in(text)


def _string(value: object) -> str:
    return value[:MAX_FIELD] if isinstance(value, str) else ""


def _integer(value: object) -> int:
    if isinstance(value, str) and value.isdecimal() and len(value) < 6:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    items: list[Any] = value[:1_000] if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict)]


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)][:1_000] if isinstance(value, list) else []


def _first(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value:
        item = value[0]
        if isinstance(item, dict):
            return _string(item.get("name")) or _string(item.get("id"))
        return _string(item)
    return ""
