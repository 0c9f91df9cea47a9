"""A message mended: every edit that its findings name, made; the message as it was otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from scorer.draft import Draft
from scorer.message import Message
from scorer.mime import parse_message
from scorer.remedies.edits.registry import perform
from scorer.remedies.mailing import edited_draft, mailing_of
from scorer.remedies.plan import steps_of
from scorer.remedies.wire import CannotRewrite, rewrite
from scorer.said import say
from scorer.sending import Sending

if TYPE_CHECKING:
    from scorer.engine import Scored, Scorer

ROUNDS = 4
"""One edit may show what another is for: a link that was hidden, a second prefix of the subject."""
_SIGNED = frozenset(("multipart/signed", "application/pkcs7-mime", "application/x-pkcs7-mime"))


class Mended(NamedTuple):
    """What came of it. `output` is the message, or the draft as JSON where a draft was given; `rules` are
    those that an edit was made for and that find nothing any more; `notes` say what is left to the author."""

    output: bytes
    before: Scored
    after: Scored
    rules: tuple[str, ...]
    notes: tuple[str, ...]


def mend(
    scorer: Scorer,
    message: Message,
    sending: Sending | None = None,
    *,
    only: frozenset[str] = frozenset(),
    draft: Draft | None = None,
) -> Mended:
    """Make the edits (those of the rules `only`, if any are named) and score the message again.

    `draft` is what `message` was composed from: it is edited likewise, and is the output. An edit that fails
    is left out, and its finding stays.

    Raises:
        scorer.draft.DraftError: the mended draft cannot be composed.
    """
    resolver = scorer.resolver()
    before = after = scorer.run(message, sending, resolver)
    data = message.raw
    mended: dict[str, None] = {}
    notes: dict[str, None] = {}
    tried: set[bytes] = {data}
    for _ in range(ROUNDS):
        current = after.facts.message
        steps = [
            step
            for registered in scorer.rules
            if any(finding.rule == registered.rule.id for finding in after.findings)
            and (not only or registered.rule.id in only)
            for step in steps_of(registered, after.facts)
        ]
        old = mailing_of(current)
        if steps and (old.html is None) != (current.html is None):
            notes[say("The HTML is in several parts, or was only read in part: it was not edited.")] = None
        outcome = perform(old, steps)
        notes.update(dict.fromkeys(outcome.mailing.notes))
        if outcome.mailing.same_content(old):
            break
        try:
            if draft is not None:
                draft = edited_draft(draft, old, outcome.mailing)
                data = draft.compose()
                changed = draft.to_message()
            else:
                data = rewrite(current, old, outcome.mailing)
                changed = parse_message(data)
        except CannotRewrite:
            notes[say("The message is too large to be edited.")] = None
            break
        if data in tried:
            break
        tried.add(data)
        after = scorer.run(as_signed(changed, message), sending, resolver)
        after = after._replace(facts=msgspec.structs.replace(after.facts, message=changed))
        # Of two rules about one thing, the edit for the first leaves the second nothing to do.
        mended.update(dict.fromkeys(step.task.rule for step in steps))
    if data != message.raw:
        notes.update(dict.fromkeys(_about_signatures(message)))
    output = data if draft is None else _json(draft)
    left = {finding.rule for finding in after.findings}
    return Mended(output, before, after, tuple(id for id in mended if id not in left), tuple(notes))


def _json(draft: Draft) -> bytes:
    """The draft as JSON, without its empty fields."""
    fields = {name: value for name, value in msgspec.to_builtins(draft).items() if value}
    try:
        return msgspec.json.format(msgspec.json.encode(fields), indent=2) + b"\n"
    except UnicodeEncodeError:
        # JSON can carry half of a surrogate pair as an escape, UTF-8 cannot.
        import json

        return json.dumps(fields, indent=2).encode("ascii") + b"\n"


def as_signed(mended: Message, message: Message) -> Message:
    """The mended message with the bytes that were signed, where there is a DKIM signature: it says what the
    mailing's signature is worth, and the mended mailing will be signed anew when it is sent."""
    return msgspec.structs.replace(mended, raw=message.raw) if message.all("dkim-signature") else mended


def _about_signatures(message: Message) -> list[str]:
    found = []
    if message.all("dkim-signature"):
        found.append(say("The DKIM signature in the message no longer holds; sending it will sign it anew."))
    if any(part.content_type in _SIGNED for part in message.parts) or (
        message.get("content-type").partition(";")[0].strip().lower() in _SIGNED
    ):
        found.append(say("The message was signed by its author (S/MIME or OpenPGP): sign it anew."))
    return found
