"""Delivery status notifications: RFC 3464 (and 6533), and the free-form bounces of real systems."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from datetime import date

import msgspec

from scorer.history.blocklists import named_in
from scorer.history.classify import classify
from scorer.history.readers.about import campaign_of, message_ref, sender_domain_of
from scorer.history.readers.addresses import ADDRESS, all_addresses, first_address
from scorer.history.readers.mail import Report
from scorer.history.receivers import provider_of
from scorer.history.values import Cause, Event
from scorer.history.words import expression

MAX_RECIPIENTS = 1_000
MAX_SEGMENT = 1_000
"""Characters about one of several recipients."""

_CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.:/-])([45]\d\d)(?=[ \-:,;]|$)")
_OWN = re.compile(r"mailer-?daemon|postmaster@|^abuse@|^noreply@|^no-reply@|^support@", re.IGNORECASE)
_LINE_OF_RECIPIENT = re.compile(
    r"^[\s>*\"'<(\[-]{0,12}(?:rfc822;\s{0,5})?<?(?P<address>[^\s<>\"'():;,]{1,128}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,10})(?=[\s:;>\"')\]]|\.(?:\.|\s|$)|$)"
)
_SENDER = re.compile(
    r"(?<!generated )(?<!expanded )(?<!redirected )(?<!forwarded )\bfrom(?::\s{0,5}|\s{1,5})"
    r"<?[^\s<>@]{1,128}@[^\s<>,;]{1,255}>?",
    re.IGNORECASE,
)
"""An address that a text names as the sender's."""
_SUBJECT_LINE = re.compile(
    r"((?:^|\bwith (?:the )?)[ \t>]{0,20}subject ?:).{0,1000}$", re.IGNORECASE | re.MULTILINE
)
_QUOTED_HEADER = re.compile(r"\s{0,20}(?:to|cc|from|subject|sent|date|sender)\s{0,5}:\s", re.IGNORECASE)
"""A header field of the returned message, quoted in the text."""
_RCPT = re.compile(r"\brcpt\s{0,3}to\s{0,3}:\s{0,3}<?([^\s<>]{1,128}@[^\s<>]{1,255}?)[>\s]", re.IGNORECASE)


_CATEGORIES: dict[str, Cause] = {
    "bad-mailbox": "bad-address",
    "bad-domain": "bad-address",
    "inactive-mailbox": "bad-address",
    "quota-issues": "mailbox-full",
    "spam-related": "policy",
    "policy-related": "policy",
    "relaying-issues": "policy",
    "content-related": "content",
    "virus-related": "content",
    "message-expired": "network",
    "no-answer-from-host": "network",
    "bad-connection": "network",
    "routing-errors": "network",
    "protocol-errors": "system",
    "bad-configuration": "system",
}
"""What PowerMTA has made of a bounce (PowerMTA User's Guide, "Bounce categories")."""


class Failure(msgspec.Struct, frozen=True):
    """One recipient of a bounce. `status` is an enhanced status code (RFC 3463); where the text holds none
    it is X.0.0, which says no more than whether the failure is permanent. `delayed`: delivery is still tried."""

    recipient: str
    status: str
    cause: Cause
    delayed: bool
    text: str
    blocklist: str = ""


def failures(report: Report) -> tuple[Failure, ...]:
    """The recipients that a bounce names, with status and cause; () for a mail that is no bounce."""
    machine = _from_fields(report)
    if machine is not None:
        return machine
    return _from_text(report)


def bounce_events(report: Report, ref: str, today: date) -> tuple[Event, ...]:
    """A bounce as events. `ref` stands in for the Message-ID where the bounce does not return it."""
    found = failures(report)
    own_ref = message_ref(report.original.get("message-id", "")) or ref
    day = report.day or today
    return tuple(
        Event(
            kind="deferral" if failure.delayed else "bounce",
            day=day,
            ref=own_ref if failure.recipient else f"{own_ref}#{index}",
            recipient=failure.recipient,
            cause=failure.cause,
            status=failure.status,
            campaign=campaign_of(report.original),
            sender_domain=sender_domain_of(report.original),
            provider=provider_of(failure.recipient),
            blocklist=failure.blocklist,
        )
        for index, failure in enumerate(found)
    )


def item_ref(data: bytes) -> str:
    """What stands for an item that has no id of its own: the digest of its bytes."""
    return "i:" + hashlib.sha256(data).hexdigest()[:32]


