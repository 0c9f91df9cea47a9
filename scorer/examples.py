"""A rule's own examples, made into facts: for the tests, the documentation and `score explain`."""

from __future__ import annotations

import base64

import msgspec

from scorer.dns import Offline, Resolver
from scorer.draft import Draft
from scorer.facts import Facts, gather
from scorer.message import Message
from scorer.mime import parse_message
from scorer.rules.rule import Example
from scorer.sending import Sending, from_mapping, load_profile, unspecified


def message_of(example: Example) -> Message:
    """The example's message. Raises `msgspec.ValidationError` for fields that a draft does not have."""
    if example.raw:
        return parse_message(example.raw)
    draft = msgspec.convert(example.draft, Draft)
    if example.padding:
        first, *others = draft.attachments
        content = base64.b64encode(base64.b64decode(first.content) + bytes(example.padding)).decode("ascii")
        padded = msgspec.structs.replace(first, content=content)
        draft = msgspec.structs.replace(draft, attachments=(padded, *others))
    return draft.to_message()


def sending_of(example: Example) -> Sending:
    """How the example is sent. Raises `scorer.sending.SendingError` for an unknown profile or key."""
    if not example.sending:
        return unspecified()
    if isinstance(example.sending, str):
        return load_profile(example.sending)
    return from_mapping(example.sending)


def resolver_of(example: Example) -> Resolver:
    """The DNS of the example."""
    if not example.zone:
        return Offline()
    from scorer.dns import SnapshotResolver

    return SnapshotResolver.from_text(example.zone)


def facts_of(example: Example) -> Facts:
    """The facts of the example."""
    return gather(message_of(example), sending_of(example), resolver_of(example))
