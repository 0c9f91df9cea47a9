"""Who a mailing goes to: what the sender states, and what a history knows where nothing is stated."""

from __future__ import annotations

from typing import Protocol

import msgspec

from scorer.sending import Audience
from scorer.unknown import Unknown

_PAIRS = {
    "complaint_rate": "complaint_n",
    "bounce_rate": "bounce_n",
    "unsubscribe_rate": "unsubscribe_n",
}
"""A rate and the number of messages it was measured on come from the same place."""


class History(Protocol):
    """What happened before, as far as the facts need it (`scorer.history.facts.SenderHistory`)."""

    def audience(self, sender_domain: str) -> Audience:
        """What is known of the audience of mail from a domain."""


def gather_audience(stated: Audience, history: History | None, sender_domain: str | None) -> Audience:
    """The audience: what was stated goes before what the history knows; without either it is unknown."""
    if history is None or not sender_domain:
        return stated
    known = history.audience(sender_domain)
    changes: dict[str, object] = {}
    for field in Audience.__struct_fields__:
        if field in _PAIRS.values() or not isinstance(getattr(stated, field), Unknown):
            continue
        changes[field] = getattr(known, field)
        if field in _PAIRS:
            changes[_PAIRS[field]] = getattr(known, _PAIRS[field])
    return msgspec.structs.replace(stated, **changes)