def _from_fields(report: Report) -> tuple[Failure, ...] | None:
    """What the machine-readable part says; None where there is none that names a recipient."""
    groups = [
        group
        for group in report.fields
        if ("final-recipient" in group or "original-recipient" in group or "x-actual-recipient" in group)
        and ("action" in group or "status" in group or "diagnostic-code" in group)
    ]
    if not groups:
        return None
    found: list[Failure] = []
    seen: set[str] = set()
    groups = groups[:MAX_RECIPIENTS]
    named = [_recipient_of(group) for group in groups]
    candidates = _recipients(report) if "" in named else ()
    candidate = candidates[0] if len(candidates) == 1 else ""
    about = _segments(report.text, named) if len(groups) > 1 else {}
    for group, name in zip(groups, named, strict=True):
        action = group.get("action", "").strip().lower().split(" ")[0].rstrip(";")
        if action in ("delivered", "relayed", "expanded"):
            seen.add("")
            continue
        recipient = name or candidate
        if recipient.lower() in seen:
            continue
        seen.add(recipient.lower())
        diagnostic = group.get("diagnostic-code", "")
        category = _CATEGORIES.get(group.get("x-powermta-bouncecategory", "").strip().lower(), "")
        stated = _first_code(group.get("status", ""))
        if not diagnostic or (_is_general(stated) and classify(stated, 0, diagnostic) == "unclassified"):
            said = about.get(recipient.lower(), "") if len(groups) > 1 else report.text[:8_000]
            diagnostic = f"{diagnostic}\n{said}"
        delayed = action in ("delayed", "deferred") or (not action and stated.startswith("4."))
        failure = _failure(recipient, stated, diagnostic, delayed=delayed)
        if failure.cause in ("unclassified", "system") and category:
            failure = msgspec.structs.replace(failure, cause=category)
        found.append(failure)
    return tuple(found)


def _recipient_of(group: dict[str, str]) -> str:
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        address = first_address(group.get(name, ""))
        if address:
            return address
    return ""


def _without_subject(report: Report) -> Report:
    """The report without the subject of the returned message, whose words say nothing of why it came back."""
    quoted = report.original.get("subject", "").strip()
    text = _SUBJECT_LINE.sub(r"\1", report.text)
    headers = report.headers
    if len(quoted) > 3 and "@" not in quoted:
        text = text.replace(quoted, " ")
        headers = {**headers, "subject": report.get("subject").replace(quoted, " ")}
    return msgspec.structs.replace(report, text=text, headers=headers)


def _from_text(report: Report) -> tuple[Failure, ...]:
    if not _is_bounce(report):
        return ()
    report = _without_subject(report)
    recipients = _recipients(report)
    delayed = _says_delay(report)
    about = _segments(report.text, recipients) if len(recipients) > 1 else {}
    found = []
    wider: Failure | None = None
    for recipient in recipients or ("",):
        text = about.get(recipient.lower(), "") if len(recipients) > 1 else report.text[:8_000]
        failure = _failure(recipient, "", text, delayed=delayed)
        if failure.cause == "unclassified":
            # Nothing near the recipient says why: perhaps the subject or another part of the text does.
            wider = wider or _failure(
                "", "", f"{report.get('subject')}\n{report.text[:8_000]}", delayed=delayed
            )
            failure = msgspec.structs.replace(wider, recipient=recipient)
        found.append(failure)
    return tuple(found)


def _says_delay(report: Report) -> bool:
    return expression("signs", "delay").search(f"{report.get('subject')}\n{report.text[:3_000]}") is not None


def _is_bounce(report: Report) -> bool:
    sender = report.get("from")
    automatic = report.headers.get("return-path", "?").strip() in ("<>", "") or bool(
        expression("signs", "sender").search(sender)
    )
    subject = bool(expression("signs", "subject").search(report.get("subject")))
    body = bool(expression("signs", "body").search(report.text[:20_000]))
    if report.kind == "multipart/report;delivery-status":
        return True
    if report.get("x-failed-recipients"):
        return True
    if report.get("auto-submitted").lower().startswith("auto-replied") and not (
        subject or expression("signs", "sender").search(sender)
    ):
        return False
    if automatic:
        return subject or body or _says_delay(report)
    # A gateway that writes in its own name. Somebody who answers a bounce quotes it.
    answer = bool(report.get("in-reply-to"))
    return subject and body and not (answer and not report.original)


