"""Whether a message is a mailing that recipients subscribed to, so that they must be able to leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

NOT_SAID = Unknown("it is not known whether this is a marketing mailing (--category)")
_LIST_HEADERS = frozenset(("list-unsubscribe", "list-unsubscribe-post", "list-id", "feedback-id"))
_LIST_SOFTWARE = frozenset(
    ("mailing-list", "x-mailing-list", "x-beenthere", "x-mailman-version", "x-list-administrivia")
)
_BULK = ("bulk", "list")


def is_subscribed(facts: Facts) -> bool | Unknown:
    """Whether this is marketing or subscribed mail.

    What the sender says of its category decides. Where nothing is said, the message's own signs do: header
    fields of lists (RFC 2369, RFC 2919), Precedence, words about unsubscribing, or merge tags. A message with
    none of them may be a letter from one person to another: unknown. So is a post to a discussion list
    (List-Post), whose members leave it by other ways.
    """
    category = facts.sending.category
    if not isinstance(category, Unknown):
        return category == "marketing"
    message = facts.message
    if facts.discussion:
        return Unknown("the message is a post to a discussion list")
    if message.has_any(_LIST_HEADERS) or message.get("precedence").strip().lower() in _BULK:
        return True
    if facts.unsubscribe.wording or facts.unsubscribe.links:
        return True
    if facts.content.merge_tags or facts.content.subject_merge_tags:
        return True
    return NOT_SAID


def is_discussion(facts: Facts) -> bool:
    """Whether a list's members write to it: its headers and senders are the list's doing."""
    message = facts.message
    post = message.get("list-post").strip().upper()
    if post:
        return post != "NO"
    return message.has_any(_LIST_SOFTWARE)
