"""What the returned headers of a message say of its campaign and sender."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from scorer.history.readers.addresses import domain_of, first_address

_CAMPAIGN_HEADERS = ("x-campaign-id", "x-campaignid", "x-campaign", "x-mailer-campaign", "x-mailgun-tag",
                     "x-pm-tag", "x-mailing-id", "x-job", "x-mc-campaign")  # fmt: skip
_OF_SERVICE = re.compile(r"@(?:[a-z0-9-]{1,40}\.amazonses\.com|mtasv\.net)$")
"""Amazon SES (email.amazonses.com, eu-west-1.amazonses.com) and Postmark (mtasv.net)."""
_ID = re.compile(r"<([^<>\s]{3,500})>|^([^<>\s]{3,500})$")


def message_ref(message_id: str) -> str:
    """What stands for a Message-ID: a digest, since some systems put the recipient's address into it. Services
    that make Message-IDs of their own ids are known by the domain, so that a bounce and the webhook about it agree."""
    match = _ID.search(message_id.strip())
    if not match:
        return ""
    id = _OF_SERVICE.sub("", match[1] or match[2])
    return "m:" + hashlib.sha256(id.encode("utf-8", "replace")).hexdigest()[:32]


def campaign_of(headers: Mapping[str, str]) -> str:
    """The campaign: of Feedback-ID (Gmail, a:b:c:SenderId, where a is the finest part; see
    https://support.google.com/a/answer/6254652), of CFBL-Feedback-ID (RFC 9477), or of a service's own
    header. "" where none is there."""
    for name in _CAMPAIGN_HEADERS:
        if headers.get(name):
            return headers[name].strip()[:200]
    feedback = headers.get("feedback-id", "").strip()
    if feedback:
        parts = [part.strip() for part in feedback.split(":")]
        named = [part for part in parts[:-1] if part]
        return (named[0] if named else feedback)[:200]
    return headers.get("cfbl-feedback-id", "").strip()[:200]


def sender_domain_of(headers: Mapping[str, str]) -> str:
    """The From domain of the returned message, or of its CFBL-Address or Return-Path; "" where unknown."""
    for name in ("from", "sender", "cfbl-address", "return-path"):
        domain = domain_of(first_address(headers.get(name, "")))
        if domain:
            return domain
    return ""
