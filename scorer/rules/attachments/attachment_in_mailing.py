"""A mailing to many carries an attachment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.attachments import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="attachment-in-mailing",
    group="attachments",
    severity="info",
    title="Attachment in a mailing to many",
    why=(
        "Bulk mail with attachments is scanned harder and delivered slower, and several sending services "
        "do not allow it at all. A link to the file says who fetched it, too."
    ),
    fixes={
        "main": Fix(
            text="Put the file on your web site and link to it.", kind="edit", edit="remove-attachment"
        ),
    },
    limits=(
        "Needs to know that the mailing goes to many: a marketing category or at least 100 recipients. "
        "Invitations to appointments and pictures shown in the text are not meant."
    ),
    sources=(
        Source(
            "Mailchimp, Host files in Mailchimp (why attachments are not allowed)",
            "https://kb.mailchimp.com/campaigns/images-videos-files/host-files-in-mailchimp",
            "2026-11-24",
        ),
        Source(
            "Buttondown, Does attaching files to your newsletter hurt deliverability?",
            "https://buttondown.com/blog/attachments-deliverability",
            "2026-01-14",
        ),
    ),
    needs=(
        "message",
        "sending",
        "audience",
    ),
    about="attachments",
    messages={
        "main": "The mailing carries {count} attached files ({size} KB together).",
        "main.one": "The mailing carries an attached file ({size} KB).",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "catalogue.pdf",
                    "content": "JVBERi0xLjQKJSVFT0YK",
                    "content_type": "application/pdf",
                }
            ],
        },
        sending={"category": "marketing"},
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": "<p>Please find the file attached.</p>",
            "attachments": [
                {
                    "filename": "meeting.ics",
                    "content": "QkVHSU46VkNBTEVOREFSDQpFTkQ6VkNBTEVOREFSDQo=",
                    "content_type": "text/calendar",
                }
            ],
        },
        sending={"category": "marketing"},
    ),
)


MANY = 100
_CALM = frozenset(
    (
        "text/calendar",
        "application/ics",
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    )
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the mailing is known to go to many."""
    files = [
        attachment
        for attachment in facts.message.attachments
        if not attachment.inline and attachment.content_type not in _CALM and attachment.filename
    ]
    if not files:
        return
    recipients, category = facts.audience.recipients, facts.sending.category
    many = not isinstance(recipients, Unknown) and recipients >= MANY
    if many or (not isinstance(category, Unknown) and category == "marketing"):
        yield Hit(
            {"count": len(files), "size": max(1, round(sum(file.size for file in files) / 1024))},
            tuple(at(file) for file in files[:20]),
            fix_params={"path": files[0].path, "filename": files[0].filename},
        )
    elif isinstance(category, Unknown) and isinstance(recipients, Unknown):
        yield Unchecked(category.reason)
