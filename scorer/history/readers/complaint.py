"""Abuse reports: ARF (RFC 5965 with RFC 6590's redaction), and Microsoft's older form of them."""

from __future__ import annotations

import re
from datetime import date

import msgspec

from scorer.history.readers.about import campaign_of, message_ref, sender_domain_of
from scorer.history.readers.addresses import all_addresses, domain_of, first_address
from scorer.history.readers.mail import Report, day_of
from scorer.history.receivers import provider_of
from scorer.history.values import Event

COMPLAINTS = frozenset({"abuse", "fraud", "virus", "phishing", "other", "miscategorized", "complaint"})
_MICROSOFT = re.compile(r"complaint about message from", re.IGNORECASE)
_SAYS_SO = re.compile(
    r"\b(?:this is|here is|following is) (?:an?|the) (?:[\w-]{1,20} ){0,3}(?:abuse|spam) (?:report|complaint)\b|"
    r"\b(?:has|have|was) (?:been )?(?:reported|marked|flagged) (?:this (?:message )?)?as (?:spam|junk|abuse)\b",
    re.IGNORECASE,
)
"""How reports without the machine-readable part begin; they return the message that they are about."""
_FAILURE = re.compile(
    r"message claiming to be from you has failed|\bdmarc (?:failure|forensic) report", re.IGNORECASE
)
"""How failure reports of DMARC (RFC 7489 section 7.3, RFC 9991) begin that have no machine-readable part."""
_REPORTERS = {"yahoo": "yahoo", "aol": "yahoo", "hotmail": "microsoft", "outlook": "microsoft", "live": "microsoft",
              "comcast": "comcast", "mail.ru": "mail.ru", "yandex": "yandex"}  # fmt: skip


class Complaint(msgspec.Struct, frozen=True):
    """An abuse report. `feedback_type` as in RFC 5965 section 7.3, in lower case; `recipient` is "" where it
    was redacted; `source` the address that the mail came from."""

    feedback_type: str
    recipient: str
    source: str
    reporter: str


def complaint(report: Report) -> Complaint | None:
    """The abuse report in this mail; None where it is none."""
    group = next((group for group in report.fields if "feedback-type" in group), None)
    if group is None:
        if report.get("x-apple-unsubscribe").lower() == "true":
            # Apple Mail has used the address of List-Unsubscribe in its owner's name.
            return Complaint("opt-out", first_address(report.get("from")), "", "apple.com")
        if "feedback-report" in report.kind:
            group = {"feedback-type": "other"}
        elif _FAILURE.search(f"{report.get('subject')}\n{report.text[:2_000]}"):
            group = {"feedback-type": "auth-failure"}
        elif _is_in_words(report):
            group = {"feedback-type": "abuse"}
        else:
            return None
    original = report.original
    recipient = ""
    for value in (
        group.get("original-rcpt-to", ""),
        group.get("removal-recipient", ""),
        original.get("x-hmxmroriginalrecipient", ""),
        original.get("x-original-to", ""),
        original.get("to", ""),
    ):
        addresses = all_addresses(value)
        # A From in place of the recipient, or several of them, names nobody.
        if len(addresses) == 1 and first_address(value):
            recipient = first_address(value)
            break
    return Complaint(
        group["feedback-type"].strip().lower().split(";")[0].strip()[:60],
        recipient,
        group.get("source-ip", "")[:60],
        domain_of(first_address(report.get("from"))),
    )


def _is_in_words(report: Report) -> bool:
    """Whether a mail without the machine-readable part is an abuse report."""
    if _MICROSOFT.search(report.get("subject")) or "x-hmxmroriginalrecipient" in report.original:
        return True
    says_so = _SAYS_SO.search(report.text[:2_000]) is not None
    return says_so and bool(report.original) and "delivery-status" not in report.kind


def complaint_events(report: Report, found: Complaint, ref: str, today: date) -> tuple[Event, ...]:
    """An abuse report as events: a complaint, an unsubscription ("opt-out"), or none ("not-spam",
    "auth-failure", which is a failure report of DMARC and no complaint)."""
    kind = found.feedback_type
    if kind not in COMPLAINTS and not kind.startswith("opt-out"):
        return ()
    own_ref = message_ref(report.original.get("message-id", "")) or ref
    group = next((group for group in report.fields if "feedback-type" in group), {})
    day = day_of(group.get("arrival-date", "") or group.get("received-date", "")) or report.day or today
    provider = provider_of(found.recipient)
    if provider in ("", "other"):
        named = next((id for part, id in _REPORTERS.items() if part in found.reporter), "")
        provider = named or provider
    return (
        Event(
            kind="unsubscribe" if kind.startswith("opt-out") else "complaint",
            day=day,
            ref=own_ref,
            recipient=found.recipient,
            campaign=campaign_of(report.original),
            sender_domain=sender_domain_of(report.original)
            or domain_of(first_address(group.get("original-mail-from", "")))
            or group.get("reported-domain", "").strip().lower()[:253],
            provider=provider,
        ),
    )