def _recipients(report: Report) -> tuple[str, ...]:
    """Whom a free-form bounce is about, from the surest sign to the weakest."""
    failed = all_addresses(report.get("x-failed-recipients"))
    if failed:
        return failed[:MAX_RECIPIENTS]
    own = {address.lower() for name in ("from", "to", "return-path", "delivered-to", "reply-to")
           for address in all_addresses(report.get(name))}  # fmt: skip
    own |= {address.lower() for address in all_addresses(report.original.get("from", ""))}
    returned_to = {address.lower() for address in all_addresses(report.original.get("to", ""))}

    def wanted(addresses: list[str]) -> tuple[str, ...]:
        kept: dict[str, str] = {}
        for address in addresses:
            key = address.lower()
            if key in returned_to or (key not in own and not _OWN.search(key)):
                kept.setdefault(key, address)
        return tuple(kept.values())[:MAX_RECIPIENTS]

    lines = report.text.splitlines()[:5_000]
    lines = [_SENDER.sub(" ", line) for line in lines]
    alone = [
        m["address"]
        for line in lines
        if (m := _LINE_OF_RECIPIENT.match(line[:600])) and ADDRESS.fullmatch(m["address"])
    ]
    commanded = [m[1] for line in lines for m in _RCPT.finditer(line[:600] + " ")]
    own_words = [line for line in lines if not _QUOTED_HEADER.match(line)]
    near = [
        a
        for line in own_words
        if expression("signs", "near-address").search(line)
        for a in all_addresses(line[:2_000], 50)
    ]
    in_subject = list(all_addresses(report.get("subject")))
    anywhere = list(all_addresses("\n".join(own_words)[:20_000], 50))
    quoted = list(all_addresses("\n".join(lines)[:20_000], 50))
    for group in (alone, commanded, near, in_subject, anywhere, quoted):
        found = wanted(group)
        if found:
            return found
    if returned_to:
        return tuple(all_addresses(report.original.get("to", "")))[:1]
    match = re.search(
        r"(?:^|\n)to:\s{0,5}([^\s<>]{1,128}@[^\s<>]{1,255})", report.text[:20_000], re.IGNORECASE
    )
    return (match[1],) if match else ()


def _segments(text: str, recipients: Collection[str]) -> dict[str, str]:
    """The lines about each of several recipients, in lower case: from its first mention to the next other
    address. One pass, however many there are."""
    wanted = {recipient.lower() for recipient in recipients}
    picked: dict[str, list[str]] = {}
    taking: set[str] = set()
    for line in text.splitlines()[:5_000]:
        mentioned = {address.lower() for address in all_addresses(line[:2_000], 20)}
        if mentioned:
            taking = mentioned & wanted
        for recipient in taking:
            lines = picked.setdefault(recipient, [])
            if len(lines) < 40:
                lines.append(line)
    return {recipient: "\n".join(lines)[:MAX_SEGMENT] for recipient, lines in picked.items()}


def _failure(recipient: str, stated: str, text: str, *, delayed: bool) -> Failure:
    replies = [int(m[1]) for m in _REPLY.finditer(text[:8_000])]
    reply = next((code for code in replies if code >= 500), replies[0] if replies else 0)
    said = code_in(text)
    status = said if said and (not stated or _is_general(stated) or not _is_general(said)) else stated or said
    if delayed and status.startswith("5.") and stated.startswith("4."):
        status = stated
    cause = classify(status, reply, text, delayed=delayed)
    if cause == "unclassified" and stated and stated != status:
        cause = classify(stated, reply, text, delayed=delayed)
    if not status:
        status = "4.0.0" if delayed or (reply and reply < 500) else "5.0.0"
    block = named_in(text)
    return Failure(recipient, status, cause, delayed, text.strip()[:500], block.id if block else "")


def code_in(text: str) -> str:
    """The most telling enhanced status code in a text: a specific failure before a general one."""
    codes = [".".join(str(int(part)) for part in m.groups()) for m in _CODE.finditer(text[:8_000])]
    codes = [code for code in codes if code[0] in "45"]
    specific = [code for code in codes if not _is_general(code)]
    detailed = [code for code in specific if not code.endswith(".0")]
    return (detailed or specific or codes or [""])[0]


def _first_code(text: str) -> str:
    match = _CODE.search(text)
    return ".".join(str(int(part)) for part in match.groups()) if match and match[1] in "45" else ""


def _is_general(status: str) -> bool:
    return not status or status.endswith((".0.0", "5.5.0")) or status.split(".")[1:2] == ["0"]
