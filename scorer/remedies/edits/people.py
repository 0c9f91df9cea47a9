"""Who the mailing says that it is from."""

from __future__ import annotations

from scorer.domains import Mailbox, parse_mailbox_list
from scorer.lazyre import lazy
from scorer.remedies.edits.registry import Task, edit
from scorer.remedies.mailing import Mailing
from scorer.said import say

_SPECIAL = lazy(r'[()<>\[\]:;@\\,."]')
_DRESS = " \t\"'<>()[]-–—|,;:/"


def written(name: str, address: str) -> str:
    """A mailbox as a header field says it (RFC 5322 3.4)."""
    if not name:
        return address
    if _SPECIAL.search(name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        name = f'"{escaped}"'
    return f"{name} <{address}>"


@edit("single-from", turn=3)
def single_from(mailing: Mailing, task: Task) -> Mailing:
    """Keep one mailbox in From: that of the address in `address`, else the first."""
    boxes = [box for box in parse_mailbox_list(mailing.header("from")) if "@" in box.address]
    wanted = task.params("address")
    kept = next((box for box in boxes if box.address in wanted), boxes[0] if boxes else None)
    if kept is None or len({box.address for box in boxes}) < 2:
        return mailing
    others = ", ".join(dict.fromkeys(box.address for box in boxes if box.address != kept.address))
    mended = mailing.with_header("From", written(kept.display_name, kept.address))
    return mended.with_note(say("From no longer names {others}; Reply-To can.", others=others[:200]))


@edit("repair-display-name", turn=4)
def repair_display_name(mailing: Mailing, task: Task) -> Mailing:
    """Take what does not belong into the sender's name (`remove`) out of it."""
    boxes: tuple[Mailbox, ...] = parse_mailbox_list(mailing.header("from"))
    if not boxes or not boxes[0].address:
        return mailing
    name = boxes[0].display_name
    for part in task.params("remove"):
        name = name.replace(part, " ") if part else name
    name = " ".join(name.split()).strip(_DRESS)
    if name == boxes[0].display_name:
        return mailing
    first = written(name, boxes[0].address)
    rest = [written(box.display_name, box.address) for box in boxes[1:]]
    mended = mailing.with_header("From", ", ".join([first, *rest]))
    return mended if name else mended.with_note("Give the name of your organization as the sender's name.")


@edit("drop-reply-to", turn=5)
def drop_reply_to(mailing: Mailing, task: Task) -> Mailing:
    """Take Reply-To out, so that answers go to the From address."""
    if not mailing.header("reply-to"):
        return mailing
    boxes = parse_mailbox_list(mailing.header("from"))
    mended = mailing.with_header("Reply-To", None)
    return (
        mended.with_note(say("Answers now go to {address}.", address=boxes[0].address[:200]))
        if boxes
        else mended
    )
